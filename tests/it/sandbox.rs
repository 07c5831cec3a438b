//! The sandbox answers as HubSpot does: every shape, over real connections.

use crate::raw_http::{Answer, send};
use callset::model::field::SETTINGS;
use callset::model::{Kind, Representation, Value};
use callset::sandbox::{Accepts, Failure, LoginRules, Options, Sandbox, TokenFault, UnknownMembers};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const APP: i32 = 4321;
const PATH: &str = "/crm/v3/extensions/calling/4321/settings";
const BEARER: (&str, &str) = ("Authorization", "Bearer token");
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn frozen() -> Timestamp {
    "2026-11-22T10:00:00.123456789Z".parse().unwrap()
}

fn options() -> Options {
    Options::new(frozen)
}

fn failing(failures: &[&str]) -> Options {
    Options { failures: failures.iter().map(|text| text.parse().unwrap()).collect(), ..options() }
}

/// A running sandbox.
struct Server {
    base: String,
}

impl Server {
    async fn empty(options: Options) -> Self {
        Self::run(Sandbox::bind(options).await.unwrap())
    }

    async fn demo(options: Options) -> Self {
        let mut sandbox = Sandbox::bind(options).await.unwrap();
        sandbox.seed_demo(APP);
        Self::run(sandbox)
    }

    fn run(sandbox: Sandbox) -> Self {
        let base = sandbox.base_url();
        tokio::spawn(sandbox.serve());
        Self { base }
    }

    async fn get(&self, path: &str) -> Answer {
        send(&self.base, &format!("GET {path}"), &[BEARER], None).await
    }

    async fn delete(&self) -> Answer {
        send(&self.base, &format!("DELETE {PATH}"), &[BEARER], None).await
    }

    async fn post(&self, body: &str) -> Answer {
        send(&self.base, &format!("POST {PATH}"), &[BEARER, JSON], Some(body.as_bytes())).await
    }

    async fn patch(&self, body: &str) -> Answer {
        send(&self.base, &format!("PATCH {PATH}"), &[BEARER, JSON], Some(body.as_bytes())).await
    }
}

/// What a POST has to say.
fn nine() -> Json {
    json!({
        "name": "Phone", "url": "https://example.com/phone", "width": 300, "height": 600, "isReady": true,
        "usesCallingWindow": false, "usesRemote": false, "supportsInboundCalling": true, "supportsCustomObjects": false,
    })
}

/// Asserts HubSpot's shape of an error, and returns it.
fn error(answer: &Answer, status: u16) -> Json {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json;charset=utf-8"));
    let body = answer.json();
    assert_eq!(body["status"], "error");
    assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
    assert_eq!(body["correlationId"].as_str(), answer.header("x-hubspot-correlation-id"));
    // The specification requires these three of every error, and a message of every detail.
    assert!(body["category"].as_str().is_some_and(|category| !category.is_empty()), "{body}");
    let details = body["errors"].as_array().cloned().unwrap_or_default();
    assert!(details.iter().all(|detail| detail["message"].is_string()), "{body}");
    body
}

/// Asserts a page where JSON might be expected.
fn page(answer: &Answer, status: u16, title: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("text/html;charset=utf-8"));
    assert!(answer.body.starts_with("<html>") && answer.body.contains(title), "{}", answer.body);
}

/// Asserts what every answer carries, and returns its correlation id.
fn stamp(answer: &Answer) -> String {
    assert_eq!(answer.header("x-hubspot-ratelimit-max"), Some("110"));
    assert_eq!(answer.header("x-hubspot-ratelimit-interval-milliseconds"), Some("10000"));
    assert!(answer.header("x-hubspot-ratelimit-remaining").unwrap().parse::<u32>().unwrap() < 110);
    let id = answer.header("x-hubspot-correlation-id").unwrap();
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
    assert!(id.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c)), "{id}");
    assert_eq!(&id[14..15], "7", "{id} is of version 7");
    assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id} is of RFC 9562's variant");
    let milliseconds = i64::from_str_radix(&id.replace('-', "")[..12], 16).unwrap();
    assert_eq!(milliseconds, frozen().as_millisecond(), "{id} begins with the time");
    id.to_owned()
}

#[tokio::test]
async fn only_loopback_is_bound() {
    let sandbox = Sandbox::bind(options()).await.unwrap();
    let port: u16 = sandbox.base_url().strip_prefix("http://127.0.0.1:").unwrap().parse().unwrap();
    assert_ne!(port, 0);
    let taken = Sandbox::bind(Options { port, ..options() }).await.unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    for now in [(|| Timestamp::MAX) as fn() -> Timestamp, || Timestamp::MIN] {
        assert!(Sandbox::bind(Options::new(now)).await.unwrap_err().to_string().contains("the clock"));
    }
}

