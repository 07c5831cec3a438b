//! Load, reload and watch; a request's repetitions; what new settings from the server change.
//!
//! ```text
//!   Get sent ──┬── the resource, or none ───> rebase; the doubt is over
//!      ^       ├── older than confirmed ──┐
//!      │       ├── gone, at first ────────┤
//!      │       └── failed, worth it ──────┴─> pause, counted down; can be given up or cut short
//!      └──────────────────────────────────────┘ at most twice
//! ```

use super::{
    Call, Doing, Effect, Exchange, Fault, Load, Loaded, Obstacle, Outcome, PATIENCE, Pause, Reply, Report, Request,
    RequestId, Save, Stage, Timer, Why, WorkingCopy,
};
use crate::model::record::Sending;
use crate::model::{Representation, Resource};
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

impl WorkingCopy {
    // ── sending ──

    /// Starts a GET.
    pub(super) fn load(&mut self, resource: Resource, watching: bool) -> Vec<Effect> {
        let (exchange, effects) = self.get(resource, if watching { Doing::Watching } else { Doing::Loading });
        self.loads.insert(resource, Load { watching, exchange });
        effects
    }

    /// A GET, and the spinner for it.
    pub(super) fn get(&mut self, resource: Resource, doing: Doing) -> (Exchange, Vec<Effect>) {
        let id = self.next_request();
        (Exchange::new(id), self.send(Request { id, call: Call::Get(resource), doing, if_match: None, founded: None }))
    }

    pub(super) fn send(&mut self, request: Request) -> Vec<Effect> {
        self.log_sent(&request, None);
        let spinner = Effect::Wake { timer: Timer::Patience(request.id), after: PATIENCE };
        // A section beside the settings has no spinner: its rows say that they are being read.
        let quiet = request.doing == Doing::Watching
            || request.doing == Doing::Loading && request.call.resource() != Resource::Settings;
        let sent = Effect::Send(request);
        if quiet { vec![sent] } else { vec![sent, spinner] }
    }

    /// What waits to be tried again is tried now.
    pub(super) fn reload(&mut self) -> Vec<Effect> {
        let is_pausing = |exchange: &Exchange| exchange.pause.is_some();
        if let Some(exchange) = self.exchange().filter(|exchange| is_pausing(exchange)) {
            return self.resume(exchange.request);
        }
        if self.is_saving() {
            return self.refuse(Obstacle::Busy(Doing::Saving));
        }
        if self.is_loading(Resource::Settings) {
            return self.refuse(Obstacle::Busy(Doing::Loading));
        }
        self.report(Report::GoesOn);
        let mut effects = self.stop_looking();
        for resource in self.draft.resources().to_vec() {
            match self.loads.get(&resource).map(|load| load.exchange.clone()) {
                None => effects.extend(self.load(resource, false)),
                Some(exchange) if is_pausing(&exchange) => effects.extend(self.resume(exchange.request)),
                Some(_) => {}
            }
        }
        effects
    }

    pub(super) fn refuse(&mut self, why: Obstacle) -> Vec<Effect> {
        self.report(Report::Refused(why));
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
        let Some(Exchange { pause: Some(pause), .. }) = self.exchange_mut(id) else { return vec![] };
        pause.left = pause.left.saturating_sub(SECOND);
        let left = pause.left;
        if left.is_zero() {
            return self.resume(id);
        }
        vec![Effect::Wake { timer: Timer::Retry(id), after: left.min(SECOND) }]
    }

    /// The pause is over: what waited is sent. Only GETs wait.
    fn resume(&mut self, id: RequestId) -> Vec<Effect> {
        let Some(exchange) = self.exchange_mut(id) else { return vec![] };
        exchange.pause = None;
        let of_load = self.loading(id).and_then(|resource| Some((resource, self.loads.get(&resource)?)));
        let (resource, doing) = match (of_load, &self.save) {
            (Some((resource, load)), _) => (resource, if load.watching { Doing::Watching } else { Doing::Loading }),
            (None, Some(save)) if matches!(save.stage, Stage::ReadBack(_)) => (save.resource(), Doing::ReadingBack),
            (None, Some(save)) => (save.resource(), Doing::Checking),
            (None, None) => return vec![],
        };
        self.send(Request { id, call: Call::Get(resource), doing, if_match: None, founded: None })
    }

