//! A credential that a program prints, such as a password manager's.
//!
//! ```text
//!   start ──┬── stdout ──> at most 16 KiB ──┐
//!           ├── stderr ──> the start of it ─┼──> until all three have ended, or the limit: then its whole group is killed
//!           └── waits for its end ──────────┘
//! ```
//!
//! No shell is in between. The program gets no input and can not write to our terminal through its standard streams. It runs
//! in a group of its own, which is not the terminal's: one that reads from `/dev/tty` itself, or writes there while the editor
//! has it, is stopped by the kernel, as programs in the background are, and ended for it. What asks through a window of its
//! own, as pinentry does, can.
//!
//! Of what it says on stderr, which helps where it fails, no part of a credential is shown: neither what it printed on stdout
//! nor, since a program that fails may have told the credential there alone, any word that looks like one.

use super::file::words;
use super::{LIMIT, NoText, Text, ended};
use crate::api::{Credential, MASK, aside::Lost};
use crate::model::profile::CredentialKind;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use secrecy::zeroize::Zeroizing;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Read};
use std::iter;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How much of what a program says on stderr is shown, in bytes.
const WORDS_LIMIT: usize = 4 * 1024;

/// How much of it is kept until a secret in it has been masked: a cut must not go through one.
const WORDS_KEPT: usize = WORDS_LIMIT + LIMIT;

/// The shortest word of what was printed that is taken for a secret, in characters.
const SHORTEST: usize = 4;

/// What stands around a secret where a program prints more than that. Some of it may be a part of one as well.
const AROUND: [char; 14] = ['"', '\'', '`', '{', '}', '[', ']', '(', ')', ',', ';', ':', '=', '&'];

/// A word that was not printed, on stderr alone, is taken for a secret from this length on, in characters, if it has a digit.
const LONG: usize = 16;

/// The same without a digit.
const VERY_LONG: usize = 32;

/// With fewer different characters than this a word is a line or a number.
const DIFFERENT: usize = 8;

/// The stack of a thread that only passes bytes on, in bytes.
const STACK: usize = 64 * 1024;

/// What a thread has to say.
enum Told {
    Printed(Zeroizing<Vec<u8>>),
    Said(Zeroizing<Vec<u8>>),
    /// One of the three has come to its end.
    Ended,
    /// The program was stopped.
    Stopped,
}

/// Everything up to the end.
struct Ran {
    printed: Zeroizing<Vec<u8>>,
    said: Zeroizing<Vec<u8>>,
    end: HowEnded,
}

enum HowEnded {
    Exited(ExitStatus),
    /// The limit passed first.
    Late,
    /// It is stopped, and nobody would continue it.
    Stopped,
    /// More than any credential has.
    TooMuch,
    /// The system failed.
    Failed(io::Error),
}

/// What the program prints. Its arguments are in no sentence.
pub(super) fn read(kind: CredentialKind, argv: &[String], limit: Duration) -> Text {
    let Some((program, arguments)) = argv.split_first() else {
        return Err(NoText::Broken("No program is named that would print a credential.".to_owned()));
    };
    let broken = |why: &str| NoText::Broken(ended(format!("The program {program} {why}")));
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn();
    let child = child.map_err(|error| match error.kind() {
        ErrorKind::NotFound => broken("is not found: is it installed, and in the PATH?"),
        _ => broken(&format!("can not be started: {}", words(&error))),
    })?;
    let run = follow(child, limit);
    let said = || shown(kind, &run);
    match &run.end {
        HowEnded::Exited(status) if status.success() => taken(&run.printed).map_err(|why| broken(&(why + &said()))),
        HowEnded::Exited(status) => Err(broken(&(outcome(*status) + &said()))),
        HowEnded::Late => Err(broken(&format!("did not end within {limit:?}, so it was ended{}", said()))),
        HowEnded::Stopped => {
            Err(broken(&format!("wants to use the terminal, which is the editor's, so it was ended{}", said())))
        }
        HowEnded::TooMuch => Err(broken("prints more than 16 KiB, which is no credential")),
        HowEnded::Failed(error) => Err(broken(&format!("can not be followed: {}{}", words(error), said()))),
    }
}

/// The one line that was printed.
fn taken(printed: &[u8]) -> SecretText {
    let text = str::from_utf8(printed).map_err(|_| "prints what is not UTF-8".to_owned())?.trim();
    match text.lines().count() {
        0 => Err("prints nothing".to_owned()),
        1 => Ok(Zeroizing::new(text.to_owned())),
        lines => Err(format!("prints {lines} lines, and a credential is one")),
    }
}

/// A text, or the rest of a sentence.
type SecretText = Result<Zeroizing<String>, String>;

fn outcome(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("failed with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended in an unknown way".to_owned(),
    }
}

