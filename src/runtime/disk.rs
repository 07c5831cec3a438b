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

mod worker;

use crate::api::aside::Lost;
use crate::app::msg::{DiskReply, Msg};
use crate::store::Place;
use crate::store::config::ConfigFile;
use crate::sync::Disk as Work;
use crate::words;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, Thread};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

use worker::DiskWorker;

/// How long the end of the program waits for the disk. A disk that hangs must not hold up a signal.
const PATIENCE: Duration = Duration::from_millis(700);

/// The thread's stack, in bytes: it reads directories and small files.
const STACK: usize = 256 * 1024;

/// Where to keep what, if there is a place for it.
#[derive(Clone, Debug)]
pub struct DiskPlaces {
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
pub struct DiskThread {
    jobs: Sender<Job>,
    thread: Thread,
    /// How many answers are awaited.
    asked: Arc<AtomicUsize>,
    /// How much of what was handed over is not done; drafts, which can wait, do not count.
    undone: Arc<AtomicUsize>,
}

impl DiskThread {
    /// Starts the thread; nothing is looked at before [`Work::Open`]. Called within the loop that gets the messages.
    pub fn start(places: DiskPlaces, messages: UnboundedSender<Msg>) -> io::Result<Self> {
        let (jobs, todo) = channel();
        let undone = Arc::<AtomicUsize>::default();
        let worker = DiskWorker::new(places, todo, messages, Arc::clone(&undone));
        let thread = thread::Builder::new().name("disk".to_owned()).stack_size(STACK);
        let handle = thread.spawn(move || worker.run()).map_err(|error| io::Error::other(Lost::no_thread(&error)))?;
        Ok(Self { jobs, thread: handle.thread().clone(), asked: Arc::default(), undone })
    }

    /// Hands work over. Returns at once.
    pub fn hand_over(&self, work: Work) {
        let urgent = !matches!(work, Work::Keep(_) | Work::ReadHistory { awaited: false });
        if is_answered(&work) {
            self.asked.fetch_add(1, Ordering::Relaxed);
        }
        if !matches!(work, Work::Keep(_)) {
            self.undone.fetch_add(1, Ordering::Relaxed);
        }
        // A thread that is gone, because it panicked, has ended the program by that.
        let _ = self.jobs.send(Job::Work(work));
        if urgent {
            self.thread.unpark();
        }
    }

    /// This was said.
    pub(super) fn heard(&self, heard: &DiskReply) {
        if is_answer(heard) {
            self.asked.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// How many answers are awaited.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Is anything that was handed over not done yet? Drafts, which can wait, do not count.
    pub(super) fn is_at_work(&self) -> bool {
        self.undone.load(Ordering::Relaxed) > 0
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
            Err(_) => Some(words::disk::NO_ANSWER.to_owned()),
        }
    }
}

/// Does the disk answer this, whatever comes of it?
fn is_answered(work: &Work) -> bool {
    match work {
        Work::Open
        | Work::Turn
        | Work::Record(_)
        | Work::Take(_)
        | Work::ReadHistory { .. }
        | Work::Survey
        | Work::KeepPreset { .. } => true,
        Work::Keep(_)
        | Work::Discard
        | Work::EndTurn
        | Work::ForgetSending(_)
        | Work::Told(_)
        | Work::Finish(_)
        | Work::DiscardLeftover(_)
        | Work::Remember(_) => false,
    }
}

/// Is it the answer to such work?
fn is_answer(heard: &DiskReply) -> bool {
    match heard {
        DiskReply::Opened(_)
        | DiskReply::Turn(_)
        | DiskReply::Recorded(_)
        | DiskReply::Taken { .. }
        | DiskReply::History(_)
        | DiskReply::Surveyed(_)
        | DiskReply::PresetKept { .. } => true,
        DiskReply::Kept(_) | DiskReply::Failed(_) | DiskReply::Hangs(_) | DiskReply::Answers => false,
    }
}
