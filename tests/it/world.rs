//! A small world: two editors, one server, one disk or two, and other people. Whatever happens in whatever order, what is
//! said is true, what was entered is somewhere, and nothing of others is overwritten unseen.
//!
//! ```text
//!   schedule ──> editor A ── jobs ──> shelf (turn, drafts, sendings) <── jobs ── editor B <── schedule
//!                   │  ^── answers ── server <── other people ── answers ──^       │
//!                   └──────── PATCH ────^  each request with a fate  ^─── PATCH ───┘
//! ```

mod batch;
mod cases;
mod check;
mod editor;
mod server;
mod settle;
mod shelf;

use crate::chance;
use crate::transitions::{target, target_of_all};
use crate::walks;
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Key, Msg, Token};
use callset::app::{App, Mark, Mode, Overlay, Picker, Rows, update};
use callset::model::record::Sending;
use callset::model::{Edit, FieldId, Patch, Representation, State, Value};
use callset::sync::{Act, Call, Disk, Keeping, Moment, Reply, RequestId, Save, Target, Timer};
use check::value_of;
use editor::{Editor, Event, FIELDS, Step, step};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use server::{Fate, Server, holds};
use shelf::Shelf;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Editor 0, editor 1, or anybody else.
type Person = usize;
const OTHERS: Person = 2;

/// The server's values that a user has seen and decided to replace.
type Known = BTreeMap<FieldId, Vec<Option<Value>>>;

/// An edit that must not get lost.
#[derive(Clone, Debug)]
struct Wish {
    /// The run in which it was entered or restored.
    run: String,
    id: FieldId,
    edit: Edit,
    /// The moment of the server at which it was entered.
    since: usize,
}

struct World {
    target: Target,
    server: Server,
    shelves: [Shelf; 2],
    /// Whose shelf is whose.
    is_shared: bool,
    editors: [Editor; 2],
    /// A command beside them, on the first one's disk.
    command: Option<batch::Command>,
    wishes: Vec<Wish>,
    /// The looks at pages that are under way.
    looks: BTreeSet<(Person, RequestId)>,
    runs: usize,
}

impl World {
    /// Of each resource a bit says whether the server has it.
    fn new(is_shared: bool, target: Target, there: u8) -> Self {
        let (a, first) = Editor::start("run-0".into(), target.clone());
        let (b, second) = Editor::start("run-1".into(), target.clone());
        let mut world = Self {
            target,
            server: Server::new(there),
            shelves: Default::default(),
            is_shared,
            editors: [a, b],
            command: None,
            wishes: Vec::new(),
            looks: BTreeSet::new(),
            runs: 2,
        };
        for (who, effects) in [first, second].into_iter().enumerate() {
            for effect in effects {
                world.carry_out(who, effect);
            }
        }
        world
    }

    fn shelf(&mut self, who: Person) -> &mut Shelf {
        &mut self.shelves[if self.is_shared { 0 } else { who }]
    }

    // ── what happens ──

    fn happen(&mut self, who: Person, event: Event) {
        for msg in self.editors[who].doing(event) {
            self.user(who, &msg);
        }
        let editor = &mut self.editors[who];
        match event {
            Event::Look(focused) => self.tell(who, if focused { &Msg::Focused } else { &Msg::Unfocused }),
            Event::Work => self.work(who, true),
            Event::Fail => self.work(who, false),
            Event::Hear => {
                if let Some(msg) = editor.heard.pop_front() {
                    self.tell(who, &msg);
                }
            }
            Event::Serve(fate) => self.serve(who, fate),
            Event::Answer(at) => self.answer(who, at),
            Event::Exchange(fate) => {
                self.serve(who, fate);
                self.answer(who, 0);
            }
            Event::Flow(fate) => {
                for _ in 0..8 {
                    self.happen(who, Event::Work);
                    self.happen(who, Event::Hear);
                    let fate = if self.editors[who].write().is_some() { fate } else { Fate::Whole };
                    self.happen(who, Event::Exchange(fate));
                }
            }
            Event::Wake(at) if !editor.timers.is_empty() => {
                let timer = editor.timers.remove(at % editor.timers.len());
                self.tell(who, &Msg::Woke { timer, waited: Duration::from_millis(700) });
            }
            Event::Clear(_)
            | Event::Everywhere(_)
            | Event::Type(_)
            | Event::Press(_)
            | Event::Choose(_)
            | Event::Delete(_)
            | Event::Wake(_) => {}
            Event::Meddle(field, value, quiet) => {
                self.server.meddle(&FIELDS[field], &editor::value(&FIELDS[field], value), quiet);
            }
            Event::Land => {
                if let Some((by, changed)) = self.server.land()
                    && let Some(editor) = self.editors.get_mut(by)
                {
                    editor.landed.extend(changed);
                }
            }
            Event::Remove(resource) => self.server.remove(resource),
            Event::Crash(left) => self.crash(who, left),
        }
        self.check_wishes();
        self.check_doubt();
    }

