//! What new settings from the server change on the form, whatever they are the answer to.

use super::save::holds;
use crate::app::{App, Mark, Mode, Notice, Side};
use crate::model::{Change, FieldId, Patch, Representation, Resource, State, Value};

/// What new settings from the server changed, as far as there is something to tell.
pub(super) struct Settled {
    /// By field, in the order of the form.
    pub changes: Vec<(FieldId, Change)>,
    /// What was in doubt until now, and how many fields of it the server holds as sent.
    pub doubt: Option<(Patch, usize)>,
    /// Was it there before, and is it no more?
    pub gone: bool,
}

impl Settled {
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

impl App {
    /// Is it older than what the server has confirmed already?
    pub(super) fn is_stale(&self, resource: Resource, theirs: &Representation) -> bool {
        self.draft.representation(resource).is_some_and(|base| theirs.is_older_than(base))
    }

    /// What came becomes the base; edits that still differ stay. `sent` is the PATCH or POST that it answers.
    pub(super) fn settle(&mut self, resource: Resource, theirs: Representation, sent: Option<&Patch>) -> Settled {
        self.unread.remove(&resource);
        // A save in doubt is answered by anything that comes: what it sent is not taken for the change of others, and what
        // was set back since is an edit again.
        let doubt = self.doubts.remove(&resource);
        self.given_up.take_if(|(_, save)| save.resource() == resource);
        let told = Patch::last_of(sent, doubt.as_ref());
        let before = self.draft.representation(resource).cloned().unwrap_or_default();
        let gone = theirs.is_empty() && !before.is_empty();
        let mut changes = self.draft.rebase(resource, theirs, told.as_ref());
        if gone {
            // Nobody is in the way of edits to what is not there: they are on their way to set it up anew.
            changes.clear();
            self.marks.retain(|id, _| id.resource != resource);
            if self.draft.is_edited(resource) {
                self.draft.set_up(resource);
            }
        }
        changes.retain_mut(|(id, change)| match change {
            Change::Kept(now) if sent.is_none_or(|sent| sent.get(id).is_none()) => {
                // Nobody refused this value: it never came there, or something else came after it.
                let unmoved = now.as_ref() == before.get(&id.key);
                *change = Change::Conflict(now.take());
                !unmoved
            }
            Change::Kept(_) | Change::Taken | Change::Settled | Change::Conflict(_) => true,
        });
        // Where the server is back at what both started from nobody is in the way any more.
        changes.retain(|(id, change)| match (change, self.marks.get(id)) {
            (Change::Conflict(now), Some(Mark::Conflict { loaded, .. })) if now == loaded => {
                self.marks.remove(id);
                false
            }
            _ => true,
        });
        let is_saved = |(id, value): &(&FieldId, &Value)| {
            self.draft.representation(id.resource).is_some_and(|now| holds(&before, now, id, value))
        };
        let arrived = doubt.as_ref().map_or(0, |patch| patch.members().filter(is_saved).count());
        let doubt = doubt.map(|patch| (patch, arrived));
        self.mark(resource, &before, &changes);
        if matches!(self.mode, Mode::Resolving(_)) && self.conflicts().next().is_none() {
            self.mode = Mode::Editing;
            self.notice = Some(Notice::ClashOver);
        }
        // Focus and caret stay; what Esc gives back is no longer older than what the server holds.
        let (typed, selected) = (self.form.typed, self.form.selected);
        self.arrive();
        self.form.typed = typed && self.draft.edit(&self.form.focus).is_some();
        self.form.selected = selected && !self.form.input.value().is_empty();
        Settled { changes, doubt, gone }
    }

    /// Rows of the resource say what changed. A conflict stands until it is decided: what both started from stays, and so does a choice
    /// while the server's value does.
    fn mark(&mut self, resource: Resource, before: &Representation, changes: &[(FieldId, Change)]) {
        let mut marks = std::mem::take(&mut self.marks);
        let fields = self.draft.fields();
        let is_dirty =
            |id: &FieldId| fields.iter().any(|field| field.id == *id && self.draft.state(field) != State::Clean);
        marks.retain(|id, mark| match mark {
            Mark::Conflict { .. } => is_dirty(id),
            Mark::Taken | Mark::Settled => true,
            Mark::Kept(_) | Mark::Refused(_) => id.resource != resource,
        });
        for (id, change) in changes {
            let mark = match change {
                Change::Taken => Mark::Taken,
                Change::Settled => Mark::Settled,
                Change::Kept(value) => Mark::Kept(value.clone()),
                Change::Conflict(server) => {
                    let loaded = match marks.get(id) {
                        Some(Mark::Conflict { loaded, .. }) => loaded.clone(),
                        _ => before.get(&id.key).cloned(),
                    };
                    if let Mode::Resolving(choices) = &mut self.mode
                        && choices.sides.get(id) == Some(&Side::Theirs)
                    {
                        choices.sides.remove(id);
                    }
                    Mark::Conflict { loaded, server: server.clone() }
                }
            };
            marks.insert(id.clone(), mark);
        }
        self.marks = marks;
    }
}
