//! Finds what is under the mouse, from the same layout that the frame is drawn with.

use super::layout::{FormLine, is_cell};
use super::text::view;
use super::{arrange, footer, form, header, overlay, strip, words};
use crate::app::App;
use crate::app::msg::{Hit, Room};
use crate::model::{Edit, Kind};
use ratatui::layout::{Position, Rect};

/// The part of the screen at this cell, if a click there means something.
pub fn hit(app: &App, area: Rect, at: Position) -> Option<Hit> {
    let (layout, strip) = arrange(app, area)?;
    if at.y == layout.footer {
        return footer::hit(app.scope(), area.right(), at.x, |hint| app.hint(hint)).map(|hint| Hit::Key(hint.press));
    }
    if at.y == 0 && header::complaints_at(app, layout.columns.short).is_some_and(|mark| mark.contains(&at.x)) {
        return Some(Hit::Complaints);
    }
    if let Some(hit) = strip::hit(app, &layout, &strip, at).filter(|_| !overlay::covers(app, &layout)) {
        return Some(hit);
    }
    if !app.mode.is_editing() {
        return overlay::hit(app, &layout, at);
    }
    if at.x >= layout.columns.right && layout.preview.is_some() {
        return None;
    }
    let (_, line) = layout.shown().find(|(y, _)| *y == at.y)?;
    let (FormLine::Row(index) | FormLine::Problem { field: index, .. }) = line else { return None };
    let field = app.sync.draft.fields().get(*index)?;
    let inside = matches!(line, FormLine::Row(_)).then(|| at.x.checked_sub(layout.columns.value)).flatten();
    Some(match (field.kind, inside) {
        (Kind::Switch, Some(0..=2)) => Hit::Switch(field.id.clone()),
        (_, Some(cell)) if is_cell(app, *index) => {
            let focused = app.form.focus == field.id;
            let text = match app.sync.draft.entered(field) {
                Some(Edit::Text(text)) => text,
                Some(Edit::Switch(_)) | None => String::new(),
            };
            let note = words::note(app, field);
            let unfocused = (!focused).then_some((text.as_str(), note.as_deref()));
            let right = form::cell_right(layout.columns, field.kind, unfocused);
            let caret = if focused { app.form.input.cursor() } else { 0 };
            let view = view(&text, caret, right - layout.columns.value, field.kind == Kind::Url);
            Hit::Caret(field.id.clone(), view.code_point_at(usize::from(cell)))
        }
        _ => Hit::Row(field.id.clone()),
    })
}

/// The first line of the form after the wheel was turned by `lines`.
pub fn wheel(app: &App, area: Rect, lines: i32) -> Option<usize> {
    let (layout, _) = arrange(app, area)?;
    let most = layout.lines.len().saturating_sub(usize::from(layout.form.height));
    Some(layout.first.saturating_add_signed(lines as isize).min(most))
}

/// How much can be seen, where nothing is painted: of the open overlay, or how many rows of the form.
pub fn room(app: &App, area: Rect) -> Option<Room> {
    let (layout, _) = arrange(app, area)?;
    if app.mode.is_editing() { Some(layout.room()) } else { overlay::room(app, &layout) }
}
