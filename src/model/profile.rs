//! What is set up once: the apps one works on, where each one's credential is had from, and named sets of values.
//!
//! ```text
//!   Config ─┬─ profiles ── app id, address, version, credential: kind and sources, production, read-only
//!           ├─ presets ─── values of the settings, by name
//!           └─ default profile, theme, mouse, watch
//! ```
//!
//! Plain data. Where it is kept is the store's business, and no credential is ever in it: a [`Source`] only says where one is.

use super::address::is_loopback;
use super::representation::Representation;
use super::text::is_invisible;
use super::version::ApiVersion;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Where HubSpot's API is, unless a profile says otherwise.
pub const BASE_URL: &str = "https://api.hubapi.com";

/// The longest name of a profile or a preset, in characters.
pub const NAME_LIMIT: usize = 40;

/// Everything that is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The profile to start with, if none is asked for.
    pub default_profile: Option<String>,
    /// In the order of the file.
    pub profiles: Vec<Profile>,
    /// In the order of the file.
    pub presets: Vec<Preset>,
    /// How the screen looks.
    pub theme: Appearance,
    /// Mouse reporting; `None` is on.
    pub mouse: Option<bool>,
    /// How often to look for changes of others; `None` is never.
    pub watch: Option<Duration>,
}

/// An app, and how to get at its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What it is called: a word that can be typed after `-p`.
    pub name: String,
    /// The app, 1 to 2147483647.
    pub app_id: i32,
    /// Scheme, host and path prefix of the API.
    pub base_url: String,
    /// The version of the API.
    pub api_version: ApiVersion,
    /// Which kind of credential its account uses.
    pub kind: CredentialKind,
    /// Where it is had from: the first source that has one.
    pub sources: Vec<Source>,
    /// The colour of its name on the screen.
    pub mark: Option<Tint>,
    /// Is it the app that customers use? Then every save is reviewed first.
    pub production: bool,
    /// Is saving locked until it is unlocked for a run?
    pub read_only: bool,
}

impl Profile {
    /// A profile with nothing special about it: of customers' data nothing is known, so it counts as no production.
    pub fn new(name: &str, app_id: i32) -> Self {
        let kind = CredentialKind::default();
        Self {
            name: name.to_owned(),
            app_id,
            base_url: BASE_URL.to_owned(),
            api_version: ApiVersion::default(),
            kind,
            sources: vec![Source::Variable(kind.variable().to_owned())],
            mark: None,
            production: false,
            read_only: false,
        }
    }

    /// `host[:port]` of its address. A credential that is kept for one is never used for another.
    pub fn host(&self) -> Option<String> {
        Url::parse(&self.base_url).ok().filter(Url::has_host).map(|url| host(&url))
    }
}

/// `host[:port]` of an address, the port only if it is not the scheme's own.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
}

/// What a profile can be called, as the end of a sentence about a name.
pub const PROFILE_NAMES: &str = "is 1 to 40 of a to z, A to Z, 0 to 9 and . - _, and begins with a letter or digit";

/// Can a profile be called that? 1 to 40 ASCII letters, digits, `-`, `_` and `.`, the first a letter or digit: it is typed
/// after an option, and may become a part of a file's name.
pub fn is_profile_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.len() <= NAME_LIMIT
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Can a preset be called that? 1 to 40 characters that can be seen, without spaces at the ends.
pub fn is_preset_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= NAME_LIMIT && text.trim() == text && !text.chars().any(is_invisible)
}

/// An app's id, 1 to 2147483647.
pub fn app_id(number: i64) -> Option<i32> {
    i32::try_from(number).ok().filter(|id| *id > 0)
}

/// Can the API be there? https anywhere, http to [loopback](is_loopback) only, and nothing but scheme, host and path. The error is a
/// sentence's end, and never repeats the text: it may hold a password.
pub fn base_url(text: &str) -> Result<Url, &'static str> {
    const SHAPE: &str = "is no address: it looks like https://api.hubapi.com";
    if text.chars().any(|c| c.is_whitespace() || is_invisible(c)) {
        return Err("holds spaces or characters that can not be seen");
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
    /// The developer account's API key, in the query as `hapikey`. Legacy, but some accounts and versions still take only it.
    DeveloperKey,
}

impl CredentialKind {
    /// Both, the usual one first.
    pub const ALL: [CredentialKind; 2] = [CredentialKind::Bearer, CredentialKind::DeveloperKey];

    /// What sentences call it.
    pub fn label(self) -> &'static str {
        match self {
            CredentialKind::Bearer => "access token",
            CredentialKind::DeveloperKey => "developer API key",
        }
    }

    /// What the configuration calls it.
    pub fn word(self) -> &'static str {
        match self {
            CredentialKind::Bearer => "bearer",
            CredentialKind::DeveloperKey => "developer-key",
        }
    }

    /// The environment variable that customarily holds one.
    pub fn variable(self) -> &'static str {
        match self {
            CredentialKind::Bearer => "HUBSPOT_ACCESS_TOKEN",
            CredentialKind::DeveloperKey => "HUBSPOT_DEVELOPER_API_KEY",
        }
    }
}

/// Where a credential is had from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// An environment variable.
    Variable(String),
    /// A file that only its owner can read.
    File(PathBuf),
    /// What a program prints, given with its arguments; no shell is in between.
    Command(Vec<String>),
    /// The keyring of the system.
    Keyring,
}

impl Source {
    /// What sentences call it. Of a command only the program: arguments may say more than others should see.
    pub fn words(&self) -> String {
        match self {
            Source::Variable(name) => format!("${name}"),
            Source::File(path) => format!("the file {}", path.display()),
            Source::Command(words) => format!("the program {}", words.first().map(String::as_str).unwrap_or_default()),
            Source::Keyring => "the keyring".to_owned(),
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
    /// All, in the order of ANSI's colours.
    pub const ALL: [Tint; 6] = [Tint::Red, Tint::Green, Tint::Yellow, Tint::Blue, Tint::Magenta, Tint::Cyan];

    /// What it is called.
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

impl Appearance {
    /// All, the usual one first.
    pub const ALL: [Appearance; 4] = [Appearance::Auto, Appearance::Colour, Appearance::Mono, Appearance::Ascii];

    /// What it is called.
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
    /// What it is called.
    pub name: String,
    /// The values, by their JSON keys.
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
