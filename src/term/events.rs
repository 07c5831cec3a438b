//! Waiting for the terminal and for signals, without a thread, a timer or a wake-up while nothing happens.
//!
//! One exception: a terminal that does not control the process sends it no signal of another size, so there it is looked at
//! four times a second.

use super::input::{Decoder, Input};
use super::line;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{Winsize, tcgetwinsize};
use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

/// How often the size is looked at where no signal tells of it.
const LOOK: Duration = Duration::from_millis(250);

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
    /// When to look at the size, and the one that was seen last. None where signals tell.
    look: Option<(Instant, Winsize)>,
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
        let look = if line::controls_us(&tty) { None } else { Some((Instant::now() + LOOK, tcgetwinsize(&tty)?)) };
        #[expect(deprecated, reason = "deprecated for descriptors that may be closed meanwhile; this one is not")]
        let tty = AsyncFd::with_interest(tty, Interest::READABLE)?;
        Ok(Self {
            tty,
            blocks,
            decoder: Decoder::default(),
            buffer: vec![0; READ],
            look,
            resized: signal(SignalKind::window_change())?,
            suspend: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            continued: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Everything that has happened, at least one event. `typing`: characters are text now, not keys. An error means that the
    /// terminal is gone.
    pub async fn next(&mut self, typing: bool) -> io::Result<Vec<TerminalEvent>> {
        loop {
            let deadline = self.decoder.deadline().map(Instant::from_std);
            let look = self.look.map(|(at, _)| at);
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
                        self.decoder.feed(&self.buffer[..read], std::time::Instant::now(), typing, &mut inputs);
                        // What comes after a read that took less than a terminal holds is news of its own.
                        if read < TTY_HOLDS {
                            break;
                        }
                    }
                    ready.clear_ready();
                }
                () = until(deadline) => self.decoder.wake(std::time::Instant::now(), typing, &mut inputs),
                () = until(look) => {
                    let (size, seen) = (tcgetwinsize(self.tty.get_ref())?, self.look.map(|(_, seen)| seen));
                    self.look = Some((Instant::now() + LOOK, size));
                    if seen != Some(size) {
                        return Ok(vec![TerminalEvent::Resized]);
                    }
                }
            }
            if !inputs.is_empty() {
                return Ok(inputs.into_iter().map(TerminalEvent::Input).collect());
            }
        }
    }
}

/// Waits until then, or for ever.
async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
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
