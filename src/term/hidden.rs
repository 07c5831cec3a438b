//! Reads a line that is typed and not shown, for commands without a screen.

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::io::{self, Read, Write};

/// An edit of the hidden line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenKey {
    /// Adds a character.
    Char(char),
    /// Deletes the last character.
    Back,
    /// Deletes all characters.
    Clear,
}

/// Reads a line from the terminal of standard input, key by key. Returns false if Ctrl-C or Ctrl-\ interrupted it.
/// These keys send no signal meanwhile: a signal would end the process and leave the echo off.
///
/// # Errors
///
/// The terminal cannot be read or written. Its modes are as before.
pub fn read(prompt: &str, mut typed: impl FnMut(HiddenKey)) -> io::Result<bool> {
    let input = io::stdin();
    let _quiet = Quiet::begin()?;
    write!(io::stderr(), "{prompt}")?;
    io::stderr().flush()?;
    let mut bytes = Vec::new();
    let mut is_whole = true;
    for byte in input.lock().bytes() {
        match byte? {
            b'\r' | b'\n' => break,
            3 | 28 => {
                is_whole = false;
                break;
            }
            4 if bytes.is_empty() => break,
            8 | 127 => typed(HiddenKey::Back),
            21 => typed(HiddenKey::Clear),
            byte => {
                bytes.push(byte);
                match std::str::from_utf8(&bytes) {
                    Ok(text) => {
                        text.chars().filter(|c| !c.is_control()).for_each(|c| typed(HiddenKey::Char(c)));
                        bytes.clear();
                    }
                    // The next bytes complete the character.
                    Err(why) if why.error_len().is_none() => {}
                    Err(_) => bytes.clear(),
                }
            }
        }
    }
    writeln!(io::stderr())?;
    Ok(is_whole)
}

/// Switches the echo off until this is dropped. Keeps the modes to restore.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
