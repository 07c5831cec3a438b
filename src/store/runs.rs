//! The runs of a place: this one, those that live, and what dead ones left.
//!
//! ```text
//!   others ──┬── its lock is held ────────> a peer
//!            └── its lock is free: dead ──┬─ draft.json, sending*.json that can be read ─> a leftover
//!                                         ├─ those that can not, things taken over ─────> aside, and told
//!                                         └─ temps, or nothing at all ──────────────────> swept
//! ```
//!
//! Several runs may look at a dead one at the same time, and one of them may take it meanwhile: what is gone by then is
//! passed over.

use super::folders::{Bin, Folders};
use super::lock::{self, Life, Lock};
use super::schema::{self, Unfit};
use super::{Place, disk};
use crate::model::Resource;
use crate::model::record::{Found, Leftover, Peer};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Held by a run while it lives.
const LOCK: &str = "lock";

/// Its unsaved edits.
pub(super) const DRAFT: &str = "draft.json";

/// The files of a run that say something, whichever of them there are.
pub(super) fn records() -> impl Iterator<Item = &'static str> {
    [DRAFT].into_iter().chain(Resource::ALL.map(sending))
}

/// The save of a resource whose end it has not seen.
pub(super) fn sending(resource: Resource) -> &'static str {
    match resource {
        Resource::Settings => "sending.json",
        Resource::Recording => "sending-recording.json",
        Resource::ChannelConnection => "sending-channel-connection.json",
    }
}

/// How many names are tried for a new run. One is enough, but in containers all may be process 1.
const TRIES: usize = 100;

/// This run.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) run: Peer,
    pub(super) folder: PathBuf,
    /// `None` where there are no locks.
    pub(super) lock: Option<File>,
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
                // Between making, opening and locking, another that begins has taken us for dead.
                Ok(Lock::Held(_) | Lock::Busy(_)) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, "No name is free for this run"))
    }

    fn begun(run: Peer, folder: PathBuf, lock: Option<File>) -> Self {
        // A draft on the disk is worth nothing if the way to it is not. Where this fails, so will the draft.
        for folder in folder.ancestors().take(3) {
            let _ = disk::sync_folder_of(folder);
        }
        Self { run, folder, lock }
    }

    /// Leaves nothing behind if there is nothing to leave. Otherwise the next run finds it.
    pub(super) fn end(&self) {
        if !records().any(|file| self.folder.join(file).exists()) {
            sweep(&self.folder);
        }
        self.lock.iter().for_each(lock::free);
    }
}

/// How the folder of a run is called; the leftover that it may become has the same name.
pub(super) fn name(run: Peer) -> String {
    format!("run-{}-{}", run.pid, run.since.as_millisecond())
}

/// The run of that name.
pub(super) fn parse(text: &str) -> Option<Peer> {
    let (pid, millis) = text.strip_prefix("run-")?.split_once('-')?;
    let run = Peer { pid: pid.parse().ok()?, since: Timestamp::from_millisecond(millis.parse().ok()?).ok()? };
    (name(run) == text).then_some(run)
}

/// The other runs of the place, each with its folder.
fn others(home: &Path, own: Peer) -> io::Result<Vec<(Peer, PathBuf)>> {
    let run = |entry: fs::DirEntry| {
        let run = parse(entry.file_name().to_str()?).filter(|run| *run != own)?;
        entry.file_type().ok()?.is_dir().then(|| (run, entry.path()))
    };
    Ok(fs::read_dir(home)?.flatten().filter_map(run).collect())
}

/// The drafts of all runs below this folder, as they are.
pub(super) fn drafts(home: &Path) -> Vec<Vec<u8>> {
    let runs = fs::read_dir(home).into_iter().flatten().flatten();
    let runs = runs.filter(|entry| entry.file_name().to_str().is_some_and(|name| parse(name).is_some()));
    runs.filter_map(|run| disk::read(&run.path().join(DRAFT)).ok()?).collect()
}

