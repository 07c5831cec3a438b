//! Fields that were changed here and on the server: nothing is sent before the user has chosen.

use super::{
    base, body, but, ctrl, enter, focus, get, id, is_idle, key, loaded, press, reply, sends, settings, shown, text,
    type_in, update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, Key, Msg};
use callset::app::{App, Mark, Mode, Notice, Overlay, Picker, Rows, Side};
use callset::model::{Edit, Representation, Value};
use callset::sync::{Doing, Outcome};

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
    assert!(app.mode.is(Overlay::Conflicts));
    app
}

/// The side chosen for a conflict so far.
fn side(app: &App, key: &'static str) -> Option<Side> {
    let Mode::Picking(Picker { rows: Rows::Conflicts(sides), .. }) = &app.mode else { panic!("{:?}", app.mode) };
    sides.get(&id(key)).copied()
}

fn conflicts(app: &App) -> Vec<&str> {
    app.sync.draft.conflicts().map(|(field, ..)| &*field.id.key).collect()
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
    assert_eq!((app.sync.unsaved(), app.notice.as_ref()), (0, Some(&Notice::TookTheirs { fields: 1 })));
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
    assert_eq!((app.mode.is_editing(), app.sync.unsaved()), (true, 3));
    assert_eq!(ctrl(&mut app, 's'), []);
    assert!(app.mode.is(Overlay::Conflicts));
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
    let (loaded, server) = (Value::Integer(380), Value::Integer(390));
    assert_eq!(app.sync.draft.conflict(&id("width")), Some((Some(&loaded), Some(&server))));
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
    assert!(app.mode.is(Overlay::Conflicts));
}

#[test]
fn c11_a_choice_that_nothing_is_left_of_closes() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
    assert!(app.mode.is(Overlay::Conflicts));
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
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Clash { fields: 1, left: false })));
    type_in(&mut app, "ine");
    assert_eq!(body(&app), r#"{"name":"Mine","width":420}"#);
    ctrl(&mut app, 's');
    assert!(app.mode.is(Overlay::Conflicts));
}

#[test]
fn a_boolean_both_changed_is_no_conflict() {
    let mut app = loaded();
    super::flip(&mut app, "isReady");
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(but("isReady", Value::Switch(true)))));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::AlreadyThere { fields: 1 })));
    assert_eq!((app.sync.unsaved(), settings() != base(&app)), (0, true));
    assert_eq!(update(&mut app, Msg::Focused).len(), 2, "nothing is sent");
}

// ── a conflict × undo and its like ──

/// Width 420 and name are edited here and changed on the server.
fn contested() -> App {
    let mut app = super::dirty();
    enter(&mut app, "name", "Mine");
    press(&mut app, Code::Down);
    ctrl(&mut app, 'r');
    let mut theirs = but("width", Value::Integer(380));
    theirs.set("name", Value::Text("Theirs".into()));
    update(&mut app, reply(2, Ok(theirs)));
    assert_eq!(app.sync.draft.conflicts().count(), 2);
    app
}

