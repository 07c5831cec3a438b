//! A frame as a list of what to draw, row by row.
//!
//! ```text
//!   paint ──> Canvas ──┬── render: cells of all rows               (tests, first frames)
//!                      └── runs equal to the last frame's? skip    (a key: parts of two or three rows become cells)
//! ```
//!
//! Making and comparing about four thousand cells costs more than everything else that a key press does. Comparing a
//! hundred runs of text costs very little. The cells of the last frame are not kept, because they can be made again
//! from its runs.

use super::text::{Glyph, glyphs, is_plain, width};
use super::theme::{Palette, Role, Theme, is_own_sign, with_sign};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

/// The ratio of a cell's height to its width, if the terminal does not tell.
const USUAL_RATIO: f64 = 2.0;

/// What to draw on a screen of a given size.
#[derive(Clone, Debug)]
pub struct Canvas {
    theme: Theme,
    area: Rect,
    rows: Vec<Row>,
    /// How many times as high as wide a cell is.
    cell_ratio: f64,
    /// The position of the caret, if the frame has one.
    pub caret: Option<Position>,
}

/// One row. Its runs are drawn in their order, later ones over earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    text: String,
    runs: Vec<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    /// The first column of the run. `right` is the column after its last.
    x: u16,
    right: u16,
    /// The length of the run's text in bytes. The row's text holds the texts of all runs, one after the other.
    len: usize,
    style: Style,
    kind: Cut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// The text from its start. `…` shows where it is cut.
    Text,
    /// The text from this cell on. `…` shows on either side where it is cut.
    Window(usize),
    /// The text repeated over all columns.
    Fill,
    /// Removes what was drawn before.
    Blank,
}

impl Canvas {
    /// An empty canvas.
    pub fn new(theme: Theme) -> Self {
        Self { theme, area: Rect::default(), rows: Vec::new(), cell_ratio: USUAL_RATIO, caret: None }
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

    /// Forgets all rows, so that the next frame is drawn in full.
    pub fn forget(&mut self) {
        self.rows.clear();
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
    }

    /// Draws a text from `x` up to, not including, `right`. A text that does not fit ends in `…`. Returns the column
    /// after the text.
    pub fn put(&mut self, at: (u16, u16), right: u16, text: &str, style: Style) -> u16 {
        let end = u16::try_from(usize::from(at.0) + width(text)).unwrap_or(u16::MAX).min(right).max(at.0);
        self.push(at, end, text, style, Cut::Text);
        end
    }

    /// Draws a text in a role, like [`put`](Self::put). If the text begins with a sign, the sign has the role's colour.
    pub fn say(&mut self, at: (u16, u16), right: u16, text: &str, role: Role) -> u16 {
        let (sign, words) = with_sign(text);
        let x = if sign.is_empty() { at.0 } else { self.put(at, right, sign, self.sign(role)) };
        self.put((x, at.1), right, words, self.style(role))
    }

    /// Draws the part of a text that starts at its cell `start`. `…` shows on either side that there is more.
    pub fn put_window(&mut self, at: (u16, u16), right: u16, text: &str, start: usize, style: Style) {
        let end = usize::from(at.0) + width(text).saturating_sub(start);
        self.push(at, u16::try_from(end).unwrap_or(u16::MAX).min(right), text, style, Cut::Window(start));
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
        if let Some(row) = self.rows.get_mut(usize::from(y))
            && x < right
        {
            row.text.push_str(text);
            row.runs.push(Run { x, right, len: text.len(), style, kind });
        }
    }

    /// The differences from `before`: for each row that differs, the part that has to be drawn.
    pub fn changed<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = Rect> {
        let before_rows = if self.area.width == before.area.width { before.rows.as_slice() } else { &[] };
        (0u16..).zip(&self.rows).filter_map(move |(y, row)| {
            let whole = (0, self.area.width);
            let (x, right) = match before_rows.get(usize::from(y)) {
                Some(old) if old == row => return None,
                Some(old) if old.is_steady() && row.is_steady() => row.differing(old),
                _ => whole,
            };
            Some(Rect::new(x, y, right.saturating_sub(x), 1))
        })
    }

    /// Draws a row into the cells that `buffer` has of it. The cells must be blank.
    pub fn render(&self, y: u16, buffer: &mut Buffer) {
        let Some(row) = self.rows.get(usize::from(y)) else { return };
        let seen = buffer.area;
        for (run, text) in row.runs().filter(|(run, _)| run.x < seen.right() && run.right > seen.x) {
            let cells = run.x.max(seen.x)..run.right.min(seen.right());
            match run.kind {
                Cut::Text => window(buffer, y, run, text, 0, self.theme),
                Cut::Window(start) => window(buffer, y, run, text, start, self.theme),
                Cut::Fill => cells.for_each(|x| cell(buffer, (x, y), text, 1, run.style)),
                Cut::Blank => cells.for_each(|x| cell(buffer, (x, y), " ", 1, run.style)),
            }
        }
        self.theme.finish(buffer);
    }
}

impl Row {
    /// The runs with their texts.
    fn runs(&self) -> impl Iterator<Item = (&Run, &str)> {
        let mut rest = self.text.as_str();
        self.runs.iter().map(move |run| {
            let (text, after) = rest.split_at(run.len);
            rest = after;
            (run, text)
        })
    }

