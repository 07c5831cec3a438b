//! What stands between a request and its answer, in HubSpot's words and in the network's.

use std::time::Duration;

/// A server's no. All but the status is optional: HubSpot documents every member of its error bodies as such, and proxies
/// answer with anything. Texts are as they came, but for the token and their length (message 300 characters, others 200).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What the server says: `message`, or the whole body where it has none.
    pub message: Option<String>,
    /// `category`, e.g. `MISSING_SCOPES`; in older bodies `errorType`.
    pub category: Option<String>,
    /// `subCategory`, e.g. `CallingSettingError.SETTINGS_ALREADY_EXISTS`.
    pub sub_category: Option<String>,
    /// `correlationId`, else the header `x-hubspot-correlation-id`.
    pub correlation_id: Option<String>,
    /// `policyName` of a 429, e.g. `TEN_SECONDLY_ROLLING` or `DAILY`.
    pub policy: Option<String>,
    /// The scopes that a 403 asks for.
    pub missing_scopes: Vec<String>,
    /// `context.expire time` of a 401, an RFC 3339 time.
    pub expire_time: Option<String>,
    /// What is said about single fields.
    pub fields: Vec<FieldError>,
    /// Where a redirect points, without query and fragment. It is never followed.
    pub location: Option<String>,
    /// The methods that a 405 allows.
    pub allow: Option<String>,
    /// How long to wait, 1 to 60 s, if the server said so readably.
    pub retry_after: Option<Duration>,
    /// The body is markup, so the answer is probably not HubSpot's.
    pub web_page: bool,
    /// A 404 without what HubSpot's own error bodies have, `correlationId` or `category`: a gateway's, which says nothing of
    /// the resource.
    pub foreign: bool,
}

impl Refusal {
    /// Does HubSpot say that the resource is not there? A page, or a gateway's words, say that the path is wrong instead.
    pub fn is_absent(&self) -> bool {
        self.status == 404 && !self.web_page && !self.foreign
    }

    /// When a limit is over: as the answer says, or else with the window of its policy.
    pub fn limit_over(&self) -> Duration {
        self.retry_after.unwrap_or(match self.policy.as_deref() {
            Some("SECONDLY") => Duration::from_secs(1),
            _ => Duration::from_secs(10),
        })
    }
}

/// A complaint about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's JSON key, as the server names it; perhaps none that we know.
    pub key: String,
    /// The complaint.
    pub message: String,
}

/// Why there was no connection. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreached {
    /// The host's name has no address, or no name server answered.
    #[error("the host's name could not be looked up")]
    Dns,
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// The limit for connecting passed.
    #[error("nothing answered within {0:?}")]
    Timeout(Duration),
    /// No trusted encrypted connection; the text says why.
    #[error("{0}")]
    Tls(String),
    /// The proxy of the environment failed, not HubSpot; the text says how.
    #[error("the proxy {0}")]
    Proxy(String),
    /// Something else, in the words of the system or the library.
    #[error("{0}")]
    Other(String),
}
