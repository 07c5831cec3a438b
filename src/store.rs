//! What outlives a run: unsaved edits, the sending of a save under way, past saves, the hosts that may receive a
//! credential. Also which other runs use the same settings.
//!
//! ```text
//!   open ──> Found: leftovers, peers, what was set aside
//!     │
//!     ├── keep ────────────────────────────── the draft, whenever it changed
//!     ├── try_turn ── record ── (PATCH) ── sync ── record (of none) ── remember ── end_turn
//!     └── take ── (edits come back) ── keep ── finish      a leftover
//! ```
//!
//! Nothing is deleted unless it is out of date. What the user discards stays in the trash for 30 days, and files
//! that cannot be read are set aside. The written types have no place for a credential. Calls wait for the disk, so
//! they belong on a thread of their own. No call waits longer than a second for another process.

pub mod config;
mod disk;
mod folders;
mod history;
mod lock;
mod runs;
pub mod schema;
pub mod sheet;
pub mod trust;

use crate::model::Resource;
use crate::model::address::is_loopback;
use crate::model::profile::host;
use crate::model::record::{Found, Peer, SaveLock, Saved, Sending, Unsaved};
use folders::{Bin, Folders};
use jiff::Timestamp;
use lock::Lock;
use runs::{DRAFT, Own};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Identifies an app's settings: the app and the base url. The API version and the profile do not count. Files of
/// one place are never used for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The base url, as [`Place::new`] writes it, or `demo`.
    pub server: String,
    /// The app.
    pub app_id: i32,
}

impl Place {
    /// The place of an app at a base url. The name of the server is `host[:port]` if the url has no path, and is
    /// https to another machine or plain http to this one. Otherwise the name is the whole url, without the slash
    /// at its end.
    pub fn new(base_url: &Url, app_id: i32) -> Self {
        let (scheme, host, path) = (base_url.scheme(), host(base_url), base_url.path().trim_end_matches('/'));
        let is_usual = path.is_empty() && scheme == if is_loopback(base_url) { "http" } else { "https" };
        let server = if is_usual { host } else { format!("{scheme}://{host}{path}") };
        Self { server, app_id }
    }

    /// The place of the demo. Its sandbox has another port in each run, but its drafts belong to the same place.
    pub fn demo(app_id: i32) -> Self {
        Self { server: DEMO.to_owned(), app_id }
    }

    /// The place of another app: in the demo, of another app there.
    #[must_use]
    pub fn beside(&self, base_url: &Url, app_id: i32) -> Self {
        if self.server == DEMO { Self::demo(app_id) } else { Self::new(base_url, app_id) }
    }
}

/// What stands for the server of the demo.
const DEMO: &str = "demo";

/// Something could not be written to the disk, or could not be read from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct StoreError {
    /// The state that results, in words.
    pub what: &'static str,
    /// The reason, in the system's words.
    pub why: String,
}

/// The folder for all files: below `$XDG_STATE_HOME`, or below `.local/state` in the home folder. `None` without
/// both; then nothing is kept.
pub fn state_dir(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("callset"))
}

/// Can files in this folder be locked? True also where that cannot be asked. Waits for the disk only.
pub fn has_locks(folder: &Path) -> bool {
    lock::is_possible(folder)
}

/// The right to exchange a login for a token, which one callset of a machine has at a time. Dropping this passes it
/// on.
#[derive(Debug)]
pub struct ExchangeLock(File);

impl Drop for ExchangeLock {
    fn drop(&mut self) {
        lock::free(&self.0);
    }
}

/// Waits for the right to exchange a login. `None` if the folder cannot be used, or its file system has no locks.
///
/// # Errors
///
/// Another callset had it for all of this time.
pub fn lock_exchange(dir: &Path, patience: Duration) -> Result<Option<ExchangeLock>, StoreError> {
    let taken = disk::private_folder(dir).and_then(|()| lock::take_within(&dir.join("exchange.lock"), patience));
    match taken {
        Ok(file) => Ok(file.map(ExchangeLock)),
        Err(error) if error.kind() == ErrorKind::TimedOut => Err(failed("No token was asked for")(error)),
        Err(_) => Ok(None),
    }
}

/// How many fields are unsaved in all drafts of a place, those of other runs included.
pub fn unsaved(dir: &Path, place: &Place) -> usize {
    let drafts = runs::drafts(&folders::home(dir, place));
    let read = |bytes: Vec<u8>| schema::read_unsaved(place, &bytes).ok().map(|(_, unsaved)| unsaved.edits.len());
    drafts.into_iter().filter_map(read).sum()
}

/// The past saves of a place, newest first, without beginning a run. Saves that cannot be read are left out.
pub fn history(dir: &Path, place: &Place) -> Result<Vec<Saved>, StoreError> {
    history::all(&folders::home(dir, place), place).map_err(failed("The history cannot be read"))
}

