//! The events of a working copy. Nothing else changes a working copy, except edits of its draft.

use super::{Fault, Planned, Save, Timer};
use crate::model::record::SaveLock;
use crate::model::trace::Trace;
use crate::model::{Representation, Resource};
use std::time::Duration;

/// Something that happened, or that the user wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    // ── wanted ──
    /// Read a resource.
    Load(Resource),
    /// Read all resources. Loads on their way continue; a request that waits to be repeated is sent now.
    Reload,
    /// Save the dirty fields of all resources.
    Save {
        /// First find out what would be sent, and send nothing until that was shown.
        review: bool,
        /// Is saving locked?
        locked: bool,
    },
    /// The user confirms what was shown.
    Confirm(Vec<Planned>),
    /// Delete a resource.
    Delete(Resource),
    /// Continue what a missing or refused credential stopped.
    Resume(Box<Save>),
    /// Give up what is under way.
    Cancel,
    /// Look for changes of others at this interval from now on; `None` means never.
    Watch(Option<Duration>),
    /// The user can see the screen again: a look that was left out is made now.
    Seen,
    // ── from the network ──
    /// A request has ended.
    Reply(Reply),
    // ── from timers ──
    /// A timer ran out.
    Woke {
        /// Which timer.
        timer: Timer,
        /// The time since the request of the timer was sent, or since the timer was set.
        waited: Duration,
        /// Can the user see what a look finds?
        seen: bool,
    },
    // ── from the disk ──
    /// The state folder was opened, or the reason why it cannot be.
    Opened(Result<(), String>),
    /// The draft could not be written, for this reason; `None`: it was written again after a failure.
    Kept(Option<String>),
    /// The disk has not answered for a while, at this path.
    Hangs(String),
    /// The disk answers again.
    Answers,
    /// Who holds the save lock.
    Turn(SaveLock),
    /// The record of a write that is about to be sent is on disk, or could not be written.
    Recorded(Result<(), String>),
}

/// The number of a request. An answer to a request that is not awaited has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

/// The end of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Which request ended.
    pub request: RequestId,
    /// When it was sent.
    pub began: Moment,
    /// The time from sending to the end, including time in which the machine slept or the process was stopped.
    pub took: Duration,
    /// When the request ended.
    pub at: jiff::Timestamp,
    /// The representation or the fault.
    pub outcome: Result<Representation, Fault>,
    /// The answer as it came, for the request log; `None` if there was none.
    pub trace: Option<Box<Trace>>,
}

/// A point in time on two clocks: one that nobody can set, and one that continues while the machine sleeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The time since the program began, without the time that the machine slept.
    pub running: Duration,
    /// The time of day, which can be set.
    pub wall: jiff::Timestamp,
}

impl Moment {
    /// The time from `earlier` to this moment, by the clock that shows more. If the time of day was set forward the
    /// result is too large, never too small.
    pub fn since(self, earlier: Self) -> Duration {
        let wall = self.wall.duration_since(earlier.wall).try_into().unwrap_or_default();
        self.running.saturating_sub(earlier.running).max(wall)
    }
}

impl Reply {
    /// How many members the answer has more than once, and the key of the first of them; `None` if there are none.
    pub fn repeated(&self) -> Option<(usize, String)> {
        let repeated = &self.trace.as_ref()?.repeated;
        Some((repeated.len(), repeated.first()?.clone()))
    }

    /// The entity tag of the answer, if a save can be made conditional on it.
    pub fn etag(&self) -> Option<String> {
        self.trace.as_ref()?.etag.clone()
    }
}
