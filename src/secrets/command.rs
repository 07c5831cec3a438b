//! Reads a credential from the output of a program, such as a password manager.
//!
//! ```text
//!   start ──┬── stdout ──> at most 16 KiB ──┐    until all three have ended, or a moment after the program itself;
//!           ├── stderr ──> the start of it ─┼──> after the limit its whole group is killed
//!           └── waits for its end ──────────┘
//! ```
//!
//! The program is started without a shell. It gets no input, and its standard streams are not the terminal. It runs
//! in a process group of its own, which is in the background of the terminal. If it reads from `/dev/tty`, or
//! writes there while the editor uses the terminal, the kernel stops it, and callset ends it. A program that asks
//! in its own window, as pinentry does, works.
//!
//! If the program fails, the user is shown its stderr, but no part of a credential in it. Masked are all words that
//! the program printed on stdout, and all words that look like a secret, since a failing program may have written
//! the credential to stderr only.

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

/// How much of a program's stderr is shown, in bytes.
const WORDS_LIMIT: usize = 4 * 1024;

/// How much of its stderr is kept until secrets in it have been masked, in bytes. It must not be cut inside a
/// secret before.
const WORDS_KEPT: usize = WORDS_LIMIT + LIMIT;

/// The shortest word of stdout that is treated as a secret, in characters.
const SHORTEST: usize = 4;

/// Characters that may surround a secret in longer output. They may also be part of a secret.
const AROUND: [char; 14] = ['"', '\'', '`', '{', '}', '[', ']', '(', ')', ',', ';', ':', '=', '&'];

/// The shortest word with a digit that is treated as a secret if it is only on stderr, in characters.
const LONG: usize = 16;

/// The same for a word without a digit.
const VERY_LONG: usize = 32;

/// A word with fewer different characters than this is a ruler or a number, not a secret.
const DIFFERENT: usize = 8;

/// How long outputs are read after the program has ended, if a process that it left behind holds them open.
const LEFT_BEHIND: Duration = Duration::from_millis(250);

/// The stack size of a thread that only passes bytes on, in bytes.
const STACK: usize = 64 * 1024;

/// A message from one of the threads.
enum Told {
    Printed(Zeroizing<Vec<u8>>),
    Said(Zeroizing<Vec<u8>>),
    /// All of one output has been read.
    Read,
    /// The program has ended.
    Ended,
    /// The kernel stopped the program.
    Stopped,
}

/// The output of the program and how it ended.
struct Ran {
    printed: Zeroizing<Vec<u8>>,
    said: Zeroizing<Vec<u8>>,
    end: HowEnded,
}

enum HowEnded {
    Exited(ExitStatus),
    /// The time limit passed.
    Late,
    /// The program was stopped, and no one would continue it.
    Stopped,
    /// It printed more than any credential has.
    TooMuch,
    /// A system call failed.
    Failed(io::Error),
}

/// The text that the program prints. Its arguments appear in no sentence.
pub(super) fn read(kind: CredentialKind, argv: &[String], limit: Duration) -> Text {
    let Some((program, arguments)) = argv.split_first() else {
        return Err(NoText::Broken("No program is named that would print a credential.".to_owned()));
    };
    let sentence = |why: &str| ended(format!("The program {program} {why}"));
    let broken = |why: &str| NoText::Broken(sentence(why));
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn();
    let child = child.map_err(|error| match error.kind() {
        // The next source is tried: one configuration may serve machines with and without the program.
        ErrorKind::NotFound => NoText::Absent(sentence("is not found: is it installed, and in the PATH?")),
        _ => broken(&format!("cannot be started: {}", words(&error))),
    })?;
    let run = follow(child, limit);
    let said = || shown(kind, &run);
    match &run.end {
        HowEnded::Exited(status) if status.success() => taken(&run.printed).map_err(|why| broken(&(why + &said()))),
        HowEnded::Exited(status) => Err(broken(&(outcome(*status) + &said()))),
        HowEnded::Late => {
            Err(broken(&format!("did not end within {limit:?} (token_command_timeout), so it was ended{}", said())))
        }
        HowEnded::Stopped => {
            Err(broken(&format!("wants to use the terminal, which is the editor's, so it was ended{}", said())))
        }
        HowEnded::TooMuch => Err(broken("prints more than 16 KiB, which is no credential")),
        HowEnded::Failed(error) => Err(broken(&format!("cannot be followed: {}{}", words(error), said()))),
    }
}

