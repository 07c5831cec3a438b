//! Load, reload and watch; a request's repetitions; what new settings from the server change.
//!
//! ```text
//!   Get sent ──┬── the resource, or none ───> settle: rebase, marks, doubt over
//!      ^       ├── older than confirmed ──┐
//!      │       ├── gone, at first ────────┤
//!      │       └── failed, worth it ──────┴─> pause, counted down; Esc ends it, ^R cuts it short
//!      └──────────────────────────────────────┘ at most twice
//! ```

use super::save::is_partial;
use crate::app::effect::{Call, Effect, Request, Timer};
use crate::app::fault::Fault;
use crate::app::msg::{Reply, RequestId};
use crate::app::sync::{Exchange, Load, Pause, Save, Stage, Stopped, Why};
use crate::app::{App, Doing, Mark, Mode, Notice, PATIENCE};
use crate::model::record::Intent;
use crate::model::{FieldId, Representation, Resource};
use jiff::Timestamp;
use std::time::Duration;

/// A pause is counted down in steps of this.
const SECOND: Duration = Duration::from_secs(1);

/// How often a GET is sent again, at most.
const REPEATS: u8 = 2;

/// What a GET came to.
pub(super) enum Read {
    /// The settings, not older than what was confirmed before.
    Fresh(Representation),
    /// It is sent again after a pause.
    Again(Exchange, Vec<Effect>),
    /// Only older ones, however often it was asked.
    Stale,
    /// Nothing.
    Failed(Fault),
}

impl App {
    // ── sending ──

    /// Starts a GET.
    pub(in crate::app) fn load(&mut self, resource: Resource, watching: bool) -> Vec<Effect> {
        let (exchange, effects) = self.get(resource, if watching { Doing::Watching } else { Doing::Loading });
        self.sync.loads.insert(resource, Load { watching, exchange });
        effects
    }

    /// A GET, and the spinner for it.
    pub(super) fn get(&mut self, resource: Resource, doing: Doing) -> (Exchange, Vec<Effect>) {
        let id = self.next_request();
        (Exchange::new(id), self.send(Request { id, call: Call::Get(resource), doing, if_match: None, founded: None }))
    }

    pub(super) fn send(&mut self, request: Request) -> Vec<Effect> {
        self.log_sent(&request);
        let spinner = Effect::Wake { timer: Timer::Patience(request.id), after: PATIENCE };
        // A section beside the settings has no spinner: its rows say that they are being read.
        let quiet = request.doing == Doing::Watching
            || request.doing == Doing::Loading && request.call.resource() != Resource::Settings;
        let sent = Effect::Send(request);
        if quiet { vec![sent] } else { vec![sent, spinner] }
    }

    /// Ctrl-R. While something waits to be tried again, it is tried now.
    pub(super) fn reload(&mut self) -> Vec<Effect> {
        let is_pausing = |exchange: &Exchange| exchange.pause.is_some();
        if let Some(exchange) = self.sync.exchange().filter(|exchange| is_pausing(exchange)) {
            return self.resume(exchange.request);
        }
        if self.sync.is_saving() {
            return self.refuse(Notice::Busy(Doing::Saving));
        }
        if self.sync.is_loading(Resource::Settings) {
            return self.refuse(Notice::Busy(Doing::Loading));
        }
        self.fall_silent();
        self.reloaded = (0, 0);
        // What was there before says so in the strip if it can not be read again.
        self.unread.retain(|resource, _| !self.draft.is_loaded(*resource));
        let mut effects = self.stop_looking();
        for resource in self.draft.resources().to_vec() {
            match self.sync.loads.get(&resource).map(|load| load.exchange.clone()) {
                None => effects.extend(self.load(resource, false)),
                Some(exchange) if is_pausing(&exchange) => effects.extend(self.resume(exchange.request)),
                Some(_) => {}
            }
        }
        effects
    }

    pub(super) fn refuse(&mut self, notice: Notice) -> Vec<Effect> {
        self.notice = Some(notice);
        vec![]
    }

    // ── again ──

