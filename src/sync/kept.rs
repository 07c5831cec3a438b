//! What is kept beside memory: the draft, records of what was sent, the turn to save.

use super::{Act, Disk, Effect, Founded, Moment, Report, Save, Stage, WorkingCopy};
use crate::model::record::{SaveLock, Sending, Unsaved, Write};
use crate::model::{FieldId, Representation, Resource, State, Value};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Where edits are kept beside memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Nobody knows yet.
    Opening,
    /// On disk.
    OnDisk,
    /// On disk, but the last draft could not be written; why.
    Failing(String),
    /// Nowhere; why.
    InMemory(String),
}

impl WorkingCopy {
    /// What has to be on disk of saves follows from the state, whatever happened: what a write replaced enters the history once
    /// that is known, the record of a write goes after it, the turn when no save is under way. Asked for after each event,
    /// and carried out before its effects.
    pub fn keep_records(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let replaced = std::mem::take(&mut self.replaced);
        let open = self.open_sendings();
        let recorded = std::mem::replace(&mut self.recorded, open);
        let is_saving = self.is_saving();
        let had_turn = std::mem::replace(&mut self.has_turn, is_saving);
        if !matches!(self.keeping, Keeping::InMemory(_)) {
            // Before the record of it goes: whoever is killed in between finds it once more, and the history has it once.
            effects.extend(replaced.into_iter().map(|saved| Effect::Disk(Disk::Remember(Box::new(saved)))));
            let over = recorded.into_iter().filter(|resource| !self.recorded.contains(resource));
            effects.extend(over.map(|resource| Effect::Disk(Disk::ForgetSending(resource))));
            effects.extend((had_turn && !is_saving).then_some(Effect::Disk(Disk::EndTurn)));
        }
        effects
    }

    /// Hands the edits to the disk if they, or what they stand on, are others than those it has; with the row in focus. Asked
    /// for after each event and each edit, and carried out before all else.
    pub fn keep_edits(&mut self, focus: &FieldId) -> Option<Effect> {
        let (edits, base) = (self.draft.edits(), self.stands_on());
        let is_kept = self.kept.as_ref().map_or(edits.is_empty(), |kept| kept.edits == *edits && kept.base == *base);
        if is_kept || matches!(self.keeping, Keeping::InMemory(_)) {
            return None;
        }
        let unsaved = Arc::new(Unsaved { base: base.into_owned(), edits: edits.clone(), focus: Some(focus.clone()) });
        self.kept = (!unsaved.edits.is_empty()).then(|| Arc::clone(&unsaved));
        Some(Effect::Disk(Disk::Keep(unsaved)))
    }

    /// What the edits stand on. Of a conflict that is not decided that is what both started from: when the edits come back
    /// in another run, it is one again. If the user wants just that back, it stands on nothing, or it would be no edit.
    fn stands_on(&self) -> Cow<'_, BTreeMap<Resource, Representation>> {
        let mut bases = Cow::Borrowed(self.draft.bases());
        for (field, loaded, _) in self.draft.conflicts() {
            let is_wanted = |value: &&Value| self.draft.state(field) == State::Dirty((*value).clone());
            if let Some(base) = bases.to_mut().get_mut(&field.id.resource) {
                base.put(&field.id.key, loaded.filter(|loaded| !is_wanted(loaded)).cloned());
            }
        }
        bases
    }

    /// The resources that have, or will have, a record on disk: something was sent whose outcome is open.
    pub(super) fn open_sendings(&self) -> BTreeSet<Resource> {
        let is_open = |stage: &Stage| matches!(stage, Stage::Record | Stage::Send(_) | Stage::ReadBack(_));
        let save = self.save.iter().filter(|save| is_open(&save.stage) || save.noted.is_some());
        save.map(|save| save.resource()).chain(self.doubts.keys().copied()).collect()
    }

    /// A write that an earlier run was about to send at this time: if it may still be carried out, it is in doubt here as well.
    /// What goes to the disk then; nothing where the server's words say what became of it, or it is too late for that.
    pub fn adopt(&mut self, sending: &Sending, at: Timestamp) -> Vec<Effect> {
        let resource = sending.resource();
        let (Some(synced), Some(theirs)) = (self.synced, self.draft.representation(resource)) else { return vec![] };
        let (act, patch) = match &sending.write {
            Write::Fields(patch) => (Act::Write, patch.clone()),
            Write::Removal(resource) => (Act::Delete, self.draft.patch(*resource).only(|_, _| false)),
        };
        let founded = Some(Founded { on: Moment { running: Duration::ZERO, wall: at }, within: Duration::ZERO });
        let (before, asked) = (sending.before.clone(), self.draft.edits().clone());
        let save = Save { act, before, founded, patch: patch.clone(), ..Save::new(patch, asked) };
        let is_free = self.given_up.is_none() && !self.doubts.contains_key(&resource) && !self.is_saving();
        if !is_free || !save.may_arrive(resource, theirs, synced) {
            return vec![];
        }
        self.given_up = Some((None, Box::new(save)));
        self.leave_in_doubt(sending.clone());
        let record = Effect::Disk(Disk::Record(Box::new(sending.clone())));
        if matches!(self.keeping, Keeping::InMemory(_)) { vec![] } else { vec![record] }
    }

    pub(super) fn not_on_disk(&mut self, why: String) {
        if !matches!(self.keeping, Keeping::InMemory(_)) {
            self.keeping = Keeping::Failing(why.clone());
        }
        self.report(Report::NotOnDisk(why));
    }

    // ── what the disk says ──

    pub(super) fn opened(&mut self, opened: Result<(), String>) -> Vec<Effect> {
        match opened {
            Ok(()) => {
                if self.keeping == Keeping::Opening {
                    self.keeping = Keeping::OnDisk;
                }
                vec![]
            }
            Err(why) => {
                self.keeping = Keeping::InMemory(why);
                // A save that waits for a turn which nobody gives goes on without.
                self.turn(SaveLock::Ours)
            }
        }
    }

    pub(super) fn draft_kept(&mut self, failed: Option<String>) -> Vec<Effect> {
        if let Some(why) = failed {
            self.not_on_disk(why);
        } else {
            self.keeping = Keeping::OnDisk;
            self.report(Report::OnDiskAgain);
        }
        vec![]
    }
}
