//! `callset profile`: lists and changes profiles without a screen.
//!
//! ```text
//!   add ──> would the file take it? ── secret from stdin ── keep ── edit the file          list, path: only read
//!   remove ──> edit the file, then print what stays elsewhere
//! ```
//!
//! A secret is read from standard input, because other users of the machine can read arguments. It goes only to `keep`.

mod change;
mod from;
mod list;

pub use change::{EditProfile, Named, Rename, Show, Try};
pub use from::{From, PartsFrom};

use super::exit::Said;
use super::{api_version, app_id};
use crate::model::ApiVersion;
use crate::model::profile::{
    self as rules, BASE_URL, CredentialKind, PROFILE_NAMES, Profile, Source, Tint, is_profile_name,
};
use crate::store::config::{ConfigEdit, ConfigFile};
use crate::words;
use clap::{Args, Subcommand};
use std::fmt;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

/// The longest secret that is read, in bytes. A longer text is not a secret.
const SECRET_LIMIT: u64 = 64 * 1024;

/// What to do with profiles.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// Add an app
    ///
    /// Its credential is had from the usual variable, if nothing else is said.
    Add(Box<Add>),
    /// Change a profile
    ///
    /// What is not given stays. A credential is kept by `callset auth set`.
    Edit(Box<EditProfile>),
    /// Start with this profile, if none is asked for
    Use(Named),
    /// List the profiles
    List(List),
    /// Show one profile
    Show(Show),
    /// Try a profile: its credential, the connection, the API
    Test(Box<Try>),
    /// Give a profile another name
    ///
    /// Its entry in the keyring goes with it.
    Rename(Rename),
    /// Remove a profile
    ///
    /// Drafts and credentials stay where they are, but for an entry in the keyring.
    Remove(Remove),
    /// Print the path of the configuration file
    Path,
}

/// Options of `profile add`.
#[derive(Clone, Debug, Args)]
pub struct Add {
    /// What to call it
    ///
    /// Letters, digits, and . - _ between them.
    #[arg(value_parser = name)]
    pub name: String,
    /// The app's id
    ///
    /// From the app's page in the developer account.
    #[arg(long = "app", value_name = "ID", value_parser = app_id)]
    pub app_id: i32,
    /// The API's address
    ///
    /// Plain http is for localhost and loopback addresses only.
    #[arg(long, value_name = "URL", hide_default_value = true, default_value = BASE_URL, value_parser = base_url)]
    pub base_url: String,
    /// The version: v3, 2025-09, 2026-03 or 2026-09
    #[arg(long, value_name = "VERSION", hide_default_value = true, default_value = "v3", value_parser = api_version)]
    pub api_version: ApiVersion,
    /// The credential: bearer or developer-key
    #[arg(long, value_name = "KIND", hide_default_value = true, default_value = "bearer", value_parser = kind)]
    pub kind: CredentialKind,
    /// Where the credential is had from.
    #[command(flatten)]
    pub from: From,
    /// Where the parts of its login are.
    #[command(flatten)]
    pub parts: PartsFrom,
    /// What stands between its settings and a slip.
    #[command(flatten)]
    pub care: Care,
    /// A colour beside its name
    ///
    /// red, green, yellow, blue, magenta or cyan.
    #[arg(long, value_name = "COLOUR", value_parser = mark)]
    pub mark: Option<Tint>,
    /// Start with this profile, if none is asked for
    #[arg(long)]
    pub default: bool,
    /// Replace a profile of this name
    ///
    /// And a credential that is kept for it.
    #[arg(long)]
    pub force: bool,
}

/// What stands between an app's settings and a slip.
#[derive(Clone, Copy, Debug, Args)]
pub struct Care {
    /// Customers use this app: review each save
    #[arg(long)]
    pub production: bool,
    /// Lock saving, until it is unlocked for a run
    #[arg(long)]
    pub read_only: bool,
}

