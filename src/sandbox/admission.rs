//! Who may ask: the kinds of credential that are taken, and what HubSpot says to the others.
//!
//! ```text
//!                      takes tokens                takes keys                  takes both
//!   Bearer token       in                          403 not with a token        in
//!   hapikey            401 credentials not found   in                          in
//!   neither            401 credentials not found   401 credentials missing     401 credentials not found
//! ```
//!
//! Any token and any key will do, since there is nothing to protect; only on request are those told apart that HubSpot does
//! not take for tokens.

use super::answer::Served;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use std::str::FromStr;
use url::form_urlencoded;

/// The least that an OAuth access token of `HubSpot` has, in characters; its private-app tokens and keys are shorter.
const TOKEN_LENGTH: usize = 60;

/// Which kinds of credential are taken. Different versions and times of the real API differ in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accepts {
    /// Access tokens in the header `Authorization` alone.
    Bearer,
    /// Developer API keys in the query alone.
    DeveloperKey,
    /// Either.
    #[default]
    Both,
}

/// Why a text is no [`Accepts`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of credential. Give bearer, developer-key or both.")]
pub struct AcceptsError(String);

impl FromStr for Accepts {
    type Err = AcceptsError;

    /// `bearer`, `developer-key` or `both`.
    fn from_str(text: &str) -> Result<Self, AcceptsError> {
        match text {
            "bearer" => Ok(Self::Bearer),
            "developer-key" => Ok(Self::DeveloperKey),
            "both" => Ok(Self::Both),
            _ => Err(AcceptsError(text.to_owned())),
        }
    }
}

/// The rule for every request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Admission {
    pub(super) accepts: Accepts,
    /// Whether the tokens themselves are looked at.
    pub(super) refuses_private_apps: bool,
}

impl Admission {
    /// Refuses what `HubSpot` would. `now` is in milliseconds since 1970.
    pub(super) fn judge(self, parts: &Parts, now: i64) -> Result<(), Served> {
        let (token, has_key) = (token(parts), has_key(parts));
        match (self.accepts, token, has_key) {
            (Accepts::Both | Accepts::Bearer, Some(token), _) => self.judge_token(token, now),
            (Accepts::Both | Accepts::DeveloperKey, _, true) => Ok(()),
            (Accepts::DeveloperKey, Some(_), false) => Err(Served::key_wanted()),
            (Accepts::DeveloperKey, None, false) => Err(Served::credentials_missing()),
            (Accepts::Both | Accepts::Bearer, None, _) => Err(Served::no_credentials()),
        }
    }

    fn judge_token(self, token: &str, now: i64) -> Result<(), Served> {
        if !self.refuses_private_apps {
            Ok(())
        } else if token.starts_with("pat-") {
            Err(Served::no_credentials())
        } else if token.len() < TOKEN_LENGTH {
            // Nothing can be read out of it, and an expiry of nothing is the beginning of time.
            Err(Served::expired_since_1970(now))
        } else {
            Ok(())
        }
    }
}

/// The token of the header.
fn token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// Is there a key in the query?
fn has_key(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "hapikey" && !value.trim().is_empty())
}
