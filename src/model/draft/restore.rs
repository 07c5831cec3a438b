//! Values that come back into the draft: edits of an earlier run, which are merged, and values from the history, a
//! preset or another profile.

use super::outcome::{outcome, unclear};
use super::{Change, Draft, Edit, Entered, Fit, Stroke};
use crate::model::record::Unsaved;
use crate::model::{Field, FieldId, Kind, Representation, Resource, Value, validate};
use std::collections::BTreeMap;

impl Draft {
    /// Enters the unsaved edits of an earlier run, as one step. Each edit is merged with what the server has now:
    /// an edit whose value the server already has is dropped. A field that is edited in this run keeps its edit.
    /// Returns what the user should be told.
    pub fn restore(&mut self, unsaved: &Unsaved) -> Vec<(FieldId, Change)> {
        let mut changes = Vec::new();
        let mut steps = Vec::new();
        for (id, edit) in unsaved.edits.iter().filter(|(id, _)| !self.edits.contains_key(id)).collect::<Vec<_>>() {
            let before = unsaved.base.get(&id.resource).and_then(|base| base.get(&id.key));
            // Files do not hold a withheld value, so the old one cannot be compared. It is assumed to be the one
            // that the server has now.
            let before = match (before, self.base(id).cloned()) {
                (Some(Value::Withheld(_)), Some(now @ Value::Withheld(_))) => Some(now),
                (before, _) => before.cloned(),
            };
            let before = before.as_ref();
            let Some(field) = self.row(id, before, edit).filter(|field| field.kind.is_editable()) else { continue };
            let (stays, change) = match validate::value(field.kind, edit) {
                None => unclear(before, self.base(id), None),
                Some(mine) => outcome(before, &mine, self.base(id), None),
            };
            let is_conflict = matches!(change, Some(Change::Conflict(_)));
            changes.extend(change.map(|change| (id.clone(), change)));
            if stays {
                let on = if is_conflict { before } else { self.base(id) };
                let after = Entered { edit: Some(edit.clone()), on: on.cloned() };
                steps.push((id.clone(), self.holds(&field), after.clone()));
                self.put(id, after);
            }
        }
        self.record_all(steps);
        changes
    }

    /// Enters edits that were made elsewhere, each on this value of the server, as one step. If the server has another
    /// value now, the field is in conflict. Returns the fields that hold something else now.
    pub fn enter_made_on(&mut self, edits: impl IntoIterator<Item = (FieldId, Edit, Option<Value>)>) -> Vec<FieldId> {
        let mut steps = Vec::new();
        for (id, edit, on) in edits {
            let row = self.row(&id, on.as_ref(), &edit).filter(|field| field.kind.is_editable());
            let Some(before) = row.map(|field| self.holds(&field)) else { continue };
            if before.edit.as_ref() != Some(&edit) {
                let after = Entered { edit: Some(edit), on };
                steps.push((id.clone(), before, after.clone()));
                self.put(&id, after);
            }
        }
        let entered = steps.iter().map(|(id, ..)| id.clone()).collect();
        self.record_all(steps);
        entered
    }

