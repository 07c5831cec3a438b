//! Profiles: another one is chosen, production is reviewed, read-only is locked, a credential stays with its host.

use super::resources::{Fate, Server, answer, confirmed, dirty_everywhere, loaded, run, sent, set, update};
use super::{SETTINGS, ctrl, id, key, press, settings, type_in};
use callset::app::effect::{Effect, ProfileChange};
use callset::app::msg::{Code, DiskReply, Key, Msg, Token};
use callset::app::wizard::Purpose;
use callset::app::{App, Confirm, Mode, Notice, Overlay, ProfileNews, ProfilesOnDisk, Prompt, Typed};
use callset::model::profile::{Config, CredentialKind, Profile};
use callset::model::{Edit, Resource, Value};
use callset::sync::{Call, Disk, Doing, Fault, Keeping, Outcome, Request};
use std::time::Duration;

fn profile(name: &str) -> Profile {
    Profile::new(name, 1_234_567)
}

/// Loaded with a profile that is this way.
fn with(profile: Profile, server: &mut Server) -> App {
    let mut app = loaded(server);
    app.target.setup = Config { profiles: vec![profile.clone(), self::profile("other")], ..Config::default() };
    app.target.profile = Some(profile);
    app
}

fn production(server: &mut Server) -> App {
    with(Profile { production: true, ..profile("production") }, server)
}

fn widen(app: &mut App) {
    set(app, SETTINGS, "width", Edit::Text("420".into()));
}

/// Ctrl-S, and what is asked.
fn reviewed(app: &mut App, server: &mut Server) {
    let effects = ctrl(app, 's');
    run(app, server, effects);
    assert!(
        matches!(app.mode, Mode::Entering(Prompt { what: Typed::Id(Confirm::Save(_)), .. })),
        "{:?} {:?}",
        app.mode,
        app.notice
    );
}

// ── production ──

#[test]
fn a_save_to_production_sends_nothing_before_the_apps_id_is_typed() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    reviewed(&mut app, &mut server);
    assert_eq!(server.writes(), []);
    assert!(app.sync.is_idle(), "nobody waits for a turn that is only looked at");
    assert_eq!(confirmed(&mut app, "12345"), []);
    assert_eq!(app.notice, Some(Notice::NotTheId));
    let effects = confirmed(&mut app, "67");
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes().len(), 1);
    assert!(
        matches!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 0, .. }))) && app.mode.is_editing()
    );
}

#[test]
fn esc_goes_back_from_the_review_with_the_edits() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    reviewed(&mut app, &mut server);
    assert_eq!(press(&mut app, Code::Esc), []);
    assert_eq!((app.mode.is_editing(), app.sync.unsaved(), server.writes()), (true, 1, vec![]));
}

#[test]
fn c15_a_review_that_is_out_of_date_is_shown_anew() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    reviewed(&mut app, &mut server);
    // Twenty minutes later someone else has been there, in another field.
    server.holds.get_mut(&SETTINGS).unwrap().set("height", Value::Integer(700));
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes(), &app.notice), (vec![], &Some(Notice::Outdated)));
    let Mode::Entering(Prompt { what: Typed::Id(Confirm::Save(plan)), input: typed, .. }) = &app.mode else {
        panic!("{:?}", app.mode)
    };
    assert_eq!((plan[0].before.get("height"), typed.value()), (Some(&Value::Integer(700)), ""), "the id is typed anew");
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes().len(), app.sync.unsaved()), (1, 0));
}

#[test]
fn c15_c4_a_date_alone_is_no_reason_to_show_it_anew() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    reviewed(&mut app, &mut server);
    server.holds.get_mut(&SETTINGS).unwrap().set("updatedAt", Value::Text("2026-11-24T00:00:00Z".into()));
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes().len(), 1);
}

