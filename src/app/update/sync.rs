//! Load, reload and watch; a request's repetitions; giving up; what new settings from the server change.
//!
//! ```text
//!   Get sent ──┬── settings ────────────────> settle: rebase, marks, doubt over
//!      ^       ├── older than confirmed ──┐
//!      │       └── failed, worth it ──────┴─> pause, counted down; Esc ends it, ^R cuts it short
//!      └──────────────────────────────────────┘ at most twice
//! ```

use crate::app::effect::{Call, Effect, Request, Timer};
use crate::app::fault::Fault;
use crate::app::msg::{Reply, RequestId};
use crate::app::sync::{Exchange, Load, Pause, Save, Stage, Sync, Why};
use crate::app::{App, Doing, Mark, Mode, Notice, PATIENCE};
use crate::model::{Field, FieldId, Representation, Resource, State};
use std::time::Duration;

/// The spinner's pace.
pub(super) const SPIN: Duration = Duration::from_millis(250);

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
    pub(in crate::app) fn load(&mut self, watching: bool) -> Vec<Effect> {
        let (exchange, effects) = self.get(if watching { Doing::Watching } else { Doing::Loading });
        self.sync = Sync::Loading(Load { watching, exchange });
        effects
    }

    /// A GET, and the spinner for it.
    pub(super) fn get(&mut self, doing: Doing) -> (Exchange, Vec<Effect>) {
        let id = self.next_request();
        (Exchange::new(id), self.send(Request { id, call: Call::Get(Resource::Settings), doing, if_match: None }))
    }

    pub(super) fn send(&mut self, request: Request) -> Vec<Effect> {
        self.log_sent(&request);
        let spinner = Effect::Wake { timer: Timer::Patience(request.id), after: PATIENCE };
        let watching = request.doing == Doing::Watching;
        let sent = Effect::Send(request);
        if watching { vec![sent] } else { vec![sent, spinner] }
    }

    /// Ctrl-R. While something waits to be tried again, it is tried now.
    pub(super) fn reload(&mut self) -> Vec<Effect> {
        if self.sync.exchange().is_some_and(|exchange| exchange.pause.is_some()) {
            return self.resume();
        }
        match &self.sync {
            Sync::Loading(load) if load.watching => {
                self.fall_silent();
                let mut effects = self.stop_looking();
                effects.extend(self.load(false));
                effects
            }
            Sync::Loading(_) => self.refuse(Notice::Busy(Doing::Loading)),
            Sync::Saving(_) => self.refuse(Notice::Busy(Doing::Saving)),
            Sync::Idle => {
                self.fall_silent();
                self.load(false)
            }
        }
    }

    pub(super) fn refuse(&mut self, notice: Notice) -> Vec<Effect> {
        self.notice = Some(notice);
        vec![]
    }

    // ── again ──

    /// What the answer to a GET is worth, and whether it is asked for once more.
    pub(super) fn read(&mut self, exchange: &Exchange, outcome: Result<Representation, Fault>) -> Read {
        let (why, left) = match &outcome {
            Ok(theirs) if !self.is_stale(theirs) => (None, None),
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
        self.fall_silent();
        let pause = Some(Pause { why, left });
        let wake = Effect::Wake { timer: Timer::Retry(request), after: left.min(SECOND) };
        (Exchange { request, waited: Duration::ZERO, pause, tries }, vec![wake])
    }

    /// A second of a pause is over.
    pub(super) fn count_down(&mut self, id: RequestId) -> Vec<Effect> {
        let Some(Exchange { request, pause: Some(pause), .. }) = self.sync.exchange_mut() else { return vec![] };
        if *request != id {
            return vec![];
        }
        pause.left = pause.left.saturating_sub(SECOND);
        let left = pause.left;
        if left.is_zero() {
            return self.resume();
        }
        vec![Effect::Wake { timer: Timer::Retry(id), after: left.min(SECOND) }]
    }

    /// The pause is over: what waited is sent. Only GETs wait.
    fn resume(&mut self) -> Vec<Effect> {
        let doing = match &self.sync {
            Sync::Loading(load) if load.watching => Doing::Watching,
            Sync::Saving(save) if matches!(save.stage, Stage::ReadBack(_)) => Doing::ReadingBack,
            Sync::Saving(_) => Doing::Checking,
            Sync::Loading(_) | Sync::Idle => Doing::Loading,
        };
        let Some(exchange) = self.sync.exchange_mut() else { return vec![] };
        exchange.pause = None;
        let id = exchange.request;
        self.send(Request { id, call: Call::Get(Resource::Settings), doing, if_match: None })
    }

    // ── giving up ──

    /// Esc while something is under way.
    pub(super) fn cancel(&mut self) -> Option<Vec<Effect>> {
        let in_flight = self.sync.in_flight();
        let notice = match std::mem::replace(&mut self.sync, Sync::Idle) {
            Sync::Idle => return None,
            Sync::Loading(load) if load.watching => {
                self.sync = Sync::Loading(load);
                return None;
            }
            Sync::Loading(_) => Notice::Cancelled(Doing::Loading),
            Sync::Saving(save) => match &save.stage {
                Stage::Turn(_) | Stage::Check(_) | Stage::Record => Notice::Cancelled(Doing::Checking),
                Stage::Send(exchange) => {
                    self.leave_in_doubt(&save.patch);
                    self.given_up = Some((exchange.request, save));
                    Notice::Cancelled(Doing::Saving)
                }
                Stage::ReadBack(_) => Notice::Cancelled(Doing::ReadingBack),
            },
        };
        self.leaving = false;
        self.trouble(notice);
        let cancel = |id| {
            self.log_cancelled(id);
            Effect::Cancel(id)
        };
        Some(in_flight.map(cancel).into_iter().collect())
    }

    // ── answers ──

    /// A request is over. One that is not awaited any more changes nothing, but for the answer to a PATCH that was given up
    /// in the moment it came.
    pub(super) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        if self.sync.in_flight() != Some(reply.request) {
            return self.late(reply);
        }
        self.log_end(&reply);
        match std::mem::replace(&mut self.sync, Sync::Idle) {
            Sync::Idle => vec![],
            Sync::Loading(load) => self.loaded(&load, reply),
            Sync::Saving(save) => self.save_replied(save, reply),
        }
    }

    fn late(&mut self, reply: Reply) -> Vec<Effect> {
        let is_his = |(request, _): &(RequestId, Box<Save>)| *request == reply.request;
        if self.sync != Sync::Idle || self.doubt.is_none() || !self.given_up.as_ref().is_some_and(is_his) {
            return vec![];
        }
        match self.given_up.take() {
            Some((_, save)) if reply.outcome.is_ok() => self.answered(save, reply),
            _ => vec![],
        }
    }

    fn loaded(&mut self, load: &Load, reply: Reply) -> Vec<Effect> {
        // A look that comes to nothing is not repeated: the next one comes anyway.
        if load.watching && !reply.outcome.as_ref().is_ok_and(|theirs| !self.is_stale(theirs)) {
            return self.watched(false);
        }
        match self.read(&load.exchange, reply.outcome) {
            Read::Fresh(theirs) => {
                self.seen(reply.at);
                self.reloaded(load.watching, theirs)
            }
            Read::Again(exchange, effects) => {
                self.sync = Sync::Loading(Load { exchange, watching: load.watching });
                effects
            }
            Read::Stale => {
                self.trouble(Notice::Stale(Doing::Loading));
                vec![]
            }
            Read::Failed(fault) => {
                self.fail(None, Doing::Loading, fault);
                vec![]
            }
        }
    }

    fn reloaded(&mut self, watching: bool, theirs: Representation) -> Vec<Effect> {
        let first = !self.draft.is_loaded(Resource::Settings);
        // Looks come by themselves: what they show stays until the user asks for something.
        self.marks.retain(|_, mark| watching || !matches!(mark, Mark::Taken | Mark::Settled));
        let settled = self.settle(theirs, None);
        let (taken, conflicts) = (settled.taken(), settled.conflicts());
        match settled.doubt {
            Some((patch, saved)) => {
                self.fall_silent();
                self.notice = Some(Notice::ReadBack { sent: patch.len(), saved });
            }
            None if watching => {
                if taken + conflicts > 0 {
                    self.notice = Some(Notice::Drift { taken, conflicts });
                }
            }
            None => {
                self.fall_silent();
                self.notice = (!first).then_some(Notice::Reloaded { changed: taken + conflicts, conflicts });
            }
        }
        let mut effects = match (watching, first) {
            (true, _) => self.watched(true),
            (false, true) => self.start_watch(),
            (false, false) => vec![],
        };
        effects.extend(self.recover());
        effects
    }

    /// Settings came: what failed before is over.
    pub(super) fn seen(&mut self, at: jiff::Timestamp) {
        self.synced = Some(at);
        self.last_fault = None;
        if let Some(clock) = &mut self.clock {
            clock.now = at;
        }
    }

    /// Nothing changes but what is said. HubSpot's words about a field go to its row, the focus to the first of them: but
    /// only if nothing was done since, or the next letters would go where nobody typed them. Likewise a new token is asked
    /// for at once only where no letter could be meant for something else.
    pub(super) fn fail(&mut self, save: Option<&Save>, doing: Doing, fault: Fault) {
        self.leaving = false;
        let idle = save.is_none_or(|save| self.is_untouched_since(save));
        if let (Some(save), Fault::Refused(refusal)) = (save, &fault) {
            let sent = &save.patch;
            let fields = self.draft.fields();
            let unchanged = |field: &Field| match (sent.get(&field.id), self.draft.state(field)) {
                (Some(sent), State::Dirty(now)) => *sent == now,
                (Some(_), State::Clean | State::Invalid) => false,
                (None, _) => true,
            };
            let refused: Vec<(FieldId, Mark)> = refusal
                .fields
                .iter()
                .filter_map(|error| {
                    let field = fields.iter().find(|field| field.id.key == error.key).filter(|f| unchanged(f))?;
                    Some((field.id.clone(), Mark::Refused(error.message.clone())))
                })
                .collect();
            let first = fields.iter().find(|field| refused.iter().any(|(id, _)| *id == field.id));
            if let Some(id) = first.map(|field| field.id.clone()).filter(|_| idle) {
                self.focus(&id);
                self.form.typed = false;
            }
            self.marks.extend(refused);
        }
        if fault.is_about_token() && idle && self.mode.is_editing() {
            self.mode = Mode::Token { characters: 0, wrong: None, then: doing };
        }
        self.last_fault = Some((doing, fault.clone()));
        self.trouble(Notice::Failed(doing, fault));
    }

    /// Has nothing been entered since the save was asked for, and is the focus where it was?
    pub(super) fn is_untouched_since(&self, save: &Save) -> bool {
        self.saved_from.as_ref() == Some(&self.form.focus) && self.draft.patch(Resource::Settings) == save.wanted
    }
}
