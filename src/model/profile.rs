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
