//! Load, save, the answer to a save, reload, and the timers of all that.

use super::{
    SETTINGS, TOOK, at, body, but, ctrl, enter, flip, focus, get, id, is_idle, key, loaded, patch, press, refused,
    reply, row, save, saving, send, sends, settings, shown, target, text, type_in, update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Clock, Code, Key, Msg};
use callset::app::{App, Mark, Notice};
use callset::model::{Edit, Value};
use callset::sync::{Call, Disk, Doing, Fault, Outcome, RequestId, Timer};
use std::collections::BTreeMap;
use std::time::Duration;

// ── load ──

#[test]
fn the_first_frame_asks_for_the_clock_and_the_settings() {
    let (app, effects) = App::new(target());
    let mut expected = vec![Effect::ReadClock, Effect::Disk(Disk::Open)];
    expected.extend(get(1, Doing::Loading));
    assert_eq!(effects, expected);
    assert_eq!(app.sync.in_flight().next(), Some(RequestId(1)));
    assert_eq!(app.form.focus, id("url"));
    assert!(app.notice.is_none() && app.mode.is_editing());
}

#[test]
fn loaded_settings_stand_in_the_form_and_nothing_is_unsaved() {
    let app = loaded();
    assert!(is_idle(&app));
    assert_eq!((app.sync.unsaved(), app.notice.as_ref(), app.marks.len()), (0, None, 0));
    assert_eq!(app.sync.synced, Some(at()));
    assert_eq!(app.form.input.value(), "Acme Dialer");
    assert_eq!(shown(&app, "width"), text("400"));
}

#[test]
fn a_load_that_fails_says_so_and_can_be_tried_again() {
    let (mut app, _) = App::new(target());
    let fault = refused(403, &[]);
    assert_eq!(update(&mut app, reply(1, Err(fault.clone()))), []);
    assert!(is_idle(&app));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Loading, fault.clone()))));
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(
        app.notice,
        Some(Notice::Outcome(Outcome::Failed(Doing::Loading, fault))),
        "what failed is more to the point"
    );
    assert_eq!(ctrl(&mut app, 'r'), get(2, Doing::Loading));
    assert_eq!(app.notice, None);
}

#[test]
fn n12_a_load_that_was_cancelled_ignores_its_late_answer() {
    let (mut app, _) = App::new(target());
    assert_eq!(press(&mut app, Code::Esc), [Effect::Cancel(RequestId(1))]);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Cancelled(Doing::Loading))));
    assert_eq!(update(&mut app, reply(1, Ok(settings()))), []);
    assert!(!app.sync.draft.is_loaded(SETTINGS));
    assert_eq!(
        (app.sync.synced, app.notice.as_ref()),
        (None, Some(&Notice::Outcome(Outcome::Cancelled(Doing::Loading))))
    );
}

