//! Every way to be told no: the edits stay, the strip says what happened in HubSpot's words, and the next try works.

use super::{TALL, is_saved, loaded, loaded_at, widened};
use crate::gate::{Fate, Gate, now};
use crate::hostile::whole;
use crate::session::{SIZE, Session, TOKEN};
use callset::cli::{Cli, Command};
use callset::sandbox::Options;
use clap::Parser;
use serde_json::{Value as Json, json};

const ID: &str = "0198f4a2-77aa-7c31-9d0e-5d1f6c1b2a3e";

fn hubspot(status: &str, message: &str, more: &Json) -> Vec<u8> {
    let mut body = json!({ "status": "error", "message": message, "correlationId": ID });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    whole(&format!("{status}\ncontent-type: application/json"), body.to_string())
}

fn page(status: &str) -> Vec<u8> {
    let body = "<html><body><h1>Bad</h1></body></html>";
    whole(&format!("{status}\ncontent-type: text/html\nx-hubspot-correlation-id: {ID}"), body)
}

/// Answer, and what the strip says of it.
fn refusals() -> Vec<(Vec<u8>, &'static [&'static str])> {
    let expired =
        json!({ "category": "EXPIRED_AUTHENTICATION", "context": { "expire time": ["2026-03-10T23:04:41.164Z"] } });
    let garbage =
        json!({ "category": "EXPIRED_AUTHENTICATION", "context": { "expire time": ["1970-01-01T00:00:00Z"] } });
    let scopes = json!({
        "category": "MISSING_SCOPES",
        "errors": [{ "message": "One or more", "context": { "requiredGranularScopes": ["developers-write"] } }],
    });
    let limit = |policy: &str| json!({ "category": "RATE_LIMITS", "policyName": policy });
    vec![
        (hubspot("400 Bad Request", "Somehow wrong.", &json!({})), &["HubSpot answered 400: Somehow wrong."]),
        (whole(&format!("400 Bad Request\nx-hubspot-correlation-id: {ID}"), "plain words"), &["400: plain words."]),
        (
            hubspot("401 Unauthorized", "The OAuth token used to make this call expired 0 second(s) ago.", &expired),
            &["HubSpot answered 401", "The token has expired", "HUBSPOT_ACCESS_TOKEN"],
        ),
        (
            hubspot("401 Unauthorized", "The OAuth token used to make this call expired 20354 day(s) ago.", &garbage),
            &["HubSpot answered 401", "This is not an access token"],
        ),
        (
            hubspot("403 Forbidden", "This app hasn't been granted all required scopes.", &scopes),
            &["HubSpot answered 403", "The token lacks: developers-write"],
        ),
        (hubspot("404 Not Found", "resource not found", &json!({})), &["HubSpot answered 404: resource not found"]),
        (page("404 Not Found"), &["answered 404 with a web page", "--base-url"]),
        (page("405 Method Not Allowed\nallow: GET, POST"), &["answered 405", "it allows GET, POST"]),
        (
            hubspot("409 Conflict", "Edited", &json!({})),
            &["HubSpot answered 409: Edited", "Someone changed the settings"],
        ),
        (hubspot("423 Locked", "Locked", &json!({})), &["HubSpot answered 423", "wait two seconds"]),
        (
            hubspot("429 Too Many Requests", "You have reached your daily limit.", &limit("DAILY")),
            &["HubSpot answered 429", "starts anew at midnight"],
        ),
        (
            hubspot(
                "429 Too Many Requests\nretry-after: 7",
                "Your ten_secondly_rolling limit.",
                &limit("TEN_SECONDLY_ROLLING"),
            ),
            &["limit TEN_SECONDLY_ROLLING", "wait 7 s"],
        ),
        (hubspot("477 Migrating\nretry-after: 3600", "Migration in progress", &json!({})), &["another data centre"]),
        (
            whole(&format!("303 See Other\nlocation: https://login.example/x?y=z\nx-hubspot-correlation-id: {ID}"), ""),
            &["a redirect to https://login.example/x; it was not followed", "a redirect is never a save"],
        ),
        (hubspot("200 OK", "resource not found", &json!({})), &["HubSpot answered 200: resource not found"]),
    ]
}

