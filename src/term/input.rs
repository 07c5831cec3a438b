//! Bytes from the terminal to keys, pastes and clicks.
//!
//! ```text
//!   read ──> Decoder ──┬── between ESC[200~ and ESC[201~: a paste, capped
//!                      └── else: termina's parser ──> keys, mouse, focus; answers to queries are dropped
//! ```
//!
//! crossterm could read as well, but not without loss: its reader waits for readiness by edges and reads 1,024 bytes of it,
//! so the end of a longer burst stays in the kernel until the next key; it blocks in the middle of a sequence; and it spins
//! when the terminal vanishes. So bytes are read by us (see `events`), and parsed by a library that has no reader.

use crate::app::msg::{Code, Key, PASTE_LIMIT};
use termina::event::{Event, KeyCode, KeyEvent, KeyEventKind, Modifiers, MouseButton, MouseEventKind};

/// What the terminal sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Three or more characters that came at once.
    Typed(String),
    /// A bracketed paste of at most [`PASTE_LIMIT`] bytes.
    Pasted {
        /// The text.
        text: String,
        /// Was there more?
        cut: bool,
    },
    /// The left button went down on this cell, from 0.
    Pressed {
        /// Column.
        x: u16,
        /// Row.
        y: u16,
    },
    /// The wheel was turned by this many lines, down is positive.
    Wheel(i32),
    /// The window got the focus.
    Focused,
    /// The window lost the focus.
    Unfocused,
}

const PASTE_START: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// Lines per step of the wheel.
const WHEEL: i32 = 3;

/// Runs of this many characters in one read are not commands one by one.
const BURST: usize = 3;

/// Turns bytes into input, however they are cut.
#[derive(Debug, Default)]
pub struct Decoder {
    parser: termina::Parser,
    /// Bytes that may be the start of a paste mark.
    carry: Vec<u8>,
    paste: Option<(Vec<u8>, bool)>,
    pending: bool,
}

impl Decoder {
    /// Is something held back that only time can decide: a lone Esc, a sequence or a paste without its end?
    pub fn is_pending(&self) -> bool {
        self.pending || self.is_pasting()
    }

    /// Is a paste on its way?
    pub fn is_pasting(&self) -> bool {
        self.paste.is_some()
    }

    /// Takes what was read.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        let first = out.len();
        let mut held = std::mem::take(&mut self.carry);
        held.extend_from_slice(bytes);
        let mut rest = held.as_slice();
        self.pending = false;
        while !rest.is_empty() {
            let mark = if self.paste.is_some() { PASTE_END } else { PASTE_START };
            let found = rest.windows(mark.len()).position(|window| window == mark);
            // Without the mark, its start may be the last thing we have.
            let keep = if found.is_none() { longest_start(rest, mark) } else { 0 };
            let (now, after) = match found {
                Some(at) => (&rest[..at], &rest[at + mark.len()..]),
                None => rest.split_at(rest.len() - keep),
            };
            if let Some((text, cut)) = &mut self.paste {
                let room = PASTE_LIMIT.saturating_sub(text.len());
                text.extend_from_slice(&now[..now.len().min(room)]);
                *cut |= now.len() > room;
            } else if !now.is_empty() {
                self.parser.parse(now, found.is_none() && keep == 0);
                // An escape near the end may be the start of a sequence whose rest is still on the line.
                self.pending |= now.iter().rev().take(32).any(|&byte| byte == 0x1b);
                self.drain(out);
            }
            if found.is_none() {
                self.carry = after.to_vec();
                self.pending |= keep > 0;
                break;
            }
            if self.paste.is_some() {
                self.end_paste(out);
            } else {
                self.paste = Some((Vec::new(), false));
            }
            rest = after;
        }
        join_bursts(out, first);
    }

    /// Time has passed and nothing came: a lone Esc is the key, an unfinished sequence is dropped, a paste is over.
    pub fn flush(&mut self, out: &mut Vec<Input>) {
        let first = out.len();
        let carry = std::mem::take(&mut self.carry);
        if let Some((text, cut)) = &mut self.paste {
            let room = PASTE_LIMIT.saturating_sub(text.len());
            text.extend_from_slice(&carry[..carry.len().min(room)]);
            *cut |= carry.len() > room;
            self.end_paste(out);
        } else {
            self.parser.parse(&carry, false);
            self.drain(out);
        }
        self.pending = false;
        join_bursts(out, first);
    }

    fn end_paste(&mut self, out: &mut Vec<Input>) {
        if let Some((text, cut)) = self.paste.take() {
            let mut text = String::from_utf8_lossy(&text).into_owned();
            if cut {
                // The cap may have fallen into the middle of a character.
                text.truncate(text.trim_end_matches('\u{fffd}').len());
            }
            out.push(Input::Pasted { text, cut });
        }
    }

    fn drain(&mut self, out: &mut Vec<Input>) {
        while let Some(event) = self.parser.pop() {
            out.extend(match event {
                Event::Key(key) => translate(key).map(Input::Key),
                Event::Paste(text) => Some(Input::Pasted { text, cut: false }),
                Event::FocusIn => Some(Input::Focused),
                Event::FocusOut => Some(Input::Unfocused),
                Event::Mouse(mouse) => match mouse.kind {
                    MouseEventKind::Down(MouseButton::Left) => Some(Input::Pressed { x: mouse.column, y: mouse.row }),
                    MouseEventKind::ScrollDown => Some(Input::Wheel(WHEEL)),
                    MouseEventKind::ScrollUp => Some(Input::Wheel(-WHEEL)),
                    _ => None,
                },
                _ => None,
            });
        }
    }
}

