//! The thread that works on the disk: one job after the other, in their order, never in the way of a key.
//!
//! ```text
//!   loop ── Job ──> thread ── Store ──> files
//!    ^                │
//!    └── Msg::Disk ───┘        drafts: the last of those that come within WRITE of the first is written
//! ```
//!
//! While drafts are being typed the thread sleeps through its channel filling up, so handing one over wakes nobody. Every
//! other job wakes it, and writes the draft first; only what rows had before can wait as well.

use crate::api::aside::Lost;
use crate::app::Survey;
use crate::app::effect::Disk as Work;
use crate::app::msg::{Heard, Msg, Turn};
use crate::model::profile::{Preset, Profile};
use crate::model::record::{Found, Saved, Unsaved};
use crate::store::config::{Change, ConfigFile};
use crate::store::{self, Place, Store};
use jiff::Timestamp;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

/// A draft is written this long after the first edit it holds. Edits are on disk within a second.
const WRITE: Duration = Duration::from_millis(300);

/// After a draft could not be written it is tried again this often.
const RETRY: Duration = Duration::from_secs(2);

/// How long the end of the program waits for the disk. A disk that hangs must not hold up a signal.
const PATIENCE: Duration = Duration::from_millis(700);

/// The thread's stack, in bytes: it reads directories and small files.
const STACK: usize = 256 * 1024;

/// Where to keep what, if there is a place for it.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The state directory; `None` if the environment names none.
    pub dir: Option<PathBuf>,
    /// Whose settings.
    pub place: Place,
    /// What is set up.
    pub config: Option<ConfigFile>,
}

enum Job {
    Work(Work),
    /// Write what is to be written, then answer with why it could not be, if so.
    Flush(Sender<Option<String>>),
    /// This run is over: write what is to be written, and let go of everything.
    Close(Sender<Option<String>>),
    /// The program crashed: write what is to be written and this report, then answer with where the report is.
    Crash(String, Sender<Option<String>>),
}

/// The way to the thread. Clones lead to the same one.
#[derive(Clone, Debug)]
pub struct Disk {
    jobs: Sender<Job>,
    thread: Thread,
}

impl Disk {
    /// Starts the thread; nothing is looked at before [`Work::Open`].
    pub fn start(shelf: Shelf, messages: UnboundedSender<Msg>) -> io::Result<Self> {
        let (jobs, todo) = channel();
        let clerk =
            Clerk { shelf, todo, messages, store: None, draft: None, due: None, failed: None, unfinished: vec![] };
        let thread = thread::Builder::new().name("disk".to_owned()).stack_size(STACK);
        let handle = thread.spawn(move || clerk.run()).map_err(|error| io::Error::other(Lost::no_thread(&error)))?;
        Ok(Self { jobs, thread: handle.thread().clone() })
    }

    /// Hands work over. Returns at once.
    pub fn hand_over(&self, work: Work) {
        let urgent = !matches!(work, Work::Keep(_) | Work::Recall);
        // A thread that is gone, because it panicked, has ended the program by that.
        let _ = self.jobs.send(Job::Work(work));
        if urgent {
            self.thread.unpark();
        }
    }

    /// After a panic on any thread: everything handed over goes to disk, and a report. Says where things are.
    pub fn last_words(&self, report: &str) -> Option<String> {
        if thread::current().id() == self.thread.id() {
            return None;
        }
        let (done, waiting) = channel();
        let _ = self.jobs.send(Job::Crash(report.to_owned(), done));
        self.thread.unpark();
        waiting.recv_timeout(PATIENCE).ok()?
    }

    /// The end of this run in a process that goes on: another one finds its files as if the process had ended.
    pub fn close(&self) {
        let (done, waiting) = channel();
        let _ = self.jobs.send(Job::Close(done));
        self.thread.unpark();
        let _ = waiting.recv_timeout(PATIENCE);
    }

    /// Waits until everything handed over is on disk, but not for ever. Says why it is not, if so.
    pub fn flush(&self) -> Option<String> {
        // The thread itself, in a panic of its own, can not wait for itself.
        if thread::current().id() == self.thread.id() {
            return None;
        }
        let (done, waiting) = channel();
        let _ = self.jobs.send(Job::Flush(done));
        self.thread.unpark();
        match waiting.recv_timeout(PATIENCE) {
            Ok(failed) => failed,
            Err(_) => Some("the disk does not answer".to_owned()),
        }
    }
}

