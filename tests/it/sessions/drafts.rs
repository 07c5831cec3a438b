//! Edits outlive the program, however it ends; they come back only when wanted, through the merge, and are never sent by
//! themselves.

use super::{IN_DRAFT, is_saved};
use crate::gate::{Fate, Gate};
use crate::session::{Session, runs};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const QUESTION: &str = "r restore as unsaved edits d show l later x discard";

/// A session in this home, with what it found.
async fn started(home: &TempDir, gate: &Gate) -> Session {
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await;
    session
}

/// A home where a run was killed with width 420 unsaved.
async fn killed(gate: &Gate) -> TempDir {
    let home = TempDir::new().unwrap();
    let mut session = started(&home, gate).await;
    session.enter("Width", "420").await;
    session.killed();
    home
}

/// The files below a folder with this name.
fn files(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(files(&path, name)),
            false if path.ends_with(name) => found.push(path),
            false => {}
        }
    }
    found
}

/// The draft that lies there for the next start.
fn draft(home: &TempDir) -> Option<String> {
    let drafts: Vec<PathBuf> = runs(home.path()).iter().flat_map(|run| files(run, "draft.json")).collect();
    assert!(drafts.len() <= 1, "{drafts:?}");
    drafts.first().map(|path| fs::read_to_string(path).unwrap())
}

#[tokio::test]
async fn p1_a_killed_run_leaves_its_edits_and_the_next_one_asks() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    assert!(draft(&home).unwrap().contains(r#""width":{"text":"420"}"#));
    let mut session = started(&home, &gate).await;
    session.says("1 edit is unsaved since").says(QUESTION).says("in the draft: Width");
    session.key("r").settled().await.says("1 field restored as unsaved edits").says(r#"{"width":420}"#);
    assert_eq!(session.app().focused().label, "Width", "where the focus was");
    assert_eq!(gate.patches().len(), 0, "nothing is sent by itself");
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
    session.key("ctrl-q").settled().await;
    session.killed();
    assert_eq!(draft(&home), None);
    started(&home, &gate).await.says_not("unsaved since");
}

#[tokio::test]
async fn p1_what_was_restored_outlives_the_next_kill_as_well() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    let mut session = started(&home, &gate).await;
    session.key("r").settled().await.enter("Height", "700").await;
    session.killed();
    let mut session = started(&home, &gate).await;
    session.says("2 edits are unsaved since").key("r").settled().await.says(r#"{"width":420,"height":700}"#);
}

#[tokio::test]
async fn p1_undo_takes_a_restored_draft_out_again() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    let mut session = started(&home, &gate).await;
    session
        .key("r")
        .settled()
        .await
        .key("ctrl-z")
        .settled()
        .await
        .says("nothing unsaved")
        .key("ctrl-y")
        .settled()
        .await;
    session.says(r#"{"width":420}"#);
}

#[tokio::test]
async fn p1_shown_then_left_for_later() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    let mut session = started(&home, &gate).await;
    session.key("d").settled().await.says("FIELD YOURS SERVER NOW THEN").says("Width 420 400 400").key("d");
    session.settled().await.says_not("SERVER NOW").key("l").settled().await.says("They stay on disk");
    session.says("nothing unsaved").key("ctrl-p").type_text("earlier").key("enter").settled().await.says(QUESTION);
    session.key("esc").settled().await.key("ctrl-q").settled().await;
    session.killed();
    started(&home, &gate).await.says("1 edit is unsaved since").says(QUESTION);
}

#[tokio::test]
async fn p1_those_of_several_runs_are_counted_and_put_off_at_once() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    for width in ["410", "420", "430"] {
        let mut session = started(&home, &gate).await;
        if session.screen().contains("unsaved since") {
            session.key("L").settled().await;
        }
        session.enter("Width", width).await;
        session.killed();
    }
    let mut session = started(&home, &gate).await;
    session.says("unsaved since").says("1 of 3").says("l later L all later x discard");
    session.key("l").settled().await.says("1 of 2").key("l").settled().await.says(QUESTION).says_not("1 of");
    session.key("esc").settled().await.key("ctrl-p").type_text("earlier").key("enter").settled().await.says("1 of 3");
    session.key("L").settled().await.says("They stay on disk").says("nothing unsaved");
    session.killed();
    started(&home, &gate).await.says("1 of 3");
}

#[tokio::test]
async fn p1_discarded_goes_into_the_trash_and_is_not_asked_again() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    let mut session = started(&home, &gate).await;
    session.key("x").settled().await.says("x into the trash").says("in the draft: Width");
    session.key("x").settled().await.says("Discarded; in the trash for 30 days").says("nothing unsaved");
    session.key("ctrl-q").settled().await;
    session.killed();
    assert_eq!((draft(&home), files(&home.path().join("trash"), "draft.json").len()), (None, 1));
    started(&home, &gate).await.says_not("unsaved since");
}

