//! Exchanges the login of the HubSpot CLI, a personal access key, for an access token.
//!
//! ```text
//!   POST /localdevauth/v1/auth/refresh?portalId=ID   {"encodedOAuthRefreshToken":"…"}
//!     200  oauthAccessToken, expiresAtMillis, scopeGroups
//! ```
//!
//! The address is the CLI's own, and `HubSpot` documents it for nobody else. The key itself is no token.

use super::oauth::{self, ExchangeError};
use super::{Credential, Endpoint, Timeouts};
use crate::model::json;
use crate::model::login::Denial;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use serde_json::Value as Json;

/// The path of the exchange, from the server's root.
pub const PATH: &str = "/localdevauth/v1/auth/refresh";

/// What a personal access key was exchanged for.
#[derive(Clone, Debug)]
pub struct CliToken {
    /// The access token. The key is masked with it.
    pub access: Credential,
    /// When it ends, if the answer says so.
    pub ends: Option<Timestamp>,
    /// The scopes that it has.
    pub scopes: Vec<String>,
}

/// Exchanges the key of this account. Waits for the answer, so it belongs on a thread of its own.
///
/// # Errors
///
/// [`ExchangeError`], without any part of a secret.
pub fn exchange(
    endpoint: &Endpoint,
    account: u64,
    key: &Credential,
    timeouts: Timeouts,
) -> Result<CliToken, ExchangeError> {
    let body = Zeroizing::new(format!("{{\"encodedOAuthRefreshToken\":{}}}", json::string(key.expose_secret())));
    let mut url = oauth::below(&endpoint.base_url, PATH);
    url.query_pairs_mut().append_pair("portalId", &account.to_string());
    let kind = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let answer = oauth::waited(oauth::post(endpoint, url, kind, &body, timeouts));
    let (head, body) = answer.map_err(|error| ExchangeError::from(error.cleaned(key)))?;
    let members = oauth::members(&head, &body, "oauthAccessToken", key).map_err(|error| match error {
        // There is one secret in the request.
        ExchangeError::Denied { denial: Denial::Endpoint, says } => {
            ExchangeError::Denied { denial: Denial::Endpoint, says }
        }
        ExchangeError::Denied { says, .. } => ExchangeError::Denied { denial: Denial::AccessKey, says },
        other => other,
    })?;
    let access = oauth::token(&members, "oauthAccessToken")?.after(key);
    let ends = members.get("expiresAtMillis").and_then(Json::as_i64);
    let ends = ends.and_then(|ends| Timestamp::from_millisecond(ends).ok());
    let scopes = oauth::scopes(&members, &["scopeGroups"], &access);
    Ok(CliToken { access, ends, scopes })
}
