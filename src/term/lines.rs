//! Standard input and output as lines, without an escape sequence: the terminal stays as it is, but for the echo.

use crate::app::msg::PASTE_LIMIT;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, BufRead, Read, Write};
use std::thread::Builder;

/// Reads lines on a thread of its own, until there are no more; then the callback gets `None`. A line is at most
/// [`PASTE_LIMIT`] bytes; the rest of a longer one is the next line. What is not UTF-8 is replaced.
///
/// # Errors
///
/// There is no thread left.
pub fn each(mut take: impl FnMut(Option<String>) + Send + 'static) -> io::Result<()> {
    let read = move || {
        let mut input = io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let limit = u64::try_from(PASTE_LIMIT).unwrap_or(u64::MAX);
            match input.by_ref().take(limit).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return take(None),
                Ok(_) => {
                    let line = String::from_utf8_lossy(&line);
                    take(Some(line.trim_end_matches(['\r', '\n']).to_owned()));
                }
            }
        }
    };
    Builder::new().name("lines".to_owned()).spawn(read).map(drop)
}

/// Writes a text and its line breaks at once.
///
/// # Errors
///
/// Nobody reads it any more.
pub fn write(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// Lets the terminal show what is typed, or not. Nothing happens where standard input is none.
pub fn echo(on: bool) {
    let input = io::stdin();
    if let Ok(mut modes) = tcgetattr(&input) {
        modes.local_modes.set(LocalModes::ECHO, on);
        // A line break is still seen, so that the next text does not stand behind the prompt.
        modes.local_modes.set(LocalModes::ECHONL, !on);
        let _ = tcsetattr(&input, OptionalActions::Now, &modes);
    }
}
