//! Turns frames into bytes: as few as possible, with one write for each frame. Bytes that the terminal does not take at
//! once are kept. Only [`flushed`](Output::flushed) waits until they are written.
//!
//! [`Output`] is given the cells that changed. It remembers the state of the terminal: where the cursor stands, whether
//! the cursor is shown, and which attributes are on. So a typed character mostly costs its own bytes and a few for the
//! strip, and a frame without changes costs nothing. Attributes are switched off by one reset, never one by one. A
//! colour is written only if one was asked for, so bold and reverse still work with `NO_COLOR`.

use super::line;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use rustix::termios::tcgetwinsize;
use std::fs::File;
use std::io::{self, Write};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Frames longer than this many bytes are sent as synchronized output. The terminal then shows the frame in one go, if
/// it can.
const LONG_FRAME: usize = 512;

/// So many blank cells are erased, rather than written as spaces.
const ERASED: u16 = 8;

/// At most so many cells are written again, rather than passed over.
const REWRITTEN: u16 = 3;

/// The colours and attributes of a cell: foreground, background, attributes.
pub type Look = (Color, Color, Modifier);

const PLAIN: Look = (Color::Reset, Color::Reset, Modifier::empty());

/// Writes to the terminal.
#[derive(Debug)]
pub struct Output {
    out: File,
    frame: Vec<u8>,
    /// Did the terminal leave some bytes of `frame`?
    held_up: bool,
    /// Where the terminal's cursor is, if that is certain.
    cursor: Option<Position>,
    /// The row that it is in, if that is certain.
    row: Option<u16>,
    /// The columns of the terminal.
    width: u16,
    look: Look,
    /// Is the cursor shown, if that is certain?
    shown: Option<bool>,
}

impl Output {
    /// Writes to the terminal of standard output.
    pub fn new() -> io::Result<Self> {
        let (out, frame) = (line::anew(io::stdout())?, Vec::with_capacity(16 * 1024));
        Ok(Self { out, frame, held_up: false, cursor: None, row: None, width: 0, look: PLAIN, shown: None })
    }

    /// Forgets the state of the terminal, because another program may have used the terminal.
    pub fn forget(&mut self) {
        (self.cursor, self.row) = (None, None);
        self.shown = None;
        self.look = PLAIN;
    }

    /// Drops the bytes that the terminal did not take.
    pub fn drop_rest(&mut self) {
        self.frame.clear();
        self.held_up = false;
    }

    /// Are there bytes left that the terminal did not take? Then another frame would only have to wait behind them.
    pub fn is_held_up(&self) -> bool {
        self.held_up
    }

