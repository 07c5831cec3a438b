//! What happens in the middle of something else: schedules that once broke a promise, each at its shortest.

use super::{
    but, ctrl, dirty, enter, get, id, is_idle, loaded, press, reply, saving, settings, target, type_in, update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Msg};
use callset::app::{App, Notice, Overlay};
use callset::model::record::SaveLock;
use callset::sync::{Disk, Doing, Outcome, RequestId, Timer};

use callset::model::{Edit, Value};
use std::time::Duration;

/// The settings are there; the disk was asked to open and has not answered yet.
fn with_disk(watch: Option<Duration>) -> App {
    let (mut app, _) = App::new(callset::sync::Target { watch, ..target() });
    update(&mut app, reply(1, Ok(settings())));
    app
}

/// What the width's edit was made on and what the server has instead, if that is a conflict.
fn conflict(app: &App) -> Option<(Value, Value)> {
    let (loaded, server) = app.sync.draft.conflict(&id("width"))?;
    Some((loaded?.clone(), server?.clone()))
}

fn between(loaded: i32, server: i32) -> (Value, Value) {
    (Value::Integer(loaded), Value::Integer(server))
}

#[test]
fn what_is_set_back_during_the_check_is_not_called_there_already() {
    let mut app = dirty();
    assert_eq!(ctrl(&mut app, 's'), get(2, Doing::Checking));
    ctrl(&mut app, 'x');
    assert_eq!(update(&mut app, reply(2, Ok(settings()))), []);
    assert_eq!((app.notice.as_ref(), is_idle(&app)), (Some(&Notice::Outcome(Outcome::NothingToSave)), true));
}

#[test]
fn what_is_there_already_is_counted_without_what_was_set_back() {
    let mut app = dirty();
    enter(&mut app, "height", "700");
    ctrl(&mut app, 's');
    ctrl(&mut app, 'x');
    assert_eq!(update(&mut app, reply(2, Ok(but("width", Value::Integer(420))))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::AlreadyThere { fields: 1 })));
}

#[test]
fn h12_what_the_server_kept_is_not_called_saved_because_its_field_was_edited_since() {
    let mut app = saving();
    enter(&mut app, "width", "430");
    update(&mut app, reply(3, Ok(but("updatedAt", Value::Text("2026-11-22T10:00:00Z".into())))));
    assert!(matches!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 1, .. }))), "{:?}", app.notice);
}

#[test]
fn c5_text_that_is_no_value_yet_is_in_conflict_with_what_others_wrote_all_the_same() {
    let mut app = loaded();
    enter(&mut app, "width", "4x");
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
    assert_eq!(conflict(&app), Some(between(400, 380)));
}

#[test]
fn c2_text_that_is_no_value_any_more_does_not_send_the_value_before_it_over_the_change_of_others() {
    let mut app = dirty();
    ctrl(&mut app, 's');
    type_in(&mut app, "x");
    assert_eq!(update(&mut app, reply(2, Ok(but("width", Value::Integer(380))))), []);
    assert_eq!(
        (app.notice.as_ref(), is_idle(&app)),
        (Some(&Notice::Outcome(Outcome::Clash { fields: 1, left: false })), true)
    );
}

#[test]
fn c9_the_next_key_is_no_answer_to_a_conflict_that_came_up_between_two() {
    let mut app = dirty();
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
    type_in(&mut app, "0");
    assert_eq!(conflict(&app), Some(between(400, 380)));
    assert_eq!(ctrl(&mut app, 's'), []);
    assert!(app.mode.is(Overlay::Conflicts));
    // But editing what was asked about is.
    type_in(&mut app, "e");
    type_in(&mut app, "0");
    assert_eq!(conflict(&app), None);
    assert_eq!(ctrl(&mut app, 's'), get(3, Doing::Checking));
}

