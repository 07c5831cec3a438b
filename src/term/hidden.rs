//! Reads a line that is typed and not shown, for commands without a screen.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::io::{self, Write};

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

/// How the reading of a hidden line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenEnd {
    /// The line is whole.
    Whole,
    /// Ctrl-C or Ctrl-\ interrupted it.
    Interrupted,
    /// It is no longer needed.
    NotNeeded,
}

/// How often it is looked at whether the line is still needed.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// Reads a line from the terminal of standard input, key by key. Returns false if Ctrl-C or Ctrl-\ interrupted it.
/// These keys send no signal meanwhile: a signal would end the process and leave the echo off.
///
/// # Errors
///
/// The terminal cannot be read or written. Its modes are as before.
pub fn read(prompt: &str, typed: impl FnMut(HiddenKey)) -> io::Result<bool> {
    read_while(prompt, typed, || true).map(|end| end == HiddenEnd::Whole)
}

/// The same for a line that may become needless while it is waited for.
///
/// # Errors
///
/// As for [`read`].
pub fn read_while(
    prompt: &str,
    mut typed: impl FnMut(HiddenKey),
    is_needed: impl Fn() -> bool,
) -> io::Result<HiddenEnd> {
    let input = io::stdin();
    let _quiet = Quiet::begin()?;
    write!(io::stderr(), "{prompt}")?;
    io::stderr().flush()?;
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 1024];
    let end = 'line: loop {
        if !is_needed() {
            break HiddenEnd::NotNeeded;
        }
        let mut ready = [PollFd::new(&input, PollFlags::IN)];
        match poll(&mut ready, Some(&LOOK)) {
            Ok(0) | Err(Errno::INTR) => continue,
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let len = match rustix::io::read(&input, &mut chunk) {
            Ok(0) => break HiddenEnd::Whole,
            Ok(len) => len,
            Err(Errno::INTR | Errno::AGAIN) => continue,
            Err(error) => return Err(error.into()),
        };
        for byte in &chunk[..len] {
            match *byte {
                b'\r' | b'\n' => break 'line HiddenEnd::Whole,
                3 | 28 => break 'line HiddenEnd::Interrupted,
                4 if bytes.is_empty() => break 'line HiddenEnd::Whole,
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
    };
    writeln!(io::stderr())?;
    Ok(end)
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
