//! The changes that a new representation from the server makes, whatever request it answers.

use super::{Outcome, Report, WorkingCopy};
use crate::model::record::Sending;
use crate::model::{Change, FieldId, Representation, Resource};
use jiff::Timestamp;

/// The changes that a new representation made, as far as the user should be told.
pub(super) struct Rebased {
    /// What changed, by field, in the order of the table.
    pub changes: Vec<(FieldId, Change)>,
    /// The outcome of the writes that were in doubt until now.
    pub doubt: Option<Outcome>,
    /// Set if the resource existed before and is gone now. Says whether this run deleted it.
    pub gone: Option<Outcome>,
}

impl Rebased {
    pub(super) fn count(&self, of: fn(&Change) -> bool) -> usize {
        self.changes.iter().filter(|(_, change)| of(change)).count()
    }

    pub(super) fn taken(&self) -> usize {
        self.count(|change| matches!(change, Change::Taken))
    }

    pub(super) fn conflicts(&self) -> usize {
        self.count(|change| matches!(change, Change::Conflict(_)))
    }
}

impl WorkingCopy {
    /// Is this representation older than the one that the server has confirmed already?
    pub(super) fn is_stale(&self, resource: Resource, theirs: &Representation) -> bool {
        self.draft.representation(resource).is_some_and(|base| theirs.is_older_than(base))
    }

    /// Makes `theirs` the base. Edits that still differ stay. `answered` is the write that it answers. If a write
    /// of ours took effect, what it replaced is noted for the history here, in whichever way that became known.
    pub(super) fn rebase(
        &mut self,
        resource: Resource,
        theirs: Representation,
        at: Timestamp,
        answered: Option<&Sending>,
    ) -> Rebased {
        // The values that doubted writes sent do not count as changes of others. A field that was set back since
        // becomes an edit again.
        let settled = self.settle(resource, &theirs, at, answered);
        self.replaced.extend(settled.replaced);
        self.replaced.extend(answered.and_then(|sending| sending.replaced(&theirs, at)));
        let is_ours = settled.is_removed || answered.is_some_and(Sending::is_removal);
        let sent = answered.and_then(Sending::patch);
        let before = self.draft.representation(resource).cloned().unwrap_or_default();
        let gone = theirs.is_empty() && !before.is_empty();
        let gone = gone.then_some(if is_ours { Outcome::Removed(resource) } else { Outcome::Gone(resource) });
        let mut changes = self.draft.rebase_after(resource, theirs, sent, settled.patch.as_ref());
        if gone.is_some() {
            // Edits of a resource that is gone cannot conflict. They remain, to set the resource up anew, unless
            // the user has deleted it.
            changes.clear();
            if self.draft.is_edited(resource) && !is_ours {
                self.draft.set_up(resource);
            }
        }
        self.report(Report::Rebased { resource, changes: changes.clone(), gone: gone.is_some() });
        Rebased { changes, doubt: settled.told, gone }
    }
}
