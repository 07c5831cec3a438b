//! Asks the terminal what it is and can, for `doctor`. Waits for the answers, and leaves none of them to the shell.
//!
//! ```text
//!   OSC 11 (background)  DECRQM (modes)  DA1 (kind) ──> read until the kind comes: every terminal tells it, and last
//!        the kind comes ──> the modes of the line as before     it does not ──> a moment more, and what came is dropped
//! ```

use super::input::{Decoder, Input, TerminalAnswer};
use super::line;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::time::{Duration, Instant};

/// The modes that callset uses, with their numbers.
const MODES: [(u16, &str); 4] =
    [(2004, "bracketed paste"), (1004, "focus reports"), (1006, "SGR mouse"), (2026, "synchronized output")];

/// An answer takes no longer than this, except over a very slow line.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// How much longer a late answer is waited for, only to drop it.
const LATE: Duration = Duration::from_secs(1);

/// How often it is looked at whether the answers are still needed.
const LOOK: Duration = Duration::from_millis(100);

/// The most bytes that are read.
const LIMIT: usize = 16 * 1024;

/// What came of the questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalTold {
    /// The numbers of its kind; `None` if it did not answer.
    pub kind: Option<String>,
    /// Its background.
    pub background: Option<[u8; 3]>,
    /// Width and height of a cell in pixels.
    pub cell: Option<(u16, u16)>,
    /// The modes that callset uses, and whether the terminal knows them.
    pub modes: Vec<(&'static str, bool)>,
    /// Was Ctrl-C or Ctrl-\ typed meanwhile?
    pub is_interrupted: bool,
}

/// Width and height of a cell in pixels, if the terminal tells them.
pub fn cell() -> Option<(u16, u16)> {
    let size = tcgetwinsize(io::stdout()).ok()?;
    let of = |pixels: u16, cells: u16| pixels.checked_div(cells).filter(|size| *size > 0);
    Some((of(size.ws_xpixel, size.ws_col)?, of(size.ws_ypixel, size.ws_row)?))
}

/// Asks, and waits. `None` if standard input and output are not both the terminal, or it is another program's now. Keys
/// that are typed meanwhile are lost.
///
/// # Errors
///
/// The terminal cannot be read or written. Its modes are as before.
pub fn ask(is_needed: impl Fn() -> bool) -> io::Result<Option<TerminalTold>> {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal() && line::is_ours()) {
        return Ok(None);
    }
    let _silent = Silent::begin()?;
    let mut question = String::from("\x1b]11;?\x1b\\");
    for (mode, _) in MODES {
        // Writing to a string cannot fail.
        let _ = write!(question, "\x1b[?{mode}$p");
    }
    question.push_str("\x1b[c");
    line::write_patiently(&line::anew(io::stdout())?, question.as_bytes())?;
    let mut came = Came { line: line::anew(io::stdin())?, bytes: vec![], decoder: Decoder::default(), told: vec![] };
    let began = Instant::now();
    came.until_kind(began + PATIENCE, &is_needed)?;
    let answered = came.answered();
    if answered.kind.is_none() {
        came.until_kind(began + PATIENCE + LATE, &is_needed)?;
    }
    Ok(Some(TerminalTold { is_interrupted: came.is_interrupted(), ..answered }))
}

/// What came so far.
struct Came {
    line: File,
    bytes: Vec<u8>,
    decoder: Decoder,
    told: Vec<TerminalAnswer>,
}

impl Came {
    fn is_interrupted(&self) -> bool {
        self.bytes.iter().any(|byte| matches!(byte, 3 | 28))
    }

    fn until_kind(&mut self, deadline: Instant, is_needed: &impl Fn() -> bool) -> io::Result<()> {
        while !(self.told.contains(&TerminalAnswer::Kind) || self.is_interrupted()) && is_needed() {
            let rest = deadline.saturating_duration_since(Instant::now()).min(LOOK);
            if rest.is_zero() || self.bytes.len() > LIMIT {
                break;
            }
            let rest = Timespec { tv_sec: 0, tv_nsec: i64::from(rest.subsec_nanos()) };
            let mut fds = [PollFd::new(&self.line, PollFlags::IN)];
            if poll(&mut fds, Some(&rest))? == 0 {
                continue;
            }
            // What comes behind the answer is the shell's, so single bytes are read.
            let mut byte = [0];
            match self.line.read(&mut byte) {
                Ok(0) => break,
                Ok(_) => self.bytes.push(byte[0]),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                    continue;
                }
                Err(error) => return Err(error),
            }
            let mut inputs = vec![];
            self.decoder.feed(&byte, Instant::now(), true, &mut inputs);
            let told = |input| if let Input::Told(answer) = input { Some(answer) } else { None };
            self.told.extend(inputs.into_iter().filter_map(told));
        }
        Ok(())
    }

    fn answered(&self) -> TerminalTold {
        let background = self.told.iter().find_map(|answer| match answer {
            TerminalAnswer::Background(colour) => Some(*colour),
            TerminalAnswer::Kind => None,
        });
        let kind = self.told.contains(&TerminalAnswer::Kind).then(|| self.between("\x1b[?", "c").unwrap_or_default());
        let mode = |(mode, name): (u16, &'static str)| {
            let state = self.between(&format!("\x1b[?{mode};"), "$y");
            (name, state.is_some_and(|state| matches!(state.as_str(), "1" | "2" | "3")))
        };
        let modes = if kind.is_some() { MODES.map(mode).to_vec() } else { vec![] };
        TerminalTold { kind, background, cell: cell(), modes, is_interrupted: false }
    }

    /// The numbers of an answer: what stands last between these two, and is nothing but numbers.
    fn between(&self, start: &str, end: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let (_, behind) = text.rsplit_once(start)?;
        let (numbers, _) = behind.split_once(end)?;
        let is_plain = numbers.len() < 80 && numbers.chars().all(|c| c.is_ascii_digit() || c == ';');
        is_plain.then(|| numbers.to_owned())
    }
}

/// The terminal shows nothing of what comes, and sends no signals, until this is dropped: a signal would end the process
/// and leave it so. What came and was not read is dropped with it.
struct Silent(Termios);

impl Silent {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(io::stdin(), OptionalActions::Drain, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