#[test]
fn n12_a_doubled_answer_and_one_to_a_request_never_made_change_nothing() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    for request in [0, 1, 2, 99] {
        assert_eq!(update(&mut app, reply(request, Ok(but("width", Value::Integer(1))))), []);
        assert_eq!(update(&mut app, reply(request, Err(Fault::Broken("reset".into())))), []);
    }
    assert_eq!((body(&app).as_str(), app.notice.as_ref()), (r#"{"width":420}"#, None));
    assert_eq!(app.sync.draft.base(&id("width")), Some(&Value::Integer(400)));
}

#[test]
fn nothing_can_be_entered_before_it_is_loaded() {
    let (mut app, _) = App::new(target());
    type_in(&mut app, "x");
    assert_eq!(app.notice, Some(Notice::NotLoaded));
    update(&mut app, Msg::Pasted { text: "x".into(), cut: false });
    flip(&mut app, "isReady");
    assert_eq!((app.notice.as_ref(), app.sync.unsaved()), (Some(&Notice::NotLoaded), 0));
}

// ── save ──

#[test]
fn h19_ctrl_s_with_nothing_dirty_sends_nothing_and_says_so() {
    let mut app = loaded();
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!((app.notice.as_ref(), is_idle(&app)), (Some(&Notice::Outcome(Outcome::NothingToSave)), true));
}

#[test]
fn ctrl_s_while_loading_sends_nothing() {
    let (mut app, _) = App::new(target());
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(app.notice, Some(Notice::Busy(Doing::Loading)));
    assert_eq!(ctrl(&mut app, 'r'), [], "and one load is enough");
}

#[test]
fn ctrl_s_sends_exactly_the_dirty_fields_in_the_order_of_the_form() {
    let mut app = loaded();
    flip(&mut app, "supportsInboundCalling");
    flip(&mut app, "isReady");
    flip(&mut app, "isReady");
    enter(&mut app, "width", "420");
    let expected = patch(&[("width", Edit::Text("420".into())), ("supportsInboundCalling", Edit::Switch(true))]);
    assert_eq!(expected.body(), r#"{"width":420,"supportsInboundCalling":true}"#);
    assert_eq!(key(&mut app, Key::plain(Code::F(10))), get(2, Doing::Checking));
    let sent = send(3, Call::Patch(expected.clone()), Doing::Saving);
    assert_eq!(update(&mut app, reply(2, Ok(settings()))), sent);
    assert_eq!(app.sync.sent(), Some(&expected));
    assert_eq!(app.sync.unsaved(), 2, "unsaved until the server says otherwise");
}

#[test]
fn an_invalid_field_stops_the_save_and_takes_the_focus() {
    let mut app = loaded();
    enter(&mut app, "height", "4.5");
    enter(&mut app, "url", "dialer.acme.dev");
    focus(&mut app, "isReady");
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Invalid { fields: 2 })));
    assert_eq!((&app.form.focus, is_idle(&app)), (&id("url"), true));
    assert_eq!(app.form.input.value(), "dialer.acme.dev", "the text stays as typed");
}

#[test]
fn u6_a_blank_name_stops_the_save() {
    let mut app = loaded();
    enter(&mut app, "name", "  ");
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Invalid { fields: 1 })));
}

#[test]
fn u4_a_warning_does_not_stop_the_save() {
    let mut app = loaded();
    enter(&mut app, "width", "-007");
    assert_eq!(save(&mut app, 2), sends(3, &[("width", Edit::Text("-7".into()))]));
}

#[test]
fn h20_there_is_one_save_at_a_time_and_later_edits_go_with_the_next() {
    let mut app = saving();
    enter(&mut app, "height", "700");
    for _ in 0..3 {
        assert_eq!(ctrl(&mut app, 's'), []);
        assert_eq!(app.notice, Some(Notice::Busy(Doing::Saving)));
    }
    assert_eq!(ctrl(&mut app, 'r'), []);
    assert_eq!(update(&mut app, reply(3, Ok(but("width", Value::Integer(420))))), []);
    assert_eq!(body(&app), r#"{"height":700}"#);
    assert_eq!(save(&mut app, 4), sends(5, &[("height", Edit::Text("700".into()))]));
}

// ── the answer to a save ──

#[test]
fn an_answer_with_all_as_sent_is_clean_and_confirmed() {
    let mut app = saving();
    assert_eq!(update(&mut app, reply(3, Ok(but("width", Value::Integer(420))))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 0, taken: 0, took: TOOK })));
    assert_eq!((app.sync.unsaved(), app.marks.len(), is_idle(&app)), (0, 0, true));
    assert_eq!(app.form.focus, id("width"), "focus stays");
    assert_eq!(app.form.input.value(), "420");
}

#[test]
fn h12_a_value_the_server_did_not_take_stays_unsaved_and_is_marked() {
    let mut app = saving();
    update(&mut app, reply(3, Ok(but("updatedAt", Value::Text("2026-11-22T10:00:00Z".into())))));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 1, taken: 0, took: TOOK })));
    assert_eq!(app.marks, BTreeMap::from([(id("width"), Mark::Kept(Some(Value::Integer(400))))]));
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn h12_so_does_one_the_server_made_something_else_of() {
    let mut app = saving();
    update(&mut app, reply(3, Ok(but("width", Value::Integer(410)))));
    assert_eq!(app.marks, BTreeMap::from([(id("width"), Mark::Kept(Some(Value::Integer(410))))]));
    assert_eq!(body(&app), r#"{"width":420}"#);
    ctrl(&mut app, 's');
    assert!(app.marks.is_empty(), "tried again: nobody knows yet");
}

#[test]
fn h13_c7_what_others_changed_meanwhile_is_taken_and_told() {
    let mut app = saving();
    let mut answer = but("width", Value::Integer(420));
    answer.set("height", Value::Integer(700));
    answer.set("updatedAt", Value::Text("2026-09-22T12:04:31.000Z".into()));
    update(&mut app, reply(3, Ok(answer)));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 0, taken: 1, took: TOOK })));
    assert_eq!(app.marks, BTreeMap::from([(id("height"), Mark::Taken)]));
    assert_eq!((shown(&app, "height"), app.sync.unsaved()), (text("700"), 0));
}

