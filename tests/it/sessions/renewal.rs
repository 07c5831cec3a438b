//! A login that renews its token: an afternoon without a question, at every stage of a save, beside another callset; and
//! each way in which the token endpoint gives none. No secret of it is on a screen or in a file of callset.

use super::is_saved;
use crate::gate::{Fate, Gate, now};
use crate::hostile::whole;
use crate::session::{APP, Session};
use callset::model::login::{Login, LoginPart};
use callset::model::profile::{Profile, Source};
use callset::sandbox::{LoginRules, Options, TokenFault};
use callset::start::{NoCredential, Start, Variable};
use callset::store::config::Reading;
use serde_json::json;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const ASKED: &str = "access token for app 1234567";

const REFRESH: &str = "CANARY-refresh-token-0123456789";

const SECRET: &str = "CANARY-client-secret-0123456789";

const HALF_AN_HOUR: Duration = Duration::from_mins(30);

/// A state folder, and beside it the files of a login.
struct Desk {
    state: TempDir,
    login: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { state: TempDir::new().unwrap(), login: TempDir::new().unwrap() };
        for (part, text) in LoginPart::ALL.into_iter().zip(["client-id-of-the-app", SECRET, REFRESH]) {
            let path = desk.login.path().join(part.word());
            fs::write(&path, format!("{text}\n")).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        }
        desk
    }

    fn files(&self) -> Login {
        let mut login = Login::default();
        for part in LoginPart::ALL {
            login.set(part, Source::File(self.login.path().join(part.word())));
        }
        login
    }

    fn refresh_token(&self) -> String {
        fs::read_to_string(self.login.path().join("refresh_token")).unwrap().trim().to_owned()
    }

    fn start(&self, url: &str) -> Session {
        Session::of(&start(self.state.path(), url, self.files()))
    }
}

fn start(state: &Path, url: &str, login: Login) -> Start {
    start_with(state, url, Source::OAuth(Box::new(login)))
}

fn start_with(state: &Path, url: &str, source: Source) -> Start {
    let sources = vec![source];
    let profile = Profile { base_url: url.to_owned(), sources, ..Profile::new("live", APP) };
    let state = state.to_owned();
    let var: Variable = Arc::new(move |name| match name {
        "XDG_STATE_HOME" => Some(state.clone().into()),
        "HUBSPOT_CONFIG_PATH" => Some(state.join("hs.yml").into()),
        "HUBSPOT_REFRESH_TOKEN" => Some(REFRESH.into()),
        _ => None,
    });
    let (is_first, is_demo, sandbox, is_named, ready, file) = (false, false, None, true, None, None);
    Start { profile, is_first, is_demo, sandbox, is_named, ready, reading: Reading::default(), file, var, now }
}

async fn gate(logins: LoginRules) -> Gate {
    Gate::before(Options { logins, ..Options::new(now) }).await
}

fn rotating() -> LoginRules {
    LoginRules { rotates: true, ..LoginRules::default() }
}

fn failing(fault: TokenFault) -> LoginRules {
    LoginRules { fault: Some(fault), ..LoginRules::default() }
}

/// HubSpot's words for a token that has expired.
fn expired() -> Fate {
    let words = json!({
        "message": "The OAuth token used to make this call expired 0 second(s) ago.",
        "category": "EXPIRED_AUTHENTICATION", "context": { "expire time": ["2026-03-10T23:04:41.164Z"] },
    });
    Fate::refused(whole("401 Unauthorized", words.to_string()))
}

async fn widened(desk: &Desk, gate: &Gate) -> Session {
    let mut session = desk.start(gate.url());
    session.settled().await.says("nothing unsaved").enter("Width", "420").await;
    session
}

#[tokio::test]
async fn an_afternoon_of_ten_expiries_asks_nothing() {
    let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
    let mut session = desk.start(gate.url());
    session.settled().await.says("nothing unsaved");
    for width in 500..510 {
        session.idle(HALF_AN_HOUR).await;
        session.enter("Width", &width.to_string()).await;
        session.key("ctrl-s").settled().await.says_not(ASKED);
        is_saved(&gate, &mut session, width).await;
    }
    assert_eq!(gate.exchanges().len(), 11);
    let mut tokens = gate.credentials();
    tokens.dedup();
    assert_eq!(tokens.len(), 11, "each token is used from its renewal to the next");
    assert_eq!(desk.refresh_token(), REFRESH);
    let sent = "grant_type=refresh_token&client_id=client-id-of-the-app&client_secret=CANARY-client-secret-0123456789\
                &refresh_token=CANARY-refresh-token-0123456789";
    assert!(gate.exchanges().iter().all(|form| form == sent), "{:?}", gate.exchanges());
    assert!(gate.requests()[0].starts_with("POST /oauth/v3/token "));
}

