//! Locks that the kernel releases when their process ends, in whatever way.
//!
//! ```text
//!   a run's own lock    exclusive, for the whole run       others test it with a shared lock, so they can test at once
//!   save lock, history  exclusive, for as long as needed
//! ```
//!
//! Some network file systems have no locks. Then callset cannot tell whether a run has ended, and touches none of
//! its files.

use super::disk;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// How often a lock is tried that is only held for an instant. Its holder can be stopped in that instant.
const TRIES: u32 = 100;

/// The pause between tries.
const PAUSE: Duration = Duration::from_millis(10);

/// The result of taking a lock.
#[derive(Debug)]
pub(super) enum Lock {
    /// This process has the lock until the file is closed.
    Held(File),
    /// Another process has the lock. The file may say which one.
    Busy(File),
    /// This file system has no locks.
    Unsupported,
}

/// Is the process that holds a lock still running?
#[derive(Debug)]
pub(super) enum Life {
    /// It has ended. No other process takes its lock while this file is open.
    Gone(File),
    /// It is running.
    Lives,
    /// This file system cannot tell.
    Unknown,
}

/// Takes a lock, or returns at once if another process has it.
pub(super) fn take(path: &Path) -> io::Result<Lock> {
    Ok(hold(open(path)?))
}

fn hold(file: File) -> Lock {
    match file.try_lock() {
        Ok(()) => Lock::Held(file),
        Err(TryLockError::WouldBlock) => Lock::Busy(file),
        Err(TryLockError::Error(_)) => Lock::Unsupported,
    }
}

/// Takes a lock that is only held for an instant. `None` if there are no locks.
pub(super) fn take_soon(path: &Path) -> io::Result<Option<File>> {
    soon(TRIES, || take(path))
}

/// Takes a lock that is held for as long as a network answers. `None` if there are no locks.
pub(super) fn take_within(path: &Path, patience: Duration) -> io::Result<Option<File>> {
    let tries = patience.as_millis() / PAUSE.as_millis() + 1;
    soon(u32::try_from(tries).unwrap_or(u32::MAX), || take(path))
}

/// Takes the lock of a folder itself, where a lock file of ours would be in the way or cannot be used.
pub(super) fn take_folder(folder: &Path) -> io::Result<Lock> {
    Ok(hold(File::open(folder)?))
}

/// The same for a lock that is only held for an instant.
pub(super) fn take_folder_soon(folder: &Path) -> io::Result<Option<File>> {
    soon(TRIES, || take_folder(folder))
}

/// Does the file system of this folder have locks? A lock that others hold is one.
pub(super) fn is_possible(folder: &Path) -> bool {
    let asked = File::open(folder).map(|folder| folder.try_lock_shared());
    !matches!(asked, Ok(Err(TryLockError::Error(_))))
}

fn soon(tries: u32, take: impl Fn() -> io::Result<Lock>) -> io::Result<Option<File>> {
    for _ in 0..tries {
        match take()? {
            Lock::Held(file) => return Ok(Some(file)),
            Lock::Unsupported => return Ok(None),
            Lock::Busy(_) => thread::sleep(PAUSE),
        }
    }
    Err(io::Error::new(ErrorKind::TimedOut, "Another callset does not let go of it"))
}

/// Tests whether the holder of a lock is running. A missing lock file is made and locked, so that no process takes
/// it meanwhile.
pub(super) fn probe(path: &Path) -> io::Result<Life> {
    let file = open(path)?;
    Ok(match file.try_lock_shared() {
        Ok(()) => Life::Gone(file),
        Err(TryLockError::WouldBlock) => Life::Lives,
        Err(TryLockError::Error(_)) => Life::Unknown,
    })
}

fn open(path: &Path) -> io::Result<File> {
    disk::refuse_other_than_file(path)?;
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Releases a lock. Closing the file is not enough: a child process that is being started has a copy of it for an
/// instant.
pub(super) fn free(file: &File) {
    let _ = file.unlock();
}

/// Is this open file still the one at that path? It may have been removed between opening and locking.
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_lock_that_was_removed_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let Lock::Held(file) = take(&path).unwrap() else { panic!("busy") };
        assert!(is_at(&file, &path));
        fs::remove_file(&path).unwrap();
        assert!(!is_at(&file, &path));
        fs::write(&path, "").unwrap();
        assert!(!is_at(&file, &path));
    }

    #[test]
    fn probing_disturbs_only_those_that_begin() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let (first, second) = (probe(&path).unwrap(), probe(&path).unwrap());
        assert!(matches!((&first, &second), (Life::Gone(_), Life::Gone(_))));
        assert!(matches!(take(&path), Ok(Lock::Busy(_))));
        if let (Life::Gone(first), Life::Gone(second)) = (first, second) {
            free(&first);
            free(&second);
        }
        let Lock::Held(held) = take(&path).unwrap() else { panic!("busy") };
        assert!(matches!(probe(&path), Ok(Life::Lives)));
        // A copy of the file stays open.
        let copy = held.try_clone().unwrap();
        free(&held);
        assert!(matches!(take(&path), Ok(Lock::Held(_))));
        drop(copy);
    }

    #[test]
    fn a_lock_that_is_not_let_go_of_is_not_waited_for_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = take_soon(&path).unwrap();
        assert_eq!(take_soon(&path).unwrap_err().kind(), ErrorKind::TimedOut);
        drop(held);
    }

    #[test]
    fn a_lock_is_waited_for_as_long_as_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = take(&path).unwrap();
        let soon = Duration::from_millis(20);
        assert_eq!(take_within(&path, soon).unwrap_err().kind(), ErrorKind::TimedOut);
        drop(held);
        assert!(take_within(&path, soon).unwrap().is_some());
    }
}
