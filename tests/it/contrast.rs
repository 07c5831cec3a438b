//! Words can be read on every background, and signs on every background that the terminal has told.

use callset::ui::canvas::Canvas;
use callset::ui::theme::{Palette, Theme};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthChar;

type Rgb = [u8; 3];

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/// Foregrounds and backgrounds that terminals have: xterm's, Solarized's with its text of more contrast, and greys.
const GROUNDS: [(Rgb, Rgb); 6] = [
    (BLACK, WHITE),
    (WHITE, BLACK),
    ([88, 110, 117], [253, 246, 227]),
    ([147, 161, 161], [0, 43, 54]),
    ([51, 51, 51], [238, 238, 238]),
    ([220, 220, 220], [40, 40, 40]),
];

/// The least contrast for words and for signs (WCAG 2.1, 1.4.3 and 1.4.11).
const WORDS: f64 = 4.5;
const SIGNS: f64 = 3.0;

/// xterm's colours 0 to 7.
const ANSI: [Rgb; 8] =
    [BLACK, [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229]];

fn rgb(colour: Color, default: Rgb) -> Rgb {
    match colour {
        Color::Reset => default,
        Color::Black => ANSI[0],
        Color::Red => ANSI[1],
        Color::Green => ANSI[2],
        Color::Yellow => ANSI[3],
        Color::Blue => ANSI[4],
        Color::Magenta => ANSI[5],
        Color::Cyan => ANSI[6],
        Color::Gray => ANSI[7],
        Color::Indexed(n @ 16..=231) => {
            let n = n - 16;
            [n / 36, n / 6 % 6, n % 6].map(|level| if level == 0 { 0 } else { 55 + 40 * level })
        }
        other => panic!("{other:?} differs from terminal to terminal"),
    }
}

fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn of(cell: &Cell, (fg, bg): (Rgb, Rgb)) -> f64 {
    let (mut front, mut back) = (rgb(cell.fg, fg), rgb(cell.bg, bg));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut front, &mut back);
    }
    if cell.modifier.contains(Modifier::DIM) {
        // Terminals mix dim text with its background, about half and half.
        let half = |a: u8, b: u8| u8::midpoint(a, b);
        front = [half(front[0], back[0]), half(front[1], back[1]), half(front[2], back[2])];
    }
    contrast(front, back)
}

/// Is the cell a sign or a drawing of callset's own?
fn is_sign(cell: &Cell) -> bool {
    cell.symbol().chars().all(|c| "─━│├┤┌┐└┘┆┄▌●!✗▲≠■┃|+:>*x#-".contains(c))
}

/// Checks all cells of a frame on all backgrounds. `is_known`: has the terminal told its background?
pub(crate) fn check(frame: &Buffer, grounds: impl Iterator<Item = (Rgb, Rgb)>, is_known: bool) {
    let width = usize::from(frame.area.width.max(1));
    for ground in grounds {
        for (at, cell) in frame.content.iter().enumerate().filter(|(_, cell)| !cell.symbol().trim().is_empty()) {
            // Words in the terminal's own colours are as good as the ground, which the test below looks at.
            if cell.fg == Color::Reset && cell.bg == Color::Reset && !cell.modifier.contains(Modifier::DIM) {
                continue;
            }
            let is_coloured = cell.fg != Color::Reset || cell.modifier.contains(Modifier::DIM);
            let least = match (is_sign(cell) && is_coloured, is_known && cell.fg != Color::Reset) {
                // A rule may be faint. A sign may have any of the user's colours, because words say the same.
                (true, false) => continue,
                (true, true) => SIGNS,
                (false, _) => WORDS,
            };
            let has = of(cell, ground);
            let (row, column) = (at / width, at % width);
            let line: String = frame.content[row * width..(row + 1) * width].iter().map(Cell::symbol).collect();
            assert!(has >= least, "{:?} in column {column} has {has:.1} : 1 on {ground:?}: {line}", cell.symbol());
        }
    }
}

/// Paints a frame in all palettes, each on the backgrounds that it is for, and checks all its cells.
pub(crate) fn check_all(width: u16, height: u16, paint: impl Fn(Rect, &mut Canvas)) {
    let area = Rect::new(0, 0, width, height);
    for palette in [Palette::Mono, Palette::Ansi, Palette::OnDark, Palette::OnLight] {
        let mut canvas = Canvas::new(Theme { palette, ascii: false, wide: false });
        paint(area, &mut canvas);
        let mut frame = Buffer::empty(area);
        (0..height).for_each(|y| canvas.render(y, &mut frame));
        let fits = |(_, bg): &(Rgb, Rgb)| match palette {
            Palette::Mono | Palette::Ansi => true,
            Palette::OnDark | Palette::OnLight => Palette::Ansi.on(*bg) == palette,
        };
        check(&frame, GROUNDS.into_iter().filter(fits), matches!(palette, Palette::OnDark | Palette::OnLight));
    }
    // Where characters of ambiguous width take two cells, no sign is one. Letters come from outside.
    let mut canvas = Canvas::new(Theme { palette: Palette::Ansi, ascii: false, wide: true });
    paint(area, &mut canvas);
    let mut frame = Buffer::empty(area);
    (0..height).for_each(|y| canvas.render(y, &mut frame));
    let is_too_wide = |c: char| !c.is_alphabetic() && c.width() == Some(1) && c.width_cjk() == Some(2);
    let signs: String =
        frame.content.iter().flat_map(|cell| cell.symbol().chars()).filter(|c| is_too_wide(*c)).collect();
    assert_eq!(signs, "");
}

#[test]
fn the_palette_follows_from_the_background() {
    for (background, palette) in [
        (BLACK, Palette::OnDark),
        ([0, 43, 54], Palette::OnDark),
        ([80, 80, 80], Palette::OnDark),
        (WHITE, Palette::OnLight),
        ([253, 246, 227], Palette::OnLight),
        ([200, 200, 200], Palette::OnLight),
    ] {
        assert_eq!(Palette::Ansi.on(background), palette, "{background:?}");
        assert_eq!(Palette::OnDark.on(background), palette, "the terminal may change its colours");
        assert_eq!(Palette::Mono.on(background), Palette::Mono, "NO_COLOR stays");
    }
}

#[test]
fn the_check_finds_words_that_cannot_be_read() {
    let cell = |fg: Color, modifier: Modifier| {
        let mut cell = Cell::new("w");
        cell.fg = fg;
        cell.modifier = modifier;
        cell
    };
    let least = |cell: &Cell| GROUNDS.map(|ground| of(cell, ground)).into_iter().fold(f64::MAX, f64::min);
    assert!(least(&cell(Color::Yellow, Modifier::empty())) < 2.0);
    assert!(least(&cell(Color::Reset, Modifier::DIM)) < WORDS);
    assert!(least(&cell(Color::Reset, Modifier::REVERSED)) >= WORDS);
    assert!(least(&cell(Color::Reset, Modifier::empty())) >= WORDS);
    assert!(least(&cell(Color::Reset, Modifier::BOLD)) >= WORDS);
}
