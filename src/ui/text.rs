//! Makes text from outside safe for the screen.
//!
//! All text that is drawn comes through here. Control characters, bidirectional marks and other invisible characters
//! become visible marks (`␛`, `⟨RLO⟩`). So no text of a server, a paste or an error can control the terminal or hide in
//! a value. Widths are counted in cells. Text is taken apart into graphemes.

use super::theme::is_own_sign;
pub use crate::model::text::is_plain;
use crate::model::text::{has_no_looks, is_invisible};
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The longest part of a grapheme that is drawn, in bytes. The longest emoji have about forty. One letter can carry any
/// number of combining marks, and all of them would be written again for every key.
const LONGEST: usize = 64;

/// A grapheme as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// The text to draw.
    pub text: Cow<'a, str>,
    /// The width in cells, at least 1.
    pub width: u16,
    /// How many code points of the original text the glyph stands for.
    pub chars: usize,
    /// Is the glyph a visible mark in place of the original text?
    pub mark: bool,
}

/// The glyphs of a text.
pub fn glyphs(text: &str) -> impl Iterator<Item = Glyph<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_control();
        let len = match rest.as_bytes() {
            [] => return None,
            // Nearly all text is ASCII. A character between ASCII characters is a grapheme, so no table is needed.
            [first] if plain(*first) => 1,
            [first, second, ..] if plain(*first) && second.is_ascii() => 1,
            _ => rest.graphemes(true).next().map_or(rest.len(), str::len),
        };
        let (grapheme, after) = rest.split_at(len);
        rest = after;
        Some(glyph(grapheme))
    })
}

fn glyph(grapheme: &str) -> Glyph<'_> {
    if grapheme.len() == 1 && !grapheme.as_bytes()[0].is_ascii_control() {
        return Glyph { text: Cow::Borrowed(grapheme), width: 1, chars: 1, mark: false };
    }
    let cells = |text: &str| u16::try_from(text.width()).unwrap_or(u16::MAX);
    let chars = grapheme.chars().count();
    let shown = &grapheme[..grapheme.floor_char_boundary(LONGEST)];
    let cut = if shown.len() < grapheme.len() { "…" } else { "" };
    if shown.width() == 0 || shown.chars().any(is_invisible) || shown.chars().all(has_no_looks) {
        let marks: String = shown.chars().map(mark).chain([Cow::Borrowed(cut)]).collect();
        return Glyph { width: cells(&marks), text: Cow::Owned(marks), chars, mark: true };
    }
    let text = if cut.is_empty() { Cow::Borrowed(shown) } else { Cow::Owned(format!("{shown}{cut}")) };
    Glyph { width: cells(&text), text, chars, mark: false }
}

/// The visible mark for an invisible character. Other characters stay as they are.
fn mark(c: char) -> Cow<'static, str> {
    let name = match c {
        '\0'..='\u{1f}' => {
            return char::from_u32(0x2400 + c as u32).map_or(Cow::Borrowed("␀"), |p| p.to_string().into());
        }
        '\u{7f}' => return "␡".into(),
        '\u{ad}' => "SHY",
        '\u{61c}' => "ALM",
        '\u{200b}' => "ZWSP",
        '\u{200c}' => "ZWNJ",
        '\u{200d}' => "ZWJ",
        '\u{200e}' => "LRM",
        '\u{200f}' => "RLM",
        '\u{202a}' => "LRE",
        '\u{202b}' => "RLE",
        '\u{202c}' => "PDF",
        '\u{202d}' => "LRO",
        '\u{202e}' => "RLO",
        '\u{2060}' => "WJ",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        '\u{feff}' => "BOM",
        c if has_no_looks(c) || c.to_string().width() == 0 => return format!("⟨U+{:04X}⟩", c as u32).into(),
        c => return c.to_string().into(),
    };
    format!("⟨{name}⟩").into()
}

/// A text with visible marks, for output that is not drawn in cells, such as stderr.
pub fn visible(text: &str) -> String {
    glyphs(text).map(|glyph| glyph.text).collect()
}

