//! Standard input and output as lines, without an escape sequence: the terminal stays as it is, but for the echo.

use crate::app::msg::PASTE_LIMIT;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::thread::Builder;

/// Reads lines on a thread of its own.
#[derive(Debug)]
pub struct LineReader {
    /// A byte here pauses the thread, and the next one lets it go on.
    ask: PipeWriter,
    /// The thread answers a byte once it is paused.
    answer: PipeReader,
    is_paused: bool,
}

impl LineReader {
    /// Reads until there are no more lines; then the callback gets `None`. A line is at most [`PASTE_LIMIT`] bytes; the rest
    /// of a longer one is the next line. What is not UTF-8 is replaced.
    ///
    /// # Errors
    ///
    /// There is no thread or no descriptor left.
    pub fn start(take: impl FnMut(Option<String>) + Send + 'static) -> io::Result<Self> {
        let ((asked, ask), (answer, answering)) = (io::pipe()?, io::pipe()?);
        Builder::new().name("lines".to_owned()).spawn(move || read(take, asked, answering))?;
        Ok(Self { ask, answer, is_paused: false })
    }

    /// Reads no more, so that another program can. After the last line there is nothing to pause.
    pub fn pause(&mut self) {
        if !std::mem::replace(&mut self.is_paused, true) && self.ask.write_all(&[0]).is_ok() {
            let _ = self.answer.read_exact(&mut [0]);
        }
    }

    /// Reads again.
    pub fn go_on(&mut self) {
        if std::mem::take(&mut self.is_paused) {
            let _ = self.ask.write_all(&[0]);
        }
    }
}

/// Reads lines until there are no more, or nobody wants them.
fn read(mut take: impl FnMut(Option<String>), mut asked: PipeReader, mut answering: PipeWriter) {
    let (input, mut bytes, mut chunk) = (io::stdin(), Vec::new(), [0_u8; 4096]);
    loop {
        let mut ready = [PollFd::new(&asked, PollFlags::IN), PollFd::new(&input, PollFlags::IN)];
        match poll(&mut ready, None) {
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(_) => return take(None),
        }
        let [is_asked, is_typed] = ready.map(|fd| !fd.revents().is_empty());
        if is_asked {
            let paused = asked.read_exact(&mut [0]).and_then(|()| answering.write_all(&[0]));
            if paused.and_then(|()| asked.read_exact(&mut [0])).is_err() {
                return;
            }
        } else if is_typed {
            match rustix::io::read(&input, &mut chunk) {
                Err(Errno::INTR | Errno::AGAIN) => {}
                Ok(0) | Err(_) => {
                    if !bytes.is_empty() {
                        take(Some(line(&bytes)));
                    }
                    return take(None);
                }
                Ok(read) => {
                    bytes.extend_from_slice(&chunk[..read]);
                    while let Some(end) = end_of_line(&bytes) {
                        take(Some(line(&bytes[..end])));
                        bytes.drain(..end);
                    }
                }
            }
        }
    }
}

/// Where the first line ends, with its line break.
fn end_of_line(bytes: &[u8]) -> Option<usize> {
    let end = bytes.iter().take(PASTE_LIMIT).position(|byte| *byte == b'\n').map(|at| at + 1);
    end.or((bytes.len() >= PASTE_LIMIT).then_some(PASTE_LIMIT))
}

fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\r', '\n']).to_owned()
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
