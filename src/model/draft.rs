//! The base HubSpot confirmed and the user's edits on top of it.
//!
//! ```text
//!   base ──┐                       set, revert ──> past ──undo──> future
//!          ├── state(field): Clean | Dirty(value) | Invalid          │
//!   edits ─┘        │                                  <────redo─────┘
//!                   └── patch(resource): exactly the Dirty ones
//! ```
//!
//! Each edit remembers the value that the server had when the edit was made. If the server has another value now,
//! the edit is in conflict until the user decides. Undo and redo restore an edit together with the value it was
//! made on.
//!
//! There is no dirty flag. A field is dirty while its edit means another value than the base, so a value set back
//! to the base is clean again. Typed text is part of the draft from its first key on.

mod conflict;
mod meaning;
mod outcome;
mod rebase;
mod restore;
mod set_up;

use super::field::{Edit, Field, FieldId, Kind, Value};
use super::patch::Patch;
use super::representation::Representation;
use super::resource::Resource;
use meaning::EditMeaning;
use std::collections::BTreeMap;

/// What an edit means for the next save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The base's value: nothing to send.
    Clean,
    /// Another value than the base's.
    Dirty(Value),
    /// Typed text that is no value of the field's kind.
    Invalid,
}

/// How an edit was made. Consecutive edits of one field with the same stroke are undone as one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Typing characters.
    Typing,
    /// Deleting characters.
    Deleting,
    /// Counting a number up and down.
    Nudging,
    /// Anything that is a step of its own: a paste, a switch, a reset.
    Whole,
}

/// What a new base did to a field, where the user should be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Not edited here; the server's new value was taken.
    Taken,
    /// The edit means the server's value now, perhaps in another spelling (spaces, a closing slash); the edit is
    /// gone.
    Tidied,
    /// The value was sent, but the answer holds this value instead; the edit stays.
    Kept(Option<Value>),
    /// Edited here and changed on the server, to this value; the edit stays.
    Conflict(Option<Value>),
}

/// What entering a value from elsewhere (the history, a preset, another profile) would do to its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The field would have another value than now.
    Changes,
    /// The field has that value already.
    Same,
    /// The field is read-only, or takes values of another type.
    Unfit,
    /// The server does not have the field, or its resource is not loaded.
    NotThere,
}

/// What a field holds, and the value that the server had when it was entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// The edit, or the base written as an edit. `None` where the base's value cannot be written as one.
    pub edit: Option<Edit>,
    on: Option<Value>,
}

/// One undoable step: what fields held before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EditStep {
    changes: Vec<(FieldId, Entered, Entered)>,
    stroke: Stroke,
}

/// Base, edits and their history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The resources that have rows.
    resources: Vec<Resource>,
    base: BTreeMap<Resource, Representation>,
    /// The last representation of resources that have disappeared from the server.
    former: BTreeMap<Resource, Representation>,
    fields: Vec<Field>,
    edits: BTreeMap<FieldId, Edit>,
    /// What each edit means. [`Draft::understand`] follows whatever changes an edit, its row or its base.
    meant: BTreeMap<FieldId, EditMeaning>,
    /// The values that edits were made on, for those edits where the server has another value now.
    made_on: BTreeMap<FieldId, Option<Value>>,
    past: Vec<EditStep>,
    future: Vec<EditStep>,
    /// Is the last step still open, so that the next stroke joins it?
    open: bool,
}

impl Draft {
    /// A draft of all resources.
    pub fn new() -> Self {
        Self::of(Resource::ALL)
    }

    /// A draft of these resources, without a base: all known fields, none with a value.
    pub fn of(resources: impl IntoIterator<Item = Resource>) -> Self {
        let mut draft = Self { resources: resources.into_iter().collect(), ..Self::default() };
        draft.lay_out();
        draft
    }