#[test]
fn j16_what_the_server_tidied_is_settled() {
    let mut app = loaded();
    enter(&mut app, "url", "https://other.dev");
    save(&mut app, 2);
    update(&mut app, reply(3, Ok(but("url", Value::Text("https://other.dev/".into())))));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 0, taken: 0, took: TOOK })));
    assert_eq!(app.marks, BTreeMap::from([(id("url"), Mark::Tidied)]));
    assert_eq!((shown(&app, "url"), app.sync.unsaved()), (text("https://other.dev/"), 0));
}

#[test]
fn u10_edits_made_while_the_save_is_in_flight_survive_its_answer() {
    let mut app = saving();
    enter(&mut app, "name", "Other");
    focus(&mut app, "width");
    type_in(&mut app, "0");
    press(&mut app, Code::Home);
    update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    assert_eq!(body(&app), r#"{"name":"Other","width":4200}"#);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 0, taken: 0, took: TOOK })));
    assert!(app.marks.is_empty(), "our own save is no conflict: {:?}", app.marks);
    assert_eq!((app.form.input.value(), app.form.input.cursor()), ("4200", 0), "nor does the caret move");
}

#[test]
fn u10_what_is_typed_after_the_save_left_is_a_step_of_its_own() {
    let mut app = saving();
    type_in(&mut app, "0");
    ctrl(&mut app, 'z');
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn u10_taking_an_edit_back_while_it_is_saved_is_an_edit_too() {
    let mut app = saving();
    while app.sync.unsaved() > 0 {
        ctrl(&mut app, 'z');
    }
    update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    assert_eq!((shown(&app, "width"), body(&app).as_str()), (text("400"), r#"{"width":400}"#));
    assert!(app.marks.is_empty(), "{:?}", app.marks);
}

#[test]
fn h4_what_the_server_says_about_fields_stands_on_their_rows_and_the_first_has_the_focus() {
    let mut app = loaded();
    enter(&mut app, "height", "700");
    enter(&mut app, "width", "99999");
    focus(&mut app, "isReady");
    save(&mut app, 2);
    let fault = refused(400, &[("height", "too high"), ("width", "too wide"), ("colour", "no such thing")]);
    assert_eq!(update(&mut app, reply(3, Err(fault.clone()))), []);
    let marks = [("height", "too high"), ("width", "too wide")];
    assert_eq!(app.marks, marks.into_iter().map(|(key, words)| (id(key), Mark::Refused(words.into()))).collect());
    assert_eq!(app.form.focus, id("width"));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Saving, fault))));
    assert_eq!(body(&app), r#"{"width":99999,"height":700}"#);
    type_in(&mut app, "9");
    assert_eq!(app.marks.len(), 1, "words about a value go with the value");
    assert_eq!(ctrl(&mut app, 's').len(), 2, "and it may be tried again");
}

#[test]
fn h4_words_about_a_field_go_with_esc_as_well() {
    let mut app = saving();
    update(&mut app, reply(3, Err(refused(400, &[("width", "too wide")]))));
    assert!(!app.problems(&row(&app, "width")).is_empty());
    type_in(&mut app, "9");
    press(&mut app, Code::Esc);
    assert_eq!((shown(&app, "width"), app.problems(&row(&app, "width"))), (text("420"), vec![]));
    ctrl(&mut app, 'x');
    assert_eq!((shown(&app, "width"), app.sync.unsaved()), (text("400"), 0));
}

// ── reload ──

#[test]
fn a_reload_keeps_dirty_fields_takes_the_others_and_marks_conflicts() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    enter(&mut app, "name", "Mine");
    assert_eq!(key(&mut app, Key::plain(Code::F(5))), get(2, Doing::Loading));
    let mut theirs = but("width", Value::Integer(380));
    theirs.set("isReady", Value::Switch(true));
    assert_eq!(update(&mut app, reply(2, Ok(theirs))), []);
    assert_eq!(body(&app), r#"{"name":"Mine","width":420}"#);
    let (loaded, server) = (Value::Integer(400), Value::Integer(380));
    assert_eq!(app.sync.draft.conflict(&id("width")), Some((Some(&loaded), Some(&server))));
    assert_eq!(app.marks, BTreeMap::from([(id("isReady"), Mark::Taken)]));
    assert_eq!(app.notice, Some(Notice::Reloaded { changed: 2, conflicts: 1 }));
    focus(&mut app, "width");
    assert_eq!(ctrl(&mut app, 'x'), []);
    assert_eq!((shown(&app, "width"), app.marks.get(&id("width"))), (text("380"), None));
}

#[test]
fn a_reload_without_news_says_so() {
    let mut app = loaded();
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Ok(settings())));
    assert_eq!(app.notice, Some(Notice::Reloaded { changed: 0, conflicts: 0 }));
}

