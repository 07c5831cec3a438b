//! Values from elsewhere: presets, what rows had before, another profile.

use super::{
    at, base, body, choose, ctrl, enter, focus, id, key, loaded, press, reply, settings, shown, target, text, type_in,
    update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Hit, Key, Msg};
use callset::app::reuse::{Difference, Other, Reused};
use callset::app::{App, Mode, Notice, Overlay, Picker, ProfilesOnDisk, Rows};
use callset::model::profile::{Config, Preset, Profile};
use callset::model::record::{Found, Saved};
use callset::model::refusal::Unreached;
use callset::model::{Draft, Edit, Representation, Resource, Value};
use callset::sync::{Call, Disk, Doing, End, Fault, Keeping, Request, RequestId, Target};
use std::collections::BTreeMap;

fn values(values: &[(&str, Value)]) -> Representation {
    values.iter().cloned().collect()
}

fn preset(name: &str, members: &[(&str, Value)]) -> Preset {
    Preset { name: name.into(), values: values(members) }
}

fn words(text: &str) -> Value {
    Value::Text(text.into())
}

fn setup() -> Config {
    Config {
        presets: vec![
            preset("local", &[("url", words("https://localhost:9025")), ("isReady", Value::Switch(false))]),
            preset("wide", &[("width", Value::Integer(600)), ("height", Value::Integer(650))]),
            preset("odd", &[("colour", words("red")), ("name", Value::Integer(7)), ("width", Value::Integer(1))]),
            preset("empty", &[]),
        ],
        profiles: vec![Profile::new("staging", 7), Profile { production: true, ..Profile::new("live", 8) }],
        ..Config::default()
    }
}

fn survey(setup: Config) -> Msg {
    Msg::Disk(DiskReply::Surveyed(ProfilesOnDisk { setup, ..ProfilesOnDisk::default() }))
}

/// Loaded, with presets; drafts are in memory only.
fn ready() -> App {
    let mut app = loaded();
    app.target.setup = setup();
    app
}

/// The same with a disk, whose history was not read.
fn on_disk() -> App {
    let (mut app, _) = App::new(Target { setup: setup(), ..target() });
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found::default()))));
    update(&mut app, reply(1, Ok(settings())));
    assert_eq!(app.sync.keeping, Keeping::OnDisk);
    app
}

fn apply(app: &mut App, name: &str) -> Option<Reused> {
    assert_eq!(ctrl(app, 'n'), [Effect::Disk(Disk::Survey)]);
    assert_eq!(update(app, survey(setup())), []);
    type_in(app, name);
    assert_eq!(press(app, Code::Enter), []);
    told(app)
}

fn told(app: &App) -> Option<Reused> {
    match &app.notice {
        Some(Notice::Reused(what)) => Some(what.clone()),
        _ => None,
    }
}

fn applied(name: &str, fields: usize, not_there: &[&str], unfit: &[&str]) -> Reused {
    let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    Reused::Applied { name: name.into(), fields, not_there: owned(not_there), unfit: owned(unfit) }
}

// ── presets ──

