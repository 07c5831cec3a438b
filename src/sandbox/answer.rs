//! The answers, in the shapes of HubSpot's.
//!
//! ```text
//!   settings        200   {"name":"…",…,"updatedAt":"…"}
//!   an error        4xx   {"status":"error","message":"…","correlationId":"…","category":"…","errors":[…],…}
//!   an unknown path 404   a page of the web server; for 502 and 504 a page of the gateway
//! ```
//!
//! If the real body of an error is known, it is used literally. Each has the members that the specification requires:
//! `category`, `correlationId` and `message`. The others differ from error to error, so clients learn not to rely on
//! them.

use crate::model::{Representation, Resource};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json, json};

/// How many requests a window allows.
pub(super) const RATE_MAX: u32 = 110;

/// The length of a window, in milliseconds.
pub(super) const RATE_INTERVAL: i64 = 10_000;

const OAUTH: &str = "https://developers.hubspot.com/docs/methods/auth/oauth-overview";
const SCOPES: &str = "https://developers.hubspot.com/scopes";

/// The category of both kinds of 429.
const LIMITED: &str = "RATE_LIMITS";

/// One day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// An answer without the headers that all answers have.
#[derive(Debug)]
pub(super) struct Served {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Sent,
}

#[derive(Debug)]
enum Sent {
    Empty,
    Json(String),
    /// An error body. The correlation id is added when the answer is sent.
    Error(Map<String, Json>),
    Html(String),
}

/// What is wrong with one member of a body.
#[derive(Debug)]
pub(super) struct Detail {
    code: &'static str,
    key: String,
    message: String,
}

impl Detail {
    pub(super) fn new(code: &'static str, key: &str, message: String) -> Self {
        Self { code, key: key.to_owned(), message }
    }

    fn to_json(&self) -> Json {
        json!({
            "message": self.message, "code": self.code, "in": self.key, "context": { "propertyName": [self.key] },
        })
    }
}

impl Served {
    /// 200 with the whole resource.
    pub(super) fn found(members: &Representation) -> Self {
        let members: Vec<String> =
            members.members().map(|(key, value)| format!("{}:{}", Json::from(key), value.to_json())).collect();
        let body = Sent::Json(format!("{{{}}}", members.join(",")));
        Self { status: StatusCode::OK, headers: Vec::new(), body }
    }

    /// 200 with tokens. `life` is in seconds.
    pub(super) fn tokens(access: &str, refresh: &str, life: u64) -> Self {
        let body = json!({
            "access_token": access, "refresh_token": refresh, "expires_in": life, "token_type": "bearer",
            "scopes": ["developers-read", "developers-write"],
        });
        Self::text(&body.to_string())
    }