#[test]
fn c15_c2_someone_in_the_same_field_is_a_choice_before_it_is_a_review() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    reviewed(&mut app, &mut server);
    server.holds.get_mut(&SETTINGS).unwrap().set("width", Value::Integer(380));
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert!(app.mode.is(Overlay::Conflicts) && server.writes().is_empty());
    key(&mut app, Key::char('M'));
    let effects = press(&mut app, Code::Enter);
    run(&mut app, &mut server, effects);
    assert!(app.mode.is(Overlay::Id), "and then it is reviewed: {:?}", app.notice);
    assert_eq!(server.writes(), []);
}

#[test]
fn several_resources_are_reviewed_together_and_one_that_moves_meanwhile_stops_itself_only() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    dirty_everywhere(&mut app);
    reviewed(&mut app, &mut server);
    let Mode::Entering(Prompt { what: Typed::Id(Confirm::Save(plan)), .. }) = &app.mode else { panic!() };
    assert_eq!(plan.iter().map(|planned| planned.patch.resource()).collect::<Vec<_>>(), Resource::ALL);
    server.holds.get_mut(&Resource::ChannelConnection).unwrap().set("url", Value::Text("https://new.dev".into()));
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    let written: Vec<Resource> = server.writes().iter().map(Call::resource).collect();
    assert_eq!(written, [SETTINGS, Resource::Recording]);
    // What was saved is told, and what is left is shown anew.
    let Mode::Entering(Prompt { what: Typed::Id(Confirm::Save(plan)), .. }) = &app.mode else {
        panic!("{:?}", app.mode)
    };
    assert_eq!(plan.len(), 1);
    assert!(matches!(&app.notice, Some(Notice::Several(ended)) if ended.len() == 2), "{:?}", app.notice);
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes().len(), app.sync.unsaved()), (1, 0));
}

#[test]
fn what_fails_while_it_looks_is_told_and_not_asked_about() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    let check = ctrl(&mut app, 's');
    let Some(Effect::Send(Request { id, .. })) = check.first() else { panic!("{check:?}") };
    update(&mut app, answer(*id, Err(super::refused(403, &[]))));
    assert!(app.mode.is_editing() && matches!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Checking, _)))));
}

#[test]
fn a_confirmed_save_without_an_answer_is_read_back_like_any_other() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    reviewed(&mut app, &mut server);
    server.fates.insert(SETTINGS, Fate::Unknown(true));
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes().len(), app.sync.doubts().count()), (1, 1));
}

#[test]
fn u11_leaving_with_s_from_production_is_reviewed_and_esc_stays() {
    let mut server = Server::new();
    let mut app = production(&mut server);
    widen(&mut app);
    ctrl(&mut app, 'q');
    let effects = key(&mut app, Key::char('s'));
    run(&mut app, &mut server, effects);
    assert!(app.mode.is(Overlay::Id));
    let mut stays = app.clone();
    press(&mut stays, Code::Esc);
    assert!(!stays.is_leaving());
    let effects = confirmed(&mut app, "1234567");
    let rest = run(&mut app, &mut server, effects);
    assert!(rest.iter().any(|effect| matches!(effect, Effect::Quit(exit) if exit.code == 0)), "{rest:?}");
}

// ── read-only ──

#[test]
fn a_read_only_profile_saves_nothing_before_it_is_unlocked_by_the_apps_id() {
    let mut server = Server::new();
    let mut app = with(Profile { read_only: true, ..profile("locked") }, &mut server);
    widen(&mut app);
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(app.notice, Some(Notice::Locked));
    ctrl(&mut app, 'p');
    type_in(&mut app, "unlock");
    press(&mut app, Code::Enter);
    assert_eq!(confirmed(&mut app, "1234567"), []);
    assert_eq!(app.notice, Some(Notice::Unlocked));
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes().len(), 1);
}

#[test]
fn a_read_only_profile_deletes_nothing() {
    let mut server = Server::new();
    let mut app = with(Profile { read_only: true, ..profile("locked") }, &mut server);
    ctrl(&mut app, 'p');
    type_in(&mut app, "delete the settings");
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!((app.mode.is_editing(), app.notice), (true, Some(Notice::Locked)));
}