#[tokio::test]
async fn the_demo_is_a_whole_app() {
    let server = Server::demo(options()).await;
    let answer = server.get(PATH).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json;charset=utf-8"));
    assert_eq!(
        answer.body,
        "{\"name\":\"Acme Dialer\",\"url\":\"https://dialer.acme.dev/widget\",\"width\":400,\"height\":650,\
         \"isReady\":false,\"usesCallingWindow\":true,\"usesRemote\":true,\"supportsInboundCalling\":false,\
         \"supportsCustomObjects\":true,\"createdAt\":\"2024-03-02T09:14:07.000Z\",\
         \"updatedAt\":\"2026-11-18T10:00:00.123Z\"}"
    );
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), SETTINGS.len());
    for field in SETTINGS {
        assert!(field.kind.fits(&value(&body[&*field.id.key])), "{} is no {:?}", field.id.key, field.kind);
    }
}

fn value(json: &Json) -> Value {
    match json {
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => Value::Integer(number.as_i64().unwrap().try_into().unwrap()),
        Json::Bool(on) => Value::Switch(*on),
        Json::Null | Json::Array(_) | Json::Object(_) => Value::Other(json.to_string()),
    }
}

#[tokio::test]
async fn all_versions_of_the_path_lead_to_the_same_settings() {
    let server = Server::demo(options()).await;
    let expected = server.get(PATH).await.body;
    for date in ["2025-09", "2026-03", "2026-09"] {
        let answer = server.get(&format!("/crm/extensions/calling/{date}/4321/settings?any=query")).await;
        assert_eq!((answer.status, &answer.body), (200, &expected));
    }
}

#[tokio::test]
async fn each_version_takes_what_its_specification_lists() {
    let specified = Server::demo(Options { accepts: Accepts::Specified, ..options() }).await;
    let both = Server::demo(options()).await;
    for (version, takes_keys) in [("v3", false), ("2025-09", true), ("2026-03", false), ("2026-09", true)] {
        let path = match version {
            "v3" => PATH.to_owned(),
            date => format!("/crm/extensions/calling/{date}/4321/settings"),
        };
        let (token, key) = (specified.get(&path).await, format!("GET {path}?hapikey=key"));
        let key_answer = send(&specified.base, &key, &[], None).await;
        let (accepted, refused) = if takes_keys { (key_answer, token) } else { (token, key_answer) };
        assert_eq!(accepted.status, 200, "{version}");
        error(&refused, if takes_keys { 403 } else { 401 });
        // What HubSpot really does is not known, so both are taken if nothing else is said.
        assert_eq!((both.get(&path).await.status, send(&both.base, &key, &[], None).await.status), (200, 200));
    }
    page(&specified.get("/crm/extensions/calling/v3/4321/settings").await, 404, "Not Found");
}

#[tokio::test]
async fn a_second_post_is_refused_in_the_words_of_its_resource() {
    let server = Server::demo(options()).await;
    let whole = [
        ("", nine(), "Calling settings already exist"),
        (
            "/recording",
            json!({ "urlToRetrieveAuthedRecording": "https://a.dev/%s" }),
            "Recording settings already exist",
        ),
        (
            "/channel-connection",
            json!({ "url": "https://a.dev", "isReady": true }),
            "Channel connection settings already",
        ),
    ];
    for (end, body, words) in whole {
        let post = format!("POST {PATH}{end}");
        let body = body.to_string();
        send(&server.base, &post, &[BEARER, JSON], Some(body.as_bytes())).await;
        let refusal = error(&send(&server.base, &post, &[BEARER, JSON], Some(body.as_bytes())).await, 409);
        assert!(refusal["message"].as_str().unwrap().starts_with(words), "{refusal}");
        assert_eq!(refusal["category"], "CONFLICT");
        assert_eq!(refusal["subCategory"].is_string(), end.is_empty(), "what HubSpot says of the others is not known");
    }
}

#[tokio::test]
async fn members_that_nobody_knows_are_refused_ignored_or_kept() {
    let body = r#"{"width":420,"supportedCallTypes":["a"],"createdAt":"2020-01-01T00:00:00Z"}"#;
    for (how, status, width, kept) in
        [("refuse", 400, 400, false), ("ignore", 200, 420, false), ("keep", 200, 420, true)]
    {
        let server = Server::demo(Options { unknown: how.parse().unwrap(), ..options() }).await;
        assert_eq!(server.patch(body).await.status, status, "{how}");
        let now = server.get(PATH).await.json();
        assert_eq!((&now["width"], now["supportedCallTypes"].is_array()), (&json!(width), kept), "{how}");
        assert_eq!(now["createdAt"], "2024-03-02T09:14:07.000Z");
    }
    assert!("forget".parse::<UnknownMembers>().is_err());
}

#[tokio::test]
async fn every_answer_carries_an_id_of_its_own_and_the_rate_limit() {
    let server = Server::demo(options()).await;
    let other = "/crm/v3/extensions/calling/1/settings";
    let mut answers = vec![server.get(PATH).await, server.get(other).await, server.get("/").await];
    answers.push(send(&server.base, &format!("PUT {PATH}"), &[BEARER], None).await);
    answers.push(send(&server.base, &format!("GET {PATH}"), &[], None).await);
    answers.push(server.patch("{").await);
    answers.push(server.delete().await);
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 404, 404, 405, 401, 400, 204]);
    let ids: BTreeSet<String> = answers.iter().map(stamp).collect();
    assert_eq!(ids.len(), answers.len());
}

