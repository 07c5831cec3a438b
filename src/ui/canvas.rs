//! A frame as a list of what to draw, region by region.
//!
//! ```text
//!   state ──> view of a region ──┬── equal to the last frame's: its rows stay as they are
//!                                └── else: paint ──> rows of runs
//!   rows that became others ──> their parts that differ become cells       (a key: parts of two or three rows)
//! ```
//!
//! Describing the whole screen costs more than everything else that a key press does. So a region says what it is drawn
//! from, its view, which is small and quickly compared. [`Region::paint`] sees that view and nothing else. So what is on
//! the screen cannot be older than the state: whatever the region shows is part of what was compared.
//!
//! Even the views of regions that typing leaves as they are need not be made while a user types on: see
//! [`Canvas::steady`].
//!
//! The cells of the last frame are not kept, because they can be made again from its runs. A row is steady if each of its
//! characters takes one cell on every terminal. Then its cells are made without taking its text apart into graphemes.

mod painted;
mod row;

use super::layout::{Layout, Steady};
use super::text::{steady_width, width};
use super::theme::{PLAIN, Palette, Role, Theme, with_sign};
use painted::Painted;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use row::{Cut, Row};
use std::ops::Range;
use std::rc::Rc;

pub use row::SteadyCell;

/// The ratio of a cell's height to its width, if the terminal does not tell.
const USUAL_RATIO: f64 = 2.0;

/// A part of the screen, as what it is drawn from.
pub trait Region: PartialEq + 'static {
    /// Draws the region.
    fn paint(&self, canvas: &mut Canvas);
}

/// Names a region. Later ones are drawn over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// What is described anew for each frame, below all regions.
    Ground,
    /// The header with its rule.
    Header,
    /// The line of the form in this row of the screen.
    Line(u16),
    /// The cell that is being typed in.
    Cell,
    /// The calling window beside the form.
    Preview,
    /// The strip's rules, title and text.
    Strip,
    /// The body of the next request.
    Body,
    /// The last requests, beside the strip.
    Requests,
    /// The keys.
    Footer,
    /// An overlay. It is described anew for each frame.
    Cover,
}

/// A part of one row that has to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedPart {
    /// Its cells.
    pub area: Rect,
    /// Does every character in it take one cell on every terminal?
    pub is_steady: bool,
}

/// What to draw on a screen of a given size.
#[derive(Debug)]
pub struct Canvas {
    theme: Theme,
    area: Rect,
    /// The regions, in the order in which they are drawn.
    panes: Vec<Painted>,
    /// The pane that is being drawn.
    open: usize,
    /// The pane that comes next in most frames.
    next: usize,
    /// Is it unknown what the terminal shows?
    is_unknown: bool,
    /// How many times as high as wide a cell is.
    cell_ratio: f64,
    /// What the steady regions follow from, and the layout that they have.
    steady: Option<(Steady, Rc<Layout>)>,
    /// Are the steady regions being drawn?
    is_steady: bool,
    /// The position of the caret, if the frame has one.
    pub caret: Option<Position>,
}

impl Canvas {
    /// An empty canvas.
    pub fn new(theme: Theme) -> Self {
        let (area, panes, caret) = (Rect::default(), Vec::new(), None);
        let (is_unknown, cell_ratio, steady, is_steady) = (true, USUAL_RATIO, None, false);
        Self { theme, area, panes, open: 0, next: 0, is_unknown, cell_ratio, steady, is_steady, caret }
    }

    /// Describes a frame. What `paint` draws outside of all regions is on the ground.
    pub fn frame(&mut self, area: Rect, paint: impl FnOnce(&mut Self)) {
        if area != self.area {
            self.forget();
            self.paint_anew();
        }
        self.area = area;
        (self.caret, self.next) = (None, 0);
        self.panes.iter_mut().for_each(|pane| pane.is_seen = false);
        self.layer(Pane::Ground, paint);
        // Another program's frame has no steady regions, so they are gone after it.
        self.steady.take_if(|_| !self.panes.iter().any(|pane| pane.is_steady && pane.is_seen));
        self.panes.iter_mut().filter(|pane| !pane.is_seen).for_each(Painted::begin);
    }

