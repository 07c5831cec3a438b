//! Load, reload and watch; the repetition of requests; the effects of a new representation from the server.
//!
//! ```text
//!   GET sent ──┬── resource, or absent ──────> rebase; the doubt is over
//!      ^       ├── older than confirmed ──┐
//!      │       ├── absent, first time ────┤
//!      │       └── failed, may work ──────┴─> pause, counted down; the user can cancel or shorten it
//!      └──────────────────────────────────────┘ at most twice
//! ```

use super::{
    Call, Doing, Effect, Exchange, Fault, Load, Loaded, Obstacle, Outcome, PATIENCE, Pause, Reply, Report, Request,
    RequestId, Save, Stage, Timer, Why, WorkingCopy,
};
use crate::model::{Representation, Resource};
use jiff::Timestamp;
use std::time::Duration;

/// The step in which a pause is counted down.
const SECOND: Duration = Duration::from_secs(1);

/// How often a GET is repeated, at most.
const REPEATS: u8 = 2;

/// The result of a GET.
pub(super) enum Read {
    /// The representation, which is not older than the one confirmed before.
    Fresh(Representation),
    /// The GET is repeated after a pause.
    Again(Exchange, Vec<Effect>),
    /// Every answer was older than the representation confirmed before.
    Stale,
    /// The GET failed.
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

    /// Prepares a GET, with the timer of its spinner.
    pub(super) fn get(&mut self, resource: Resource, doing: Doing) -> (Exchange, Vec<Effect>) {
        let id = self.next_request();
        (Exchange::new(id), self.send(Request { id, call: Call::Get(resource), doing, if_match: None, founded: None }))
    }

    pub(super) fn send(&mut self, request: Request) -> Vec<Effect> {
        self.log_sent(&request, None);
        let spinner = Effect::Wake { timer: Timer::Patience(request.id), after: PATIENCE };
        // The sections beside the settings have no spinner: their rows show that they are being read.
        let quiet = request.doing == Doing::Watching
            || request.doing == Doing::Loading && request.call.resource() != Resource::Settings;
        let sent = Effect::Send(request);
        if quiet { vec![sent] } else { vec![sent, spinner] }
    }

    /// Reads everything. A request that waits to be repeated is sent now.
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

    /// Judges the answer to a GET, and decides whether the GET is repeated.
    pub(super) fn read(
        &mut self,
        resource: Resource,
        exchange: &Exchange,
        outcome: Result<Representation, Fault>,
    ) -> Read {
        let (why, left) = match &outcome {
            // A resource counts as gone only after a second answer: one answer may come from a lagging replica or a
            // gateway.
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

    /// Starts a pause before a GET is repeated, after `tries` repetitions.
    pub(super) fn wait(&mut self, tries: u8, why: Why, left: Duration) -> (Exchange, Vec<Effect>) {
        let request = self.next_request();
        let tries = tries.saturating_add(1);
        let pause = Some(Pause { why, left });
        let wake = Effect::Wake { timer: Timer::Retry(request), after: left.min(SECOND) };
        (Exchange { pause, tries, ..Exchange::new(request) }, vec![wake])
    }

    /// Counts a pause down by a second.
    pub(super) fn count_down(&mut self, id: RequestId) -> Vec<Effect> {
        let Some(Exchange { pause: Some(pause), .. }) = self.exchange_mut(id) else { return vec![] };
        pause.left = pause.left.saturating_sub(SECOND);
        let left = pause.left;
        if left.is_zero() {
            return self.resume(id);
        }
        vec![Effect::Wake { timer: Timer::Retry(id), after: left.min(SECOND) }]
    }

    /// Ends a pause and sends the request that waited. Only GETs wait.
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

    /// A request has ended. An answer that is no longer awaited has no effect, with one exception: the answer to a
    /// write that was given up just as the answer came.
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
        let is_his = |(request, save): &(RequestId, Box<Save>)| {
            let sending = save.sending();
            let is_open = self.doubts().any(|doubt| *doubt == sending) && !self.loads.contains_key(&save.resource());
            *request == reply.request && is_open && !self.is_saving()
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
            // A failed look of the watch is not repeated, since the next look follows anyway. A resource counts as
            // gone only if two looks in a row miss it.
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

    /// Does this answer say that a resource is gone which callset did not delete?
    fn vanishes(&self, resource: Resource, theirs: &Representation) -> bool {
        let is_there = self.draft.representation(resource).is_some_and(|base| !base.is_empty());
        let is_removed = self.doubts().any(|doubt| doubt.resource() == resource && doubt.is_removal());
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

    /// A resource was read: earlier failures are over.
    pub(super) fn seen(&mut self, resource: Resource, at: Timestamp) {
        if resource == Resource::Settings {
            self.synced = Some(at);
        }
        self.last_fault = None;
        self.report(Report::Seen(at));
    }
}

/// Turns a refusal that says "no such resource" into an empty representation.
pub fn or_absent(outcome: Result<Representation, Fault>) -> Result<Representation, Fault> {
    match outcome {
        Err(Fault::Refused(refusal)) if refusal.is_absent() => Ok(Representation::default()),
        outcome => outcome,
    }
}
