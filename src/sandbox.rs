//! The sandbox: a real HTTP server on loopback that answers as HubSpot does, for `--demo`, for tests, for work offline.
//!
//! ```text
//!   connection ─┐                         ┌─ body ──── JSON against the model's table of fields
//!   connection ─┼─ Call ──> one account ──┤
//!   connection ─┘   <── response ──       └─ answer ── HubSpot's shapes: settings, errors, pages, headers
//! ```
//!
//! Connections run side by side, but one future owns the account and answers their calls one after the other, so nothing is
//! shared and nothing is locked. Everything by chance comes from one seed and all time from one clock: the same requests get
//! the same answers.

mod account;
mod admission;
mod answer;
mod body;

pub use admission::{Accepts, AcceptsError};

use account::Account;
use admission::Admission;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// The largest body that is read, in bytes; a larger one is answered with 413.
const BODY_LIMIT: usize = 1024 * 1024;

/// How many calls may wait for the account. More only make their connections wait.
const WAITING: usize = 64;

/// How a sandbox behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// How long every answer is held back.
    pub latency: Duration,
    /// What goes wrong by chance. Each request draws once for the whole list: the probabilities add up, and what is over 1
    /// never happens.
    pub failures: Vec<Failure>,
    /// Decides every draw and every correlation id.
    pub seed: u64,
    /// The clock, used for dates, rate limit windows and correlation ids.
    pub now: fn() -> Timestamp,
    /// The kinds of credential that are taken.
    pub accepts: Accepts,
    /// Whether tokens are looked at: those of private apps (`pat-…`) are then refused, and so is what is too short for a
    /// token, such as a developer API key or a personal access key sent as one.
    pub refuses_private_apps: bool,
}

impl Options {
    /// Any free port, no latency, no failures, seed 0, any credential.
    pub fn new(now: fn() -> Timestamp) -> Self {
        Self {
            port: 0,
            latency: Duration::ZERO,
            failures: Vec::new(),
            seed: 0,
            now,
            accepts: Accepts::Both,
            refuses_private_apps: false,
        }
    }
}

/// A status that a request may get instead of its answer. The settings are then what they were.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Failure {
    /// The status, 400 to 599.
    pub status: u16,
    /// How often, 0 (never) to 1 (always).
    pub probability: f64,
}

/// Why a text is no [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FailureError {
    /// The part before the colon is no status from 400 to 599.
    #[error("`{0}` is not a failure's status. Give one from 400 to 599, as in 503 or 503:0.2.")]
    Status(String),
    /// The part after the colon is no number from 0 to 1.
    #[error("`{0}` is not a probability. Give a number from 0 to 1, as in 503:0.2.")]
    Probability(String),
}

impl FromStr for Failure {
    type Err = FailureError;

    /// `503:0.2` fails every fifth request with a 503, `503` all of them.
    fn from_str(text: &str) -> Result<Self, FailureError> {
        let (status, probability) = text.split_once(':').unwrap_or((text, "1"));
        Ok(Self {
            status: within(status, 400..=599).ok_or_else(|| FailureError::Status(status.to_owned()))?,
            probability: within(probability, 0.0..=1.0)
                .ok_or_else(|| FailureError::Probability(probability.to_owned()))?,
        })
    }
}

fn within<T: FromStr + PartialOrd>(text: &str, range: std::ops::RangeInclusive<T>) -> Option<T> {
    text.parse().ok().filter(|number| range.contains(number))
}

/// A server that has its port and waits to be served.
#[derive(Debug)]
pub struct Sandbox {
    listener: TcpListener,
    address: SocketAddr,
    latency: Duration,
    account: Account,
}

impl Sandbox {
    /// Takes the port. Connections are accepted from here on and answered once [`serve`](Self::serve) runs. Only 127.0.0.1 is
    /// ever bound: what answers to any credential must not be reachable from elsewhere.
    ///
    /// # Errors
    ///
    /// Those of binding, most often a port that is in use.
    pub async fn bind(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let admission = Admission { accepts: options.accepts, refuses_private_apps: options.refuses_private_apps };
        let account = Account::new(admission, options.failures, options.seed, options.now);
        Ok(Self { listener, address, latency: options.latency, account })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gives an app the settings of a believable dialer, last changed four days ago.
    pub fn seed_demo(&mut self, app_id: i32) {
        self.account.seed_demo(app_id);
    }

    /// Answers until the future is dropped.
    ///
    /// # Errors
    ///
    /// Those of the listener.
    pub async fn serve(self) -> io::Result<()> {
        let (calls, mut waiting) = mpsc::channel::<Arrival>(WAITING);
        let mut account = self.account;
        let router = Router::new()
            .fallback(take)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(Door { calls, latency: self.latency });
        let answering = async {
            while let Some(call) = waiting.recv().await {
                // Whoever hung up meanwhile still had the request carried out, as on any server.
                let _ = call.reply.send(account.answer(&call.parts, call.body));
            }
        };
        tokio::select! {
            served = axum::serve(self.listener, router).into_future() => served,
            () = answering => Ok(()),
        }
    }
}

/// A request on its way to the account. A body that could not be read has the status that says so.
struct Arrival {
    parts: Parts,
    body: Result<Bytes, StatusCode>,
    reply: oneshot::Sender<Response>,
}

/// What every connection has of the server.
#[derive(Clone)]
struct Door {
    calls: mpsc::Sender<Arrival>,
    latency: Duration,
}

async fn take(State(door): State<Door>, parts: Parts, body: Result<Bytes, BytesRejection>) -> Response {
    let (reply, answered) = oneshot::channel();
    let body = body.map_err(|rejection| rejection.status());
    // Cannot be sent once `serve` was dropped. The call is then dropped too, and its reply says so below.
    let _ = door.calls.send(Arrival { parts, body, reply }).await;
    let answer = answered.await;
    // Held back after the work is done: a client that gives up waiting for its PATCH has changed the settings all the same.
    // Not at all if there is no latency: even an empty sleep is a timer, and would round up to a millisecond.
    if !door.latency.is_zero() {
        tokio::time::sleep(door.latency).await;
    }
    answer.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}
