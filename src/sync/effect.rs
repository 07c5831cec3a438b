//! What a working copy asks others to do. An effect is plain data that carries everything it needs, so that tests
//! can compare it and nothing has to be looked up when the answer arrives.

use super::{Doing, Moment, RequestId};
use crate::model::profile::Preset;
use crate::model::record::{Saved, Sending, Unsaved};
use crate::model::{Patch, Resource};
use std::sync::Arc;
use std::time::Duration;

/// Something to be done outside this room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request. Its end comes back as a reply with this id.
    Send(Request),
    /// Stop waiting for a request. A reply that still comes is ignored.
    Cancel(RequestId),
    /// Set a timer.
    Wake {
        /// The timer that comes back.
        timer: Timer,
        /// How long it runs.
        after: Duration,
    },
    /// Read or write something on the disk. Disk effects are carried out in order, in parallel with all others.
    Disk(Disk),
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The number of the request.
    pub id: RequestId,
    /// The method and content of the request.
    pub call: Call,
    /// What the request is for.
    pub doing: Doing,
    /// The entity tag of the version that the write is meant for, if the server ever gives one.
    pub if_match: Option<String>,
    /// The look that a write is based on. If the write cannot leave in time after it, it is not sent.
    pub founded: Option<Founded>,
}

/// The look at the resource that a write is based on, and how old that look may be when the write leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Founded {
    /// When the look began.
    pub on: Moment,
    /// The latest time at which the write may leave, counted from then.
    pub within: Duration,
}

/// The calls of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Read a resource.
    Get(Resource),
    /// Change a resource.
    Patch(Patch),
    /// Set a resource up, with all its fields.
    Create(Patch),
    /// Remove a resource.
    Delete(Resource),
}

impl Call {
    /// The request that writes these fields: a PATCH, or a POST if the server does not have the resource.
    pub fn of(patch: Patch, is_absent: bool) -> Self {
        if is_absent { Call::Create(patch) } else { Call::Patch(patch) }
    }

    /// The resource that the call reads or changes.
    pub fn resource(&self) -> Resource {
        match self {
            Call::Get(resource) | Call::Delete(resource) => *resource,
            Call::Patch(patch) | Call::Create(patch) => patch.resource(),
        }
    }

    /// What it sends, if it sends anything.
    pub fn body(&self) -> Option<String> {
        match self {
            Call::Patch(patch) | Call::Create(patch) => Some(patch.body()),
            Call::Get(_) | Call::Delete(_) => None,
        }
    }

    /// The HTTP method of the call.
    pub fn method(&self) -> &'static str {
        match self {
            Call::Get(_) => "GET",
            Call::Patch(_) => "PATCH",
            Call::Create(_) => "POST",
            Call::Delete(_) => "DELETE",
        }
    }
}

/// A task for the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disk {
    /// Open the state folder and look for leftovers.
    Open,
    /// Keep these unsaved edits. No edits at all remove the draft. If several are waiting, only the last has to be
    /// written.
    Keep(Arc<Unsaved>),
    /// Set this run's draft and sending aside, because the user discards them.
    Discard,
    /// Ask for the save lock. The answer says whether this run has it.
    Turn,
    /// Release the save lock.
    EndTurn,
    /// Record the writes to a resource that have an open outcome, the last of which is about to be sent. The answer
    /// says when they are written.
    Record(Resource, Vec<Sending>),
    /// Only these writes to the resource still have an open outcome: remove the records of all others.
    StillOpen(Resource, Vec<Sending>),
    /// The user was told the outcome of a leftover's writes: do not offer them again.
    Told(String),
    /// The edits of a leftover are about to be entered.
    Take(String),
    /// A leftover is no longer needed: its edits are in this run's draft, or the server has them.
    Finish(String),
    /// The user discards a leftover.
    DiscardLeftover(String),
    /// Add a save to the history.
    Remember(Box<Saved>),
    /// Read the history.
    ReadHistory {
        /// Does the user wait for it? If not, a draft that waits to be written need not be written first.
        awaited: bool,
    },
    /// Read the configuration, and look for drafts of each profile.
    Survey,
    /// Write a preset into the configuration.
    KeepPreset {
        /// The preset.
        preset: Box<Preset>,
        /// May it replace a preset of the same name?
        replace: bool,
    },
}

/// What a timer is for. A timer that is no longer needed runs out without effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The spinner of a request.
    Patience(RequestId),
    /// The next second of the pause before a request.
    Retry(RequestId),
    /// The next request for the save lock.
    Turn,
    /// The next look of the watch. The number distinguishes it from the timers of an earlier watch.
    Watch(u32),
    /// The next update of relative times on the screen.
    Minute,
    /// The end of the short time after a click on the window in which that click does nothing else.
    Arrived,
}
