//! Reads the input of a command besides its arguments: a file, or standard input. Each read has a limit. A named pipe
//! is not opened, because it may never get a writer.

use super::exit::{CommandError, Ending};
use crate::api::Credential;
use crate::model::profile::CredentialKind;
use std::fs::{self, File};
use std::io::{self, BufRead, IsTerminal, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// The most bytes that are read. Settings have a few hundred.
const LIMIT: u64 = 1024 * 1024;

/// The longest line that is read for a credential, in bytes.
const SECRET_LIMIT: u64 = 64 * 1024;

/// The text of a file. The shell's `<(…)` counts as a file too.
///
/// # Errors
///
/// The path cannot be read, is not a file, or holds no text.
pub fn file(path: &str) -> Result<String, CommandError> {
    let failed = |why: String| CommandError::new(Ending::Failed, "file", format!("{path}: {why}"));
    let there = fs::metadata(path).map_err(|error| failed(words(&error)))?;
    let kind = there.file_type();
    // The other end of such a pipe is open already. A named pipe may never get a writer, so it is refused.
    let is_given = ["/dev/fd/", "/proc/self/fd/"].iter().any(|start| path.starts_with(start));
    if kind.is_dir() {
        return Err(failed("it is a folder, not a file".to_owned()));
    }
    if kind.is_fifo() && !is_given {
        return Err(failed("it is a pipe: give - and pipe into callset instead".to_owned()));
    }
    if !kind.is_file() && !kind.is_fifo() {
        return Err(failed("it is not a plain file".to_owned()));
    }
    let file = File::open(Path::new(path)).map_err(|error| failed(words(&error)))?;
    text(path, file)
}

/// The text of standard input.
///
/// # Errors
///
/// Standard input is a terminal, cannot be read, or holds no text.
pub fn stdin() -> Result<String, CommandError> {
    let input = io::stdin();
    if input.is_terminal() {
        return Err(CommandError::usage("- reads standard input, which is a terminal: pipe something into it"));
    }
    text("standard input", input.lock())
}

fn text(name: &str, from: impl Read) -> Result<String, CommandError> {
    let mut bytes = Vec::new();
    let read = from.take(LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| CommandError::new(Ending::Failed, "file", format!("{name}: {}", words(&error))))?;
    if bytes.len() as u64 > LIMIT {
        return Err(CommandError::rejected(format!("{name}: it is larger than 1 MiB, so these are no settings")));
    }
    String::from_utf8(bytes).map_err(|_| CommandError::rejected(format!("{name}: it is not UTF-8 text")))
}

/// The first line of standard input, as a credential.
///
/// # Errors
///
/// Standard input is a terminal or cannot be read, or its first line is empty or not a credential.
pub fn token(kind: CredentialKind) -> Result<Credential, CommandError> {
    let input = io::stdin();
    if input.is_terminal() {
        return Err(CommandError::usage(
            "--token-stdin reads standard input, which is a terminal: pipe the credential into it",
        ));
    }
    let mut line = String::new();
    let read = input.lock().take(SECRET_LIMIT).read_line(&mut line);
    read.map_err(|error| CommandError::usage(format!("--token-stdin: {}", words(&error))))?;
    let lacks = |why: String| CommandError::new(Ending::NoCredential, "no_credential", format!("--token-stdin: {why}"));
    if line.trim().is_empty() {
        return Err(lacks("the first line of standard input is empty".to_owned()));
    }
    Credential::new(kind, line.trim()).map(|(credential, _)| credential).map_err(|why| lacks(why.to_string()))
}

/// The reason for a failure, without the system's error number.
pub fn words(error: &io::Error) -> String {
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}
