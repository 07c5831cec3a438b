//! What a working copy reports: what became of each resource, and what changed on the way.

use super::{Fault, Planned, Save};
use crate::model::{Change, FieldId, Resource};
use jiff::Timestamp;
use std::time::Duration;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reading the settings.
    Loading,
    /// Looking whether others changed them, while nobody asks.
    Watching,
    /// Reading them right before a save: nothing of it has been sent yet.
    Checking,
    /// Writing the dirty fields.
    Saving,
    /// Reading back whether a save was made.
    ReadingBack,
    /// Deleting a resource.
    Removing,
}

/// What became of a resource that was to be read, saved or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
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
    /// The server did not have the resource, and confirmed the POST.
    SetUp {
        /// Fields sent.
        sent: usize,
        /// From sending to the answer.
        took: Duration,
    },
    /// The server does not have the resource any more. What is edited is kept, with what it had for the rest.
    Gone(Resource),
    /// The server confirmed that it deleted the resource.
    Removed(Resource),
    /// The server does not have what is to be deleted, as far as is known.
    NothingToDelete(Resource),
    /// A resource was read back: it was not deleted.
    NotRemoved(Resource),
    /// It was not sent, because what came before it could not be.
    NotTried,
    /// The check found that the server has the values already.
    AlreadyThere {
        /// How many fields that were to be saved.
        fields: usize,
    },
    /// A save was not sent, because fields were changed here and on the server.
    Clash {
        /// How many.
        fields: usize,
    },
    /// The server answers with older settings than it confirmed before.
    Stale(Doing),
    /// The settings were read and told what became of a save whose outcome was not known.
    ReadBack {
        /// Fields that were sent.
        sent: usize,
        /// Fields of these that the server holds as sent.
        saved: usize,
    },
    /// Nothing is there of what was given up a moment ago: it may still be on its way.
    NotYet,
    /// A load or save failed.
    Failed(Doing, Fault),
    /// The user gave up waiting.
    Cancelled(Doing),
    /// Nothing was dirty.
    NothingToSave,
    /// Values that can not be sent.
    Invalid {
        /// How many.
        fields: usize,
    },
}

impl Outcome {
    /// Does it stay so until something settles it?
    pub fn is_trouble(&self) -> bool {
        matches!(self, Outcome::Failed(..) | Outcome::Cancelled(_) | Outcome::Stale(_))
    }

    /// Does it tell what became of a write that was in doubt, or that a resource is gone? That is told whatever else there is
    /// to tell.
    pub fn is_of_a_write(&self) -> bool {
        let is_gone = matches!(self, Outcome::Gone(_) | Outcome::Removed(_));
        is_gone || matches!(self, Outcome::ReadBack { .. } | Outcome::NotYet | Outcome::NotRemoved(_))
    }

    /// Is nothing left of what was to be saved?
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
            | Outcome::Stale(_)
            | Outcome::NotYet
            | Outcome::Failed(..)
            | Outcome::Cancelled(_)
            | Outcome::Invalid { .. } => false,
        }
    }
}

/// Why nothing was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// One thing at a time: a load, or a save, is under way.
    Busy(Doing),
    /// Nothing can be saved before it was loaded.
    NotLoaded,
    /// Values that can not be sent; the first of them, and how many.
    Invalid(FieldId, usize),
    /// Values that are hardly meant; the first of them, and how many. Saved once more, they are sent as they are.
    Doubtful(FieldId, usize),
    /// Fields that were changed here and on the server are not decided.
    Conflicts,
    /// Nothing may be saved.
    Locked,
    /// Nothing is dirty, and nothing in doubt.
    NothingToSave,
    /// Nothing is dirty, but what the server has is not known: something was sent without an answer that says so.
    InDoubt,
}

/// What happened, for those who show it.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// Nothing was begun.
    Refused(Obstacle),
    /// A save began. What was told of the one before is over.
    Began,
    /// It goes on, with something that is to be seen while it lasts.
    GoesOn,
    /// The server's own words came, at this time.
    Seen(Timestamp),
    /// An answer has members more than once: how many, and the first of them.
    Repeated(usize, String),
    /// A load has read this resource, which becomes the base next.
    Reading {
        /// Which.
        resource: Resource,
        /// Did nobody ask for it?
        watching: bool,
    },
    /// The resource has a new base.
    Rebased {
        /// Which.
        resource: Resource,
        /// By field, in the order of the table.
        changes: Vec<(FieldId, Change)>,
        /// Does the server not have it any more?
        gone: bool,
    },
    /// A load is over, and well.
    Loaded(Loaded),
    /// A load came to nothing.
    NotLoaded(Resource, Outcome),
    /// The server refused single fields of what was sent, in these words.
    FieldsRefused(Vec<(FieldId, String)>),
    /// A save is over.
    Ended(Box<Ended>),
    /// Edits can not be kept on disk, or no longer; why.
    NotOnDisk(String),
    /// They can again.
    OnDiskAgain,
}

/// A load that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Of what.
    pub resource: Resource,
    /// Did nobody ask for it?
    pub watching: bool,
    /// Is it the first one?
    pub first: bool,
    /// Fields of which the server's new value was taken.
    pub taken: usize,
    /// Fields changed here and there.
    pub conflicts: usize,
    /// What became of the write that was in doubt until now; or that the resource is gone.
    pub told: Option<Outcome>,
}

/// A save that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// What became of each resource, settings first.
    pub outcomes: Vec<(Resource, Outcome)>,
    /// Nothing was sent: this would be. The flag: because something else was shown before.
    pub plan: Option<(Vec<Planned>, bool)>,
    /// Is nothing left of what was to be saved?
    pub is_whole: bool,
    /// Has nothing been entered since it was asked for?
    pub is_untouched: bool,
    /// Another credential is needed, for this reason; with it this goes on.
    pub stopped: Option<(Fault, Box<Save>)>,
}
