//! A PATCH whose answer does not say what became of it is read back, at once and by itself: saved, not saved and then sent
//! once more, or someone else's by now.

use super::{DOUBT, IN_DRAFT, is_saved, loaded, page, widened};
use crate::gate::{Fate, Gate, settings_with};
use crate::hostile::whole;
use crate::session::{PATIENT, SIZE, Session};
use callset::api::Timeouts;
use callset::model::ApiVersion;
use serde_json::json;
use std::time::Duration;

/// Ways to lose an answer.
fn losses(carried_out: bool) -> Vec<Fate> {
    let lost = |bytes: Vec<u8>| if carried_out { Fate::answered(bytes) } else { Fate::refused(bytes) };
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"name\":\"Acme".to_vec();
    let mut losses: Vec<Fate> = [
        whole("200 OK", ""),
        whole("204 No Content", ""),
        whole("202 Accepted", ""),
        whole("200 OK\ncontent-type: text/html", "<!doctype html><p>Log in"),
        whole("200 OK", r#"{"ok":true}"#),
        whole("200 OK", r#"{"width":420"#),
        cut,
        Vec::new(),
        b"HTTP/1.1 200".to_vec(),
        whole("408 Request Timeout", "{}"),
        whole("500 Internal Server Error", r#"{"message":"internal error"}"#),
        whole("502 Bad Gateway", "<html>"),
        whole("503 Service Unavailable", "{}"),
        whole("504 Gateway Timeout", "<html>"),
    ]
    .map(lost)
    .into();
    losses.push(Fate::reset(carried_out));
    losses
}

#[tokio::test]
async fn h9_h11_h14_n5_n9_a_lost_answer_to_a_save_that_was_made() {
    for fate in losses(true) {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch([fate]);
        session.key("ctrl-s").settled().await;
        session.says("It was saved: 1 field read back as sent").says("nothing unsaved").says_not(DOUBT);
        assert_eq!(gate.methods(1), ["GET", "PATCH", "GET"]);
        session.keys("ctrl-z ctrl-z").settled().await.says(r#"{"width":400}"#);
        session.on_disk().await;
        assert_eq!((gate.holds("width").await, session.file("sending.json")), (json!(420), None));
    }
}

#[tokio::test]
async fn h9_h11_n5_n9_one_that_was_not_made_is_sent_once_more() {
    for fate in losses(false) {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch([fate]);
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 420).await;
        assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "PATCH"]);
        assert_eq!(gate.patches(), [r#"{"width":420}"#; 2]);
    }
}

#[tokio::test]
async fn n9_one_that_is_lost_twice_is_not_sent_a_third_time_unasked() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([Fate::reset(false), Fate::reset(false)]);
    session.key("ctrl-s").settled().await;
    session.says("It was not saved").says(IN_DRAFT).says("^S try again").says(r#"{"width":420}"#);
    assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "PATCH", "GET"]);
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn n11_a_save_that_takes_too_long_is_read_back() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let timeouts = Timeouts { patch: Duration::from_millis(400), ..PATIENT };
        let mut session = Session::with(gate.url(), SIZE, ApiVersion::V3, timeouts);
        session.settled().await.enter("Width", "420").await;
        let (read_back, go) = Fate::held();
        gate.next_patch([Fate::silence(carried_out)]);
        gate.next([Fate::own(), read_back]);
        session.key("ctrl-s").until(&format!("{DOUBT}. Reading it back…")).await.says(IN_DRAFT);
        go.send(()).unwrap();
        session.settled().await;
        assert_eq!((session.app().sync.unsaved(), gate.holds("width").await), (0, json!(420)));
        session.says(if carried_out { "It was saved" } else { "Saved 1 field, confirmed" });
    }
}

#[tokio::test]
async fn n10_a_kept_connection_that_died_makes_one_save_for_the_user() {
    // Each connection is closed by the server after its answer; whichever way the next request meets it.
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([Fate::refused(whole("200 OK", crate::gate::settings().to_string()))]);
    session.key("ctrl-s").settled().await.says("nothing unsaved");
    assert_eq!(gate.holds("width").await, json!(420));
}

