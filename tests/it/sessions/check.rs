//! The look right before a save: what others changed is kept, what both changed is asked about, and nothing is sent blindly.

use super::{IN_DRAFT, is_saved, loaded, widened};
use crate::gate::{Fate, Gate, settings};
use crate::hostile::whole;
use crate::session::Session;
use serde_json::json;
use std::time::Duration;

const CHOICE: &str = "Changed here and on the server";

/// Width is 420 here and 380 there, and Ctrl-S has asked.
async fn asked(gate: &Gate) -> Session {
    let mut session = widened(gate).await;
    gate.change(json!({ "width": 380 })).await;
    session.key("ctrl-s").settled().await.says(CHOICE).says("Width 400 ( ) 380 ( ) 420").says("0 of 1 chosen");
    assert_eq!(gate.patches().len(), 0);
    session
}

#[tokio::test]
async fn c1_another_field_of_theirs_is_kept_and_told() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "height": 700 })).await;
    session.key("ctrl-s").settled().await.says("Saved 1 field; 1 field changed by others, see ←");
    assert!(session.row("Height").contains("700") && session.row("Height").contains("← server"), "{session}");
    assert_eq!(gate.patches(), [r#"{"width":420}"#]);
    assert_eq!((gate.holds("width").await, gate.holds("height").await), (json!(420), json!(700)));
}

#[tokio::test]
async fn c2_the_same_field_is_asked_about_and_one_answer_sends_ours() {
    let gate = Gate::sandbox().await;
    let mut session = asked(&gate).await;
    session.key("enter").settled().await.says("Still open: 1 field").says(CHOICE);
    assert_eq!(gate.patches().len(), 0, "Enter alone chooses nothing");
    session.key("right").settled().await.says("(•) 420").says("1 of 1 chosen").says(r#"{"width":420}"#);
    session.key("enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn c2_the_other_takes_theirs_and_sends_nothing() {
    let gate = Gate::sandbox().await;
    let mut session = asked(&gate).await;
    session.keys("left enter").settled().await.says("1 field has the server's value; nothing is unsaved");
    assert!(session.row("Width").contains("380") && session.sign("Width").is_none());
    assert_eq!((gate.patches().len(), gate.holds("width").await), (0, json!(380)));
    session.key("ctrl-z").settled().await.says(r#"{"width":420}"#);
}

#[tokio::test]
async fn c2_esc_keeps_editing_and_e_edits_the_field() {
    let gate = Gate::sandbox().await;
    let mut session = asked(&gate).await;
    session.key("esc").settled().await.says("server now 380").says(r#"{"width":420}"#);
    assert_eq!(session.sign("Width"), Some('!'));
    session.key("ctrl-s").settled().await.says(CHOICE).keys("e ctrl-e ctrl-u").type_text("430");
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 430).await;
}

#[tokio::test]
async fn c2_several_fields_are_chosen_one_by_one_or_together() {
    for (keys, width, height) in [
        ("right down left enter", 420, 701),
        ("M enter", 420, 700),
        ("T enter", 380, 701),
        ("M down left enter", 420, 701),
    ] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        session.enter("Height", "700").await.flip("Ready").await;
        gate.change(json!({ "width": 380, "height": 701, "usesRemote": false })).await;
        session.key("ctrl-s").settled().await.says(CHOICE).says("Taken from the server, not edited here: Remote");
        session.keys(keys).settled().await.says("nothing unsaved");
        let held = (gate.holds("width").await, gate.holds("height").await, gate.holds("isReady").await);
        assert_eq!(held, (json!(width), json!(height), json!(true)), "{keys}");
        assert_eq!(gate.holds("usesRemote").await, json!(false), "theirs");
    }
}

#[tokio::test]
async fn c2_keys_that_were_pressed_meanwhile_are_not_taken_for_an_answer() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "width": 380 })).await;
    let (check, go) = Fate::held();
    gate.next([check]);
    session.key("ctrl-s").sent(&gate, 2).await.focus("Name").await.type_text("M").read().await;
    go.send(()).unwrap();
    session.settled().await.says("Not saved: 1 field changed here and on the server").says_not("SERVER NOW");
    session.says("Nothing was sent. ^S choose per field").key("ctrl-s").settled().await.says(CHOICE);
    assert_eq!(gate.patches().len(), 0);
}

#[tokio::test]
async fn c3_the_same_value_is_not_sent() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "width": 420 })).await;
    session.key("ctrl-s").settled().await.says("The server already has your values: 1 field not sent");
    session.says("nothing unsaved");
    assert_eq!(gate.patches().len(), 0);
}

#[tokio::test]
async fn c3_part_of_it_there_already_leaves_the_rest_to_be_asked_about() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.flip("Ready").await;
    gate.change(json!({ "width": 380, "isReady": true })).await;
    session.key("ctrl-s").settled().await.says(CHOICE).says("( ) 380");
    session.keys("right enter").settled().await;
    assert_eq!(gate.patches(), [r#"{"width":420}"#]);
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn c4_a_date_alone_is_no_news() {
    let gate = Gate::account(settings(), |_, _| ()).await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "updatedAt": "2026-11-19T10:00:00.000Z" })).await;
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert!(session.row("Updated").contains("2026-11-19"), "{session}");
}

#[tokio::test]
async fn c5_a_field_that_changed_without_its_date_is_seen() {
    let gate = Gate::account(settings(), |_, _| ()).await;
    asked(&gate).await;
}