#[tokio::test]
async fn a_seed_decides_everything() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let server = Server::demo(Options { seed, ..failing(&["503:0.5"]) }).await;
        let mut run = Vec::new();
        for _ in 0..40 {
            let answer = server.get(PATH).await;
            run.push((answer.status, stamp(&answer)));
        }
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn a_life_of_settings() {
    let server = Server::empty(options()).await;
    for answer in [server.get(PATH).await, server.patch("{\"width\":1}").await, server.delete().await] {
        assert_eq!(error(&answer, 404)["message"], "resource not found");
    }

    let created = server.post(&nine().to_string()).await;
    assert_eq!(created.status, 200);
    let mut expected = nine();
    expected["createdAt"] = "2026-11-22T10:00:00.123Z".into();
    expected["updatedAt"] = "2026-11-22T10:00:00.123Z".into();
    assert_eq!(created.json(), expected);
    assert_eq!(server.get(PATH).await.body, created.body);

    let again = error(&server.post(&nine().to_string()).await, 409);
    assert_eq!(again["subCategory"], "CallingSettingError.SETTINGS_ALREADY_EXISTS");
    assert_eq!(error(&server.get("/crm/v3/extensions/calling/4322/settings").await, 404)["status"], "error");

    let removed = server.delete().await;
    assert_eq!((removed.status, removed.body.as_str(), removed.header("content-type")), (204, "", None));
    error(&server.get(PATH).await, 404);
    assert_eq!(server.post(&nine().to_string()).await.status, 200);
}

#[tokio::test]
async fn a_patch_sets_its_fields_and_answers_with_all() {
    let server = Server::demo(options()).await;
    let mut expected = server.get(PATH).await.json();
    for (key, value) in nine().as_object().unwrap() {
        let answer = server.patch(&json!({ key: value }).to_string()).await;
        assert_eq!(answer.status, 200);
        let body = answer.json();
        expected[key] = value.clone();
        assert!(body["updatedAt"].as_str() > expected["updatedAt"].as_str(), "{key}: {body}");
        expected["updatedAt"] = body["updatedAt"].clone();
        assert_eq!(body, expected);
        assert_eq!(server.get(PATH).await.json(), expected);
    }
}

#[tokio::test]
async fn values_are_not_judged() {
    let server = Server::demo(options()).await;
    let body = "{\"name\":\"\",\"url\":\"no url\",\"width\":-2147483648,\"height\":2147483647}";
    let answer = server.patch(body).await;
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    assert_eq!((&answer["name"], &answer["url"]), (&json!(""), &json!("no url")));
    assert_eq!((&answer["width"], &answer["height"]), (&json!(i32::MIN), &json!(i32::MAX)));
}

#[tokio::test]
async fn every_change_moves_the_date() {
    static NOW: AtomicI64 = AtomicI64::new(1_800_000_000_000);
    let server =
        Server::empty(Options::new(|| Timestamp::from_millisecond(NOW.load(Ordering::Relaxed)).unwrap())).await;
    server.post(&nine().to_string()).await;
    let patched = async |now: i64| {
        NOW.store(now, Ordering::Relaxed);
        server.patch("{\"width\":300}").await.json()["updatedAt"].as_str().unwrap().to_owned()
    };
    assert_eq!(patched(1_800_000_000_000).await, "2027-01-15T08:00:00.001Z", "in the same millisecond");
    assert_eq!(patched(1_800_000_000_000).await, "2027-01-15T08:00:00.002Z");
    assert_eq!(patched(1_800_000_005_000).await, "2027-01-15T08:00:05.000Z", "later");
    assert_eq!(patched(1_799_999_990_000).await, "2027-01-15T08:00:05.001Z", "with a clock set back");
    assert_eq!(server.get(PATH).await.json()["createdAt"], "2027-01-15T08:00:00.000Z");
}

#[tokio::test]
async fn an_empty_patch_moves_nothing() {
    let server = Server::demo(options()).await;
    let before = server.get(PATH).await.body;
    let answer = server.patch("{}").await;
    assert_eq!((answer.status, &answer.body), (200, &before));
    assert_eq!(server.get(PATH).await.body, before);
}

