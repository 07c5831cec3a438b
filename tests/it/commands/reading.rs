//! `get`, `diff`, `watch`, `curl`, `override`: what is read, and how it is printed.

use super::{Shell, kill, over, ran, refusal};
use crate::gate::Fate;
use rustix::process::Signal;
use serde_json::json;
use std::io::{BufRead, BufReader};

#[test]
fn get_prints_a_value_in_five_formats() {
    let shell = Shell::new();
    shell.run(&["get", "width"]).exits(0).prints(&["width  400"]);
    shell.run(&["get", "width", "-o", "value"]).exits(0).prints(&["400"]);
    shell
        .run(&["get", "width", "isReady", "-o", "env"])
        .exits(0)
        .prints(&["CALLSET_WIDTH=400", "CALLSET_IS_READY=false"]);
    shell.run(&["get", "-o", "env", "name"]).exits(0).prints(&["CALLSET_NAME='Acme Dialer'"]);
    shell.run(&["get", "width", "-o", "toml"]).exits(0).prints(&["app_id = 1234567", "", "[settings]", "width = 400"]);
    let json = shell.run(&["get", "width", "--json"]).exits(0).json();
    assert_eq!(json, json!({"schema": 1, "app_id": 1_234_567, "profile": null, "settings": {"width": 400}}));
    // In the order they are asked for.
    shell.run(&["get", "isReady", "width", "-o", "value"]).exits(0).prints(&["false", "400"]);
    // A row's name is taken, and never printed; a resource stands for its fields.
    shell.run(&["get", "ready"]).exits(0).prints(&["isReady  false"]);
    let channel = shell.run(&["get", "channel-connection", "-o", "env"]).exits(0);
    assert!(channel.out.starts_with("CALLSET_CHANNEL_CONNECTION_URL=https://"), "{channel:?}");
    // Only what is needed is read.
    assert!(shell.beside.gate.requests().iter().rev().skip(1).all(|request| request.ends_with("/settings")));
}

#[test]
fn get_alone_prints_everything() {
    let shell = Shell::new();
    let json = shell.run(&["get", "--json"]).exits(0).json();
    assert_eq!(json["recording"], json!(null));
    assert_eq!(
        (json["settings"]["name"].as_str(), json["channel-connection"]["isReady"].as_bool()),
        (Some("Acme Dialer"), Some(false))
    );
    let table = shell.run(&["get"]).exits(0).out;
    assert!(
        table.contains("\nheight                        650\n")
            && table.contains("recording                     (not set up)\n")
    );
    shell.run(&["get", "nothing"]).exits(6).says("there is no field nothing");
    shell.run(&["get", "widht"]).exits(6).says("did you mean width?");
    shell
        .run(&["get", "recording.urlToRetrieveAuthedRecording"])
        .exits(1)
        .says("HubSpot has no call recording for app");
    shell.delete();
    shell.run(&["get"]).exits(1).says("HubSpot has no settings for app 1234567");
}

