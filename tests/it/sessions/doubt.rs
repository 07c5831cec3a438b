//! Saves whose end nobody told, and nobody could be asked about: callset says so until it knows, and the next settings from
//! the server tell the truth.

use super::{DOUBT, IN_DRAFT, is_saved, page, widened};
use crate::gate::{Fate, Gate};
use crate::session::Session;
use serde_json::json;

/// Width 420 was sent; this became of it, and the look that followed showed no settings.
async fn doubtful(gate: &Gate, fate: Fate) -> Session {
    let mut session = widened(gate).await;
    gate.next_patch([fate]);
    gate.next([Fate::own(), Fate::refused(page())]);
    session.key("ctrl-s").settled().await;
    session.says(DOUBT).says("it is a web page").says("^R read it back").says(IN_DRAFT).says_not("Saved");
    assert_eq!(session.unsaved(), r#"{"width":420}"#);
    assert_eq!(gate.methods(1), ["GET", "PATCH", "GET"]);
    session
}

#[tokio::test]
async fn n12_a_save_given_up_is_in_doubt_and_read_back() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        session.focus("Name").await;
        gate.next_patch([Fate::silence(carried_out)]);
        session.key("ctrl-s").sent(&gate, 3).await;
        session.key("esc").settled().await.says("we do not know whether HubSpot saved this").says("^R read it back");
        session.says(IN_DRAFT);
        session.key("ctrl-r").settled().await;
        session.says(if carried_out { "It was saved: 1 field" } else { "It was not saved" });
        assert_eq!(gate.holds("width").await, json!(if carried_out { 420 } else { 400 }));
        assert_eq!(session.app().sync.unsaved(), usize::from(!carried_out));
    }
}

#[tokio::test]
async fn n12_a_read_back_given_up_leaves_the_doubt() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::own(), Fate::silence(true)]);
    session.key("ctrl-s").sent(&gate, 4).await.says("Reading it back…");
    session.key("esc").settled().await.says("Stopped waiting: we do not know whether HubSpot saved this");
    session.key("ctrl-r").settled().await.says("It was saved");
}

#[tokio::test]
async fn doubt_stays_on_the_screen_until_something_settles_it() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    // Each of these puts other words into the strip, or takes them away.
    for keys in ["esc", "ctrl-o enter down", "f1 esc", "ctrl-d esc down", "ctrl-q esc", "ctrl-p esc", "ctrl-l esc"] {
        session.keys(keys).settled().await;
        session.keys("down up").settled().await.says(DOUBT).says("^R read it back");
    }
    gate.next([Fate::refused(page())]);
    session.key("ctrl-r").settled().await.says("Not reloaded").keys("esc").settled().await.says(DOUBT);
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
            assert!(session.row("Width").contains("400") && session.app().sync.unsaved() == 0, "{session}");
            session.key("ctrl-s").settled().await.says(DOUBT).says_not("Nothing to save");
            session.key("ctrl-r").settled().await;
            assert!(session.row("Width").contains("400"), "what was entered last stays: {session}");
            if carried_out {
                session.says("It was saved").says(r#"{"width":400}"#);
                session.key("ctrl-s").settled().await;
                is_saved(&gate, &mut session, 400).await;
            } else {
                session.says("It was not saved").says("nothing unsaved");
                // Nothing of it is there, but it may still come.
                session.key("ctrl-s").settled().await;
                session.says(DOUBT).says_not("Nothing to save");
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
async fn the_check_of_the_next_save_settles_the_doubt_and_calls_nothing_of_ours_the_change_of_others() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    session.key("ctrl-x").settled().await;
    session.flip("Ready").await.key("ctrl-s").settled().await;
    session.says("Saved 1 field, confirmed").says_not("by others").says(r#"{"width":400}"#);
    assert_eq!(gate.patches()[1..], [r#"{"isReady":true}"#]);
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 400).await;
    assert_eq!(gate.holds("isReady").await, json!(true));
}

#[tokio::test]
async fn what_was_saved_in_doubt_is_not_sent_again() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    session.key("ctrl-s").settled().await.says("The server already has your values: 1 field not sent");
    session.says("nothing unsaved");
    assert_eq!((gate.patches().len(), gate.holds("width").await), (1, json!(420)));
}

#[tokio::test]
async fn what_someone_else_wrote_in_doubt_is_a_conflict() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    gate.change(json!({ "width": 380, "height": 700 })).await;
    session
        .key("ctrl-r")
        .settled()
        .await
        .says("Nobody knows whether it was saved: others saved since")
        .says("server now 380")
        .says(r#"{"width":420}"#);
    assert!(session.row("Height").contains("700"));
    assert_eq!((gate.holds("width").await, session.sign("Width")), (json!(380), Some('!')));
}

#[tokio::test]
async fn a_check_without_settings_does_not_settle_an_earlier_doubt() {
    let gate = Gate::sandbox().await;
    let mut session = doubtful(&gate, Fate::reset(true)).await;
    session.key("ctrl-x").settled().await;
    session.flip("Ready").await;
    gate.next([Fate::refused(page())]);
    session.key("ctrl-s").settled().await.says("Not saved").key("esc").settled().await;
    session.says(DOUBT);
    session.key("ctrl-r").settled().await.says("It was saved");
    session.says(r#"{"width":400,"isReady":true}"#);
    assert_eq!(gate.holds("width").await, json!(420));
}
