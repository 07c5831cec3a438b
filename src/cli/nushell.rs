//! Completion in nushell. The completion library knows five shells; to nushell callset is an external completer.

use super::exit::{array, object};
use crate::model::json::string;
use clap::Command;
use clap_complete::engine::{CompletionCandidate, complete};
use clap_complete::env::EnvCompleter;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

/// The shell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nushell;

impl EnvCompleter for Nushell {
    fn name(&self) -> &'static str {
        "nushell"
    }

    fn is(&self, name: &str) -> bool {
        matches!(name, "nushell" | "nu")
    }

    /// There is one completer for all programs. Whichever stood there before keeps the others.
    fn write_registration(&self, var: &str, name: &str, _: &str, own: &str, to: &mut dyn Write) -> io::Result<()> {
        write!(
            to,
            r#"let {name}_others = $env.config.completions.external.completer?
$env.config.completions.external.enable = true
$env.config.completions.external.completer = {{|words|
    if ($words | first | path parse | get stem) == "{name}" {{
        with-env {{ {var}: nushell }} {{ ^{own} -- ...$words }} | from json
    }} else if ${name}_others != null {{
        do ${name}_others $words
    }}
}}
"#
        )
    }

    /// A list of records, or `null`, for which nushell completes the names of files.
    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let last = words.len().saturating_sub(1);
        let found = complete(command, words, last, folder)?;
        let all = if found.is_empty() { "null".to_owned() } else { array(found.iter().map(record)) };
        writeln!(to, "{all}")
    }
}

fn record(candidate: &CompletionCandidate) -> String {
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help.lines().next().unwrap_or_default();
    object(&[("value", string(&candidate.get_value().to_string_lossy())), ("description", string(help))])
}