#[tokio::test]
async fn a_renewal_is_one_quiet_line_of_the_log() {
    let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
    let mut session = desk.start(gate.url());
    session.settled().await.key("ctrl-l").settled().await.says("1 request of this run").says_not("token renewed");
    session.key("esc").settled().await.idle(HALF_AN_HOUR).await.key("f5").settled().await;
    session.key("ctrl-l").settled().await.says("2 requests of this run").says("load, token renewed");
    session.says("The access token was renewed for it.").says_not(REFRESH);
}

#[tokio::test]
async fn a_token_is_renewed_shortly_before_its_end_and_not_earlier() {
    let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
    let mut session = desk.start(gate.url());
    session.settled().await;
    for (idle, exchanges) in [(27, 1), (2, 2), (27, 2), (2, 3)] {
        session.idle(Duration::from_mins(idle)).await.key("f5").settled().await;
        assert_eq!(gate.exchanges().len(), exchanges);
    }
}

#[tokio::test]
async fn h1_what_the_server_calls_expired_is_renewed_once_at_every_stage_of_a_save() {
    let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
    let mut session = widened(&desk, &gate).await;
    // The look before the save.
    gate.next([expired()]);
    session.key("ctrl-s").settled().await.says_not(ASKED);
    is_saved(&gate, &mut session, 420).await;
    assert_eq!(gate.methods(2), ["GET", "POST", "GET", "PATCH"]);
    // The save.
    let before = gate.requests().len();
    gate.next_patch([expired()]);
    session.enter("Width", "430").await.key("ctrl-s").settled().await.says_not(ASKED);
    is_saved(&gate, &mut session, 430).await;
    let methods = gate.methods(before);
    assert_eq!(methods[..3], ["GET", "PATCH", "POST"]);
    // A look that is too old by then is repeated.
    assert!(methods[3..] == ["PATCH"] || methods[3..] == ["GET", "PATCH"], "{methods:?}");
    // The look after a save that was cut.
    for (carried_out, width, words, rest) in [
        (true, 440, "It was saved: 1 field", &[][..]),
        (false, 450, "Saved 1 field, confirmed by the server", &["PATCH"]),
    ] {
        let before = gate.requests().len();
        gate.next_patch([Fate::reset(carried_out)]);
        gate.next([Fate::own(), expired()]);
        session.enter("Width", &width.to_string()).await.key("ctrl-s").settled().await.says_not(ASKED).says(words);
        assert_eq!(gate.methods(before), [&["GET", "PATCH", "GET", "POST", "GET"], rest].concat());
        assert_eq!(gate.holds("width").await, width);
    }
}

#[tokio::test]
async fn h1_one_that_has_expired_at_once_asks_in_place_and_the_save_goes_on() {
    let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
    let mut session = widened(&desk, &gate).await;
    gate.next([expired(), Fate::own(), expired()]);
    session.key("ctrl-s").settled().await.says(ASKED).says("The token has expired");
    assert_eq!(gate.methods(2), ["GET", "POST", "GET"], "renewed once, not for ever");
    // Nothing typed: the login is exchanged anew.
    session.key("enter").settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert_eq!(gate.exchanges().len(), 3);
}

#[tokio::test]
async fn two_callsets_renew_at_once_and_both_go_on() {
    let (desk, gate) = (Desk::new(), gate(rotating()).await);
    let (mut one, mut other) = (desk.start(gate.url()), desk.start(gate.url()));
    tokio::join!(one.settled(), other.settled());
    for _ in 0..3 {
        one.idle(HALF_AN_HOUR).await;
        one.key("f5");
        other.key("f5");
        tokio::join!(one.settled(), other.settled());
        one.says("nothing unsaved").says_not(ASKED);
        other.says("nothing unsaved").says_not(ASKED);
    }
    let exchanges = gate.exchanges();
    assert_eq!(exchanges.len(), 8);
    let sent: std::collections::BTreeSet<&String> = exchanges.iter().collect();
    assert_eq!(sent.len(), 8, "no refresh token is used twice: {exchanges:?}");
    assert_eq!(desk.refresh_token(), "na1-000008-f3e1-4d5b-8c2a-9b7e6d1c");
}

