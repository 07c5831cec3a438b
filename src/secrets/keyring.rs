//! Reads and writes a credential in the system's keyring.
//!
//! ```text
//!   Errand (read, keep, forget, look) ──┬── bus        Linux and others: the desktop's Secret Service on the session bus
//!                                       ├── keychain   macOS
//!                                       └── windows    the Credential Manager
//! ```
//!
//! All requests of one call share one time limit, because a keyring may exist and never answer.

#[cfg(all(feature = "keyring", unix, not(target_os = "macos")))]
mod bus;
#[cfg(all(feature = "keyring", target_os = "macos"))]
mod keychain;
#[cfg(all(feature = "keyring", windows))]
mod windows;

use super::{KeepError, NoText, Text, Who};
use crate::api::Credential;
#[cfg(feature = "keyring")]
use crate::api::aside::Lost;
use crate::model::login::LoginPart;
use secrecy::zeroize::Zeroizing;
use std::ffi::OsString;
use std::time::Duration;

/// Why the keyring did not do what it was asked, as the end of a sentence about it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    /// There is no keyring here, as on a machine without a desktop.
    NotThere(String),
    /// The keyring is locked, cannot be used, or behaves in an unexpected way.
    #[cfg_attr(not(feature = "keyring"), expect(dead_code, reason = "nobody is asked"))]
    Broken(String),
    /// The keyring has this entry already.
    Exists,
}

/// Which entry.
#[derive(Clone, Copy)]
struct Of<'a> {
    who: &'a Who,
    /// `None` for a credential.
    part: Option<LoginPart>,
}

#[cfg_attr(not(feature = "keyring"), expect(dead_code, reason = "nobody is asked"))]
impl Of<'_> {
    /// The attribute that tells the entries of a profile apart. A search for attributes also finds entries that have
    /// more of them, so each entry needs another value of the same one.
    fn application(self) -> String {
        self.part.map_or("callset".to_owned(), |part| format!("callset-{}", part.word()))
    }

    /// Whose entry it is, for a keyring that has one text for that. The names of profiles and hosts hold no space.
    #[cfg(all(feature = "keyring", any(windows, target_os = "macos")))]
    fn account(self) -> String {
        format!("{} {}", self.who.profile, self.who.host)
    }

    #[cfg(not(windows))]
    fn label(self) -> String {
        let part = self.part.map_or(String::new(), |part| format!("{} of ", part.label()));
        format!("callset: {part}{} on {}", self.who.profile, self.who.host)
    }
}

/// The text of the entry.
pub(super) fn read(
    who: &Who,
    part: Option<LoginPart>,
    limit: Duration,
    var: impl Fn(&str) -> Option<OsString>,
) -> Text {
    let entry = || {
        let part = part.map_or(String::new(), |part| format!("with the {} ", part.label()));
        format!("an entry {part}for the profile {} on {}", who.profile, who.host)
    };
    match ask(limit, var, Errand::Read, Of { who, part }) {
        Ok(Obtained::Text(Some(text))) => Ok(text),
        Ok(Obtained::Text(None) | Obtained::Done(_)) => {
            Err(NoText::Absent(format!("The keyring has not {}.", entry())))
        }
        Err(trouble @ Trouble::NotThere(_)) => Err(NoText::Absent(sentence(trouble))),
        Err(trouble) => Err(NoText::Broken(sentence(trouble))),
    }
}