#[test]
fn c11_what_was_changed_there_and_back_is_no_conflict_any_more() {
    let mut app = dirty();
    for (request, there) in [(2, 380), (3, 400)] {
        ctrl(&mut app, 'r');
        update(&mut app, reply(request, Ok(but("width", Value::Integer(there)))));
    }
    assert_eq!(conflict(&app), None);
    assert_eq!(app.notice, Some(Notice::Reloaded { changed: 0, conflicts: 0 }));
    assert_eq!(ctrl(&mut app, 's'), get(4, Doing::Checking));
}

#[test]
fn c14_a_draft_stands_on_what_was_seen_until_a_conflict_is_decided() {
    let mut app = with_disk(None);
    enter(&mut app, "width", "420");
    ctrl(&mut app, 'r');
    let kept = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Disk(Disk::Keep(unsaved)) => Some(unsaved.base[&super::SETTINGS].get("width").cloned()),
            _ => None,
        })
    };
    let theirs = Value::Integer(380);
    let effects = callset::app::update(&mut app, reply(2, Ok(but("width", theirs.clone()))));
    assert_eq!(kept(effects), None, "nothing of it has changed");
    assert_eq!(ctrl(&mut app, 's'), []);
    press(&mut app, Code::Right);
    let effects = callset::app::update(&mut app, Msg::Key(callset::app::msg::Key::plain(Code::Enter)));
    assert_eq!(kept(effects), Some(Some(theirs)));
}

#[test]
fn c14_what_both_started_from_is_an_edit_as_well_once_others_have_changed_it() {
    let mut app = with_disk(None);
    enter(&mut app, "width", "40");
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
    press(&mut app, Code::End);
    type_in(&mut app, "0");
    // `update` looks that it comes back.
    assert_eq!(app.sync.draft.edit(&id("width")), Some(&Edit::Text("400".into())));
}

#[test]
fn c12_the_turn_of_a_save_that_was_given_up_is_not_that_of_the_next() {
    let mut app = with_disk(None);
    enter(&mut app, "width", "420");
    let turn = |turn| Msg::Disk(DiskReply::Turn(turn));
    assert_eq!(ctrl(&mut app, 's'), [Effect::Disk(Disk::Turn)]);
    assert_eq!(press(&mut app, Code::Esc), [Effect::Disk(Disk::EndTurn)]);
    assert_eq!(ctrl(&mut app, 's'), [Effect::Disk(Disk::Turn)]);
    assert_eq!(update(&mut app, turn(SaveLock::Ours)), [], "that one was given back");
    let later = Effect::Wake { timer: Timer::Turn, after: Duration::from_millis(200) };
    assert_eq!(update(&mut app, turn(SaveLock::Theirs(None))), [later]);
    update(&mut app, Msg::Woke { timer: Timer::Turn, waited: Duration::ZERO });
    assert_eq!(update(&mut app, turn(SaveLock::Ours)), get(2, Doing::Checking));
}

fn look(app: &mut App, round: u32) -> Vec<Effect> {
    update(app, Msg::Woke { timer: Timer::Watch(round), waited: Duration::ZERO })
}

#[test]
fn a_save_that_is_refused_does_not_forget_the_look_on_its_way() {
    let mut app = with_disk(Some(Duration::from_secs(10)));
    enter(&mut app, "width", "x");
    look(&mut app, 1);
    assert_eq!(app.sync.in_flight().next(), Some(RequestId(2)));
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(
        (app.notice.as_ref(), app.sync.in_flight().next()),
        (Some(&Notice::Outcome(Outcome::Invalid { fields: 1 })), Some(RequestId(2)))
    );
}

#[test]
fn a_save_or_a_reload_in_the_middle_of_a_look_does_not_end_the_watch() {
    for key in ['s', 'r'] {
        let mut app = with_disk(Some(Duration::from_secs(10)));
        enter(&mut app, "width", "420");
        look(&mut app, 1);
        let effects = ctrl(&mut app, key);
        assert_eq!(effects[0], Effect::Cancel(RequestId(2)));
        assert!(matches!(effects[1], Effect::Wake { timer: Timer::Watch(2), .. }), "{effects:?}");
    }
}
