//! The saves of a place, the oldest first, one to a line.
//!
//! ```text
//!   history.lock ── read the end ── add one ── drop the oldest beyond the bounds ── replace
//! ```
//!
//! The file is written anew each time: it is small, and half a line never is in it. One that something else let grow is read
//! from its end, and small again with the next save. Lines that can not be read, such as those of a newer callset, stay until
//! they are the oldest; one that alone is beyond the bounds goes, and takes none with it. A save that is in it is not added
//! once more.

use super::folders::{Bin, Folders};
use super::{disk, lock, schema};
use crate::model::record::Saved;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The most saves that are kept.
const SAVES_LIMIT: usize = 200;

/// The most that is kept, in bytes.
const SIZE_LIMIT: usize = 256 * 1024;

const FILE: &str = "history.jsonl";

/// Adds a save. The temp is this run's.
pub(super) fn add(folders: &Folders, temp: &Path, saved: &Saved) -> io::Result<()> {
    let line = schema::write_saved(&folders.place, saved);
    if line.len() >= SIZE_LIMIT {
        return Err(io::Error::new(ErrorKind::InvalidData, "Larger than 256 KiB"));
    }
    let _lock = lock::take_soon(&folders.home.join("history.lock"))?;
    let path = folders.home.join(FILE);
    let old = match disk::read_end(&path) {
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            folders.stow(&path, Bin::Aside, &format!("{FILE}.bad"), saved.at)?;
            Vec::new()
        }
        read => read?,
    };
    // What became of a save may become known twice: a process can end between the history and the end of the save's record.
    let is_there = |line: &[u8]| {
        schema::read_saved(&folders.place, line).is_ok_and(|old| {
            let is_same = (&old.before, &old.after) == (&saved.before, &saved.after);
            old.resource == saved.resource && (old.at == saved.at || old.at > saved.at && is_same)
        })
    };
    if lines(&old).any(is_there) {
        return Ok(());
    }
    let mut left = SIZE_LIMIT;
    let fits = |line: &&[u8]| {
        let rest = left.checked_sub(line.len() + 1);
        left = rest.unwrap_or_default();
        rest.is_some()
    };
    let old = lines(&old).rev().filter(|line| line.len() < SIZE_LIMIT);
    let newest_first = [line.as_bytes()].into_iter().chain(old);
    let mut kept: Vec<&[u8]> = newest_first.take(SAVES_LIMIT).take_while(fits).collect();
    kept.reverse();
    let mut bytes = kept.join(&b'\n');
    bytes.push(b'\n');
    disk::replace(temp, &path, &bytes, disk::Sync::Now)
}

/// The saves that can be read, newest first.
pub(super) fn all(folders: &Folders) -> io::Result<Vec<Saved>> {
    let bytes = disk::read_end(&folders.home.join(FILE))?;
    Ok(lines(&bytes).rev().filter_map(|line| schema::read_saved(&folders.place, line).ok()).collect())
}

fn lines(bytes: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty())
}
