//! The rows of a pane, each a list of runs of text.

use crate::ui::text::{Glyph, glyphs, steady_width};
use crate::ui::theme::{CellStyle, Role, Theme, cell_style};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Modifier, Style};
use std::ops::Range;

/// Rows of the screen, from one on.
#[derive(Debug, Default)]
pub(super) struct PaneRows {
    top: u16,
    rows: Vec<Row>,
    /// Is a row uncertain?
    is_uncertain: bool,
}

/// One row. Its runs are drawn in their order, later ones over earlier ones.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    text: String,
    runs: Vec<Run>,
    /// May a character take another number of cells than one on some terminal?
    is_uncertain: bool,
}

/// A row without anything.
const NOTHING: &Row = &Row { text: String::new(), runs: Vec::new(), is_uncertain: false };

#[derive(Debug, PartialEq, Eq)]
struct Run {
    /// The first column of the run. `right` is the column after its last.
    x: u16,
    right: u16,
    /// Where the run's text begins in the row's text, and its length, in bytes. The row's text holds the texts of all
    /// runs, one after the other.
    start: usize,
    len: usize,
    style: Style,
    kind: Cut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The text as it is: each character takes one cell. `…` takes the first cell or the last one, where there is more of
    /// it before or after.
    Steady { before: bool, after: bool },
    /// What fits of the text from this cell on. `…` shows on either side where it is cut.
    Window(usize),
    /// The text repeated over all columns.
    Fill,
    /// Removes what was drawn before.
    Blank,
}

/// A cell of a row in which every character takes one cell.
pub type SteadyCell = (char, CellStyle);

impl Run {
    /// The characters of a run from this column of it on. Each takes one cell. Of a run that is none of a steady row there
    /// are none.
    fn signs<'a>(&self, text: &'a str, from: u16) -> impl Iterator<Item = char> + use<'a> {
        let unseen = usize::from(from - self.x);
        let (seen, unseen, times) = match self.kind {
            // Where each character is a byte, what is not seen need not be walked through.
            Cut::Steady { .. } if text.len() == usize::from(self.right - self.x) => (&text[unseen..], 0, 0),
            Cut::Steady { .. } => (text, unseen, 0),
            Cut::Fill | Cut::Blank => ("", 0, self.right - from),
            Cut::Window(_) => ("", 0, 0),
        };
        let sign = text.chars().next().unwrap_or(' ');
        seen.chars().skip(unseen).chain(std::iter::repeat_n(sign, usize::from(times)))
    }

    /// The columns in which `…` stands in place of a character.
    fn cuts(&self) -> impl Iterator<Item = u16> + use<> {
        let Cut::Steady { before, after } = self.kind else { return [None, None].into_iter().flatten() };
        [before.then_some(self.x), after.then_some(self.right - 1)].into_iter().flatten()
    }
}

impl PaneRows {
    /// Empties all rows. Their memory is kept.
    pub(super) fn clear(&mut self) {
        self.is_uncertain = false;
        for row in &mut self.rows {
            row.text.clear();
            row.runs.clear();
            row.is_uncertain = false;
        }
    }

    pub(super) fn push(&mut self, (x, y): (u16, u16), right: u16, text: &str, style: Style, kind: Cut) {
        if self.rows.is_empty() {
            self.top = y;
        }
        while y < self.top {
            self.rows.insert(0, Row::default());
            self.top -= 1;
        }
        let at = usize::from(y - self.top);
        if at >= self.rows.len() {
            self.rows.resize_with(at + 1, Row::default);
        }
        let row = &mut self.rows[at];
        row.is_uncertain |= match kind {
            Cut::Steady { .. } | Cut::Blank => false,
            Cut::Fill => steady_width(text).is_none(),
            Cut::Window(_) => true,
        };
        self.is_uncertain |= row.is_uncertain;
        row.runs.push(Run { x, right, start: row.text.len(), len: text.len(), style, kind });
        row.text.push_str(text);
    }

