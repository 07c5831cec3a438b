//! What the network is doing, and the life of a save: of each resource that is dirty, one after the other.
//!
//! ```text
//!   Turn ──> Check ──────────> Record ──> Send ──────────────> confirmed ──> the next resource
//!   the       GET, merge with   sending     PATCH of what        │ no answer that says so
//!   lock      what is wanted    to disk    differs from the     v
//!              │                           check; POST of all ReadBack ── GET: saved, not saved (sent once more), mixed
//!              │                           fields; DELETE
//!              └── conflict: nothing is sent, the user chooses
//! ```
//!
//! Each request of it is an [`Exchange`]: sent, perhaps tried again after a pause that the user sees and can end.

use super::{Fault, Founded, Outcome, RequestId};
use crate::model::record::{Peer, Sending, Write};
use crate::model::{Edit, FieldId, Kind, Patch, Representation, Resource};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// So long after its check a write that nobody waits for any more may still take effect: the limit for a PATCH, and its way.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(35);

/// A GET by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Nobody asked for it: it shows no spinner, and its failure is no news.
    pub watching: bool,
    /// The GET.
    pub exchange: Exchange,
}

/// A save, from its begin to its end. One resource comes after the other, each with all the stages but the turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// What it does to the resource.
    pub act: Act,
    /// The dirty fields of the resource when it was asked for. What is entered later waits for the next save.
    pub wanted: Patch,
    /// What is sent: the wanted fields whose value is another one than the server's at the check. Empty until then.
    pub patch: Patch,
    /// What the server had at the check.
    pub before: Representation,
    /// The version of that in the server's words. `HubSpot` gives none today.
    pub etag: Option<String>,
    /// When the check began, and how long after that what it said may be built upon.
    pub founded: Option<Founded>,
    /// How often a check was too old to send anything on its word.
    pub outdated: u8,
    /// The shortest time that a look of this save has taken.
    pub fastest: Option<Duration>,
    /// What is on the disk of it, should it have been too late to send that.
    pub noted: Option<Sending>,
    /// Fields of others that were taken at the check.
    pub taken: usize,
    /// May it be sent once more: after a read-back that showed nothing of it, or a limit?
    pub again: bool,
    /// Has it left without an answer that says what became of it? Then that is to be found out, whatever stopped it.
    pub sent: bool,
    /// Where it is.
    pub stage: Stage,
    /// What is wanted of the resources that come after this one.
    pub next: VecDeque<Patch>,
    /// What became of those before it.
    pub ended: Vec<(Resource, Outcome)>,
    /// Does it send, or look what it would send?
    pub review: Approval,
    /// All edits when it was asked for.
    pub asked: BTreeMap<FieldId, Edit>,
}

/// A save to production looks first, shows, and sends what was shown, if nobody was there since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// It sends at once.
    Without,
    /// It only looks.
    Looking {
        /// What it would send, so far.
        plan: Vec<Planned>,
        /// Was something else shown before?
        again: bool,
    },
    /// This was shown, and the user wants it.
    Shown(Vec<Planned>),
}

/// What would be sent of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The PATCH, or the POST.
    pub patch: Patch,
    /// What the server had then.
    pub before: Representation,
}

impl Planned {
    /// Does it still say what was shown? Its dates may move.
    pub fn holds(&self, patch: &Patch, before: &Representation) -> bool {
        let fields = self.patch.resource().fields();
        let is_time = |key: &str| fields.iter().any(|field| field.id.key == key && field.kind == Kind::Time);
        let told = |of: &Representation| of.members().filter(|(key, _)| !is_time(key)).count();
        self.patch == *patch
            && told(&self.before) == told(before)
            && self.before.members().all(|(key, value)| is_time(key) || before.get(key) == Some(value))
    }
}

/// What a save does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// PATCH, or POST where the server does not have it.
    Write,
    /// DELETE.
    Delete,
}

/// What a missing or refused credential stopped. With another one just this goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The reading of all resources.
    Reading,
    /// A save: what it does, the fields that were wanted then, and the resources that were to follow.
    Saving(Box<Save>),
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
    /// Was an answer that there is nothing, where there was something before?
    pub vanished: bool,
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
    /// The answer was that there is nothing, where there was something before.
    Vanished,
}

impl Exchange {
    /// The first request.
    pub fn new(request: RequestId) -> Self {
        Self { request, waited: Duration::ZERO, pause: None, tries: 0, vanished: false }
    }

    /// Is this request on its way now?
    pub fn awaits(&self, request: RequestId) -> bool {
        self.request == request && self.pause.is_none()
    }
}

impl Save {
    /// A save of these fields that has not begun.
    pub fn new(wanted: Patch, asked: BTreeMap<FieldId, Edit>) -> Self {
        let patch = wanted.only(|_, _| false);
        let (act, before, stage) = (Act::Write, Representation::default(), Stage::Turn(None));
        let (next, ended, review) = (VecDeque::new(), Vec::new(), Approval::Without);
        Self {
            act,
            wanted,
            patch,
            before,
            etag: None,
            founded: None,
            outdated: 0,
            fastest: None,
            noted: None,
            taken: 0,
            again: true,
            sent: false,
            stage,
            next,
            ended,
            review,
            asked,
        }
    }

    /// The resource that it is at.
    pub fn resource(&self) -> Resource {
        self.wanted.resource()
    }

    /// What it sends, for the record of it.
    pub fn sending(&self) -> Sending {
        let write = match self.act {
            Act::Write => Write::Fields(self.patch.clone()),
            Act::Delete => Write::Removal(self.resource()),
        };
        Sending { write, before: self.before.clone() }
    }

    /// May what left still be carried out, though the server has this now and nothing of it? So long as a server would take.
    pub(super) fn may_arrive(&self, resource: Resource, now: &Representation, at: Timestamp) -> bool {
        let is_young = self.founded.is_some_and(|founded| at.duration_since(founded.on.wall) < UNDER_WAY);
        let sending = self.sending();
        // Only a POST is on its way to what is not there.
        let is_awaited = !now.is_empty() || self.act == Act::Write && self.before.is_empty();
        self.resource() == resource && is_young && sending.replaced(now, at).is_none() && is_awaited
    }

    /// Does this answer to the write leave out what was there, or what was sent? Then it does not say how the resource stands.
    pub(super) fn is_partial(&self, theirs: &Representation) -> bool {
        let sent = self.patch.members().map(|(id, _)| id.key.as_ref());
        let mut keys = self.before.members().map(|(key, _)| key).chain(sent);
        self.act == Act::Write && keys.any(|key| theirs.get(key).is_none())
    }

    /// Nothing of the resources that come after this one is sent.
    pub(super) fn pass_over_the_rest(&mut self) {
        self.ended.extend(self.next.drain(..).map(|wanted| (wanted.resource(), Outcome::NotTried)));
    }

    /// What is sent of the resource, or will be.
    pub fn sends(&self) -> &Patch {
        if self.patch.is_empty() { &self.wanted } else { &self.patch }
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

    pub(super) fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        match self {
            Stage::Check(exchange) | Stage::Send(exchange) | Stage::ReadBack(exchange) => Some(exchange),
            Stage::Turn(_) | Stage::Record => None,
        }
    }
}
