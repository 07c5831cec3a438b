//! What the machine asks the world for. Plain data that carries all it needs: a test compares it, the runtime carries it
//! out, and nothing is looked up again when the answer comes.

use super::msg::RequestId;
use crate::model::{Patch, Resource};
use std::time::Duration;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    // ── network ──
    /// Send a request; its end comes back as a reply with this id.
    Send(Request),
    /// Stop waiting for a request. Its reply, should one still come, is ignored.
    Cancel(RequestId),
    // ── time ──
    /// Come back later.
    Wake {
        /// With this.
        timer: Timer,
        /// After this long.
        after: Duration,
    },
    /// Say what time it is, and where.
    ReadClock,
    // ── terminal ──
    /// Put text on the clipboard.
    Copy(String),
    /// Switch mouse reporting.
    SetMouse(bool),
    /// Draw everything again: something else wrote on the terminal.
    Redraw,
    /// Give the terminal back to the shell until it is continued.
    Suspend,
    // ── exit ──
    /// End.
    Quit(Exit),
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Its method and content.
    pub call: Call,
}

/// The calls of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Read a resource.
    Get(Resource),
    /// Change a resource.
    Patch(Patch),
}

/// What a timer is for. One that is no longer needed runs out and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The spinner of a request.
    Patience(RequestId),
    /// Relative times on the screen.
    Minute,
    /// The end of the moment in which a click only meant the window.
    Arrived,
}

/// How the process ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Exit code: 0 fine, 128 + n for signal n.
    pub code: u8,
    /// Said on stderr once the terminal is the shell's again: what was not saved.
    pub farewell: Option<String>,
}
