//! The save: check, merge, record, send, confirm. See [`Stage`] for its life.
//!
//! What is promised: nothing is sent that the user did not want when it was asked for, nothing that the server has already, and nothing
//! over a value that changed there since it was shown. It is called saved when the server's own words hold the values, and
//! in doubt when the PATCH left and nobody could be asked.

use super::load::Read;
use super::{
    Act, Approval, Disk, Doing, Effect, Exchange, Fault, Keeping, Obstacle, Outcome, Planned, Reply, Report, Save,
    Stage, Timer, Why, WorkingCopy,
};
use crate::model::merge::holds;
use crate::model::record::{SaveLock, Sending};
use crate::model::{Field, FieldId, Patch, Representation, Resource, Severity, State, Value};
use jiff::Timestamp;
use std::time::Duration;

/// How often to look whether the turn is ours.
const TURN: Duration = Duration::from_millis(200);

impl WorkingCopy {
    /// At most one save is under way; errors and undecided conflicts stop it; warnings do not.
    pub(super) fn save(&mut self, review: bool, locked: bool) -> Vec<Effect> {
        if let Some(why) = self.obstacle(locked) {
            if let Obstacle::Doubtful(..) = why {
                self.let_doubtful_through();
            }
            return self.refuse(why);
        }
        let mut wanted = self.draft.dirty_resources().map(|resource| self.draft.patch(resource));
        let (first, next) = (wanted.next(), wanted.collect());
        let Some(first) = first else { return vec![] };
        let review = if review { Approval::Looking { plan: vec![], again: false } } else { Approval::Without };
        let asked = self.draft.edits().clone();
        self.begin(Save { next, review, ..Save::new(first, asked) })
    }

    /// What is doubtful is meant as it stands now.
    pub(super) fn let_doubtful_through(&mut self) {
        let meant = self.doubtful().filter_map(|field| Some((field.id.clone(), self.draft.edit(&field.id)?.clone())));
        self.meant = meant.collect();
    }

    /// Fields whose edits are sent only once the user has said that they are meant so.
    fn doubtful(&self) -> impl Iterator<Item = &Field> {
        self.draft.dirty().filter(|field| self.has_defect(field, Severity::Doubtful))
    }

    fn obstacle(&self, locked: bool) -> Option<Obstacle> {
        if self.is_saving() {
            return Some(Obstacle::Busy(Doing::Saving));
        }
        let mut needed = std::iter::once(Resource::Settings).chain(self.draft.dirty_resources());
        if needed.any(|resource| self.is_loading(resource)) {
            return Some(Obstacle::Busy(Doing::Loading));
        }
        let unsaved = self.unsaved();
        if !self.draft.is_loaded(Resource::Settings) && unsaved == 0 {
            return Some(Obstacle::NotLoaded);
        }
        let mut invalid = self.invalid();
        if let Some(first) = invalid.next() {
            return Some(Obstacle::Invalid(first.id.clone(), 1 + invalid.count()));
        }
        let mut doubtful = self.doubtful().filter(|field| self.meant.get(&field.id) != self.draft.edit(&field.id));
        if let Some(first) = doubtful.next() {
            return Some(Obstacle::Doubtful(first.id.clone(), 1 + doubtful.count()));
        }
        if self.draft.conflicts().next().is_some() {
            return Some(Obstacle::Conflicts);
        }
        match (unsaved, self.doubts.is_empty()) {
            (0, true) => Some(Obstacle::NothingToSave),
            (0, false) => Some(Obstacle::InDoubt),
            _ => locked.then_some(Obstacle::Locked),
        }
    }

    /// What was shown of a save is what is wanted.
    pub(super) fn confirm(&mut self, plan: Vec<Planned>) -> Vec<Effect> {
        let mut wanted = plan.iter().map(|planned| self.draft.patch(planned.patch.resource()));
        let (Some(first), next) = (wanted.next(), wanted.collect()) else { return vec![] };
        let asked = self.draft.edits().clone();
        self.begin(Save { next, review: Approval::Shown(plan), ..Save::new(first, asked) })
    }