/// The files of one run at one place. A run ends properly by dropping this. If the process ends without that, the
/// next run finds its files as a leftover.
#[derive(Debug)]
pub struct Store {
    folders: Folders,
    own: Own,
    turn: Option<File>,
}

impl Store {
    /// Begins a run. Finds the leftovers of ended runs of this place, removes their empty folders and temporary
    /// files, and deletes what has been in the trash for 30 days.
    pub fn open(dir: &Path, place: Place, pid: u32, now: Timestamp) -> Result<(Self, Found), StoreError> {
        let open = || {
            let folders = Folders::new(dir, place)?;
            let own = Own::begin(&folders.home, pid, now)?;
            folders.expire(now);
            let found = runs::look_round(&folders, own.run, now)?;
            Ok((Self { folders, own, turn: None }, found))
        };
        open().map_err(failed("Drafts cannot be kept on disk"))
    }

    /// The name of this run. The leftover that it may become has the same.
    pub fn run(&self) -> String {
        runs::name(self.own.run)
    }

    /// Replaces the draft of this run; without edits, removes it. On an error the previous draft is still there.
    /// The draft is complete and on the disk itself when this returns.
    pub fn keep(&mut self, unsaved: &Unsaved, now: Timestamp) -> Result<(), StoreError> {
        let path = self.draft();
        let mut keep = || {
            if unsaved.edits.is_empty() {
                return if disk::remove(&path)? { disk::sync_folder_of(&path) } else { Ok(()) };
            }
            let json = schema::write_unsaved(&self.folders.place, now, unsaved);
            // A draft that cannot be read again must not replace one that can.
            schema::read_unsaved(&self.folders.place, json.as_bytes()).map_err(|_| unreadable())?;
            self.own.anchor();
            disk::replace(&path.with_extension("tmp"), &path, json.as_bytes(), disk::Sync::Now)
        };
        keep().map_err(failed("Draft not on disk"))
    }

    /// Records the writes to a resource whose outcome is open. The last may be about to be sent. The record survives
    /// the end of the process at once, and a loss of power after [`Store::sync`]. So the PATCH need not wait for the
    /// disk. If there are none, the record is removed.
    pub fn record(&mut self, resource: Resource, sendings: &[Sending]) -> Result<(), StoreError> {
        let path = self.sending(resource);
        if sendings.is_empty() {
            disk::remove(&path).map_err(failed("The save's note is still on disk"))?;
            return Ok(());
        }
        let json = schema::write_sendings(&self.folders.place, sendings);
        disk::replace(&path.with_extension("tmp"), &path, json.as_bytes(), disk::Sync::Later)
            .map_err(failed("The save is not noted on disk"))
    }

