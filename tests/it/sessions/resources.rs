//! The whole configuration of an app on one form: what is not set up, setting it up, saving several resources, deleting.

use super::TALL;
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use crate::session::{APP, SIZE, Session};
use serde_json::json;
use tempfile::TempDir;

const NARROW: (u16, u16) = (40, 12);

async fn started(gate: &Gate, size: (u16, u16)) -> Session {
    let mut session = Session::whole(gate.url(), size);
    session.settled().await;
    session
}

/// The paths of the requests from this one on, without the part they all have.
fn paths(gate: &Gate, after: usize) -> Vec<String> {
    let brief = |request: &String| {
        let mut parts = request.split(' ');
        let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
        format!("{method} {}", path.rsplit_once(&format!("/{APP}/")).unwrap().1)
    };
    gate.requests()[after..].iter().map(brief).collect()
}

#[tokio::test]
async fn the_form_shows_what_hubspot_keeps_about_the_apps_calling() {
    let gate = Gate::sandbox().await;
    let mut session = started(&gate, TALL).await;
    let mut read = paths(&gate, 0);
    read.sort();
    assert_eq!(read, ["GET settings", "GET settings/channel-connection", "GET settings/recording"]);
    session.says("CALL RECORDING").says("Recording not set up · Enter to set up");
    session.keys("ctrl-end").settled().await.says("CHANNEL CONNECTION").says("Channel ready [ ] no");
}

#[tokio::test]
async fn a_recording_is_set_up_saved_changed_and_found_in_the_history() {
    let gate = Gate::sandbox().await;
    let mut session = started(&gate, TALL).await;
    session.focus("Recording").await.key("enter").settled().await;
    session.says("Setting up the call recording: it needs a url that HubSpot's servers reach");
    session.says("nothing, until Recording URL can be sent").says("A URL is needed: https://…");
    session.key("ctrl-s").settled().await;
    assert_eq!(paths(&gate, 3), Vec::<String>::new(), "no example is sent in its place");
    session.paste("https://localhost:9025/%s");
    session.read().await.says("HubSpot's servers call this, and cannot reach this machine");
    session.keys("ctrl-e ctrl-u").paste("https://rec.acme.dev/%s").key("ctrl-s").settled().await;
    session.says("Set up recording").says("nothing unsaved");
    assert_eq!(paths(&gate, 3), ["GET settings/recording", "POST settings/recording"]);
    session.enter("Recording URL", "https://rec.acme.dev/all").await;
    session.says("Without %s HubSpot asks for the same recording for every call");
    session.key("ctrl-s").settled().await.says("Saved recording (1 field)");
    session.key("ctrl-g").settled().await.says("https://rec.acme.dev/%s → https://rec.acme.dev/all");
    session.keys("r").settled().await.says("Recording URL");
    session.key("ctrl-s").settled().await.says("Saved recording (1 field)");
    assert!(session.row("Recording URL").contains("%s"));
}

