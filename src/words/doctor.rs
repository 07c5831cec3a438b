//! What `doctor` has found, one sentence for each thing that was looked at, and what to do about it.
//!
//! ```text
//!   Check ── a probe, with a limit ──> facts ──> Diagnosis { name, health, words, advice, next }
//! ```

pub mod network;
pub mod places;
pub mod terminal;
pub mod who;

use super::{NextStep, time};
use std::collections::BTreeMap;
use std::time::Duration;

/// The result of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// The thing is as it should be.
    Well,
    /// The thing works, but the user should know about it.
    Odd,
    /// The thing does not work.
    Ill,
    /// The thing was not looked at.
    Skipped,
}

impl Health {
    /// The result in one word, for people and programs.
    pub fn word(self) -> &'static str {
        match self {
            Health::Well => "ok",
            Health::Odd => "odd",
            Health::Ill => "wrong",
            Health::Skipped => "skipped",
        }
    }
}

/// Something that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "Check::name says what each is")]
pub enum Check {
    Config,
    ConfigFolder,
    StateFolder,
    Disk,
    Log,
    Terminal,
    Answers,
    Multiplexer,
    Profile,
    Credential,
    Keyring,
    Proxy,
    Name,
    Connection,
    Tls,
    Certificates,
    Clock,
    Api,
}

impl Check {
    /// All of them, in the order in which they are told.
    pub const ALL: [Check; 18] = [
        Check::Config,
        Check::ConfigFolder,
        Check::StateFolder,
        Check::Disk,
        Check::Log,
        Check::Terminal,
        Check::Answers,
        Check::Multiplexer,
        Check::Profile,
        Check::Credential,
        Check::Keyring,
        Check::Proxy,
        Check::Name,
        Check::Connection,
        Check::Tls,
        Check::Certificates,
        Check::Clock,
        Check::Api,
    ];

    /// Those of a profile and the way to its server.
    pub const OF_PROFILE: [Check; 10] = [
        Check::Profile,
        Check::Credential,
        Check::Keyring,
        Check::Proxy,
        Check::Name,
        Check::Connection,
        Check::Tls,
        Check::Certificates,
        Check::Clock,
        Check::Api,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Check::Config => "config",
            Check::ConfigFolder => "config folder",
            Check::StateFolder => "state folder",
            Check::Disk => "disk",
            Check::Log => "log",
            Check::Terminal => "terminal",
            Check::Answers => "answers",
            Check::Multiplexer => "multiplexer",
            Check::Profile => "profile",
            Check::Credential => "credential",
            Check::Keyring => "keyring",
            Check::Proxy => "proxy",
            Check::Name => "DNS",
            Check::Connection => "connection",
            Check::Tls => "TLS",
            Check::Certificates => "certificates",
            Check::Clock => "clock",
            Check::Api => "API",
        }
    }
}

/// What was found. Holds foreign text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The thing that was looked at.
    pub name: &'static str,
    /// The result.
    pub health: Health,
    /// The result in words, without a full stop.
    pub words: String,
    /// What to do about it, as sentences; empty if there is nothing to do.
    pub advice: String,
    /// The same as steps, where callset has one for it.
    pub next: Vec<NextStep>,
}

impl Diagnosis {
    fn of(name: &'static str, health: Health, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, health, words: words.into(), advice: advice.into(), next: vec![] }
    }

    fn well(name: &'static str, words: impl Into<String>) -> Self {
        Self::of(name, Health::Well, words, "")
    }

    fn odd(name: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::of(name, Health::Odd, words, advice)
    }

    fn ill(name: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::of(name, Health::Ill, words, advice)
    }

    /// It was not looked at, for this reason.
    pub fn skipped(check: Check, why: impl Into<String>) -> Self {
        Self::of(check.name(), Health::Skipped, why, "")
    }

    fn next(self, next: impl IntoIterator<Item = NextStep>) -> Self {
        Self { next: next.into_iter().collect(), ..self }
    }

    /// The words and the advice as one text.
    pub fn told(&self) -> String {
        match (self.advice.as_str(), self.words.trim_end_matches('.')) {
            ("", words) => words.to_owned(),
            (advice, words) => format!("{words}. {}", advice.trim_end_matches('.')),
        }
    }
}

/// Looks at what stands between callset and its server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// Tells it from earlier ones, whose answers may still come.
    pub round: u64,
    /// What was found so far.
    pub found: BTreeMap<Check, Vec<Diagnosis>>,
}

impl Examination {
    /// The looks whose answers are still to come.
    pub fn open(&self) -> impl Iterator<Item = Check> {
        Check::ALL.into_iter().filter(|check| !self.found.contains_key(check))
    }
}

/// The probe gave nothing in its time.
pub fn late(check: Check, limit: Duration) -> Diagnosis {
    let advice = match check {
        Check::Config | Check::ConfigFolder | Check::StateFolder | Check::Disk => {
            "A disk that hangs holds up drafts and saves: look at the mount, or keep these folders elsewhere with \
             XDG_CONFIG_HOME and XDG_STATE_HOME."
        }
        Check::Credential => "Look at the profile's source of the credential, and run it by itself.",
        Check::Keyring => "Look at the desktop's keyring, or keep the credential in a file.",
        Check::Multiplexer => "Its server does not answer: look whether it still runs.",
        Check::Name | Check::Connection | Check::Tls | Check::Api | Check::Proxy => {
            "Look at the network, and at a firewall that answers nothing."
        }
        Check::Log | Check::Terminal | Check::Answers | Check::Profile | Check::Certificates | Check::Clock => "",
    };
    Diagnosis::ill(check.name(), format!("nothing came within {}", time::took(limit)), advice)
}

/// The probe was not carried out, for this reason of the system.
pub fn lost(check: Check, why: &str) -> Diagnosis {
    Diagnosis::ill(check.name(), format!("cannot be looked at: {why}"), "")
}

/// What was found, for a ticket: a line for each.
pub fn text(found: &[&Diagnosis]) -> String {
    let line = |one: &&Diagnosis| format!("{}: {}: {}", one.name, one.health.word(), one.told());
    crate::model::json::escaped(found.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// What stands where a result is still to come.
pub const LOOKING: &str = "looking";

/// Why the network is left alone.
pub const OFFLINE: &str = "the network is left alone, as was asked for";

/// How many were looked at, and how they are, in one line.
pub fn sum(found: &[&Diagnosis], open: usize) -> String {
    let of = |health: Health| found.iter().filter(|one| one.health == health).count();
    let (ill, odd) = (of(Health::Ill), of(Health::Odd));
    let rest = if open > 0 { format!(", {open} still looked at") } else { String::new() };
    match (ill, odd) {
        (0, 0) => format!("nothing is in the way{rest}"),
        (0, odd) => format!("{odd} odd, nothing wrong{rest}"),
        (ill, odd) => format!("{ill} wrong, {odd} odd{rest}"),
    }
}
