//! The choice between the server's values and one's own.
//!
//! ```text
//!     FIELD    LOADED      SERVER NOW     YOURS
//!   ▌ Width    400         ( ) 380        (•) 420
//!     …                                               then the field in focus in full, and the PATCH that results
//! ```

use super::{Styled, cell, entry};
use crate::app::{App, Choices, Mark, Side};
use crate::model::{Field, FieldId, Value};
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::{words, wrap_cells};
use crate::words::list;

/// All lines, and which of them has the focus.
pub(super) fn lines(app: &App, choices: &Choices, room: usize) -> (Vec<Styled>, usize) {
    // In a narrow room the choices come first; what was loaded stands below, with the field in focus.
    let is_narrow = room < 52;
    let mut lines: Vec<Styled> = Vec::new();
    if !is_narrow {
        lines.extend(wrap(list::CONFLICTS, room).into_iter().map(|line| (line, Role::Plain)));
        lines.push((String::new(), Role::Plain));
    }
    let label = 17.min(room / 4);
    let column = room.saturating_sub(label + 2) / if is_narrow { 2 } else { 3 };
    let table = |columns: [&str; 4]| {
        let [name, loaded, server, yours] = columns;
        let loaded = if is_narrow { String::new() } else { cell(loaded, column) };
        format!("{}{loaded}{}{yours}", cell(name, label), cell(server, column))
    };
    lines.push((format!("  {}", table(["FIELD", "LOADED", "SERVER NOW", "YOURS"])), Role::Quiet));
    let mut focus = (lines.len(), None);
    for (at, (field, loaded, server)) in app.sync.draft.conflicts().enumerate() {
        let is_focus = at == choices.selected;
        let side = choices.sides.get(&field.id);
        let choice = |of: Side, words: &str| format!("({}) {words}", if side == Some(&of) { "•" } else { " " });
        let (loaded, server, yours) = (words::plain(loaded, field), words::plain(server, field), yours(app, field));
        if is_focus {
            focus = (lines.len(), Some([loaded.clone(), server.clone(), yours.clone()]));
        }
        let row = [&*field.label, &loaded, &choice(Side::Theirs, &server), &choice(Side::Mine, &yours)];
        lines.push(entry(is_focus, &table(row)));
    }
    if let Some(values) = &focus.1 {
        lines.push((String::new(), Role::Plain));
        for (name, value) in ["loaded   ", "server   ", "yours    "].into_iter().zip(values) {
            for (at, line) in wrap_cells(value, room.saturating_sub(9)).into_iter().enumerate() {
                lines.push((format!("{}{line}", if at == 0 { name } else { "         " }), Role::Plain));
            }
        }
    }
    let merged: Vec<&str> = (app.sync.draft.fields().iter())
        .filter(|field| app.marks.get(&field.id) == Some(&Mark::Taken))
        .map(|field| &*field.label)
        .collect();
    if !merged.is_empty() {
        let words = list::taken(&merged);
        lines.push((String::new(), Role::Plain));
        lines.extend(wrap(&words, room).into_iter().map(|line| (line, Role::Quiet)));
    }
    let (conflicts, chosen) = (
        app.sync.draft.conflicts().count(),
        app.sync.draft.conflicts().filter(|(f, ..)| choices.sides.contains_key(&f.id)).count(),
    );
    let is_sent = |id: &FieldId| {
        let side = choices.sides.get(id);
        side.map_or_else(|| app.sync.draft.conflicts().all(|(field, ..)| field.id != *id), |side| *side == Side::Mine)
    };
    let patches =
        app.sync.draft.resources().iter().map(|resource| app.sync.draft.patch(*resource).only(|id, _| is_sent(id)));
    let bodies: Vec<String> = patches.filter(|patch| !patch.is_empty()).map(|patch| patch.body()).collect();
    lines.push((String::new(), Role::Plain));
    lines.push((format!("PATCH after your choices   {chosen} of {conflicts} chosen"), Role::Strong));
    let bodies = if bodies.is_empty() { "nothing".to_owned() } else { bodies.join("   ") };
    lines.extend(wrap_cells(&bodies, room).into_iter().map(|line| (line, Role::Plain)));
    (lines, focus.0)
}

fn yours(app: &App, field: &Field) -> String {
    let value: Option<Value> = app.sync.draft.patch(field.id.resource).get(&field.id).cloned();
    words::plain(value.as_ref(), field)
}
