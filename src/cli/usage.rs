//! What is wrong with a command line, in one sentence, and as JSON if the line asked for that.

use super::Cli;
use super::exit::{CommandError, Said};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use std::error::Error as _;

/// What the arguments that could not be read ask for, as far as that can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadLine {
    words: Vec<String>,
}

impl UnreadLine {
    /// The arguments, without the name of the program. What stands behind `--` are values.
    pub fn new(arguments: impl IntoIterator<Item = String>) -> Self {
        Self { words: arguments.into_iter().take_while(|word| word != "--").collect() }
    }

    /// Is nothing to be said on standard error?
    pub fn is_quiet(&self) -> bool {
        self.words.iter().any(|word| word == "-q" || word == "--quiet")
    }

    /// Are failures to be printed as JSON?
    fn is_json(&self) -> bool {
        let words = || self.words.iter().map(String::as_str);
        let is_asked = |word: &str| matches!(word, "--json" | "-ojson" | "-o=json" | "--output=json");
        words().any(is_asked) || words().zip(words().skip(1)).any(|pair| matches!(pair, ("-o" | "--output", "json")))
    }

    /// The command that the words lead to, and the words of its name.
    fn command(&self) -> (Command, String) {
        let (mut at, mut name) = (Cli::command(), "callset".to_owned());
        // Before, it has neither --help nor --version.
        at.build();
        for word in &self.words {
            if let Some(next) = at.find_subcommand(word).cloned() {
                name = format!("{name} {word}");
                at = next;
            }
        }
        (at, name)
    }

    /// The sentence for what is wrong, on standard error, and as JSON if that is wanted.
    pub fn said(&self, error: &clap::Error) -> Said {
        CommandError::usage(self.sentence(error)).said(self.is_json())
    }

    fn sentence(&self, error: &clap::Error) -> String {
        let texts = |kind| error.get(kind).map(texts).unwrap_or_default();
        let one = |kind| texts(kind).into_iter().next().unwrap_or_default();
        let (argument, value) = (bare(&one(ContextKind::InvalidArg)), one(ContextKind::InvalidValue));
        let argument = self.variable(&argument).unwrap_or(argument);
        match error.kind() {
            ErrorKind::InvalidValue if value.is_empty() => {
                format!("{argument} wants {}", wanted(&one(ContextKind::InvalidArg)))
            }
            ErrorKind::InvalidValue => {
                let known = texts(ContextKind::ValidValue);
                let hint = crate::model::nearest(&value, known.iter().cloned());
                let hint = hint.map_or(String::new(), |near| format!("; did you mean {near}?"));
                format!("{argument} takes {}, not {value:?}{hint}", listed(&known))
            }
            ErrorKind::ValueValidation => {
                let why = error.source().map_or_else(|| "it cannot be used".to_owned(), ToString::to_string);
                format!("{argument} {value}: {}", why.trim_end_matches('.'))
            }
            ErrorKind::UnknownArgument => self.unknown(&argument),
            ErrorKind::InvalidSubcommand => {
                let (command, name) = self.command();
                let word = one(ContextKind::InvalidSubcommand);
                let known = command.get_subcommands().map(|next| next.get_name().to_owned());
                let hint = crate::model::nearest(&word, known)
                    .map_or_else(|| format!(": {name} --help lists them"), |near| format!("; did you mean {near}?"));
                format!("there is no command {word}{hint}")
            }
            ErrorKind::ArgumentConflict => match bare(&one(ContextKind::PriorArg)) {
                prior if prior.is_empty() || prior == argument => format!("{argument} is given twice"),
                prior => format!("{argument} cannot be used with {prior}"),
            },
            ErrorKind::MissingRequiredArgument => {
                let missing: Vec<String> = texts(ContextKind::InvalidArg).iter().map(|text| plain(text)).collect();
                let (_, name) = self.command();
                let is_are = if missing.len() == 1 { "is" } else { "are" };
                format!("{} {is_are} missing: {name} --help shows how", missing.join(" and "))
            }
            // All else, in the parser's own words.
            _ => {
                let rendered = error.render().to_string();
                rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
            }
        }
    }

    /// The variable that holds the value of an option, if the option itself was not typed.
    fn variable(&self, option: &str) -> Option<String> {
        let (command, long) = (self.command().0, option.strip_prefix("--")?);
        let found = command.get_arguments().find(|of| of.get_long() == Some(long))?;
        let is_typed = |word: &String| {
            let short = found.get_short().is_some_and(|short| word.starts_with(&format!("-{short}")));
            short || word == option || word.starts_with(&format!("{option}="))
        };
        let variable = found.get_env()?.to_string_lossy().into_owned();
        (!self.words.iter().any(is_typed)).then_some(variable)
    }