    /// The disk does the next thing, or cannot.
    fn work(&mut self, who: Person, well: bool) {
        let Some((job, known)) = self.editors[who].jobs.pop_front() else { return };
        let (run, now) = (self.editors[who].run.clone(), self.server.time());
        if let Disk::DiscardLeftover(leftover) = &job {
            self.wishes.retain(|wish| wish.run != *leftover);
        }
        if matches!(job, Disk::Discard) {
            self.wishes.retain(|wish| wish.run != run);
        }
        let files = self.shelf(who);
        let heard = if well { files.work(&run, job, &known, now) } else { files.fail(&run, job, &known, now) };
        self.editors[who].heard.extend(heard.map(Msg::Disk));
    }

    /// The oldest request that has not met its fate meets it.
    fn serve(&mut self, who: Person, fate: Fate) {
        let Some(at) = self.editors[who].flight.iter().position(|(_, answer)| answer.is_none()) else { return };
        let call = self.editors[who].flight[at].0.call.clone();
        self.check_overwritten(who, &call, fate);
        let answer = self.server.serve(who, &call, fate);
        self.editors[who].flight[at].1 = Some(answer);
    }

    fn answer(&mut self, who: Person, at: usize) {
        let editor = &mut self.editors[who];
        let served: Vec<usize> = (0..editor.flight.len()).filter(|at| editor.flight[*at].1.is_some()).collect();
        let Some(at) = served.get(at % served.len().max(1)) else { return };
        let (request, Some(outcome)) = editor.flight.remove(*at) else { return };
        let resource = request.call.resource();
        let (took, at) = (Duration::from_millis(341), self.server.time());
        let began = Moment { running: Duration::ZERO, wall: at };
        let is_write = matches!(request.call, Call::Patch(_) | Call::Create(_));
        match (&outcome, &request.call) {
            (Ok(theirs), call) if server::is_from_before(editor.last.get(&resource), call, theirs) => {
                editor.unknown.insert(resource, call.clone());
            }
            (Ok(theirs), _) => editor.answer = Some((resource, theirs.clone())),
            (Err(fault), _) if walks::absent(fault) && !is_write => {
                editor.answer = Some((resource, Representation::default()));
            }
            (Err(fault), call) if server::leaves_open(call, fault) => {
                editor.unknown.insert(resource, call.clone());
            }
            (Err(_), _) => {}
        }
        if let Some((resource, theirs)) = editor.answer.clone() {
            if let Some(was) = editor.last.insert(resource, theirs).filter(|was| !was.is_empty()) {
                editor.former.insert(resource, was);
            }
            editor.unknown.remove(&resource);
        }
        let before = self.editors[who].app.clone();
        self.tell(who, &Msg::Reply(Reply { request: request.id, began, took, at, outcome, trace: None }));
        if let Some((resource, theirs)) = self.editors[who].answer.clone() {
            self.check_landed(who, &before, resource, &theirs);
        }
        self.editors[who].answer = None;
        // What the server says it has is no edit any more, even if it said so with an old copy.
        let editor = &self.editors[who];
        let is_agreed = |wish: &Wish| {
            let value = value_of(wish).filter(|value| holds(&editor.last(wish.id.resource), &wish.id.key, value));
            wish.run == editor.run && editor.edit(&wish.id).is_none() && value.is_some()
        };
        self.wishes.retain(|wish| !is_agreed(wish));
    }

