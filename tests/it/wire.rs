//! The real client against a hostile server: exact requests out, one typed outcome in, the token nowhere.
//!
//! Numbers (N6, H8, S4 ...) are those of the list of faults the editor survives.

use crate::hostile::{Hostile, Step, answer, whole};
use callset::api::{Answer, BODY_LIMIT, Client, Credential, Endpoint, EndpointError, Error, Timeouts, Unreadable};
use callset::model::profile::CredentialKind;
use callset::model::refusal::{FieldError, Refusal, Unreached};
use callset::model::{ApiVersion, Draft, Edit, FieldId, Patch, Resource, Stroke, Value};
use std::process::Command;
use std::time::Duration;

/// Holds characters that change when percent-encoded or put into JSON.
const TOKEN: &str = "pat-na1/CANARY+0123456789=c41f";

/// A developer API key, in which the query changes some characters.
const KEY: &str = "0CANARY4-1f2c/4b7a+9d15-8a6b5c4d=e2f";

/// The key as it stands in a request.
const SENT_KEY: &str = "0CANARY4-1f2c%2F4b7a%2B9d15-8a6b5c4d%3De2f";

/// Every spelling of the token and of the key has this in it, in one case or the other.
const CANARY: &str = "CANARY";

const SETTINGS: &str = r#"{"name":"HubPhone","width":200,"isReady":true,"newSwitch":false}"#;

const SHORT: Duration = Duration::from_millis(60);

/// Long enough for any machine: where a test uses these, something else has to end the exchange.
const PATIENT: Timeouts =
    Timeouts { connect: Duration::from_mins(1), get: Duration::from_mins(1), patch: Duration::from_mins(1) };

/// The connection may take its time, the exchange may not.
const HURRIED: Timeouts = Timeouts { connect: Duration::from_mins(1), get: SHORT, patch: SHORT };

fn client(url: &str, timeouts: Timeouts) -> Client {
    let endpoint = Endpoint::new(url, ApiVersion::V3, 1_234_567).unwrap();
    Client::new(endpoint, Credential::bearer(TOKEN).unwrap().0, timeouts).unwrap()
}

/// The same with a developer API key.
fn key_client(url: &str, timeouts: Timeouts) -> Client {
    let endpoint = Endpoint::new(url, ApiVersion::V3, 1_234_567).unwrap();
    Client::new(endpoint, Credential::new(CredentialKind::DeveloperKey, KEY).unwrap().0, timeouts).unwrap()
}

/// Sets the width to 420.
fn patch() -> Patch {
    let mut draft = Draft::new();
    let field = draft.field(&FieldId::settings("width")).unwrap().clone();
    draft.set(&field, Edit::Text("420".into()), Stroke::Whole);
    draft.patch(Resource::Settings)
}

async fn get(server: &Hostile) -> Result<Answer, Error> {
    client(&server.url(), PATIENT).get(Resource::Settings).await.0
}

/// S2, S3: whatever went wrong, the credential is not in it.
fn fails(outcome: Result<Answer, Error>) -> Error {
    let error = outcome.unwrap_err();
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(!shown.to_uppercase().contains(CANARY), "{shown}");
    assert!(!shown.contains("hapikey"), "{shown}");
    assert!(!shown.contains("http://127.0.0.1"), "{shown}");
    error
}

/// The error of a GET that is answered with these bytes on a connection that then closes.
async fn failure_of(bytes: impl Into<Vec<u8>>) -> Error {
    fails(get(&Hostile::start([answer(bytes)]).await).await)
}

async fn refusal_of(bytes: impl Into<Vec<u8>>) -> Refusal {
    match failure_of(bytes).await {
        Error::Refused(refusal) => *refusal,
        other => panic!("{other:?}"),
    }
}

