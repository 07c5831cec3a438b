//! Esc and the ways out: what goes, what stays, what is said at the end.

use super::{
    base, body, but, ctrl, dirty, enter, focus, get, key, loaded, press, quit, refused, reply, save, saving, sends,
    settings, shown, target, text, type_in, update,
};
use callset::app::effect::Effect;
use callset::app::keymap::Scope;
use callset::app::msg::{Code, Key, Msg, Stop};
use callset::app::{App, Notice, Overlay};
use callset::model::{Edit, Value};
use callset::sync::{Doing, Fault, Outcome, RequestId};

// ── Esc ──

#[test]
fn esc_restores_the_row_then_cancels_then_clears_and_never_quits() {
    let mut app = loaded();
    enter(&mut app, "name", "Mine");
    enter(&mut app, "width", "1");
    ctrl(&mut app, 'r');
    assert_eq!(press(&mut app, Code::Esc), []);
    assert_eq!((shown(&app, "width"), shown(&app, "name")), (text("400"), text("Mine")), "only this row");
    assert_eq!(press(&mut app, Code::Esc), [Effect::Cancel(RequestId(2))]);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Cancelled(Doing::Loading))));
    assert_eq!(press(&mut app, Code::Esc), []);
    assert_eq!(app.notice, None);
    for _ in 0..3 {
        assert_eq!(press(&mut app, Code::Esc), []);
    }
    assert_eq!(body(&app), r#"{"name":"Mine"}"#);
    ctrl(&mut app, 'z');
    assert_eq!(body(&app), r#"{"name":"Mine","width":1}"#, "undo brings the row back");
}

#[test]
fn esc_gives_back_what_the_row_held_when_the_focus_came_not_what_the_server_has() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    focus(&mut app, "height");
    focus(&mut app, "width");
    type_in(&mut app, "9");
    press(&mut app, Code::Esc);
    assert_eq!(shown(&app, "width"), text("420"));
}

