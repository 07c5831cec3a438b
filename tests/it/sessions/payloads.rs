//! Answers with odd members: shown as they are, never sent unless edited, and nothing in them steers the terminal.

use super::{TALL, loaded, loaded_at};
use crate::gate::{Fate, Gate, settings, settings_with};
use crate::hostile::whole;
use crate::session::{SIZE, Session};
use callset::model::text::is_invisible;
use serde_json::{Value as Json, json};

/// Saves a width beside the member in question.
async fn saves_only_width(gate: &Gate, session: &mut Session) {
    session.enter("Width", "420").await.key("ctrl-s").settled().await;
    assert_eq!(gate.patches(), [r#"{"width":420}"#]);
    assert_eq!(gate.holds("width").await, json!(420));
    session.says("Saved 1 field, confirmed").says("nothing unsaved");
}

#[tokio::test]
async fn j7_an_unknown_object_is_shown_as_json_and_never_sent() {
    let gate = Gate::account(settings_with(json!({ "routing": { "to": ["a", 1] } })), |_, _| ()).await;
    let mut session = loaded_at(&gate, TALL).await;
    assert!(session.row("routing").contains(r#"{"to":["a",1]}"#), "{session}");
    session.focus("routing").await.type_text("x y").paste("z").settled().await;
    assert_eq!(session.unsaved(), "{}");
    saves_only_width(&gate, &mut session).await;
    assert_eq!(gate.holds("routing").await, json!({ "to": ["a", 1] }));
}

#[tokio::test]
async fn j3_a_missing_field_is_shown_as_such_and_not_sent() {
    let mut members = settings();
    members.as_object_mut().unwrap().remove("usesRemote");
    let gate = Gate::account(members, |_, _| ()).await;
    let mut session = loaded(&gate).await;
    assert!(session.row("Remote").contains("not sent by HubSpot"));
    session.focus("Remote").await.key("space").settled().await.says("HubSpot sent no usesRemote");
    saves_only_width(&gate, &mut session).await;
    assert_eq!(gate.holds("usesRemote").await, Json::Null);
    session.focus("Remote").await.keys("enter ctrl-s").settled().await;
    assert_eq!(gate.patches()[1..], [r#"{"usesRemote":false}"#], "only when asked for");
    assert_eq!(gate.holds("usesRemote").await, json!(false));
}

#[tokio::test]
async fn j4_null_is_null_and_not_sent() {
    let gate = Gate::account(settings_with(json!({ "name": null, "isReady": null, "height": null })), |_, _| ()).await;
    let mut session = loaded(&gate).await;
    for label in ["Name", "Ready", "Height"] {
        assert!(session.row(label).contains("null"), "{session}");
    }
    saves_only_width(&gate, &mut session).await;
    session.flip("Ready").await.key("ctrl-s").settled().await;
    assert_eq!(gate.patches()[1..], [r#"{"isReady":true}"#]);
}

#[tokio::test]
async fn j5_wrong_types_are_shown_and_sent_only_once_put_right() {
    let odd = json!({ "height": "650", "isReady": "true", "usesRemote": 1, "name": 7 });
    let gate = Gate::account(settings_with(odd), |_, _| ()).await;
    let mut session = loaded(&gate).await;
    for (label, raw) in [("Height", "\"650\""), ("Ready", "\"true\""), ("Remote", "1"), ("Name", "7")] {
        assert!(session.row(label).contains(raw), "{label} of\n{session}");
        assert_eq!(session.sign(label), Some('!'));
    }
    saves_only_width(&gate, &mut session).await;
    session.focus("Height").await.keys("end backspace 1 ctrl-s").settled().await;
    assert_eq!(gate.patches()[1..], [r#"{"height":651}"#], "a number now");
}

#[tokio::test]
async fn j12_j13_control_and_bidi_characters_are_marks_on_the_screen_and_stay_in_the_value() {
    let name = "Ev\u{202e}il\u{1b}[2J\u{9b}31m\u{7}\u{200b}\u{2066}\u{feff}";
    let gate = Gate::account(settings_with(json!({ "name": name, "x\u{1b}]0;y\u{7}\u{202e}": true })), |_, _| ()).await;
    let mut session = Session::start(gate.url(), (120, 40));
    session.settled().await.says("Ev⟨RLO⟩il␛[2J⟨U+009B⟩31m␇⟨ZWSP⟩⟨LRI⟩⟨BOM⟩").says("x␛]0;y␇⟨RLO⟩");
    session.keys("ctrl-d esc f1 esc ctrl-o enter").settled().await;
    assert_eq!(session.copied(), [name], "what is copied is the value");
    saves_only_width(&gate, &mut session).await;
    assert_eq!(gate.holds("name").await, json!(name), "untouched");
    session.focus("Name").await.keys("end x ctrl-d esc ctrl-s").settled().await;
    assert_eq!(gate.holds("name").await, json!(format!("{name}x")), "typed at its end, and nothing else lost");
}

#[tokio::test]
async fn j12_j13_so_are_those_in_an_error_and_its_headers() {
    let evil = "no\u{1b}]52;c;aGk=\u{7}\u{202e}pe\u{85}\u{2028}";
    let body = json!({
        "status": "error", "message": evil, "category": evil, "correlationId": evil,
        "errors": [{ "message": evil, "in": "width" }, { "message": evil, "in": evil }],
    });
    for status in ["400 Bad Request", "403 Forbidden", "409 Conflict", "429 Slow", "405 No\nallow: \u{9b}31m"] {
        let gate = Gate::sandbox().await;
        let mut session = loaded(&gate).await;
        // Some are tried once more.
        gate.next_patch([(); 2].map(|()| Fate::refused(whole(status, body.to_string()))));
        session.enter("Width", "420").await.key("ctrl-s").settled().await;
        session.says("no␛]52;c;aGk=␇⟨RLO⟩pe");
        session.keys("ctrl-o enter").settled().await;
        let is_harmless = |text: &String| text.contains("PATCH http") && !text.contains(is_invisible);
        assert!(session.copied().iter().all(is_harmless), "{:?}", session.copied());
    }
}

#[tokio::test]
async fn j1_j2_n5_what_is_no_settings_is_not_loaded_and_the_next_answer_is() {
    for (answer, words) in [
        (whole("200 OK", "<html>Log in</html>"), "it is a web page"),
        (whole("200 OK", ""), "it is empty"),
        (whole("204 No Content", ""), "it is empty"),
        (whole("200 OK", r#"{"name":"Ac"#), "it is not valid JSON at byte"),
        (whole("200 OK", "[]"), "it is a list where an object belongs"),
        (whole("200 OK", "{}"), "it has none of the known fields"),
        (whole("302 Found\nlocation: https://login.example/?next=1", ""), "a redirect to https://login.example/"),
    ] {
        let gate = Gate::sandbox().await;
        gate.next([Fate::refused(answer)]);
        let mut session = Session::start(gate.url(), SIZE);
        session.settled().await.says("Not loaded").says(words).says("^R try again");
        session.type_text("x").keys("ctrl-s ctrl-d esc").settled().await;
        assert_eq!(gate.requests().len(), 1, "nothing can be saved");
        session.key("ctrl-r").settled().await.says("nothing unsaved").says_not("Not loaded");
        assert!(session.row("Name").contains("Acme Dialer"));
    }
}

#[tokio::test]
async fn n8_half_an_answer_is_none_and_is_asked_for_again() {
    let cut = || Fate::refused(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"name\":\"Acme".to_vec());
    let nonsense = || Fate::refused(b"nonsense\r\n\r\n".to_vec());
    for fates in [[cut(), cut(), cut()], [nonsense(), nonsense(), nonsense()]] {
        let gate = Gate::sandbox().await;
        gate.next(fates);
        let mut session = Session::start(gate.url(), SIZE);
        session.pausing().await.says("Not loaded yet. Trying again in").says("The connection to 127.0.0.1");
        session.settled().await.says("─── Not loaded ─").says("^R try again");
        assert_eq!(gate.requests().len(), 3);
        session.key("ctrl-r").settled().await.says("nothing unsaved");
    }
    let gate = Gate::sandbox().await;
    gate.next([cut(), nonsense()]);
    let session = loaded(&gate).await;
    assert!(session.row("Name").contains("Acme Dialer"));
    assert_eq!(gate.requests().len(), 3, "by itself");
}

#[tokio::test]
async fn j8_members_that_come_more_than_once_are_told_and_the_last_one_counts() {
    for (more, words) in [
        (r#""width":500,"width":380"#, "HubSpot sent width more than once: the last one is shown"),
        (
            r#""width":500,"width":380,"name":"a","name":"b""#,
            "HubSpot sent 2 settings more than once: the last of each",
        ),
    ] {
        let gate = Gate::account(json!({ "name": "b", "width": 380 }), |_, _| ()).await;
        let body = format!("{{\"name\":\"b\",\"width\":1,{more}}}");
        gate.next([Fate::refused(whole("200 OK", body))]);
        let mut session = loaded(&gate).await;
        session.says(words).key("down").settled().await.says_not(words);
        assert!(session.row("Width").contains("380"));
        session.enter("Width", "420").await.key("ctrl-s").settled().await.says("Saved 1 field");
        session.key("ctrl-r").settled().await.says("Reloaded").says_not("more than once");
    }
}
