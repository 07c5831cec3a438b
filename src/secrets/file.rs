//! Reads and writes a credential in a file that only its owner can read.
//!
//! ```text
//!   read    plain file ── own ── 0600 or stricter ── at most 16 KiB ── UTF-8     links are followed, the target counts
//!   keep    folder 0700 ── new temp file 0600 ── write ── sync ── link (if there is no file) or rename (force)
//! ```
//!
//! The checks look at the open file and not at its name, so that no other file can take its place meanwhile.

use super::{KeepError, LIMIT, NoText, Text, ended, quoted};
use crate::api::Credential;
use rustix::fs::OFlags;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The bits of a file's mode that let others use it.
const OTHERS: u32 = 0o077;

/// The text of a file. Absent if there is no file.
pub(super) fn read(path: &Path) -> Text {
    let broken = |why: &str| NoText::Broken(ended(format!("The file {} {why}", path.display())));
    let failed = |error: io::Error| {
        if error.kind() == ErrorKind::NotFound {
            NoText::Absent(format!("There is no file {}.", path.display()))
        } else {
            broken(&format!("cannot be read: {}", words(&error)))
        }
    };
    // Opening a device may have effects, so a path that does not lead to a plain file is not opened.
    let is_file = fs::metadata(path).map_err(failed)?.is_file();
    let not_a_file = || broken("is not a plain file: a folder, a pipe or a device");
    if !is_file {
        return Err(not_a_file());
    }
    let file = OpenOptions::new().read(true).custom_flags(without_waiting()).open(path).map_err(failed)?;
    let there = file.metadata().map_err(failed)?;
    if !there.is_file() {
        return Err(not_a_file());
    }
    if there.uid() != rustix::process::geteuid().as_raw() {
        return Err(broken("belongs to another user, who can read and change it"));
    }
    if there.mode() & OTHERS != 0 {
        return Err(NoText::Broken(format!(
            "The file {} can be read or changed by others, so it is not used. Close it to them with: chmod 600 {}",
            path.display(),
            quoted(&path.to_string_lossy())
        )));
    }
    // The buffer has its full size from the start. A buffer that grows would leave copies of the text in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    file.take(LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > LIMIT {
        return Err(broken("is larger than 16 KiB: is it another file?"));
    }
    let text = str::from_utf8(&bytes).map_err(|_| broken("is not UTF-8"))?;
    // Every file of text ends so, those that callset writes too.
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() { Err(broken("is empty")) } else { Ok(Zeroizing::new(text.to_owned())) }
}

/// Flags for opening without waiting: opening a pipe would wait for its other end.
fn without_waiting() -> i32 {
    (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed()
}

/// Writes the credential to a new file. An existing file is replaced only with `force`, in one step.
pub(super) fn keep(path: &Path, credential: &Credential, force: bool) -> Result<(), KeepError> {
    match put(path, credential, force) {
        Ok(true) => Ok(()),
        Ok(false) => Err(KeepError {
            why: format!(
                "There is a file {} already, and it stays as it is unless it is to be replaced.",
                path.display()
            ),
            is_there: true,
        }),
        Err(error) => Err(KeepError {
            why: format!("The file {} cannot be written: {}.", path.display(), words(&error)),
            is_there: false,
        }),
    }
}

/// Returns false if the file exists already.
fn put(path: &Path, credential: &Credential, force: bool) -> io::Result<bool> {
    let name = path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
    // With `force`, a link is followed to its target, so that the link itself stays.
    let path = if force { fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) } else { path.to_owned() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if force && path.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    let mut temp_name = name.to_owned();
    temp_name.push(format!(".{}.tmp", std::process::id()));
    let temp = Temp(folder.join(temp_name));
    let mut text = Zeroizing::new(String::with_capacity(credential.expose_secret().len() + 1));
    text.push_str(credential.expose_secret());
    text.push('\n');
    // A run with the same process id may have been killed while it wrote this file.
    let _ = fs::remove_file(&temp.0);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temp.0)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A hard link fails if the file exists; a rename replaces it.
    let put = if force { fs::rename(&temp.0, &path) } else { fs::hard_link(&temp.0, &path) };
    match put {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        put => put?,
    }
    drop(temp);
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {}
        synced => synced?,
    }
    Ok(true)
}

/// A temporary file that is removed when this is dropped.
struct Temp(PathBuf);

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The reason for a failure, in words: the system's message without its error number.
pub(super) fn words(error: &io::Error) -> String {
    error.to_string().split(" (os error").next().unwrap_or_default().to_owned()
}