async fn unreadable(bytes: impl Into<Vec<u8>>) -> (u16, Unreadable) {
    match failure_of(bytes).await {
        Error::Unreadable { status, why, .. } => (status, why),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_get_is_exactly_these_bytes() {
    let server = Hostile::start([answer(whole("200 OK\nx-hubspot-correlation-id: c0ffee", SETTINGS))]).await;
    let answer = get(&server).await.unwrap();
    assert_eq!(answer.correlation_id.as_deref(), Some("c0ffee"));
    let keys: Vec<&str> = answer.representation.members().map(|(key, _)| key).collect();
    assert_eq!(keys, ["name", "width", "isReady", "newSwitch"]);
    let expected = format!(
        "GET /crm/v3/extensions/calling/1234567/settings HTTP/1.1\r\n\
         accept: application/json\r\n\
         user-agent: callset/{}\r\n\
         authorization: Bearer {TOKEN}\r\n\
         host: 127.0.0.1:{}\r\n\r\n",
        env!("CARGO_PKG_VERSION"),
        server.port()
    );
    assert_eq!(server.requests(), [expected]);
}

#[tokio::test]
async fn a_patch_is_exactly_these_bytes() {
    let server = Hostile::start([answer(whole("200 OK", r#"{"width":420}"#))]).await;
    let endpoint = Endpoint::new(&format!("{}/prefix/", server.url()), ApiVersion::V2026_03, 42).unwrap();
    let client = Client::new(endpoint, Credential::bearer(TOKEN).unwrap().0, PATIENT).unwrap();
    let answer = client.patch(&patch(), None).await.0.unwrap();
    assert_eq!(answer.representation.get("width"), Some(&Value::Integer(420)));
    let expected = format!(
        "PATCH /prefix/crm/extensions/calling/2026-03/42/settings HTTP/1.1\r\n\
         content-type: application/json\r\n\
         accept: application/json\r\n\
         user-agent: callset/{}\r\n\
         authorization: Bearer {TOKEN}\r\n\
         host: 127.0.0.1:{}\r\n\
         content-length: 13\r\n\r\n\
         {{\"width\":420}}",
        env!("CARGO_PKG_VERSION"),
        server.port()
    );
    assert_eq!(server.requests(), [expected]);
}

#[tokio::test]
async fn s3_a_key_is_in_the_line_of_each_request_and_nowhere_else() {
    let again = whole("200 OK", SETTINGS);
    let server = Hostile::start([vec![Step::Read, Step::Send(again.clone()), Step::Read, Step::Send(again)]]).await;
    let client = key_client(&server.url(), PATIENT);
    let (answer, trace) = client.get(Resource::Settings).await;
    let shown = format!("{client:?} {:?} {answer:?} {trace:?}", client.endpoint());
    assert!(answer.is_ok() && !shown.contains(CANARY) && !shown.contains("hapikey"), "{shown}");
    assert!(client.patch(&patch(), None).await.0.is_ok());
    let target = "/crm/v3/extensions/calling/1234567/settings";
    let agent = env!("CARGO_PKG_VERSION");
    let host = format!("host: 127.0.0.1:{}", server.port());
    let get = format!(
        "GET {target}?hapikey={SENT_KEY} HTTP/1.1\r\naccept: application/json\r\nuser-agent: callset/{agent}\r\n\
         {host}\r\n\r\n"
    );
    let patch = format!(
        "PATCH {target}?hapikey={SENT_KEY} HTTP/1.1\r\ncontent-type: application/json\r\naccept: application/json\r\n\
         user-agent: callset/{agent}\r\n{host}\r\ncontent-length: 13\r\n\r\n{{\"width\":420}}"
    );
    assert_eq!(server.requests(), [get, patch]);
}

#[tokio::test]
async fn s3_s4_a_key_is_masked_in_whatever_comes_back_or_fails() {
    let elsewhere = Hostile::start([answer(whole("200 OK", SETTINGS))]).await;
    let there = elsewhere.url().replace("127.0.0.1", "localhost");
    let lower = KEY.to_lowercase();
    let echo = format!("HTTP/1.1 200 OK\r\nx: {KEY}\r\ncontent-length: 99\r\n\r\n/settings?hapikey={SENT_KEY}");
    let scripts = [
        answer(whole(&format!("302 Reach\nlocation: {there}/?hapikey={SENT_KEY}"), "")),
        answer(whole(&format!("303 Reach\nlocation: //{KEY}@127.0.0.1/{KEY}/?hapikey={SENT_KEY}"), "")),
        answer(whole(&format!("400 {KEY}\nreferer: /?hapikey={SENT_KEY}"), format!("no such key: {lower}"))),
        answer(whole("401 No", format!("{{\"message\":\"{KEY}\",\"{SENT_KEY}\":\"{lower}\"}}"))),
        answer(whole("500 Oops", format!("<html>/settings?hapikey={SENT_KEY}</html>"))),
        answer(whole("200 OK", format!("GET /settings?hapikey={SENT_KEY}"))),
        answer(echo),
        answer(format!("HTTP/1.1 200 OK\r\n{KEY}\r\n\r\n")),
        vec![Step::Read, Step::Reset],
        vec![Step::Read, Step::Stall],
        vec![],
    ];
    for script in scripts {
        let stalls = script.iter().any(|step| matches!(step, Step::Stall));
        let timeouts = if stalls { HURRIED } else { PATIENT };
        for is_patch in [false, true] {
            let server = Hostile::start([script.clone()]).await;
            let client = key_client(&server.url(), timeouts);
            let (outcome, trace) =
                if is_patch { client.patch(&patch(), None).await } else { client.get(Resource::Settings).await };
            fails(outcome);
            let shown = format!("{trace:?}").to_uppercase();
            assert!(!shown.contains(CANARY), "{shown}");
        }
    }
    assert_eq!(elsewhere.connections(), 0);
    for url in ["http://127.0.0.1:1", "https://127.0.0.1:1"] {
        let outcome = key_client(url, PATIENT).get(Resource::Settings).await.0;
        assert_eq!(fails(outcome), Error::Connect { reason: Unreached::Refused });
    }
    let mut endpoint = Endpoint::new("https://callset.invalid", ApiVersion::V3, 1).unwrap();
    endpoint.base_url = "http://callset.invalid".parse().unwrap();
    let credential = Credential::new(CredentialKind::DeveloperKey, KEY).unwrap().0;
    let client = Client::new(endpoint, credential, PATIENT).unwrap();
    assert!(matches!(fails(client.get(Resource::Settings).await.0), Error::Setup(_)));
}

#[tokio::test]
async fn h6_a_patch_for_a_version_says_which_and_one_that_no_header_can_carry_is_left_out() {
    for (etag, sent) in [("\"v-7\"", true), ("a\nb", false)] {
        let server = Hostile::start([answer(whole("200 OK\netag: \"v-8\"", SETTINGS))]).await;
        let (outcome, trace) = client(&server.url(), PATIENT).patch(&patch(), Some(etag)).await;
        assert!(outcome.is_ok());
        assert_eq!(trace.unwrap().header("etag"), Some("\"v-8\""));
        assert_eq!(server.requests()[0].contains("if-match: \"v-7\"\r\n"), sent);
    }
}

#[tokio::test]
async fn n1_an_unknown_host_is_told_as_such() {
    let outcome = client("https://callset.invalid", PATIENT).get(Resource::Settings).await.0;
    // On a machine behind a proxy, the proxy is asked to look it up.
    assert!(matches!(fails(outcome), Error::Connect { reason: Unreached::Dns | Unreached::Proxy(_) }));
}

#[tokio::test]
async fn n2_a_refused_connection_sent_nothing() {
    // Port 1 belongs to a protocol that nobody runs.
    let outcome = client("http://127.0.0.1:1", PATIENT).patch(&patch(), None).await.0;
    assert_eq!(fails(outcome), Error::Connect { reason: Unreached::Refused });
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn n3_a_black_hole_ends_at_the_limit_for_connecting() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let hole = socket.listen(0).unwrap();
    let address = hole.local_addr().unwrap();
    // Nobody accepts: Linux answers no more once the queue is full, here with one connection.
    let _filling = tokio::net::TcpStream::connect(address).await.unwrap();
    let timeouts = Timeouts { connect: SHORT, ..PATIENT };
    let outcome = client(&format!("http://{address}"), timeouts).get(Resource::Settings).await.0;
    assert_eq!(fails(outcome), Error::Connect { reason: Unreached::Timeout(SHORT) });
}

#[tokio::test]
async fn n4_what_does_not_speak_tls_gets_no_token() {
    let server = Hostile::start([vec![Step::Send(whole("200 OK", SETTINGS))]]).await;
    let outcome = client(&server.url().replace("http", "https"), PATIENT).get(Resource::Settings).await.0;
    let reason = Unreached::Tls("the server did not answer in TLS".into());
    assert_eq!(fails(outcome), Error::Connect { reason });
    assert_eq!(server.requests(), [""; 0]);
}

#[tokio::test]
async fn n5_a_web_page_is_not_taken_for_settings() {
    for kind in ["text/html", "application/json"] {
        let page = whole(&format!("200 OK\ncontent-type: {kind}"), "\n<!DOCTYPE html><html>Log in</html>");
        assert_eq!(unreadable(page).await, (200, Unreadable::WebPage));
    }
}

#[tokio::test]
async fn n6_a_byte_at_a_time_ends_at_the_total_deadline() {
    for start in ["HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", "HTTP/1.1 200 OK\r\nx: "] {
        let server = Hostile::start([vec![Step::Read, Step::Send(start.into()), Step::Drip(b'x', SHORT / 10)]]).await;
        let outcome = client(&server.url(), HURRIED).get(Resource::Settings).await.0;
        assert_eq!(fails(outcome), Error::TimedOut { after: SHORT });
    }
}

#[tokio::test]
async fn n6_n8_an_answer_in_single_bytes_is_an_answer() {
    let server = Hostile::start([vec![Step::Read, Step::Slice(whole("200 OK", SETTINGS))]]).await;
    assert_eq!(get(&server).await.unwrap().representation.get("width"), Some(&Value::Integer(200)));
}

#[tokio::test]
async fn n7_a_stall_ends_at_the_total_deadline() {
    let part = Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\n{\"width\":".to_vec());
    let server = Hostile::start([vec![Step::Read, part, Step::Stall]]).await;
    let outcome = client(&server.url(), HURRIED).get(Resource::Settings).await.0;
    assert_eq!(fails(outcome), Error::TimedOut { after: SHORT });
}

#[tokio::test]
async fn n8_a_cut_answer_is_no_answer() {
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{SETTINGS}");
    assert!(matches!(failure_of(cut).await, Error::Broken { .. }));
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n{SETTINGS}");
    assert!(matches!(failure_of(chunked).await, Error::Broken { .. }));
    assert!(matches!(failure_of("").await, Error::Broken { .. }));
    let until_close = format!("HTTP/1.1 200 OK\r\n\r\n{}", &SETTINGS[..40]);
    assert!(matches!(unreadable(until_close).await, (200, Unreadable::NotJson { byte: 40, .. })));
}

#[tokio::test]
async fn n9_a_patch_whose_answer_is_cut_or_reset_is_in_doubt() {
    let part = Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\n{\"width\":".to_vec());
    for steps in [vec![Step::Read, Step::Reset], vec![Step::Read, part.clone(), Step::Reset], vec![Step::Read, part]] {
        let server = Hostile::start([steps]).await;
        let outcome = client(&server.url(), PATIENT).patch(&patch(), None).await.0;
        assert!(matches!(fails(outcome), Error::Broken { .. }));
        assert_eq!(server.requests().len(), 1, "sent once");
    }
}

#[tokio::test]
async fn n10_a_kept_connection_is_used_again_and_a_closed_one_replaced() {
    let again = whole("200 OK", SETTINGS);
    let once = whole("200 OK\nconnection: close", SETTINGS);
    let twice = vec![Step::Read, Step::Send(again), Step::Read, Step::Send(once.clone())];
    let server = Hostile::start([twice, answer(once)]).await;
    let client = client(&server.url(), PATIENT);
    for connections in [1, 1, 2] {
        client.clone().get(Resource::Settings).await.0.unwrap();
        assert_eq!(server.connections(), connections);
    }
}

#[tokio::test]
async fn n11_a_patch_without_an_answer_is_in_doubt() {
    let server = Hostile::start([vec![Step::Read, Step::Stall]]).await;
    let outcome = client(&server.url(), HURRIED).patch(&patch(), None).await.0;
    assert_eq!(fails(outcome), Error::TimedOut { after: SHORT });
}

#[tokio::test]
async fn n14_loopback_meets_no_proxy_and_a_failing_proxy_is_named() {
    let settings = answer(whole("200 OK", SETTINGS));
    let server = Hostile::start([settings.clone(), settings]).await;
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let proxy = Hostile::start([(); 4].map(|()| answer(refusal))).await;
    let address = proxy.url().replace("http://", "http://user:CANARY@");
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "wire::behind_a_proxy", "--ignored"]).env("CALLSET_TEST_SERVER", server.url());
    for name in ["http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, &address);
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    assert_eq!((server.connections(), proxy.connections()), (2, 4));
    assert!(!proxy.requests().concat().contains(CANARY), "the credential stays out of the tunnel's request");
}

#[tokio::test]
#[ignore = "needs the proxies in its environment that n14 gives it"]
async fn behind_a_proxy() {
    let server = std::env::var("CALLSET_TEST_SERVER").unwrap();
    for client in [client, key_client] {
        assert!(client(&server, PATIENT).get(Resource::Settings).await.0.is_ok());
        let outcome = client("https://callset.invalid", PATIENT).get(Resource::Settings).await.0;
        let proxy = std::env::var("HTTPS_PROXY").unwrap();
        let host = proxy.rsplit('@').next().unwrap();
        let reason = Unreached::Proxy(format!("{host} of $HTTPS_PROXY asks for a user name and password"));
        assert_eq!(fails(outcome), Error::Connect { reason: reason.clone() });
        // X5: a name below localhost is a foreign host, and has no way past the proxy.
        let outcome = client("https://foo.localhost", PATIENT).get(Resource::Settings).await.0;
        assert_eq!(fails(outcome), Error::Connect { reason });
    }
}

#[tokio::test]
async fn n16_an_endless_body_is_cut() {
    let chunk = Step::Flood(format!("10000\r\n{}\r\n", " ".repeat(0x10000)).into());
    let head = |status: &str| Step::Send(format!("HTTP/1.1 {status}\r\ntransfer-encoding: chunked\r\n\r\n").into());
    let server = Hostile::start([vec![Step::Read, head("200 OK"), chunk.clone()]]).await;
    assert_eq!(fails(get(&server).await), Error::TooLarge { limit: BODY_LIMIT });
    // The rest is what the system keeps for a connection.
    assert!(server.sent() < 32 * BODY_LIMIT);
    let server = Hostile::start([vec![Step::Read, head("500 Oops"), chunk]]).await;
    let Error::Refused(refusal) = fails(get(&server).await) else { panic!() };
    assert_eq!(*refusal, Refusal { status: 500, ..Refusal::default() });
}

#[tokio::test]
async fn n16_the_limit_itself_is_not_too_large() {
    let padded = |len: usize| whole("200 OK", format!("{SETTINGS}{}", " ".repeat(len - SETTINGS.len())));
    assert!(get(&Hostile::start([answer(padded(BODY_LIMIT))]).await).await.is_ok());
    assert_eq!(failure_of(padded(BODY_LIMIT + 1)).await, Error::TooLarge { limit: BODY_LIMIT });
}

#[tokio::test]
async fn n16_compressed_bytes_are_not_unpacked() {
    let bomb = whole("200 OK\ncontent-encoding: gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03");
    assert!(matches!(unreadable(bomb).await, (200, Unreadable::NotJson { byte: 1, .. })));
}

#[tokio::test]
async fn n17_garbage_is_an_error() {
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(BODY_LIMIT));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(10_000));
    let garbage: [&[u8]; 9] = [
        b"\0\0\0\0",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        huge.as_bytes(),
        many.as_bytes(),
    ];
    for bytes in garbage {
        assert!(matches!(failure_of(bytes).await, Error::Broken { .. }), "{:?}", bytes.get(..40));
    }
}

#[tokio::test]
async fn n18_s4_a_redirect_is_a_refusal_and_nobody_follows() {
    let elsewhere = Hostile::start([answer(whole("200 OK", SETTINGS))]).await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/login", elsewhere.url());
        let redirect = whole(&format!("{status} Reach\nlocation: {to}?next=secret#top"), "");
        let server = Hostile::start([answer(redirect.clone()), answer(redirect)]).await;
        let client = client(&server.url(), PATIENT);
        for outcome in [client.get(Resource::Settings).await.0, client.patch(&patch(), None).await.0] {
            let Error::Refused(refusal) = outcome.unwrap_err() else { panic!() };
            assert_eq!(*refusal, Refusal { status, location: Some(to.clone()), ..Refusal::default() });
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn n19_an_endpoint_made_insecure_later_gets_nothing() {
    let mut endpoint = Endpoint::new("https://callset.invalid", ApiVersion::V3, 1).unwrap();
    endpoint.base_url = "http://callset.invalid".parse().unwrap();
    let client = Client::new(endpoint, Credential::bearer(TOKEN).unwrap().0, PATIENT).unwrap();
    assert!(matches!(fails(client.patch(&patch(), None).await.0), Error::Setup(_)));
}

/// Loopback as it is written, with the port of a server there.
#[tokio::test]
async fn x5_localhost_is_reached_in_every_spelling_and_what_is_below_it_is_no_endpoint() {
    for name in ["localhost", "LOCALHOST", "localhost.", "127.1", "0x7f000001"] {
        let server = Hostile::start([answer(whole("200 OK", SETTINGS))]).await;
        let url = server.url().replace("127.0.0.1", name);
        let endpoint = Endpoint::new(&url, ApiVersion::V3, 1).unwrap();
        assert!(endpoint.is_own(), "{url}");
        assert!(client(&url, PATIENT).get(Resource::Settings).await.0.is_ok(), "{url}");
    }
    let server = Hostile::start([answer(whole("200 OK", SETTINGS))]).await;
    for name in ["foo.localhost", "foo.localhost.", "0.0.0.0", "[::ffff:127.0.0.1]", "localhost.evil.example"] {
        let url = server.url().replace("127.0.0.1", name);
        let refused = Endpoint::new(&url, ApiVersion::V3, 1).unwrap_err();
        assert!(matches!(refused, EndpointError::BaseUrl(why) if why.contains("plain http")), "{url}");
        let foreign = Endpoint::new(&url.replace("http:", "https:"), ApiVersion::V3, 1).unwrap();
        assert!(!foreign.is_own(), "{url}");
        // One that was changed after its check.
        let mut changed = foreign;
        changed.base_url = url.parse().unwrap();
        let client = Client::new(changed, Credential::bearer(TOKEN).unwrap().0, PATIENT).unwrap();
        assert!(matches!(fails(client.get(Resource::Settings).await.0), Error::Setup(_)), "{url}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn s2_an_echoed_token_is_masked_wherever_it_stands() {
    let encoded = "pat-na1%2FCANARY%2B0123456789%3Dc41f";
    let escaped = "pat-na1\\/CANARY\\u002b0123456789=c41f";
    let head = format!("400 {TOKEN}\nlocation: /{encoded}\nallow: {TOKEN}\nx-hubspot-correlation-id: {TOKEN}");
    let body = format!(
        r#"{{"message":"{}{TOKEN}","category":"{escaped}","subCategory":"{TOKEN}","policyName":"{encoded}",
        "context":{{"expire time":"{TOKEN}","missingScopes":["{TOKEN}"]}},"errors":[{{"in":"{TOKEN}","message":"{TOKEN}"}}]}}"#,
        "x".repeat(280)
    );
    let refusal = refusal_of(whole(&head, body)).await;
    let mask = Some("••••••••".to_owned());
    assert_eq!((refusal.category, refusal.sub_category, refusal.policy), (mask.clone(), mask.clone(), mask.clone()));
    assert_eq!((refusal.expire_time, refusal.allow, refusal.correlation_id), (mask.clone(), mask.clone(), mask));
    assert_eq!(refusal.location.as_deref(), Some("/••••••••"));
    for text in [escaped, TOKEN, encoded] {
        refusal_of(whole("500 Oops", text)).await;
        refusal_of(whole("500 Oops", format!("{{\"{text}\":\"{text}"))).await;
        unreadable(whole(&format!("200 OK\nx-hubspot-correlation-id: {TOKEN}"), text)).await;
        unreadable(whole("200 OK", format!(r#"{{"status":"error","message":"{text}"}}"#))).await;
    }
    let server = Hostile::start([answer(whole(&format!("200 OK\nx-hubspot-correlation-id: {TOKEN}"), SETTINGS))]).await;
    assert_eq!(get(&server).await.unwrap().correlation_id.as_deref(), Some("••••••••"));
}

#[tokio::test]
async fn h1_h2_h3_h4_h6_h9_every_refusal_keeps_its_status_and_words() {
    for status in [304, 400, 401, 403, 404, 409, 412, 415, 423, 428, 429, 477, 500, 502, 503, 504, 521, 524, 599] {
        let body =
            if status == 304 { "" } else { r#"{"status":"error","message":"no \u001b[2J","correlationId":"c1"}"# };
        let refusal = refusal_of(whole(&format!("{status} No"), body)).await;
        let words = (status != 304).then(|| "no \u{1b}[2J".to_owned());
        let expected = Refusal {
            status,
            correlation_id: words.as_ref().map(|_| "c1".into()),
            message: words,
            ..Refusal::default()
        };
        assert_eq!(refusal, expected);
    }
}

#[tokio::test]
async fn x2_only_204_and_a_404_in_hubspots_words_speak_of_a_deleted_resource() {
    let delete = async |bytes: Vec<u8>| {
        let server = Hostile::start([answer(bytes)]).await;
        client(&server.url(), PATIENT).delete(Resource::ChannelConnection).await.0
    };
    assert!(delete(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()).await.is_ok());
    let whole_resource = r#"{"url":"https://a.dev/","isReady":true}"#;
    for (status, body) in [
        ("200 OK", ""),
        ("200 OK", "<html>Signed out</html>"),
        ("200 OK", r#"{"status":"error","message":"no","correlationId":"c1"}"#),
        ("200 OK", whole_resource),
        ("202 Accepted", ""),
        ("207 Multi-Status", "{}"),
        ("299 Odd", ""),
    ] {
        let error = delete(whole(status, body)).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { why: Unreadable::NotDeleted, .. }), "{status} {body}: {error:?}");
    }
    for (head, body, is_absent) in [
        ("404 Not Found", r#"{"status":"error","message":"resource not found","correlationId":"c1"}"#, true),
        ("404 Not Found", r#"{"message":"resource not found","category":"OBJECT_NOT_FOUND"}"#, true),
        ("404 Not Found\nx-hubspot-correlation-id: c1", r#"{"message":"resource not found"}"#, true),
        ("404 Not Found", "no such page", false),
        ("404 Not Found", "", false),
        ("404 Not Found", "<html>nginx</html>", false),
        ("404 Not Found\nx-hubspot-correlation-id: c1", "<html>Jetty</html>", false),
        ("404 Not Found", r#"{"message":"no Route matched with those values"}"#, false),
        ("404 Not Found", r#"{"status":404,"error":"Not Found","path":"/x"}"#, false),
        ("404 Not Found", r#"{"status":"error","message":"not here"}"#, false),
    ] {
        let Err(Error::Refused(refusal)) = delete(whole(head, body)).await else { panic!("{body}") };
        assert_eq!(refusal.is_absent(), is_absent, "{head} {body}");
    }
}

#[tokio::test]
async fn h2_a_403_lists_the_scopes() {
    let body = r#"{"message":"no","category":"MISSING_SCOPES","context":{"missingScopes":["developers-write"]}}"#;
    assert_eq!(refusal_of(whole("403 Forbidden", body)).await.missing_scopes, ["developers-write"]);
}

#[tokio::test]
async fn h4_a_400_names_the_field() {
    let body = r#"{"message":"no","errors":[{"message":"too wide","in":"width"}]}"#;
    let fields = [FieldError { key: "width".into(), message: "too wide".into() }];
    assert_eq!(refusal_of(whole("400 Bad Request", body)).await.fields, fields);
}

#[tokio::test]
async fn h5_long_words_are_cut_and_broken_ones_used_as_far_as_they_came() {
    let message = refusal_of(whole("400 Bad Request", "é".repeat(301))).await.message.unwrap();
    assert_eq!(message, "é".repeat(299) + "…");
    let cut = "HTTP/1.1 503 Oops\r\ncontent-length: 1000\r\n\r\nupstream gone";
    assert_eq!(refusal_of(cut).await.message.as_deref(), Some("upstream gone"));
    let stalled = vec![Step::Read, Step::Send(cut.into()), Step::Stall];
    let server = Hostile::start([stalled]).await;
    // Long enough for the status to arrive on a busy machine, which is all that is left to chance here.
    let timeouts = Timeouts { get: Duration::from_secs(1), ..PATIENT };
    let Error::Refused(refusal) = fails(client(&server.url(), timeouts).get(Resource::Settings).await.0) else {
        panic!()
    };
    assert_eq!((refusal.status, refusal.message.as_deref()), (503, Some("upstream gone")));
}

#[tokio::test]
async fn h7_a_405_says_what_is_allowed_and_a_page_is_not_shown() {
    let refusal = refusal_of(whole("405 No\nallow: GET, POST\ncontent-type: text/html", "<html>Jetty</html>")).await;
    let expected = Refusal { status: 405, allow: Some("GET, POST".into()), web_page: true, ..Refusal::default() };
    assert_eq!(refusal, expected);
}

#[tokio::test]
async fn h8_a_429_says_how_long_to_wait() {
    let date = "date: Wed, 21 Oct 2026 07:28:00 GMT";
    for (header, seconds) in [
        ("x: y", None),
        ("retry-after: 7", Some(7)),
        ("retry-after: -5", Some(1)),
        ("retry-after: 1e9", Some(60)),
        ("retry-after: Wed, 21 Oct 2026 07:28:09 GMT", Some(9)),
        ("retry-after: later", None),
    ] {
        let body = r#"{"policyName":"TEN_SECONDLY_ROLLING","category":"RATE_LIMITS"}"#;
        let refusal = refusal_of(whole(&format!("429 Slow\n{date}\n{header}"), body)).await;
        assert_eq!(refusal.retry_after, seconds.map(Duration::from_secs), "{header}");
        assert_eq!(refusal.policy.as_deref(), Some("TEN_SECONDLY_ROLLING"));
    }
}

#[tokio::test]
async fn h10_an_error_in_a_200_is_an_error() {
    let (status, why) = unreadable(whole("200 OK", r#"{"status":"error","message":"no"}"#)).await;
    let refusal = Refusal { status: 200, message: Some("no".into()), ..Refusal::default() };
    assert_eq!((status, why), (200, Unreadable::ErrorObject(Box::new(refusal))));
}

#[tokio::test]
async fn h11_an_empty_2xx_after_a_patch_is_told_apart() {
    for (bytes, status) in [
        (whole("200 OK\nx-hubspot-correlation-id: c1", ""), 200),
        (b"HTTP/1.1 204 No Content\r\nx-hubspot-correlation-id: c1\r\n\r\n".to_vec(), 204),
    ] {
        let server = Hostile::start([answer(bytes)]).await;
        let error = fails(client(&server.url(), PATIENT).patch(&patch(), None).await.0);
        let correlation_id = Some("c1".to_owned());
        assert_eq!(error, Error::Unreadable { status, why: Unreadable::Empty, correlation_id });
    }
}

#[tokio::test]
async fn h14_h15_h16_any_2xx_and_any_type_will_do_for_settings() {
    for head in [
        "200 OK",
        "201 Created",
        "202 Accepted\ncontent-type: text/plain",
        "207 Multi\ncontent-type: application/json; charset=latin1",
        "200 OK\ncontent-type: text/html",
    ] {
        let server = Hostile::start([answer(whole(head, SETTINGS))]).await;
        assert_eq!(get(&server).await.unwrap().representation.get("width"), Some(&Value::Integer(200)), "{head}");
    }
    let early = [b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".to_vec(), whole("200 OK", SETTINGS)].concat();
    assert!(get(&Hostile::start([answer(early)]).await).await.is_ok());
}

#[tokio::test]
async fn j1_j2_j10_bodies_that_are_no_settings() {
    for (body, why) in [
        ("[]".to_owned(), Unreadable::NotAnObject { found: "a list" }),
        ("{}".to_owned(), Unreadable::NoSettings),
        ("[".repeat(100_000), Unreadable::TooDeep),
    ] {
        assert_eq!(unreadable(whole("200 OK", body)).await, (200, why));
    }
    assert!(matches!(unreadable(whole("200 OK", "{\"width\":")).await, (200, Unreadable::NotJson { byte: 9, .. })));
}

#[tokio::test]
async fn x8_a_credential_in_a_value_is_withheld_and_one_that_is_cut_is_masked() {
    for (is_key, text) in [(false, TOKEN), (true, KEY), (true, SENT_KEY), (true, &KEY.to_lowercase())] {
        let body = format!(r#"{{"name":"{text}","url":"https://a.dev/{text}","width":200}}"#);
        let refusal = format!(r#"{{"message":"{}","errors":[{{"in":"{text}"}}]}}"#, text.repeat(40));
        // The connection ends in the middle of it.
        let cut = format!("HTTP/1.1 500 No\r\nx: {text}\r\ncontent-length: 9999\r\n\r\nno: {}", &text[..20]);
        let script = [answer(whole("200 OK", &body)), answer(whole("400 No", &refusal)), answer(cut)];
        let server = Hostile::start(script).await;
        let client = if is_key { key_client(&server.url(), PATIENT) } else { client(&server.url(), PATIENT) };
        let (read, trace) = client.get(Resource::Settings).await;
        let read = read.unwrap().representation;
        let is_withheld = |key| matches!(read.get(key), Some(Value::Withheld(_)));
        assert!(is_withheld("name") && is_withheld("url"), "{read:?}");
        assert_eq!(read.get("width"), Some(&Value::Integer(200)));
        let (no, no_trace) = client.get(Resource::Settings).await;
        let (cut, cut_trace) = client.get(Resource::Settings).await;
        let shown = format!("{trace:?} {:?} {no_trace:?} {:?} {cut_trace:?}", fails(no), fails(cut)).to_uppercase();
        assert!(!shown.contains(CANARY), "{shown}");
    }
    // It goes into no setting, whoever asks for it.
    let mut draft = Draft::new();
    let field = draft.field(&FieldId::settings("name")).unwrap().clone();
    draft.set(&field, Edit::Text(format!("x {TOKEN}")), Stroke::Whole);
    let server = Hostile::start([]).await;
    let (patch, client) = (draft.patch(Resource::Settings), client(&server.url(), PATIENT));
    for outcome in [client.patch(&patch, None).await.0, client.create(&patch).await.0] {
        assert!(matches!(fails(outcome), Error::Setup(_)));
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn h15_n17_a_flood_of_informational_answers_ends_at_the_deadline() {
    let heads = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1000);
    let server = Hostile::start([vec![Step::Read, Step::Flood(heads)]]).await;
    let timeouts = Timeouts { get: Duration::from_millis(500), ..PATIENT };
    let outcome = client(&server.url(), timeouts).get(Resource::Settings).await.0;
    assert_eq!(fails(outcome), Error::TimedOut { after: timeouts.get });
}
