//! Where a credential is read from and kept: a variable, a file, a program, the keyring.
//!
//! ```text
//!   sources, in order ─┬─ variable ──┐
//!                      ├─ file ──────┤   a text ──> Credential   the first source that has one
//!                      ├─ command ───┤   absent ──> the next source
//!                      ├─ keyring ───┘   broken ──> the search ends, and the user is told
//!                      └─ oauth ── its parts, each from one of these ──> LoginSecrets, which `api` exchanges
//! ```
//!
//! The search goes on only if a source is absent. A source that is broken, such as a file that others can read or a
//! locked keyring, ends the search with a message. The user set it up and means its credential, and must not get
//! the credential of another account instead.
//!
//! Calls wait for the disk, programs and the keyring, so they belong on a thread of their own. Environment
//! variables are looked up through a function. No sentence from this room holds any part of a secret. Control
//! characters in paths and foreign text are kept, since the screen makes them harmless.

mod command;
mod file;
mod hubspot_cli;
mod keyring;
mod login;
mod variable;

pub use hubspot_cli::{CliAccount, CliKey, hubspot_cli_accounts, hubspot_cli_offer};
pub use login::{forget_parts, keep_part, read_part, rename_parts};

use crate::api::Credential;
use crate::api::oauth::LoginSecrets;
use crate::model::login::{Login, LoginPart};
use crate::model::profile::{CredentialKind, Source};
use secrecy::zeroize::Zeroizing;
use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

/// The longest text that a source may give, in bytes. A longer text is no credential.
const LIMIT: usize = 16 * 1024;

/// The owner of a credential. Names the entry in the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The profile's name.
    pub profile: String,
    /// The host that the credential is sent to, `host[:port]`. A credential of one host is not found for another.
    pub host: String,
}

/// A credential, and where it came from.
#[derive(Debug)]
pub struct FoundCredential {
    /// The credential.
    pub credential: Credential,
    /// The source that the credential came from.
    pub source: Source,
    /// The names of the parts that were removed around the text, each once.
    pub tidied: Vec<&'static str>,
}

/// A login, and the places of its parts.
#[derive(Clone, Debug)]
pub struct FoundLogin {
    /// Its texts.
    pub secrets: LoginSecrets,
    /// Where they came from.
    pub login: Login,
}

/// What the first source holds that holds something.
#[derive(Debug)]
pub enum FoundSecret {
    /// A credential, ready to be sent.
    Ready(FoundCredential),
    /// A login, to be exchanged for a credential.
    Login(FoundLogin),
    /// A login of the HubSpot CLI, to be exchanged for a credential.
    CliKey(CliKey),
}

impl FoundSecret {
    /// The source that it came from.
    pub fn source(&self) -> Source {
        match self {
            FoundSecret::Ready(found) => found.source.clone(),
            FoundSecret::Login(found) => Source::OAuth(Box::new(found.login.clone())),
            FoundSecret::CliKey(found) => found.source.clone(),
        }
    }
}

/// There is no credential: what each source said, in the order in which the sources were tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// The sources that were tried; empty if no source is configured. Only the last one can be broken.
    pub tried: Vec<Tried>,
}

/// A source that gave no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Which source.
    pub source: Source,
    /// Why it gave none, in one sentence.
    pub why: String,
    /// Is the source broken, and not only absent?
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

/// Why a credential was not kept or not removed, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct KeepError {
    /// The sentence.
    pub why: String,
    /// Is there a credential already, which `force` would replace?
    pub is_there: bool,
}

/// How long to wait for programs and keyrings, which may never answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The limit for a program, from its start to its end: enough time to touch a security key.
    pub command: Duration,
    /// The limit for all requests to the keyring together.
    pub keyring: Duration,
}

impl Limits {
    /// The usual limits, but for a program if it may take this long.
    pub fn of(command: Option<Duration>) -> Self {
        let usual = Self::default();
        Self { command: command.unwrap_or(usual.command), ..usual }
    }
}

impl Default for Limits {
    /// 10 s and 3 s.
    fn default() -> Self {
        Self { command: Duration::from_secs(10), keyring: Duration::from_secs(3) }
    }
}

/// Why a source gave no text, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoText {
    /// The source has no text. The next source is tried.
    Absent(String),
    /// The source should have a text, but it is broken.
    Broken(String),
}

/// The text of a source.
type Text = Result<Zeroizing<String>, NoText>;

