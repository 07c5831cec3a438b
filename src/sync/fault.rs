//! What went wrong on the way to HubSpot and back, and what follows from it for a save and for the next try.

use crate::model::refusal::{Refusal, Unreached};
use std::time::Duration;

/// Why there is no answer to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The client could not be made, so nothing was sent.
    Setup(String),
    /// There is no credential, so nothing was sent; the sentences say where it was looked for.
    NoCredential(String),
    /// The credential was not stored for this host, so nothing was sent; where it is from, in words.
    Untrusted(String),
    /// The look that a write was founded on was too old before the write could leave, so nothing was sent.
    Outdated,
    /// No connection, so nothing was sent.
    Unreached(Unreached),
    /// No whole answer in this time; the request may have been carried out.
    TimedOut(Duration),
    /// The connection broke before a whole answer; the request may have been carried out.
    Broken(String),
    /// An answer came, but not with settings; the request may have been carried out.
    Unreadable {
        /// What it is instead, as the end of a sentence: "it is a web page".
        what: String,
        /// HubSpot's id of the exchange.
        correlation_id: Option<String>,
    },
    /// HubSpot, or something in between, said no.
    Refused(Box<Refusal>),
}

impl Fault {
    /// May a PATCH have been carried out all the same? Then nobody knows until the settings are read again.
    pub fn leaves_doubt(&self) -> bool {
        match self {
            Fault::Setup(_) | Fault::NoCredential(_) | Fault::Untrusted(_) | Fault::Outdated | Fault::Unreached(_) => {
                false
            }
            Fault::TimedOut(_) | Fault::Broken(_) | Fault::Unreadable { .. } => true,
            // A redirect or a gateway speaks after HubSpot, or instead of it: which of both, nobody can tell.
            Fault::Refused(refusal) => {
                refusal.status >= 500 || matches!(refusal.status, 300..400 | 408) || self.is_foreign()
            }
        }
    }

    /// Does an answer say that there is nothing, but not in HubSpot's words? It may be a gateway's, and says nothing of the
    /// resource then.
    pub fn is_foreign(&self) -> bool {
        matches!(self, Fault::Refused(refusal) if refusal.status == 404 && !refusal.is_absent())
    }

    /// How long to wait before the same is worth asking again, after it has been asked this often; `None` if the answer would
    /// be the same. `chance`, 0 to 1, spreads what nobody prescribes, so that many programs do not come back in one moment.
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
            // HubSpot: such locks last two seconds.
            423 => Some(Duration::from_secs(2)),
            429 if refusal.policy.as_deref() == Some("DAILY") => None,
            429 => Some(refusal.limit_over()),
            _ => None,
        }
    }

    /// Is there no credential, or does a server say that it is not, or no longer, one it takes?
    pub fn is_about_token(&self) -> bool {
        matches!(self, Fault::Refused(refusal) if refusal.status == 401)
            || matches!(self, Fault::NoCredential(_) | Fault::Untrusted(_))
    }

    /// Does a server that knows conditions say that the settings have changed? Then the answer is to look and to merge.
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

/// 1, 2, 4 seconds, a fifth more or less.
fn backoff(tries: u8, chance: f64) -> Duration {
    Duration::from_secs(1 << tries.min(5)).mul_f64(0.8 + 0.4 * chance)
}
