//! `set`, `apply`, `create`, `delete`, `history`, `settle`: saved as the editor saves, and told as it is.

use super::{Shell, files, kill, over, refusal};
use crate::gate::Fate;
use crate::hostile::whole;
use proptest::prelude::*;
use rustix::process::Signal;
use serde_json::{Value as Json, json};

#[test]
fn set_sends_what_differs_and_says_what_came_of_it() {
    let shell = Shell::new();
    shell
        .run(&["set", "width=420"])
        .exits(0)
        .prints(&["width  400 -> 420"])
        .says("saved 1 field, confirmed by the server");
    let json = shell.run(&["set", "width=420", "ready=on", "--json"]).exits(0).json();
    assert_eq!(json["outcome"], "saved");
    assert_eq!(
        (&json["changed"], &json["before"], &json["after"]),
        (&json!(["isReady"]), &json!({"isReady": false}), &json!({"isReady": true}))
    );
    assert!(json["updated_at"].is_string() && json["took_ms"].is_u64(), "{json}");
    assert_eq!(shell.patches(), [r#"{"width":420}"#, r#"{"isReady":true}"#]);
    // Twice is safe.
    let again = shell.run(&["set", "width=420", "isReady=yes", "--json"]).exits(0).says("nothing to change").json();
    assert_eq!((&again["outcome"], &again["changed"]), (&json!("unchanged"), &json!([])));
    assert_eq!(shell.patches().len(), 2);
    // No draft is left for the next editor.
    assert!(!files(&shell.state()).iter().any(|file| file.ends_with("draft.json") || file.ends_with("sending.json")));
}

#[test]
fn set_takes_values_from_files_from_standard_input_and_as_json() {
    let shell = Shell::new();
    shell.file("url.txt", "https://from.a.file/\n");
    shell.run(&["set", "url=@url.txt"]).exits(0);
    shell.fed(&["set", "name=-"], "From standard input\r\n").exits(0);
    shell.run(&["set", "width:=430"]).exits(0);
    shell.run(&["set", "name:=\"@x\""]).exits(0);
    shell.run(&["set", "channel-connection.isReady=true"]).exits(0);
    let sent = [r#"{"url":"https://from.a.file/"}"#, r#"{"name":"From standard input"}"#, r#"{"width":430}"#];
    assert_eq!(shell.patches()[..3], sent);
    assert_eq!(shell.patches()[3..], [r#"{"name":"@x"}"#, r#"{"isReady":true}"#]);
}

#[test]
fn a_member_that_callset_does_not_know_is_sent_typed() {
    let account = crate::beside::Beside::account();
    let shell = Shell { home: tempfile::TempDir::new().unwrap(), beside: account };
    for (text, sent) in [
        ("newText:=\"a\"", r#"{"newText":"a"}"#),
        ("newNumber:=5000000000", r#"{"newNumber":5000000000}"#),
        ("newList:=[1, {\"a\" : null}]", r#"{"newList":[1,{"a":null}]}"#),
        ("newText:=true", r#"{"newText":true}"#),
        ("newList:=null", r#"{"newList":null}"#),
    ] {
        let before = shell.patches().len();
        shell.run(&["set", text]).exits(0);
        assert_eq!(shell.patches()[before..], [sent], "{text}");
        shell.run(&["set", text]).exits(0).says("nothing to change");
        assert_eq!(shell.patches().len(), before + 1, "{text}");
    }
    shell.run(&["set", "newText=a"]).exits(6).says("there is no field newText");
    shell.run(&["set", "newText:=tru"]).exits(6).says("takes JSON");
    shell.run(&["set", "width:=\"a\""]).exits(6).says("width takes a whole number");
}

#[test]
fn a_dry_run_does_everything_but_send() {
    let shell = Shell::new();
    let url = format!("{}/crm/v3/extensions/calling/1234567/settings", shell.beside.gate.url());
    shell.run(&["set", "width=420", "-n"]).exits(0).prints(&[
        &format!("PATCH {url}"),
        r#"{"width":420}"#,
        "width  400 -> 420",
    ]);
    let json = shell.run(&["set", "width=420", "--dry-run", "--exit-code", "--json"]).exits(3).json();
    assert_eq!(json["outcome"], "planned");
    assert_eq!(json["requests"], json!([{"method": "PATCH", "url": url, "body": {"width": 420}}]));
    shell.run(&["set", "width=400", "--dry-run", "--exit-code"]).exits(0).says("nothing to change");
    shell.run(&["delete", "settings", "--dry-run"]).exits(0);
    shell.run(&["set", "width=420", "--exit-code"]).exits(2);
    assert_eq!(shell.patches(), Vec::<String>::new());
    assert_eq!(shell.beside.gate.methods(0).iter().filter(|method| *method != "GET").count(), 0);
}

#[test]
fn conditions_are_looked_at_right_before() {
    let shell = Shell::new();
    shell.run(&["set", "width=420", "--if", "width=400", "--if", "isReady=no"]).exits(0);
    shell.run(&["set", "width=430", "--if", "width=400"]).exits(5).says("width is 420, not 400. Nothing was sent");
    let at = shell.run(&["get", "updatedAt", "-o", "value"]).exits(0).out;
    shell.run(&["set", "width=430", "--if-updated-at", at.trim()]).exits(0);
    let json = shell.run(&["set", "width=440", "--if-updated-at", at.trim(), "--json"]).exits(5).json();
    assert_eq!(json["error"]["kind"], "condition");
    // It changes between the two looks of one command.
    let before = shell.beside.gate.requests().len();
    let (held, go) = Fate::held();
    shell.beside.gate.next([held]);
    let child = shell.start(&["set", "width=440", "--if", "height=650"], before + 1);
    let (held_check, go_on) = Fate::held();
    shell.beside.gate.next([held_check]);
    shell.change(json!({"height": 651}));
    go.send(()).unwrap();
    shell.beside.handle.block_on(shell.beside.gate.decided(before + 2));
    go_on.send(()).unwrap();
    over(child).exits(5).says("height");
    assert_eq!(shell.patches().len(), 2);
    shell.run(&["set", "recording.urlToRetrieveAuthedRecording=https://a.dev/%s", "--if-updated-at", "x"]).exits(2);
    shell.run(&["set", "width=1", "--if", "widht=2"]).exits(6).says("did you mean width?");
}

#[test]
fn a_field_that_changes_between_the_looks_is_a_conflict() {
    let shell = Shell::new();
    let (held, go) = Fate::held();
    shell.beside.gate.next([held]);
    let child = shell.start(&["set", "width=420", "--json"], 1);
    shell.change(json!({"width": 380}));
    go.send(()).unwrap();
    let ran = over(child).exits(5).says("width was 400 when it was read, the server has 380 now, yours is 420");
    let json = ran.json();
    assert_eq!(json["error"]["kind"], "conflict");
    assert_eq!(json["error"]["conflicts"], json!({"width": {"base": 400, "server": 380, "yours": 420}}));
    assert_eq!((shell.patches().len(), shell.holds("width")), (0, json!(380)));
}

#[test]
fn what_was_saved_before_something_failed_is_named() {
    let shell = Shell::new();
    shell.beside.gate.next_patch([Fate::own(), Fate::refused(whole("400 Bad Request", r#"{"message":"No"}"#))]);
    let ran = shell.run(&["set", "width=420", "channel-connection.isReady=true"]).exits(6);
    ran.says("width saved; after that: ");
    assert_eq!(shell.holds("width"), json!(420));
}

#[test]
fn where_nothing_can_be_kept_a_save_says_so() {
    let shell = Shell::new();
    let file = shell.file("no-folder", "");
    let ran = super::ran(shell.command(&["set", "width=420"]).env("XDG_STATE_HOME", &file));
    ran.exits(0).says("nothing is kept on this machine, so this save is not in the history");
}

#[test]
fn what_get_prints_apply_takes_and_sends_nothing() {
    let shell = Shell::new();
    shell.run(&["apply", "-"]).exits(6).says("standard input: it holds no settings");
    for format in ["toml", "json"] {
        let printed = shell.run(&["get", "-o", format]).exits(0).out;
        let file = shell.file(&format!("app.{format}"), &printed);
        shell.run(&["apply", file.to_str().unwrap()]).exits(0).says("nothing to change");
        shell.fed(&["apply", "-"], &printed).exits(0).says("nothing to change");
        shell.fed(&["diff", "-", "--exit-code"], &printed).exits(0);
    }
    assert_eq!(shell.patches(), Vec::<String>::new());
    let file = shell.file("app.toml", "app_id = 1234567\nwidth = 420\n[channel-connection]\nisReady = true\n");
    let json = shell.run(&["apply", file.to_str().unwrap(), "--json"]).exits(0).json();
    assert_eq!(json["changed"], json!(["width", "channel-connection.isReady"]));
    shell.fed(&["apply", "-"], "app_id = 7\nwidth = 1").exits(5).says("is for app 7, and this is app 1234567");
}

/// Any value that JSON has.
fn anything() -> impl Strategy<Value = Json> {
    prop_oneof![
        3 => any::<String>().prop_map(Json::from),
        3 => "[ -~äé漢\u{0}\u{7f}\u{9b}\u{200f}\u{202e}\u{1b}\u{2028}\u{feff}\u{1f469}\u{200d}\\r\\n\\t\"\\\\']{0,24}".prop_map(Json::from),
        2 => any::<i32>().prop_map(Json::from),
        1 => any::<f64>().prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
        1 => Just(json!(["a", {"b": null}])),
        1 => prop_oneof![Just(" https://a.dev "), Just("https://u:p@a.dev"), Just("nowhere"), Just("")].prop_map(Json::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Law: what the server has is never rejected, whatever it is. What `get` prints, `apply` and `diff` take, and nothing is
    /// sent.
    #[test]
    fn whatever_the_server_has_survives_the_way_through_a_file(
        name in anything(), url in anything(), width in anything(), ready in anything(), more in anything(),
    ) {
        let shell = Shell::new();
        let body = json!({
            "name": name, "url": url, "width": width, "height": -5, "isReady": ready, "more": more, "list": [name],
            "app_id": width, "recording": name, "a.b \"c\"": url, "": more, "createdAt": "2026-01-01T00:00:00Z",
        });
        let answers = || shell.beside.gate.next([refusal("200 OK\ncontent-type: application/json", &body.to_string())]);
        for format in ["toml", "json"] {
            answers();
            let printed = shell.run(&["get", "settings", "-o", format]).exits(0).out;
            answers();
            shell.fed(&["apply", "-"], &printed).exits(0).says("nothing to change");
            answers();
            shell.fed(&["diff", "-", "--exit-code"], &printed).exits(0).says("no differences");
        }
        prop_assert_eq!(shell.patches(), Vec::<String>::new());
    }
}

#[test]
fn a_value_is_judged_only_where_it_differs() {
    let account = crate::beside::Beside::account();
    let shell = Shell { home: tempfile::TempDir::new().unwrap(), beside: account };
    shell.change(json!({"name": "", "url": " nowhere ", "width": 0, "height": -5}));
    let whole = shell.run(&["get", "settings", "-o", "toml"]).exits(0).out;
    shell.fed(&["apply", "-"], &whole).exits(0).says("nothing to change");
    for value in ["name=", "url= nowhere ", "width=0", "height=-5"] {
        let ran = shell.run(&["set", value]).exits(0).says("nothing to change");
        assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    }
    // One of them differs: the others do not stop it, and what is odd about them is not told.
    let ran = shell.fed(&["apply", "-"], whole.replace("height = -5", "height = 650")).exits(0);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    assert_eq!(shell.patches(), [r#"{"height":650}"#]);
    shell.run(&["set", "height=0"]).exits(0).says("height: ");
    let place = whole.lines().position(|line| line.starts_with("url")).unwrap() + 1;
    let other = whole.replace("\" nowhere \"", "\"elsewhere\"");
    shell.fed(&["apply", "-"], &other).exits(6).says(&format!("standard input:{place}:1: url was not sent: not a web"));
    shell.fed(&["diff", "-"], &other).exits(6).says("url was not sent");
    assert_eq!(shell.patches().len(), 2);
}

#[test]
fn what_is_not_there_is_set_up_only_if_that_is_meant_and_whole() {
    let shell = Shell::new();
    let whole = shell.run(&["get", "-o", "toml"]).exits(0).out;
    shell.fed(&["create", "-"], &whole).exits(5).says("HubSpot has settings for app 1234567 already");
    shell.delete();
    shell
        .fed(&["apply", "-"], &whole)
        .exits(1)
        .says("HubSpot has no settings for app 1234567. Set up: callset apply FILE --create");
    let lacking = shell.fed(&["apply", "-", "--create", "--json"], "width = 420").exits(6).json();
    assert_eq!(lacking["error"]["kind"], "incomplete");
    assert_eq!(lacking["error"]["missing"].as_array().unwrap().len(), 8);
    shell.fed(&["apply", "-", "--create"], &whole).exits(0);
    assert_eq!(shell.holds("width"), json!(400));
    shell.delete();
    let json = shell.run(&["create", "--dry-run", "--json"]).exits(0).json();
    assert_eq!((&json["requests"][0]["method"], &json["after"]["width"]), (&json!("POST"), &json!(400)));
    shell.run(&["create"]).exits(0);
    assert_eq!(shell.holds("name"), json!("My dialer"));
    shell.fed(&["create", "-"], "[recording]\nurlToRetrieveAuthedRecording = \"https://a.dev/%s\"").exits(0);
}

#[test]
fn delete_wants_the_id_and_history_brings_it_back() {
    let shell = Shell::new();
    shell.run(&["delete", "settings"]).exits(2).says("--confirm 1234567");
    shell.run(&["delete", "settings", "--confirm", "7"]).exits(2).says("--confirm 7 is another app");
    shell.run(&["delete", "recording", "--confirm", "1234567"]).exits(2).says("HubSpot has no way to delete");
    let json = shell.run(&["delete", "channel-connection", "--confirm", "1234567", "--json"]).exits(0).json();
    assert_eq!((&json["outcome"], &json["after"]["channel-connection.url"]), (&json!("saved"), &json!(null)));
    shell.run(&["delete", "channel-connection", "--confirm", "1234567"]).exits(0).says("nothing to change");
    let list = shell.run(&["history"]).exits(0);
    assert!(list.out.contains("deleted the channel connection"), "{list:?}");
    shell.run(&["history", "restore", "1"]).exits(0);
    shell.run(&["get", "channel-connection.isReady", "-o", "value"]).exits(0).prints(&["false"]);
    shell.run(&["set", "width=420"]).exits(0);
    shell.run(&["history", "show", "1"]).exits(0).prints(&["width  400 -> 420"]);
    shell.run(&["history", "show", "1", "-o", "value"]).exits(0).prints(&["400"]);
    let json = shell.run(&["history", "--json"]).exits(0).json();
    assert_eq!(json["history"][0]["before"], json!({"width": 400}));
    shell.run(&["history", "restore", "1"]).exits(0).prints(&["width  420 -> 400"]);
    shell.run(&["history", "restore", "99"]).exits(1).says("there is no save 99");
    shell.run(&["history", "show"]).exits(2);
}

#[test]
fn s14_the_history_as_a_table_masks_what_may_be_secret_and_json_does_not() {
    let shell = Shell::new();
    shell.run(&["set", "url=https://a.dev/w?env=a&token=secret123"]).exits(0);
    shell.run(&["set", "url=https://a.dev/w?env=a&token=other456&apiKey=k1"]).exits(0);
    for arguments in [&["history"][..], &["history", "show", "1"], &["history", "show", "2"]] {
        let shown = shell.run(arguments).exits(0);
        let is_secret = ["secret123", "other456", "=k1"].iter().any(|secret| shown.out.contains(secret));
        assert!(!is_secret && shown.out.contains("env=a&token=…"), "{shown:?}");
    }
    let json = shell.run(&["history", "--json"]).exits(0).json();
    assert_eq!(json["history"][1]["after"]["url"], json!("https://a.dev/w?env=a&token=secret123"));
}

#[test]
fn what_is_in_doubt_is_told_by_settle_and_not_before_it_is_known() {
    let shell = Shell::new();
    shell.beside.gate.next_patch([Fate::reset(true)]);
    shell.beside.gate.next([Fate::own(), Fate::own(), refusal("200 OK", "<html>Log in</html>")]);
    let json = shell.run(&["set", "width=420", "--json"]).exits(7).says("Read it back: callset settle").json();
    assert_eq!((&json["outcome"], &json["error"]["kind"]), (&json!("unknown"), &json!("unknown")));
    let settled = shell.run(&["settle", "--json"]).exits(0).json();
    assert_eq!((&settled["outcome"], &settled["earlier"][0]["fields"]), (&json!("saved"), &json!(["width"])));
    shell.run(&["settle"]).exits(0).says("nothing is in doubt");
    let history = shell.run(&["history"]).exits(0);
    assert!(history.out.contains("width  400 -> 420"), "{history:?}");
}

#[test]
fn killed_wherever_it_is_the_truth_is_told_later() {
    for (requests, carried_out) in [(1, false), (2, false), (3, true)] {
        let shell = Shell::new();
        shell.beside.gate.next((1..requests).map(|_| Fate::own()));
        shell.beside.gate.next([Fate::silence(true)]);
        let child = shell.start(&["set", "width=420"], requests);
        kill(&child, Signal::KILL);
        over(child).exits(137);
        assert_eq!(shell.holds("width"), if carried_out { json!(420) } else { json!(400) });
        let settled = shell.run(&["settle"]).exits(0);
        assert_eq!(settled.out.contains("went through"), carried_out, "{settled:?}");
        shell.run(&["settle"]).exits(0).says("nothing is in doubt");
        // The next one is not in its way, and no editor is offered anything.
        shell.run(&["set", "width=430"]).exits(0);
        shell.run(&["draft"]).exits(0).says("there are no drafts");
    }
}

#[test]
fn killed_before_it_arrived_it_may_still_be_on_its_way() {
    let shell = Shell::new();
    shell.beside.gate.next([Fate::own(), Fate::own(), Fate::silence(false)]);
    let child = shell.start(&["set", "width=420"], 3);
    kill(&child, Signal::KILL);
    over(child).exits(137);
    // It is young: so it says, as often as it is asked, and the note stays.
    for _ in 0..2 {
        shell.run(&["settle"]).exits(7).says("it may still be on its way");
    }
    // The next save takes it up, and does not wait for it.
    shell.run(&["set", "width=430"]).exits(0).says("did not go through so far");
}

#[test]
fn what_another_callset_holds_in_doubt_is_told_as_its_own() {
    let shell = Shell::new();
    shell.beside.gate.next([Fate::own(), Fate::own(), Fate::silence(false)]);
    let killed = shell.start(&["set", "width=420"], 3);
    kill(&killed, Signal::KILL);
    over(killed).exits(137);
    // It takes up what the first has left, and waits for its own answer.
    let (held, go) = Fate::held();
    shell.beside.gate.next_patch([held]);
    let second = shell.start(&["set", "height=700"], 6);
    let pid = second.id();
    let settled = shell.run(&["settle"]).exits(7).says("callset settle tells once it has ended");
    let lines: Vec<&str> = settled.out.lines().collect();
    let end = format!("is in doubt: another callset (pid {pid}) finds out whether it went through");
    assert!(lines.len() == 2 && lines.iter().all(|line| line.ends_with(&end)), "{settled:?}");
    assert!(!settled.err.contains("nothing is in doubt"), "{settled:?}");
    let json = shell.run(&["settle", "--json"]).exits(7).json();
    assert_eq!((&json["outcome"], &json["earlier"]), (&json!("unknown"), &json!([])));
    let other = &json["others"][0];
    assert_eq!((&other["pid"], &other["unread"]), (&json!(pid), &json!(0)));
    let of = |at: usize| (other["writes"][at]["fields"].clone(), other["writes"][at]["deletion"].clone());
    assert_eq!([of(0), of(1)], [(json!(["width"]), json!(false)), (json!(["height"]), json!(false))]);
    go.send(()).unwrap();
    over(second).exits(0);
}

/// A callset was killed with a save on its way, and its record is this now.
fn spoilt(text: &str) -> Shell {
    let shell = Shell::new();
    shell.beside.gate.next([Fate::own(), Fate::own(), Fate::silence(true)]);
    let killed = shell.start(&["set", "width=420"], 3);
    kill(&killed, Signal::KILL);
    over(killed).exits(137);
    let record = files(&shell.state()).into_iter().find(|file| file.ends_with("sending.json")).unwrap();
    std::fs::write(record, text).unwrap();
    shell
}

#[test]
fn a_record_that_can_not_be_read_is_told_by_whatever_command_finds_it() {
    const SAID: &str = "callset: a record of a save could not be read and was set aside: ";
    const MEANS: &str = "Nobody knows whether that save took effect. callset history and callset get may tell";
    for (text, ending) in [("garbage", "sending.json.bad"), (r#"{"version":2}"#, "sending.json.newer")] {
        for (arguments, code) in [
            (&["settle"][..], 7),
            (&["set", "height=700"], 0),
            (&["set", "height=400", "--if", "width=1"], 5),
            (&["draft"], 0),
            (&["draft", "show", "run-1-1"], 1),
        ] {
            let shell = spoilt(text);
            // What only reads the history leaves it alone.
            assert!(!shell.run(&["history"]).exits(0).err.contains("aside"), "{arguments:?}");
            let ran = shell.run(arguments).exits(code).says(SAID).says(MEANS);
            assert!(!ran.err.contains("nothing is in doubt"), "{ran:?}");
            let line = ran.err.lines().find(|line| line.starts_with(SAID)).unwrap();
            let path = line.strip_prefix(SAID).unwrap().split(". ").next().unwrap();
            assert!(path.ends_with(ending), "{line}");
            assert_eq!(std::fs::read_to_string(path).unwrap(), text);
            // It is told once.
            assert!(!shell.run(arguments).err.contains("set aside"), "{arguments:?}");
        }
        let what = |arguments: &[&str], code: i32| {
            let json = spoilt(text).run(arguments).exits(code).json();
            (json["aside"][0]["what"].clone(), json["aside"][0]["path"].is_string(), json["outcome"].clone())
        };
        assert_eq!(what(&["settle", "--json"], 7), (json!("save"), true, json!("unknown")));
        assert_eq!(what(&["set", "height=700", "--json"], 0), (json!("save"), true, json!("saved")));
        assert_eq!(what(&["set", "height=400", "--if", "width=1", "--json"], 5), (json!("save"), true, Json::Null));
        assert_eq!(what(&["draft", "--json"], 0), (json!("save"), true, Json::Null));
        assert_eq!(what(&["draft", "show", "run-1-1", "--json"], 1), (json!("save"), true, Json::Null));
    }
}

#[test]
fn where_the_records_can_not_be_looked_at_settle_does_not_say_that_there_are_none() {
    let shell = Shell::new();
    std::fs::create_dir_all(shell.home.path().join("state")).unwrap();
    std::fs::write(shell.home.path().join("state/callset"), "no folder").unwrap();
    let ran = shell.run(&["settle"]).exits(7).says("cannot tell what is in doubt: ");
    assert!(!ran.err.contains("nothing is in doubt"), "{ran:?}");
    let json = shell.run(&["settle", "--json"]).exits(7).json();
    assert_eq!((&json["error"]["kind"], &json["outcome"]), (&json!("disk"), &json!("unknown")));
}

#[test]
fn a_value_that_the_server_keeps_otherwise_is_no_success() {
    let beside = crate::beside::Beside::account();
    let shell = Shell { home: tempfile::TempDir::new().unwrap(), beside };
    let kept = crate::gate::settings_with(json!({"width": 1000})).to_string();
    shell.beside.gate.next_patch([Fate::refused(whole("200 OK\ncontent-type: application/json", &kept))]);
    let ran = shell.run(&["set", "width=420", "--json"]).exits(1).says("HubSpot kept another value");
    let json = ran.says("width was sent as 420, the server has 1000").json();
    assert_eq!((&json["outcome"], &json["after"]), (&json!("differs"), &json!({"width": 1000})));
    assert_eq!(json["differs"], json!({"width": [420, 1000]}));
}

#[test]
fn two_at_once_take_turns() {
    let shell = Shell::new();
    let (held, go) = Fate::held();
    shell.beside.gate.next([Fate::own(), held]);
    let first = shell.start(&["set", "width=420"], 2);
    shell
        .run(&["set", "height=700", "--wait", "0s"])
        .exits(1)
        .says("another callset (pid ")
        .says("Nothing was sent. Wait longer: --wait 30s");
    let second = shell.start(&["set", "height=700"], 4);
    go.send(()).unwrap();
    over(first).exits(0);
    over(second).exits(0);
    assert_eq!((shell.holds("width"), shell.holds("height")), (json!(420), json!(700)));
    assert_eq!(shell.patches(), [r#"{"width":420}"#, r#"{"height":700}"#]);
}

#[test]
fn a_file_that_may_not_grow_is_told_and_ends_nothing() {
    let shell = Shell::new();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -f 0; exec \"$0\" \"$@\""]).arg(crate::pty::CALLSET);
    let set = shell.command(&["set", "width=420"]);
    limited.args(set.get_args()).env_clear();
    for (name, value) in set.get_envs() {
        limited.env(name, value.unwrap());
    }
    let ran = super::ran(&mut limited);
    assert!(ran.code >= 0 && ran.err.contains("large"), "{ran:?}");
    assert_eq!(shell.holds("width"), json!(if ran.err.contains("saved 1 field") { 420 } else { 400 }), "{ran:?}");
}