    // ── answers ──

    /// A request is over. One that is not awaited any more changes nothing, but for the answer to a write that was given up
    /// in the moment it came.
    pub(super) fn reply(&mut self, mut reply: Reply) -> Vec<Effect> {
        if let Some(resource) = self.loading(reply.request)
            && let Some(load) = self.loads.remove(&resource)
        {
            self.log_end(&reply);
            reply.outcome = or_absent(reply.outcome);
            return self.loaded(resource, &load, reply);
        }
        if self.saves(reply.request)
            && let Some(save) = self.save.take()
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
        let is_his = |(request, save): &(Option<RequestId>, Box<Save>)| {
            let resource = save.resource();
            let is_open = self.doubts.contains_key(&resource) && !self.loads.contains_key(&resource);
            *request == Some(reply.request) && is_open && !self.is_saving()
        };
        if !self.given_up.as_ref().is_some_and(is_his) {
            return vec![];
        }
        match self.given_up.take() {
            Some((_, save)) if reply.outcome.as_ref().is_ok_and(|theirs| !save.is_partial(theirs)) => {
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
        } else if let Some((members, first)) = reply.repeated() {
            self.report(Report::Repeated(members, first));
        }
        match self.read(resource, &load.exchange, reply.outcome) {
            Read::Fresh(theirs) => {
                if is_main {
                    self.seen(resource, reply.at);
                }
                self.reloaded(resource, load.watching, theirs, reply.at)
            }
            Read::Again(exchange, effects) => {
                if is_main {
                    self.report(Report::GoesOn);
                }
                self.loads.insert(resource, Load { exchange, watching: load.watching });
                effects
            }
            Read::Stale => {
                self.report(Report::NotLoaded(resource, Outcome::Stale(Doing::Loading)));
                vec![]
            }
            Read::Failed(fault) => {
                if is_main || self.draft.is_loaded(resource) {
                    self.last_fault = Some((Doing::Loading, fault.clone()));
                }
                self.report(Report::NotLoaded(resource, Outcome::Failed(Doing::Loading, fault)));
                vec![]
            }
        }
    }

    /// Would it be gone by this, though nobody here has deleted it?
    fn vanishes(&self, resource: Resource, theirs: &Representation) -> bool {
        let is_there = self.draft.representation(resource).is_some_and(|base| !base.is_empty());
        let is_removed = self.doubts.get(&resource).is_some_and(Sending::is_removal);
        theirs.is_empty() && is_there && !is_removed
    }

    fn reloaded(&mut self, resource: Resource, watching: bool, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        let is_main = resource == Resource::Settings;
        let first = !self.draft.is_loaded(resource);
        self.report(Report::Reading { resource, watching });
        let rebased = self.rebase(resource, theirs, at, None);
        let (taken, conflicts) = (rebased.taken(), rebased.conflicts());
        let told = rebased.gone.or(rebased.doubt);
        self.report(Report::Loaded(Loaded { resource, watching, first, taken, conflicts, told }));
        match (is_main, watching, first) {
            (true, true, _) => self.watched(true),
            (true, false, true) => self.start_watch(),
            (true, false, false) | (false, ..) => vec![],
        }
    }

    /// A resource came: what failed before is over.
    pub(super) fn seen(&mut self, resource: Resource, at: Timestamp) {
        if resource == Resource::Settings {
            self.synced = Some(at);
        }
        self.last_fault = None;
        self.report(Report::Seen(at));
    }
}

/// A resource that the server does not have reads as a refusal.
pub fn or_absent(outcome: Result<Representation, Fault>) -> Result<Representation, Fault> {
    match outcome {
        Err(Fault::Refused(refusal)) if refusal.is_absent() => Ok(Representation::default()),
        outcome => outcome,
    }
}