#[tokio::test]
async fn what_is_typed_while_it_is_read_back_stays_and_waits_for_the_next_save() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        let (read_back, go) = Fate::held();
        gate.next_patch([Fate::reset(carried_out)]);
        gate.next([Fate::own(), read_back]);
        session.key("ctrl-s").sent(&gate, 4).await.key("end").type_text("0").read().await;
        session.says(r#"then {"width":4200}"#);
        go.send(()).unwrap();
        session.settled().await.says(r#"{"width":4200}"#);
        assert_eq!(gate.holds("width").await, json!(420), "what was wanted at Ctrl-S");
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 4200).await;
    }
}

#[tokio::test]
async fn what_is_set_back_while_it_is_read_back_is_not_sent_again() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let (read_back, go) = Fate::held();
    gate.next_patch([Fate::reset(false)]);
    gate.next([Fate::own(), read_back]);
    session.key("ctrl-s").sent(&gate, 4).await.key("ctrl-x").read().await;
    go.send(()).unwrap();
    session.settled().await.says("nothing unsaved");
    assert_eq!((gate.patches().len(), gate.holds("width").await), (1, json!(400)));
}

#[tokio::test]
async fn n9_part_of_it_and_the_write_of_another_is_a_choice() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.flip("Ready").await;
    let (fate, go) = Fate::reset(true).hold();
    gate.next_patch([fate]);
    session.key("ctrl-s").sent(&gate, 3).await;
    gate.change(json!({ "width": 380 })).await;
    go.send(()).unwrap();
    session.settled().await.says("Only 1 of 2 fields was saved").says("Changed here and on the server");
    session.says("( ) 380").says("( ) 420");
    session.keys("right enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert_eq!(gate.holds("isReady").await, json!(true));
}

#[tokio::test]
async fn h9_n8_the_read_back_is_repeated_as_any_get() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::own(), Fate::refused(whole("503 Busy", "{}")), Fate::reset(true)]);
    session.key("ctrl-s").pausing().await.says(&format!("{DOUBT}. Trying again in")).says("^R try now Esc stop");
    session.settled().await.says("It was saved");
    assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "GET", "GET"]);
}

#[tokio::test]
async fn n2_esc_in_the_pause_of_a_read_back_leaves_the_doubt() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::own(), Fate::refused(whole("503 Busy", "{}"))]);
    session.key("ctrl-s").pausing().await.key("esc").settled().await.says("Stopped waiting");
    assert_eq!(gate.methods(1), ["GET", "PATCH", "GET"]);
    session.key("ctrl-r").settled().await.says("It was saved");
}

/// A copy from before what the server confirmed last.
fn old() -> Fate {
    let copy = settings_with(json!({ "updatedAt": "2026-11-01T00:00:00.000Z", "width": 300 }));
    Fate::refused(whole("200 OK", copy.to_string()))
}

#[tokio::test]
async fn h18_an_older_copy_is_no_news_after_a_save() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
    gate.next([old()]);
    session.key("ctrl-r").pausing().await.says("Not reloaded yet. Looking again in 1 s").says("an older copy");
    session.settled().await.says("Reloaded: nothing changed on the server");
    assert!(session.row("Width").contains("420"));
}

#[tokio::test]
async fn h18_an_older_copy_at_the_check_sends_nothing() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([old(), old(), old()]);
    session.key("ctrl-s").pausing().await.says("Not saved yet. Looking again in 1 s").says(IN_DRAFT);
    session.settled().await.says("Not saved").says("keeps answering with an older copy").says("^S try again");
    assert_eq!((gate.patches().len(), session.unsaved().as_str()), (0, r#"{"width":420}"#));
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn h18_nor_does_one_tell_what_became_of_a_save() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::own(), old(), old(), old()]);
    session.key("ctrl-s").settled().await.says(DOUBT).says("an older copy").says("^R read it back");
    assert_eq!(gate.patches().len(), 1, "nor is it a reason to send it again");
    session.key("ctrl-r").settled().await.says("It was saved");
}

#[tokio::test]
async fn n9_a_load_of_an_empty_form_is_not_taken_for_a_read_back() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    gate.next([Fate::refused(page())]);
    session.key("ctrl-r").settled().await.says("Not reloaded").says_not(DOUBT);
}
