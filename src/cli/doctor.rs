//! `callset doctor`: what may be in the way, each thing looked at within a limit. Changes nothing, and shows no secret.
//!
//! ```text
//!   config ── profile ── credential ── folders ── disk ── terminal ── proxy ── connection ── API ── clock
//! ```

use super::exit::{Said, array, object};
use super::options::{Common, TargetOptions};
use super::values::columns;
use super::{Surroundings, input};
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
    /// What it looks at.
    #[command(flatten)]
    pub target: TargetOptions,
    /// How it prints.
    #[command(flatten)]
    pub common: Common,
}

/// How well a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Well,
    /// It works, but is worth a word.
    Odd,
    /// It is in the way.
    Ill,
    /// It was not looked at.
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

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub name: &'static str,
    /// How it is.
    pub health: Health,
    /// In words.
    pub words: String,
}

impl Finding {
    /// It is so.
    pub fn new(name: &'static str, health: Health, words: impl Into<String>) -> Self {
        Self { name, health, words: words.into() }
    }
}

/// What there is to say of all findings; exit code 1 if something is in the way.
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
        vec![object(&[("schema", "1".to_owned()), ("outcome", outcome), ("findings", array(findings.iter().map(one)))])]
    } else {
        let row =
            |finding: &Finding| vec![finding.health.word().to_owned(), finding.name.to_owned(), finding.words.clone()];
        columns(&findings.iter().map(row).collect::<Vec<_>>())
    };
    let said = if is_ill { vec!["callset: something is in the way".to_owned()] } else { vec![] };
    Said { printed, said, code: u8::from(is_ill) }
}

/// The configuration, and what of it cannot be used, with line and column.
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

/// A folder of ours: is it there, whose, and may others enter it?
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

/// The terminal by what the environment says.
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

/// What tmux does with the clipboard and with escapes.
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

/// The proxy of the environment, without what is secret in its address.
pub fn proxy(var: impl Fn(&str) -> Option<OsString>) -> Finding {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let set = names.into_iter().find_map(|name| Some((name, var(name).filter(|value| !value.is_empty())?)));
    let Some((name, value)) = set else { return Finding::new("proxy", Health::Well, "none") };
    let value = value.to_string_lossy().into_owned();
    let host = url::Url::parse(&value).ok().map(|url| crate::model::profile::host(&url));
    match host.filter(|host| !host.is_empty()) {
        Some(host) => Finding::new("proxy", Health::Well, format!("{host}, by {name}; never for this machine itself")),
        None => Finding::new("proxy", Health::Odd, format!("{name} holds no address of a proxy")),
    }
}

/// How far this machine's clock is from the server's, in seconds; more than a minute is worth a word.
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
