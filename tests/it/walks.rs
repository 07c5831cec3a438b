//! Random walks: whatever happens in whatever order, edits stay, saves are what they say, and every state can be drawn.

mod check;
mod happening;

use crate::transitions::{target, update};
use callset::app::effect::{Call, Disk, Effect, Timer};
use callset::app::keymap;
use callset::app::msg::{Hit, Key, Msg, Reply, RequestId};
use callset::app::{App, CopyItem, Keeping, Mark};
use callset::model::profile::{Config as Setup, Preset, Profile};
use callset::model::{Patch, Representation, Resource, Severity, Value, validate};
use callset::ui::{self, theme::Theme};
use happening::{happening, message};
use proptest::prelude::*;
use proptest::test_runner::Config;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect};
use std::collections::{BTreeMap, VecDeque};

const SETTINGS: Resource = Resource::Settings;

/// The machine, and what the world around it knows.
struct Walk {
    app: App,
    /// The requests that are on their way.
    in_flight: BTreeMap<RequestId, Call>,
    /// A PATCH that was given up: its answer may be on its way to us.
    given_up: Option<RequestId>,
    /// The timers that were set.
    timers: Vec<Timer>,
    /// What the disk was asked for and has not answered.
    asked: VecDeque<Disk>,
    /// The save that is noted on the disk.
    noted: Option<Patch>,
    /// Was the turn to save asked for, and not given back?
    turn: bool,
    /// What was dirty when the save under way was asked for.
    wanted: Option<Patch>,
    /// Another profile is being read.
    comparing: Option<RequestId>,
    /// The settings as they last arrived.
    last: Representation,
}

impl Walk {
    fn new() -> Self {
        let (app, effects) = App::new(callset::app::Target {
            watch: Some(std::time::Duration::from_secs(10)),
            setup: setup(),
            ..target()
        });
        let mut walk = Self {
            app,
            in_flight: BTreeMap::new(),
            given_up: None,
            timers: Vec::new(),
            asked: VecDeque::new(),
            noted: None,
            turn: false,
            wanted: None,
            comparing: None,
            last: Representation::default(),
        };
        for effect in effects {
            walk.carry_out(effect);
        }
        walk
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send(request) => {
                assert!(self.in_flight.is_empty(), "{request:?} while {:?}", self.in_flight);
                if let Call::Patch(patch) = &request.call {
                    self.check_patch(patch);
                }
                self.in_flight.insert(request.id, request.call);
            }
            Effect::Cancel(id) if self.comparing == Some(id) => self.comparing = None,
            Effect::Cancel(id) => match self.in_flight.remove(&id) {
                Some(Call::Patch(_)) => self.given_up = Some(id),
                Some(Call::Get(_) | Call::Create(_) | Call::Delete(_)) => {}
                None => panic!("{id:?} is not on its way"),
            },
            Effect::Wake { timer, .. } => self.timers.push(timer),
            Effect::Disk(job) => {
                match &job {
                    Disk::Turn => self.turn = true,
                    Disk::EndTurn => self.turn = false,
                    Disk::Intend(intent) => self.noted = Some(intent.patch.clone()),
                    Disk::Settle(_) | Disk::Discard => self.noted = None,
                    Disk::Open
                    | Disk::Keep(_)
                    | Disk::Take(_)
                    | Disk::Finish(_)
                    | Disk::DiscardLeftover(_)
                    | Disk::Remember(_)
                    | Disk::Survey
                    | Disk::KeepPreset { .. }
                    | Disk::Recall
                    | Disk::ReadHistory => {}
                }
                self.asked.push_back(job);
            }
            Effect::Compare(id, _) => self.comparing = Some(id),
            Effect::ReadClock
            | Effect::UseToken
            | Effect::ForgetToken
            | Effect::Copy(_)
            | Effect::SetMouse(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Trust
            | Effect::Switch(_)
            | Effect::Quit(_) => {}
        }
    }

    /// A PATCH that leaves is part of what was dirty at Ctrl-S, news to the server, decided, and noted on the disk.
    fn check_patch(&self, patch: &Patch) {
        assert!(!patch.is_empty());
        for (id, value) in patch.members() {
            assert_eq!(self.wanted.as_ref().and_then(|wanted| wanted.get(id)), Some(value), "{id:?} was not asked for");
            assert_ne!(self.last.get(&id.key), Some(value), "the server has {id:?} already");
            assert!(!matches!(self.app.marks.get(id), Some(Mark::Conflict { .. })), "{id:?} is not decided");
        }
        let in_memory = matches!(self.app.keeping, Keeping::InMemory(_));
        assert!(in_memory || self.noted.as_ref() == Some(patch), "{patch:?} is not noted");
    }

