//! Fields before and after, as lines for people.

use super::names;
use super::values::{bare_or_none, columns};
use crate::model::{FieldId, Value};
use crate::sync::Planned;

/// A field before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub id: FieldId,
    /// What the server had.
    pub before: Option<Value>,
    /// What it has now, or would have.
    pub after: Option<Value>,
}

/// What would change, by what was planned.
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
        vec![names::name(&changed.id), format!("{before} -> {after}")]
    };
    columns(&changed.iter().map(row).collect::<Vec<_>>())
}
