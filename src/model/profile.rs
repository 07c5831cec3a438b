//! What is set up once: the apps one works on, where each one's credential is had from, and named sets of values.
//!
//! ```text
//!   Config ─┬─ profiles ── app id, address, version, credential: kind and sources, production, read-only
//!           ├─ presets ─── values of the settings, by name
//!           └─ default profile, theme, mouse, watch
//! ```
//!
//! Plain data. Where it is kept is the store's business, and no credential is ever in it: a [`Source`] only says where one is.

use super::resource::Representation;
use super::version::ApiVersion;
use std::path::PathBuf;
use std::time::Duration;

/// Where HubSpot's API is, unless a profile says otherwise.
pub const BASE_URL: &str = "https://api.hubapi.com";

/// The domains of `HubSpot`'s API, with the one of its test systems.
const HUBSPOTS: [&str; 4] = ["hubapi.com", "hubspot.com", "hubapiqa.com", "hubspotqa.com"];

/// Is a host (without a port) `HubSpot`'s? To any other one no credential goes before somebody has said so: a configuration
/// can come from anybody.
pub fn is_hubspots(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    // The root's name is empty and may be written.
    let host = host.strip_suffix('.').unwrap_or(&host);
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_below =
        |domain: &&str| host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'));
    host.split('.').all(is_label) && HUBSPOTS.iter().any(is_below)
}

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
    pub theme: Theme,
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
    pub mark: Option<Mark>,
    /// Is it the app that customers use? Then every save is reviewed first.
    pub production: bool,
    /// Is saving locked until it is unlocked for a run?
    pub read_only: bool,
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

/// A colour to tell profiles apart, beside their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
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

/// How the screen looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
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
    use proptest::prelude::*;

    #[test]
    fn s7_only_hubspots_own_hosts_are_its_own() {
        for host in [
            "hubapi.com",
            "api.hubapi.com",
            "API.HubAPI.com",
            "api.hubapi.com.",
            "api-eu1.hubapi.com",
            "a.b.c.hubspot.com",
            "app.hubspot.com",
            "api.hubapiqa.com",
            "hubspotqa.com",
        ] {
            assert!(is_hubspots(host), "{host}");
        }
        for host in [
            "",
            ".",
            "com",
            "evil-hubapi.com",
            "evilhubapi.com",
            "hubapi.com.evil.example",
            "api.hubapi.com.evil.example",
            "hubapi.co",
            "hubapi.com.co",
            "hubapi.org",
            "hubapi.comx",
            "hubapi.com..",
            ".hubapi.com",
            "..hubapi.com",
            "evil.example/.hubapi.com",
            "evil.example#.hubapi.com",
            "evil.example?.hubapi.com",
            "evil.example\\.hubapi.com",
            "evil.example:443.hubapi.com",
            "evil.example@hubapi.com",
            "evil.example %00.hubapi.com",
            "evil.example\0.hubapi.com",
            "api.hubapi.com:443",
            "api\u{3002}hubapi.com",
            "api.hub\u{430}pi.com",
            "\u{ff48}ubapi.com",
            "hubapi.com\u{200b}",
            " hubapi.com",
            "127.0.0.1",
            "localhost",
            "[::1]",
        ] {
            assert!(!is_hubspots(host), "{host}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn s7_whatever_stands_behind_another_name_is_not_hubspots(
            front in "[a-z0-9.-]{0,12}", domain in prop::sample::select(HUBSPOTS.to_vec()), back in "[a-z0-9-]{1,8}",
        ) {
            let behind = format!("{front}{domain}.{back}");
            let glued = format!("{front}x{domain}");
            prop_assert!(!is_hubspots(&behind) && !is_hubspots(&glued));
        }
    }
}
