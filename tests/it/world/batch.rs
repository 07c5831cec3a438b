//! A command beside an editor: it loads, edits and saves on the first editor's disk, and keeps the same laws.

use super::editor::{self, FIELDS};
use super::server::{self, Fate, holds};
use super::shelf::Shelf;
use super::{Known, Person, World};
use crate::walks;
use callset::app::msg::DiskReply;
use callset::model::record::{Leftover, Sending};
use callset::model::{FieldId, Representation, Resource, Value};
use callset::sync::{
    Absence, Assignment, Batch, Call, Condition, Disk, Effect, Event, Fault, Keeping, Moment, Outcome, Reply, Request,
    Task, Timer, Verdict, Wish,
};
use proptest::option;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Whose writes these are, to the server.
const COMMAND: Person = 3;

/// What happens to the command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doing {
    /// It is started, with an edit of a field, unless one runs; perhaps on the condition that the field has some value.
    Start(usize, u8, Option<u8>),
    Work,
    Fail,
    Hear,
    Exchange(Fate),
    Wake(usize),
    /// The process is killed; what was on its way may have left.
    Kill(bool),
    /// It is interrupted in good order; what was on its way may have left.
    Stop(bool),
    /// Another command settles what is in doubt.
    Settle,
}

pub(super) fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        4 => (0..FIELDS.len(), 1..4_u8, option::weighted(0.3, 0..4_u8))
            .prop_map(|(field, value, only_if)| Doing::Start(field, value, only_if)),
        8 => Just(Doing::Work),
        1 => Just(Doing::Fail),
        8 => Just(Doing::Hear),
        10 => server::fate().prop_map(Doing::Exchange),
        2 => (0..8_usize).prop_map(Doing::Wake),
        1 => any::<bool>().prop_map(Doing::Kill),
        1 => any::<bool>().prop_map(Doing::Stop),
        1 => Just(Doing::Settle),
    ]
}

pub(super) struct Command {
    batch: Batch,
    run: String,
    jobs: VecDeque<Disk>,
    heard: VecDeque<DiskReply>,
    /// What earlier runs had left when it began.
    found: Vec<Leftover>,
    flight: Option<(Request, Option<Result<Representation, Fault>>)>,
    waiting: VecDeque<Request>,
    timers: Vec<Timer>,
    wanted: (FieldId, Value),
    /// What the server had when the edit was made, once it is.
    loaded: Vec<Option<Value>>,
    /// What last arrived.
    last: BTreeMap<Resource, Representation>,
    unnoted: bool,
}

impl Command {
    fn write(&self) -> Option<&Call> {
        self.flight.as_ref().map(|(request, _)| &request.call).filter(|call| !matches!(call, Call::Get(_)))
    }
}

impl World {
    /// What changes the server and is on its way from the command, if it takes turns with this editor.
    pub(super) fn command_write(&self, who: Person) -> Option<&Call> {
        let takes_turns =
            |command: &&Command| (self.is_shared || who == 0) && self.shelves[0].runs.contains_key(&command.run);
        self.command.as_ref().filter(takes_turns).and_then(Command::write)
    }

    fn command_shelf(&mut self) -> &mut Shelf {
        &mut self.shelves[0]
    }

    pub(super) fn happen_to_command(&mut self, doing: Doing) {
        match (doing, &mut self.command) {
            (Doing::Settle, _) => self.settle(),
            (Doing::Start(field, value, only_if), None) => self.start_command(field, value, only_if),
            (Doing::Work | Doing::Fail, Some(command)) => {
                let Some(job) = command.jobs.pop_front() else { return };
                let (run, now, known) = (command.run.clone(), self.server.time(), Known::new());
                let files = self.command_shelf();
                let is_well = matches!(doing, Doing::Work);
                let heard =
                    if is_well { files.work(&run, job, &known, now) } else { files.fail(&run, job, &known, now) };
                self.command.as_mut().unwrap().heard.extend(heard);
            }
            (Doing::Hear, Some(command)) => match command.heard.pop_front() {
                Some(DiskReply::Opened(opened)) => {
                    command.found = opened.iter().flat_map(|found| found.leftovers.clone()).collect();
                    self.act_for_command(|batch| batch.opened(opened));
                }
                Some(DiskReply::Turn(turn)) => self.tell_command(Event::Turn(turn)),
                Some(DiskReply::Recorded(written)) => {
                    command.unnoted = written.is_err();
                    self.tell_command(Event::Recorded(written));
                }
                _ => {}
            },
            (Doing::Exchange(fate), Some(_)) => self.exchange_of_command(fate),
            (Doing::Wake(at), Some(command)) if !command.timers.is_empty() => {
                let timer = command.timers.remove(at % command.timers.len());
                self.tell_command(Event::Woke { timer, waited: Duration::from_millis(700), seen: false });
            }
            (Doing::Kill(left), Some(command)) => {
                let (run, open) = (command.run.clone(), command.write().cloned());
                if let Some(call) = open.filter(|_| left) {
                    self.check_command_overwrites(&call, Fate::Lost);
                    let _ = self.server.serve(COMMAND, &call, Fate::Lost);
                }
                self.command_shelf().end(&run);
                self.command = None;
            }
            (Doing::Stop(left), Some(command)) => {
                let open = command.write().cloned();
                if let Some(call) = open.filter(|_| left) {
                    self.check_command_overwrites(&call, Fate::Lost);
                    let _ = self.server.serve(COMMAND, &call, Fate::Lost);
                }
                self.act_for_command(Batch::stop);
            }
            (Doing::Start(..) | Doing::Wake(_), Some(_)) | (_, None) => {}
        }
        self.end_command();
    }

