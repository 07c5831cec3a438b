//! Fields that were changed both here and on the server. No flag marks them: an edit is in conflict while the
//! server has another value than the edit was made on.

use super::{Draft, State};
use crate::model::merge::{Merge, merge};
use crate::model::{Field, FieldId, Value};

impl Draft {
    /// The fields in conflict, in the order of the form, each with the value the edit was made on and the value the
    /// server has now.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Field, Option<&Value>, Option<&Value>)> {
        self.dirty().filter_map(|field| {
            let (loaded, server) = self.conflict_of(field)?;
            Some((field, loaded, server))
        })
    }

    /// The same two values for one field; `None` if the field is in no conflict.
    pub fn conflict(&self, id: &FieldId) -> Option<(Option<&Value>, Option<&Value>)> {
        // Conflicts are rare, and every row of every frame asks: the cheap look-up comes first.
        self.made_on.get(id)?;
        self.conflict_of(self.field(id)?)
    }

    fn conflict_of(&self, field: &Field) -> Option<(Option<&Value>, Option<&Value>)> {
        let (loaded, server) = (self.made_on.get(&field.id)?.as_ref(), self.base(&field.id));
        let is_open = match self.stands(&field.id) {
            State::Clean => false,
            State::Invalid => true,
            // If both sides changed it to the same value but for spaces or a closing slash, there is no conflict.
            State::Dirty(mine) => merge(loaded, Some(mine), server) != Merge::Tidied,
        };
        (is_open && !self.is_absent(field.id.resource)).then_some((loaded, server))
    }

    /// The user keeps the edits of these fields, knowing what the server has instead. Their conflicts are over.
    pub fn decide<'a>(&mut self, ids: impl IntoIterator<Item = &'a FieldId>) {
        for id in ids {
            let (edit, base) = (self.edits.get(id).cloned(), self.base(id).cloned());
            self.made_on.remove(id);
            // If undo or redo brings back exactly this edit, it counts as decided too.
            let ends = self.past.iter_mut().chain(&mut self.future).flat_map(|step| &mut step.changes);
            for (_, before, after) in ends.filter(|(of, ..)| of == id) {
                for end in [before, after].into_iter().filter(|end| end.edit == edit) {
                    end.on.clone_from(&base);
                }
            }
        }
    }

    /// The value that the edit of a field was made on, or the server's value if the two do not differ.
    pub(super) fn stands_on(&self, id: &FieldId) -> Option<Value> {
        self.made_on.get(id).cloned().unwrap_or_else(|| self.base(id).cloned())
    }

    /// Records the value that the edit of a field was made on.
    pub(super) fn stand_on(&mut self, id: &FieldId, on: Option<Value>) {
        if on.as_ref() == self.base(id) {
            self.made_on.remove(id);
        } else {
            self.made_on.insert(id.clone(), on);
        }
    }
}
