//! The thread that works on the disk. It does one job after the other, in order, and never delays a key.
//!
//! ```text
//!   loop ── Job ──> thread ── Store ──> files
//!    ^                │
//!    └── Msg::Disk ───┘        drafts: of those that come within WRITE, only the last is written
//! ```
//!
//! While drafts are being typed, the thread sleeps although its channel fills up, so handing one over wakes no
//! thread. Every other job wakes it, and it writes the draft first. The one exception is a history that the user
//! does not wait for, which waits like a draft.

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

/// How long the program waits for the disk at its end. A disk that hangs must not delay a signal.
const PATIENCE: Duration = Duration::from_millis(700);

/// The stack size of the thread, in bytes. The thread reads directories and small files.
const STACK: usize = 256 * 1024;

/// Where files are kept.
#[derive(Clone, Debug)]
pub struct DiskPlaces {
    /// The state folder; `None` if the environment names none.
    pub dir: Option<PathBuf>,
    /// The app and server that drafts and history belong to.
    pub place: Place,
    /// The configuration file.
    pub config: Option<ConfigFile>,
    /// The names of the runs that this process has ended.
    pub ended: Vec<String>,
}

/// Work that the thread does before all else.
pub type FirstWork = Box<dyn FnOnce() + Send>;

enum Job {
    Work(Work),
    /// Write what is waiting. The answer says why that failed, if so.
    Flush(Sender<Option<String>>),
    /// The run is over: write what is waiting, then close all files. The answer is the name of the run.
    Close(Sender<Option<String>>),
    /// The program crashed: write what is waiting, and this report. The answer says where they are.
    Crash(String, Sender<Option<String>>),
}

/// The handle of the thread. Clones belong to the same thread.
#[derive(Clone, Debug)]
pub struct DiskThread {
    jobs: Sender<Job>,
    thread: Thread,
    /// How many answers are awaited.
    asked: Arc<AtomicUsize>,
    /// How many jobs are not done yet. Drafts, which can wait, do not count.
    undone: Arc<AtomicUsize>,
}

impl DiskThread {
    /// Starts the thread. After its first work it does nothing before [`Work::Open`]. Call this inside the tokio runtime
    /// that receives the messages.
    pub fn start(places: DiskPlaces, first: Option<FirstWork>, messages: UnboundedSender<Msg>) -> io::Result<Self> {
        let (jobs, todo) = channel();
        let undone = Arc::<AtomicUsize>::default();
        let worker = DiskWorker::new(places, todo, messages, Arc::clone(&undone));
        let thread = thread::Builder::new().name("disk".to_owned()).stack_size(STACK);
        let work = move || {
            if let Some(first) = first {
                first();
            }
            worker.run();
        };
        let handle = thread.spawn(work).map_err(|error| io::Error::other(Lost::no_thread(&error)))?;
        Ok(Self { jobs, thread: handle.thread().clone(), asked: Arc::default(), undone })
    }

    /// Hands a job to the thread. Returns at once.
    pub fn hand_over(&self, work: Work) {
        let urgent = !matches!(work, Work::Keep(_) | Work::ReadHistory { awaited: false });
        if is_answered(&work) {
            self.asked.fetch_add(1, Ordering::Relaxed);
        }
        if !matches!(work, Work::Keep(_)) {
            self.undone.fetch_add(1, Ordering::Relaxed);
        }
        // The thread is gone only if it panicked, and a panic ends the program.
        let _ = self.jobs.send(Job::Work(work));
        if urgent {
            self.thread.unpark();
        }
    }

    /// An answer of the thread arrived.
    pub(super) fn heard(&self, heard: &DiskReply) {
        if is_answer(heard) {
            self.asked.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// How many answers are awaited.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Is any job not done yet? Drafts, which can wait, do not count.
    pub(super) fn is_at_work(&self) -> bool {
        self.undone.load(Ordering::Relaxed) > 0
    }

    /// After a panic on any thread: writes all jobs and a report to disk. Returns where they are.
    pub fn last_words(&self, report: &str) -> Option<String> {
        if thread::current().id() == self.thread.id() {
            return None;
        }
        let (done, waiting) = channel();
        let _ = self.jobs.send(Job::Crash(report.to_owned(), done));
        self.thread.unpark();
        waiting.recv_timeout(PATIENCE).ok()?
    }

    /// Ends this run while the process goes on. The next run finds its files as if the process had ended. Returns the
    /// name of the run on disk.
    pub fn close(&self) -> Option<String> {
        let (done, waiting) = channel();
        let _ = self.jobs.send(Job::Close(done));
        self.thread.unpark();
        waiting.recv_timeout(PATIENCE).ok()?
    }

    /// Waits until all jobs are on disk, but only for a limited time. Returns why they are not, if so.
    pub fn flush(&self) -> Option<String> {
        // If this thread itself panicked, it cannot wait for itself.
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

/// Does the thread always answer this job?
fn is_answered(work: &Work) -> bool {
    match work {
        Work::Open
        | Work::Turn
        | Work::Record(..)
        | Work::Take(_)
        | Work::ReadHistory { .. }
        | Work::Survey
        | Work::KeepPreset { .. } => true,
        Work::Keep(_)
        | Work::Discard
        | Work::EndTurn
        | Work::StillOpen(..)
        | Work::Told(_)
        | Work::Finish(_)
        | Work::DiscardLeftover(_)
        | Work::Remember(_) => false,
    }
}

/// Is this the answer to such a job?
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