    /// Waits until all recorded writes are on the disk itself.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        let sync = |path: PathBuf| match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            opened => opened?.sync_all().and_then(|()| disk::sync_folder_of(&path)),
        };
        self.own.anchor();
        let mut sendings = Resource::ALL.into_iter().map(|resource| self.sending(resource));
        sendings.try_for_each(sync).map_err(failed("The save is not noted on disk"))
    }

    /// Removes the records of a leftover's writes, since the user was told their outcome. The edits of the leftover
    /// stay.
    pub fn told(&mut self, leftover: &str) -> Result<(), StoreError> {
        let forget = || {
            let folder = self.untaken(leftover)?;
            Resource::ALL
                .into_iter()
                .try_for_each(|resource| disk::remove(&folder.join(runs::sending(resource))).map(|_| ()))
        };
        forget().map_err(failed("The save's note is still on disk"))
    }

    /// Takes over a leftover, before its edits are entered. If this process ends while it enters them, the next run
    /// does not try again but sets them aside. Of two runs that take the same leftover, one gets it.
    pub fn take(&mut self, leftover: &str) -> Result<(), StoreError> {
        self.own.anchor();
        let take = || fs::rename(self.untaken(leftover)?, self.own.folder.join(leftover)).map_err(gone);
        take().map_err(failed("Draft not restored"))
    }

    /// Moves a leftover to the trash, taken over or not: its edits are in this run's draft, and the outcomes of its writes
    /// were told. Another run may have told them at the same time, and have finished it first.
    pub fn finish(&mut self, leftover: &str, now: Timestamp) -> Result<(), StoreError> {
        match self.stow(leftover, now) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            stowed => stowed.map_err(failed("Draft not in the trash")),
        }
    }

    /// Moves a leftover to the trash because the user discards its edits.
    pub fn discard(&mut self, leftover: &str, now: Timestamp) -> Result<(), StoreError> {
        self.stow(leftover, now).map_err(gone).map_err(failed("Draft not in the trash"))
    }

    fn stow(&self, leftover: &str, now: Timestamp) -> io::Result<()> {
        let (taken, untaken) = (self.own.folder.join(leftover), self.untaken(leftover)?);
        let path = if taken.is_dir() { taken } else { untaken };
        self.folders.stow(&path, Bin::Trash, leftover, now).map(|_| ())
    }

    /// Moves this run's draft and recorded writes to the trash.
    pub fn discard_own(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let trash = self.folders.place_in(Bin::Trash, &runs::name(self.own.run), now);
        let discard = || {
            for file in runs::records() {
                let path = self.own.folder.join(&file);
                if path.symlink_metadata().is_ok() {
                    disk::private_folder(&trash)?;
                    fs::rename(path, trash.join(file))?;
                }
            }
            Ok(())
        };
        discard().map_err(failed("Draft not in the trash"))
    }

    /// Tries to take the save lock. Only one callset on this machine saves to a place at a time. The kernel
    /// releases the lock if the process ends.
    pub fn try_turn(&mut self) -> Result<SaveLock, StoreError> {
        if self.turn.is_some() {
            return Ok(SaveLock::Ours);
        }
        // Something else may be in the place of the file. Then the lock of the folder stands for it, for all of this user.
        let home = &self.folders.home;
        let lock = lock::take(&home.join("turn.lock")).or_else(|_| lock::take_folder(home));
        let lock = lock.map_err(failed("Saves do not take turns"))?;
        Ok(match lock {
            Lock::Held(mut file) => {
                // The name in the file tells other runs who holds the lock. The lock works without it.
                let _ = file.set_len(0).and_then(|()| file.write_all(runs::name(self.own.run).as_bytes()));
                self.turn = Some(file);
                SaveLock::Ours
            }
            Lock::Busy(file) => {
                let mut name = String::new();
                let read = file.take(64).read_to_string(&mut name);
                SaveLock::Theirs(read.ok().and_then(|_| runs::parse(&name)))
            }
            Lock::Unsupported => SaveLock::Ours,
        })
    }

    /// Releases the save lock.
    pub fn end_turn(&mut self) {
        if let Some(file) = self.turn.take() {
            let _ = file.set_len(0);
            lock::free(&file);
        }
    }

    /// Adds a save to the history of the place. The history keeps up to 200 saves and 256 KiB; the oldest are
    /// dropped.
    pub fn remember(&mut self, saved: &Saved) -> Result<(), StoreError> {
        history::add(&self.folders, &self.own.folder.join("history.tmp"), saved)
            .map_err(failed("The save is not in the history"))
    }

    /// The past saves, newest first. Saves that cannot be read are left out.
    pub fn history(&self) -> Result<Vec<Saved>, StoreError> {
        history::all(&self.folders.home, &self.folders.place).map_err(failed("The history cannot be read"))
    }

    /// The other runs that edit the same settings now, longest running first.
    pub fn peers(&self) -> Result<Vec<Peer>, StoreError> {
        runs::peers(&self.folders.home, self.own.run).map_err(failed("Others cannot be seen"))
    }

    /// Writes a crash report to a file that is never removed automatically. Returns its path.
    pub fn report(&self, words: &str, now: Timestamp) -> Result<PathBuf, StoreError> {
        let path = self.folders.place_in(Bin::Aside, "crash.txt", now);
        let text = format!("{now}\ncallset {}\n{words}\n", env!("CARGO_PKG_VERSION"));
        disk::replace(&path.with_extension("tmp"), &path, text.as_bytes(), disk::Sync::Now)
            .map_err(failed("No report of the crash"))?;
        Ok(path)
    }

    /// The file of this run's draft.
    pub fn draft(&self) -> PathBuf {
        self.own.folder.join(DRAFT)
    }

    fn sending(&self, resource: Resource) -> PathBuf {
        self.own.folder.join(runs::sending(resource))
    }

    /// Does this file system have locks? Without locks, other runs are not seen, saves do not take turns, and
    /// leftovers are not offered, since callset cannot tell whether a run has ended.
    pub fn has_locks(&self) -> bool {
        self.own.lock.is_some()
    }

    /// The folder of a leftover that no run has taken over.
    fn untaken(&self, leftover: &str) -> io::Result<PathBuf> {
        match runs::parse(leftover) {
            Some(run) if run != self.own.run => Ok(self.folders.home.join(leftover)),
            _ => Err(io::Error::new(ErrorKind::InvalidInput, "There is no such draft")),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.end_turn();
        self.own.end();
    }
}

fn failed(what: &'static str) -> impl Fn(io::Error) -> StoreError {
    move |error| StoreError { what, why: disk::words(&error) }
}

fn gone(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::NotFound {
        io::Error::new(ErrorKind::NotFound, "Another callset has it, or it is gone")
    } else {
        error
    }
}

fn unreadable() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "It could not be read again")
}