    fn start_command(&mut self, field: usize, value: u8, only_if: Option<u8>) {
        let id = FIELDS[field].clone();
        let value = editor::value(&id, value);
        let assignment = Assignment { field: id.clone(), value: value.clone(), adds: false };
        let wish = Wish::Write(vec![assignment], Absence::Fails);
        let conditions: Vec<Condition> =
            only_if.map(|value| Condition::Holds(id.clone(), editor::value(&id, value))).into_iter().collect();
        // One that has a condition does not wait long for its turn either.
        let wait = if only_if.is_some() { Duration::from_secs(1) } else { Duration::MAX };
        let task = Task { conditions, wait, ..wish.into() };
        let (batch, effects) = Batch::new(task, self.runs as u64);
        self.runs += 1;
        self.command = Some(Command {
            batch,
            run: format!("command-{}", self.runs),
            jobs: VecDeque::new(),
            heard: VecDeque::new(),
            found: vec![],
            flight: None,
            waiting: VecDeque::new(),
            timers: Vec::new(),
            wanted: (id, value),
            loaded: vec![],
            last: BTreeMap::new(),
            unnoted: false,
        });
        self.carry_out_for_command(effects);
    }

    fn tell_command(&mut self, event: Event) {
        self.act_for_command(|batch| batch.happen(event));
    }

