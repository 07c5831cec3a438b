//! `auth`, `profile` and the log for support: what a run starts from, told without a secret.

use super::doctor::health;
use super::{CANARY, Shell, fed, files, ran, refusal};
use crate::pty::{End, Setup};
use serde_json::json;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

#[test]
fn auth_tells_the_source_and_never_the_value() {
    let shell = Shell::new();
    let status = shell.run(&["auth", "status"]).exits(0);
    assert!(status.out.contains("$HUBSPOT_ACCESS_TOKEN") && status.out.contains("access token"), "{status:?}");
    let json = shell.run(&["auth", "status", "--json"]).exits(0).json();
    assert_eq!((&json["kind"], &json["source"]), (&json!("bearer"), &json!("$HUBSPOT_ACCESS_TOKEN")));
    ran(shell.command(&["auth", "status"]).env_remove("HUBSPOT_ACCESS_TOKEN")).exits(4);
    ran(shell.command(&["auth", "status"]).env("HUBSPOT_BASE_URL", "https://proxy.invalid"))
        .exits(2)
        .says("--trust-host proxy.invalid");
}

const FILED: &str = "[profiles.filed]\napp_id = APP\nbase_url = \"URL\"\ntoken_file = \"HOME/token\"\n";

#[test]
fn auth_set_keeps_a_credential_where_the_profile_looks() {
    let shell = Shell::with("[profiles.env]\napp_id = 1\n");
    let config = shell.home.path().join("config/callset/config.toml");
    let filed = FILED.replace("APP", "1234567").replace("URL", shell.beside.gate.url());
    fs::write(&config, filed.replace("HOME", shell.home.path().to_str().unwrap()) + "[profiles.env]\napp_id = 1\n")
        .unwrap();
    fed(&mut shell.bare(&["auth", "set", "filed"]), CANARY.as_bytes()).exits(0).says("it is kept in the file");
    let token = shell.home.path().join("token");
    assert_eq!(fs::metadata(&token).unwrap().permissions().mode() & 0o777, 0o600);
    ran(&mut shell.bare(&["get", "width", "-p", "filed", "-o", "value"])).exits(0).prints(&["400"]);
    fed(&mut shell.bare(&["auth", "set", "env"]), CANARY.as_bytes()).exits(2).says("where callset keeps nothing");
    fed(&mut shell.bare(&["auth", "set", "nobody"]), CANARY.as_bytes()).exits(2).says("there is no profile nobody");
    ran(&mut shell.bare(&["auth", "forget", "filed"])).exits(2).says("has no entry in the keyring");
    // At a terminal it is asked for.
    let home = Arc::new(tempfile::TempDir::new().unwrap());
    fs::create_dir_all(home.path().join("config/callset")).unwrap();
    let filed =
        FILED.replace("APP", "1").replace("URL", "http://127.0.0.1:1").replace("HOME", home.path().to_str().unwrap());
    fs::write(home.path().join("config/callset/config.toml"), filed).unwrap();
    let mut pty = Setup::again(Arc::clone(&home), &["auth", "set", "filed"]).start();
    pty.wait_for_text("it is not shown");
    pty.send(format!("{CANARY}\r"));
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!pty.screen().contents().contains("canary"));
    assert_eq!(fs::read_to_string(home.path().join("token")).unwrap().trim(), CANARY);
}

