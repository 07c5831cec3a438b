//! The command line: options with their environment variables, exit codes, and the commands without a screen.

pub mod apply;
pub mod assignment;
pub mod auth;
pub mod browser;
pub mod changed;
pub mod check;
pub mod choice;
pub mod completing;
pub mod create;
pub mod curl;
pub mod delete;
pub mod diff;
pub mod doctor;
pub mod document;
pub mod draft;
pub mod earlier;
pub mod edit;
mod examples;
pub mod exit;
pub mod follow;
pub mod get;
pub mod history;
pub mod input;
pub mod man;
pub mod names;
mod nushell;
pub mod options;
pub mod order;
pub mod outcome;
pub mod preview;
pub mod profile;
pub mod schema;
pub mod set;
pub mod settle;
mod steps;
pub mod topics;
pub mod usage;
pub mod values;
pub mod verbose;
pub mod watching;

use crate::model::version::UnknownVersion;
use crate::model::{ApiVersion, pace};
use crate::sandbox::{Accepts, Failure, TokenFault, UnknownMembers};
use clap::{Args, Parser, Subcommand, ValueEnum};
use options::TargetOptions;
use order::Order;
use std::ffi::OsString;
use std::time::Duration;

/// The widest that help is printed, in columns.
const MAX_WIDTH: usize = 100;

/// Edit the settings HubSpot keeps for an app's calling extension.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "callset",
    version,
    max_term_width = MAX_WIDTH,
    disable_help_subcommand = true,
    subcommand_value_name = "COMMAND"
)]
#[command(before_long_help = examples::CALLSET, after_help = AFTER_HELP, after_long_help = topics::AFTER_LONG_HELP)]
pub struct Cli {
    /// What to do instead of editing.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to edit.
    #[command(flatten)]
    pub editor: Editor,
}

const AFTER_HELP: &str = "\
Without a command the editor opens. The credential is never an argument: it is
read from the profile's sources, or from HUBSPOT_ACCESS_TOKEN.
callset help exit-codes, environment, files and apply tell more.";

