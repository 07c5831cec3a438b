//! What a batch is to do, and what came of it.

use crate::model::record::{Peer, Sending};
use crate::model::{FieldId, Representation, Resource, Value};
use crate::sync::{Obstacle, Outcome, Planned};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// What a batch is to do.
#[derive(Clone, Debug)]
pub struct Task {
    /// What it is about.
    pub wish: Wish,
    /// What has to hold right before anything is sent.
    pub conditions: Vec<Condition>,
    /// What stands between it and the sending.
    pub consent: Consent,
    /// How long to wait for the turn to save.
    pub wait: Duration,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub enum Wish {
    /// These resources are read; with a pace, again and again until somebody stops it.
    Read(BTreeSet<Resource>, Option<Duration>),
    /// These values are saved.
    Write(Vec<Assignment>, Absence),
    /// A resource is deleted.
    Delete(Resource),
    /// What became of writes in doubt is found out.
    Settle,
}

/// A value for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Which.
    pub field: FieldId,
    /// What it is to be.
    pub value: Value,
    /// May the field be one that neither the table nor the server has?
    pub adds: bool,
}

/// What becomes of values for a resource that the server does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Nothing is sent.
    Fails,
    /// It is set up, if there is a value for each field.
    SetsUp,
    /// It is set up, and nothing is sent where the server has it.
    IsMeant,
}

/// What has to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A field has this value.
    Holds(FieldId, Value),
    /// A resource was last changed at this time, as the server writes it.
    Updated(Resource, String),
}

impl Condition {
    /// The resource that it is about.
    pub fn resource(&self) -> Resource {
        match self {
            Condition::Holds(id, _) => id.resource,
            Condition::Updated(resource, _) => *resource,
        }
    }

    /// Does it hold of this copy of its resource? Times are compared as times, whatever their spelling.
    pub fn holds(&self, theirs: &Representation) -> bool {
        match self {
            Condition::Holds(id, value) => theirs.get(&id.key) == Some(value),
            Condition::Updated(_, at) => match (theirs.updated(), at.parse::<Timestamp>()) {
                (Some(theirs), Ok(at)) => theirs == at,
                _ => theirs.get("updatedAt") == Some(&Value::Text(at.clone())),
            },
        }
    }
}

/// What stands between a batch and the sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing.
    Given,
    /// What would be sent is shown first, and somebody says yes.
    Asked,
    /// Everything is done but the sending.
    DryRun,
}

/// What came of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What became of each resource that was to be saved or deleted, or of the one that could not be read.
    Outcomes(Vec<(Resource, Outcome)>),
    /// It was read.
    Read,
    /// Nothing was sent, for this reason.
    Refused(Obstacle),
    /// The server has no such field, or takes other values for it.
    NoField(FieldId),
    /// The server does not have the resource.
    Absent(Resource),
    /// The server has what was to be set up.
    Present(Resource),
    /// What is to be set up lacks these fields.
    Incomplete(Vec<FieldId>),
    /// A condition does not hold.
    Unmet(Condition),
    /// It would be sent.
    Planned(Vec<Planned>),
    /// It was shown, and not wanted.
    Declined,
    /// Another callset saves, and has not come to an end.
    Busy(Option<Peer>),
    /// It was stopped before anything was sent.
    Stopped,
    /// What can be known of writes in doubt is known.
    Settled,
}

/// What became of a write whose end an earlier run did not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// When it was about to leave.
    pub at: Timestamp,
    /// What was sent.
    pub sending: Sending,
    /// Fields that the server holds as sent; for a removal 1 if it is gone.
    pub arrived: usize,
    /// May it still be carried out?
    pub is_open: bool,
}

impl Earlier {
    /// Did all of it take effect?
    pub fn is_whole(&self) -> bool {
        self.arrived == self.sending.patch().map_or(1, crate::model::Patch::len)
    }
}
