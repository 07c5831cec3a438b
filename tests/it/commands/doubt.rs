//! What commands say of a write that has left and whose outcome they do not know, or that others know.

use super::{Ran, Shell, kill, over, refusal};
use crate::gate::Fate;
use crate::hostile::whole;
use rustix::process::Signal;
use serde_json::json;

const ABSENT: &str =
    r#"{"status":"error","message":"resource not found","category":"OBJECT_NOT_FOUND","correlationId":"c-1"}"#;

/// A save of the width that was killed while its PATCH was on its way, which was carried out or was not.
fn killed(carried_out: bool) -> Shell {
    let shell = Shell::new();
    shell.beside.gate.next([Fate::own(), Fate::own(), Fate::silence(carried_out)]);
    let child = shell.start(&["set", "width=420"], 3);
    kill(&child, Signal::KILL);
    over(child).exits(137);
    shell
}

/// `outcome`, and the kind of the error.
fn told(ran: &Ran) -> (String, String) {
    let json = ran.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (text(&json["outcome"]), text(&json["error"]["kind"]))
}

#[test]
fn p2_two_that_settle_at_once_both_say_what_became_of_it() {
    for other in [&["settle"][..], &["set", "height=700"]] {
        let shell = killed(true);
        let before = shell.beside.gate.requests().len();
        let (held, go) = Fate::held();
        shell.beside.gate.next([held]);
        // It has found the note, and waits for the server.
        let first = shell.start(&["settle", "--json"], before + 1);
        shell.run(other).exits(0);
        go.send(()).unwrap();
        assert_eq!(told(&over(first).exits(0)).0, "saved", "{other:?}");
        shell.run(&["settle"]).exits(0).says("nothing is in doubt");
    }
}

#[test]
fn h15_a_status_that_is_no_answer_tells_nothing_of_a_write() {
    let switched = || whole("101 Switching Protocols\nupgrade: x\nconnection: upgrade", "");
    let shell = Shell::new();
    shell.beside.gate.next_patch([Fate::answered(switched())]);
    shell.run(&["set", "width=420"]).exits(0).prints(&["width  400 -> 420"]);
    shell.run(&["history"]).exits(0).prints_some("width  400 -> 420");
    shell.beside.gate.next([Fate::own(), Fate::own(), Fate::answered(switched())]);
    shell
        .run(&["delete", "channel-connection", "--confirm", "1234567"])
        .exits(0)
        .says("deleted the channel connection");
    shell.run(&["history"]).exits(0).prints_some("deleted the channel connection");
}

#[test]
fn n9_settings_that_are_gone_at_the_read_back_leave_the_save_in_doubt() {
    let shell = Shell::new();
    shell.beside.gate.next_patch([Fate::reset(true)]);
    let absent = || refusal("404 Not Found", ABSENT);
    shell.beside.gate.next([Fate::own(), Fate::own(), absent(), absent()]);
    let ran = shell.run(&["set", "width=420", "--json"]).exits(7).says("are gone from the server");
    let ran = ran.says("We do not know whether HubSpot saved this").says("callset settle");
    assert_eq!(told(&ran), ("unknown".into(), "unknown".into()));
    assert_eq!(told(&shell.run(&["settle", "--json"]).exits(0)).0, "saved");
}

#[test]
fn what_settle_cannot_read_is_still_in_doubt() {
    let shell = killed(true);
    let expired = r#"{"status":"error","message":"expired","category":"EXPIRED_AUTHENTICATION"}"#;
    for (status, body, kind) in [("400 Bad Request", "{}", "refused"), ("401 Unauthorized", expired, "unauthorized")] {
        shell.beside.gate.next([refusal(status, body)]);
        let ran = shell.run(&["settle", "--json"]).exits(7);
        assert_eq!(told(&ran), ("unknown".into(), kind.into()), "{ran:?}");
    }
    assert_eq!(told(&shell.run(&["settle", "--json"]).exits(0)).0, "saved");
    // Nothing is in doubt, so nothing has to be read.
    shell.run(&["settle"]).exits(0);
}