/// Commands without a screen.
#[derive(Clone, Debug, Subcommand)]
// Arguments of a command are described once it is called: half of what stood before the editor's first frame.
#[command(defer = true)]
pub enum Command {
    /// Read the settings
    #[command(before_long_help = examples::GET)]
    Get(get::Get),
    /// Save values: only what differs is sent
    #[command(before_long_help = examples::SET)]
    Set(set::Set),
    /// Compare a file or a profile with the server
    #[command(before_long_help = examples::DIFF)]
    Diff(diff::Diff),
    /// Edit all settings as a file, in your own editor
    ///
    /// What is changed in it is shown, and sent only after a yes.
    #[command(before_long_help = examples::EDIT)]
    Edit(edit::EditAll),
    /// Make the settings what a file says
    #[command(before_long_help = examples::APPLY)]
    Apply(apply::Apply),
    /// Set up what the server does not have yet
    #[command(before_long_help = examples::CREATE)]
    Create(create::Create),
    /// Delete a resource
    #[command(before_long_help = examples::DELETE)]
    Delete(delete::Delete),
    /// Print a JSON line for each change
    #[command(before_long_help = examples::WATCH)]
    Watch(watching::Watching),
    /// Keep the url on this machine's tunnel
    ///
    /// Looks at the tunnels of this machine, and saves the url when the tunnel has another address. It never saves to a
    /// production profile.
    #[command(before_long_help = examples::FOLLOW)]
    Follow(follow::Follow),
    /// Tell what became of a save in doubt
    #[command(before_long_help = examples::SETTLE)]
    Settle(settle::Settle),
    /// List, show or restore earlier saves
    #[command(before_long_help = examples::HISTORY)]
    History(history::PastSaves),
    /// List, show or discard unsaved edits
    #[command(before_long_help = examples::DRAFT)]
    Draft(draft::Drafts),
    /// Print what would be sent as a curl line
    #[command(before_long_help = examples::CURL)]
    Curl(curl::Curl),
    /// Print a line to try values in your browser
    #[command(before_long_help = examples::OVERRIDE)]
    Override(browser::Override),
    /// Tell whether HubSpot will show the dialer
    ///
    /// Asks for the page as a browser would that loads it into a frame, and judges framing, redirects, certificate and more.
    /// It sends no credential. Without URL it checks the URLs of the app's settings.
    #[command(before_long_help = examples::CHECK)]
    Check(check::UrlToCheck),
    /// Show the dialer in a browser, as HubSpot would
    ///
    /// A page on this machine frames the saved url at the saved size, and speaks HubSpot's half of the SDK's handshake. Each
    /// step is a line, until the command is interrupted.
    #[command(before_long_help = examples::PREVIEW)]
    Preview(preview::PreviewOptions),
    /// Look for what may be in the way
    ///
    /// Configuration, credential, folders, terminal, proxy, connection and clock. It changes nothing and shows no secret.
    #[command(before_long_help = examples::DOCTOR)]
    Doctor(doctor::Doctor),
    /// Tell, set or forget the credential
    #[command(subcommand, before_long_help = examples::AUTH)]
    Auth(auth::AuthAction),
    /// Name the apps you work on
    ///
    /// A profile is an app, and where its credential is had from.
    #[command(subcommand, before_long_help = examples::PROFILE)]
    Profile(profile::Action),
    /// Run the built-in sandbox alone
    ///
    /// It answers as HubSpot does, on this machine only.
    #[command(before_long_help = examples::SANDBOX)]
    Sandbox(SandboxOptions),
    /// Print completions for a shell
    #[command(before_long_help = examples::COMPLETIONS)]
    Completions(completing::Completions),
    /// Print the man page, or write all of them
    #[command(before_long_help = examples::MAN)]
    Man(man::Pages),
    /// Print a JSON Schema
    #[command(before_long_help = examples::SCHEMA)]
    Schema(schema::SchemaOf),
    /// Explain a command or a topic
    ///
    /// Topics: exit-codes, environment, files and apply.
    #[command(before_long_help = examples::HELP)]
    Help(topics::Help),
}

impl Command {
    /// The command as an order, if it is about an app's settings.
    pub fn order(&self) -> Option<&dyn Order> {
        Some(match self {
            Command::Get(order) => order,
            Command::Set(order) => order,
            Command::Diff(order) => order,
            Command::Apply(order) => order,
            Command::Edit(order) => order,
            Command::Create(order) => order,
            Command::Delete(order) => order,
            Command::Watch(order) => order,
            Command::Settle(order) => order,
            Command::History(order) => order,
            Command::Draft(order) => order,
            Command::Curl(order) => order,
            Command::Override(order) => order,
            Command::Follow(_)
            | Command::Profile(_)
            | Command::Check(_)
            | Command::Preview(_)
            | Command::Doctor(_)
            | Command::Auth(_)
            | Command::Sandbox(_)
            | Command::Completions(_)
            | Command::Man(_)
            | Command::Schema(_)
            | Command::Help(_) => return None,
        })
    }
}

impl Command {
    /// The target of the command, if it is about one app.
    pub fn target(&self) -> Option<&TargetOptions> {
        match self {
            Command::Check(options) => Some(&options.shared.target),
            Command::Preview(options) => Some(&options.shared.target),
            Command::Follow(options) => Some(&options.shared.target),
            Command::Doctor(options) => Some(&options.shared.target),
            Command::Auth(auth::AuthAction::Status(options)) => Some(&options.shared.target),
            other => other.order().map(|order| &order.shared().target),
        }
    }
}

