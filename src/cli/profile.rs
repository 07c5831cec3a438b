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

use super::examples;
use super::exit::Said;
use super::{api_version, app_id};
use crate::api::Credential;
use crate::model::ApiVersion;
use crate::model::profile::{self as rules, BASE_URL, CredentialKind, PROFILE_NAMES, Profile, Tint, is_profile_name};
use crate::start::profiles::{Predecessor, ProfileKeeper, ProfileWrite};
use crate::store::config::{ConfigEdit, Edited};
use crate::words;
use clap::{Args, Subcommand};
use std::io::{self, IsTerminal, Read};
use std::time::Duration;

/// The longest secret that is read, in bytes. A longer text is not a secret.
const SECRET_LIMIT: u64 = 64 * 1024;

/// What to do with profiles.
#[derive(Clone, Debug, Subcommand)]
#[command(defer = true)]
pub enum Action {
    /// Add an app
    ///
    /// Its credential is had from the usual variable, if nothing else is said.
    #[command(before_long_help = examples::PROFILE)]
    Add(Box<Add>),
    /// Change a profile
    ///
    /// What is not given stays. A credential is kept by `callset auth set`.
    #[command(before_long_help = examples::PROFILE)]
    Edit(Box<EditProfile>),
    /// Start with this profile, if none is asked for
    #[command(before_long_help = examples::PROFILE)]
    Use(Named),
    /// List the profiles
    #[command(before_long_help = examples::PROFILE)]
    List(List),
    /// Show one profile
    #[command(before_long_help = examples::PROFILE)]
    Show(Show),
    /// Try a profile: its credential, the connection, the API
    #[command(before_long_help = examples::PROFILE)]
    Test(Box<Try>),
    /// Give a profile another name
    ///
    /// Its entry in the keyring goes with it.
    #[command(before_long_help = examples::PROFILE)]
    Rename(Rename),
    /// Remove a profile
    ///
    /// Drafts and credentials stay where they are, but for an entry in the keyring.
    #[command(before_long_help = examples::PROFILE)]
    Remove(Remove),
    /// Print the path of the configuration file
    #[command(before_long_help = examples::PROFILE)]
    Path,
}

impl Action {
    /// The account of the HubSpot CLI, if a profile is to use its login and the command names none.
    pub fn account_to_choose(&mut self) -> Option<&mut Option<String>> {
        let from = match self {
            Action::Add(options) => &mut options.from,
            Action::Edit(options) => &mut options.from,
            Action::List(_)
            | Action::Use(_)
            | Action::Show(_)
            | Action::Rename(_)
            | Action::Test(_)
            | Action::Remove(_)
            | Action::Path => return None,
        };
        from.hs.as_mut().filter(|account| account.is_none())
    }
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
    /// How long its program may take: 1s to 60s
    #[arg(long, value_name = "TIME", value_parser = from::timeout)]
    pub command_timeout: Option<Duration>,
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
    /// Print JSON instead
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

/// Carries the action out. `keeper` is `None` if there is no home. `secret` is called if a secret is needed. Its error
/// says why there is none, and then nothing is done.
pub fn run(
    action: &Action,
    keeper: Option<ProfileKeeper<'_>>,
    secret: impl FnOnce(&Profile) -> Result<String, Said>,
) -> Said {
    let Some(keeper) = keeper else {
        return Said::failed(1, "there is no place for a configuration: set HOME or XDG_CONFIG_HOME");
    };
    let file = keeper.file;
    let done = match action {
        Action::Add(options) => add(options, keeper, secret),
        Action::List(options) => Ok(list::list(options, file)),
        Action::Edit(options) => change::edit(options, file),
        Action::Use(options) => change::make_default(options, keeper),
        Action::Show(options) => change::show(options, file).map_err(|why| why.said(options.json)),
        Action::Rename(options) => change::rename(options, keeper),
        // `main` carries the test out, because it needs the network.
        Action::Test(_) => Ok(Said::default()),
        Action::Remove(options) => remove(options, keeper),
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
    keeper: ProfileKeeper<'_>,
    secret: impl FnOnce(&Profile) -> Result<String, Said>,
) -> Result<Said, Said> {
    let (file, name, app_id) = (keeper.file, &options.name, options.app_id);
    let source = options.from.source(&options.parts, options.kind).map_err(|why| Said::failed(2, why))?;
    let profile = Profile {
        base_url: options.base_url.clone(),
        api_version: options.api_version,
        kind: options.kind,
        sources: vec![source.clone()],
        command_timeout: options.command_timeout,
        mark: options.mark,
        production: options.care.production,
        read_only: options.care.read_only,
        ..Profile::new(name, app_id)
    };
    let host = profile.host().unwrap_or_default();
    let before = options.force.then_some(Predecessor::Replaced);
    let write = ProfileWrite { profile, before };
    // This is checked before a secret is asked for and kept.
    file.foresee(&write.edits(file)).map_err(|why| {
        let would_help = !options.force && file.foresee(&[ConfigEdit::SetProfile(write.profile.clone())]).is_ok();
        Said::failed(1, format!("{why}{}", if would_help { "; --force replaces it" } else { "" }))
    })?;
    let credential = if source.is_written() {
        let text = secret(&write.profile)?;
        let read = Credential::new(options.kind, &text).map(|(credential, _)| credential);
        Some(read.map_err(|why| Said::failed(1, words::profile::not_written(why)))?)
    } else {
        None
    };
    let written = keeper.write(&write, credential.as_ref(), &mut vec![]);
    let mut notes = Vec::from_iter(written.map_err(|why| Said::failed(1, why))?);
    if options.default {
        let edited = keeper.make_default(name).map_err(|why| Said::failed(1, why))?;
        notes = Vec::from_iter(edited.note);
    }
    let article = if options.kind == CredentialKind::Bearer { "an" } else { "a" };
    let printed = vec![
        format!("{name}: app {app_id} on {host}, with {article} {} from {}", options.kind.label(), source.words()),
        format!("It is in {}.", file.path.display()),
    ];
    let said = notes.iter().map(|note| format!("callset: {note}")).collect();
    Ok(Said { said, ..Said::printed(printed) })
}

/// How the file was written, if that is unusual.
fn noted(edited: &Edited) -> Vec<String> {
    edited.note.iter().map(|note| format!("callset: {note}")).collect()
}

fn remove(options: &Remove, keeper: ProfileKeeper<'_>) -> Result<Said, Said> {
    let name = &options.name;
    let reading = keeper.file.read();
    // One that cannot be used can be removed all the same.
    let is_there = change::find(name, keeper.file).is_ok() || reading.left_out(name).is_some() || reading.is_broken;
    if !is_there {
        return Err(Said::failed(2, super::choice::unknown(name, &reading)));
    }
    let removed = keeper.remove(name).map_err(|why| Said::failed(1, why))?;
    let mut printed = vec![format!("{name} is removed from {}.", keeper.file.path.display())];
    printed.extend(words::profile::left_of(removed.profile.as_ref(), removed.was_default, removed.entry.as_ref()));
    printed.extend(keeper.state.map(words::profile::drafts_stay));
    Ok(Said { said: noted(&removed.edited), ..Said::printed(printed) })
}
