//! Where a credential is had from, and where it is kept: a variable, a file, a program, the keyring.
//!
//! ```text
//!   sources, in order ─┬─ variable ──┐
//!                      ├─ file ──────┤   a text ──> Credential   the first source that has one
//!                      ├─ command ───┤   none ────> the next one
//!                      └─ keyring ───┘   broken ──> the end, and it is told
//! ```
//!
//! Only "there is none" leads on to the next source. One that is broken, such as a file that others can read or a locked
//! keyring, is told and ends the search: whoever set it up means that one, and must not get another account's credential
//! instead.
//!
//! Calls wait for the disk, for programs and for the keyring, so they belong on a thread of their own. The environment is
//! asked through a function. No sentence from here holds any part of a secret; control characters of paths and of foreign
//! words stay in, and showing them harmlessly is the screen's work.

mod command;
mod file;
mod hubspot_cli;
mod keyring;
mod variable;

pub use hubspot_cli::{CliAccount, hubspot_cli_accounts};

use crate::api::Credential;
use crate::model::profile::{CredentialKind, Source};
use secrecy::zeroize::Zeroizing;
use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

/// The most that a source may give, in bytes; more is not a credential.
const LIMIT: usize = 16 * 1024;

/// Whose credential: names the entry in the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The profile's name.
    pub profile: String,
    /// The host it is sent to, `host[:port]`: a credential of one host is not found for another.
    pub host: String,
}

/// A credential, and where it came from.
#[derive(Debug)]
pub struct FoundCredential {
    /// What was found.
    pub credential: Credential,
    /// The source that had it.
    pub source: Source,
    /// What was tidied away from around it, in words, each once.
    pub tidied: Vec<&'static str>,
}

/// No credential: what each source that was tried said, in the order of trying.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// None at all, if no source is set up. Only the last can be broken.
    pub tried: Vec<Tried>,
}

/// A source that gave no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Which one.
    pub source: Source,
    /// Why not, in one sentence.
    pub why: String,
    /// Whether it is broken, and not merely empty.
    pub is_broken: bool,
}

impl std::error::Error for Missing {}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.is_empty() {
            return write!(f, "No source of a credential is set up.");
        }
        let sentences: Vec<&str> = self.tried.iter().map(|tried| tried.why.as_str()).collect();
        write!(f, "{}", sentences.join(" "))
    }
}

/// Why a credential was not kept or not forgotten, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct KeepError {
    /// The sentence.
    pub why: String,
    /// Whether there is one already, which `force` would replace.
    pub is_there: bool,
}

/// How long to wait for what may never answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a program, from its start to its end. Long enough to touch a security key, if not to look for it.
    pub command: Duration,
    /// For everything that is asked of the keyring together.
    pub keyring: Duration,
}

impl Default for Limits {
    /// 10 s and 3 s.
    fn default() -> Self {
        Self { command: Duration::from_secs(10), keyring: Duration::from_secs(3) }
    }
}

/// Why a source gave no text: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoText {
    /// It has none, and another one may.
    Absent(String),
    /// It should have one.
    Broken(String),
}

/// What a source said.
type Text = Result<Zeroizing<String>, NoText>;

/// The credential of the first source that has one. `var` looks a variable up.
///
/// # Errors
///
/// [`Missing`], if none has one or one is broken.
pub fn read(
    kind: CredentialKind,
    sources: &[Source],
    who: &Who,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<FoundCredential, Missing> {
    read_within(Limits::default(), kind, sources, who, var)
}

/// [`read`], with other limits.
///
/// # Errors
///
/// As there.
pub fn read_within(
    limits: Limits,
    kind: CredentialKind,
    sources: &[Source],
    who: &Who,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<FoundCredential, Missing> {
    let mut missing = Missing::default();
    for source in sources {
        let text = match source {
            Source::Variable(name) => variable::read(name, &var),
            Source::File(path) => file::read(path),
            Source::Command(argv) => command::read(kind, argv, limits.command),
            Source::Keyring => keyring::read(who, limits.keyring, &var),
        };
        let lack = match text {
            Ok(text) => match Credential::new(kind, &text) {
                Ok((credential, tidied)) => return Ok(FoundCredential { credential, source: source.clone(), tidied }),
                Err(error) => {
                    let name = source.words();
                    NoText::Broken(ended(format!("What {name} holds can not be used as {}: {error}", kind.label())))
                }
            },
            Err(lack) => lack,
        };
        let (why, is_broken) = match lack {
            NoText::Absent(why) => (why, false),
            NoText::Broken(why) => (why, true),
        };
        missing.tried.push(Tried { source: source.clone(), why, is_broken });
        if is_broken {
            break;
        }
    }
    Err(missing)
}

/// Keeps a credential at a source, a file or the keyring, whose entry is then `who`'s. What is there already is only
/// replaced with `force`.
///
/// # Errors
///
/// A sentence. Nothing is changed then; a variable and a program can not be written at all.
pub fn keep(
    source: &Source,
    who: &Who,
    credential: &Credential,
    force: bool,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(), KeepError> {
    match source {
        Source::Variable(_) | Source::Command(_) => Err(KeepError {
            why: format!(
                "Nothing can be kept in {}: give a file or the keyring, or set it up yourself.",
                source.words()
            ),
            is_there: false,
        }),
        Source::File(path) => file::keep(path, credential, force),
        Source::Keyring => keyring::keep(who, credential, force, Limits::default().keyring, &var),
    }
}

/// Removes the entry of the keyring. False if there is none. Files, variables and programs are the user's to remove.
///
/// # Errors
///
/// A sentence. The entry is still there then.
pub fn forget(source: &Source, who: &Who, var: impl Fn(&str) -> Option<OsString>) -> Result<bool, KeepError> {
    match source {
        Source::Variable(_) | Source::Command(_) | Source::File(_) => Err(KeepError {
            why: format!("Only the keyring's entry is removed from here, not {}.", source.words()),
            is_there: false,
        }),
        Source::Keyring => keyring::forget(who, Limits::default().keyring, &var),
    }
}

/// A name for the source that no other has: for a record of what it may be used for.
pub fn full_name(source: &Source) -> String {
    match source {
        Source::Variable(name) => format!("variable {name}"),
        Source::File(path) => format!("file {}", quoted(&path.to_string_lossy())),
        Source::Command(argv) => {
            let words: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
            format!("command {}", words.join(" "))
        }
        Source::Keyring => "keyring".to_owned(),
    }
}

/// A sentence with its end.
fn ended(mut sentence: String) -> String {
    if !sentence.ends_with('?') {
        sentence.push('.');
    }
    sentence
}

/// The text as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
