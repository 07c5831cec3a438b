//! A token that the server no longer takes: a new one is given in place, what it stopped goes on, and nothing shows it.

use super::{DOUBT, IN_DRAFT, is_saved, loaded, widened};
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use crate::session::{NEW_TOKEN, SIZE, Session};
use callset::app::Overlay;
use serde_json::json;

const ASKED: &str = "A new access token for app 1234567";

/// HubSpot's words for a token that has expired.
fn expired() -> Fate {
    let words = json!({
        "message": "The OAuth token used to make this call expired 0 second(s) ago.",
        "category": "EXPIRED_AUTHENTICATION", "context": { "expire time": ["2026-03-10T23:04:41.164Z"] },
    });
    Fate::refused(whole("401 Unauthorized", words.to_string()))
}

fn last(gate: &Gate) -> String {
    gate.credentials().pop().unwrap()
}

#[tokio::test]
async fn h1_s6_at_the_load_however_it_was_copied() {
    for (text, tidied) in [
        (NEW_TOKEN.to_owned(), None),
        (format!("  {NEW_TOKEN} "), Some("spaces")),
        (format!("{NEW_TOKEN}\r\n"), Some("a newline")),
        (format!("Bearer {NEW_TOKEN}\n"), Some("a newline, a \"Bearer\" prefix")),
    ] {
        let gate = Gate::sandbox().await;
        gate.next([expired()]);
        let mut session = Session::start(gate.url(), SIZE);
        session.settled().await.says(ASKED).says("HubSpot answered 401").says("The token has expired");
        session.says("Paste it here").paste(&text).settled().await;
        session.says(&format!("{} characters", text.chars().count())).says("Enter use it").key("enter").settled().await;
        assert_eq!(last(&gate), format!("Bearer {NEW_TOKEN}"));
        assert!(session.row("Name").contains("Acme Dialer"), "{session}");
        match tidied {
            Some(words) => session.says(&format!("taken away from it: {words}")),
            None => session.says_not("taken away"),
        };
        assert_eq!(session.app().target.credential_hint, "••••••••9f3a");
    }
}

#[tokio::test]
async fn h1_s2_a_credential_is_mended_where_the_caret_is_and_shows_nothing_of_itself() {
    let gate = Gate::sandbox().await;
    gate.next([expired()]);
    let mut session = Session::start(gate.url(), SIZE);
    session.settled().await.says(ASKED);
    let (start, end) = NEW_TOKEN.split_at(12);
    // Two characters too many at the start, one in the middle, one missing there, and a wrong end.
    let (missing, rest) = end.split_at(1);
    session.type_text(&format!("xx{start}?{rest}junk"));
    session.keys("home delete delete").settled().await;
    session.keys("right ".repeat(12).trim_end()).key("delete").type_text(missing).key("end");
    session.keys("backspace backspace backspace backspace").settled().await.says("30 characters").says_not(start);
    session.key("f1").settled().await.says("Keys here").says_not("30 characters").type_text("zz");
    session.key("f1").settled().await.says("30 characters");
    session.key("enter").settled().await.says("nothing unsaved");
    assert_eq!(last(&gate), format!("Bearer {NEW_TOKEN}"));
    // One word, whatever signs it has: what ends words in it is not told.
    session.key("ctrl-p").type_text("access token").key("enter").settled().await;
    session.type_text("pat-na1 two").keys("ctrl-w").settled().await.says_not("characters").key("esc");
    session.settled().await.says("nothing unsaved");
}

#[tokio::test]
async fn the_footer_and_the_strip_take_clicks() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.click_on("^S save").settled().await;
    is_saved(&gate, &mut session, 420).await;
    session.click_on("^P actions").settled().await.says("Actions:").type_text("log").settled().await;
    session.click_on("request log").settled().await.says("requests of this run").click_on("F1 help").settled().await;
    session.says("Keys here: in the request log").click_on("Esc back").settled().await.says("requests of this run");
    session.click_on("check before save").settled().await.click_on("Esc back").settled().await.says("Next PATCH");
}