/// How many bytes at the end of `bytes` are a proper start of `mark`.
fn longest_start(bytes: &[u8], mark: &[u8]) -> usize {
    (1..mark.len()).rev().find(|&len| bytes.ends_with(&mark[..len])).unwrap_or(0)
}

/// Characters that came in one read become one input: typing ahead on a slow line, or a paste without marks.
fn join_bursts(out: &mut Vec<Input>, first: usize) {
    if out.len() - first < BURST {
        return;
    }
    let fresh: Vec<Input> = out.drain(first..).collect();
    let mut run = String::new();
    let end = |run: &mut String, out: &mut Vec<Input>| {
        if run.chars().count() >= BURST {
            out.push(Input::Typed(std::mem::take(run)));
        } else {
            out.extend(run.drain(..).map(|c| Input::Key(Key::char(c))));
        }
    };
    for input in fresh {
        match input {
            Input::Key(Key { code: Code::Char(c), ctrl: false, alt: false, .. }) => run.push(c),
            other => {
                end(&mut run, out);
                out.push(other);
            }
        }
    }
    end(&mut run, out);
}

/// A key of ours. Releases do nothing; keys we have no name for do nothing.
fn translate(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = key.modifiers.contains(Modifiers::CONTROL);
    let alt = key.modifiers.intersects(Modifiers::ALT | Modifiers::META);
    let shift = key.modifiers.contains(Modifiers::SHIFT);
    let plain = |code| Key { code, ctrl, alt, shift: false };
    let moving = |code| Key { code, ctrl, alt, shift };
    Some(match key.code {
        // No key types one; in a burst it would get into a text, unseen.
        KeyCode::Char(c) if c.is_control() => return None,
        // Terminals send Ctrl-J for the newline of a paste without marks, and for Ctrl-Enter.
        KeyCode::Char('j' | 'J') if ctrl && !alt => Key::plain(Code::Enter),
        KeyCode::Char(c) if ctrl && !alt => plain(Code::Char(c.to_ascii_lowercase())),
        KeyCode::Char(c) => plain(Code::Char(c)),
        KeyCode::Function(n) => plain(Code::F(n)),
        KeyCode::Enter => plain(Code::Enter),
        KeyCode::Escape => plain(Code::Esc),
        KeyCode::Tab if shift => plain(Code::BackTab),
        KeyCode::Tab => plain(Code::Tab),
        KeyCode::BackTab => plain(Code::BackTab),
        KeyCode::Backspace => plain(Code::Backspace),
        KeyCode::Delete => plain(Code::Delete),
        KeyCode::Left => moving(Code::Left),
        KeyCode::Right => moving(Code::Right),
        KeyCode::Up => moving(Code::Up),
        KeyCode::Down => moving(Code::Down),
        KeyCode::Home => moving(Code::Home),
        KeyCode::End => moving(Code::End),
        KeyCode::PageUp => moving(Code::PageUp),
        KeyCode::PageDown => moving(Code::PageDown),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(chunks: &[&[u8]]) -> Vec<Input> {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        for chunk in chunks {
            decoder.feed(chunk, &mut out);
        }
        if decoder.is_pending() {
            decoder.flush(&mut out);
        }
        out
    }

    fn key(code: Code) -> Input {
        Input::Key(Key::plain(code))
    }

    #[test]
    fn keys_of_every_sort() {
        let cases: [(&[u8], Input); 16] = [
            (b"a", Input::Key(Key::char('a'))),
            ("é".as_bytes(), Input::Key(Key::char('é'))),
            (b"\x13", Input::Key(Key::ctrl('s'))),
            (b"\x11", Input::Key(Key::ctrl('q'))),
            (b"\x1b", key(Code::Esc)),
            (b"\r", key(Code::Enter)),
            (b"\n", key(Code::Enter)),
            (b"\t", key(Code::Tab)),
            (b"\x1b[Z", key(Code::BackTab)),
            (b"\x7f", key(Code::Backspace)),
            (b"\x1b[A", key(Code::Up)),
            (b"\x1bOP", key(Code::F(1))),
            (b"\x1b[21~", key(Code::F(10))),
            (b"\x1b[1;5D", Input::Key(Key::with_ctrl(Code::Left))),
            (b"\x1b[1;2C", Input::Key(Key::with_shift(Code::Right))),
            (b"\x1bb", Input::Key(Key::alt('b'))),
        ];
        for (bytes, expected) in cases {
            assert_eq!(all(&[bytes]), [expected], "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn t10_a_sequence_cut_anywhere_is_still_one_key() {
        for whole in [&b"\x1b[1;5D"[..], b"\x1b[Z", b"\x1b[21~"] {
            for cut in 1..whole.len() {
                let parts = all(&[&whole[..cut], &whole[cut..]]);
                assert_eq!(parts, all(&[whole]), "cut at {cut} of {whole:?}");
            }
        }
    }

    #[test]
    fn t6_answers_to_queries_are_never_typed() {
        let answers = b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[?62;22c\x1b]11;rgb:ffff/ffff/ffff\x07";
        assert_eq!(all(&[answers]), []);
        for cut in 1..answers.len() {
            assert_eq!(all(&[&answers[..cut], &answers[cut..]]), [], "cut at {cut}");
        }
    }

    #[test]
    fn a_paste_is_one_input_however_it_is_cut() {
        let whole = b"x\x1b[200~one\r\ntwo\x1b[31m\x1b[201~y";
        let expected = [
            Input::Key(Key::char('x')),
            Input::Pasted { text: "one\r\ntwo\x1b[31m".into(), cut: false },
            Input::Key(Key::char('y')),
        ];
        for cut in 0..whole.len() {
            assert_eq!(all(&[&whole[..cut], &whole[cut..]]), expected, "cut at {cut}");
        }
    }

    #[test]
    fn u2_a_huge_paste_is_capped_and_ends() {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        decoder.feed(b"\x1b[200~", &mut out);
        let chunk = "é".repeat(2048);
        for _ in 0..2500 {
            decoder.feed(chunk.as_bytes(), &mut out);
        }
        decoder.feed(b"\x1b[201~z", &mut out);
        let [Input::Pasted { text, cut: true }, Input::Key(after)] = out.as_slice() else { panic!("{}", out.len()) };
        assert_eq!((text.len(), *after), (PASTE_LIMIT, Key::char('z')));
    }

    #[test]
    fn a_burst_of_letters_is_one_input_and_two_letters_are_keys() {
        assert_eq!(all(&[b"qd\x1b[A"]), [Input::Key(Key::char('q')), Input::Key(Key::char('d')), key(Code::Up)]);
        assert_eq!(all(&[b"quit\r"]), [Input::Typed("quit".into()), key(Code::Enter)]);
    }

    #[test]
    fn a_click_that_no_terminal_reports_is_outside_of_everything() {
        let nowhere = Input::Pressed { x: u16::MAX, y: u16::MAX };
        assert_eq!(all(&[b"\x1b[<0;0;0M"]), std::slice::from_ref(&nowhere));
        assert_eq!(all(&[b"\x1b[32;0;0M"]), [nowhere]);
    }

    #[test]
    fn j12_control_characters_are_no_text_not_even_in_a_burst() {
        assert_eq!(all(&["ab\u{81}\u{9b}cd".as_bytes()]), [Input::Typed("abcd".into())]);
    }

    #[test]
    fn mouse_and_focus() {
        assert_eq!(all(&[b"\x1b[<0;5;7M\x1b[<0;5;7m"]), [Input::Pressed { x: 4, y: 6 }]);
        assert_eq!(all(&[b"\x1b[<65;1;1M\x1b[<64;1;1M\x1b[I"]), [Input::Wheel(3), Input::Wheel(-3), Input::Focused]);
    }
}
