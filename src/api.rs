//! The `HubSpot` client: one request, one typed outcome. The client never repeats a request and never follows a
//! redirect; `sync` decides what to do next.
//!
//! ```text
//!   Client::get, patch  ─┐                                         ┌─> Answer   a 2xx that reads as the resource
//!   create, delete      ─┴─ exchange: talk to the deadline, clean ─┴─> Error    all else, without the credential
//!                        │
//!          Endpoint ─ wire::path        Credential ─ one sensitive header or one parameter; TLS or loopback only
//!          Names ─ the host's addresses; those of localhost are fixed
//! ```
//!
//! This room is the only user of reqwest. It uses `model` and no other room of callset.

pub mod aside;
pub mod cli_login;
pub mod consent;
pub mod credential;
pub mod entry;
mod error;
mod etag;
pub mod look;
pub mod names;
pub mod oauth;
mod pieces;
pub mod proxy;
mod redact;
mod trace;
mod transport;
pub mod wire;

pub use credential::{Credential, CredentialError, Flaw};
pub use entry::Entry;
pub use error::{Error, Unreadable};
pub use pieces::MASK;
pub use redact::without_lookalikes;

use crate::model::address::is_own;
use crate::model::profile as rules;
use crate::model::trace::Trace;
use crate::model::{ApiVersion, Patch, Representation, Resource};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH};
use reqwest::{Method, RequestBuilder};
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// How much of a body is read, in bytes. Settings have a few hundred. callset asks for no compression, which could
/// hide more.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// The time limit that is used if the given one is too long to compute with.
const FAR: Duration = Duration::from_hours(24 * 365);

/// The address of one app's settings: a server, a version of its API and an app. [`Endpoint::new`] checks all
/// three.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Scheme, host, port and path prefix. Holds nothing secret.
    pub base_url: Url,
    /// The version of the API.
    pub version: ApiVersion,
    /// The app, above zero.
    pub app_id: i32,
}

/// Why callset makes no request to an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The API cannot be at this address; the text is the end of a sentence.
    #[error("The base URL {0}")]
    BaseUrl(&'static str),
    /// The app id is zero or less.
    #[error("The app id is a number above zero")]
    AppId,
}

impl Endpoint {
    /// An endpoint below `base_url`. A path in `base_url` is kept as a prefix. https to any host, http to
    /// loopback only.
    pub fn new(base_url: &str, version: ApiVersion, app_id: i32) -> Result<Self, EndpointError> {
        let base_url = rules::base_url(base_url.trim()).map_err(EndpointError::BaseUrl)?;
        if app_id <= 0 { Err(EndpointError::AppId) } else { Ok(Self { base_url, version, app_id }) }
    }

    /// Is the host `HubSpot`'s own, or loopback? The user has to trust any other host before a
    /// credential is sent to it.
    pub fn is_own(&self) -> bool {
        is_own(&self.base_url)
    }

    /// The URL of a resource. It holds nothing secret: a developer API key is added to the request only.
    pub fn url(&self, resource: Resource) -> Url {
        let mut url = self.base_url.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&(prefix + &wire::path(self.version, self.app_id, resource)));
        url
    }
}

/// How long to wait. Writes get more time than reads: if a write is given up, it is unknown whether it took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The limit for looking up the host, connecting and TLS.
    pub connect: Duration,
    /// The limit for a whole GET, from its start to the last byte of the answer.
    pub get: Duration,
    /// The limit for a whole PATCH, POST or DELETE, from its start to the last byte of the answer.
    pub patch: Duration,
}

impl Timeouts {
    /// The same limit for each.
    pub fn all(limit: Duration) -> Self {
        Self { connect: limit, get: limit, patch: limit }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        let [connect, get, patch] = [5, 20, 30].map(Duration::from_secs);
        Self { connect, get, patch }
    }
}

/// A 2xx answer that reads as the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The whole resource. A PATCH is answered with the whole resource too. Empty after a DELETE.
    pub representation: Representation,
    /// `HubSpot`'s id of the exchange, for its support.
    pub correlation_id: Option<String>,
}

/// The outcome of a request, and the answer as it came, if there was one.
pub type Exchanged = (Result<Answer, Error>, Option<Box<Trace>>);

