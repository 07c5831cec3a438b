//! The command line: options, their environment variables, exit codes, and the commands without a screen.

pub mod choice;
pub mod profile;

use crate::model::{ApiVersion, pace};
use crate::sandbox::{Accepts, Failure};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::time::Duration;

/// Edit the settings HubSpot keeps for an app's calling extension.
#[derive(Clone, Debug, Parser)]
#[command(name = "callset", version, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Cli {
    /// What to do instead of editing.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to edit.
    #[command(flatten)]
    pub editor: Editor,
}

const AFTER_HELP: &str = "\
Without a profile the access token is read from HUBSPOT_ACCESS_TOKEN, or a developer API key from
HUBSPOT_DEVELOPER_API_KEY. There is no option for it: other users of this machine can read a program's
arguments, and the shell's history keeps them.

Exit codes: 0 fine, 1 failed, 2 not started (the sentence on stderr says why), 70 a fault of callset's
own, 129/130/131/143 ended by SIGHUP or a lost terminal, by quitting twice or SIGINT (also: left with a
save in doubt), by SIGQUIT, by SIGTERM.";

/// Commands without a screen.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Run the built-in sandbox alone: it answers as HubSpot does, on this machine only.
    Sandbox(SandboxOptions),
    /// Set up the apps you work on: a name for each, and where its credential is had from.
    #[command(subcommand)]
    Profile(profile::Action),
}

/// Options of the editor.
#[derive(Clone, Debug, Args)]
pub struct Editor {
    /// Edit a believable app on the built-in sandbox; needs no account and reaches no network.
    #[arg(long)]
    pub demo: bool,
    /// The profile to use; see `callset profile`. Without one: the app given, else the default profile.
    #[arg(short, long, value_name = "NAME", env = "CALLSET_PROFILE")]
    pub profile: Option<String>,
    /// The app's id, from its page in the developer account.
    #[arg(long = "app", value_name = "ID", env = "HUBSPOT_APP_ID", value_parser = app_id)]
    pub app_id: Option<i32>,
    /// The API's address. Plain http is for localhost and loopback addresses only.
    #[arg(long, value_name = "URL", env = "HUBSPOT_BASE_URL", default_value = "https://api.hubapi.com")]
    pub base_url: String,
    /// The API's version.
    #[arg(long, value_name = "VERSION", env = "CALLSET_API_VERSION", default_value = "v3", value_parser = api_version)]
    pub api_version: ApiVersion,
    /// Look for changes of others this often, while nobody asks: 10s. Shown on the form, never over an edit.
    #[arg(long, value_name = "TIME", value_parser = watch)]
    pub watch: Option<Duration>,
    /// Draw with ASCII only; also without a UTF-8 locale.
    #[arg(long)]
    pub ascii: bool,
    /// Use colours; auto looks at `NO_COLOR`, CLICOLOR and TERM.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Unless the environment says no.
    Auto,
    /// Whatever the environment says.
    Always,
    /// Not at all.
    Never,
}

/// Options of the sandbox.
#[derive(Clone, Debug, Args)]
pub struct SandboxOptions {
    /// The port; 0 takes any free one. The address is printed on stdout.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Wait this long before each answer: 300ms, 2s.
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = duration)]
    pub latency: Duration,
    /// Fail this share of requests with this status: 503:0.2. May be given more than once.
    #[arg(long, value_name = "STATUS:SHARE")]
    pub fail: Vec<Failure>,
    /// The credentials it takes: bearer (access tokens), developer-key (API keys in the query) or both.
    #[arg(long, value_name = "KIND", default_value = "both")]
    pub accepts: Accepts,
    /// The app that has settings from the start.
    #[arg(long = "app", value_name = "ID", default_value = DEMO_APP, value_parser = app_id)]
    pub app_id: i32,
}

/// The app of the demo.
const DEMO_APP: &str = "1234567";

fn app_id(text: &str) -> Result<i32, String> {
    match text.trim().parse::<i32>() {
        Ok(id) if id > 0 => Ok(id),
        _ => Err("an app id is a whole number from 1 to 2147483647".to_owned()),
    }
}

fn api_version(text: &str) -> Result<ApiVersion, String> {
    text.parse().map_err(|_| "the API's versions are v3, 2026-03 and 2026-09".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    pace::duration(text).ok_or_else(|| "a time looks like 300ms or 2s, at most 60s".to_owned())
}

fn watch(text: &str) -> Result<Duration, String> {
    pace::pace(text).ok_or_else(|| "a pace is from 1s to 1m".to_owned())
}

impl Editor {
    /// The app to edit: the demo brings its own.
    pub fn app(&self) -> Option<i32> {
        self.app_id.or_else(|| self.demo.then(|| app_id(DEMO_APP).ok()).flatten())
    }
}

/// What the environment says about the terminal.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `NO_COLOR`: any value but an empty one means no.
    pub no_color: Option<OsString>,
    /// `CLICOLOR`: 0 means no.
    pub clicolor: Option<OsString>,
    /// `TERM`.
    pub term: Option<OsString>,
    /// The locale of characters: the first that is set of `LC_ALL`, `LC_CTYPE` and `LANG`.
    pub locale: Option<OsString>,
}

impl Surroundings {
    /// Looks at the variables; empty ones count as not set.
    pub fn new(var: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        Self {
            no_color: set("NO_COLOR"),
            clicolor: set("CLICOLOR"),
            term: set("TERM"),
            locale: set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")),
        }
    }

    fn is_dumb(&self) -> bool {
        self.term.as_ref().is_some_and(|term| term == "dumb")
    }

    /// May colours be used?
    pub fn colour(&self, wanted: Colour) -> bool {
        match wanted {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                self.no_color.is_none() && self.clicolor.as_ref().is_none_or(|value| value != "0") && !self.is_dumb()
            }
        }
    }

    /// Is there nothing but ASCII?
    pub fn ascii(&self) -> bool {
        let locale = self.locale.as_ref().map(|value| value.to_string_lossy().to_ascii_lowercase());
        self.is_dumb() || !locale.is_some_and(|name| name.contains("utf-8") || name.contains("utf8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_told_what_it_accepts() {
        let accepts = |arguments: &[&str]| {
            let cli = Cli::try_parse_from(["callset", "sandbox"].iter().chain(arguments)).ok()?;
            match cli.command? {
                Command::Sandbox(options) => Some(options.accepts),
                Command::Profile(_) => None,
            }
        };
        assert_eq!(accepts(&[]), Some(Accepts::Both));
        assert_eq!(accepts(&["--accepts", "developer-key"]), Some(Accepts::DeveloperKey));
        assert_eq!(accepts(&["--accepts", "hapikey"]), None);
    }
}
