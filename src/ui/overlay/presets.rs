//! The list of presets, with what the selected preset would change; and the prompt for the name of a new preset.

use super::list::{self, Listing};
use super::parts::{Table, cell, named};
use super::prompt::Line;
use super::{Styled, confirm};
use crate::app::{App, Picker};
use crate::model::profile::Preset;
use crate::model::{Field, FieldId, Fit, Resource, State, Value};
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::list as list_words;
use tui_input::Input;

/// The list of presets, with what the selected one would change.
pub(super) fn listing<'a>(app: &'a App, picker: &'a Picker, room: usize) -> Listing<'a> {
    let listed = app.presets(picker.filter.value());
    let all = app.target.setup.presets.len();
    let mut empty = vec![(String::new(), Role::Plain)];
    if all == 0 {
        let how = [words::told(app, &list_words::no_presets()), list_words::WRITE_PRESETS.to_owned()];
        empty.extend(how.iter().flat_map(|text| wrap(text, room)).map(|line| (line, Role::Plain)));
        empty.extend(list_words::PRESET_EXAMPLE.iter().map(|line| ((*line).to_owned(), Role::Plain)));
    } else {
        empty.push((words::told(app, &list_words::no_match("preset")), Role::Plain));
    }
    let selected = picker.selected.min(listed.len().saturating_sub(1));
    let rows = listed.len();
    Listing {
        title: "Presets".to_owned(),
        filter: Some(&picker.filter),
        count: list::count(rows, all),
        heading: None,
        rows,
        detail: listed.get(selected).map_or(vec![], |preset| preview(app, preset, room)),
        row: Box::new(move |at| format!("{}{}", cell(&listed[at].name, 24.min(room / 2)), changes(app, listed[at]))),
        marks: None,
        empty,
        part: None,
    }
}

fn changes(app: &App, preset: &Preset) -> String {
    let changes = app.foresee(preset).iter().filter(|(.., fit)| *fit == Fit::Changes).count();
    list_words::changes(preset.values.is_empty(), changes)
}

/// Each field of a preset, with its value now and its value afterwards.
fn preview(app: &App, preset: &Preset, room: usize) -> Vec<Styled> {
    let table = Table::new(["NOW", "THEN"], room);
    let mut lines = vec![table.heading()];
    for (id, value, fit) in app.foresee(preset) {
        let unknown = Field::unknown(Resource::Settings, &id.key, value);
        let field = app.sync.draft.field(&id).unwrap_or(&unknown);
        let then = words::plain(Some(value), field);
        let (then, role) = match fit {
            Fit::Changes => (then, Role::Plain),
            Fit::Same => (format!("{then}   {}", words::fit(fit)), Role::Plain),
            Fit::Unfit | Fit::NotThere => (format!("! {}", words::fit(fit)), Role::Warning),
        };
        lines.extend(table.row(field, [&now(app, &id, field), &then], role));
    }
    lines
}

/// The value that the form holds for a field, as text.
fn now(app: &App, id: &FieldId, field: &Field) -> String {
    match app.sync.draft.field(id).map(|field| app.sync.draft.state(field)) {
        Some(State::Dirty(value)) => words::plain(Some(&value), field),
        Some(State::Invalid) => "not valid".to_owned(),
        Some(State::Clean) | None => words::held(&app.sync.draft, field),
    }
}

/// The prompt for the name of a new preset, with the values that it will hold.
pub(super) fn naming(app: &App, name: &Input, room: usize) -> Line {
    let mut about = Vec::new();
    for (key, value) in app.to_keep().values.members() {
        let unknown = Field::unknown(Resource::Settings, key, value);
        let id = FieldId::new(Resource::Settings, key);
        let value: &Value = value;
        let words = words::plain(Some(value), app.sync.draft.field(&id).unwrap_or(&unknown));
        about.extend(named(key, 25.min(room / 2), &words, room));
    }
    about.push((String::new(), Role::Plain));
    about.extend(wrap(list_words::KEEPING, room).into_iter().map(|line| (line, Role::Plain)));
    Line {
        title: "Keep these values as a preset".to_owned(),
        title_role: Role::Strong,
        label: ["Name", "Name"],
        shown: name.value().to_owned(),
        caret: name.cursor(),
        aside: [String::new(), String::new()],
        wrong: confirm::wrong(app, room),
        about,
    }
}