#[tokio::test]
async fn p2_killed_while_a_save_was_on_its_way_the_next_start_tells_what_became_of_it() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let home = TempDir::new().unwrap();
        let mut session = started(&home, &gate).await;
        session.enter("Width", "420").await;
        gate.next_patch([Fate::silence(carried_out)]);
        session.key("ctrl-s").sent(&gate, 3).await;
        session.killed();
        let mut session = started(&home, &gate).await;
        if carried_out {
            session.says("Your save of").says("went through: 1 field").says_not(QUESTION).says("nothing unsaved");
            assert!(session.row("Width").contains("420"));
        } else {
            session.says("1 edit is unsaved since").says(
                "A save of 1 field was on its way then; it did not go through so far; it may still be on its way.",
            );
            session.key("r").settled().await.key("ctrl-s").settled().await;
            is_saved(&gate, &mut session, 420).await;
        }
        assert_eq!(gate.patches().len(), if carried_out { 1 } else { 2 });
        session.key("ctrl-q").settled().await;
        session.killed();
        started(&home, &gate).await.says_not("Your save of").says_not("unsaved since");
    }
}

#[tokio::test]
async fn p2_what_was_typed_after_it_left_is_asked_about_beside_it() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = started(&home, &gate).await;
    session.enter("Width", "420").await;
    gate.next_patch([Fate::silence(true)]);
    session.key("ctrl-s").sent(&gate, 3).await.enter("Height", "700").await;
    session.killed();
    let mut session = started(&home, &gate).await;
    session.says("1 edit is unsaved since").says("A save of 1 field was on its way then; it went through.");
    session.key("r").settled().await.says(r#"{"height":700}"#);
}