/// Reads the credential or the login of the first source that has one. `var` looks up an environment variable.
///
/// # Errors
///
/// [`Missing`], if no source has one or a source is broken.
pub fn read(
    limits: Limits,
    kind: CredentialKind,
    sources: &[Source],
    who: &Who,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<FoundSecret, Missing> {
    let mut missing = Missing::default();
    for source in sources {
        let text = match source {
            Source::Variable(name) => variable::read(name, &var),
            Source::File(path) => file::read(path),
            Source::Command(argv) => command::read(kind, argv, limits.command),
            Source::Keyring => keyring::read(who, None, limits.keyring, &var),
            Source::HubSpotCli(account) => match hubspot_cli::key(account.as_deref(), &var) {
                Ok(key) => return Ok(FoundSecret::CliKey(key)),
                Err(lack) => Err(lack),
            },
            Source::OAuth(login) => match login::read(login, who, limits, &var) {
                Ok(secrets) => return Ok(FoundSecret::Login(FoundLogin { secrets, login: (**login).clone() })),
                Err(lack) => Err(lack),
            },
        };
        let lack = match text {
            Ok(text) => match Credential::new(kind, &text) {
                Ok((credential, tidied)) => {
                    return Ok(FoundSecret::Ready(FoundCredential { credential, source: source.clone(), tidied }));
                }
                Err(error) => {
                    let name = source.words();
                    NoText::Broken(ended(format!("What {name} holds cannot be used as {}: {error}", kind.label())))
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

/// Reads the keyring's entry of a profile; `None` if there is none.
///
/// # Errors
///
/// A sentence, if there is no keyring, if it cannot be used, or if the entry is no credential.
pub fn in_keyring(
    kind: CredentialKind,
    who: &Who,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Credential>, String> {
    let text = keyring::look(who, Limits::default().keyring, var)?;
    let credential = text.map(|text| Credential::new(kind, &text).map(|(credential, _)| credential)).transpose();
    credential.map_err(|why| ended(why.to_string()))
}

/// Is the keyring there, and open? Nothing is read from it, and nobody is asked to unlock it.
///
/// # Errors
///
/// A sentence: there is none, or it cannot be used.
pub fn is_keyring_open(var: impl Fn(&str) -> Option<OsString>) -> Result<bool, String> {
    keyring::is_open(Limits::default().keyring, var)
}

/// Stores a credential in a file or in the keyring, where it becomes the entry of `who`. A credential that is there
/// already is only replaced with `force`.
///
/// # Errors
///
/// A sentence. Nothing was changed then. Variables and programs cannot be written.
pub fn keep(
    source: &Source,
    who: &Who,
    credential: &Credential,
    force: bool,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(), KeepError> {
    match source {
        Source::Variable(_) | Source::Command(_) | Source::OAuth(_) | Source::HubSpotCli(_) => Err(KeepError {
            why: format!(
                "Nothing can be kept in {}: give a file or the keyring, or set it up yourself.",
                source.words()
            ),
            is_there: false,
        }),
        Source::File(path) => file::keep(path, credential, force),
        Source::Keyring => keyring::keep(who, None, credential, force, Limits::default().keyring, &var),
    }
}

/// Removes the entry from the keyring. Returns false if there is none. Only the user removes files, variables and
/// programs.
///
/// # Errors
///
/// A sentence. The entry still exists then.
pub fn forget(source: &Source, who: &Who, var: impl Fn(&str) -> Option<OsString>) -> Result<bool, KeepError> {
    match source {
        Source::Variable(_) | Source::Command(_) | Source::File(_) | Source::OAuth(_) | Source::HubSpotCli(_) => {
            Err(KeepError {
                why: format!("Only the keyring's entry is removed from here, not {}.", source.words()),
                is_there: false,
            })
        }
        Source::Keyring => keyring::forget(who, None, Limits::default().keyring, &var),
    }
}

/// A name for the source that no other source has. The record of trusted hosts uses it.
pub fn full_name(source: &Source) -> String {
    match source {
        Source::Variable(name) => format!("variable {name}"),
        Source::File(path) => format!("file {}", quoted(&path.to_string_lossy())),
        Source::Command(argv) => {
            let words: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
            format!("command {}", words.join(" "))
        }
        Source::Keyring => "keyring".to_owned(),
        Source::HubSpotCli(account) => format!("hs {}", quoted(account.as_deref().unwrap_or_default())),
        Source::OAuth(login) => {
            let part = |part: LoginPart| format!("{} {}", part.word(), quoted(&full_name(login.place(part))));
            format!("oauth {}", LoginPart::ALL.map(part).join(" "))
        }
    }
}

/// Ends the sentence with a full stop, unless it is a question.
fn ended(mut sentence: String) -> String {
    if !sentence.ends_with('?') {
        sentence.push('.');
    }
    sentence
}

/// Quotes the text as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
