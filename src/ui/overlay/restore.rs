//! The unsaved edits of an earlier run, beside the server's values.

use super::Styled;
use super::parts::Table;
use crate::app::App;
use crate::model::{Edit, State, validate};
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::value;

/// A table with three values of each field: the edit, the server's value now, and the one that the edit was made on.
pub(super) fn lines(app: &App, room: usize) -> Vec<Styled> {
    let Some(unsaved) = app.leftovers.first().and_then(|leftover| leftover.unsaved.as_ref()) else { return vec![] };
    let table = Table::new(["YOURS", "SERVER NOW", "THEN"], room);
    let mut lines = vec![table.heading()];
    let draft = unsaved.on(app.sync.draft.bases());
    for field in draft.fields() {
        let Some(edit) = unsaved.edits.get(&field.id) else { continue };
        let base = unsaved.base.get(&field.id.resource);
        let then = base.and_then(|base| base.get(&field.id.key));
        let was_set_up = base.is_none_or(|base| !base.is_empty());
        let now = draft.base(&field.id);
        let mine = match (validate::value(field.kind, edit), edit) {
            (Some(value), _) => words::plain(Some(&value), field),
            (None, Edit::Text(text)) => text.clone(),
            (None, Edit::Switch(on)) => on.to_string(),
        };
        let (mine, role) = match draft.state(field) {
            State::Clean => (format!("{mine}  there already"), Role::Plain),
            State::Dirty(_) | State::Invalid if then != now => (format!("{mine}  ! changed"), Role::Warning),
            State::Dirty(_) | State::Invalid => (mine, Role::Plain),
        };
        lines.extend(table.row(
            field,
            [&mine, &words::held(&draft, field), &value::held(then, was_set_up, field)],
            role,
        ));
    }
    lines
}
