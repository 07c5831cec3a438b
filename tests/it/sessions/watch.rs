//! The watch: what others change shows up while one edits, and never gets in the way.

use super::{DOUBT, is_saved, page};
use crate::gate::{Fate, Gate, settings_with};
use crate::hostile::whole;
use crate::session::{SIZE, Session};
use serde_json::json;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(10);

/// A look comes a fifth sooner or later than asked for.
const BY_THEN: Duration = Duration::from_secs(12);

async fn watching(gate: &Gate) -> Session {
    let mut session = Session::watching(gate.url(), EVERY);
    session.settled().await.says("nothing unsaved");
    session
}

#[tokio::test]
async fn c9_a_look_while_one_types_leaves_text_and_caret_alone() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    session.enter("Width", "420").await.key("home").read().await;
    gate.change(json!({ "width": 380, "height": 700 })).await;
    session.looked(BY_THEN).await.says("2 fields changed on the server while you edit").says("Yours are kept");
    assert_eq!((session.sign("Width"), session.unsaved().as_str()), (Some('!'), r#"{"width":420}"#));
    assert!(session.row("Width").contains("server now 380") && session.row("Height").contains("← server"), "{session}");
    assert_eq!(session.app().focused().label, "Width");
    session.type_text("1").settled().await.says(r#"{"width":1420}"#);
    assert!(session.app().mode.is_editing());
}

#[tokio::test]
async fn c9_a_clean_field_takes_the_new_value_even_under_the_caret() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    session.focus("Width").await;
    gate.change(json!({ "width": 380 })).await;
    session.looked(BY_THEN).await.says("1 field changed on the server while you edit, see ←").says("nothing unsaved");
    session.key("right").settled().await.says(r#"{"width":381}"#);
}

#[tokio::test]
async fn c9_a_look_that_finds_nothing_says_nothing() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    for looks in 2..5 {
        session.looked(BY_THEN).await.says("─── Next PATCH ─");
        assert_eq!(gate.requests().len(), looks);
    }
}

#[tokio::test]
async fn c10_what_changes_while_the_choice_is_open_is_shown_and_other_choices_stay() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    session.enter("Width", "420").await.enter("Height", "700").await;
    gate.change(json!({ "width": 380, "height": 701 })).await;
    session.key("ctrl-s").settled().await.keys("left down right").settled().await.says("2 of 2 chosen");
    gate.change(json!({ "width": 390 })).await;
    session.looked(BY_THEN).await.says("Width 400 ( ) 390 ( ) 420").says("Height 650 ( ) 701 (•) 700");
    session.says("1 of 2 chosen").key("enter").settled().await.says("Still open: 1 field");
    session.keys("left enter").settled().await;
    assert_eq!(gate.patches(), [r#"{"height":700}"#]);
    assert_eq!((gate.holds("width").await, gate.holds("height").await), (json!(390), json!(700)));
}

#[tokio::test]
async fn c10_ours_stays_chosen_when_theirs_moves() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    session.enter("Width", "420").await;
    gate.change(json!({ "width": 380 })).await;
    session.key("ctrl-s").settled().await.key("right").settled().await;
    gate.change(json!({ "width": 390 })).await;
    session.looked(BY_THEN).await.says("Width 400 ( ) 390 (•) 420").key("enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn c11_back_again_while_the_choice_is_open_leaves_nothing_to_choose() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    session.enter("Width", "420").await;
    gate.change(json!({ "width": 380 })).await;
    session.key("ctrl-s").settled().await.says("( ) 380");
    gate.change(json!({ "width": 400 })).await;
    session
        .looked(BY_THEN)
        .await
        .says("nothing is left to choose")
        .says(r#"{"width":420}"#)
        .key("ctrl-s")
        .settled()
        .await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn looks_that_fail_are_silent_and_come_less_often() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    gate.next([Fate::refused(whole("503 Busy", "{}")), Fate::reset(false), Fate::refused(page())]);
    for after in [12, 24, 48, 72] {
        session.looked(Duration::from_secs(after)).await.says("─── Next PATCH ─").says_not("Not loaded");
    }
    session.looked(BY_THEN).await;
    assert_eq!(gate.requests().len(), 6, "and as before once one went well");
}

#[tokio::test]
async fn h1_a_look_with_an_expired_token_asks_nothing() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    gate.next([Fate::refused(whole("401 Unauthorized", "{}"))]);
    session.looked(BY_THEN).await.says("─── Next PATCH ─");
    assert!(session.app().mode.is_editing());
}

#[tokio::test]
async fn h18_an_older_copy_in_a_look_is_no_news() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    let old = settings_with(json!({ "updatedAt": "2026-11-01T00:00:00.000Z", "width": 300 }));
    gate.next([Fate::refused(whole("200 OK", old.to_string()))]);
    session.looked(BY_THEN).await.says("─── Next PATCH ─").says_not("Looking again");
    assert!(session.row("Width").contains("400"));
    session.looked(Duration::from_secs(24)).await;
    assert_eq!(gate.requests().len(), 3);
}

#[tokio::test]
async fn nobody_looks_while_the_terminal_is_away_and_at_once_when_it_is_back() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    session.away().read().await;
    gate.change(json!({ "height": 700 })).await;
    session.passed(BY_THEN).await;
    assert_eq!(gate.requests().len(), 1);
    session.back().settled().await.says("1 field changed on the server while you edit");
    assert_eq!(gate.requests().len(), 2);
    session.looked(BY_THEN).await;
    assert_eq!(gate.requests().len(), 3);
}

#[tokio::test]
async fn a_look_that_a_save_or_reload_cuts_short_is_not_the_last() {
    for key in ["ctrl-s", "ctrl-r"] {
        let gate = Gate::sandbox().await;
        let mut session = watching(&gate).await;
        session.enter("Width", "420").await;
        gate.next([Fate::silence(true)]);
        session.passed(BY_THEN).await.sent(&gate, 2).await.key(key).settled().await;
        let requests = gate.requests().len();
        session.looked(BY_THEN).await;
        assert_eq!(gate.requests().len(), requests + 1, "after {key}");
    }
}

#[tokio::test]
async fn a_look_settles_a_doubt_and_is_not_the_last() {
    let gate = Gate::sandbox().await;
    let mut session = watching(&gate).await;
    session.enter("Width", "420").await;
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::own(), Fate::refused(page())]);
    session.key("ctrl-s").settled().await.says(DOUBT).looked(BY_THEN).await.says("It was saved").says_not(DOUBT);
    gate.change(json!({ "height": 700 })).await;
    session.looked(BY_THEN).await.says("1 field changed on the server while you edit");
}

#[tokio::test]
async fn it_is_switched_in_the_palette() {
    let gate = Gate::sandbox().await;
    let mut session = Session::start(gate.url(), SIZE);
    session.settled().await.key("ctrl-p").type_text("watch").key("enter").settled().await;
    session.says("Watching: the settings are read every 10 s").looked(BY_THEN).await;
    assert_eq!(gate.requests().len(), 2);
    session.key("ctrl-p").type_text("watch").key("enter").settled().await.says("The watch is off");
    session.passed(BY_THEN).await;
    assert_eq!(gate.requests().len(), 2);
}
