//! What is kept on disk: the draft, and the records of sendings; and the save lock.

use super::{Disk, Effect, Report, WorkingCopy};
use crate::model::record::{SaveLock, Unsaved};
use crate::model::{FieldId, Representation, Resource, State, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where edits are kept, in addition to memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Not known yet: the state folder is being opened.
    Opening,
    /// On disk.
    OnDisk,
    /// On disk, but the last draft could not be written, for this reason.
    Failing(String),
    /// Only in memory, for this reason.
    InMemory(String),
}

impl WorkingCopy {
    /// The disk effects that the state of saves requires, whatever event led to it. What a write replaced enters
    /// the history once it is known. Then the record of the write is removed. The save lock is released when no
    /// save is under way. Called after each event; the result is carried out before the event's own effects.
    pub fn keep_records(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let replaced = std::mem::take(&mut self.replaced);
        let open = self.open_sendings();
        let recorded = std::mem::replace(&mut self.recorded, open);
        let is_saving = self.is_saving();
        let had_turn = std::mem::replace(&mut self.has_turn, is_saving);
        if !matches!(self.keeping, Keeping::InMemory(_)) {
            // The history is written before the record is removed. If the program is killed in between, the next
            // run finds the write again, and the history still lists it once.
            effects.extend(replaced.into_iter().map(|saved| Effect::Disk(Disk::Remember(Box::new(saved)))));
            for resource in Resource::ALL {
                let open = self.recorded.get(&resource);
                if open != recorded.get(&resource) {
                    effects.push(Effect::Disk(Disk::StillOpen(resource, open.cloned().unwrap_or_default())));
                }
            }
            effects.extend((had_turn && !is_saving).then_some(Effect::Disk(Disk::EndTurn)));
        }
        effects
    }

    /// Hands the edits to the disk, with the focused row, if the edits or their base differ from the last ones.
    /// Called after each event and each edit; the result is carried out before everything else.
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

    /// The base that is stored with the edits. For an undecided conflict it is the value that both sides started
    /// from, so that another run finds the conflict again. If the edit is that very value, the field is left out of
    /// the base: otherwise the edit would look like none.
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
                // A save that waits for the save lock continues without it.
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