    /// The range of columns in which two rows may differ. Outside this range the same runs are drawn in the same order.
    fn differing(&self, old: &Self) -> (u16, u16) {
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

    /// Does every character take one cell on every terminal? If not, the row can only be drawn as a whole.
    fn is_steady(&self) -> bool {
        self.text.chars().all(|c| c.is_ascii_graphic() || c == ' ' || is_own_sign(c))
    }
}

/// How many cells two runs have in common at their start, if every character takes one cell.
fn start_in_common((new, new_text): (&Run, &str), (old, old_text): (&Run, &str)) -> u16 {
    let from = match (new.kind, old.kind) {
        (Cut::Text, Cut::Text) => 0,
        (Cut::Window(from), Cut::Window(start)) if from == start => from,
        _ => return 0,
    };
    if new.x != old.x || new.style != old.style {
        return 0;
    }
    let chars = new_text.chars().zip(old_text.chars()).take_while(|(new, old)| new == old).count();
    let cells = u16::try_from(chars.saturating_sub(from)).unwrap_or(0);
    // The last cell of the shorter run is not counted, because one of the two may show there that it is cut.
    cells.min(new.right - new.x).min(old.right - old.x).saturating_sub(1)
}

/// Draws the part of a text that fits into a run, from the text's cell `start` on.
fn window(buffer: &mut Buffer, y: u16, run: &Run, text: &str, start: usize, theme: Theme) {
    let end = start + usize::from(run.right - run.x);
    // Plain text left of the buffer can be skipped.
    let unseen = if is_plain(text) { start + usize::from(buffer.area.x.saturating_sub(run.x)) } else { 0 };
    let mut at = unseen.min(text.len());
    // The start and end of the last glyph that was drawn, in cells of the text.
    let mut last = (start, start);
    for glyph in glyphs(&text[at..]) {
        let next = at + usize::from(glyph.width);
        if next > end {
            // The text goes on. The sign takes the last cell. If a glyph ends there, the sign replaces the whole glyph.
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
        let is_reversed = style.add_modifier.contains(Modifier::REVERSED);
        let style = if is_reversed { style.remove_modifier(Modifier::REVERSED) } else { theme.style(Role::Mark) };
        for (offset, c) in (0u16..).zip(glyph.text.chars()) {
            cell(buffer, (x + offset, y), c.encode_utf8(&mut [0; 4]), 1, style);
        }
    } else {
        cell(buffer, (x, y), &glyph.text, glyph.width, style);
    }
}

fn cell(buffer: &mut Buffer, (x, y): (u16, u16), symbol: &str, width: u16, style: Style) {
    if let Some(cell) = buffer.cell_mut((x, y)) {
        // The cell is cleared first. Otherwise a title would inherit the dim style of the rule under it.
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
    use proptest::prelude::*;

    const PLAIN: Theme = Theme { palette: Palette::Mono, ascii: false, wide: false };

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
        canvas.clear(Rect::new(0, 0, 12, 1));
        canvas.fill((0, 0), 12, "─", Style::new());
        canvas.put((1, 0), 9, "a text too long", Style::new());
        canvas.put_window((6, 0), 12, "0123456789", 2, Style::new());
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
        let frame = |canvas: &mut Canvas, second: &str| {
            canvas.clear(Rect::new(0, 0, 10, 3));
            canvas.put((0, 0), 10, "same", Style::new());
            canvas.put((0, 1), 10, second, Style::new());
        };
        frame(&mut canvas, "one");
        let before = canvas.clone();
        frame(&mut canvas, "two");
        assert_eq!(canvas.changed(&before).collect::<Vec<_>>(), [Rect::new(0, 1, 3, 1)]);
        frame(&mut canvas, "ones");
        let longer = canvas.clone();
        frame(&mut canvas, "onesie");
        assert_eq!(canvas.changed(&longer).collect::<Vec<_>>(), [Rect::new(3, 1, 3, 1)]);
        // Where one of the two is cut, its sign is part of what differs.
        frame(&mut canvas, "0123456789");
        let full = canvas.clone();
        frame(&mut canvas, "0123456789+");
        assert_eq!(canvas.changed(&full).collect::<Vec<_>>(), [Rect::new(9, 1, 1, 1)]);
        frame(&mut canvas, "one");
        assert_eq!(canvas.changed(&before).count(), 0);
        assert_eq!(canvas.changed(&Canvas::new(PLAIN)).count(), 3);
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

    fn painted(runs: &[Drawn]) -> (Canvas, Buffer) {
        let area = Rect::new(0, 0, 14, 1);
        let mut canvas = Canvas::new(PLAIN);
        canvas.clear(area);
        for &(kind, x, right, text, start, role) in runs {
            let style = canvas.style(role);
            match kind {
                0 => _ = canvas.put((x, 0), right, text, style),
                1 => canvas.put_window((x, 0), right, text, start, style),
                2 => canvas.fill((x, 0), right, "·", style),
                _ => canvas.blank(Rect::new(x, 0, right.saturating_sub(x), 1)),
            }
        }
        let mut cells = Buffer::empty(area);
        canvas.render(0, &mut cells);
        (canvas, cells)
    }

    proptest! {
        /// Law: the changed parts, laid over the cells of the frame before, are the cells of the frame.
        #[test]
        fn changed_parts_over_the_old_frame_are_the_new_one(old in drawn(), new in drawn()) {
            // Something else, something more, something less at the start, and other texts in the same places.
            let same_places = old.iter().zip(&new).map(|(old, new)| (old.0, old.1, old.2, new.3, old.4, new.5)).collect();
            for new in [new.clone(), [&old[..], &new].concat(), [&new[..], &old].concat(), same_places] {
                let ((before, mut cells), (now, expected)) = (painted(&old), painted(&new));
                for part in now.changed(&before) {
                    let mut made = Buffer::empty(part);
                    now.render(part.y, &mut made);
                    let at = usize::from(part.x);
                    cells.content[at..at + made.content.len()].clone_from_slice(&made.content);
                }
                prop_assert_eq!(cells, expected);
            }
        }
    }
}
