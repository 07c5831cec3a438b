//! The configuration file: reading it never waits, replacing it never leaves half a file.
//!
//! ```text
//!   read       what is it? ── plain file, at most 1 MiB ──> bytes     anything else: a sentence, not opened
//!   replace    link? ──> its target:  temp ── write ── sync ── rename ── sync the folder       the link stays
//!                                                        └── cannot be ──> in place; the temp stays until that is done
//! ```
//!
//! A file is written in place if replacing it would make it another one: if it has several names, if another user owns
//! it, if it is mounted by itself, or if its file system takes no modes.

use super::super::disk::{self, words};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;

/// The largest file that is read, in bytes. A file written by hand has less than a hundredth of that.
pub(super) const LIMIT: u64 = 1024 * 1024;

/// The mode of a new file.
const MODE: u32 = 0o600;

/// The bytes of the file, if it exists. The error is a sentence.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let there = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return if path.is_symlink() {
                Err("it is a link to a file that is not there".to_owned())
            } else {
                Ok(None)
            };
        }
        there => there.map_err(|error| words(&error))?,
    };
    // Checked before it is opened, since opening a pipe waits for its other end. Checked again afterwards, since
    // another file may have taken its place.
    check(&there)?;
    let file = File::open(path).map_err(|error| words(&error))?;
    check(&file.metadata().map_err(|error| words(&error))?)?;
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| words(&error))?;
    if bytes.len() as u64 > LIMIT { Err(too_large()) } else { Ok(Some(bytes)) }
}

fn check(there: &Metadata) -> Result<(), String> {
    if there.is_dir() {
        Err("it is a folder".to_owned())
    } else if !there.is_file() {
        Err("it is not a plain file".to_owned())
    } else if there.permissions().mode() & 0o002 != 0 {
        // The file decides which host receives a credential, and which program is run to get it.
        Err("everyone on this machine may change it: take that away with chmod o-w".to_owned())
    } else if there.len() > LIMIT {
        Err(too_large())
    } else {
        Ok(())
    }
}

/// Makes the folder of the file, open to its owner only. An existing folder is not changed.
pub(super) fn make_folder(folder: &Path) -> Result<(), String> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| words(&error))
}

/// Replaces the file, or the file it links to, in one step. The mode stays. If that cannot be, writes the file in place
/// and returns why, as the end of a sentence. The caller holds the lock of the folder.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<Option<&'static str>, String> {
    if bytes.len() as u64 > LIMIT {
        return Err(too_large());
    }
    let (target, there) = match fs::canonicalize(path) {
        Ok(target) => {
            // A file that callset may not write to is not replaced either, although its folder would allow that.
            let file = OpenOptions::new().append(true).open(&target).map_err(|error| words(&error))?;
            (target, Some(file.metadata().map_err(|error| words(&error))?))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => (path.to_owned(), None),
        Err(error) => return Err(words(&error)),
    };
    let mut temp = target.clone().into_os_string();
    temp.push(".tmp");
    let temp = Path::new(&temp);
    disk::write_aside(temp, bytes, MODE).map_err(|error| refused_by_folder(&target, &error))?;
    let reason = match there.as_ref().map(|there| obstacle(there, temp)) {
        Some(Some(reason)) => Some(reason),
        Some(None) | None => match disk::take_place(temp, &target) {
            Ok(()) => None,
            Err(error) => {
                let reason = of_rename(&error).filter(|_| there.is_some());
                if reason.is_none() {
                    let _ = disk::remove(temp);
                    return Err(words(&error));
                }
                reason
            }
        },
    };
    if reason.is_some() {
        disk::write_in_place(&target, bytes).map_err(|error| half_written(temp, &error))?;
        // If it cannot be removed, the next change does that.
        let _ = disk::remove(temp);
    }
    Ok(reason)
}

/// Why the file would be another one if the new text took its place; gives the new text the mode of the file.
fn obstacle(there: &Metadata, temp: &Path) -> Option<&'static str> {
    let mode = there.permissions().mode() & 0o7777;
    let is_others = fs::metadata(temp).is_ok_and(|new| new.uid() != there.uid() || new.gid() != there.gid());
    if there.nlink() > 1 {
        Some("it has other names as well (hard links)")
    } else if is_others {
        Some("another user or group owns it")
    } else if mode != MODE && fs::set_permissions(temp, Permissions::from_mode(mode)).is_err() {
        Some("its file system takes no modes")
    } else {
        None
    }
}

/// Why a file cannot be renamed over another, if that is no reason to give the change up.
fn of_rename(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => Some("it is mounted by itself"),
        ErrorKind::PermissionDenied | ErrorKind::Unsupported => Some("its folder lets no file be replaced"),
        _ => None,
    }
}

fn refused_by_folder(target: &Path, error: &io::Error) -> String {
    let folder = target.parent().unwrap_or(target).display();
    format!("{} in {folder}: allow callset to write there, or change the file by hand", words(error))
}

fn half_written(temp: &Path, error: &io::Error) -> String {
    format!("{}. It may be half written; the whole new text is in {}", words(error), temp.display())
}

fn too_large() -> String {
    "it is larger than 1 MiB".to_owned()
}