    fn carry_out(&mut self, who: Person, effect: Effect) {
        match effect {
            Effect::Send(request) => {
                match &request.call {
                    Call::Get(_) => {}
                    Call::Patch(patch) => self.check_patch(who, patch, false),
                    Call::Create(patch) => self.check_patch(who, patch, true),
                    Call::Delete(resource) => assert!(!self.editors[who].last(*resource).is_empty()),
                }
                if !matches!(request.call, Call::Get(_)) {
                    self.check_alone(who, &request.call);
                }
                let editor = &mut self.editors[who];
                if let Call::Patch(patch) | Call::Create(patch) = &request.call {
                    // What one has sent oneself is no news.
                    for (id, value) in patch.members() {
                        editor.known.entry(id.clone()).or_default().push(Some(value.clone()));
                    }
                }
                let about = request.call.resource();
                let is_busy = editor.flight.iter().any(|(other, _)| other.call.resource() == about);
                assert!(!is_busy, "{request:?} while {:?}", editor.flight);
                editor.flight.push((request, None));
            }
            Effect::Cancel(id) => {
                let editor = &mut self.editors[who];
                let Some(at) = editor.flight.iter().position(|(request, _)| request.id == id) else {
                    assert!(self.looks.remove(&(who, id)), "it is on its way");
                    return;
                };
                let (request, _) = editor.flight.remove(at);
                if !matches!(request.call, Call::Get(_)) {
                    editor.unknown.insert(request.call.resource(), request.call);
                }
            }
            Effect::Check(look) => _ = self.looks.insert((who, look.id)),
            Effect::Wake { timer, .. } => {
                if !matches!(timer, Timer::Patience(_) | Timer::Minute | Timer::Arrived) {
                    self.editors[who].timers.push(timer);
                }
            }
            Effect::Disk(job) => {
                if let Disk::Finish(leftover) = &job {
                    // What the settings that were loaded have already is no edit, even if they were an old copy.
                    let editor = &self.editors[who];
                    let is_there = |wish: &Wish| {
                        let last = editor.last(wish.id.resource);
                        value_of(wish).is_some_and(|value| holds(&last, &wish.id.key, &value))
                    };
                    self.wishes.retain(|wish| wish.run != *leftover || !is_there(wish));
                }
                let known = self.editors[who].known.clone();
                self.editors[who].jobs.push_back((job, known));
            }
            Effect::UseToken => {
                let token = Token { hint: "…".into(), looks_like: None, tidied: vec![] };
                self.editors[who].heard.push_back(Msg::Token(Ok(token)));
            }
            Effect::FindTunnels(_) => self.editors[who].heard.push_back(Msg::Tunnels(crate::frames::tunnels())),
            Effect::Trust => self.editors[who].heard.push_back(Msg::Trusted(Ok(()))),
            // Nobody chooses another profile here; it would be as leaving.
            Effect::Switch(_) | Effect::SetUp(..) | Effect::Quit(_) => {
                while !self.editors[who].jobs.is_empty() {
                    self.work(who, true);
                }
                self.crash(who, true);
            }
            Effect::ReadClock
            | Effect::SendElsewhere(..)
            | Effect::Profiles(_)
            | Effect::Preview(_)
            | Effect::ForgetToken
            | Effect::Examine(_)
            | Effect::Browse(_)
            | Effect::Copy(..)
            | Effect::CopyByTerminal(..)
            | Effect::SetMouse(_)
            | Effect::Redraw
            | Effect::ChangeLooks
            | Effect::Suspend
            | Effect::EditAsFile(_)
            | Effect::RemoveFile => {}
        }
    }