    /// What the answer to a GET is worth, and whether it is asked for once more.
    pub(super) fn read(
        &mut self,
        resource: Resource,
        exchange: &Exchange,
        outcome: Result<Representation, Fault>,
    ) -> Read {
        let (why, left) = match &outcome {
            // One answer of a replica, or of something in between, is not enough to believe that it is gone.
            Ok(theirs)
                if self.vanishes(resource, theirs) && !exchange.vanished && !self.watch.missed.contains(&resource) =>
            {
                (Some(Why::Vanished), Some(SECOND))
            }
            Ok(theirs) if !self.is_stale(resource, theirs) => (None, None),
            Ok(_) => (Some(Why::Stale), Some(SECOND)),
            Err(fault) => (Some(Why::Failed(fault.clone())), fault.pause(exchange.tries, self.rng.f64())),
        };
        let vanishes = why == Some(Why::Vanished);
        match (why, left.filter(|_| exchange.tries < REPEATS || vanishes), outcome) {
            (Some(why), Some(left), _) => {
                let (again, effects) = self.wait(exchange.tries, why, left);
                Read::Again(Exchange { vanished: exchange.vanished || vanishes, ..again }, effects)
            }
            (Some(Why::Stale), None, _) => Read::Stale,
            (_, _, Ok(theirs)) => {
                self.watch.missed.remove(&resource);
                Read::Fresh(theirs)
            }
            (_, _, Err(fault)) => Read::Failed(fault),
        }
    }

    /// A pause of this length before a GET, after so many tries.
    pub(super) fn wait(&mut self, tries: u8, why: Why, left: Duration) -> (Exchange, Vec<Effect>) {
        let request = self.next_request();
        let tries = tries.saturating_add(1);
        let pause = Some(Pause { why, left });
        let wake = Effect::Wake { timer: Timer::Retry(request), after: left.min(SECOND) };
        (Exchange { pause, tries, ..Exchange::new(request) }, vec![wake])
    }

    /// A second of a pause is over.
    pub(super) fn count_down(&mut self, id: RequestId) -> Vec<Effect> {
        let Some(Exchange { pause: Some(pause), .. }) = self.sync.exchange_mut(id) else { return vec![] };
        pause.left = pause.left.saturating_sub(SECOND);
        let left = pause.left;
        if left.is_zero() {
            return self.resume(id);
        }
        vec![Effect::Wake { timer: Timer::Retry(id), after: left.min(SECOND) }]
    }

    /// The pause is over: what waited is sent. Only GETs wait.
    fn resume(&mut self, id: RequestId) -> Vec<Effect> {
        let Some(exchange) = self.sync.exchange_mut(id) else { return vec![] };
        exchange.pause = None;
        let of_load = self.sync.loading(id).and_then(|resource| Some((resource, self.sync.loads.get(&resource)?)));
        let (resource, doing) = match (of_load, &self.sync.save) {
            (Some((resource, load)), _) => (resource, if load.watching { Doing::Watching } else { Doing::Loading }),
            (None, Some(save)) if matches!(save.stage, Stage::ReadBack(_)) => (save.resource(), Doing::ReadingBack),
            (None, Some(save)) => (save.resource(), Doing::Checking),
            (None, None) => return vec![],
        };
        self.send(Request { id, call: Call::Get(resource), doing, if_match: None, founded: None })
    }

    // ── what could not be read ──

    /// A resource was not read. The settings fill the form, so the strip says why; the others say it in their sections, but
    /// for those that were read before: their rows look as if nothing had happened.
    pub(super) fn not_read(&mut self, resource: Resource, why: Notice) {
        match resource {
            Resource::Settings => self.trouble(why),
            Resource::Recording | Resource::ChannelConnection => {
                let told = self.not_reloaded();
                self.unread.insert(resource, why);
                if self.trouble.is_none() || self.trouble == told {
                    self.tell_unread(told.as_ref());
                }
            }
        }
    }