    /// What is in this row of the screen, if these rows reach so far.
    #[inline]
    pub(super) fn get(&self, y: u16) -> Option<&Row> {
        self.rows.get(usize::from(y.checked_sub(self.top)?))
    }

    /// What is in this row of the screen.
    pub(super) fn row(&self, y: u16) -> &Row {
        self.get(y).unwrap_or(NOTHING)
    }

    /// Does every character in this row take one cell on every terminal?
    pub(super) fn is_steady(&self, y: u16) -> bool {
        !self.is_uncertain || !self.row(y).is_uncertain
    }

    /// The rows of the screen that these rows or the others reach.
    pub(super) fn span(&self, others: &Self) -> Range<u16> {
        let end = |rows: &Self| rows.top.saturating_add(u16::try_from(rows.rows.len()).unwrap_or(u16::MAX));
        let top = match (self.rows.is_empty(), others.rows.is_empty()) {
            (false, false) => self.top.min(others.top),
            (true, _) => others.top,
            (false, true) => self.top,
        };
        top..end(self).max(end(others))
    }
}

impl Row {
    /// Draws the row into the cells that `buffer` has of it.
    pub(super) fn render(&self, y: u16, buffer: &mut Buffer, theme: Theme) {
        let seen = buffer.area;
        if y < seen.top() || y >= seen.bottom() || seen.is_empty() {
            return;
        }
        let start = buffer.index_of(seen.x, y);
        let mut cells = RowCells { x: seen.x, cells: &mut buffer.content[start..start + usize::from(seen.width)] };
        for (run, text) in self.runs().filter(|(run, _)| run.x < seen.right() && run.right > seen.x) {
            let columns = run.x.max(seen.x)..run.right.min(seen.right());
            match run.kind {
                Cut::Window(start) => window(&mut cells, run, text, start, theme),
                Cut::Steady { .. } | Cut::Fill | Cut::Blank => {
                    for (x, c) in columns.clone().zip(run.signs(text, columns.start)) {
                        cells.put(x, c.encode_utf8(&mut [0; 4]), 1, run.style);
                    }
                    run.cuts().for_each(|x| cells.put(x, "…", 1, run.style));
                }
            }
        }
    }

    /// Draws a steady row over cells from column `from` on.
    pub(super) fn render_steady(&self, from: u16, cells: &mut [SteadyCell], theme: Theme) {
        let right = from.saturating_add(u16::try_from(cells.len()).unwrap_or(u16::MAX));
        for (run, text) in self.runs().filter(|(run, _)| run.x < right && run.right > from) {
            let (style, x) = (cell_style(run.style), run.x.max(from));
            let part = &mut cells[usize::from(x - from)..usize::from(run.right.min(right) - from)];
            for (cell, c) in part.iter_mut().zip(run.signs(text, x)) {
                *cell = (c, style);
            }
            for x in run.cuts().filter(|x| (from..right).contains(x)) {
                cells[usize::from(x - from)].0 = '…';
            }
        }
        if theme.has_other_signs() {
            for (c, _) in cells {
                *c = theme.sign_for(*c);
            }
        }
    }

    /// The runs with their texts.
    fn runs(&self) -> impl Iterator<Item = (&Run, &str)> {
        self.runs.iter().map(|run| (run, &self.text[run.start..run.start + run.len]))
    }

    /// The range of columns in which two rows may differ. Outside this range the same runs are drawn in the same order.
    pub(super) fn differing(&self, old: &Self) -> (u16, u16) {
        let (mut new, mut old) = (self.runs(), old.runs());
        let (mut x, mut right) = (u16::MAX, 0);
        loop {
            let pair = [new.next(), old.next()];
            if pair == [None, None] {
                return (x.min(right), right);
            }
            if pair[0] != pair[1] {
                let same = if let [Some(new), Some(old)] = pair { start_in_common(new, old) } else { 0 };
                for (run, _) in pair.into_iter().flatten() {
                    (x, right) = (x.min(run.x + same), right.max(run.right));
                }
            }
        }
    }
}

