//! A frame as a list of what to draw, row by row.
//!
//! ```text
//!   paint ──> Canvas ──┬── render: cells of all rows             (tests, first frames)
//!                      └── rows equal to the last frame's? skip  (a key: two or three rows become cells)
//! ```
//!
//! Making and comparing some four thousand cells costs more than all the rest of a key press; comparing a hundred runs of
//! text costs next to nothing.

use super::text::{Glyph, glyphs, width};
use super::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// What to draw on a screen of a given size.
#[derive(Clone, Debug)]
pub struct Canvas {
    theme: Theme,
    area: Rect,
    rows: Vec<Row>,
    /// Where the caret belongs, if anything has one.
    pub caret: Option<Position>,
}

/// One row: its runs in the order they are drawn, later ones over earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    text: String,
    runs: Vec<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    /// Columns, from the first to before the last.
    x: u16,
    right: u16,
    /// How much of the row's text, after that of the runs before.
    len: usize,
    style: Style,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Once, from its start; `…` where it is cut.
    Text,
    /// From this cell of it on; `…` where it is cut, on either side.
    Window(usize),
    /// Again and again.
    Fill,
    /// Away with what was there.
    Blank,
}

impl Canvas {
    /// Nothing to draw yet.
    pub fn new(theme: Theme) -> Self {
        Self { theme, area: Rect::default(), rows: Vec::new(), caret: None }
    }

    /// Starts a frame.
    pub fn clear(&mut self, area: Rect) {
        self.area = area;
        self.caret = None;
        self.rows.resize_with(usize::from(area.height), Row::default);
        for row in &mut self.rows {
            row.text.clear();
            row.runs.clear();
        }
    }

    /// Forgets everything, so that no row is taken for drawn.
    pub fn forget(&mut self) {
        self.rows.clear();
    }

    /// The size of the frame.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// How a role looks here.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// The theme of the frame.
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// Draws from `x` up to, not including, `right`; what does not fit ends in `…`. Returns where it stopped.
    pub fn put(&mut self, at: (u16, u16), right: u16, text: &str, style: Style) -> u16 {
        self.push(at, right, text, style, Kind::Text);
        let end = usize::from(at.0) + width(text);
        u16::try_from(end).unwrap_or(u16::MAX).min(right).max(at.0)
    }

    /// Draws the part of a text that starts at its cell `start`; `…` where there is more on either side.
    pub fn put_window(&mut self, at: (u16, u16), right: u16, text: &str, start: usize, style: Style) {
        self.push(at, right, text, style, Kind::Window(start));
    }

    /// Repeats a sign of one cell from `x` up to `right`.
    pub fn fill(&mut self, at: (u16, u16), right: u16, sign: &str, style: Style) {
        self.push(at, right, sign, style, Kind::Fill);
    }

    /// Takes away what was drawn.
    pub fn blank(&mut self, area: Rect) {
        for y in area.y..area.bottom() {
            self.push((area.x, y), area.right(), "", Style::new(), Kind::Blank);
        }
    }

    fn push(&mut self, (x, y): (u16, u16), right: u16, text: &str, style: Style, kind: Kind) {
        let right = right.min(self.area.right());
        if let Some(row) = self.rows.get_mut(usize::from(y))
            && x < right
        {
            row.text.push_str(text);
            row.runs.push(Run { x, right, len: text.len(), style, kind });
        }
    }

    /// The rows that are not what they were in `before`.
    pub fn changed<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = u16> {
        let same_width = self.area.width == before.area.width;
        (0u16..)
            .zip(&self.rows)
            .filter(move |(y, row)| !same_width || before.rows.get(usize::from(*y)) != Some(row))
            .map(|(y, _)| y)
    }

    /// Makes the cells of a row. `buffer` holds that row and is blank.
    pub fn render(&self, y: u16, buffer: &mut Buffer) {
        let Some(row) = self.rows.get(usize::from(y)) else { return };
        let mut from = 0;
        for run in &row.runs {
            let text = &row.text[from..from + run.len];
            from += run.len;
            match run.kind {
                Kind::Text => window(buffer, y, run, text, 0, self.theme),
                Kind::Window(start) => window(buffer, y, run, text, start, self.theme),
                Kind::Fill => (run.x..run.right).for_each(|x| cell(buffer, (x, y), text, 1, run.style)),
                Kind::Blank => (run.x..run.right).for_each(|x| cell(buffer, (x, y), " ", 1, run.style)),
            }
        }
        self.theme.finish(buffer);
    }
}

