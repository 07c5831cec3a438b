//! Reads the three parts of an OAuth login, each from its own source, and keeps another refresh token where the old
//! one was.

use super::{KeepError, Limits, NoText, Text, Who, command, ended, file, keyring, variable};
use crate::api::oauth::LoginSecrets;
use crate::api::{Credential, CredentialError};
use crate::model::login::{Login, LoginPart};
use crate::model::profile::{CredentialKind, Source};
use secrecy::ExposeSecret;
use std::ffi::OsString;

/// Reads all parts. A part that is not there makes the login absent; a broken one makes it broken.
pub(super) fn read(
    login: &Login,
    who: &Who,
    limits: Limits,
    var: &impl Fn(&str) -> Option<OsString>,
) -> Result<LoginSecrets, NoText> {
    let read = |part: LoginPart| read_from(login, part, who, limits, var);
    Ok(LoginSecrets {
        client_id: read(LoginPart::ClientId)?.expose_secret().to_owned(),
        client_secret: read(LoginPart::ClientSecret)?,
        refresh_token: read(LoginPart::RefreshToken)?,
    })
}

fn read_from(
    login: &Login,
    part: LoginPart,
    who: &Who,
    limits: Limits,
    var: &impl Fn(&str) -> Option<OsString>,
) -> Result<Credential, NoText> {
    let place = login.place(part);
    let text = match place {
        Source::Variable(name) => variable::read(name, var),
        Source::File(path) => file::read(path),
        Source::Command(argv) => command::read(CredentialKind::Bearer, argv, limits.command),
        Source::Keyring => keyring::read(who, Some(part), limits.keyring, var),
        Source::OAuth(_) | Source::HubSpotCli(_) => nested(),
    };
    let unfit = |why: CredentialError| {
        let (name, label) = (place.words(), part.label());
        NoText::Broken(ended(format!("What {name} holds cannot be used as {label}: {}", why.about(label))))
    };
    Credential::bearer(&text?).map(|(text, _)| text).map_err(unfit)
}

/// Reads one part; `None` if it is not there.
///
/// # Errors
///
/// A sentence about a source that is broken.
pub fn read_part(
    login: &Login,
    part: LoginPart,
    who: &Who,
    limits: Limits,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Credential>, String> {
    match read_from(login, part, who, limits, &var) {
        Ok(text) => Ok(Some(text)),
        Err(NoText::Absent(_)) => Ok(None),
        Err(NoText::Broken(why)) => Err(why),
    }
}

fn nested() -> Text {
    Err(NoText::Broken("A part of a login is no login itself.".to_owned()))
}

/// Keeps a part of a login at its source, in place of the one that is there.
///
/// # Errors
///
/// A sentence. Nothing was changed then. Variables and programs cannot be written.
pub fn keep_part(
    login: &Login,
    part: LoginPart,
    who: &Who,
    text: &Credential,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(), KeepError> {
    match login.place(part) {
        Source::File(path) => file::keep(path, text, true),
        Source::Keyring => keyring::keep(who, Some(part), text, true, Limits::default().keyring, &var),
        source @ (Source::Variable(_) | Source::Command(_) | Source::OAuth(_) | Source::HubSpotCli(_)) => {
            Err(KeepError { why: format!("callset cannot write to {}.", source.words()), is_there: false })
        }
    }
}

/// Removes the parts of a login from the keyring, as far as they are there. Returns whether there was any.
///
/// # Errors
///
/// A sentence. Some entries may still exist then.
pub fn forget_parts(login: &Login, who: &Who, var: impl Fn(&str) -> Option<OsString>) -> Result<bool, KeepError> {
    let mut removed = false;
    for part in LoginPart::ALL.into_iter().filter(|part| *login.place(*part) == Source::Keyring) {
        removed |= keyring::forget(who, Some(part), Limits::default().keyring, &var)?;
    }
    Ok(removed)
}

/// Gives the entries that the keyring has for the parts of a login to another profile.
///
/// # Errors
///
/// A sentence. The old entries still exist then.
pub fn rename_parts(
    login: &Login,
    from: &Who,
    to: &Who,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(), KeepError> {
    let limit = Limits::default().keyring;
    let in_keyring = || LoginPart::ALL.into_iter().filter(|part| *login.place(*part) == Source::Keyring);
    for part in in_keyring() {
        let text = match keyring::read(from, Some(part), limit, &var) {
            Ok(text) => text,
            Err(NoText::Absent(_)) => continue,
            Err(NoText::Broken(why)) => return Err(KeepError { why, is_there: false }),
        };
        let kept =
            Credential::bearer(&text).map_err(|why| KeepError { why: ended(why.about(part.label())), is_there: false });
        keyring::keep(to, Some(part), &kept?.0, true, limit, &var)?;
    }
    for part in in_keyring() {
        keyring::forget(from, Some(part), limit, &var)?;
    }
    Ok(())
}
