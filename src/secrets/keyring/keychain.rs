//! The keychain of macOS.
//!
//! ```text
//!   entry:  service = callset, account = PROFILE HOST     look up: security find-generic-password -s callset -a 'PROFILE HOST'
//!   a part of a login:  service = callset-refresh_token
//! ```
//!
//! macOS itself may ask its user, in a window of its own: to unlock the keychain, or whether this program may use an entry
//! that another one made. Over ssh there is no window, and it refuses instead.

use super::{Errand, Obtained, Of, Trouble, within};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use security_framework::base::Error;
use security_framework::passwords::{
    PasswordOptions, delete_generic_password, generic_password, set_generic_password_options,
};
use std::time::Duration;

/// How long its user may take to answer.
const DIALOG: Duration = Duration::from_mins(1);

/// Codes of Security.framework, from `SecBase.h`.
mod code {
    pub(super) const CANCELLED: i32 = -128;
    pub(super) const REFUSED: i32 = -25_293;
    pub(super) const NO_SUCH_KEYCHAIN: i32 = -25_294;
    pub(super) const NO_ITEM: i32 = -25_300;
    pub(super) const NO_DEFAULT_KEYCHAIN: i32 = -25_307;
    pub(super) const NO_INTERACTION: i32 = -25_308;
}

/// Carries the errand out.
pub(super) fn ask(question: Errand<'_>, of: Of<'_>, limit: Duration) -> Result<Obtained, Trouble> {
    let (service, account, label) = (of.application(), of.account(), of.label());
    let options = move || {
        let mut options = PasswordOptions::new_generic_password(&service, &account);
        options.set_label(&label);
        (options, service, account)
    };
    let limit = limit.max(DIALOG);
    match question {
        // It asks its user itself where it has to.
        Errand::Look => Ok(Obtained::Done(true)),
        Errand::Read => within(limit, move || {
            let (_, service, account) = options();
            read(&service, &account).map(Obtained::Text)
        }),
        Errand::Keep { credential, force } => {
            let text = Zeroizing::new(credential.expose_secret().to_owned());
            within(limit, move || {
                let (options, service, account) = options();
                if !force && read(&service, &account)?.is_some() {
                    return Err(Trouble::Exists);
                }
                set_generic_password_options(text.as_bytes(), options).map_err(trouble)?;
                Ok(Obtained::Done(true))
            })
        }
        Errand::Forget => within(limit, move || {
            let (_, service, account) = options();
            match delete_generic_password(&service, &account) {
                Ok(()) => Ok(Obtained::Done(true)),
                Err(error) if error.code() == code::NO_ITEM => Ok(Obtained::Done(false)),
                Err(error) => Err(trouble(error)),
            }
        }),
    }
}

fn read(service: &str, account: &str) -> Result<Option<Zeroizing<String>>, Trouble> {
    let bytes = match generic_password(PasswordOptions::new_generic_password(service, account)) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.code() == code::NO_ITEM => return Ok(None),
        Err(error) => return Err(trouble(error)),
    };
    let text = str::from_utf8(&bytes).map_err(|_| Trouble::Broken("has an entry that is not UTF-8".to_owned()))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

fn trouble(error: Error) -> Trouble {
    let broken = |why: &str| Trouble::Broken(why.to_owned());
    match error.code() {
        code::NO_DEFAULT_KEYCHAIN | code::NO_SUCH_KEYCHAIN => {
            Trouble::NotThere("is not there: this user has no login keychain".to_owned())
        }
        code::CANCELLED | code::REFUSED => {
            broken("was not allowed to give its entry: macOS asks in a window of its own")
        }
        code::NO_INTERACTION => broken("is locked, and macOS cannot ask here: unlock it with security unlock-keychain"),
        code => {
            let words = error.message().unwrap_or_default();
            Trouble::Broken(format!("cannot be used: {words} ({code})"))
        }
    }
}
