//! Writes and reads the names of keys: `Ctrl-S`, `Shift-Tab`, `←`, `PgUp`, `Space`, `q`.

use crate::app::msg::{Code, Key};
use std::fmt;
use std::str::FromStr;

/// The keys that have names. The first name of a key is the one that is written. Names are read in upper and lower
/// case.
const NAMES: [(Code, &[&str]); 15] = [
    (Code::Char(' '), &["Space"]),
    (Code::BackTab, &["Shift-Tab"]),
    (Code::Left, &["←", "Left"]),
    (Code::Right, &["→", "Right"]),
    (Code::Up, &["↑", "Up"]),
    (Code::Down, &["↓", "Down"]),
    (Code::Enter, &["Enter"]),
    (Code::Esc, &["Esc"]),
    (Code::Tab, &["Tab"]),
    (Code::Backspace, &["Backspace"]),
    (Code::Delete, &["Del", "Delete"]),
    (Code::Home, &["Home"]),
    (Code::End, &["End"]),
    (Code::PageUp, &["PgUp"]),
    (Code::PageDown, &["PgDn"]),
];

/// The modifiers, in the order they are written.
const HELD: [&str; 3] = ["Ctrl-", "Alt-", "Shift-"];

/// No key has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchKey;

impl Key {
    /// For the footer: `^S`, `F1`, `Esc`.
    pub fn short(&self) -> String {
        match (self.ctrl, self.code) {
            (true, Code::Char(c)) => format!("^{}", c.to_ascii_uppercase()),
            _ => self.to_string(),
        }
    }
}

/// For help and guide: `Ctrl-S`, `Shift-Tab`, `←`.
impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, name) in [self.ctrl, self.alt, self.shift].into_iter().zip(HELD).filter(|(is_held, _)| *is_held) {
            out.write_str(name)?;
        }
        let name = NAMES.iter().find(|(code, _)| *code == self.code).map(|(_, names)| names[0]);
        match (name, self.code) {
            (Some(name), _) => out.write_str(name),
            (None, Code::Char(c)) if self.ctrl || self.alt => write!(out, "{}", c.to_ascii_uppercase()),
            (None, Code::Char(c)) => write!(out, "{c}"),
            (None, Code::F(n)) => write!(out, "F{n}"),
            (None, other) => write!(out, "{other:?}"),
        }
    }
}

/// Reads what [`Display`](fmt::Display) writes, and `ctrl-s`, `down`, `esc` as people write them.
impl FromStr for Key {
    type Err = NoSuchKey;

    fn from_str(text: &str) -> Result<Self, NoSuchKey> {
        let is = |name: &&str| name.to_lowercase() == text.to_lowercase();
        if let Some((code, _)) = NAMES.iter().find(|(_, names)| names.iter().any(is)) {
            return Ok(Key::plain(*code));
        }
        for (at, held) in HELD.iter().enumerate() {
            // A modifier is followed by a key. `Ctrl--` is a key, and `Ctrl-` is none.
            let rest = text.split_at_checked(held.len()).filter(|(front, _)| front.eq_ignore_ascii_case(held));
            if let Some((_, rest)) = rest {
                let Key { code, ctrl, alt, shift } = rest.parse()?;
                let code = match code {
                    Code::Char(c) if at < 2 => Code::Char(c.to_ascii_lowercase()),
                    Code::Char(_) => return Err(NoSuchKey),
                    code => code,
                };
                return Ok(Key { code, ctrl: ctrl || at == 0, alt: alt || at == 1, shift: shift || at == 2 });
            }
        }
        let number = text.strip_prefix(['F', 'f']).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(number) = number.and_then(|digits| digits.parse().ok()) {
            return Ok(Key::plain(Code::F(number)));
        }
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => Ok(Key::char(c)),
            _ => Err(NoSuchKey),
        }
    }
}
