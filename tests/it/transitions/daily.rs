//! The daily loop: a value after the other on one row, leaving, and what the next key does.

use super::resources::{self, Server};
use super::{
    base, body, but, ctrl, enter, focus, get, id, key, loaded, press, quit, reply, sends, settings, shown, type_in,
    update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Key, Msg, Room};
use callset::app::{App, Notice, Overlay};
use callset::model::record::Found;
use callset::model::{Edit, FieldId, Resource, Value};
use callset::sync::{Doing, Outcome, RequestId, Timer};
use std::time::Duration;

const TUNNEL: &str = "https://two.trycloudflare.com/widget";

/// The URL was saved: what is asked about it is answered by a server that takes everything.
fn save_url(app: &mut App, first: u32) {
    assert!(!ctrl(app, 's').is_empty());
    let theirs = base(app);
    update(app, reply(first, Ok(theirs.clone())));
    let edit = app.sync.draft.edit(&id("url")).cloned().unwrap();
    let Edit::Text(text) = edit else { panic!("{edit:?}") };
    let mut saved = theirs;
    saved.set("url", Value::Text(text));
    update(app, reply(first + 1, Ok(saved)));
    assert_eq!(app.sync.unsaved(), 0);
}

fn paste(app: &mut App, text: &str) {
    update(app, Msg::Pasted { text: text.to_owned(), cut: false });
}

/// What comes between two values that are entered on one row, and its name.
type Between = (&'static str, fn(&mut App));

/// A way in, and its name.
type Way = (&'static str, fn(&mut App, &str));

#[test]
fn x15_the_next_value_takes_the_place_of_the_last_after_a_save_a_reload_undo_reset_and_esc() {
    let between: [Between; 8] = [
        ("a save", |app| save_url(app, 2)),
        ("a save that is still on its way", |app| _ = ctrl(app, 's')),
        ("a save that failed", |app| {
            ctrl(app, 's');
            update(app, reply(2, Err(super::refused(400, &[]))));
        }),
        ("a reload", |app| {
            ctrl(app, 'r');
            let theirs = base(app);
            update(app, reply(2, Ok(theirs)));
        }),
        ("a reload that is still on its way", |app| _ = ctrl(app, 'r')),
        ("undo", |app| _ = ctrl(app, 'z')),
        ("reset", |app| _ = ctrl(app, 'x')),
        ("Esc", |app| _ = press(app, Code::Esc)),
    ];
    let ways: [Way; 2] = [("pasted", paste), ("typed", type_in)];
    for (what, between) in between {
        for (how, enter) in ways {
            let mut app = loaded();
            focus(&mut app, "url");
            ctrl(&mut app, 'u');
            enter(&mut app, "https://one.trycloudflare.com/widget");
            between(&mut app);
            enter(&mut app, TUNNEL);
            assert_eq!(shown(&app, "url"), Some(Edit::Text(TUNNEL.into())), "{how} after {what}");
        }
    }
}

#[test]
fn x15_undo_and_redo_select_and_an_arrow_edits() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 'z');
    ctrl(&mut app, 'y');
    assert!(app.form.selected);
    press(&mut app, Code::End);
    type_in(&mut app, "1");
    assert_eq!(shown(&app, "width"), Some(Edit::Text("4201".into())));
}

#[test]
fn x16_a_quit_that_was_asked_for_happens_once_nothing_is_in_its_way() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    assert_eq!(ctrl(&mut app, 'c'), []);
    assert!(app.mode.is(Overlay::Quit));
    update(&mut app, reply(2, Ok(settings())));
    let effects = update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    assert_eq!(effects.last(), quit(0, None).last(), "it ends as if it had been asked for now");

    // Others have entered the same.
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 'r');
    ctrl(&mut app, 'c');
    assert_eq!(update(&mut app, reply(2, Ok(but("width", Value::Integer(420))))), quit(0, None));

    // Who stays, stays.
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    ctrl(&mut app, 'c');
    key(&mut app, Key::char('n'));
    update(&mut app, reply(2, Ok(settings())));
    let effects = update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Quit(_))));
    assert!(app.mode.is_editing());
}

#[test]
fn esc_does_what_the_strip_names() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    enter(&mut app, "height", "700");
    // A second has passed, and the strip counts.
    let patience = Timer::Patience(RequestId(2));
    update(&mut app, Msg::Woke { timer: patience, waited: Duration::from_secs(1) });
    assert!(app.sync.waiting().is_some());
    assert_eq!(press(&mut app, Code::Esc), [Effect::Cancel(RequestId(2))]);
    assert_eq!(body(&app), r#"{"width":420,"height":700}"#, "the row stays");
    press(&mut app, Code::Esc);
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn x15_two_addresses_in_one_are_sent_only_when_the_save_is_asked_for_once_more() {
    let mut app = loaded();
    focus(&mut app, "url");
    press(&mut app, Code::End);
    paste(&mut app, TUNNEL);
    focus(&mut app, "width");
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!((&app.notice, &app.form.focus), (&Some(Notice::Doubtful { fields: 1 }), &id("url")));
    // Another value is another question.
    press(&mut app, Code::End);
    type_in(&mut app, "/");
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(ctrl(&mut app, 's'), get(2, Doing::Checking));
    let sent = update(&mut app, reply(2, Ok(settings())));
    let glued = format!("https://dialer.acme.dev/widget{TUNNEL}/");
    assert_eq!(sent, sends(3, &[("url", Edit::Text(glued))]));
}

#[test]
fn x16_the_question_before_leaving_goes_with_the_save_that_it_was_about() {
    // Its keys would mean something else: d is "leave now" during a save, and "discard" after it.
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(settings())));
    assert_eq!(ctrl(&mut app, 'c'), []);
    update(&mut app, reply(3, Err(super::refused(400, &[]))));
    assert!(app.mode.is_editing(), "the failure is to be seen");
    assert!(matches!(app.notice, Some(Notice::Outcome(Outcome::Failed(..)))));
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn a_first_key_that_is_a_command_elsewhere_is_typed_and_told() {
    for c in ['q', '?', ':', '/'] {
        let mut app = loaded();
        focus(&mut app, "url");
        type_in(&mut app, &c.to_string());
        assert_eq!(app.notice, Some(Notice::TypedHere), "{c}");
        let Some(Edit::Text(text)) = shown(&app, "url") else { panic!() };
        assert!(text.ends_with(c), "{text}");
        // The second one is part of a text.
        type_in(&mut app, &c.to_string());
        assert_eq!(app.notice, None, "{c}");
    }
    let mut app = loaded();
    type_in(&mut app, "a/b:c?q");
    assert_eq!(app.notice, None);
    paste(&mut app, "/pasted");
    assert_eq!(app.notice, None);
}

