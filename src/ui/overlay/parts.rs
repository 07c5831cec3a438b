//! Parts that several overlays share: lines that scroll, cells of columns, pairs of values, a request.

use crate::app::App;
use crate::sync::Call;
use crate::ui::canvas::Canvas;
use crate::ui::text::{glyphs, width, wrap};
use crate::ui::theme::Role;
use crate::ui::{Styled, wrap_cells, wrap_members};
use ratatui::layout::Rect;

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

/// A table with two values of each field side by side. Values that are too long for that stand one above the other, in
/// full.
pub(super) struct Pairs {
    heads: [&'static str; 2],
    /// Cells for the field's name.
    label: usize,
    /// Cells for each value.
    half: usize,
}

impl Pairs {
    pub(super) fn new(heads: [&'static str; 2], room: usize) -> Self {
        let label = 17.min(room / 3);
        Self { heads, label, half: room.saturating_sub(label) / 2 }
    }

    pub(super) fn heading(&self) -> Styled {
        (self.line("FIELD", self.heads[0], self.heads[1]), Role::Strong)
    }

    pub(super) fn line(&self, name: &str, first: &str, second: &str) -> String {
        format!("{}{}{second}", cell(name, self.label), cell(first, self.half))
    }

    /// A value, which is cut if it is long, with words about it in the other column.
    pub(super) fn remark(&self, name: &str, value: &str, words: &str, role: Role) -> Vec<Styled> {
        let lines = wrap(words, self.half.max(8)).into_iter().enumerate();
        lines
            .map(|(at, line)| (if at == 0 { self.line(name, value, &line) } else { self.line("", "", &line) }, role))
            .collect()
    }

    pub(super) fn row(&self, name: &str, values: [&str; 2], role: Role) -> Vec<Styled> {
        let [first, second] = values;
        if width(first).max(width(second)) + 2 <= self.half {
            return vec![(self.line(name, first, second), role)];
        }
        let heads = self.heads.map(str::to_lowercase);
        let indent = heads.iter().map(String::len).max().unwrap_or(0) + 2;
        let room = (2 * self.half).saturating_sub(indent).max(8);
        let mut lines = Vec::new();
        for (head, value) in heads.iter().zip(values) {
            for (at, line) in wrap_cells(value, room).into_iter().enumerate() {
                let name = if lines.is_empty() { name } else { "" };
                let head = if at == 0 { head } else { "" };
                lines.push((format!("{}{}{line}", cell(name, self.label), cell(head, indent)), role));
            }
        }
        lines
    }
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
        lines.extend(wrap_members(&body, room).into_iter().map(|line| (line, Role::Plain)));
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