/// The width of a text in cells, including its marks.
pub fn width(text: &str) -> usize {
    steady_width(text).unwrap_or_else(|| glyphs(text).map(|glyph| usize::from(glyph.width)).sum())
}

/// The width of a text of which every character takes one cell on every terminal, and is drawn as it is: ASCII and
/// callset's own signs. `None` for another text.
pub(super) fn steady_width(text: &str) -> Option<usize> {
    if is_plain(text) {
        return Some(text.len());
    }
    text.chars().try_fold(0, |cells, c| (matches!(c, ' '..='~') || is_own_sign(c)).then_some(cells + 1))
}

/// The part of a long text that a row shows, and the place of the caret in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many cells of the text are hidden to the left of the window.
    pub start: usize,
    /// The column of the caret in the window.
    pub caret: u16,
}

/// Places the window so that the caret is inside. The window moves by half its width at a time, so that most keys
/// change one cell and not all of them. At the end of the text it moves by a few cells, so that no more than those stay
/// free while text is hidden.
pub fn window(text: &str, caret: usize, width: u16) -> Window {
    window_by(few(width.into()), text, caret, width)
}

/// The same, with the number of cells by which it moves at the end.
fn window_by(few: usize, text: &str, caret: usize, width: u16) -> Window {
    // Before a caret behind the text stands all of it.
    let cells = self::width(text);
    let before = if caret >= text.len() { cells } else { cells_before(text, caret) };
    let width = usize::from(width.max(1));
    let step = (width / 2).max(1);
    // One cell behind the text is for the caret.
    let most = (cells + 1).saturating_sub(width).next_multiple_of(few);
    let start = if before < width { 0 } else { ((before - width) / step * step + step).min(most) };
    Window { start, caret: u16::try_from(before - start).unwrap_or(u16::MAX) }
}

/// By how many cells a window of this width moves at the end of a text.
fn few(width: usize) -> usize {
    (width / 6).clamp(1, 4)
}

/// The cells of the text before a code point.
fn cells_before(text: &str, caret: usize) -> usize {
    if is_plain(text) {
        return caret.min(text.len());
    }
    let (mut before, mut seen) = (0usize, 0usize);
    for glyph in glyphs(text) {
        if seen + glyph.chars > caret {
            break;
        }
        seen += glyph.chars;
        before += usize::from(glyph.width);
    }
    before
}

/// The view of a text in its cell while the caret is in it.
///
/// ```text
///   https://dialer.acme.dev/widget           all of it, or its start
///   https://dialer.acme.dev…v=2&env=b▏       the start up to the end of the host, and a window on the rest
///   …dialer.acme.dev…=2&env=b▏               likewise in a narrow cell
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellView<'a> {
    /// The start of a long URL, up to the end of its host, which stays in sight. Empty for all other texts.
    pub head: &'a str,
    /// How many cells of the head are hidden to the left: its scheme, if the cell is narrow.
    pub cut: usize,
    /// The rest of the text, of which a window is shown.
    pub rest: &'a str,
    /// How many cells of the rest are hidden to the left of the window.
    pub start: usize,
    /// The column of the caret in the cell.
    pub caret: u16,
}

/// The fewest cells for the part of a URL behind its host, beside its scheme and host, and beside its host alone.
const PATH: [usize; 2] = [12, 4];