/// What was said on stderr, as the end of a sentence, without what is or may be a secret. Masked before it is cut, and where it
/// was cut already, because there is more of it than is kept, the last word goes: it may be half of one.
fn shown(kind: CredentialKind, run: &Ran) -> String {
    let said = String::from_utf8_lossy(&run.said);
    let is_cut = run.said.len() == WORDS_KEPT;
    let said = if is_cut { &said[..said.rfind(char::is_whitespace).unwrap_or(0)] } else { &said };
    let printed = Zeroizing::new(String::from_utf8_lossy(&run.printed).into_owned());
    let mut secrets: Vec<&str> = printed
        .split_whitespace()
        .flat_map(|word| iter::once(word).chain(word.split(AROUND)))
        .filter(|word| word.chars().count() >= SHORTEST)
        .collect();
    // The longest first: a part of one that is masked would leave the rest of it.
    secrets.sort_by_key(|word| Reverse(word.len()));
    secrets.dedup();
    let secrets = secrets.into_iter().filter_map(|word| Credential::new(kind, word).ok());
    let said = secrets.fold(said.to_owned(), |said, (secret, _)| secret.redact(&said));
    let said: String = said.split_inclusive(char::is_whitespace).map(masked).collect();
    let said = said.trim().trim_end_matches('.');
    let said = &said[..said.floor_char_boundary(WORDS_LIMIT)];
    if said.is_empty() { String::new() } else { format!(", and says: {said}") }
}

/// A word with the space after it; masked if it looks like a secret.
fn masked(word: &str) -> Cow<'_, str> {
    let bare = word.trim_end();
    let length = bare.chars().count();
    let is_long = length >= VERY_LONG || length >= LONG && bare.contains(|c: char| c.is_ascii_digit());
    if is_long && bare.chars().collect::<BTreeSet<char>>().len() >= DIFFERENT {
        Cow::Owned(format!("{MASK}{}", &word[bare.len()..]))
    } else {
        Cow::Borrowed(word)
    }
}

/// Gathers what comes until everything has ended, or ends it.
fn follow(mut child: Child, limit: Duration) -> Ran {
    let deadline = Instant::now() + limit;
    let mut run = Ran { printed: Zeroizing::default(), said: Zeroizing::default(), end: HowEnded::Late };
    run.printed.reserve_exact(2 * LIMIT);
    run.said.reserve_exact(WORDS_KEPT);
    let pid = Pid::from_child(&child);
    let (sender, heard) = channel();
    let listening = listen(&mut child, pid, &sender);
    drop(sender);
    let (mut open, mut is_stopped) = (3, false);
    let outcome = loop {
        if let Err(error) = listening {
            break Err(HowEnded::Failed(error));
        }
        if open == 0 {
            break if is_stopped { Err(HowEnded::Stopped) } else { Ok(()) };
        }
        match heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Told::Printed(bytes)) => {
                run.printed.extend_from_slice(&bytes);
                if run.printed.len() > LIMIT {
                    break Err(HowEnded::TooMuch);
                }
            }
            Ok(Told::Said(bytes)) => {
                let room = WORDS_KEPT - run.said.len();
                run.said.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            Ok(Told::Ended) => open -= 1,
            Ok(Told::Stopped) => {
                // What it said until then is still on its way.
                let _ = kill_process_group(pid, Signal::KILL);
                (is_stopped, open) = (true, open - 1);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break Err(HowEnded::Late),
        }
    };
    if outcome.is_err() {
        // It has not been waited for, so its number is still its own and that of its group. All may have ended by now.
        let _ = kill_process_group(pid, Signal::KILL);
    }
    let status = child.wait();
    run.end = match (outcome, status) {
        (Err(end), _) => end,
        (Ok(()), Ok(status)) => HowEnded::Exited(status),
        (Ok(()), Err(error)) => HowEnded::Failed(error),
    };
    run
}

/// Three threads that wait, each for one thing. They end with the program; those that read, with the last that holds the other
/// end of their pipe, for which nobody waits.
fn listen(child: &mut Child, pid: Pid, sender: &Sender<Told>) -> io::Result<()> {
    if let Some(stdout) = child.stdout.take() {
        pass_on(stdout, sender.clone(), Told::Printed)?;
    }
    if let Some(stderr) = child.stderr.take() {
        pass_on(stderr, sender.clone(), Told::Said)?;
    }
    let sender = sender.clone();
    let waiting = move || {
        // Only looked at, not waited for: as long as that has not been done, nobody else gets its number.
        let options = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
        let status = loop {
            match waitid(WaitId::Pid(pid), options) {
                Err(rustix::io::Errno::INTR) => {}
                status => break status.ok().flatten(),
            }
        };
        let is_stopped = status.is_some_and(|status| status.stopped());
        let _ = sender.send(if is_stopped { Told::Stopped } else { Told::Ended });
    };
    thread::Builder::new()
        .name("command".to_owned())
        .stack_size(STACK)
        .spawn(waiting)
        .map_err(|error| no_thread(&error))?;
    Ok(())
}

fn pass_on(
    mut pipe: impl Read + Send + 'static,
    sender: Sender<Told>,
    as_what: fn(Zeroizing<Vec<u8>>) -> Told,
) -> io::Result<()> {
    let reading = move || {
        let mut buffer = Zeroizing::new([0; 4096]);
        loop {
            match pipe.read(buffer.as_mut_slice()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
                Ok(len) => {
                    // Nobody listens any more: the pipe is closed, and whoever writes into it ends.
                    if sender.send(as_what(Zeroizing::new(buffer[..len].to_vec()))).is_err() {
                        return;
                    }
                }
            }
        }
        let _ = sender.send(Told::Ended);
    };
    thread::Builder::new()
        .name("command-output".to_owned())
        .stack_size(STACK)
        .spawn(reading)
        .map_err(|error| no_thread(&error))?;
    Ok(())
}

fn no_thread(error: &io::Error) -> io::Error {
    io::Error::other(Lost::no_thread(error))
}