    /// The regions that stay while the user types on. They have no caret. `show` shows them and returns the layout, and is
    /// called only if they follow from something else than in the last frame. `None` if the terminal is too small for a
    /// layout.
    pub fn steady(&mut self, from: Steady, show: impl FnOnce(&mut Self) -> Option<Layout>) -> Option<Rc<Layout>> {
        if let Some((last, layout)) = &self.steady
            && *last == from
        {
            self.panes.iter_mut().filter(|pane| pane.is_steady).for_each(|pane| pane.is_seen = true);
            return Some(Rc::clone(layout));
        }
        self.is_steady = true;
        let layout = show(self).map(Rc::new);
        self.is_steady = false;
        self.steady = layout.clone().map(|layout| (from, layout));
        layout
    }

    /// Draws a region, unless it was drawn from the same view before.
    pub fn show<R: Region>(&mut self, pane: Pane, region: R) {
        let at = self.index(pane);
        let painted = &mut self.panes[at];
        painted.is_steady = self.is_steady;
        let is_same = painted.view.as_ref().and_then(|view| view.downcast_ref()) == Some(&region);
        painted.is_seen = true;
        if !is_same {
            self.paint(at, |canvas| region.paint(canvas));
            self.panes[at].view = Some(Box::new(region));
        } else if painted.caret.is_some() {
            self.caret = painted.caret;
        }
    }

    /// Draws a pane anew.
    pub fn layer(&mut self, pane: Pane, paint: impl FnOnce(&mut Self)) {
        let at = self.index(pane);
        self.paint(at, paint);
    }

    fn paint(&mut self, at: usize, paint: impl FnOnce(&mut Self)) {
        self.panes[at].begin();
        self.panes[at].is_seen = true;
        let outer = std::mem::replace(&mut self.open, at);
        if self.panes[at].pane == Pane::Ground {
            return paint(self);
        }
        let caret = self.caret.take();
        paint(self);
        self.panes[at].caret = self.caret;
        self.caret = self.caret.or(caret);
        self.open = outer;
    }

    /// The place of a pane. Frames have them in the same order, so it is mostly the one behind the last.
    fn index(&mut self, pane: Pane) -> usize {
        let is_next = self.panes.get(self.next).is_some_and(|painted| painted.pane == pane);
        let found =
            if is_next { Ok(self.next) } else { self.panes.binary_search_by_key(&pane, |painted| painted.pane) };
        let at = found.unwrap_or_else(|at| {
            self.panes.insert(at, Painted::new(pane));
            at
        });
        self.next = at + 1;
        at
    }

    /// The terminal shows this frame now.
    pub fn is_shown(&mut self) {
        self.is_unknown = false;
        self.panes.retain(|pane| pane.is_seen);
        for pane in self.panes.iter_mut().filter(|pane| pane.before.is_some()) {
            pane.spare = pane.before.take().unwrap_or_default();
        }
    }

    /// It is unknown what the terminal shows, so the next frame is drawn in full.
    pub fn forget(&mut self) {
        self.is_unknown = true;
    }

    /// Something that all regions depend on has changed, or the next frame is of another state.
    pub fn paint_anew(&mut self) {
        self.steady = None;
        self.panes.iter_mut().for_each(|pane| pane.view = None);
    }

    /// The size of the frame.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// The style of words in a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// The style of a sign or a rule in a role.
    pub fn sign(&self, role: Role) -> Style {
        self.theme.sign(role)
    }

    /// Uses the shades for a background of this colour: red, green and blue from 0 to 255. What was drawn before keeps
    /// its styles.
    pub fn set_background(&mut self, background: [u8; 3]) {
        self.theme.palette = self.theme.palette.on(background);
        self.paint_anew();
    }

    /// The theme of the frame.
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// How many times as high as wide a cell is.
    pub fn cell_ratio(&self) -> f64 {
        self.cell_ratio
    }

