//! The token endpoint: exchanges an OAuth login for an access token.
//!
//! ```text
//!   POST /oauth/VERSION/token   grant_type, client_id, client_secret, refresh_token    all in the body, form-encoded
//!     200  access_token, expires_in, refresh_token   ──> Tokens
//!     4xx  status or error, message                  ──> Denied: which part is not accepted
//!     429, 5xx, a web page, half an answer, none     ──> Unreached or Limited: no token this time
//! ```
//!
//! An exchange changes no settings. So whatever happens to it, the request that needs the token was not sent. All
//! three secrets of the login are masked in every text that comes back.

use super::error::{Error, cleaned_text};
use super::wire::{self, Head};
use super::{Credential, Endpoint, Timeouts, transport};
use crate::model::ApiVersion;
use crate::model::login::Denial;
use crate::model::profile::CredentialKind;
use crate::model::refusal::{Refusal, Unreached};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use serde_json::{Map, Value as Json};
use std::fmt;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::time::{Instant, timeout_at};
use url::{Url, form_urlencoded};

/// The longest text of a refusal that is kept, in characters.
const WORDS_LIMIT: usize = 200;

/// The longest life of a token that is believed, in seconds: a year.
const LONGEST_LIFE: u64 = 365 * 24 * 60 * 60;

/// How many names of scopes are kept.
const SCOPES_LIMIT: usize = 200;

/// An OAuth login.
#[derive(Clone)]
pub struct LoginSecrets {
    /// Names the app. It is not secret.
    pub client_id: String,
    /// Proves that the app asks.
    pub client_secret: Credential,
    /// Is exchanged for access tokens.
    pub refresh_token: Credential,
}

impl fmt::Debug for LoginSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginSecrets").finish_non_exhaustive()
    }
}

impl LoginSecrets {
    /// The credential with the login's secrets among what is masked.
    #[must_use]
    pub fn shielded(&self, credential: Credential) -> Credential {
        credential.after(&self.shield())
    }

    fn shield(&self) -> Credential {
        self.refresh_token.clone().after(&self.client_secret)
    }
}

/// What a login was exchanged for.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token. The secrets of the login are masked with it.
    pub access: Credential,
    /// The refresh token to use from now on, if it is another one.
    pub refresh: Option<Credential>,
    /// How long the access token lives from when it was asked for; `None` if the answer does not say.
    pub lives: Option<Duration>,
    /// The scopes that the token has, if the answer names them.
    pub scopes: Vec<String>,
}

/// Why there are no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExchangeError {
    /// The client could not be made, or the system has no means for the request.
    Setup(String),
    /// There was no usable answer; later there may be one.
    Unreached(Unreached),
    /// There were too many requests.
    Limited(Box<Refusal>),
    /// A part of the login is not accepted.
    Denied {
        /// Which part.
        denial: Denial,
        /// The words of the answer, if it has any.
        says: Option<String>,
    },
}

impl From<Error> for ExchangeError {
    /// Nothing was saved by an exchange, so an answer that broke off only means that there is no token.
    fn from(error: Error) -> Self {
        match error {
            Error::Setup(why) => Self::Setup(why),
            Error::Connect { reason } => Self::Unreached(reason),
            Error::TimedOut { after } => {
                Self::Unreached(Unreached::Other(format!("its token endpoint gave no whole answer within {after:?}")))
            }
            Error::Broken { detail } => {
                Self::Unreached(Unreached::Other(format!("the answer of its token endpoint broke off: {detail}")))
            }
            Error::TooLarge { .. } | Error::Unreadable { .. } | Error::Refused(_) => unreadable("no token"),
        }
    }
}

fn unreadable(what: &str) -> ExchangeError {
    ExchangeError::Unreached(Unreached::Other(format!("its token endpoint answered with {what}")))
}

/// The path of the token endpoint, from the server's root.
pub fn path(version: ApiVersion) -> String {
    format!("/oauth/{}/token", version.label())
}