#[test]
fn it_begins_at_the_row_that_was_saved_last_or_else_at_the_url() {
    let (app, _) = App::new(super::target());
    assert_eq!((&app.form.focus, app.form.selected), (&id("url"), false));
    let opened =
        |last: Option<FieldId>| Msg::Disk(DiskReply::Opened(Ok(Found { saved_last: last, ..Found::default() })));
    let mut begun = app.clone();
    update(&mut begun, opened(Some(id("width"))));
    assert_eq!((&begun.form.focus, begun.form.selected), (&id("width"), false));
    update(&mut begun, opened(None));
    assert_eq!(begun.form.focus, id("width"));
    // A row that this app does not have, and a user who was faster.
    let mut begun = app.clone();
    update(&mut begun, opened(Some(id("tomorrow"))));
    assert_eq!(begun.form.focus, id("url"));
    press(&mut begun, Code::Down);
    let here = begun.form.focus.clone();
    update(&mut begun, opened(Some(id("height"))));
    assert_eq!(begun.form.focus, here);
}

#[test]
fn pages_move_by_what_is_seen_and_stop_at_the_ends() {
    let mut app = loaded();
    let rows: Vec<FieldId> = app.rows().map(|field| field.id.clone()).collect();
    update(&mut app, Msg::Drawn(Room { rows: 4, most: 0 }));
    for (code, at) in
        [(Code::PageDown, 3), (Code::PageDown, 6), (Code::PageUp, 3), (Code::PageUp, 0), (Code::PageUp, 0)]
    {
        press(&mut app, code);
        assert_eq!(app.form.focus, rows[at]);
    }
    for _ in 0..rows.len() {
        press(&mut app, Code::PageDown);
    }
    assert_eq!(app.form.focus, *rows.last().unwrap());
}

#[test]
fn undo_after_a_deletion_says_that_it_stands() {
    let mut server = Server::new();
    let mut app = resources::loaded(&mut server);
    ctrl(&mut app, 'z');
    assert_eq!(app.notice, Some(Notice::NothingToUndo));
    resources::asked_to_delete(&mut app, Resource::ChannelConnection);
    let effects = resources::confirmed(&mut app, "1234567");
    resources::run(&mut app, &mut server, effects);
    ctrl(&mut app, 'z');
    assert_eq!(app.notice, Some(Notice::DeletionStands(Resource::ChannelConnection)));
    // What is entered next can be undone as ever.
    super::flip(&mut app, "isReady");
    ctrl(&mut app, 'z');
    assert_eq!((app.sync.unsaved(), &app.notice), (0, &None));
    ctrl(&mut app, 'z');
    assert_eq!(app.notice, Some(Notice::NothingToUndo));
}

#[test]
fn a_refusal_and_a_warning_are_both_told_the_refusal_first() {
    let mut app = loaded();
    enter(&mut app, "width", "40007");
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(settings())));
    update(&mut app, reply(3, Err(super::refused(400, &[("width", "width too large"), ("colour", "no such colour")]))));
    let told: Vec<String> = app.problems(&super::row(&app, "width")).iter().map(|p| p.text.to_string()).collect();
    assert_eq!(told, ["HubSpot: width too large", "Larger than any screen: is it a typing error?"]);
    let said = app.notice.as_ref().unwrap().said(&app.about());
    assert!(said.lines.iter().any(|line| line == "Refused: width, colour (no such colour)."), "{said:?}");
    for (width, height) in [(80, 24), (120, 36)] {
        let frame = crate::frames::frame_in(&app, crate::frames::COLOUR, width, height);
        for words in ["HubSpot: width too large", "Larger than any screen", "Refused: width, colour"] {
            assert!(frame.contains(words), "{words} in {frame}");
        }
    }
}

#[test]
fn a_row_that_esc_takes_back_is_told_and_undo_brings_it() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 'p');
    press(&mut app, Code::Esc);
    assert_eq!((app.notice.as_ref(), body(&app).as_str()), (None, r#"{"width":420}"#));
    press(&mut app, Code::Esc);
    assert_eq!((app.notice.as_ref(), app.sync.unsaved()), (Some(&Notice::TakenBack), 0));
    ctrl(&mut app, 'z');
    assert_eq!(body(&app), r#"{"width":420}"#);
}
