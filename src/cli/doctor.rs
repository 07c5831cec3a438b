//! `callset doctor`: looks for problems. Each check has a time limit. The command changes nothing and shows no secret.
//!
//! ```text
//!   config ── profile ── credential ── folders ── disk ── terminal ── proxy ── connection ── API ── clock
//! ```

use super::exit::{Said, array, document, object};
use super::options::{Common, Shared};
use super::values::columns;
use super::{Surroundings, input};
use crate::api::proxy::Proxy;
use crate::model::json::string;
use crate::store::config::{ConfigFile, Reading};
use clap::Args;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// Options of `doctor`.
#[derive(Clone, Debug, Args)]
pub struct Doctor {
    /// Look at nothing that is on the network
    #[arg(long)]
    pub offline: bool,
    /// What is looked at, and how it is printed.
    #[command(flatten)]
    pub shared: Shared,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// The thing is as it should be.
    Well,
    /// The thing works, but the user should know about it.
    Odd,
    /// The thing does not work.
    Ill,
    /// The thing was not checked.
    Skipped,
}

impl Health {
    fn word(self) -> &'static str {
        match self {
            Health::Well => "ok",
            Health::Odd => "odd",
            Health::Ill => "wrong",
            Health::Skipped => "skipped",
        }
    }
}

/// The finding of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The thing that was checked.
    pub name: &'static str,
    /// The result.
    pub health: Health,
    /// The result in words.
    pub words: String,
}

impl Finding {
    /// A finding.
    pub fn new(name: &'static str, health: Health, words: impl Into<String>) -> Self {
        Self { name, health, words: words.into() }
    }
}

/// The output for all findings. The exit code is 1 if something does not work.
pub fn said(findings: &[Finding], common: &Common) -> Said {
    let is_ill = findings.iter().any(|finding| finding.health == Health::Ill);
    let printed = if common.is_json() {
        let one = |finding: &Finding| {
            object(&[
                ("name", string(finding.name)),
                ("health", string(finding.health.word())),
                ("words", string(&finding.words)),
            ])
        };
        let outcome = string(if is_ill { "wrong" } else { "ok" });
        vec![document(&[("outcome", outcome), ("findings", array(findings.iter().map(one)))])]
    } else {
        let row =
            |finding: &Finding| vec![finding.health.word().to_owned(), finding.name.to_owned(), finding.words.clone()];
        columns(&findings.iter().map(row).collect::<Vec<_>>())
    };
    let said = if is_ill { vec!["callset: something is in the way".to_owned()] } else { vec![] };
    Said { printed, said, code: u8::from(is_ill) }
}

/// Checks the configuration. Names everything that cannot be used, with line and column.
pub fn configuration(file: Option<&ConfigFile>, reading: &Reading) -> Vec<Finding> {
    let name = "config";
    let Some(file) = file else {
        return vec![Finding::new(name, Health::Odd, "there is no place for one: set HOME or XDG_CONFIG_HOME")];
    };
    let health = if reading.is_broken { Health::Ill } else { Health::Odd };
    let mut found: Vec<Finding> =
        reading.complaints.iter().map(|complaint| Finding::new(name, health, complaint.to_string())).collect();
    if found.is_empty() {
        let profiles = reading.config.profiles.len();
        let words = if file.path.exists() {
            format!("{}: {profiles} profiles, {} presets", file.path.display(), reading.config.presets.len())
        } else {
            format!("{} is not there, so the defaults hold", file.path.display())
        };
        found.push(Finding::new(name, Health::Well, words));
    }
    found
}

/// Checks a folder of callset: does it exist, who owns it, and may other users enter it?
pub fn folder(name: &'static str, path: Option<&Path>) -> Finding {
    let Some(path) = path else {
        return Finding::new(
            name,
            Health::Odd,
            "there is none: HOME is not set. Drafts and history are in memory only",
        );
    };
    let shown = path.display();
    let there = match fs::metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Finding::new(name, Health::Well, format!("{shown} is made when it is needed"));
        }
        Err(error) => return Finding::new(name, Health::Ill, format!("{shown}: {}", input::words(&error))),
    };
    let mode = there.permissions().mode() & 0o7777;
    let words = format!("{shown}, mode {mode:04o}, owner {}", there.uid());
    if !there.is_dir() {
        Finding::new(name, Health::Ill, format!("{shown} is no folder"))
    } else if mode & 0o077 != 0 {
        Finding::new(name, Health::Odd, format!("{words}: others may look into it, callset closes it when it writes"))
    } else {
        Finding::new(name, Health::Well, words)
    }
}

/// Checks the terminal, by the environment variables.
pub fn terminal(var: impl Fn(&str) -> Option<OsString>, size: Option<(u16, u16)>) -> Finding {
    let surroundings = Surroundings::new(&var);
    let term = surroundings.term.as_ref().map_or("not set".to_owned(), |term| term.to_string_lossy().into_owned());
    let colours = if surroundings.colour(super::Colour::Auto) { "colours" } else { "no colours" };
    let characters = if surroundings.ascii() { "ASCII only" } else { "UTF-8" };
    let multiplexer = if var("TMUX").is_some() {
        ", in tmux"
    } else if var("STY").is_some() {
        ", in screen"
    } else {
        ""
    };
    let size = size.map_or("no terminal".to_owned(), |(columns, rows)| format!("{columns} by {rows} cells"));
    let is_small = size.starts_with(|c: char| c.is_ascii_digit()) && surroundings.term.is_none();
    let health = if is_small { Health::Odd } else { Health::Well };
    Finding::new("terminal", health, format!("{size}, TERM {term}, {colours}, {characters}{multiplexer}"))
}

/// Checks how tmux is set up for the clipboard and for escapes.
pub fn tmux(set_clipboard: &str, escape_time: &str) -> Finding {
    let slow = escape_time.trim().parse::<u32>().is_ok_and(|ms| ms > 100);
    let closed = set_clipboard.trim() == "off";
    let health = if slow || closed { Health::Odd } else { Health::Well };
    let mut words = format!("set-clipboard {}, escape-time {} ms", set_clipboard.trim(), escape_time.trim());
    if closed {
        words.push_str("; copying needs: tmux set -g set-clipboard on");
    }
    if slow {
        words.push_str("; keys that begin with an escape are slow until: tmux set -sg escape-time 10");
    }
    Finding::new("tmux", health, words)
}

/// The proxy on the way to the server, or why what the environment names is none.
pub fn proxy(found: Result<Option<Proxy>, String>) -> Finding {
    match found {
        Ok(None) => Finding::new("proxy", Health::Well, "none"),
        Ok(Some(proxy)) => Finding::new("proxy", Health::Well, format!("{}, by {}", proxy.host, proxy.variable)),
        Err(why) => Finding::new("proxy", Health::Ill, why),
    }
}

/// Checks the difference between this machine's clock and the server's, in seconds. More than a minute is reported.
pub fn clock(apart: Option<i64>) -> Finding {
    match apart {
        None => Finding::new("clock", Health::Skipped, "the server did not say what time it is"),
        Some(apart) if apart.abs() > 60 => {
            let word = if apart > 0 { "ahead of" } else { "behind" };
            let words = format!("{} s {word} the server: tokens and TLS depend on it", apart.abs());
            Finding::new("clock", Health::Odd, words)
        }
        Some(apart) => Finding::new("clock", Health::Well, format!("within {} s of the server", apart.abs().max(1))),
    }
}
