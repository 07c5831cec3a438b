//! What the server does meanwhile, and odd things it sends.

use super::{
    SETTINGS, base, body, but, ctrl, enter, get, id, loaded, reply, saving, sends, settings, shown, text, update,
};
use callset::app::{Mark, Notice, Overlay};
use callset::model::{Edit, Value};
use callset::sync::{Doing, Outcome};

#[test]
fn c5_a_changed_field_is_found_although_the_time_stood_still() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    let theirs = but("width", Value::Integer(380));
    assert_eq!(theirs.get("updatedAt"), settings().get("updatedAt"));
    assert_eq!(update(&mut app, reply(2, Ok(theirs))), []);
    assert!(app.mode.is(Overlay::Conflicts));
}

#[test]
fn c8_a_change_of_the_same_field_between_check_and_patch_is_lost_and_nobody_can_tell() {
    // The PATCH replaces what was written after the check: the answer is as for any save.
    let mut app = saving();
    update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 0, taken: 0, took: super::TOOK })));
}

#[test]
fn c11_there_and_back_again_is_no_conflict() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    let theirs = but("updatedAt", Value::Text("2026-09-22T12:00:00.000Z".into()));
    assert_eq!(update(&mut app, reply(2, Ok(theirs))), sends(3, &[("width", Edit::Text("420".into()))]));
    assert_eq!(app.marks.get(&id("width")), None);
}

#[test]
fn n20_two_answers_in_one_tick_are_taken_in_their_order() {
    let mut app = saving();
    update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    let late = reply(2, Ok(but("width", Value::Integer(1))));
    assert_eq!(update(&mut app, late), [], "the check's doubled answer");
    assert_eq!((shown(&app, "width"), app.sync.unsaved()), (text("420"), 0));
}

#[test]
fn j17_a_line_end_inside_a_name_stays_unless_the_name_is_edited() {
    let name = Value::Text("two\nlines\tand a tab".into());
    let mut app = super::with(but("name", name.clone()));
    enter(&mut app, "width", "420");
    assert_eq!(body(&app), r#"{"width":420}"#);
    assert_eq!(ctrl(&mut app, 's'), get(2, Doing::Checking));
    let theirs = base(&app);
    let sent = update(&mut app, reply(2, Ok(theirs)));
    assert_eq!(sent, sends(3, &[("width", Edit::Text("420".into()))]));
    assert_eq!(app.sync.draft.representation(SETTINGS).and_then(|base| base.get("name")), Some(&name));
}

#[test]
fn h13_what_the_answer_changed_besides_is_taken_and_marked() {
    let mut app = saving();
    let mut answer = but("width", Value::Integer(420));
    answer.set("isReady", Value::Switch(true));
    update(&mut app, reply(3, Ok(answer)));
    assert_eq!(app.marks.get(&id("isReady")), Some(&Mark::Taken));
}
