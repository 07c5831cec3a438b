//! The file itself: read without ever waiting, replaced without ever being half there.
//!
//! ```text
//!   read       what is it? ── plain, at most 1 MiB ──> bytes          anything else: a sentence, not opened
//!   replace    link? ──> its target:  temp ── write ── sync ── rename ── sync the folder       the link stays
//! ```

use super::super::disk::{self, words};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

/// The most that is read, in bytes. Nobody writes a hundredth of it by hand.
pub(super) const LIMIT: u64 = 1024 * 1024;

/// The mode of a file that we make.
const MODE: u32 = 0o600;

/// The bytes of the file, if there is one. The error is a sentence.
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
    // Before it is opened, since opening a pipe waits for its other end, and after, since it may be another one now.
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
        // It says where a credential goes, and which program is run for it.
        Err("everyone on this machine may change it: take that away with chmod o-w".to_owned())
    } else if there.len() > LIMIT {
        Err(too_large())
    } else {
        Ok(())
    }
}

/// Makes the folder that the file is in, for its owner alone. One that is there stays as it is.
pub(super) fn make_folder(folder: &Path) -> Result<(), String> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| words(&error))
}

/// Replaces the file, or what it links to, at once; its mode stays. The caller holds the lock of the folder.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if bytes.len() as u64 > LIMIT {
        return Err(too_large());
    }
    let replace = || -> io::Result<()> {
        let (target, mode) = match fs::canonicalize(path) {
            Ok(target) => {
                // One that may not be written to is not replaced either, though its folder would let us.
                let file = OpenOptions::new().append(true).open(&target)?;
                let mode = file.metadata()?.permissions().mode() & 0o7777;
                (target, mode)
            }
            Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => (path.to_owned(), MODE),
            Err(error) => return Err(error),
        };
        let mut temp = target.clone().into_os_string();
        temp.push(".tmp");
        disk::replace_with_mode(temp.as_ref(), &target, bytes, mode)
    };
    replace().map_err(|error| words(&error))
}

fn too_large() -> String {
    "it is larger than 1 MiB".to_owned()
}