// ── choosing ──

fn survey(app: &App) -> Msg {
    let setup = app.target.setup.clone();
    Msg::Disk(DiskReply::Surveyed(ProfilesOnDisk {
        unsaved: vec![0; setup.profiles.len()],
        setup,
        ..ProfilesOnDisk::default()
    }))
}

#[test]
fn u14_switching_leaves_the_edits_to_their_profile() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    app.sync.keeping = Keeping::OnDisk;
    widen(&mut app);
    assert!(ctrl(&mut app, 't').contains(&Effect::Disk(Disk::Survey)));
    let found = survey(&app);
    update(&mut app, found);
    press(&mut app, Code::Down);
    let effects = press(&mut app, Code::Enter);
    assert_eq!(effects, [Effect::Switch(Box::new(profile("other")))]);
    assert_eq!(app.sync.unsaved(), 1, "they are in the draft, and nothing took them");
}

#[test]
fn switching_waits_for_a_save_and_for_edits_that_are_nowhere_else() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    widen(&mut app);
    let choose = |app: &mut App| {
        ctrl(app, 't');
        let found = survey(app);
        update(app, found);
        press(app, Code::Down);
        press(app, Code::Enter)
    };
    assert_eq!((choose(&mut app), app.notice.clone()), (vec![], Some(Notice::NotSwitched)));
    let check = ctrl(&mut app, 's');
    assert_eq!(sent(&check).len(), 1);
    assert_eq!((choose(&mut app), app.notice.clone()), (vec![], Some(Notice::Busy(Doing::Saving))));
}

#[test]
fn the_list_is_filtered_by_typing_and_the_one_in_use_is_no_change() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    ctrl(&mut app, 't');
    let found = survey(&app);
    update(&mut app, found);
    type_in(&mut app, "stag");
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!(app.notice, Some(Notice::SameProfile));
    ctrl(&mut app, 't');
    type_in(&mut app, "nothing like it");
    assert_eq!(press(&mut app, Code::Enter), []);
    assert!(app.mode.is(Overlay::Profiles), "and the list stays");
}

#[test]
fn f12_the_configuration_is_read_anew_and_what_is_wrong_in_it_is_told() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    widen(&mut app);
    ctrl(&mut app, 't');
    let setup = Config { profiles: vec![profile("new")], ..Config::default() };
    let complaints = vec!["config.toml:3:1: nonsense".to_owned()];
    update(
        &mut app,
        Msg::Disk(DiskReply::Surveyed(ProfilesOnDisk {
            setup,
            complaints,
            unsaved: vec![2],
            ..ProfilesOnDisk::default()
        })),
    );
    assert_eq!(app.listed("").len(), 1);
    assert_eq!(app.notice, Some(Notice::Complaints { things: 1, first: "config.toml:3:1: nonsense".into() }));
    assert_eq!(app.sync.unsaved(), 1, "the form is as it was");
}

/// What the disk says once the file is this way.
fn now(profiles: Vec<Profile>, complaints: &[&str], is_broken: bool) -> Msg {
    let setup = Config { profiles, ..Config::default() };
    let complaints = complaints.iter().map(|&complaint| complaint.to_owned()).collect();
    let found = ProfilesOnDisk { setup, complaints, is_broken, may_guard: is_broken, unsaved: vec![] };
    Msg::Disk(DiskReply::Surveyed(found))
}