    fn act_for_command(&mut self, act: impl FnOnce(&mut Batch) -> Vec<Effect>) {
        let Some(command) = &mut self.command else { return };
        let effects = act(&mut command.batch);
        let id = &command.wanted.0;
        if command.loaded.is_empty() && command.batch.copy.draft.edit(id).is_some() {
            command.loaded.push(command.batch.copy.draft.base(id).cloned());
        }
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Disk(Disk::Keep(_)))), "its edits are no draft");
        self.carry_out_for_command(effects);
    }

    fn carry_out_for_command(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Send(Request { call, .. }) = &effect {
                self.check_command_sends(call);
            }
            let command = self.command.as_mut().unwrap();
            match effect {
                Effect::Send(request) if command.flight.is_none() => command.flight = Some((request, None)),
                Effect::Send(request) => command.waiting.push_back(request),
                Effect::Cancel(_) => command.flight = None,
                Effect::Wake { timer: Timer::Patience(_), .. } => {}
                Effect::Wake { timer, .. } => command.timers.push(timer),
                Effect::Disk(job) => command.jobs.push_back(job),
            }
        }
    }

    /// What it sends is what it was started for, is news to the server, is noted, and no other write is on its way.
    fn check_command_sends(&mut self, call: &Call) {
        let patch = match call {
            Call::Get(_) => return,
            Call::Patch(patch) => patch.clone(),
            Call::Create(_) | Call::Delete(_) => panic!("nobody asked for {call:?}"),
        };
        let others = [0, 1].map(|who| self.editors[who].write().cloned().filter(|_| self.is_shared || who == 0));
        let command = self.command.as_ref().unwrap();
        let (id, value) = &command.wanted;
        assert_eq!(patch.members().collect::<Vec<_>>(), [(id, value)]);
        assert_ne!(command.last[&id.resource].get(&id.key), Some(value), "the server has it already");
        let now = &command.last[&id.resource];
        assert!(
            command.batch.task.conditions.iter().all(|condition| condition.holds(now)),
            "{now:?} is not what was meant"
        );
        let is_told = command.unnoted || !matches!(command.batch.copy.keeping, Keeping::OnDisk);
        let run = command.run.clone();
        let files = self.command_shelf();
        let noted = files.runs.get(&run).and_then(|run| run.sendings.get(&patch.resource()));
        let is_noted = noted.and_then(|noted| noted.last()).and_then(Sending::patch) == Some(&patch);
        assert!(is_noted || is_told, "{patch:?} is not noted");
        let take_turns = files.runs.contains_key(&run);
        let has_turn = |who: usize, world: &Self| world.shelves[0].runs.contains_key(&world.editors[who].run);
        for (who, other) in others.into_iter().enumerate() {
            assert!(other.is_none() || !take_turns || !has_turn(who, self), "two at once: {call:?} and {other:?}");
        }
    }

    /// A value of somebody else's is overwritten only if it came after the last look.
    fn check_command_overwrites(&self, call: &Call, fate: Fate) {
        let Call::Patch(patch) = call else { return };
        let now = self.server.now(patch.resource());
        if !fate.arrives() || now.is_empty() {
            return;
        }
        let command = self.command.as_ref().unwrap();
        for (id, value) in patch.members() {
            let old = now.get(&id.key);
            let came_after = command.last[&id.resource].get(&id.key) != old;
            let was_known = command.loaded.contains(&old.cloned());
            let is_own = self.server.is_own(id, COMMAND);
            assert!(
                is_own || old == Some(value) || came_after || was_known,
                "{id:?}: {old:?} is overwritten by {value:?}, loaded was {:?}",
                command.loaded
            );
        }
    }

    fn exchange_of_command(&mut self, fate: Fate) {
        let command = self.command.as_mut().unwrap();
        if command.flight.is_none() {
            command.flight = command.waiting.pop_front().map(|request| (request, None));
        }
        let Some((request, None)) = command.flight.take() else { return };
        self.command.as_mut().unwrap().flight = Some((request.clone(), None));
        self.check_command_overwrites(&request.call, fate);
        let outcome = self.server.serve(COMMAND, &request.call, fate);
        let command = self.command.as_mut().unwrap();
        command.flight = None;
        let resource = request.call.resource();
        let is_look = matches!(request.call, Call::Get(_));
        match &outcome {
            Ok(theirs) if server::is_from_before(command.last.get(&resource), &request.call, theirs) => {}
            Ok(theirs) => _ = command.last.insert(resource, theirs.clone()),
            Err(fault) if walks::absent(fault) && is_look => {
                _ = command.last.insert(resource, Representation::default());
            }
            Err(_) => {}
        }
        let at = self.server.time();
        let began = Moment { running: Duration::ZERO, wall: at };
        let reply = Reply { request: request.id, began, took: Duration::from_millis(341), at, outcome, trace: None };
        self.tell_command(Event::Reply(reply));
    }

    /// Once it is over and the disk is done, what it says is true; and the disk has a record just of what is in doubt.
    fn end_command(&mut self) {
        let is_over = |command: &mut Command| {
            command.batch.verdict().is_some() && command.jobs.is_empty() && command.flight.is_none()
        };
        let Some(command) = self.command.take_if(is_over) else { return };
        let Command { batch, run, wanted: (id, value), last, found, .. } = command;
        let is_there = last.get(&id.resource).is_some_and(|theirs| holds(theirs, &id.key, &value));
        let files = &mut self.shelves[0];
        match batch.verdict().unwrap() {
            Verdict::Outcomes(outcomes) if outcomes.is_empty() => assert!(is_there, "{last:?}"),
            Verdict::Outcomes(outcomes) => {
                let [(resource, outcome)] = &outcomes[..] else { panic!("{outcomes:?}") };
                // Where earlier runs left doubts, the settings are read as well: their look tells the time.
                let is_of_look = !found.is_empty() && *resource == Resource::Settings;
                let is_unread = matches!(
                    outcome,
                    Outcome::Failed(callset::sync::Doing::Loading, _)
                        | Outcome::Cancelled(callset::sync::Doing::Loading)
                        | Outcome::Stale(_)
                );
                assert!(*resource == id.resource || is_of_look && is_unread, "{outcome:?} of {resource:?}");
                match outcome {
                    Outcome::Saved { sent: 1, kept, .. } => assert_eq!(*kept == 0, is_there, "{last:?}"),
                    Outcome::ReadBack { sent: 1, saved } => assert!(*saved == 0 || is_there, "{last:?}"),
                    Outcome::AlreadyThere { fields: 1 } => assert!(is_there, "{last:?}"),
                    Outcome::Gone(_) => assert!(last[resource].is_empty()),
                    Outcome::Clash { .. }
                    | Outcome::NothingToSave
                    | Outcome::NotYet
                    | Outcome::Unclear
                    | Outcome::CameLate { .. }
                    | Outcome::Failed(..)
                    | Outcome::Cancelled(_)
                    | Outcome::Stale(_) => {}
                    other => panic!("{other:?}"),
                }
            }
            Verdict::Absent(resource) => assert!(last[resource].is_empty()),
            Verdict::Refused(_) | Verdict::Unmet(..) | Verdict::Busy(_) | Verdict::Stopped => {}
            other => panic!("{other:?}"),
        }
        let noted: Vec<&Sending> =
            files.runs.get(&run).into_iter().flat_map(|run| run.sendings.values().flatten()).collect();
        let doubts: Vec<&Sending> = batch.copy.doubts().collect();
        assert!(noted.iter().all(|sending| doubts.contains(sending)), "what is settled is not noted: {noted:?}");
        let is_noted = doubts.iter().all(|sending| noted.contains(sending));
        assert!(is_noted || batch.copy.keeping != Keeping::OnDisk, "doubt is noted: {doubts:?}");
        files.end(&run);
    }

    /// All goes well for the command from here on.
    pub(super) fn calm_command_down(&mut self) {
        for doing in [Doing::Work, Doing::Hear, Doing::Exchange(Fate::Whole), Doing::Wake(0)] {
            self.happen_to_command(doing);
        }
    }
}