    /// Asks for the turn to save.
    pub(super) fn begin(&mut self, save: Save) -> Vec<Effect> {
        // The check will look anyway.
        let mut effects = self.stop_looking();
        self.report(Report::Began);
        self.save = Some(Box::new(save));
        if matches!(self.keeping, Keeping::InMemory(_)) {
            effects.extend(self.look_first());
        } else {
            effects.push(self.ask_whose_turn());
        }
        effects
    }

    fn ask_whose_turn(&mut self) -> Effect {
        self.questions += 1;
        Effect::Disk(Disk::Turn)
    }

    /// The disk says whose turn it is. Only the answer to the last question counts: the turn of one before may have been
    /// given back since, with the save that it was for.
    pub(super) fn turn_answered(&mut self, turn: SaveLock) -> Vec<Effect> {
        self.questions = self.questions.saturating_sub(1);
        if self.questions > 0 { vec![] } else { self.turn(turn) }
    }

    /// It is known whose turn it is.
    pub(super) fn turn(&mut self, turn: SaveLock) -> Vec<Effect> {
        let Some(save) = &mut self.save else { return vec![] };
        if !matches!(save.stage, Stage::Turn(_)) {
            return vec![];
        }
        match turn {
            SaveLock::Ours => self.look_first(),
            SaveLock::Theirs(peer) => {
                save.stage = Stage::Turn(peer);
                vec![Effect::Wake { timer: Timer::Turn, after: TURN }]
            }
        }
    }

    /// Another look whose turn it is.
    pub(super) fn ask_for_turn(&mut self) -> Vec<Effect> {
        match &self.save {
            Some(save) if matches!(save.stage, Stage::Turn(_)) => vec![self.ask_whose_turn()],
            Some(_) | None => vec![],
        }
    }

    /// The GET that everything begins with: what has left already is read back, and not sent once more.
    pub(super) fn look_first(&mut self) -> Vec<Effect> {
        let Some(save) = self.save.take() else { return vec![] };
        if save.sent { self.ask_back(save) } else { self.check(save) }
    }

    pub(super) fn check(&mut self, save: Box<Save>) -> Vec<Effect> {
        let (exchange, effects) = self.get(save.resource(), Doing::Checking);
        self.go_on(save, Stage::Check(exchange), effects)
    }

    /// What was sent has no answer that says what became of it: the resource is read.
    pub(super) fn ask_back(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        save.sent = true;
        let (exchange, effects) = self.get(save.resource(), Doing::ReadingBack);
        self.go_on(save, Stage::ReadBack(exchange), effects)
    }

    /// The request of a save is over.
    pub(super) fn save_replied(&mut self, save: Box<Save>, reply: Reply) -> Vec<Effect> {
        match save.stage.clone() {
            Stage::Check(exchange) => self.checked(save, &exchange, reply),
            Stage::Send(_) => self.answered(save, reply),
            Stage::ReadBack(exchange) => self.read_back(save, &exchange, reply),
            stage @ (Stage::Turn(_) | Stage::Record) => unreachable!("{stage:?} awaits no answer"),
        }
    }

    fn checked(&mut self, mut save: Box<Save>, exchange: &Exchange, reply: Reply) -> Vec<Effect> {
        save.etag = reply.etag();
        match self.read(save.resource(), exchange, reply.outcome) {
            Read::Fresh(theirs) => {
                self.seen(save.resource(), reply.at);
                save.founded = self.founded(&mut save, reply.began, reply.took);
                if save.founded.is_none() {
                    return self.check_anew(save);
                }
                match save.act {
                    Act::Write => self.proceed(save, theirs, reply.at),
                    Act::Delete => self.remove(save, theirs, reply.at),
                }
            }
            Read::Again(exchange, effects) => {
                self.report(Report::GoesOn);
                self.go_on(save, Stage::Check(exchange), effects)
            }
            Read::Stale => self.end(save, Outcome::Stale(Doing::Checking)),
            Read::Failed(fault) => self.end_failed(save, Doing::Checking, fault),
        }
    }

