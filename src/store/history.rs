//! The past saves of a place, in the order in which they became known, one in each line.
//!
//! ```text
//!   history.lock ── read the end ── add one ── drop the oldest beyond the limits ── replace
//! ```
//!
//! The file is small, so it is written completely each time and never holds half a line. If another program made it
//! grow, its end is read, and the next save makes it small again. Lines that cannot be read, such as those of a
//! newer callset, stay until they are the oldest. A line that alone exceeds the limits is dropped, without any
//! other line. A save that is already in the file is not added again.

use super::folders::{Bin, Folders};
use super::{Place, disk, lock, schema};
use crate::model::record::Saved;
use jiff::SignedDuration;
use std::cmp::Reverse;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The requests of one save follow each other closer than this.
const TOGETHER: SignedDuration = SignedDuration::from_secs(10);

/// How many saves are kept.
const SAVES_LIMIT: usize = 200;

/// How large the file may be, in bytes.
const SIZE_LIMIT: usize = 256 * 1024;

/// How many saves are read of a file that another program made grow.
const READ_LIMIT: usize = 1000;

/// How many saves are compared to find the one that was made last.
const LAST: usize = 8;

const FILE: &str = "history.jsonl";

/// Adds a save. `temp` is a temporary file that only this run uses.
pub(super) fn add(folders: &Folders, temp: &Path, saved: &Saved) -> io::Result<()> {
    let line = schema::write_saved(&folders.place, saved);
    if line.len() >= SIZE_LIMIT {
        return Err(io::Error::new(ErrorKind::InvalidData, "Larger than 256 KiB"));
    }
    let _lock = lock::take_soon(&folders.home.join("history.lock"))?;
    let path = folders.home.join(FILE);
    let old = match disk::read_end(&path, disk::FILE_LIMIT) {
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            folders.stow(&path, Bin::Aside, &format!("{FILE}.bad"), saved.at)?;
            Vec::new()
        }
        read => read?,
    };
    // The same save may be added twice, if a process ended after it wrote the history and before it removed the
    // save's record.
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

/// The saves in the folder of a place that can be read, newest first. A write that was in doubt is added late, with the
/// time at which it left.
pub(super) fn all(home: &Path, place: &Place) -> io::Result<Vec<Saved>> {
    let bytes = disk::read_end(&home.join(FILE), disk::FILE_LIMIT)?;
    let mut saved: Vec<Saved> = newest(&bytes, place).take(READ_LIMIT).collect();
    saved.sort_by_key(|saved| Reverse(saved.at));
    Ok(saved)
}

/// The save that was made last and changed something; of one that went to several resources, the part that comes first on
/// the form. Every start asks for it, so only the last lines are read: a write that was in doubt is added late, but not
/// behind more saves than these.
pub(super) fn last(home: &Path, place: &Place) -> io::Result<Option<Saved>> {
    let bytes = disk::read_end(&home.join(FILE), SIZE_LIMIT)?;
    let changed = newest(&bytes, place).take(LAST).filter(|saved| saved.after.members().next().is_some());
    let changed: Vec<Saved> = changed.collect();
    let Some(newest) = changed.iter().map(|saved| saved.at).max() else { return Ok(None) };
    let is_of_it = |saved: &Saved| newest.duration_since(saved.at) <= TOGETHER;
    Ok(changed.into_iter().filter(is_of_it).min_by_key(|saved| (saved.resource, Reverse(saved.at))))
}

/// The saves that can be read, the last line first.
fn newest(bytes: &[u8], place: &Place) -> impl Iterator<Item = Saved> {
    lines(bytes).rev().filter_map(|line| schema::read_saved(place, line).ok())
}

fn lines(bytes: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty())
}
