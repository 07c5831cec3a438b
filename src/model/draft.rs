//! The base HubSpot confirmed and the user's edits on top of it.
//!
//! ```text
//!   base ──┐                       set, revert ──> past ──undo──> future
//!          ├── state(field): Clean | Dirty(value) | Invalid          │
//!   edits ─┘        │                                  <────redo─────┘
//!                   └── patch(resource): exactly the Dirty ones
//! ```
//!
//! Each edit knows the value that the server had when it was made. Where the server has something else by now it is a conflict,
//! until the user has decided; undo and redo bring an edit back with what it was made on.
//!
//! There is no dirty flag: a field is dirty while what was typed means something else than the base, so a value set back to
//! its base is clean again. Text being typed is here from its first key on.

mod conflict;
mod outcome;
mod rebase;
mod restore;
mod set_up;

use super::field::{Edit, Field, FieldId, Kind, Value};
use super::patch::Patch;
use super::representation::Representation;
use super::resource::Resource;
use super::validate;
use std::collections::BTreeMap;

/// What an edit amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The base's value: nothing to send.
    Clean,
    /// Another value than the base's.
    Dirty(Value),
    /// Typed text that is no value of the field's kind.
    Invalid,
}

/// How an edit was made. Edits of one field and one stroke that follow each other undo as one step.
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

/// What became of a field when the base moved, where the user should be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Not edited here; the server's new value was taken.
    Taken,
    /// The edit and the server agree now (or agree but for tidying).
    Tidied,
    /// Sent, but the answer holds this value instead; the edit stays.
    Kept(Option<Value>),
    /// Edited here and changed on the server, to this value; the edit stays.
    Conflict(Option<Value>),
}

/// What would become of a value from elsewhere, were it entered in its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The field would have another value than now.
    Changes,
    /// It has that value already.
    Same,
    /// The field is read-only, or takes values of another type.
    Unfit,
    /// The server has no such field, or it is not loaded.
    NotThere,
}