#[test]
fn f12_x17_a_guard_that_is_written_or_mended_meanwhile_holds_from_then_on() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    widen(&mut app);
    for looks in [Msg::Focused, Msg::Woke { timer: callset::sync::Timer::Minute, waited: Duration::from_mins(1) }] {
        assert!(update(&mut app.clone(), looks).contains(&Effect::Disk(Disk::Survey)));
    }
    let guarded = |production, read_only| Profile { production, read_only, ..profile("staging") };
    update(&mut app, now(vec![guarded(true, false)], &["c:3:1: producton"], false));
    assert!(app.target.is_production() && app.sync.unsaved() == 1);
    reviewed(&mut app, &mut server);
    press(&mut app, Code::Esc);
    // A file that cannot be read frees nothing, and the profiles of before are still in the list.
    update(&mut app, now(vec![], &["c:1:1: Not TOML"], true));
    assert!(app.target.is_production() && app.listed("").len() == 1);
    update(&mut app, now(vec![guarded(false, true)], &[], false));
    assert!(!app.target.is_production() && app.is_locked());
    press(&mut app, Code::Esc);
    update(&mut app, now(vec![guarded(false, false)], &[], false));
    assert!(!app.is_locked() && app.sync.unsaved() == 1);
    assert_eq!(server.writes(), []);
}

#[test]
fn x17_unlocked_is_unlocked_only_until_the_profile_is_locked_anew() {
    let mut server = Server::new();
    let locked = Profile { read_only: true, ..profile("staging") };
    let mut app = with(locked.clone(), &mut server);
    ctrl(&mut app, 'p');
    type_in(&mut app, "unlock saving");
    press(&mut app, Code::Enter);
    confirmed(&mut app, "1234567");
    update(&mut app, now(vec![locked.clone()], &[], false));
    assert!(!app.is_locked(), "the file says what it said");
    update(&mut app, now(vec![profile("staging")], &[], false));
    update(&mut app, now(vec![locked], &[], false));
    assert!(app.is_locked());
}

#[test]
fn x17_an_app_without_a_profile_is_reviewed_while_a_guard_of_it_may_be_hidden() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    let production = Profile { base_url: app.target.base_url.clone(), production: true, ..profile("live") };
    let other = Profile { app_id: 9, ..production.clone() };
    let host = production.host().unwrap();
    app.target.host.clone_from(&host);
    for (profiles, is_broken, is_reviewed) in [
        (vec![other.clone()], false, false),
        (vec![production.clone()], false, true),
        (vec![], true, true),
        (vec![other], false, false),
    ] {
        update(&mut app, now(profiles, &[], is_broken));
        assert_eq!(app.target.is_production(), is_reviewed);
    }
}

#[test]
fn what_is_wrong_with_the_configuration_can_be_read_again() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    update(&mut app, now(vec![profile("staging")], &["c:3:1: first", "c:4:1: second"], false));
    press(&mut app, Code::Down);
    ctrl(&mut app, 'p');
    type_in(&mut app, "what is wrong");
    assert_eq!(press(&mut app, Code::Enter), [Effect::Disk(Disk::Survey)]);
    assert!(app.mode.is(Overlay::Complaints));
    assert_eq!(ctrl(&mut app, 'r'), [Effect::Disk(Disk::Survey)]);
    press(&mut app, Code::Esc);
    update(&mut app, Msg::Clicked(callset::app::msg::Hit::Complaints));
    assert!(app.mode.is(Overlay::Complaints), "the mark in the header is a button");
    update(&mut app, now(vec![profile("staging")], &[], false));
    assert_eq!((app.target.complaints.len(), app.notice), (0, Some(Notice::Profiles(ProfileNews::Mended))));
}

#[test]
fn f12_a_profile_that_is_another_app_in_the_file_now_is_told_once() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    let moved = Profile { app_id: 9, ..profile("staging") };
    for told in [Some(Notice::Profiles(ProfileNews::AnotherNow("staging".into()))), None] {
        update(&mut app, now(vec![moved.clone()], &[], false));
        assert_eq!(app.notice.take(), told);
    }
    app.sync.keeping = Keeping::OnDisk;
    ctrl(&mut app, 't');
    assert_eq!(press(&mut app, Code::Enter), [Effect::Switch(Box::new(moved))], "it is another one to switch to");
}