    /// Takes the ratio that the terminal reports. One that no font has is not believed.
    pub fn set_cell_ratio(&mut self, reported: Option<f64>) {
        self.cell_ratio = reported.filter(|ratio| (1.0..=4.0).contains(ratio)).unwrap_or(USUAL_RATIO);
        self.paint_anew();
    }

    /// Uses the next theme: with colour, without, in ASCII.
    pub fn change_looks(&mut self) {
        let Theme { palette, ascii, wide } = self.theme;
        let (palette, ascii) = match (palette, ascii) {
            (_, true) => (Palette::Ansi, false),
            (Palette::Mono, false) => (Palette::Mono, true),
            (Palette::Ansi | Palette::OnDark | Palette::OnLight, false) => (Palette::Mono, false),
        };
        self.theme = Theme { palette, ascii, wide };
        self.paint_anew();
    }

    /// Draws a text from `x` up to, not including, `right`. A text that does not fit ends in `…`. Returns the column
    /// after the text.
    pub fn put(&mut self, at: (u16, u16), right: u16, text: &str, style: Style) -> u16 {
        self.part(at, right, text, 0, style).max(at.0)
    }

    /// Draws a text in a role, like [`put`](Self::put). If the text begins with a sign, the sign has the role's colour.
    pub fn say(&mut self, at: (u16, u16), right: u16, text: &str, role: Role) -> u16 {
        let (sign, words) = with_sign(text);
        let x = if sign.is_empty() { at.0 } else { self.put(at, right, sign, self.sign(role)) };
        self.put((x, at.1), right, words, self.style(role))
    }

    /// Draws the part of a text that starts at its cell `start`. `…` shows on either side that there is more.
    pub fn put_window(&mut self, at: (u16, u16), right: u16, text: &str, start: usize, style: Style) {
        self.part(at, right, text, start, style);
    }

    /// Draws the part of a text that starts at its cell `start`. Returns the column after it.
    fn part(&mut self, (x, y): (u16, u16), right: u16, text: &str, start: usize, style: Style) -> u16 {
        let steady = steady_width(text);
        let cells = steady.unwrap_or_else(|| width(text)).saturating_sub(start);
        let end = u16::try_from(usize::from(x) + cells).unwrap_or(u16::MAX).min(right);
        if steady.is_none() {
            self.push((x, y), end, text, style, Cut::Window(start));
        } else {
            // Of a text whose characters take one cell each no more is kept than what is seen.
            let room = usize::from(end.min(self.area.right()).saturating_sub(x));
            let seen = cells_of(text, steady == Some(text.len()), start..start + room);
            self.push((x, y), end, seen, style, Cut::Steady { before: start > 0, after: room < cells });
        }
        end
    }

    /// Repeats a sign of one cell from `x` up to `right`.
    pub fn fill(&mut self, at: (u16, u16), right: u16, sign: &str, style: Style) {
        self.push(at, right, sign, style, Cut::Fill);
    }

    /// Removes what was drawn in an area.
    pub fn blank(&mut self, area: Rect) {
        for y in area.y..area.bottom() {
            self.push((area.x, y), area.right(), "", Style::new(), Cut::Blank);
        }
    }

    fn push(&mut self, (x, y): (u16, u16), right: u16, text: &str, style: Style, kind: Cut) {
        let right = right.min(self.area.right());
        if x < right && y < self.area.bottom() {
            self.panes[self.open].rows.push((x, y), right, text, style, kind);
        }
    }

