//! Saves that go well: exactly the edited fields leave, the form shows what came back.

use super::{TALL, is_saved, loaded, loaded_at, widened};
use crate::gate::{Fate, Gate, settings};
use crate::hostile::whole;
use crate::session::{APP, PATIENT, SIZE, Session, TOKEN};
use callset::api::wire;
use callset::model::{ApiVersion, FieldId, Resource, Value};
use serde_json::{Value as Json, json};

#[tokio::test]
async fn one_field_is_sent_alone_in_every_api_version() {
    for version in ApiVersion::ALL {
        let gate = Gate::sandbox().await;
        let mut session = Session::with(gate.url(), SIZE, version, PATIENT);
        session.settled().await.enter("Width", "420").await;
        let before = session.row("Updated");
        session.key("ctrl-s").settled().await;
        let path = wire::path(version, APP, Resource::Settings);
        let [load, check] = [(); 2].map(|()| format!("GET {path}"));
        assert_eq!(gate.requests(), [load, check, format!(r#"PATCH {path} {{"width":420}}"#)]);
        is_saved(&gate, &mut session, 420).await;
        assert_ne!(session.row("Updated"), before, "redrawn from the answer");
        let updated = Value::Text(gate.holds("updatedAt").await.as_str().unwrap().to_owned());
        assert_eq!(session.app().sync.draft.base(&FieldId::settings("updatedAt")), Some(&updated));
    }
}

#[tokio::test]
async fn a_second_save_sends_only_what_changed_since() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await.enter("Height", "700").await;
    session.key("f10").settled().await;
    assert_eq!(gate.patches(), [r#"{"width":420}"#, r#"{"height":700}"#]);
    assert_eq!((gate.holds("width").await, gate.holds("height").await), (json!(420), json!(700)));
    session.says("Saved 1 field, confirmed");
}

#[tokio::test]
async fn x12_a_version_that_is_not_strong_and_whole_binds_no_save_and_another_one_byte_for_byte() {
    let (long, longer) = (format!("\"{}\"", "x".repeat(500)), format!("\"{}\"", "x".repeat(5000)));
    let secret = format!("\"{TOKEN}\"");
    let cases = [
        ("\"7\"", true),
        ("\"a,b;c=\\d!~\"", true),
        (&long, true),
        ("W/\"7\"", false),
        (&longer, false),
        ("\"half", false),
        ("7", false),
        ("\"a b\"", false),
        ("*", false),
        (&secret, false),
    ];
    for (etag, is_bound) in cases {
        let gate = Gate::sandbox().await;
        // At the load another one.
        gate.next(["\"6\"", etag].map(|etag| versioned(etag, &settings())));
        let mut session = widened(&gate).await;
        session.key("ctrl-s").settled().await;
        assert_eq!(gate.conditions(), [is_bound.then(|| etag.to_owned())], "{etag:.40}");
        is_saved(&gate, &mut session, 420).await;
    }
}

#[tokio::test]
async fn x12_a_version_that_changes_meanwhile_is_looked_up_and_the_save_bound_to_the_new_one() {
    let gate = Gate::sandbox().await;
    gate.next(["\"6\"", "\"7\"", "\"8\""].map(|etag| versioned(etag, &settings())));
    gate.next_patch([Fate::refused(whole("412 Precondition Failed", ""))]);
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await;
    assert_eq!(gate.conditions(), ["\"7\"", "\"8\""].map(|etag| Some(etag.to_owned())));
    is_saved(&gate, &mut session, 420).await;
}

fn versioned(etag: &str, settings: &Json) -> Fate {
    Fate::refused(whole(&format!("200 OK\netag: {etag}"), settings.to_string()))
}

#[tokio::test]
async fn h19_u9_nothing_unsaved_sends_nothing() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.key("ctrl-s").settled().await.says("Nothing to save");
    session.enter("Width", "4000").await.keys("backspace ctrl-s").settled().await;
    session.says("Nothing to save").says("nothing unsaved").says_not("Saved");
    assert_eq!(gate.requests().len(), 1, "the load");
}

#[tokio::test]
async fn h20_a_held_ctrl_s_is_one_save() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.keys("ctrl-s ctrl-s ctrl-s f10").settled().await;
    assert_eq!(gate.patches(), [r#"{"width":420}"#]);
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn u13_undo_after_a_save_is_an_edit_and_the_next_save_puts_the_old_value_back() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.focus("Width").await.keys("right right ctrl-s").settled().await;
    is_saved(&gate, &mut session, 402).await;
    session.key("ctrl-z").settled().await.says(r#"{"width":400}"#);
    assert_eq!(gate.patches().len(), 1, "nothing is sent by an undo");
    assert_eq!(gate.holds("width").await, json!(402));
    session.key("ctrl-s").settled().await;
    assert_eq!(gate.patches(), [r#"{"width":402}"#, r#"{"width":400}"#]);
    is_saved(&gate, &mut session, 400).await;
}

#[tokio::test]
async fn several_fields_and_nothing_else() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.enter("URL", "https://next.acme.dev/w").await.flip("Ready").await.flip("Remote").await;
    session.flip("Remote").await.enter("Height", "651").await.key("ctrl-s").settled().await;
    assert_eq!(gate.patches(), [r#"{"url":"https://next.acme.dev/w","height":651,"isReady":true}"#]);
    session.says("Saved 3 fields, confirmed");
    assert_eq!(gate.holds("url").await, json!("https://next.acme.dev/w"));
    assert_eq!((gate.holds("height").await, gate.holds("isReady").await), (json!(651), json!(true)));
    assert_eq!((gate.holds("usesRemote").await, gate.holds("width").await), (json!(true), json!(400)));
}

#[tokio::test]
async fn a_boolean_alone_by_key_and_by_mouse() {
    for by_mouse in [false, true] {
        let gate = Gate::sandbox().await;
        let mut session = loaded(&gate).await;
        if by_mouse {
            session.flip("Inbound calling").await;
        } else {
            session.focus("Inbound calling").await.key("space");
        }
        session.key("ctrl-s").settled().await;
        assert_eq!(gate.patches(), [r#"{"supportsInboundCalling":true}"#]);
        assert_eq!(gate.holds("supportsInboundCalling").await, json!(true));
        assert!(session.row("Inbound calling").contains("[x] yes"), "{session}");
    }
}

#[tokio::test]
async fn text_of_every_sort_arrives_as_it_was_typed() {
    for name in ["日本語ダイヤラー", r#"Quo"te\'s"#, "👩‍❤️‍👨 Ärger", "e\u{301}te\u{301}", "  two  spaces  ", "</name>&amp;"]
    {
        for paste in [false, true] {
            let gate = Gate::sandbox().await;
            let mut session = loaded(&gate).await;
            session.keys("ctrl-e ctrl-u");
            _ = if paste { session.paste(name) } else { session.type_text(name) };
            session.key("ctrl-s").settled().await;
            let [body] = &gate.patches()[..] else { panic!("{:?}", gate.patches()) };
            assert_eq!(serde_json::from_str::<Json>(body).unwrap(), json!({ "name": name }));
            assert_eq!(gate.holds("name").await, json!(name));
            session.says("Saved 1 field, confirmed");
            let shown: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
            session.says(&shown);
        }
    }
}

#[tokio::test]
async fn u1_a_paste_of_lines_is_one_line_and_saves_nothing_by_itself() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.keys("ctrl-e ctrl-u").paste("one\r\ntwo\x1b[2J\n\x13").settled().await.says("Pasted as one line");
    assert_eq!(gate.patches().len(), 0);
    session.key("ctrl-s").settled().await;
    assert_eq!(gate.holds("name").await, json!("one two[2J "));
}

#[tokio::test]
async fn invalid_text_is_not_sent_and_not_lost() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.enter("Width", "42x").await.flip("Ready").await.key("ctrl-s").settled().await;
    assert_eq!(gate.patches().len(), 0);
    session.says("Not saved: 1 field cannot be sent as typed");
    assert!(session.row("Width").contains("42x"));
    session.keys("backspace ctrl-s").settled().await;
    assert_eq!(gate.patches(), [r#"{"width":42,"isReady":true}"#]);
    assert_eq!(gate.holds("width").await, json!(42));
}

#[tokio::test]
async fn a_sixth_boolean_is_a_row_and_is_saved_alone() {
    let mut members = settings();
    members["supportsVideo"] = json!(false);
    let gate = Gate::account(members, |_, _| ()).await;
    let mut session = loaded_at(&gate, TALL).await;
    session.flip("supportsVideo").await.key("ctrl-s").settled().await;
    assert_eq!(gate.patches(), [r#"{"supportsVideo":true}"#]);
    assert_eq!(gate.holds("supportsVideo").await, json!(true));
    assert!(session.row("supportsVideo").contains("[x] yes"));
    session.says("Saved 1 field, confirmed");
}

#[tokio::test]
async fn small_screens_save_as_well() {
    for size in [(40, 12), (24, 6), (200, 60)] {
        let gate = Gate::sandbox().await;
        let mut session = Session::start(gate.url(), size);
        session.settled().await.keys("tab tab right ctrl-s").settled().await;
        assert_eq!(gate.patches(), [r#"{"width":401}"#], "{size:?}");
        assert_eq!(gate.holds("width").await, json!(401));
    }
}

#[tokio::test]
async fn nothing_is_edited_or_sent_where_nothing_can_be_seen() {
    for size in [(23, 6), (24, 5), (1, 1)] {
        let gate = Gate::sandbox().await;
        let mut session = Session::start(gate.url(), size);
        session.settled().await.keys("tab tab right space ctrl-s").type_text("unseen").settled().await;
        assert_eq!((session.unsaved().as_str(), gate.patches().len()), ("{}", 0), "{size:?}");
        session.key("ctrl-q").settled().await;
        assert_eq!(session.exit().code, 0, "leaving works at any size");
    }
}

#[tokio::test]
async fn what_is_copied_is_what_is_sent() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.keys("ctrl-o down enter ctrl-s").settled().await;
    assert_eq!(session.copied(), gate.patches());
}