#[test]
fn esc_closes_what_is_open_and_touches_nothing_else() {
    for open in [Key::ctrl('p'), Key::plain(Code::F(1)), Key::ctrl('d'), Key::ctrl('o'), Key::ctrl('q')] {
        let mut app = loaded();
        enter(&mut app, "width", "420");
        assert_eq!(key(&mut app, open), []);
        assert!(!app.mode.is_editing(), "{open}");
        assert_eq!(press(&mut app, Code::Esc), []);
        assert!(app.mode.is_editing(), "{open}");
        assert_eq!(body(&app), r#"{"width":420}"#);
    }
}

// ── quit ──

const UNSAVED: &str = r#"callset: app 1234567. Not saved: {"width":420}"#;
const ON_ITS_WAY: &str =
    r#"callset: app 1234567. A save was on its way; whether HubSpot took it is not known: {"width":420}"#;

#[test]
fn quitting_clean_is_at_once_and_silent() {
    assert_eq!(ctrl(&mut loaded(), 'q'), quit(0, None));
    assert_eq!(ctrl(&mut loaded(), 'c'), quit(0, None));
    let (mut loading, _) = App::new(target());
    assert_eq!(ctrl(&mut loading, 'c'), quit(0, None));
}

#[test]
fn u11_quitting_dirty_asks_and_every_answer_does_what_it_says() {
    let mut app = dirty();
    assert_eq!(ctrl(&mut app, 'q'), []);
    assert!(app.mode.is(Overlay::Quit));
    assert_eq!(press(&mut app, Code::Enter), [], "no other key answers");
    assert_eq!(press(&mut app, Code::Esc), []);
    assert_eq!((app.mode.is_editing(), app.sync.unsaved()), (true, 1));
    ctrl(&mut app, 'q');
    assert_eq!(key(&mut app, Key::char('d')), quit(0, Some(UNSAVED)));
}

#[test]
fn u12_ctrl_c_twice_leaves_and_says_what_was_not_saved() {
    let mut app = dirty();
    assert_eq!(ctrl(&mut app, 'c'), []);
    assert_eq!(ctrl(&mut app, 'c'), quit(130, Some(UNSAVED)));
}

#[test]
fn save_and_quit_waits_for_the_confirmed_answer() {
    let mut app = dirty();
    ctrl(&mut app, 'q');
    assert_eq!(key(&mut app, Key::char('s')), get(2, Doing::Checking));
    let there = base(&app);
    assert_eq!(update(&mut app, reply(2, Ok(there))), sends(3, &[("width", Edit::Text("420".into()))]));
    assert_eq!(update(&mut app, reply(3, Ok(but("width", Value::Integer(420))))), quit(0, None));
}

#[test]
fn save_and_quit_quits_when_a_lost_answer_is_read_back_as_saved_and_only_then() {
    for (theirs, ends) in [(420, true), (380, false)] {
        let mut app = dirty();
        ctrl(&mut app, 'q');
        key(&mut app, Key::char('s'));
        update(&mut app, reply(2, Ok(settings())));
        assert_eq!(update(&mut app, reply(3, Err(Fault::Broken("reset".into())))), get(4, Doing::ReadingBack));
        let read = update(&mut app, reply(4, Ok(but("width", Value::Integer(theirs)))));
        assert_eq!(read, if ends { quit(0, None) } else { vec![] }, "{theirs}");
    }
}

#[test]
fn save_and_quit_stays_if_the_save_fails_or_is_not_all_that_was_wanted() {
    let outcomes = [Err(refused(400, &[])), Err(Fault::Setup("no".into())), Ok(settings())];
    for outcome in outcomes {
        let mut app = dirty();
        ctrl(&mut app, 'q');
        key(&mut app, Key::char('s'));
        update(&mut app, reply(2, Ok(settings())));
        let is_read_back = outcome.is_ok();
        let effects = update(&mut app, reply(3, outcome));
        assert_eq!(effects, if is_read_back { get(4, Doing::ReadingBack) } else { vec![] });
        if is_read_back {
            assert_eq!(update(&mut app, reply(4, Ok(settings()))), []);
        }
        let next = if is_read_back { 5 } else { 4 };
        let is_told = matches!(app.notice, Some(Notice::Outcome(Outcome::Failed(..) | Outcome::Saved { kept: 1, .. })));
        assert_eq!((app.mode.is_editing(), is_told, body(&app).as_str()), (true, true, r#"{"width":420}"#));
        save(&mut app, next);
        let answer = reply(next + 1, Ok(but("width", Value::Integer(420))));
        assert_eq!(update(&mut app, answer), [], "nor does the next save quit");
    }
}

#[test]
fn save_and_quit_that_was_cancelled_is_over() {
    let mut app = dirty();
    focus(&mut app, "name");
    ctrl(&mut app, 'q');
    key(&mut app, Key::char('s'));
    assert_eq!(press(&mut app, Code::Esc), [Effect::Cancel(RequestId(2))]);
    save(&mut app, 3);
    assert_eq!(update(&mut app, reply(4, Ok(but("width", Value::Integer(420))))), []);
}

#[test]
fn save_and_quit_stays_for_what_was_typed_meanwhile() {
    let mut app = dirty();
    ctrl(&mut app, 'q');
    key(&mut app, Key::char('s'));
    update(&mut app, reply(2, Ok(settings())));
    enter(&mut app, "height", "700");
    assert_eq!(update(&mut app, reply(3, Ok(but("width", Value::Integer(420))))), []);
    assert_eq!(body(&app), r#"{"height":700}"#);
}

#[test]
fn save_and_quit_with_something_invalid_stays() {
    let mut app = loaded();
    enter(&mut app, "width", "x");
    ctrl(&mut app, 'q');
    assert_eq!(key(&mut app, Key::char('s')), []);
    assert_eq!((&app.notice, app.mode.is_editing()), (&Some(Notice::Outcome(Outcome::Invalid { fields: 1 })), true));
}

#[test]
fn u11_quitting_while_saving_asks_then_waits_or_tells_of_the_doubt() {
    let mut app = saving();
    assert_eq!(ctrl(&mut app, 'q'), []);
    assert_eq!(key(&mut app, Key::char('s')), [], "no second save");
    assert_eq!(update(&mut app, reply(3, Ok(but("width", Value::Integer(420))))), quit(0, None));

    let mut app = saving();
    ctrl(&mut app, 'q');
    assert_eq!(key(&mut app, Key::char('d')), quit(7, Some(ON_ITS_WAY)));
}

#[test]
fn u11_a_save_that_only_looks_has_sent_nothing_and_discarding_it_is_an_answer_like_any_other() {
    let mut app = dirty();
    ctrl(&mut app, 's');
    ctrl(&mut app, 'q');
    assert_eq!(app.scope(), Scope::In(Overlay::Quit));
    assert_eq!(key(&mut app, Key::char('d')), quit(0, Some(UNSAVED)));
    update(&mut app, reply(2, Ok(settings())));
    assert_eq!(app.scope(), Scope::In(Overlay::Leave), "now it has");
    assert_eq!(key(&mut app, Key::char('k')), quit(7, Some(ON_ITS_WAY)));
}

#[test]
fn u11_an_answer_that_comes_while_the_question_stands_leaves_nothing_in_the_way_so_it_quits() {
    let mut app = saving();
    ctrl(&mut app, 'q');
    assert_eq!(update(&mut app, reply(3, Ok(but("width", Value::Integer(420))))), quit(0, None));
}

#[test]
fn u11_stay_means_stay_also_for_a_save_that_was_to_be_the_last() {
    let mut app = dirty();
    ctrl(&mut app, 'q');
    key(&mut app, Key::char('s'));
    update(&mut app, reply(2, Ok(settings())));
    ctrl(&mut app, 'q');
    assert_eq!(press(&mut app, Code::Esc), []);
    assert_eq!(update(&mut app, reply(3, Ok(but("width", Value::Integer(420))))), []);
}

#[test]
fn the_farewell_tells_of_what_was_entered_after_the_save_left() {
    let mut app = saving();
    enter(&mut app, "height", "700");
    let farewell = format!("{ON_ITS_WAY}\nNot saved: {{\"width\":420,\"height\":700}}");
    assert_eq!(update(&mut app, Msg::Stop(Stop::Terminated)), quit(7, Some(&farewell)));
}

#[test]
fn the_farewell_tells_of_what_was_not_valid() {
    let mut app = loaded();
    enter(&mut app, "width", "4\u{9b}x");
    let expected = "callset: app 1234567. Not saved, and not valid for width: \"4x\"";
    assert_eq!(update(&mut app, Msg::Stop(Stop::Interrupted)), quit(130, Some(expected)));
}

#[test]
fn leaving_in_doubt_is_never_a_success() {
    let mut app = saving();
    while app.sync.unsaved() > 0 {
        ctrl(&mut app, 'z');
    }
    ctrl(&mut app, 'q');
    assert_eq!(key(&mut app, Key::char('d')), quit(7, Some(ON_ITS_WAY)));
}

#[test]
fn p3_stops_end_at_once_with_their_code_and_a_farewell() {
    for (stop, code) in
        [(Stop::Terminated, 143), (Stop::HungUp, 129), (Stop::TerminalGone, 129), (Stop::Interrupted, 130)]
    {
        assert_eq!(update(&mut dirty(), Msg::Stop(stop)), quit(code, Some(UNSAVED)));
        assert_eq!(update(&mut loaded(), Msg::Stop(stop)), quit(code, None));
    }
    // What has left, and what became of it nobody knows, matters more.
    let unknown = callset::cli::exit::Ending::Unknown.code();
    assert_eq!(update(&mut saving(), Msg::Stop(Stop::Terminated)), quit(unknown, Some(ON_ITS_WAY)));
}