    /// What the terminal does not show yet: for each row that differs, the part that has to be drawn, from the top down.
    /// That is the whole row, unless every character in it takes one cell on every terminal.
    pub fn changed(&self) -> Vec<ChangedPart> {
        let whole = |y| Rect::new(0, y, self.area.width, 1);
        let part = |y| ChangedPart { area: whole(y), is_steady: self.panes.iter().all(|pane| pane.is_steady_in(y)) };
        if self.is_unknown {
            return (0..self.area.height).map(part).collect();
        }
        let mut parts: Vec<ChangedPart> = Vec::new();
        for (now, old) in self.panes.iter().filter_map(|pane| Some((&pane.rows, pane.before.as_ref()?))) {
            for y in now.span(old).filter(|y| *y < self.area.height) {
                let (now, old) = (now.row(y), old.row(y));
                if now == old {
                    continue;
                }
                let (x, right) = now.differing(old);
                let area = Rect::new(x, y, right.saturating_sub(x), 1);
                if let Some(part) = parts.iter_mut().find(|part| part.area.y == y) {
                    part.area = if part.is_steady { part.area.union(area) } else { part.area };
                } else {
                    let row = part(y);
                    parts.push(if row.is_steady { ChangedPart { area, ..row } } else { row });
                }
            }
        }
        parts.sort_unstable_by_key(|part| part.area.y);
        parts
    }

    /// The cells of a steady part.
    pub fn cells(&self, part: Rect, cells: &mut Vec<SteadyCell>) {
        let rows = self.panes.iter().filter_map(|pane| pane.rows.get(part.y));
        self.draw_steady(part, rows, cells);
    }

    /// The cells of a steady part as the terminal shows them. If that is unknown, the terminal was emptied.
    pub fn cells_shown(&self, part: Rect, cells: &mut Vec<SteadyCell>) {
        let rows = self.panes.iter().filter_map(|pane| pane.shown().get(part.y));
        self.draw_steady(part, rows.filter(|_| !self.is_unknown), cells);
    }

    fn draw_steady<'a>(&self, part: Rect, rows: impl Iterator<Item = &'a Row>, cells: &mut Vec<SteadyCell>) {
        cells.clear();
        cells.resize(usize::from(part.width), (' ', PLAIN));
        rows.for_each(|row| row.render_steady(part.x, cells, self.theme));
    }

    /// Draws a row into the cells that `buffer` has of it. The cells must be blank.
    pub fn render(&self, y: u16, buffer: &mut Buffer) {
        self.panes.iter().filter_map(|pane| pane.rows.get(y)).for_each(|row| row.render(y, buffer, self.theme));
        self.theme.finish(buffer);
    }

    /// Draws a row as the terminal shows it, likewise. If that is unknown, the terminal was emptied.
    pub fn render_shown(&self, y: u16, buffer: &mut Buffer) {
        if !self.is_unknown {
            let rows = self.panes.iter().filter_map(|pane| pane.shown().get(y));
            rows.for_each(|row| row.render(y, buffer, self.theme));
            self.theme.finish(buffer);
        }
    }
}

