//! Draws the rows of the form: gutter, label, value, note.

use super::canvas::{Canvas, Pane, Region};
use super::layout::{Columns, FormLine, Layout, is_cell};
use super::text::{view, width};
use super::theme::Role;
use super::{preview, words};
use crate::app::keymap::Scope;
use crate::app::{App, Mark};
use crate::model::{Edit, Field, Kind, Severity};
use crate::words::value::{self, ShownValue};
use crate::words::{NextStep, section};
use ratatui::layout::Position;
use std::borrow::Cow;

/// The width of a number's cell. Longer numbers scroll in the cell.
pub(super) const NUMBER: u16 = 7;

/// The cells from the start of a number's or switch's value to its note.
const NOTE: u16 = 12;

/// A long URL gives way to a note of so many cells, if so many are left for its host.
const GIVES_WAY: usize = 26;
const HOST: usize = 12;

/// A line of the form that only says something.
#[derive(PartialEq)]
struct FormText {
    at: (u16, u16),
    right: u16,
    /// A sign before the text.
    sign: Option<&'static str>,
    text: Cow<'static, str>,
    role: Role,
}

/// The row of a field, without the text that is being typed.
#[derive(PartialEq)]
struct FieldRow {
    y: u16,
    columns: Columns,
    is_focused: bool,
    sign: (&'static str, Role),
    label: Cow<'static, str>,
    content: Content,
    note: Option<String>,
    note_role: Role,
}

/// The cell of the row in focus, with the text that is being typed.
#[derive(PartialEq)]
struct TypedCell {
    y: u16,
    columns: Columns,
    kind: Kind,
    text: String,
    /// The character that the caret is at.
    caret: usize,
    is_selected: bool,
}

/// What stands in the column of values.
#[derive(PartialEq)]
enum Content {
    /// A text to type in. Without one it has the focus, and the text is in a [`TypedCell`].
    Typed { kind: Kind, unit: &'static str, text: Option<String> },
    /// Another value.
    Fixed(ShownValue),
    /// The state of a closed section, and the step that opens it.
    Closed(&'static str, Option<NextStep>, Scope),
}

/// Shows the lines of the form, but for those of [`typed`].
pub(super) fn steady(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let columns = layout.columns;
    for (y, line) in layout.shown() {
        let pane = Pane::Line(y);
        match line {
            FormLine::Blank | FormLine::Size => {}
            FormLine::Heading(group) => {
                canvas.show(pane, FormText::new(columns, y, group.label().into(), Role::Strong));
            }
            FormLine::Row(index) => canvas.show(pane, FieldRow::new(app, columns, *index, y)),
            FormLine::Problem { severity, is_first, text, .. } => {
                let (sign, role) = match severity {
                    Severity::Warning => ("!", Role::Warning),
                    Severity::Error | Severity::Doubtful => ("✗", Role::Error),
                };
                let (at, sign) = ((columns.value, y), Some(if *is_first { sign } else { " " }));
                canvas.show(pane, FormText { at, sign, ..FormText::new(columns, y, text.clone().into(), role) });
            }
        }
    }
    if layout.below() > 0 {
        let (y, more) = (layout.form.bottom() - 1, format!("… {} more below", layout.below()));
        canvas.show(Pane::Line(y), FormText::new(columns, y, more.into(), Role::Plain));
    }
}

/// Shows what is made of the text that is being typed: the cell of the row in focus, which sets the caret, and the line
/// with the size of the window.
pub(super) fn typed(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let columns = layout.columns;
    for (y, line) in layout.shown() {
        match line {
            FormLine::Row(index) if is_focus(app, *index) && is_cell(app, *index) => {
                canvas.show(Pane::Cell, TypedCell::new(app, columns, y));
            }
            FormLine::Size => {
                canvas.show(Pane::Line(y), FormText::new(columns, y, preview::line(app).into(), Role::Plain));
            }
            FormLine::Row(_) | FormLine::Blank | FormLine::Heading(_) | FormLine::Problem { .. } => {}
        }
    }
}

fn is_focus(app: &App, index: usize) -> bool {
    app.sync.draft.fields().get(index).is_some_and(|field| field.id == app.form.focus)
}

impl FormText {
    fn new(columns: Columns, y: u16, text: Cow<'static, str>, role: Role) -> Self {
        Self { at: (columns.label, y), right: columns.right, sign: None, text, role }
    }
}

impl Region for FormText {
    fn paint(&self, canvas: &mut Canvas) {
        let (mut x, y) = self.at;
        if let Some(sign) = self.sign {
            canvas.put((x, y), self.right, sign, canvas.sign(self.role));
            x += 2;
        }
        canvas.put((x, y), self.right, &self.text, canvas.style(self.role));
    }
}

impl FieldRow {
    fn new(app: &App, columns: Columns, index: usize, y: u16) -> Self {
        let (draft, field) = (&app.sync.draft, &app.sync.draft.fields()[index]);
        let resource = field.id.resource;
        let (is_focused, is_closed) = (app.form.focus == field.id, app.is_closed(resource));
        let label = match (is_closed, columns.short) {
            (true, short) => section::label(resource, short).into(),
            (false, true) => field.short.clone(),
            (false, false) => field.label.clone(),
        };
        let content = if is_cell(app, index) {
            let text = (!is_focused).then(|| match draft.entered(field) {
                Some(Edit::Text(text)) => text,
                Some(Edit::Switch(_)) | None => String::new(),
            });
            Content::Typed { kind: field.kind, unit: field.unit, text }
        } else if is_closed {
            let (state, step) = section::state(&app.about(), resource, app.unread.get(&resource));
            Content::Closed(state, step, app.scope())
        } else {
            Content::Fixed(value::shown(&app.sync, field, app.clock.as_ref()))
        };
        let is_open = draft.conflict(&field.id).is_some() || matches!(app.marks.get(&field.id), Some(Mark::Kept(_)));
        Self {
            y,
            columns,
            is_focused,
            sign: state_sign(app, field),
            label,
            content,
            note: words::note(app, field),
            note_role: if is_open { Role::Strong } else { Role::Plain },
        }
    }
}

impl Region for FieldRow {
    fn paint(&self, canvas: &mut Canvas) {
        let (y, columns) = (self.y, self.columns);
        if self.is_focused {
            canvas.put((columns.focus, y), columns.label, "▌", canvas.sign(Role::Focus));
        }
        let (sign, role) = self.sign;
        canvas.put((columns.state, y), columns.label, sign, canvas.sign(role));
        let label_role = if self.is_focused { Role::Strong } else { Role::Plain };
        let label_right = columns.value.saturating_sub(1);
        canvas.put((columns.label, y), label_right, &self.label, canvas.style(label_role));
        let note_at = match &self.content {
            Content::Typed { .. } => self.typed(canvas),
            Content::Fixed(shown) => self.shown(&shown.text(columns.short), canvas),
            Content::Closed(state, step, scope) => self.shown(&words::state((state, *step), *scope), canvas),
        };
        if let Some(note) = &self.note {
            canvas.put((note_at, y), columns.right, note, canvas.style(self.note_role));
        }
    }
}

impl FieldRow {
    /// Draws what can be typed in. Returns the column of the note.
    fn typed(&self, canvas: &mut Canvas) -> u16 {
        let (y, columns) = (self.y, self.columns);
        let Content::Typed { kind, unit, text } = &self.content else { return columns.right };
        let right = cell_right(columns, *kind, text.as_deref().map(|text| (text, self.note.as_deref())));
        if let Some(text) = text {
            canvas.put_window((columns.value, y), right, text, 0, canvas.style(Role::Plain));
        }
        let mut x = right + 1;
        if !unit.is_empty() {
            x = canvas.put((x, y), columns.right, unit, canvas.style(Role::Plain)) + 1;
        }
        if *kind == Kind::Integer && !columns.short { columns.value + NOTE } else { x + 1 }
    }

    /// Draws a value that cannot be typed in. Returns the column of the note.
    fn shown(&self, value: &str, canvas: &mut Canvas) -> u16 {
        let (y, columns) = (self.y, self.columns);
        let style = canvas.style(if self.is_focused { Role::Selected } else { Role::Plain });
        let end = canvas.put((columns.value, y), columns.right, value, style);
        (columns.value + if columns.short { 9 } else { NOTE }).max(end + 1)
    }
}

impl TypedCell {
    fn new(app: &App, columns: Columns, y: u16) -> Self {
        let (input, is_selected) = (&app.form.input, app.form.selected);
        let (kind, text, caret) = (app.focused().kind, input.value().to_owned(), input.cursor());
        Self { y, columns, kind, text, caret, is_selected }
    }
}

impl Region for TypedCell {
    fn paint(&self, canvas: &mut Canvas) {
        let (y, columns) = (self.y, self.columns);
        let right = cell_right(columns, self.kind, None);
        let style = canvas.style(if self.is_selected { Role::Selected } else { Role::Typing });
        let view = view(&self.text, self.caret, right - columns.value, self.kind == Kind::Url);
        canvas.fill((columns.value, y), right, " ", style);
        let head = u16::try_from(width(view.head) - view.cut).unwrap_or(u16::MAX);
        let x = columns.value.saturating_add(head).min(right);
        canvas.put_window((columns.value, y), x, view.head, view.cut, style);
        canvas.put_window((x, y), right, view.rest, view.start, style);
        canvas.caret = Some(Position::new(columns.value + view.caret, y));
    }
}

/// The column after the cell of a text or number. The cell of a number has a fixed width. The cell of a text takes the
/// whole row. If the text is not in focus, it is given with its note: where that fits beside it, the cell ends with the
/// text.
pub(super) fn cell_right(columns: Columns, kind: Kind, unfocused: Option<(&str, Option<&str>)>) -> u16 {
    if kind == Kind::Integer {
        return (columns.value + NUMBER).min(columns.right);
    }
    let whole = columns.right.saturating_sub(1).max(columns.value + 1);
    let Some((text, Some(note))) = unfocused else { return whole };
    let needed = width(text) + 2 + width(note);
    let beside = usize::from(whole).saturating_sub(width(note) + 1);
    if usize::from(columns.value) + needed <= usize::from(columns.right) {
        columns.value + u16::try_from(width(text)).unwrap_or(0)
    } else if kind == Kind::Url && width(note) <= GIVES_WAY && beside >= usize::from(columns.value) + HOST {
        u16::try_from(beside).unwrap_or(whole)
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
    if app.tunnel_problem(field).is_some() {
        return ("!", Role::Warning);
    }
    match (app.marks.get(&field.id), app.sync.draft.is_dirty(&field.id)) {
        _ if app.sync.draft.conflict(&field.id).is_some() => ("!", Role::Warning),
        (Some(Mark::Kept(_)), _) => ("!", Role::Warning),
        (_, true) => ("●", Role::Dirty),
        (Some(Mark::Taken | Mark::Tidied | Mark::Refused(_)) | None, false) => match app.sync.draft.base(&field.id) {
            Some(value) if field.kind != Kind::Time && !field.kind.fits(value) => ("!", Role::Warning),
            _ => (" ", Role::Plain),
        },
    }
}
