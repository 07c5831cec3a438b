//! Values that come from elsewhere: a preset, earlier saves of this machine, another profile. Whatever is taken becomes an
//! ordinary edit, in one step, and is sent by a save alone.
//!
//! ```text
//!   presets ── ^N ─────────> Presets ── Enter ──┐            edits ── ^K ──> Naming ── Enter ──> the configuration
//!   history ── F3 ─────────> Recent ─── Enter ──┼──> edits
//!   another profile ── ^D ─> Comparing ─ Enter ─┘
//! ```

use crate::model::profile::Profile;
use crate::model::record::Saved;
use crate::model::{Field, FieldId, Representation, Resource, Value};
use crate::sync::{Fault, RequestId};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::words::{Difference, Reused};

/// The history of saves, as far as it is known here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Was the disk asked? For the values that a row had before, once is enough for a run.
    pub asked: bool,
    /// What the disk has, newest first, or why it cannot be read; `None` before the answer.
    pub read: Option<Result<Vec<Saved>, String>>,
    /// The saves of this run that the disk had not got when it was asked, oldest first.
    pub since: Vec<Saved>,
}

impl History {
    /// All that are known, newest first.
    pub fn saves(&self) -> impl Iterator<Item = &Saved> {
        self.since.iter().rev().chain(self.read.iter().flatten().flatten())
    }

    /// The disk has answered.
    pub(super) fn hear(&mut self, read: Result<Vec<Saved>, String>) {
        if let Ok(saves) = &read {
            self.since.retain(|save| !saves.contains(save));
        }
        self.read = Some(read);
    }
}

/// Another profile beside this one.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The other one.
    pub with: Profile,
    /// What is known of it.
    pub other: Other,
    /// The fields to copy.
    pub marked: BTreeSet<FieldId>,
    /// Are the equal ones shown?
    pub equal: bool,
}

/// The resources of another profile, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Other {
    /// They are being read.
    Reading {
        /// By these requests.
        awaited: BTreeMap<RequestId, Resource>,
        /// What came of those that are over.
        read: BTreeMap<Resource, Result<Representation, Fault>>,
    },
    /// What came of each.
    Read(BTreeMap<Resource, Result<Representation, Fault>>),
    /// They could not be read at all; why.
    Failed(Fault),
}

/// A field here and there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The field.
    pub field: Field,
    /// What it has here, with the edit.
    pub here: Option<Value>,
    /// What it has there.
    pub there: Option<Value>,
    /// How the two compare, and what could be done about it.
    pub verdict: Difference,
}
