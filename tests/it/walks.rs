//! Random walks: whatever happens in whatever order, edits stay, saves are what they say, and every state can be drawn.

use crate::laws::representation;
use crate::transitions::target;
use callset::app::effect::{Call, Effect, Timer};
use callset::app::fault::Fault;
use callset::app::keymap::{self, BINDINGS, Intent};
use callset::app::msg::{Clock, Code, Hit, Key, Msg, Reply, RequestId, Stop};
use callset::app::{App, CopyItem, Mode, Sync, palette, update};
use callset::model::merge::{Merge, merge};
use callset::model::refusal::{FieldError, Refusal, Unreached};
use callset::model::{Draft, Edit, FieldId, Representation, Resource, Severity, State, validate};
use callset::ui::{self, theme::Theme};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeMap;
use std::time::Duration;

const SETTINGS: Resource = Resource::Settings;

// ── what can happen ──

/// A message, as far as it can be told before the state it meets is known.
#[derive(Clone, Debug)]
enum Happening {
    Key(Key),
    Typed(String),
    Pasted(String, bool),
    Row(Index),
    Switch(Index),
    Caret(Index, usize),
    Item(usize),
    Outside,
    Scrolled(usize),
    Paged(i32),
    Focused,
    Resized,
    Reply(Whose, Box<Outcome>),
    Woke(Timer),
    Clock,
    Stop(Stop),
}

#[derive(Clone, Copy, Debug)]
enum Whose {
    Awaited,
    /// Any other number: over, cancelled, or never given.
    Other(u32),
}

#[derive(Clone, Debug)]
enum Outcome {
    /// What a server answers that takes everything.
    AsSent,
    /// The same, but with these members moved by others, or tidied, or refused.
    Moved(Representation),
    Anything(Representation),
    Fault(Fault),
}

fn any_key() -> impl Strategy<Value = Key> {
    const ARROWS: [Code; 7] = [Code::Up, Code::Down, Code::Left, Code::Right, Code::Enter, Code::Esc, Code::Backspace];
    let bound: Vec<Key> = BINDINGS.iter().flat_map(|binding| binding.keys).copied().collect();
    let code = prop_oneof![any::<char>().prop_map(Code::Char), (0..=24_u8).prop_map(Code::F), select(&ARROWS[..])];
    let any = (code, any::<bool>(), any::<bool>(), any::<bool>());
    prop_oneof![
        8 => select(bound),
        4 => select(&ARROWS[..]).prop_map(Key::plain),
        4 => (0x20..0x7f_u8).prop_map(|byte| Key::char(char::from(byte))),
        1 => any.prop_map(|(code, ctrl, alt, shift)| Key { code, ctrl, alt, shift }),
    ]
}

fn text() -> impl Strategy<Value = String> {
    const TEXTS: &[&str] =
        &["", "xxx", "quit", "420", " 7 ", "https://a.dev/\n", "👩‍❤️‍👨e\u{301}", "\u{1b}[2J\t\r\n\u{9b}", "uuu", "sss"];
    prop_oneof![3 => select(TEXTS).prop_map(str::to_owned), 1 => any::<String>()]
}

