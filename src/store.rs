//! What outlives a run: its unsaved edits, the save it is in the middle of, the saves of the past, the hosts that may be sent
//! credentials. And who else is at it.
//!
//! ```text
//!   open ──> Found: leftovers, peers, what was set aside
//!     │
//!     ├── keep ────────────────────────────── the draft, whenever it changed
//!     ├── try_turn ── intend ── (PATCH) ── sync ── settle ── remember ── end_turn
//!     └── take ── (edits come back) ── keep ── finish      what a dead run left
//! ```
//!
//! Nothing is ever deleted but what is out of date: what the user throws away lies in the trash for 30 days, what can not be
//! read is set aside. The types that are written have no place for a credential. Calls wait for the disk, so they belong
//! on a thread of their own; none waits for another process longer than a second.

pub mod config;
mod disk;
mod folders;
mod history;
mod lock;
mod runs;
pub mod schema;
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
use url::Url;

/// Whose settings: an app's at a base url, in whichever version of the API and by whichever profile. What is kept for one place
/// is never used for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The base url as [`Place::new`] writes it, or `demo`.
    pub server: String,
    /// The app.
    pub app_id: i32,
}

impl Place {
    /// The place of an app at a base url. Of the usual ones the name is `host[:port]`: https to another machine or plain http to
    /// this one, and no path. It is the whole url of any other, without the slash at its end.
    pub fn new(base_url: &Url, app_id: i32) -> Self {
        let (scheme, host, path) = (base_url.scheme(), host(base_url), base_url.path().trim_end_matches('/'));
        let is_usual = path.is_empty() && scheme == if is_loopback(base_url) { "http" } else { "https" };
        let server = if is_usual { host } else { format!("{scheme}://{host}{path}") };
        Self { server, app_id }
    }

    /// The place of the demo: its sandbox has another port each time, and its drafts still are its own.
    pub fn demo(app_id: i32) -> Self {
        Self { server: "demo".to_owned(), app_id }
    }
}

/// Something is not on the disk, or could not be had from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct StoreError {
    /// What is the case now, in words.
    pub what: &'static str,
    /// The reason, in the system's words.
    pub why: String,
}

/// Where things are kept: below `$XDG_STATE_HOME`, or the home folder's usual place for it. `None` without either, and then
/// nothing is.
pub fn state_dir(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("callset"))
}

/// How many fields are unsaved in the drafts of a place, whoever left them.
pub fn unsaved(dir: &Path, place: &Place) -> usize {
    let drafts = runs::drafts(&folders::home(dir, place));
    let read = |bytes: Vec<u8>| schema::read_unsaved(place, &bytes).ok().map(|(_, unsaved)| unsaved.edits.len());
    drafts.into_iter().filter_map(read).sum()
}

/// The files of one run, at one place. Dropping it is the orderly end; without that, the next run takes over.
#[derive(Debug)]
pub struct Store {
    folders: Folders,
    own: Own,
    turn: Option<File>,
}

impl Store {
    /// Begins a run. Looks for what dead runs of this place left, sweeps after them, and empties the trash of what has been
    /// there for 30 days.
    pub fn open(dir: &Path, place: Place, pid: u32, now: Timestamp) -> Result<(Self, Found), StoreError> {
        let open = || {
            let folders = Folders::new(dir, place)?;
            let own = Own::begin(&folders.home, pid, now)?;
            folders.expire(now);
            let found = runs::look_round(&folders, own.run, now)?;
            Ok((Self { folders, own, turn: None }, found))
        };
        open().map_err(failed("Drafts can not be kept on disk"))
    }

    /// Keeps the draft of this run in the place of the one kept before; without edits, none. On an error the one before is
    /// still there. Whole and on the disk itself when this returns.
    pub fn keep(&mut self, unsaved: &Unsaved, now: Timestamp) -> Result<(), StoreError> {
        let path = self.draft();
        let keep = || {
            if unsaved.edits.is_empty() {
                return if disk::remove(&path)? { disk::sync_folder_of(&path) } else { Ok(()) };
            }
            let json = schema::write_unsaved(&self.folders.place, now, unsaved);
            // What could not be read again must not replace what can.
            schema::read_unsaved(&self.folders.place, json.as_bytes()).map_err(|_| unreadable())?;
            disk::replace(&path.with_extension("tmp"), &path, json.as_bytes(), disk::Sync::Now)
        };
        keep().map_err(failed("Draft not on disk"))
    }

