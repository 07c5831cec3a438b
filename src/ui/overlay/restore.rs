//! The unsaved edits of an earlier run, beside the server's values.

use super::Styled;
use super::parts::cell;
use crate::app::App;
use crate::model::{Edit, State, validate};
use crate::ui::theme::Role;
use crate::ui::words;

/// A table with three values of each field: the loaded one of that run, the server's value now, and the edit.
pub(super) fn lines(app: &App, room: usize) -> Vec<Styled> {
    let Some(unsaved) = app.leftovers.first().and_then(|leftover| leftover.unsaved.as_ref()) else { return vec![] };
    let label = 17.min(room / 4);
    let third = room.saturating_sub(label) / 3;
    let table =
        |a: &str, b: &str, c: &str, d: &str| format!("{}{}{}{d}", cell(a, label), cell(b, third), cell(c, third));
    let mut lines = vec![(String::new(), Role::Plain), (table("FIELD", "THEN", "SERVER NOW", "YOURS"), Role::Strong)];
    let draft = unsaved.on(app.sync.draft.bases());
    for field in draft.fields() {
        let Some(edit) = unsaved.edits.get(&field.id) else { continue };
        let then = unsaved.base.get(&field.id.resource).and_then(|base| base.get(&field.id.key));
        let now = draft.base(&field.id);
        let mine = match (validate::value(field.kind, edit), edit) {
            (Some(value), _) => words::plain(Some(&value), field),
            (None, Edit::Text(text)) => text.clone(),
            (None, Edit::Switch(on)) => on.to_string(),
        };
        let (mine, role) = match draft.state(field) {
            State::Clean => (format!("{mine}   as on the server"), Role::Plain),
            State::Dirty(_) | State::Invalid if then != now => (format!("{mine}   ! changed since"), Role::Warning),
            State::Dirty(_) | State::Invalid => (mine, Role::Plain),
        };
        lines.push((table(&field.label, &words::plain(then, field), &words::plain(now, field), &mine), role));
    }
    lines
}
