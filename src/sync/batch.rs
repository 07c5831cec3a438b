//! The work of a command: one load, one edit and one save, without a screen.
//!
//! ```text
//!   Loading ── every resource is loaded, and the disk is open ──> values ──> Saving ── Ended ──> Over
//!      │                                                                       │  ^
//!      │                                                     the plan is ready ──> Shown ── yes
//!      └── not loaded, no such field, an unmet condition, nothing to save ───────────────────────^
//! ```
//!
//! The save is the same as the editor's: lock, check, record on disk, send, confirm, read back, history. The values of
//! a command are not kept as a draft, so the next editor does not offer them. It only offers to settle a write that was
//! sent and is in doubt.

mod conditions;
mod earlier;
mod task;

use super::{Disk, Effect, Ended, Event, Obstacle, Outcome, Planned, Report, Stage, Timer, WorkingCopy};
use crate::model::record::{Found, SaveLock, Sending};
use crate::model::{Draft, FieldId, Representation, Resource, Stroke};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use conditions::Looks;

pub use task::{Absence, Assignment, Condition, Consent, Earlier, Task, Verdict, Wish};

/// A task that is being carried out.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The working copy that the values are entered in.
    pub copy: WorkingCopy,
    /// The task.
    pub task: Task,
    /// The last write that was sent, for each resource.
    pub sent: BTreeMap<Resource, Sending>,
    /// What the server had when the values to save were entered, or when the deletion was begun.
    pub before: BTreeMap<Resource, Representation>,
    /// The outcomes of the resources for which the save has ended, whatever the verdict is.
    pub ended: Vec<(Resource, Outcome)>,
    /// The outcomes of writes that earlier runs left in doubt.
    pub earlier: Vec<Earlier>,
    /// What the disk held of other runs when it was opened. Leftovers whose outcomes were told are taken out.
    pub found: Found,
    /// How many members an answer holds more than once, and the key of the first.
    pub repeated: Option<(usize, String)>,
    /// Resources that have to be loaded first.
    needed: BTreeSet<Resource>,
    is_open: bool,
    /// The looks at what the conditions are about, beside the look of the save.
    looks: Option<Looks>,
    /// How long the batch has waited for the save lock.
    waited: Duration,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Loading,
    Saving,
    /// The plan is shown, and the user is asked.
    Shown(Vec<Planned>),
    Over(Verdict),
}

impl Batch {
    /// Starts to load the resources of the task. `seed` is the seed of the random numbers.
    pub fn new(task: Task, seed: u64) -> (Self, Vec<Effect>) {
        let mut needed: BTreeSet<Resource> = task.conditions.iter().map(Condition::resource).collect();
        match &task.wish {
            Wish::Read(resources, _) => needed.extend(resources),
            Wish::Write(values, _) => needed.extend(values.iter().map(|assignment| assignment.field.resource)),
            Wish::Delete(resource) => _ = needed.insert(*resource),
            Wish::Settle => {}
        }
        let mut copy = WorkingCopy::new(Resource::ALL, seed);
        let is_reading = matches!(task.wish, Wish::Read(..));
        if let Wish::Read(_, pace) = &task.wish {
            copy.watch.wanted = *pace;
        }
        let mut batch = Self {
            copy,
            task,
            sent: BTreeMap::new(),
            before: BTreeMap::new(),
            ended: Vec::new(),
            earlier: Vec::new(),
            found: Found::default(),
            repeated: None,
            needed: BTreeSet::new(),
            is_open: is_reading,
            looks: None,
            waited: Duration::ZERO,
            phase: Phase::Loading,
        };
        // A task that only reads leaves nothing on the disk, so the disk is not opened.
        let mut effects = if is_reading { vec![] } else { vec![Effect::Disk(Disk::Open)] };
        effects.extend(batch.need(needed));
        // What needs no answer is over at once.
        effects.extend(batch.go_on());
        (batch, effects)
    }

