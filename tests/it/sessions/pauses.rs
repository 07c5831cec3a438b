//! A GET that fails is asked again after a pause that can be seen, cut short and ended; so is a PATCH that was certainly not
//! carried out.

use super::{IN_DRAFT, is_saved, loaded, widened};
use crate::gate::{Fate, Gate, nobody, settings};
use crate::hostile::whole;
use crate::session::{SIZE, Session};
use serde_json::json;
use tokio::net::TcpSocket;

fn busy() -> Fate {
    Fate::refused(whole("503 Service Unavailable", "{}"))
}

/// Width is 420, and the server is gone.
async fn alone() -> (Session, TcpSocket) {
    let gate = Gate::sandbox().await;
    gate.next([Fate::refused(whole("200 OK\nconnection: close", settings().to_string()))]);
    let mut session = loaded(&gate).await;
    session.enter("Width", "420").await;
    (session, gate.gone().await)
}

#[tokio::test]
async fn n1_a_server_that_is_not_there_at_the_start_is_named_and_asked_again() {
    let nobody = nobody("127.0.0.1:0");
    let mut session = Session::start(&format!("http://{}", nobody.local_addr().unwrap()), SIZE);
    session.pausing().await.says("Not loaded yet. Trying again in 2 s").says("Cannot reach 127.0.0.1:");
    session.says("^R try now Esc stop");
    session.settled().await.says("─── Not loaded ─").says("the connection was refused").says("^R try again");
    session.type_text("x").settled().await;
    assert_eq!((session.app().sync.log.len(), session.unsaved().as_str()), (3, "{}"));
}

#[tokio::test]
async fn n2_offline_the_save_waits_and_says_how_long() {
    let (mut session, _gone) = alone().await;
    session.key("ctrl-s").pausing().await.says("Not saved yet. Trying again in 2 s").says("Cannot reach 127.0.0.1");
    session.says(IN_DRAFT).says("^R try now Esc stop");
    session.settled().await.says("─── Not saved ─").says("the connection was refused").says(IN_DRAFT);
    assert_eq!((session.app().sync.log.len(), session.app().sync.doubts().next()), (4, None), "nothing was sent");
}

#[tokio::test]
async fn n2_esc_ends_the_pause_and_typing_goes_on_in_it() {
    let (mut session, _gone) = alone().await;
    session.key("ctrl-s").pausing().await.type_text("0").read().await.says("Not saved yet").key("esc").key("esc");
    session.settled().await.says("Not saved: cancelled before anything was sent").says(IN_DRAFT);
    assert_eq!((session.app().sync.log.len(), session.unsaved().as_str()), (2, r#"{"width":420}"#));
}

#[tokio::test]
async fn n2_ctrl_r_cuts_the_pause_short() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([Fate::refused(whole("429 Slow\nretry-after: 60", "{}"))]);
    session.key("ctrl-s").pausing().await.says("Trying again in 60 s").second().await.says("Trying again in 59 s");
    session.key("ctrl-r").sent(&gate, 4).await;
    session.settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert_eq!(gate.methods(1), ["GET", "GET", "PATCH"]);
}

#[tokio::test]
async fn n2_the_line_comes_back_in_the_pause() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([Fate::reset(false), Fate::reset(false)]);
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert_eq!(gate.methods(1), ["GET", "GET", "GET", "PATCH"]);
}

#[tokio::test]
async fn h9_a_get_is_repeated_twice_and_no_more() {
    for (busy_times, loads) in [(2, true), (3, false)] {
        let gate = Gate::sandbox().await;
        gate.next((0..busy_times).map(|_| busy()));
        let mut session = Session::start(gate.url(), SIZE);
        session.settled().await;
        assert_eq!(gate.requests().len(), 3);
        assert_eq!(session.unsaved() == "{}" && session.screen().contains("Acme Dialer"), loads, "{session}");
    }
}

