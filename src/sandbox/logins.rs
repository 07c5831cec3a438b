//! The token endpoint: exchanges any login for an access token that expires.
//!
//! ```text
//!   POST /oauth/VERSION/token ── form ── fault? ── client ── refresh token ──> access token, until now + its life
//!                                                             │ spent before: refused
//!                                                             └ rotates: it is spent now, and another one is given
//! ```
//!
//! Any client and any refresh token is accepted, since there is nothing to protect. The authorize page consents at once,
//! and its code is good for one exchange with the same redirect URL and the verifier of its challenge. Tokens are counted
//! and not random, so the same requests get the same answers.

use super::answer::Served;
use crate::model::address::is_loopback;
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;
use url::{Url, form_urlencoded};

/// How the token endpoint behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginRules {
    /// How long an access token lives.
    pub life: Duration,
    /// Does each exchange give another refresh token, and refuse the old one from then on?
    pub rotates: bool,
    /// The refusal of every exchange, if there is one.
    pub fault: Option<TokenFault>,
    /// The scopes of the tokens for the HubSpot CLI's login.
    pub cli_scopes: &'static [&'static str],
}

impl Default for LoginRules {
    /// Half an hour, one refresh token for ever, and no refusals.
    fn default() -> Self {
        Self {
            life: Duration::from_mins(30),
            rotates: false,
            fault: None,
            cli_scopes: &["developers-read", "developers-write"],
        }
    }
}

/// A way in which the token endpoint gives no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// There is no app with the client id.
    ClientId,
    /// The client secret is another app's.
    ClientSecret,
    /// The refresh token was revoked.
    Revoked,
    /// The refresh token is another app's.
    OtherApp,
    /// The redirect URL is not the app's.
    Redirect,
    /// The code was used before or has expired.
    Code,
    /// There were too many requests.
    Limit,
    /// The gateway in front answers.
    Gateway,
    /// The answer ends in its middle.
    Cut,
    /// A login page of the network answers.
    Portal,
}

impl TokenFault {
    /// All of them, with their names on the command line.
    pub const ALL: [(&'static str, TokenFault); 10] = [
        ("client-id", TokenFault::ClientId),
        ("client-secret", TokenFault::ClientSecret),
        ("revoked", TokenFault::Revoked),
        ("other-app", TokenFault::OtherApp),
        ("redirect", TokenFault::Redirect),
        ("code", TokenFault::Code),
        ("limit", TokenFault::Limit),
        ("gateway", TokenFault::Gateway),
        ("cut", TokenFault::Cut),
        ("portal", TokenFault::Portal),
    ];

    fn answer(self) -> Served {
        match self {
            TokenFault::ClientId => Served::denied("BAD_CLIENT_ID", "missing or unknown client id"),
            TokenFault::ClientSecret => Served::denied("BAD_CLIENT_SECRET", "missing or invalid client secret"),
            TokenFault::Revoked => bad_refresh_token(),
            TokenFault::OtherApp => Served::denied("invalid_grant", "refresh token was not issued to this client"),
            TokenFault::Redirect => Served::denied(
                "MISMATCH_REDIRECT_URI_AUTH_CODE",
                "redirect URI does not match the one that the auth code was issued for",
            ),
            TokenFault::Code => Served::denied("EXPIRED_AUTH_CODE", "auth code is expired"),
            TokenFault::Limit => Served::failure(429, &Method::POST, ""),
            TokenFault::Gateway => Served::failure(502, &Method::POST, ""),
            TokenFault::Cut => Served::text("{\"access_token\":\"sandbox-acc"),
            TokenFault::Portal => Served::page(StatusCode::OK),
        }
    }
}

/// Why a text is not a [`TokenFault`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no refusal of the token endpoint. There are {names}.", names = TokenFault::ALL.map(|(name, _)| name).join(", "))]
pub struct TokenFaultError(String);

impl FromStr for TokenFault {
    type Err = TokenFaultError;

    fn from_str(text: &str) -> Result<Self, TokenFaultError> {
        let found = TokenFault::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, fault)| *fault).ok_or_else(|| TokenFaultError(text.to_owned()))
    }
}

fn bad_refresh_token() -> Served {
    Served::denied("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
}

/// The tokens that were given. Times are in milliseconds since 1970.
#[derive(Debug)]
pub(super) struct Logins {
    rules: LoginRules,
    given: u64,
    /// When each access token ends.
    ends: BTreeMap<String, i64>,
    /// The refresh tokens that were replaced.
    spent: BTreeSet<String>,
    /// The codes that were not exchanged yet.
    codes: BTreeMap<String, CodeAsked>,
}

/// What a code was asked for with.
#[derive(Debug)]
struct CodeAsked {
    redirect: String,
    challenge: Option<String>,
}

/// The parameters of a query or a form that are not empty.
fn parameters(text: &[u8]) -> BTreeMap<String, String> {
    let pairs = form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.trim().to_owned()));
    pairs.filter(|(_, value)| !value.is_empty()).collect()
}

impl Logins {
    pub(super) fn new(rules: LoginRules) -> Self {
        Self { rules, given: 0, ends: BTreeMap::new(), spent: BTreeSet::new(), codes: BTreeMap::new() }
    }

