//! What the network is doing, and the life of a save.
//!
//! ```text
//!   Turn ──> Check ──────────> Record ──> Send ──────────────> confirmed
//!   the       GET, merge with   intent     PATCH of what        │ no answer that says so
//!   lock      what is wanted    to disk    differs from the     v
//!              │                           check              ReadBack ── GET: saved, not saved (sent once more), mixed
//!              └── conflict: nothing is sent, the user chooses
//! ```
//!
//! Each request of it is an [`Exchange`]: sent, perhaps tried again after a pause that the user sees and can end.

use super::fault::Fault;
use super::msg::RequestId;
use crate::model::record::Peer;
use crate::model::{Patch, Representation};
use std::time::Duration;

/// What the network is doing. Independent of who has the keyboard: typing goes on meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Nothing.
    Idle,
    /// Reading the settings.
    Loading(Load),
    /// Saving. There is never a second one.
    Saving(Box<Save>),
}

/// A GET by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Nobody asked for it: it shows no spinner, and its failure is no news.
    pub watching: bool,
    /// The GET.
    pub exchange: Exchange,
}

/// A save, from Ctrl-S to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// The dirty fields when it was asked for. What is entered later waits for the next save.
    pub wanted: Patch,
    /// What is sent: the wanted fields whose value is another one than the server's at the check. Empty until then.
    pub patch: Patch,
    /// What the server had at the check.
    pub before: Representation,
    /// The version of that in the server's words. `HubSpot` gives none today.
    pub etag: Option<String>,
    /// Fields of others that were taken at the check.
    pub taken: usize,
    /// May it be sent once more: after a read-back that showed nothing of it, or a limit?
    pub again: bool,
    /// Where it is.
    pub stage: Stage,
}

/// Where a save is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waits until no other callset on this machine saves the same settings; the other one, if it is known.
    Turn(Option<Peer>),
    /// The GET right before the PATCH.
    Check(Exchange),
    /// What is about to be sent goes to disk.
    Record,
    /// The PATCH.
    Send(Exchange),
    /// The GET that tells what became of a PATCH without an answer.
    ReadBack(Exchange),
}

/// A request, with its repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The answer that is awaited; while pausing, the number that the next request will have.
    pub request: RequestId,
    /// How long it has been awaited, as far as timers told.
    pub waited: Duration,
    /// Why it is to be sent again, and when.
    pub pause: Option<Pause>,
    /// How often it was sent before.
    pub tries: u8,
}

/// The time before a request is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// What made it necessary.
    pub why: Why,
    /// What is left of it.
    pub left: Duration,
}

/// Why a request is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It failed.
    Failed(Fault),
    /// The answer was older than what the server had confirmed before: a replica that lags behind.
    Stale,
}

impl Exchange {
    /// The first request.
    pub fn new(request: RequestId) -> Self {
        Self { request, waited: Duration::ZERO, pause: None, tries: 0 }
    }

    /// Is this request on its way now?
    pub fn awaits(&self, request: RequestId) -> bool {
        self.request == request && self.pause.is_none()
    }
}

impl Save {
    /// A save of these fields that has not begun.
    pub fn new(wanted: Patch) -> Self {
        let patch = wanted.only(|_, _| false);
        let before = Representation::default();
        Self { wanted, patch, before, etag: None, taken: 0, again: true, stage: Stage::Turn(None) }
    }
}

impl Stage {
    /// Its request, if it has one.
    pub fn exchange(&self) -> Option<&Exchange> {
        match self {
            Stage::Check(exchange) | Stage::Send(exchange) | Stage::ReadBack(exchange) => Some(exchange),
            Stage::Turn(_) | Stage::Record => None,
        }
    }

    fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        match self {
            Stage::Check(exchange) | Stage::Send(exchange) | Stage::ReadBack(exchange) => Some(exchange),
            Stage::Turn(_) | Stage::Record => None,
        }
    }
}

impl Sync {
    /// The request of the moment, on its way or before its repetition.
    pub fn exchange(&self) -> Option<&Exchange> {
        match self {
            Sync::Idle => None,
            Sync::Loading(load) => Some(&load.exchange),
            Sync::Saving(save) => save.stage.exchange(),
        }
    }

    pub(super) fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        match self {
            Sync::Idle => None,
            Sync::Loading(load) => Some(&mut load.exchange),
            Sync::Saving(save) => save.stage.exchange_mut(),
        }
    }

    /// The request that is on its way.
    pub fn in_flight(&self) -> Option<RequestId> {
        self.exchange().filter(|exchange| exchange.pause.is_none()).map(|exchange| exchange.request)
    }

    /// Is a save under way?
    pub fn is_saving(&self) -> bool {
        matches!(self, Sync::Saving(_))
    }

    /// The PATCH whose outcome is open: it left, or will before this can be stopped.
    pub fn sent(&self) -> Option<&Patch> {
        match self {
            Sync::Saving(save) => match save.stage {
                Stage::Send(_) | Stage::ReadBack(_) => Some(&save.patch),
                Stage::Turn(_) | Stage::Check(_) | Stage::Record => None,
            },
            Sync::Idle | Sync::Loading(_) => None,
        }
    }
}