/// What the thread has.
struct Clerk {
    shelf: Shelf,
    todo: Receiver<Job>,
    messages: UnboundedSender<Msg>,
    store: Option<Store>,
    /// The draft that is still to be written, and when.
    draft: Option<Arc<Unsaved>>,
    due: Option<Instant>,
    /// Why the last one could not be written.
    failed: Option<String>,
    /// Leftovers whose edits are in a draft that is not written yet.
    unfinished: Vec<String>,
}

impl Clerk {
    fn run(mut self) {
        loop {
            let job = match self.due {
                None => match self.todo.recv() {
                    Ok(job) => job,
                    Err(_) => return,
                },
                Some(due) => match self.todo.try_recv() {
                    Ok(job) => job,
                    Err(TryRecvError::Disconnected) => {
                        self.write();
                        return;
                    }
                    Err(TryRecvError::Empty) => {
                        let left = due.saturating_duration_since(Instant::now());
                        if left.is_zero() {
                            self.write();
                        } else {
                            thread::park_timeout(left);
                        }
                        continue;
                    }
                },
            };
            match job {
                Job::Work(Work::Keep(unsaved)) => {
                    self.draft = Some(unsaved);
                    self.due.get_or_insert_with(|| Instant::now() + WRITE);
                }
                // What was typed is still being typed: the draft can wait.
                Job::Work(Work::Recall) => self.say(Heard::Recalled(self.history())),
                Job::Work(work) => {
                    self.write();
                    if let Some(heard) = self.work(work) {
                        self.say(heard);
                    }
                }
                Job::Crash(report, done) => {
                    self.write();
                    let _ = done.send(self.report(&report));
                }
                Job::Close(done) => {
                    self.write();
                    self.store = None;
                    let _ = done.send(None);
                    return;
                }
                Job::Flush(done) => {
                    self.write();
                    let _ = done.send(self.failed.clone().filter(|_| self.draft.is_some()));
                }
            }
        }
    }

    /// Where the draft and the report of a crash are.
    fn report(&self, report: &str) -> Option<String> {
        let store = self.store.as_ref()?;
        let draft = store.draft();
        let kept = if draft.exists() { format!("Unsaved edits are in {}; ", draft.display()) } else { String::new() };
        let report = store.report(report, Timestamp::now()).ok()?;
        Some(format!("{kept}the report is {}", report.display()))
    }

    fn say(&self, heard: Heard) {
        let _ = self.messages.send(Msg::Disk(heard));
    }

    /// Writes the draft. What fails is told once, and tried again.
    fn write(&mut self) {
        self.due = None;
        let (Some(store), Some(draft)) = (&mut self.store, &self.draft) else {
            self.draft = None;
            return;
        };
        let failed = store.keep(draft, Timestamp::now()).err().map(|why| why.to_string());
        if failed.is_none() {
            self.draft = None;
            let finished = std::mem::take(&mut self.unfinished);
            let lost = finished.iter().find_map(|leftover| store.finish(leftover, Timestamp::now()).err());
            if let Some(why) = lost {
                self.say(Heard::Failed(why.to_string()));
            }
        } else {
            self.due = Some(Instant::now() + RETRY);
        }
        if failed.is_some() != self.failed.is_some() {
            self.say(Heard::Kept(failed.clone()));
        }
        self.failed = failed;
    }

