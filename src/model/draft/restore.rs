//! Edits that come back: those of an earlier run, through the merge, and old values out of the history.

use super::outcome::{outcome, unclear};
use super::{Change, Draft, Edit, Stroke};
use crate::model::record::Unsaved;
use crate::model::{Field, FieldId, Kind, Representation, Resource, Value, validate};
use std::collections::BTreeMap;

impl Draft {
    /// Enters what an earlier run left unsaved, as one step. Each edit is merged with what the server has now: what it has
    /// already is no edit any more. A field that is edited here keeps what it has. Returns what the user should be told.
    pub fn restore(&mut self, unsaved: &Unsaved) -> Vec<(FieldId, Change)> {
        let mut changes = Vec::new();
        let mut steps = Vec::new();
        for (id, edit) in unsaved.edits.iter().filter(|(id, _)| !self.edits.contains_key(id)).collect::<Vec<_>>() {
            let before = unsaved.base.get(&id.resource).and_then(|base| base.get(&id.key));
            let Some(field) = self.row(id, before, edit).filter(|field| field.kind.is_editable()) else { continue };
            let (stays, change) = match validate::value(field.kind, edit) {
                None => unclear(before, self.base(id), None),
                Some(mine) => outcome(before, &mine, self.base(id), None),
            };
            changes.extend(change.map(|change| (id.clone(), change)));
            if stays {
                steps.push((id.clone(), self.entered(&field), Some(edit.clone())));
                self.put(id, Some(edit.clone()));
            }
        }
        self.record_all(steps);
        changes
    }

    /// Enters values, as one step; fields that are not there or are not edited that way stay as they are. Returns how many
    /// fields have another value now.
    pub fn enter(&mut self, resource: Resource, values: &Representation) -> usize {
        let mut steps = Vec::new();
        for (key, value) in values.members() {
            let id = FieldId { resource, key: key.to_owned().into() };
            let Some(field) = self.field(&id).filter(|field| field.kind.is_editable()).cloned() else { continue };
            let edit = match value {
                Value::Text(text) if field.kind.is_typed() => Edit::Text(text.clone()),
                Value::Integer(number) if field.kind.is_typed() => Edit::Text(number.to_string()),
                Value::Switch(on) => Edit::Switch(*on),
                Value::Text(_) | Value::Integer(_) | Value::Null | Value::Other(_) => continue,
            };
            let before = self.entered(&field);
            if validate::value(field.kind, &edit).as_ref() == Some(value) && before.as_ref() != Some(&edit) {
                steps.push((id.clone(), before, Some(edit.clone())));
                self.put(&id, Some(edit));
            }
        }
        let entered = steps.len();
        self.record_all(steps);
        entered
    }

    /// The row of an edit. One that the server does not send any more, never sent, or has made another type of, comes back
    /// as it was edited. The rows of the table stay what they are.
    fn row(&mut self, id: &FieldId, before: Option<&Value>, edit: &Edit) -> Option<Field> {
        if !id.resource.fields().iter().any(|field| field.id == *id) {
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

    pub(super) fn record_all(&mut self, steps: Vec<(FieldId, Option<Edit>, Option<Edit>)>) {
        self.seal();
        if !steps.is_empty() {
            self.record(steps, Stroke::Whole);
        }
        self.seal();
    }
}

impl Unsaved {
    /// What of it would still be unsaved on these settings.
    pub fn on(&self, base: &BTreeMap<Resource, Representation>) -> Draft {
        let mut draft = Draft::of(Resource::ALL.into_iter().filter(|resource| base.contains_key(resource)));
        for (resource, representation) in base {
            draft.rebase(*resource, representation.clone(), None);
        }
        draft.restore(self);
        draft
    }
}