/// Exchanges the login for tokens. Waits for the answer, so it belongs on a thread of its own. The address of the
/// token endpoint follows the base URL.
///
/// # Errors
///
/// [`ExchangeError`], without any part of a secret.
pub fn exchange(endpoint: &Endpoint, login: &LoginSecrets, timeouts: Timeouts) -> Result<Tokens, ExchangeError> {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &login.client_id),
        ("client_secret", login.client_secret.expose_secret()),
        ("refresh_token", login.refresh_token.expose_secret()),
    ];
    asked(endpoint, &form, &login.shield(), Some(&login.refresh_token), timeouts)
}

/// Sends a form and reads the answer. `shield` has all secrets of the form; `known` is the refresh token that is no
/// other one.
pub(super) fn asked(
    endpoint: &Endpoint,
    form: &[(&str, &str)],
    shield: &Credential,
    known: Option<&Credential>,
    timeouts: Timeouts,
) -> Result<Tokens, ExchangeError> {
    let mut body = form_urlencoded::Serializer::new(String::new());
    let body = Zeroizing::new(body.extend_pairs(form).finish());
    let url = below(&endpoint.base_url, &path(endpoint.version));
    let kind = (CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let answer = waited(post(endpoint, url, kind, &body, timeouts));
    let (head, body) = answer.map_err(|error| ExchangeError::from(error.cleaned(shield)))?;
    read(&head, &body, shield, known)
}

/// Waits for a request on a runtime of this thread.
pub(super) fn waited<T>(request: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::Setup(error.to_string()))?;
    let outcome = runtime.block_on(request);
    // A look-up of a name that still hangs must not block this thread.
    runtime.shutdown_background();
    outcome
}

/// Posts a body of this kind. A body that is cut counts, unless it should hold tokens.
pub(super) async fn post(
    endpoint: &Endpoint,
    url: Url,
    kind: (HeaderName, HeaderValue),
    body: &str,
    timeouts: Timeouts,
) -> Result<(Head, Zeroizing<Vec<u8>>), Error> {
    let limit = timeouts.get;
    let deadline = Instant::now() + limit;
    let http = transport::http(&endpoint.base_url, &HeaderMap::new(), timeouts)?;
    let request = http.post(url).header(kind.0, kind.1).body(body.to_owned());
    let late = |_| Error::TimedOut { after: limit };
    let response = timeout_at(deadline, request.send()).await.map_err(late)?;
    let mut response =
        response.map_err(|error| Error::of_exchange(error, timeouts.connect).named(&endpoint.base_url))?;
    let head = transport::head(&response);
    let (body, cut) = transport::body(&mut response, deadline, limit, timeouts.connect).await;
    let body = Zeroizing::new(body);
    match cut.filter(|_| (200..300).contains(&head.status)) {
        Some(error) => Err(error),
        None => Ok((head, body)),
    }
}

/// The address of a path below the base URL.
pub(super) fn below(base_url: &Url, path: &str) -> Url {
    let mut url = base_url.clone();
    let prefix = url.path().trim_end_matches('/').to_owned();
    url.set_path(&(prefix + path));
    url
}

/// Reads an answer of the token endpoint. No error repeats any part of a token.
fn read(head: &Head, body: &[u8], shield: &Credential, known: Option<&Credential>) -> Result<Tokens, ExchangeError> {
    let members = members(head, body, "access_token", shield)?;
    let access = token(&members, "access_token")?.after(shield);
    let refresh = token(&members, "refresh_token").ok();
    let refresh = refresh.filter(|token| known.is_none_or(|known| !known.is_same(token)));
    let access = match &refresh {
        Some(refresh) => access.after(refresh),
        None => access,
    };
    let lives = members.get("expires_in").and_then(|life| life.as_u64().or_else(|| life.as_str()?.parse().ok()));
    let lives = lives.map(|life| Duration::from_secs(life.min(LONGEST_LIFE)));
    let scopes = scopes(&members, &["scopes", "scope"], &access);
    Ok(Tokens { access, refresh, lives, scopes })
}

