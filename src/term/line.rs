//! Opens the terminal a second time, in non-blocking mode. So callset does not hang if the output is held up (XOFF, a
//! frozen ssh) or if another program has read the input first.
//!
//! The standard descriptors cannot be used for this. They are shared with the shell, so non-blocking mode would also
//! apply to the shell's next program. If the terminal has no name that callset may open, the standard descriptors are
//! used as they are, and writing to them blocks.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_getfl, open};
use rustix::process::{getpgrp, getsid};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcgetsid, tcsetattr, ttyname};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// How long a last message waits for a terminal that takes nothing. The process should end within a second after a
/// SIGTERM, and two such waits fit into that second.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };

/// Opens the terminal of a descriptor.
pub(super) fn anew(of: impl AsFd) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = ttyname(&of, Vec::new()).and_then(|name| open(name, flags, Mode::empty()));
    Ok(File::from(match opened {
        Ok(line) => line,
        Err(_) => of.as_fd().try_clone_to_owned()?,
    }))
}

/// Do reads and writes block?
pub(super) fn blocks(line: &File) -> io::Result<bool> {
    Ok(!fcntl_getfl(line)?.contains(OFlags::NONBLOCK))
}

/// Writes all bytes. Fails if the terminal takes nothing for a while.
pub(super) fn write_patiently(mut line: &File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match line.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let mut fds = [PollFd::new(&line, PollFlags::OUT)];
                if poll(&mut fds, Some(&PATIENCE))? == 0 {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// From now on, the terminal stops programs that write to it from the background, unless they ignore or block SIGTTOU.
/// Otherwise a program that is asked for a credential could show it there. The previous setting is restored with the
/// other modes.
pub(super) fn keep_others_off() -> io::Result<()> {
    let line = io::stdin();
    let mut modes = tcgetattr(&line)?;
    modes.local_modes.insert(LocalModes::TOSTOP);
    Ok(tcsetattr(&line, OptionalActions::Now, &modes)?)
}

/// The modes of the terminal of standard input, such as its echo.
#[derive(Debug)]
pub struct LineModes(Option<Termios>);

impl LineModes {
    /// Those that are set now.
    pub fn current() -> Self {
        Self(tcgetattr(io::stdin()).ok())
    }

    /// Sets them again, and drops what was typed meanwhile. Only the process in the foreground may.
    pub fn restore(self) {
        if let Some(modes) = self.0.filter(|_| is_ours()) {
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &modes);
        }
    }
}

/// Is this process in the foreground of the terminal? A process in the background is stopped if it changes the modes,
/// and its output would land on another program's screen. Without job control the answer is always yes.
pub(super) fn is_ours() -> bool {
    tcgetpgrp(io::stdout()).map_or(true, |group| group == getpgrp())
}

/// Is this the controlling terminal of our session? Any other terminal sends us no signals.
pub(super) fn controls_us(line: impl AsFd) -> bool {
    tcgetsid(line).is_ok_and(|session| getsid(None) == Ok(session))
}