    /// Notes a save that is about to leave. It survives the end of the process at once, and a loss of power only after
    /// [`Store::sync`]: the PATCH does not wait for a disk.
    pub fn record(&mut self, sending: &Sending, now: Timestamp) -> Result<(), StoreError> {
        let path = self.sending(sending.resource());
        let json = schema::write_sending(&self.folders.place, now, sending);
        disk::replace(&path.with_extension("tmp"), &path, json.as_bytes(), disk::Sync::Later)
            .map_err(failed("The save is not noted on disk"))
    }

    /// Waits until the noted saves, if there are any, are on the disk itself.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        let sync = |path: PathBuf| match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            opened => opened?.sync_all().and_then(|()| disk::sync_folder_of(&path)),
        };
        let mut sendings = Resource::ALL.into_iter().map(|resource| self.sending(resource));
        sendings.try_for_each(sync).map_err(failed("The save is not noted on disk"))
    }

    /// The end of the noted save of a resource is known.
    pub fn forget_sending(&mut self, resource: Resource) -> Result<(), StoreError> {
        disk::remove(&self.sending(resource)).map_err(failed("The save's note is still on disk"))?;
        Ok(())
    }

    /// What became of a leftover's noted writes is told; its edits stay.
    pub fn told(&mut self, leftover: &str) -> Result<(), StoreError> {
        let forget = || {
            let folder = self.untaken(leftover)?;
            Resource::ALL
                .into_iter()
                .try_for_each(|resource| disk::remove(&folder.join(runs::sending(resource))).map(|_| ()))
        };
        forget().map_err(failed("The save's note is still on disk"))
    }

    /// Takes over a leftover, before its edits come back. If that ends this process, they are not tried again: the next run
    /// sets them aside. Of two runs that want it, one gets it.
    pub fn take(&mut self, leftover: &str) -> Result<(), StoreError> {
        let take = || fs::rename(self.untaken(leftover)?, self.own.folder.join(leftover)).map_err(gone);
        take().map_err(failed("Draft not restored"))
    }

    /// Puts a leftover into the trash, taken over or not: its edits are safe in this run's draft, or nobody wants them.
    pub fn finish(&mut self, leftover: &str, now: Timestamp) -> Result<(), StoreError> {
        let finish = || {
            let (taken, untaken) = (self.own.folder.join(leftover), self.untaken(leftover)?);
            let path = if taken.is_dir() { taken } else { untaken };
            self.folders.stow(&path, Bin::Trash, leftover, now).map_err(gone)
        };
        finish().map_err(failed("Draft not in the trash"))?;
        Ok(())
    }

    /// Puts this run's draft and noted saves into the trash.
    pub fn discard_own(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let trash = self.folders.place_in(Bin::Trash, &runs::name(self.own.run), now);
        let discard = || {
            for file in runs::records() {
                let path = self.own.folder.join(file);
                if path.symlink_metadata().is_ok() {
                    disk::private_folder(&trash)?;
                    fs::rename(path, trash.join(file))?;
                }
            }
            Ok(())
        };
        discard().map_err(failed("Draft not in the trash"))
    }

    /// Asks for the turn to save: one callset of this machine at a time saves to a place. The kernel ends a turn whose
    /// process has ended.
    pub fn try_turn(&mut self) -> Result<SaveLock, StoreError> {
        if self.turn.is_some() {
            return Ok(SaveLock::Ours);
        }
        let lock = lock::take(&self.folders.home.join("turn.lock")).map_err(failed("No turn to save"))?;
        Ok(match lock {
            Lock::Held(mut file) => {
                // Whose turn it is helps others to tell it; the lock holds without.
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

    /// Lets others save.
    pub fn end_turn(&mut self) {
        if let Some(file) = self.turn.take() {
            let _ = file.set_len(0);
            lock::free(&file);
        }
    }

    /// Adds a save to the history of the place: 200 of them, 256 KiB, the oldest go.
    pub fn remember(&mut self, saved: &Saved) -> Result<(), StoreError> {
        history::add(&self.folders, &self.own.folder.join("history.tmp"), saved)
            .map_err(failed("The save is not in the history"))
    }

    /// The saves of the past, newest first. Those that can not be read are left out.
    pub fn history(&self) -> Result<Vec<Saved>, StoreError> {
        history::all(&self.folders).map_err(failed("The history can not be read"))
    }

    /// Who else edits the same settings now, longest first.
    pub fn peers(&self) -> Result<Vec<Peer>, StoreError> {
        runs::peers(&self.folders.home, self.own.run).map_err(failed("Others can not be seen"))
    }

    /// Writes what is known of a crash where nothing removes it. Returns where that is.
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

    /// Does this file system have locks? Without, peers are not seen, saves do not take turns, and what dead runs left is
    /// not offered, since nobody can tell whether they are dead.
    pub fn has_locks(&self) -> bool {
        self.own.lock.is_some()
    }

    /// The folder of a leftover that nobody has taken.
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