/// The members of an answer that has a token under this key.
pub(super) fn members(
    head: &Head,
    body: &[u8],
    key: &str,
    shield: &Credential,
) -> Result<Map<String, Json>, ExchangeError> {
    let members: Map<String, Json> = serde_json::from_slice(body).unwrap_or_default();
    let text = |key: &str| members.get(key).and_then(Json::as_str);
    if !(200..300).contains(&head.status) {
        return Err(refused(head, body, &members, shield));
    }
    if text(key).is_some() {
        return Ok(members);
    }
    // Others' endpoints refuse with a 200, and so may a gateway.
    let is_error = text("error").is_some() || text("status").is_some_and(|status| status != "success");
    Err(if is_error { refused(head, body, &members, shield) } else { no_token(body) })
}

/// The token under a key.
pub(super) fn token(members: &Map<String, Json>, key: &str) -> Result<Credential, ExchangeError> {
    let text = members.get(key).and_then(Json::as_str).unwrap_or_default();
    let token = Credential::new(CredentialKind::Bearer, text);
    token.map(|(token, _)| token).map_err(|_| unreadable("a token that cannot be sent"))
}

/// The names of scopes under the first of these keys that is there.
pub(super) fn scopes(members: &Map<String, Json>, keys: &[&str], shield: &Credential) -> Vec<String> {
    let scopes: Vec<&str> = match keys.iter().find_map(|key| members.get(*key)) {
        Some(Json::Array(scopes)) => scopes.iter().filter_map(Json::as_str).collect(),
        Some(Json::String(scopes)) => scopes.split_whitespace().collect(),
        _ => Vec::new(),
    };
    scopes.into_iter().take(SCOPES_LIMIT).map(|scope| cleaned_text(shield, scope, WORDS_LIMIT)).collect()
}

/// What a success without a token is.
fn no_token(body: &[u8]) -> ExchangeError {
    let start = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    unreadable(match start.first() {
        None => "nothing",
        Some(b'<') => "a web page: a login page of this network, or a proxy",
        Some(_) => "no token",
    })
}

fn refused(head: &Head, body: &[u8], members: &Map<String, Json>, shield: &Credential) -> ExchangeError {
    let (status, mut refusal) = (head.status, wire::decode_error(head, body));
    let text = |key: &str| members.get(key).and_then(Json::as_str).unwrap_or_default();
    if text("message").is_empty() {
        // Otherwise it would be the whole body, which may hold a token that nobody knows yet.
        refusal.message = None;
    }
    let cleaned = |text: &str| cleaned_text(shield, text, WORDS_LIMIT);
    if let 300..=399 = status {
        let to = refusal.location.as_deref().map_or(String::new(), |to| format!(" to {}", cleaned(to)));
        return unreadable(&format!("{status}, a redirect{to}; it was not followed"));
    }
    if status == 429 {
        let Error::Refused(refusal) = Error::Refused(Box::new(refusal)).cleaned(shield) else {
            return unreadable("429");
        };
        return ExchangeError::Limited(refusal);
    }
    let page = if refusal.web_page { ", a web page" } else { "" };
    if matches!(status, 408 | 423 | 477 | 500..) || refusal.web_page && status != 404 {
        return unreadable(&format!("{status}{page}"));
    }
    let words = ["message", "error_description", "error"].map(text).into_iter().find(|words| !words.is_empty());
    let codes = ["status", "error", "category", "subCategory"].map(text).join(" ");
    let denial = if status == 404 && (refusal.web_page || refusal.foreign) {
        Denial::Endpoint
    } else {
        denial(status, &codes.to_lowercase(), &words.unwrap_or_default().to_lowercase())
    };
    ExchangeError::Denied { denial, says: words.map(cleaned) }
}

