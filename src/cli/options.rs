//! Options that many commands have: the target, how to print, how to wait, and the guards of a save.

use super::exit::CommandError;
use super::{api_version, app_id, completing};
use crate::model::profile::Profile;
use crate::model::{ApiVersion, Resource, pace};
use crate::sync::{Condition, Consent};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ValueEnum};
use std::time::Duration;

/// What a command is about. May stand before the command as well.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Target")]
pub struct TargetOptions {
    /// Use a believable app on the built-in sandbox
    ///
    /// It needs no account and reaches no network. Each command has a sandbox of its own, so nothing is kept in it.
    #[arg(long)]
    pub demo: bool,
    /// The profile, as `callset profile` lists it
    ///
    /// Without one: the app given, else the default profile.
    #[arg(short, long, value_name = "NAME", env = "CALLSET_PROFILE", hide_env = true, add = completing::profiles())]
    pub profile: Option<String>,
    /// The app's id
    ///
    /// From the app's page in the developer account.
    #[arg(long = "app", value_name = "ID", env = "HUBSPOT_APP_ID", hide_env = true, value_parser = app_id)]
    pub app_id: Option<i32>,
    /// The API's address
    ///
    /// Plain http is for localhost and loopback addresses only.
    #[arg(
        long,
        value_name = "URL",
        env = "HUBSPOT_BASE_URL",
        hide_env = true,
        hide_default_value = true,
        default_value = "https://api.hubapi.com"
    )]
    pub base_url: String,
    /// The version: v3, 2025-09, 2026-03 or 2026-09
    #[arg(long, value_name = "VERSION", env = "CALLSET_API_VERSION", hide_env = true, hide_default_value = true,
        default_value = "v3", value_parser = api_version)]
    pub api_version: ApiVersion,
}

/// The names of the target options in the parser.
const TARGET: [&str; 5] = ["demo", "profile", "app_id", "base_url", "api_version"];

impl TargetOptions {
    /// The app to edit. The demo has an app of its own.
    pub fn app(&self) -> Option<i32> {
        self.app_id.or_else(|| self.demo.then(|| app_id(super::DEMO_APP).ok()).flatten())
    }

    /// Merges these options, which stand after the command, with those before it. The ones after the command win.
    fn over(self, before: &Self, after: &ArgMatches) -> Self {
        let is_after = |name: &str| is_typed(after, name);
        Self {
            demo: self.demo || before.demo,
            profile: if is_after("profile") { self.profile } else { before.profile.clone() },
            app_id: if is_after("app_id") { self.app_id } else { before.app_id },
            base_url: if is_after("base_url") { self.base_url } else { before.base_url.clone() },
            api_version: if is_after("api_version") { self.api_version } else { before.api_version },
        }
    }
}

/// The target options, and which of them were typed rather than taken from the environment.
#[derive(Clone, Debug)]
pub struct Aim {
    /// The options.
    pub options: TargetOptions,
    typed: Vec<&'static str>,
}

impl Aim {
    /// Merges the options before and after a command.
    pub fn new(before: &TargetOptions, after: Option<&TargetOptions>, given: &ArgMatches) -> Self {
        let command = innermost(given);
        let typed =
            TARGET.into_iter().filter(|name| is_typed(given, name) || after.is_some() && is_typed(command, name));
        let typed = typed.collect();
        let options = after.map_or(before.clone(), |after| after.clone().over(before, command));
        Self { options, typed }
    }

    /// Options in which only the profile was typed.
    pub fn of_profile(options: TargetOptions) -> Self {
        Self { options, typed: vec!["profile"] }
    }

    /// Options of which none was typed.
    pub fn untyped(options: TargetOptions) -> Self {
        Self { options, typed: vec![] }
    }

    /// Was this option typed, rather than taken from the environment?
    pub fn is_typed(&self, name: &str) -> bool {
        self.typed.contains(&name)
    }

    /// The first option that was typed.
    pub fn first(&self) -> Option<&'static str> {
        self.typed.first().copied()
    }
}

fn is_typed(given: &ArgMatches, name: &str) -> bool {
    given.try_contains_id(name).is_ok() && given.value_source(name) == Some(ValueSource::CommandLine)
}

fn innermost(given: &ArgMatches) -> &ArgMatches {
    given.subcommand().map_or(given, |(_, given)| innermost(given))
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for people.
    Table,
    /// One JSON object.
    Json,
    /// A file that `callset apply` takes.
    Toml,
    /// Assignments for a shell.
    Env,
    /// The bare values, one a line.
    Value,
}

/// How a command prints, waits and asks.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Print JSON, failures as well
    #[arg(long, conflicts_with = "output")]
    pub json: bool,
    /// Print as table, json, toml, env or value
    ///
    /// toml is a file that `callset apply` takes, env assignments for a shell, value the bare values, one a line.
    #[arg(short, long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    pub output: Option<Format>,
    /// Say nothing on standard error
    #[arg(short, long)]
    pub quiet: bool,
    /// Say each request on standard error
    ///
    /// Credentials are masked.
    #[arg(short, long)]
    pub verbose: bool,
    /// Give a request up after this long: 500ms, 10s
    #[arg(long, value_name = "TIME", value_parser = limit)]
    pub timeout: Option<Duration>,
    /// Never ask
    ///
    /// So it is without a terminal, and where CI=true.
    #[arg(long)]
    pub no_input: bool,
    /// Send nothing that changes anything
    #[arg(long)]
    pub read_only: bool,
    /// Read the credential from stdin, one line
    #[arg(long)]
    pub token_stdin: bool,
    /// Let the credential go to this host as well
    ///
    /// HubSpot's own hosts and this machine need no such word. It is remembered for this source and this host.
    #[arg(long, value_name = "HOST")]
    pub trust_host: Option<String>,
}

