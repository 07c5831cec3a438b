//! A disk that fails: it is told, the save goes on, and all is well again once it is.

use super::is_saved;
use crate::gate::{Fate, Gate};
use crate::session::{Session, runs};
use serde_json::json;
use std::fs;
use tempfile::TempDir;

#[tokio::test]
async fn f5_a_save_that_can_not_be_noted_is_made_and_drafts_are_kept_again_after_it() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.enter("Width", "420").await.on_disk().await;
    // A folder stands where the note belongs.
    let note = runs(home.path()).remove(0).join("sending.json");
    fs::create_dir_all(note.join("x")).unwrap();
    let (fate, go) = Fate::held();
    gate.next_patch([fate]);
    session.key("ctrl-s").sent(&gate, 3).await.says("! no draft on disk");
    fs::remove_dir_all(&note).unwrap();
    go.send(()).unwrap();
    session.settled().await;
    is_saved(&gate, &mut session, 420).await;
    session.on_disk().await.says_not("no draft on disk");
    session.enter("Width", "430").await.keys("ctrl-q k").settled().await;
    assert_eq!((session.exit().code, gate.holds("width").await), (0, json!(420)), "it can be kept");
}

#[tokio::test]
async fn f5_p1_a_leftover_goes_only_when_its_edits_are_in_a_draft_of_their_own() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut dead = Session::in_home(Some(home.path()), gate.url());
    dead.settled().await.enter("Width", "420").await.on_disk().await;
    let left = runs(home.path()).remove(0).file_name().unwrap().to_owned();
    dead.killed();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.says("r restore");
    // A folder stands where the draft is written.
    let own = runs(home.path()).into_iter().find(|run| run.file_name() != Some(&left)).unwrap();
    fs::create_dir_all(own.join("draft.tmp/x")).unwrap();
    session.key("r").settled().await.key("ctrl-g").settled().await.key("esc").settled().await;
    session.says(r#"{"width":420}"#).says("! no draft on disk");
    assert!(own.join(&left).join("draft.json").exists(), "it is the only copy");
    fs::remove_dir_all(own.join("draft.tmp")).unwrap();
    session.enter("Width", "430").await.key("ctrl-g").settled().await.key("esc").settled().await;
    assert!(session.says_not("no draft on disk").file("draft.json").unwrap().contains("430"));
    assert!(!own.join(&left).exists(), "now it is not");
}