/// The single line that was printed.
fn taken(printed: &[u8]) -> SecretText {
    let text = str::from_utf8(printed).map_err(|_| "prints what is not UTF-8".to_owned())?.trim();
    match text.lines().count() {
        0 => Err("prints nothing".to_owned()),
        1 => Ok(Zeroizing::new(text.to_owned())),
        lines => Err(format!("prints {lines} lines, and a credential is one")),
    }
}

/// A text, or the end of a sentence about the failure.
type SecretText = Result<Zeroizing<String>, String>;

fn outcome(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("failed with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended in an unknown way".to_owned(),
    }
}

/// The stderr of the program as the end of a sentence, with secrets masked. Masking comes before cutting. If the
/// kept text was cut already, its last word is removed, since it may be half of a secret.
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
    // Longer words are masked first: if a part of a secret were masked first, the rest of it would stay readable.
    secrets.sort_by_key(|word| Reverse(word.len()));
    secrets.dedup();
    let secrets = secrets.into_iter().filter_map(|word| Credential::new(kind, word).ok());
    let said = secrets.fold(said.to_owned(), |said, (secret, _)| secret.redact(&said));
    let said: String = said.split_inclusive(char::is_whitespace).map(masked).collect();
    let said = said.trim().trim_end_matches('.');
    let said = &said[..said.floor_char_boundary(WORDS_LIMIT)];
    if said.is_empty() { String::new() } else { format!(", and says: {said}") }
}

/// A word with the space after it, masked if it looks like a secret.
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

/// Collects the output until all three threads have ended, or ends the program.
fn follow(mut child: Child, limit: Duration) -> Ran {
    let deadline = Instant::now() + limit;
    let mut run = Ran { printed: Zeroizing::default(), said: Zeroizing::default(), end: HowEnded::Late };
    run.printed.reserve_exact(2 * LIMIT);
    run.said.reserve_exact(WORDS_KEPT);
    let pid = Pid::from_child(&child);
    let (sender, heard) = channel();
    let listening = listen(&mut child, pid, &sender);
    drop(sender);
    let (mut deadline, mut open, mut is_stopped, mut has_ended) = (deadline, 3, false, false);
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
            Ok(Told::Read) => open -= 1,
            Ok(Told::Ended) => {
                // What it printed is whole now. A process that it left behind may hold the outputs open for ever.
                (has_ended, open) = (true, open - 1);
                deadline = deadline.min(Instant::now() + LEFT_BEHIND);
            }
            Ok(Told::Stopped) => {
                // The threads still pass on what the program wrote before it was stopped.
                let _ = kill_process_group(pid, Signal::KILL);
                (is_stopped, open) = (true, open - 1);
            }
            Err(RecvTimeoutError::Timeout) if has_ended => break Ok(()),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break Err(HowEnded::Late),
        }
    };
    if outcome.is_err() {
        // The program has not been waited for, so its process id still belongs to it and its group. The group may
        // have ended by now.
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

/// Starts three threads that each wait for one thing. The waiting thread ends with the program. A reading thread
/// ends with the last process that holds the other end of its pipe; nothing waits for that.
fn listen(child: &mut Child, pid: Pid, sender: &Sender<Told>) -> io::Result<()> {
    if let Some(stdout) = child.stdout.take() {
        pass_on(stdout, sender.clone(), Told::Printed)?;
    }
    if let Some(stderr) = child.stderr.take() {
        pass_on(stderr, sender.clone(), Told::Said)?;
    }
    let sender = sender.clone();
    let waiting = move || {
        // The end is only observed. The process id stays reserved until the process is waited for.
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
                    // The receiver is gone: returning closes the pipe, and a program that writes to it ends.
                    if sender.send(as_what(Zeroizing::new(buffer[..len].to_vec()))).is_err() {
                        return;
                    }
                }
            }
        }
        let _ = sender.send(Told::Read);
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