/// The options that all commands about an app share.
#[derive(Clone, Debug, Args)]
pub struct Shared {
    /// The target of the command.
    #[command(flatten)]
    pub target: TargetOptions,
    /// How the command prints, waits and asks.
    #[command(flatten)]
    pub common: Common,
}

impl Format {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Json => "json",
            Format::Toml => "toml",
            Format::Env => "env",
            Format::Value => "value",
        }
    }
}

impl Common {
    /// How to print.
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.output.unwrap_or(Format::Table) }
    }

    /// Are failures printed as JSON?
    pub fn is_json(&self) -> bool {
        self.format() == Format::Json
    }
}

fn limit(text: &str) -> Result<Duration, String> {
    let limit = pace::duration(text).filter(|limit| !limit.is_zero());
    limit.ok_or_else(|| "a time looks like 500ms or 10s, at most 60s".to_owned())
}

fn wait(text: &str) -> Result<Duration, String> {
    pace::duration(text).ok_or_else(|| "a time looks like 500ms or 30s, at most 60s".to_owned())
}

/// What stands before a save.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Before it is saved")]
pub struct Guards {
    /// Print what would be sent, and send nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// With --dry-run: exit with 3 if it would change
    #[arg(long, requires = "dry_run")]
    pub exit_code: bool,
    /// Only if it was last changed at this time
    ///
    /// The time is updatedAt as `callset get` prints it. It is compared with what the server says right before the save.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub if_updated_at: Option<String>,
    /// Only if a field has this value
    ///
    /// May be given more than once. It is compared right before the save.
    #[arg(long = "if", value_name = "FIELD=VALUE", add = completing::assignments())]
    pub conditions: Vec<String>,
    /// Yes, this app: what a production profile wants
    #[arg(long, value_name = "APP_ID", value_parser = app_id)]
    pub confirm: Option<i32>,
    /// Save although the profile is read-only
    #[arg(long, conflicts_with = "read_only")]
    pub unlock: bool,
    /// Wait so long for another callset that saves
    #[arg(long, value_name = "TIME", default_value = "10s", hide_default_value = true, value_parser = wait)]
    pub wait: Duration,
}

/// What the guards of a save have to know.
#[derive(Clone, Copy, Debug)]
pub struct Guarded<'a> {
    /// The profile that is saved to.
    pub profile: &'a Profile,
    /// Is every change forbidden in this run?
    pub is_locked: bool,
    /// Can the user be asked?
    pub is_asking: bool,
    /// Is the app's id needed even if the profile is not production?
    pub always: bool,
}

/// A time as the server writes it, with which it is compared.
fn moment(text: &str) -> Result<String, String> {
    let is_time = text.parse::<jiff::Timestamp>().is_ok();
    is_time.then(|| text.to_owned()).ok_or_else(|| "a time looks like 2026-11-22T10:00:00.000Z".to_owned())
}

impl Guards {
    /// Whether this save may be sent without asking the user.
    ///
    /// # Errors
    ///
    /// Saving is forbidden, or `--confirm` names another app, or a flag is missing that only a person may give. The
    /// sentence holds the whole missing flag.
    pub fn consent(&self, of: Guarded<'_>) -> Result<Consent, CommandError> {
        let (id, profile) = (of.profile.app_id, of.profile);
        if let Some(confirmed) = self.confirm.filter(|confirmed| *confirmed != id) {
            return Err(CommandError::usage(format!(
                "--confirm {confirmed} is another app: this one is {id}. Nothing was sent"
            )));
        }
        if self.dry_run {
            return Ok(Consent::DryRun);
        }
        if of.is_locked {
            return Err(CommandError::usage("--read-only was given: nothing was sent"));
        }
        if profile.read_only && !self.unlock {
            return Err(CommandError::usage(format!(
                "{} is read-only: --unlock saves to it. Nothing was sent",
                profile.called()
            )));
        }
        match (self.confirm, profile.production || of.always) {
            (None, true) if of.is_asking => Ok(Consent::Asked),
            (None, true) => {
                let what = if of.always {
                    "a deletion wants the app's id".to_owned()
                } else if profile.name.is_empty() {
                    "a profile guards this app, or the configuration cannot be read".to_owned()
                } else {
                    format!("{} is production", profile.called())
                };
                Err(CommandError::usage(format!("{what}: add --confirm {id} if you mean this app. Nothing was sent")))
            }
            (Some(_), _) | (None, false) => Ok(Consent::Given),
        }
    }

    /// The conditions for a write to these resources.
    pub fn conditions(&self, written: &[Resource]) -> Result<Vec<Condition>, CommandError> {
        let mut conditions = Vec::new();
        if let Some(at) = &self.if_updated_at {
            let dated = |resource: &&Resource| resource.field("updatedAt").is_some();
            let Some(resource) = written.iter().find(dated) else {
                return Err(CommandError::usage("--if-updated-at: the call recording has no time of its last change"));
            };
            conditions.push(Condition::Updated(*resource, at.clone()));
        }
        for text in &self.conditions {
            let (id, value) = super::assignment::comparison(text)?;
            conditions.push(Condition::Holds(id, value));
        }
        Ok(conditions)
    }
}
