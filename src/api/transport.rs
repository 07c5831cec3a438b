//! The settings of the HTTP library, and reading an answer from it: the same for the API and for the token endpoint.

use super::error::Error;
use super::wire::Head;
use super::{BODY_LIMIT, Timeouts, names, proxy};
use crate::model::address::is_loopback;
use crate::net::trust;
use reqwest::header::{ACCEPT, ALLOW, DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Certificate, ClientBuilder, Response, redirect, retry};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// An HTTP client for one server. For https this reads the system's certificates. The only error is
/// [`Error::Setup`].
pub(super) fn http(base_url: &Url, headers: &HeaderMap, timeouts: Timeouts) -> Result<reqwest::Client, Error> {
    check(base_url)?;
    let builder = || builder(base_url, headers.clone(), timeouts);
    if base_url.scheme() == "https" {
        // The first attempt fails if the system has no certificates. Then the certificates built into callset
        // are used.
        builder().build().or_else(|error| match bundled_certificates() {
            Ok(certificates) => builder().tls_certs_only(certificates).build().map_err(Error::of_setup),
            Err(_) => Err(Error::of_setup(error)),
        })
    } else {
        // Plain http needs no certificates, so none are loaded.
        builder().tls_certs_only([]).build().map_err(Error::of_setup)
    }
}

/// Checks what the environment says of the way to a server: proxy and certificates. The only error is [`Error::Setup`].
pub(super) fn check(base_url: &Url) -> Result<(), Error> {
    trust::install_provider();
    proxy::of_environment(base_url).map_err(Error::Setup)?;
    if base_url.scheme() == "https" { trust::check_environment().map_err(Error::Setup) } else { Ok(()) }
}

/// The settings of a client for one server, but for the certificates that it trusts.
pub(super) fn builder(base_url: &Url, mut headers: HeaderMap, timeouts: Timeouts) -> ClientBuilder {
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let builder = reqwest::Client::builder()
        .user_agent(concat!("callset/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .http1_only()
        // A second check, in case the address was changed after the first.
        .https_only(!is_loopback(base_url))
        .dns_resolver(names::Names)
        // A PATCH answered with 303 would be repeated elsewhere as a GET and would look saved. Other redirects
        // would send the body elsewhere.
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(timeouts.connect)
        // The library's timer for idle connections would wake an idle program for ever. The owner of the client
        // drops it after a pause instead.
        .pool_idle_timeout(None)
        .tcp_nodelay(true);
    // A proxy cannot reach this machine's loopback, but it would receive the credential unencrypted.
    if is_loopback(base_url) { builder.no_proxy() } else { builder }
}

/// Mozilla's certificates, as of the date of the build.
pub(super) fn bundled_certificates() -> reqwest::Result<Vec<Certificate>> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|der| Certificate::from_der(der)).collect()
}

/// The parts of an answer outside of its body.
pub(super) fn head(response: &Response) -> Head {
    let headers = response.headers();
    let text = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Head {
        status: response.status().as_u16(),
        correlation_id: text("x-hubspot-correlation-id"),
        location: text(LOCATION.as_str()),
        allow: text(ALLOW.as_str()),
        retry_after: text(RETRY_AFTER.as_str()),
        date: text(DATE.as_str()),
    }
}

/// Reads a body, at most [`BODY_LIMIT`] bytes of it. Also returns why it is not complete, if it is not. `limit` and
/// `connect` are named in that error.
pub(super) async fn body(
    response: &mut Response,
    deadline: Instant,
    limit: Duration,
    connect: Duration,
) -> (Vec<u8>, Option<Error>) {
    let mut body = Vec::new();
    loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
            Ok(Ok(None)) => return (body, None),
            Ok(Err(error)) => return (body, Some(Error::of_exchange(error, connect))),
            Err(_) => return (body, Some(Error::TimedOut { after: limit })),
        }
        if body.len() > BODY_LIMIT {
            body.truncate(BODY_LIMIT);
            return (body, Some(Error::TooLarge { limit: BODY_LIMIT }));
        }
    }
}