/// The text of the entry of a credential, if there is one.
///
/// # Errors
///
/// A sentence, also if there is no keyring here.
pub(super) fn look(
    who: &Who,
    limit: Duration,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Zeroizing<String>>, String> {
    match ask(limit, var, Errand::Read, Of { who, part: None }) {
        Ok(Obtained::Text(text)) => Ok(text),
        Ok(Obtained::Done(_)) => Ok(None),
        Err(trouble) => Err(sentence(trouble)),
    }
}

/// Writes the entry.
pub(super) fn keep(
    who: &Who,
    part: Option<LoginPart>,
    credential: &Credential,
    force: bool,
    limit: Duration,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(), KeepError> {
    ask(limit, var, Errand::Keep { credential, force }, Of { who, part }).map(|_| ()).map_err(refused)
}

/// Removes the entry. Returns false if there is none.
pub(super) fn forget(
    who: &Who,
    part: Option<LoginPart>,
    limit: Duration,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<bool, KeepError> {
    ask(limit, var, Errand::Forget, Of { who, part })
        .map(|answer| matches!(answer, Obtained::Done(true)))
        .map_err(refused)
}

/// Is the keyring there, and open? Nothing is read from it, and nobody is asked to unlock it.
///
/// # Errors
///
/// A sentence: there is none, or it cannot be used.
pub(super) fn is_open(limit: Duration, var: impl Fn(&str) -> Option<OsString>) -> Result<bool, String> {
    let who = Who { profile: String::new(), host: String::new() };
    match ask(limit, var, Errand::Look, Of { who: &who, part: None }) {
        Ok(answer) => Ok(matches!(answer, Obtained::Done(true))),
        Err(trouble) => Err(sentence(trouble)),
    }
}

fn refused(trouble: Trouble) -> KeepError {
    let is_there = trouble == Trouble::Exists;
    KeepError { why: sentence(trouble), is_there }
}

fn sentence(trouble: Trouble) -> String {
    match trouble {
        Trouble::NotThere(why) | Trouble::Broken(why) => format!("The keyring {why}."),
        Trouble::Exists => {
            "The keyring has such an entry already, and it stays as it is unless it is to be replaced.".to_owned()
        }
    }
}

/// Asks the keyring of this system.
#[cfg(all(feature = "keyring", unix, not(target_os = "macos")))]
fn ask(
    limit: Duration,
    var: impl Fn(&str) -> Option<OsString>,
    question: Errand<'_>,
    of: Of<'_>,
) -> Result<Obtained, Trouble> {
    bus::ask(&bus::address(var)?, question, of, limit)
}

/// Asks the keyring of this system.
#[cfg(all(feature = "keyring", any(windows, target_os = "macos")))]
fn ask(
    limit: Duration,
    _var: impl Fn(&str) -> Option<OsString>,
    question: Errand<'_>,
    of: Of<'_>,
) -> Result<Obtained, Trouble> {
    #[cfg(target_os = "macos")]
    return keychain::ask(question, of, limit);
    #[cfg(windows)]
    return windows::ask(question, of, limit);
}

/// Carries a call out that has no time limit of its own. After the limit it goes on, and nobody waits for it.
#[cfg(all(feature = "keyring", any(windows, target_os = "macos")))]
fn within(
    limit: Duration,
    call: impl FnOnce() -> Result<Obtained, Trouble> + Send + 'static,
) -> Result<Obtained, Trouble> {
    let lost = |lost| Err(Trouble::Broken(format!("cannot be asked: {lost}")));
    waited(limit, || async { crate::api::aside::aside(call).await.unwrap_or_else(lost) })
}

/// Waits for an answer, on a thread and with a runtime of its own: the caller may have either.
#[cfg(feature = "keyring")]
fn waited<F: Future<Output = Result<Obtained, Trouble>>>(
    limit: Duration,
    ask: impl FnOnce() -> F + Send,
) -> Result<Obtained, Trouble> {
    let asking = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Trouble::Broken(format!("cannot be asked: {error}")))?;
        let answer = runtime.block_on(async { tokio::time::timeout(limit, ask()).await });
        // A task that still hangs must not block this thread.
        runtime.shutdown_background();
        answer.unwrap_or_else(|_| Err(Trouble::Broken(format!("did not answer within {limit:?}"))))
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("keyring".to_owned()).spawn_scoped(scope, asking);
        let thread =
            thread.map_err(|error| Trouble::Broken(format!("cannot be asked: {}", Lost::no_thread(&error))))?;
        let failed = |_| Err(Trouble::Broken("cannot be asked: its thread failed".to_owned()));
        thread.join().unwrap_or_else(failed)
    })
}

/// This build has no keyring.
#[cfg(not(feature = "keyring"))]
fn ask(
    _limit: Duration,
    _var: impl Fn(&str) -> Option<OsString>,
    _question: Errand<'_>,
    _of: Of<'_>,
) -> Result<Obtained, Trouble> {
    Err(Trouble::NotThere("is not used: this callset was built without it".to_owned()))
}

/// A request to the keyring.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "keyring"), expect(dead_code, reason = "nobody is asked"))]
enum Errand<'a> {
    Read,
    Keep {
        credential: &'a Credential,
        force: bool,
    },
    Forget,
    /// Is it there, and open?
    Look,
}

/// The result of a request.
#[cfg_attr(not(feature = "keyring"), expect(dead_code, reason = "nobody answers"))]
enum Obtained {
    Text(Option<Zeroizing<String>>),
    /// Was there anything to do? After a look: is it open?
    Done(bool),
}