    /// The verdict, once the batch is over.
    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.phase {
            Phase::Over(verdict) => Some(verdict),
            Phase::Loading | Phase::Saving | Phase::Shown(_) => None,
        }
    }

    /// The plan, while it is shown and waits for the user's answer.
    pub fn shown(&self) -> Option<&[Planned]> {
        match &self.phase {
            Phase::Shown(plan) => Some(plan),
            Phase::Loading | Phase::Saving | Phase::Over(_) => None,
        }
    }

    /// The disk was opened, and holds these records of other runs. An error says why it could not be opened.
    pub fn opened(&mut self, opened: Result<Found, String>) -> Vec<Effect> {
        let opened = opened.map(|found| self.found = found);
        let mut effects = self.need(self.concerned());
        self.is_open = true;
        effects.extend(self.happen(Event::Opened(opened)));
        effects
    }

    /// The user agrees to the plan, or declines it.
    pub fn answered(&mut self, yes: bool) -> Vec<Effect> {
        let Phase::Shown(plan) = std::mem::replace(&mut self.phase, Phase::Saving) else { return vec![] };
        if !yes {
            self.phase = Phase::Over(Verdict::Declined);
            return vec![];
        }
        let wanted = match self.task.wish {
            Wish::Delete(resource) => Event::Delete(resource),
            Wish::Read(..) | Wish::Write(..) | Wish::Settle => Event::Confirm(plan),
        };
        self.and_records(|batch| batch.take(wanted))
    }

    /// These fields are to get a value that holds the credential, so nothing is sent.
    pub fn withhold(&mut self, fields: &[FieldId]) {
        if !fields.is_empty() {
            self.over(Verdict::Withheld(fields.to_vec()));
        }
    }

    /// The user does not want to wait any longer. A write that was sent stays in doubt.
    pub fn stop(&mut self) -> Vec<Effect> {
        if self.verdict().is_some() {
            return vec![];
        }
        let effects = self.and_records(|batch| batch.take(Event::Cancel));
        if self.verdict().is_none() {
            self.phase = Phase::Over(Verdict::Stopped);
        }
        effects
    }

    /// Takes an event. Returns the effects to carry out.
    pub fn happen(&mut self, event: Event) -> Vec<Effect> {
        let event = match event {
            Event::Reply(reply) => match self.gather(reply) {
                Ok(Some(reply)) => Event::Reply(reply),
                Ok(None) => return vec![],
                Err(unmet) => {
                    self.phase = Phase::Over(self.stopped_by(unmet));
                    return self.and_records(|batch| batch.take(Event::Cancel));
                }
            },
            event => event,
        };
        let mut effects = self.and_records(|batch| {
            let is_turn = matches!(event, Event::Turn(SaveLock::Theirs(_)));
            if let Event::Woke { timer: Timer::Turn, waited, .. } = event {
                batch.waited += waited;
            }
            let mut asked = batch.take(event);
            if is_turn && batch.waited >= batch.task.wait {
                asked.extend(batch.give_up_the_turn());
            }
            asked
        });
        effects.extend(self.go_on());
        effects
    }

    /// Acts, and puts the records that the disk has to keep before the other effects.
    fn and_records(&mut self, act: impl FnOnce(&mut Self) -> Vec<Effect>) -> Vec<Effect> {
        let asked = act(self);
        let mut effects = self.copy.keep_records();
        effects.extend(asked);
        effects
    }

    fn take(&mut self, event: Event) -> Vec<Effect> {
        let (mut effects, reports) = self.copy.happen(event);
        effects.extend(self.look_beside(&effects));
        for effect in &effects {
            if let Effect::Send(request) = effect
                && !matches!(request.call, super::Call::Get(_))
                && let Some(save) = &self.copy.save
            {
                self.sent.insert(save.resource(), save.sending());
            }
        }
        for report in reports {
            self.hear(report);
        }
        effects
    }

    fn hear(&mut self, report: Report) {
        let verdict = match report {
            Report::Ended(ended) => return self.ended(*ended),
            Report::NotLoaded(resource, why) => Verdict::Outcomes(vec![(resource, why)]),
            Report::Refused(Obstacle::NothingToSave | Obstacle::InDoubt) => Verdict::Outcomes(vec![]),
            Report::Refused(why) => Verdict::Refused(why),
            Report::Repeated(members, first) => {
                self.repeated = Some((members, first));
                return;
            }
            Report::FieldsRefused(_)
            | Report::Began
            | Report::GoesOn
            | Report::Seen(_)
            | Report::Reading { .. }
            | Report::Rebased { .. }
            | Report::Loaded(_)
            | Report::NotOnDisk(_)
            | Report::OnDiskAgain => return,
        };
        self.over(verdict);
    }

    /// Ends the batch with this verdict. The first verdict stays.
    fn over(&mut self, verdict: Verdict) {
        if self.verdict().is_none() {
            self.tell_earlier_again();
            self.phase = Phase::Over(verdict);
        }
    }

    fn ended(&mut self, ended: Ended) {
        self.ended.clone_from(&ended.outcomes);
        match (ended.plan, self.task.consent) {
            (Some((plan, _)), Consent::DryRun) => self.over(Verdict::Planned(plan)),
            (Some((plan, _)), Consent::Asked | Consent::Given) => self.phase = Phase::Shown(plan),
            (None, _) => self.over(Verdict::Outcomes(ended.outcomes)),
        }
    }

    /// Loads those of these resources that were not asked for yet.
    fn need(&mut self, resources: BTreeSet<Resource>) -> Vec<Effect> {
        let new: Vec<Resource> = resources.into_iter().filter(|resource| self.needed.insert(*resource)).collect();
        new.into_iter().flat_map(|resource| self.take(Event::Load(resource))).collect()
    }

    /// Carries out the wish, as soon as all resources are loaded and the disk is open.
    fn go_on(&mut self) -> Vec<Effect> {
        let is_there = |resource: &Resource| self.copy.draft.is_loaded(*resource);
        if !matches!(self.phase, Phase::Loading) || !self.is_open || !self.needed.iter().all(is_there) {
            return vec![];
        }
        let mut effects = self.and_records(Self::tell_earlier);
        let none = Representation::default();
        let now = |resource| self.copy.draft.representation(resource).unwrap_or(&none);
        let unmet = self.task.conditions.iter().find(|condition| !condition.holds(now(condition.resource()))).cloned();
        if let Some(unmet) = unmet {
            let found = unmet.found(now(unmet.resource()));
            self.over(Verdict::Unmet(unmet, found));
            return effects;
        }
        self.before.clone_from(self.copy.draft.bases());
        match self.task.wish.clone() {
            // The watch ends when the user stops it.
            Wish::Read(_, Some(_)) => {}
            Wish::Read(_, None) => self.over(Verdict::Read),
            Wish::Settle => self.over(Verdict::Settled),
            Wish::Write(values, absence) => effects.extend(self.save(&values, absence)),
            Wish::Delete(resource) => effects.extend(self.delete(resource)),
        }
        effects
    }

    fn delete(&mut self, resource: Resource) -> Vec<Effect> {
        if self.task.consent == Consent::DryRun || self.copy.draft.is_absent(resource) {
            self.over(Verdict::Outcomes(vec![]));
            return vec![];
        }
        if self.task.consent == Consent::Asked {
            let nothing = self.copy.draft.patch(resource).only(|_, _| false);
            let before = self.copy.draft.representation(resource).cloned().unwrap_or_default();
            self.phase = Phase::Shown(vec![Planned { patch: nothing, before }]);
            return vec![];
        }
        self.phase = Phase::Saving;
        self.and_records(|batch| batch.take(Event::Delete(resource)))
    }

    fn save(&mut self, values: &[Assignment], absence: Absence) -> Vec<Effect> {
        self.phase = Phase::Saving;
        for resource in Resource::ALL {
            if !values.iter().any(|assignment| assignment.field.resource == resource) {
                continue;
            }
            match (absence, self.copy.draft.is_absent(resource)) {
                (Absence::Fails, true) => self.over(Verdict::Absent(resource)),
                (Absence::IsMeant, false) => self.over(Verdict::Present(resource)),
                (Absence::Fails, false) | (Absence::SetsUp, _) | (Absence::IsMeant, true) => {}
            }
        }
        let is_other = |Assignment { field, value, .. }: &&Assignment| {
            let now = self.copy.draft.base(field);
            let known = self.task.replaces.get(field).map(Option::as_ref);
            known.is_some_and(|known| known != now && now != Some(value))
        };
        let others: Vec<FieldId> = values.iter().filter(is_other).map(|assignment| assignment.field.clone()).collect();
        if !others.is_empty() {
            self.over(Verdict::Replaced(others));
        }
        for assignment in values {
            if !self.enter(assignment) {
                self.over(Verdict::NoField(assignment.field.clone()));
            }
        }
        let lacking: Vec<FieldId> = Resource::ALL
            .into_iter()
            .filter(|resource| self.copy.draft.is_edited(*resource))
            .flat_map(|resource| self.copy.draft.missing(resource).map(|field| field.id.clone()))
            .collect();
        if !lacking.is_empty() {
            self.over(Verdict::Incomplete(lacking));
        }
        if self.copy.unsaved() == 0 {
            self.over(Verdict::Outcomes(vec![]));
        }
        if self.verdict().is_some() {
            return vec![];
        }
        let review = self.task.consent != Consent::Given;
        // The command names each value, so none was pasted after another one by accident.
        self.copy.let_doubtful_through();
        self.and_records(|batch| batch.take(Event::Save { review, locked: false }))
    }

    fn enter(&mut self, assignment: &Assignment) -> bool {
        let Assignment { field: id, value, adds } = assignment;
        let draft = &mut self.copy.draft;
        if draft.base(id) == Some(value) {
            // What the server has is never judged.
            return true;
        }
        let is_known = id.resource.field(&id.key).is_some();
        if !is_known && (*adds || draft.base(id).is_some()) {
            draft.enter_unknown(id, value);
            return true;
        }
        let Some(field) = draft.field(id).filter(|field| is_known && field.kind.is_editable()).cloned() else {
            return false;
        };
        let Some(edit) = Draft::as_edit(field.kind, value) else { return false };
        draft.set(&field, edit, Stroke::Whole);
        true
    }

    /// The batch has waited for the save lock as long as it may.
    fn give_up_the_turn(&mut self) -> Vec<Effect> {
        let Some(Stage::Turn(peer)) = self.copy.save.as_ref().map(|save| save.stage.clone()) else { return vec![] };
        self.phase = Phase::Over(Verdict::Busy(peer));
        self.take(Event::Cancel)
    }

    /// The outcome of each resource. Empty if the verdict is another one.
    pub fn outcomes(&self) -> &[(Resource, Outcome)] {
        match self.verdict() {
            Some(Verdict::Outcomes(outcomes)) => outcomes,
            Some(_) | None => &[],
        }
    }
}
