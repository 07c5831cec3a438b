//! Two callsets on one machine, with the same settings: they know of each other, save in turns and keep their drafts apart.

use crate::gate::{Fate, Gate};
use crate::session::Session;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::oneshot::Sender;

/// Another session in this home.
async fn another(home: &TempDir, gate: &Gate) -> Session {
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await;
    session
}

#[tokio::test]
async fn c12_the_second_is_told_of_the_first() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut first = another(&home, &gate).await;
    first.says_not("Also open");
    let mut second = another(&home, &gate).await;
    second.says(&format!("Also open in another terminal (pid {}, since", std::process::id()));
    second.says("Saves wait for each other; drafts stay apart.").key("down").settled().await.says_not("Also open");
    second.killed();
    first.key("ctrl-q").settled().await;
    first.killed();
    another(&home, &gate).await.says_not("Also open");
}

/// The first is saving 420 px, and its PATCH has no answer before `go`; the second wants to save this, and waits.
async fn second_waits(home: &TempDir, gate: &Gate, label: &str, text: &str) -> (Session, Session, Sender<()>) {
    let (mut first, mut second) = (another(home, gate).await, another(home, gate).await);
    first.enter("Width", "420").await;
    second.enter(label, text).await;
    let (fate, go) = Fate::held();
    gate.next_patch([fate]);
    first.key("ctrl-s").sent(gate, 4).await;
    second.key("ctrl-s").until("Another callset saves first").await;
    (first, second, go)
}

#[tokio::test]
async fn c12_saves_take_turns_and_each_sees_what_the_other_did() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let (mut first, mut second, go) = Box::pin(second_waits(&home, &gate, "Height", "700")).await;
    assert_eq!(gate.requests().len(), 4, "it has not looked yet");
    go.send(()).unwrap();
    first.settled().await.says("Saved 1 field, confirmed");
    second.settled().await.says("Saved 1 field; 1 field changed by others");
    assert!(second.row("Width").contains("420"));
    assert_eq!((gate.holds("width").await, gate.holds("height").await), (json!(420), json!(700)));
}

#[tokio::test]
async fn c12_the_same_field_is_asked_about() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let (mut first, mut second, go) = Box::pin(second_waits(&home, &gate, "Width", "430")).await;
    go.send(()).unwrap();
    first.settled().await;
    second.settled().await.says("Changed here and on the server").says("Width 400 ( ) 420 ( ) 430");
    assert_eq!(gate.holds("width").await, json!(420));
}

#[tokio::test]
async fn c12_esc_ends_the_wait_for_a_turn() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let (mut first, mut second, go) = Box::pin(second_waits(&home, &gate, "Height", "700")).await;
    second.key("esc").settled().await;
    second.says("Not saved: cancelled before anything was sent").says(r#"{"height":700}"#);
    go.send(()).unwrap();
    first.settled().await;
    assert_eq!(gate.patches().len(), 1);
}

#[tokio::test]
async fn c13_a_killed_one_holds_up_nobody() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let (mut first, mut second) = (another(&home, &gate).await, another(&home, &gate).await);
    first.enter("Height", "700").await;
    second.enter("Width", "420").await;
    gate.next_patch([Fate::silence(true)]);
    second.key("ctrl-s").sent(&gate, 4).await;
    first.key("ctrl-s").until("Another callset saves first").await;
    second.killed();
    first.settled().await.says("Saved 1 field; 1 field changed by others");
    assert_eq!(gate.patches(), [r#"{"width":420}"#, r#"{"height":700}"#]);
}

#[tokio::test]
async fn c12_drafts_stay_apart_and_are_offered_one_after_the_other() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let (mut first, mut second) = (another(&home, &gate).await, another(&home, &gate).await);
    first.enter("Width", "420").await;
    second.enter("Height", "700").await;
    assert_eq!((first.unsaved().as_str(), second.unsaved().as_str()), (r#"{"width":420}"#, r#"{"height":700}"#));
    second.killed();
    first.killed();
    let mut next = another(&home, &gate).await;
    next.says("1 edit is unsaved since")
        .keys("x x")
        .settled()
        .await
        .says("1 edit is unsaved since")
        .key("r")
        .settled()
        .await;
    let unsaved = next.unsaved();
    assert!([r#"{"width":420}"#, r#"{"height":700}"#].contains(&unsaved.as_str()), "{unsaved}");
    let mut after = another(&home, &gate).await;
    after.says_not("unsaved since").says("Also open");
}

#[tokio::test]
async fn c12_one_draft_goes_to_one_of_two_that_want_it() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut dead = another(&home, &gate).await;
    dead.enter("Width", "420").await;
    dead.killed();
    let (mut first, mut second) = (another(&home, &gate).await, another(&home, &gate).await);
    first.says("1 edit is unsaved since").key("r").settled().await.says(r#"{"width":420}"#);
    second.says("1 edit is unsaved since").key("r").settled().await.says("Another callset has it, or it is gone");
    second.says("nothing unsaved").says_not("no draft on disk");
    second.enter("Height", "700").await.keys("ctrl-q k").settled().await;
    assert_eq!(second.exit().code, 0, "its own draft is kept");
}