/// How many cells two runs have in common at their start.
fn start_in_common((new, new_text): (&Run, &str), (old, old_text): (&Run, &str)) -> u16 {
    let (Cut::Steady { before, .. }, Cut::Steady { before: was, .. }) = (new.kind, old.kind) else { return 0 };
    if before != was || new.x != old.x || new.style != old.style {
        return 0;
    }
    let bytes = bytes_in_common(new_text.as_bytes(), old_text.as_bytes());
    let chars = new_text[..new_text.floor_char_boundary(bytes)].chars().count();
    let cells = u16::try_from(chars).unwrap_or(0);
    // The last cell of the shorter run is not counted, because one of the two may show there that it is cut.
    cells.min(new.right - new.x).min(old.right - old.x).saturating_sub(1)
}

/// How many bytes two texts have in common at their start.
fn bytes_in_common(new: &[u8], old: &[u8]) -> usize {
    // Eight at once, since nearly all of a text that is being typed is as it was.
    let pairs = new.as_chunks::<8>().0.iter().zip(old.as_chunks::<8>().0);
    let at = 8 * pairs.take_while(|(new, old)| new == old).count();
    at + new[at..].iter().zip(&old[at..]).take_while(|(new, old)| new == old).count()
}

/// Draws the part of a text that fits into a run, from the text's cell `start` on.
fn window(cells: &mut RowCells<'_>, run: &Run, text: &str, start: usize, theme: Theme) {
    let end = start + usize::from(run.right - run.x);
    let mut at = 0;
    // The start and end of the last glyph that was drawn, in cells of the text.
    let mut last = (start, start);
    for glyph in glyphs(text) {
        let next = at + usize::from(glyph.width);
        if next > end {
            // The text goes on. The sign takes the last cell. If a glyph ends there, the sign replaces the whole glyph.
            let sign = if last.1 == end { last.0 } else { end - 1 };
            (sign..end).for_each(|x| cells.put(column(run, start, x), " ", 1, run.style));
            cells.put(column(run, start, sign), "…", 1, run.style);
            break;
        }
        if at >= start {
            cells.draw(column(run, start, at), &glyph, run.style, theme);
            last = (at, next);
        }
        at = next;
    }
    if start > 0 {
        cells.put(run.x, "…", 1, run.style);
    }
}

fn column(run: &Run, start: usize, cell: usize) -> u16 {
    run.x + u16::try_from(cell - start).unwrap_or(u16::MAX)
}

/// The cells of a row, from a column on.
struct RowCells<'a> {
    x: u16,
    cells: &'a mut [Cell],
}

impl RowCells<'_> {
    fn draw(&mut self, x: u16, glyph: &Glyph<'_>, style: Style, theme: Theme) {
        if glyph.mark {
            // A mark is one or more characters of one cell each.
            let is_reversed = style.add_modifier.contains(Modifier::REVERSED);
            let style = if is_reversed { style.remove_modifier(Modifier::REVERSED) } else { theme.style(Role::Mark) };
            for (offset, c) in (0u16..).zip(glyph.text.chars()) {
                self.put(x + offset, c.encode_utf8(&mut [0; 4]), 1, style);
            }
        } else {
            self.put(x, &glyph.text, glyph.width, style);
        }
    }

    fn put(&mut self, x: u16, symbol: &str, width: u16, style: Style) {
        if let Some(cell) = self.cleared(x) {
            if symbol != " " {
                cell.set_symbol(symbol);
            }
            cell.set_style(style);
        }
        for hidden in x + 1..x.saturating_add(width) {
            if let Some(cell) = self.cleared(hidden) {
                cell.set_style(style);
            }
        }
    }

    /// A cell, cleared. Otherwise a title would inherit the dim style of the rule under it.
    fn cleared(&mut self, x: u16) -> Option<&mut Cell> {
        let cell = self.cells.get_mut(usize::from(x.checked_sub(self.x)?))?;
        cell.reset();
        Some(cell)
    }
}