#[test]
fn what_the_configuration_says_of_mouse_and_watch_holds_from_the_start() {
    let mut target = super::target();
    target.setup.mouse = Some(false);
    target.complaints = vec!["config.toml:1:1: first".into(), "config.toml:2:1: second".into()];
    let (mut app, effects) = App::new(target);
    assert!(effects.contains(&Effect::SetMouse(false)) && !app.terminal.mouse);
    update(&mut app, super::reply(1, Ok(settings())));
    let told = Some(Notice::Complaints { things: 2, first: "config.toml:1:1: first".into() });
    assert_eq!(app.notice, told, "once there is something to see");
}

// ── what is done in the list ──

/// With the list open, on the profile that is not in use.
fn on_other(server: &mut Server) -> App {
    let mut app = with(profile("staging"), server);
    ctrl(&mut app, 't');
    let found = survey(&app);
    update(&mut app, found);
    press(&mut app, Code::Down);
    app
}

#[test]
fn the_questions_are_asked_for_a_new_profile_a_change_and_a_copy() {
    let mut server = Server::new();
    let other = || Some(Box::new(profile("other")));
    for (c, purpose, of) in [('n', Purpose::New, None), ('e', Purpose::Change, other()), ('o', Purpose::Copy, other())]
    {
        let mut app = on_other(&mut server);
        assert_eq!(ctrl(&mut app, c), [Effect::SetUp(purpose, of.clone())]);
        // What is unsaved and on no disk would be lost, and a save is seen through.
        let mut app = on_other(&mut server);
        widen(&mut app);
        assert_eq!(ctrl(&mut app, c), []);
        assert_eq!(app.notice, Some(Notice::NotSwitched));
    }
    // By name it is about the profile in use.
    let mut app = with(profile("staging"), &mut server);
    ctrl(&mut app, 'p');
    type_in(&mut app, "change this profile");
    let here = app.target.profile.clone().map(Box::new);
    assert_eq!(press(&mut app, Code::Enter), [Effect::SetUp(Purpose::Change, here)]);
    let mut app = loaded(&mut server);
    ctrl(&mut app, 'p');
    type_in(&mut app, "change this profile");
    press(&mut app, Code::Enter);
    assert!(app.mode.is(Overlay::Profiles), "there is none, so it is chosen");
}

#[test]
fn a_profile_is_renamed_by_typing_its_name() {
    let mut server = Server::new();
    let mut app = on_other(&mut server);
    press(&mut app, Code::F(2));
    for bad in ["", "a b", "-x"] {
        ctrl(&mut app, 'u');
        type_in(&mut app, bad);
        assert_eq!((press(&mut app, Code::Enter), app.mode.is(Overlay::ProfileName)), (vec![], true), "{bad}");
        assert_eq!(app.notice, Some(Notice::Profiles(ProfileNews::NotAName)));
    }
    ctrl(&mut app, 'u');
    type_in(&mut app, "staging");
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!(app.notice, Some(Notice::Profiles(ProfileNews::NameTaken("staging".into()))));
    ctrl(&mut app, 'u');
    type_in(&mut app, "third");
    let change = ProfileChange::Rename { from: Box::new(profile("other")), to: "third".into() };
    assert_eq!(press(&mut app, Code::Enter), [Effect::Profiles(change.clone()), Effect::Disk(Disk::Survey)]);
    assert!(app.mode.is(Overlay::Profiles));
    assert_eq!(update(&mut app, Msg::Profiles(change, Ok(vec![]))), [Effect::Disk(Disk::Survey)]);
    assert_eq!(app.notice, Some(Notice::Profiles(ProfileNews::Renamed("other".into(), "third".into()))));
    press(&mut app, Code::F(2));
    assert_eq!(press(&mut app, Code::Esc), [Effect::Disk(Disk::Survey)]);
    assert!(app.mode.is(Overlay::Profiles), "Esc goes back to the list");
}