    /// Answers a request to the token endpoint; `None` for any other path.
    pub(super) fn answer(&mut self, now: i64, parts: &Parts, body: &Result<Bytes, StatusCode>) -> Option<Served> {
        let segments: Vec<&str> = parts.uri.path().split('/').collect();
        match segments.as_slice() {
            ["", "oauth", "authorize"] => return Some(self.authorize(parts.uri.query().unwrap_or_default())),
            ["", "localdevauth", "v1", "auth", "refresh"] if parts.method == Method::POST => {
                return Some(self.cli_key(now, body).unwrap_or_else(|refused| refused));
            }
            ["", "oauth", _, "token"] => {}
            _ => return None,
        }
        Some(if parts.method == Method::POST {
            match body {
                Ok(body) => self.exchange(now, body).unwrap_or_else(|refused| refused),
                Err(status) => Served::unreadable(*status),
            }
        } else {
            Served::page(StatusCode::METHOD_NOT_ALLOWED)
        })
    }

    /// When this access token ended, if it was given here and is over.
    pub(super) fn ended(&self, token: &str, now: i64) -> Option<i64> {
        self.ends.get(token).copied().filter(|end| *end <= now)
    }

    fn exchange(&mut self, now: i64, body: &[u8]) -> Result<Served, Served> {
        if let Some(fault) = self.rules.fault {
            return Err(fault.answer());
        }
        let form = parameters(body);
        let given = |name: &str| form.get(name).map(String::as_str);
        given("client_id").ok_or_else(|| TokenFault::ClientId.answer())?;
        given("client_secret").ok_or_else(|| TokenFault::ClientSecret.answer())?;
        let refresh = match given("grant_type") {
            Some("refresh_token") => given("refresh_token").map(ToOwned::to_owned),
            Some("authorization_code") => {
                self.redeem(&form)?;
                Some(format!("na1-first-{:06}-f3e1-4d5b-8c2a-9b7e", self.given + 1))
            }
            _ => return Err(Served::denied("BAD_GRANT_TYPE", "missing or unknown grant type")),
        };
        let refresh = refresh.filter(|token| !self.spent.contains(token)).ok_or_else(bad_refresh_token)?;
        let (access, _) = self.give(now);
        let refresh = if self.rules.rotates {
            self.spent.insert(refresh);
            format!("na1-{:06}-f3e1-4d5b-8c2a-9b7e6d1c", self.given)
        } else {
            refresh
        };
        Ok(Served::tokens(&access, &refresh, self.rules.life.as_secs()))
    }

    /// Gives an access token. Also returns when it ends.
    fn give(&mut self, now: i64) -> (String, i64) {
        self.given += 1;
        let access = format!("CLaXpZq8RwT3vK-{:06}-uYb7NdM2sGh5EcJ9fLxWo4iQzA6tVrBk1PnS0", self.given);
        let life = i64::try_from(self.rules.life.as_millis()).unwrap_or(i64::MAX);
        let end = now.saturating_add(life);
        self.ends.insert(access.clone(), end);
        (access, end)
    }

    /// The exchange of the HubSpot CLI: any personal access key for an access token.
    fn cli_key(&mut self, now: i64, body: &Result<Bytes, StatusCode>) -> Result<Served, Served> {
        if let Some(fault) = self.rules.fault {
            return Err(fault.answer());
        }
        let body = body.as_ref().map_err(|status| Served::unreadable(*status))?;
        let sent: Json = serde_json::from_slice(body).unwrap_or_default();
        let key = sent["encodedOAuthRefreshToken"].as_str().unwrap_or_default();
        if key.is_empty() {
            return Err(Served::denied("INVALID_KEY", "The personal access key is invalid"));
        }
        let (access, end) = self.give(now);
        let groups = self.rules.cli_scopes;
        let body = json!({
            "hubId": 123_456, "userId": 1, "oauthAccessToken": access, "expiresAtMillis": end, "scopeGroups": groups,
            "accountType": "APP_DEVELOPER",
        });
        Ok(Served::text(&body.to_string()))
    }

    /// The authorize page: consents, and sends the browser back with a code. Only to this machine, since anybody may
    /// open it.
    fn authorize(&mut self, query: &str) -> Served {
        let mut asked = parameters(query.as_bytes());
        let redirect = asked.remove("redirect_uri").unwrap_or_default();
        let Some(mut back) = Url::parse(&redirect).ok().filter(is_loopback) else {
            return Served::page(StatusCode::BAD_REQUEST);
        };
        self.given += 1;
        let code = format!("na1-c0de-{:06}-7f3e-4d5b", self.given);
        back.query_pairs_mut().append_pair("code", &code);
        if let Some(state) = asked.remove("state") {
            back.query_pairs_mut().append_pair("state", &state);
        }
        self.codes.insert(code, CodeAsked { redirect, challenge: asked.remove("code_challenge") });
        Served::sent_to(back.as_str())
    }

    /// Uses a code up.
    fn redeem(&mut self, form: &BTreeMap<String, String>) -> Result<(), Served> {
        let code = form.get("code").and_then(|code| self.codes.remove(code));
        let asked = code.ok_or_else(|| Served::denied("BAD_AUTH_CODE", "missing or unknown auth code"))?;
        if form.get("redirect_uri") != Some(&asked.redirect) {
            return Err(TokenFault::Redirect.answer());
        }
        let hash = |verifier: &String| URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        if asked.challenge.is_some() && form.get("code_verifier").map(hash) != asked.challenge {
            return Err(Served::denied("invalid_grant", "code verifier does not match the challenge"));
        }
        Ok(())
    }
}
