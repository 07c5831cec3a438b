//! A look at the server, without a credential: is it reached, which certificates has it, and what time is it there?
//!
//! ```text
//!   the client of a request, but for ──┬── no credential
//!                                      └── a Witness ──> Chain
//! ```
//!
//! It goes the way that a request would go: the same names, proxy, limits and trust.

use super::error::Error;
use super::{Timeouts, transport};
use crate::model::certificate::Chain;
use crate::net::trust;
use crate::net::witness::{ShownChain, Witness};
use reqwest::header::{DATE, HeaderMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use url::Url;

/// What a look has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLook {
    /// How long it took.
    pub took: Duration,
    /// The server's certificates; `None` without TLS, or if it did not come so far.
    pub chain: Option<Chain>,
    /// The status of the answer, whatever it is, and its date; or why none came.
    pub answer: Result<(u16, Option<String>), Error>,
}

/// Asks for the address itself. For https this reads the system's certificates, so it is not for the screen's thread.
///
/// # Errors
///
/// Only [`Error::Setup`]: nothing was sent.
pub fn look(server: &Url, limits: Timeouts) -> Result<impl Future<Output = ServerLook> + use<>, Error> {
    let shown: ShownChain = Arc::default();
    transport::check(server)?;
    let builder = transport::builder(server, HeaderMap::new(), limits);
    let builder = if server.scheme() == "https" {
        let provider = trust::provider();
        let verifier = trust::verifier(&provider).map_err(Error::Setup)?;
        let witness = Witness::new(verifier, server, Arc::clone(&shown), false);
        let tls = witness.config(provider).map_err(|error| Error::Setup(error.to_string()))?;
        builder.tls_backend_preconfigured(tls)
    } else {
        builder.tls_certs_only([])
    };
    let http = builder.build().map_err(Error::of_setup)?;
    let server = server.clone();
    Ok(async move {
        let began = Instant::now();
        let asked = timeout(limits.get, http.get(server.clone()).send()).await;
        let answer = match asked {
            Ok(Ok(response)) => {
                let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
                Ok((response.status().as_u16(), date.map(ToOwned::to_owned)))
            }
            Ok(Err(error)) => Err(Error::of_exchange(error, limits.connect).named(&server)),
            Err(_) => Err(Error::TimedOut { after: limits.get }),
        };
        ServerLook { took: began.elapsed(), chain: shown.get().cloned(), answer }
    })
}