    /// Writes these bytes, after those that are left.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.frame.extend_from_slice(bytes);
        self.flush()
    }

    /// Waits until the terminal has taken the bytes that are left. If none are left, it waits for ever.
    pub async fn flushed(&mut self) -> io::Result<()> {
        if !self.held_up {
            return std::future::pending().await;
        }
        let line = self.out.try_clone()?;
        #[expect(
            deprecated,
            reason = "deprecated for descriptors that may be closed meanwhile; this one lives as long"
        )]
        let line = AsyncFd::with_interest(line, Interest::WRITABLE)?;
        while self.held_up {
            let mut ready = line.writable().await?;
            self.flush()?;
            ready.clear_ready();
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut written = 0;
        self.held_up = false;
        while written < self.frame.len() && !self.held_up {
            match self.out.write(&self.frame[written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(bytes) => written += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.held_up = true,
                Err(error) => return Err(error),
            }
        }
        self.frame.drain(..written);
        Ok(())
    }

    /// The size of the terminal, in cells. Where the terminal reports 0, as a serial line does, 80 columns or 24 rows
    /// are assumed.
    pub fn area(&mut self) -> io::Result<Rect> {
        let size = tcgetwinsize(&self.out)?;
        let or_usual = |cells, usual| if cells == 0 { usual } else { cells };
        self.width = or_usual(size.ws_col, 80);
        Ok(Rect::new(0, 0, or_usual(size.ws_col, 80), or_usual(size.ws_row, 24)))
    }

    /// How many times as high as wide a cell is, if the terminal reports its size in pixels.
    pub fn cell_ratio(&self) -> Option<f64> {
        let size = tcgetwinsize(&self.out).ok()?;
        let of = |pixels: u16, cells: u16| (pixels > 0 && cells > 0).then(|| f64::from(pixels) / f64::from(cells));
        Some(of(size.ws_ypixel, size.ws_row)? / of(size.ws_xpixel, size.ws_col)?)
    }

    /// Draws the cells that are wanted, where the terminal shows others.
    pub fn draw(&mut self, shown: &Buffer, wanted: &Buffer) {
        let there = |x, y| wanted.cell((x, y)).map(|cell| (cell.symbol().chars().next().unwrap_or(' '), look(cell)));
        let mut cells = shown.diff_iter(wanted).peekable();
        while let Some((x, y, cell)) = cells.next() {
            self.reach(Position { x, y }, |x| there(x, y));
            self.dress(look(cell));
            if is_blank(cell) {
                let mut end = x + 1;
                while cells.next_if(|(x, row, cell)| (*x, *row) == (end, y) && is_blank(cell)).is_some() {
                    end += 1;
                }
                self.blank(Position { x, y }, end - x);
            } else {
                self.write(Position { x, y }, cell.symbol());
            }
        }
    }

    /// The same for as many cells of one row from this place on, if each of their characters takes one cell.
    pub fn draw_steady(&mut self, at: Position, shown: &[(char, Look)], wanted: &[(char, Look)]) {
        let is_blank = |cell: &(char, Look)| *cell == (' ', PLAIN);
        let column = |nth: usize| at.x + u16::try_from(nth).unwrap_or(0);
        let pairs = |from: usize| wanted.iter().zip(shown).skip(from);
        let mut nth = 0;
        while let Some((same, (cell, _))) = pairs(nth).enumerate().find(|(_, (cell, shown))| cell != shown) {
            let place = Position { x: column(nth + same), y: at.y };
            nth += same + 1;
            self.reach(place, |x| wanted.get(usize::from(x.checked_sub(at.x)?)).copied());
            self.dress(cell.1);
            if is_blank(cell) {
                nth += pairs(nth).take_while(|(cell, shown)| cell != shown && is_blank(cell)).count();
                self.blank(place, column(nth) - place.x);
            } else if cell.0.is_ascii() {
                self.frame.push(cell.0 as u8);
                self.cursor = Some(Position { x: place.x + 1, ..place });
            } else {
                self.write(place, cell.0.encode_utf8(&mut [0; 4]));
            }
        }
    }

    /// Writes the symbol of the cell at this place, where the cursor is.
    fn write(&mut self, at: Position, symbol: &str) {
        self.frame.extend_from_slice(symbol.as_bytes());
        // Terminals disagree on the width of characters beyond ASCII, so the column is unknown after them. One such
        // character takes two cells at most, so the row is the same before the right edge.
        self.cursor = symbol.is_ascii().then_some(Position { x: at.x + 1, ..at });
        let is_one = symbol.chars().nth(1).is_none() && at.x + 2 < self.width;
        self.row = (symbol.is_ascii() || is_one).then_some(at.y);
    }

    /// Empties so many cells from the cursor's on.
    fn blank(&mut self, at: Position, cells: u16) {
        if cells >= ERASED {
            self.control(&[cells], b'X');
        } else {
            self.frame.extend(std::iter::repeat_n(b' ', usize::from(cells)));
            self.cursor = Some(Position { x: at.x + cells, ..at });
        }
    }

    /// Moves the cursor. A few cells in between that look like the last one are written again, which takes fewer bytes.
    /// `there` tells what is wanted in a column of the row.
    fn reach(&mut self, to: Position, there: impl Fn(u16) -> Option<(char, Look)>) {
        if let Some(from) = self.cursor.filter(|from| from.y == to.y && from.x < to.x && to.x - from.x <= REWRITTEN) {
            let is_like = |cell| matches!(cell, Some((' '..='~', look)) if look == self.look);
            if (from.x..to.x).all(|x| is_like(there(x))) {
                let signs = (from.x..to.x).filter_map(|x| there(x)?.0.try_into().ok());
                self.frame.extend::<Vec<u8>>(signs.collect());
                self.cursor = Some(to);
            }
        }
        self.go_to(to);
    }

    /// Empties a row.
    pub fn clear_row(&mut self, y: u16) {
        self.go_to(Position { x: 0, y });
        self.dress(PLAIN);
        self.frame.extend_from_slice(b"\x1b[2K");
    }

    /// Empties the screen.
    pub fn clear(&mut self) {
        self.frame.extend_from_slice(b"\x1b[m\x1b[2J");
        self.look = PLAIN;
        (self.cursor, self.row) = (None, None);
    }

    /// Ends the frame: moves the cursor to the caret, or hides the cursor, and writes everything at once.
    pub fn finish(&mut self, caret: Option<Position>) -> io::Result<()> {
        self.dress(PLAIN);
        if let Some(caret) = caret {
            self.go_to(caret);
        }
        if self.shown != Some(caret.is_some()) {
            self.frame.extend_from_slice(if caret.is_some() { b"\x1b[?25h" } else { b"\x1b[?25l" });
            self.shown = Some(caret.is_some());
        }
        if self.frame.len() > LONG_FRAME {
            self.frame.splice(0..0, *b"\x1b[?2026h");
            self.frame.extend_from_slice(b"\x1b[?2026l");
        }
        self.flush()
    }

    /// Writes a control sequence with these numbers. It is written for most keys, so no formatter is asked.
    fn control(&mut self, numbers: &[u16], letter: u8) {
        fn digits(number: u16, frame: &mut Vec<u8>) {
            if number > 9 {
                digits(number / 10, frame);
            }
            frame.push(b'0' + (number % 10) as u8);
        }
        let mut before: &[u8] = b"\x1b[";
        for number in numbers {
            self.frame.extend_from_slice(before);
            digits(*number, &mut self.frame);
            before = b";";
        }
        self.frame.push(letter);
    }

    fn go_to(&mut self, to: Position) {
        if self.cursor != Some(to) {
            match self.cursor {
                Some(from) if from.y == to.y && to.x > from.x => match to.x - from.x {
                    1 => self.frame.extend_from_slice(b"\x1b[C"),
                    cells => self.control(&[cells], b'C'),
                },
                None if self.row == Some(to.y) => self.control(&[to.x + 1], b'G'),
                Some(_) | None => self.control(&[to.y + 1, to.x + 1], b'H'),
            }
            (self.cursor, self.row) = (Some(to), Some(to.y));
        }
    }

    fn dress(&mut self, look: Look) {
        if self.look == look {
            return;
        }
        let (fg, bg, modifier) = look;
        let off = !(self.look.2 - modifier).is_empty()
            || (fg == Color::Reset && self.look.0 != fg)
            || (bg == Color::Reset && self.look.1 != bg);
        let from = if off { PLAIN } else { self.look };
        let attributes = [
            (Modifier::BOLD, "1;"),
            (Modifier::DIM, "2;"),
            (Modifier::ITALIC, "3;"),
            (Modifier::UNDERLINED, "4;"),
            (Modifier::REVERSED, "7;"),
        ];
        self.frame.extend_from_slice(b"\x1b[");
        if off && look != PLAIN {
            self.frame.extend_from_slice(b"0;");
        }
        for (attribute, code) in attributes {
            if (modifier - from.2).contains(attribute) {
                self.frame.extend_from_slice(code.as_bytes());
            }
        }
        if fg != from.0 {
            let _ = write!(self.frame, "{};", colour(fg, 30));
        }
        if bg != from.1 {
            let _ = write!(self.frame, "{};", colour(bg, 40));
        }
        if self.frame.last() == Some(&b';') {
            self.frame.pop();
        }
        self.frame.push(b'm');
        self.look = look;
    }
}

