//! While an answer is awaited, and answers that are not what was sent: typing goes on, nothing typed is lost, and "saved" is
//! said of nothing that the server does not hold.

use super::{TALL, is_saved, loaded, loaded_at, widened};
use crate::gate::{Fate, Gate, settings};
use crate::session::{SIZE, Session};
use serde_json::json;
use tokio::sync::oneshot;

/// Width 420 is on its way; the server has it, and the answer waits.
async fn saving(gate: &Gate) -> (Session, oneshot::Sender<()>) {
    let mut session = widened(gate).await;
    let (fate, go) = Fate::held();
    gate.next_patch([fate]);
    session.key("ctrl-s").sent(gate, 3).await.says("Saving 1 field");
    (session, go)
}

#[tokio::test]
async fn u10_what_is_typed_during_a_save_survives_the_answer() {
    let gate = Gate::sandbox().await;
    let (mut session, go) = saving(&gate).await;
    session.enter("Name", "Other").await.flip("Ready").await.focus("Width").await.keys("end 0 home");
    session.read().await.says("● 3 unsaved");
    go.send(()).unwrap();
    session.settled().await.says("Saved 1 field").says("● 3 unsaved");
    assert_eq!(session.unsaved(), r#"{"name":"Other","width":4200,"isReady":true}"#);
    session.type_text("1").key("ctrl-s").settled().await;
    assert_eq!(gate.patches()[1..], [r#"{"name":"Other","width":14200,"isReady":true}"#], "the caret stayed as well");
    assert_eq!((gate.holds("width").await, gate.holds("name").await), (json!(14200), json!("Other")));
}

#[tokio::test]
async fn h20_ctrl_s_during_a_save_sends_nothing_and_the_next_one_the_rest() {
    let gate = Gate::sandbox().await;
    let (mut session, go) = saving(&gate).await;
    session.enter("Height", "700").await.keys("ctrl-s ctrl-s ctrl-r").read().await.says("Still saving");
    go.send(()).unwrap();
    session.settled().await;
    assert_eq!(gate.methods(0), ["GET", "GET", "PATCH"]);
    session.key("ctrl-s").settled().await;
    assert_eq!(gate.patches()[1..], [r#"{"height":700}"#]);
    assert_eq!((gate.holds("width").await, gate.holds("height").await), (json!(420), json!(700)));
}

#[tokio::test]
async fn u10_what_is_set_back_during_a_save_is_an_edit_and_the_next_save_sets_it_back() {
    for back in ["ctrl-z ctrl-z ctrl-z ctrl-z", "ctrl-x", "ctrl-e ctrl-u 4 0 0"] {
        let gate = Gate::sandbox().await;
        let (mut session, go) = saving(&gate).await;
        session.keys(back).read().await;
        assert!(session.row("Width").contains("400"), "{back}: {session}");
        go.send(()).unwrap();
        session.settled().await.says(r#"{"width":400}"#).says("● 1 unsaved");
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 400).await;
    }
}

#[tokio::test]
async fn invalid_text_typed_during_a_save_survives_as_well() {
    let gate = Gate::sandbox().await;
    let (mut session, go) = saving(&gate).await;
    session.key("end").type_text("x").read().await;
    go.send(()).unwrap();
    session.settled().await.says("● 1 unsaved");
    assert!(session.row("Width").contains("420x"));
    session.keys("ctrl-s end backspace ctrl-s").settled().await.says("Nothing to save");
    assert_eq!(gate.patches().len(), 1);
}

#[tokio::test]
async fn typing_during_a_reload_survives_it() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    let (fate, go) = Fate::held();
    gate.next([fate]);
    session.key("ctrl-r").read().await;
    session.enter("Width", "420").await;
    gate.decided(2).await;
    session.key("ctrl-s").read().await.says("Still loading");
    go.send(()).unwrap();
    session.settled().await.says(r#"{"width":420}"#).key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn n12_an_answer_to_a_load_that_was_given_up_changes_nothing() {
    let gate = Gate::sandbox().await;
    let (fate, late) = Fate::held();
    gate.next([fate]);
    let mut session = Session::start(gate.url(), SIZE);
    gate.decided(1).await;
    session.key("esc").settled().await.says("Loading was cancelled").says("^R load the settings");
    gate.change(json!({ "width": 500 })).await;
    session.key("ctrl-r").settled().await.says("nothing unsaved");
    let _ = late.send(());
    session.enter("Height", "700").await.key("ctrl-s").settled().await;
    assert!(session.row("Width").contains("500"));
    assert_eq!(gate.patches(), [r#"{"height":700}"#]);
    assert_eq!(gate.holds("height").await, json!(700));
}

#[tokio::test]
async fn h12_a_value_that_the_server_does_not_take_is_not_called_saved() {
    let gate = Gate::account(settings(), |members, _| _ = members.insert("width".into(), json!(400))).await;
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await;
    session.says("Not saved: HubSpot kept another value for 1 field").says("HubSpot kept 400").says_not("Saved");
    assert_eq!((session.unsaved().as_str(), session.sign("Width")), (r#"{"width":420}"#, Some('!')));
    session.flip("Ready").await.key("ctrl-s").settled().await;
    session.says("Saved 1 of 2 fields: HubSpot kept another value for the rest").says("● 1 unsaved");
    assert_eq!((gate.holds("width").await, gate.holds("isReady").await), (json!(400), json!(true)));
}

#[tokio::test]
async fn h12_nor_is_one_that_it_made_something_else_of() {
    let gate = Gate::account(settings(), |members, _| _ = members.insert("width".into(), json!(410))).await;
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await;
    session.says("Not saved: HubSpot kept another value").says("HubSpot kept 410").says(r#"{"width":420}"#);
    session.key("ctrl-x").settled().await.says("nothing unsaved");
    assert!(session.row("Width").contains("410"), "the server's value now");
}

#[tokio::test]
async fn h12_nor_one_that_is_gone_null_or_of_another_type() {
    for instead in [json!(null), json!("420"), json!(420.0), json!({ "px": 420 })] {
        let value = instead.clone();
        let gate = Gate::account(settings(), move |members, _| _ = members.insert("width".into(), value.clone())).await;
        let mut session = loaded_at(&gate, TALL).await;
        session.enter("Width", "420").await.key("ctrl-s").settled().await;
        session.says("Not saved: HubSpot kept").says_not("Saved");
        session.says(&format!("HubSpot kept {instead}")).says(r#"{"width":420}"#);
    }
    let gate = Gate::account(settings(), |members, _| _ = members.remove("width")).await;
    let mut session = widened(&gate).await;
    // An answer without it may be only a part: it is read back.
    session.key("ctrl-s").settled().await.says("SERVER NOW").says("not sent").says_not("Saved");
    assert_eq!(session.unsaved(), r#"{"width":420}"#);
    assert_eq!(gate.methods(1), ["GET", "PATCH", "GET"]);
}

#[tokio::test]
async fn h13_what_others_changed_meanwhile_is_taken_and_told() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "height": 700, "isReady": true })).await;
    session.key("ctrl-s").settled().await;
    session.says("Saved 1 field; 2 fields changed by others");
    assert!(session.row("Height").contains("700") && session.row("Ready").contains("[x] yes"), "{session}");
    assert_eq!((gate.holds("width").await, gate.holds("height").await), (json!(420), json!(700)));
    session.key("ctrl-s").settled().await.says("Nothing to save");
}

#[tokio::test]
async fn j16_what_the_server_tidied_is_shown_as_it_wrote_it() {
    let gate = Gate::account(settings(), |members, sent| {
        if let Some(url) = sent.get("url") {
            members.insert("url".into(), json!(format!("{}/", url.as_str().unwrap())));
        }
    })
    .await;
    let mut session = loaded_at(&gate, TALL).await;
    session.enter("URL", "https://a.dev").await.focus("Name").await.key("ctrl-s").settled().await;
    session.says("Saved 1 field").says("nothing unsaved").says("as HubSpot wrote it").says("https://a.dev/");
    assert_eq!(gate.holds("url").await, json!("https://a.dev/"));
    session.key("ctrl-s").settled().await.says("Nothing to save");
    assert_eq!(gate.patches().len(), 1);
}

#[tokio::test]
async fn a_field_changed_here_and_there_is_asked_about_and_never_overwritten_by_a_reload() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "width": 380 })).await;
    session.key("ctrl-r").settled().await.says("1 field changed here and on the server").says("server now 380");
    assert_eq!((gate.holds("width").await, session.unsaved().as_str()), (json!(380), r#"{"width":420}"#));
    session.key("ctrl-s").settled().await.says("Changed here and on the server");
    assert_eq!(gate.patches().len(), 0, "asked first");
    session.keys("right enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
}
