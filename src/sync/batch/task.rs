//! The task of a batch, and its verdict.

use crate::model::doubt::{Fate, Rest};
use crate::model::record::{Peer, Sending};
use crate::model::{FieldId, Representation, Resource, Value};
use crate::sync::{Obstacle, Outcome, Planned};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The task of a batch.
#[derive(Clone, Debug)]
pub struct Task {
    /// What is to be done.
    pub wish: Wish,
    /// Conditions that must hold right before anything is sent.
    pub conditions: Vec<Condition>,
    /// The only values that may be replaced, for fields that have a known value to be replaced.
    pub replaces: BTreeMap<FieldId, Option<Value>>,
    /// Whether a write may be sent without the user's consent.
    pub consent: Consent,
    /// How long to wait for the save lock.
    pub wait: Duration,
}

/// A task that needs no consent and does not wait for the save lock: it writes nothing.
impl From<Wish> for Task {
    fn from(wish: Wish) -> Self {
        Self { wish, conditions: vec![], replaces: BTreeMap::new(), consent: Consent::Given, wait: Duration::ZERO }
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Read these resources. With an interval, they are read again and again until the user stops the batch.
    Read(BTreeSet<Resource>, Option<Duration>),
    /// Save these values.
    Write(Vec<Assignment>, Absence),
    /// Delete a resource.
    Delete(Resource),
    /// Find out whether the writes in doubt took effect.
    Settle,
}

/// A value for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The field.
    pub field: FieldId,
    /// The new value.
    pub value: Value,
    /// May the field be unknown both to the table of fields and to the server?
    pub adds: bool,
}

/// What happens to values for a resource that the server does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Nothing is sent.
    Fails,
    /// The resource is set up, if there is a value for each field.
    SetsUp,
    /// The resource is set up. Nothing is sent if the server already has it.
    IsMeant,
}

/// A condition for a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A field has this value.
    Holds(FieldId, Value),
    /// A resource was last changed at this time, in the server's notation.
    Updated(Resource, String),
}

impl Condition {
    /// The resource that has to be read to check the condition.
    pub fn resource(&self) -> Resource {
        match self {
            Condition::Holds(id, _) => id.resource,
            Condition::Updated(resource, _) => *resource,
        }
    }

    /// The value that the condition is about, in this copy of its resource.
    pub fn found(&self, theirs: &Representation) -> Option<Value> {
        match self {
            Condition::Holds(id, _) => theirs.get(&id.key).cloned(),
            Condition::Updated(..) => theirs.get("updatedAt").cloned(),
        }
    }

    /// Does the condition hold for this copy of its resource? Two notations of the same time are equal.
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

/// Whether a batch may send a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The write is sent without a question.
    Given,
    /// The plan is shown first, and the user has to agree.
    Asked,
    /// The write is planned, and never sent.
    DryRun,
}

/// How a batch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The outcome of each resource that was to be saved or deleted, or of the one that could not be read. Empty if
    /// there was nothing to change.
    Outcomes(Vec<(Resource, Outcome)>),
    /// All resources were read.
    Read,
    /// Nothing was sent, for this reason.
    Refused(Obstacle),
    /// The server does not have the field, only the server sets it, or it does not take a value of this type.
    NoField(FieldId),
    /// The server does not have the resource.
    Absent(Resource),
    /// The server already has the resource that was to be set up.
    Present(Resource),
    /// These fields were to get a value that holds the credential.
    Withheld(Vec<FieldId>),
    /// These fields of a resource that is to be set up have no value.
    Incomplete(Vec<FieldId>),
    /// These fields have neither the value that was to be replaced nor the one that was to be saved.
    Replaced(Vec<FieldId>),
    /// A condition does not hold: the server has this value instead.
    Unmet(Condition, Option<Value>),
    /// A dry run: this would be sent.
    Planned(Vec<Planned>),
    /// The plan was shown, and the user declined it.
    Declined,
    /// Another callset holds the save lock, and the time to wait for it is over.
    Busy(Option<Peer>),
    /// The user stopped the batch before anything was sent.
    Stopped,
    /// The doubts of earlier runs were settled, as far as the server's answers allow.
    Settled,
}

/// The outcome of a write whose end an earlier run did not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The write.
    pub sending: Sending,
    /// What became of it.
    pub fate: Fate,
}

impl Earlier {
    /// Did the whole write take effect, or the same write sent again?
    pub fn is_whole(&self) -> bool {
        matches!(self.fate, Fate::Repeated { .. })
            || self.fate.arrived() == self.sending.patch().map_or(1, crate::model::Patch::len)
    }

    /// Did it take effect over a later write that had been confirmed?
    pub fn is_late(&self) -> bool {
        self.sending.passed.is_some() && self.fate.arrived() > 0
    }

    /// May the write still take effect?
    pub fn is_awaited(&self) -> bool {
        matches!(self.fate, Fate::Missing { awaited: true, .. })
    }

    /// Is it unknown whether the write took effect?
    pub fn is_unknown(&self) -> bool {
        self.fate.rest() != Rest::Lost
    }
}
