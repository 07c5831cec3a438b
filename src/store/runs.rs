//! The runs of a place: this one, the others that are running, and what ended ones left.
//!
//! ```text
//!   others ──┬── its lock is held ─────────> a peer, with what its sending*.json say
//!            └── its lock is free: ended ──┬─ draft.json, sending*.json, readable ──────────> a leftover
//!                                          ├─ unreadable ones, leftovers it had taken over ─> aside, and reported
//!                                          └─ temporary files, or nothing at all ───────────> removed
//! ```
//!
//! Several runs may look at an ended one at the same time, and one of them may take it over meanwhile. Files that
//! are gone by then are skipped.

use super::folders::{Bin, Folders};
use super::lock::{self, Life, Lock};
use super::schema::{self, Unfit};
use super::{Place, disk, history};
use crate::model::record::{Aside, AsideOf, Found, Leftover, Peer, PeerDoubts, Saved, Sending};
use crate::model::{FieldId, Resource};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The lock that a run holds for its whole life.
const LOCK: &str = "lock";

/// The unsaved edits of a run.
pub(super) const DRAFT: &str = "draft.json";

/// What the names of all records of writes begin with, also those of resources that a newer callset knows.
const SENDING: &str = "sending";

/// The possible files of a run that hold a draft or a sending.
pub(super) fn records() -> impl Iterator<Item = String> {
    [DRAFT.to_owned()].into_iter().chain(Resource::ALL.map(sending))
}

/// The file of the writes to a resource whose outcome the run does not know yet.
pub(super) fn sending(resource: Resource) -> String {
    let is_main = resource == Resource::Settings;
    if is_main { format!("{SENDING}.json") } else { format!("{SENDING}-{}.json", resource.name()) }
}

/// How many names are tried for a new run. Usually the first is free, but in containers every process may have the
/// id 1.
const TRIES: usize = 100;

/// This run.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) run: Peer,
    pub(super) folder: PathBuf,
    /// `None` if there are no locks.
    pub(super) lock: Option<File>,
    /// Are the folders on the disk itself?
    is_anchored: bool,
}

impl Own {
    /// Makes the folder of a run and takes its lock.
    pub(super) fn begin(home: &Path, pid: u32, now: Timestamp) -> io::Result<Self> {
        for millis in (now.as_millisecond()..).take(TRIES) {
            let since = Timestamp::from_millisecond(millis).map_err(io::Error::other)?;
            let run = Peer { pid, since };
            let folder = home.join(name(run));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                made => made?,
            }
            let path = folder.join(LOCK);
            match lock::take(&path) {
                Ok(Lock::Held(lock)) if lock::is_at(&lock, &path) => return Ok(Self::begun(run, folder, Some(lock))),
                Ok(Lock::Unsupported) => return Ok(Self::begun(run, folder, None)),
                // Between making, opening and locking the folder, another run that started took this one for ended.
                Ok(Lock::Held(_) | Lock::Busy(_)) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, "No name is free for this run"))
    }

    fn begun(run: Peer, folder: PathBuf, lock: Option<File>) -> Self {
        Self { run, folder, lock, is_anchored: false }
    }

    /// Waits until the folders are on the disk itself, without which a file in them is lost. Not before there is such a
    /// file: a run that leaves nothing need not wait for the disk, and a PATCH need not wait for it either. If this
    /// fails, writing the file fails too and is reported.
    pub(super) fn anchor(&mut self) {
        if !self.is_anchored {
            for folder in self.folder.ancestors().take(3) {
                let _ = disk::sync_folder_of(folder);
            }
            self.is_anchored = true;
        }
    }

    /// Removes the run's folder if it holds no records. Otherwise the next run finds them.
    pub(super) fn end(&self) {
        if !records().any(|file| self.folder.join(file).exists()) {
            sweep(&self.folder);
        }
        self.lock.iter().for_each(lock::free);
    }
}

