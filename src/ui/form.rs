//! Draws the rows of the form: gutter, label, value, note.

use super::canvas::Canvas;
use super::layout::{FormLine, Layout, is_cell};
use super::text::{view, width};
use super::theme::Role;
use super::{preview, words};
use crate::app::{App, Mark};
use crate::model::{Edit, Field, Kind, Severity, State};
use crate::words::section;
use ratatui::layout::Position;

/// The width of a number's cell. Longer numbers scroll in the cell.
pub(super) const NUMBER: u16 = 7;

/// The cells from the start of a number's or switch's value to its note.
const NOTE: u16 = 12;

/// Draws the rows, and sets the caret if the row in focus takes text.
pub(super) fn paint(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let columns = layout.columns;
    for (y, line) in layout.shown() {
        match line {
            FormLine::Blank => {}
            FormLine::Heading(group) => {
                canvas.put((columns.label, y), columns.right, group.label(), canvas.style(Role::Strong));
            }
            FormLine::Row(index) => {
                let field = &app.sync.draft.fields()[*index];
                row(app, layout, (*index, field), y, canvas);
            }
            FormLine::Problem { severity, is_first, text, .. } => {
                let (sign, role) = match severity {
                    Severity::Warning => ("!", Role::Warning),
                    Severity::Error | Severity::Doubtful => ("✗", Role::Error),
                };
                canvas.put((columns.value, y), columns.right, if *is_first { sign } else { " " }, canvas.sign(role));
                canvas.put((columns.value + 2, y), columns.right, text, canvas.style(role));
            }
            FormLine::Size => {
                canvas.put((columns.label, y), columns.right, &preview::line(app), canvas.style(Role::Plain));
            }
        }
    }
    if layout.below() > 0 {
        let y = layout.form.bottom() - 1;
        let more = format!("… {} more below", layout.below());
        canvas.put((columns.label, y), columns.right, &more, canvas.style(Role::Plain));
    }
}

fn row(app: &App, layout: &Layout, (index, field): (usize, &Field), y: u16, canvas: &mut Canvas) {
    let columns = layout.columns;
    let focused = app.form.focus == field.id;
    let (sign, role) = state_sign(app, field);
    if focused {
        canvas.put((columns.focus, y), columns.label, "▌", canvas.sign(Role::Focus));
    }
    canvas.put((columns.state, y), columns.label, sign, canvas.sign(role));
    let closed = app.is_closed(field.id.resource);
    let label = match (closed, columns.short) {
        (true, short) => section::label(field.id.resource, short),
        (false, true) => &field.short,
        (false, false) => &field.label,
    };
    let label_role = if focused { Role::Strong } else { Role::Plain };
    canvas.put((columns.label, y), columns.value.saturating_sub(1), label, canvas.style(label_role));

    let note = words::note(app, field);
    let is_open =
        app.sync.draft.conflict(&field.id).is_some() || matches!(app.marks.get(&field.id), Some(Mark::Kept(_)));
    let note_role = if is_open { Role::Strong } else { Role::Plain };
    let cell = is_cell(app, index);
    let typing = cell && !app.form.selected;
    let value_style = canvas.style(match (focused, typing) {
        (true, true) => Role::Typing,
        (true, false) => Role::Selected,
        (false, _) => Role::Plain,
    });
    if cell {
        let text = match app.sync.draft.entered(field) {
            Some(Edit::Text(text)) => text,
            Some(Edit::Switch(_)) | None => String::new(),
        };
        let right = cell_right(layout, field, &text, note.as_deref(), focused);
        if focused {
            let (text, caret) = (app.form.input.value(), app.form.input.cursor());
            let view = view(text, caret, right - columns.value, field.kind == Kind::Url);
            canvas.fill((columns.value, y), right, " ", value_style);
            let head = u16::try_from(width(view.head) - view.cut).unwrap_or(u16::MAX);
            let x = columns.value.saturating_add(head).min(right);
            canvas.put_window((columns.value, y), x, view.head, view.cut, value_style);
            canvas.put_window((x, y), right, view.rest, view.start, value_style);
            canvas.caret = Some(Position::new(columns.value + view.caret, y));
        } else {
            canvas.put_window((columns.value, y), right, &text, 0, value_style);
        }
        let mut x = right + 1;
        if !field.unit.is_empty() {
            x = canvas.put((x, y), columns.right, field.unit, canvas.style(Role::Plain)) + 1;
        }
        if let Some(note) = note {
            let x = if field.kind == Kind::Integer && !columns.short { columns.value + NOTE } else { x + 1 };
            canvas.put((x, y), columns.right, &note, canvas.style(note_role));
        }
    } else {
        let value =
            if closed { words::state(app, field.id.resource) } else { words::shown_value(app, field, columns.short) };
        let end = canvas.put((columns.value, y), columns.right, &value, value_style);
        if let Some(note) = note {
            let x = (columns.value + if columns.short { 9 } else { NOTE }).max(end + 1);
            canvas.put((x, y), columns.right, &note, canvas.style(note_role));
        }
    }
}

/// The column after the cell of a text or number. The cell of a number has a fixed width. The cell of a text takes the
/// whole row. If the text is not in focus and a note fits beside it, the cell ends with the text.
pub(super) fn cell_right(layout: &Layout, field: &Field, text: &str, note: Option<&str>, focused: bool) -> u16 {
    let columns = layout.columns;
    if field.kind == Kind::Integer {
        return (columns.value + NUMBER).min(columns.right);
    }
    let whole = columns.right.saturating_sub(1).max(columns.value + 1);
    let Some(note) = note.filter(|_| !focused) else { return whole };
    let needed = width(text) + 2 + width(note);
    if usize::from(columns.value) + needed <= usize::from(columns.right) {
        columns.value + u16::try_from(width(text)).unwrap_or(0)
    } else {
        whole
    }
}

/// The sign of a row's state. An error comes before a warning, and a warning before unsaved.
fn state_sign(app: &App, field: &Field) -> (&'static str, Role) {
    if app.is_closed(field.id.resource) && app.unread.contains_key(&field.id.resource) {
        return ("!", Role::Warning);
    }
    if let Some(problem) = app.problems(field).first() {
        return match problem.severity {
            Severity::Error | Severity::Doubtful => ("✗", Role::Error),
            Severity::Warning => ("!", Role::Warning),
        };
    }
    match (app.marks.get(&field.id), app.sync.draft.state(field)) {
        _ if app.sync.draft.conflict(&field.id).is_some() => ("!", Role::Warning),
        (Some(Mark::Kept(_)), _) => ("!", Role::Warning),
        (_, State::Dirty(_) | State::Invalid) => ("●", Role::Dirty),
        (Some(Mark::Taken | Mark::Tidied | Mark::Refused(_)) | None, State::Clean) => {
            match app.sync.draft.base(&field.id) {
                Some(value) if field.kind != Kind::Time && !field.kind.fits(value) => ("!", Role::Warning),
                _ => (" ", Role::Plain),
            }
        }
    }
}
