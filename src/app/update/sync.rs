//! Load, reload and watch; a request's repetitions; giving up; what new settings from the server change.
//!
//! ```text
//!   Get sent ──┬── the resource, or none ───> settle: rebase, marks, doubt over
//!      ^       ├── older than confirmed ──┐
//!      │       └── failed, worth it ──────┴─> pause, counted down; Esc ends it, ^R cuts it short
//!      └──────────────────────────────────────┘ at most twice
//! ```

use crate::app::effect::{Call, Effect, Request, Timer};
use crate::app::fault::Fault;
use crate::app::msg::{Reply, RequestId};
use crate::app::sync::{Act, Exchange, Load, Pause, Save, Stage, Why};
use crate::app::{App, Doing, Mark, Mode, Notice, PATIENCE};
use crate::model::{FieldId, Representation, Resource};
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
        (Exchange::new(id), self.send(Request { id, call: Call::Get(resource), doing, if_match: None }))
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
            Ok(theirs) if !self.is_stale(resource, theirs) => (None, None),
            Ok(_) => (Some(Why::Stale), Some(SECOND)),
            Err(fault) => (Some(Why::Failed(fault.clone())), fault.pause(exchange.tries, self.rng.f64())),
        };
        match (why, left.filter(|_| exchange.tries < REPEATS), outcome) {
            (Some(why), Some(left), _) => {
                let (exchange, effects) = self.wait(exchange.tries, why, left);
                Read::Again(exchange, effects)
            }
            (Some(Why::Stale), None, _) => Read::Stale,
            (_, _, Ok(theirs)) => Read::Fresh(theirs),
            (_, _, Err(fault)) => Read::Failed(fault),
        }
    }

    /// A pause of this length before a GET, after so many tries.
    pub(super) fn wait(&mut self, tries: u8, why: Why, left: Duration) -> (Exchange, Vec<Effect>) {
        let request = self.next_request();
        let tries = tries + 1;
        let pause = Some(Pause { why, left });
        let wake = Effect::Wake { timer: Timer::Retry(request), after: left.min(SECOND) };
        (Exchange { request, waited: Duration::ZERO, pause, tries }, vec![wake])
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
        self.send(Request { id, call: Call::Get(resource), doing, if_match: None })
    }

    // ── giving up ──

    /// Esc while something is under way.
    pub(super) fn cancel(&mut self) -> Option<Vec<Effect>> {
        let mut in_flight: Vec<RequestId> = Vec::new();
        if let Some(mut save) = self.sync.save.take() {
            let exchange = save.stage.exchange().filter(|exchange| exchange.pause.is_none());
            in_flight.extend(exchange.map(|exchange| exchange.request));
            let notice = match &save.stage {
                Stage::Turn(_) | Stage::Check(_) | Stage::Record => Notice::Cancelled(Doing::Checking),
                Stage::Send(_) | Stage::ReadBack(_) if save.act == Act::Delete => Notice::Cancelled(Doing::Removing),
                Stage::Send(exchange) => {
                    let request = exchange.request;
                    self.leave_in_doubt(&save.patch);
                    // Whatever its answer says: nothing that was to follow is sent any more.
                    save.pass_over_the_rest();
                    self.given_up = Some((request, save.clone()));
                    Notice::Cancelled(Doing::Saving)
                }
                Stage::ReadBack(_) => Notice::Cancelled(Doing::ReadingBack),
            };
            self.leaving = false;
            self.conclude(save, notice);
        } else {
            let loads: Vec<Resource> =
                self.sync.loads.iter().filter(|(_, load)| !load.watching).map(|(resource, _)| *resource).collect();
            if loads.is_empty() {
                return None;
            }
            for resource in loads {
                let load = self.sync.loads.remove(&resource)?;
                in_flight.extend(load.exchange.pause.is_none().then_some(load.exchange.request));
                self.not_read(resource, Notice::Cancelled(Doing::Loading));
            }
            self.leaving = false;
        }
        let cancel = |id| {
            self.log_cancelled(id);
            Effect::Cancel(id)
        };
        Some(in_flight.into_iter().map(cancel).collect())
    }

    /// A resource was not read. The settings fill the form, so the strip says why; the others say it in their sections, but
    /// for those that were read before: their rows look as if nothing had happened.
    fn not_read(&mut self, resource: Resource, why: Notice) {
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

    /// A request is over. One that is not awaited any more changes nothing, but for the answer to a PATCH that was given up
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
            Some((_, save)) if reply.outcome.is_ok() => self.answered(save, reply),
            _ => vec![],
        }
    }

    fn loaded(&mut self, resource: Resource, load: &Load, reply: Reply) -> Vec<Effect> {
        let is_main = resource == Resource::Settings;
        // A look that comes to nothing is not repeated: the next one comes anyway.
        if load.watching && !reply.outcome.as_ref().is_ok_and(|theirs| !self.is_stale(resource, theirs)) {
            return if is_main { self.watched(false) } else { vec![] };
        }
        self.news.extend(reply.repeated().filter(|_| !load.watching));
        match self.read(resource, &load.exchange, reply.outcome) {
            Read::Fresh(theirs) => {
                if is_main {
                    self.seen(resource, reply.at);
                }
                self.reloaded(resource, load.watching, theirs)
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

    fn reloaded(&mut self, resource: Resource, watching: bool, theirs: Representation) -> Vec<Effect> {
        let is_main = resource == Resource::Settings;
        let first = !self.draft.is_loaded(resource);
        // Looks come by themselves: what they show stays until the user asks for something.
        let is_shown = |id: &FieldId, mark: &Mark| {
            watching || id.resource != resource || !matches!(mark, Mark::Taken | Mark::Settled)
        };
        self.marks.retain(|id, mark| is_shown(id, mark));
        let settled = self.settle(resource, theirs, None);
        let (taken, conflicts) = (settled.taken(), settled.conflicts());
        match settled.doubt {
            _ if settled.gone => {
                self.fall_silent();
                self.notice = Some(Notice::Gone(resource));
            }
            Some((patch, saved)) => {
                // Several may have been in doubt, and each is told.
                let (before, there) = match self.notice {
                    Some(Notice::ReadBack { sent, saved }) => (sent, saved),
                    _ => (0, 0),
                };
                self.fall_silent();
                self.notice = Some(Notice::ReadBack { sent: before + patch.len(), saved: there + saved });
            }
            None if watching => {
                if taken + conflicts > 0 {
                    self.notice = Some(Notice::Drift { taken, conflicts });
                }
            }
            None => {
                self.reloaded = (self.reloaded.0 + taken + conflicts, self.reloaded.1 + conflicts);
                // What became of a save in doubt, or is gone, is told whatever comes after it.
                if is_main && !matches!(self.notice, Some(Notice::ReadBack { .. } | Notice::Gone(_))) {
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
    pub(super) fn seen(&mut self, resource: Resource, at: jiff::Timestamp) {
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
        self.ask_for_token_after(&fault, doing);
        self.last_fault = Some((doing, fault.clone()));
        self.trouble(Notice::Failed(doing, fault));
    }

    /// Only where no letter could be meant for something else.
    pub(super) fn ask_for_token_after(&mut self, fault: &Fault, then: Doing) {
        if !self.mode.is_editing() {
            return;
        }
        if let Fault::Untrusted(source) = fault {
            self.mode = Mode::Trusting { source: source.clone(), then };
        } else if fault.is_about_token() {
            self.mode = Mode::Token { characters: 0, wrong: None, then };
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
