//! Deleting a resource, confirmed like a save. What it held goes into the history, from where it can be entered again.

use super::{Act, Doing, Effect, Fault, Obstacle, Outcome, Reply, Report, Save, WorkingCopy};
use crate::model::{Field, Representation, Resource};
use jiff::Timestamp;

impl WorkingCopy {
    /// Confirmed: looks at what there is first, so that the history has it.
    pub(super) fn delete(&mut self, resource: Resource) -> Vec<Effect> {
        if self.is_saving() {
            return self.refuse(Obstacle::Busy(Doing::Saving));
        }
        if self.is_loading(resource) {
            // What was read before it went, and comes after, would say that it is still there.
            return self.refuse(Obstacle::Busy(Doing::Loading));
        }
        let nothing = self.draft.patch(resource).only(|_, _| false);
        let asked = self.draft.edits().clone();
        self.begin(Save { act: Act::Delete, ..Save::new(nothing, asked) })
    }

    /// What there is, is known: it goes, after it was noted on the disk.
    pub(super) fn remove(&mut self, mut save: Box<Save>, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        let rebased = self.rebase(save.resource(), theirs.clone(), at, None);
        if theirs.is_empty() {
            let resource = save.resource();
            return self.end(save, rebased.gone.unwrap_or(Outcome::NothingToDelete(resource)));
        }
        save.before = theirs;
        self.record(save)
    }

    /// The DELETE is over. Only the server's own word counts: 204, or that it has no such thing. What anything else means,
    /// the resource has to tell; it is never sent a second time by itself.
    pub(super) fn removed(&mut self, save: Box<Save>, reply: Reply) -> Vec<Effect> {
        match reply.outcome {
            Ok(_) => self.forget(save, reply.at),
            // Someone else was quicker.
            Err(Fault::Refused(refusal)) if refusal.is_absent() => self.forget(save, reply.at),
            Err(fault) if fault.leaves_doubt() => {
                self.leave_in_doubt(save.sending());
                self.report(Report::GoesOn);
                self.last_fault = Some((Doing::Removing, fault));
                self.ask_back(save)
            }
            Err(fault) => self.end_failed(save, Doing::Removing, fault),
        }
    }

    /// The resource after a DELETE without an answer that says what became of it.
    pub(super) fn removal_read_back(&mut self, save: Box<Save>, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        if theirs.is_empty() {
            return self.forget(save, at);
        }
        let resource = save.resource();
        self.rebase(resource, theirs, at, None);
        self.end(save, Outcome::NotRemoved(resource))
    }

    /// It is deleted, and what was edited of it when that was asked for goes with it; undo brings it back.
    fn forget(&mut self, save: Box<Save>, at: Timestamp) -> Vec<Effect> {
        let resource = save.resource();
        self.seen(resource, at);
        let is_over =
            |field: &&Field| field.id.resource == resource && save.asked.get(&field.id) == self.draft.edit(&field.id);
        let over: Vec<Field> = self.draft.fields().iter().filter(is_over).cloned().collect();
        self.draft.revert_each(&over);
        self.rebase(resource, Representation::default(), at, Some(&save.sending()));
        self.end(save, Outcome::Removed(resource))
    }
}
