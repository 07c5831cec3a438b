//! Asks for the page behind a url, as a browser does that loads it into a frame of HubSpot's.
//!
//! ```text
//!   look ── fetch ── a redirect? ── fetch … ── the last answer, or why there is none
//!              └── a client of its own for each address: no cookies, no credential, no redirects of the library's
//! ```
//!
//! Time, redirects, headers and body are limited, whatever the other side does.

mod fault;
mod way;

use crate::model::address::is_loopback;
use crate::model::certificate::Chain;
use crate::model::check::{BodyEnd, HeaderLine, PageAnswer, RedirectFault, UrlUse, Visit, VisitFault};
use crate::model::reach::{ReachableFrom, reach};
use crate::net::causes::innermost;
use crate::net::witness::{ShownChain, Witness};
use jiff::Timestamp;
use reqwest::dns::Resolve;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderValue, LOCATION, REFERER};
use reqwest::{Response, redirect, retry};
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;
use way::Loopback;

/// How long a look may take in all.
pub const LIMIT: Duration = Duration::from_secs(10);

/// How many redirects are followed: as many as Chromium follows.
const REDIRECTS: usize = 19;

/// How much of a body is read, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// How many lines of headers an answer may have.
const HEADERS: usize = 1_000;

/// The longest text of a library's that is kept, in characters.
const TEXT_LIMIT: usize = 200;

/// The page that frames the dialer.
const FRAMED_BY: &str = "https://app.hubspot.com/";

/// What a look is made with. The trust and the proxy are those of all else that callset asks for.
#[derive(Clone)]
pub struct Means {
    /// What TLS computes with.
    pub provider: Arc<CryptoProvider>,
    /// Which certificates are accepted.
    pub certificates: Arc<dyn ServerCertVerifier>,
    /// Looks up the names of hosts.
    pub names: Arc<dyn Resolve>,
    /// Is an address asked for through a proxy? An error says why the proxy that is named cannot be used.
    pub proxy: fn(&Url) -> Result<bool, String>,
    /// The time.
    pub now: fn() -> Timestamp,
}

impl fmt::Debug for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Means").finish_non_exhaustive()
    }
}

/// Asks for the page behind a url. It takes no longer than `limit`.
pub async fn look(url: &str, used: UrlUse, limit: Duration, means: &Means) -> Visit {
    let start = Instant::now();
    let first = match Visit::address(url, used) {
        Ok(first) => first,
        Err(why) => return Visit::refused(url.to_owned(), used, (means.now)(), why),
    };
    let mut walk = Walk { used, limit, deadline: start + limit, way: vec![first], resolved: ReachableFrom::Everywhere };
    let came = walk.go(means).await;
    let Walk { way, resolved, .. } = walk;
    Visit { url: url.to_owned(), used, at: (means.now)(), took: start.elapsed(), way, resolved, came }
}

/// An answer, and the certificates that it came with.
type Fetched = (Response, Option<Chain>);

/// The way from the first address to the last.
struct Walk {
    used: UrlUse,
    limit: Duration,
    deadline: Instant,
    way: Vec<Url>,
    resolved: ReachableFrom,
}

impl Walk {
    async fn go(&mut self, means: &Means) -> Result<PageAnswer, VisitFault> {
        while let Some(at) = self.way.last().cloned() {
            let (mut response, chain) = self.fetch(&at, means).await?;
            if self.way.len() == 1
                && !(means.proxy)(&at).unwrap_or_default()
                && let Some(address) = response.remote_addr()
            {
                self.resolved = reach(&address.ip().to_string());
            }
            if let Some(next) = leads_to(&response, &at)? {
                if self.way.len() > REDIRECTS {
                    return Err(VisitFault::Redirect(RedirectFault::Endless(REDIRECTS)));
                }
                self.way.push(next);
                continue;
            }
            let status = response.status().as_u16();
            let line = |(name, value): (_, &HeaderValue)| HeaderLine {
                name: header_name(name),
                value: value.as_bytes().to_vec(),
            };
            let headers = response.headers().iter().map(line).collect();
            let body = self.body(&mut response).await;
            return Ok(PageAnswer { status, headers, chain, body });
        }
        Err(VisitFault::NoUrl("it is empty".to_owned()))
    }

    /// Asks for one address. On this machine a certificate that nobody trusts is accepted, and told: developers make
    /// their own, and nothing leaves the machine.
    async fn fetch(&self, at: &Url, means: &Means) -> Result<Fetched, VisitFault> {
        match self.ask(at, means, false).await {
            Err(VisitFault::Certificate(_)) if is_loopback(at) => self.ask(at, means, true).await,
            asked => asked,
        }
    }