/// Refusals that leave open whether the save was carried out.
fn doubts() -> Vec<(Vec<u8>, &'static [&'static str])> {
    vec![
        (hubspot("500 Internal Server Error", "internal error", &json!({})), &["HubSpot answered 500: internal error"]),
        (page("500 Internal Server Error"), &["answered 500 with a web page"]),
        (page("502 Bad Gateway"), &["answered 502 with a web page", "HubSpot is in trouble"]),
        (hubspot("503 Service Unavailable", "busy", &json!({})), &["HubSpot answered 503: busy", "wait a few seconds"]),
        (page("504 Gateway Timeout"), &["answered 504"]),
        (hubspot("408 Request Timeout", "late", &json!({})), &["HubSpot answered 408: late"]),
    ]
}

#[tokio::test]
async fn h1_to_h10_n18_a_refused_save_keeps_every_edit_and_the_next_one_works() {
    for (answer, words) in refusals() {
        let gate = Gate::sandbox().await;
        let mut session = loaded_at(&gate, TALL).await;
        session.enter("Width", "420").await.flip("Ready").await;
        gate.next([Fate::refused(answer)]);
        session.key("ctrl-s").settled().await;
        assert_eq!((gate.holds("width").await, gate.holds("isReady").await), (json!(400), json!(false)));
        session.says("─── Not saved ─").says_not("Saved").says_not("saved this");
        for words in words {
            session.says(words);
        }
        session.says("Your 2 edits are still here.").says("^S try again").says("● 2 unsaved").says(ID);
        assert_eq!(session.unsaved(), r#"{"width":420,"isReady":true}"#);
        session.keys("down up").settled().await.says("─── Not saved ─");
        session.key("ctrl-s").settled().await.says("Saved 2 fields, confirmed").says_not("Not saved");
        assert_eq!((gate.holds("width").await, gate.holds("isReady").await), (json!(420), json!(true)));
        assert_eq!(gate.patches(), [r#"{"width":420,"isReady":true}"#; 2]);
    }
}

#[tokio::test]
async fn h5_long_words_never_push_out_where_the_edits_are_and_what_comes_next() {
    let long = "No. ".repeat(200);
    for status in ["401 Unauthorized", "403 Forbidden", "404 Not Found", "500 Oh"] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next([Fate::refused(hubspot(status, &long, &json!({})))]);
        session.key("ctrl-s").settled().await;
        session.says(&format!("HubSpot answered {}: No. No.", &status[..3])).says("…");
        session.says("Your edit is still here.").says("^O copy error").says(ID).says(r#"{"width":420}"#);
        assert_eq!(gate.holds("width").await, json!(400));
    }
}

#[tokio::test]
async fn h9_a_save_refused_in_doubt_is_read_back_and_then_sent_again() {
    for (answer, words) in doubts() {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next([Fate::refused(answer)]);
        session.key("ctrl-s").settled().await;
        session.says("We do not know whether HubSpot saved this").says("Your edit is still here.").says_not("Saved");
        for words in words {
            session.says(words);
        }
        session.says("^R read it back");
        session.key("ctrl-r").settled().await;
        session.says("It was not saved").says("Your edit is still here. ^S try again").says(r#"{"width":420}"#);
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 420).await;
    }
}

#[tokio::test]
async fn h1_to_h9_a_refused_load_says_why_and_the_next_one_works() {
    for (answer, words) in refusals().into_iter().chain(doubts()) {
        let gate = Gate::sandbox().await;
        gate.next([Fate::refused(answer)]);
        let mut session = Session::start(gate.url(), SIZE);
        session.settled().await.says("─── Not loaded ─").says("^R try again");
        // What a save would mean is not said of a load.
        words.iter().filter(|words| words.contains("answered")).for_each(|words| _ = session.says(words));
        session.key("f5").settled().await.says("nothing unsaved").says_not("Not loaded");
    }
}

#[tokio::test]
async fn h3_no_settings_yet_is_said_as_such() {
    let gate = Gate::sandbox().await;
    gate.next([Fate::refused(hubspot("404 Not Found", "resource not found", &json!({})))]);
    let mut session = Session::start(gate.url(), SIZE);
    session.settled().await.says("No settings for app 1234567 yet, or another account's app.").says(ID);
    session.says("not loaded").says_not("[ ] no");
}

#[tokio::test]
async fn h4_what_the_sandbox_refuses_stands_on_its_row() {
    // A member that the sandbox does not know: HubSpot's own words, with the name of the field.
    let mut settings = crate::gate::settings();
    settings["supportsVideo"] = json!(false);
    let gate = Gate::sandbox().await;
    gate.next([Fate::refused(whole("200 OK", settings.to_string()))]);
    let mut session = loaded_at(&gate, TALL).await;
    session.flip("supportsVideo").await.enter("Width", "420").await.key("ctrl-s").settled().await;
    session
        .says("HubSpot answered 400")
        .says("Unrecognized field \"supportsVideo\"")
        .says("Your 2 edits are still here.");
    assert_eq!((session.sign("supportsVideo"), session.app().focused().label.as_ref()), (Some('✗'), "supportsVideo"));
    assert_eq!(gate.holds("width").await, json!(400), "all or nothing");
    session.keys("ctrl-x ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}

#[tokio::test]
async fn h4_words_about_a_field_do_not_take_the_keyboard_from_another() {
    for busy in ["a key was pressed since", "the focus moved since"] {
        let gate = Gate::sandbox().await;
        let mut session = loaded(&gate).await;
        session.enter("URL", "https://next.acme.dev/").await.focus("Name").await.key("end");
        let error = json!({ "errors": [{ "message": "unreachable", "in": "url" }] });
        let (fate, go) = Fate::refused(hubspot("400 Bad Request", "Not valid", &error)).hold();
        gate.next([fate]);
        session.key("ctrl-s").read().await;
        gate.decided(2).await;
        if busy.starts_with("a key") {
            session.type_text("!").read().await;
        } else {
            session.focus("Width").await.key("end").read().await;
        }
        go.send(()).unwrap();
        session.settled().await.says("HubSpot answered 400: Not valid");
        assert_eq!(session.sign("URL"), Some('✗'), "it is marked all the same");
        session.type_text("7").settled().await;
        assert_eq!(session.app().draft.dirty().filter(|field| field.id.key == "url").count(), 1);
        assert!(session.unsaved().contains(r#""url":"https://next.acme.dev/""#), "{busy}: {}", session.unsaved());
    }
}

#[tokio::test]
async fn h4_words_about_a_value_that_was_replaced_meanwhile_are_not_said_of_the_new_one() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let error = json!({ "errors": [{ "message": "too wide", "in": "width" }] });
    let (fate, go) = Fate::refused(hubspot("400 Bad Request", "Not valid", &error)).hold();
    gate.next([fate]);
    session.key("ctrl-s").read().await;
    gate.decided(2).await;
    session.key("backspace").read().await;
    go.send(()).unwrap();
    session.settled().await.says("Not valid").says(r#"{"width":42}"#);
    assert_eq!(session.sign("Width"), Some('●'));
}

/// S2: every frame, copied text and farewell of every session is looked at by the session itself; here the server does its
/// worst to have the token in one.
#[tokio::test]
async fn s2_the_token_is_never_seen_however_the_server_repeats_it() {
    let encoded = TOKEN.replace('/', "%2F").replace('+', "%2b").replace('=', "%3D");
    let escaped = TOKEN.replace('/', "\\/");
    let all = format!("Bearer {TOKEN} {encoded} {escaped}");
    let named = json!({
        "message": all, "correlationId": all, "category": all, "subCategory": all, "policyName": all,
        "errors": [{ "message": all, "in": "width" }, { "message": all, "in": TOKEN, "context": { "requiredScopes": [all] } }],
        "context": { "missingScopes": [all], "expire time": [all], TOKEN: [all] },
    })
    .to_string();
    let head =
        format!("\nx-hubspot-correlation-id: {all}\nlocation: https://x.example/{encoded}?t={TOKEN}\nallow: {all}");
    let mut answers: Vec<Vec<u8>> = [200, 302, 400, 401, 403, 404, 405, 409, 429, 500, 503]
        .iter()
        .map(|status| whole(&format!("{status} {TOKEN}{head}"), &named))
        .collect();
    answers.push(whole(&format!("200 OK{head}"), format!("\u{0}{all}")));
    answers.push(whole(&format!("200 OK{head}"), format!("<html>{all}")));
    answers.push(whole(&format!("200 OK{head}"), ""));
    answers.push(whole(&format!("418 Pot{head}"), &all));
    answers.push(format!("{TOKEN}\r\n\r\n").into_bytes());
    answers.push(format!("HTTP/1.1 200 {TOKEN}\r\n{TOKEN}: {TOKEN}\r\ncontent-length: {TOKEN}\r\n\r\n").into_bytes());
    for answer in answers {
        let gate = Gate::sandbox().await;
        gate.next([Fate::refused(answer.clone())]);
        let mut session = Session::start(gate.url(), (100, 30));
        session.settled().await.keys("ctrl-o esc ctrl-r").settled().await;
        session.enter("Width", "420").await;
        gate.next([Fate::refused(answer)]);
        session.key("ctrl-s").settled().await.says("Your edit is still here.");
        session.keys("f1 esc ctrl-d esc ctrl-p esc");
        for item in 0..5 {
            session.key("ctrl-o");
            (0..item).for_each(|_| _ = session.key("down"));
            session.key("enter");
        }
        session.settled().await;
        assert_eq!(
            session.copied().len(),
            4 + session.copied().iter().filter(|text| text.contains("PATCH http")).count()
        );
        session.keys("ctrl-q d").settled().await;
        assert!(session.exit().farewell.as_ref().unwrap().contains(r#"{"width":420}"#));
    }
}

/// A sandbox as the command line makes it.
fn options(arguments: &[&str]) -> Options {
    let cli = Cli::parse_from(["callset", "sandbox"].iter().chain(arguments));
    let Some(Command::Sandbox(options)) = cli.command else { panic!("{arguments:?}") };
    Options { latency: options.latency, failures: options.fail, ..Options::new(now) }
}

#[tokio::test]
async fn a_sandbox_told_to_fail_fails_the_load_in_its_words() {
    for (failure, words) in [
        ("503:1", "HubSpot is in trouble: wait a few seconds."),
        ("429:1", "Too many requests"),
        ("401", "The token has expired"),
        ("403:1", "The token lacks: developers-read"),
        ("502:1", "answered 502 with a web page"),
        ("423", "wait two seconds"),
        ("477:1", "another data centre"),
    ] {
        let gate = Gate::before(options(&["--fail", failure, "--latency", "0ms"])).await;
        let mut session = Session::start(gate.url(), SIZE);
        session.settled().await.says("─── Not loaded ─").says(words).says("^R try again").says("correlation id");
        session.keys("ctrl-r").settled().await.says("─── Not loaded ─");
    }
}

#[tokio::test]
async fn a_sandbox_told_to_be_slow_is_only_slow() {
    let gate = Gate::before(options(&["--latency", "1ms"])).await;
    let mut session = widened(&gate).await;
    session.key("ctrl-s").settled().await;
    is_saved(&gate, &mut session, 420).await;
}
