//! The user's configuration: apps, the source of each app's credential, and named sets of values.
//!
//! ```text
//!   Config ─┬─ profiles ── app id, address, version, credential: kind and sources, production, read-only
//!           ├─ presets ─── values of the settings, by name
//!           └─ default profile, theme, ambiguous, mouse, watch
//! ```
//!
//! Plain data. The store reads and writes it. It never holds a credential: a [`Source`] only says where one is
//! found.

use super::address::is_loopback;
use super::login::{Login, LoginPart};
use super::representation::Representation;
use super::text::is_invisible;
use super::version::ApiVersion;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// The address of HubSpot's API, unless a profile gives another.
pub const BASE_URL: &str = "https://api.hubapi.com";

/// The longest name of a profile or a preset, in characters.
pub const NAME_LIMIT: usize = 40;

/// The configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The profile that a run uses if none is named.
    pub default_profile: Option<String>,
    /// The profiles, in the order of the file.
    pub profiles: Vec<Profile>,
    /// The presets, in the order of the file.
    pub presets: Vec<Preset>,
    /// How the screen looks.
    pub theme: Appearance,
    /// How many cells characters of ambiguous width take.
    pub ambiguous: Ambiguous,
    /// Is it edited in a dialogue of lines, and nothing drawn?
    pub plain: bool,
    /// Mouse reporting; `None` means on.
    pub mouse: Option<bool>,
    /// The title of the terminal's window; `None` means that callset gives it one.
    pub title: Option<bool>,
    /// The pause between two looks for changes of others; `None` means never.
    pub watch: Option<Duration>,
}

/// An app, and how callset reaches its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name of the profile: one word that can be typed after `-p`.
    pub name: String,
    /// The app, 1 to 2147483647.
    pub app_id: i32,
    /// Scheme, host and path prefix of the API.
    pub base_url: String,
    /// The version of the API.
    pub api_version: ApiVersion,
    /// The kind of credential that the app's account uses.
    pub kind: CredentialKind,
    /// The sources of the credential. The first source that has one is used.
    pub sources: Vec<Source>,
    /// How long a program may take that prints the credential; `None` for the usual time.
    pub command_timeout: Option<Duration>,
    /// The colour of the profile's name on the screen.
    pub mark: Option<Tint>,
    /// Is it the app that customers use? Then the user reviews every save first.
    pub production: bool,
    /// Is saving locked? The user can unlock it for one run.
    pub read_only: bool,
}

impl Profile {
    /// A profile with default values. It does not count as production until the user says so.
    pub fn new(name: &str, app_id: i32) -> Self {
        let kind = CredentialKind::default();
        Self {
            name: name.to_owned(),
            app_id,
            base_url: BASE_URL.to_owned(),
            api_version: ApiVersion::default(),
            kind,
            sources: vec![Source::Variable(kind.variable().to_owned())],
            command_timeout: None,
            mark: None,
            production: false,
            read_only: false,
        }
    }

    /// The profile with another kind of credential. Each kind has a usual variable of its own.
    #[must_use]
    pub fn of_kind(mut self, kind: CredentialKind) -> Self {
        let before = Source::Variable(self.kind.variable().to_owned());
        let is_usual = |source: &&mut Source| kind != self.kind && **source == before;
        self.sources
            .iter_mut()
            .filter(is_usual)
            .for_each(|source| *source = Source::Variable(kind.variable().to_owned()));
        self.kind = kind;
        self
    }

    /// The profile in a sentence; one without a name stands for its app.
    pub fn called(&self) -> String {
        if self.name.is_empty() { format!("app {}", self.app_id) } else { format!("the profile {}", self.name) }
    }

    /// `host[:port]` of the profile's address. A credential that was stored for one host is never sent to another.
    pub fn host(&self) -> Option<String> {
        Url::parse(&self.base_url).ok().filter(Url::has_host).map(|url| host(&url))
    }
}

/// `host[:port]` of an address. The port is left out if it is the default port of the scheme.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
}

/// The rule for profile names, as the end of a sentence that begins with the name.
pub const PROFILE_NAMES: &str = "is 1 to 40 of a to z, A to Z, 0 to 9 and . - _, and begins with a letter or digit";