#[tokio::test]
async fn c14_a_draft_on_a_base_that_moved_is_merged() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = started(&home, &gate).await;
    session.enter("Width", "420").await.enter("Height", "700").await.flip("Ready").await;
    session.killed();
    gate.change(json!({ "width": 380, "isReady": true, "usesRemote": false })).await;
    let mut session = started(&home, &gate).await;
    session.says("2 edits are unsaved since").key("d").settled().await.says("420 ! changed");
    session.says("yes there already").key("r").settled().await.says("2 fields restored; 1 changed on the server since");
    assert_eq!((session.sign("Width"), session.unsaved().as_str()), (Some('!'), r#"{"width":420,"height":700}"#));
    assert!(session.row("Remote").contains("[ ] no"), "theirs");
    session.key("ctrl-s").settled().await.says("Changed here and on the server").says("Width 400 ( ) 380 ( ) 420");
    assert_eq!(gate.patches().len(), 0, "never blindly");
    session.keys("left enter").settled().await;
    assert_eq!(gate.patches(), [r#"{"height":700}"#]);
}

#[tokio::test]
async fn f15_an_old_draft_says_its_age() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    let path = files(home.path(), "draft.json").remove(0);
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(r#""at":""#).unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    fs::write(&path, format!(r#"{before}"at":"2026-08-20T09:30:00Z"{after}"#)).unwrap();
    gate.change(json!({ "width": 380 })).await;
    let mut session = started(&home, &gate).await;
    session.says("1 edit is unsaved since 2026-08-20").key("r").settled().await.says("1 changed on the server since");
    assert_eq!(session.sign("Width"), Some('!'));
}

#[tokio::test]
async fn f1_without_a_home_drafts_are_in_memory_and_that_is_said() {
    let gate = Gate::sandbox().await;
    let mut session = Session::in_home(None, gate.url());
    session
        .settled()
        .await
        .says("Drafts are in memory only")
        .says("neither XDG_STATE_HOME nor HOME holds an absolute path");
    session.enter("Width", "420").await.says("! no draft on disk").says_not(IN_DRAFT);
    session.keys("ctrl-g").settled().await.says("There is no history").key("esc").key("ctrl-q").settled().await;
    session.says("no draft on disk").key("k").settled().await;
    assert!(session.is_running(), "there is nothing that would keep it");
    session.keys("esc ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn f1_a_home_that_can_not_be_used_is_none() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let mut session = Session::in_home(Some(&file), gate.url());
    session.settled().await.says("Drafts are in memory only").says("Drafts cannot be kept on disk");
    session.enter("Width", "420").await.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn f5_a_disk_that_fails_is_told_once_and_tried_again() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = started(&home, &gate).await;
    let run = runs(home.path()).remove(0);
    let away = home.path().join("away");
    fs::rename(&run, &away).unwrap();
    // To read the history, the disk has to be done with the draft.
    session.enter("Width", "420").await.key("ctrl-g").settled().await.says("Drafts are in memory only");
    session.key("esc").settled().await.says("! no draft on disk");
    fs::rename(&away, &run).unwrap();
    session.enter("Width", "430").await.key("ctrl-g").settled().await.says("The draft is on disk again");
    session.key("esc").settled().await.says("● 1 unsaved").says_not("no draft on disk");
    assert!(session.file("draft.json").unwrap().contains("430"));
}

#[tokio::test]
async fn f6_what_can_not_be_read_is_set_aside_and_told() {
    for garbage in ["", "{", "{}", r#"{"version":99}"#, "\u{0}\u{1b}[2J", "[[[[[["] {
        let gate = Gate::sandbox().await;
        let home = killed(&gate).await;
        fs::write(files(home.path(), "draft.json").remove(0), garbage).unwrap();
        let mut session = started(&home, &gate).await;
        session.says("A draft could not be used and was set aside").says_not("unsaved since").says("nothing unsaved");
        let aside: Vec<_> = fs::read_dir(home.path().join("aside")).unwrap().flatten().collect();
        assert_eq!(fs::read(aside[0].path()).unwrap(), garbage.as_bytes());
    }
}

#[tokio::test]
async fn f6_a_record_of_a_save_that_can_not_be_read_is_no_draft_and_nobody_knows() {
    for garbage in ["{", r#"{"version":99}"#] {
        let gate = Gate::sandbox().await;
        let home = killed(&gate).await;
        let file = files(home.path(), "draft.json").remove(0);
        fs::rename(&file, file.with_file_name("sending.json")).unwrap();
        fs::write(file.with_file_name("sending.json"), garbage).unwrap();
        let mut session = started(&home, &gate).await;
        session.says("A record of a save could not be read and was set aside").says_not("draft could not");
        session.says("Nobody knows whether that save took effect.").says("history").says("aside/");
    }
}

#[tokio::test]
async fn f6_a_draft_for_another_app_or_host_is_never_used() {
    for (what, other) in [(r#""app":1234567"#, r#""app":7654321"#), (r#""host":"127"#, r#""host":"128"#)] {
        let gate = Gate::sandbox().await;
        let home = killed(&gate).await;
        let path = files(home.path(), "draft.json").remove(0);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(what), "{text}");
        fs::write(&path, text.replace(what, other)).unwrap();
        let mut session = started(&home, &gate).await;
        session.says("could not be used and was set aside").says("nothing unsaved").says_not("unsaved since");
    }
}

#[tokio::test]
async fn f8_a_draft_that_ended_the_run_that_restored_it_is_not_tried_again() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    // As the run that took it left it: taken over, and no draft of its own yet.
    let leftover = runs(home.path()).remove(0);
    let taker = leftover.with_file_name("run-999-1763985600000");
    fs::create_dir(&taker).unwrap();
    fs::rename(&leftover, taker.join(leftover.file_name().unwrap())).unwrap();
    let mut session = started(&home, &gate).await;
    session.says("A draft could not be used and was set aside").says_not("unsaved since");
    assert_eq!(files(&home.path().join("aside"), "draft.json").len(), 1, "and not lost");
}

#[tokio::test]
async fn u11_u12_k_keeps_the_draft_d_discards_it_and_ctrl_c_twice_keeps_it() {
    for (keys, code, kept) in [("ctrl-q k", 0, true), ("ctrl-q d", 0, false), ("ctrl-c ctrl-c", 130, true)] {
        let gate = Gate::sandbox().await;
        let home = TempDir::new().unwrap();
        let mut session = started(&home, &gate).await;
        session.enter("Width", "420").await.keys(keys).settled().await;
        let farewell = session.exit().farewell.clone().unwrap();
        assert!(farewell.contains(r#"{"width":420}"#), "{farewell}");
        assert_eq!(farewell.contains("kept as a draft for the next start"), kept, "{farewell}");
        assert_eq!(session.exit().code, code, "{keys}");
        session.killed();
        assert_eq!(draft(&home).is_some(), kept, "U11, U12: {keys}");
        let mut next = started(&home, &gate).await;
        let next = if kept { next.says(QUESTION) } else { next.says_not(QUESTION) };
        assert_eq!((next.unsaved().as_str(), gate.patches().len()), ("{}", 0));
    }
}

#[tokio::test]
async fn invalid_text_comes_back_as_it_was_typed() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = started(&home, &gate).await;
    session.enter("Width", "42x").await;
    session.killed();
    let mut session = started(&home, &gate).await;
    session.says("1 edit is unsaved since").key("r").settled().await;
    assert!(session.row("Width").contains("42x"), "{session}");
}

#[tokio::test]
async fn an_offline_start_asks_once_the_settings_are_there() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    gate.next([(); 3].map(|()| Fate::reset(false)));
    let mut session = started(&home, &gate).await;
    session.says("─── Not loaded ─").says_not(QUESTION).key("ctrl-r").settled().await.says(QUESTION);
    session.key("r").settled().await.says(r#"{"width":420}"#);
}

/// S2: every session looks through its files when it ends. Here it is made sure that there are some.
#[tokio::test]
async fn s2_no_file_holds_the_token() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = started(&home, &gate).await;
    session.enter("Width", "420").await.key("ctrl-s").settled().await.enter("Name", "Other").await.on_disk().await;
    let names = ["draft.json", "history.jsonl", "lock"].map(|name| files(home.path(), name).len());
    assert_eq!(names, [1, 1, 1]);
    session.killed();
}

#[tokio::test]
async fn f5_what_fails_besides_the_draft_is_told_and_the_draft_is_kept() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = started(&home, &gate).await;
    // A folder stands where the history's lock belongs.
    fs::create_dir(runs(home.path()).remove(0).with_file_name("history.lock")).unwrap();
    session.enter("Width", "420").await.key("ctrl-s").settled().await.says("Saved 1 field, confirmed");
    session.key("ctrl-g").settled().await.says("The save is not in the history").says("Width: 400 → 420");
    session.key("esc").settled().await.says_not("no draft on disk");
    session.enter("Width", "430").await.keys("ctrl-q k").settled().await;
    assert_eq!(session.exit().code, 0, "the draft can be kept");
    session.killed();
    assert!(draft(&home).unwrap().contains("430"));
}

#[tokio::test]
async fn c14_a_draft_of_a_field_that_the_server_no_longer_has_is_not_lost() {
    let with = |more: serde_json::Value| crate::hostile::whole("200 OK", crate::gate::settings_with(more).to_string());
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    gate.next([Fate::refused(with(json!({ "supportsVideo": false })))]);
    let mut session = started(&home, &gate).await;
    session.keys("up space").settled().await.says(r#"{"supportsVideo":true}"#);
    session.killed();
    let mut session = started(&home, &gate).await;
    session.says("1 edit is unsaved since").key("r").settled().await;
    session.says(r#"{"supportsVideo":true}"#).key("ctrl-s").settled().await.says("Changed here and on the server");
    assert_eq!(gate.patches().len(), 0);
}

#[tokio::test]
async fn p2_a_save_whose_field_others_changed_since_is_told_and_asked_about() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = started(&home, &gate).await;
    session.enter("Width", "420").await;
    gate.next_patch([Fate::silence(true)]);
    session.key("ctrl-s").sent(&gate, 3).await;
    session.killed();
    gate.change(json!({ "width": 380 })).await;
    let mut session = started(&home, &gate).await;
    session.says("1 edit is unsaved since").says("nobody knows whether it went through").key("r").settled().await;
    session.says("1 field restored; 1 changed on the server since").key("ctrl-s").settled().await.says("( ) 380");
    assert_eq!((gate.patches().len(), gate.holds("width").await), (1, json!(380)));
}

#[tokio::test]
async fn p1_an_edit_typed_before_the_answer_to_the_question_is_not_overwritten() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    let mut session = started(&home, &gate).await;
    session.key("l").settled().await.enter("Width", "430").await.key("ctrl-p").type_text("earlier").key("enter");
    session.settled().await.says("edit").key("r").settled().await.says(r#"{"width":430}"#);
}

#[tokio::test]
async fn p1_the_question_is_seen_where_there_is_next_to_no_room() {
    for size in [(40, 12), (24, 6)] {
        let gate = Gate::sandbox().await;
        let home = killed(&gate).await;
        let mut session = Session::in_home_sized(Some(home.path()), gate.url(), size);
        session.settled().await.says("r restore d show l later").key("d").settled().await.says("420").key("r");
        session.settled().await.says(r#"{"width":420}"#).says("● 1");
    }
}

#[tokio::test]
async fn p1_a_key_that_is_held_down_answers_one_question() {
    let gate = Gate::sandbox().await;
    let home = killed(&gate).await;
    let mut session = started(&home, &gate).await;
    // The second press would be the answer to another question: for good?
    session.key("x").read().await.pressed_every(33).keys("x x").settled().await.says("Discard these edits?");
    assert_eq!(files(home.path(), "draft.json").len(), 1);
    session.pressed_every(200).key("x").settled().await.says_not("Discard these edits?");
    session.killed();
    assert_eq!(files(&home.path().join("trash"), "draft.json").len(), 1);
}