    fn work(&mut self, work: Work) -> Option<Heard> {
        let now = Timestamp::now();
        if let Work::Open = work {
            return Some(Heard::Opened(self.open(now)));
        }
        if let Work::Survey = work {
            return Some(Heard::Surveyed(self.survey()));
        }
        if let Work::KeepPreset { preset, replace } = work {
            return Some(self.keep_preset(*preset, replace));
        }
        let Some(store) = &mut self.store else {
            // The machine asks for nothing once it knows that there is no store; it may not know yet.
            return match work {
                Work::Turn => Some(Heard::Turn(Turn::Ours)),
                Work::Intend(_) => Some(Heard::Intended(Ok(()))),
                Work::ReadHistory => Some(Heard::History(self.history())),
                Work::Take(leftover) => Some(Heard::Taken { leftover, moved: Ok(()) }),
                Work::Open
                | Work::Survey
                | Work::KeepPreset { .. }
                | Work::Recall
                | Work::Keep(_)
                | Work::Discard
                | Work::EndTurn
                | Work::Settle(_)
                | Work::Told(_)
                | Work::Finish(_)
                | Work::DiscardLeftover(_)
                | Work::Remember(_) => None,
            };
        };
        let done = match work {
            Work::Turn => {
                // Where files can not be locked, saves take no turns; the check before each still looks.
                return Some(Heard::Turn(match store.try_turn() {
                    Ok(store::Turn::Theirs(peer)) => Turn::Theirs(peer),
                    Ok(store::Turn::Ours) | Err(_) => Turn::Ours,
                }));
            }
            Work::EndTurn => {
                store.end_turn();
                Ok(())
            }
            Work::Intend(intent) => {
                let written = store.intend(&intent, now).map_err(|why| why.to_string());
                if let Err(why) = &written {
                    // The next draft that can be written says that the disk is well again.
                    self.failed = Some(why.clone());
                }
                self.say(Heard::Intended(written));
                // Now that the PATCH is on its way there is time for the disk itself.
                return self
                    .store
                    .as_mut()
                    .and_then(|store| store.sync().err())
                    .map(|why| Heard::Failed(why.to_string()));
            }
            Work::Settle(resource) => store.settle(resource),
            Work::Told(leftover) => store.told(&leftover),
            Work::Take(leftover) => {
                let moved = store.take(&leftover).map_err(|why| why.to_string());
                return Some(Heard::Taken { leftover, moved });
            }
            Work::Finish(leftover) if self.draft.is_some() => {
                self.unfinished.push(leftover);
                Ok(())
            }
            Work::Finish(leftover) | Work::DiscardLeftover(leftover) => store.finish(&leftover, now),
            Work::Discard => store.discard_own(now),
            Work::Remember(saved) => store.remember(&saved),
            Work::ReadHistory => return Some(Heard::History(self.history())),
            Work::Open | Work::Survey | Work::KeepPreset { .. } | Work::Recall | Work::Keep(_) => Ok(()),
        };
        done.err().map(|why| Heard::Failed(why.to_string()))
    }

    /// What is set up now, and how much is unsaved in drafts of each profile's app.
    fn survey(&self) -> Survey {
        let reading = self.shelf.config.as_ref().map(ConfigFile::read).unwrap_or_default();
        let unsaved = |profile: &Profile| {
            let place = Place::new(&Url::parse(&profile.base_url).ok()?, profile.app_id);
            Some(store::unsaved(self.shelf.dir.as_deref()?, &place))
        };
        Survey {
            unsaved: reading.config.profiles.iter().map(|profile| unsaved(profile).unwrap_or(0)).collect(),
            complaints: reading.complaints.iter().map(ToString::to_string).collect(),
            setup: reading.config,
        }
    }

    fn history(&self) -> Result<Vec<Saved>, String> {
        let store = self.store.as_ref().ok_or("nothing is kept")?;
        store.history().map_err(|why| why.to_string())
    }

    /// Writes it into the configuration as it stands now; somebody may have edited that meanwhile.
    fn keep_preset(&self, preset: Preset, replace: bool) -> Heard {
        let name = preset.name.clone();
        let keep = || {
            let file = self.shelf.config.as_ref().ok_or("neither XDG_CONFIG_HOME nor HOME is set")?;
            if !replace && file.read().config.presets.iter().any(|other| other.name == name) {
                return Err("a preset of this name was added meanwhile".to_owned());
            }
            let setup = file.edit(&[Change::SetPreset(preset)]).map_err(|why| why.to_string())?;
            Ok((setup, file.path.display().to_string()))
        };
        Heard::PresetKept { kept: keep(), name: name.clone() }
    }

    fn open(&mut self, now: Timestamp) -> Result<Found, String> {
        let none = "neither XDG_STATE_HOME nor HOME is set".to_owned();
        let dir = self.shelf.dir.clone().ok_or(none)?;
        let (store, found) =
            Store::open(&dir, self.shelf.place.clone(), std::process::id(), now).map_err(|why| why.to_string())?;
        let without_locks = !store.has_locks();
        self.store = Some(store);
        Ok(Found { without_locks, ..found })
    }
}