fn fault() -> impl Strategy<Value = Fault> {
    let unreached = prop_oneof![
        Just(Unreached::Dns),
        Just(Unreached::Refused),
        Just(Unreached::Timeout(Duration::from_secs(5))),
        text().prop_map(Unreached::Tls),
        text().prop_map(Unreached::Proxy),
        text().prop_map(Unreached::Other),
    ];
    let status = select(&[302_u16, 400, 401, 403, 404, 405, 409, 423, 429, 477, 500, 503][..]);
    let fields = prop::collection::vec((select(&["name", "width", "height", "isReady", "colour"][..]), text()), 0..3);
    let refusal = (status, prop::option::of(text()), fields, any::<bool>());
    let refusal = refusal.prop_map(|(status, message, fields, web_page)| {
        let fields = fields.into_iter().map(|(key, message)| FieldError { key: key.into(), message }).collect();
        let location = (status == 302).then(|| "https://login.example".to_owned());
        Refusal { status, message, fields, web_page, location, ..Refusal::default() }
    });
    prop_oneof![
        1 => text().prop_map(Fault::Setup),
        2 => unreached.prop_map(Fault::Unreached),
        1 => Just(Fault::TimedOut(Duration::from_secs(30))),
        1 => text().prop_map(Fault::Broken),
        1 => text().prop_map(|what| Fault::Unreadable { what, correlation_id: Some("id".into()) }),
        4 => refusal.prop_map(|refusal| Fault::Refused(Box::new(refusal))),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let outcome = prop_oneof![
        3 => Just(Outcome::AsSent),
        2 => representation().prop_map(Outcome::Moved),
        1 => representation().prop_map(Outcome::Anything),
        2 => fault().prop_map(Outcome::Fault),
    ];
    let whose = prop_oneof![5 => Just(Whose::Awaited), 1 => (0..9_u32).prop_map(Whose::Other)];
    let timer = prop_oneof![
        (0..9_u32).prop_map(|id| Timer::Patience(RequestId(id))),
        Just(Timer::Minute),
        Just(Timer::Arrived),
    ];
    let stop = select(&[Stop::Terminated, Stop::HungUp, Stop::Interrupted, Stop::TerminalGone][..]);
    let click = prop_oneof![
        3 => any::<Index>().prop_map(Happening::Row),
        3 => any::<Index>().prop_map(Happening::Switch),
        2 => (any::<Index>(), 0..40_usize).prop_map(|(row, at)| Happening::Caret(row, at)),
        2 => (0..30_usize).prop_map(Happening::Item),
        1 => Just(Happening::Outside),
    ];
    prop_oneof![
        20 => any_key().prop_map(Happening::Key),
        // Saving and answering often enough for something to happen in between.
        4 => Just(Happening::Key(Key::ctrl('s'))),
        1 => Just(Happening::Key(Key::ctrl('r'))),
        2 => text().prop_map(Happening::Typed),
        2 => (text(), any::<bool>()).prop_map(|(text, cut)| Happening::Pasted(text, cut)),
        6 => click,
        1 => prop_oneof![0..30_usize, Just(usize::MAX)].prop_map(Happening::Scrolled),
        1 => prop_oneof![-3..=3, Just(i32::MIN), Just(i32::MAX)].prop_map(Happening::Paged),
        1 => Just(Happening::Focused),
        1 => Just(Happening::Resized),
        6 => (whose, outcome).prop_map(|(whose, outcome)| Happening::Reply(whose, Box::new(outcome))),
        1 => timer.prop_map(Happening::Woke),
        1 => Just(Happening::Clock),
        1 => stop.prop_map(Happening::Stop),
    ]
}

fn now() -> jiff::Timestamp {
    "2026-09-22T12:04:31Z".parse().unwrap()
}

/// The message, given the state it meets.
fn message(app: &App, happening: Happening) -> Msg {
    let row = |at: Index| at.get(app.draft.fields()).id.clone();
    match happening {
        Happening::Key(key) => Msg::Key(key),
        Happening::Typed(text) => Msg::Typed(text.chars().filter(|c| !c.is_control()).collect()),
        Happening::Pasted(text, cut) => Msg::Pasted { text, cut },
        Happening::Row(at) => Msg::Clicked(Hit::Row(row(at))),
        Happening::Switch(at) => Msg::Clicked(Hit::Switch(row(at))),
        Happening::Caret(at, caret) => Msg::Clicked(Hit::Caret(row(at), caret)),
        Happening::Item(item) => Msg::Clicked(Hit::Item(item)),
        Happening::Outside => Msg::Clicked(Hit::Outside),
        Happening::Scrolled(to) => Msg::Scrolled { to },
        Happening::Paged(lines) => Msg::Paged(lines),
        Happening::Focused => Msg::Focused,
        Happening::Resized => Msg::Resized { cramped: false },
        Happening::Woke(timer) => Msg::Woke { timer, waited: Duration::from_millis(700) },
        Happening::Clock => Msg::Clock(Clock { now: now(), zone: jiff::tz::TimeZone::UTC }),
        Happening::Stop(stop) => Msg::Stop(stop),
        Happening::Reply(whose, outcome) => {
            let request = match whose {
                Whose::Awaited => awaited(app).unwrap_or(RequestId(u32::MAX)),
                Whose::Other(id) => RequestId(id),
            };
            let base = app.draft.representation(SETTINGS).cloned().unwrap_or_else(crate::transitions::settings);
            let as_sent = match &app.sync {
                Sync::Saving { patch, .. } => patch.apply(&base),
                Sync::Idle | Sync::Loading { .. } => base,
            };
            let outcome = match *outcome {
                Outcome::AsSent => Ok(as_sent),
                Outcome::Moved(by) => {
                    let mut moved = as_sent;
                    by.members().take(2).for_each(|(key, value)| moved.set(key, value.clone()));
                    Ok(moved)
                }
                Outcome::Anything(theirs) => Ok(theirs),
                Outcome::Fault(fault) => Err(fault),
            };
            Msg::Reply(Reply { request, took: Duration::from_millis(341), at: now(), outcome })
        }
    }
}

// ── what holds at every step ──

fn awaited(app: &App) -> Option<RequestId> {
    match app.sync {
        Sync::Idle => None,
        Sync::Loading { request, .. } | Sync::Saving { request, .. } => Some(request),
    }
}

fn edits(draft: &Draft) -> BTreeMap<FieldId, Edit> {
    draft.dirty().filter_map(|field| Some((field.id.clone(), draft.edit(&field.id)?.clone()))).collect()
}

/// Which unsaved edits a message may change.
#[derive(Debug)]
enum Reach {
    Nothing,
    /// Typing, switching, resetting, Esc: one row, and it says which.
    Row(FieldId),
    /// Undo, redo, reset all.
    Everything,
    /// The answer that is awaited: those it agrees with.
    Agreed(Representation),
}

/// The intent of a message, overlays looked through.
fn intent(app: &App, msg: &Msg) -> Option<Intent> {
    let chosen = |filter: &str, at: usize| palette::entries(filter).get(at).map(|binding| binding.intent);
    match (msg, &app.mode) {
        (Msg::Key(key), mode) => match (keymap::intent(app.scope(), *key)?, mode) {
            (Intent::Choose, Mode::Palette { filter, selected }) => chosen(filter.value(), *selected),
            (Intent::Type(_) | Intent::Text(_), Mode::Palette { .. }) => None,
            (Intent::Escape, mode) if !mode.is_editing() => None,
            (intent, _) => Some(intent),
        },
        (Msg::Clicked(Hit::Item(at)), Mode::Palette { filter, .. }) => chosen(filter.value(), *at),
        _ => None,
    }
}

fn reach(app: &App, msg: &Msg) -> Reach {
    let here = || Reach::Row(app.form.focus.clone());
    match msg {
        Msg::Typed(_) | Msg::Pasted { .. } if app.mode.is_editing() => return here(),
        Msg::Clicked(Hit::Switch(id)) if app.mode.is_editing() => return Reach::Row(id.clone()),
        Msg::Reply(Reply { request, outcome: Ok(theirs), .. }) if awaited(app) == Some(*request) => {
            return Reach::Agreed(theirs.clone());
        }
        _ => {}
    }
    match intent(app, msg) {
        Some(Intent::Undo | Intent::Redo | Intent::ResetAll) => Reach::Everything,
        Some(
            Intent::Enter
            | Intent::Toggle
            | Intent::Switch(_)
            | Intent::Nudge(_)
            | Intent::Type(_)
            | Intent::Text(_)
            | Intent::Reset
            | Intent::Escape,
        ) => here(),
        Some(_) | None => Reach::Nothing,
    }
}

fn check_edits(before: &App, msg: &Msg, after: &App) {
    let (old, new) = (edits(&before.draft), edits(&after.draft));
    match reach(before, msg) {
        Reach::Nothing => assert_eq!(old, new, "{msg:?} reaches no edit"),
        Reach::Row(row) => {
            let others = |edits: &BTreeMap<FieldId, Edit>| {
                edits
                    .iter()
                    .filter(|(id, _)| **id != row)
                    .map(|(id, edit)| (id.clone(), edit.clone()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(others(&old), others(&new), "{msg:?} is about {row:?} only");
        }
        Reach::Everything => {}
        Reach::Agreed(theirs) => {
            for (id, edit) in &old {
                let field = before.draft.field(id).unwrap();
                let settled = new.get(id) != Some(edit);
                let mine = validate::value(field.kind, edit);
                let agrees = matches!(merge(None, mine.as_ref(), theirs.get(&id.key)), Merge::Both | Merge::Settled);
                assert!(!settled || agrees, "{id:?}: {edit:?} is lost to {:?}", theirs.get(&id.key));
            }
            for (id, edit) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
                // Only what was set back while it was being saved, or while nobody knew whether it was.
                let field = before.draft.field(id).unwrap();
                let set_back = matches!(&before.sync, Sync::Saving { patch, .. } if patch.get(id).is_some());
                let in_doubt = before.doubt().is_some_and(|patch| patch.get(id).is_some());
                assert!(
                    (set_back || in_doubt) && before.draft.entered(field).as_ref() == Some(edit),
                    "{id:?}: {edit:?} is invented"
                );
            }
        }
    }
    // What goes at one key comes back by undo, what undo takes by redo.
    let mut draft = after.draft.clone();
    match intent(before, msg) {
        Some(Intent::Reset | Intent::ResetAll | Intent::Escape) if old != new => {
            draft.undo();
            assert_eq!(edits(&draft), old, "{msg:?}, undone");
        }
        Some(Intent::Undo) if before.draft.history().0 => {
            draft.redo();
            assert_eq!(edits(&draft), old, "{msg:?}, done again");
        }
        Some(Intent::Redo) if before.draft.history().1 => {
            draft.undo();
            assert_eq!(edits(&draft), old, "{msg:?}, undone");
        }
        _ => {}
    }
}

fn check_quit(before: &App, msg: &Msg, after: &App, effect: &Effect) {
    let Effect::Quit(exit) = effect else { return };
    let stopped = matches!(msg, Msg::Stop(_));
    let confirmed = matches!(before.mode, Mode::Quitting);
    let saving = matches!(after.sync, Sync::Saving { .. });
    let safe = after.unsaved() == 0 && !saving && after.doubt().is_none();
    assert!(safe || stopped || confirmed, "{msg:?} leaves {:?}", edits(&after.draft));
    // Discarding is an answer like any other, but not while it is unknown what was saved.
    let discarded =
        confirmed && !saving && after.doubt().is_none() && matches!(msg, Msg::Key(key) if *key == Key::char('d'));
    assert!(safe || discarded || exit.code != 0, "{exit:?}");
    let farewell = exit.farewell.as_deref().unwrap_or_default();
    assert!(!safe || farewell.is_empty(), "{farewell}");
    let patch = after.draft.patch(SETTINGS);
    assert!(patch.is_empty() || farewell.contains(&patch.body()), "{farewell} does not tell {}", patch.body());
    for field in after.draft.dirty().filter(|field| after.draft.state(field) == State::Invalid) {
        assert!(farewell.contains(&*field.id.key), "{farewell} does not tell {}", field.id.key);
    }
}

fn check_form(app: &App) {
    let field = app.draft.field(&app.form.focus).expect("the focus is on a row");
    if let Some(Edit::Text(text)) = app.draft.entered(field) {
        assert_eq!(app.form.input.value(), text, "what is under the caret is what the draft holds");
    }
    assert!(app.form.input.cursor() <= app.form.input.value().chars().count());
}

/// The machine and the requests it believes to be on their way.
struct Walk {
    app: App,
    in_flight: BTreeMap<RequestId, Call>,
}

impl Walk {
    fn new() -> Self {
        let (app, effects) = App::new(target());
        let mut walk = Self { app, in_flight: BTreeMap::new() };
        for effect in effects {
            walk.carry_out(effect);
        }
        walk
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send(request) => {
                assert!(self.in_flight.is_empty(), "{request:?} while {:?}", self.in_flight);
                self.in_flight.insert(request.id, request.call);
            }
            Effect::Cancel(id) => assert!(self.in_flight.remove(&id).is_some(), "{id:?} is not on its way"),
            Effect::Wake { .. }
            | Effect::ReadClock
            | Effect::Copy(_)
            | Effect::SetMouse(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit(_) => {}
        }
    }

    /// One message; the walk goes on after a quit, which must not have changed anything.
    fn step(&mut self, msg: &Msg) {
        if let Msg::Typed(text) = msg
            && !keymap::takes_text(self.app.scope())
        {
            return self.burst(text);
        }
        let before = self.app.clone();
        let effects = update(&mut self.app, msg.clone());
        check_edits(&before, msg, &self.app);
        check_form(&self.app);
        if let Some(doubt) = before.doubt() {
            let answered =
                matches!(msg, Msg::Reply(Reply { request, outcome: Ok(_), .. }) if awaited(&before) == Some(*request));
            let kept = self.app.doubt().is_some_and(|now| doubt.members().all(|(id, _)| now.get(id).is_some()));
            assert!(answered || kept, "{msg:?} settles no doubt");
        }
        if let Msg::Reply(reply) = msg {
            match self.in_flight.remove(&reply.request) {
                None => {
                    assert_eq!(effects, [], "nobody waits for {msg:?}");
                    assert_eq!(format!("{before:?}"), format!("{:?}", self.app), "nobody waits for {msg:?}");
                }
                Some(_) => assert_eq!(awaited(&before), Some(reply.request)),
            }
            if reply.outcome.is_err() {
                assert_eq!(edits(&before.draft), edits(&self.app.draft), "a fault takes nothing");
            }
        }
        for effect in effects {
            check_quit(&before, msg, &self.app, &effect);
            if let Effect::Send(request) = &effect
                && let Call::Patch(patch) = &request.call
            {
                assert_eq!(*patch, self.app.draft.patch(SETTINGS), "a save is the dirty set of this moment");
                assert!(!patch.is_empty());
                let problems = self.app.draft.dirty().filter_map(|f| validate::check(f, self.app.draft.edit(&f.id)?));
                assert_eq!(problems.filter(|p| p.severity == Severity::Error).count(), 0, "no error is sent");
            }
            self.carry_out(effect);
        }
        assert_eq!(self.in_flight.keys().next().copied(), awaited(&self.app));
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
            assert_eq!(format!("{:?}", self.app), format!("{copy:?}"), "held {text:?}");
        } else {
            assert_eq!(update(&mut self.app, Msg::Typed(text.to_owned())), []);
            assert_eq!(edits(&before.draft), edits(&self.app.draft));
        }
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
        (x, y) in (0..=130_u16, 0..=50_u16),
    ) {
        let mut walk = Walk::new();
        if is_loaded {
            walk.step(&crate::transitions::reply(1, Ok(crate::transitions::settings())));
        }
        for happening in happenings {
            let msg = message(&walk.app, happening);
            walk.step(&msg);
        }
        look(&walk.app, Theme { colour, ascii }, width, height, Position { x, y });
    }
}