#[tokio::test]
async fn h1_at_the_check_and_the_save_goes_on() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([expired()]);
    session.key("ctrl-s").settled().await.says(ASKED).says(r#"{"width":420}"#);
    session.type_text(NEW_TOKEN).key("enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert_eq!(gate.methods(1), ["GET", "GET", "PATCH"]);
    assert_eq!(last(&gate), format!("Bearer {NEW_TOKEN}"));
}

#[tokio::test]
async fn h1_at_the_patch_and_the_save_goes_on() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next_patch([expired()]);
    session.key("ctrl-s").settled().await.says(ASKED).paste(NEW_TOKEN).key("enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "PATCH"]);
    session.keys("ctrl-l y").settled().await.says("••••••••9f3a");
    assert!(session.copied()[0].contains("$HUBSPOT_ACCESS_TOKEN"));
}

#[tokio::test]
async fn h1_at_the_read_back_and_the_truth_is_told() {
    for carried_out in [true, false] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch([Fate::reset(carried_out)]);
        gate.next([Fate::own(), expired()]);
        session.key("ctrl-s").settled().await.says(ASKED).paste(NEW_TOKEN).key("enter").settled().await;
        session.says(if carried_out { "It was saved: 1 field" } else { "It was not saved" }).says_not(DOUBT);
        assert_eq!(gate.methods(1), ["GET", "PATCH", "GET", "GET"], "a doubt is settled, not saved over");
    }
}

#[tokio::test]
async fn h1_esc_goes_back_and_forgets_what_was_typed() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([expired()]);
    session.key("ctrl-s").settled().await.type_text(NEW_TOKEN).key("esc").settled().await;
    session.says("─── Not saved ─").says("The token has expired").says(IN_DRAFT);
    assert_eq!((gate.requests().len(), session.unsaved().as_str()), (2, r#"{"width":420}"#));
    gate.next([expired()]);
    session.key("ctrl-s").settled().await.says("Paste it here").key("enter").settled().await;
    session.says("✗ The token is empty").key("esc").settled().await;
    assert!(!last(&gate).contains(NEW_TOKEN));
}

#[tokio::test]
async fn h1_s6_what_can_not_be_a_token_is_not_used() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([expired()]);
    session.key("ctrl-s").settled().await.paste("CANARY one two").key("enter").settled().await;
    session.says("✗ The token has a space or a line break inside");
    session
        .paste(&"CANARY".repeat(5000))
        .settled()
        .await
        .says("✗ That is longer than any credential, and was left out");
    session
        .says_not("characters")
        .type_text("abc")
        .keys("backspace backspace")
        .settled()
        .await
        .says("1 character")
        .key("ctrl-u");
    session.settled().await.says("Paste it here").type_text(NEW_TOKEN).key("enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn h1_one_that_is_not_taken_either_is_asked_for_again() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([expired(), expired()]);
    session.key("ctrl-s").settled().await.paste("CANARY-no-good-d00d").key("enter").settled().await.says(ASKED);
    session
        .says("✗ ••••••••: HubSpot answered 401")
        .says("Paste it here")
        .paste(NEW_TOKEN)
        .key("enter")
        .settled()
        .await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn h1_whoever_types_is_not_asked() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let (fate, go) = expired().hold();
    gate.next_patch([fate]);
    session.key("ctrl-s").sent(&gate, 3).await.key("end").type_text("0").read().await;
    go.send(()).unwrap();
    session.settled().await.says("─── Not saved ─").says("The token has expired").says_not(ASKED);
    session.type_text("1").settled().await.says(r#"{"width":42001}"#);
}

#[tokio::test]
async fn h1_long_words_do_not_push_the_question_out() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let words = json!({ "message": "No. ".repeat(200) }).to_string();
    gate.next([Fate::refused(whole("401 Unauthorized", words))]);
    session.key("ctrl-s").settled().await.says("HubSpot answered 401: No. No.").says("Paste it here");
}

#[tokio::test]
async fn s2_a_new_token_from_the_palette_and_no_way_out_of_it_for_the_text() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.key("ctrl-p").type_text("access token").key("enter").settled().await.says(ASKED);
    assert!(session.app().mode.is(Overlay::Token));
    session
        .type_text(NEW_TOKEN)
        .keys("left up down tab f1 ctrl-z ctrl-o ctrl-s f1")
        .settled()
        .await
        .says("30 characters");
    session.key("enter").settled().await.says("nothing unsaved");
    assert_eq!(last(&gate), format!("Bearer {NEW_TOKEN}"));
    session.key("ctrl-p").type_text("access token").key("enter").paste(NEW_TOKEN).key("ctrl-q").settled().await;
    assert_eq!(session.exit().code, 0);
}