#[test]
fn h6_h8_a_gateway_that_repeats_a_write_makes_nothing_of_it_unsaid() {
    for (status, body) in [
        ("409 Conflict", r#"{"status":"error","message":"x","category":"CONFLICT"}"#),
        ("412 Precondition Failed", "{}"),
        ("429 Too Many Requests\nretry-after: 1", r#"{"status":"error","message":"x","policyName":"SECONDLY"}"#),
        ("200 OK", r#"{"status":"error","message":"no","correlationId":"c0ffee"}"#),
    ] {
        let shell = Shell::new();
        shell.beside.gate.next_patch([Fate::answered(whole(status, body))]);
        let ran = shell.run(&["set", "width=420", "--json"]).exits(0).says("it was saved: 1 field read back as sent");
        let json = ran.json();
        assert_eq!((&json["outcome"], &json["before"]), (&json!("saved"), &json!({"width": 400})), "{status}");
        shell.run(&["history"]).exits(0).prints_some("width  400 -> 420");
        shell.run(&["settle"]).exits(0).says("nothing is in doubt");
        shell.beside.gate.next([Fate::own(), Fate::own(), Fate::answered(whole(status, body))]);
        shell.run(&["delete", "channel-connection", "--confirm", "1234567"]).exits(0).says("deleted the channel");
        shell.run(&["history"]).exits(0).prints_some("deleted the channel connection");
        // What was refused and did not happen is told as before.
        let words = if status.starts_with('4') { &status[..3] } else { "200" };
        let shell = Shell::new();
        shell.beside.gate.next_patch([refusal(status, body), refusal(status, body)]);
        let ran = shell.run(&["set", "width=420"]).says(&format!("not saved: HubSpot answered {words}"));
        assert!(matches!(ran.code, 1 | 5) && !ran.err.contains("othing was sent"), "{ran:?}");
        if status.starts_with('2') {
            continue;
        }
        shell.beside.gate.next([Fate::own(), Fate::own(), refusal(status, body)]);
        let ran = shell.run(&["delete", "channel-connection", "--confirm", "1234567"]);
        assert!(
            matches!(ran.code, 1 | 5) && ran.err.contains(&format!("not deleted: HubSpot answered {words}")),
            "{ran:?}"
        );
        assert_eq!(shell.run(&["get", "channel-connection.isReady", "-o", "value"]).exits(0).code, 0);
    }
}

#[test]
fn h6_a_refused_save_of_what_others_changed_was_sent_and_does_not_say_otherwise() {
    let shell = Shell::new();
    let (refused, go) = refusal("412 Precondition Failed", "{}").hold();
    shell.beside.gate.next_patch([refused]);
    let child = shell.start(&["set", "width=420"], 3);
    shell.change(json!({"width": 777}));
    go.send(()).unwrap();
    let ran = over(child).exits(5).says("the server has 777 now, yours is 420");
    assert!(!ran.err.contains("othing was sent"), "{ran:?}");
    // A condition that does not hold any more is no reason to say so either.
    let (refused, go) = refusal("412 Precondition Failed", "{}").hold();
    shell.beside.gate.next_patch([refused]);
    let before = shell.beside.gate.requests().len();
    let child = shell.start(&["set", "width=420", "--if", "isReady=false"], before + 3);
    shell.change(json!({"isReady": true}));
    go.send(()).unwrap();
    let ran = over(child).exits(5).says("not saved: HubSpot answered 412");
    assert!(!ran.err.contains("othing was sent"), "{ran:?}");
}

#[test]
fn h18_an_answer_from_before_the_save_is_not_taken_for_what_the_server_has() {
    let json_of = "200 OK\ncontent-type: application/json";
    let before = crate::gate::settings().to_string();
    let shell = Shell { home: tempfile::TempDir::new().unwrap(), beside: crate::beside::Beside::account() };
    shell.beside.gate.next_patch([Fate::answered(whole(json_of, &before))]);
    let json = shell.run(&["set", "width=420", "--json"]).exits(0).json();
    assert_eq!((&json["outcome"], &json["after"]), (&json!("saved"), &json!({"width": 420})));
    shell.run(&["history"]).exits(0).prints_some("width  400 -> 420");
    // It holds the value, and is older than what was there: nothing was stored.
    let old = crate::gate::settings_with(json!({"height": 999, "updatedAt": "2020-01-01T00:00:00Z"})).to_string();
    shell.beside.gate.next_patch([refusal(json_of, &old)]);
    let ran = shell.run(&["set", "height=999", "--json"]).exits(1).says("HubSpot kept another value");
    assert_eq!(ran.json()["outcome"], "differs");
    // Where it cannot be read back, nobody knows.
    let before = crate::gate::settings_with(json!({"width": 420})).to_string();
    shell.beside.gate.next_patch([Fate::answered(whole(json_of, &before))]);
    shell.beside.gate.next([Fate::own(), Fate::own(), refusal("400 Bad Request", "{}")]);
    let ran = shell.run(&["set", "width=430", "--json"]).exits(7);
    assert_eq!(told(&ran), ("unknown".into(), "unknown".into()));
    assert_eq!(told(&shell.run(&["settle", "--json"]).exits(0)).0, "saved");
}

#[test]
fn x3_what_lands_over_a_confirmed_save_is_no_success() {
    let shell = killed(false);
    shell.run(&["set", "width=430"]).exits(0).says("did not go through so far");
    // It lands.
    shell.change(json!({"width": 420}));
    let ran = shell.run(&["settle", "--json"]).exits(1);
    let json = ran.json();
    assert_eq!((&json["outcome"], &json["earlier"][0]["outcome"]), (&json!("late"), &json!("late")));
    let history = shell.run(&["history", "--json"]).exits(0).json();
    let of = |at: usize| (history["history"][at]["before"].clone(), history["history"][at]["after"].clone());
    assert_eq!(of(0), (json!({"width": 430}), json!({"width": 420})));
    assert_eq!(of(1), (json!({"width": 400}), json!({"width": 430})));
    shell.run(&["settle"]).exits(0).says("nothing is in doubt");
}

#[test]
fn a_run_that_cannot_be_looked_at_is_named_and_nothing_is_said_of_it() {
    let shell = Shell::new();
    shell.run(&["set", "width=401"]).exits(0);
    let place =
        std::fs::read_dir(shell.state()).unwrap().flatten().find(|entry| entry.path().join("history.jsonl").exists());
    let run = place.unwrap().path().join("run-1-1");
    // As with a lock of another user: it cannot be opened.
    std::fs::create_dir_all(run.join("lock")).unwrap();
    let ran = shell.run(&["settle"]).exits(7).says("the files of another run cannot be looked at: ");
    assert!(!ran.err.contains("nothing is in doubt") && ran.err.contains("run-1-1"), "{ran:?}");
    let json = shell.run(&["settle", "--json"]).exits(7).json();
    assert_eq!((&json["outcome"], &json["aside"][0]["what"]), (&json!("unknown"), &json!("run")));
    shell.run(&["set", "width=402"]).exits(0).says("the files of another run cannot be looked at: ");
    assert!(run.is_dir());
}

#[test]
fn saves_take_turns_also_where_the_file_for_that_cannot_be_used() {
    let shell = Shell::new();
    shell.run(&["set", "width=401"]).exits(0);
    let place =
        std::fs::read_dir(shell.state()).unwrap().flatten().find(|entry| entry.path().join("turn.lock").exists());
    let turn = place.unwrap().path().join("turn.lock");
    std::fs::remove_file(&turn).unwrap();
    std::fs::create_dir(&turn).unwrap();
    let before = shell.beside.gate.requests().len();
    let (held, go) = Fate::held();
    shell.beside.gate.next([Fate::own(), held]);
    let first = shell.start(&["set", "width=420"], before + 2);
    shell.run(&["set", "height=700", "--wait", "0s"]).exits(1).says("another callset is saving to this app");
    go.send(()).unwrap();
    over(first).exits(0);
    shell.run(&["set", "height=700"]).exits(0);
}

#[test]
fn j8_members_that_come_twice_are_told_by_commands_too() {
    let shell = Shell::new();
    let twice = crate::gate::settings().to_string().replacen('{', "{\"width\":399,", 1);
    let answer = || refusal("200 OK\ncontent-type: application/json", &twice);
    for (arguments, looks) in [(&["get", "width", "-o", "value"][..], 1), (&["set", "width=400"], 1)] {
        shell.beside.gate.next((0..looks).map(|_| answer()));
        shell.run(arguments).exits(0).says("width");
    }
}