/// Is this a valid profile name? 1 to 40 ASCII letters, digits, `-`, `_` and `.`, the first a letter or digit. The
/// name is typed after an option and may become part of a file's name.
pub fn is_profile_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.len() <= NAME_LIMIT
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Is this a valid preset name? 1 to 40 visible characters, without spaces at the ends.
pub fn is_preset_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= NAME_LIMIT && text.trim() == text && !text.chars().any(is_invisible)
}

/// An app's id, 1 to 2147483647.
pub fn app_id(number: i64) -> Option<i32> {
    i32::try_from(number).ok().filter(|id| *id > 0)
}

/// Is this a valid address of the API? https to any host, http to [loopback](is_loopback) only, and no part beyond
/// scheme, host, port and path. The error is the end of a sentence. It never repeats the text, which may hold a
/// password.
pub fn base_url(text: &str) -> Result<Url, &'static str> {
    const SHAPE: &str = "is no address: it looks like https://api.hubapi.com";
    if text.chars().any(|c| c.is_whitespace() || is_invisible(c)) {
        return Err("holds spaces or characters that cannot be seen");
    }
    let url = Url::parse(text).map_err(|_| SHAPE)?;
    if !matches!(url.scheme(), "https" | "http") {
        Err(SHAPE)
    } else if !url.username().is_empty() || url.password().is_some() {
        Err("holds a user name or a password, and no credential is kept there")
    } else if url.query().is_some() || url.fragment().is_some() {
        Err("has a query or a fragment: it ends with the host or a path")
    } else if url.scheme() == "http" && !is_loopback(&url) {
        Err(
            "is plain http and neither localhost nor a loopback address: anyone on the way reads the credential; use https",
        )
    } else {
        Ok(url)
    }
}

/// The kinds of credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// An OAuth access token, in the header `Authorization: Bearer`.
    #[default]
    Bearer,
    /// The developer account's API key, in the query as `hapikey`. Legacy, but some accounts and API versions take
    /// only this.
    DeveloperKey,
}

impl CredentialKind {
    /// Both kinds, the usual one first.
    pub const ALL: [CredentialKind; 2] = [CredentialKind::Bearer, CredentialKind::DeveloperKey];

    /// The name of the kind in sentences.
    pub fn label(self) -> &'static str {
        match self {
            CredentialKind::Bearer => "access token",
            CredentialKind::DeveloperKey => "developer API key",
        }
    }

    /// The name of the kind in the configuration file.
    pub fn word(self) -> &'static str {
        match self {
            CredentialKind::Bearer => "bearer",
            CredentialKind::DeveloperKey => "developer-key",
        }
    }

    /// The environment variable that usually holds a credential of this kind.
    pub fn variable(self) -> &'static str {
        match self {
            CredentialKind::Bearer => "HUBSPOT_ACCESS_TOKEN",
            CredentialKind::DeveloperKey => "HUBSPOT_DEVELOPER_API_KEY",
        }
    }
}

/// Where callset reads a credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// An environment variable.
    Variable(String),
    /// A file that only its owner can read.
    File(PathBuf),
    /// A program that prints the credential, with its arguments. It is started without a shell.
    Command(Vec<String>),
    /// The keyring of the system.
    Keyring,
    /// An OAuth login, which is exchanged for an access token.
    OAuth(Box<Login>),
    /// The login of the HubSpot CLI, which is exchanged for an access token: of this account, or of its default one.
    HubSpotCli(Option<String>),
}

impl Source {
    /// Is it exchanged for an access token at HubSpot?
    pub fn is_exchanged(&self) -> bool {
        matches!(self, Source::OAuth(_) | Source::HubSpotCli(_))
    }

    /// Does callset write the credential there? The user sets up all other sources.
    pub fn is_written(&self) -> bool {
        matches!(self, Source::File(_) | Source::Keyring)
    }

    /// The environment variable, if it is one.
    pub fn variable(&self) -> Option<&str> {
        if let Source::Variable(name) = self { Some(name) } else { None }
    }

