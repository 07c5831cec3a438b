//! The working copy: the edits of an app's settings, and the way they take to the server.
//!
//! ```text
//!   wanted, answers, timers, disk               Vec<Effect> ──> network, disk, timers
//!         │                                          │
//!         └── Event ──> WorkingCopy::happen ─────────┤
//!                                                    │
//!        Draft: its edits take effect at once    Vec<Report> ──> the editor or the command that shows what happened
//! ```
//!
//! Pure: this room has no clock, network, disk or screen. Events carry the time. It uses `model` only. Each concern
//! has a file: loads, the save and its parts, deletion, cancelling, the watch, what is kept on disk, the log of
//! requests.

mod batch;
mod cancel;
mod effect;
mod ended;
mod event;
mod fault;
mod kept;
mod load;
pub mod log;
mod looks;
mod outcome;
mod rebase;
mod remove;
mod save;
mod send;
mod settle;
mod stage;
mod target;

use crate::model::doubt::Doubt;
use crate::model::record::{Saved, Sending, Unsaved};
use crate::model::{Draft, Edit, Field, FieldId, Patch, Resource, Severity};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

pub use batch::{Absence, Assignment, Batch, Condition, Consent, Earlier, Task, Verdict, Wish};
pub use effect::{Call, Disk, Effect, Founded, Request, Timer};
pub use event::{Event, Moment, Reply, RequestId};
pub use fault::Fault;
pub use kept::Keeping;
pub use load::or_absent;
pub use log::{End, Logged};
pub use looks::Watch;
pub use outcome::{Doing, Ended, Loaded, Obstacle, Outcome, Report};
pub use stage::{Act, Approval, Exchange, Load, Pause, Planned, Save, Stage, Stopped, Why};
pub use target::Target;

/// A request that takes longer than this is shown as slow.
pub const PATIENCE: Duration = Duration::from_millis(300);

/// The interval at which the wait for a slow request is shown again.
pub const SPIN: Duration = Duration::from_millis(250);

/// The edits of an app's settings, and the requests that are under way between here and the server.
#[derive(Clone, Debug)]
pub struct WorkingCopy {
    /// Base and edits.
    pub draft: Draft,
    /// The resources that are being read outside a save, in parallel.
    pub loads: BTreeMap<Resource, Load>,
    /// The save under way. There is at most one.
    pub save: Option<Box<Save>>,
    /// When the settings were last confirmed by the server.
    pub synced: Option<Timestamp>,
    /// The last failure, until a later request succeeds.
    pub last_fault: Option<(Doing, Fault)>,
    /// Where edits are kept, in addition to memory.
    pub keeping: Keeping,
    /// The path on the disk that has not answered for a while.
    pub hangs: Option<String>,
    /// The requests of this run, oldest first.
    pub log: VecDeque<Arc<Logged>>,
    /// The watch: regular looks for changes of others.
    pub watch: Watch,
    /// The writes that left without an answer that tells their outcome, in the order in which they left.
    doubts: Vec<Doubt>,
    /// A save that was given up while its write was on its way. The answer may already be in the queue.
    given_up: Option<(RequestId, Box<Save>)>,
    /// What confirmed writes of ours have replaced, as far as it is not in the history yet.
    replaced: Vec<Saved>,
    /// The edits as they were last handed to the disk.
    kept: Option<Arc<Unsaved>>,
    /// The writes of which the disk has a record, or will have one.
    recorded: BTreeMap<Resource, Vec<Sending>>,
    /// Was the save lock requested, and not released since?
    has_turn: bool,
    /// How many requests for the save lock the disk has not answered yet.
    questions: u32,
    /// Edits that looked wrong when a save was last asked for. Asked for once more, they are meant so.
    meant: BTreeMap<FieldId, Edit>,
    requests: u32,
    rng: fastrand::Rng,
    reports: Vec<Report>,
}

