//! What the machine asks the world for. Plain data that carries all it needs: a test compares it, the runtime carries it
//! out, and nothing is looked up again when the answer comes.

use crate::app::CopyItem;
use crate::model::profile::Profile;
use crate::sync::{self, Disk, Request, RequestId, Timer};
use std::time::Duration;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    // ── network ──
    /// Send a request; its end comes back as a reply with this id.
    Send(Request),
    /// Stop waiting for a request. Its reply, should one still come, is ignored.
    Cancel(RequestId),
    /// Send requests to another profile, with its own credential; their ends come back as replies with their ids.
    SendElsewhere(Box<Profile>, Vec<Request>),
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
    // ── disk ──
    /// Keep or read something; done in this order, off the loop's way.
    Disk(Disk),
    // ── credential ──
    /// Use what was typed for a token from now on, and forget it; says whether it can be one.
    UseToken,
    /// Forget what was typed for a token.
    ForgetToken,
    /// The credential may be sent to the host it is meant for, from now on.
    Trust,
    // ── terminal ──
    /// Put this thing on the clipboard, byte for byte; says which way it went.
    Copy(CopyItem, String),
    /// No program of this machine took it: give it to the terminal.
    CopyByTerminal(CopyItem, String),
    /// Switch mouse reporting.
    SetMouse(bool),
    /// Draw everything again: something else wrote on the terminal.
    Redraw,
    /// Give the terminal back to the shell until it is continued.
    Suspend,
    // ── exit ──
    /// End this, and go on with another profile.
    Switch(Box<Profile>),
    /// End.
    Quit(Exit),
}

impl From<sync::Effect> for Effect {
    fn from(effect: sync::Effect) -> Self {
        match effect {
            sync::Effect::Send(request) => Effect::Send(request),
            sync::Effect::Cancel(id) => Effect::Cancel(id),
            sync::Effect::Wake { timer, after } => Effect::Wake { timer, after },
            sync::Effect::Disk(disk) => Effect::Disk(disk),
        }
    }
}

/// How the process ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Exit code: 0 fine, 128 + n for signal n.
    pub code: u8,
    /// Said on stderr once the terminal is the shell's again: what was not saved, and where it is.
    pub farewell: Option<String>,
}
