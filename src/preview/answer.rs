//! Answers a request: who may ask comes first, then the three things that there are.

use super::{Stand, Watcher, page, sight};
use crate::model::preview::{Advice, DialerPlace, Mood, Seen, Sight};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// The largest body that is read, in bytes. The page cuts what it sends to far less.
const BODY_LIMIT: usize = 64 * 1024;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How soon a page that has lost its connection comes back.
const RETRY: Duration = Duration::from_secs(1);

/// The type of what stays open.
const EVENTS: &str = "text/event-stream";

/// These go with each answer, whatever it is. The address has the token in it, so it goes nowhere and stays nowhere.
const SEALED: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// What each connection has of the server.
#[derive(Clone)]
pub(super) struct Porter {
    /// What the Host header has to be.
    host: Arc<str>,
    token: Arc<str>,
    stand: watch::Receiver<Stand>,
    watcher: Watcher,
    /// How many pages were opened so far.
    pages: Arc<AtomicU32>,
}

impl Porter {
    pub(super) fn new(host: String, token: String, stand: watch::Receiver<Stand>, watcher: Watcher) -> Self {
        Self { host: host.into(), token: token.into(), stand, watcher, pages: Arc::default() }
    }
}

/// Answers a request.
pub(super) async fn take(State(porter): State<Porter>, request: Request) -> Response {
    let mut response = porter.answer(request).await.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    for (name, value) in SEALED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != EVENTS) {
        // A connection that is kept takes a place from the others.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let policy = response.headers_mut().entry(header::CONTENT_SECURITY_POLICY);
    policy.or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}

impl Porter {
    async fn answer(&self, request: Request) -> Result<Response, StatusCode> {
        let headers = request.headers();
        let only = |name: HeaderName| {
            let mut all = headers.get_all(name).iter();
            all.next().filter(|_| all.next().is_none()).and_then(|value| value.to_str().ok())
        };
        // Another name that leads to this machine would make us a part of its site.
        if only(header::HOST) != Some(&self.host) {
            return Err(StatusCode::FORBIDDEN);
        }
        let path = request.uri().path().strip_prefix('/').and_then(|path| path.strip_prefix(&*self.token));
        match (request.method(), path) {
            (&Method::GET, Some("/")) => self.page(),
            (&Method::GET, Some("/live")) if self.is_own(headers) => Ok(self.live(headers)),
            (&Method::POST, Some("/seen")) => {
                let is_json = only(header::CONTENT_TYPE) == Some("application/json");
                if only(header::ORIGIN).is_none() || !self.is_own(headers) {
                    return Err(StatusCode::FORBIDDEN);
                }
                if !is_json {
                    return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
                }
                self.seen(request).await
            }
            (_, Some("/live")) if request.method() == Method::GET => Err(StatusCode::FORBIDDEN),
            (_, Some("/" | "/live" | "/seen")) => Err(StatusCode::METHOD_NOT_ALLOWED),
            _ => Err(StatusCode::NOT_FOUND),
        }
    }

    /// Does the request come from our own page? Browsers name the origin with each POST, and with a GET if it is another
    /// one.
    fn is_own(&self, headers: &HeaderMap) -> bool {
        let own = |value: &HeaderValue| value.to_str().ok().and_then(|v| v.strip_prefix("http://")) == Some(&self.host);
        let is_same_site = |value: &HeaderValue| value == "same-origin";
        headers.get_all(header::ORIGIN).iter().all(own) && headers.get_all("sec-fetch-site").iter().all(is_same_site)
    }

    fn page(&self) -> Result<Response, StatusCode> {
        let rendered = page::rendered(&self.stand.borrow().scene);
        let (text, policy) = rendered.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        Ok((headers, text).into_response())
    }

    async fn seen(&self, request: Request) -> Result<Response, StatusCode> {
        let read = timeout(PATIENCE, to_bytes(Body::new(request.into_body()), BODY_LIMIT)).await;
        let body = read.map_err(|_| StatusCode::REQUEST_TIMEOUT)?.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        let sights = sight::read(&body, self.pages.load(Ordering::Relaxed)).ok_or(StatusCode::BAD_REQUEST)?;
        for sight in sights {
            (self.watcher)(sight);
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// Events for as long as the page is open. Each holds all that the page shows, so that none is needed but the last.
    fn live(&self, headers: &HeaderMap) -> Response {
        let known = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<u32>().ok());
        // A page that has lost its connection is the same one afterwards.
        let known = known.filter(|page| (1..=self.pages.load(Ordering::Relaxed)).contains(page));
        let page = known.unwrap_or_else(|| self.pages.fetch_add(1, Ordering::Relaxed) + 1);
        let mut stand = self.stand.clone();
        stand.mark_changed();
        let open = OpenPage { page, watcher: Arc::clone(&self.watcher) };
        (self.watcher)(Sight { page, seen: Seen::Opened });
        let events = unfold(Some((stand, open)), |live| async {
            let (mut stand, open) = live?;
            if stand.changed().await.is_err() {
                // Without data, browsers pass an event over.
                return Some((Ok::<_, Infallible>(Event::default().event("bye").data("bye")), None));
            }
            let told = PageState::of(open.page, &stand.borrow_and_update());
            let json = serde_json::to_string(&told).unwrap_or_default();
            let event = Event::default().event("stand").id(open.page.to_string()).retry(RETRY).data(json);
            Some((Ok(event), Some((stand, open))))
        });
        Sse::new(events).into_response()
    }
}

/// A page that a browser has open. Tells when the connection ends.
struct OpenPage {
    page: u32,
    watcher: Watcher,
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        (self.watcher)(Sight { page: self.page, seen: Seen::Gone });
    }
}

/// All that a page shows.
#[derive(Serialize)]
struct PageState {
    page: u32,
    url: String,
    shown_url: String,
    origin: Option<String>,
    size: Option<(i32, i32)>,
    saved: Option<(i32, i32)>,
    uses_calling_window: bool,
    places: Vec<&'static str>,
    around: Vec<String>,
    advice: Option<PageAdvice>,
}

#[derive(Serialize)]
struct PageAdvice {
    mood: &'static str,
    title: String,
    lines: Vec<String>,
    send: Option<String>,
    then: Vec<String>,
    refused: bool,
}

impl PageState {
    fn of(page: u32, stand: &Stand) -> Self {
        let scene = stand.scene.clone();
        Self {
            page,
            origin: scene.origin(),
            url: scene.url,
            shown_url: scene.shown_url,
            size: scene.size,
            saved: scene.saved,
            uses_calling_window: scene.uses_calling_window,
            places: scene.places.into_iter().map(DialerPlace::word).collect(),
            around: scene.around,
            advice: stand.advice.get(&page).cloned().map(PageAdvice::from),
        }
    }
}

impl From<Advice> for PageAdvice {
    fn from(advice: Advice) -> Self {
        let mood = match advice.mood {
            Mood::Plain => "plain",
            Mood::Good => "good",
            Mood::Warning => "warning",
            Mood::Error => "error",
        };
        Self {
            mood,
            title: advice.title,
            lines: advice.lines,
            send: advice.send,
            then: advice.then,
            refused: advice.is_refused,
        }
    }
}