/// The name of a run's folder. The leftover that it may become has the same name.
pub(super) fn name(run: Peer) -> String {
    format!("run-{}-{}", run.pid, run.since.as_millisecond())
}

/// The run of a folder name.
pub(super) fn parse(text: &str) -> Option<Peer> {
    let (pid, millis) = text.strip_prefix("run-")?.split_once('-')?;
    let run = Peer { pid: pid.parse().ok()?, since: Timestamp::from_millisecond(millis.parse().ok()?).ok()? };
    (name(run) == text).then_some(run)
}

/// The other runs of the place, with their folders.
fn others(home: &Path, own: Peer) -> io::Result<Vec<(Peer, PathBuf)>> {
    let run = |entry: fs::DirEntry| {
        let run = parse(entry.file_name().to_str()?).filter(|run| *run != own)?;
        entry.file_type().ok()?.is_dir().then(|| (run, entry.path()))
    };
    Ok(fs::read_dir(home)?.flatten().filter_map(run).collect())
}

/// The drafts of all runs below this folder, unparsed.
pub(super) fn drafts(home: &Path) -> Vec<Vec<u8>> {
    let runs = fs::read_dir(home).into_iter().flatten().flatten();
    let runs = runs.filter(|entry| entry.file_name().to_str().is_some_and(|name| parse(name).is_some()));
    runs.filter_map(|run| disk::read(&run.path().join(DRAFT)).ok()?).collect()
}

/// The other runs that are running, longest running first.
pub(super) fn peers(home: &Path, own: Peer) -> io::Result<Vec<Peer>> {
    let lives = |folder: &Path| matches!(lock::probe(&folder.join(LOCK)), Ok(Life::Lives));
    let mut peers: Vec<Peer> =
        others(home, own)?.into_iter().filter(|(_, folder)| lives(folder)).map(|(run, _)| run).collect();
    peers.sort_by_key(age);
    Ok(peers)
}

/// Sorts runs by age, the oldest first.
fn age(run: &Peer) -> (Timestamp, u32) {
    (run.since, run.pid)
}

/// Finds what other runs left, and which of them are running.
pub(super) fn look_round(folders: &Folders, own: Peer, now: Timestamp) -> io::Result<Found> {
    let (mut found, mut running) = (Found::default(), Vec::new());
    for (run, folder) in others(&folders.home, own)? {
        match lock::probe(&folder.join(LOCK)) {
            // The lock is held until everything is read.
            Ok(Life::Gone(_lock)) => {
                let remains = Remains { folders, folder, id: name(run), now };
                found.aside.extend(remains.set_aside());
                match remains.leftover(&mut found.aside) {
                    Some(leftover) => found.leftovers.push(leftover),
                    None => sweep(&remains.folder),
                }
            }
            Ok(Life::Lives) => running.push((run, folder)),
            // If it is unknown whether the run has ended, its files are not touched. Without locks all are like that, which
            // is told otherwise.
            Ok(Life::Unknown) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(_) => found.aside.push(Aside { of: AsideOf::Run, path: folder.display().to_string() }),
        }
    }
    found.leftovers.sort_by_key(|leftover| Reverse(leftover.at));
    running.sort_by_key(|(run, _)| age(run));
    found.peers = running.iter().map(|(run, _)| *run).collect();
    // A run that adopts the writes of an ended one records them before it removes the old record. So what the loop above
    // no longer found is found here.
    found.doubts = running.iter().filter_map(|(run, folder)| doubts(&folders.place, *run, folder)).collect();
    let first = |save: Saved| save.after.members().next().map(|(key, _)| FieldId::new(save.resource, key));
    found.saved_last = history::last(&folders.home, &folders.place).ok().flatten().and_then(first);
    Ok(found)
}