    pub(super) fn go_on(&mut self, mut save: Box<Save>, stage: Stage, effects: Vec<Effect>) -> Vec<Effect> {
        save.stage = stage;
        self.save = Some(save);
        effects
    }

    /// A fresh copy is here: merge with what is wanted, and send what is left, unless someone else was at it.
    fn proceed(&mut self, mut save: Box<Save>, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        let resource = save.resource();
        save.sent = false;
        let base = self.draft.representation(resource).cloned().unwrap_or_default();
        let untouched = self.is_untouched_since(&save);
        let rebased = self.rebase(resource, theirs.clone(), at, None);
        save.taken += rebased.taken();
        if let Some(gone) = rebased.gone {
            return self.end(save, gone);
        }
        let clashes = self.draft.conflicts().filter(|(field, ..)| save.wanted.get(&field.id).is_some()).count();
        if clashes > 0 {
            return self.end(save, Outcome::Clash { fields: clashes });
        }
        // What was set back since is not wanted any more; what was edited further goes as it was then.
        let open = |id: &FieldId| self.draft.field(id).is_some_and(|field| self.draft.state(field) != State::Clean);
        save.patch = save.wanted.only(|id, value| open(id) && theirs.get(&id.key) != Some(value));
        if save.patch.is_empty() {
            // What was set back is not there, and nobody wants it there.
            let is_there = |(id, value): &(&FieldId, &Value)| holds(base.get(&id.key), value, theirs.get(&id.key));
            let fields = save.wanted.members().filter(is_there).count();
            let outcome = match (fields, rebased.doubt) {
                (0, Some(told)) => told,
                (0, None) => Outcome::NothingToSave,
                (fields, _) => Outcome::AlreadyThere { fields },
            };
            return self.end(save, outcome);
        }
        let lacking = self.draft.missing(resource).count();
        if lacking > 0 {
            return self.end(save, Outcome::Invalid { fields: lacking });
        }
        let is_whole =
            |patch: &Patch| resource.fields().iter().all(|f| !f.kind.is_editable() || patch.get(&f.id).is_some());
        if theirs.is_empty() && !is_whole(&save.wanted) {
            // It was there when this was wanted: of a PATCH's fields no POST is made.
            return self.end(save, Outcome::Gone(resource));
        }
        if untouched {
            // What the server has already is no edit any more, and that was nobody's doing here.
            save.wanted = self.draft.patch(resource);
        }
        save.before = theirs;
        if !may_send(&mut save) {
            return self.look_at_next(save);
        }
        self.record(save)
    }

