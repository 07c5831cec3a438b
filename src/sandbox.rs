//! The sandbox: an HTTP server on loopback that answers as HubSpot does, for `--demo`, for tests and for work
//! offline.
//!
//! ```text
//!   connection ─┐                            ┌─ body ──── JSON, checked against the model's table of fields
//!   connection ─┼─ Arrival ──> one account ──┼─ logins ── tokens, until they expire
//!   connection ─┘   <── response ──          └─ answer ── HubSpot's shapes: settings, errors, pages, headers
//! ```
//!
//! Connections run in parallel, but one future owns the account and answers one request after the other, so nothing
//! is shared and nothing needs a lock. All random numbers come from one seed and all times from one clock: the same
//! requests get the same answers.

mod account;
mod admission;
mod answer;
mod body;
pub mod demo;
mod logins;

pub use admission::{Accepts, AcceptsError};
pub use body::{UnknownMembers, UnknownMembersError};
pub use logins::{LoginRules, TokenFault, TokenFaultError};

use account::Account;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// The largest body that is read, in bytes. A larger one is answered with 413.
const BODY_LIMIT: usize = 1024 * 1024;

/// How many requests may wait for the account. Further requests wait in their connections.
const WAITING: usize = 64;

/// How a sandbox behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The delay of every answer.
    pub latency: Duration,
    /// The failures that happen by chance. Each request draws one random number for the whole list: the
    /// probabilities add up, and the part above 1 never happens.
    pub failures: Vec<Failure>,
    /// The start of the random numbers for failures and correlation ids.
    pub seed: u64,
    /// The clock, for dates, rate limit windows and correlation ids.
    pub now: fn() -> Timestamp,
    /// The kinds of credential that are accepted.
    pub accepts: Accepts,
    /// Are tokens checked? Then tokens of private apps (`pat-…`) are refused, and so are texts too short for a
    /// token, such as a developer API key or a personal access key sent as one.
    pub refuses_private_apps: bool,
    /// What becomes of members that no table of fields knows.
    pub unknown: UnknownMembers,
    /// How logins are exchanged for tokens.
    pub logins: LoginRules,
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
            unknown: UnknownMembers::default(),
            logins: LoginRules::default(),
        }
    }
}

/// A status that a request may get instead of its answer. The request then changes nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Failure {
    /// The status, 400 to 599.
    pub status: u16,
    /// How often, 0 (never) to 1 (always).
    pub probability: f64,
}

/// Why a text is not a [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FailureError {
    /// The part before the colon is not a status from 400 to 599.
    #[error("`{0}` is not a failure's status. Give one from 400 to 599, as in 503 or 503:0.2.")]
    Status(String),
    /// The part after the colon is not a number from 0 to 1.
    #[error("`{0}` is not a probability. Give a number from 0 to 1, as in 503:0.2.")]
    Probability(String),
}

impl FromStr for Failure {
    type Err = FailureError;

    /// `503:0.2` fails every fifth request on average with a 503; `503` fails all of them.
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

/// A server that has its port and does not answer yet.
#[derive(Debug)]
pub struct Sandbox {
    listener: TcpListener,
    address: SocketAddr,
    latency: Duration,
    account: Account,
}

impl Sandbox {
    /// Takes the port. Connections are accepted from now on, and answered once [`serve`](Self::serve) runs. Only
    /// 127.0.0.1 is bound: a server that accepts any credential must not be reachable from other machines.
    ///
    /// # Errors
    ///
    /// Errors of binding, most often that the port is in use; or a clock that no answer can tell.
    pub async fn bind(options: Options) -> io::Result<Self> {
        // The HTTP library writes the time into each answer, and ends the process if it has no form for it.
        let now = (options.now)();
        if now < Timestamp::UNIX_EPOCH || now.to_zoned(TimeZone::UTC).year() > 9998 {
            return Err(io::Error::other("the clock of this machine is before 1970 or past the year 9998"));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let latency = options.latency;
        Ok(Self { listener, address, latency, account: Account::new(options) })
    }

    /// The base url of the server: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gives an app realistic settings of a dialer, last changed four days ago.
    pub fn seed_demo(&mut self, app_id: i32) {
        self.account.seed_demo(app_id);
    }

    /// Answers until the future is dropped.
    ///
    /// # Errors
    ///
    /// Errors of the listener.
    pub async fn serve(self) -> io::Result<()> {
        let (calls, mut waiting) = mpsc::channel::<Arrival>(WAITING);
        let mut account = self.account;
        let router = Router::new()
            .fallback(take)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(Door { calls, latency: self.latency });
        let answering = async {
            while let Some(call) = waiting.recv().await {
                // If the client has disconnected, the request was still carried out, as on any server.
                let _ = call.reply.send(account.answer(&call.parts, call.body));
            }
        };
        tokio::select! {
            served = axum::serve(self.listener, router).into_future() => served,
            () = answering => Ok(()),
        }
    }
}

/// A request on its way to the account. A body that could not be read is replaced by the status to answer.
struct Arrival {
    parts: Parts,
    body: Result<Bytes, StatusCode>,
    reply: oneshot::Sender<Response>,
}

/// The part of the server that every connection has.
#[derive(Clone)]
struct Door {
    calls: mpsc::Sender<Arrival>,
    latency: Duration,
}

async fn take(State(door): State<Door>, parts: Parts, body: Result<Bytes, BytesRejection>) -> Response {
    let (reply, answered) = oneshot::channel();
    let body = body.map_err(|rejection| rejection.status());
    // Fails if `serve` was dropped. The arrival is then dropped too, and `answered` below returns an error.
    let _ = door.calls.send(Arrival { parts, body, reply }).await;
    let answer = answered.await;
    // The delay comes after the work: a client that gives up waiting for its PATCH has changed the settings anyway.
    // Without latency there is no sleep at all, since even an empty sleep is rounded up to a millisecond.
    if !door.latency.is_zero() {
        tokio::time::sleep(door.latency).await;
    }
    answer.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}
