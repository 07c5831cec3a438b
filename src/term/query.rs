//! The question for the terminal's background.
//!
//! ```text
//!   first frame ──> ESC ] 11 ; ? ESC \   ESC [ c ──> the answer, as input, at any time
//!                   the background       the kind: every terminal answers this, and answers in order
//! ```
//!
//! Nothing waits for the answer while callset runs. But if callset ends before the answer has come, the shell would
//! take the answer as typed. So the end waits for it, though not for long.

use super::input::{Decoder, Input, TerminalAnswer};
use super::line;
use super::output::Output;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// The question, and the question for the terminal's kind, whose answer shows that no other will come.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// An answer takes no longer than this, except over a very slow line.
const PATIENCE: Duration = Duration::from_secs(1);

/// The state of the question.
#[derive(Debug, Default)]
pub(super) enum BackgroundQuery {
    /// Not asked yet.
    #[default]
    Open,
    /// Asked at this time.
    Asked(Instant),
    /// Answered.
    Answered,
}

impl BackgroundQuery {
    /// Asks, unless that was done before.
    pub(super) fn ask(&mut self, out: &mut Output) -> io::Result<()> {
        if matches!(self, BackgroundQuery::Open) {
            *self = BackgroundQuery::Asked(Instant::now());
            out.send(QUESTION)?;
        }
        Ok(())
    }

    /// Has the answer come? `None` if nothing was asked.
    pub(super) fn has_answered(&self) -> Option<bool> {
        match self {
            BackgroundQuery::Open => None,
            BackgroundQuery::Asked(_) => Some(false),
            BackgroundQuery::Answered => Some(true),
        }
    }

    /// The answer has come.
    pub(super) fn answered(&mut self) {
        *self = BackgroundQuery::Answered;
    }

    /// Takes the answer from the input if it is still to come, as long as it may take. Keys that come before it are
    /// lost.
    pub(super) fn wait(&mut self) {
        if let BackgroundQuery::Asked(at) = self
            && line::is_ours()
        {
            let _ = swallow(*at + PATIENCE);
            self.answered();
        }
    }
}

fn swallow(deadline: Instant) -> io::Result<()> {
    let mut tty = line::anew(io::stdin())?;
    let (mut decoder, mut inputs) = (Decoder::default(), vec![]);
    while !inputs.contains(&Input::Told(TerminalAnswer::Kind)) {
        let rest = deadline.saturating_duration_since(Instant::now());
        let rest =
            Timespec { tv_sec: i64::try_from(rest.as_secs()).unwrap_or(0), tv_nsec: i64::from(rest.subsec_nanos()) };
        let mut fds = [PollFd::new(&tty, PollFlags::IN)];
        // What comes behind the answer is the shell's, so single bytes are read.
        let mut byte = [0];
        if poll(&mut fds, Some(&rest))? == 0 || tty.read(&mut byte)? == 0 {
            break;
        }
        inputs.clear();
        decoder.feed(&byte, Instant::now(), true, &mut inputs);
    }
    Ok(())
}
