//! Saves whose end nobody told: callset says so until it knows, and reading back tells the truth either way.

use super::{is_saved, loaded, widened};
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use crate::session::{PATIENT, SIZE, Session};
use callset::api::{ApiVersion, Timeouts};
use serde_json::json;
use std::time::Duration;

const DOUBT: &str = "We do not know whether HubSpot saved this";

/// Width 420 was sent; this became of it.
async fn doubtful(gate: &Gate, fate: Fate) -> Session {
    let mut session = widened(gate).await;
    gate.next([fate]);
    session.key("ctrl-s").settled().await;
    session.says(DOUBT).says("^R read it back").says("Your edit is still here.").says_not("Saved");
    assert_eq!(session.unsaved(), r#"{"width":420}"#);
    session
}

/// Ways to lose an answer, with the words for it.
fn losses(carried_out: bool) -> Vec<(Fate, &'static str)> {
    let lost = |bytes: Vec<u8>| if carried_out { Fate::answered(bytes) } else { Fate::refused(bytes) };
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"name\":\"Acme".to_vec();
    vec![
        (lost(whole("200 OK", "")), "it is empty"),
        (lost(whole("204 No Content", "")), "it is empty"),
        (lost(whole("202 Accepted", "")), "it is empty"),
        (lost(whole("200 OK\ncontent-type: text/html", "<!doctype html><p>Log in")), "it is a web page"),
        (lost(whole("200 OK", r#"{"ok":true}"#)), "it has none of the known fields"),
        (lost(whole("200 OK", r#"{"width":420"#)), "it is not valid JSON"),
        (lost(cut), "broke"),
        (lost(Vec::new()), "broke"),
        (lost(b"HTTP/1.1 200".to_vec()), "broke"),
        (Fate::reset(carried_out), "broke"),
        (lost(whole("502 Bad Gateway", "<html>")), "answered 502"),
    ]
}

#[tokio::test]
async fn h11_n5_n9_a_lost_answer_to_a_save_that_was_made() {
    for (fate, words) in losses(true) {
        let gate = Gate::sandbox().await;
        let mut session = doubtful(&gate, fate).await;
        session.says(words);
        session.key("ctrl-r").settled().await;
        session.says("It was saved: 1 field read back as sent").says("nothing unsaved").says_not(DOUBT);
        assert_eq!((gate.holds("width").await, gate.patches().len()), (json!(420), 1));
        session.keys("ctrl-z ctrl-z").settled().await.says(r#"{"width":400}"#);
    }
}

#[tokio::test]
async fn h11_n5_n9_a_lost_answer_to_a_save_that_was_not_made() {
    for (fate, words) in losses(false) {
        let gate = Gate::sandbox().await;
        let mut session = doubtful(&gate, fate).await;
        session.says(words);
        session.key("ctrl-r").settled().await;
        session.says("It was not saved").says("Your edit is still here. ^S try again").says_not("HubSpot kept");
        assert_eq!((gate.holds("width").await, gate.patches().len()), (json!(400), 1));
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 420).await;
    }
}

#[tokio::test]
async fn n11_a_save_that_takes_too_long_is_in_doubt_and_read_back() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let timeouts = Timeouts { patch: Duration::from_millis(400), ..PATIENT };
        let mut session = Session::with(gate.url(), SIZE, ApiVersion::V3, timeouts);
        session.settled().await.enter("Width", "420").await;
        gate.next([Fate::silence(carried_out)]);
        session.key("ctrl-s").settled().await;
        gate.decided(2).await;
        session.says(DOUBT).says("No answer from 127.0.0.1").says("in 400 ms").says("Your edit is still here.");
        session.key("ctrl-r").settled().await;
        let (held, words) = if carried_out { (420, "It was saved") } else { (400, "It was not saved") };
        assert_eq!(gate.holds("width").await, json!(held));
        session.says(words);
        assert_eq!(session.app().unsaved(), usize::from(!carried_out));
    }
}

#[tokio::test]
async fn n12_a_save_given_up_is_in_doubt_and_read_back() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        session.focus("Name").await;
        gate.next([Fate::silence(carried_out)]);
        session.key("ctrl-s").read().await;
        gate.decided(2).await;
        session.key("esc").settled().await.says("we do not know whether HubSpot saved this").says("^R read it back");
        session.says("Your edit is still here.");
        session.key("ctrl-r").settled().await;
        session.says(if carried_out { "It was saved: 1 field" } else { "It was not saved" });
        assert_eq!(gate.holds("width").await, json!(if carried_out { 420 } else { 400 }));
    }
}

#[tokio::test]
async fn n10_a_kept_connection_that_died_gives_one_request_and_no_false_word() {
    // The load's connection is closed by the server; whichever way the save then meets it, it is sent once.
    let gate = Gate::sandbox().await;
    gate.next([Fate::refused(whole("200 OK", crate::gate::settings().to_string()))]);
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await;
    if session.app().doubt().is_some() {
        session.key("ctrl-r").settled().await;
    }
    assert!(gate.patches().len() <= 1, "{:?}", gate.patches());
    let is_held = gate.holds("width").await == json!(420);
    assert_eq!(session.app().unsaved() == 0, is_held, "{session}");
}

#[tokio::test]
async fn doubt_stays_on_the_screen_until_something_settles_it() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    // Each of these puts other words into the strip, or takes them away.
    for keys in ["esc", "ctrl-o enter down", "f1 esc", "ctrl-d esc down", "ctrl-q esc", "ctrl-p esc"] {
        session.keys(keys).settled().await;
        session.keys("down up").settled().await.says(DOUBT).says("^R read it back");
    }
    gate.next([Fate::refused(whole("503 Busy", "{}"))]);
    session.key("ctrl-r").settled().await.says("Not loaded").keys("esc").settled().await.says(DOUBT);
    session.key("ctrl-r").settled().await.says("It was saved").says_not(DOUBT);
    assert_eq!(gate.holds("width").await, json!(420));
}

#[tokio::test]
async fn an_edit_set_back_in_doubt_is_not_nothing_to_save() {
    for back in ["ctrl-x", "ctrl-e ctrl-u 4 0 0", "ctrl-z ctrl-z ctrl-z ctrl-z"] {
        for carried_out in [true, false] {
            let gate = Gate::sandbox().await;
            let mut session = doubtful(&gate, Fate::reset(carried_out)).await;
            session.keys(back).settled().await;
            assert!(session.row("Width").contains("400") && session.app().unsaved() == 0, "{session}");
            session.key("ctrl-s").settled().await.says(DOUBT).says_not("Nothing to save");
            session.key("ctrl-r").settled().await;
            assert!(session.row("Width").contains("400"), "what was entered last stays: {session}");
            if carried_out {
                session.says("It was saved").says(r#"{"width":400}"#);
                session.key("ctrl-s").settled().await;
                is_saved(&gate, &mut session, 400).await;
            } else {
                session.says("It was not saved").says("nothing unsaved");
                session.key("ctrl-s").settled().await;
                session.says("Nothing to save");
            }
            assert_eq!(gate.holds("width").await, json!(400));
        }
    }
}

#[tokio::test]
async fn an_edit_made_in_doubt_is_kept_and_sent_by_the_next_save() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let mut session = doubtful(&gate, Fate::reset(carried_out)).await;
        session.enter("Width", "430").await.flip("Ready").await.key("ctrl-r").settled().await;
        assert_eq!(session.unsaved(), r#"{"width":430,"isReady":true}"#);
        session.key("ctrl-s").settled().await.says("Saved 2 fields, confirmed");
        assert_eq!((gate.holds("width").await, gate.holds("isReady").await), (json!(430), json!(true)));
    }
}

#[tokio::test]
async fn another_save_settles_the_doubt_too_and_calls_nothing_of_ours_the_change_of_others() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    session.key("ctrl-x").settled().await;
    session.flip("Ready").await.key("ctrl-s").settled().await;
    session.says("Saved 1 field, confirmed").says_not("by others").says(r#"{"width":400}"#);
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 400).await;
    assert_eq!(gate.holds("isReady").await, json!(true));
}

#[tokio::test]
async fn what_someone_else_wrote_in_doubt_is_a_conflict() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    gate.change(json!({ "width": 380, "height": 700 })).await;
    session.key("ctrl-r").settled().await.says("It was not saved").says("server now 380").says(r#"{"width":420}"#);
    assert!(session.row("Height").contains("700"));
    assert_eq!((gate.holds("width").await, session.sign("Width")), (json!(380), Some('!')));
}

#[tokio::test]
async fn a_refusal_does_not_settle_an_earlier_doubt() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    session.key("ctrl-x").settled().await;
    session.flip("Ready").await;
    gate.next([Fate::refused(whole("429 Slow", "{}"))]);
    session.key("ctrl-s").settled().await.says("Not saved").key("esc").settled().await;
    session.says(DOUBT);
    session.key("ctrl-r").settled().await.says("It was saved");
    session.says(r#"{"width":400,"isReady":true}"#);
    assert_eq!(gate.holds("width").await, json!(420));
}

#[tokio::test]
async fn n2_an_unreachable_server_leaves_no_doubt() {
    let gate = Gate::sandbox().await;
    gate.next([Fate::refused(whole("200 OK\nconnection: close", crate::gate::settings().to_string()))]);
    let mut session = loaded(&gate).await;
    session.enter("Width", "420").await;
    drop(gate);
    session.key("ctrl-s").settled().await;
    session.says("─── Not saved ─").says("Cannot reach 127.0.0.1").says("the connection was refused");
    session.says("Your edit is still here. ^S try again");
}
