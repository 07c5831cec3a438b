//! What a working copy asks the world for. Plain data that carries all it needs: a test compares it, and nothing is looked up
//! again when the answer comes.

use super::{Doing, Moment, RequestId};
use crate::model::profile::Preset;
use crate::model::record::{Saved, Sending, Unsaved};
use crate::model::{Patch, Resource};
use std::sync::Arc;
use std::time::Duration;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request; its end comes back as a reply with this id.
    Send(Request),
    /// Stop waiting for a request. Its reply, should one still come, is ignored.
    Cancel(RequestId),
    /// Come back later.
    Wake {
        /// With this.
        timer: Timer,
        /// After this long.
        after: Duration,
    },
    /// Keep or read something; done in this order, beside everything else.
    Disk(Disk),
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Its method and content.
    pub call: Call,
    /// What for.
    pub doing: Doing,
    /// The version of the resource that this is meant for, in the server's words, should it ever give one.
    pub if_match: Option<String>,
    /// What it is founded on; a request that could leave only later does not leave at all.
    pub founded: Option<Founded>,
}

/// What a write is founded on: a look at the resource, and how old that may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Founded {
    /// When the look began.
    pub on: Moment,
    /// How long after that the write may leave.
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
    /// What writes these fields: a PATCH; a POST where the server does not have the resource.
    pub fn of(patch: Patch, is_absent: bool) -> Self {
        if is_absent { Call::Create(patch) } else { Call::Patch(patch) }
    }

    /// Which resource it is about.
    pub fn resource(&self) -> Resource {
        match self {
            Call::Get(resource) | Call::Delete(resource) => *resource,
            Call::Patch(patch) | Call::Create(patch) => patch.resource(),
        }
    }

    /// Its HTTP method.
    pub fn method(&self) -> &'static str {
        match self {
            Call::Get(_) => "GET",
            Call::Patch(_) => "PATCH",
            Call::Create(_) => "POST",
            Call::Delete(_) => "DELETE",
        }
    }
}

/// What there is to do on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disk {
    /// Look at what is there.
    Open,
    /// These are the unsaved edits now; none at all removes the draft. Only the last of several has to be written.
    Keep(Arc<Unsaved>),
    /// Put this run's draft and sending aside: the user discards them.
    Discard,
    /// Ask for the turn to save; says whether it is ours.
    Turn,
    /// The turn is over.
    EndTurn,
    /// This is about to be sent; says when it is written.
    Record(Box<Sending>),
    /// The outcome of what was sent to this resource is known.
    ForgetSending(Resource),
    /// What became of a leftover's writes is told: they are not told again.
    Told(String),
    /// A leftover's edits are about to be entered.
    Take(String),
    /// A leftover is of no use any more: its edits are in this run's draft, or the server has them.
    Finish(String),
    /// The user discards a leftover.
    DiscardLeftover(String),
    /// Add a save to the history.
    Remember(Box<Saved>),
    /// Read the history.
    ReadHistory {
        /// Does somebody wait for it? If not, it hurries nothing: the draft of what is being typed is not written for it.
        awaited: bool,
    },
    /// Read what is set up, and look for drafts of each profile.
    Survey,
    /// Write a preset into the configuration.
    KeepPreset {
        /// It.
        preset: Box<Preset>,
        /// May it replace one of the same name?
        replace: bool,
    },
}

/// What a timer is for. One that is no longer needed runs out and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The spinner of a request.
    Patience(RequestId),
    /// The next second of the pause before a request.
    Retry(RequestId),
    /// Another look at whose turn it is to save.
    Turn,
    /// The next look at the settings while nobody asks; the number tells it from timers of an earlier watch.
    Watch(u32),
    /// Relative times on the screen.
    Minute,
    /// The end of the moment in which a click only meant the window.
    Arrived,
}
