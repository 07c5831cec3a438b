//! A small world: two editors, one server, one disk or two, and other people. Whatever happens in whatever order, what is
//! said is true, what was entered is somewhere, and nothing of others is overwritten unseen.
//!
//! ```text
//!   schedule ──> editor A ── jobs ──> shelf (turn, drafts, intents) <── jobs ── editor B <── schedule
//!                   │  ^── answers ── server <── other people ── answers ──^       │
//!                   └──────── PATCH ────^  each request with a fate  ^─── PATCH ───┘
//! ```

mod cases;
mod check;
mod editor;
mod server;
mod shelf;

use callset::app::effect::{Call, Disk, Effect, Timer};
use callset::app::msg::{Code, Heard, Key, Msg, Reply, Token};
use callset::app::{App, Keeping, Mark, Mode, update};
use callset::model::{Edit, FieldId, Resource, State, Value};
use check::value_of;
use editor::{Editor, Event, FIELDS, Step, step};
use proptest::prelude::*;
use proptest::test_runner::Config;
use server::{Fate, Server, holds};
use shelf::Shelf;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const SETTINGS: Resource = Resource::Settings;

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
    server: Server,
    shelves: [Shelf; 2],
    /// Whose shelf is whose.
    is_shared: bool,
    editors: [Editor; 2],
    wishes: Vec<Wish>,
    runs: usize,
}

impl World {
    fn new(is_shared: bool) -> Self {
        let (a, first) = Editor::start("run-0".into());
        let (b, second) = Editor::start("run-1".into());
        let mut world = Self {
            server: Server::new(),
            shelves: Default::default(),
            is_shared,
            editors: [a, b],
            wishes: Vec::new(),
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
            Event::Answer => self.answer(who),
            Event::Exchange(fate) => {
                self.serve(who, fate);
                self.answer(who);
            }
            Event::Flow(fate) => {
                for _ in 0..6 {
                    self.happen(who, Event::Work);
                    self.happen(who, Event::Hear);
                    let fate = if self.editors[who].patch().is_some() { fate } else { Fate::Whole };
                    self.happen(who, Event::Exchange(fate));
                }
            }
            Event::Wake(at) if !editor.timers.is_empty() => {
                let timer = editor.timers.remove(at % editor.timers.len());
                self.tell(who, &Msg::Woke { timer, waited: Duration::from_millis(700) });
            }
            Event::Clear(_) | Event::Type(_) | Event::Press(_) | Event::Choose(_) | Event::Wake(_) => {}
            Event::Meddle(field, value, quiet) => {
                let value = match field {
                    0 => Value::Integer(i32::from(value)),
                    1 => Value::Text(value.to_string()),
                    _ => Value::Switch(value % 2 == 0),
                };
                self.server.write(OTHERS, [(FIELDS[field], &value)], quiet);
            }
            Event::Crash(left) => self.crash(who, left),
        }
        self.check_wishes();
        self.check_doubt();
    }

    /// The disk does the next thing, or can not.
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

    fn serve(&mut self, who: Person, fate: Fate) {
        let Some((request, None)) = self.editors[who].flight.clone() else { return };
        if let Call::Patch(patch) = &request.call {
            self.check_overwritten(who, patch, fate);
        }
        let answer = self.server.serve(who, &request.call, fate);
        self.editors[who].flight = Some((request, Some(answer)));
    }

    fn answer(&mut self, who: Person) {
        let Some((request, Some(outcome))) = self.editors[who].flight.clone() else { return };
        self.editors[who].flight = None;
        let (took, at) = (Duration::from_millis(341), self.server.time());
        let editor = &mut self.editors[who];
        match (&outcome, &request.call) {
            (Ok(settings), _) => {
                editor.last = settings.clone();
                editor.unknown = None;
            }
            (Err(fault), Call::Patch(patch)) if server::leaves_open(fault) => editor.unknown = Some(patch.clone()),
            (Err(_), _) => {}
        }
        self.tell(who, &Msg::Reply(Reply { request: request.id, took, at, outcome, trace: None }));
        // What the server says it has is no edit any more, even if it said so with an old copy.
        let editor = &self.editors[who];
        let is_agreed = |wish: &Wish| {
            let value = value_of(wish).filter(|value| holds(&editor.last, &wish.id.key, value));
            wish.run == editor.run && editor.edit(&wish.id).is_none() && value.is_some()
        };
        self.wishes.retain(|wish| !is_agreed(wish));
    }

