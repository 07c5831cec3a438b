//! The terminal: taking it over, giving it back, and its input and output in between.
//!
//! ```text
//!   Guard::enter ──> raw mode, background programs kept off, alternate screen, known modes, paste marks,
//!                    focus reports, mouse
//!   give_back    ──> the same in reverse, on every way out: quitting, signals, suspend, a panic on any thread
//! ```
//!
//! No other room uses crossterm or writes escape codes.

pub mod answers;
pub mod events;
pub mod hidden;
pub mod input;
mod line;
pub mod lines;
pub mod output;
mod query;

pub use line::LineModes;

use crossterm::{Command, cursor, event, terminal};
use output::Output;
use query::BackgroundQuery;
use rustix::fs::{Access, AtFlags, CWD, accessat, statvfs};
use rustix::process::{Pid, Signal, geteuid, getpgrp, getsid, kill_current_process_group, kill_process};
use rustix::termios::tcgetwinsize;
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// The exit code after a panic: an internal error, as in sysexits.h.
pub const PANICKED: i32 = 70;

/// Reports mouse buttons and the wheel, with coordinates of any size. Movement is not reported, because a moving mouse
/// must not wake an idle program.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// Sets every mode to a known state, because a program that crashed may have left modes on. Some old terminals print
/// sequences that they do not know. Therefore this is sent on the alternate screen, before anything is drawn.
const KNOWN: &str = concat!(
    "\x1b[?2026l",             // frames are shown as they come
    "\x1b F",                  // controls of two bytes
    "\x1b[m\x1b(B\x0f",        // no attributes, letters for letters
    "\x1b[4l\x1b[?6l\x1b[?7h", // characters replace, rows count from the top, lines wrap
    "\x1b[20l",                // Enter sends one byte
    "\x1b[?69l\x1b[r",         // no margins
    "\x1b[?5l\x1b[0 q",        // dark stays dark; the cursor as the user has it
    "\x1b[?1l\x1b>",           // arrows and keypad send what they usually do
    "\x1b[>4;0m\x1b[=0;1u",    // neither xterm's modifyOtherKeys nor kitty's protocol
    "\x1b[?9001l",             // nor that of the Windows console
    "\x1b[?2031l\x1b[?2048l",  // no reports of colours and sizes
    "\x1b[?9l\x1b[?1001l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1015l\x1b[?1016l", // no mouse but ours
);

/// Keeps the window's title for later, in terminals that can.
const KEEP_TITLE: &str = "\x1b[22;2t";

/// Gives the window's title back: none first, which is the usual one in terminals and in screen that keep no title, then
/// the kept one.
const GIVE_TITLE_BACK: &str = "\x1b]2;\x1b\\\x1b[23;2t";

/// Columns and rows of the terminal that standard output is, or standard error; `None` if neither is one.
pub fn size() -> Option<(u16, u16)> {
    let of = |size: rustix::termios::Winsize| (size.ws_col, size.ws_row);
    tcgetwinsize(io::stdout()).or_else(|_| tcgetwinsize(io::stderr())).ok().map(of)
}

/// The free space of the file system that holds a path, in bytes.
///
/// # Errors
///
/// The system cannot tell.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let space = statvfs(path)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

/// May this process make files in a folder?
pub fn is_writable(folder: &Path) -> bool {
    accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_ok()
}

/// The number of this process's user.
pub fn user() -> u32 {
    geteuid().as_raw()
}

/// Says which of standard input and output is no terminal, as the start of a sentence. `None` if both are terminals.
pub fn missing() -> Option<&'static str> {
    match (io::stdin().is_terminal(), io::stdout().is_terminal()) {
        (true, true) => None,
        (false, true) => Some("standard input is no terminal"),
        (true, false) => Some("standard output is no terminal"),
        (false, false) => Some("standard input and output are no terminal"),
    }
}

/// Sets what a panic does in a command without a screen: the message is printed, and the process ends. There is no
/// terminal to give back.
pub fn before_a_crash_of_a_command() {
    std::panic::set_hook(Box::new(|panic| {
        say(&words_of(panic));
        std::process::exit(PANICKED);
    }));
}

fn words_of(panic: &std::panic::PanicHookInfo<'_>) -> String {
    let place = panic.location().map_or(String::new(), |at| format!(" at {}:{}", at.file(), at.line()));
    let payload = panic.payload();
    // A message that was put together may quote any text, a credential too. One of the program's own text cannot.
    let own = payload.downcast_ref::<&str>().map(|words| Cow::Borrowed(*words));
    let words = own.or_else(|| payload.downcast_ref::<String>().map(|words| Cow::Owned(unquoted(words))));
    format!("callset stopped because of a fault of its own{place}: {}", words.unwrap_or("no message".into()))
}