fn look(cell: &Cell) -> Look {
    (cell.fg, cell.bg, cell.modifier)
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && look(cell) == PLAIN
}

/// The SGR code of a colour; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let ansi = |n: u8| (base + n).to_string();
    match colour {
        Color::Reset => ansi(9),
        Color::Black => ansi(0),
        Color::Red => ansi(1),
        Color::Green => ansi(2),
        Color::Yellow => ansi(3),
        Color::Blue => ansi(4),
        Color::Magenta => ansi(5),
        Color::Cyan => ansi(6),
        Color::Gray => ansi(7),
        Color::DarkGray => ansi(60),
        Color::LightRed => ansi(61),
        Color::LightGreen => ansi(62),
        Color::LightYellow => ansi(63),
        Color::LightBlue => ansi(64),
        Color::LightMagenta => ansi(65),
        Color::LightCyan => ansi(66),
        Color::White => ansi(67),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row() -> impl Strategy<Value = Vec<(char, Look)>> {
        let signs = prop::sample::select(vec![' ', ' ', ' ', 'a', 'b', '─', '…']);
        let looks =
            [PLAIN, PLAIN, (Color::Cyan, Color::Reset, Modifier::BOLD), (Color::Reset, Color::Red, Modifier::REVERSED)];
        prop::collection::vec((signs, prop::sample::select(looks.to_vec())), 30)
    }

    fn output() -> Output {
        let (out, frame) = (File::create("/dev/null").unwrap(), Vec::new());
        Output { out, frame, held_up: false, cursor: None, row: None, width: 32, look: PLAIN, shown: None }
    }

    fn buffer(row: &[(char, Look)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(2, 1, 30, 1));
        for (cell, (sign, look)) in buffer.content.iter_mut().zip(row) {
            (cell.fg, cell.bg, cell.modifier) = *look;
            cell.set_char(*sign);
        }
        buffer
    }

    proptest! {
        /// Law: rows of characters that take one cell are written the same by either way.
        #[test]
        fn the_shorter_way_writes_the_same(rows in prop::collection::vec(row(), 2..5)) {
            let (mut short, mut long) = (output(), output());
            for pair in rows.windows(2) {
                short.draw_steady(Position { x: 2, y: 1 }, &pair[0], &pair[1]);
                long.draw(&buffer(&pair[0]), &buffer(&pair[1]));
                prop_assert_eq!(String::from_utf8_lossy(&short.frame), String::from_utf8_lossy(&long.frame));
            }
        }
    }
}
