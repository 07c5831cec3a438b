//! Reads and writes a credential in the system's keyring: the desktop's Secret Service on the session bus.
//!
//! ```text
//!   entry:  application = callset, profile = …, host = …     look up: secret-tool lookup application callset profile …
//! ```
//!
//! All requests of one call share one time limit, because a bus may exist and never answer.

#[cfg(feature = "keyring")]
mod bus;

use super::{KeepError, NoText, Text, Who};
use crate::api::Credential;
use secrecy::zeroize::Zeroizing;
use std::ffi::OsString;
use std::time::Duration;

/// Why the keyring did not do what it was asked, as the end of a sentence about it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    /// The keyring cannot be reached, is locked, or behaves in an unexpected way.
    Broken(String),
    /// The keyring has this entry already.
    Exists,
}

/// The text of the entry.
pub(super) fn read(who: &Who, limit: Duration, var: impl Fn(&str) -> Option<OsString>) -> Text {
    let entry = || format!("an entry for the profile {} on {}", who.profile, who.host);
    match ask(limit, var, Errand::Read, who) {
        Ok(Obtained::Text(Some(text))) => Ok(text),
        Ok(Obtained::Text(None) | Obtained::Done(_)) => {
            Err(NoText::Absent(format!("The keyring has not {}.", entry())))
        }
        Err(trouble) => Err(NoText::Broken(sentence(trouble))),
    }
}

/// Writes the entry.
pub(super) fn keep(
    who: &Who,
    credential: &Credential,
    force: bool,
    limit: Duration,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(), KeepError> {
    ask(limit, var, Errand::Keep { credential, force }, who).map(|_| ()).map_err(refused)
}

/// Removes the entry. Returns false if there is none.
pub(super) fn forget(who: &Who, limit: Duration, var: impl Fn(&str) -> Option<OsString>) -> Result<bool, KeepError> {
    ask(limit, var, Errand::Forget, who).map(|answer| matches!(answer, Obtained::Done(true))).map_err(refused)
}

fn refused(trouble: Trouble) -> KeepError {
    let is_there = trouble == Trouble::Exists;
    KeepError { why: sentence(trouble), is_there }
}

fn sentence(trouble: Trouble) -> String {
    match trouble {
        Trouble::Broken(why) => format!("The keyring {why}."),
        Trouble::Exists => {
            "The keyring has such an entry already, and it stays as it is unless it is to be replaced.".to_owned()
        }
    }
}

/// Asks the keyring of this build.
#[cfg(feature = "keyring")]
fn ask(
    limit: Duration,
    var: impl Fn(&str) -> Option<OsString>,
    question: Errand<'_>,
    who: &Who,
) -> Result<Obtained, Trouble> {
    bus::ask(&bus::address(var)?, question, who, limit)
}

/// This build has no keyring.
#[cfg(not(feature = "keyring"))]
fn ask(
    _limit: Duration,
    _var: impl Fn(&str) -> Option<OsString>,
    _question: Errand<'_>,
    _who: &Who,
) -> Result<Obtained, Trouble> {
    Err(Trouble::Broken("is not used: this callset was built without it".to_owned()))
}

/// A request to the keyring.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "keyring"), expect(dead_code, reason = "nobody is asked"))]
enum Errand<'a> {
    Read,
    Keep { credential: &'a Credential, force: bool },
    Forget,
}

/// The result of a request.
#[cfg_attr(not(feature = "keyring"), expect(dead_code, reason = "nobody answers"))]
enum Obtained {
    Text(Option<Zeroizing<String>>),
    /// Was there anything to do?
    Done(bool),
}
