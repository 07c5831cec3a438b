//! The Credential Manager of Windows.
//!
//! ```text
//!   entry:  target = callset:PROFILE HOST     look up: cmdkey /list:"callset:PROFILE HOST"
//!   a part of a login:  target = callset-refresh_token:PROFILE HOST
//! ```
//!
//! It is open as long as its user is logged on at the desktop. A logon through the network, as over ssh, has none. Its
//! entries stay on this machine.

use super::{Errand, Obtained, Of, Trouble, within};
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use std::collections::HashMap;
use std::time::Duration;
use windows_native_keyring_store::Store;

/// Carries the errand out.
pub(super) fn ask(question: Errand<'_>, of: Of<'_>, limit: Duration) -> Result<Obtained, Trouble> {
    let (application, account) = (of.application(), of.account());
    let entry = move || {
        let target = format!("{application}:{account}");
        let more = HashMap::from([("target", target.as_str()), ("persistence", "Local")]);
        Store::new().and_then(|store| store.build(&application, &account, Some(&more))).map_err(trouble)
    };
    match question {
        // It is open as long as its user is there.
        Errand::Look => Ok(Obtained::Done(true)),
        Errand::Read => within(limit, move || read(&entry()?).map(Obtained::Text)),
        Errand::Keep { credential, force } => {
            let text = Zeroizing::new(credential.expose_secret().to_owned());
            within(limit, move || {
                let entry = entry()?;
                if !force && read(&entry)?.is_some() {
                    return Err(Trouble::Exists);
                }
                // As bytes, which take half the room that its own text takes.
                entry.set_secret(text.as_bytes()).map_err(trouble)?;
                Ok(Obtained::Done(true))
            })
        }
        Errand::Forget => within(limit, move || match entry()?.delete_credential() {
            Ok(()) => Ok(Obtained::Done(true)),
            Err(Error::NoEntry) => Ok(Obtained::Done(false)),
            Err(error) => Err(trouble(error)),
        }),
    }
}

fn read(entry: &Entry) -> Result<Option<Zeroizing<String>>, Trouble> {
    let bytes = match entry.get_secret() {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(Error::NoEntry) => return Ok(None),
        Err(error) => return Err(trouble(error)),
    };
    let text = str::from_utf8(&bytes).map_err(|_| Trouble::Broken("has an entry that is not UTF-8".to_owned()))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// The reason, without the bytes of an entry that some errors hold.
fn trouble(error: Error) -> Trouble {
    match error {
        Error::NoStorageAccess(_) => {
            Trouble::NotThere("is not there: this logon has no Credential Manager, as over a network".to_owned())
        }
        Error::TooLong(_, most) => Trouble::Broken(format!("takes at most {most} bytes, and this is longer")),
        Error::PlatformFailure(why) => Trouble::Broken(format!("cannot be used: {why}")),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => Trouble::Broken("has an entry of another form".to_owned()),
        _ => Trouble::Broken("cannot be used".to_owned()),
    }
}