    /// Enters values from elsewhere, as one step. Fields that do not exist or cannot take the value stay as they
    /// are. A conflict stays open: entering such values does not decide it. Returns the fields that have another
    /// value now. Law: undo restores everything.
    pub fn enter<'a>(&mut self, values: impl IntoIterator<Item = (FieldId, &'a Value)>) -> Vec<FieldId> {
        let mut steps = Vec::new();
        for (id, value) in values {
            let Some(field) = self.field(&id) else { continue };
            let Some(edit) = Self::entering(field, value) else { continue };
            let before = self.holds(field);
            if before.edit.as_ref() != Some(&edit) {
                let after = Entered { edit: Some(edit), on: before.on.clone() };
                steps.push((id.clone(), before, after.clone()));
                self.put(&id, after);
            }
        }
        let entered = steps.iter().map(|(id, ..)| id.clone()).collect();
        self.record_all(steps);
        entered
    }

    /// Enters a value in a member that no table knows, of whatever type either is; one that is not there gets a row.
    pub fn enter_unknown(&mut self, id: &FieldId, value: &Value) {
        let row = Field::unknown(id.resource, &id.key, value);
        let edit = match value {
            Value::Switch(on) => Edit::Switch(*on),
            Value::Text(text) => Edit::Text(text.clone()),
            Value::Integer(_) | Value::Null | Value::Other(_) => Edit::Text(value.to_json()),
            Value::Withheld(_) => return,
        };
        match self.fields.iter_mut().find(|field| field.id == *id) {
            Some(there) => *there = row.clone(),
            None => self.fields.push(row.clone()),
        }
        self.understand(id);
        self.set(&row, edit, Stroke::Whole);
    }

    /// What entering a value would do to a field.
    pub fn fit(&self, id: &FieldId, value: &Value) -> Fit {
        let is_there = self.is_absent(id.resource) || self.base(id).is_some() || self.edit(id).is_some();
        match self.field(id).filter(|_| self.is_loaded(id.resource) && is_there) {
            None => Fit::NotThere,
            Some(field) if Self::entering(field, value).is_none() => Fit::Unfit,
            Some(field) => {
                let now = self.entered(field).and_then(|edit| validate::value(field.kind, &edit));
                if now.as_ref() == Some(value) { Fit::Same } else { Fit::Changes }
            }
        }
    }

    /// Removes every trace of what was entered in a field, in all steps: neither undo nor redo brings it back.
    pub fn forget(&mut self, id: &FieldId) {
        self.edits.remove(id);
        self.made_on.remove(id);
        self.understand(id);
        for steps in [&mut self.past, &mut self.future] {
            for step in steps.iter_mut() {
                step.changes.retain(|(changed, ..)| changed != id);
            }
            steps.retain(|step| !step.changes.is_empty());
        }
        self.seal();
    }

    /// The value as an edit of the field, if the edit would mean exactly this value.
    fn entering(field: &Field, value: &Value) -> Option<Edit> {
        Self::as_edit(field.kind, value).filter(|edit| validate::value(field.kind, edit).as_ref() == Some(value))
    }

    /// The row that an edit is restored to. If the table does not know the field, and the server does not send it
    /// or sends another type, a row that takes the edit is made. Rows of the table are never replaced.
    fn row(&mut self, id: &FieldId, before: Option<&Value>, edit: &Edit) -> Option<Field> {
        if id.resource.field(&id.key).is_none() {
            let takes = |field: &Field| match edit {
                Edit::Text(_) => field.kind.is_typed(),
                Edit::Switch(_) => field.kind == Kind::Switch,
            };
            let entered = match edit {
                Edit::Text(text) => Value::Text(text.clone()),
                Edit::Switch(on) => Value::Switch(*on),
            };
            let row = |value| Field::unknown(id.resource, &id.key, value);
            let at = self.fields.iter().position(|field| field.id == *id);
            let old = before.map(row).filter(takes);
            let row =
                old.or_else(|| at.map(|at| self.fields[at].clone()).filter(takes)).unwrap_or_else(|| row(&entered));
            match at {
                Some(at) => self.fields[at] = row,
                None => self.fields.push(row),
            }
        }
        self.field(id).cloned()
    }

    pub(super) fn record_all(&mut self, steps: Vec<(FieldId, Entered, Entered)>) {
        self.seal();
        if !steps.is_empty() {
            self.record(steps, Stroke::Whole);
        }
        self.seal();
    }
}

impl Unsaved {
    /// A draft of these settings with the edits restored. It shows which of them would still be unsaved.
    pub fn on(&self, base: &BTreeMap<Resource, Representation>) -> Draft {
        let mut draft = Draft::of(Resource::ALL.into_iter().filter(|resource| base.contains_key(resource)));
        for (resource, representation) in base {
            draft.rebase(*resource, representation.clone(), None);
        }
        draft.restore(self);
        draft
    }
}
