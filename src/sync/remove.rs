//! Deleting a resource, confirmed like a save. Its values go into the history, from which they can be entered
//! again.

use super::{Act, Doing, Effect, Fault, Obstacle, Outcome, Reply, Save, WorkingCopy};
use crate::model::doubt::Reaction;
use crate::model::{Field, FieldId, Kind, Representation, Resource};
use jiff::Timestamp;
use std::collections::BTreeSet;

impl WorkingCopy {
    /// Starts to delete a resource, after the user has confirmed. First reads it, so that the history gets its
    /// values.
    pub(super) fn delete(&mut self, resource: Resource) -> Vec<Effect> {
        if self.is_saving() {
            return self.refuse(Obstacle::Busy(Doing::Saving));
        }
        if self.is_loading(resource) {
            // The answer of a load that began before the DELETE could arrive after it, and would say that the
            // resource still exists.
            return self.refuse(Obstacle::Busy(Doing::Loading));
        }
        let nothing = self.draft.patch(resource).only(|_, _| false);
        let asked = self.draft.edits().clone();
        self.begin(Save { act: Act::Delete, ..Save::new(nothing, asked) })
    }

    /// The resource was read: records the DELETE on the disk, then sends it. What changed since the user saw it stops
    /// that: the user confirmed the deletion of other values.
    pub(super) fn remove(&mut self, mut save: Box<Save>, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        let resource = save.resource();
        let fields = self.changed_by_others(resource, &theirs);
        let rebased = self.rebase(resource, theirs.clone(), at, None);
        if theirs.is_empty() {
            return self.end(save, rebased.gone.unwrap_or(Outcome::NothingToDelete(resource)));
        }
        if fields > 0 {
            return self.end(save, Outcome::Changed { fields });
        }
        save.before = theirs;
        self.record(save)
    }

    /// How many members differ from what was shown. The times that the server sets do not count, nor does what a write of
    /// ours that was in doubt has brought.
    fn changed_by_others(&self, resource: Resource, theirs: &Representation) -> usize {
        let none = Representation::default();
        let shown = self.draft.representation(resource).unwrap_or(&none);
        let is_time = |key: &str| resource.field(key).is_some_and(|field| field.kind == Kind::Time);
        let is_ours = |key: &str| {
            let mut sent = self.doubts().filter_map(|doubt| doubt.patch()?.get(&FieldId::new(resource, key)));
            sent.any(|sent| theirs.get(key) == Some(sent))
        };
        let keys: BTreeSet<&str> = shown.members().chain(theirs.members()).map(|(key, _)| key).collect();
        keys.into_iter().filter(|key| shown.get(key) != theirs.get(key) && !is_time(key) && !is_ours(key)).count()
    }

    /// The DELETE has ended. It counts as done only if the server itself says so: 204, or that there is no such
    /// resource. In any other case the resource is read again. A DELETE is never repeated automatically.
    pub(super) fn removed(&mut self, mut save: Box<Save>, reply: Reply) -> Vec<Effect> {
        match reply.outcome {
            Ok(_) => self.forget(save, reply.at),
            // The resource is gone already: another user deleted it first.
            Err(Fault::Refused(refusal)) if refusal.is_absent() => self.forget(save, reply.at),
            Err(fault) => match fault.reaction() {
                Some(reaction) => {
                    self.leave_in_doubt(save.sending(), reaction);
                    save.refused = (reaction == Reaction::Refused).then(|| Box::new(fault.clone()));
                    self.ask_what_became(save, Doing::Removing, fault)
                }
                None => self.end_failed(save, Doing::Removing, fault),
            },
        }
    }

    /// Reads the outcome of a DELETE without an answer from the resource itself.
    pub(super) fn removal_read_back(
        &mut self,
        mut save: Box<Save>,
        theirs: Representation,
        at: Timestamp,
    ) -> Vec<Effect> {
        if theirs.is_empty() {
            return self.forget(save, at);
        }
        let resource = save.resource();
        let rebased = self.rebase(resource, theirs, at, None);
        match (rebased.doubt, save.refused.take()) {
            (None, Some(fault)) => self.end_failed(save, Doing::Removing, *fault),
            (told, _) => self.end(save, told.unwrap_or(Outcome::NotRemoved(resource))),
        }
    }

    /// The resource is deleted. Edits that it had when the user asked for that are dropped; undo brings them back.
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