/// Draws what can be seen of a text from its cell `start` on.
fn window(buffer: &mut Buffer, y: u16, run: &Run, text: &str, start: usize, theme: Theme) {
    let end = start + usize::from(run.right - run.x);
    let mut at = 0usize;
    // Where the last glyph that can be seen starts and ends, as cells of the text.
    let mut last = (start, start);
    for glyph in glyphs(text) {
        let next = at + usize::from(glyph.width);
        if next > end {
            // More to come: the sign takes the last cell, or the place of a wide glyph that stands there.
            let sign = if last.1 == end { last.0 } else { end - 1 };
            (sign..end).for_each(|x| cell(buffer, (column(run, start, x), y), " ", 1, run.style));
            cell(buffer, (column(run, start, sign), y), "…", 1, run.style);
            break;
        }
        if at >= start {
            draw(buffer, (column(run, start, at), y), &glyph, run.style, theme);
            last = (at, next);
        }
        at = next;
    }
    if start > 0 {
        cell(buffer, (run.x, y), "…", 1, run.style);
    }
}

fn column(run: &Run, start: usize, cell: usize) -> u16 {
    run.x + u16::try_from(cell - start).unwrap_or(u16::MAX)
}

fn draw(buffer: &mut Buffer, (x, y): (u16, u16), glyph: &Glyph<'_>, style: Style, theme: Theme) {
    if glyph.mark {
        // A mark is one or more characters of one cell each.
        let style = style.patch(theme.style(Role::Mark));
        for (offset, c) in (0u16..).zip(glyph.text.chars()) {
            cell(buffer, (x + offset, y), c.encode_utf8(&mut [0; 4]), 1, style);
        }
    } else {
        cell(buffer, (x, y), &glyph.text, glyph.width, style);
    }
}

fn cell(buffer: &mut Buffer, (x, y): (u16, u16), symbol: &str, width: u16, style: Style) {
    if let Some(cell) = buffer.cell_mut((x, y)) {
        // Not patched onto what was drawn here before: a title over a dim rule is not dim.
        cell.reset();
        cell.set_symbol(symbol).set_style(style);
    }
    for hidden in x + 1..x.saturating_add(width) {
        if let Some(cell) = buffer.cell_mut((hidden, y)) {
            cell.reset();
            cell.set_style(style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Theme = Theme { colour: false, ascii: false };

    fn row(width: u16, paint: impl Fn(&mut Canvas)) -> String {
        let mut canvas = Canvas::new(PLAIN);
        let area = Rect::new(0, 0, width, 1);
        canvas.clear(area);
        paint(&mut canvas);
        let mut buffer = Buffer::empty(area);
        canvas.render(0, &mut buffer);
        let mut shown = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, 0)].symbol();
            shown.push_str(symbol);
            x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol)).unwrap().max(1);
        }
        shown
    }

    #[test]
    fn what_does_not_fit_ends_in_a_sign() {
        let put = |width, text: &'static str| row(width, |canvas| _ = canvas.put((0, 0), width, text, Style::new()));
        assert_eq!(put(5, "abcde"), "abcde");
        assert_eq!(put(5, "abcdef"), "abcd…");
        assert_eq!(put(4, "日本語"), "日… ");
        assert_eq!(put(5, "日本語"), "日本…");
        assert_eq!(put(1, "日本"), "…");
        assert_eq!(put(0, "abc"), "");
    }

    #[test]
    fn a_window_shows_its_part_and_says_where_there_is_more() {
        let text = "0123456789";
        let shown = |start| row(6, |canvas| canvas.put_window((0, 0), 6, text, start, Style::new()));
        assert_eq!(shown(0), "01234…");
        assert_eq!(shown(2), "…3456…");
        assert_eq!(shown(5), "…6789 ");
    }

    #[test]
    fn only_rows_that_differ_are_changed() {
        let mut canvas = Canvas::new(PLAIN);
        let frame = |canvas: &mut Canvas, second: &str| {
            canvas.clear(Rect::new(0, 0, 10, 3));
            canvas.put((0, 0), 10, "same", Style::new());
            canvas.put((0, 1), 10, second, Style::new());
        };
        frame(&mut canvas, "one");
        let before = canvas.clone();
        frame(&mut canvas, "two");
        assert_eq!(canvas.changed(&before).collect::<Vec<_>>(), [1]);
        frame(&mut canvas, "one");
        assert_eq!(canvas.changed(&before).count(), 0);
        assert_eq!(canvas.changed(&Canvas::new(PLAIN)).count(), 3);
    }
}
