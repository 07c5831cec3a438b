//! `callset completions`: completion with Tab in six shells. The shell asks callset for candidates, so it offers the
//! profiles that are set up.
//!
//! ```text
//!   completions bash ──> a few lines for the shell ── Tab ──> COMPLETE=bash callset -- words ──> candidates
//! ```

use super::exit::{CommandError, Ending, Said};
use super::nushell::Nushell;
use super::{input, names};
use crate::model::{Field, Kind};
use crate::store::config::config_file;
use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use std::io;

/// The shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// GNU bash.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
    /// PowerShell.
    Powershell,
    /// elvish.
    Elvish,
    /// nushell.
    Nushell,
}

/// The shells, for the library that completes.
pub const SHELLS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Nushell, &Powershell, &Zsh]);

/// Options of `completions`.
#[derive(Clone, Debug, Args)]
pub struct Completions {
    /// bash, zsh, fish, powershell, elvish or nushell
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    shell: Shell,
}

impl Completions {
    /// Prints the lines for the shell.
    pub fn said(&self) -> Said {
        let mut bytes = Vec::new();
        let written = match self.shell {
            Shell::Bash => registration(&Bash, &mut bytes),
            Shell::Zsh => registration(&Zsh, &mut bytes),
            Shell::Fish => registration(&Fish, &mut bytes),
            Shell::Powershell => registration(&Powershell, &mut bytes),
            Shell::Elvish => registration(&Elvish, &mut bytes),
            Shell::Nushell => registration(&Nushell, &mut bytes),
        };
        let text = String::from_utf8_lossy(&bytes);
        let text = if self.shell == Shell::Zsh { unparted(&text) } else { text.into_owned() };
        match written {
            Ok(()) => Said::printed(text.lines().map(str::to_owned).collect()),
            Err(why) => CommandError::new(Ending::Failed, "disk", input::words(&why)).said(false),
        }
    }
}

/// The lines for zsh, which puts a blank behind what it completes: behind `width=` the blank would part the field from its
/// value.
fn unparted(lines: &str) -> String {
    let is_open = "            elif [[ \"$value\" == *= ]]; then\n                open+=(\"$completion\")\n";
    let offer = "        [[ -n $open ]] && _describe -V 'values' open -S ''\n";
    lines
        .replace("local -a other=()", "local -a other=() open=()")
        .replace(
            "            else\n                other+=",
            &format!("{is_open}            else\n                other+="),
        )
        .replace("        [[ -n $other ]]", &format!("{offer}        [[ -n $other ]]"))
}

fn registration(shell: &dyn EnvCompleter, bytes: &mut Vec<u8>) -> io::Result<()> {
    shell.write_registration("COMPLETE", "callset", "callset", "callset", bytes)
}

/// Completes what there is help on.
pub(super) fn topics() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let command = super::Cli::command();
        let commands = command.get_subcommands().map(|command| command.get_name().to_owned());
        commands.chain(super::topics::TOPICS.map(str::to_owned)).map(CompletionCandidate::new).collect()
    })
}

/// Completes the profiles that are set up.
pub(super) fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let file = config_file(|name| std::env::var_os(name));
        let config = file.map(|file| file.read().config).unwrap_or_default();
        let candidate = |profile: &crate::model::profile::Profile| {
            CompletionCandidate::new(&profile.name).help(Some(format!("app {}", profile.app_id).into()))
        };
        config.profiles.iter().map(candidate).collect()
    })
}

/// Completes the accounts of the HubSpot CLI.
pub(super) fn accounts() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = crate::start::cli_accounts(|name| std::env::var_os(name));
        names.into_iter().map(CompletionCandidate::new).collect()
    })
}

/// Completes the fields that can be read.
pub(super) fn fields() -> ArgValueCandidates {
    ArgValueCandidates::new(|| names::fields().map(|field| candidate(field, "")).collect())
}

/// Completes the fields that can be set. If a field has only a few values, they are completed too.
pub(super) fn assignments() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let editable = names::fields().filter(|field| field.kind.is_editable());
        let each = |field: &'static Field| match field.kind {
            Kind::Switch => vec![candidate(field, "=true"), candidate(field, "=false")],
            Kind::Text | Kind::Url | Kind::Integer | Kind::Time | Kind::Json => vec![candidate(field, "=")],
        };
        editable.flat_map(each).collect()
    })
}

fn candidate(field: &Field, end: &str) -> CompletionCandidate {
    CompletionCandidate::new(format!("{}{end}", field.id)).help(Some(field.label.to_string().into()))
}
