//! A line that is typed and not shown, for commands without a screen.

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::io::{self, Read, Write};

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenKey {
    /// A character.
    Char(char),
    /// The last one goes.
    Back,
    /// All of them go.
    Clear,
}

/// Reads a line from the terminal that standard input is, key by key. False if it was interrupted, by Ctrl-C: signals of
/// keys are off meanwhile, or the echo would stay off.
///
/// # Errors
///
/// Those of the terminal. It is as it was then.
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
                    // The rest of it comes next.
                    Err(why) if why.error_len().is_none() => {}
                    Err(_) => bytes.clear(),
                }
            }
        }
    }
    writeln!(io::stderr())?;
    Ok(is_whole)
}

/// The terminal without echo, until this is dropped.
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
