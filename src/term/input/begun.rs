//! The state of a sequence that has begun. It takes one byte after the other, until the sequence has a meaning or none.

use super::meaning::Meaning;
use super::sequence::{self, Held};
use crate::app::msg::{Code, Key};

/// The longest sequence that is understood, in bytes.
const LONG: usize = 64;

/// The state of the grammar. `alt`: did another ESC come before the sequence? rxvt, `PuTTY` and `iTerm2` send Alt so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Begun {
    #[default]
    Ground,
    /// In a character of several bytes.
    Text { bytes: [u8; 4], len: usize, alt: bool },
    /// After ESC.
    Escape { alt: bool },
    /// After `ESC [`.
    Csi { body: Vec<u8>, alt: bool },
    /// After `ESC O`, and perhaps a digit.
    Ss3 { modifiers: Option<u8>, alt: bool },
    /// After `ESC (` and the like, `ESC N` or `ESC ?`. They name a character set, shift to one for a character, or are keys
    /// of a VT52. Nothing of it is a key of callset. `goes_on`: may more of the same follow, before the last byte?
    Other { goes_on: bool, alt: bool },
    /// After `ESC [ [`.
    Linux { alt: bool },
    /// After `ESC [ M`: `len` of three bytes are here.
    Mouse { report: [u8; 3], len: usize },
    /// In an answer, whose first bytes are `body`. `escaped`: was the last byte an ESC?
    Answer { body: Vec<u8>, escaped: bool },
}

/// How a byte was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Took {
    /// As part of a sequence or character that goes on.
    More,
    /// As the last byte of a sequence or character.
    End,
    /// Not at all: the sequence is over, and the byte has to be taken again.
    Not,
}

impl Begun {
    /// Takes a byte.
    pub(super) fn step(&mut self, byte: u8, out: &mut Vec<Meaning>) -> Took {
        let took = match self {
            Begun::Ground => return self.begin(byte, out),
            Begun::Text { .. } => return self.text(byte, out),
            Begun::Escape { alt } => {
                let alt = *alt;
                return self.after_escape(byte, alt, out);
            }
            Begun::Csi { body, alt } => {
                let digits = !body.is_empty() && body.iter().all(u8::is_ascii_digit);
                match byte {
                    b'[' if body.is_empty() => {
                        *self = Begun::Linux { alt: *alt };
                        return Took::More;
                    }
                    b'M' if body.is_empty() => {
                        *self = Begun::Mouse { report: [0; 3], len: 0 };
                        return Took::More;
                    }
                    // rxvt ends a sequence with `$` for Shift. In other sequences `$` is not the last byte.
                    b'$' if digits => {
                        out.extend(sequence::csi(body, byte, *alt));
                        Took::End
                    }
                    b' '..=b'?' => {
                        body.push(byte);
                        body.truncate(LONG);
                        return Took::More;
                    }
                    b'@'..=b'~' => {
                        out.extend(sequence::csi(body, byte, *alt).filter(|_| body.len() < LONG));
                        Took::End
                    }
                    _ => Took::Not,
                }
            }
            Begun::Ss3 { modifiers, alt } => match byte {
                b'1'..=b'9' if modifiers.is_none() => {
                    *modifiers = Some(byte);
                    return Took::More;
                }
                b' '..=b'~' => {
                    out.extend(sequence::ss3(*modifiers, byte, *alt));
                    Took::End
                }
                _ => Took::Not,
            },
            Begun::Other { goes_on: true, .. } if (b' '..=b'/').contains(&byte) => return Took::More,
            Begun::Other { .. } if (b' '..=b'~').contains(&byte) => Took::End,
            Begun::Other { .. } => Took::Not,
            Begun::Linux { alt } => match byte {
                b' '..=b'~' => {
                    out.extend(sequence::linux(byte, *alt));
                    Took::End
                }
                _ => Took::Not,
            },
            Begun::Mouse { .. } if byte < b' ' => Took::Not,
            Begun::Mouse { report, len } => {
                report[*len] = byte;
                *len += 1;
                if *len < report.len() {
                    return Took::More;
                }
                out.extend(sequence::x10(*report));
                Took::End
            }
            Begun::Answer { .. } => return self.answer(byte, out),
        };
        *self = Begun::Ground;
        took
    }

    fn begin(&mut self, byte: u8, out: &mut Vec<Meaning>) -> Took {
        let token = match byte {
            0x1b => {
                *self = Begun::Escape { alt: false };
                return Took::More;
            }
            0x80..=0x9f => return self.c1(byte),
            // No character begins with these.
            0xa0..=0xc1 | 0xf5.. => None,
            0xc2.. => {
                *self = Begun::Text { bytes: [byte, 0, 0, 0], len: 1, alt: false };
                return Took::More;
            }
            b'\r' | b'\n' => Some(Meaning::Key(Key::plain(Code::Enter))),
            0x7f => Some(Meaning::Key(Key::plain(Code::Backspace))),
            0..b' ' => Some(sequence::control(if byte == 0 { ' ' } else { char::from(byte | 0x40) })),
            b' '..0x7f => Some(Meaning::Key(Key::char(char::from(byte)))),
        };
        out.extend(token);
        Took::End
    }