    /// The process ends and a new one starts. What was entered in its last moments may not be on the disk yet.
    fn crash(&mut self, who: Person, left: bool) {
        let open = self.editors[who].flight.iter().filter(|(_, answer)| answer.is_none());
        let writes = open.map(|(request, _)| request.call.clone()).filter(|call| !matches!(call, Call::Get(_)));
        for call in writes.filter(|_| left).collect::<Vec<_>>() {
            self.check_overwritten(who, &call, Fate::Lost);
            let _ = self.server.serve(who, &call, Fate::Lost);
        }
        self.runs += 1;
        let (next, effects) = Editor::start(format!("run-{}", self.runs), self.target.clone());
        let old = std::mem::replace(&mut self.editors[who], next);
        self.shelf(who).end(&old.run);
        let is_late = old.jobs.iter().any(|(job, _)| matches!(job, Disk::Open | Disk::Keep(_) | Disk::Discard));
        if is_late
            || matches!(old.app.sync.keeping, Keeping::InMemory(_))
            || !self.shelf(who).runs.contains_key(&old.run)
        {
            let lost: Vec<bool> = self.wishes.iter().map(|wish| wish.run == old.run && !self.is_safe(wish)).collect();
            let mut lost = lost.into_iter();
            self.wishes.retain(|_| !lost.next().unwrap());
        }
        for effect in effects {
            self.carry_out(who, effect);
        }
    }

    /// A message that is nobody's doing.
    fn tell(&mut self, who: Person, msg: &Msg) {
        match msg {
            // What could not be taken stays where it is.
            Msg::Disk(DiskReply::Taken { leftover, moved: Ok(()) }) => self.move_wishes(who, leftover),
            Msg::Disk(DiskReply::Recorded(noted)) => self.editors[who].unnoted = noted.is_err(),
            _ => {}
        }
        let before = self.editors[who].app.clone();
        self.update(who, msg, &before);
    }

    /// What the user does. Edits that change by it are new wishes, and what the screen says about the server then is known.
    fn user(&mut self, who: Person, msg: &Msg) {
        let before = self.editors[who].app.clone();
        let mut after = before.clone();
        update(&mut after, msg.clone());
        let ids: BTreeSet<FieldId> = {
            let changed = |id: &&FieldId| before.sync.draft.edit(id) != after.sync.draft.edit(id);
            before.sync.draft.edits().keys().chain(after.sync.draft.edits().keys()).filter(changed).cloned().collect()
        };
        // Where typing goes on, what came up on the server between two keys was not seen yet. A row that is not edited shows
        // it.
        let goes_on = |id: &FieldId| {
            before.form.focus == *id && before.form.typed && is_typing(msg) && before.sync.draft.edit(id).is_some()
        };
        for id in ids.iter().filter(|id| !goes_on(id)) {
            // And what is on its way, or in doubt, may be there by now: whoever has written it, the user wanted it there.
            let open = before
                .sync
                .sent()
                .into_iter()
                .chain(before.sync.doubts().filter_map(Sending::patch))
                .filter_map(|patch| patch.get(id));
            let known = [before.sync.draft.base(id).cloned()].into_iter().chain(open.map(|value| Some(value.clone())));
            let (known, editor) = (known.collect::<Vec<_>>(), &mut self.editors[who]);
            // What undo, redo and their like bring back is no look at what the server has now.
            let back = after.sync.draft.edit(id).and_then(|edit| editor.seen.get(&(id.clone(), format!("{edit:?}"))));
            let known = back.filter(|_| brings_back(msg)).cloned().unwrap_or(known);
            editor.known.insert(id.clone(), known);
        }
        for (id, server) in decided(&before, msg) {
            self.editors[who].known.entry(id).or_default().push(server);
        }
        let editor = &mut self.editors[who];
        for (id, edit) in after.sync.draft.edits() {
            if let Some(known) = editor.known.get(id) {
                editor.seen.insert((id.clone(), format!("{edit:?}")), known.clone());
            }
        }
        self.wishes.retain(|wish| wish.run != self.editors[who].run || !ids.contains(&wish.id));
        let (run, since) = (self.editors[who].run.clone(), self.server.moment());
        self.update(who, msg, &before);
        if self.editors[who].run == run {
            let editor = &self.editors[who];
            let wish = |id: FieldId| {
                let edit = editor.edit(&id)?;
                let is_dirty = editor.app.sync.draft.state(editor.app.sync.draft.field(&id)?) != State::Clean;
                is_dirty.then_some(Wish { run: run.clone(), id, edit, since })
            };
            let wishes: Vec<Wish> = ids.into_iter().filter_map(wish).collect();
            self.wishes.extend(wishes);
        }
    }

