//! Every way to be told no: the edits stay, the strip says what happened in HubSpot's words, and the next try works.

use super::{DOUBT, IN_DRAFT, TALL, is_saved, loaded, loaded_at, widened};
use crate::gate::{Fate, Gate, now};
use crate::hostile::whole;
use crate::session::{SIZE, Session, TOKEN};
use callset::app::{CopyItem, Overlay};
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

/// An answer, how often a load and a save ask before they give up, and what the strip says of it.
type Case = (Vec<u8>, [usize; 2], &'static [&'static str]);

/// The same of a GET, where "not found" is an answer like any other.
fn of_reads() -> impl Iterator<Item = Case> {
    refusals().into_iter().filter(|(_, _, words)| !words.contains(&NOT_FOUND))
}

const NOT_FOUND: &str = "HubSpot answered 404: resource not found";

/// What is said of answers that are not HubSpot's own: whether a save was carried out, they do not say.
const IN_BETWEEN: [&str; 2] = ["answered 404 with a web page", "a redirect is never a save"];

fn refusals() -> Vec<Case> {
    let scopes = json!({
        "category": "MISSING_SCOPES",
        "errors": [{ "message": "One or more", "context": { "requiredGranularScopes": ["developers-write"] } }],
    });
    let limit = |policy: &str| json!({ "category": "RATE_LIMITS", "policyName": policy });
    vec![
        (hubspot("400 Bad Request", "Somehow wrong.", &json!({})), [1, 1], &["HubSpot answered 400: Somehow wrong."]),
        (
            whole(&format!("400 Bad Request\nx-hubspot-correlation-id: {ID}"), "plain words"),
            [1, 1],
            &["400: plain words."],
        ),
        (
            hubspot("403 Forbidden", "This app hasn't been granted all required scopes.", &scopes),
            [1, 1],
            &["HubSpot answered 403", "The token lacks: developers-write"],
        ),
        (hubspot("404 Not Found", "resource not found", &json!({})), [1, 1], &[NOT_FOUND]),
        (page("404 Not Found"), [1, 1], &["answered 404 with a web page", "--base-url"]),
        (page("405 Method Not Allowed\nallow: GET, POST"), [1, 1], &["answered 405", "it allows GET, POST"]),
        (
            hubspot("409 Conflict", "Edited", &json!({})),
            [1, 2],
            &["HubSpot answered 409: Edited", "Someone changed the settings"],
        ),
        (hubspot("423 Locked", "Locked", &json!({})), [3, 2], &["HubSpot answered 423", "wait two seconds"]),
        (
            hubspot("429 Too Many Requests", "You have reached your daily limit.", &limit("DAILY")),
            [1, 1],
            &["HubSpot answered 429", "starts anew at midnight"],
        ),
        (
            hubspot(
                "429 Too Many Requests\nretry-after: 7",
                "Your ten_secondly_rolling limit.",
                &limit("TEN_SECONDLY_ROLLING"),
            ),
            [3, 2],
            &["limit TEN_SECONDLY_ROLLING", "wait 7 s"],
        ),
        (
            hubspot("477 Migrating\nretry-after: 3600", "Migration in progress", &json!({})),
            [1, 1],
            &["another data centre"],
        ),
        (
            whole(&format!("303 See Other\nlocation: https://login.example/x?y=z\nx-hubspot-correlation-id: {ID}"), ""),
            [1, 1],
            &["a redirect to https://login.example/x; it was not followed", "a redirect is never a save"],
        ),
        (hubspot("200 OK", "resource not found", &json!({})), [1, 1], &["HubSpot answered 200: resource not found"]),
    ]
}

/// Refusals that leave open whether a save was carried out: a GET is repeated after them.
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

fn times(answer: &[u8], times: usize) -> Vec<Fate> {
    (0..times).map(|_| Fate::refused(answer)).collect()
}