    fn carry_out(&mut self, who: Person, effect: Effect) {
        match effect {
            Effect::Send(request) => {
                if let Call::Patch(patch) = &request.call {
                    self.check_patch(who, patch);
                }
                let editor = &mut self.editors[who];
                if let Call::Patch(patch) = &request.call {
                    // What one has sent oneself is no news.
                    for (id, value) in patch.members() {
                        editor.known.entry(id.clone()).or_default().push(Some(value.clone()));
                    }
                }
                assert!(editor.flight.is_none(), "{request:?} while {:?}", editor.flight);
                editor.flight = Some((request, None));
            }
            Effect::Cancel(id) => {
                let (request, _) = self.editors[who].flight.take().expect("something is on its way");
                assert_eq!(request.id, id);
                if let Call::Patch(patch) = request.call {
                    self.editors[who].unknown = Some(patch);
                }
            }
            Effect::Wake { timer, .. } => {
                if !matches!(timer, Timer::Patience(_) | Timer::Minute | Timer::Arrived) {
                    self.editors[who].timers.push(timer);
                }
            }
            Effect::Disk(job) => {
                if let Disk::Finish(leftover) = &job {
                    // What the settings that were loaded have already is no edit, even if they were an old copy.
                    let last = &self.editors[who].last;
                    let is_there = |wish: &Wish| value_of(wish).is_some_and(|value| holds(last, &wish.id.key, &value));
                    self.wishes.retain(|wish| wish.run != *leftover || !is_there(wish));
                }
                let known = self.editors[who].known.clone();
                self.editors[who].jobs.push_back((job, known));
            }
            Effect::UseToken => {
                let token = Token { hint: "…".into(), tidied: vec![] };
                self.editors[who].heard.push_back(Msg::Token(Ok(token)));
            }
            Effect::Trust => self.editors[who].heard.push_back(Msg::Trusted(Ok(()))),
            // Nobody chooses another profile here; it would be as leaving.
            Effect::Switch(_) | Effect::Quit(_) => {
                while !self.editors[who].jobs.is_empty() {
                    self.work(who, true);
                }
                self.crash(who, true);
            }
            Effect::ReadClock
            | Effect::Compare(..)
            | Effect::ForgetToken
            | Effect::Copy(_)
            | Effect::SetMouse(_)
            | Effect::Redraw
            | Effect::Suspend => {}
        }
    }

    /// The process ends and a new one starts. What was entered in its last moments may not be on the disk yet.
    fn crash(&mut self, who: Person, left: bool) {
        if let (Some(patch), true) = (self.editors[who].patch().cloned(), left)
            && self.editors[who].flight.as_ref().is_some_and(|(_, answer)| answer.is_none())
        {
            self.check_overwritten(who, &patch, Fate::Lost);
            let _ = self.server.serve(who, &Call::Patch(patch), Fate::Lost);
        }
        self.runs += 1;
        let (next, effects) = Editor::start(format!("run-{}", self.runs));
        let old = std::mem::replace(&mut self.editors[who], next);
        self.shelf(who).end(&old.run);
        let is_late = old.jobs.iter().any(|(job, _)| matches!(job, Disk::Open | Disk::Keep(_) | Disk::Discard));
        if is_late || matches!(old.app.keeping, Keeping::InMemory(_)) || !self.shelf(who).runs.contains_key(&old.run) {
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
            Msg::Disk(Heard::Taken { leftover, moved: Ok(()) }) => self.move_wishes(who, leftover),
            Msg::Disk(Heard::Intended(noted)) => self.editors[who].unnoted = noted.is_err(),
            _ => {}
        }
        let before = self.editors[who].app.clone();
        self.update(who, msg, &before);
    }