    async fn ask(&self, at: &Url, means: &Means, accepts_any: bool) -> Result<Fetched, VisitFault> {
        let shown = ShownChain::default();
        let witness = Witness::new(Arc::clone(&means.certificates), at, Arc::clone(&shown), accepts_any);
        let client = client(at, means, witness, self.limit)?;
        let request = client.get(at.clone()).headers(headers(self.used));
        let asked = timeout_at(self.deadline, request.send()).await;
        let chain = shown.get().cloned();
        match asked {
            Ok(Ok(response)) => Ok((response, chain)),
            Ok(Err(error)) => Err(match chain.and_then(|chain| chain.flaw) {
                Some(flaw) if !accepts_any => VisitFault::Certificate(flaw),
                Some(_) | None => fault::of(error, self.limit),
            }),
            Err(_) => Err(VisitFault::Late(self.limit)),
        }
    }

    async fn body(&self, response: &mut Response) -> BodyEnd {
        let mut length = 0;
        loop {
            match timeout_at(self.deadline, response.chunk()).await {
                Ok(Ok(Some(chunk))) => length += chunk.len(),
                Ok(Ok(None)) => return BodyEnd::Whole(length),
                Ok(Err(_)) => return BodyEnd::Broken,
                Err(_) => return BodyEnd::Late,
            }
            if length > BODY_LIMIT {
                return BodyEnd::Long;
            }
        }
    }
}

fn client(at: &Url, means: &Means, witness: Witness, limit: Duration) -> Result<reqwest::Client, VisitFault> {
    (means.proxy)(at).map_err(VisitFault::Setup)?;
    let tls = witness.config(Arc::clone(&means.provider)).map_err(|why| VisitFault::Setup(why.to_string()))?;
    let setup = |error: reqwest::Error| VisitFault::Setup(cut(&innermost(&error.without_url())));
    let builder = reqwest::Client::builder()
        .user_agent(concat!("callset/", env!("CARGO_PKG_VERSION")))
        .http1_only()
        // A browser reads what servers write wrongly, so these stop no look.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_max_headers(HEADERS)
        .dns_resolver(Arc::new(Loopback(Arc::clone(&means.names))))
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(limit)
        .pool_max_idle_per_host(0)
        .tls_backend_preconfigured(tls);
    // A proxy cannot reach this machine's loopback.
    let builder = if is_loopback(at) { builder.no_proxy() } else { builder };
    builder.build().map_err(setup)
}

/// The headers of a browser that loads a frame, or of a server that asks.
fn headers(used: UrlUse) -> HeaderMap {
    let all = HeaderValue::from_static("*/*");
    if used != UrlUse::Dialer {
        return HeaderMap::from_iter([(ACCEPT, all)]);
    }
    let page = HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    let mut headers = HeaderMap::from_iter([
        (ACCEPT, page),
        (ACCEPT_LANGUAGE, HeaderValue::from_static("en-US,en;q=0.9")),
        (REFERER, HeaderValue::from_static(FRAMED_BY)),
    ]);
    for (name, value) in [
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-site", "cross-site"),
        ("upgrade-insecure-requests", "1"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// The address that an answer leads on to, if it is a redirect.
fn leads_to(response: &Response, at: &Url) -> Result<Option<Url>, VisitFault> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let mut locations = response.headers().get_all(LOCATION).iter().filter(|_| is_redirect);
    let Some(location) = locations.next() else { return Ok(None) };
    if locations.any(|other| other != location) {
        return Err(VisitFault::Broken("it has several Location headers, which differ".to_owned()));
    }
    let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
    if location.is_empty() {
        return Ok(None);
    }
    let elsewhere = |to: &str| VisitFault::Redirect(RedirectFault::Elsewhere(cut(to)));
    let next = at.join(&location).map_err(|_| elsewhere(&location))?;
    if !next.username().is_empty() || next.password().is_some() {
        return Err(VisitFault::Redirect(RedirectFault::Password));
    }
    if matches!(next.scheme(), "http" | "https") && next.has_host() {
        Ok(Some(next))
    } else {
        Err(elsewhere(&location))
    }
}

/// A text, cut to a readable length.
fn cut(text: &str) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}

/// The name of a header as it is usually written. The library keeps it in small letters.
fn header_name(name: &reqwest::header::HeaderName) -> String {
    let part = |part: &str| match part.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    };
    name.as_str().split('-').map(part).collect::<Vec<_>>().join("-")
}