    fn update(&mut self, who: Person, msg: &Msg, before: &App) {
        let effects = update(&mut self.editors[who].app, msg.clone());
        self.check_words(who, before, msg);
        let editor = &self.editors[who];
        self.wishes.retain(|wish| wish.run != editor.run || !walks::forgotten(before, &editor.app, &wish.id));
        let dirty = self.editors[who].dirty();
        let editor = &mut self.editors[who];
        let all = |save: &Save| [&save.wanted].into_iter().chain(&save.next).cloned().collect::<Vec<Patch>>();
        if let (Some(save), None) = (&before.sync.save, &editor.app.sync.save) {
            editor.stopped = editor.app.mode.is(Overlay::Token).then(|| all(save));
        }
        if let (false, Some(save)) = (before.sync.is_saving(), &editor.app.sync.save) {
            let wanted = all(save);
            if let (Some(stopped), Msg::Token(_)) = (editor.stopped.take(), msg) {
                assert_eq!(wanted, stopped, "what was stopped goes on");
            } else {
                let is_write = save.act == Act::Write;
                assert!(!is_write || wanted == dirty, "what is wanted is what is dirty: {wanted:?}, not {dirty:?}");
            }
            editor.wanted = wanted;
        }
        for effect in effects {
            self.carry_out(who, effect);
        }
    }

    /// Everything goes well from here on, and comes to its end.
    fn calm_down(&mut self) {
        for _ in 0..200 {
            for who in 0..2 {
                for event in [Event::Work, Event::Hear, Event::Exchange(Fate::Whole)] {
                    self.happen(who, event);
                }
                let is_due = |timer: &Timer| matches!(timer, Timer::Retry(_) | Timer::Turn);
                if let Some(at) = self.editors[who].timers.iter().position(is_due) {
                    self.happen(who, Event::Wake(at));
                }
            }
            self.calm_command_down();
        }
        assert!(self.command.is_none(), "it comes to an end");
        for editor in &self.editors {
            assert!(editor.app.sync.is_idle(), "it comes to an end");
            assert!(editor.flight.is_empty() && editor.jobs.is_empty() && editor.heard.is_empty());
        }
        for (who, shelf) in (0..2).map(|who| (who, &self.shelves[if self.is_shared { 0 } else { who }])) {
            let editor = &self.editors[who];
            let run = shelf.runs.get(&editor.run).into_iter();
            let noted: Vec<&Sending> = run.flat_map(|run| run.sendings.values().flatten()).collect();
            let doubts: Vec<&Sending> = editor.app.sync.doubts().collect();
            assert!(noted.iter().all(|sending| doubts.contains(sending)), "what is settled is not noted: {noted:?}");
            let is_noted = doubts.iter().all(|sending| noted.contains(sending));
            assert!(is_noted || editor.app.sync.keeping != Keeping::OnDisk, "doubt is noted: {doubts:?}");
        }
    }
}

/// Does it bring back what was entered before?
fn brings_back(msg: &Msg) -> bool {
    let back = [Key::ctrl('z'), Key::ctrl('y'), Key::ctrl('x'), Key::plain(Code::Esc)];
    matches!(msg, Msg::Key(key) if back.contains(key))
}