    fn unknown(&self, argument: &str) -> String {
        let (command, name) = self.command();
        if self.words.windows(2).any(|pair| pair[0] == "--editor" && pair[1] == argument) {
            return format!("an editor is named as --editor={argument}");
        }
        if !argument.starts_with('-') {
            return format!("{argument:?} is one argument too many: {name} --help shows how");
        }
        if command.get_arguments().any(|of| of.get_long().is_some_and(|long| format!("--{long}") == argument)) {
            return format!("{argument} stands behind the command: {name} {argument}");
        }
        let long = |of: &clap::Arg| of.get_long().map(|long| format!("--{long}"));
        let known = command.get_arguments().filter(|of| !of.is_hide_set()).filter_map(long);
        let hint = crate::model::nearest(argument, known)
            .map_or_else(|| format!(": {name} --help lists them"), |near| format!("; did you mean {near}?"));
        format!("there is no option {argument}{hint}")
    }
}

fn texts(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(all) => all.clone(),
        ContextValue::StyledStr(text) => vec![text.to_string()],
        ContextValue::StyledStrs(all) => all.iter().map(ToString::to_string).collect(),
        _ => vec![],
    }
}

/// The name of an argument alone: `--wait` of `--wait <TIME>`, `FILE` of `[FILE]`.
fn bare(argument: &str) -> String {
    let name = argument.split(' ').next().unwrap_or_default();
    if name.starts_with('-') { name.to_owned() } else { plain(argument) }
}

/// What an option wants: `TIME` of `--wait <TIME>`.
fn wanted(argument: &str) -> String {
    argument.split_once(' ').map_or_else(|| "a value".to_owned(), |(_, value)| plain(value))
}

/// Without the brackets that show what may be left out or repeated.
fn plain(text: &str) -> String {
    text.replace(['<', '>', '[', ']'], "").trim_end_matches("...").to_owned()
}

fn listed(known: &[String]) -> String {
    match known {
        [] => "another value".to_owned(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn said(line: &str) -> String {
        let error = Cli::try_parse_from(["callset"].into_iter().chain(line.split_whitespace())).unwrap_err();
        UnreadLine::new(line.split_whitespace().map(str::to_owned)).sentence(&error)
    }

    #[test]
    fn each_slip_is_one_sentence_with_what_was_meant() {
        for (line, words) in [
            ("gte", "there is no command gte; did you mean get?"),
            ("frobnicate", "there is no command frobnicate: callset --help lists them"),
            ("profile ad", "there is no command ad; did you mean add?"),
            ("get --jsno", "there is no option --jsno; did you mean --json?"),
            ("--verion", "there is no option --verion; did you mean --version?"),
            ("--json get width", "--json stands behind the command: callset get --json"),
            ("get -z", "there is no option -z: callset get --help lists them"),
            ("get -o yaml", "--output takes table, json, toml, env or value, not \"yaml\""),
            ("get -o jsno", "--output takes table, json, toml, env or value, not \"jsno\"; did you mean json?"),
            ("set", "FIELD=VALUE is missing: callset set --help shows how"),
            ("set a=1 --if", "--if wants FIELD=VALUE"),
            ("set a=1 --exit-code", "--dry-run is missing: callset set --help shows how"),
            ("set a=1 --wait 1h", "--wait 1h: a time looks like 500ms or 30s, at most 60s"),
            ("set a=1 --unlock --read-only", "--unlock cannot be used with --read-only"),
            ("set a=1 --wait 1s --wait 2s", "--wait is given twice"),
            ("settle now", "\"now\" is one argument too many: callset settle --help shows how"),
            ("delete nothing", "RESOURCE nothing: what can be deleted is settings and channel-connection"),
            ("profile add", "--app ID and NAME are missing: callset profile add --help shows how"),
            ("history show x", "N x: a save has a number: 1 is the newest"),
        ] {
            assert_eq!(said(line), words, "{line}");
        }
    }

    #[test]
    fn what_the_line_asked_for_is_seen_although_it_cannot_be_read() {
        let of = |line: &str| UnreadLine::new(line.split_whitespace().map(str::to_owned));
        for line in ["get --json", "get -o json", "get -ojson", "get --output=json", "get --output json"] {
            assert!(of(line).is_json(), "{line}");
        }
        for line in ["get", "get json", "get -o toml", "profile add x -- cat --json"] {
            assert!(!of(line).is_json(), "{line}");
        }
        assert!(of("get -q").is_quiet() && !of("get -- -q").is_quiet());
    }
}
