//! The terminal: taking it over, giving it back, and what passes in between.
//!
//! ```text
//!   enter ── raw mode, nobody else writes, alternate screen, known modes, paste marks, focus reports, mouse ──> leave (in reverse)
//!              └─ every way out comes through `leave`: quitting, signals, suspend, a panic on any thread
//! ```
//!
//! The only room that knows crossterm, escape codes, signals and descriptors.

pub mod events;
pub mod hidden;
pub mod input;
mod line;
pub mod output;

use crossterm::{Command, cursor, event, terminal};
use output::Output;
use rustix::fs::statvfs;
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use rustix::termios::tcgetwinsize;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// The exit code after a panic: an internal error, as in sysexits.h.
pub const PANICKED: i32 = 70;

/// Mouse buttons and wheel, with coordinates of any size. Not movement: a moving mouse must not wake an idle program.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// Every mode as we know it, whatever a program that crashed has left on. It may not be on the screen of ours, so this comes
/// after the alternate screen, and before anything is drawn: some old terminals show what they do not know.
const KNOWN: &str = concat!(
    "\x1b[?2026l",             // frames are shown as they come
    "\x1b F",                  // controls of two bytes
    "\x1b[m\x1b(B\x0f",        // no attributes, letters for letters
    "\x1b[4l\x1b[?6l\x1b[?7h", // characters replace, rows count from the top, lines wrap
    "\x1b[?69l\x1b[r",         // no margins
    "\x1b[?5l\x1b[0 q",        // dark stays dark; the cursor as the user has it
    "\x1b[?1l\x1b>",           // arrows and keypad send what they usually do
    "\x1b[>4;0m\x1b[=0;1u",    // neither xterm's modifyOtherKeys nor kitty's protocol
    "\x1b[?9001l",             // nor that of the Windows console
    "\x1b[?2031l\x1b[?2048l",  // no reports of colours and sizes
    "\x1b[?9l\x1b[?1001l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1015l\x1b[?1016l", // no mouse but ours
);

/// Columns and rows of the terminal that standard output is, or standard error; `None` if neither is one.
pub fn size() -> Option<(u16, u16)> {
    let of = |size: rustix::termios::Winsize| (size.ws_col, size.ws_row);
    tcgetwinsize(io::stdout()).or_else(|_| tcgetwinsize(io::stderr())).ok().map(of)
}

/// What is free of the file system of a path, in bytes.
///
/// # Errors
///
/// Those of the system.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let space = statvfs(path)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

/// What of standard input and output is no terminal, as the start of a sentence.
pub fn missing() -> Option<&'static str> {
    match (io::stdin().is_terminal(), io::stdout().is_terminal()) {
        (true, true) => None,
        (false, true) => Some("standard input is no terminal"),
        (true, false) => Some("standard output is no terminal"),
        (false, false) => Some("standard input and output are no terminal"),
    }
}

/// The same for a command without a screen: there is no terminal to give back.
pub fn before_a_crash_of_a_command() {
    std::panic::set_hook(Box::new(|panic| {
        say(&words_of(panic));
        std::process::exit(PANICKED);
    }));
}

fn words_of(panic: &std::panic::PanicHookInfo<'_>) -> String {
    let place = panic.location().map_or(String::new(), |at| format!(" at {}:{}", at.file(), at.line()));
    let payload = panic.payload();
    let words = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    format!("callset stopped because of a fault of its own{place}: {}", words.unwrap_or("no message"))
}

/// What becomes of a panic on any thread: the terminal is given back, `last` puts in order what else there is and may add to
/// what is said, and the process ends.
pub fn before_a_crash(last: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        let words = words_of(panic);
        let more = last(&words).map_or(String::new(), |more| format!(". {more}"));
        say(&format!("{words}{more}"));
        std::process::exit(PANICKED);
    }));
}

/// The terminal, taken over. Gives it back when dropped.
#[derive(Debug)]
#[must_use = "the terminal is given back as soon as this is dropped"]
pub struct Guard {
    mouse: bool,
}

impl Guard {
    /// Takes the terminal over. From now on a panic on any thread gives it back, says what happened and ends the process.
    pub fn enter(out: &mut Output) -> io::Result<Self> {
        // Before anything is changed: the hook must never find a terminal that nobody gives back.
        before_a_crash(|_| None);
        let guard = Self { mouse: true };
        guard.claim(out)?;
        Ok(guard)
    }

