//! Looks at the page behind a url: what `probe` needs for it comes from `api`, so that the same certificates are trusted
//! and the same proxy is used.

use crate::api::aside::aside;
use crate::api::names::Names;
use crate::api::proxy;
use crate::model::check::{UrlUse, Visit, VisitFault};
use crate::net::trust;
use crate::probe::page::{self, LIMIT, Means};
use std::sync::Arc;

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
    page::look(url, used, LIMIT, &means).await
}
