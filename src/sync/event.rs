//! What can happen to a working copy. The only things that change it, besides edits of its draft.

use super::{Fault, Planned, Save, Timer};
use crate::model::record::SaveLock;
use crate::model::trace::Trace;
use crate::model::{Representation, Resource};
use std::time::Duration;

/// Something happened, or is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    // ── wanted ──
    /// Read a resource.
    Load(Resource),
    /// Read everything. What is being read goes on; what waits to be tried again is tried now.
    Reload,
    /// Save the dirty fields of all resources.
    Save {
        /// Look first what would be sent, and send nothing before that was shown.
        review: bool,
        /// Nothing may be saved.
        locked: bool,
    },
    /// What was shown is what is wanted.
    Confirm(Vec<Planned>),
    /// Delete a resource.
    Delete(Resource),
    /// Go on with what a missing or refused credential stopped.
    Resume(Box<Save>),
    /// Give up what is under way.
    Cancel,
    /// Look for changes of others this often from now on; `None` is never.
    Watch(Option<Duration>),
    /// Somebody would see what a look finds: one that was left out is made now.
    Seen,
    // ── from the network ──
    /// A request is over.
    Reply(Reply),
    // ── from timers ──
    /// One ran out.
    Woke {
        /// Which.
        timer: Timer,
        /// Since the request that it is about was sent, or since it was set.
        waited: Duration,
        /// Would anybody see what a look finds?
        seen: bool,
    },
    // ── from the disk ──
    /// The state folder is open, or can not be: why.
    Opened(Result<(), String>),
    /// A draft was written after one that failed (`None`), or could not be written.
    Kept(Option<String>),
    /// The disk has not answered for a while; where it is.
    Hangs(String),
    /// It answers.
    Answers,
    /// Whose turn it is to save.
    Turn(SaveLock),
    /// What is about to be sent is on disk, or could not be written.
    Recorded(Result<(), String>),
}

/// A request's number; an answer to one that is not awaited changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

/// A request's end.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Which request.
    pub request: RequestId,
    /// When it was sent.
    pub began: Moment,
    /// From sending to the end, sleep and stops included.
    pub took: Duration,
    /// When it ended.
    pub at: jiff::Timestamp,
    /// What came.
    pub outcome: Result<Representation, Fault>,
    /// The answer as it came, for the request log; `None` if there was none.
    pub trace: Option<Box<Trace>>,
}

/// A moment as two clocks tell it: one that is never set, and one that goes on while the machine sleeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Since the program began, without the time that the machine slept.
    pub running: Duration,
    /// The time of day, which may be set.
    pub wall: jiff::Timestamp,
}

impl Moment {
    /// How much later this is, by the clock that says more. A clock that was set forward makes it too much, never too little.
    pub fn since(self, earlier: Self) -> Duration {
        let wall = self.wall.duration_since(earlier.wall).try_into().unwrap_or_default();
        self.running.saturating_sub(earlier.running).max(wall)
    }
}

impl Reply {
    /// How many members the answer has more than once, and the key of the first; `None` if none.
    pub fn repeated(&self) -> Option<(usize, String)> {
        let repeated = &self.trace.as_ref()?.repeated;
        Some((repeated.len(), repeated.first()?.clone()))
    }

    /// The version of what came, if a save may be bound to it.
    pub fn etag(&self) -> Option<String> {
        self.trace.as_ref()?.etag.clone()
    }
}
