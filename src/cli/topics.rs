//! `callset help`: a command's help, or a topic.

use super::exit::{self, Said};
use super::{Cli, exit::CommandError};
use crate::store::config::config_file;
use crate::store::state_dir;
use clap::{Args, CommandFactory};
use std::ffi::OsString;

/// Options of `help`.
#[derive(Clone, Debug, Args)]
pub struct Help {
    /// A command, or exit-codes, environment, files or apply
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

/// The text at the end of `--help`.
pub(super) const AFTER_LONG_HELP: &str = "\
Without a command the editor opens. The credential is never an argument. There is no option for it: other users of \
this machine can read a program's arguments, and the shell's history keeps them. It is read from the profile's sources, from \
HUBSPOT_ACCESS_TOKEN, or with --token-stdin.

callset help exit-codes     what exit codes say
callset help environment    the variables that are read
callset help files          where what is kept, and the file that apply takes
callset help apply          how a command saves";

/// The topics.
const TOPICS: [&str; 4] = ["exit-codes", "environment", "files", "apply"];

impl Help {
    /// The output for the topic or the command.
    pub fn said(&self) -> Said {
        let mut command = Cli::command();
        let [first, rest @ ..] = &self.topic[..] else {
            return Said::printed(vec![command.render_long_help().to_string()]);
        };
        let is_command = command.find_subcommand(first).is_some();
        // `apply` is both a topic and a command. The topic describes the command.
        match first.as_str() {
            "exit-codes" => Said::printed(exit::lines()),
            "environment" => Said::printed(lines(ENVIRONMENT)),
            "files" => Said::printed(lines(FILES)),
            "apply" if rest.is_empty() => Said::printed(lines(APPLYING)),
            _ if is_command => {
                command.build();
                let mut at = command;
                for word in &self.topic {
                    match at.find_subcommand(word).cloned() {
                        Some(next) => at = next,
                        None => return unknown(word, at.get_subcommands().map(|next| next.get_name().to_owned())),
                    }
                }
                Said::printed(vec![at.render_long_help().to_string()])
            }
            other => {
                let names = command.get_subcommands().map(|command| command.get_name().to_owned());
                unknown(other, names.chain(TOPICS.map(str::to_owned)))
            }
        }
    }
}

/// The version, the commit, platform and features of the build, and the folders that callset uses.
pub fn version(var: impl Fn(&str) -> Option<OsString>) -> Said {
    let config = config_file(&var).map_or("none: HOME is not set".to_owned(), |file| file.path.display().to_string());
    let state = state_dir(&var).map_or("none: HOME is not set".to_owned(), |folder| folder.display().to_string());
    Said::printed(vec![
        format!("callset {}", env!("CARGO_PKG_VERSION")),
        format!("commit    {}", option_env!("CALLSET_COMMIT").unwrap_or("not recorded in this build")),
        format!("target    {}-{}", std::env::consts::ARCH, std::env::consts::OS),
        format!("features  {}", if cfg!(feature = "keyring") { "keyring" } else { "none" }),
        format!("config    {config}"),
        format!("state     {state}"),
    ])
}

fn unknown(topic: &str, known: impl Iterator<Item = String>) -> Said {
    let hint = crate::model::nearest(topic, known).map_or(String::new(), |near| format!("; did you mean {near}?"));
    CommandError::usage(format!("there is no help on {topic}{hint}")).said(false)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

const ENVIRONMENT: &str = "\
What is typed goes before the environment, and that before the configuration.

CALLSET_PROFILE             the profile, as -p
HUBSPOT_APP_ID              the app, as --app
HUBSPOT_BASE_URL            the API's address, as --base-url
CALLSET_API_VERSION         the API's version, as --api-version
HUBSPOT_ACCESS_TOKEN        an OAuth access token, where no profile says otherwise
HUBSPOT_DEVELOPER_API_KEY   a developer API key, likewise
VISUAL, EDITOR              your own editor, for callset edit
CI                          true: never ask, as --no-input
CALLSET_LOG                 debug: write a log for support into the state folder
NO_COLOR, CLICOLOR, TERM    whether colours are used
LC_ALL, LC_CTYPE, LANG      whether there is more than ASCII
XDG_CONFIG_HOME, HOME       where the configuration is
XDG_STATE_HOME, HOME        where drafts and history are
HTTPS_PROXY, ALL_PROXY, NO_PROXY
                            the proxy; never for this machine itself";

const FILES: &str = "\
Configuration   $XDG_CONFIG_HOME/callset/config.toml, or ~/.config/callset/config.toml
State           $XDG_STATE_HOME/callset, or ~/.local/state/callset: drafts, history, writes in doubt
                Folders have the mode 0700, files 0600, and no credential is in any of them.

A file for callset apply is TOML, or JSON if its name ends in .json. From standard input (-) it is
JSON if the first byte is {. Flat keys are settings, tables are resources; what is absent is not
touched. app_id is a guard: another app's file is not applied. createdAt and updatedAt are ignored.

    app_id = 1234567
    [settings]
    url = \"https://dialer.acme.dev/widget\"
    width = 420
    [channel-connection]
    isReady = true

callset get -o toml and callset get --json print such a file; callset schema apply describes it.
A credential never stands in it.";

const APPLYING: &str = "\
apply, set, create, delete and history restore save as the editor does:

  1  They read what is there.
  2  They wait for their turn, if another callset on this machine saves to the app (--wait).
  3  They read it again, right before. --if and --if-updated-at are compared with this. A field that
     changed between the two looks is a conflict: exit code 5, and nothing is sent.
  4  They note on the disk what is about to leave.
  5  They send one PATCH per resource, of only what differs. If nothing differs, nothing is sent.
  6  They say saved when the server's answer holds the values. An answer that is lost is read back.
  7  If nobody knows what became of it, the exit code is 7, and callset settle tells later.

A production profile wants the app's id: typed at a terminal, or --confirm APP_ID in a script. A
read-only one wants --unlock. Without a flag that only a person may give the exit code is 2.
callset apply --help lists its options.";