/// The longest word of a message that is shown, in characters.
const LONGEST_WORD: usize = 24;

/// The message without what it quotes, and without its long words.
fn unquoted(message: &str) -> String {
    let mut left = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find(['`', '"']) {
        let sign = &rest[at..=at];
        left.push_str(&rest[..at]);
        left.push('…');
        // The other sign may be quoted as well; the last one of this sign ends it all. Without one, all is quoted.
        rest = rest[at + 1..].rfind(sign).map_or("", |end| &rest[at + 1 + end + 1..]);
    }
    left.push_str(rest);
    let shown = |word: &str| if word.chars().count() > LONGEST_WORD { "…".to_owned() } else { word.to_owned() };
    left.split_whitespace().map(shown).collect::<Vec<_>>().join(" ")
}

/// Sets what a panic does on any thread. The terminal is given back. `last` is called with the message, and may return
/// a sentence to add. The message is printed, and the process ends.
fn before_a_crash(has_title: bool, last: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
    on_panic(move || give_back(has_title), last);
}

/// The same for a dialogue, which has changed nothing but the echo.
pub fn before_a_crash_of_a_dialogue(last: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
    on_panic(|| lines::echo(true), last);
}

fn on_panic(
    give_back: impl Fn() + Send + Sync + 'static,
    last: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) {
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        let words = words_of(panic);
        let more = last(&words).map_or(String::new(), |more| format!(". {more}"));
        say(&format!("{words}{more}"));
        std::process::exit(PANICKED);
    }));
}

/// Stops the process group, as the shell's key does. Nothing was taken over.
///
/// # Errors
///
/// The system refuses.
pub fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Signal::STOP)?)
}

/// Stops the process group while another program of it has the terminal, as the shell's key does. Does nothing if there is
/// no job control: then no process would be left to continue it.
///
/// # Errors
///
/// The system refuses.
pub fn stop_with_job() -> io::Result<()> {
    if getsid(None)? == getpgrp() { Ok(()) } else { stop() }
}

/// Asks a process to end. 0 stands for none.
pub fn terminate(pid: u32) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // It may have ended meanwhile.
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// The terminal, taken over. Gives it back when dropped.
#[derive(Debug)]
#[must_use = "the terminal is given back as soon as this is dropped"]
pub struct Guard {
    mouse: bool,
    /// Is the window's title callset's?
    has_title: bool,
    query: BackgroundQuery,
    /// The modes that the shell gave, while another program has the terminal.
    lent: Option<LineModes>,
}

impl Guard {
    /// Takes the terminal over. From now on, a panic on any thread gives it back, prints a message and ends the
    /// process.
    pub fn enter(out: &mut Output, has_title: bool) -> io::Result<Self> {
        // The hook is set before the terminal is changed, so that no panic leaves a changed terminal behind.
        before_a_crash(has_title, |_| None);
        let guard = Self { mouse: true, has_title, query: BackgroundQuery::default(), lent: None };
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
        if self.has_title {
            bytes.push_str(KEEP_TITLE);
        }
        out.send(bytes.as_bytes())
    }

    /// Sets what a panic does from now on. `last` is called with the message, and may return a sentence to add.
    pub fn before_a_crash(&self, last: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
        before_a_crash(self.has_title, last);
    }

    /// Gives the window this title, if that is wanted. It holds no control character.
    pub fn entitle(&self, title: &str, out: &mut Output) -> io::Result<()> {
        if self.has_title { out.send(format!("\x1b]2;{title}\x1b\\").as_bytes()) } else { Ok(()) }
    }

    /// Has the terminal answered what it was asked? `None` if it was asked nothing.
    pub fn has_answered(&self) -> Option<bool> {
        self.query.has_answered()
    }

    /// Asks the terminal for its background, once. The answer comes as input, if it comes at all.
    pub fn ask(&mut self, out: &mut Output) -> io::Result<()> {
        self.query.ask(out)
    }

    /// The terminal has answered the question.
    pub fn answered(&mut self) {
        self.query.answered();
    }

    /// Switches mouse reporting.
    pub fn set_mouse(&mut self, on: bool, out: &mut Output) -> io::Result<()> {
        self.mouse = on;
        out.send(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())
    }

    /// Puts text on the clipboard of the terminal's own machine (OSC 52). This works over ssh and in tmux, if the
    /// terminal allows it. The terminal does not answer, so callset cannot know whether it worked.
    pub fn copy(&self, text: &str, out: &mut Output) -> io::Result<()> {
        let mut bytes = String::new();
        ansi(&mut bytes, &crossterm::clipboard::CopyToClipboard::to_clipboard_from(text));
        out.send(bytes.as_bytes())
    }

