//! What can go wrong with a request, and what follows from it for a save and for the next try.

use crate::model::doubt::Reaction;
use crate::model::refusal::{Refusal, Unreached};
use std::time::Duration;

/// Why there is no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The client could not be made, so nothing was sent.
    Setup(String),
    /// There is no credential, so nothing was sent. The text says where callset looked for one.
    NoCredential(String),
    /// The credential was not stored for this host, so nothing was sent. The text names its source.
    Untrusted(String),
    /// The look that the write was based on was too old before the write could leave, so nothing was sent.
    Outdated,
    /// There was no connection, so nothing was sent.
    Unreached(Unreached),
    /// There was no complete answer in this time. The request may have taken effect.
    TimedOut(Duration),
    /// The connection broke before the answer was complete. The request may have taken effect.
    Broken(String),
    /// An answer came that holds no settings. The request may have taken effect.
    Unreadable {
        /// What the answer is instead, as the end of a sentence: "it is a web page".
        what: String,
        /// HubSpot's id of the exchange.
        correlation_id: Option<String>,
    },
    /// HubSpot, or a proxy or gateway before it, refused the request.
    Refused(Box<Refusal>),
}

impl Fault {
    /// What the server has said to a write that got this fault. `None` if the write certainly took no effect: it did not
    /// leave, or HubSpot refused it for what it is, and would refuse every copy of it. In any other case only reading the
    /// resource again can tell.
    pub fn reaction(&self) -> Option<Reaction> {
        let refusal = match self {
            Fault::Setup(_) | Fault::NoCredential(_) | Fault::Untrusted(_) | Fault::Outdated | Fault::Unreached(_) => {
                return None;
            }
            Fault::TimedOut(_) | Fault::Broken(_) | Fault::Unreadable { .. } => return Some(Reaction::Nothing),
            Fault::Refused(refusal) => refusal,
        };
        let is_answer = refusal.category.is_some() || refusal.correlation_id.is_some();
        match refusal.status {
            500 if is_answer => Some(Reaction::Failed),
            // A redirect or a gateway may answer before or after HubSpot has carried out the request. A status below 200
            // is no answer at all.
            ..200 | 300..400 | 408 | 500.. => Some(Reaction::Nothing),
            404 if self.is_foreign() => Some(Reaction::Nothing),
            400..=407 | 411 | 413..=417 | 422 | 431 | 451 if !self.is_conflict() => None,
            _ => Some(Reaction::Refused),
        }
    }

    /// Is this a 404 that is not in HubSpot's words? It may come from a gateway and then says nothing about the
    /// resource.
    pub fn is_foreign(&self) -> bool {
        matches!(self, Fault::Refused(refusal) if refusal.status == 404 && !refusal.is_absent())
    }

    /// How long to wait before the request is worth repeating, after `tries` repetitions; `None` if the answer
    /// would be the same. `chance`, 0 to 1, varies the pauses that the server does not prescribe, so that many
    /// programs do not return at the same moment.
    pub fn pause(&self, tries: u8, chance: f64) -> Option<Duration> {
        let refusal = match self {
            Fault::Setup(_)
            | Fault::NoCredential(_)
            | Fault::Untrusted(_)
            | Fault::Outdated
            | Fault::Unreached(Unreached::Tls(_) | Unreached::Proxy(_))
            | Fault::Unreadable { .. } => {
                return None;
            }
            Fault::Unreached(_) | Fault::TimedOut(_) | Fault::Broken(_) => return Some(backoff(tries, chance)),
            Fault::Refused(refusal) => refusal,
        };
        match refusal.status {
            408 | 500 | 502..=504 | 521 | 523 | 524 => Some(backoff(tries, chance)),
            // Such locks last two seconds, by HubSpot's documentation.
            423 => Some(Duration::from_secs(2)),
            429 if refusal.policy.as_deref() == Some("DAILY") => None,
            429 => Some(refusal.limit_over()),
            _ => None,
        }
    }

    /// Is the credential missing, or does the server refuse it?
    pub fn is_about_token(&self) -> bool {
        matches!(self, Fault::Refused(refusal) if refusal.status == 401)
            || matches!(self, Fault::NoCredential(_) | Fault::Untrusted(_))
    }

    /// Does the server say that the resource has changed or exists already? Then callset has to read it and merge.
    pub fn is_conflict(&self) -> bool {
        let exists = |refusal: &Refusal| {
            refusal.sub_category.as_deref().is_some_and(|category| category.ends_with("ALREADY_EXISTS"))
        };
        matches!(self, Fault::Refused(refusal) if matches!(refusal.status, 409 | 412 | 428) || exists(refusal))
    }

    /// HubSpot's id of the exchange, for its support.
    pub fn correlation_id(&self) -> Option<&str> {
        match self {
            Fault::Unreadable { correlation_id, .. } => correlation_id.as_deref(),
            Fault::Refused(refusal) => refusal.correlation_id.as_deref(),
            Fault::Setup(_)
            | Fault::NoCredential(_)
            | Fault::Untrusted(_)
            | Fault::Outdated
            | Fault::Unreached(_)
            | Fault::TimedOut(_)
            | Fault::Broken(_) => None,
        }
    }
}

/// 1, 2, 4 … up to 32 seconds, plus or minus a fifth.
fn backoff(tries: u8, chance: f64) -> Duration {
    Duration::from_secs(1 << tries.min(5)).mul_f64(0.8 + 0.4 * chance)
}
