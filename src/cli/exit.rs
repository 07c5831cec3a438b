//! How a command ends. The help, the README, the man page and `help exit-codes` are all printed from this table of exit
//! codes.

use crate::model::json::string;
use crate::store::StoreError;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// 0
    Done,
    /// 1
    Failed,
    /// 2
    Usage,
    /// 3
    Differs,
    /// 4
    NoCredential,
    /// 5
    Condition,
    /// 6
    Rejected,
    /// 7
    Unknown,
    /// 70
    Fault,
    /// 129
    HungUp,
    /// 130
    Interrupted,
    /// 131
    Quit,
    /// 143
    Terminated,
}

impl Ending {
    /// All of them, in the order of their codes.
    pub const ALL: [Ending; 13] = [
        Ending::Done,
        Ending::Failed,
        Ending::Usage,
        Ending::Differs,
        Ending::NoCredential,
        Ending::Condition,
        Ending::Rejected,
        Ending::Unknown,
        Ending::Fault,
        Ending::HungUp,
        Ending::Interrupted,
        Ending::Quit,
        Ending::Terminated,
    ];

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Ending::Done => 0,
            Ending::Failed => 1,
            Ending::Usage => 2,
            Ending::Differs => 3,
            Ending::NoCredential => 4,
            Ending::Condition => 5,
            Ending::Rejected => 6,
            Ending::Unknown => 7,
            Ending::Fault => 70,
            Ending::HungUp => 129,
            Ending::Interrupted => 130,
            Ending::Quit => 131,
            Ending::Terminated => 143,
        }
    }

    /// The meaning of the exit code.
    pub fn meaning(self) -> &'static str {
        match self {
            Ending::Done => "Done, also where nothing had to change.",
            Ending::Failed => "Failed: the network, HTTP or the disk did, or the server kept another value.",
            Ending::Usage => "Wrong usage, or a flag is missing that only a person may give. Nothing was sent.",
            Ending::Differs => "With --exit-code: there are differences. The check of a URL: it found something.",
            Ending::NoCredential => "No credential, one that has expired (401), or one without the scope (403).",
            Ending::Condition => "A condition does not hold, or there is a conflict: what it is about was not saved.",
            Ending::Rejected => "A value was rejected, here or by HubSpot (400).",
            Ending::Unknown => "A write has left, and nobody knows what became of it: callset settle tells later.",
            Ending::Fault => "A fault of callset's own.",
            Ending::HungUp => "Ended by SIGHUP, or the terminal is gone; 7 if a write had left.",
            Ending::Interrupted => "Interrupted (SIGINT); 7 if a write had left.",
            Ending::Quit => "The editor was ended by SIGQUIT; 7 if a write had left.",
            Ending::Terminated => "Ended by SIGTERM; 7 if a write had left.",
        }
    }

    /// The ending for the exit code of a signal.
    pub fn of_signal(code: u8) -> Self {
        Self::ALL.into_iter().find(|ending| ending.code() == code).unwrap_or(Ending::Interrupted)
    }
}

/// The table for people, one line for each code.
pub fn lines() -> Vec<String> {
    Ending::ALL.map(|ending| format!("{:>4}  {}", ending.code(), ending.meaning())).to_vec()
}

/// The table for the README.
pub fn markdown() -> String {
    let rows = Ending::ALL.map(|ending| format!("| {} | {} |\n", ending.code(), ending.meaning()));
    format!("| code | what it says |\n|---|---|\n{}", rows.concat())
}

/// The output of a command. It may hold foreign text, which the code that prints it makes harmless.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Lines for standard output.
    pub printed: Vec<String>,
    /// Lines for standard error.
    pub said: Vec<String>,
    /// The exit code.
    pub code: u8,
}

impl Said {
    /// Output of a command that succeeded.
    pub fn printed(printed: Vec<String>) -> Self {
        Self { printed, ..Self::default() }
    }

    /// A sentence on standard error, and an exit code that is not 0.
    pub fn failed(code: u8, why: impl std::fmt::Display) -> Self {
        Self { said: vec![format!("callset: {why}")], code, ..Self::default() }
    }
}

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError {
    /// The exit code.
    pub ending: Ending,
    /// The kind of the error, as a word for programs.
    pub kind: &'static str,
    /// The sentence for people, without a full stop.
    pub message: String,
    /// Further members of the error object, as JSON.
    pub more: Vec<(&'static str, String)>,
    /// Members beside the error object, as JSON.
    pub beside: Vec<(&'static str, String)>,
}

impl CommandError {
    /// An error with this sentence.
    pub fn new(ending: Ending, kind: &'static str, message: impl Into<String>) -> Self {
        Self { ending, kind, message: message.into(), more: vec![], beside: vec![] }
    }

    /// An error for wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Ending::Usage, "usage", message)
    }

    /// An error for a value that is not sent.
    pub fn rejected(message: impl Into<String>) -> Self {
        Self::new(Ending::Rejected, "rejected", message)
    }

    /// The error as output: a sentence on standard error, and JSON on standard output if `json` is set.
    pub fn said(&self, json: bool) -> Said {
        let printed = if json { vec![self.json()] } else { vec![] };
        Said { printed, said: vec![format!("callset: {}", self.message)], code: self.ending.code() }
    }

    fn json(&self) -> String {
        let mut members = vec![("kind", string(self.kind)), ("message", string(&self.message))];
        members.extend(self.more.iter().cloned());
        if !members.iter().any(|(key, _)| *key == "retryable") {
            members.push(("retryable", "false".to_owned()));
        }
        let mut all = vec![("error", object(&members))];
        all.extend(self.beside.iter().cloned());
        document(&all)
    }
}

/// The error as output of a command that prints no JSON.
impl From<CommandError> for Said {
    fn from(why: CommandError) -> Self {
        why.said(false)
    }
}

/// The disk did not do what a command needs.
impl From<StoreError> for CommandError {
    fn from(why: StoreError) -> Self {
        Self::new(Ending::Failed, "disk", why.to_string())
    }
}

/// A JSON object of members that are JSON already.
pub fn object<K: AsRef<str>>(members: &[(K, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(key, value)| format!("{}:{value}", string(key.as_ref()))).collect();
    format!("{{{}}}", members.join(","))
}

/// The JSON object that a command prints, of members that are JSON already. It names the version of its shape.
pub fn document<K: AsRef<str>>(members: &[(K, String)]) -> String {
    let mut all = vec![("schema", "1".to_owned())];
    all.extend(members.iter().map(|(key, value)| (key.as_ref(), value.clone())));
    object(&all)
}

/// A JSON array of values that are JSON already.
pub fn array(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(","))
}