/// Sends requests to one endpoint with one credential. A clone is cheap and shares the connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
    credential: Credential,
    timeouts: Timeouts,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The HTTP client is left out: it would print the proxies of the environment, which may hold passwords.
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client and sends nothing. For https this reads the system's certificates, which takes some
    /// milliseconds: draw the first frame before. The only error is [`Error::Setup`].
    pub fn new(endpoint: Endpoint, credential: Credential, timeouts: Timeouts) -> Result<Self, Error> {
        let http =
            client_headers(&credential).and_then(|headers| transport::http(&endpoint.base_url, &headers, timeouts));
        match http {
            Ok(http) => Ok(Self { http, endpoint, credential, timeouts }),
            Err(error) => Err(error.cleaned(&credential)),
        }
    }

    /// The endpoint of the client.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Reads a resource.
    pub async fn get(&self, resource: Resource) -> Exchanged {
        let request = self.http.request(Method::GET, self.signed_url(resource));
        self.exchange(request, Some(resource), self.timeouts.get).await
    }

    /// Sends exactly [`Patch::body`], once. After [`Error::Setup`], [`Error::Connect`] and an [`Error::Refused`]
    /// below 500 (except 408) nothing was saved. After any other error only reading back tells whether it was.
    /// With `if_match` the PATCH is conditional, on servers that know entity tags: if the resource has another
    /// version, the answer is 412. An entity tag that is weak or not complete is left out.
    pub async fn patch(&self, patch: &Patch, if_match: Option<&str>) -> Exchanged {
        if let Some(error) = self.refuses(patch) {
            return (Err(error), None);
        }
        let version = if_match
            .filter(|etag| etag::is_strong(etag))
            .and_then(|etag| HeaderValue::from_bytes(etag.as_bytes()).ok());
        let version = version.map(|etag| (IF_MATCH, etag));
        let request = self.write(Method::PATCH, patch).headers(HeaderMap::from_iter(version));
        self.exchange(request, Some(patch.resource()), self.timeouts.patch).await
    }

    /// Sets a resource up with exactly [`Patch::body`], by a POST, once. The rules for errors are those of
    /// [`Client::patch`].
    pub async fn create(&self, patch: &Patch) -> Exchanged {
        if let Some(error) = self.refuses(patch) {
            return (Err(error), None);
        }
        let request = self.write(Method::POST, patch);
        self.exchange(request, Some(patch.resource()), self.timeouts.patch).await
    }

    /// Deletes a resource, once. Only the status 204 confirms it. The rules for errors are those of
    /// [`Client::patch`].
    pub async fn delete(&self, resource: Resource) -> Exchanged {
        let request = self.http.request(Method::DELETE, self.signed_url(resource));
        self.exchange(request, None, self.timeouts.patch).await
    }

    /// A credential belongs into its header or parameter, never into a setting: refuses a patch that holds it.
    fn refuses(&self, patch: &Patch) -> Option<Error> {
        let is_in = self.credential.is_in(&patch.body());
        is_in.then(|| Error::Setup("a value holds the session's credential, which no setting is to hold".to_owned()))
    }

    fn write(&self, method: Method, patch: &Patch) -> RequestBuilder {
        let request = self.http.request(method, self.signed_url(patch.resource()));
        request.header(CONTENT_TYPE, "application/json").body(patch.body())
    }

    /// The URL of a resource, with the credential if it is sent in the query. For the request only; it must never
    /// be shown.
    fn signed_url(&self, resource: Resource) -> Url {
        let mut url = self.endpoint.url(resource);
        self.credential.sign(&mut url);
        url
    }

    /// Sends a request. Every exchange ends here, so that the credential is removed from each text of an error and
    /// of a trace. Without a resource the answer's body is not read as one.
    async fn exchange(&self, request: RequestBuilder, resource: Option<Resource>, limit: Duration) -> Exchanged {
        let mut trace = None;
        let outcome = self.talk(request, resource, limit, &mut trace).await;
        (outcome.map_err(|error| error.cleaned(&self.credential)), trace)
    }

    async fn talk(
        &self,
        request: RequestBuilder,
        resource: Option<Resource>,
        limit: Duration,
        trace: &mut Option<Box<Trace>>,
    ) -> Result<Answer, Error> {
        // One deadline for the whole exchange, since the limits of the library start again with every byte.
        let now = Instant::now();
        let deadline = now.checked_add(limit).unwrap_or(now + FAR);
        let late = |_| Error::TimedOut { after: limit };
        let broken = |error| Error::of_exchange(error, self.timeouts.connect).named(&self.endpoint.base_url);
        let mut response = timeout_at(deadline, request.send()).await.map_err(late)?.map_err(broken)?;
        let head = transport::head(&response);
        let success = response.status().is_success();
        let traced = trace.insert(Box::new(trace::start(head.status, response.headers(), &self.credential)));
        let (body, cut) = transport::body(&mut response, deadline, limit, self.timeouts.connect).await;
        trace::add_body(traced, &body, &self.credential);
        // The status says the most about a refusal, so a body that is not complete is accepted.
        if let (true, Some(error)) = (success, cut) {
            return Err(error);
        }
        if !success {
            return Err(Error::Refused(Box::new(wire::decode_error(&head, &body))));
        }
        let read = match resource {
            Some(resource) => wire::decode(resource, &head, &body),
            // HubSpot answers a DELETE that took effect with 204. Any other success may come from a web page, or
            // only be a promise.
            None if head.status == 204 => Ok(Representation::default()),
            None => Err(Unreadable::NotDeleted),
        };
        match read {
            Ok(representation) => {
                trace::add_repeated(traced, wire::repeated(&body), &self.credential);
                // The id of an answer is shown in the same places as the id of an error, so it is cleaned in the
                // same way.
                let correlation_id = head.correlation_id.map(|id| error::clean_id(&self.credential, &id));
                Ok(Answer { representation: self.credential.withhold(&representation), correlation_id })
            }
            Err(why) => Err(Error::Unreadable { status: head.status, why, correlation_id: head.correlation_id }),
        }
    }
}