    fn claim(&self, out: &mut Output) -> io::Result<()> {
        terminal::enable_raw_mode()?;
        line::keep_others_off()?;
        let mut bytes = String::new();
        ansi(&mut bytes, &terminal::EnterAlternateScreen);
        bytes.push_str(KNOWN);
        bytes.push_str(MOUSE_OFF);
        ansi(&mut bytes, &event::EnableBracketedPaste);
        ansi(&mut bytes, &event::EnableFocusChange);
        if self.mouse {
            bytes.push_str(MOUSE_ON);
        }
        out.send(bytes.as_bytes())
    }

    /// Switches mouse reporting.
    pub fn set_mouse(&mut self, on: bool, out: &mut Output) -> io::Result<()> {
        self.mouse = on;
        out.send(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())
    }

    /// Puts text on the clipboard of the terminal's own machine (OSC 52): works over ssh and in tmux, where the terminal
    /// allows it. Nothing answers, so nobody knows whether it did.
    pub fn copy(&self, text: &str, out: &mut Output) -> io::Result<()> {
        let mut bytes = String::new();
        ansi(&mut bytes, &crossterm::clipboard::CopyToClipboard::to_clipboard_from(text));
        out.send(bytes.as_bytes())
    }

    /// Gives the terminal back and stops the whole process group, as Ctrl-Z does for programs that do not catch it. The
    /// SIGCONT that ends this is an event like any other, and the time to take the terminal [`again`](Self::again). False
    /// where no shell waits: without job control everything runs in the group of the session's leader, and once that is
    /// stopped nobody is left to continue it.
    pub fn suspend(&mut self) -> io::Result<bool> {
        if getsid(None)? == getpgrp() {
            return Ok(false);
        }
        give_back();
        // SIGSTOP, not SIGTSTP: ours is caught, and a group that catches it must stop as well.
        kill_current_process_group(Signal::STOP)?;
        Ok(true)
    }

    /// Takes the terminal again after the process was stopped, by whomever. In the background it is someone else's: then the
    /// group stops once more, as one does that wants the terminal, and false is said on the way to the next SIGCONT. A shell
    /// sends none with `fg` to what it knows to be running.
    pub fn again(&mut self, out: &mut Output) -> io::Result<bool> {
        if !line::is_ours() {
            kill_current_process_group(Signal::TTOU)?;
            return Ok(false);
        }
        // Raw mode as we believe it to be says nothing: someone else has used the line.
        terminal::disable_raw_mode()?;
        self.claim(out)?;
        Ok(true)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back. Goes on after errors: each further step may still work, and nobody could do better. A frame may
/// be cut off anywhere before this; an escape ends whatever it cut, and the first mode ends a frame to be shown in one go.
fn give_back() {
    if !line::is_ours() {
        return;
    }
    let mut bytes = String::from("\x1b[?2026l\x1b[m");
    bytes.push_str(MOUSE_OFF);
    ansi(&mut bytes, &event::DisableFocusChange);
    ansi(&mut bytes, &event::DisableBracketedPaste);
    ansi(&mut bytes, &cursor::Show);
    ansi(&mut bytes, &terminal::LeaveAlternateScreen);
    let _ = line::anew(io::stdout()).and_then(|line| line::write_patiently(&line, bytes.as_bytes()));
    let _ = terminal::disable_raw_mode();
}

/// A last word on standard error. Neither one that is closed nor one that takes nothing keeps the process from its end.
///
/// Control characters are spelled out: the words of a panic may repeat text from outside.
pub fn say(words: &str) {
    let mut spelled = String::with_capacity(words.len() + 1);
    for c in words.chars() {
        match c {
            '\n' => spelled.push(c),
            c if c.is_control() => spelled.extend(c.escape_unicode()),
            c => spelled.push(c),
        }
    }
    let words = spelled + "\n";
    let _ = if io::stderr().is_terminal() {
        line::anew(io::stderr()).and_then(|line| line::write_patiently(&line, words.as_bytes()))
    } else {
        io::stderr().write_all(words.as_bytes())
    };
}

fn ansi(bytes: &mut String, command: &impl Command) {
    // Writing to a string can not fail.
    let _ = command.write_ansi(bytes);
}