fn asks_about(app: &mut App, fields: &[&'static str]) {
    assert_eq!(ctrl(app, 's'), [], "nothing is sent");
    assert!(app.mode.is(Overlay::Conflicts), "{:?}", app.notice);
    let asked: Vec<_> = app.sync.draft.conflicts().map(|(field, ..)| field.id.clone()).collect();
    assert_eq!(asked, fields.iter().map(|key| id(key)).collect::<Vec<_>>());
    press(app, Code::Esc);
}

/// A way to bring something back, by name.
type Way<'a> = (&'a str, &'a dyn Fn(&mut App));

#[test]
fn x6_what_undo_and_its_like_bring_back_is_asked_about_each_time() {
    let again = |app: &mut App| {
        ctrl(app, 'z');
        ctrl(app, 'y');
    };
    let ways: [Way<'_>; 5] = [
        ("undo and redo", &again),
        ("twice", &|app| (0..2).for_each(|_| again(app))),
        ("reset and undo", &|app| {
            focus(app, "width");
            ctrl(app, 'x');
            ctrl(app, 'z');
        }),
        ("reset of all and undo", &|app| {
            super::choose(app, "reset all");
            ctrl(app, 'z');
        }),
        ("typing, undone", &|app| {
            focus(app, "width");
            type_in(app, "0");
            assert_eq!(app.sync.draft.conflicts().count(), 1, "who types over it has decided");
            ctrl(app, 'z');
        }),
    ];
    for (way, bring_back) in ways {
        let mut app = contested();
        bring_back(&mut app);
        assert_eq!(app.sync.draft.conflicts().count(), 2, "{way}");
        asks_about(&mut app, &["name", "width"]);
        // And once more after it was asked about and not answered.
        again(&mut app);
        asks_about(&mut app, &["name", "width"]);
    }
}

#[test]
fn x6_a_value_from_elsewhere_decides_no_conflict() {
    let mut app = contested();
    let width = Value::Integer(500);
    app.sync.draft.enter([(id("width"), &width)]);
    asks_about(&mut app, &["name", "width"]);
    ctrl(&mut app, 'z');
    asks_about(&mut app, &["name", "width"]);
    // On a row that shows what the server has there is nothing to decide.
    focus(&mut app, "width");
    ctrl(&mut app, 'x');
    app.sync.draft.enter([(id("width"), &width)]);
    asks_about(&mut app, &["name"]);
}

#[test]
fn x6_esc_gives_a_row_back_with_the_conflict_that_it_had() {
    let mut app = contested();
    focus(&mut app, "width");
    type_in(&mut app, "0");
    press(&mut app, Code::Esc);
    assert_eq!(shown(&app, "width"), text("420"));
    asks_about(&mut app, &["name", "width"]);
}

#[test]
fn x6_a_restored_draft_asks_about_every_conflict_in_it() {
    use callset::app::msg::DiskReply;
    use callset::model::record::{Found, Leftover, Unsaved};
    use callset::sync::Disk;
    let left = contested();
    let mut base = settings();
    let edits = left.sync.draft.edits().clone();
    let unsaved = Unsaved { base: [(super::SETTINGS, base.clone())].into(), edits, focus: Some(id("width")) };
    let (mut app, _) = App::new(super::target());
    let leftover = Leftover { id: "run-1".into(), at: super::at(), unsaved: Some(unsaved), sendings: vec![] };
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found { leftovers: vec![leftover], ..Found::default() }))));
    base.set("width", Value::Integer(380));
    base.set("name", Value::Text("Theirs".into()));
    update(&mut app, reply(1, Ok(base)));
    key(&mut app, Key::char('r'));
    let taken = update(&mut app, Msg::Disk(DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) }));
    assert!(taken.contains(&Effect::Disk(Disk::Finish("run-1".into()))), "{taken:?}");
    asks_about(&mut app, &["name", "width"]);
    ctrl(&mut app, 'z');
    ctrl(&mut app, 'y');
    asks_about(&mut app, &["name", "width"]);
}

#[test]
fn x6_what_was_chosen_is_not_asked_about_again() {
    let mut app = contested();
    ctrl(&mut app, 's');
    key(&mut app, Key::char('M'));
    assert_eq!(press(&mut app, Code::Enter), get(3, Doing::Checking));
    press(&mut app, Code::Esc);
    for _ in 0..2 {
        ctrl(&mut app, 'z');
        ctrl(&mut app, 'y');
    }
    assert_eq!(app.sync.draft.conflicts().count(), 0);
    assert_eq!(ctrl(&mut app, 's'), get(4, Doing::Checking));
}

#[test]
fn x6_after_a_save_undo_is_the_way_back_and_no_conflict() {
    let mut app = super::saving();
    update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    // The typing, and what was cleared before it.
    ctrl(&mut app, 'z');
    ctrl(&mut app, 'z');
    assert_eq!((shown(&app, "width"), app.sync.draft.conflicts().count()), (text("400"), 0));
    assert_eq!(ctrl(&mut app, 's'), get(4, Doing::Checking));
}

#[test]
fn x6_what_a_lost_save_left_undecided_is_asked_about_after_undo_and_redo() {
    use callset::sync::Fault;
    // Nothing of it arrived, and somebody else wrote.
    let mut app = super::saving();
    update(&mut app, reply(3, Err(Fault::Broken("reset".into()))));
    update(&mut app, reply(4, Ok(but("width", Value::Integer(380)))));
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'z');
    ctrl(&mut app, 'y');
    asks_about(&mut app, &["width"]);
    // Typed on while it was on its way; the answer holds what somebody else wrote.
    let mut app = super::saving();
    type_in(&mut app, "0");
    update(&mut app, reply(3, Ok(but("width", Value::Integer(380)))));
    ctrl(&mut app, 'z');
    assert_eq!(shown(&app, "width"), text("420"));
    asks_about(&mut app, &["width"]);
}
