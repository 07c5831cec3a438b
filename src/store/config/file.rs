//! The configuration file: reading it never waits, replacing it never leaves half a file.
//!
//! ```text
//!   read       what is it? ── plain file, at most 1 MiB ──> bytes     anything else: a sentence, not opened
//!   replace    link? ──> its target:  temp ── write ── sync ── rename ── sync the folder       the link stays
//! ```

use super::super::disk::{self, words};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
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

/// Replaces the file, or the file it links to, in one step. The mode stays. The caller holds the lock of the
/// folder.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if bytes.len() as u64 > LIMIT {
        return Err(too_large());
    }
    let replace = || -> io::Result<()> {
        let (target, mode) = match fs::canonicalize(path) {
            Ok(target) => {
                // A file that callset may not write to is not replaced either, although its folder would allow
                // that.
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
