//! The presets: a list that is filtered by typing, and what the selected one would change. And the name of a new one.

use super::{Pairs, Styled, cell, filtered, page, page_width, pager};
use crate::app::App;
use crate::model::profile::Preset;
use crate::model::{Field, FieldId, Fit, Resource, State, Value};
use crate::ui::canvas::Canvas;
use crate::ui::layout::Layout;
use crate::ui::text::{visible, wrap};
use crate::ui::theme::Role;
use crate::ui::{cells, words, wrap_cells};
use crate::words::list as list_words;
use ratatui::layout::Position;
use tui_input::Input;

/// The list, and the selected one in full below it.
pub(super) fn list(app: &App, filter: &Input, selected: usize, layout: &Layout, canvas: &mut Canvas) {
    let room = page_width(layout);
    let listed = app.presets(filter.value());
    let selected = selected.min(listed.len().saturating_sub(1));
    let row = |at: usize| format!("{}{}", cell(&listed[at].name, 24.min(room / 2)), changes(app, listed[at]));
    let mut below: Vec<Styled> = Vec::new();
    match (app.target.setup.presets.is_empty(), listed.get(selected)) {
        (true, _) => {
            below.extend(
                wrap(&words::told(app, &list_words::no_presets()), room).into_iter().map(|line| (line, Role::Plain)),
            );
            below.extend(wrap(list_words::WRITE_PRESETS, room).into_iter().map(|line| (line, Role::Plain)));
            below.extend(list_words::PRESET_EXAMPLE.iter().map(|line| ((*line).to_owned(), Role::Quiet)));
        }
        (false, None) => below.push((words::told(app, &list_words::no_match("preset")), Role::Plain)),
        (false, Some(preset)) => {
            below.push((String::new(), Role::Plain));
            below.extend(preview(app, preset, room));
        }
    }
    let title = format!("Presets: {}", visible(filter.value()));
    filtered(layout, &title, (listed.len(), selected), row, &below, canvas);
}

fn changes(app: &App, preset: &Preset) -> String {
    let changes = app.foresee(preset).iter().filter(|(.., fit)| *fit == Fit::Changes).count();
    list_words::changes(preset.values.is_empty(), changes)
}

/// Each field, what it has now, and what it would have.
fn preview(app: &App, preset: &Preset, room: usize) -> Vec<Styled> {
    let pairs = Pairs::new(["NOW", "THEN"], room);
    let mut lines = vec![pairs.heading()];
    for (id, value, fit) in app.foresee(preset) {
        let unknown = Field::unknown(Resource::Settings, &id.key, value);
        let field = app.sync.draft.field(&id).unwrap_or(&unknown);
        let then = words::plain(Some(value), field);
        let (name, now) = (&field.label, now(app, &id, field));
        lines.extend(match fit {
            Fit::Changes => pairs.row(name, [&now, &then], Role::Plain),
            Fit::Same => pairs.remark(name, &now, &format!("{then}   {}", words::fit(fit)), Role::Quiet),
            Fit::Unfit | Fit::NotThere => pairs.remark(name, &now, &format!("! {}", words::fit(fit)), Role::Warning),
        });
    }
    lines
}

/// What the form holds.
fn now(app: &App, id: &FieldId, field: &Field) -> String {
    match app.sync.draft.field(id).map(|field| app.sync.draft.state(field)) {
        Some(State::Dirty(value)) => words::plain(Some(&value), field),
        Some(State::Invalid) => "not valid".to_owned(),
        Some(State::Clean) | None => words::plain(app.sync.draft.base(id), field),
    }
}

/// The line to type the name in, and what it will stand for.
pub(super) fn naming(app: &App, name: &Input, layout: &Layout, canvas: &mut Canvas) {
    let room = page_width(layout);
    let prompt = "Name: ";
    let mut lines = vec![(format!("{prompt}{}", visible(name.value())), Role::Strong), (String::new(), Role::Plain)];
    for (key, value) in app.to_keep().values.members() {
        let unknown = Field::unknown(Resource::Settings, key, value);
        let id = FieldId { resource: Resource::Settings, key: key.to_owned().into() };
        let value: &Value = value;
        let words = words::plain(Some(value), app.sync.draft.field(&id).unwrap_or(&unknown));
        let words = format!("{}{words}", cell(key, 25.min(room / 2)));
        lines.extend(wrap_cells(&words, room).into_iter().map(|line| (line, Role::Plain)));
    }
    lines.push((String::new(), Role::Plain));
    lines.extend(wrap(list_words::KEEPING, room).into_iter().map(|line| (line, Role::Quiet)));
    pager(layout, "Keep these values as a preset", &lines, 0, canvas);
    let area = page(layout);
    let x = (3 + cells(prompt) + cells(&visible(name.value()))).min(area.right().saturating_sub(1));
    canvas.caret = Some(Position::new(x, area.y + 1)).filter(|at| at.y < area.bottom());
}