impl WorkingCopy {
    /// A working copy of these resources, none of which is loaded. `seed` starts the random numbers.
    pub fn new(resources: impl IntoIterator<Item = Resource>, seed: u64) -> Self {
        Self {
            draft: Draft::of(resources),
            loads: BTreeMap::new(),
            save: None,
            synced: None,
            last_fault: None,
            keeping: Keeping::Opening,
            hangs: None,
            log: VecDeque::new(),
            watch: Watch::default(),
            doubts: Vec::new(),
            given_up: None,
            replaced: Vec::new(),
            kept: None,
            recorded: BTreeMap::new(),
            has_turn: false,
            questions: 0,
            meant: BTreeMap::new(),
            requests: 0,
            rng: fastrand::Rng::with_seed(seed),
            reports: Vec::new(),
        }
    }

    /// Applies an event. Returns the effects to carry out, and reports of what happened.
    pub fn happen(&mut self, event: Event) -> (Vec<Effect>, Vec<Report>) {
        let effects = self.take(event);
        (effects, std::mem::take(&mut self.reports))
    }

    fn take(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Load(resource) => self.load(resource, false),
            Event::Reload => self.reload(),
            Event::Save { review, locked } => self.save(review, locked),
            Event::Confirm(plan) => self.confirm(plan),
            Event::Delete(resource) => self.delete(resource),
            Event::Resume(save) => self.begin(*save),
            Event::Cancel => self.cancel(),
            Event::Watch(every) => self.set_watch(every),
            Event::Seen => self.look_now(),
            Event::Reply(reply) => self.reply(reply),
            Event::Woke { timer, waited, seen } => self.woke(timer, waited, seen),
            Event::Opened(opened) => self.opened(opened),
            Event::Kept(failed) => self.draft_kept(failed),
            Event::Hangs(place) => {
                self.hangs = Some(place);
                vec![]
            }
            Event::Answers => {
                self.hangs = None;
                vec![]
            }
            Event::Turn(turn) => self.turn_answered(turn),
            Event::Recorded(written) => self.recorded(written),
        }
    }

    fn woke(&mut self, timer: Timer, waited: Duration, seen: bool) -> Vec<Effect> {
        match timer {
            Timer::Patience(id) => {
                let Some(exchange) = self.exchange_mut(id).filter(|exchange| exchange.awaits(id)) else {
                    return vec![];
                };
                exchange.waited = waited;
                vec![Effect::Wake { timer, after: SPIN }]
            }
            Timer::Retry(id) => self.count_down(id),
            Timer::Turn => self.ask_for_turn(),
            Timer::Watch(round) => self.look(round, seen),
            Timer::Minute | Timer::Arrived => vec![],
        }
    }

    fn report(&mut self, report: Report) {
        self.reports.push(report);
    }

    /// A number that no other request of this run has.
    pub fn next_request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    // ── what is edited ──

    /// How many fields have unsaved edits.
    pub fn unsaved(&self) -> usize {
        self.draft.unsaved()
    }

    /// The fields whose edits cannot be sent.
    pub fn invalid(&self) -> impl Iterator<Item = &Field> {
        let is_error = |field: &&Field| self.has_defect(field, Severity::Error);
        let is_begun = |resource: &Resource| self.draft.is_absent(*resource) && self.draft.is_edited(*resource);
        let begun = self.draft.resources().iter().copied().filter(is_begun);
        self.draft.dirty().filter(is_error).chain(begun.flat_map(|resource| self.draft.missing(resource)))
    }

    fn has_defect(&self, field: &Field, severity: Severity) -> bool {
        self.draft.defect(&field.id).is_some_and(|defect| defect.severity() == severity)
    }

    /// Is the field still empty although the POST of its resource needs it?
    pub fn is_missing(&self, field: &Field) -> bool {
        let resource = field.id.resource;
        self.draft.is_absent(resource)
            && self.draft.is_edited(resource)
            && self.draft.missing(resource).any(|missing| missing.id == field.id)
    }

    /// The request that would send these fields, as far as is known: a PATCH or a POST.
    pub fn call(&self, patch: Patch) -> Call {
        let is_absent = self.draft.is_absent(patch.resource());
        Call::of(patch, is_absent)
    }

    // ── what is under way ──

    /// Is it unknown whether the last write to some resource took effect?
    pub fn is_doubtful(&self) -> bool {
        self.doubts.iter().any(|doubt| !doubt.is_passed)
    }

    /// Is such a write one of this run? Only then it may be about edits that are seen.
    pub fn is_doubtful_here(&self) -> bool {
        self.doubts.iter().any(|doubt| !doubt.is_passed && !doubt.is_adopted)
    }

    /// Is the outcome of every write known? A save that is still at its check has sent nothing and can end with the
    /// program.
    pub fn is_certain(&self) -> bool {
        self.open_sendings().is_empty()
    }

    /// Is there something to give up: a save, or a load that the user asked for?
    pub fn is_busy(&self) -> bool {
        self.save.is_some() || self.loads.values().any(|load| !load.watching)
    }

    /// How long an answer has been awaited, once that is long enough to be shown.
    pub fn waiting(&self) -> Option<Duration> {
        let told = |exchange: &&Exchange| exchange.pause.is_none() && exchange.waited >= PATIENCE;
        self.exchange().filter(told).map(|exchange| exchange.waited)
    }

    /// Is no request or save under way?
    pub fn is_idle(&self) -> bool {
        self.save.is_none() && self.loads.is_empty()
    }

    /// The request to show first, on its way or waiting to be repeated: the save's, or else the one that loads the
    /// settings. The other resources have sections of their own.
    pub fn exchange(&self) -> Option<&Exchange> {
        match &self.save {
            Some(save) => save.stage.exchange(),
            None => self.loads.get(&Resource::Settings).map(|load| &load.exchange),
        }
    }

    fn exchange_mut(&mut self, request: RequestId) -> Option<&mut Exchange> {
        let of_save = self.save.iter_mut().filter_map(|save| save.stage.exchange_mut());
        let of_loads = self.loads.values_mut().map(|load| &mut load.exchange);
        of_save.chain(of_loads).find(|exchange| exchange.request == request)
    }

    /// The resource whose load awaits this answer.
    fn loading(&self, request: RequestId) -> Option<Resource> {
        self.loads.iter().find(|(_, load)| load.exchange.awaits(request)).map(|(resource, _)| *resource)
    }

    /// Is the resource being read because the user asked for it?
    pub fn is_loading(&self, resource: Resource) -> bool {
        self.loads.get(&resource).is_some_and(|load| !load.watching)
    }

    /// Does the save await this answer?
    fn saves(&self, request: RequestId) -> bool {
        self.save.as_ref().and_then(|save| save.stage.exchange()).is_some_and(|exchange| exchange.awaits(request))
    }

    /// The requests that are on their way.
    pub fn in_flight(&self) -> impl Iterator<Item = RequestId> {
        let of_save = self.save.iter().filter_map(|save| save.stage.exchange());
        let exchanges = of_save.chain(self.loads.values().map(|load| &load.exchange));
        exchanges.filter(|exchange| exchange.pause.is_none()).map(|exchange| exchange.request)
    }

    /// Is a save under way?
    pub fn is_saving(&self) -> bool {
        self.save.is_some()
    }

    /// The PATCH or POST whose outcome is open: it has left, or can no longer be stopped.
    pub fn sent(&self) -> Option<&Patch> {
        let save = self.save.as_ref()?;
        match save.stage {
            Stage::Send(_) | Stage::ReadBack(_) => Some(&save.patch).filter(|patch| !patch.is_empty()),
            Stage::Turn(_) | Stage::Check(_) | Stage::Record => None,
        }
    }

    /// The resource whose DELETE has left and is not confirmed yet.
    pub fn removing(&self) -> Option<Resource> {
        let save = self.save.as_ref().filter(|save| save.act == Act::Delete)?;
        match save.stage {
            Stage::Send(_) | Stage::ReadBack(_) => Some(save.resource()),
            Stage::Turn(_) | Stage::Check(_) | Stage::Record => None,
        }
    }
}