    /// Gives the terminal back and stops the whole process group, as Ctrl-Z does for programs that do not catch it.
    /// The SIGCONT that continues the process arrives as an event; then the terminal is taken [`again`](Self::again).
    /// Does nothing and returns false if there is no job control. Without job control callset runs in the process
    /// group of the session's leader. If that group were stopped, no process would be left to continue it.
    pub fn suspend(&mut self) -> io::Result<bool> {
        if getsid(None)? == getpgrp() {
            return Ok(false);
        }
        self.query.wait();
        give_back(self.has_title);
        // SIGTSTP would not do: callset catches it, and other programs of the group may catch it too.
        kill_current_process_group(Signal::STOP)?;
        Ok(true)
    }

    /// Gives the terminal to another program of this process group.
    pub fn lend(&mut self) {
        self.query.wait();
        give_back(self.has_title);
        self.lent = Some(LineModes::current());
    }

    /// That program has ended. The modes are again those that it was given. What the terminal is to show is set when it is
    /// taken [`again`](Self::again).
    pub fn take_back(&mut self) {
        if let Some(modes) = self.lent.take() {
            modes.restore();
            // What it left on is switched off before the terminal saves it beside the shell's screen. The cursor stays where
            // that program left it: leaving our own screen would put it where it was when callset started.
            switch_off("\x1b[?1047l");
        }
    }

    /// Takes the terminal again after the process was stopped and continued. If the process was continued in the
    /// background, the terminal belongs to another program. Then the process group stops once more with SIGTTOU, and
    /// this returns false after the next SIGCONT. The group must stop, because the shell's `fg` sends no SIGCONT to a
    /// job that the shell believes to be running.
    pub fn again(&mut self, out: &mut Output) -> io::Result<bool> {
        if !line::is_ours() {
            kill_current_process_group(Signal::TTOU)?;
            return Ok(false);
        }
        // crossterm believes that raw mode is still on. Another program may have changed the modes since, so raw mode
        // is switched off first.
        terminal::disable_raw_mode()?;
        self.claim(out)?;
        Ok(true)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The program that has the terminal may still draw on it.
        if let Some(modes) = self.lent.take() {
            return modes.restore();
        }
        self.query.wait();
        give_back(self.has_title);
    }
}

/// Gives the terminal back. Continues after errors, since each further step may still work. The last frame may be cut
/// off anywhere, even within a sequence: the first ESC ends that sequence, and the first mode ends a frame of
/// synchronized output.
fn give_back(has_title: bool) {
    let mut leaving = String::new();
    if has_title {
        leaving.push_str(GIVE_TITLE_BACK);
    }
    ansi(&mut leaving, &terminal::LeaveAlternateScreen);
    switch_off(&leaving);
}

/// Switches off what callset and other programs switch on, and then sends this.
fn switch_off(last: &str) {
    if !line::is_ours() {
        return;
    }
    let mut bytes = String::from("\x1b[?2026l\x1b[m");
    bytes.push_str(MOUSE_OFF);
    ansi(&mut bytes, &event::DisableFocusChange);
    ansi(&mut bytes, &event::DisableBracketedPaste);
    ansi(&mut bytes, &cursor::Show);
    bytes.push_str(last);
    let _ = line::anew(io::stdout()).and_then(|line| line::write_patiently(&line, bytes.as_bytes()));
    let _ = terminal::disable_raw_mode();
}

/// Prints a last message on standard error. Errors are ignored, and a terminal that takes nothing is not waited for
/// long.
///
/// Control characters are spelled out, because the message of a panic may contain foreign text.
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
    // Writing to a string cannot fail.
    let _ = command.write_ansi(bytes);
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn s2_what_a_message_quotes_is_left_out() {
        let token = "CLaXp`Zq8\"RwT3vK-uYb7NdM2sGh5EcJ9f";
        let inside = format!("{token}é");
        let panics = std::panic::catch_unwind(|| inside[inside.len() - 1..].len()).unwrap_err();
        let message = panics.downcast_ref::<String>().unwrap();
        assert!(message.contains("CLaXp"), "{message}");
        for message in [
            message.clone(),
            format!("value: Err(\"{token}\")"),
            "no CLaXpZq8RwT3vKuYb7NdM2sGh5EcJ9f".to_owned(),
            format!("\"{token}"),
        ] {
            let left = unquoted(&message);
            assert!(!["CLaXp", "Zq8", "RwT3", "uYb7"].iter().any(|piece| left.contains(piece)), "{left}");
        }
        assert_eq!(
            unquoted("index out of bounds: the len is 3 but the index is 7"),
            "index out of bounds: the len is 3 but the index is 7"
        );
    }
}
