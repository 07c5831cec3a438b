//! The list of conflicts: the choice between the server's values and the user's.
//!
//! ```text
//!     FIELD    LOADED      SERVER NOW     YOURS
//!   ▌ Width    400         ( ) 380        (•) 420
//!     …                                               then the field in focus in full, and the PATCH that results
//! ```

use super::Styled;
use super::list::Listing;
use super::parts::cell;
use crate::app::msg::Hit;
use crate::app::{App, Mark, Side};
use crate::model::{Field, FieldId, Value};
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::{words, wrap_cells, wrap_members};
use crate::words::list;
use std::collections::BTreeMap;

/// The conflicts, with the selected one in full and the requests that would be sent.
pub(super) fn listing<'a>(
    app: &'a App,
    selected: usize,
    sides: &'a BTreeMap<FieldId, Side>,
    room: usize,
) -> Listing<'a> {
    let conflicts: Vec<_> = app.sync.draft.conflicts().collect();
    // A narrow table has no room for the loaded value. It stands below, with the selected field.
    let is_narrow = room < 52;
    let label = 17.min(room / 4);
    let column = room.saturating_sub(label) / if is_narrow { 2 } else { 3 };
    let table = move |columns: [&str; 4]| {
        let [name, loaded, server, yours] = columns;
        let loaded = if is_narrow { String::new() } else { cell(loaded, column) };
        format!("{}{loaded}{}{yours}", cell(name, label), cell(server, column))
    };
    let mut detail: Vec<Styled> = Vec::new();
    if let Some((field, loaded, server)) = conflicts.get(selected.min(conflicts.len().saturating_sub(1))) {
        let values = [words::plain(*loaded, field), words::plain(*server, field), yours(app, field)];
        for (name, value) in ["loaded   ", "server   ", "yours    "].into_iter().zip(&values) {
            for (at, line) in wrap_cells(value, room.saturating_sub(9)).into_iter().enumerate() {
                detail.push((format!("{}{line}", if at == 0 { name } else { "         " }), Role::Plain));
            }
        }
    }
    let chosen = conflicts.iter().filter(|(field, ..)| sides.contains_key(&field.id)).count();
    let is_sent = |id: &FieldId| {
        let side = sides.get(id);
        side.map_or_else(|| conflicts.iter().all(|(field, ..)| field.id != *id), |side| *side == Side::Mine)
    };
    let patches =
        app.sync.draft.resources().iter().map(|resource| app.sync.draft.patch(*resource).only(|id, _| is_sent(id)));
    let bodies: Vec<String> = patches.filter(|patch| !patch.is_empty()).map(|patch| patch.body()).collect();
    detail.push((String::new(), Role::Plain));
    detail.push((format!("PATCH after your choices   {chosen} of {} chosen", conflicts.len()), Role::Strong));
    let bodies = if bodies.is_empty() { "nothing".to_owned() } else { bodies.join("   ") };
    detail.extend(wrap_members(bodies, room).into_iter().map(|line| (line, Role::Plain)));
    let mut say = |text: &str| {
        detail.push((String::new(), Role::Plain));
        detail.extend(wrap(text, room).into_iter().map(|line| (line, Role::Plain)));
    };
    let merged: Vec<&str> = (app.sync.draft.fields().iter())
        .filter(|field| app.marks.get(&field.id) == Some(&Mark::Taken))
        .map(|field| &*field.label)
        .collect();
    if !merged.is_empty() {
        say(&list::taken(&merged));
    }
    say(list::CONFLICTS);
    let (server_at, yours_at) =
        (label + if is_narrow { 0 } else { column }, label + column * if is_narrow { 1 } else { 2 });
    let rows = conflicts.len();
    Listing {
        title: "Changed here and on the server".to_owned(),
        filter: None,
        count: format!("{chosen} of {rows} chosen"),
        heading: Some(table(["FIELD", "LOADED", "SERVER NOW", "YOURS"])),
        rows,
        row: Box::new(move |at| {
            let (field, loaded, server) = conflicts[at];
            let side = sides.get(&field.id);
            let choice = |of: Side, words: &str| format!("({}) {words}", if side == Some(&of) { "•" } else { " " });
            let (loaded, server, yours) = (words::plain(loaded, field), words::plain(server, field), yours(app, field));
            table([&*field.label, &loaded, &choice(Side::Theirs, &server), &choice(Side::Mine, &yours)])
        }),
        marks: None,
        empty: vec![],
        detail,
        part: Some(Box::new(move |row, cell| match usize::from(cell) {
            cell if cell >= yours_at => Hit::Side(row, Side::Mine),
            cell if cell >= server_at => Hit::Side(row, Side::Theirs),
            _ => Hit::Item(row),
        })),
    }
}

fn yours(app: &App, field: &Field) -> String {
    let value: Option<Value> = app.sync.draft.patch(field.id.resource).get(&field.id).cloned();
    words::plain(value.as_ref(), field)
}