    fn text(&mut self, byte: u8, out: &mut Vec<Meaning>) -> Took {
        let Begun::Text { bytes, len, alt } = self else { return Took::Not };
        let alt = *alt;
        if !(0x80..=0xbf).contains(&byte) {
            *self = Begun::Ground;
            return Took::Not;
        }
        bytes[*len] = byte;
        *len += 1;
        let c = match std::str::from_utf8(&bytes[..*len]) {
            Ok(text) => text.chars().next(),
            Err(error) if error.error_len().is_none() => return Took::More,
            Err(_) => None,
        };
        *self = Begun::Ground;
        match c.map(u32::from) {
            Some(c1 @ 0x80..=0x9f) => self.c1(u8::try_from(c1).unwrap_or_default()),
            c => {
                out.extend(c.and_then(|c| sequence::character(c, None, None, Held::alt(alt))));
                Took::End
            }
        }
    }

    fn answer(&mut self, byte: u8, out: &mut Vec<Meaning>) -> Took {
        let Begun::Answer { body, escaped } = self else { return Took::Not };
        let took = match (byte, *escaped) {
            (b'\\', true) | (0x07, false) => {
                out.extend(sequence::answer(body));
                Took::End
            }
            (0x1b, false) => {
                *escaped = true;
                return Took::More;
            }
            (_, true) => {
                // The ESC began another sequence, or the end of the answer was cut.
                *self = Begun::Escape { alt: false };
                return if byte == 0x1b { Took::More } else { self.step(byte, out) };
            }
            (0..b' ' | 0x7f, false) => Took::Not,
            (_, false) => {
                body.push(byte);
                body.truncate(LONG);
                return Took::More;
            }
        };
        *self = Begun::Ground;
        took
    }

    fn after_escape(&mut self, byte: u8, alt: bool, out: &mut Vec<Meaning>) -> Took {
        let esc = Meaning::Key(Key::plain(Code::Esc));
        match byte {
            0x1b => {
                out.extend(alt.then_some(esc));
                *self = Begun::Escape { alt: true };
                return Took::More;
            }
            b'[' => *self = Begun::Csi { body: vec![], alt },
            b'O' => *self = Begun::Ss3 { modifiers: None, alt },
            b' '..=b'/' => *self = Begun::Other { goes_on: true, alt },
            b'N' | b'?' => *self = Begun::Other { goes_on: false, alt },
            b']' | b'P' | b'_' | b'^' | b'X' => {
                out.extend(alt.then_some(esc));
                *self = Begun::Answer { body: vec![], escaped: false };
            }
            0xc2..=0xf4 => *self = Begun::Text { bytes: [byte, 0, 0, 0], len: 1, alt: true },
            _ => {
                *self = Begun::Ground;
                out.extend(alt.then_some(esc));
                let held = Held::alt(true);
                out.extend(match byte {
                    // Ctrl-C always means that the user wants to leave.
                    0x03 => Some(Meaning::Key(Key::ctrl('c'))),
                    0x08 | 0x7f => sequence::special(Code::Backspace, held),
                    b'\t' => sequence::special(Code::Tab, held),
                    b'\r' | b'\n' => sequence::special(Code::Enter, held),
                    // The end of an answer whose start is lost.
                    b'\\' => None,
                    b' '..0x7f => sequence::character(u32::from(byte), None, None, held),
                    // Other control bytes with Alt are not bound to anything.
                    _ => None,
                });
                return Took::End;
            }
        }
        Took::More
    }

    /// The controls that `ESC` and a letter stand for, as one byte or as the character of that number (C1).
    fn c1(&mut self, byte: u8) -> Took {
        *self = match byte {
            0x8e => Begun::Other { goes_on: false, alt: false },
            0x8f => Begun::Ss3 { modifiers: None, alt: false },
            0x9b => Begun::Csi { body: vec![], alt: false },
            0x90 | 0x98 | 0x9d | 0x9e | 0x9f => Begun::Answer { body: vec![], escaped: false },
            _ => {
                *self = Begun::Ground;
                return Took::End;
            }
        };
        Took::More
    }

    /// Is a sequence unfinished, so that only time can end it? An unfinished character does not count: it is no key,
    /// and the next byte ends it.
    pub(super) fn is_waiting(&self) -> bool {
        !matches!(self, Begun::Ground | Begun::Text { .. })
    }

    /// The sequence has paused for too long. Adds the Esc keys that were pressed, if its start was that.
    pub(super) fn give_up(&self, out: &mut Vec<Meaning>) {
        let escs = match self {
            Begun::Escape { alt } => 1 + usize::from(*alt),
            Begun::Csi { alt, .. } | Begun::Ss3 { alt, .. } | Begun::Linux { alt } | Begun::Other { alt, .. } => {
                usize::from(*alt)
            }
            Begun::Ground | Begun::Text { .. } | Begun::Mouse { .. } | Begun::Answer { .. } => 0,
        };
        out.extend(std::iter::repeat_n(Meaning::Key(Key::plain(Code::Esc)), escs));
    }
}