/// Those that live, longest running first.
pub(super) fn peers(home: &Path, own: Peer) -> io::Result<Vec<Peer>> {
    let lives = |folder: &Path| matches!(lock::probe(&folder.join(LOCK)), Ok(Life::Lives));
    let mut peers: Vec<Peer> =
        others(home, own)?.into_iter().filter(|(_, folder)| lives(folder)).map(|(run, _)| run).collect();
    peers.sort_by_key(|run| (run.since, run.pid));
    Ok(peers)
}

/// What there is of others.
pub(super) fn look_round(folders: &Folders, own: Peer, now: Timestamp) -> io::Result<Found> {
    let mut found = Found { peers: peers(&folders.home, own)?, ..Found::default() };
    for (run, folder) in others(&folders.home, own)? {
        // The lock is kept until all is looked at. Of a run that nobody can tell dead, nothing is touched.
        if let Ok(Life::Gone(_lock)) = lock::probe(&folder.join(LOCK)) {
            let remains = Remains { folders, folder, id: name(run), now };
            found.aside.extend(remains.set_aside());
            match remains.leftover(&mut found.aside) {
                Some(leftover) => found.leftovers.push(leftover),
                None => sweep(&remains.folder),
            }
        }
    }
    found.leftovers.sort_by_key(|leftover| Reverse(leftover.at));
    Ok(found)
}

/// Removes the folder of a run that left nothing, under its lock.
fn sweep(folder: &Path) {
    let _ = fs::remove_file(folder.join(LOCK));
    let _ = fs::remove_dir(folder);
}

/// The folder of a dead run.
struct Remains<'a> {
    folders: &'a Folders,
    folder: PathBuf,
    id: String,
    now: Timestamp,
}

impl Remains<'_> {
    /// Sweeps temps, and sets aside all that is no record: it died while restoring what it had taken over, and that is not
    /// tried again.
    fn set_aside(&self) -> Vec<String> {
        let mut aside = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_temp = entry.path().extension().is_some_and(|extension| extension == "tmp");
            if is_temp && entry.file_type().is_ok_and(|kind| !kind.is_dir()) {
                let _ = fs::remove_file(entry.path());
            } else if name != LOCK && !records().any(|record| record == name) {
                aside.extend(self.stow(&entry.path(), &name));
            }
        }
        aside
    }

    /// Its draft and its sendings, if there are any.
    fn leftover(&self, aside: &mut Vec<String>) -> Option<Leftover> {
        let unsaved = self.record(DRAFT, schema::read_unsaved, aside);
        let read = |resource| self.record(sending(resource), schema::read_sending, aside);
        let sendings: Vec<_> = Resource::ALL.into_iter().filter_map(read).collect();
        let at = unsaved.iter().map(|(at, _)| *at).chain(sendings.iter().map(|(at, _)| *at)).max()?;
        Some(Leftover { id: self.id.clone(), at, unsaved: unsaved.map(|(_, unsaved)| unsaved), sendings })
    }

    /// Reads a file; one that can not be used is set aside, its name saying why.
    fn record<T>(&self, file: &str, read: fn(&Place, &[u8]) -> Result<T, Unfit>, aside: &mut Vec<String>) -> Option<T> {
        let path = self.folder.join(file);
        let why = match disk::read(&path).map(|bytes| bytes.map(|bytes| read(&self.folders.place, &bytes))) {
            Ok(None) => return None,
            Ok(Some(Ok(record))) => return Some(record),
            Ok(Some(Err(Unfit::Newer))) => "newer",
            Ok(Some(Err(Unfit::Elsewhere))) => "elsewhere",
            Ok(Some(Err(Unfit::Broken))) | Err(_) => "bad",
        };
        aside.extend(self.stow(&path, &format!("{file}.{why}")));
        None
    }

    /// Sets something aside. Returns where it is now, which is where it was if it can not be moved.
    fn stow(&self, path: &Path, name: &str) -> Option<String> {
        match self.folders.stow(path, Bin::Aside, &format!("{}_{name}", self.id), self.now) {
            Ok(to) => Some(to.display().to_string()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(_) => Some(path.display().to_string()),
        }
    }
}