    /// 200 with this text as JSON, whatever it is.
    pub(super) fn text(body: &str) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), body: Sent::Json(body.to_owned()) }
    }

    /// A browser is sent to another address.
    pub(super) fn sent_to(address: &str) -> Self {
        let headers = vec![("location", address.to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status: StatusCode::FOUND, headers, body: Sent::Empty }
    }

    /// The answer of the token endpoint to a login that is not accepted. `status` in its body is a code.
    pub(super) fn denied(code: &str, message: &str) -> Self {
        let body = Map::from_iter([("status".to_owned(), code.into()), ("message".to_owned(), message.into())]);
        Self { status: StatusCode::BAD_REQUEST, headers: Vec::new(), body: Sent::Error(body) }
    }

    /// The answer to a token that ended at this time.
    pub(super) fn has_expired(seconds: i64, at: &str) -> Self {
        Self::expired(&format!("{seconds} second(s)"), at)
    }

    /// 204.
    pub(super) fn removed() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: Sent::Empty }
    }

    /// The answer to a path without an endpoint: a page, not JSON.
    pub(super) fn page(status: StatusCode) -> Self {
        let (code, reason) = (status.as_u16(), reason(status));
        let html = format!(
            "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n\
             <title>Error {code} {reason}</title>\n</head>\n<body><h2>HTTP ERROR {code} {reason}</h2>\n<table>\n\
             <tr><th>STATUS:</th><td>{code}</td></tr>\n<tr><th>MESSAGE:</th><td>{reason}</td></tr>\n</table>\n\
             </body>\n</html>\n"
        );
        Self { status, headers: Vec::new(), body: Sent::Html(html) }
    }

    pub(super) fn method_not_allowed(resource: Resource) -> Self {
        let allowed = if resource.can_be_deleted() { "GET, POST, PATCH, DELETE" } else { "GET, POST, PATCH" };
        Self::page(StatusCode::METHOD_NOT_ALLOWED).with("allow", allowed)
    }

    pub(super) fn no_credentials() -> Self {
        let message = format!(
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more \
             details at {OAUTH}"
        );
        Self::error(StatusCode::UNAUTHORIZED, "INVALID_AUTHENTICATION", &message, json!({}))
            .with("x-hubspot-auth-failure", "401 Unauthorized")
    }

    /// The answer to a request without any credential, if only keys are accepted.
    pub(super) fn credentials_missing() -> Self {
        let message = "Any of the listed authentication credentials are missing";
        Self::error(StatusCode::UNAUTHORIZED, "INVALID_AUTHENTICATION", message, json!({}))
            .with("x-hubspot-auth-failure", "401 Unauthorized")
    }

    /// The answer to a token, if only developer API keys are accepted.
    pub(super) fn key_wanted() -> Self {
        let message = "This API can't be called using an OAuth access token. A valid developer API key must be provided in \
                       the `hapikey` query parameter.";
        Self::error(StatusCode::FORBIDDEN, "INVALID_AUTHENTICATION", message, json!({}))
    }

    /// The answer to a text that is no access token. HubSpot reports it as a token that expired long ago.
    pub(super) fn expired_since_1970(now: i64) -> Self {
        let since = format!("{} day(s)", now.div_euclid(DAY));
        Self::expired(&since, "1970-01-01T00:00:00.000Z")
    }

    /// The answer if the app has no such resource.
    pub(super) fn not_found() -> Self {
        Self::error(StatusCode::NOT_FOUND, "OBJECT_NOT_FOUND", "resource not found", json!({}))
    }

    pub(super) fn already_exists(app: i32, resource: Resource) -> Self {
        let (what, more) = match resource {
            Resource::Settings => ("Calling", json!({ "subCategory": "CallingSettingError.SETTINGS_ALREADY_EXISTS" })),
            Resource::Recording => ("Recording", json!({})),
            Resource::ChannelConnection => ("Channel connection", json!({})),
        };
        Self::error(StatusCode::CONFLICT, "CONFLICT", &format!("{what} settings already exist for app {app}"), more)
    }

    /// The answer to a body that could not be read; `status` is 413 if it was too large.
    pub(super) fn unreadable(status: StatusCode) -> Self {
        Self::error(status, "VALIDATION_ERROR", reason(status), json!({}))
    }

    pub(super) fn unsupported_media_type() -> Self {
        let message = "The body has to be application/json";
        Self::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "VALIDATION_ERROR", message, json!({}))
    }

    pub(super) fn bad_path(parameter: &str) -> Self {
        Self::invalid(&format!("Unable to parse value for path parameter: {parameter}"), &[])
    }

    pub(super) fn bad_json(line: usize, column: usize, reason: &str) -> Self {
        Self::invalid(&format!("Invalid input JSON on line {line}, column {column}: {reason}"), &[])
    }

    pub(super) fn invalid_members(details: &[Detail]) -> Self {
        let messages: Vec<&str> = details.iter().map(|detail| detail.message.as_str()).collect();
        Self::invalid(&format!("Property values were not valid: {}", messages.join("; ")), details)
    }

    pub(super) fn missing_members(keys: &[&str]) -> Self {
        let detail = |key: &&str| Detail::new("REQUIRED_FIELD", key, format!("{key} was not set"));
        let details: Vec<Detail> = keys.iter().map(detail).collect();
        let keys = keys.join(", ");
        let message = format!("Invalid input JSON on line 1, column 2. Some required fields were not set: [{keys}]");
        Self::invalid(&message, &details)
    }

    /// The answer if the window of ten seconds is used up.
    pub(super) fn rate_limited() -> Self {
        let message = "You have reached your ten_secondly_rolling limit.";
        Self::error(StatusCode::TOO_MANY_REQUESTS, LIMITED, message, json!({ "policyName": "TEN_SECONDLY_ROLLING" }))
    }

    /// A failure by chance, in the usual shape of the status.
    pub(super) fn failure(status: u16, method: &Method, now: &str) -> Self {
        // A number that is no status cannot be sent. A 500 says that the server is broken, which is true.
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match status.as_u16() {
            401 => Self::expired("0 second(s)", now),
            403 => Self::missing_scope(if method == Method::GET { "developers-read" } else { "developers-write" }),
            404 => Self::not_found(),
            409 => Self::error(status, "CONFLICT", "The resource was changed meanwhile", json!({})),
            423 => Self::error(status, "LOCKED", "The resource is locked. Wait at least 2 seconds.", json!({})),
            429 => {
                let more = json!({ "errorType": "RATE_LIMIT", "policyName": "SECONDLY" });
                Self::error(status, LIMITED, "You have reached your secondly limit.", more)
            }
            // The account is moving between data centres. Only for this answer does HubSpot promise a
            // `retry-after`.
            477 => {
                Self::error(status, "MIGRATION", "The account is being migrated", json!({})).with("retry-after", "60")
            }
            502 | 504 => Self::gateway(status),
            500..=599 => Self::error(status, "INTERNAL_ERROR", "internal error", json!({})),
            _ => Self::error(status, "VALIDATION_ERROR", reason(status), json!({})),
        }
    }

    fn expired(since: &str, at: &str) -> Self {
        let more = json!({ "context": { "expire time": [at] } });
        Self::error(
            StatusCode::UNAUTHORIZED,
            "EXPIRED_AUTHENTICATION",
            &format!("The OAuth token used to make this call expired {since} ago."),
            more,
        )
        .with("x-hubspot-auth-failure", "401 Unauthorized")
    }

    fn missing_scope(scope: &str) -> Self {
        let message = format!(
            "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: \
             {SCOPES}."
        );
        let more = json!({
            "errors": [{
                "message": "One or more of the following scopes are required.",
                "context": { "requiredGranularScopes": [scope] },
            }],
            "links": { "scopes": SCOPES },
        });
        Self::error(StatusCode::FORBIDDEN, "MISSING_SCOPES", &message, more)
    }

    /// The gateway in front of HubSpot answers.
    fn gateway(status: StatusCode) -> Self {
        let (code, reason) = (status.as_u16(), reason(status));
        let html = format!(
            "<html>\n<head><title>{code} {reason}</title></head>\n<body>\n<center><h1>{code} {reason}</h1></center>\n\
             <hr><center>cloudflare</center>\n</body>\n</html>\n"
        );
        Self { status, headers: Vec::new(), body: Sent::Html(html) }
    }

    fn invalid(message: &str, details: &[Detail]) -> Self {
        let mut more = json!({});
        if !details.is_empty() {
            more["errors"] = details.iter().map(Detail::to_json).collect();
        }
        Self::error(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message, more)
    }

    /// An error body: the members that the specification requires, and more. The correlation id is added later.
    fn error(status: StatusCode, category: &str, message: &str, more: Json) -> Self {
        let members = [("status", "error"), ("message", message), ("category", category)];
        let mut body: Map<_, _> = members.map(|(key, text)| (key.to_owned(), text.into())).into_iter().collect();
        if let Json::Object(more) = more {
            body.extend(more);
        }
        Self { status, headers: Vec::new(), body: Sent::Error(body) }
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The answer with the headers that all answers have: the correlation id and the state of the rate limit.
    pub(super) fn into_response(self, id: &str, remaining: u32) -> Response {
        let mut builder = Response::builder()
            .status(self.status)
            .header("x-hubspot-correlation-id", id)
            .header("x-hubspot-ratelimit-max", RATE_MAX)
            .header("x-hubspot-ratelimit-remaining", remaining)
            .header("x-hubspot-ratelimit-interval-milliseconds", RATE_INTERVAL);
        for (name, value) in self.headers {
            builder = builder.header(name, value);
        }
        let (kind, body) = match self.body {
            Sent::Empty => (None, String::new()),
            Sent::Json(body) => (Some("application/json;charset=utf-8"), body),
            Sent::Error(mut body) => {
                body.insert("correlationId".to_owned(), id.into());
                // The older shape, which has an `errorType`, holds the id twice.
                if body.contains_key("errorType") {
                    body.insert("requestId".to_owned(), id.into());
                }
                (Some("application/json;charset=utf-8"), Json::Object(body).to_string())
            }
            Sent::Html(body) => (Some("text/html;charset=utf-8"), body),
        };
        if let Some(kind) = kind {
            builder = builder.header("content-type", kind);
        }
        builder.body(body.into()).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

/// The name of a status, for answers without a better message.
fn reason(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Unknown reason")
}