/// Places a text in a cell of this width so that the caret is inside. `is_url`: does the host stay in sight, if there is
/// room for it?
pub fn view(text: &str, caret: usize, cell: u16, is_url: bool) -> CellView<'_> {
    // Of a URL as much as can be is in sight, so that its host is.
    let whole = window_by(if is_url { 1 } else { few(cell.into()) }, text, caret, cell);
    let plain = CellView { head: "", cut: 0, rest: text, start: whole.start, caret: whole.caret };
    let scheme = if is_url && whole.start > 0 { text.find(':') } else { None };
    let Some(scheme) = scheme.filter(|at| text[*at..].starts_with("://")).map(|at| at + 3) else { return plain };
    let end = text[scheme..].find(['/', '?', '#']).map_or(text.len(), |at| scheme + at);
    let (shown, rest) = text.split_at(end);
    let (room, head) = (usize::from(cell), width(shown));
    // The scheme may be hidden, for which `…` stands in its last cell.
    let scheme = width(&text[..scheme]) - 1;
    let cut = if head + PATH[0] <= room { 0 } else { scheme };
    let is_seen = cut > 0 && width(text) < room + scheme;
    if is_seen || head - cut + PATH[1] > room {
        return plain;
    }
    let left = u16::try_from(head - cut).unwrap_or(u16::MAX);
    let chars = shown.chars().count();
    if caret < chars {
        let caret = cells_before(shown, caret) - cut;
        return CellView { head: shown, cut, rest, start: 0, caret: u16::try_from(caret).unwrap_or(u16::MAX) };
    }
    let Window { start, caret } = window(rest, caret - chars, cell - left);
    CellView { head: shown, cut, rest, start, caret: left + caret }
}

impl CellView<'_> {
    /// The code point that a click on this cell of the view means.
    pub(super) fn code_point_at(&self, cell: usize) -> usize {
        match cell.checked_sub(width(self.head) - self.cut) {
            Some(cell) => self.head.chars().count() + code_point_at(self.rest, self.start + cell),
            None => code_point_at(self.head, self.cut + cell),
        }
    }
}

/// Breaks a text into lines of at most `width` cells, between words if possible.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    if is_plain(text) {
        return wrap_plain(text, width);
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        let long = self::width(word.trim_end());
        if used + long > width && used > 0 && long <= width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        for glyph in glyphs(word) {
            if used + usize::from(glyph.width) > width && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
                if glyph.text == " " {
                    continue;
                }
            }
            line.push_str(&glyph.text);
            used += usize::from(glyph.width);
        }
    }
    lines.push(line);
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// The same for plain text: each line is a part of it.
fn wrap_plain(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut start, mut end) = (Vec::new(), 0, 0);
    let mut add = |start: usize, end: usize| lines.push(text[start..end].trim_end().to_owned());
    for word in text.as_bytes().split_inclusive(|byte| *byte == b' ') {
        let long = word.len() - usize::from(word.ends_with(b" "));
        if end > start && end - start + long > width && long <= width {
            add(start, end);
            start = end;
        }
        let word_end = end + word.len();
        while word_end - start > width {
            add(start, start + width);
            // A blank that has no room is left out.
            start += width + usize::from(text.as_bytes()[start + width] == b' ');
        }
        end = word_end;
    }
    add(start, end);
    lines
}