#[tokio::test]
async fn a_wrong_type_is_refused_by_name() {
    let server = Server::demo(options()).await;
    let before = server.get(PATH).await.body;
    let (number, string, boolean) = ("INVALID_INTEGER", "INVALID_STRING", "INVALID_BOOLEAN");
    let wrong = [
        ("width", json!("400"), number),
        ("width", json!(400.5), number),
        ("width", json!(400.0), number),
        ("width", json!(2_147_483_648_i64), number),
        ("height", json!(-2_147_483_649_i64), number),
        ("height", json!(u64::MAX), number),
        ("height", json!(true), number),
        ("height", Json::Null, number),
        ("name", json!(1), string),
        ("name", Json::Null, string),
        ("url", json!(["https://example.com"]), string),
        ("isReady", json!(1), boolean),
        ("isReady", json!("true"), boolean),
        ("usesRemote", Json::Null, boolean),
        ("usesRemote", json!({}), boolean),
    ];
    for (key, value, code) in wrong {
        // The name beside it is right, and not set all the same.
        let mut body = json!({ "supportsCustomObjects": false, key: value });
        let answer = error(&server.patch(&body.to_string()).await, 400);
        assert_eq!(answer["category"], "VALIDATION_ERROR");
        let [detail] = answer["errors"].as_array().unwrap().as_slice() else { panic!("{answer}") };
        assert_eq!(
            (&detail["code"], &detail["in"], &detail["context"]["propertyName"]),
            (&json!(code), &json!(key), &json!([key])),
        );
        assert!(detail["message"].as_str().unwrap().starts_with(key), "{detail}");
        for (other, value) in nine().as_object().unwrap() {
            if other != key {
                body[other] = value.clone();
            }
        }
        assert_eq!(error(&server.post(&body.to_string()).await, 400)["errors"], answer["errors"]);
    }
    assert_eq!(server.get(PATH).await.body, before);
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    let server = Server::demo(options()).await;
    let answer = error(&server.patch("{\"width\":\"\",\"isReady\":0,\"name\":\"A\"}").await, 400);
    let keys: BTreeSet<&str> = answer["errors"].as_array().unwrap().iter().filter_map(|e| e["in"].as_str()).collect();
    assert_eq!(keys, BTreeSet::from(["isReady", "width"]));
}

