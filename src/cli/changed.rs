//! Changed fields, as lines for people.

use super::values::columns;
use crate::model::{FieldId, Value};
use crate::sync::Planned;
use crate::words::value::bare_or_none;

/// A field with its values before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The field.
    pub id: FieldId,
    /// The server's value before.
    pub before: Option<Value>,
    /// The server's value after, or the planned value.
    pub after: Option<Value>,
}

/// The changes that a planned write would make.
pub fn planned_changes(planned: &Planned) -> Vec<Changed> {
    let changed = planned.patch.members().map(|(id, value)| Changed {
        id: id.clone(),
        before: planned.before.get(&id.key).cloned(),
        after: Some(value.clone()),
    });
    changed.collect()
}

/// `width  400 -> 420`
pub fn change_lines(changed: &[Changed]) -> Vec<String> {
    let row = |changed: &Changed| {
        let (before, after) = (bare_or_none(changed.before.as_ref()), bare_or_none(changed.after.as_ref()));
        vec![changed.id.to_string(), format!("{before} -> {after}")]
    };
    columns(&changed.iter().map(row).collect::<Vec<_>>())
}
