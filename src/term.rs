//! The terminal: taking it over, giving it back, and what passes in between.
//!
//! ```text
//!   enter ── raw mode, alternate screen, paste marks, focus reports, mouse ──> leave (in reverse)
//!              └─ every way out comes through `leave`: quitting, signals, suspend, a panic on any thread
//! ```
//!
//! The only room that knows crossterm, escape codes, signals and descriptors.

pub mod events;
pub mod input;
pub mod output;

use crossterm::{Command, cursor, event, terminal};
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;

/// The exit code after a panic: an internal error, as in sysexits.h.
pub const PANICKED: i32 = 70;

/// Mouse buttons and wheel, with coordinates of any size. Not movement: a moving mouse must not wake an idle program.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// What of standard input and output is no terminal, as the start of a sentence.
pub fn missing() -> Option<&'static str> {
    match (io::stdin().is_terminal(), io::stdout().is_terminal()) {
        (true, true) => None,
        (false, true) => Some("standard input is no terminal"),
        (true, false) => Some("standard output is no terminal"),
        (false, false) => Some("standard input and output are no terminal"),
    }
}

/// The terminal, taken over. Gives it back when dropped.
#[derive(Debug)]
#[must_use = "the terminal is given back as soon as this is dropped"]
pub struct Guard {
    out: File,
    mouse: bool,
}

impl Guard {
    /// Takes the terminal over. From now on a panic on any thread gives it back, says what happened and ends the process.
    pub fn enter() -> io::Result<Self> {
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        // Before anything is changed: the hook must never find a terminal that nobody gives back.
        std::panic::set_hook(Box::new(|panic| {
            give_back(&mut io::stdout());
            let place = panic.location().map_or(String::new(), |at| format!(" at {}:{}", at.file(), at.line()));
            let payload = panic.payload();
            let words =
                payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
            let words = words.unwrap_or("no message");
            // A closed stderr must not panic in the panic hook.
            let _ = writeln!(io::stderr(), "callset stopped because of a fault of its own{place}: {words}");
            std::process::exit(PANICKED);
        }));
        let mut guard = Self { out, mouse: true };
        guard.claim()?;
        Ok(guard)
    }

    fn claim(&mut self) -> io::Result<()> {
        terminal::enable_raw_mode()?;
        let mut bytes = String::new();
        ansi(&mut bytes, &terminal::EnterAlternateScreen);
        ansi(&mut bytes, &event::EnableBracketedPaste);
        ansi(&mut bytes, &event::EnableFocusChange);
        if self.mouse {
            bytes.push_str(MOUSE_ON);
        }
        self.out.write_all(bytes.as_bytes())
    }

    /// Switches mouse reporting.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        self.out.write_all(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())
    }

    /// Puts text on the clipboard of the terminal's own machine (OSC 52): works over ssh and in tmux, where the terminal
    /// allows it. Nothing answers, so nobody knows whether it did.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let mut bytes = String::new();
        ansi(&mut bytes, &crossterm::clipboard::CopyToClipboard::to_clipboard_from(text));
        self.out.write_all(bytes.as_bytes())
    }

    /// Gives the terminal back and stops the whole process group, as Ctrl-Z does for programs that do not catch it; takes
    /// the terminal again when continued. False where no shell waits: without job control everything runs in the group of
    /// the session's leader, and once that is stopped nobody is left to continue it.
    pub fn suspend(&mut self) -> io::Result<bool> {
        if getsid(None)? == getpgrp() {
            return Ok(false);
        }
        give_back(&mut self.out);
        // Returns when continued. SIGSTOP, not SIGTSTP: ours is caught, and a group that catches it must stop as well.
        kill_current_process_group(Signal::STOP)?;
        self.claim()?;
        Ok(true)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back(&mut self.out);
    }
}

/// Gives the terminal back. Goes on after errors: each further step may still work, and nobody could do better.
fn give_back(out: &mut impl Write) {
    let mut bytes = String::from("\x1b[m");
    bytes.push_str(MOUSE_OFF);
    ansi(&mut bytes, &event::DisableFocusChange);
    ansi(&mut bytes, &event::DisableBracketedPaste);
    ansi(&mut bytes, &cursor::Show);
    ansi(&mut bytes, &terminal::LeaveAlternateScreen);
    let _ = out.write_all(bytes.as_bytes());
    let _ = out.flush();
    let _ = terminal::disable_raw_mode();
}

fn ansi(bytes: &mut String, command: &impl Command) {
    // Writing to a string can not fail.
    let _ = command.write_ansi(bytes);
}