#[tokio::test]
async fn one_ctrl_s_saves_what_is_dirty_everywhere_and_tells_each() {
    let gate = Gate::sandbox().await;
    let mut session = started(&gate, TALL).await;
    session.enter("Width", "420").await.keys("ctrl-end").read().await;
    session.flip("Channel ready").await;
    session.says(r#"{"width":420} channel connection {"isReady":true}"#).says("Next requests").says("2 unsaved");
    session.key("ctrl-s").settled().await;
    session.says("Saved settings (1 field), channel (1 field)").says("nothing unsaved");
    let sent =
        ["GET settings", "PATCH settings", "GET settings/channel-connection", "PATCH settings/channel-connection"];
    assert_eq!(paths(&gate, 3), sent);
}

#[tokio::test]
async fn what_fails_in_one_is_told_beside_what_was_saved_in_the_other() {
    let gate = Gate::sandbox().await;
    let mut session = started(&gate, TALL).await;
    session.enter("Width", "420").await.keys("ctrl-end").read().await;
    session.flip("Channel ready").await;
    let no = r#"{"status":"error","message":"Numbers first","category":"VALIDATION_ERROR"}"#;
    gate.next_patch([Fate::own(), Fate::refused(whole("400 Bad Request", no))]);
    session.key("ctrl-s").settled().await;
    session.says("Saved settings (1 field); not saved: channel");
    session.says("channel connection: HubSpot answered 400: Numbers first.").says("^S try again").says("1 unsaved");
    assert_eq!(gate.holds("width").await, json!(420));
    session.key("ctrl-s").settled().await.says("Saved channel (1 field)").says("nothing unsaved");
}

#[tokio::test]
async fn a_section_that_can_not_be_read_says_why_and_reads_again_on_enter() {
    let gate = Gate::sandbox().await;
    let no = whole("403 Forbidden", r#"{"status":"error","message":"No scope","category":"MISSING_SCOPES"}"#);
    gate.next([Fate::own(), Fate::refused(no)]);
    let mut session = started(&gate, TALL).await;
    // Which of the three is refused is the network's choice, but for the settings, which are asked first.
    session.says("nothing unsaved").says("could not be loaded · Enter to try again");
    let label = if session.screen().contains("Recording        could") { "Recording" } else { "Channel" };
    session.focus(label).await.says("HubSpot answered 403: No scope.").says("! ");
    session.key("enter").settled().await.says_not("could not be loaded");
}

#[tokio::test]
async fn the_settings_themselves_are_set_up_with_all_nine() {
    let gate = Gate::sandbox().await;
    gate.delete().await;
    let mut session = started(&gate, SIZE).await;
    session.says("Settings not set up · Enter to set up");
    session.says("HubSpot has no settings for app 1234567: never set up, deleted, or another account's app.");
    session.key("enter").settled().await.says("Setting up the settings").says("9 unsaved");
    session.type_text("Acme").settled().await.says("─── Next POST ─").key("ctrl-s").settled().await;
    session.says("Set up with 9 fields, confirmed by the server").says("nothing unsaved");
    assert_eq!(gate.holds("name").await, json!("Acme"));
    assert_eq!((gate.holds("isReady").await, gate.holds("width").await), (json!(false), json!(400)));
}

#[tokio::test]
async fn deleting_says_what_it_does_wants_the_id_and_keeps_the_values() {
    let gate = Gate::sandbox().await;
    let mut session = started(&gate, TALL).await;
    session.key("ctrl-p").type_text("delete the settings").key("enter").settled().await;
    session.says("Delete the settings of app 1234567?");
    session.says("This removes the app's calling for every connected account, at once, and cannot be undone.");
    session.says("DELETE http://127.0.0.1").says("Name Acme Dialer");
    session.type_text("1234568").key("enter").settled().await.says("That is not the app's id: type 1234567");
    assert_eq!(gate.requests().len(), 3);
    session.key("ctrl-u").type_text("1234567").key("enter").settled().await;
    session.says("Deleted the settings; what it held is in the history").says("Settings not set up");
    assert_eq!(paths(&gate, 3), ["GET settings", "DELETE settings"]);
    session.key("ctrl-g").settled().await.says("settings deleted").keys("r").settled().await;
    session.key("ctrl-s").settled().await.says("Set up with 9 fields");
    assert_eq!(gate.holds("name").await, json!("Acme Dialer"));
}

/// A DELETE's answer that is no word of HubSpot's about it.
fn odd_answers() -> Vec<Vec<u8>> {
    vec![
        whole("404 Not Found", "no such page"),
        whole("404 Not Found", r#"{"message":"no Route matched with those values"}"#),
        whole("200 OK", "<html>Signed out</html>"),
        whole("200 OK", r#"{"status":"error","message":"no","correlationId":"c1"}"#),
        whole("202 Accepted", ""),
        whole("207 Multi-Status", "{}"),
        whole("200 OK", "")[..12].to_vec(),
        vec![],
    ]
}

#[tokio::test]
async fn x2_x3_a_delete_with_an_odd_answer_is_read_back_before_anything_is_said() {
    for bytes in odd_answers() {
        for is_done in [false, true] {
            let gate = Gate::sandbox().await;
            let mut session = started(&gate, TALL).await;
            session
                .key("ctrl-p")
                .type_text("delete the settings")
                .key("enter")
                .type_text(&APP.to_string())
                .read()
                .await;
            let odd = if is_done { Fate::answered(bytes.clone()) } else { Fate::refused(bytes.clone()) };
            gate.next([Fate::own(), odd]);
            session.key("enter").settled().await;
            assert_eq!(paths(&gate, 3), ["GET settings", "DELETE settings", "GET settings"]);
            if is_done {
                session.says("Deleted the settings; what it held is in the history");
                session.key("ctrl-g").settled().await.says("settings deleted");
            } else {
                session.says("It was not deleted so far; that may still be on its way").says_not("Deleted");
                session.key("ctrl-g").settled().await.says_not("settings deleted");
            }
        }
    }
}

#[tokio::test]
async fn x3_a_removal_whose_end_nobody_saw_is_told_by_the_next_start_and_kept_in_the_history() {
    for is_done in [false, true] {
        let gate = Gate::sandbox().await;
        let home = TempDir::new().unwrap();
        let mut session = Session::whole_in(home.path(), gate.url(), TALL);
        session.settled().await;
        session.key("ctrl-p").type_text("delete the settings").key("enter").type_text(&APP.to_string()).read().await;
        gate.next([Fate::own(), Fate::silence(is_done)]);
        session.key("enter").sent(&gate, 5).await.key("esc").settled().await;
        session.says("we do not know whether HubSpot deleted it");
        session.key("ctrl-c").settled().await.says("Quit? We do not know whether HubSpot deleted this");
        session.key("d").settled().await;
        assert_eq!(session.exit().code, 7);
        session.killed();
        let mut session = Session::whole_in(home.path(), gate.url(), TALL);
        session.settled().await;
        if is_done {
            session
                .says("went through: HubSpot no longer has the settings")
                .key("ctrl-g")
                .settled()
                .await
                .says("settings deleted");
        } else {
            session.says("did not go through so far; it may still be on its way");
        }
    }
}

#[tokio::test]
async fn p1_edits_of_every_resource_come_back_after_a_kill() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = Session::whole_in(home.path(), gate.url(), TALL);
    session.settled().await.enter("Width", "420").await;
    session.focus("Recording").await.key("enter").settled().await.paste("https://rec.acme.dev/%s").settled().await;
    session.on_disk().await;
    session.killed();
    let mut session = Session::whole_in(home.path(), gate.url(), TALL);
    session.settled().await.says("2 edits are unsaved since").keys("d").settled().await.says("Recording URL");
    session.keys("r").settled().await.says("2 unsaved").says("POST call recording");
    session.key("ctrl-s").settled().await.says("Saved settings (1 field); set up recording");
}

#[tokio::test]
async fn everything_is_reached_on_a_small_screen() {
    let gate = Gate::sandbox().await;
    let mut session = started(&gate, NARROW).await;
    session.keys("ctrl-end up up up").settled().await.says("Numbers").keys("up").settled().await;
    session.says("Record. not set up").key("enter").settled().await.says("✗ Rec.URL");
}

#[tokio::test]
async fn h1_the_reason_for_the_question_is_told_whichever_resource_was_refused() {
    let gate = Gate::sandbox().await;
    let mut session = started(&gate, TALL).await;
    session.enter("Width", "420").await.keys("ctrl-end").read().await;
    session.flip("Channel ready").await;
    let no = r#"{"message":"It expired 0 second(s) ago.","category":"EXPIRED_AUTHENTICATION"}"#;
    let no = || Fate::refused(whole("401 Unauthorized", no));
    gate.next_patch([Fate::own(), no()]);
    session.key("ctrl-s").settled().await.says("With it the save of 1 field goes on");
    session.says("✗ ••••••••c41f: HubSpot answered 401: It expired");
    session.key("esc").settled().await.key("ctrl-p").type_text("access token").key("enter").settled().await;
    session.says("✗ ••••••••c41f: HubSpot answered 401: It expired").says_not("With it");
}