#[test]
fn the_profile_in_use_goes_on_under_its_new_name() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    let change = ProfileChange::Rename { from: Box::new(profile("staging")), to: "third".into() };
    let effects = update(&mut app, Msg::Profiles(change.clone(), Ok(vec!["In place.".into()])));
    assert_eq!(effects, [Effect::Switch(Box::new(profile("third")))]);
    let effects = update(&mut app, Msg::Profiles(change, Err("The disk is full".into())));
    assert_eq!(effects, [Effect::Disk(Disk::Survey)]);
    assert_eq!(app.notice, Some(Notice::Profiles(ProfileNews::NotChanged("The disk is full".into()))));
}

#[test]
fn removing_a_profile_is_asked_and_no_is_the_default() {
    let mut server = Server::new();
    for no in [Key::char('n'), Key::plain(Code::Enter), Key::plain(Code::Esc)] {
        let mut app = on_other(&mut server);
        press(&mut app, Code::Delete);
        assert!(app.mode.is(Overlay::Remove));
        let mut yes = app.clone();
        assert_eq!(key(&mut app, no), [Effect::Disk(Disk::Survey)]);
        assert!(app.mode.is(Overlay::Profiles));
        let effects = key(&mut yes, Key::char('y'));
        let change = ProfileChange::Remove("other".into());
        assert_eq!(effects, [Effect::Profiles(change.clone()), Effect::Disk(Disk::Survey)]);
        update(&mut yes, Msg::Profiles(change, Ok(vec!["It was the default; there is none now.".into()])));
        assert_eq!(yes.notice, Some(Notice::Profiles(ProfileNews::Removed("other".into()))));
    }
}

#[test]
fn a_default_is_made_in_the_list() {
    let mut server = Server::new();
    let mut app = on_other(&mut server);
    let change = ProfileChange::MakeDefault("other".into());
    assert_eq!(press(&mut app, Code::F(8)), [Effect::Profiles(change)]);
    assert!(app.mode.is(Overlay::Profiles));
}

#[test]
fn a_profile_is_tested_with_its_own_credential_and_the_list_says_how_it_went() {
    let mut server = Server::new();
    let mut app = on_other(&mut server);
    let ended = |app: &App| match &app.mode {
        Mode::Picking(callset::app::Picker { rows: callset::app::Rows::Profiles { test: Some(test), .. }, .. }) => {
            test.ended.clone().map(|(_, ended)| ended)
        }
        other => panic!("{other:?}"),
    };
    let asked = |effects: Vec<Effect>| match effects.last() {
        Some(Effect::SendElsewhere(profile, requests)) => (profile.name.clone(), requests[0].id),
        _ => panic!("{effects:?}"),
    };
    let (name, first) = asked(press(&mut app, Code::F(4)));
    assert_eq!((name.as_str(), ended(&app)), ("other", None));
    // Another test takes its place.
    press(&mut app, Code::Up);
    let effects = press(&mut app, Code::F(4));
    assert_eq!(effects[0], Effect::Cancel(first));
    let (_, second) = asked(effects);
    update(&mut app, answer(first, Ok(settings())));
    assert_eq!(ended(&app), None, "a late answer changes nothing");
    update(&mut app, answer(second, Ok(settings())));
    assert_eq!(ended(&app), Some(Ok(true)));
    let (_, third) = asked(press(&mut app, Code::F(4)));
    let fault = Fault::NoCredential("nothing is there".into());
    update(&mut app, answer(third, Err(fault.clone())));
    assert_eq!(ended(&app), Some(Err(fault)));
    assert!(app.mode.is(Overlay::Profiles), "nothing is asked for another profile");
    // With the list goes what it waits for.
    let (_, last) = asked(press(&mut app, Code::F(4)));
    assert_eq!(press(&mut app, Code::Esc), [Effect::Cancel(last)]);
}

