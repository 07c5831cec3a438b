//! What there is to tell: in the strip, and on rows.

use super::fault::Fault;
use crate::model::Value;
use std::time::Duration;

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reading the settings.
    Loading,
    /// Writing the dirty fields.
    Saving,
}

/// Something to tell in the strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server confirmed a save.
    Saved {
        /// Fields sent.
        sent: usize,
        /// Fields the server holds another value for than was sent.
        kept: usize,
        /// Fields of others that changed meanwhile.
        taken: usize,
        /// From sending to the answer.
        took: Duration,
    },
    /// A reload told what became of a save whose outcome was not known.
    ReadBack {
        /// Fields that were sent.
        sent: usize,
        /// Fields of these that the server holds as sent.
        saved: usize,
    },
    /// A reload came back.
    Reloaded {
        /// Fields that changed on the server.
        changed: usize,
        /// Fields changed here and there.
        conflicts: usize,
    },
    /// A load or save failed.
    Failed(Doing, Fault),
    /// The user gave up waiting.
    Cancelled(Doing),
    /// Ctrl-S with nothing dirty.
    NothingToSave,
    /// Values that can not be sent.
    Invalid {
        /// How many.
        fields: usize,
    },
    /// One request at a time.
    Busy(Doing),
    /// Nothing can be edited before it was loaded.
    NotLoaded,
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
    /// Put on the clipboard.
    Copied(CopyItem),
    /// There is none to copy.
    NothingToCopy(CopyItem),
    /// Mouse reporting was switched.
    Mouse(bool),
}

impl Notice {
    /// Errors stay until something settles them; news goes at the next key.
    pub fn is_sticky(&self) -> bool {
        matches!(self, Notice::Failed(..) | Notice::Cancelled(_))
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
    /// Changed here and, to this, on the server.
    Conflict(Option<Value>),
    /// The server's new value was taken.
    Taken,
    /// The server tidied what was sent.
    Settled,
    /// The server's words about this field.
    Refused(String),
}
