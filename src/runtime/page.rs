//! Looks at the page behind a url, and for the tunnels of this machine. What `probe` needs for a page comes from `api`, so
//! that the same certificates are trusted and the same proxy is used.
//!
//! Whoever answers may send what keeps a thread busy without end, so each look has a thread of its own, and ends in time.

use super::network::apart;
use crate::api::aside::aside;
use crate::api::names::Names;
use crate::api::proxy;
use crate::model::check::{UrlUse, Visit, VisitFault};
use crate::model::tunnel::{Tunnel, TunnelTool};
use crate::net::trust;
use crate::probe::page::{self, LIMIT, Means};
use crate::probe::tunnel::{self, TunnelPlaces};
use std::sync::Arc;
use std::time::Duration;

/// A look that ends by itself does so before it is given up.
const GRACE: Duration = Duration::from_millis(100);

/// Looks at a url. It takes no longer than [`LIMIT`], the reading of certificates aside.
pub async fn visit(url: &str, used: UrlUse) -> Visit {
    // Reading certificates would delay whatever else runs on this thread.
    let read = aside(trust::for_pages).await.map_err(|lost| lost.to_string());
    let certificates = match read.and_then(|read| read) {
        Ok(certificates) => certificates,
        Err(why) => return Visit::refused(url.to_owned(), used, super::now(), VisitFault::Setup(why)),
    };
    let is_proxied = |url: &url::Url| proxy::of_environment(url).map(|proxy| proxy.is_some());
    let means =
        Means { provider: trust::provider(), certificates, names: Arc::new(Names), proxy: is_proxied, now: super::now };
    let asked = url.to_owned();
    let looking = async move { page::look(&asked, used, LIMIT, &means).await };
    let late = || Visit::refused(url.to_owned(), used, super::now(), VisitFault::Late(LIMIT));
    apart(LIMIT + GRACE, looking).await.unwrap_or_else(late)
}

/// Finds the tunnels of this machine, as [`tunnel::find`] does, and in its time.
pub async fn tunnels(places: TunnelPlaces, only: Option<TunnelTool>, ports: Vec<u16>) -> Vec<Tunnel> {
    let limit = tunnel::limit(only) + GRACE;
    apart(limit, async move { tunnel::find(&places, only, &ports).await }).await.unwrap_or_default()
}
