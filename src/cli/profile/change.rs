//! Changes profiles. Only the given properties change, and the rest of the file stays as it is written.

use super::list::{details, object};
use super::{From, PartsFrom, api_version, app_id, base_url, kind, mark, name, noted};
use crate::cli::exit::{CommandError, Said, document};
use crate::cli::values::columns;
use crate::model::ApiVersion;
use crate::model::profile::{CredentialKind, Profile, Source};
use crate::start::profiles::ProfileKeeper;
use crate::store::config::{ConfigEdit, ConfigFile};
use clap::Args;
use std::time::Duration;

/// Options of `profile edit`.
#[derive(Clone, Debug, Args)]
pub struct EditProfile {
    /// Which profile
    #[arg(add = crate::cli::completing::profiles())]
    pub name: String,
    /// Another app
    #[arg(long = "app", value_name = "ID", value_parser = app_id)]
    pub new_app: Option<i32>,
    /// Another address of the API
    #[arg(long = "base-url", value_name = "URL", value_parser = base_url)]
    pub new_url: Option<String>,
    /// Another version of the API
    #[arg(long = "api-version", value_name = "VERSION", value_parser = api_version)]
    pub new_version: Option<ApiVersion>,
    /// The credential: bearer or developer-key
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<CredentialKind>,
    /// Where the credential is had from.
    #[command(flatten)]
    pub from: From,
    /// Where the parts of its login are.
    #[command(flatten)]
    pub parts: PartsFrom,
    /// How long its program may take: 1s to 60s
    #[arg(long, value_name = "TIME", value_parser = super::from::timeout)]
    pub command_timeout: Option<Duration>,
    /// A colour beside its name, or none
    #[arg(long, value_name = "COLOUR")]
    pub mark: Option<String>,
    /// Do customers use this app? true or false
    #[arg(long, value_name = "BOOL", hide_possible_values = true)]
    pub production: Option<bool>,
    /// Is saving locked? true or false
    #[arg(long, value_name = "BOOL", hide_possible_values = true)]
    pub read_only: Option<bool>,
}

/// A profile by its name.
#[derive(Clone, Debug, Args)]
pub struct Named {
    /// Which profile
    #[arg(add = crate::cli::completing::profiles())]
    pub name: String,
}

/// Options of `profile show`.
#[derive(Clone, Debug, Args)]
pub struct Show {
    /// Which profile; the default one, if none is named
    #[arg(add = crate::cli::completing::profiles())]
    pub name: Option<String>,
    /// Print JSON instead
    #[arg(long)]
    pub json: bool,
}

/// Options of `profile test`.
#[derive(Clone, Debug, Args)]
pub struct Try {
    /// Which profile; the default one, if none is named
    #[arg(add = crate::cli::completing::profiles())]
    pub name: Option<String>,
    /// How it prints and waits.
    #[command(flatten)]
    pub common: crate::cli::options::Common,
}

/// Options of `profile rename`.
#[derive(Clone, Debug, Args)]
pub struct Rename {
    /// Which profile
    #[arg(add = crate::cli::completing::profiles())]
    pub name: String,
    /// What to call it
    #[arg(value_name = "NEW", value_parser = name)]
    pub new: String,
}

/// The profile of this name. The error says why there is none.
pub(super) fn find(name: &str, file: &ConfigFile) -> Result<Profile, CommandError> {
    let reading = file.read();
    let found = reading.config.profiles.iter().find(|profile| profile.name == name).cloned();
    found.ok_or_else(|| CommandError::usage(crate::cli::choice::unknown(name, &reading)))
}

pub(super) fn edit(options: &EditProfile, file: &ConfigFile) -> Result<Said, Said> {
    let before = find(&options.name, file)?;
    let mut profile = before.clone();
    profile.app_id = options.new_app.unwrap_or(profile.app_id);
    profile.api_version = options.new_version.unwrap_or(profile.api_version);
    profile.command_timeout = options.command_timeout.or(profile.command_timeout);
    profile.production = options.production.unwrap_or(profile.production);
    profile.read_only = options.read_only.unwrap_or(profile.read_only);
    if let Some(url) = &options.new_url {
        profile.base_url.clone_from(url);
    }
    match options.mark.as_deref() {
        None => {}
        Some("none") => profile.mark = None,
        Some(word) => profile.mark = Some(mark(word).map_err(|why| Said::failed(2, why))?),
    }
    profile = profile.of_kind(options.kind.unwrap_or(before.kind));
    if options.from.is_given() || options.parts.is_given() {
        profile.sources = vec![options.from.source(&options.parts, profile.kind).map_err(|why| Said::failed(2, why))?];
    }
    if profile == before {
        return Ok(Said { said: vec![format!("callset: {} is so already", options.name)], ..Said::default() });
    }
    let must_be_kept = profile.sources != before.sources && profile.sources.iter().any(Source::is_written)
        || profile.host() != before.host() && profile.sources.iter().any(Source::uses_keyring);
    let edited = file.edit(&[ConfigEdit::SetProfile(profile)]).map_err(|why| Said::failed(1, why))?;
    let mut said = vec![format!("callset: {} is changed in {}", options.name, file.path.display())];
    said.extend(noted(&edited));
    if must_be_kept {
        said.push(format!("callset: its credential is kept with callset auth set {}", options.name));
    }
    Ok(Said { said, ..Said::default() })
}

pub(super) fn make_default(options: &Named, keeper: ProfileKeeper<'_>) -> Result<Said, Said> {
    find(&options.name, keeper.file)?;
    let edited = keeper.make_default(&options.name).map_err(|why| Said::failed(1, why))?;
    let said = [vec![format!("callset: {} is the default profile", options.name)], noted(&edited)].concat();
    Ok(Said { said, ..Said::default() })
}

pub(super) fn show(options: &Show, file: &ConfigFile) -> Result<Said, CommandError> {
    let config = file.read().config;
    let default = config.default_profile.as_deref();
    let only = config.profiles.first().filter(|_| config.profiles.len() == 1).map(|profile| profile.name.as_str());
    let Some(name) = options.name.as_deref().or(default).or(only) else {
        return Err(CommandError::usage("there is no default profile: name one"));
    };
    let profile = find(name, file)?;
    let is_default = default == Some(name);
    Ok(Said::printed(if options.json {
        vec![document(&[("profile", object(&profile, is_default))])]
    } else {
        columns(&details(&profile, is_default))
    }))
}

pub(super) fn rename(options: &Rename, keeper: ProfileKeeper<'_>) -> Result<Said, Said> {
    let before = find(&options.name, keeper.file)?;
    let edited = keeper.rename(&before, &options.new).map_err(|why| Said::failed(1, why))?;
    let said = [vec![format!("callset: {} is called {} now", options.name, options.new)], noted(&edited)].concat();
    Ok(Said { said, ..Said::default() })
}