#[tokio::test]
async fn requests_at_once_share_a_renewal_that_goes_on_if_it_is_given_up() {
    let (desk, gate) = (Desk::new(), gate(rotating()).await);
    let mut session = desk.start(gate.url());
    session.settled().await.idle(HALF_AN_HOUR).await;
    let (fate, go) = Fate::held();
    gate.next([fate]);
    session.key("f5").sent(&gate, 3).await.key("esc").read().await;
    go.send(()).unwrap();
    session.settled().await.key("f5").settled().await.says("nothing unsaved").says_not(ASKED);
    assert_eq!(desk.refresh_token(), "na1-000002-f3e1-4d5b-8c2a-9b7e6d1c");
    assert_eq!(gate.exchanges().len(), 2, "what it was given is used");
}

#[tokio::test]
async fn a_refresh_token_that_no_source_takes_is_used_and_told() {
    let (desk, gate) = (Desk::new(), gate(rotating()).await);
    let mut login = desk.files();
    login.set(LoginPart::RefreshToken, Source::Variable("HUBSPOT_REFRESH_TOKEN".to_owned()));
    let mut session = Session::of(&start(desk.state.path(), gate.url(), login));
    session.settled().await;
    session.says("HubSpot gave another refresh token, which is not in");
    for _ in 0..3 {
        session.idle(HALF_AN_HOUR).await.key("f5").settled().await.says_not(ASKED);
    }
    assert_eq!(gate.exchanges().len(), 4, "each with the newest one");
}

