//! A batch: one load, edit and save without a screen. Commands are made of it.
//!
//! ```text
//!   Loading ── all resources are loaded and the disk is open ──> edits ──> Saving ── Ended ──> Over
//!      └── not loaded, no such field, nothing to save ────────────────────────────────────────^
//! ```
//!
//! The save is the same as the editor's: lock, check, record on disk, send, confirm, read back, history. A batch
//! keeps no draft, so the next editor is not offered the edits of a script. It finds only sendings that are in
//! doubt.

use super::{Effect, Event, Obstacle, Outcome, Report, WorkingCopy};
use crate::model::{Edit, FieldId, Resource, Stroke};
use std::collections::BTreeSet;

/// Edits on their way to the server.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The working copy that the edits are made in.
    pub copy: WorkingCopy,
    edits: Vec<(FieldId, Edit)>,
    is_open: bool,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Loading,
    Saving,
    Over(Verdict),
}

/// The result of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What became of each resource.
    Outcomes(Vec<(Resource, Outcome)>),
    /// Nothing was sent, for this reason.
    Refused(Obstacle),
    /// The server has no such field, or it is read-only.
    NoField(FieldId),
    /// The server does not have the resource.
    Absent(Resource),
}

impl Batch {
    /// Starts to load the resources that are to be edited. `seed` starts the random numbers.
    pub fn new(edits: Vec<(FieldId, Edit)>, seed: u64) -> (Self, Vec<Effect>) {
        let resources: BTreeSet<Resource> = edits.iter().map(|(id, _)| id.resource).collect();
        let copy = WorkingCopy::new(resources, seed);
        let mut batch = Self { copy, edits, is_open: false, phase: Phase::Loading };
        let mut effects = vec![Effect::Disk(super::Disk::Open)];
        effects.extend(batch.happen(Event::Reload));
        (batch, effects)
    }

    /// The result, once the batch is over.
    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.phase {
            Phase::Over(verdict) => Some(verdict),
            Phase::Loading | Phase::Saving => None,
        }
    }

    /// Applies an event. Returns the effects to carry out.
    pub fn happen(&mut self, event: Event) -> Vec<Effect> {
        self.is_open |= matches!(event, Event::Opened(_));
        let mut asked = self.take(event);
        if matches!(self.phase, Phase::Loading) && self.is_open && self.is_loaded() {
            asked.extend(self.save());
        }
        let mut effects = self.copy.keep_records();
        effects.extend(asked);
        effects
    }

    fn take(&mut self, event: Event) -> Vec<Effect> {
        let (effects, reports) = self.copy.happen(event);
        for report in reports {
            let verdict = match report {
                Report::Ended(ended) => Verdict::Outcomes(ended.outcomes),
                Report::NotLoaded(resource, why) => Verdict::Outcomes(vec![(resource, why)]),
                Report::Refused(why) => Verdict::Refused(why),
                Report::Began
                | Report::GoesOn
                | Report::Seen(_)
                | Report::Repeated(..)
                | Report::Reading { .. }
                | Report::Rebased { .. }
                | Report::Loaded(_)
                | Report::FieldsRefused(_)
                | Report::NotOnDisk(_)
                | Report::OnDiskAgain => continue,
            };
            self.phase = Phase::Over(verdict);
        }
        effects
    }

    fn is_loaded(&self) -> bool {
        self.copy.draft.resources().iter().all(|resource| self.copy.draft.is_loaded(*resource))
    }

    fn save(&mut self) -> Vec<Effect> {
        self.phase = Phase::Saving;
        for (id, edit) in std::mem::take(&mut self.edits) {
            let draft = &mut self.copy.draft;
            if draft.is_absent(id.resource) {
                self.phase = Phase::Over(Verdict::Absent(id.resource));
                return vec![];
            }
            let Some(field) = draft.field(&id).filter(|field| field.kind.is_editable()).cloned() else {
                self.phase = Phase::Over(Verdict::NoField(id));
                return vec![];
            };
            draft.set(&field, edit, Stroke::Whole);
        }
        // A value that is named in a command was not pasted behind another.
        self.copy.let_doubtful_through();
        self.take(Event::Save { review: false, locked: false })
    }
}