/// The writes that a running callset holds in doubt.
fn doubts(place: &Place, peer: Peer, folder: &Path) -> Option<PeerDoubts> {
    let mut doubts = PeerDoubts { peer, sendings: vec![], unread: 0 };
    for resource in Resource::ALL {
        match disk::read(&folder.join(sending(resource))).map(|read| read.map(|it| schema::read_sendings(place, &it))) {
            Ok(None) => {}
            Ok(Some(Ok(sendings))) => doubts.sendings.extend(sendings),
            Ok(Some(Err(_))) | Err(_) => doubts.unread += 1,
        }
    }
    (!doubts.sendings.is_empty() || doubts.unread > 0).then_some(doubts)
}

/// Removes the folder of a run that left nothing. The caller holds its lock.
fn sweep(folder: &Path) {
    let _ = fs::remove_file(folder.join(LOCK));
    let _ = fs::remove_dir(folder);
}

/// The folder of a run that has ended.
struct Remains<'a> {
    folders: &'a Folders,
    folder: PathBuf,
    id: String,
    now: Timestamp,
}

impl Remains<'_> {
    /// Removes temporary files, and sets aside everything that is no record. Those are leftovers that the run had
    /// taken over when it ended: entering them may have ended it, so they are not tried again.
    fn set_aside(&self) -> Vec<Aside> {
        let mut aside = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_temp = entry.path().extension().is_some_and(|extension| extension == "tmp");
            if is_temp && entry.file_type().is_ok_and(|kind| !kind.is_dir()) {
                let _ = fs::remove_file(entry.path());
            } else if name != LOCK && !records().any(|record| record == name) {
                aside.extend(self.stow(&entry.path(), &name, of(&name)));
            }
        }
        aside
    }

    /// The draft and the sendings of the run, if there are any.
    fn leftover(&self, aside: &mut Vec<Aside>) -> Option<Leftover> {
        let unsaved = self.record(DRAFT, schema::read_unsaved, aside);
        let read = |resource| self.record(&sending(resource), schema::read_sendings, aside);
        let sendings: Vec<Sending> = Resource::ALL.into_iter().filter_map(read).flatten().collect();
        let at = unsaved.iter().map(|(at, _)| *at).chain(sendings.iter().map(|sending| sending.at)).max()?;
        Some(Leftover { id: self.id.clone(), at, unsaved: unsaved.map(|(_, unsaved)| unsaved), sendings })
    }

    /// Reads a file. A file that cannot be used is set aside, under a name that says why.
    fn record<T>(&self, file: &str, read: fn(&Place, &[u8]) -> Result<T, Unfit>, aside: &mut Vec<Aside>) -> Option<T> {
        let path = self.folder.join(file);
        let why = match disk::read(&path).map(|bytes| bytes.map(|bytes| read(&self.folders.place, &bytes))) {
            Ok(None) => return None,
            Ok(Some(Ok(record))) => return Some(record),
            Ok(Some(Err(Unfit::Newer))) => "newer",
            Ok(Some(Err(Unfit::Elsewhere))) => "elsewhere",
            Ok(Some(Err(Unfit::Broken))) | Err(_) => "bad",
        };
        aside.extend(self.stow(&path, &format!("{file}.{why}"), of(file)));
        None
    }

    /// Sets a file or folder aside. Returns its path afterwards, which is the old one if it cannot be moved.
    fn stow(&self, path: &Path, name: &str, of: AsideOf) -> Option<Aside> {
        let at = match self.folders.stow(path, Bin::Aside, &format!("{}_{name}", self.id), self.now) {
            Ok(to) => to,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(_) => path.to_owned(),
        };
        Some(Aside { of, path: at.display().to_string() })
    }
}

/// What a file or folder of a run is. The folder of another run is a leftover that was taken over; the outcomes of its
/// writes were told before.
fn of(name: &str) -> AsideOf {
    if name == DRAFT || parse(name).is_some() {
        AsideOf::Draft
    } else if name.starts_with(SENDING) {
        AsideOf::Sending
    } else {
        AsideOf::Other
    }
}
