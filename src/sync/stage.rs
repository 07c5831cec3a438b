//! The requests under way, and the life of a save. A save handles one dirty resource after the other.
//!
//! ```text
//!   Turn ──> Check ──────────> Record ──> Send ──────────────> confirmed ──> the next resource
//!   the       GET, merge with   sending     PATCH of what        │ no answer that says so
//!   lock      what is wanted    to disk    differs from the     v
//!              │                           check; POST of all ReadBack ── GET: saved, not saved (sent again), mixed
//!              │                           fields; DELETE
//!              └── conflict: nothing is sent, the user chooses
//! ```
//!
//! Each request of a save is an [`Exchange`]: sent, and perhaps repeated after a pause that the user sees and can
//! end.

use super::{Fault, Founded, Outcome, RequestId};
use crate::model::record::{Peer, Sending, Write};
use crate::model::{Edit, FieldId, Kind, Patch, Representation, Resource};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// A GET outside a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Is it a look of the watch? Then it shows no spinner, and its failure is not reported.
    pub watching: bool,
    /// The GET.
    pub exchange: Exchange,
}

/// A save from start to end. The resources are saved one after the other; each goes through all stages except
/// `Turn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// What the save does to the resource.
    pub act: Act,
    /// The dirty fields of the resource when the save was asked for. Later edits wait for the next save.
    pub wanted: Patch,
    /// The fields that are sent: those wanted fields whose value differs from the server's at the check. Empty
    /// until then.
    pub patch: Patch,
    /// The representation of the resource at the check.
    pub before: Representation,
    /// The entity tag of that representation. `HubSpot` gives none today.
    pub etag: Option<String>,
    /// When the check began, and how long after that its answer may be used.
    pub founded: Option<Founded>,
    /// How many checks of this save were too old to be used.
    pub outdated: u8,
    /// The shortest duration of this save's looks.
    pub fastest: Option<Duration>,
    /// The record that is already on disk, if the write was too late to be sent.
    pub noted: Option<Sending>,
    /// For how many fields the check took a new value of others.
    pub taken: usize,
    /// May the write be sent once more, after a read-back that showed no effect of it, or after a fault that may pass?
    pub again: bool,
    /// Did the write leave without an answer that tells its outcome? Then the resource is read back, whatever
    /// stopped the save.
    pub sent: bool,
    /// The refusal that the write got last, if only reading the resource can tell whether it holds.
    pub refused: Option<Box<Fault>>,
    /// How long the write took that the server accepted with a copy from before it. What the read-back finds is then the
    /// answer to it.
    pub accepted: Option<Duration>,
    /// The current stage.
    pub stage: Stage,
    /// The wanted fields of the resources that follow.
    pub next: VecDeque<Patch>,
    /// The outcomes of the resources that came before.
    pub ended: Vec<(Resource, Outcome)>,
    /// Does the save send, or only find out what it would send?
    pub review: Approval,
    /// All edits at the time when the save was asked for.
    pub asked: BTreeMap<FieldId, Edit>,
}

/// The review of a save to production. The save first looks what it would send and shows that. It then sends what
/// was shown, unless the server changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The save sends without a review.
    Without,
    /// The save only looks.
    Looking {
        /// What it would send, for the resources looked at so far.
        plan: Vec<Planned>,
        /// Was an earlier plan shown that is out of date now?
        again: bool,
    },
    /// This plan was shown, and the user confirmed it.
    Shown(Vec<Planned>),
}

/// What would be sent of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The fields of the PATCH or POST.
    pub patch: Patch,
    /// The representation on the server when the plan was made.
    pub before: Representation,
}

impl Planned {
    /// Is what would be sent now still what was shown? Only date-times of the server may differ.
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
    /// PATCH, or POST if the server does not have the resource.
    Write,
    /// DELETE.
    Delete,
}

/// What a missing or refused credential stopped. It continues with another credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The reading of all resources.
    Reading,
    /// A save: its act, the fields wanted then, and the resources that were to follow.
    Saving(Box<Save>),
}

/// The stage of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waits for the save lock, which another callset on this machine holds; `Some` if that one is known.
    Turn(Option<Peer>),
    /// The GET right before the write.
    Check(Exchange),
    /// The record of the write is being written to disk.
    Record,
    /// The write: PATCH, POST or DELETE.
    Send(Exchange),
    /// The GET that finds out the outcome of a write without an answer.
    ReadBack(Exchange),
}

/// A request and its repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The request whose answer is awaited. During a pause, the number of the next request.
    pub request: RequestId,
    /// How long the answer has been awaited, as of the last timer.
    pub waited: Duration,
    /// The pause before the request is repeated, if it is pausing.
    pub pause: Option<Pause>,
    /// How often the request was repeated.
    pub tries: u8,
    /// Did an earlier answer say that the resource is gone?
    pub vanished: bool,
}

/// The time before a request is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The reason for the pause.
    pub why: Why,
    /// The time left.
    pub left: Duration,
}

/// Why a request is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The request failed.
    Failed(Fault),
    /// The answer was older than what the server had confirmed before: a replica that lags behind.
    Stale,
    /// The answer said that a resource is gone that existed before.
    Vanished,
}

impl Exchange {
    /// An exchange that has just begun.
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
            refused: None,
            accepted: None,
            stage,
            next,
            ended,
            review,
            asked,
        }
    }

    /// The resource that is being saved or deleted now.
    pub fn resource(&self) -> Resource {
        self.wanted.resource()
    }

    /// The write of this resource, as it is recorded on disk.
    pub fn sending(&self) -> Sending {
        let write = match self.act {
            Act::Write => Write::Fields(self.patch.clone()),
            Act::Delete => Write::Removal(self.resource()),
        };
        let at = self.founded.map(|founded| founded.on.wall).unwrap_or_default();
        Sending { write, before: self.before.clone(), at, passed: None }
    }

    /// The write that has left, or is about to, or that is on the disk while the check is made anew.
    pub(super) fn open_sending(&self) -> Option<Sending> {
        match self.stage {
            Stage::Record | Stage::Send(_) | Stage::ReadBack(_) => Some(self.sending()),
            Stage::Turn(_) | Stage::Check(_) => self.noted.clone(),
        }
    }

    /// Does the answer to a write lack members that existed or were sent? Then it does not tell the state of the
    /// resource.
    pub(super) fn is_partial(&self, theirs: &Representation) -> bool {
        let sent = self.patch.members().map(|(id, _)| id.key.as_ref());
        let mut keys = self.before.members().map(|(key, _)| key).chain(sent);
        self.act == Act::Write && keys.any(|key| theirs.get(key).is_none())
    }

    /// Is the answer to a write a copy from before it, as a replica that lags behind would send? Then it does not tell what
    /// became of the write.
    pub(super) fn is_from_before(&self, theirs: &Representation) -> bool {
        let is_as_before = |id: &FieldId| theirs.get(&id.key) == self.before.get(&id.key);
        let is_newer = self.before.is_older_than(theirs);
        !self.before.is_empty()
            && (theirs.is_older_than(&self.before) || !is_newer && self.patch.members().all(|(id, _)| is_as_before(id)))
    }

    /// Resources that follow this one are not saved.
    pub(super) fn pass_over_the_rest(&mut self) {
        self.ended.extend(self.next.drain(..).map(|wanted| (wanted.resource(), Outcome::NotTried)));
    }

    /// The fields that are sent of the resource, or will be.
    pub fn sends(&self) -> &Patch {
        if self.patch.is_empty() { &self.wanted } else { &self.patch }
    }
}

impl Stage {
    /// The stage's request, if it has one.
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
