//! Sets up a resource that the server does not have: all its fields become edits, and a POST sends them.

use super::{Draft, Edit, Entered};
use crate::model::{Field, FieldId, Kind, Resource, Value};

impl Draft {
    /// Enters every field that a POST needs and that is not edited yet, as one step. The value is the last one the
    /// server had before the resource disappeared, or else the table's first value. Returns whether anything was
    /// entered.
    pub fn set_up(&mut self, resource: Resource) -> bool {
        let entered = |edit| Entered { edit, on: None };
        let steps: Vec<(FieldId, Entered, Entered)> = self
            .missing(resource)
            .map(|field| (field, self.former_edit(field).unwrap_or_else(|| first(field))))
            .map(|(field, edit)| (field.id.clone(), entered(None), entered(Some(edit))))
            .collect();
        for (id, _, after) in &steps {
            self.put(id, after.clone());
        }
        let entered = !steps.is_empty();
        self.record_all(steps);
        entered
    }

    /// The fields that a POST would lack. Empty if the server has the resource.
    pub fn missing(&self, resource: Resource) -> impl Iterator<Item = &Field> {
        let is_missing = move |field: &&Field| field.kind.is_editable() && !self.edits.contains_key(&field.id);
        let fields = if self.is_absent(resource) { resource.fields() } else { &[] };
        fields.iter().filter(is_missing)
    }

    fn former_edit(&self, field: &Field) -> Option<Edit> {
        match self.former.get(&field.id.resource)?.get(&field.id.key)? {
            // The field starts empty: the user would mistake an example for the withheld value.
            Value::Withheld(_) if field.kind.is_typed() => Some(Edit::Text(String::new())),
            value => Self::as_edit(field.kind, value),
        }
    }
}

fn first(field: &Field) -> Edit {
    match field.kind {
        Kind::Switch => Edit::Switch(field.first == "true"),
        Kind::Text | Kind::Url | Kind::Integer | Kind::Time | Kind::Json => Edit::Text(field.first.to_owned()),
    }
}
