//! A credential in a file: one that is its owner's alone.
//!
//! ```text
//!   read    a plain file ── ours ── 0600 or stricter ── at most 16 KiB ── UTF-8      links are followed, their target counts
//!   keep    folder 0700 ── temp 0600, new ── write ── sync ── link (only if there is none) or rename (force)
//! ```
//!
//! What is looked at is the open file, not its name, so that nobody can put another one in its place meanwhile.

use super::{KeepError, LIMIT, NoText, Text, ended, quoted};
use crate::api::Credential;
use rustix::fs::OFlags;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What others may do with a file, of its mode.
const OTHERS: u32 = 0o077;

/// The text of a file. None if there is no file.
pub(super) fn read(path: &Path) -> Text {
    let broken = |why: &str| NoText::Broken(ended(format!("The file {} {why}", path.display())));
    let failed = |error: io::Error| {
        if error.kind() == ErrorKind::NotFound {
            NoText::Absent(format!("There is no file {}.", path.display()))
        } else {
            broken(&format!("can not be read: {}", words(&error)))
        }
    };
    // Devices do things when they are opened, so a name that leads to none of our files is not even opened.
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
    // With room for everything from the start: a buffer that grows leaves what it held behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    file.take(LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > LIMIT {
        return Err(broken("is larger than 16 KiB: is it another file?"));
    }
    let text = str::from_utf8(&bytes).map_err(|_| broken("is not UTF-8"))?;
    if text.trim().is_empty() { Err(broken("is empty")) } else { Ok(Zeroizing::new(text.to_owned())) }
}

/// Opening a pipe would wait for its other end.
fn without_waiting() -> i32 {
    (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed()
}

/// Writes the credential into a new file. One that is there is only replaced with `force`, and at once.
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
            why: format!("The file {} can not be written: {}.", path.display(), words(&error)),
            is_there: false,
        }),
    }
}

/// False if there is one already.
fn put(path: &Path, credential: &Credential, force: bool) -> io::Result<bool> {
    let name = path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
    // Through a link to where the file is: links belong to whoever keeps his settings elsewhere.
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
    // A run of that number may have been killed in the middle of this.
    let _ = fs::remove_file(&temp.0);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temp.0)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A link fails where there is something, and a rename does not ask.
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

/// A name that goes away, whatever happens.
struct Temp(PathBuf);

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The reason for a failure, for people: without the system's number for it.
pub(super) fn words(error: &io::Error) -> String {
    error.to_string().split(" (os error").next().unwrap_or_default().to_owned()
}