#[tokio::test]
async fn c6_settings_that_were_deleted_keep_the_draft() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.delete().await;
    session.key("ctrl-s").settled().await.says("The settings of app 1234567 are gone from the server");
    session.says("Your edits are kept with its old values. ^S set it up anew ^O copy");
    assert_eq!(gate.methods(1), ["GET", "GET"], "x10: one answer is not believed");
    // With all that the server had, so that nothing is missing for it, and nobody has to remember.
    let all = r#"{"name":"Acme Dialer","url":"https://dialer.acme.dev/widget","width":420,"height":650,"isReady":false,"usesCallingWindow":true,"usesRemote":true,"supportsInboundCalling":false,"supportsCustomObjects":true}"#;
    assert_eq!(session.unsaved(), all);
    session.key("ctrl-s").settled().await.says("Set up with 9 fields, confirmed by the server").says("nothing unsaved");
    assert_eq!(gate.methods(3), ["GET", "POST"]);
    assert_eq!(gate.holds("width").await, json!(420));
}

/// A save whose check saw nothing of this yet.
async fn changed_after_the_check(gate: &Gate, change: serde_json::Value) -> Session {
    let mut session = widened(gate).await;
    let (check, go) = Fate::held();
    gate.next([check]);
    session.key("ctrl-s").sent(gate, 2).await;
    gate.change(change).await;
    go.send(()).unwrap();
    session
}

#[tokio::test]
async fn c7_another_field_between_check_and_patch_is_kept_and_told() {
    let gate = Gate::sandbox().await;
    let mut session = changed_after_the_check(&gate, json!({ "height": 700 })).await;
    session.settled().await.says("Saved 1 field; 1 field changed by others");
    assert_eq!((gate.holds("width").await, gate.holds("height").await), (json!(420), json!(700)));
}

#[tokio::test]
async fn c8_the_same_field_between_check_and_patch_is_the_one_loss_that_stays() {
    let gate = Gate::sandbox().await;
    let mut session = changed_after_the_check(&gate, json!({ "width": 380 })).await;
    session.settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn c11_there_and_back_is_no_conflict() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "width": 380 })).await;
    gate.change(json!({ "width": 400 })).await;
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn c11_nor_is_it_when_it_was_seen_there() {
    let gate = Gate::sandbox().await;
    let mut session = asked(&gate).await;
    gate.change(json!({ "width": 400 })).await;
    session.keys("esc ctrl-r").settled().await.says_not("server now").says(r#"{"width":420}"#);
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn h6_a_server_that_speaks_of_a_conflict_is_looked_at_again() {
    for status in ["409 Conflict", "412 Precondition Failed", "428 Precondition Required"] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch([Fate::refused(whole(status, "{}"))]);
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 420).await;
        assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "PATCH"]);
    }
}

#[tokio::test]
async fn h6_and_what_it_means_is_asked() {
    for status in ["409 Conflict", "412 Precondition Failed", "428 Precondition Required"] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        let (fate, go) = Fate::refused(whole(status, "{}")).hold();
        gate.next_patch([fate]);
        session.key("ctrl-s").sent(&gate, 3).await;
        gate.change(json!({ "width": 380 })).await;
        go.send(()).unwrap();
        session.settled().await.says(CHOICE).says("( ) 380").keys("right enter").settled().await;
        is_saved(&gate, &mut session, 420).await;
    }
}

#[tokio::test]
async fn h17_the_wrong_host_is_told_in_hubspots_words() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let words = r#"{"message":"Writes to call settings data only accepted on api.hubspot.com"}"#;
    gate.next_patch([Fate::refused(whole("400 Bad Request", words))]);
    session.key("ctrl-s").settled().await.says("Writes to call settings data only accepted on api.hubspot.com");
    session.says("give it with --base-url").says(IN_DRAFT);
}

#[tokio::test]
async fn what_is_set_back_during_the_check_is_not_sent() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.enter("Width", "420").await.flip("Ready").await;
    let (check, go) = Fate::held();
    gate.next([check]);
    session.key("ctrl-s").sent(&gate, 2).await.flip("Ready").await;
    go.send(()).unwrap();
    session.settled().await;
    assert_eq!(gate.patches(), [r#"{"width":420}"#]);
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn esc_during_the_check_sends_nothing() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.focus("Name").await;
    gate.next([Fate::silence(true)]);
    session.key("ctrl-s").sent(&gate, 2).await.key("esc").settled().await;
    session.says("Not saved: cancelled before anything was sent").says(IN_DRAFT);
    assert_eq!((gate.patches().len(), session.app().sync.doubts().next()), (0, None));
}

#[tokio::test]
async fn x4_a_check_whose_answer_lay_unread_is_made_anew_before_anything_leaves() {
    for seconds in [4, 40] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        let (fate, go) = Fate::held();
        gate.next([fate]);
        session.key("ctrl-s").sent(&gate, 2).await;
        // As for a process that was stopped: the answer is there, and nobody reads it; meanwhile someone else saves.
        gate.change(json!({ "width": 380 })).await;
        session.passed(Duration::from_secs(seconds)).await;
        go.send(()).unwrap();
        session.settled().await.says("SERVER NOW").says("380");
        assert_eq!(gate.methods(1), ["GET", "GET"], "{seconds} s");
        assert_eq!(gate.holds("width").await, json!(380));
    }
}