#[test]
fn profiles_are_changed_chosen_shown_tried_and_renamed() {
    let shell =
        Shell::with("# Mine.\n[profiles.a]\napp_id = APP # the app\nbase_url = \"URL\"\n\n[profiles.b]\napp_id = 2\n");
    let run =
        |arguments: &[&str]| ran(shell.bare(&[&["profile"], arguments].concat()).env("HUBSPOT_ACCESS_TOKEN", CANARY));
    let config = || fs::read_to_string(shell.home.path().join("config/callset/config.toml")).unwrap();
    run(&["show"]).exits(2).says("there is no default profile");
    run(&["use", "a"]).exits(0);
    assert!(config().contains("default_profile = \"a\"") && config().contains("# the app"), "{}", config());
    run(&["edit", "a", "--production", "true", "--mark", "red"]).exits(0);
    assert!(config().contains("production = true") && config().contains("mark = \"red\""), "{}", config());
    run(&["edit", "a", "--production", "true"]).exits(0).says("a is so already");
    run(&["edit", "a", "--mark", "none", "--production", "false"]).exits(0);
    assert!(!config().contains("mark"), "{}", config());
    run(&["edit", "a", "--mark", "pink"]).exits(2).says("the colours are");
    run(&["edit", "c", "--app", "3"]).exits(2).says("there is no profile c, but a, b");
    run(&["edit", "b", "--", "op", "read", "--no-newline"]).exits(0);
    assert!(config().contains("token_command = [\"op\", \"read\", \"--no-newline\"]"), "{}", config());
    run(&["add", "d", "--app", "4", "--", "printf", "-x"]).exits(0);
    assert!(config().contains("token_command = [\"printf\", \"-x\"]"), "{}", config());
    let shown = run(&["show"]).exits(0);
    assert!(shown.out.starts_with("name        a\napp         app 1234567\n"), "{shown:?}");
    let json = run(&["show", "b", "--json"]).exits(0).json();
    let unknown = run(&["show", "x", "--json"]).exits(2).says("there is no profile x").json();
    assert_eq!(unknown["error"]["kind"], "usage", "{unknown}");
    assert_eq!((&json["profile"]["name"], &json["profile"]["default"]), (&json!("b"), &json!(false)));
    run(&["test", "a"]).exits(0).prints_some("ok       API");
    run(&["test", "nobody"]).exits(1);
    run(&["rename", "a", "b"]).exits(1);
    run(&["rename", "a", "z"]).exits(0).says("a is called z now");
    assert!(
        config().contains("[profiles.z]")
            && config().contains("default_profile = \"z\"")
            && !config().contains("profiles.a]"),
        "{}",
        config()
    );
    run(&["test"]).exits(0);
}

