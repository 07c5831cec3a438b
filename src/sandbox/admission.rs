//! Checks the credential of a request: which kinds are accepted, and what HubSpot answers to others.
//!
//! ```text
//!                      accepts tokens              accepts keys                accepts both
//!   Bearer token       accepted                    403 not with a token        accepted
//!   hapikey            401 credentials not found   accepted                    accepted
//!   neither            401 credentials not found   401 credentials missing     401 credentials not found
//! ```
//!
//! Or as specified: keys on 2025-09 and 2026-09, tokens on the others.
//!
//! Any token and any key is accepted, since there is nothing to protect. Only with `refuses_private_apps` are texts
//! refused that HubSpot would not accept as tokens.

use super::answer::Served;
use crate::model::ApiVersion;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use std::str::FromStr;
use url::form_urlencoded;

/// The shortest OAuth access token of `HubSpot`, in characters. Its private-app tokens and keys are shorter.
const TOKEN_LENGTH: usize = 60;

/// The accepted kinds of credential. The versions of the real API differ in this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accepts {
    /// Only access tokens in the header `Authorization`.
    Bearer,
    /// Only developer API keys in the query.
    DeveloperKey,
    /// Both kinds.
    #[default]
    Both,
    /// In each version the kind that its specification lists.
    Specified,
}

/// Why a text is not an [`Accepts`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of credential. Give bearer, developer-key, both or specified.")]
pub struct AcceptsError(String);

impl FromStr for Accepts {
    type Err = AcceptsError;

    /// `bearer`, `developer-key`, `both` or `specified`.
    fn from_str(text: &str) -> Result<Self, AcceptsError> {
        match text {
            "bearer" => Ok(Self::Bearer),
            "developer-key" => Ok(Self::DeveloperKey),
            "both" => Ok(Self::Both),
            "specified" => Ok(Self::Specified),
            _ => Err(AcceptsError(text.to_owned())),
        }
    }
}

/// The rules for every request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Admission {
    pub(super) accepts: Accepts,
    /// Are the tokens themselves checked?
    pub(super) refuses_private_apps: bool,
}

impl Admission {
    /// Refuses requests that `HubSpot` would refuse. `now` is in milliseconds since 1970.
    pub(super) fn judge(self, version: ApiVersion, parts: &Parts, now: i64) -> Result<(), Served> {
        let (tokens, keys) = match self.accepts {
            Accepts::Bearer => (true, false),
            Accepts::DeveloperKey => (false, true),
            Accepts::Both => (true, true),
            Accepts::Specified => (!version.lists_keys(), version.lists_keys()),
        };
        match (token(parts), has_key(parts)) {
            (Some(token), _) if tokens => self.judge_token(token, now),
            (_, true) if keys => Ok(()),
            (Some(_), false) => Err(Served::key_wanted()),
            (None, false) if !tokens => Err(Served::credentials_missing()),
            (_, _) => Err(Served::no_credentials()),
        }
    }

    fn judge_token(self, token: &str, now: i64) -> Result<(), Served> {
        if !self.refuses_private_apps {
            Ok(())
        } else if token.starts_with("pat-") {
            Err(Served::no_credentials())
        } else if token.len() < TOKEN_LENGTH {
            // HubSpot cannot read an expiry time from such a text, and reports the start of 1970.
            Err(Served::expired_since_1970(now))
        } else {
            Ok(())
        }
    }
}

/// The token in the header.
pub(super) fn token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// Is there a key in the query?
fn has_key(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "hapikey" && !value.trim().is_empty())
}
