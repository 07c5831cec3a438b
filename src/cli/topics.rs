//! `callset help`: a command's help, or a topic.

use super::exit::{self, Said};
use super::{Cli, MAX_WIDTH, exit::CommandError};
use crate::store::config::config_file;
use crate::store::state_dir;
use crate::words::disk::{NO_CONFIG, NO_STATE};
use clap::{Args, CommandFactory};
use std::ffi::OsString;

/// Options of `help`.
#[derive(Clone, Debug, Args)]
pub struct Help {
    /// A command, or exit-codes, environment, files or apply
    #[arg(value_name = "TOPIC", add = super::completing::topics())]
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
pub(super) const TOPICS: [&str; 4] = ["exit-codes", "environment", "files", "apply"];

impl Help {
    /// The output for the topic or the command. `columns`: those of the terminal, if there is one.
    pub fn said(&self, columns: Option<usize>) -> Said {
        let mut command = Cli::command();
        let width = columns.map_or(MAX_WIDTH, |columns| columns.min(MAX_WIDTH));
        let topic = |text: &str| Said::printed(lines(text, width));
        let [first, rest @ ..] = &self.topic[..] else {
            return Said::printed(vec![command.render_long_help().to_string()]);
        };
        let is_command = command.find_subcommand(first).is_some();
        // `apply` is both a topic and a command. The topic describes the command.
        match first.as_str() {
            "exit-codes" => topic(&exit::lines().join("\n")),
            "environment" => topic(ENVIRONMENT),
            "files" => topic(FILES),
            "apply" if rest.is_empty() => topic(APPLYING),
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
    let config = config_file(&var).map_or(format!("none: {NO_CONFIG}"), |file| file.path.display().to_string());
    let state = state_dir(&var).map_or(format!("none: {NO_STATE}"), |folder| folder.display().to_string());
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

/// The text as lines of at most so many columns.
fn lines(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrapped(line, width)).collect()
}

/// The least room for the words behind a name, in columns.
const LEAST: usize = 20;

/// A line as lines of at most so many columns, if its words allow. They go on below the second column, if it has two.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let blanks = line.len() - line.trim_start().len();
    let (name, words) = line[blanks..].split_once("  ").unwrap_or(("", &line[blanks..]));
    let words = words.trim_start();
    let (mut now, mut hang) = (line[..line.len() - words.len()].to_owned(), line.len() - words.len());
    let mut all = Vec::new();
    if !name.is_empty() && hang + LEAST > width && line.len() > width {
        all.push(now.trim_end().to_owned());
        hang = blanks + 4;
        now = " ".repeat(hang);
    }
    for word in words.split(' ') {
        let is_first = now.len() == hang;
        if !is_first && now.len() + 1 + word.len() > width {
            all.push(std::mem::replace(&mut now, " ".repeat(hang)));
        } else if !is_first {
            now.push(' ');
        }
        now.push_str(word);
    }
    all.push(now);
    all
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
HTTPS_PROXY, ALL_PROXY      the proxy; never for this machine itself
NO_PROXY                    the hosts that it is not for";

const FILES: &str = "\
Configuration   $XDG_CONFIG_HOME/callset/config.toml, or ~/.config/callset/config.toml
State           $XDG_STATE_HOME/callset, or ~/.local/state/callset: drafts, history, writes in doubt. Folders have the \
mode 0700, files 0600, and no credential is in any of them.

A file for callset apply is TOML, or JSON if its name ends in .json. From standard input (-) it is JSON if the first \
byte is {. Flat keys are settings, tables are resources; what is absent is not touched. app_id is a guard: another \
app's file is not applied. createdAt and updatedAt are ignored.

    app_id = 1234567
    [settings]
    url = \"https://dialer.acme.dev/widget\"
    width = 420
    [channel-connection]
    isReady = true

callset get -o toml and callset get --json print such a file; callset schema apply describes it. A credential never \
stands in it.";

const APPLYING: &str = "\
apply, set, create, delete and history restore save as the editor does:

  1  They read what is there.
  2  They wait for their turn, if another callset on this machine saves to the app (--wait).
  3  They read it again, right before. --if and --if-updated-at are compared with this. A field that changed between \
the two looks is a conflict: exit code 5, and nothing is sent.
  4  They note on the disk what is about to leave.
  5  They send one PATCH per resource, of only what differs. If nothing differs, nothing is sent.
  6  They say saved when the server's answer holds the values. An answer that is lost is read back.
  7  If nobody knows what became of it, the exit code is 7, and callset settle tells later.

A production profile wants the app's id: typed at a terminal, or --confirm APP_ID in a script. A read-only one wants \
--unlock. Without a flag that only a person may give the exit code is 2. callset apply --help lists its options.";

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn what_a_line_goes_on_with_stands_below_its_words() {
        assert_eq!(wrapped("PROXY   the proxy of all hosts", 28), ["PROXY   the proxy of all", "        hosts"]);
        assert_eq!(wrapped("  1  They read what is there", 25), ["  1  They read what is", "     there"]);
        assert_eq!(wrapped("plain words go on", 11), ["plain words", "go on"]);
        assert_eq!(wrapped("", 9), [""]);
        // Where a column of its own would be too narrow, the words stand under the name.
        assert_eq!(wrapped("HUBSPOT_ACCESS_TOKEN   a token", 24), ["HUBSPOT_ACCESS_TOKEN", "    a token"]);
        assert_eq!(wrapped("a https://too.long.for/this", 10), ["a", "https://too.long.for/this"]);
    }
}