#[test]
fn a_log_for_support_is_written_where_it_is_asked_for_and_holds_no_value() {
    let shell = Shell::new();
    shell.run(&["set", "width=420"]).exits(0);
    assert!(!files(&shell.state()).iter().any(|file| file.ends_with("callset.log")));
    let mut command = shell.command(&["set", "width=87654", "name=Something private"]);
    ran(command.env("CALLSET_LOG", "debug")).exits(0);
    let path = shell.state().join("callset.log");
    let log = fs::read_to_string(&path).unwrap();
    assert!(log.contains("PATCH settings, request ") && log.contains("status 200 after "), "{log}");
    // The time and the process are numbers of their own.
    let told: Vec<&str> = log.lines().filter_map(|line| line.splitn(3, ' ').nth(2)).collect();
    let told = told.join("\n");
    assert!(told.contains("PATCH settings") && !log.contains(CANARY), "{log}");
    assert!(!told.contains("87654") && !told.contains("private"), "{log}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let doctor = ran(shell.command(&["doctor", "--offline", "--json"]).env("CALLSET_LOG", "debug")).exits(0);
    assert_eq!(health(&doctor, "log").1, format!("it is written to {}", path.display()));
    // A full one makes room.
    fs::write(&path, vec![b'x'; 512 * 1024]).unwrap();
    ran(shell.command(&["get", "width"]).env("CALLSET_LOG", "debug")).exits(0);
    assert!(fs::metadata(&path).unwrap().len() < 4096 && shell.state().join("callset.log.1").exists());
}

const LOGIN: &str = "[profiles.login]\napp_id = APP\nbase_url = \"URL\"\nclient_id = \"env:ID\"\n\
                     client_secret = [\"printf\", \"%s\", \"canary-27c4e1d8-token-secret\"]\nrefresh_token = \"file:~/refresh\"\n";

#[test]
fn a_login_gives_each_command_a_token_and_tells_nothing_of_itself() {
    let shell = Shell::with(LOGIN);
    let refresh = shell.file("refresh", format!("{CANARY}-refresh\n"));
    let run = |arguments: &[&str]| ran(shell.bare(arguments).env("ID", "client-id-of-the-app"));
    run(&["get", "width", "-o", "value"]).exits(4).says("can be read or changed by others");
    fs::set_permissions(&refresh, Permissions::from_mode(0o600)).unwrap();
    run(&["get", "width", "-o", "value"]).exits(0).prints(&["400"]);
    run(&["set", "width=420"]).exits(0);
    assert_eq!(shell.holds("width"), 420);
    let status = run(&["auth", "status"]).exits(0).prints_some("the OAuth login");
    status.prints_some("30 min, and then it is renewed").prints_some("developers-read, developers-write");
    let json = run(&["auth", "status", "--json"]).exits(0).json();
    assert_eq!((&json["renews_itself"], &json["scopes"][1]), (&json!(true), &json!("developers-write")));
    assert!(json["expires_at"].as_str().is_some_and(|ends| ends.contains('T')), "{json}");
    let doctor = run(&["doctor", "--json"]).exits(0);
    assert!(health(&doctor, "credential").1.starts_with("access token from the OAuth login"), "{doctor:?}");
    assert!(shell.beside.gate.exchanges().iter().all(|form| form.contains("client_id=client-id-of-the-app")));
    let revoked =
        r#"{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token canary-27c4e1d8-token-refresh"}"#;
    shell.beside.gate.next([refusal("400 Bad Request", revoked)]);
    run(&["get"])
        .exits(4)
        .says("HubSpot does not take the refresh token of the file")
        .says("HubSpot says: missing or invalid");
    ran(&mut shell.bare(&["get"])).exits(4).says("The variable ID is not set");
    for path in files(&shell.state()) {
        assert!(!fs::read_to_string(&path).unwrap_or_default().contains(CANARY), "{}", path.display());
    }
}

#[test]
fn a_profile_with_a_login_is_added_changed_and_shown() {
    let shell = Shell::new();
    let run = |arguments: &[&str]| ran(&mut shell.bare(&[&["profile"], arguments].concat()));
    let config = || fs::read_to_string(shell.home.path().join("config/callset/config.toml")).unwrap();
    run(&["add", "a", "--app", "7", "--oauth"]).exits(0).prints_some("an access token from the OAuth login");
    assert!(config().ends_with("[profiles.a]\napp_id = 7\nsources = [\"oauth\"]\n"), "{}", config());
    let places = ["--client-secret", "keyring", "--refresh-token", "file:~/refresh"];
    run(&[&["edit", "a", "--oauth"], &places[..]].concat()).exits(0).says("is changed in");
    let parts =
        format!("client_secret = \"keyring\"\nrefresh_token = \"file:{}/refresh\"\n", shell.home.path().display());
    assert!(config().contains(&parts), "{}", config());
    let shown = run(&["show", "a", "--json"]).exits(0).json();
    assert_eq!(shown["profile"]["sources"][0]["oauth"]["client_id"], json!({ "env": "HUBSPOT_CLIENT_ID" }));
    run(&["edit", "a", "--hs", "my-account"]).exits(0);
    assert!(config().contains("sources = [\"hs:my-account\"]") && !config().contains("client_secret"), "{}", config());
    run(&["edit", "a", "--hs"]).exits(0);
    assert!(config().contains("sources = [\"hs\"]"), "{}", config());
    // Whoever gives the secret itself does not read it again.
    let refused = run(&["edit", "a", "--oauth", "--client-secret", CANARY]);
    refused.exits(2).says("the place of the client secret is env:NAME, file: and an absolute path, or keyring");
    run(&["edit", "a", "--client-secret", "keyring"]).exits(2).says("--oauth");
    run(&["add", "b", "--app", "7", "--oauth", "--kind", "developer-key"]).exits(2).says("gives access tokens");
}

#[test]
fn f1_what_could_not_be_added_to_the_history_is_said_and_never_claimed() {
    let shell = Shell::new();
    shell.run(&["set", "width=420"]).exits(0);
    let lock = files(&shell.state()).into_iter().find(|file| file.ends_with("history.lock")).unwrap();
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    shell.run(&["set", "width=430"]).exits(1).says("saved 1 field, confirmed").says("The save is not in the history");
    let deleted = shell.run(&["delete", "channel-connection", "--confirm", "1234567"]).exits(1).says("deleted");
    assert!(!deleted.err.contains("what it held is in the history"), "{deleted:?}");
    assert!(deleted.err.contains("The save is not in the history"), "{deleted:?}");
}
