//! callset's own files and folders: private, complete or absent, and never reached through a link.
//!
//! ```text
//!   read      a plain file below the limit ──> bytes       link, pipe, folder, too large ──> InvalidData, not opened
//!   read_end  the last lines of a plain file of any size
//!   replace   temp ── write ── (sync) ── rename ── (sync the folder)       on an error the old file is unchanged
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The largest file that is read or written, in bytes: an answer of 1 MiB with every character escaped, and edits.
pub(super) const FILE_LIMIT: usize = 8 * 1024 * 1024;

/// When a file must be on the disk itself. Before that, only the kernel has it: it survives the end of the process,
/// but not a loss of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sync {
    /// Before the call returns.
    Now,
    /// At some later time.
    Later,
}

/// Makes a folder that only its owner can enter, and the folders above it. An existing folder that others can enter
/// is closed to them.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Fails if there is something else than a plain file at the path. Opening a pipe would wait for its other end.
pub(super) fn refuse_other_than_file(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_file() => Ok(()),
        Ok(_) => Err(io::Error::new(ErrorKind::InvalidData, "Not a plain file")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Opens a plain file for reading, if it exists.
fn open(path: &Path) -> io::Result<Option<File>> {
    refuse_other_than_file(path)?;
    match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

/// The bytes of a file, if it exists.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let Some(file) = open(path)? else { return Ok(None) };
    let limit = FILE_LIMIT as u64;
    let mut bytes = Vec::new();
    if file.metadata()?.len() <= limit {
        file.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() <= FILE_LIMIT {
            return Ok(Some(bytes));
        }
    }
    Err(too_large())
}

/// The last complete lines of a file, as many as fit this limit in bytes. Empty if there is no file.
pub(super) fn read_end(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let Some(mut file) = open(path)? else { return Ok(Vec::new()) };
    let limit = limit as u64;
    let before = file.metadata()?.len().saturating_sub(limit);
    let mut bytes = Vec::new();
    if before == 0 {
        file.take(limit).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    // One more byte is read, since it may be the end of the line before.
    file.seek(SeekFrom::Start(before - 1))?;
    file.take(limit + 1).read_to_end(&mut bytes)?;
    let start = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
    Ok(bytes.split_off(start))
}

/// Replaces a file in one step. Both paths are in the same file system. No other process uses the temporary file.
pub(super) fn replace(temp: &Path, path: &Path, bytes: &[u8], sync: Sync) -> io::Result<()> {
    if bytes.len() > FILE_LIMIT {
        return Err(too_large());
    }
    swap(temp, path, write(temp, bytes, 0o600, sync))?;
    if sync == Sync::Now { sync_folder_of(path) } else { Ok(()) }
}

/// Writes a new file beside the one that it is to replace. It is on the disk itself when this returns.
pub(super) fn write_aside(temp: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let written = write(temp, bytes, mode, Sync::Now).and_then(|()| sync_folder_of(temp));
    if written.is_err() {
        let _ = fs::remove_file(temp);
    }
    written
}

/// Gives the new file the place of the old one. On an error both are still there.
pub(super) fn take_place(temp: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temp, path)?;
    sync_folder_of(path)
}

/// Writes over a file. On an error the file may hold parts of both texts.
pub(super) fn write_in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

fn swap(temp: &Path, path: &Path, written: io::Result<()>) -> io::Result<()> {
    let done = written.and_then(|()| fs::rename(temp, path));
    if done.is_err() {
        // The error of the failed step is returned. If the temporary file cannot be removed, a later run removes
        // it.
        let _ = fs::remove_file(temp);
    }
    done
}

fn write(temp: &Path, bytes: &[u8], mode: u32, sync: Sync) -> io::Result<()> {
    remove(temp)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(temp)?;
    if mode != 0o600 {
        // The mode is set afterwards: at the opening, the umask of the process would remove some of its bits.
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    file.write_all(bytes)?;
    if sync == Sync::Now { file.sync_all() } else { Ok(()) }
}

/// Removes a file. Returns true if it existed.
pub(super) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Waits until the entries of a file's folder are on the disk. Some file systems cannot do that.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// The reason for a failure, in words: the system's message without its error number.
pub(super) fn words(error: &io::Error) -> String {
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}

fn too_large() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "Larger than 8 MiB")
}