    /// Why resources that are on the form could not be read again.
    fn not_reloaded(&self) -> Option<Notice> {
        let there = self.unread.iter().filter(|(resource, _)| self.draft.is_loaded(**resource));
        let why: Vec<(Resource, Notice)> = there.map(|(resource, why)| (*resource, why.clone())).collect();
        (!why.is_empty()).then_some(Notice::Several(why))
    }

    /// Tells it instead of what was told of it so far; and not before the user has seen what else there is.
    fn tell_unread(&mut self, told: Option<&Notice>) {
        let Some(unread) = self.not_reloaded() else { return };
        self.trouble = Some(unread.clone());
        if matches!(self.notice, None | Some(Notice::Reloaded { .. })) || self.notice.as_ref() == told {
            self.notice = Some(unread);
        }
    }

    // ── answers ──

    /// A request is over. One that is not awaited any more changes nothing, but for the answer to a write that was given up
    /// in the moment it came.
    pub(super) fn reply(&mut self, mut reply: Reply) -> Vec<Effect> {
        if let Some(resource) = self.sync.loading(reply.request)
            && let Some(load) = self.sync.loads.remove(&resource)
        {
            self.log_end(&reply);
            reply.outcome = or_absent(reply.outcome);
            return self.loaded(resource, &load, reply);
        }
        if self.sync.saves(reply.request)
            && let Some(save) = self.sync.save.take()
        {
            self.log_end(&reply);
            if !matches!(save.stage, Stage::Send(_)) {
                reply.outcome = or_absent(reply.outcome);
            }
            return self.save_replied(save, reply);
        }
        self.late(reply)
    }

    fn late(&mut self, reply: Reply) -> Vec<Effect> {
        let is_his = |(request, save): &(RequestId, Box<Save>)| {
            let resource = save.resource();
            let is_open = self.doubts.contains_key(&resource) && !self.sync.loads.contains_key(&resource);
            *request == reply.request && is_open && !self.sync.is_saving()
        };
        if !self.given_up.as_ref().is_some_and(is_his) {
            return vec![];
        }
        match self.given_up.take() {
            Some((_, save)) if reply.outcome.as_ref().is_ok_and(|theirs| !is_partial(&save, theirs)) => {
                self.answered(save, reply)
            }
            _ => vec![],
        }
    }

    fn loaded(&mut self, resource: Resource, load: &Load, reply: Reply) -> Vec<Effect> {
        let is_main = resource == Resource::Settings;
        if load.watching {
            // A look that comes to nothing is not repeated: the next one comes anyway. It also has to say that something is
            // gone before that is believed.
            let of_use = reply.outcome.as_ref().ok().filter(|theirs| !self.is_stale(resource, theirs));
            let vanished = of_use.is_some_and(|theirs| self.vanishes(resource, theirs));
            if of_use.is_none() || vanished && self.watch.missed.insert(resource) {
                return if is_main { self.watched(vanished) } else { vec![] };
            }
        }
        self.news.extend(reply.repeated().filter(|_| !load.watching));
        match self.read(resource, &load.exchange, reply.outcome) {
            Read::Fresh(theirs) => {
                if is_main {
                    self.seen(resource, reply.at);
                }
                self.reloaded(resource, load.watching, theirs, reply.at)
            }
            Read::Again(exchange, effects) => {
                if is_main {
                    self.fall_silent();
                }
                self.sync.loads.insert(resource, Load { exchange, watching: load.watching });
                effects
            }
            Read::Stale => {
                self.not_read(resource, Notice::Stale(Doing::Loading));
                vec![]
            }
            Read::Failed(fault) if is_main => {
                self.fail(Doing::Loading, fault);
                vec![]
            }
            Read::Failed(fault) => {
                if self.draft.is_loaded(resource) {
                    self.last_fault = Some((Doing::Loading, fault.clone()));
                }
                self.not_read(resource, Notice::Failed(Doing::Loading, fault));
                vec![]
            }
        }
    }

