//! Fields that were changed here and on the server. Nothing marks them: an edit is in conflict while the server has something
//! else than what it was made on.

use super::{Draft, State};
use crate::model::merge::{Merge, merge};
use crate::model::{Field, FieldId, Value};

impl Draft {
    /// The fields in conflict, in the order of the form: what the edit was made on, and what the server has now.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Field, Option<&Value>, Option<&Value>)> {
        self.dirty().filter_map(|field| {
            let (loaded, server) = self.conflict_of(field)?;
            Some((field, loaded, server))
        })
    }

    /// The same of one field; `None` if it is in no conflict.
    pub fn conflict(&self, id: &FieldId) -> Option<(Option<&Value>, Option<&Value>)> {
        // Hardly ever is there any, and every row of every frame asks.
        self.made_on.get(id)?;
        self.conflict_of(self.field(id)?)
    }

    fn conflict_of(&self, field: &Field) -> Option<(Option<&Value>, Option<&Value>)> {
        let (loaded, server) = (self.made_on.get(&field.id)?.as_ref(), self.base(&field.id));
        let is_open = match self.state(field) {
            State::Clean => false,
            State::Invalid => true,
            // Both want the same, but for spaces.
            State::Dirty(mine) => merge(loaded, Some(&mine), server) != Merge::Tidied,
        };
        (is_open && !self.is_absent(field.id.resource)).then_some((loaded, server))
    }

    /// The user wants the edits of these fields, and knows what the server has instead.
    pub fn decide<'a>(&mut self, ids: impl IntoIterator<Item = &'a FieldId>) {
        for id in ids {
            let (edit, base) = (self.edits.get(id).cloned(), self.base(id).cloned());
            self.made_on.remove(id);
            // Wherever undo and redo bring back just this, it is decided as well.
            let ends = self.past.iter_mut().chain(&mut self.future).flat_map(|step| &mut step.changes);
            for (_, before, after) in ends.filter(|(of, ..)| of == id) {
                for end in [before, after].into_iter().filter(|end| end.edit == edit) {
                    end.on.clone_from(&base);
                }
            }
        }
    }

    /// What the edit of a field was made on; what the server has, if there is none.
    pub(super) fn stands_on(&self, id: &FieldId) -> Option<Value> {
        self.made_on.get(id).cloned().unwrap_or_else(|| self.base(id).cloned())
    }

    /// The edit of this field was made on this.
    pub(super) fn stand_on(&mut self, id: &FieldId, on: Option<Value>) {
        if on.as_ref() == self.base(id) {
            self.made_on.remove(id);
        } else {
            self.made_on.insert(id.clone(), on);
        }
    }
}