/// What a field holds, and what the server had when that was entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// The edit, or the base as if it had been entered; `None` where the base has no such form.
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
    /// What the server had of resources that it has no more.
    former: BTreeMap<Resource, Representation>,
    fields: Vec<Field>,
    edits: BTreeMap<FieldId, Edit>,
    /// What edits were made on, where the server has something else by now.
    made_on: BTreeMap<FieldId, Option<Value>>,
    past: Vec<EditStep>,
    future: Vec<EditStep>,
    /// Is the last step still taking strokes?
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

    /// The rows of the form: resource by resource, known fields first, then members that no table knows.
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

    /// Does the server not have this resource, as far as is known? It takes a POST then, with all its fields.
    pub fn is_absent(&self, resource: Resource) -> bool {
        self.base.get(&resource).is_some_and(Representation::is_empty)
    }

    /// Is anything kept of what the user entered for a resource?
    pub fn is_edited(&self, resource: Resource) -> bool {
        self.edits.keys().any(|id| id.resource == resource)
    }

    /// The resources with something to send, in the order of the form.
    pub fn dirty_resources(&self) -> impl Iterator<Item = Resource> {
        self.resources.iter().copied().filter(|resource| self.dirty().any(|field| field.id.resource == *resource))
    }

    /// What the server last confirmed of a resource.
    pub fn representation(&self, resource: Resource) -> Option<&Representation> {
        self.base.get(&resource)
    }

    /// The value the server last confirmed; `None` if it sent none.
    pub fn base(&self, id: &FieldId) -> Option<&Value> {
        self.base.get(&id.resource)?.get(&id.key)
    }

    /// What the user entered, if anything is kept for the field.
    pub fn edit(&self, id: &FieldId) -> Option<&Edit> {
        self.edits.get(id)
    }

    /// Everything that is kept of what the user entered.
    pub fn edits(&self) -> &BTreeMap<FieldId, Edit> {
        &self.edits
    }

    /// What the server last confirmed, by resource.
    pub fn bases(&self) -> &BTreeMap<Resource, Representation> {
        &self.base
    }

    /// What the field's widget starts from: the edit, or the base as if it had been entered. `None` where the base has no
    /// such form (not sent, null, of another type).
    pub fn entered(&self, field: &Field) -> Option<Edit> {
        self.edits.get(&field.id).cloned().or_else(|| self.base_as_edit(field))
    }

    /// The base's value as an edit of the field's kind.
    pub fn base_as_edit(&self, field: &Field) -> Option<Edit> {
        Self::as_edit(field.kind, self.base(&field.id)?)
    }

    /// A value as an edit of this kind, if it is one of its values.
    pub fn as_edit(kind: Kind, value: &Value) -> Option<Edit> {
        match (kind, value) {
            (Kind::Text | Kind::Url, Value::Text(text)) => Some(Edit::Text(text.clone())),
            (Kind::Integer, Value::Integer(number)) => Some(Edit::Text(number.to_string())),
            (Kind::Switch, Value::Switch(on)) => Some(Edit::Switch(*on)),
            _ => None,
        }
    }

    /// What the field would send.
    pub fn state(&self, field: &Field) -> State {
        let Some(edit) = self.edits.get(&field.id) else { return State::Clean };
        match validate::value(field.kind, edit) {
            None => State::Invalid,
            Some(value) if self.base(&field.id) == Some(&value) => State::Clean,
            Some(value) => State::Dirty(value),
        }
    }

    /// The fields with unsaved edits, invalid ones included, in the order of the form.
    pub fn dirty(&self) -> impl Iterator<Item = &Field> {
        // Nearly always a handful of edits: looking at those first spares every frame the walk over all rows.
        self.fields.iter().filter(|f| self.edits.contains_key(&f.id) && self.state(f) != State::Clean)
    }

    /// Exactly the dirty fields of a resource whose text is a value.
    pub fn patch(&self, resource: Resource) -> Patch {
        let of = |field: &Field| match self.state(field) {
            State::Dirty(value) if field.id.resource == resource => Some((field.id.clone(), value)),
            _ => None,
        };
        Patch::new(resource, self.fields.iter().filter_map(of).collect())
    }

    /// Enters a value, in full view of what the server has: a conflict is decided by that. One that equals the base leaves no
    /// edit behind.
    pub fn set(&mut self, field: &Field, edit: Edit, stroke: Stroke) {
        self.set_on(field, edit, self.base(&field.id).cloned(), stroke);
    }

    /// The same for what decides nothing, because it began before there was a conflict.
    pub fn set_undecided(&mut self, field: &Field, edit: Edit, stroke: Stroke) {
        self.set_on(field, edit, self.stands_on(&field.id), stroke);
    }

    /// Gives a field back what it held before, with what that was made on.
    pub fn give_back(&mut self, field: &Field, held: Entered) {
        let before = self.holds(field);
        self.record(vec![(field.id.clone(), before, held.clone())], Stroke::Whole);
        self.put(&field.id, held);
    }

    fn set_on(&mut self, field: &Field, edit: Edit, on: Option<Value>, stroke: Stroke) {
        let before = self.holds(field);
        if before.edit.as_ref() == Some(&edit) {
            return;
        }
        let after = Entered { edit: Some(edit), on };
        self.record(vec![(field.id.clone(), before, after.clone())], stroke);
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

    /// Ends the current step: what is entered next undoes on its own.
    pub fn seal(&mut self) {
        self.open = false;
    }

    /// Takes the last step back. After a save this enters the values from before the save, as ordinary edits: nothing is
    /// sent by it. Returns the field that changed.
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

    /// Does the last undone step again. Returns the field that changed.
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

    /// Makes the rows: of each resource its table, then what its answer holds beyond it.
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

    /// What it would hold without an edit.
    fn as_the_server(&self, field: &Field) -> Entered {
        Entered { edit: self.base_as_edit(field), on: self.base(&field.id).cloned() }
    }

    /// Stores an edit; none at all where it says what the base says in the base's own words.
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
    }

    fn record(&mut self, changes: Vec<(FieldId, Entered, Entered)>, stroke: Stroke) {
        self.future.clear();
        if self.open
            && stroke != Stroke::Whole
            && let Some(last) = self.past.last_mut()
            && last.stroke == stroke
            && let ([(id, _, after)], [(new_id, _, new_after)]) = (last.changes.as_mut_slice(), changes.as_slice())
            && id == new_id
        {
            after.clone_from(new_after);
            return;
        }
        self.past.push(EditStep { changes, stroke });
        self.open = true;
    }
}