    /// Would it be gone by this, though nobody here has deleted it?
    fn vanishes(&self, resource: Resource, theirs: &Representation) -> bool {
        let is_there = self.draft.representation(resource).is_some_and(|base| !base.is_empty());
        let is_removed = self.doubts.get(&resource).is_some_and(Intent::is_removal);
        theirs.is_empty() && is_there && !is_removed
    }

    fn reloaded(&mut self, resource: Resource, watching: bool, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        let is_main = resource == Resource::Settings;
        let first = !self.draft.is_loaded(resource);
        // Looks come by themselves: what they show stays until the user asks for something.
        let is_shown = |id: &FieldId, mark: &Mark| {
            watching || id.resource != resource || !matches!(mark, Mark::Taken | Mark::Settled)
        };
        self.marks.retain(|id, mark| is_shown(id, mark));
        let settled = self.settle(resource, theirs, at, None);
        let (taken, conflicts) = (settled.taken(), settled.conflicts());
        match settled.gone.or(settled.doubt) {
            Some(told) => {
                // Several may have been in doubt, and each is told.
                let told = match (told, &self.notice) {
                    (Notice::ReadBack { sent, saved }, Some(Notice::ReadBack { sent: before, saved: there })) => {
                        Notice::ReadBack { sent: before + sent, saved: there + saved }
                    }
                    (told, Some(other)) if other.is_of_a_write() => {
                        self.news.push_back(other.clone());
                        told
                    }
                    (told, _) => told,
                };
                self.fall_silent();
                self.notice = Some(told);
            }
            None if watching => {
                if taken + conflicts > 0 {
                    self.notice = Some(Notice::Drift { taken, conflicts });
                }
            }
            None => {
                self.reloaded = (self.reloaded.0 + taken + conflicts, self.reloaded.1 + conflicts);
                if is_main && !self.notice.as_ref().is_some_and(Notice::is_of_a_write) {
                    self.fall_silent();
                }
                self.tell_unread(None);
                // What else there is to say is more than what a section came to.
                if !first && matches!(self.notice, None | Some(Notice::Reloaded { .. })) {
                    let (changed, conflicts) = self.reloaded;
                    self.notice = Some(Notice::Reloaded { changed, conflicts });
                }
            }
        }
        let mut effects = match (is_main, watching, first) {
            (true, true, _) => self.watched(true),
            (true, false, true) => self.start_watch(),
            (true, false, false) | (false, ..) => vec![],
        };
        effects.extend(self.recover());
        effects
    }

    /// A resource came: what failed before is over. The header says it of the settings.
    pub(super) fn seen(&mut self, resource: Resource, at: Timestamp) {
        if resource == Resource::Settings {
            self.synced = Some(at);
        }
        self.last_fault = None;
        if let Some(clock) = &mut self.clock {
            clock.now = at;
        }
    }

    /// A request failed: nothing changes but what is said. A new token is asked for at once.
    pub(super) fn fail(&mut self, doing: Doing, fault: Fault) {
        self.leaving = false;
        self.ask_for_token_after(&fault, Stopped::Reading);
        self.last_fault = Some((doing, fault.clone()));
        self.trouble(Notice::Failed(doing, fault));
    }

    /// Only where no letter could be meant for something else. Where it is asked for already, the save waits with that.
    pub(super) fn ask_for_token_after(&mut self, fault: &Fault, stopped: Stopped) {
        if let (Mode::Token { stopped: waiting @ Stopped::Reading, .. }, true) =
            (&mut self.mode, fault.is_about_token())
        {
            *waiting = stopped;
            return;
        }
        if !self.mode.is_editing() {
            return;
        }
        if let Fault::Untrusted(source) = fault {
            self.mode = Mode::Trusting { source: source.clone(), stopped };
        } else if fault.is_about_token() {
            self.mode = Mode::Token { characters: 0, wrong: None, stopped };
        }
    }
}

/// A resource that the server does not have reads as a refusal.
pub(super) fn or_absent(outcome: Result<Representation, Fault>) -> Result<Representation, Fault> {
    match outcome {
        Err(Fault::Refused(refusal)) if refusal.is_absent() => Ok(Representation::default()),
        outcome => outcome,
    }
}