/// Options of the editor.
#[derive(Clone, Debug, Args)]
pub struct Editor {
    /// What it edits.
    #[command(flatten)]
    pub target: TargetOptions,
    /// Look for changes of others this often: 10s
    ///
    /// While nobody asks; shown on the form, never over an edit.
    #[arg(long, value_name = "TIME", value_parser = pace_of)]
    pub watch: Option<Duration>,
    /// Edit line by line, for screen readers and pipes
    ///
    /// Nothing is drawn. So it is with `TERM=dumb`, and with `plain = true` in the configuration.
    #[arg(long)]
    pub plain: bool,
    /// Draw with ASCII only
    ///
    /// So it is without a UTF-8 locale.
    #[arg(long)]
    pub ascii: bool,
    /// Use colours: auto, always or never
    ///
    /// auto looks at `NO_COLOR`, CLICOLOR and TERM.
    #[arg(long, value_name = "WHEN", value_enum, hide_possible_values = true, hide_default_value = true,
        default_value_t = Colour::Auto)]
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
    /// The port; 0 takes any free one
    ///
    /// The address is printed on standard output.
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub port: u16,
    /// Wait this long before each answer: 300ms, 2s
    #[arg(long, value_name = "TIME", default_value = "0ms", hide_default_value = true, value_parser = duration)]
    pub latency: Duration,
    /// Fail this share of requests: 503:0.2
    ///
    /// STATUS, or STATUS:SHARE. May be given more than once.
    #[arg(long, value_name = "STATUS:SHARE")]
    pub fail: Vec<Failure>,
    /// It takes: bearer, developer-key, both, specified
    ///
    /// Access tokens, developer API keys in the query, both, or in each version what its specification lists: keys on
    /// 2025-09 and 2026-09, tokens on the others.
    #[arg(long, value_name = "KIND", default_value = "both", hide_default_value = true)]
    pub accepts: Accepts,
    /// Unknown members: refuse, ignore, keep
    ///
    /// HubSpot's specification neither lists nor forbids them.
    #[arg(long, value_name = "HOW", default_value = "refuse", hide_default_value = true)]
    pub unknown_members: UnknownMembers,
    /// How long a token for a login lives: 300ms, 60s
    ///
    /// Half an hour, if it is not given.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub token_life: Option<Duration>,
    /// Replace the refresh token at each exchange
    #[arg(long)]
    pub rotate: bool,
    /// Refuse each login: revoked, gateway, cut
    ///
    /// client-id, client-secret, revoked, other-app, redirect, code, limit, gateway, cut or portal.
    #[arg(long, value_name = "HOW")]
    pub token_fault: Option<TokenFault>,
    /// The app that has settings from the start
    #[arg(long = "app", value_name = "ID", default_value = DEMO_APP, hide_default_value = true, value_parser = app_id)]
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
    text.parse().map_err(|why: UnknownVersion| why.to_string())
}

fn duration(text: &str) -> Result<Duration, String> {
    pace::duration(text).ok_or_else(|| "a time looks like 300ms or 2s, at most 60s".to_owned())
}

fn pace_of(text: &str) -> Result<Duration, String> {
    pace::pace(text).ok_or_else(|| "a pace is from 1s to 1m".to_owned())
}

/// The environment variables that describe the terminal.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `NO_COLOR`: any value but an empty one switches colours off.
    pub no_color: Option<OsString>,
    /// `CLICOLOR`: 0 switches colours off.
    pub clicolor: Option<OsString>,
    /// `TERM`.
    pub term: Option<OsString>,
    /// The locale of characters: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set.
    pub locale: Option<OsString>,
}

impl Surroundings {
    /// Reads the variables. An empty one counts as not set.
    pub fn new(var: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        Self {
            no_color: set("NO_COLOR"),
            clicolor: set("CLICOLOR"),
            term: set("TERM"),
            locale: set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")),
        }
    }

    /// Can the terminal not be drawn on?
    pub fn is_dumb(&self) -> bool {
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

    /// Does the locale allow only ASCII?
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
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(accepts(&[]), Some(Accepts::Both));
        assert_eq!(accepts(&["--accepts", "developer-key"]), Some(Accepts::DeveloperKey));
        assert_eq!(accepts(&["--accepts", "specified"]), Some(Accepts::Specified));
        assert_eq!(accepts(&["--accepts", "hapikey"]), None);
        assert_eq!(accepts(&["--unknown-members", "forget"]), None);
    }
}
