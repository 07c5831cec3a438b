//! Refusals and failed connections: why a request got no proper answer, in the words of HubSpot and of the network.

use std::time::Duration;

/// A refusal by the server. Only the status is always there: HubSpot documents every member of its error bodies as
/// optional, and proxies answer in any form. Texts are as they came, except that the credential is masked and long
/// texts are cut (message to 300 characters, others to 200).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The text of the refusal: `message`, or the whole body if it has no `message`.
    pub message: Option<String>,
    /// `category`, e.g. `MISSING_SCOPES`; `errorType` in older bodies.
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
    /// The complaints about single fields.
    pub fields: Vec<FieldError>,
    /// The target of a redirect, without query and fragment. callset never follows it.
    pub location: Option<String>,
    /// The methods that a 405 allows.
    pub allow: Option<String>,
    /// How long to wait, 1 to 60 s, if the server gave a time that can be read.
    pub retry_after: Option<Duration>,
    /// Is the body markup? Then the answer is probably not from HubSpot.
    pub web_page: bool,
    /// Is it a 404 without `correlationId` and `category`, which HubSpot's own error bodies have? Then it comes
    /// from a gateway and says nothing about the resource.
    pub foreign: bool,
}

impl Refusal {
    /// Does HubSpot say that the resource does not exist? A 404 that is a web page or comes from a gateway says
    /// instead that the path is wrong.
    pub fn is_absent(&self) -> bool {
        self.status == 404 && !self.web_page && !self.foreign
    }

    /// Does HubSpot say that the access token has expired? Another one helps then, and the refused request took no
    /// effect.
    pub fn has_expired(&self) -> bool {
        let message = self.message.as_deref().unwrap_or_default();
        self.status == 401
            && (self.category.as_deref() == Some("EXPIRED_AUTHENTICATION") || message.contains("expired"))
    }

    /// How long the limit still lasts: as the answer says, or else the window of the limit's policy.
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
    /// The field's JSON key as the server names it. The table of fields may not know it.
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
    /// The host refused the connection: no program listens on that port.
    #[error("the connection was refused")]
    Refused,
    /// No connection was made within this time limit.
    #[error("nothing answered within {0:?}")]
    Timeout(Duration),
    /// No trusted encrypted connection; the text says why.
    #[error("{0}")]
    Tls(String),
    /// The proxy that the environment names failed, not HubSpot; the text says how.
    #[error("the proxy {0}")]
    Proxy(String),
    /// Another reason, in the words of the system or the library.
    #[error("{0}")]
    Other(String),
}