/// The code point that a click at this cell of the text means: the start of the glyph there, or the end of the text.
pub(super) fn code_point_at(text: &str, cell: usize) -> usize {
    let (mut cells, mut chars) = (0, 0);
    for glyph in glyphs(text) {
        cells += usize::from(glyph.width);
        if cells > cell {
            break;
        }
        chars += glyph.chars;
    }
    chars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_looks_gets_a_mark() {
        let cases = [
            ("a\u{1b}[2Jb", "a␛[2Jb"),
            ("x\u{9b}31m", "x⟨U+009B⟩31m"),
            ("\u{202e}evil", "⟨RLO⟩evil"),
            ("a\u{200b}b\u{feff}", "a⟨ZWSP⟩b⟨BOM⟩"),
            ("tab\there\r\n", "tab␉here␍␊"),
            ("e\u{301}", "e\u{301}"),
            ("👩‍❤️‍👨", "👩‍❤️‍👨"),
            ("\u{200d}", "⟨ZWJ⟩"),
            ("a\u{2800}\u{3164}b", "a⟨U+2800⟩⟨U+3164⟩b"),
            ("\u{115f}", "⟨U+115F⟩"),
            ("\u{115f}\u{1160}x", "⟨U+115F⟩⟨U+1160⟩x"),
            ("\u{fe0f}\u{34f}", "⟨U+FE0F⟩⟨U+034F⟩"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{1112}\u{1161}\u{11ab}"),
            ("日本", "日本"),
        ];
        for (raw, shown) in cases {
            assert_eq!(visible(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn j11_a_letter_with_half_a_million_marks_is_one_glyph_of_few_bytes() {
        for text in [format!("e{}x", "\u{301}".repeat(500_000)), "\u{301}".repeat(500_000), "\u{200d}".repeat(500_000)]
        {
            for glyph in glyphs(&text) {
                assert!(glyph.text.len() <= 1024, "{}", glyph.text.len());
            }
            assert_eq!(glyphs(&text).map(|glyph| glyph.chars).sum::<usize>(), text.chars().count());
        }
        let few = format!("e{}", "\u{301}".repeat(40));
        assert_eq!((visible(&few), width(&few)), (format!("e{}…", "\u{301}".repeat(31)), 2));
    }

    #[test]
    fn the_window_keeps_the_caret_and_moves_by_halves() {
        let text = "a".repeat(100);
        let mut starts = std::collections::BTreeSet::new();
        for caret in 0..=100 {
            let window = window(&text, caret, 20);
            assert!(window.caret < 20, "caret {caret} at {}", window.caret);
            assert_eq!(window.start + usize::from(window.caret), caret);
            starts.insert(window.start);
        }
        assert!(starts.len() <= 10, "{starts:?}");
    }

    /// What a row shows of a view: a `…` on either side stands for what is hidden.
    fn drawn(view: &CellView<'_>, cell: usize) -> String {
        let part = |text: &str, start: usize, room: usize| {
            let mut all: Vec<char> = text.chars().skip(start).take(room).collect();
            if start > 0 && !all.is_empty() {
                all[0] = '…';
            }
            if text.chars().count() > start + room {
                *all.last_mut().unwrap() = '…';
            }
            all.into_iter().collect::<String>()
        };
        let head = part(view.head, view.cut, cell);
        let room = cell - head.chars().count();
        head + &part(view.rest, view.start, room)
    }

    #[test]
    fn a_long_url_fills_its_cell_keeps_its_host_in_sight_and_clicks_mean_what_is_shown() {
        let host = "dialer.acme.dev";
        for path in ["", "/", "/ab", "/widget", "/widget/ab", "/a/very/long/path/that/does/not/fit/into/the/cell"] {
            let text = format!("https://{host}{path}");
            for (cell, caret) in (12..=80).flat_map(|cell| (0..=text.len()).map(move |caret| (cell, caret))) {
                let view = view(&text, caret, cell, true);
                let room = usize::from(cell);
                let drawn = drawn(&view, room);
                let about = format!("{text} in {cell}, caret {caret}: {drawn}");
                assert!(view.caret < cell, "{about} at {}", view.caret);
                assert_eq!(view.code_point_at(usize::from(view.caret)), caret, "{about}");
                let used = drawn.chars().count();
                assert!(used + few(room) >= room.min(text.len() + 1), "cells stay free: {about}");
                // `…`, the host, and `…`, a letter and the caret behind it.
                let is_moved = caret >= room && room >= 1 + host.len() + 4;
                assert!(!is_moved || drawn.contains(host), "no host: {about}");
            }
        }
        let at_end = |text: &str, cell| drawn(&view(text, text.len(), cell, true), usize::from(cell));
        assert_eq!(at_end("https://dialer.acme.dev/widget/ab", 33), "…tps://dialer.acme.dev/widget/ab");
        assert_eq!(at_end("https://dialer.acme.dev/widget", 28), "…s://dialer.acme.dev/widget");
        assert_eq!(at_end("https://dialer.acme.dev/widget/a/long/path", 28), "…dialer.acme.dev…/long/path");
        let text = "https://dialer.acme.dev/a/long/path/that/does/not/fit";
        assert_eq!(view(text, text.len(), 40, false).head, "", "no URL");
        assert_eq!(view("https://", 8, 4, true).head, "");
        assert_eq!(view("://a.dev/wide", 13, 9, true).caret, 8);
    }

    #[test]
    fn lines_break_between_words_and_in_words_that_are_too_long() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