/// Options of `profile list`.
#[derive(Clone, Debug, Args)]
pub struct List {
    /// Print JSON instead: an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Options of `profile remove`.
#[derive(Clone, Debug, Args)]
pub struct Remove {
    /// Which profile
    #[arg(add = super::completing::profiles())]
    pub name: String,
}

fn name(text: &str) -> Result<String, String> {
    is_profile_name(text).then(|| text.to_owned()).ok_or_else(|| format!("a profile's name {PROFILE_NAMES}"))
}

fn base_url(text: &str) -> Result<String, String> {
    rules::base_url(text).map(|_| text.to_owned()).map_err(|why| format!("the address {why}"))
}

fn kind(text: &str) -> Result<CredentialKind, String> {
    let kind = CredentialKind::ALL.into_iter().find(|kind| kind.word() == text);
    kind.ok_or_else(|| "the kinds of credential are bearer and developer-key".to_owned())
}

fn mark(text: &str) -> Result<Tint, String> {
    let mark = Tint::ALL.into_iter().find(|mark| mark.word() == text);
    mark.ok_or_else(|| format!("the colours are {}", Tint::ALL.map(Tint::word).join(", ")))
}

/// The files that the command works with.
#[derive(Clone, Debug)]
pub struct ProfileFiles {
    /// The configuration file. `None` if there is no home.
    pub file: Option<ConfigFile>,
    /// The folder of drafts.
    pub state: Option<PathBuf>,
}

/// A secret, and where it is to be kept.
pub struct NewSecret<'a> {
    /// A file or the keyring.
    pub source: &'a Source,
    /// The profile that the secret is for.
    pub profile: &'a str,
    /// The `host[:port]` that the secret may be sent to.
    pub host: &'a str,
    /// The kind of the secret.
    pub kind: CredentialKind,
    /// The text as it was read, without spaces and line breaks around it. It is never printed.
    pub secret: &'a str,
    /// May the secret replace another one?
    pub replace: bool,
}

