//! The terminal's line, opened anew, so that neither output that is held up (XOFF, a frozen ssh) nor input that someone else
//! has read holds up anybody.
//!
//! The descriptors we are given are shared with the shell: set to not block, they would not block the shell's next program
//! either. Where the terminal has no name we may open, they are used as they are, and writing waits.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_getfl, open};
use rustix::process::{getpgrp, getsid};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcgetpgrp, tcgetsid, tcsetattr, ttyname};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// How long a last word waits for a terminal that takes nothing. Two of them fit into the second a SIGTERM may take.
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

/// Does reading and writing wait?
pub(super) fn blocks(line: &File) -> io::Result<bool> {
    Ok(!fcntl_getfl(line)?.contains(OFlags::NONBLOCK))
}

/// Writes all of it, or as much as the terminal takes before it takes nothing for a while.
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

/// Whoever writes to the terminal from the background is stopped, unless it sees to it that it can not be: a program that is
/// asked for a credential could show it there. What stood here before comes back with the other modes.
pub(super) fn keep_others_off() -> io::Result<()> {
    let line = io::stdin();
    let mut modes = tcgetattr(&line)?;
    modes.local_modes.insert(LocalModes::TOSTOP);
    Ok(tcsetattr(&line, OptionalActions::Now, &modes)?)
}

/// Is the terminal ours now? In the background it is someone else's: who changes its modes from there is stopped, and what is
/// written there lands on another program's screen. Without job control nobody takes turns.
pub(super) fn is_ours() -> bool {
    tcgetpgrp(io::stdout()).map_or(true, |group| group == getpgrp())
}

/// Is it the controlling terminal of our session? Any other sends us no signals.
pub(super) fn controls_us(line: impl AsFd) -> bool {
    tcgetsid(line).is_ok_and(|session| getsid(None) == Ok(session))
}
