//! Fields that were changed here and on the server: nothing is sent before the user has chosen.

use super::{
    base, body, but, ctrl, enter, focus, get, id, is_idle, key, loaded, press, reply, sends, settings, shown, text,
    type_in, update,
};
use callset::app::msg::{Code, Key, Msg};
use callset::app::{App, Doing, Mark, Mode, Notice, Side};
use callset::model::{Edit, Representation, Value};

fn theirs() -> Representation {
    let mut theirs = but("width", Value::Integer(380));
    theirs.set("url", Value::Text("https://2.acme.dev/".into()));
    theirs.set("height", Value::Integer(700));
    theirs
}

/// Width, URL and readiness are edited; others changed width, URL and height; Ctrl-S found out.
fn clash() -> App {
    let mut app = loaded();
    enter(&mut app, "url", "https://mine.acme.dev/");
    super::flip(&mut app, "isReady");
    enter(&mut app, "width", "420");
    assert_eq!(ctrl(&mut app, 's'), get(2, Doing::Checking));
    assert_eq!(update(&mut app, reply(2, Ok(theirs()))), [], "nothing is sent");
    assert!(matches!(app.mode, Mode::Resolving(_)));
    app
}

/// The side chosen for a conflict so far.
fn side(app: &App, key: &'static str) -> Option<Side> {
    let Mode::Resolving(choices) = &app.mode else { panic!("{:?}", app.mode) };
    choices.sides.get(&id(key)).copied()
}

fn conflicts(app: &App) -> Vec<&str> {
    app.conflicts().map(|(field, ..)| &*field.id.key).collect()
}

#[test]
fn c2_a_clash_stops_the_save_and_nothing_is_chosen_beforehand() {
    let mut app = clash();
    assert_eq!((conflicts(&app), is_idle(&app)), (vec!["url", "width"], true));
    assert_eq!((side(&app, "url"), side(&app, "width")), (None, None));
    assert_eq!(body(&app), r#"{"url":"https://mine.acme.dev/","width":420,"isReady":true}"#);
    assert_eq!((shown(&app, "height"), app.marks.get(&id("height"))), (text("700"), Some(&Mark::Taken)));
    assert_eq!(press(&mut app, Code::Enter), [], "not before every field is decided");
    assert_eq!(app.notice, Some(Notice::Undecided { fields: 2 }));
    press(&mut app, Code::Right);
    press(&mut app, Code::Enter);
    assert_eq!(app.notice, Some(Notice::Undecided { fields: 1 }));
}

#[test]
fn c2_the_choice_decides_what_is_sent_and_the_server_is_looked_at_again_first() {
    let mut app = clash();
    press(&mut app, Code::Left);
    press(&mut app, Code::Down);
    press(&mut app, Code::Right);
    assert_eq!((side(&app, "url"), side(&app, "width")), (Some(Side::Theirs), Some(Side::Mine)));
    assert_eq!(press(&mut app, Code::Enter), get(3, Doing::Checking));
    let sent = update(&mut app, reply(3, Ok(theirs())));
    assert_eq!(sent, sends(4, &[("width", Edit::Text("420".into())), ("isReady", Edit::Switch(true))]));
    assert_eq!(shown(&app, "url"), text("https://2.acme.dev/"));
}

#[test]
fn all_of_the_servers_leave_nothing_to_send_and_undo_brings_mine_back() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(theirs())));
    key(&mut app, Key::char('T'));
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!((app.unsaved(), app.notice.as_ref()), (0, Some(&Notice::TookTheirs { fields: 1 })));
    assert_eq!(base(&app), theirs());
    ctrl(&mut app, 'z');
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn all_of_mine_are_sent() {
    let mut app = clash();
    key(&mut app, Key::char('M'));
    assert_eq!(press(&mut app, Code::Enter), get(3, Doing::Checking));
    let edits = [
        ("url", Edit::Text("https://mine.acme.dev/".into())),
        ("isReady", Edit::Switch(true)),
        ("width", Edit::Text("420".into())),
    ];
    assert_eq!(update(&mut app, reply(3, Ok(theirs()))), sends(4, &edits));
}