    /// The OAuth login, if it is one.
    pub fn login(&self) -> Option<&Login> {
        if let Source::OAuth(login) = self { Some(login) } else { None }
    }

    /// The files that hold the credential, or parts of the login.
    pub fn files(&self) -> Vec<&Source> {
        match self {
            Source::File(_) => vec![self],
            Source::OAuth(login) => LoginPart::ALL.iter().flat_map(|part| login.place(*part).files()).collect(),
            Source::Variable(_) | Source::Command(_) | Source::Keyring | Source::HubSpotCli(_) => vec![],
        }
    }

    /// Does the keyring hold the credential, or a part of the login?
    pub fn uses_keyring(&self) -> bool {
        match self {
            Source::Keyring => true,
            Source::OAuth(login) => LoginPart::ALL.iter().any(|part| *login.place(*part) == Source::Keyring),
            Source::Variable(_) | Source::File(_) | Source::Command(_) | Source::HubSpotCli(_) => false,
        }
    }

    /// The name of the source in sentences. A command shows only its program, since its arguments may hold
    /// something secret.
    pub fn words(&self) -> String {
        match self {
            Source::Variable(name) => format!("${name}"),
            Source::File(path) => format!("the file {}", path.display()),
            Source::Command(words) => format!("the program {}", words.first().map(String::as_str).unwrap_or_default()),
            Source::Keyring => "the keyring".to_owned(),
            Source::OAuth(_) => "the OAuth login".to_owned(),
            Source::HubSpotCli(None) => "the HubSpot CLI's login".to_owned(),
            Source::HubSpotCli(Some(account)) => format!("the HubSpot CLI's login {account}"),
        }
    }
}

/// A colour to tell profiles apart, beside their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tint {
    /// ANSI red.
    Red,
    /// ANSI green.
    Green,
    /// ANSI yellow.
    Yellow,
    /// ANSI blue.
    Blue,
    /// ANSI magenta.
    Magenta,
    /// ANSI cyan.
    Cyan,
}

impl Tint {
    /// All colours, in the order of ANSI.
    pub const ALL: [Tint; 6] = [Tint::Red, Tint::Green, Tint::Yellow, Tint::Blue, Tint::Magenta, Tint::Cyan];

    /// The name of the colour in the configuration file.
    pub fn word(self) -> &'static str {
        match self {
            Tint::Red => "red",
            Tint::Green => "green",
            Tint::Yellow => "yellow",
            Tint::Blue => "blue",
            Tint::Magenta => "magenta",
            Tint::Cyan => "cyan",
        }
    }
}

/// How the screen looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Appearance {
    /// Colours, unless the environment says no.
    #[default]
    Auto,
    /// Colours, whatever the environment says.
    Colour,
    /// No colours.
    Mono,
    /// No colours, and nothing but ASCII.
    Ascii,
}

/// How many cells the terminal gives characters of ambiguous width, such as `●` and `─` (Unicode Standard Annex 11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguous {
    /// One.
    #[default]
    Narrow,
    /// Two, as terminals for Chinese, Japanese and Korean may do.
    Wide,
}

impl Ambiguous {
    /// Both.
    pub const ALL: [Ambiguous; 2] = [Ambiguous::Narrow, Ambiguous::Wide];

    /// The word in the configuration file.
    pub fn word(self) -> &'static str {
        match self {
            Ambiguous::Narrow => "narrow",
            Ambiguous::Wide => "wide",
        }
    }
}

impl Appearance {
    /// All, the usual one first.
    pub const ALL: [Appearance; 4] = [Appearance::Auto, Appearance::Colour, Appearance::Mono, Appearance::Ascii];

    /// The name of the appearance in the configuration file.
    pub fn word(self) -> &'static str {
        match self {
            Appearance::Auto => "auto",
            Appearance::Colour => "colour",
            Appearance::Mono => "mono",
            Appearance::Ascii => "ascii",
        }
    }
}