#[test]
fn undo_after_a_reload_does_not_bring_back_what_others_replaced() {
    let mut app = loaded();
    focus(&mut app, "width");
    press(&mut app, Code::Right);
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
    ctrl(&mut app, 'z');
    assert_eq!((shown(&app, "width"), app.sync.unsaved()), (text("380"), 0));
}

#[test]
fn redo_after_a_reload_does_not_bring_back_the_old_base_in_other_words() {
    let mut app = loaded();
    focus(&mut app, "width");
    type_in(&mut app, " ");
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(42)))));
    for key in ['z', 'y', 'z'] {
        ctrl(&mut app, key);
        assert_eq!((shown(&app, "width"), app.sync.unsaved()), (text("42"), 0), "{key}");
    }
}

// ── timers ──

#[test]
fn the_spinner_wakes_only_for_the_request_in_flight() {
    let (mut app, _) = App::new(target());
    let woke = |id, ms| Msg::Woke { timer: Timer::Patience(RequestId(id)), waited: Duration::from_millis(ms) };
    let waited = |app: &App| app.sync.exchange().map(|exchange| (exchange.request, exchange.waited));
    let again = Effect::Wake { timer: Timer::Patience(RequestId(1)), after: Duration::from_millis(250) };
    assert_eq!(update(&mut app, woke(1, 300)), [again]);
    assert_eq!(waited(&app), Some((RequestId(1), Duration::from_millis(300))));
    assert_eq!(update(&mut app, woke(2, 900)), []);
    assert_eq!(waited(&app), Some((RequestId(1), Duration::from_millis(300))));
    update(&mut app, reply(1, Ok(settings())));
    assert_eq!(update(&mut app, woke(1, 550)), [], "and an idle callset sleeps");
    ctrl(&mut app, 'r');
    assert_eq!(update(&mut app, woke(1, 800)), [], "an old timer is not the new request's");
    assert_eq!(waited(&app), Some((RequestId(2), Duration::ZERO)));
}

#[test]
fn the_minute_asks_for_the_clock_and_the_clock_sets_the_minute() {
    let mut app = loaded();
    let minute = update(&mut app, Msg::Woke { timer: Timer::Minute, waited: TOOK });
    assert_eq!(minute, [Effect::ReadClock, Effect::Disk(Disk::Survey)]);
    let clock = Clock { now: at(), zone: jiff::tz::TimeZone::UTC.into() };
    let minute = Effect::Wake { timer: Timer::Minute, after: Duration::from_mins(1) };
    assert_eq!(update(&mut app, Msg::Clock(clock.clone())), [minute]);
    assert_eq!(app.clock, Some(clock));
    assert_eq!(update(&mut app, Msg::Resized { cramped: false }), []);
}