impl fmt::Debug for NewSecret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecret").field("source", self.source).field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// Carries the action out. `secret` is called if a secret is needed. Its error says why there is none, and then nothing
/// is done. `keep` writes a secret. `forget` removes a profile's entry from the keyring, and returns whether there was
/// one. `rename` gives the entry of one profile to another.
pub fn run(
    action: &Action,
    places: &ProfileFiles,
    secret: impl FnOnce() -> Result<String, String>,
    keep: impl Fn(&NewSecret<'_>) -> Result<(), String>,
    forget: impl Fn(&Profile) -> Result<bool, String>,
    rename: impl Fn(&Profile, &Profile) -> Result<(), String>,
) -> Said {
    let Some(file) = &places.file else {
        return Said::failed(1, "there is no place for a configuration: set HOME or XDG_CONFIG_HOME");
    };
    let done = match action {
        Action::Add(options) => add(options, file, secret, keep),
        Action::List(options) => Ok(list::list(options, file)),
        Action::Edit(options) => change::edit(options, file),
        Action::Use(options) => change::make_default(options, file),
        Action::Show(options) => change::show(options, file),
        Action::Rename(options) => change::rename(options, file, rename),
        // `main` carries the test out, because it needs the network.
        Action::Test(_) => Ok(Said::default()),
        Action::Remove(options) => remove(options, file, places, forget),
        Action::Path => Ok(Said::printed(vec![file.path.display().to_string()])),
    };
    done.unwrap_or_else(|failed| failed)
}

/// Reads a secret from standard input. A terminal is refused, because the secret would be visible there.
pub fn secret() -> Result<String, String> {
    let input = io::stdin();
    if input.is_terminal() {
        return Err("the credential is read from standard input, where nobody sees it: pipe it, as in \
                    pass show hubspot | callset profile add …"
            .to_owned());
    }
    let mut text = String::new();
    input
        .lock()
        .take(SECRET_LIMIT + 1)
        .read_to_string(&mut text)
        .map_err(|error| format!("the credential cannot be read from standard input: {error}"))?;
    if text.len() as u64 > SECRET_LIMIT {
        return Err("standard input holds more than a credential: nothing was kept".to_owned());
    }
    let secret = text.trim();
    if secret.is_empty() {
        return Err("standard input is empty: pipe the credential into it".to_owned());
    }
    Ok(secret.to_owned())
}

fn add(
    options: &Add,
    file: &ConfigFile,
    secret: impl FnOnce() -> Result<String, String>,
    keep: impl Fn(&NewSecret<'_>) -> Result<(), String>,
) -> Result<Said, Said> {
    let source = options.from.source(&options.parts, options.kind).map_err(|why| Said::failed(2, why))?;
    let profile = Profile {
        base_url: options.base_url.clone(),
        api_version: options.api_version,
        kind: options.kind,
        sources: vec![source.clone()],
        mark: options.mark,
        production: options.care.production,
        read_only: options.care.read_only,
        ..Profile::new(&options.name, options.app_id)
    };
    let host = profile.host().unwrap_or_default();
    let (name, app_id) = (&options.name, options.app_id);
    let set = [ConfigEdit::SetProfile(profile.clone())];
    let mut changes = if options.force { set.to_vec() } else { vec![ConfigEdit::AddProfile(profile)] };
    if options.default {
        changes.push(ConfigEdit::SetDefault(Some(name.clone())));
    }
    // This is checked before a secret is asked for and kept.
    file.foresee(&changes).map_err(|why| {
        let would_help = !options.force && file.foresee(&set).is_ok();
        Said::failed(1, format!("{why}{}", if would_help { "; --force replaces it" } else { "" }))
    })?;
    let is_kept = source.is_written();
    if is_kept {
        let secret = secret().map_err(|why| Said::failed(2, why))?;
        let (kind, replace) = (options.kind, options.force);
        let keeping = NewSecret { source: &source, profile: name, host: &host, kind, secret: &secret, replace };
        keep(&keeping).map_err(|why| Said::failed(1, format!("{why}; the configuration is as it was")))?;
    }
    file.edit(&changes).map_err(|why| {
        let kept = if is_kept { words::profile::kept_already(&source) } else { String::new() };
        Said::failed(1, format!("{why}{kept}"))
    })?;
    let article = if options.kind == CredentialKind::Bearer { "an" } else { "a" };
    Ok(Said::printed(vec![
        format!("{name}: app {app_id} on {host}, with {article} {} from {}", options.kind.label(), source.words()),
        format!("It is in {}.", file.path.display()),
    ]))
}

fn remove(
    options: &Remove,
    file: &ConfigFile,
    places: &ProfileFiles,
    forget: impl Fn(&Profile) -> Result<bool, String>,
) -> Result<Said, Said> {
    let name = &options.name;
    let before = file.read().config;
    file.edit(&[ConfigEdit::RemoveProfile(name.clone())]).map_err(|why| Said::failed(1, why))?;
    let mut printed = vec![format!("{name} is removed from {}.", file.path.display())];
    if before.default_profile.as_ref() == Some(name) {
        printed.push("It was the default; there is none now.".to_owned());
    }
    for profile in before.profiles.iter().filter(|profile| profile.name == *name) {
        // Another program may read the same file, so the file stays.
        let files = profile.sources.iter().flat_map(Source::files);
        printed.extend(files.map(|file| format!("Its credential stays: {}.", file.words())));
        if profile.sources.iter().any(Source::uses_keyring) {
            printed.extend(match forget(profile) {
                Ok(true) => Some("Its entry in the keyring is removed as well.".to_owned()),
                Ok(false) => None,
                Err(why) => Some(format!("Its entry in the keyring may still be there: {why}")),
            });
        }
    }
    printed.extend(
        places.state.as_ref().map(|state| format!("Drafts and history of its app stay in {}.", state.display())),
    );
    Ok(Said::printed(printed))
}
