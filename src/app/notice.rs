//! What there is to tell: in the strip, and on rows.

use super::reuse::Reused;
use crate::model::record::Peer;
use crate::model::{Resource, Value};
use crate::sync::{Doing, Outcome};
use jiff::Timestamp;
use std::time::Duration;

/// Something to tell in the strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// What became of a load or a save of the settings.
    Outcome(Outcome),
    /// A save of more than the settings: what became of each resource.
    Several(Vec<(Resource, Outcome)>),
    /// First values were entered for a resource that the server does not have.
    SettingUp(Resource),
    /// What was typed is not the app's id.
    NotTheId,
    /// Saving is locked: the profile is read-only.
    Locked,
    /// Saving was unlocked for this run.
    Unlocked,
    /// What was shown before a save to production is not what would be sent now.
    Outdated,
    /// A save to production has looked, but there was no place to show what it would send.
    NotShown,
    /// Things in the configuration that can not be used.
    Complaints {
        /// How many.
        things: usize,
        /// The first of them, with its place.
        first: String,
    },
    /// The profile can not be changed now, because edits are in memory only.
    NotSwitched,
    /// It is this profile already.
    SameProfile,
    /// The credential was not sent to the host.
    NotTrusted,
    /// While the user was choosing, the server went back to what both had started from.
    ClashOver,
    /// Conflicts that still wait for a choice.
    Undecided {
        /// How many.
        fields: usize,
    },
    /// The server's values were chosen for all that was unsaved.
    TookTheirs {
        /// How many.
        fields: usize,
    },
    /// While nobody asked, others changed fields.
    Drift {
        /// Fields that were taken.
        taken: usize,
        /// Fields that are edited here.
        conflicts: usize,
    },
    /// A reload came back.
    Reloaded {
        /// Fields that changed on the server.
        changed: usize,
        /// Fields changed here and there.
        conflicts: usize,
    },
    /// The answer to a load has members more than once; the last one of each counts.
    Repeated {
        /// How many members.
        members: usize,
        /// The key of the first.
        first: String,
    },
    /// What became of a save that an earlier run did not see the end of.
    Earlier {
        /// When it was about to leave.
        at: Timestamp,
        /// Fields that were sent.
        sent: usize,
        /// Fields of these that the server holds as sent.
        saved: usize,
    },
    /// What became of a removal that an earlier run did not see the end of.
    EarlierRemoval {
        /// When it was about to leave.
        at: Timestamp,
        /// Of what.
        resource: Resource,
        /// Does the server not have it any more?
        removed: bool,
    },
    /// Edits of an earlier run were entered.
    Restored {
        /// Fields that are unsaved.
        fields: usize,
        /// Fields of these that were changed on the server since.
        conflicts: usize,
    },
    /// Edits of an earlier run stay where they are, because fields of them are edited here, to other values.
    NotRestored {
        /// How many.
        fields: usize,
    },
    /// Edits of an earlier run went into the trash.
    Discarded,
    /// Edits of an earlier run stay where they are.
    Later,
    /// Edits of an earlier run are there, and wait until this resource is.
    LeftoversWait(Resource),
    /// There are no edits of an earlier run.
    NoLeftovers,
    /// Files that could not be read were set aside; where the first one is now.
    SetAside {
        /// How many.
        files: usize,
        /// The first of them.
        first: String,
    },
    /// Another callset edits the same settings.
    AlsoOpen(Peer),
    /// The file system has no locks.
    NoLocks,
    /// Edits can not be kept on disk, or no longer; why.
    NotOnDisk(String),
    /// Something on the disk besides the draft could not be done: what and why.
    DiskFailed(String),
    /// Edits are kept on disk again.
    OnDiskAgain,
    /// A token was taken; what came along with it and was taken away.
    TokenTaken {
        /// In words.
        tidied: Vec<&'static str>,
    },
    /// Old values out of the history were entered.
    PutBack {
        /// Fields that are unsaved by it.
        fields: usize,
    },
    /// The watch was switched; `None` is off.
    Watch(Option<Duration>),
    /// One thing at a time: a load, or a save, is under way.
    Busy(Doing),
    /// Nothing can be edited before it was loaded.
    NotLoaded,
    /// The server does not have the resource, or it could not be read: Enter does something about it.
    Closed(Resource),
    /// The server did not send this field; Enter starts it.
    NotSent,
    /// The row is read-only.
    ReadOnly,
    /// A paste was made fit for one line.
    Pasted {
        /// Line ends, tabs and other control characters that became spaces or went.
        tidied: usize,
        /// Was its end cut off at the limit?
        cut: bool,
    },
    /// Typed text hit the limit of a field.
    Full,
    /// What holds the session's credential goes into no field.
    Secret {
        /// Fields that it was in already. None: it was about to be typed.
        fields: usize,
    },
    /// Several letters at once on a row of keys.
    Burst,
    /// Nothing to undo, or to redo.
    NothingToUndo,
    /// Nothing to reset.
    NothingToReset,
    /// Reset everything; undo brings it back.
    ResetAll {
        /// Fields that were reset.
        fields: usize,
    },
    /// What became of values from elsewhere.
    Reused(Reused),
    /// On its way to the clipboard.
    Copied(CopyItem, CopiedTo),
    /// There is none to copy.
    NothingToCopy(CopyItem),
    /// Mouse reporting was switched.
    Mouse(bool),
}

impl Notice {
    /// Errors stay until something settles them; news goes at the next key.
    pub fn is_sticky(&self) -> bool {
        match self {
            Notice::Outcome(outcome) => outcome.is_trouble(),
            Notice::Several(ended) => ended.iter().any(|(_, outcome)| outcome.is_trouble()),
            _ => false,
        }
    }

    /// Does it tell what became of a write that was in doubt, or that a resource is gone?
    pub fn is_of_a_write(&self) -> bool {
        matches!(self, Notice::Outcome(outcome) if outcome.is_of_a_write())
    }
}

/// What can be put on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyItem {
    /// The value in focus, as text.
    Value,
    /// The body of the next PATCH.
    Body,
    /// A curl command that reads the token from the environment.
    Curl,
    /// JavaScript that overrides the settings in one's own browser only.
    Override,
    /// The last error with HubSpot's correlation id.
    Error,
}

/// Which way a text went to the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopiedTo {
    /// A program of this machine took it; its name.
    Program(String),
    /// The terminal got it with OSC 52, and says nothing of whether it took it.
    Terminal,
}

impl CopyItem {
    /// In the order of the list.
    pub const ALL: [CopyItem; 5] =
        [CopyItem::Value, CopyItem::Body, CopyItem::Curl, CopyItem::Override, CopyItem::Error];
}

/// What is said on a row, besides its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Sent, but the answer held this instead.
    Kept(Option<Value>),
    /// The server's new value was taken.
    Taken,
    /// The server tidied what was sent.
    Tidied,
    /// The server's words about this field.
    Refused(String),
}
