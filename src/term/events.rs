//! Waits for the terminal and for signals. While nothing happens, no thread runs and no timer wakes the program.
//!
//! There is one exception. A terminal that is not the controlling terminal of the process sends no signal when its size
//! changes. Then the size is read four times a second.

use super::input::{Decoder, Input};
use super::line;
use futures_util::stream::{FuturesUnordered, StreamExt};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{Winsize, tcgetwinsize};
use std::fs::File;
use std::io::{self, Read};
use std::pin::Pin;
use std::time::Duration;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

/// From now on a file that may not grow any more (`ulimit -f`) is a failed write, not the end of the process without a word.
pub fn outlive_file_limits() {
    // A handler of its own, unlike an ignored signal, is not passed on to programs that are started.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// The interval between two reads of the size, if no signal reports changes.
const LOOK: Duration = Duration::from_millis(250);

/// The most bytes that one read takes.
const READ: usize = 64 * 1024;

/// The input queue of every terminal holds at least this many bytes (POSIX: `_POSIX_MAX_INPUT` is 255).
const TTY_HOLDS: usize = 255;

/// What happened at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEvent {
    /// A key, a click, a paste, or a change of the focus.
    Input(Input),
    /// The size of the terminal may have changed.
    Resized,
    /// SIGTSTP: the shell wants the terminal.
    Suspend,
    /// SIGCONT: the process continues, and may have the terminal again.
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
    /// Does another program read the terminal?
    is_lent: bool,
    came: std::time::Instant,
    buffer: Vec<u8>,
    /// When to read the size next, and the size that was read last. `None` if signals report changes.
    look: Option<(Instant, Winsize)>,
    /// The next signal of each kind. Of these only the one that came is looked at.
    signals: FuturesUnordered<NextSignal>,
}

/// Waits for the next signal of a kind.
type NextSignal = Pin<Box<dyn Future<Output = (Signal, TerminalEvent)>>>;

fn next_signal(mut signal: Signal, event: TerminalEvent) -> NextSignal {
    Box::pin(async move {
        // A signal of which none can come any more does not stand for one.
        if signal.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        (signal, event)
    })
}

impl Events {
    /// Listens from now on. Call this within a runtime, before the terminal is taken over. Otherwise a signal that
    /// comes in between would end the process and leave the terminal changed.
    pub fn new() -> io::Result<Self> {
        let tty = line::anew(io::stdin())?;
        let blocks = line::blocks(&tty)?;
        let look = if line::controls_us(&tty) { None } else { Some((Instant::now() + LOOK, tcgetwinsize(&tty)?)) };
        let of = |signal: rustix::process::Signal| SignalKind::from_raw(signal.as_raw());
        let kinds = [
            (SignalKind::terminate(), TerminalEvent::Terminate),
            (SignalKind::hangup(), TerminalEvent::HangUp),
            (SignalKind::interrupt(), TerminalEvent::Interrupt),
            (SignalKind::quit(), TerminalEvent::Quit),
            (of(rustix::process::Signal::TSTP), TerminalEvent::Suspend),
            (of(rustix::process::Signal::CONT), TerminalEvent::Continued),
            (SignalKind::window_change(), TerminalEvent::Resized),
        ];
        let signals = kinds.into_iter().map(|(kind, event)| Ok(next_signal(signal(kind)?, event)));
        let signals = signals.collect::<io::Result<_>>()?;
        #[expect(deprecated, reason = "deprecated for descriptors that may be closed meanwhile; this one is not")]
        let tty = AsyncFd::with_interest(tty, Interest::READABLE)?;
        Ok(Self {
            tty,
            blocks,
            decoder: Decoder::default(),
            is_lent: false,
            came: std::time::Instant::now(),
            buffer: vec![0; READ],
            look,
            signals,
        })
    }

    /// When bytes were read last. Input that was decided by time came then as well.
    pub fn came(&self) -> std::time::Instant {
        self.came
    }

    /// Another program reads the terminal from now on, or does not any more. What had come of a key is dropped.
    pub fn lend(&mut self, is_lent: bool) {
        self.is_lent = is_lent;
        self.decoder = Decoder::default();
    }

    /// Waits for at least one event, and returns all that have happened. `typing`: are characters text now, rather than
    /// key bindings? An error means that the terminal is gone.
    pub async fn next(&mut self, typing: bool) -> io::Result<Vec<TerminalEvent>> {
        loop {
            let deadline = self.decoder.deadline().map(Instant::from_std);
            let look = self.look.map(|(at, _)| at).filter(|_| !self.is_lent);
            let mut inputs = Vec::new();
            tokio::select! {
                biased;
                Some((signal, event)) = self.signals.next() => {
                    self.signals.push(next_signal(signal, event.clone()));
                    return Ok(vec![event]);
                }
                ready = self.tty.readable(), if !self.is_lent => {
                    let mut ready = ready?;
                    while !self.blocks || is_readable(ready.get_inner())? {
                        let read = match ready.get_inner().read(&mut self.buffer) {
                            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                            Ok(read) => read,
                            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                            Err(error) => return Err(error),
                        };
                        self.came = std::time::Instant::now();
                        self.decoder.feed(&self.buffer[..read], self.came, typing, &mut inputs);
                        // A read that took less than a terminal holds has emptied the queue. What comes later is a new
                        // event.
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

/// Waits until the deadline. Without a deadline it waits for ever.
async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Is there something to read now? This is asked before each read that could block. The error means that the terminal
/// is gone.
fn is_readable(tty: &File) -> io::Result<bool> {
    let mut fds = [PollFd::new(tty, PollFlags::IN)];
    poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
    let state = fds[0].revents();
    if state.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    Ok(state.contains(PollFlags::IN))
}
