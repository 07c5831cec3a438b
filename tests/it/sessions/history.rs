//! What was saved before and what went over the line: the history with its old values, the request log.

use super::{TALL, is_saved, loaded, loaded_at, widened};
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use crate::session::Session;
use serde_json::json;
use tempfile::TempDir;

#[tokio::test]
async fn u13_a_save_can_be_put_back_and_is_sent_only_when_asked() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await.key("ctrl-g").settled().await.says("History of saves");
    session
        .says("Width: 400 → 420")
        .key("enter")
        .settled()
        .await
        .says("What a save would change")
        .says("Width 420 400");
    session.says("1 field has the old value as an unsaved edit").key("esc").settled().await.says(r#"{"width":400}"#);
    assert_eq!(gate.patches().len(), 1, "nothing is sent by it");
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 400).await;
    session.key("ctrl-g").settled().await.says("Width: 420 → 400").key("j").settled().await.says("Width: 400 → 420");
    session.key("enter").settled().await.says("The old values are there already");
}

/// Enter saves in the review of a save, where its footer says so, and not before somebody can have read it.
#[tokio::test]
async fn u13_enter_saves_from_the_review_and_not_while_it_opens() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await.key("ctrl-g").settled().await;
    // The second press of a double one, and the presses of a key that is held down.
    session
        .pressed_every(33)
        .keys("enter enter enter")
        .settled()
        .await
        .says("What a save would change")
        .says("Enter save");
    assert_eq!(gate.patches().len(), 1, "nothing is sent by it");
    session.pressed_every(200).key("enter").settled().await;
    is_saved(&gate, &mut session, 400).await;
    // What saves everywhere is meant here as well.
    session.enter("Width", "430").await.pressed_every(33).keys("ctrl-d ctrl-s").settled().await;
    is_saved(&gate, &mut session, 430).await;
}

#[tokio::test]
async fn u13_it_outlives_the_run() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    for width in ["420", "430"] {
        let mut session = Session::in_home(Some(home.path()), gate.url());
        session.settled().await.enter("Width", width).await.key("ctrl-s").settled().await.key("ctrl-q").settled().await;
        session.killed();
    }
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.key("ctrl-g").settled().await.says("Width: 420 → 430").key("j").settled().await;
    session.says("Width: 400 → 420").key("r").settled().await.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 400).await;
}

#[tokio::test]
async fn x7_history_and_drafts_stay_with_their_base_url() {
    let gate = Gate::account(crate::gate::settings(), |_, _| {}).await;
    let home = TempDir::new().unwrap();
    let at = |path: &str| Session::in_home(Some(home.path()), &format!("{}{path}", gate.url()));
    let mut session = at("/staging");
    session.settled().await.enter("Width", "420").await.key("ctrl-s").settled().await;
    session.enter("Height", "500").await.on_disk().await;
    session.killed();
    for path in ["/prod", "", "/staging/v2"] {
        let mut session = at(path);
        session.settled().await.says("nothing unsaved").says_not("unsaved since");
        session.key("ctrl-g").settled().await.says("No save was made from this machine yet.");
        session.killed();
    }
    let mut session = at("/staging/");
    session.settled().await.says("1 edit is unsaved since").key("r").settled().await.says(r#"{"height":500}"#);
    session.key("ctrl-g").settled().await.says("Width: 400 → 420");
}

#[tokio::test]
async fn what_was_read_back_is_in_it_and_what_was_not_saved_is_not() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.key("ctrl-g").settled().await.says("No save was made from this machine yet.").key("esc");
    gate.next_patch([Fate::refused(whole("400 No", "{}"))]);
    session.key("ctrl-s").settled().await.key("ctrl-g").settled().await.says("No save was made").key("esc");
    gate.next_patch([Fate::reset(true)]);
    session.key("ctrl-s").settled().await.says("It was saved").key("ctrl-g").settled().await.says("Width: 400 → 420");
}

#[tokio::test]
async fn c8_what_others_had_right_before_is_in_it() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "width": 380 })).await;
    session.key("ctrl-s").settled().await.keys("right enter").settled().await.key("ctrl-g").settled().await;
    session.says("Width: 380 → 420");
}

#[tokio::test]
async fn s14_queries_are_masked_in_history_and_log() {
    let gate = Gate::sandbox().await;
    let mut session = loaded_at(&gate, TALL).await;
    session.enter("URL", "https://a.dev/w?key=s3cret").await.key("ctrl-s").settled().await.says("Saved 1 field");
    session.focus("Name").await;
    session.key("ctrl-g").settled().await.says("https://a.dev/w?key=…").says_not("s3cret").key("esc");
    session.key("ctrl-l").settled().await.says("https://a.dev/w?key=…").says_not("s3cret");
}

#[tokio::test]
async fn the_log_shows_every_request_and_its_answer() {
    let gate = Gate::sandbox().await;
    let mut session = loaded_at(&gate, TALL).await;
    session.enter("Width", "420").await;
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::refused(whole("503 Busy\nx-hubspot-correlation-id: c0ffee", r#"{"message":"busy"}"#))]);
    session
        .key("ctrl-s")
        .settled()
        .await
        .says("It was saved")
        .key("ctrl-l")
        .settled()
        .await
        .says("5 requests of this run");
    for (lines, words) in [
        (0, ["read back", "< 200", r#""width":420"#]),
        (1, ["save: width", r#"> {"width":420}"#, "broke"]),
        (1, ["check before save", "< 200", r#""width":400"#]),
        (1, ["check before save", "< 503", "c0ffee"]),
        (1, ["load", "< 200", "GET http://127.0.0.1"]),
        (1, ["load", "< 200", "authorization: Bearer ••••••••c41f"]),
    ] {
        (0..lines).for_each(|_| _ = session.key("j"));
        session.settled().await;
        for words in words {
            session.says(words);
        }
    }
}

#[tokio::test]
async fn s9_a_request_is_copied_as_curl_without_the_token() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.enter("Name", "It's $HOME `id`").await.key("ctrl-s").settled().await.keys("ctrl-l y").settled().await;
    session.says("Sent to the terminal: the curl command").keys("j y").settled().await;
    let [patch, get] = session.copied() else { panic!("{:?}", session.copied()) };
    let body = r#"--data '{"name":"It'\''s $HOME `id`"}'"#;
    assert!(patch.starts_with("curl -X PATCH 'http://127.0.0.1:") && patch.ends_with(body), "{patch}");
    assert!(get.starts_with("curl 'http://127.0.0.1:") && get.ends_with("$HUBSPOT_ACCESS_TOKEN\""), "{get}");
}

/// Where there is room, the last requests stand beside the strip, and a click on their title shows all of them.
#[tokio::test]
async fn the_panel_of_requests_leads_to_the_log() {
    let gate = Gate::sandbox().await;
    let mut session = Session::start(gate.url(), (120, 36));
    session.settled().await.says("Requests ^L all").click_on("^L all").settled().await.says("1 request of this run");
    session.key("esc").settled().await.says("Requests ^L all").click_on("Requests").settled().await;
    session.says_not("1 request of this run");
}

#[tokio::test]
async fn what_is_on_its_way_or_was_given_up_is_in_the_log_as_well() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.focus("Name").await;
    gate.next_patch([Fate::silence(false)]);
    session.key("ctrl-s").sent(&gate, 3).await.key("ctrl-l").read().await.says("PATCH on its way");
    session.keys("esc esc ctrl-l").settled().await.says("PATCH cancelled");
}