#[tokio::test]
async fn n2_esc_ends_the_pause_of_a_load() {
    let gate = Gate::sandbox().await;
    gate.next([busy()]);
    let mut session = Session::start(gate.url(), SIZE);
    session.pausing().await.key("esc").settled().await.says("Loading was cancelled").says("^R load the settings");
    assert_eq!(gate.requests().len(), 1);
    session.key("ctrl-r").settled().await.says("nothing unsaved");
}

/// Header, policy, and the seconds to wait.
const LIMITS: [(&str, Option<&str>, u32); 8] = [
    ("retry-after: 7", Some("TEN_SECONDLY_ROLLING"), 7),
    ("retry-after: Wed, 21 Oct 2026 07:28:30 GMT\ndate: Wed, 21 Oct 2026 07:28:00 GMT", None, 30),
    ("x: y", Some("TEN_SECONDLY_ROLLING"), 10),
    ("x: y", Some("SECONDLY"), 1),
    ("x: y", None, 10),
    ("retry-after: -5", None, 1),
    ("retry-after: 1e9", None, 60),
    ("retry-after: soon", None, 10),
];

fn limited(header: &str, policy: Option<&str>) -> Vec<u8> {
    whole(
        &format!("429 Too Many Requests\n{header}"),
        json!({ "message": "Too fast", "policyName": policy }).to_string(),
    )
}

#[tokio::test]
async fn h8_a_limit_is_waited_for_as_long_as_it_says() {
    for (header, policy, seconds) in LIMITS {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next([Fate::refused(limited(header, policy))]);
        session.key("ctrl-s").pausing().await.says(&format!("Not saved yet. Trying again in {seconds} s"));
        session.says("HubSpot answered 429: Too fast").says(policy.unwrap_or("Too many requests: wait"));
        session.settled().await;
        is_saved(&gate, &mut session, 420).await;
        assert_eq!(gate.methods(1), ["GET", "GET", "PATCH"]);
    }
}

#[tokio::test]
async fn h8_a_limited_patch_is_sent_once_more_after_a_new_look() {
    for (header, policy, seconds) in LIMITS {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch([Fate::refused(limited(header, policy))]);
        session.key("ctrl-s").pausing().await.says(&format!("Not saved yet. Trying again in {seconds} s"));
        session.settled().await;
        is_saved(&gate, &mut session, 420).await;
        assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "PATCH"]);
    }
}

#[tokio::test]
async fn h8_what_is_not_over_soon_is_not_waited_for() {
    let daily = || limited("retry-after: 7", Some("DAILY"));
    let moving = || whole("477 Migrating\nretry-after: 3600", r#"{"message":"Migration in progress"}"#);
    for (answer, words) in [(daily(), "starts anew at midnight"), (moving(), "another data centre")] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch([Fate::refused(answer.clone())]);
        session.key("ctrl-s").settled().await.says("─── Not saved ─").says(words).says(IN_DRAFT);
        gate.next([Fate::refused(answer)]);
        session.key("ctrl-s").settled().await.says("─── Not saved ─").says(words);
        assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "GET"]);
    }
}

#[tokio::test]
async fn h8_esc_ends_the_wait_and_the_next_look_tells_whether_the_refusal_holds() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([Fate::refused(limited("retry-after: 60", None))]);
    session.key("ctrl-s").pausing().await.key("esc").settled().await.says("Stopped waiting").says(IN_DRAFT);
    assert_eq!((gate.patches().len(), session.app().sync.doubts().count()), (1, 1));
    session.key("ctrl-r").settled().await.says_not("Stopped waiting");
    assert_eq!(session.app().sync.doubts().next(), None);
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn h8_what_changed_in_the_wait_is_asked_about() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([Fate::refused(limited("retry-after: 7", None))]);
    session.key("ctrl-s").pausing().await;
    gate.change(json!({ "width": 380 })).await;
    session.settled().await.says("Changed here and on the server").says("( ) 380");
    assert_eq!((gate.patches().len(), gate.holds("width").await), (1, json!(380)));
}
