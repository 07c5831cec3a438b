//! One load, edit and save without anybody at a screen: what a command does.
//!
//! ```text
//!   Loading ── all that is to be edited is there, and the disk is open ──> edits ──> Saving ── Ended ──> Over
//!      └── not loaded, no such field, nothing to save ───────────────────────────────────────────────────^
//! ```
//!
//! The save is the editor's own: turn, check, note on disk, send, confirm, read back, history. Its edits are in no draft: what a
//! script wanted is not offered to the next editor; only what left and is in doubt is found there.

use super::{Effect, Event, Obstacle, Outcome, Report, WorkingCopy};
use crate::model::{Edit, FieldId, Resource, Stroke};
use std::collections::BTreeSet;

/// Edits on their way to the server.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What they are made in.
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

/// What came of a batch.
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
    /// Begins to load what is to be edited. Chance starts from `seed`.
    pub fn new(edits: Vec<(FieldId, Edit)>, seed: u64) -> (Self, Vec<Effect>) {
        let resources: BTreeSet<Resource> = edits.iter().map(|(id, _)| id.resource).collect();
        let copy = WorkingCopy::new(resources, seed);
        let mut batch = Self { copy, edits, is_open: false, phase: Phase::Loading };
        let mut effects = vec![Effect::Disk(super::Disk::Open)];
        effects.extend(batch.happen(Event::Reload));
        (batch, effects)
    }

    /// What came of it, once it is over.
    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.phase {
            Phase::Over(verdict) => Some(verdict),
            Phase::Loading | Phase::Saving => None,
        }
    }

    /// Goes on as the event demands, and says what to do in the world.
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