#[test]
fn a_member_that_no_table_knows_is_read_like_any_other() {
    let shell = Shell::new();
    let body = r#"{"name":"A\u001b]0;x\u0007","width":1.50,"limits":{"a" : [1, 2]},"x y":"z","note":null}"#;
    let once = || shell.beside.gate.next([refusal("200 OK\ncontent-type: application/json", body)]);
    once();
    let json = shell.run(&["get", "settings", "--json"]).exits(0);
    assert!(json.out.contains(r#""width":1.50,"limits":{"a":[1,2]},"x y":"z","note":null"#), "{json:?}");
    once();
    let toml = shell.run(&["get", "settings", "-o", "toml"]).exits(0);
    assert!(toml.out.contains("name = \"A\\U0000001B]0;x\\U00000007\"\n"), "{toml:?}");
    assert!(toml.out.contains("\n\"x y\" = \"z\"\n") && toml.out.contains("\n# limits = {\"a\":[1,2]} ("), "{toml:?}");
    once();
    shell.run(&["get", "limits", "-o", "value"]).exits(0).prints(&[r#"{"a":[1,2]}"#]);
}

#[test]
fn target_options_stand_before_or_after_the_command() {
    let shell = Shell::with(
        "[profiles.one]\napp_id = APP\nbase_url = \"URL\"\n[profiles.two]\napp_id = 7\nbase_url = \"URL\"\n",
    );
    for arguments in [["-p", "one", "get", "width"], ["get", "width", "-p", "one"], ["get", "-p", "one", "width"]] {
        let mut command = shell.bare(&arguments);
        command.env("HUBSPOT_ACCESS_TOKEN", super::CANARY);
        ran(&mut command).exits(0).prints(&["width  400"]);
    }
    // What stands after it goes before what stands in front.
    let mut command = shell.bare(&["-p", "two", "get", "width", "-p", "one"]);
    ran(command.env("HUBSPOT_ACCESS_TOKEN", super::CANARY)).exits(0).prints(&["width  400"]);
    ran(&mut shell.bare(&["get", "width", "-p", "one", "--app", "7"])).exits(2).says("not both");
    ran(&mut shell.bare(&["--demo", "get", "width"])).exits(0).prints(&["width  400"]);
    ran(&mut shell.bare(&["get", "--demo", "width"])).exits(0).prints(&["width  400"]);
    ran(&mut shell.bare(&["--demo", "profile", "list"]))
        .exits(2)
        .says("--demo is for the editor and for commands about an app");
    ran(&mut shell.bare(&["get"])).exits(2).says("say which profile with -p");
}

#[test]
fn common_options_say_more_or_less() {
    let shell = Shell::new();
    let verbose = shell.run(&["get", "width", "-v"]).exits(0);
    assert!(
        verbose.err.starts_with("GET http://127.0.0.1:") && verbose.err.contains("/settings  200 ("),
        "{verbose:?}"
    );
    assert_eq!(shell.run(&["get", "widht", "-q"]).exits(6).err, "");
    shell.run(&["get", "widht", "-q", "--json"]).exits(6).json();
    let (held, go) = Fate::held();
    shell.beside.gate.next([held, Fate::silence(false), Fate::silence(false)]);
    let limited = shell.run(&["get", "width", "--timeout", "50ms"]).exits(1).says("No answer from 127.0.0.1");
    assert!(limited.err.contains("in 50 ms"), "{limited:?}");
    drop(go);
    shell.run(&["get", "--timeout", "0s"]).exits(2).says("a time looks like");
    shell.run(&["get", "--json", "-o", "toml"]).exits(2).says("cannot be used with");
}

#[test]
fn the_credential_may_come_from_standard_input() {
    let shell = Shell::new();
    let mut command = shell.command(&["get", "width", "--token-stdin"]);
    super::fed(command.env_remove("HUBSPOT_ACCESS_TOKEN"), b"other-canary-token-of-mine\nmore\n")
        .exits(0)
        .prints(&["width  400"]);
    assert_eq!(shell.beside.gate.credentials(), ["Bearer other-canary-token-of-mine"]);
    shell.fed(&["get", "--token-stdin"], "\n").exits(4).says("the first line of standard input is empty");
    shell.fed(&["apply", "-", "--token-stdin"], "x").exits(2).says("standard input can be read once");
    shell.fed(&["set", "url=-", "name=-"], "x").exits(2).says("standard input can be read once");
}

#[test]
fn diff_compares_and_sends_nothing() {
    let shell = Shell::with("[profiles.other]\napp_id = 7\nbase_url = \"URL\"\n");
    let file = shell.file("app.toml", "width = 420\n[channel-connection]\nisReady = false\n");
    let file = file.to_str().unwrap();
    shell.run(&["diff", file]).exits(0).prints(&["width  400 -> 420"]);
    shell.run(&["diff", file, "--exit-code"]).exits(3);
    let json = shell.run(&["diff", file, "--json"]).exits(0).json();
    assert_eq!(
        json,
        json!({"schema": 1, "outcome": "differs", "changed": ["width"], "before": {"width": 400}, "after": {"width": 420}})
    );
    shell.fed(&["diff", "-", "--exit-code"], "width = 400").exits(0).says("no differences");
    let mut theirs = json!({"width": 500, "name": "Other", "url": "https://a.dev", "height": 650, "isReady": true});
    for key in ["usesCallingWindow", "usesRemote", "supportsInboundCalling", "supportsCustomObjects"] {
        theirs[key] = json!(true);
    }
    shell.beside.handle.block_on(shell.beside.gate.create(7, theirs));
    let other = shell.run(&["diff", "--with", "other"]).exits(0);
    assert!(other.out.contains("width                   400 -> 500") && !other.out.contains("updatedAt"), "{other:?}");
    shell.run(&["diff", "--with", "third"]).exits(2).says("there is no profile third, but other");
    shell.run(&["diff"]).exits(2);
    assert_eq!(shell.patches(), Vec::<String>::new());
}

#[test]
fn watch_prints_a_line_for_each_change_until_it_is_interrupted() {
    let shell = Shell::new();
    let mut child = shell.start(&["watch", "--every", "1s"], 3);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    shell.change(json!({"width": 380}));
    let line: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!((&line["resource"], &line["changed"]), (&json!("settings"), &json!({"width": [400, 380]})));
    assert!(line["at"].is_string() && line["updated_at"].is_string());
    kill(&child, Signal::INT);
    over(child).exits(130);
    // What keeps it from looking is told once, and so is its end.
    let shell = Shell::new();
    let failing = || refusal("500 Oops", r#"{"message":"broken"}"#);
    shell.beside.gate.next([Fate::own(), Fate::own(), Fate::own(), failing(), failing(), failing()]);
    let mut child = shell.start(&["watch", "--every", "1s"], 3);
    let mut talk = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = talk.next().unwrap().unwrap();
    assert!(line.starts_with("callset: the server cannot be looked at") && line.contains("500: broken"), "{line}");
    assert_eq!(talk.next().unwrap().unwrap(), "callset: the server can be looked at again");
    kill(&child, Signal::INT);
    over(child).exits(130);
    // A reader that has gone ends it as well, at the next line.
    let shell = Shell::new();
    let mut child = shell.start(&["watch", "--every", "1s"], 3);
    drop(child.stdout.take());
    shell.change(json!({"width": 380}));
    over(child).exits(0);
}

#[test]
fn curl_and_override_send_nothing() {
    let shell = Shell::new();
    let url = shell.beside.gate.url();
    shell.run(&["curl", "width=420", "name=It's"]).exits(0).prints(&[&format!(
        "curl -X PATCH '{url}/crm/v3/extensions/calling/1234567/settings' -H \"Authorization: Bearer $HUBSPOT_ACCESS_TOKEN\" \
         -H 'Content-Type: application/json' --data '{{\"width\":420,\"name\":\"It'\\''s\"}}'"
    )]);
    let all = ["override", "url=http://localhost:3000", "name=Mine", "isReady=true"];
    shell.run(&all).exits(0).prints(&[
        r#"localStorage.setItem("LocalSettings:Calling:CallingExtensions", "{\"isReady\":true,\"name\":\"Mine\",\"url\":\"http://localhost:3000\"}")"#,
    ]);
    assert_eq!(shell.beside.gate.requests(), Vec::<String>::new());
    let end = r#"localStorage.removeItem("LocalSettings:Calling:CallingExtensions")"#;
    shell.run(&["override", "--remove"]).exits(0).prints(&[end]).says("then load the page again");
    assert_eq!(shell.beside.gate.requests(), Vec::<String>::new());
    shell.run(&["override", "isReady=false"]).exits(2).says("always says isReady=true");
    let rest = shell.run(&["override"]).exits(0).says("app-eu1.hubspot.com");
    assert!(rest.out.contains(r#"{\"isReady\":true,\"name\":\"Acme Dialer\""#), "{rest:?}");
    let json = shell.run(&["override", "isReady=true", "--json"]).exits(0).json();
    assert!(json["override"].as_str().unwrap().starts_with("localStorage.setItem("), "{json}");
    let json = shell.run(&["curl", "width=420", "--json"]).exits(0).json();
    assert!(json["curl"][0].as_str().unwrap().starts_with("curl -X PATCH "), "{json}");
    shell.run(&["override", "width=3"]).exits(2).says("holds isReady, name and url, not width");
}