#[tokio::test]
async fn h2_to_h10_n18_a_refused_save_keeps_every_edit_and_the_next_one_works() {
    let of_hubspot = |(_, _, words): &Case| !words.iter().any(|words| IN_BETWEEN.contains(words));
    for (answer, [_, tries], words) in refusals().into_iter().filter(of_hubspot) {
        let gate = Gate::sandbox().await;
        let mut session = loaded_at(&gate, TALL).await;
        session.enter("Width", "420").await.flip("Ready").await;
        gate.next_patch(times(&answer, tries));
        session.key("ctrl-s").settled().await;
        assert_eq!((gate.holds("width").await, gate.holds("isReady").await), (json!(400), json!(false)));
        session.says("─── Not saved ─").says_not("Saved").says_not("saved this");
        for words in words {
            session.says(words);
        }
        session
            .says("Your 2 edits are safe in a draft on this disk.")
            .says("^S try again")
            .says("● 2 unsaved")
            .says(ID);
        assert_eq!(session.unsaved(), r#"{"width":420,"isReady":true}"#);
        session.keys("down up").settled().await.says("─── Not saved ─");
        session.key("ctrl-s").settled().await.says("Saved 2 fields, confirmed").says_not("Not saved");
        assert_eq!((gate.holds("width").await, gate.holds("isReady").await), (json!(420), json!(true)));
        assert_eq!(gate.patches(), vec![r#"{"width":420,"isReady":true}"#; tries + 1]);
    }
}

#[tokio::test]
async fn n18_what_speaks_in_hubspots_place_is_read_back_and_not_asked_twice() {
    let is_of_another = |(_, _, words): &Case| words.iter().any(|words| IN_BETWEEN.contains(words));
    let gateways = || (whole("404 Not Found", r#"{"message":"no Route matched"}"#), [1, 1], &["no Route matched"][..]);
    for (answer, _, words) in refusals().into_iter().filter(is_of_another).chain([gateways()]) {
        for is_done in [false, true] {
            let gate = Gate::sandbox().await;
            let mut session = loaded_at(&gate, TALL).await;
            session.enter("Width", "420").await;
            gate.next_patch([if is_done { Fate::answered(answer.clone()) } else { Fate::refused(answer.clone()) }]);
            session.key("ctrl-s").settled().await;
            assert_eq!(gate.methods(1), ["GET", "PATCH", "GET"]);
            if is_done {
                session.says("It was saved: 1 field read back as sent").says("nothing unsaved");
            } else {
                session.says("It was not saved").says(IN_DRAFT).says("^S try again");
                for words in words {
                    session.says(words);
                }
                session.key("ctrl-s").settled().await;
                is_saved(&gate, &mut session, 420).await;
            }
        }
    }
}

#[tokio::test]
async fn h2_to_h9_a_refused_check_sends_nothing() {
    let lasting = doubts().into_iter().map(|(answer, words)| (answer, [3, 0], words));
    for (answer, [tries, _], words) in of_reads().chain(lasting) {
        let gate = Gate::sandbox().await;
        let mut session = loaded_at(&gate, TALL).await;
        session.enter("Width", "420").await;
        gate.next(times(&answer, tries));
        session.key("ctrl-s").settled().await.says("─── Not saved ─").says("answered").says(IN_DRAFT).says(ID);
        words.iter().filter(|words| words.contains("answered")).for_each(|words| _ = session.says(words));
        assert_eq!(gate.methods(1), vec!["GET"; tries]);
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 420).await;
    }
}

#[tokio::test]
async fn h5_long_words_never_push_out_where_the_edits_are_and_what_comes_next() {
    let long = "No. ".repeat(200);
    for status in ["400 Bad Request", "403 Forbidden", "500 Oh"] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next(times(&hubspot(status, &long, &json!({})), 3));
        session.key("ctrl-s").settled().await;
        session.says(&format!("HubSpot answered {}: No. No.", &status[..3])).says("…");
        session.says(IN_DRAFT).says("^O copy error").says(ID).says(r#"{"width":420}"#);
        assert_eq!(gate.holds("width").await, json!(400));
    }
}

#[tokio::test]
async fn h9_a_save_and_its_read_back_refused_are_a_doubt_until_they_work() {
    for (answer, words) in doubts() {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch(times(&answer, 1));
        gate.next([Fate::own()]);
        gate.next(times(&answer, 3));
        session.key("ctrl-s").settled().await;
        session.says(DOUBT).says(IN_DRAFT).says_not("Saved");
        for words in words {
            session.says(words);
        }
        session.says("^R read it back");
        session.key("ctrl-r").settled().await;
        session.says("It was not saved").says(IN_DRAFT).says("^S try again").says(r#"{"width":420}"#);
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 420).await;
    }
}

#[tokio::test]
async fn h2_to_h9_a_refused_load_says_why_and_the_next_one_works() {
    let lasting = doubts().into_iter().map(|(answer, words)| (answer, [3, 0], words));
    for (answer, [tries, _], words) in of_reads().chain(lasting) {
        let gate = Gate::sandbox().await;
        gate.next(times(&answer, tries));
        let mut session = Session::start(gate.url(), SIZE);
        session.settled().await.says("─── Not loaded ─").says("^R try again");
        // What a save would mean is not said of a load.
        words.iter().filter(|words| words.contains("answered")).for_each(|words| _ = session.says(words));
        assert_eq!(gate.requests().len(), tries);
        session.key("f5").settled().await.says("nothing unsaved").says_not("Not loaded");
    }
}

#[tokio::test]
async fn h3_no_settings_yet_is_said_as_such() {
    let gate = Gate::sandbox().await;
    gate.next([Fate::refused(hubspot("404 Not Found", "resource not found", &json!({})))]);
    let mut session = Session::start(gate.url(), SIZE);
    session
        .settled()
        .await
        .says("HubSpot has no settings for app 1234567: never set up, deleted, or another account's app.");
    session.says("Settings not set up · Enter to set up").says_not("[ ] no");
}

#[tokio::test]
async fn h4_what_the_sandbox_refuses_stands_on_its_row() {
    // A member that the sandbox does not know: HubSpot's own words, with the name of the field.
    let mut settings = crate::gate::settings();
    settings["supportsVideo"] = json!(false);
    let gate = Gate::sandbox().await;
    gate.next(times(&whole("200 OK", settings.to_string()), 2));
    let mut session = loaded_at(&gate, TALL).await;
    session.flip("supportsVideo").await.enter("Width", "420").await.key("ctrl-s").settled().await;
    session
        .says("HubSpot answered 400")
        .says("Unrecognized field \"supportsVideo\"")
        .says("Your 2 edits are safe in a draft on this disk.");
    assert_eq!((session.sign("supportsVideo"), session.app().focused().label.as_ref()), (Some('✗'), "supportsVideo"));
    assert_eq!(gate.holds("width").await, json!(400), "all or nothing");
    session.keys("ctrl-x ctrl-s").settled().await.says("Saved 1 field").says("nothing unsaved");
    assert_eq!(gate.holds("width").await, json!(420));
}

#[tokio::test]
async fn h4_words_about_a_field_do_not_take_the_keyboard_from_another() {
    for busy in ["a key was pressed since", "the focus moved since"] {
        let gate = Gate::sandbox().await;
        let mut session = loaded(&gate).await;
        session.enter("URL", "https://next.acme.dev/").await.focus("Name").await.key("end");
        let error = json!({ "errors": [{ "message": "unreachable", "in": "url" }] });
        let (fate, go) = Fate::refused(hubspot("400 Bad Request", "Not valid", &error)).hold();
        gate.next_patch([fate]);
        session.key("ctrl-s").sent(&gate, 3).await;
        if busy.starts_with("a key") {
            session.type_text("!").read().await;
        } else {
            session.focus("Width").await.key("end").read().await;
        }
        go.send(()).unwrap();
        session.settled().await.says("HubSpot answered 400: Not valid");
        assert_eq!(session.sign("URL"), Some('✗'), "it is marked all the same");
        session.type_text("7").settled().await;
        assert_eq!(session.app().sync.draft.dirty().filter(|field| field.id.key == "url").count(), 1);
        assert!(session.unsaved().contains(r#""url":"https://next.acme.dev/""#), "{busy}: {}", session.unsaved());
    }
}

#[tokio::test]
async fn h4_words_about_a_value_that_was_replaced_meanwhile_are_not_said_of_the_new_one() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let error = json!({ "errors": [{ "message": "too wide", "in": "width" }] });
    let (fate, go) = Fate::refused(hubspot("400 Bad Request", "Not valid", &error)).hold();
    gate.next_patch([fate]);
    session.key("ctrl-s").sent(&gate, 3).await;
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
        session.settled().await;
        if session.app().mode.is(Overlay::Token) {
            session.key("esc");
        }
        session.keys("ctrl-o esc ctrl-r").settled().await;
        session.enter("Width", "420").await;
        gate.next_patch(times(&answer, 2));
        session.key("ctrl-s").settled().await.says("● 1 unsaved");
        if session.app().mode.is(Overlay::Token) {
            session.key("esc");
        }
        session.keys("f1 esc ctrl-d esc ctrl-p esc ctrl-l j j j j j k k k k k esc");
        for item in 0..CopyItem::ALL.len() {
            session.key("ctrl-o");
            (0..item).for_each(|_| _ = session.key("down"));
            session.key("enter");
        }
        session.settled().await;
        assert_eq!(
            session.copied().len(),
            5 + session.copied().iter().filter(|text| text.contains("PATCH http")).count()
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
