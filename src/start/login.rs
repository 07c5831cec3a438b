//! Exchanges a login for an access token: one exchange at a time over all callsets of this machine.
//!
//! ```text
//!   lock ── read the login ── trusted? ── exchange ── another refresh token? keep it where the old one was ── unlock
//! ```
//!
//! The login is read after the lock is taken, so that the refresh token that another callset has just kept is used. An
//! exchange that has begun goes on to its end, even if nobody waits for it any more: HubSpot may have replaced the
//! refresh token by then.

use super::{Lease, NoCredential, ReadCredential, Start, profiles};
use crate::api::cli_login::{self, CliToken};
use crate::api::oauth::{self, ExchangeError, LoginSecrets, Tokens};
use crate::api::{Credential, Timeouts};
use crate::model::address::{is_hubspots, is_test_system};
use crate::model::login::{Denial, LoginPart};
use crate::model::profile::Source;
use crate::model::refusal::Unreached;
use crate::secrets::{self, CliKey, FoundLogin};
use crate::store::{self, ExchangeLock};
use crate::sync::Fault;
use crate::words;
use std::time::Duration;

/// The limits of an exchange.
const LIMITS: Timeouts =
    Timeouts { connect: Duration::from_secs(5), get: Duration::from_secs(20), patch: Duration::from_secs(20) };

/// How long to wait for the exchange of another callset: longer than one takes, with programs that ask their user.
const PATIENCE: Duration = Duration::from_mins(1);

/// Takes the lock, if the profile has a login. `None` without a state folder, or if its file system has no locks.
pub(super) fn lock(start: &Start) -> Result<Option<ExchangeLock>, NoCredential> {
    let has_login = start.profile.sources.iter().any(Source::is_exchanged);
    let Some(dir) = start.state().filter(|_| has_login) else { return Ok(None) };
    let longer = start.profile.command_timeout.unwrap_or_default() * 3;
    store::lock_exchange(&dir, PATIENCE + longer)
        .map_err(|_| NoCredential::NotNow(Fault::Unreached(Unreached::Other(words::login::NO_TURN.to_owned()))))
}

/// Exchanges the login. `before` is the lease of the credential that this one follows.
pub(super) fn exchanged(
    start: &Start,
    found: &FoundLogin,
    before: Option<&Lease>,
) -> Result<ReadCredential, NoCredential> {
    let endpoint = start.endpoint().map_err(|why| NoCredential::None(why.to_string()))?;
    let FoundLogin { secrets, login } = found;
    // What no source took is used, as long as its source holds what it held then.
    let unkept = before.and_then(|lease| lease.unkept.clone());
    let unkept = unkept.filter(|unkept| unkept.replaced.is_same(&secrets.refresh_token));
    let newest = unkept.as_ref().map_or(&secrets.refresh_token, |unkept| &unkept.token);
    let sent = LoginSecrets { refresh_token: newest.clone().after(&secrets.refresh_token), ..secrets.clone() };
    let tokens = oauth::exchange(&endpoint, &sent, LIMITS).map_err(|error| no_token(error, start, found))?;
    let Tokens { access, refresh, lives, scopes } = tokens;
    let source = Source::OAuth(Box::new(login.clone()));
    let note = about_scopes(&scopes, before);
    let mut lease = Lease { lives, scopes, note, unkept };
    if let Some(token) = refresh {
        let who = profiles::who(&start.profile);
        let kept = secrets::keep_part(login, LoginPart::RefreshToken, &who, &token, |name| (start.var)(name));
        lease.unkept = None;
        if let Err(why) = kept {
            lease.note = Some(words::login::not_kept(&login.refresh_token.words(), &why.to_string()));
            lease.unkept = Some(Unkept { replaced: secrets.refresh_token.clone(), token });
        }
    }
    Ok(ReadCredential { credential: access, source: source.words(), tidied: vec![], lease: Some(lease) })
}

/// Exchanges the key of the HubSpot CLI.
pub(super) fn exchanged_key(
    start: &Start,
    found: &CliKey,
    before: Option<&Lease>,
) -> Result<ReadCredential, NoCredential> {
    let endpoint = start.endpoint().map_err(|why| NoCredential::None(why.to_string()))?;
    let asked = (start.now)();
    // A key of one system is none in the other.
    let host = endpoint.base_url.host_str().unwrap_or_default();
    if is_hubspots(host) && is_test_system(host) != found.is_qa {
        return Err(NoCredential::None(words::login::other_system(&found.source.words(), found.is_qa)));
    }
    let account = found.account.id.unwrap_or_default();
    let token = cli_login::exchange(&endpoint, account, &found.key, LIMITS);
    let CliToken { access, ends, scopes } = token.map_err(|error| {
        not_now(error, |denial, says| match denial {
            Denial::Endpoint => words::login::no_endpoint(&start.profile.base_url),
            _ => words::login::key_denied(&found.source.words(), says),
        })
    })?;
    let lives = ends.map(|ends| Duration::try_from(ends.duration_since(asked)).unwrap_or_default());
    let note = about_scopes(&scopes, before);
    let lease = Lease { lives, scopes, unkept: None, note };
    Ok(ReadCredential { credential: access, source: found.source.words(), tidied: vec![], lease: Some(lease) })
}

/// What the scopes mean for saves. It is told once.
fn about_scopes(scopes: &[String], before: Option<&Lease>) -> Option<String> {
    words::login::lacks(scopes).filter(|_| before.is_none_or(|before| before.scopes != scopes))
}

/// A refresh token that no source took.
#[derive(Clone, Debug)]
pub(super) struct Unkept {
    /// What the source holds.
    replaced: Credential,
    /// What it should hold.
    token: Credential,
}

fn no_token(error: ExchangeError, start: &Start, found: &FoundLogin) -> NoCredential {
    not_now(error, |denial, says| words::login::denied(denial, &found.login, &start.profile.base_url, says))
}

fn not_now(error: ExchangeError, denied: impl FnOnce(Denial, Option<&str>) -> String) -> NoCredential {
    match error {
        ExchangeError::Setup(why) => NoCredential::NotNow(Fault::Setup(why)),
        ExchangeError::Unreached(reason) => NoCredential::NotNow(Fault::Unreached(reason)),
        ExchangeError::Limited(refusal) => NoCredential::NotNow(Fault::Refused(refusal)),
        ExchangeError::Denied { denial, says } => NoCredential::None(denied(denial, says.as_deref())),
    }
}