/// A named set of values for the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name of the preset.
    pub name: String,
    /// The values by their JSON keys.
    pub values: Representation,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_profiles_are_words() {
        let long = "a".repeat(NAME_LIMIT);
        for name in ["a", "staging", "eu-1_b.c", "9", "Staging", &long] {
            assert!(is_profile_name(name), "{name}");
        }
        for name in ["", "-p", ".", "..", "a b", "a/b", "ä", "a\n", &format!("{long}a")] {
            assert!(!is_profile_name(name), "{name:?}");
        }
        for (name, fits) in [("Local tunnel", true), ("", false), (" a", false), ("a\u{202e}b", false)] {
            assert_eq!(is_preset_name(name), fits, "{name:?}");
        }
    }

    #[test]
    fn n19_an_address_is_https_or_on_this_machine_and_holds_nothing_else() {
        let fine =
            ["https://api.hubapi.com", "https://proxy.acme.dev:8443/hubspot/", "http://127.0.0.1:80", "http://[::1]/"];
        for url in fine {
            assert_eq!(base_url(url).map(|_| ()), Ok(()), "{url}");
        }
        for url in [
            "",
            "api.hubapi.com",
            "ftp://api.hubapi.com",
            "http://api.hubapi.com",
            "http://localhost.acme.dev",
            "https://user@api.hubapi.com",
            "https://:pw@api.hubapi.com",
            "https://api.hubapi.com/?a",
            "https://api.hubapi.com/#a",
            "https://api.hub\tapi.com",
            " https://api.hubapi.com",
            "https://api.hubapi.com/\u{202e}",
            "https://",
        ] {
            assert!(base_url(url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn x5_loopback_is_an_address_and_of_names_only_localhost() {
        let is = |url: &str| is_loopback(&Url::parse(url).unwrap());
        let ours = [
            "http://localhost",
            "https://localhost/path",
            "http://LocalHost:8080",
            "http://localhost.",
            "http://%6cocalhost",
            "http://\u{ff4c}ocalhost",
            "http://127.0.0.1",
            "http://127.0.0.1.",
            "http://127.255.255.254",
            "http://127.1",
            "http://0x7f.1",
            "http://0177.0.0.1",
            "http://2130706433",
            "http://[::1]",
            "http://[0:0:0:0:0:0:0:1]",
        ];
        for url in ours {
            assert!(is(url), "{url}");
            assert_eq!(base_url(url).map(|_| ()), Ok(()), "{url}");
        }
        let foreign = [
            "http://foo.localhost",
            "http://FOO.LOCALHOST",
            "http://foo.localhost.",
            "http://a.b.localhost:8080",
            "http://localhost..",
            "http://localhost.localdomain",
            "http://localhost6",
            "http://ip6-localhost",
            "http://loopback",
            "http://xlocalhost",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil.example\\@localhost",
            "http://0.0.0.0",
            "http://0",
            "http://128.0.0.1",
            "http://10.0.0.1",
            "http://[::]",
            "http://[::2]",
            // Where it leads is up to the system.
            "http://[::ffff:127.0.0.1]",
            "http://[::7f00:1]",
        ];
        for url in foreign {
            assert!(!is(url), "{url}");
            let said = base_url(url).unwrap_err();
            assert!(said.contains("neither localhost nor a loopback address"), "{url}: {said}");
        }
        for url in ["http://localhost@evil.example", "http://127.0.0.1:80@evil.example", "http://@localhost:p@x"] {
            assert!(base_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_host_has_its_port_only_if_it_is_unusual() {
        let host = |url: &str| Profile { base_url: url.into(), ..Profile::new("a", 1) }.host();
        assert_eq!(host(BASE_URL).as_deref(), Some("api.hubapi.com"));
        assert_eq!(host("https://a.dev:443/x").as_deref(), Some("a.dev"));
        assert_eq!(host("http://127.0.0.1:8080").as_deref(), Some("127.0.0.1:8080"));
    }

    #[test]
    fn ids_of_apps_are_whole_and_above_zero() {
        assert_eq!((app_id(1), app_id(2_147_483_647)), (Some(1), Some(i32::MAX)));
        assert!([0, -1, 2_147_483_648, i64::MIN].into_iter().all(|number| app_id(number).is_none()));
    }
}