    /// The resources that have rows, in the order of the form.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The rows of the form, resource by resource: known fields first, then members that the table of fields does
    /// not know.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The row of a field.
    pub fn field(&self, id: &FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| &field.id == id)
    }

    /// Has this resource been loaded?
    pub fn is_loaded(&self, resource: Resource) -> bool {
        self.base.contains_key(&resource)
    }

    /// Is it known that the server does not have this resource? A save then sends a POST with all fields of the
    /// resource.
    pub fn is_absent(&self, resource: Resource) -> bool {
        self.base.get(&resource).is_some_and(Representation::is_empty)
    }

    /// Does the draft hold edits of this resource?
    pub fn is_edited(&self, resource: Resource) -> bool {
        self.edits.keys().any(|id| id.resource == resource)
    }

    /// The resources with something to send, in the order of the form.
    pub fn dirty_resources(&self) -> impl Iterator<Item = Resource> {
        self.resources.iter().copied().filter(|resource| self.has_dirty(*resource))
    }

    /// What the server last confirmed of a resource.
    pub fn representation(&self, resource: Resource) -> Option<&Representation> {
        self.base.get(&resource)
    }

    /// The value the server last confirmed; `None` if it sent none.
    pub fn base(&self, id: &FieldId) -> Option<&Value> {
        self.base.get(&id.resource)?.get(&id.key)
    }

    /// What the user entered in a field, if the draft holds an edit of it.
    pub fn edit(&self, id: &FieldId) -> Option<&Edit> {
        self.edits.get(id)
    }

    /// All edits that the draft holds.
    pub fn edits(&self) -> &BTreeMap<FieldId, Edit> {
        &self.edits
    }

    /// What the server last confirmed, by resource.
    pub fn bases(&self) -> &BTreeMap<Resource, Representation> {
        &self.base
    }

    /// The value that the field's widget starts from: the edit, or the base written as an edit. `None` where the
    /// base's value cannot be written as one (not sent, null, of another type).
    pub fn entered(&self, field: &Field) -> Option<Edit> {
        self.edits.get(&field.id).cloned().or_else(|| self.base_as_edit(field))
    }

    /// The base's value as an edit of the field's kind.
    pub fn base_as_edit(&self, field: &Field) -> Option<Edit> {
        Self::as_edit(field.kind, self.base(&field.id)?)
    }

    /// A value as an edit of this kind, if the kind takes such values.
    pub fn as_edit(kind: Kind, value: &Value) -> Option<Edit> {
        match (kind, value) {
            (Kind::Text | Kind::Url, Value::Text(text)) => Some(Edit::Text(text.clone())),
            (Kind::Integer, Value::Integer(number)) => Some(Edit::Text(number.to_string())),
            (Kind::Switch, Value::Switch(on)) => Some(Edit::Switch(*on)),
            _ => None,
        }
    }

    /// The fields with unsaved edits, invalid ones included, in the order of the form.
    pub fn dirty(&self) -> impl Iterator<Item = &Field> {
        // There are few, and the rows below the last of them are not looked at.
        self.fields.iter().filter(|field| self.is_dirty(&field.id)).take(self.unsaved())
    }

    /// The patch of a resource: exactly its dirty fields, without those whose text is no valid value.
    pub fn patch(&self, resource: Resource) -> Patch {
        let of = |field: &Field| match self.stands(&field.id) {
            State::Dirty(value) => Some((field.id.clone(), value.clone())),
            State::Clean | State::Invalid => None,
        };
        Patch::new(resource, self.dirty().filter(|field| field.id.resource == resource).filter_map(of).collect())
    }

    /// Enters a value while the user sees what the server has. That decides a conflict of the field. A value that
    /// equals the base leaves no edit behind.
    pub fn set(&mut self, field: &Field, edit: Edit, stroke: Stroke) {
        self.set_on(field, edit, self.base(&field.id).cloned(), stroke);
    }

    /// Enters a value without deciding a conflict: the user began to enter it before the conflict arose.
    pub fn set_undecided(&mut self, field: &Field, edit: Edit, stroke: Stroke) {
        self.set_on(field, edit, self.stands_on(&field.id), stroke);
    }

    /// Restores what a field held before, with the server's value it was entered on.
    pub fn give_back(&mut self, field: &Field, held: Entered) {
        let before = self.holds(field);
        self.record(vec![(field.id.clone(), before, held.clone())], Stroke::Whole);
        self.put(&field.id, held);
    }

    fn set_on(&mut self, field: &Field, edit: Edit, on: Option<Value>, stroke: Stroke) {
        let is_same = match self.edits.get(&field.id) {
            Some(entered) => *entered == edit,
            None => self.base_as_edit(field).as_ref() == Some(&edit),
        };
        if is_same {
            return;
        }
        let after = Entered { edit: Some(edit), on };
        self.future.clear();
        if let Some(last) = self.open_step(&field.id, stroke) {
            last.clone_from(&after);
        } else {
            self.record(vec![(field.id.clone(), self.holds(field), after.clone())], stroke);
        }
        self.put(&field.id, after);
    }

    /// Gives a field the base's value back.
    pub fn revert(&mut self, field: &Field) {
        self.revert_each(std::slice::from_ref(field));
    }

    /// Gives every field the base's value back, as one step.
    pub fn revert_all(&mut self) {
        let edited: Vec<Field> = self.fields.iter().filter(|f| self.edits.contains_key(&f.id)).cloned().collect();
        self.revert_each(&edited);
    }

    /// Gives these fields the base's value back, as one step.
    pub fn revert_each(&mut self, fields: &[Field]) {
        let changes: Vec<_> = fields
            .iter()
            .filter(|field| self.edits.contains_key(&field.id))
            .map(|field| (field.id.clone(), self.holds(field), self.as_the_server(field)))
            .collect();
        if changes.is_empty() {
            return;
        }
        for (id, _, after) in &changes {
            self.put(id, after.clone());
        }
        self.record(changes, Stroke::Whole);
    }

    /// Ends the current step: the next edit is undone by itself.
    pub fn seal(&mut self) {
        self.open = false;
    }

    /// Undoes the last step. After a save this enters the values from before the save as ordinary edits and sends
    /// nothing. Returns the field that changed.
    pub fn undo(&mut self) -> Option<FieldId> {
        let step = self.past.pop()?;
        for (id, before, _) in step.changes.iter().rev() {
            self.put(id, before.clone());
        }
        self.open = false;
        let id = step.changes.first().map(|(id, ..)| id.clone());
        self.future.push(step);
        id
    }

    /// Repeats the last undone step. Returns the field that changed.
    pub fn redo(&mut self) -> Option<FieldId> {
        let step = self.future.pop()?;
        for (id, _, after) in &step.changes {
            self.put(id, after.clone());
        }
        self.open = false;
        let id = step.changes.first().map(|(id, ..)| id.clone());
        self.past.push(step);
        id
    }

    /// Is there a step to undo, and one to redo?
    pub fn history(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }

    /// Lays out the rows: for each resource its table of fields, then the members of its answer that the table does
    /// not know.
    fn lay_out(&mut self) {
        self.fields.clear();
        for &resource in &self.resources {
            let table = resource.fields();
            let members = self.base.get(&resource).into_iter().flat_map(Representation::members);
            let unknown = members.filter(|(key, _)| !table.iter().any(|field| field.id.key == *key));
            self.fields.extend_from_slice(table);
            self.fields.extend(unknown.map(|(key, value)| Field::unknown(resource, key, value)));
        }
    }

    /// What a field holds now.
    pub fn holds(&self, field: &Field) -> Entered {
        Entered { edit: self.entered(field), on: self.stands_on(&field.id) }
    }

    /// What a field would hold without an edit.
    fn as_the_server(&self, field: &Field) -> Entered {
        Entered { edit: self.base_as_edit(field), on: self.base(&field.id).cloned() }
    }

    /// Stores an edit. An edit that is written exactly like the base is no edit: it is removed.
    fn put(&mut self, id: &FieldId, Entered { edit, on }: Entered) {
        let base = self.field(id).and_then(|field| self.base_as_edit(field));
        match edit {
            Some(edit) if base.as_ref() != Some(&edit) => {
                self.edits.insert(id.clone(), edit);
                self.stand_on(id, on);
            }
            _ => {
                self.edits.remove(id);
                self.made_on.remove(id);
            }
        }
        self.understand(id);
    }

    /// What the field held after the last step, if a stroke of this kind goes on with that step.
    fn open_step(&mut self, id: &FieldId, stroke: Stroke) -> Option<&mut Entered> {
        let last = self.past.last_mut().filter(|last| self.open && stroke != Stroke::Whole && last.stroke == stroke)?;
        match last.changes.as_mut_slice() {
            [(of, _, after)] if of == id => Some(after),
            _ => None,
        }
    }

    fn record(&mut self, changes: Vec<(FieldId, Entered, Entered)>, stroke: Stroke) {
        self.future.clear();
        self.past.push(EditStep { changes, stroke });
        self.open = true;
    }
}