    /// What the user does. Edits that change by it are new wishes, and what the screen says about the server then is known.
    fn user(&mut self, who: Person, msg: &Msg) {
        let before = self.editors[who].app.clone();
        let ids: BTreeSet<FieldId> = {
            let mut after = before.clone();
            update(&mut after, msg.clone());
            let changed = |id: &&FieldId| before.draft.edit(id) != after.draft.edit(id);
            before.draft.edits().keys().chain(after.draft.edits().keys()).filter(changed).cloned().collect()
        };
        // Where typing goes on, what came up on the server between two keys was not seen yet. A row that is not edited shows
        // it.
        let goes_on = |id: &FieldId| {
            before.form.focus == *id && before.form.typed && is_typing(msg) && before.draft.edit(id).is_some()
        };
        for id in ids.iter().filter(|id| !goes_on(id)) {
            self.editors[who].known.insert(id.clone(), vec![before.draft.base(id).cloned()]);
        }
        for (id, server) in decided(&before, msg) {
            self.editors[who].known.entry(id).or_default().push(server);
        }
        self.wishes.retain(|wish| wish.run != self.editors[who].run || !ids.contains(&wish.id));
        let (run, since) = (self.editors[who].run.clone(), self.server.moment());
        self.update(who, msg, &before);
        if self.editors[who].run == run {
            let editor = &self.editors[who];
            let wish = |id: FieldId| {
                let edit = editor.edit(&id)?;
                let is_dirty = editor.app.draft.state(editor.app.draft.field(&id)?) != State::Clean;
                is_dirty.then_some(Wish { run: run.clone(), id, edit, since })
            };
            let wishes: Vec<Wish> = ids.into_iter().filter_map(wish).collect();
            self.wishes.extend(wishes);
        }
    }

    fn update(&mut self, who: Person, msg: &Msg, before: &App) {
        let effects = update(&mut self.editors[who].app, msg.clone());
        self.check_words(who, before, msg);
        let dirty = self.editors[who].dirty();
        let editor = &mut self.editors[who];
        if let (false, Some(save)) = (before.sync.is_saving(), &editor.app.sync.save) {
            assert_eq!(save.wanted, dirty, "what is wanted is what is dirty");
            editor.wanted = Some(dirty);
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
        }
        for editor in &self.editors {
            assert!(editor.app.sync.is_idle(), "it comes to an end");
            assert!(editor.flight.is_none() && editor.jobs.is_empty() && editor.heard.is_empty());
        }
        for (who, shelf) in (0..2).map(|who| (who, &self.shelves[if self.is_shared { 0 } else { who }])) {
            let editor = &self.editors[who];
            let noted = shelf.runs.get(&editor.run).is_some_and(|run| run.intent.is_some());
            assert!(!noted || editor.app.doubts().next().is_some(), "what is settled is not noted");
            assert!(
                noted || editor.app.doubts().next().is_none() || editor.app.keeping != Keeping::OnDisk,
                "doubt is noted"
            );
        }
    }
}

fn is_typing(msg: &Msg) -> bool {
    matches!(msg, Msg::Key(key) if key.typed().is_some() || [Key::ctrl('u'), Key::ctrl('w')].contains(key)
        || key.code == Code::Backspace)
}

/// The server's values that the user has decided about: by going on from the conflict view, or by saving once more what the
/// server had kept its own value for.
fn decided(before: &App, msg: &Msg) -> Vec<(FieldId, Option<Value>)> {
    let goes_on = matches!(msg, Msg::Key(key) if key.code == Code::Enter || *key == Key::ctrl('s'));
    let is_chosen = |id: &FieldId| matches!(&before.mode, Mode::Resolving(choices) if choices.sides.contains_key(id));
    let marks = before.marks.iter().filter(|_| goes_on);
    let values = marks.filter_map(|(id, mark)| match mark {
        Mark::Conflict { server, .. } => is_chosen(id).then(|| (id.clone(), server.clone())),
        Mark::Kept(server) => Some((id.clone(), server.clone())),
        Mark::Taken | Mark::Settled | Mark::Refused(_) => None,
    });
    values.collect()
}

/// Schedules are cheap, and what is wanted of them is rare.
fn more() -> Config {
    let usual = Config::default();
    Config { cases: 4 * usual.cases, ..usual }
}

proptest! {
    // PROPTEST_CASES makes it longer.
    #![proptest_config(Config { failure_persistence: None, max_shrink_iters: 20_000, ..more() })]

    #[test]
    fn whatever_happens_what_is_said_is_true_and_nothing_is_lost_or_overwritten_unseen(
        is_shared in any::<bool>(),
        is_loaded in prop::bool::weighted(0.8),
        schedule in prop::collection::vec(step(), 1..90),
    ) {
        let mut world = World::new(is_shared);
        if is_loaded {
            world.calm_down();
        }
        for Step(who, event) in schedule {
            world.happen(who, event);
        }
        world.calm_down();
    }
}