#[test]
fn a_preset_is_entered_as_one_step_and_nothing_is_sent() {
    let mut app = ready();
    assert_eq!(apply(&mut app, "wide"), Some(applied("wide", 1, &[], &[])));
    assert!(app.mode.is_editing(), "there is no review by itself");
    assert_eq!(body(&app), r#"{"width":600}"#, "a height of 650 was there already");
    assert_eq!(apply(&mut app, "wide"), Some(applied("wide", 0, &[], &[])));
    assert_eq!(apply(&mut app, "local"), Some(applied("local", 1, &[], &[])));
    ctrl(&mut app, 'z');
    assert_eq!(body(&app), r#"{"width":600}"#);
    ctrl(&mut app, 'z');
    assert_eq!(app.sync.unsaved(), 0);
    ctrl(&mut app, 'y');
    assert_eq!(body(&app), r#"{"width":600}"#);
}

#[test]
fn what_does_not_fit_is_left_out_by_name() {
    let mut app = ready();
    assert_eq!(apply(&mut app, "odd"), Some(applied("odd", 1, &["colour"], &["name"])));
    assert_eq!(body(&app), r#"{"width":1}"#);
    let mut app = ready();
    assert_eq!(apply(&mut app, "empty"), Some(applied("empty", 0, &[], &[])));
    assert_eq!(app.sync.unsaved(), 0);
}

#[test]
fn presets_of_sizes_are_stepped_through_on_a_number() {
    let mut app = ready();
    let sizes = |width, height| [("width", Value::Integer(width)), ("height", Value::Integer(height))];
    app.target.setup.presets.push(preset("tall", &sizes(300, 900)));
    app.target.setup.presets.push(preset("mixed", &[("width", Value::Integer(7)), ("isReady", Value::Switch(true))]));
    let stepped = |name: &str, at, fields| Some(Reused::Stepped { name: name.into(), at: (at, 2), fields });
    focus(&mut app, "width");
    let held = |app: &App, key: &'static str| match shown(app, key) {
        Some(Edit::Text(text)) => text,
        other => panic!("{other:?}"),
    };
    let now = |app: &App| (held(app, "width"), held(app, "height"));
    let before = now(&app);
    assert_eq!(key(&mut app, Key::with_shift(Code::Down)), []);
    assert_eq!((told(&app), now(&app)), (stepped("wide", 1, 1), ("600".into(), before.1.clone())));
    key(&mut app, Key::with_shift(Code::Down));
    assert_eq!((told(&app), now(&app)), (stepped("tall", 2, 2), ("300".into(), "900".into())));
    key(&mut app, Key::with_shift(Code::Down));
    assert_eq!(told(&app), stepped("wide", 1, 2), "after the last comes the first");
    key(&mut app, Key::with_shift(Code::Up));
    assert_eq!(told(&app), stepped("tall", 2, 2), "and back");
    ctrl(&mut app, 'z');
    assert_eq!(now(&app).0, "600", "each is one step of undo");
    (0..3).for_each(|_| _ = ctrl(&mut app, 'z'));
    assert_eq!(now(&app), before);
    key(&mut app, Key::with_shift(Code::Up));
    assert_eq!(told(&app), stepped("tall", 2, 2), "before the first comes the last");
    // What was typed is a step of its own.
    type_in(&mut app, "77");
    key(&mut app, Key::with_shift(Code::Down));
    ctrl(&mut app, 'z');
    assert!(held(&app, "width").ends_with("77"), "{}", held(&app, "width"));
    app.target.setup.presets.truncate(1);
    key(&mut app, Key::with_shift(Code::Down));
    assert_eq!(told(&app), Some(Reused::NoSizes));
}

#[test]
fn a_preset_waits_for_the_settings() {
    let (mut app, _) = App::new(Target { setup: setup(), ..target() });
    app.sync.keeping = Keeping::InMemory("no disk here".into());
    apply(&mut app, "wide");
    assert_eq!((app.notice.as_ref(), app.sync.unsaved()), (Some(&Notice::NotLoaded), 0));
    let refused = Fault::Refused(Box::new(callset::model::refusal::Refusal { status: 404, ..Default::default() }));
    update(&mut app, reply(1, Err(refused)));
    apply(&mut app, "wide");
    assert_eq!((app.notice.as_ref(), app.sync.unsaved()), (Some(&Notice::Closed(Resource::Settings)), 0));
}

#[test]
fn the_list_of_presets_is_read_anew_and_may_shrink() {
    let mut app = ready();
    ctrl(&mut app, 'n');
    press(&mut app, Code::Up);
    assert!(matches!(app.mode, Mode::Picking(Picker { rows: Rows::Presets, selected: 3, .. })));
    update(&mut app, survey(Config::default()));
    assert_eq!(press(&mut app, Code::Enter), [], "there is none to enter");
    assert!(app.mode.is(Overlay::Presets));
    ctrl(&mut app, 'n');
    assert!(app.mode.is_editing() && app.sync.unsaved() == 0);
}

fn named(app: &mut App, name: &str) -> Vec<Effect> {
    assert_eq!(choose(app, "keep the edits"), [Effect::Disk(Disk::Survey)]);
    update(app, survey(setup()));
    type_in(app, name);
    press(app, Code::Enter)
}

#[test]
fn edits_are_kept_as_a_preset_and_stay_unsaved() {
    let mut app = ready();
    assert_eq!(choose(&mut app, "keep the edits"), []);
    assert_eq!(told(&app), Some(Reused::NothingToKeep));
    enter(&mut app, "width", "420");
    enter(&mut app, "height", "x");
    let preset = Box::new(preset("Mine", &[("width", Value::Integer(420))]));
    assert_eq!(named(&mut app, " Mine "), [Effect::Disk(Disk::KeepPreset { preset, replace: false })]);
    assert!(app.mode.is_editing());
    let with = Config { default_profile: Some("staging".into()), ..setup() };
    let kept = |kept| Msg::Disk(DiskReply::PresetKept { name: "Mine".into(), kept });
    update(&mut app, kept(Ok((with.clone(), "/home/me/config.toml".into()))));
    assert_eq!(told(&app), Some(Reused::Kept { name: "Mine".into(), file: "/home/me/config.toml".into() }));
    assert_eq!((&app.target.setup, app.sync.unsaved()), (&with, 2));
    app.notice = None;
    update(&mut app, kept(Err("it is a folder".into())));
    assert_eq!((told(&app), app.sync.unsaved()), (Some(Reused::NotKept("it is a folder".into())), 2));
}

#[test]
fn a_name_that_is_taken_takes_a_second_enter() {
    let mut app = ready();
    enter(&mut app, "width", "420");
    assert_eq!(named(&mut app, "local"), []);
    assert_eq!(told(&app), Some(Reused::NameTaken("local".into())));
    type_in(&mut app, "x");
    press(&mut app, Code::Backspace);
    assert_eq!(press(&mut app, Code::Enter), [], "it was typed anew in between");
    let preset = Box::new(preset("local", &[("width", Value::Integer(420))]));
    assert_eq!(press(&mut app, Code::Enter), [Effect::Disk(Disk::KeepPreset { preset, replace: true })]);
}

#[test]
fn a_name_has_something_to_be_seen_and_is_not_too_long() {
    for name in ["", "   ", &"a".repeat(41), "a\u{202e}b"] {
        let mut app = ready();
        enter(&mut app, "width", "420");
        choose(&mut app, "keep the edits");
        update(&mut app, Msg::Pasted { text: name.into(), cut: false });
        assert_eq!(press(&mut app, Code::Enter), [], "{name:?}");
        assert_eq!(told(&app), Some(Reused::NotAName), "{name:?}");
        assert!(app.mode.is(Overlay::Name));
        assert_eq!(press(&mut app, Code::Esc), []);
        assert_eq!(body(&app), r#"{"width":420}"#);
    }
}

#[test]
fn what_was_saved_while_the_name_was_typed_is_no_preset() {
    let mut app = ready();
    enter(&mut app, "width", "420");
    super::save(&mut app, 2);
    assert_eq!(choose(&mut app, "keep the edits"), [Effect::Disk(Disk::Survey)]);
    type_in(&mut app, "late");
    let saved = super::but("width", Value::Integer(420));
    update(&mut app, reply(3, Ok(saved)));
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!(told(&app), Some(Reused::NothingToKeep));
}

// ── what rows had before ──

fn saved(key: &str, before: Value, after: Value) -> Saved {
    let (before, after) = (values(&[(key, before)]), values(&[(key, after)]));
    Saved { at: at(), resource: Resource::Settings, before, after }
}

fn history() -> Vec<Saved> {
    let url = |before: &str, after: &str| saved("url", words(before), words(after));
    vec![
        url("https://tunnel-2.dev", "https://dialer.acme.dev/widget"),
        url("https://tunnel-1.dev", "https://tunnel-2.dev"),
        saved("width", Value::Integer(380), Value::Integer(400)),
    ]
}

fn recalled(app: &mut App, read: Result<Vec<Saved>, String>) {
    assert_eq!(update(app, Msg::Disk(DiskReply::History(read))), []);
}

const F3: Code = Code::F(3);

#[test]
fn the_history_is_read_once_when_a_text_is_first_typed() {
    let mut app = on_disk();
    focus(&mut app, "isReady");
    assert_eq!(key(&mut app, Key::char(' ')), [], "a switch has no use for it");
    focus(&mut app, "url");
    assert_eq!(key(&mut app, Key::char('x')), [Effect::Disk(Disk::ReadHistory { awaited: false })]);
    assert_eq!(key(&mut app, Key::char('x')), []);
    recalled(&mut app, Ok(history()));
    focus(&mut app, "width");
    assert_eq!(key(&mut app, Key::char('1')), []);
    assert_eq!(press(&mut app, F3), []);
}

#[test]
fn the_newest_values_come_first_each_once_and_neither_the_servers_nor_the_edit() {
    let mut app = on_disk();
    focus(&mut app, "url");
    let [tunnels, history_read] = [Effect::FindTunnels(vec![]), Effect::Disk(Disk::ReadHistory { awaited: false })];
    assert_eq!(press(&mut app, F3), [tunnels, history_read]);
    update(&mut app, Msg::Tunnels(vec![]));
    assert_eq!(app.offers(), ["https://localhost:9025"], "presets are there at once");
    recalled(&mut app, Ok(history()));
    assert_eq!(app.offers(), ["https://tunnel-2.dev", "https://tunnel-1.dev", "https://localhost:9025"]);
    press(&mut app, Code::Down);
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!(shown(&app, "url"), text("https://tunnel-1.dev"));
    press(&mut app, F3);
    update(&mut app, Msg::Tunnels(vec![]));
    assert_eq!(app.offers(), ["https://tunnel-2.dev", "https://localhost:9025"]);
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'z');
    assert_eq!((shown(&app, "url"), app.sync.unsaved()), (text("https://dialer.acme.dev/widget"), 0), "one step");
    focus(&mut app, "width");
    assert_eq!(app.offers(), ["380", "600", "1"], "presets have widths as well");
    focus(&mut app, "isReady");
    assert!(app.offers().is_empty());
}

#[test]
fn what_is_typed_filters_and_goes_on_in_the_row() {
    let mut app = on_disk();
    focus(&mut app, "url");
    ctrl(&mut app, 'u');
    type_in_quietly(&mut app, "TUN");
    recalled(&mut app, Ok(history()));
    assert_eq!(app.offers(), ["https://tunnel-2.dev", "https://tunnel-1.dev"]);
    key(&mut app, Key::with_alt(Code::Down));
    assert!(app.mode.is(Overlay::Recent));
    update(&mut app, Msg::Tunnels(vec![]));
    type_in_quietly(&mut app, "nel-1");
    assert_eq!((app.offers(), shown(&app, "url")), (vec!["https://tunnel-1.dev".to_owned()], text("TUNnel-1")));
    press(&mut app, Code::Backspace);
    assert_eq!(app.offers().len(), 2);
    assert_eq!(update(&mut app, Msg::Clicked(Hit::Item(1))), []);
    assert_eq!(shown(&app, "url"), text("https://tunnel-1.dev"));
    assert!(app.mode.is_editing());
}

fn type_in_quietly(app: &mut App, text: &str) {
    text.chars().for_each(|c| _ = key(app, Key::char(c)));
}

#[test]
fn every_earlier_value_is_offered_once() {
    let mut app = on_disk();
    focus(&mut app, "name");
    let many = (0..20).map(|n| saved("name", words(&n.to_string()), words(&(n + 1).to_string())));
    recalled(&mut app, Ok(many.collect()));
    let all = ["1".to_owned(), "0".to_owned()].into_iter().chain((2..=20).map(|n| n.to_string()));
    assert_eq!(app.offers(), all.collect::<Vec<_>>());
}

#[test]
fn a_save_of_this_run_is_remembered_without_reading_again() {
    let mut app = on_disk();
    focus(&mut app, "width");
    press(&mut app, F3);
    recalled(&mut app, Ok(vec![]));
    press(&mut app, Code::Esc);
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    update(&mut app, Msg::Disk(DiskReply::Turn(callset::model::record::SaveLock::Ours)));
    let theirs = base(&app);
    update(&mut app, reply(2, Ok(theirs)));
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    let effects = update(&mut app, reply(3, Ok(super::but("width", Value::Integer(420)))));
    assert!(!effects.contains(&Effect::Disk(Disk::ReadHistory { awaited: false })));
    focus(&mut app, "name");
    focus(&mut app, "width");
    assert_eq!(app.offers(), ["400", "600", "1"]);
}

#[test]
fn a_history_that_can_not_be_read_leaves_the_presets() {
    let mut app = on_disk();
    focus(&mut app, "url");
    press(&mut app, F3);
    recalled(&mut app, Err("disk full".into()));
    assert_eq!(app.offers(), ["https://localhost:9025"]);
    let mut app = loaded();
    focus(&mut app, "url");
    assert_eq!(press(&mut app, F3), [Effect::FindTunnels(vec![])], "nothing is kept there");
    update(&mut app, Msg::Tunnels(vec![]));
    assert!(app.offers().is_empty());
    assert_eq!(press(&mut app, Code::Enter), []);
    assert!(app.mode.is_editing() && app.sync.unsaved() == 0);
}

#[test]
fn a_save_can_be_asked_for_with_the_list_open() {
    let mut app = ready();
    enter(&mut app, "width", "420");
    press(&mut app, F3);
    assert_eq!(ctrl(&mut app, 's'), super::get(2, Doing::Checking));
    assert!(app.mode.is_editing());
}

// ── another profile ──

fn staging() -> Profile {
    setup().profiles.remove(0)
}

fn comparing(app: &mut App) {
    assert_eq!(choose(app, "compare"), [Effect::Disk(Disk::Survey)]);
    update(app, survey(setup()));
    assert!(matches!(app.mode, Mode::Picking(Picker { rows: Rows::Profiles { comparing: true, .. }, .. })));
    assert_eq!(press(app, Code::Enter), [reads(staging(), 2)]);
}

/// All resources of another profile are read, by requests from this number on.
fn reads(profile: Profile, first: u32) -> Effect {
    let request = |(resource, id)| {
        let (call, doing) = (Call::Get(resource), Doing::Loading);
        Request { id: RequestId(id), call, doing, if_match: None, founded: None }
    };
    Effect::SendElsewhere(Box::new(profile), Resource::ALL.into_iter().zip(first..).map(request).collect())
}

/// They are answered, in their order; what is not named is not there. What the first answer that matters asks for.
fn answered(app: &mut App, first: u32, mut read: BTreeMap<Resource, Result<Representation, Fault>>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (resource, id) in Resource::ALL.into_iter().zip(first..) {
        let outcome = read.remove(&resource).unwrap_or_else(|| Err(super::refused(404, &[])));
        effects.extend(update(app, reply(id, outcome)));
    }
    effects
}

fn answer(settings: Result<Representation, Fault>) -> BTreeMap<Resource, Result<Representation, Fault>> {
    [(Resource::Settings, settings)].into()
}

/// Staging is wider, has another URL, lacks a switch, and has a member that is unknown here.
fn other() -> Representation {
    let members = settings();
    let mut other: Representation =
        members.members().filter(|(key, _)| *key != "usesRemote").map(|(key, value)| (key, value.clone())).collect();
    other.set("width", Value::Integer(500));
    other.set("url", words("https://staging.acme.dev"));
    other.set("name", Value::Null);
    other.set("colour", words("red"));
    other.set("updatedAt", words("2026-09-20T00:00:00Z"));
    other
}

fn compared() -> App {
    let mut app = ready();
    comparing(&mut app);
    assert_eq!(answered(&mut app, 2, answer(Ok(other()))), []);
    app
}

fn verdicts(app: &App) -> Vec<(String, Difference)> {
    let Some(comparison) = app.mode.comparison() else { panic!("{:?}", app.mode) };
    app.pairs(comparison).into_iter().map(|pair| (pair.field.id.key.to_string(), pair.verdict)).collect()
}

#[test]
fn two_profiles_are_compared_field_by_field() {
    let mut app = compared();
    let differing = [
        ("name", Difference::Unfit),
        ("url", Difference::Differs),
        ("width", Difference::Differs),
        ("usesRemote", Difference::OnlyHere),
        ("colour", Difference::OnlyThere),
    ]
    .map(|(key, verdict)| (key.to_owned(), verdict));
    assert_eq!(verdicts(&app), differing);
    press(&mut app, Code::Down);
    key(&mut app, Key::char('e'));
    let all = verdicts(&app);
    assert_eq!(all.len(), 10, "times are left out: {all:?}");
    assert_eq!(all.iter().filter(|(_, verdict)| *verdict == Difference::Equal).count(), 5);
    assert!(
        matches!(&app.mode, Mode::Picking(Picker { rows: Rows::Comparison(_), selected, .. }) if all[*selected].0 == "url"),
        "it stays"
    );
}

#[test]
fn the_fields_that_are_chosen_become_edits_in_one_step() {
    let mut app = compared();
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!(told(&app), Some(Reused::NothingMarked));
    key(&mut app, Key::char(' '));
    assert_eq!(told(&app), Some(Reused::NotCopied(Difference::Unfit)));
    key(&mut app, Key::char('a'));
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!(told(&app), Some(Reused::Copied { from: "staging".into(), fields: 2 }));
    assert_eq!(body(&app), r#"{"url":"https://staging.acme.dev","width":500}"#);
    assert!(app.mode.is_editing());
    ctrl(&mut app, 'z');
    assert_eq!(app.sync.unsaved(), 0);
}

#[test]
fn space_chooses_one_and_takes_it_back() {
    let mut app = compared();
    press(&mut app, Code::Down);
    press(&mut app, Code::Down);
    for _ in 0..3 {
        key(&mut app, Key::char(' '));
    }
    press(&mut app, Code::Enter);
    assert_eq!(body(&app), r#"{"width":500}"#);
    let mut app = compared();
    key(&mut app, Key::char('a'));
    key(&mut app, Key::char('a'));
    press(&mut app, Code::Enter);
    assert_eq!((told(&app), app.sync.unsaved()), (Some(Reused::NothingMarked), 0));
}

#[test]
fn what_is_edited_here_is_compared_as_edited() {
    let mut app = ready();
    enter(&mut app, "width", "500");
    comparing(&mut app);
    answered(&mut app, 2, answer(Ok(other())));
    assert!(!verdicts(&app).iter().any(|(key, _)| key == "width"));
    assert_eq!(shown(&app, "width"), Some(Edit::Text("500".into())));
}

#[test]
fn what_is_read_of_another_profile_stands_in_the_log_under_its_name() {
    let mut app = ready();
    comparing(&mut app);
    let whose = |app: &App| {
        let logged = app.sync.log.iter().map(|logged| {
            let ended = match &logged.end {
                End::Open => "open",
                End::Cancelled => "cancelled",
                End::Over { fault: None, .. } => "read",
                End::Over { .. } => "failed",
            };
            (logged.elsewhere.as_ref().map(|profile| profile.name.clone()), ended)
        });
        logged.collect::<Vec<_>>()
    };
    let there = || Some("staging".to_owned());
    assert_eq!(whose(&app), [(None, "read"), (there(), "open"), (there(), "open"), (there(), "open")]);
    update(&mut app, reply(2, Ok(other())));
    update(&mut app, reply(4, Err(super::refused(403, &[]))));
    press(&mut app, Code::Esc);
    assert_eq!(whose(&app), [(None, "read"), (there(), "read"), (there(), "cancelled"), (there(), "failed")]);
}

#[test]
fn esc_stops_the_reading_and_a_late_answer_changes_nothing() {
    for leave in [Key::plain(Code::Esc), Key::ctrl('c')] {
        let mut app = ready();
        enter(&mut app, "width", "420");
        comparing(&mut app);
        assert_eq!(key(&mut app, leave), [2, 3, 4].map(|id| Effect::Cancel(RequestId(id))));
        let before = format!("{app:?}");
        assert_eq!(answered(&mut app, 2, answer(Ok(other()))), []);
        assert_eq!(format!("{app:?}"), before);
    }
    let mut app = compared();
    assert_eq!(press(&mut app, Code::Esc), [], "nothing is on its way any more");
    comparing_again(&mut app);
}

/// The next one has another number, and the first one's answer is not its own.
fn comparing_again(app: &mut App) {
    choose(app, "compare");
    assert_eq!(press(app, Code::Enter), [reads(staging(), 5)]);
    answered(app, 2, answer(Ok(other())));
    let Some(comparison) = app.mode.comparison() else { panic!("{:?}", app.mode) };
    assert!(matches!(&comparison.other, Other::Reading { awaited, read } if awaited.len() == 3 && read.is_empty()));
}

#[test]
fn a_profile_that_can_not_be_read_is_told_and_read_again_on_demand() {
    let faults = [
        Fault::Unreached(Unreached::Refused),
        Fault::NoCredential("nowhere".into()),
        Fault::Untrusted("$X".into()),
        super::refused(401, &[]),
    ];
    for fault in faults {
        let mut app = ready();
        comparing(&mut app);
        assert_eq!(ctrl(&mut app, 'r'), [], "it is being read");
        let stopped = answered(&mut app, 2, answer(Err(fault.clone())));
        assert_eq!(
            stopped,
            [3, 4].map(|id| Effect::Cancel(RequestId(id))),
            "without its settings the rest is of no use"
        );
        assert!(app.mode.comparison().is_some_and(|comparison| comparison.other == Other::Failed(fault.clone())));
        assert!(verdicts(&app).is_empty());
        assert_eq!(press(&mut app, Code::Enter), []);
        assert_eq!(ctrl(&mut app, 'r'), [reads(staging(), 5)]);
    }
}

#[test]
fn settings_that_are_not_set_up_there_are_only_here() {
    let mut app = ready();
    comparing(&mut app);
    answered(&mut app, 2, answer(Err(super::refused(404, &[]))));
    assert!(verdicts(&app).iter().all(|(_, verdict)| *verdict == Difference::OnlyHere));
    key(&mut app, Key::char('a'));
    press(&mut app, Code::Enter);
    assert_eq!((told(&app), app.sync.unsaved()), (Some(Reused::NothingMarked), 0));
}

#[test]
fn a_resource_that_could_not_be_read_there_has_one_row_that_says_so() {
    let (mut app, _) = App::new(Target {
        setup: setup(),
        paths: Resource::ALL.map(|resource| (resource, String::new())).into(),
        ..target()
    });
    app.sync.keeping = Keeping::InMemory("no disk here".into());
    for request in 1..=3 {
        let absent = Err(super::refused(404, &[]));
        update(&mut app, reply(request, if request == 1 { Ok(settings()) } else { absent }));
    }
    choose(&mut app, "compare");
    assert_eq!(press(&mut app, Code::Enter), [reads(staging(), 4)]);
    let mut read = answer(Ok(settings()));
    read.insert(Resource::Recording, Err(super::refused(403, &[])));
    let channel = values(&[("url", words("https://a.dev")), ("isReady", Value::Switch(true))]);
    read.insert(Resource::ChannelConnection, Ok(channel));
    answered(&mut app, 4, read);
    let shown = [
        ("urlToRetrieveAuthedRecording", Difference::Unread),
        ("url", Difference::Differs),
        ("isReady", Difference::Differs),
    ];
    assert_eq!(verdicts(&app), shown.map(|(key, verdict)| (key.to_owned(), verdict)));
    key(&mut app, Key::char('a'));
    press(&mut app, Code::Enter);
    let body = app.sync.draft.patch(Resource::ChannelConnection).body();
    assert_eq!(body, r#"{"url":"https://a.dev","isReady":true}"#, "what is not set up here can be set up by it");
}

#[test]
fn from_the_list_of_profiles_a_profile_is_compared_without_switching_and_never_with_itself() {
    let mut app = ready();
    app.target.profile = Some(staging());
    ctrl(&mut app, 't');
    update(&mut app, survey(setup()));
    assert_eq!(ctrl(&mut app, 'd'), []);
    assert_eq!(app.notice, Some(Notice::SameProfile));
    type_in(&mut app, "live");
    let live = setup().profiles.remove(1);
    assert_eq!(ctrl(&mut app, 'd'), [reads(live, 2)]);
    let mut app = ready();
    choose(&mut app, "compare");
    type_in(&mut app, "nobody");
    assert_eq!(press(&mut app, Code::Enter), [], "there is none of that name");
}

#[test]
fn values_from_elsewhere_take_old_marks_away_but_no_conflict() {
    use callset::app::Mark;
    let mut app = ready();
    enter(&mut app, "url", "https://mine.dev/");
    let mut theirs = app.sync.draft.representation(super::SETTINGS).unwrap().clone();
    theirs.set("url", Value::Text("https://theirs.dev/".into()));
    ctrl(&mut app, 'r');
    let request = app.sync.in_flight().next().unwrap();
    update(&mut app, reply(request.0, Ok(theirs)));
    app.marks.insert(id("width"), Mark::Refused("too wide".into()));
    apply(&mut app, "wide");
    apply(&mut app, "local");
    assert!(app.marks.is_empty(), "{:?}", app.marks);
    assert_eq!(app.sync.draft.conflicts().map(|(field, ..)| field.id.clone()).collect::<Vec<_>>(), [id("url")]);
    let whole: &Draft = &app.sync.draft;
    assert_eq!(whole.dirty().count(), 2);
}