#[tokio::test]
async fn h1_the_question_is_seen_where_there_is_next_to_no_room() {
    for size in [(40, 12), (24, 6)] {
        let gate = Gate::sandbox().await;
        gate.next([expired()]);
        let mut session = Session::start(gate.url(), size);
        session.settled().await.says("✗ •••").paste(NEW_TOKEN).settled().await.says("• 30");
        session.key("enter").settled().await.says("nothing unsaved");
    }
}

#[tokio::test]
async fn h1_each_token_that_is_refused_is_told_with_its_reason_also_on_a_small_screen() {
    for (size, what) in [(SIZE, ASKED), ((40, 12), "App 1234567 on 127.0.0.1:")] {
        let gate = Gate::sandbox().await;
        gate.next([expired(), Fate::refused(no_credentials()), expired()]);
        let mut session = Session::start(gate.url(), size);
        session.settled().await.says(what).says("✗ ••••••••c41f: HubSpot answered 401:").says("The OAuth token used");
        session.says("has expired");
        session.paste("pat-na1-CANARY-0123456789-beef").settled().await.key("enter").settled().await;
        session.says("✗ ••••••••beef: HubSpot answered 401:").says("(pat-…)").says_not("has expired");
        session.paste(NEW_TOKEN).key("enter").settled().await.says("✗ ••••••••9f3a: HubSpot answered 401:");
        // What does not fit is reached, and a text that cannot be a token is said first all the same.
        session.says_not("CANARY").keys("pgdn pgdn").key("enter").settled().await.says("✗ The token is empty");
        session.paste(NEW_TOKEN).key("enter").settled().await.says("nothing unsaved");
    }
}

fn no_credentials() -> Vec<u8> {
    let words = json!({ "message": "Authentication credentials not found.", "category": "INVALID_AUTHENTICATION" });
    whole("401 Unauthorized", words.to_string())
}

#[tokio::test]
async fn a_kind_that_does_not_work_is_told_when_one_is_pasted_and_before_it_is_sent() {
    let gate = Gate::sandbox().await;
    gate.next([expired()]);
    let mut session = Session::start(gate.url(), SIZE);
    session.settled().await.says("comes from an OAuth login").says("callset auth login NAME").says_not("!");
    for (text, words) in [
        ("pat-eu1-00c0ffee-1f2c-4b7a", "It looks like a private app's token or a service key (pat-…)"),
        ("CiRuYTEtZmFrZS1rZXktZm9yLXRlc3Rz", "It looks like a personal access key, which is no token"),
        ("00c0ffee-1f2c-4b7a-9d15-8a6b5c4d3e2f", "It looks like a developer API key."),
    ] {
        session.paste(text).settled().await.says(&format!("! {words}")).says_not(text);
        session.key("backspace").settled().await.key("ctrl-u").settled().await.says_not("It looks like");
    }
    assert_eq!(gate.requests().len(), 1);
    // It is advice: nobody knows all of HubSpot's tokens.
    session.paste("pat-eu1-00c0ffee-1f2c-4b7a").key("enter").settled().await.says("nothing unsaved");
}