#[tokio::test]
async fn unknown_and_read_only_members_are_refused() {
    let server = Server::demo(options()).await;
    for key in ["isready", "supportsVideo", "createdAt", "updatedAt", ""] {
        let answer = error(&server.patch(&json!({ key: "2026-01-01T00:00:00.000Z" }).to_string()).await, 400);
        assert_eq!(answer["errors"][0]["code"], "UNKNOWN_PROPERTY");
        assert_eq!(answer["errors"][0]["context"]["propertyName"], json!([key]));
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let server = Server::demo(options()).await;
    let wrong = [
        ("", "Invalid input JSON on line 1, column 0: No content to map due to end-of-input"),
        ("{,}", "Invalid input JSON on line 1, column 2: key must be a string"),
        ("{\n \"width\": }", "Invalid input JSON on line 2, column 11: expected value"),
        ("{\"width\":1", "Invalid input JSON on line 1, column 10: EOF while parsing an object"),
        ("{\"width\":1} x", "Invalid input JSON on line 1, column 13: trailing characters"),
        ("{\"width\":1e999}", "Invalid input JSON on line 1, column 14: number out of range"),
        ("[]", "Invalid input JSON on line 1, column 1: Cannot deserialize an object from Array value"),
        ("null", "Invalid input JSON on line 1, column 1: Cannot deserialize an object from Null value"),
        ("true", "Invalid input JSON on line 1, column 1: Cannot deserialize an object from Boolean value"),
        ("4", "Invalid input JSON on line 1, column 1: Cannot deserialize an object from Number value"),
        ("\"\"", "Invalid input JSON on line 1, column 1: Cannot deserialize an object from String value"),
    ];
    for (body, message) in wrong {
        for answer in [server.patch(body).await, server.post(body).await] {
            let answer = error(&answer, 400);
            assert_eq!((&answer["message"], &answer["category"]), (&json!(message), &json!("VALIDATION_ERROR")));
        }
    }
    let deep = format!("{{\"name\":{}", "[".repeat(100_000));
    error(&server.patch(&deep).await, 400);
    let latin = send(&server.base, &format!("PATCH {PATH}"), &[BEARER], Some(b"{\"name\":\"\xe9\"}")).await;
    error(&latin, 400);
    let none = send(&server.base, &format!("PATCH {PATH}"), &[BEARER], None).await;
    error(&none, 400);
}

#[tokio::test]
async fn a_post_needs_every_field_that_can_be_set() {
    let server = Server::empty(options()).await;
    let settable = SETTINGS.iter().filter(|field| field.kind.is_editable());
    let keys: Vec<&str> = settable.map(|field| &*field.id.key).collect();
    assert_eq!(keys.len(), 9);
    let answer = error(&server.post("{}").await, 400);
    let message = format!("Some required fields were not set: [{}]", keys.join(", "));
    assert!(answer["message"].as_str().unwrap().ends_with(&message), "{answer}");
    for key in keys {
        let mut body = nine();
        body.as_object_mut().unwrap().remove(key);
        let answer = error(&server.post(&body.to_string()).await, 400);
        let message = format!("Invalid input JSON on line 1, column 2. Some required fields were not set: [{key}]");
        assert_eq!((&answer["message"], &answer["category"]), (&json!(message), &json!("VALIDATION_ERROR")));
        assert_eq!(answer["errors"][0]["context"]["propertyName"], json!([key]));
        assert_eq!((&answer["errors"][0]["in"], &answer["errors"][0]["code"]), (&json!(key), &json!("REQUIRED_FIELD")));
    }
    error(&server.get(PATH).await, 404);
}

#[tokio::test]
async fn an_app_id_is_an_int32() {
    let server = Server::empty(options()).await;
    for id in ["abc", "2147483648", "1.5", "", "%31"] {
        let answer = error(&server.get(&format!("/crm/v3/extensions/calling/{id}/settings")).await, 400);
        assert_eq!(answer["message"], "Unable to parse value for path parameter: appId");
        assert_eq!(answer["category"], "VALIDATION_ERROR");
    }
    for id in ["2147483647", "-2147483648", "0"] {
        error(&server.get(&format!("/crm/v3/extensions/calling/{id}/settings")).await, 404);
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let server = Server::demo(options()).await;
    let sent = async |kind: &str, body: &str| {
        let headers = [BEARER, ("Content-Type", kind)];
        send(&server.base, &format!("PATCH {PATH}"), &headers, Some(body.as_bytes())).await
    };
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/merge-patch+json", ""]
    {
        error(&sent(kind, "{\"width\":1}").await, 415);
    }
    for kind in ["application/json", "Application/JSON", "application/json;charset=utf-8", "application/json ; x=y"] {
        assert_eq!(sent(kind, "{}").await.status, 200, "{kind}");
    }
    assert_eq!(send(&server.base, &format!("PATCH {PATH}"), &[BEARER], Some(b"{}")).await.status, 200, "no type");
    error(&sent("text/plain", "").await, 400);
    assert_eq!(server.get(PATH).await.json()["width"], 400);
}

#[tokio::test]
async fn a_body_is_at_most_a_mebibyte() {
    let server = Server::demo(options()).await;
    let padded = |length: usize| format!("{{\"width\":7{}}}", " ".repeat(length - "{\"width\":7}".len()));
    error(&server.patch(&padded(1024 * 1024 + 1)).await, 413);
    assert_eq!(server.get(PATH).await.json()["width"], 400);
    assert_eq!(server.patch(&padded(1024 * 1024)).await.json()["width"], 7);
}

/// What a GET with this header and this query is answered with.
async fn asked(server: &Server, authorization: Option<&str>, query: &str) -> Answer {
    let headers: Vec<_> = authorization.map(|value| ("Authorization", value)).into_iter().collect();
    send(&server.base, &format!("GET {PATH}{query}"), &headers, None).await
}

/// Asserts a 401, and returns its message and category.
fn unauthorized(answer: &Answer) -> (String, Json) {
    let body = error(answer, 401);
    assert_eq!(answer.header("x-hubspot-auth-failure"), Some("401 Unauthorized"));
    (body["message"].as_str().unwrap().to_owned(), body["category"].clone())
}

const NOT_FOUND: &str = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find \
                         more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";

#[tokio::test]
async fn a_request_without_a_credential_is_refused() {
    let server = Server::demo(options()).await;
    for authorization in
        [None, Some("Bearer"), Some("Bearer "), Some("Basic dTpw"), Some("token"), Some(""), Some("hapikey key")]
    {
        for query in ["", "?hapikey", "?hapikey=", "?hapikey=%20", "?HAPIKEY=key", "?xhapikey=key", "?a=hapikey=key"] {
            let (message, category) = unauthorized(&asked(&server, authorization, query).await);
            assert_eq!((message.as_str(), category), (NOT_FOUND, json!("INVALID_AUTHENTICATION")));
        }
    }
    error(&send(&server.base, &format!("DELETE {PATH}"), &[], None).await, 401);
    assert_eq!(server.get(PATH).await.status, 200, "nothing was removed");
    for (authorization, query) in [
        (Some("Bearer x"), ""),
        (Some("bearer x"), ""),
        (None, "?hapikey=x"),
        (None, "?a=b&hapikey=%2B"),
        (Some("Basic dTpw"), "?hapikey=x"),
        (Some("Bearer x"), "?hapikey=x"),
    ] {
        let answer = asked(&server, authorization, query).await;
        assert_eq!((answer.status, answer.header("x-hubspot-auth-failure")), (200, None), "{query}");
    }
    let patch = format!("PATCH {PATH}?hapikey=x");
    assert_eq!(send(&server.base, &patch, &[JSON], Some(b"{\"width\":7}")).await.json()["width"], 7);
}

#[tokio::test]
async fn a_sandbox_for_tokens_takes_no_key() {
    let server = Server::demo(Options { accepts: Accepts::Bearer, ..options() }).await;
    for query in ["", "?hapikey=x"] {
        let (message, category) = unauthorized(&asked(&server, None, query).await);
        assert_eq!((message.as_str(), category), (NOT_FOUND, json!("INVALID_AUTHENTICATION")));
        assert_eq!(asked(&server, Some("Bearer x"), query).await.status, 200);
    }
}

#[tokio::test]
async fn a_sandbox_for_keys_takes_no_token() {
    let server = Server::demo(Options { accepts: Accepts::DeveloperKey, ..options() }).await;
    let body = error(&asked(&server, Some("Bearer x"), "").await, 403);
    assert_eq!(
        body["message"],
        "This API can't be called using an OAuth access token. A valid developer API key must be provided in the `hapikey` \
         query parameter."
    );
    let (message, _) = unauthorized(&asked(&server, None, "").await);
    assert_eq!(message, "Any of the listed authentication credentials are missing");
    assert_eq!(asked(&server, None, "?hapikey=x").await.status, 200);
    assert_eq!(asked(&server, Some("Bearer x"), "?hapikey=x").await.status, 200);
}

#[tokio::test]
async fn what_is_no_access_token_is_refused_on_request() {
    let server = Server::demo(Options { refuses_private_apps: true, ..options() }).await;
    let private_app = format!("Bearer pat-na1-{}", "x".repeat(60));
    let (message, category) = unauthorized(&asked(&server, Some(&private_app), "").await);
    assert_eq!((message.as_str(), category), (NOT_FOUND, json!("INVALID_AUTHENTICATION")));
    for token in ["00c0ffee-1f2c-4b7a-9d15-8a6b5c4d3e2f", "x"] {
        let answer = asked(&server, Some(&format!("Bearer {token}")), "").await;
        let (message, category) = unauthorized(&answer);
        assert_eq!(message, "The OAuth token used to make this call expired 20779 day(s) ago.");
        assert_eq!(category, "EXPIRED_AUTHENTICATION");
        assert_eq!(answer.json()["context"]["expire time"], json!(["1970-01-01T00:00:00.000Z"]));
    }
    let token = format!("Bearer {}", "CJTz".repeat(20));
    assert_eq!(asked(&server, Some(&token), "").await.status, 200);
    assert_eq!(asked(&server, None, "?hapikey=x").await.status, 200);
}

#[test]
fn what_a_sandbox_accepts_is_written_as_a_word() {
    for (text, expected) in
        [("bearer", Accepts::Bearer), ("developer-key", Accepts::DeveloperKey), ("both", Accepts::Both)]
    {
        assert_eq!(text.parse(), Ok(expected));
    }
    let error = "hapikey".parse::<Accepts>().unwrap_err();
    assert_eq!(error.to_string(), "`hapikey` is no kind of credential. Give bearer, developer-key, both or specified.");
}

#[tokio::test]
async fn unknown_paths_and_methods_get_a_page() {
    let server = Server::demo(options()).await;
    let paths = [
        "/",
        "/crm/v3/extensions/calling/4321",
        "/crm/v3/extensions/calling/4321/settings/",
        "/crm/v3/extensions/calling/4321/settings/other",
        "/crm/v4/extensions/calling/4321/settings",
        "/crm/extensions/calling/2026-04/4321/settings",
        "/crm/extensions/calling/v3/4321/settings",
        "//crm/v3/extensions/calling/4321/settings",
    ];
    for path in paths {
        page(&server.get(path).await, 404, "Error 404 Not Found");
    }
    for method in ["PUT", "OPTIONS", "get", "BREW"] {
        let answer = send(&server.base, &format!("{method} {PATH}"), &[BEARER], None).await;
        page(&answer, 405, "Error 405 Method Not Allowed");
        assert_eq!(answer.header("allow"), Some("GET, POST, PATCH, DELETE"));
    }
}

#[tokio::test]
async fn a_window_of_ten_seconds_takes_110_requests() {
    static NOW: AtomicI64 = AtomicI64::new(1_800_000_000_000);
    let server = Server::demo(Options::new(|| Timestamp::from_millisecond(NOW.load(Ordering::Relaxed)).unwrap())).await;
    for left in (0..110).rev() {
        let answer = server.get(PATH).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-hubspot-ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    NOW.store(1_800_000_009_999, Ordering::Relaxed);
    let answer = server.patch("{\"width\":1}").await;
    let body = error(&answer, 429);
    assert_eq!(answer.header("x-hubspot-ratelimit-remaining"), Some("0"));
    assert_eq!((&body["policyName"], &body["category"]), (&json!("TEN_SECONDLY_ROLLING"), &json!("RATE_LIMITS")));
    assert_eq!(body["message"], "You have reached your ten_secondly_rolling limit.");
    NOW.store(1_800_000_010_000, Ordering::Relaxed);
    let answer = server.get(PATH).await;
    assert_eq!(answer.header("x-hubspot-ratelimit-remaining"), Some("109"));
    assert_eq!(answer.json()["width"], 400, "the refused request changed nothing");
}

#[tokio::test]
async fn a_failure_has_the_shape_of_its_status() {
    for status in [400, 401, 403, 404, 409, 415, 423, 429, 477, 500, 503, 521, 523, 524] {
        let server = Server::demo(failing(&[&status.to_string()])).await;
        let answer = server.get(PATH).await;
        stamp(&answer);
        let body = error(&answer, status);
        match status {
            401 => {
                assert_eq!(answer.header("x-hubspot-auth-failure"), Some("401 Unauthorized"));
                assert_eq!(body["category"], "EXPIRED_AUTHENTICATION");
                assert_eq!(body["context"]["expire time"], json!(["2026-11-22T10:00:00.123Z"]));
            }
            403 => {
                assert_eq!(body["category"], "MISSING_SCOPES");
                let scopes = |body: &Json| body["errors"][0]["context"]["requiredGranularScopes"].clone();
                assert_eq!(scopes(&body), json!(["developers-read"]));
                assert_eq!(scopes(&error(&server.patch("{}").await, 403)), json!(["developers-write"]));
            }
            404 => assert_eq!(body["message"], "resource not found"),
            409 => assert_eq!((&body["category"], &body["subCategory"]), (&json!("CONFLICT"), &Json::Null)),
            429 => {
                assert_eq!((&body["errorType"], &body["policyName"]), (&json!("RATE_LIMIT"), &json!("SECONDLY")));
                assert_eq!(body["message"], "You have reached your secondly limit.");
                assert_eq!(body["requestId"], body["correlationId"]);
                assert_eq!(answer.header("retry-after"), None);
            }
            477 => assert_eq!(answer.header("retry-after"), Some("60")),
            _ => {}
        }
    }
    for (status, title) in [(502, "502 Bad Gateway"), (504, "504 Gateway Timeout")] {
        page(&Server::demo(failing(&[&status.to_string()])).await.get(PATH).await, status, title);
    }
}

#[tokio::test]
async fn a_failure_changes_nothing() {
    // What was refused must not be seen by the next GET that gets through.
    let server = Server::demo(failing(&["504:0.3", "409:0.3"])).await;
    let mut before = server_side(&server).await;
    let (mut refused, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let requests = [
        ("DELETE", String::new()),
        ("POST", nine().to_string()),
        ("PATCH", json!({ "width": 11 }).to_string()),
        ("PATCH", json!({ "width": 12 }).to_string()),
    ];
    for (method, body) in requests.iter().cycle().take(24) {
        let line = format!("{method} {PATH}");
        let answer = send(&server.base, &line, &[BEARER, JSON], Some(body.as_bytes())).await;
        let chance = answer.status == 504 || (answer.status == 409 && !answer.body.contains("ALREADY_EXISTS"));
        let seen = server_side(&server).await;
        if chance {
            refused.insert(*method);
            assert_eq!(seen, before, "{line} was answered with {}", answer.status);
        } else {
            taken.insert(*method);
        }
        before = seen;
    }
    let all = BTreeSet::from(["DELETE", "PATCH", "POST"]);
    assert_eq!((&refused, &taken), (&all, &all), "the seed is no good");
}

/// What a GET sees once it gets through. `None`: there are no settings.
async fn server_side(server: &Server) -> Option<Json> {
    loop {
        let answer = server.get(PATH).await;
        match answer.status {
            200 => return Some(answer.json()),
            404 => return None,
            409 | 504 => {}
            other => panic!("{other} was not asked for"),
        }
    }
}

#[tokio::test]
async fn each_request_draws_once_for_the_whole_list() {
    let statuses = async |failures: &[&str]| {
        let server = Server::demo(failing(failures)).await;
        let mut seen = BTreeSet::new();
        for _ in 0..60 {
            seen.insert(server.get(PATH).await.status);
        }
        seen
    };
    assert_eq!(statuses(&["503:0"]).await, BTreeSet::from([200]));
    assert_eq!(statuses(&["503"]).await, BTreeSet::from([503]));
    assert_eq!(statuses(&["503:0.5", "500:0.5"]).await, BTreeSet::from([500, 503]), "together they are certain");
    assert_eq!(statuses(&["503:1", "500:1"]).await, BTreeSet::from([503]), "over 1 never happens");
    assert_eq!(statuses(&["503:0.3", "423:0.3"]).await, BTreeSet::from([200, 423, 503]));
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_held_back() {
    // Time stands still until all that is left to wait for is the latency: the only timer there is.
    let latency = Duration::from_hours(1);
    let server = Server::demo(Options { latency, ..options() }).await;
    let start = tokio::time::Instant::now();
    assert_eq!(server.get(PATH).await.status, 200);
    assert!(start.elapsed() >= latency);
    page(&server.get("/").await, 404, "Not Found");
    assert!(start.elapsed() >= latency * 2);
}

#[test]
fn a_failure_is_written_as_status_and_probability() {
    assert_eq!("503:0.2".parse(), Ok(Failure { status: 503, probability: 0.2 }));
    assert_eq!("503".parse(), Ok(Failure { status: 503, probability: 1.0 }));
    assert_eq!("400:0".parse(), Ok(Failure { status: 400, probability: 0.0 }));
    assert_eq!("599:1".parse(), Ok(Failure { status: 599, probability: 1.0 }));
    let said = |text: &str| text.parse::<Failure>().unwrap_err().to_string();
    for text in ["", "399", "600", "5xx", "-503", " 503", "65536"] {
        assert_eq!(
            said(text),
            format!("`{text}` is not a failure's status. Give one from 400 to 599, as in 503 or 503:0.2.")
        );
    }
    for text in ["", "1.1", "-0.1", "often", "NaN", "inf", "0.2:1"] {
        let expected = format!("`{text}` is not a probability. Give a number from 0 to 1, as in 503:0.2.");
        assert_eq!(said(&format!("503:{text}")), expected);
    }
}

#[test]
fn a_post_in_these_tests_says_what_the_table_asks_for() {
    let members: Representation = nine().as_object().unwrap().iter().map(|(key, json)| (key, value(json))).collect();
    for field in SETTINGS.iter().filter(|field| field.kind != Kind::Time) {
        assert!(members.get(&field.id.key).is_some_and(|value| field.kind.fits(value)), "{}", field.id.key);
    }
}

static LATER: AtomicI64 = AtomicI64::new(0);

fn later() -> Timestamp {
    Timestamp::from_millisecond(frozen().as_millisecond() + LATER.load(Ordering::SeqCst)).unwrap()
}

async fn exchange(server: &Server, form: &str) -> Answer {
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    send(&server.base, "POST /oauth/v3/token", &[kind], Some(form.as_bytes())).await
}

const FORM: &str = "grant_type=refresh_token&client_id=i&client_secret=s&refresh_token=r";

#[tokio::test]
async fn a_token_that_was_given_expires() {
    let logins = LoginRules { life: Duration::from_mins(5), rotates: true, ..LoginRules::default() };
    let server = Server::demo(Options { logins, ..Options::new(later) }).await;
    let tokens = exchange(&server, FORM).await.json();
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&json!(300), &json!("bearer")));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let get = async || send(&server.base, &format!("GET {PATH}"), &[("Authorization", &bearer)], None).await;
    assert_eq!(get().await.status, 200);
    LATER.store(301_000, Ordering::SeqCst);
    let over = error(&get().await, 401);
    assert_eq!(over["category"], "EXPIRED_AUTHENTICATION");
    assert_eq!(over["message"], "The OAuth token used to make this call expired 1 second(s) ago.");
    assert_eq!(over["context"]["expire time"], json!(["2026-11-22T10:05:00.123Z"]));
    // The refresh token was replaced.
    let spent = exchange(&server, FORM).await;
    assert_eq!((spent.status, &spent.json()["status"]), (400, &json!("BAD_REFRESH_TOKEN")));
    let form = FORM.replace("refresh_token=r", &format!("refresh_token={}", tokens["refresh_token"].as_str().unwrap()));
    assert_eq!(exchange(&server, &form).await.status, 200);
}

#[tokio::test]
async fn the_token_endpoint_wants_a_whole_form_and_refuses_as_it_is_told() {
    let server = Server::demo(options()).await;
    assert_eq!(exchange(&server, FORM).await.json()["refresh_token"], "r", "it stays the same");
    for (missing, code) in [
        ("grant_type", "BAD_GRANT_TYPE"),
        ("client_id", "BAD_CLIENT_ID"),
        ("client_secret", "BAD_CLIENT_SECRET"),
        ("&refresh_token", "BAD_REFRESH_TOKEN"),
    ] {
        let refused = exchange(&server, &FORM.replace(missing, "&x")).await;
        assert_eq!((refused.status, &refused.json()["status"]), (400, &json!(code)), "{missing}");
    }
    page(&send(&server.base, "GET /oauth/v3/token", &[], None).await, 405, "405");
    for (name, fault) in TokenFault::ALL {
        assert_eq!(name.parse(), Ok(fault));
        let logins = LoginRules { fault: Some(fault), ..LoginRules::default() };
        let answer = exchange(&Server::demo(Options { logins, ..options() }).await, FORM).await;
        assert!(
            serde_json::from_str::<Json>(&answer.body).map_or(true, |body| body["access_token"].is_null()),
            "{answer:?}"
        );
    }
    assert!("nothing".parse::<TokenFault>().unwrap_err().to_string().contains("client-id, client-secret, revoked"));
}

#[tokio::test]
async fn a_code_is_good_for_one_exchange_with_its_redirect_url_and_its_verifier() {
    let server = Server::demo(options()).await;
    // RFC 7636, appendix B.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let consent = async || {
        let query =
            format!("client_id=i&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fb&state=s&code_challenge={challenge}");
        let answer = server.get(&format!("/oauth/authorize?{query}")).await;
        let back = answer.header("location").unwrap().to_owned();
        let code = back.strip_prefix("http://localhost:1/b?code=").and_then(|rest| rest.strip_suffix("&state=s"));
        (answer.status, code.unwrap_or_else(|| panic!("{back}")).to_owned())
    };
    let form = |code: &str, redirect: &str, verifier: &str| {
        format!(
            "grant_type=authorization_code&client_id=i&client_secret=s&code={code}&redirect_uri={redirect}&code_verifier={verifier}"
        )
    };
    let right = "http%3A%2F%2Flocalhost%3A1%2Fb";
    for (redirect, proof, status) in [
        (right, verifier, None),
        ("http%3A%2F%2Flocalhost%3A1%2Fc", verifier, Some("MISMATCH_REDIRECT_URI_AUTH_CODE")),
        (right, "other", Some("invalid_grant")),
    ] {
        let (found, code) = consent().await;
        assert_eq!(found, 302);
        let answer = exchange(&server, &form(&code, redirect, proof)).await.json();
        match status {
            None => assert!(
                answer["refresh_token"].as_str().is_some_and(|token| token.starts_with("na1-first-")),
                "{answer}"
            ),
            Some(status) => assert_eq!(answer["status"], status),
        }
        let again = exchange(&server, &form(&code, right, verifier)).await.json();
        assert_eq!(again["status"], "BAD_AUTH_CODE", "it is used up");
    }
    for elsewhere in ["https%3A%2F%2Facme.dev%2F", "", "x"] {
        let answer = server.get(&format!("/oauth/authorize?redirect_uri={elsewhere}")).await;
        page(&answer, 400, "400 Bad Request");
    }
}
