//! Parts that several overlays share: lines that scroll, cells of columns, tables of values, a request.

use crate::app::App;
use crate::model::Field;
use crate::sync::Call;
use crate::ui::canvas::Canvas;
use crate::ui::text::{glyphs, width, wrap};
use crate::ui::theme::Role;
use crate::ui::{Styled, wrap_cells, wrap_members};
use ratatui::layout::Rect;

/// The column of the bar that shows what has the keyboard, in cells from the left.
pub(super) const BAR: u16 = 1;

/// Where the text of a row starts, in cells from the left of the list.
pub(super) const TEXT: u16 = 3;

/// Draws lines with `scroll` of them scrolled away. If more lines follow, the last row says how many.
pub(super) fn lay(lines: &[Styled], scroll: usize, area: Rect, canvas: &mut Canvas) {
    let rows = usize::from(area.height);
    let first = scroll.min(lines.len().saturating_sub(rows));
    let rest = lines.len().saturating_sub(first + rows);
    for (y, (line, role)) in (area.y..area.bottom()).zip(&lines[first.min(lines.len())..]) {
        canvas.say((area.x + TEXT, y), area.right(), line, *role);
    }
    if let Some(y) = area.bottom().checked_sub(1).filter(|y| rest > 0 && *y >= area.y && rows > 0) {
        let words = format!("… {} more lines", rest + 1);
        canvas.fill((area.x, y), area.right(), " ", canvas.style(Role::Plain));
        canvas.put((area.x + TEXT, y), area.right(), &words, canvas.style(Role::Plain));
    }
}

/// A table with the values of each field side by side. Values that are too long for that stand one above the other, in
/// full.
pub(super) struct Table<const N: usize> {
    heads: [&'static str; N],
    /// Cells for the field's name.
    label: usize,
    /// Cells for each value.
    column: usize,
}

/// The cells of a label that has room for the longest name of a field.
const LABEL: usize = 17;

impl<const N: usize> Table<N> {
    pub(super) fn new(heads: [&'static str; N], room: usize) -> Self {
        let label = LABEL.min(room / 3);
        Self { heads, label, column: room.saturating_sub(label) / N }
    }

    /// The names of the columns. If they have no room, every value has its name before it.
    pub(super) fn heading(&self) -> Styled {
        (if self.has_columns() { self.line("FIELD", self.heads) } else { "FIELD".to_owned() }, Role::Strong)
    }

    fn has_columns(&self) -> bool {
        self.fit_columns(self.heads)
    }

    /// Do these values have room side by side? Nothing follows the last column, so it needs no gap.
    fn fit_columns(&self, values: [&str; N]) -> bool {
        values.iter().enumerate().all(|(at, value)| width(value) + if at + 1 == N { 0 } else { 2 } <= self.column)
    }

    fn line(&self, name: &str, values: [&str; N]) -> String {
        let mut line = cell(name, self.label);
        for (at, value) in values.iter().enumerate() {
            // Nothing follows the last column, so it needs no gap.
            let gap = if at + 1 == N { 2 } else { 0 };
            line.push_str(&cell(value, self.column + gap));
        }
        line.trim_end().to_owned()
    }

    pub(super) fn row(&self, field: &Field, values: [&str; N], role: Role) -> Vec<Styled> {
        let name = if self.label < LABEL { &field.short } else { &field.label };
        if self.has_columns() && self.fit_columns(values) {
            return vec![(self.line(name, values), role)];
        }
        let heads = self.heads.map(str::to_lowercase);
        let indent = heads.iter().map(|head| width(head)).max().unwrap_or(0) + 2;
        let room = (N * self.column).saturating_sub(indent).max(8);
        let mut lines = Vec::new();
        for (head, value) in heads.iter().zip(values) {
            for (at, line) in wrap(value, room).into_iter().enumerate() {
                let name = if lines.is_empty() { name } else { "" };
                let head = if at == 0 { head } else { "" };
                lines.push((format!("{}{}{line}", cell(name, self.label), cell(head, indent)), role));
            }
        }
        lines
    }
}

/// A value in full, with its name in a column of so many cells: `Width     400 px`.
pub(super) fn named(name: &str, column: usize, value: &str, room: usize) -> impl Iterator<Item = Styled> {
    in_column(name, column, wrap_cells(value, room.saturating_sub(column).max(8)))
}

/// The same for words, which are not torn.
pub(super) fn worded(name: &str, column: usize, words: &str, room: usize) -> impl Iterator<Item = Styled> {
    in_column(name, column, wrap(words, room.saturating_sub(column).max(8)))
}

fn in_column(name: &str, column: usize, lines: Vec<String>) -> impl Iterator<Item = Styled> {
    let name = cell(name, column);
    lines.into_iter().enumerate().map(move |(at, line)| {
        let start = if at == 0 { name.clone() } else { " ".repeat(column) };
        (format!("{start}{line}"), Role::Plain)
    })
}

/// A request as it would be sent, with its credential masked.
pub(super) fn request(app: &App, call: &Call, room: usize) -> Vec<Styled> {
    let line = format!("{} {}", call.method(), app.target.shown_url(call.resource()));
    let mut lines: Vec<Styled> = wrap_cells(&line, room).into_iter().map(|line| (line, Role::Plain)).collect();
    lines.extend(app.target.shown_header().map(|header| (header, Role::Plain)));
    lines.push(("Accept: application/json".to_owned(), Role::Plain));
    if let Call::Patch(patch) | Call::Create(patch) = call {
        let body = patch.body();
        lines.push((format!("Content-Type: application/json   {} bytes", body.len()), Role::Plain));
        lines.push((String::new(), Role::Plain));
        lines.extend(wrap_members(body, room).into_iter().map(|line| (line, Role::Plain)));
    }
    lines
}

/// Text in a column: cut or padded to the width `room`, with a gap after it.
pub(super) fn cell(text: &str, room: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for glyph in glyphs(text) {
        if used + usize::from(glyph.width) + 2 > room {
            out.push('…');
            used += 1;
            break;
        }
        out.push_str(&glyph.text);
        used += usize::from(glyph.width);
    }
    out.push_str(&" ".repeat(room.saturating_sub(used)));
    out
}