/// Which part is not accepted. HubSpot's codes name it, and so do its words where the code is that of RFC 6749. Both
/// are in lower case.
fn denial(status: u16, codes: &str, words: &str) -> Denial {
    let names = |parts: &[&str]| parts.iter().any(|part| codes.contains(part) || words.contains(part));
    if names(&["not issued to"]) {
        Denial::OtherApp
    } else if names(&["redirect"]) {
        Denial::Redirect
    } else if names(&["client_secret", "client secret"]) {
        Denial::ClientSecret
    } else if names(&["client_id", "client id"]) {
        Denial::ClientId
    } else if names(&["auth_code", "auth code", "authorization code", "code_verifier", "code verifier"]) {
        Denial::Code
    } else if names(&["invalid_client", "unauthorized_client"]) {
        Denial::Client
    } else if names(&["refresh_token", "refresh token", "invalid_grant", "invalid_token"]) {
        Denial::RefreshToken
    } else if names(&["scope"]) {
        Denial::Scope
    } else if status == 401 {
        Denial::Client
    } else {
        Denial::Other(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bearer(text: &str) -> Credential {
        Credential::bearer(text).unwrap().0
    }

    fn login() -> LoginSecrets {
        LoginSecrets {
            client_id: "11111111-2222".to_owned(),
            client_secret: bearer("CANARY-secret-0123456789"),
            refresh_token: bearer("CANARY-refresh-0123456789"),
        }
    }

    fn answered(status: u16, body: &str) -> Result<Tokens, ExchangeError> {
        let outcome =
            read(&Head { status, ..Head::default() }, body.as_bytes(), &login().shield(), Some(&login().refresh_token));
        assert!(!format!("{outcome:?}").contains("CANARY"), "{outcome:?}");
        outcome
    }

    fn denied(status: u16, body: &str) -> Denial {
        match answered(status, body) {
            Err(ExchangeError::Denied { denial, .. }) => denial,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn an_answer_gives_the_token_its_life_and_another_refresh_token() {
        let tokens = answered(
            200,
            r#"{"access_token":"CANARY-access-1","refresh_token":"CANARY-refresh-2","expires_in":1800,"token_type":"bearer",
                "hub_id":1,"scopes":["developers-read","developers-write"]}"#,
        );
        let tokens = tokens.unwrap();
        assert_eq!(tokens.access.expose_secret(), "CANARY-access-1");
        assert_eq!(tokens.refresh.unwrap().expose_secret(), "CANARY-refresh-2");
        assert_eq!(tokens.lives, Some(Duration::from_mins(30)));
        assert_eq!(tokens.scopes, ["developers-read", "developers-write"]);
        let all = "CANARY-access-1 CANARY-refresh-2 CANARY-secret-0123456789 CANARY-refresh-0123456789";
        assert!(!tokens.access.redact(all).contains("CANARY"), "{}", tokens.access.redact(all));
    }

    #[test]
    fn the_same_refresh_token_is_no_other_one_and_a_long_token_is_whole() {
        let long = "a0".repeat(1000);
        let body = format!(r#"{{"access_token":"{long}","refresh_token":"CANARY-refresh-0123456789","scope":"a b"}}"#);
        let tokens = answered(200, &body).unwrap();
        assert_eq!(tokens.access.expose_secret(), long);
        assert!(tokens.refresh.is_none());
        assert_eq!((tokens.lives, tokens.scopes), (None, vec!["a".to_owned(), "b".to_owned()]));
        for (life, lives) in
            [("\"60\"", Some(60)), ("-1", None), ("1.5", None), ("1e300", None), ("99999999999", Some(LONGEST_LIFE))]
        {
            let body = format!(r#"{{"access_token":"abc","expires_in":{life}}}"#);
            assert_eq!(answered(200, &body).unwrap().lives, lives.map(Duration::from_secs), "{life}");
        }
    }

    #[test]
    fn each_refusal_names_the_part_that_is_not_accepted() {
        for (body, part) in [
            (r#"{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}"#, Denial::RefreshToken),
            (r#"{"error":"invalid_grant","error_description":"The token was revoked"}"#, Denial::RefreshToken),
            (r#"{"message":"refresh token was not issued to this client"}"#, Denial::OtherApp),
            (r#"{"status":"BAD_CLIENT_SECRET","message":"missing or invalid client secret"}"#, Denial::ClientSecret),
            (r#"{"status":"BAD_CLIENT_ID","message":"missing or unknown client id"}"#, Denial::ClientId),
            (r#"{"error":"invalid_client"}"#, Denial::Client),
            (r#"{"status":"MISMATCH_REDIRECT_URI_AUTH_CODE","message":"redirect URI mismatch"}"#, Denial::Redirect),
            (r#"{"status":"BAD_REDIRECT_URI","message":"missing or invalid redirect URI"}"#, Denial::Redirect),
            (r#"{"status":"EXPIRED_AUTH_CODE","message":"the auth code is expired"}"#, Denial::Code),
            (r#"{"status":"BAD_AUTH_CODE","message":"missing or unknown auth code"}"#, Denial::Code),
            (r#"{"error":"invalid_scope"}"#, Denial::Scope),
            (r#"{"status":"error","message":"no"}"#, Denial::Other(400)),
            ("what", Denial::Other(400)),
        ] {
            assert_eq!(denied(400, body), part, "{body}");
        }
        assert_eq!(denied(401, "{}"), Denial::Client);
        assert_eq!(denied(404, "<html>"), Denial::Endpoint);
        assert_eq!(denied(200, r#"{"error":"bad_refresh_token"}"#), Denial::RefreshToken);
        let echoed = r#"{"status":"BAD_REFRESH_TOKEN","message":"CANARY-refresh-0123456789 is no refresh token"}"#;
        assert_eq!(denied(400, echoed), Denial::RefreshToken);
    }

    #[test]
    fn what_may_be_otherwise_later_denies_nothing() {
        for (status, body, words) in [
            (502, "<html>", "502, a web page"),
            (500, "", "500"),
            (403, "<html>", "403, a web page"),
            (200, "<html>", "a web page: a login page"),
            (200, "", "nothing"),
            (200, r#"{"access_token":"CANARY-acc"#, "no token"),
            (200, r#"{"access_token":5}"#, "no token"),
            (200, "[]", "no token"),
            (200, r#"{"access_token":"CANARY é"}"#, "cannot be sent"),
            (302, "", "302, a redirect"),
        ] {
            match answered(status, body) {
                Err(ExchangeError::Unreached(Unreached::Other(why))) => assert!(why.contains(words), "{why}"),
                other => panic!("{status} {body}: {other:?}"),
            }
        }
        let limit = r#"{"policyName":"SECONDLY","message":"You have reached your secondly limit."}"#;
        assert!(
            matches!(answered(429, limit), Err(ExchangeError::Limited(why)) if why.policy.as_deref() == Some("SECONDLY"))
        );
    }

    #[test]
    fn the_endpoint_follows_version_and_prefix() {
        let url = Url::parse("https://gate.example/hub/").unwrap();
        assert_eq!(below(&url, &path(ApiVersion::V3)).as_str(), "https://gate.example/hub/oauth/v3/token");
        assert_eq!(path(ApiVersion::V2026_09), "/oauth/2026-09/token");
    }

    #[test]
    fn a_limit_repeats_its_message_and_no_body_without_one() {
        let message = |body: &str| match answered(429, body) {
            Err(ExchangeError::Limited(refusal)) => refusal.message,
            outcome => panic!("{outcome:?}"),
        };
        assert_eq!(message(r#"{"message":"Too fast"}"#).as_deref(), Some("Too fast"));
        assert_eq!(message(r#"{"access_token":"CANARY-access"}"#), None);
        assert_eq!(message(r#"1"access_token":"CANARY-access"#), None, "a body that is none or cut");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_answer_makes_it_panic_or_tells_a_secret(status in 100..600_u16, parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "\"access_token\"", ":", ",", "\"CANARY-access\"", "null", "1", "\"expires_in\"", "\"refresh_token\"", "[", "]",
            "<", "\"error\"", "\"status\"", "\"message\"", "\"CANARY-refresh-0123456789\"", "\"CANARY-secret-0123456789\"", "\u{feff}",
        ]), 0..30)) {
            let _ = answered(status, &parts.concat());
        }
    }
}