fn is_typing(msg: &Msg) -> bool {
    matches!(msg, Msg::Key(key) if key.typed().is_some() || [Key::ctrl('u'), Key::ctrl('w')].contains(key)
        || key.code == Code::Backspace)
}

/// The server's values that the user has decided about: by going on from the conflict view, or by saving once more what the
/// server had kept its own value for.
fn decided(before: &App, msg: &Msg) -> Vec<(FieldId, Option<Value>)> {
    let goes_on = matches!(msg, Msg::Key(key) if key.code == Code::Enter || *key == Key::ctrl('s'));
    let is_chosen = |id: &FieldId| matches!(&before.mode, Mode::Picking(Picker { rows: Rows::Conflicts(sides), .. }) if sides.contains_key(id));
    let kept = before.marks.iter().filter_map(|(id, mark)| match mark {
        Mark::Kept(server) => Some((id.clone(), server.clone())),
        Mark::Taken | Mark::Tidied | Mark::Refused(_) => None,
    });
    let chosen = before.sync.draft.conflicts().filter(|(field, ..)| is_chosen(&field.id));
    let chosen = chosen.map(|(field, _, server)| (field.id.clone(), server.cloned()));
    kept.chain(chosen).filter(|_| goes_on).collect()
}

/// Schedules are cheap, and what is wanted of them is rare.
fn more(usual: Config) -> Config {
    Config { cases: 4 * usual.cases, max_shrink_iters: 20_000, ..usual }
}

/// One disk or two, all resources or the settings alone, those that the server has, and is everything loaded?
type Start = (bool, bool, u8, bool);

fn schedule() -> impl Strategy<Value = (Start, Vec<Step>)> {
    let there = select(&[0b111_u8, 0b111, 0b111, 0b001, 0b011, 0b101, 0b110, 0b000][..]);
    let start = (any::<bool>(), prop::bool::weighted(0.7), there, prop::bool::weighted(0.8));
    (start, prop::collection::vec(step(), 1..90))
}

fn run((is_shared, of_all, there, is_loaded): Start, schedule: Vec<Step>) {
    let mut world = World::new(is_shared, if of_all { target_of_all() } else { target() }, there);
    if is_loaded {
        world.calm_down();
    }
    for Step(who, event) in schedule {
        world.happen(who, event);
    }
    world.calm_down();
}

/// What happens to an editor, or to the command beside it.
type Either = Result<Step, batch::Doing>;

fn with_a_command() -> impl Strategy<Value = ((bool, u8), Vec<Either>)> {
    let start = (any::<bool>(), select(&[0b111_u8, 0b111, 0b001, 0b000][..]));
    let either = prop_oneof![step().prop_map(Ok), batch::doing().prop_map(Err), batch::doing().prop_map(Err)];
    (start, prop::collection::vec(either, 1..110))
}

fn run_with_a_command((is_shared, there): (bool, u8), schedule: Vec<Either>) {
    let mut world = World::new(is_shared, target_of_all(), there);
    world.calm_down();
    for happening in schedule {
        match happening {
            Ok(Step(who, event)) => world.happen(who, event),
            Err(doing) => world.happen_to_command(doing),
        }
    }
    world.calm_down();
}

proptest! {
    #![proptest_config(more(chance::fixed()))]

    #[test]
    fn whatever_happens_what_is_said_is_true_and_nothing_is_lost_or_overwritten_unseen((start, steps) in schedule()) {
        run(start, steps);
    }

    #[test]
    fn a_command_beside_an_editor_keeps_the_same_laws((start, steps) in with_a_command()) {
        run_with_a_command(start, steps);
    }
}

proptest! {
    #![proptest_config(more(chance::by_chance()))]

    #[test]
    fn whatever_happens_by_chance_as_well((start, steps) in schedule()) {
        run(start, steps);
    }

    #[test]
    fn a_command_beside_an_editor_by_chance_as_well((start, steps) in with_a_command()) {
        run_with_a_command(start, steps);
    }
}