#[tokio::test]
async fn each_refusal_of_a_login_is_in_words_and_keeps_the_edits() {
    for (fault, words) in [
        (TokenFault::ClientId, "HubSpot knows no app with the client id of the file"),
        (TokenFault::ClientSecret, "HubSpot does not take the client secret of the file"),
        (TokenFault::Revoked, "HubSpot does not take the refresh token of the file"),
        (TokenFault::OtherApp, "was given to another app"),
        (TokenFault::Redirect, "The redirect URL is not one that the app lists"),
        (TokenFault::Code, "The code was used already"),
    ] {
        let (desk, gate) = (Desk::new(), gate(failing(fault)).await);
        let mut session = desk.start(gate.url());
        session.settled().await.says(ASKED).says(words);
        session.type_text(crate::session::NEW_TOKEN).key("enter").settled().await.says("nothing unsaved");
        // A token that was typed is not renewed.
        session.enter("Width", "420").await;
        gate.next([expired()]);
        session.key("ctrl-s").settled().await.says(ASKED).says(r#"{"width":420}"#);
        assert_eq!(gate.exchanges().len(), 1);
    }
}

#[tokio::test]
async fn n5_n9_h9_a_token_endpoint_that_gives_nothing_usable_is_asked_again_later() {
    for (fault, words) in [
        (TokenFault::Gateway, "its token endpoint answered with 502, a web page"),
        (TokenFault::Portal, "a web page: a login page of this network, or a proxy"),
        (TokenFault::Cut, "its token endpoint answered with no token"),
        (TokenFault::Limit, "You have reached your secondly limit"),
    ] {
        let (desk, gate) = (Desk::new(), gate(failing(fault)).await);
        let mut session = desk.start(gate.url());
        session.settled().await.says(words).says_not(ASKED);
    }
}

#[tokio::test]
async fn n2_n9_n16_n18_nothing_usable_from_the_wire_saves_nothing_and_loses_nothing() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"access_token\":\"CANARY".to_vec();
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", " ".repeat(1024 * 1024 + 1)).into_bytes();
    let away = "HTTP/1.1 303 See Other\r\nLocation: https://login.example/?code=CANARY\r\nContent-Length: 0\r\n\r\n";
    let fates = || {
        [
            Fate::reset(false),
            Fate::refused(cut.clone()),
            Fate::refused(endless.clone()),
            Fate::refused(away),
            Fate::refused("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            Fate::refused("no HTTP at all\r\n\r\n"),
        ]
    };
    for at in 0..fates().len() {
        let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
        let mut session = widened(&desk, &gate).await;
        session.idle(HALF_AN_HOUR).await;
        // The renewal before the look fails, and so do its repetitions.
        for _ in 0..4 {
            gate.next(fates().into_iter().nth(at));
        }
        session.key("ctrl-s").settled().await.says("Cannot reach 127.0.0.1").says(r#"{"width":420}"#).says_not(ASKED);
        assert_eq!(gate.patches(), [""; 0]);
        let spent = gate.exchanges().len() - 1;
        assert!((1..=4).contains(&spent), "{spent}");
        gate.forget();
        session.key("ctrl-s").settled().await;
        is_saved(&gate, &mut session, 420).await;
    }
}

#[tokio::test]
async fn a_token_that_still_lives_is_used_while_none_can_be_had() {
    let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
    let mut session = desk.start(gate.url());
    session.settled().await.idle(Duration::from_mins(29)).await;
    gate.next([Fate::reset(false)]);
    session.key("f5").settled().await.says("nothing unsaved");
    let mut tokens = gate.credentials();
    tokens.dedup();
    assert_eq!((tokens.len(), gate.exchanges().len()), (1, 2));
}

const KEY: &str = "CANARY-personal-access-key-0123456789";

/// The configuration of the HubSpot CLI, with its account in it.
fn cli_file(folder: &Path) -> String {
    let text = format!("accounts:\n  - name: dev\n    accountId: 123456\n    personalAccessKey: '{KEY}'\n");
    fs::write(folder.join("hs.yml"), &text).unwrap();
    text
}

#[tokio::test]
async fn the_login_of_the_hubspot_cli_is_exchanged_and_renewed_and_its_file_stays() {
    let (state, gate) = (TempDir::new().unwrap(), gate(LoginRules::default()).await);
    let text = cli_file(state.path());
    let mut session = Session::of(&start_with(state.path(), gate.url(), Source::HubSpotCli(Some("dev".to_owned()))));
    session.settled().await.says("nothing unsaved").says_not("developers-write");
    for width in [500, 501] {
        session.idle(HALF_AN_HOUR).await;
        session.enter("Width", &width.to_string()).await;
        session.key("ctrl-s").settled().await.says_not(ASKED);
        is_saved(&gate, &mut session, width).await;
    }
    let asked: Vec<String> = gate.requests().into_iter().filter(|request| request.starts_with("POST ")).collect();
    let expected =
        format!("POST /localdevauth/v1/auth/refresh?portalId=123456 {{\"encodedOAuthRefreshToken\":\"{KEY}\"}}");
    assert_eq!(asked, [expected.as_str(); 3]);
    assert_eq!(fs::read_to_string(state.path().join("hs.yml")).unwrap(), text);
}

#[tokio::test]
async fn h2_a_login_without_the_scope_for_saving_says_so_before_the_first_save() {
    let (state, rules) =
        (TempDir::new().unwrap(), LoginRules { cli_scopes: &["developers-read"], ..LoginRules::default() });
    let gate = gate(rules).await;
    cli_file(state.path());
    let mut session = Session::of(&start_with(state.path(), gate.url(), Source::HubSpotCli(None)));
    session.settled().await.says("This login has not the scope developers-write");
    session.key("down").settled().await;
    // It is told once.
    session.idle(HALF_AN_HOUR).await.key("f5").settled().await.says_not("developers-write");
}

#[tokio::test]
async fn a_key_of_the_hubspot_cli_that_is_revoked_is_told() {
    let (state, gate) = (TempDir::new().unwrap(), gate(failing(TokenFault::Revoked)).await);
    cli_file(state.path());
    let mut session = Session::of(&start_with(state.path(), gate.url(), Source::HubSpotCli(None)));
    session
        .settled()
        .await
        .says(ASKED)
        .says("HubSpot does not take the personal access key of the HubSpot CLI's login");
}

/// The token endpoint's word for a login that was revoked.
fn revoked() -> Fate {
    let words = json!({ "status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token" });
    Fate::refused(whole("400 Bad Request", words.to_string()))
}

/// Methods and paths without what they have in common.
fn asked(gate: &Gate, after: usize) -> Vec<String> {
    let short = |request: &String| {
        let (method, rest) = request.split_once(' ').unwrap();
        let what = if rest.starts_with("/oauth/") { "token" } else { "settings" };
        format!("{method} {what}")
    };
    gate.requests()[after..].iter().map(short).collect()
}

async fn about_to_delete(desk: &Desk, gate: &Gate) -> Session {
    let mut session = desk.start(gate.url());
    session.settled().await.says("nothing unsaved");
    session.key("ctrl-p").type_text("delete the settings").key("enter").type_text(&APP.to_string()).read().await;
    session
}

#[tokio::test]
async fn h1_x1_a_deletion_and_a_creation_do_not_notice_a_renewal() {
    for (at, expected) in [
        (0, &["GET settings", "POST token", "GET settings", "DELETE settings"][..]),
        (1, &["GET settings", "DELETE settings", "POST token", "DELETE settings"]),
    ] {
        let (desk, gate) = (Desk::new(), gate(rotating()).await);
        let mut session = about_to_delete(&desk, &gate).await;
        let before = gate.requests().len();
        gate.next((0..at).map(|_| Fate::own()).chain([expired()]));
        session.key("enter").settled().await.says("Deleted the settings; what it held is in the history");
        let mut seen = asked(&gate, before);
        // A look that is too old by then is repeated.
        if at == 1 && seen.get(3).is_some_and(|request| request == "GET settings") {
            seen.remove(3);
        }
        assert_eq!(seen, expected);
        // And set up anew: the same at each of its requests.
        let before = gate.requests().len();
        gate.next((0..at).map(|_| Fate::own()).chain([expired()]));
        session.key("enter").settled().await.key("ctrl-s").settled().await.says_not(ASKED);
        session.says("Set up with 9 fields, confirmed by the server");
        assert_eq!(asked(&gate, before).iter().filter(|request| *request == "POST token").count(), 1);
        assert_eq!(gate.holds("height").await, 650);
    }
}

#[tokio::test]
async fn h1_x1_a_renewal_that_is_refused_asks_in_place_at_every_stage_and_exactly_that_goes_on() {
    // Before the look, at the write, and while an answer that was lost is read back.
    let saves = [
        (None, vec![expired(), revoked()], "Saved 1 field, confirmed by the server"),
        (Some(expired()), vec![Fate::own(), revoked()], "Saved 1 field, confirmed by the server"),
        (Some(Fate::reset(true)), vec![Fate::own(), expired(), revoked()], "It was saved: 1 field"),
    ];
    for (write, others, words) in saves {
        let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
        let mut session = widened(&desk, &gate).await;
        gate.next_patch(write);
        gate.next(others);
        session.key("ctrl-s").settled().await.says(ASKED).says("HubSpot does not take the refresh token");
        session.type_text(crate::session::NEW_TOKEN).key("enter").settled().await.says(words);
        assert_eq!(gate.holds("width").await, 420);
    }
    for others in [vec![expired(), revoked()], vec![Fate::own(), expired(), revoked()]] {
        let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
        let mut session = about_to_delete(&desk, &gate).await;
        gate.next(others);
        session.key("enter").settled().await.says(ASKED).says("With it the deletion of the settings goes on");
        session.type_text(crate::session::NEW_TOKEN).key("enter").settled().await.says("Deleted the settings");
    }
}

#[tokio::test]
async fn the_state_of_the_token_is_on_the_pages_about_it_and_nowhere_else() {
    let (desk, gate) = (Desk::new(), gate(LoginRules::default()).await);
    let mut session = desk.start(gate.url());
    session.settled().await.says_not("renews itself");
    session.key("ctrl-p").type_text("access token").key("enter").settled().await;
    session.says("In use: access token ••••••••").says("renews itself").says(" min left");
    // One that is typed is not renewed.
    session.type_text(crate::session::NEW_TOKEN).key("enter").settled().await.says_not("renews itself");
    session.key("ctrl-p").type_text("access token").key("enter").settled().await;
    session.says("In use: access token ••••••••9f3a, typed for this run.").says_not("renews itself");
}

#[tokio::test]
async fn an_account_of_the_test_system_needs_its_address() {
    let state = TempDir::new().unwrap();
    let text = cli_file(state.path()).replace("accountId", "env: qa\n    accountId");
    for (url, text, words) in [
        ("https://api.hubapi.com", text.as_str(), "it takes the base URL https://api.hubapiqa.com"),
        ("https://api.hubapiqa.com", &cli_file(state.path()), "it takes the base URL https://api.hubapi.com"),
    ] {
        fs::write(state.path().join("hs.yml"), text).unwrap();
        let start = start_with(state.path(), url, Source::HubSpotCli(None));
        let Err(NoCredential::None(why)) = (start.credentials().read)(None) else { panic!("{url}") };
        assert!(why.contains(words) && !why.contains("CANARY"), "{why}");
    }
}
