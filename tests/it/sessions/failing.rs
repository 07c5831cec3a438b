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
    let note = runs(home.path()).remove(0).join("intent.json");
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
