//! The save: check, merge, record, send, confirm. [`Stage`] describes its life.
//!
//! A save promises this. It sends nothing that the user did not want when the save was asked for. It sends no value
//! that the server already has. It replaces no value that changed on the server since it was shown. A save is
//! reported as saved only if an answer of the server holds the values. It is in doubt if the write left and the
//! server could not be asked afterwards.

use super::load::Read;
use super::{
    Act, Approval, Disk, Doing, Effect, Exchange, Fault, Keeping, Obstacle, Outcome, Planned, Reply, Report, Save,
    Stage, Timer, Why, WorkingCopy,
};
use crate::model::doubt::Reaction;
use crate::model::merge::holds;
use crate::model::record::SaveLock;
use crate::model::{Field, FieldId, Patch, Representation, Resource, Severity, State, Value};
use jiff::Timestamp;
use std::time::Duration;

/// The interval between two requests for the save lock.
const TURN: Duration = Duration::from_millis(200);

impl WorkingCopy {
    /// Starts a save. There is at most one at a time. Errors and undecided conflicts stop it; warnings do not.
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
        match (unsaved, self.is_doubtful()) {
            (0, false) => Some(Obstacle::NothingToSave),
            (0, true) => Some(Obstacle::InDoubt),
            _ => locked.then_some(Obstacle::Locked),
        }
    }

    /// The user confirms what was shown: starts the save that sends it.
    pub(super) fn confirm(&mut self, plan: Vec<Planned>) -> Vec<Effect> {
        let mut wanted = plan.iter().map(|planned| self.draft.patch(planned.patch.resource()));
        let (Some(first), next) = (wanted.next(), wanted.collect()) else { return vec![] };
        let asked = self.draft.edits().clone();
        self.begin(Save { next, review: Approval::Shown(plan), ..Save::new(first, asked) })
    }

    /// Starts a save by asking for the save lock.
    pub(super) fn begin(&mut self, save: Save) -> Vec<Effect> {
        // A look of the watch is not needed: the check reads the same.
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

    /// The disk answers a request for the save lock. Only the answer to the last request counts: the lock of an
    /// earlier answer may have been released since, at the end of an earlier save.
    pub(super) fn turn_answered(&mut self, turn: SaveLock) -> Vec<Effect> {
        self.questions = self.questions.saturating_sub(1);
        if self.questions > 0 { vec![] } else { self.turn(turn) }
    }

    /// The holder of the save lock is known: starts the check, or waits.
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

    /// Asks for the save lock again.
    pub(super) fn ask_for_turn(&mut self) -> Vec<Effect> {
        match &self.save {
            Some(save) if matches!(save.stage, Stage::Turn(_)) => vec![self.ask_whose_turn()],
            Some(_) | None => vec![],
        }
    }

    /// Sends the first GET of a save. A write that has left already is read back and not sent again.
    pub(super) fn look_first(&mut self) -> Vec<Effect> {
        let Some(save) = self.save.take() else { return vec![] };
        if save.sent { self.ask_back(save) } else { self.check(save) }
    }

    pub(super) fn check(&mut self, save: Box<Save>) -> Vec<Effect> {
        let (exchange, effects) = self.get(save.resource(), Doing::Checking);
        self.go_on(save, Stage::Check(exchange), effects)
    }

    /// A write got this fault, which does not tell its outcome.
    pub(super) fn ask_what_became(&mut self, save: Box<Save>, doing: Doing, fault: Fault) -> Vec<Effect> {
        self.report(Report::GoesOn);
        self.last_fault = Some((doing, fault));
        self.ask_back(save)
    }

    /// A write has no answer that tells its outcome: reads the resource back.
    fn ask_back(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        save.sent = true;
        let (exchange, effects) = self.get(save.resource(), Doing::ReadingBack);
        self.go_on(save, Stage::ReadBack(exchange), effects)
    }

    /// A request of the save has ended.
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
            Read::Stale => {
                let doing = self.checking(&save);
                self.end(save, Outcome::Stale(doing))
            }
            Read::Failed(fault) => {
                let doing = self.checking(&save);
                self.end_failed(save, doing, fault)
            }
        }
    }

    /// What a GET before the write is for. If a copy of the write has left already, its outcome is asked for as well.
    fn checking(&self, save: &Save) -> Doing {
        if self.is_left(&save.sending()) { Doing::ReadingBack } else { Doing::Checking }
    }

    pub(super) fn go_on(&mut self, mut save: Box<Save>, stage: Stage, effects: Vec<Effect>) -> Vec<Effect> {
        save.stage = stage;
        self.save = Some(save);
        effects
    }

    /// A fresh representation is here. Merges it with the wanted values, and sends the rest unless it is in
    /// conflict.
    fn proceed(&mut self, mut save: Box<Save>, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        let resource = save.resource();
        save.sent = false;
        let is_left = self.is_left(&save.sending());
        let base = self.draft.representation(resource).cloned().unwrap_or_default();
        let untouched = self.is_untouched_since(&save);
        let rebased = self.rebase(resource, theirs.clone(), at, None);
        save.taken += rebased.taken();
        if let Some(gone) = rebased.gone {
            return self.end(save, gone);
        }
        let clashes = self.draft.conflicts().filter(|(field, ..)| save.wanted.get(&field.id).is_some()).count();
        if clashes > 0 {
            // If a copy of the write has left, it is not so that nothing was sent.
            let told = rebased.doubt.filter(|_| is_left);
            return self.end(save, told.unwrap_or(Outcome::Clash { fields: clashes, left: is_left }));
        }
        // A field that was set back since is no longer wanted. A field that was edited further is sent as it was
        // when the save was asked for.
        let open = |id: &FieldId| self.draft.field(id).is_some_and(|field| self.draft.state(field) != State::Clean);
        save.patch = save.wanted.only(|id, value| open(id) && theirs.get(&id.key) != Some(value));
        if save.patch.is_empty() {
            // Wanted fields that were set back since and that the server does not have are not counted.
            let is_there = |(id, value): &(&FieldId, &Value)| holds(base.get(&id.key), value, theirs.get(&id.key));
            let fields = save.wanted.members().filter(is_there).count();
            let outcome = match (fields, rebased.doubt) {
                (_, Some(told)) if is_left => told,
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
            // The resource existed when the save was asked for. The fields of a PATCH are not enough for a POST.
            return self.end(save, Outcome::Gone(resource));
        }
        if untouched {
            // The server already has some of the wanted values. Those edits are gone, so they are not wanted any
            // more.
            save.wanted = self.draft.patch(resource);
        }
        save.before = theirs;
        if !may_send(&mut save) {
            return self.look_at_next(save);
        }
        self.record(save)
    }

    /// The write has ended. Also called for a write that was given up, if its answer was already in the queue.
    pub(super) fn answered(&mut self, mut save: Box<Save>, reply: Reply) -> Vec<Effect> {
        if reply.outcome == Err(Fault::Outdated) {
            // The record on the disk stays. On a slow disk, writing it again could make the next check too old as
            // well.
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
            Ok(theirs) if save.is_from_before(&theirs) => {
                // The server has accepted the write, so it is not repeated.
                (save.again, save.accepted) = (false, Some(reply.took));
                Fault::Unreadable { what: "it is a copy from before the save".into(), correlation_id: None }
            }
            Ok(theirs) => {
                self.seen(save.resource(), reply.at);
                return self.accepted(save, &theirs, reply.at, reply.took);
            }
            Err(fault) => fault,
        };
        let reaction = fault.reaction();
        if let Some(reaction) = reaction {
            self.leave_in_doubt(save.sending(), reaction);
        }
        let is_refused = reaction == Some(Reaction::Refused);
        if reaction.is_some() && !is_refused {
            // A gateway in HubSpot's place would give the same answer again, so the write is not repeated.
            save.again &= !matches!(&fault, Fault::Refused(refusal) if refusal.status < 400 || fault.is_foreign());
            return self.ask_what_became(save, Doing::Saving, fault);
        }
        save.refused = is_refused.then(|| Box::new(fault.clone()));
        // The write did not take effect, as far as the answer says. It is repeated once, after a pause if the fault asks for
        // one, and after a new check.
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
        if is_refused {
            return self.ask_what_became(save, Doing::Saving, fault);
        }
        self.refused(&save, &fault);
        self.end_failed(save, Doing::Saving, fault)
    }

    /// The resource was read after a PATCH without an answer: finds out whether the PATCH took effect.
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
        // The reason why the PATCH has no answer.
        let lost = self.last_fault.take();
        self.seen(save.resource(), reply.at);
        if save.act == Act::Delete {
            self.last_fault = lost.filter(|_| !theirs.is_empty());
            return self.removal_read_back(save, theirs, reply.at);
        }
        if let (Some(took), false) = (save.accepted, theirs.is_empty()) {
            return self.accepted(save, &theirs, reply.at, took);
        }
        let sending = save.sending();
        let (sent, saved) = (save.patch.len(), sending.arrived(&theirs));
        if saved == 0 && !sending.is_unclear(&theirs) && std::mem::take(&mut save.again) {
            save.founded = self.founded(&mut save, reply.began, reply.took);
            return match save.founded {
                Some(_) => self.proceed(save, theirs, reply.at),
                None => self.check_anew(save),
            };
        }
        let rebased = self.rebase(save.resource(), theirs, reply.at, None);
        if saved < sent {
            self.last_fault = lost;
        }
        if let Some(gone) = rebased.gone {
            return self.end(save, gone);
        }
        match (rebased.doubt, save.refused.take()) {
            // The refusal holds.
            (None, Some(fault)) if saved < sent => {
                self.refused(&save, &fault);
                self.end_failed(save, Doing::Saving, *fault)
            }
            // If a look that came in between settled it, that look told the outcome as well.
            (told, _) => self.end(save, told.unwrap_or(Outcome::ReadBack { sent, saved })),
        }
    }
}

/// May the write be sent: is it what was shown, or is no review needed? If the review is out of date, a new one
/// begins.
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
