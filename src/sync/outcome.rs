//! The reports of a working copy: the outcome for each resource, and what changed on the way.

use super::{Fault, Planned, Save};
use crate::model::{Change, FieldId, Resource};
use jiff::Timestamp;
use std::time::Duration;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reading the settings.
    Loading,
    /// Looking for changes of others, without a request by the user.
    Watching,
    /// Reading a resource right before a save. Nothing of it has been sent yet.
    Checking,
    /// Writing the dirty fields.
    Saving,
    /// Reading a resource back to find out whether a save took effect.
    ReadingBack,
    /// Deleting a resource.
    Removing,
}

/// The outcome for a resource that was to be read, saved or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server confirmed a save.
    Saved {
        /// How many fields were sent.
        sent: usize,
        /// For how many sent fields the server holds another value.
        kept: usize,
        /// For how many fields a new value of others was taken.
        taken: usize,
        /// The time from sending to the answer.
        took: Duration,
    },
    /// The server did not have the resource, and confirmed the POST.
    SetUp {
        /// How many fields were sent.
        sent: usize,
        /// The time from sending to the answer.
        took: Duration,
    },
    /// The server no longer has the resource. The edits are kept, and its former values are entered for the other
    /// fields.
    Gone(Resource),
    /// The server confirmed that it deleted the resource.
    Removed(Resource),
    /// As far as is known, the server does not have the resource that is to be deleted.
    NothingToDelete(Resource),
    /// The resource was read back: it still exists.
    NotRemoved(Resource),
    /// Nothing was sent, because the save ended at an earlier resource.
    NotTried,
    /// The check found that the server already has the values.
    AlreadyThere {
        /// How many fields were to be saved.
        fields: usize,
    },
    /// Nothing is saved, because fields were changed both here and on the server.
    Clash {
        /// How many fields are in conflict.
        fields: usize,
        /// Did the write leave, and was refused? Otherwise nothing was sent.
        left: bool,
    },
    /// Nothing was sent, because the resource that is to be deleted was changed on the server since it was shown.
    Changed {
        /// How many fields have another value now.
        fields: usize,
    },
    /// The server only answers with an older representation than it confirmed before.
    Stale(Doing),
    /// The resource was read back, which told the outcome of a save in doubt.
    ReadBack {
        /// How many fields were sent.
        sent: usize,
        /// How many of them the server holds as sent.
        saved: usize,
    },
    /// The server shows no effect of a write that left a moment ago. It may still be on its way.
    NotYet,
    /// An earlier write without an answer took effect only now, over a later one that had been confirmed.
    CameLate {
        /// How many fields the server holds as it sent them.
        fields: usize,
    },
    /// The server shows no effect of a write that had no answer, and others wrote to the same fields since. Nobody
    /// knows whether it took effect.
    Unclear,
    /// A load or save failed.
    Failed(Doing, Fault),
    /// The user gave up waiting.
    Cancelled(Doing),
    /// No field was dirty.
    NothingToSave,
    /// Values cannot be sent.
    Invalid {
        /// How many fields have such values.
        fields: usize,
    },
}

impl Outcome {
    /// Does the outcome stay on the screen until something settles it?
    pub fn is_trouble(&self) -> bool {
        matches!(self, Outcome::Failed(..) | Outcome::Cancelled(_) | Outcome::Stale(_))
    }

    /// Does it tell the outcome of a write in doubt, or that a resource is gone? The user is told that in any case,
    /// whatever else there is to tell.
    pub fn is_of_a_write(&self) -> bool {
        let is_gone = matches!(self, Outcome::Gone(_) | Outcome::Removed(_));
        is_gone
            || matches!(
                self,
                Outcome::ReadBack { .. }
                    | Outcome::NotYet
                    | Outcome::Unclear
                    | Outcome::CameLate { .. }
                    | Outcome::NotRemoved(_)
            )
    }

    /// Is everything saved that was to be saved?
    pub fn is_whole(&self) -> bool {
        match self {
            Outcome::Saved { kept, .. } => *kept == 0,
            Outcome::ReadBack { sent, saved } => sent == saved,
            Outcome::SetUp { .. } | Outcome::AlreadyThere { .. } | Outcome::NothingToSave | Outcome::Removed(_) => true,
            Outcome::Gone(_)
            | Outcome::NothingToDelete(_)
            | Outcome::NotRemoved(_)
            | Outcome::NotTried
            | Outcome::Clash { .. }
            | Outcome::Changed { .. }
            | Outcome::Stale(_)
            | Outcome::NotYet
            | Outcome::Unclear
            | Outcome::CameLate { .. }
            | Outcome::Failed(..)
            | Outcome::Cancelled(_)
            | Outcome::Invalid { .. } => false,
        }
    }
}

/// Why nothing was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A load or a save is under way. Only one can run at a time.
    Busy(Doing),
    /// Nothing can be saved before it was loaded.
    NotLoaded,
    /// Values cannot be sent: the first such field, and how many there are.
    Invalid(FieldId, usize),
    /// Values that are hardly meant; the first of them, and how many. Saved once more, they are sent as they are.
    Doubtful(FieldId, usize),
    /// Fields are in conflict that the user has not decided.
    Conflicts,
    /// Saving is locked.
    Locked,
    /// No field is dirty, and no write is in doubt.
    NothingToSave,
    /// No field is dirty, but a write is in doubt, so it is not known what the server has.
    InDoubt,
}

/// Something that happened, for the caller to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// Nothing was started.
    Refused(Obstacle),
    /// A save began. What was shown of the save before it is over.
    Began,
    /// The save goes on, with something worth showing meanwhile.
    GoesOn,
    /// The server answered with a representation, at this time.
    Seen(Timestamp),
    /// An answer has members more than once: how many, and the key of the first.
    Repeated(usize, String),
    /// A load has read this resource. It becomes the base next.
    Reading {
        /// Which resource.
        resource: Resource,
        /// Was it a look of the watch?
        watching: bool,
    },
    /// The resource has a new base.
    Rebased {
        /// Which resource.
        resource: Resource,
        /// What changed, by field, in the order of the table.
        changes: Vec<(FieldId, Change)>,
        /// Does the server no longer have the resource?
        gone: bool,
    },
    /// A load succeeded.
    Loaded(Loaded),
    /// A load failed.
    NotLoaded(Resource, Outcome),
    /// The server refused single fields of a write, with these complaints.
    FieldsRefused(Vec<(FieldId, String)>),
    /// A save ended.
    Ended(Box<Ended>),
    /// Edits cannot be kept on disk, or no longer, for this reason.
    NotOnDisk(String),
    /// Edits can be kept on disk again.
    OnDiskAgain,
}

/// A load that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Which resource was loaded.
    pub resource: Resource,
    /// Was it a look of the watch?
    pub watching: bool,
    /// Is it the first load of the resource?
    pub first: bool,
    /// For how many fields the server's new value was taken.
    pub taken: usize,
    /// How many fields were changed both here and on the server.
    pub conflicts: usize,
    /// The outcome of the write that was in doubt until now, or that the resource is gone.
    pub told: Option<Outcome>,
}

/// A save that ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The outcome for each resource, settings first.
    pub outcomes: Vec<(Resource, Outcome)>,
    /// If the save was a review: what would be sent. True if an earlier plan was shown before and is out of date.
    pub plan: Option<(Vec<Planned>, bool)>,
    /// Is everything saved that was to be saved?
    pub is_whole: bool,
    /// Have the edits stayed the same since the save was asked for?
    pub is_untouched: bool,
    /// The save needs another credential, for this reason. With another one this save continues.
    pub stopped: Option<(Fault, Box<Save>)>,
}
