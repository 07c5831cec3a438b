//! What the edits of a draft mean for the next save.

use super::{Draft, State};
use crate::model::validate::{self, Defect, UrlStart};
use crate::model::{Field, FieldId, Resource};

/// What an edit means, and what the rules find in it. Every frame asks, so both are worked out once, when the edit or
/// its base changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EditMeaning {
    state: State,
    defect: Option<Defect>,
    /// What the host of a URL says, which typing behind it does not change.
    start: Option<UrlStart>,
}

impl Draft {
    /// What a save would send for the field.
    pub fn state(&self, field: &Field) -> State {
        self.stands(&field.id).clone()
    }

    /// The same, to look at.
    pub(in crate::model) fn stands(&self, id: &FieldId) -> &State {
        self.meant.get(id).map_or(&State::Clean, |meaning| &meaning.state)
    }

    /// Does the field have an unsaved edit, perhaps an invalid one?
    pub fn is_dirty(&self, id: &FieldId) -> bool {
        *self.stands(id) != State::Clean
    }

    /// How many fields have unsaved edits, invalid ones included.
    pub fn unsaved(&self) -> usize {
        self.meant.values().filter(|meaning| meaning.state != State::Clean).count()
    }

    /// Does a resource have unsaved edits, invalid ones included?
    pub(super) fn has_dirty(&self, resource: Resource) -> bool {
        self.meant.iter().any(|(id, meaning)| id.resource == resource && meaning.state != State::Clean)
    }

    /// What the rules find in the edit of a field.
    pub fn defect(&self, id: &FieldId) -> Option<&Defect> {
        self.meant.get(id)?.defect.as_ref()
    }

    /// Works out what the edit of a field means. Comes after every change of the edit, its row or its base.
    pub(super) fn understand(&mut self, id: &FieldId) {
        let mut start = self.meant.get_mut(id).and_then(|meaning| meaning.start.take());
        let meaning = self.field(id).zip(self.edits.get(id)).map(|(field, edit)| {
            let state = match validate::value(field.kind, edit) {
                None => State::Invalid,
                Some(value) if self.base(id) == Some(&value) => State::Clean,
                Some(value) => State::Dirty(value),
            };
            let defect = validate::check_again(field, edit, &mut start);
            EditMeaning { state, defect, start }
        });
        match meaning {
            Some(meaning) => _ = self.meant.insert(id.clone(), meaning),
            None => _ = self.meant.remove(id),
        }
    }

    /// Works out what every edit means.
    pub(super) fn understand_all(&mut self) {
        let ids: Vec<FieldId> = self.meant.keys().chain(self.edits.keys()).cloned().collect();
        for id in &ids {
            self.understand(id);
        }
    }
}