#[test]
fn esc_keeps_everything_and_the_next_ctrl_s_asks_again_without_a_request() {
    let mut app = clash();
    assert_eq!(press(&mut app, Code::Esc), []);
    assert_eq!((app.mode.is_editing(), app.unsaved()), (true, 3));
    assert_eq!(ctrl(&mut app, 's'), []);
    assert!(matches!(app.mode, Mode::Resolving(_)));
    assert_eq!(conflicts(&app), ["url", "width"]);
}

#[test]
fn editing_a_field_anew_is_a_decision() {
    let mut app = clash();
    press(&mut app, Code::Down);
    assert_eq!(key(&mut app, Key::char('e')), []);
    assert_eq!((app.mode.is_editing(), &app.form.focus), (true, &id("width")));
    type_in(&mut app, "1");
    assert_eq!(conflicts(&app), ["url"]);
    focus(&mut app, "url");
    ctrl(&mut app, 'x');
    assert_eq!(conflicts(&app), Vec::<&str>::new());
    assert_eq!(ctrl(&mut app, 's'), get(3, Doing::Checking));
}

#[test]
fn c10_a_change_while_the_choice_stands_takes_back_only_the_choice_it_concerns() {
    let mut app = clash();
    press(&mut app, Code::Left);
    press(&mut app, Code::Down);
    press(&mut app, Code::Right);
    assert_eq!(press(&mut app, Code::Enter), get(3, Doing::Checking));
    let mut later = theirs();
    later.set("width", Value::Integer(390));
    assert_eq!(update(&mut app, reply(3, Ok(later))), [], "the server moved again");
    assert_eq!(conflicts(&app), ["width"]);
    let conflict = Mark::Conflict { loaded: Some(Value::Integer(380)), server: Some(Value::Integer(390)) };
    assert_eq!(app.marks.get(&id("width")), Some(&conflict));
    assert_eq!(shown(&app, "url"), text("https://2.acme.dev/"), "the other decision stands");
}

#[test]
fn c10_so_does_a_look_of_the_watch_while_the_choice_stands() {
    let mut app = clash();
    press(&mut app, Code::Left);
    press(&mut app, Code::Down);
    press(&mut app, Code::Right);
    let looked = super::choose_watch(&mut app);
    let mut later = theirs();
    later.set("url", Value::Text("https://3.acme.dev/".into()));
    update(&mut app, reply(looked, Ok(later)));
    assert_eq!((side(&app, "url"), side(&app, "width")), (None, Some(Side::Mine)));
    assert!(matches!(app.mode, Mode::Resolving(_)));
}

#[test]
fn c11_a_choice_that_nothing_is_left_of_closes() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
    assert!(matches!(app.mode, Mode::Resolving(_)));
    let looked = super::choose_watch(&mut app);
    update(&mut app, reply(looked, Ok(settings())));
    assert_eq!((app.mode.is_editing(), body(&app).as_str()), (true, r#"{"width":420}"#));
    assert_eq!(app.notice, Some(Notice::ClashOver));
}

#[test]
fn a_clash_found_while_one_types_takes_no_key_away() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    enter(&mut app, "name", "M");
    assert_eq!(update(&mut app, reply(2, Ok(theirs()))), []);
    assert!(app.mode.is_editing());
    assert_eq!(app.notice, Some(Notice::Clash { fields: 1 }));
    type_in(&mut app, "ine");
    assert_eq!(body(&app), r#"{"name":"Mine","width":420}"#);
    ctrl(&mut app, 's');
    assert!(matches!(app.mode, Mode::Resolving(_)));
}

#[test]
fn a_boolean_both_changed_is_no_conflict() {
    let mut app = loaded();
    super::flip(&mut app, "isReady");
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(but("isReady", Value::Switch(true)))));
    assert_eq!(app.notice, Some(Notice::AlreadyThere { fields: 1 }));
    assert_eq!((app.unsaved(), settings() != base(&app)), (0, true));
    assert_eq!(update(&mut app, Msg::Focused).len(), 1);
}
