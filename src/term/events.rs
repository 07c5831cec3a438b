//! Waiting for the terminal and for signals, without a thread, a timer or a wake-up while nothing happens.

use super::input::{Decoder, Input};
use super::line;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

/// How long a lone ESC byte may be the start of a sequence: longer than a slow line pauses within one, shorter than anyone
/// notices.
const ESCAPE: Duration = Duration::from_millis(25);

/// How long a paste may pause before it is taken as it is.
const PASTE: Duration = Duration::from_secs(2);

/// The most that is read before it is looked at, in bytes.
const READ: usize = 64 * 1024;

/// No terminal's input queue is shorter than this, in bytes (POSIX: `_POSIX_MAX_INPUT` is 255).
const TTY_HOLDS: usize = 255;

/// What happened at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEvent {
    /// The user did something.
    Input(Input),
    /// Another size.
    Resized,
    /// SIGTSTP: the shell wants the terminal.
    Suspend,
    /// SIGCONT: the terminal may be ours again.
    Continued,
    /// SIGTERM.
    Terminate,
    /// SIGHUP.
    HangUp,
    /// SIGINT.
    Interrupt,
    /// SIGQUIT.
    Quit,
}

/// The terminal's events.
#[derive(Debug)]
pub struct Events {
    tty: AsyncFd<File>,
    /// Does reading wait for input?
    blocks: bool,
    decoder: Decoder,
    buffer: Vec<u8>,
    deadline: Option<Instant>,
    resized: Signal,
    suspend: Signal,
    continued: Signal,
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Events {
    /// Listens from now on. Call within a runtime, before the terminal is taken over: a signal that came in between would
    /// end the process and leave the terminal as it is.
    pub fn new() -> io::Result<Self> {
        let tty = line::anew(io::stdin())?;
        let blocks = line::blocks(&tty)?;
        #[expect(deprecated, reason = "deprecated for descriptors that may be closed meanwhile; this one is not")]
        let tty = AsyncFd::with_interest(tty, Interest::READABLE)?;
        Ok(Self {
            tty,
            blocks,
            decoder: Decoder::default(),
            buffer: vec![0; READ],
            deadline: None,
            resized: signal(SignalKind::window_change())?,
            suspend: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            continued: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Everything that has happened, at least one event. An error means that the terminal is gone.
    pub async fn next(&mut self) -> io::Result<Vec<TerminalEvent>> {
        loop {
            let escape_over = async {
                match self.deadline {
                    Some(deadline) => sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            let mut inputs = Vec::new();
            tokio::select! {
                biased;
                _ = self.terminate.recv() => return Ok(vec![TerminalEvent::Terminate]),
                _ = self.hang_up.recv() => return Ok(vec![TerminalEvent::HangUp]),
                _ = self.interrupt.recv() => return Ok(vec![TerminalEvent::Interrupt]),
                _ = self.quit.recv() => return Ok(vec![TerminalEvent::Quit]),
                _ = self.suspend.recv() => return Ok(vec![TerminalEvent::Suspend]),
                _ = self.continued.recv() => return Ok(vec![TerminalEvent::Continued]),
                _ = self.resized.recv() => return Ok(vec![TerminalEvent::Resized]),
                ready = self.tty.readable() => {
                    let mut ready = ready?;
                    while !self.blocks || is_readable(ready.get_inner())? {
                        let read = match ready.get_inner().read(&mut self.buffer) {
                            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                            Ok(read) => read,
                            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                            Err(error) => return Err(error),
                        };
                        self.decoder.feed(&self.buffer[..read], &mut inputs);
                        // What comes after a read that took less than a terminal holds is news of its own.
                        if read < TTY_HOLDS {
                            break;
                        }
                    }
                    ready.clear_ready();
                    let patience = if self.decoder.is_pasting() { PASTE } else { ESCAPE };
                    self.deadline = self.decoder.is_pending().then(|| Instant::now() + patience);
                }
                () = escape_over => {
                    self.deadline = None;
                    self.decoder.flush(&mut inputs);
                }
            }
            if !inputs.is_empty() {
                return Ok(inputs.into_iter().map(TerminalEvent::Input).collect());
            }
        }
    }
}

/// Is there something to read now? Asked before each read that could wait. A terminal that has vanished is an error.
fn is_readable(tty: &File) -> io::Result<bool> {
    let mut fds = [PollFd::new(tty, PollFlags::IN)];
    poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
    let state = fds[0].revents();
    if state.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    Ok(state.contains(PollFlags::IN))
}