    /// The PATCH is over. Also the answer to one that was given up, if it was on its way to us already.
    pub(super) fn answered(&mut self, mut save: Box<Save>, reply: Reply) -> Vec<Effect> {
        if reply.outcome == Err(Fault::Outdated) {
            // Its record stays: with a disk that is slow, the next look would be too old as well if it were written anew.
            save.noted = Some(save.sending());
            return self.check_anew(save);
        }
        if save.act == Act::Delete {
            return self.removed(save, reply);
        }
        let fault = match reply.outcome {
            Ok(theirs) if save.is_partial(&theirs) => {
                Fault::Unreadable { what: "it is only a part of them".into(), correlation_id: None }
            }
            Ok(theirs) => {
                self.seen(save.resource(), reply.at);
                let sending = save.sending();
                let rebased = self.rebase(save.resource(), theirs.clone(), reply.at, Some(&sending));
                // Also those that were edited since, whose rows have nothing to tell.
                let kept = save.patch.len() - sending.arrived(&theirs);
                let (sent, taken, took) = (save.patch.len(), save.taken + rebased.taken(), reply.took);
                let outcome = if save.before.is_empty() && kept == 0 {
                    Outcome::SetUp { sent, took }
                } else {
                    Outcome::Saved { sent, kept, taken, took }
                };
                return self.end(save, outcome);
            }
            Err(fault) => fault,
        };
        if fault.leaves_doubt() {
            // What speaks in HubSpot's place would say the same once more.
            save.again &= !matches!(&fault, Fault::Refused(refusal) if refusal.status < 400 || fault.is_foreign());
            self.leave_in_doubt(save.sending());
            self.report(Report::GoesOn);
            self.last_fault = Some((Doing::Saving, fault));
            return self.ask_back(save);
        }
        // It was not carried out: once more, after a pause if one is asked for, and with a new look.
        if std::mem::take(&mut save.again) {
            if fault.is_conflict() {
                return self.check(save);
            }
            if let Some(left) = fault.pause(0, self.rng.f64()) {
                self.report(Report::GoesOn);
                let (exchange, effects) = self.wait(0, Why::Failed(fault), left);
                return self.go_on(save, Stage::Check(exchange), effects);
            }
        }
        self.refused(&save, &fault);
        self.end_failed(save, Doing::Saving, fault)
    }

    /// Nobody knows whether this was carried out. Each write begins with a look, which ends an earlier doubt; but for one that
    /// was given up a moment before, and that is older than what this one was founded on.
    pub(super) fn leave_in_doubt(&mut self, sending: Sending) {
        self.doubts.insert(sending.resource(), sending);
    }

    /// The resource after a PATCH without an answer: it tells what became of it.
    fn read_back(&mut self, mut save: Box<Save>, exchange: &Exchange, reply: Reply) -> Vec<Effect> {
        save.etag = reply.etag();
        let theirs = match self.read(save.resource(), exchange, reply.outcome) {
            Read::Fresh(theirs) => theirs,
            Read::Again(exchange, effects) => {
                self.report(Report::GoesOn);
                return self.go_on(save, Stage::ReadBack(exchange), effects);
            }
            Read::Stale => return self.end(save, Outcome::Stale(Doing::ReadingBack)),
            Read::Failed(fault) => return self.end_failed(save, Doing::ReadingBack, fault),
        };
        // Why the PATCH has no answer.
        let lost = self.last_fault.take();
        self.seen(save.resource(), reply.at);
        if save.act == Act::Delete {
            return self.removal_read_back(save, theirs, reply.at);
        }
        let saved = save.sending().arrived(&theirs);
        let untouched = save.patch.members().all(|(id, _)| theirs.get(&id.key) == save.before.get(&id.key));
        if saved == 0 && untouched && std::mem::take(&mut save.again) {
            save.founded = self.founded(&mut save, reply.began, reply.took);
            return match save.founded {
                Some(_) => self.proceed(save, theirs, reply.at),
                None => self.check_anew(save),
            };
        }
        let rebased = self.rebase(save.resource(), theirs, reply.at, None);
        if saved < save.patch.len() {
            self.last_fault = lost;
        }
        if let Some(gone) = rebased.gone {
            return self.end(save, gone);
        }
        let sent = save.patch.len();
        self.end(save, Outcome::ReadBack { sent, saved })
    }
}

/// Is it what was shown, or need nothing be shown? If the review is out of date, a new one begins.
fn may_send(save: &mut Save) -> bool {
    let planned = Planned { patch: save.patch.clone(), before: save.before.clone() };
    match &mut save.review {
        Approval::Without => true,
        Approval::Shown(plan) if plan.iter().any(|shown| shown.holds(&planned.patch, &planned.before)) => true,
        Approval::Looking { plan, .. } => {
            plan.push(planned);
            false
        }
        Approval::Shown(_) => {
            save.review = Approval::Looking { plan: vec![planned], again: true };
            false
        }
    }
}