    /// One message; the walk goes on after a quit, which must not have changed anything.
    fn step(&mut self, msg: &Msg) {
        if let Msg::Typed(text) = msg
            && !keymap::takes_text(self.app.scope())
            && !self.app.terminal.cramped
        {
            return self.burst(text);
        }
        let before = self.app.clone();
        let effects = update(&mut self.app, msg.clone());
        let answer = self.arrived(msg, &before, &effects);
        check::edits_stay(&before, msg, answer.as_ref(), &self.app);
        check::form_is_whole(&self.app);
        check::doubt_stays(&before, answer.as_ref(), &self.app);
        if let Some(answer) = answer {
            self.last = answer;
            check::words_are_true(&before, &self.last, self.wanted.as_ref(), &self.app);
        }
        if let (false, Some(save)) = (before.sync.is_saving(), &self.app.sync.save) {
            let dirty = self.app.draft.patch(SETTINGS);
            assert_eq!(save.wanted, dirty, "what is wanted is what is dirty");
            let problems = self.app.draft.dirty().filter_map(|f| validate::check(f, self.app.draft.edit(&f.id)?));
            assert_eq!(problems.filter(|p| p.severity == Severity::Error).count(), 0, "no error is sent");
            self.wanted = Some(dirty);
        }
        for effect in effects {
            check::leaves_well(&before, msg, &self.app, &effect);
            self.carry_out(effect);
        }
        assert_eq!(self.in_flight.keys().next().copied(), self.app.sync.in_flight().next());
        if !matches!(self.app.keeping, Keeping::InMemory(_)) {
            let is_open = self.app.doubts().next().is_some() || self.app.sync.sent().is_some();
            assert!(self.noted.is_some() || !is_open, "what is open is noted");
            assert!(self.noted.is_none() || is_open || self.app.sync.is_saving(), "what is settled is not noted");
            assert_eq!(self.turn, self.app.sync.is_saving(), "the turn is held for a save, and no longer");
        }
    }

    /// The settings that a message brings, if somebody waits for them. Of an answer that nobody waits for there is no trace.
    fn arrived(&mut self, msg: &Msg, before: &App, effects: &[Effect]) -> Option<Representation> {
        let Msg::Reply(Reply { request, outcome, .. }) = msg else { return None };
        let is_awaited = self.in_flight.remove(request).is_some();
        assert_eq!(is_awaited, before.sync.in_flight().any(|id| id == *request));
        if is_awaited {
            return outcome.clone().ok();
        }
        let untouched = format!("{before:?}") == format!("{:?}", self.app);
        if !untouched
            && self.given_up.take() == Some(*request)
            && before.doubts().next().is_some()
            && !before.sync.is_saving()
        {
            return outcome.clone().ok();
        }
        assert!(untouched && effects.is_empty(), "nobody waits for {msg:?}");
        None
    }

    /// Where letters are keys: one that is held acts as often as it came, anything else does nothing.
    fn burst(&mut self, text: &str) {
        let mut letters = text.chars();
        let held = letters.next().is_some_and(|first| letters.all(|c| c == first));
        let before = self.app.clone();
        if held {
            let mut copy = self.app.clone();
            update(&mut copy, Msg::Typed(text.to_owned()));
            text.chars().for_each(|c| self.step(&Msg::Key(Key::char(c))));
            // What the disk was handed in between does not count.
            let seen = |app: &App| {
                let App { draft, form, mode, sync, notice, marks, leftovers, .. } = app;
                format!("{draft:?} {form:?} {mode:?} {sync:?} {notice:?} {marks:?} {leftovers:?}")
            };
            assert_eq!(seen(&self.app), seen(&copy), "held {text:?}");
        } else {
            assert_eq!(update(&mut self.app, Msg::Typed(text.to_owned())), []);
            assert_eq!(check::edits(&before.draft), check::edits(&self.app.draft));
        }
    }
}

/// What is set up: presets good and bad, and a profile to compare with.
pub(crate) fn setup() -> Setup {
    let text = |text: &str| Value::Text(text.to_owned());
    let preset = |name: &str, values: &[(&str, Value)]| Preset {
        name: name.to_owned(),
        values: values.iter().map(|(key, value)| (*key, value.clone())).collect(),
    };
    let local =
        [("url", text("https://localhost:9025")), ("width", Value::Integer(420)), ("isReady", Value::Switch(true))];
    let odd =
        [("colour", text("red")), ("name", Value::Integer(7)), ("createdAt", text("now")), ("url", text("no url"))];
    Setup {
        presets: vec![preset("local", &local), preset("odd", &odd), preset("empty", &[])],
        profiles: vec![Profile::new("other", 7)],
        ..Setup::default()
    }
}

/// Everything that only looks at a state.
fn look(app: &App, theme: Theme, width: u16, height: u16, at: Position) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| ui::draw(app, theme, frame)).unwrap();
    let area = Rect::new(0, 0, width, height);
    if let Some(Hit::Row(id) | Hit::Switch(id) | Hit::Caret(id, _)) = ui::hit(app, area, at) {
        assert!(app.draft.field(&id).is_some());
    }
    for lines in [i32::MIN, -1, 1, i32::MAX] {
        ui::wheel(app, area, lines);
    }
    for item in CopyItem::ALL {
        let text = app.copy_text(item);
        assert!(!text.is_some_and(|text| text.contains(&app.target.credential_hint)));
    }
}

proptest! {
    // PROPTEST_CASES makes it longer.
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_walk_loses_an_edit_sends_another_or_panics(
        is_loaded in prop::bool::weighted(0.9),
        happenings in prop::collection::vec(happening(), 1..60),
        (colour, ascii) in (any::<bool>(), any::<bool>()),
        (width, height) in (0..=130_u16, 0..=50_u16),
        (x, y) in (prop_oneof![9 => 0..=130_u16, 1 => Just(u16::MAX)], prop_oneof![9 => 0..=50_u16, 1 => Just(u16::MAX)]),
        drawn in 1..9_usize,
    ) {
        let mut walk = Walk::new();
        if is_loaded {
            walk.step(&crate::transitions::reply(1, Ok(crate::transitions::settings())));
        }
        for (at, happening) in happenings.into_iter().enumerate() {
            if let Some(msg) = message(&mut walk, happening) {
                walk.step(&msg);
            }
            if at % 9 == drawn {
                look(&walk.app, Theme { colour, ascii }, width, height, Position { x, y });
            }
        }
        look(&walk.app, Theme { colour, ascii }, width, height, Position { x, y });
    }
}
