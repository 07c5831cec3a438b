//! The save: check, merge, record, send, confirm. See [`Stage`] for its life.
//!
//! What is promised: nothing is sent that the user did not want at Ctrl-S, nothing that the server has already, and nothing
//! over a value that changed there since it was shown. It is called saved when the server's own words hold the values, and
//! in doubt when the PATCH left and nobody could be asked.

use super::sync::Read;
use crate::app::effect::{Call, Disk, Effect, Request, Timer};
use crate::app::msg::{Reply, Turn};
use crate::app::sync::{Exchange, Save, Stage, Sync, Why};
use crate::app::{App, Choices, Doing, Keeping, Mode, Notice};
use crate::model::merge::{Merge, merge};
use crate::model::record::{Intent, Saved};
use crate::model::{FieldId, Patch, Representation, Resource, State, Value};
use jiff::Timestamp;
use std::time::Duration;

/// How often to look whether the turn is ours.
const TURN: Duration = Duration::from_millis(200);

impl App {
    /// Ctrl-S. At most one save is under way; errors and undecided conflicts stop it and take the focus; warnings do not.
    pub(super) fn save(&mut self) -> Vec<Effect> {
        match &self.sync {
            Sync::Loading(load) if load.watching => {}
            Sync::Loading(_) => return self.refuse(Notice::Busy(Doing::Loading)),
            Sync::Saving(_) => return self.refuse(Notice::Busy(Doing::Saving)),
            Sync::Idle => {}
        }
        let resource = Resource::Settings;
        if !self.draft.is_loaded(resource) {
            return match self.notice {
                Some(Notice::Failed(..) | Notice::Cancelled(_)) => vec![],
                _ => self.refuse(Notice::NotLoaded),
            };
        }
        let invalid: Vec<FieldId> = self.invalid().map(|field| field.id.clone()).collect();
        if let Some(first) = invalid.first() {
            self.focus(first);
            self.form.typed = false;
            return self.refuse(Notice::Invalid { fields: invalid.len() });
        }
        if self.conflicts().next().is_some() {
            self.mode = Mode::Resolving(Choices::default());
            self.fall_silent();
            return vec![];
        }
        let wanted = self.draft.patch(resource);
        if wanted.is_empty() && self.doubt.is_some() {
            // The base is then only what the server had once. The strip says so, and how to find out.
            self.notice = None;
            return vec![];
        }
        if wanted.is_empty() {
            return self.refuse(Notice::NothingToSave);
        }
        // The check will look anyway.
        let mut effects = self.stop_looking();
        // What Esc gives back is no longer older than what was sent: Esc now cancels the save.
        self.arrive();
        self.marks.clear();
        self.fall_silent();
        self.saved_from = Some(self.form.focus.clone());
        self.sync = Sync::Saving(Box::new(Save::new(wanted)));
        if matches!(self.keeping, Keeping::InMemory(_)) {
            effects.extend(self.check());
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
    pub(super) fn turn_answered(&mut self, turn: Turn) -> Vec<Effect> {
        self.questions = self.questions.saturating_sub(1);
        if self.questions > 0 { vec![] } else { self.turn(turn) }
    }

    /// It is known whose turn it is.
    pub(super) fn turn(&mut self, turn: Turn) -> Vec<Effect> {
        let Sync::Saving(save) = &mut self.sync else { return vec![] };
        if !matches!(save.stage, Stage::Turn(_)) {
            return vec![];
        }
        match turn {
            Turn::Ours => self.check(),
            Turn::Theirs(peer) => {
                save.stage = Stage::Turn(peer);
                vec![Effect::Wake { timer: Timer::Turn, after: TURN }]
            }
        }
    }

    /// Another look whose turn it is.
    pub(super) fn ask_for_turn(&mut self) -> Vec<Effect> {
        match &self.sync {
            Sync::Saving(save) if matches!(save.stage, Stage::Turn(_)) => vec![self.ask_whose_turn()],
            Sync::Idle | Sync::Loading(_) | Sync::Saving(_) => vec![],
        }
    }

    fn check(&mut self) -> Vec<Effect> {
        let (exchange, effects) = self.get(Doing::Checking);
        self.advance(Stage::Check(exchange));
        effects
    }

    fn advance(&mut self, stage: Stage) {
        if let Sync::Saving(save) = &mut self.sync {
            save.stage = stage;
        }
    }

    /// The request of a save is over.
    pub(super) fn save_replied(&mut self, mut save: Box<Save>, reply: Reply) -> Vec<Effect> {
        match std::mem::replace(&mut save.stage, Stage::Record) {
            Stage::Check(exchange) => self.checked(save, &exchange, reply),
            Stage::Send(_) => self.answered(save, reply),
            Stage::ReadBack(exchange) => self.read_back(save, &exchange, reply),
            // These await no answer.
            Stage::Turn(_) | Stage::Record => vec![],
        }
    }

    fn checked(&mut self, mut save: Box<Save>, exchange: &Exchange, reply: Reply) -> Vec<Effect> {
        save.etag = reply.etag();
        match self.read(exchange, reply.outcome) {
            Read::Fresh(theirs) => {
                self.seen(reply.at);
                self.proceed(save, theirs)
            }
            Read::Again(exchange, effects) => self.go_on(save, Stage::Check(exchange), effects),
            Read::Stale => self.stop(Notice::Stale(Doing::Checking)),
            Read::Failed(fault) => {
                self.fail(Some(&save), Doing::Checking, fault);
                vec![]
            }
        }
    }

    /// The save ends here, and what is open stays open.
    fn stop(&mut self, notice: Notice) -> Vec<Effect> {
        self.leaving = false;
        self.trouble(notice);
        vec![]
    }

    fn go_on(&mut self, mut save: Box<Save>, stage: Stage, effects: Vec<Effect>) -> Vec<Effect> {
        save.stage = stage;
        self.sync = Sync::Saving(save);
        effects
    }

    /// Fresh settings are here: merge with what is wanted, and send what is left, unless someone else was at it.
    fn proceed(&mut self, mut save: Box<Save>, theirs: Representation) -> Vec<Effect> {
        let base = self.draft.representation(Resource::Settings).cloned().unwrap_or_default();
        let untouched = self.is_untouched_since(&save);
        let settled = self.settle(theirs.clone(), None);
        save.taken += settled.taken();
        let clashes = self.conflicts().filter(|(field, ..)| save.wanted.get(&field.id).is_some()).count();
        if clashes > 0 {
            self.leaving = false;
            if self.mode.is_editing() && untouched {
                self.mode = Mode::Resolving(Choices::default());
            }
            self.trouble = None;
            self.notice = Some(Notice::Clash { fields: clashes });
            return vec![];
        }
        // What was set back since Ctrl-S is not wanted any more; what was edited further goes as it was then.
        let open = |id: &FieldId| self.draft.field(id).is_some_and(|field| self.draft.state(field) != State::Clean);
        save.patch = save.wanted.only(|id, value| open(id) && theirs.get(&id.key) != Some(value));
        if save.patch.is_empty() {
            // What was set back is not there, and nobody wants it there.
            let fields = save.wanted.members().filter(|(id, value)| holds(&base, &theirs, id, value)).count();
            self.fall_silent();
            self.notice = Some(match (fields, settled.doubt) {
                (0, Some((sent, saved))) => Notice::ReadBack { sent: sent.len(), saved },
                (0, None) => Notice::NothingToSave,
                (fields, _) => Notice::AlreadyThere { fields },
            });
            return self.leave(true);
        }
        if untouched {
            // What the server has already is no edit any more, and that was nobody's doing here.
            save.wanted = self.draft.patch(Resource::Settings);
        }
        save.before = theirs;
        if matches!(self.keeping, Keeping::InMemory(_)) {
            self.sync = Sync::Saving(save);
            return self.send_patch();
        }
        let intent = Intent { patch: save.patch.clone(), before: save.before.clone() };
        self.go_on(save, Stage::Record, vec![Effect::Disk(Disk::Intend(Box::new(intent)))])
    }

    /// What is about to be sent is on disk, or can not be: it is sent either way, and what the next start can not tell is
    /// said now.
    pub(super) fn intended(&mut self, written: Result<(), String>) -> Vec<Effect> {
        if let Err(why) = written {
            self.not_on_disk(why);
        }
        match &self.sync {
            Sync::Saving(save) if save.stage == Stage::Record => self.send_patch(),
            Sync::Idle | Sync::Loading(_) | Sync::Saving(_) => vec![],
        }
    }

    fn send_patch(&mut self) -> Vec<Effect> {
        let id = self.next_request();
        let Sync::Saving(save) = &mut self.sync else { return vec![] };
        save.stage = Stage::Send(Exchange::new(id));
        let call = Call::Patch(save.patch.clone());
        let if_match = save.etag.clone();
        self.send(Request { id, call, doing: Doing::Saving, if_match })
    }

    /// The PATCH is over. Also the answer to one that was given up, if it was on its way to us already.
    pub(super) fn answered(&mut self, mut save: Box<Save>, reply: Reply) -> Vec<Effect> {
        let fault = match reply.outcome {
            Ok(theirs) => {
                self.seen(reply.at);
                let settled = self.settle(theirs.clone(), Some(&save.patch));
                // Also those that were edited since, whose rows have nothing to tell.
                let kept = save.patch.members().filter(|(id, value)| !holds(&save.before, &theirs, id, value)).count();
                let (sent, taken) = (save.patch.len(), save.taken + settled.taken());
                self.fall_silent();
                self.notice = Some(Notice::Saved { sent, kept, taken, took: reply.took });
                let mut effects = self.remember(&save, &theirs, reply.at);
                effects.extend(self.leave(kept == 0));
                return effects;
            }
            Err(fault) => fault,
        };
        if fault.leaves_doubt() {
            self.leave_in_doubt(&save.patch);
            self.fall_silent();
            self.last_fault = Some((Doing::Saving, fault));
            let (exchange, effects) = self.get(Doing::ReadingBack);
            return self.go_on(save, Stage::ReadBack(exchange), effects);
        }
        // It was not carried out: once more, after a pause if one is asked for, and with a new look.
        if std::mem::take(&mut save.again) {
            if fault.is_conflict() {
                self.sync = Sync::Saving(save);
                return self.check();
            }
            if let Some(left) = fault.pause(0, self.rng.f64()) {
                let (exchange, effects) = self.wait(0, Why::Failed(fault), left);
                return self.go_on(save, Stage::Check(exchange), effects);
            }
        }
        self.fail(Some(&save), Doing::Saving, fault);
        vec![]
    }

    /// Nobody knows whether this was saved.
    pub(super) fn leave_in_doubt(&mut self, patch: &Patch) {
        self.doubt = Patch::last_of(Some(patch), self.doubt.as_ref());
    }

    /// The settings after a PATCH without an answer: they tell what became of it.
    fn read_back(&mut self, mut save: Box<Save>, exchange: &Exchange, reply: Reply) -> Vec<Effect> {
        save.etag = reply.etag();
        let theirs = match self.read(exchange, reply.outcome) {
            Read::Fresh(theirs) => theirs,
            Read::Again(exchange, effects) => return self.go_on(save, Stage::ReadBack(exchange), effects),
            Read::Stale => return self.stop(Notice::Stale(Doing::ReadingBack)),
            Read::Failed(fault) => {
                self.fail(Some(&save), Doing::ReadingBack, fault);
                return vec![];
            }
        };
        // Why the PATCH has no answer.
        let lost = self.last_fault.take();
        self.seen(reply.at);
        let arrived = |id: &FieldId, value: &Value| holds(&save.before, &theirs, id, value);
        let saved = save.patch.members().filter(|(id, value)| arrived(id, value)).count();
        let untouched = save.patch.members().all(|(id, _)| theirs.get(&id.key) == save.before.get(&id.key));
        if saved == 0 && untouched && std::mem::take(&mut save.again) {
            return self.proceed(save, theirs);
        }
        let is_mine = self.mode.is_editing() && self.is_untouched_since(&save);
        let settled = self.settle(theirs.clone(), None);
        self.fall_silent();
        if saved < save.patch.len() {
            self.last_fault = lost;
        }
        self.notice = Some(Notice::ReadBack { sent: save.patch.len(), saved });
        if settled.conflicts() > 0 && is_mine {
            self.mode = Mode::Resolving(Choices::default());
        }
        let mut effects = self.remember(&save, &theirs, reply.at);
        effects.extend(self.leave(saved == save.patch.len()));
        effects
    }

    /// What was replaced goes into the history: the fields that the server holds as they were sent.
    fn remember(&self, save: &Save, theirs: &Representation, at: Timestamp) -> Vec<Effect> {
        let kept = save.patch.only(|id, value| holds(&save.before, theirs, id, value));
        if kept.is_empty() || matches!(self.keeping, Keeping::InMemory(_)) {
            return vec![];
        }
        let after = kept.members().filter_map(|(id, _)| Some((&id.key, theirs.get(&id.key)?.clone()))).collect();
        let replaced = kept.invert(&save.before);
        let before = replaced.members().map(|(id, value)| (&id.key, value.clone())).collect();
        vec![Effect::Disk(Disk::Remember(Box::new(Saved { at, resource: kept.resource(), before, after })))]
    }

    /// The save is over. If the user is leaving, this is when; but not with something open that was entered since, and not
    /// before it was told what of the save the server does not hold.
    fn leave(&mut self, whole: bool) -> Vec<Effect> {
        if !std::mem::take(&mut self.leaving) || !whole {
            return vec![];
        }
        if self.unsaved() == 0 {
            return vec![self.exit(0)];
        }
        self.mode = Mode::Quitting;
        vec![]
    }
}

/// Does the server hold what was sent, perhaps in a tidier spelling?
pub(super) fn holds(before: &Representation, theirs: &Representation, id: &FieldId, sent: &Value) -> bool {
    match merge(before.get(&id.key), Some(sent), theirs.get(&id.key)) {
        Merge::Same | Merge::Both | Merge::Settled => true,
        Merge::Mine | Merge::Theirs | Merge::Conflict => false,
    }
}