/// The part of a text in a range of cells, if each character takes one; `is_ascii`: each takes one byte as well.
fn cells_of(text: &str, is_ascii: bool, cells: Range<usize>) -> &str {
    if is_ascii {
        return text.get(cells.start..cells.end.min(text.len())).unwrap_or_default();
    }
    let byte = |text: &str, cell| text.char_indices().nth(cell).map_or(text.len(), |(at, _)| at);
    let rest = &text[byte(text, cells.start)..];
    &rest[..byte(rest, cells.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::rc::Rc;

    const PLAIN: Theme = Theme { palette: Palette::Mono, ascii: false, wide: false };

    fn row(width: u16, paint: impl Fn(&mut Canvas)) -> String {
        let mut canvas = Canvas::new(PLAIN);
        let area = Rect::new(0, 0, width, 1);
        canvas.frame(area, paint);
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
    fn only_a_ratio_that_a_font_can_have_is_believed() {
        let mut canvas = Canvas::new(PLAIN);
        for (reported, ratio) in
            [(None, 2.0), (Some(2.25), 2.25), (Some(0.1), 2.0), (Some(f64::NAN), 2.0), (Some(9.0), 2.0)]
        {
            canvas.set_cell_ratio(reported);
            assert!((canvas.cell_ratio() - ratio).abs() < 1e-9, "{reported:?}");
        }
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
    fn in_ascii_no_other_character_is_left() {
        let mut canvas = Canvas::new(Theme { ascii: true, ..PLAIN });
        canvas.frame(Rect::new(0, 0, 12, 1), |canvas| _ = canvas.put((0, 0), 12, "e\u{301}x ─ é日", Style::new()));
        let mut row = Buffer::empty(Rect::new(0, 0, 12, 1));
        canvas.render(0, &mut row);
        let shown: String = row.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(shown.trim_end(), "?x - ??");
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
    fn a_part_of_a_row_has_the_cells_of_the_whole() {
        let mut canvas = Canvas::new(PLAIN);
        canvas.frame(Rect::new(0, 0, 12, 1), |canvas| {
            canvas.fill((0, 0), 12, "─", Style::new());
            canvas.put((1, 0), 9, "a text too long", Style::new());
            canvas.put_window((6, 0), 12, "0123456789", 2, Style::new());
        });
        let mut whole = Buffer::empty(Rect::new(0, 0, 12, 1));
        canvas.render(0, &mut whole);
        for x in 0..12 {
            for right in x + 1..=12 {
                let mut part = Buffer::empty(Rect::new(x, 0, right - x, 1));
                canvas.render(0, &mut part);
                assert_eq!(part.content, whole.content[usize::from(x)..usize::from(right)], "{x}..{right}");
            }
        }
    }

    #[test]
    fn only_what_differs_is_changed() {
        let mut canvas = Canvas::new(PLAIN);
        let mut changed = |second: &str| {
            canvas.frame(Rect::new(0, 0, 10, 3), |canvas| {
                canvas.put((0, 0), 10, "same", Style::new());
                canvas.put((0, 1), 10, second, Style::new());
            });
            let changed = canvas.changed().iter().map(|part| part.area).collect::<Vec<_>>();
            canvas.is_shown();
            changed
        };
        assert_eq!(changed("one").len(), 3, "nothing is known of the terminal");
        assert_eq!(changed("two"), [Rect::new(0, 1, 3, 1)]);
        changed("ones");
        assert_eq!(changed("onesie"), [Rect::new(3, 1, 3, 1)]);
        // Where one of the two is cut, its sign is part of what differs.
        changed("0123456789");
        assert_eq!(changed("0123456789+"), [Rect::new(9, 1, 1, 1)]);
        changed("one");
        assert_eq!(changed("one"), []);
        canvas.forget();
        assert_eq!(canvas.changed().len(), 3);
    }

    /// A region that counts how often it is painted.
    struct Counted(&'static str, Rc<Cell<usize>>);

    impl PartialEq for Counted {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }

    impl Region for Counted {
        fn paint(&self, canvas: &mut Canvas) {
            self.1.set(self.1.get() + 1);
            let x = canvas.put((0, 1), 10, self.0, Style::new());
            canvas.caret = Some(Position::new(x, 1));
        }
    }

    #[test]
    fn a_region_is_painted_when_its_view_or_the_screen_is_another() {
        let (mut canvas, painted) = (Canvas::new(PLAIN), Rc::new(Cell::new(0)));
        let frame = |canvas: &mut Canvas, width, text: Option<&'static str>| {
            canvas.frame(Rect::new(0, 0, width, 3), |canvas| {
                if let Some(text) = text {
                    canvas.show(Pane::Header, Counted(text, Rc::clone(&painted)));
                }
            });
            let (changed, times) = (canvas.changed().len(), painted.replace(0));
            canvas.is_shown();
            (times, changed, canvas.caret.map(|caret| caret.x))
        };
        assert_eq!(frame(&mut canvas, 10, Some("one")), (1, 3, Some(3)));
        assert_eq!(frame(&mut canvas, 10, Some("one")), (0, 0, Some(3)), "the same view");
        assert_eq!(frame(&mut canvas, 10, Some("four")), (1, 1, Some(4)), "another view");
        assert_eq!(frame(&mut canvas, 9, Some("four")), (1, 3, Some(4)), "another size");
        canvas.set_cell_ratio(Some(1.5));
        assert_eq!(frame(&mut canvas, 9, Some("four")), (1, 0, Some(4)), "cells of another shape");
        canvas.change_looks();
        assert_eq!(frame(&mut canvas, 9, Some("four")).0, 1, "another theme");
        canvas.forget();
        assert_eq!(frame(&mut canvas, 9, Some("four")), (0, 3, Some(4)), "only the terminal has lost it");
        assert_eq!(frame(&mut canvas, 9, None), (0, 1, None), "it is gone");
        assert_eq!(frame(&mut canvas, 9, Some("four")), (1, 1, Some(4)));
    }

    /// A run: kind, first column, column after the last, text, start of a window, role.
    type Drawn = (u8, u16, u16, &'static str, usize, Role);

    fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
        let letters = [
            "",
            "x",
            "name",
            "names",
            "namely",
            "a longer text",
            "─",
            "né",
            "日本語",
            "e\u{301}x",
            "e\u{301}e\u{301}y",
        ];
        let texts = prop::sample::select(letters.to_vec());
        let roles = prop::sample::select(vec![Role::Plain, Role::Strong, Role::Typing]);
        prop::collection::vec((0u8..4, 0u16..13, 0u16..15, texts, 0usize..4, roles), 0..5)
    }

    fn draw(runs: &[Drawn], canvas: &mut Canvas) {
        canvas.frame(Rect::new(0, 0, 14, 1), |canvas| {
            for &(kind, x, right, text, start, role) in runs {
                let style = canvas.style(role);
                match kind {
                    0 => _ = canvas.put((x, 0), right, text, style),
                    1 => canvas.put_window((x, 0), right, text, start, style),
                    2 => canvas.fill((x, 0), right, "·", style),
                    _ => canvas.blank(Rect::new(x, 0, right.saturating_sub(x), 1)),
                }
            }
        });
    }

    fn steady(row: &Buffer) -> Vec<SteadyCell> {
        let of =
            |cell: &ratatui::buffer::Cell| (cell.symbol().chars().next().unwrap(), (cell.fg, cell.bg, cell.modifier));
        row.content.iter().map(of).collect()
    }

    proptest! {
        /// Law: the changed parts, laid over the cells of the frame before, are the cells of the frame.
        #[test]
        fn changed_parts_over_the_old_frame_are_the_new_one(
            old in drawn(), new in drawn(), [ascii, wide] in any::<[bool; 2]>()
        ) {
            // Something else, something more, something less at the start, and other texts in the same places.
            let same_places = old.iter().zip(&new).map(|(old, new)| (old.0, old.1, old.2, new.3, old.4, new.5)).collect();
            for new in [new.clone(), [&old[..], &new].concat(), [&new[..], &old].concat(), same_places] {
                let cells = |canvas: &Canvas| {
                    let mut cells = Buffer::empty(canvas.area());
                    canvas.render(0, &mut cells);
                    cells
                };
                let mut canvas = Canvas::new(Theme { ascii, wide, ..PLAIN });
                draw(&old, &mut canvas);
                canvas.is_shown();
                let mut shown = cells(&canvas);
                draw(&new, &mut canvas);
                for ChangedPart { area: part, is_steady } in canvas.changed() {
                    let (mut before, mut made) = (Buffer::empty(part), Buffer::empty(part));
                    canvas.render_shown(part.y, &mut before);
                    canvas.render(part.y, &mut made);
                    if is_steady {
                        let (mut shown, mut wanted) = (vec![], vec![]);
                        canvas.cells_shown(part, &mut shown);
                        canvas.cells(part, &mut wanted);
                        prop_assert_eq!(shown, steady(&before), "the same by the shorter way");
                        prop_assert_eq!(wanted, steady(&made));
                    }
                    let at = usize::from(part.x);
                    let there = &mut shown.content[at..at + made.content.len()];
                    prop_assert_eq!(&before.content[..], &there[..], "what the terminal shows is known");
                    there.clone_from_slice(&made.content);
                }
                prop_assert_eq!(shown, cells(&canvas));
            }
        }
    }
}
