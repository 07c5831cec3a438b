//! Values from elsewhere: a preset, an earlier save of this machine, another profile. Values that are taken become
//! ordinary edits, in one undo step. Only a save sends them.
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
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::iter;

pub use crate::words::{Difference, Reused};

/// The history of saves, as far as the editor knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Was the disk asked in this run? For the earlier values of a row it is asked only once.
    pub asked: bool,
    /// The saves on disk, newest first, or why they cannot be read. `None` before the answer.
    pub read: Option<Result<Vec<Saved>, String>>,
    /// The saves of this run that are not in the answer of the disk, oldest first.
    pub since: Vec<Saved>,
    /// The values that the saves held of one field, gathered because each typed key asks for them.
    earlier: Option<(FieldId, Vec<Value>)>,
}

impl History {
    /// All known saves, newest first.
    pub fn saves(&self) -> impl Iterator<Item = &Saved> {
        // As the disk sorts them: a save keeps its place when it is read back from there.
        let mut since = self.since.iter().rev().peekable();
        let mut read = self.read.iter().flatten().flatten().peekable();
        iter::from_fn(move || match (since.peek(), read.peek()) {
            (Some(ours), Some(theirs)) if ours.at < theirs.at => read.next(),
            (Some(_), _) => since.next(),
            (None, _) => read.next(),
        })
    }

    /// Adds saves of this run. One that came late was confirmed before others.
    pub(super) fn add(&mut self, saves: Vec<Saved>) {
        self.since.extend(saves);
        self.since.sort_by_key(|saved| saved.at);
    }

    /// The values that the saves held of a field, each once, newest first.
    pub(super) fn earlier(&self, id: &FieldId) -> Cow<'_, [Value]> {
        match &self.earlier {
            Some((of, values)) if of == id => Cow::Borrowed(values),
            Some(_) | None => {
                let saves = self.saves().filter(|save| save.resource == id.resource);
                let held = saves.flat_map(|save| [&save.after, &save.before]);
                let mut seen = HashSet::new();
                let values = held.filter_map(|held| held.get(&id.key)).filter(|value| seen.insert(*value));
                Cow::Owned(values.cloned().collect())
            }
        }
    }

    /// Gathers the values of a field, until another save becomes known.
    pub(super) fn gather(&mut self, id: &FieldId) {
        if self.earlier.as_ref().is_none_or(|(of, _)| of != id) {
            self.earlier = Some((id.clone(), self.earlier(id).into_owned()));
        }
    }

    /// Another save has become known.
    pub(super) fn scatter(&mut self) {
        self.earlier = None;
    }

    /// Takes the answer of the disk, and drops the saves that it contains from those of this run.
    pub(super) fn hear(&mut self, read: Result<Vec<Saved>, String>) {
        if let Ok(saves) = &read {
            self.since.retain(|save| !saves.contains(save));
        }
        self.read = Some(read);
    }
}

/// The comparison of this profile with another one.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The other profile.
    pub with: Profile,
    /// What has been read of the other profile.
    pub other: Other,
    /// The fields that the user chose to copy.
    pub marked: BTreeSet<FieldId>,
    /// Are fields with equal values shown?
    pub equal: bool,
}

/// The resources of another profile, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Other {
    /// The resources are being read.
    Reading {
        /// The requests that are still running, each with its resource.
        awaited: BTreeMap<RequestId, Resource>,
        /// The results of the requests that have ended.
        read: BTreeMap<Resource, Result<Representation, Fault>>,
    },
    /// The result for each resource.
    Read(BTreeMap<Resource, Result<Representation, Fault>>),
    /// The settings could not be read, so there is nothing to compare.
    Failed(Fault),
}

/// A field in both profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The field.
    pub field: Field,
    /// The value here, with the edit.
    pub here: Option<Value>,
    /// The value in the other profile.
    pub there: Option<Value>,
    /// How the two values compare, which also decides whether the field can be copied.
    pub verdict: Difference,
}