fn client_headers(credential: &Credential) -> Result<HeaderMap, Error> {
    let authorization = credential.authorization().map_err(|why| Error::Setup(why.to_string()))?;
    Ok(HeaderMap::from_iter(authorization.map(|value| (AUTHORIZATION, value))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::CredentialKind;

    fn endpoint(base_url: &str) -> Result<Endpoint, EndpointError> {
        Endpoint::new(base_url, ApiVersion::V3, 1_234_567)
    }

    #[test]
    fn n19_http_to_another_machine_is_no_endpoint() {
        for url in ["http://api.hubapi.com", "http://localhost.evil.example", "http://10.0.0.1", "http://[2001:db8::1]"]
        {
            assert!(matches!(endpoint(url), Err(EndpointError::BaseUrl(why)) if why.contains("plain http")), "{url}");
        }
        for url in ["https://api.hubapi.com", "http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:1"] {
            assert!(endpoint(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn a_base_url_is_scheme_host_and_path_only() {
        let refused = |url: &str| match endpoint(url) {
            Err(EndpointError::BaseUrl(why)) => why,
            other => panic!("{url}: {other:?}"),
        };
        for url in ["https://token@api.hubapi.com", "https://:pw@api.hubapi.com"] {
            assert!(refused(url).contains("user name or a password"), "{url}");
        }
        for url in ["https://api.hubapi.com?hapikey=1", "https://api.hubapi.com/#x"] {
            assert!(refused(url).contains("query or a fragment"), "{url}");
        }
        for url in ["", "api.hubapi.com", "/crm", "file:///etc/passwd", "ftp://127.0.0.1", "https://"] {
            assert!(refused(url).contains("no address"), "{url}");
        }
        for id in [0, -1, i32::MIN] {
            assert_eq!(Endpoint::new("https://api.hubapi.com", ApiVersion::V3, id), Err(EndpointError::AppId));
        }
    }

    #[test]
    fn a_path_prefix_is_kept() {
        let url = |base: &str| endpoint(base).unwrap().url(Resource::Settings).to_string();
        let path = "crm/v3/extensions/calling/1234567/settings";
        assert_eq!(url("https://api.hubapi.com"), format!("https://api.hubapi.com/{path}"));
        assert_eq!(url(" https://api.hubapi.com/ "), format!("https://api.hubapi.com/{path}"));
        assert_eq!(url("https://gate.example/hub/spot/"), format!("https://gate.example/hub/spot/{path}"));
    }

    #[test]
    fn a_client_shows_neither_token_nor_proxies() {
        let (credential, _) = Credential::bearer("pat-CANARY-0123456789").unwrap();
        let client = Client::new(endpoint("http://127.0.0.1:1").unwrap(), credential, Timeouts::default()).unwrap();
        assert!(!format!("{client:?} {:?}", client.http).contains("CANARY"));
    }

    #[test]
    fn s3_a_client_keeps_the_key_out_of_what_it_shows() {
        let (credential, _) = Credential::new(CredentialKind::DeveloperKey, "CANARY-0123456789").unwrap();
        let client = Client::new(endpoint("http://127.0.0.1:1").unwrap(), credential, Timeouts::default()).unwrap();
        assert!(client.signed_url(Resource::Settings).as_str().ends_with("/settings?hapikey=CANARY-0123456789"));
        let shown = format!("{client:?} {:?} {}", client.http, client.endpoint().url(Resource::Settings));
        assert!(!shown.contains("CANARY"), "{shown}");
    }

    #[test]
    fn certificates_come_along_for_systems_without() {
        assert!(transport::bundled_certificates().unwrap().len() > 100);
    }
}