#[test]
fn while_no_profile_is_chosen_there_is_only_the_list() {
    let mut target = super::target();
    target.setup = Config { profiles: vec![profile("a"), profile("b")], ..Config::default() };
    let (mut app, effects) = App::choosing(target);
    assert_eq!(effects, [Effect::ReadClock, Effect::Disk(Disk::Survey)], "nothing is asked of a server");
    let found = survey(&app);
    update(&mut app, found);
    for away in [ctrl(&mut app.clone(), 'd'), update(&mut app.clone(), Msg::Clicked(callset::app::msg::Hit::Outside))] {
        assert_eq!(away, []);
    }
    for (open, close) in [
        (Key::plain(Code::F(2)), Code::Esc),
        (Key::plain(Code::Delete), Code::Enter),
        (Key::plain(Code::F(1)), Code::F(1)),
    ] {
        key(&mut app, open);
        assert!(!app.mode.is(Overlay::Profiles));
        press(&mut app, close);
        assert!(app.mode.is(Overlay::Profiles));
    }
    let left = |effects: Vec<Effect>| {
        matches!(effects[..], [Effect::Quit(callset::app::effect::Exit { code: 0, farewell: None })])
    };
    assert!(left(press(&mut app.clone(), Code::Esc)) && left(ctrl(&mut app.clone(), 'q')));
    press(&mut app, Code::Down);
    assert_eq!(press(&mut app, Code::Enter), [Effect::Switch(Box::new(profile("b")))]);
}

// ── the credential ──

#[test]
fn s7_a_credential_goes_to_another_host_only_after_a_yes_and_no_is_the_default() {
    for no in [Key::char('n'), Key::plain(Code::Enter), Key::plain(Code::Esc)] {
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        let effects = ctrl(&mut app, 'r');
        let Some(Effect::Send(Request { id, .. })) = effects.first() else { panic!("{effects:?}") };
        update(&mut app, answer(*id, Err(Fault::Untrusted("$HUBSPOT_ACCESS_TOKEN".into()))));
        assert!(app.mode.is(Overlay::Trust));
        let mut yes = app.clone();
        assert_eq!(key(&mut app, no), []);
        assert!(app.mode.is_editing());
        assert_eq!(key(&mut yes, Key::char('y')), [Effect::Trust]);
        let effects = update(&mut yes, Msg::Trusted(Ok(())));
        assert!(sent(&effects).contains(&Call::Get(SETTINGS)), "and what waited goes on");
    }
}

#[test]
fn s5_without_a_credential_one_is_asked_for_and_the_edits_stay() {
    let mut server = Server::new();
    let mut app = with(profile("staging"), &mut server);
    widen(&mut app);
    let check = ctrl(&mut app, 's');
    let Some(Effect::Send(Request { id, .. })) = check.first() else { panic!("{check:?}") };
    update(&mut app, answer(*id, Err(Fault::NoCredential("The keyring did not answer within 3 s.".into()))));
    assert!(app.mode.is(Overlay::Token));
    assert_eq!(press(&mut app, Code::Enter), [Effect::UseToken]);
    let token = Token { hint: String::new(), looks_like: None, tidied: vec![] };
    let effects = update(&mut app, Msg::Token(Ok(token)));
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes().len(), app.sync.unsaved()), (1, 0));
}

#[test]
fn s9_a_key_is_taken_from_the_environment_by_a_copied_curl_and_shown_nowhere() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    app.target.kind = CredentialKind::DeveloperKey;
    app.target.credential_hint = "••••••••c41f".into();
    app.form.focus = id("name");
    let curl = app.copy_text(callset::app::CopyItem::Curl).unwrap();
    let url = "https://api.hubapi.com/crm/v3/extensions/calling/1234567/settings";
    assert_eq!(curl, format!("curl '{url}?hapikey='\"$HUBSPOT_DEVELOPER_API_KEY\""));
    assert_eq!(app.target.shown_url(SETTINGS), format!("{url}?hapikey=••••••••c41f"));
    assert_eq!(app.target.shown_header(), None);
    assert_eq!(app.sync.draft.representation(SETTINGS), Some(&settings()));
}
