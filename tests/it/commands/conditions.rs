//! What a command was given to hold, and what it saw, is looked at right before it sends: also where it writes nothing.

use super::{CANARY, Shell, over, ran, refusal};
use crate::gate::Fate;
use crate::session::APP;
use serde_json::json;

/// Somebody else changes the channel connection.
fn change_channel(shell: &Shell, body: &serde_json::Value) {
    let mut command = shell.command(&["set", &format!("channel-connection.isReady={}", body["isReady"])]);
    ran(command.env("XDG_STATE_HOME", shell.home.path().join("other"))).exits(0);
}

#[test]
fn a_guard_on_what_is_not_written_is_looked_at_right_before() {
    for arguments in [
        &["set", "width=420", "--if", "channel-connection.isReady=false"][..],
        &["set", "width=420", "height=700", "--if", "width=400", "--if", "channel-connection.isReady=false"],
        &["delete", "settings", "--confirm", "1234567", "--if", "channel-connection.isReady=false"],
    ] {
        let shell = Shell::new();
        // Both first looks are answered; the look of the check waits.
        let (held, go) = Fate::held();
        shell.beside.gate.next([Fate::own(), Fate::own(), held]);
        let child = shell.start(arguments, 4);
        drop(go);
        over(child).exits(0);
        let shell = Shell::new();
        let (first, go) = Fate::held();
        shell.beside.gate.next([first]);
        let child = shell.start(arguments, 2);
        // It has seen the channel as it was, and waits for the settings.
        change_channel(&shell, &json!({"isReady": true}));
        let before = shell.patches().len();
        go.send(()).unwrap();
        let ran = over(child).exits(5).says("channel-connection.isReady is true, not false. Nothing was sent");
        assert_eq!((shell.patches().len(), shell.holds("width")), (before, json!(400)), "{ran:?}");
    }
}

#[test]
fn a_guard_that_cannot_be_looked_at_lets_nothing_through() {
    let shell = Shell::new();
    let broken = || refusal("403 Forbidden", "{}");
    // One of the two looks of the check.
    shell.beside.gate.next([Fate::own(), Fate::own(), Fate::own(), broken()]);
    shell.run(&["set", "width=420", "--if", "channel-connection.isReady=false"]).exits(4).says("not saved");
    assert_eq!(shell.patches(), Vec::<String>::new());
}

#[test]
fn what_the_command_itself_wrote_breaks_no_guard() {
    let shell = Shell::new();
    let at = shell.run(&["get", "updatedAt", "-o", "value"]).exits(0).out;
    let values = ["set", "width=420", "channel-connection.isReady=true"];
    shell.run(&[&values[..], &["--if", "width=400", "--if-updated-at", at.trim()]].concat()).exits(0);
    assert_eq!(shell.patches().len(), 2);
}

#[test]
fn a_deletion_is_of_what_was_seen() {
    let shell = Shell::new();
    let (held, go) = Fate::held();
    shell.beside.gate.next([held]);
    let child = shell.start(&["delete", "settings", "--confirm", "1234567", "--json"], 1);
    shell.change(json!({"width": 380, "name": "Ours"}));
    go.send(()).unwrap();
    let ran = over(child)
        .exits(5)
        .says("not deleted: 2 fields changed on the server since it was read. ")
        .says("Nothing was sent")
        .says("width was 400 when it was read, the server has 380 now");
    let json = ran.json();
    assert_eq!(json["error"]["kind"], "conflict");
    assert_eq!(json["error"]["conflicts"]["width"], json!({"base": 400, "server": 380}));
    assert!(shell.beside.gate.methods(0).iter().all(|method| method == "GET"));
    shell.run(&["delete", "settings", "--confirm", "1234567"]).exits(0).says("deleted");
}

#[test]
fn a_save_is_taken_back_only_where_nobody_saved_since() {
    let shell = Shell::new();
    shell.run(&["set", "width=420", "height=700"]).exits(0);
    shell.change(json!({"width": 380}));
    let ran = shell.run(&["history", "restore", "1", "--json"]).exits(5);
    let ran = ran.says("not restored: 1 field changed on the server since. ");
    let ran = ran.says("width was 420 after that save, the server has 380 now, yours is 400. Nothing was sent. ");
    let ran = ran.says("Restore it all the same: --force");
    let json = ran.json();
    assert_eq!(json["error"]["kind"], "conflict");
    assert_eq!(json["error"]["conflicts"], json!({"width": {"base": 420, "server": 380, "yours": 400}}));
    shell.run(&["history", "restore", "1", "-n"]).exits(5);
    assert_eq!((shell.patches().len(), shell.holds("height")), (1, json!(700)));
    shell.run(&["history", "restore", "1", "--force"]).exits(0);
    assert_eq!((shell.holds("width"), shell.holds("height")), (json!(400), json!(650)));
    // What is there already is no conflict.
    shell.run(&["set", "width=420"]).exits(0);
    shell.change(json!({"width": 400}));
    shell.run(&["history", "restore", "1"]).exits(0).says("nothing to change");
    // What was deleted is set up again only while nobody has.
    shell.run(&["delete", "settings", "--confirm", "1234567"]).exits(0);
    shell.run(&["create"]).exits(0);
    shell.run(&["history", "restore", "2"]).exits(5).says("changed on the server since");
}

#[test]
fn a_conflict_while_something_is_set_up_tells_no_change_of_others_as_its_own() {
    let shell = Shell::new();
    let whole = shell.run(&["get", "settings", "-o", "toml"]).exits(0).out.replace("width = 400", "width = 420");
    shell.delete();
    let exists = refusal("409 Conflict", "{\"status\":\"error\",\"message\":\"x\",\"category\":\"CONFLICT\"}");
    let before = shell.beside.gate.requests().len();
    let file = shell.file("whole.toml", &whole);
    let (held, go) = exists.hold();
    shell.beside.gate.next([Fate::own(), Fate::own(), held]);
    // The look, the check, its POST: somebody else's was faster.
    let child = shell.start(&["create", file.to_str().unwrap(), "--json"], before + 3);
    let mut theirs: serde_json::Value = crate::gate::settings();
    theirs["width"] = json!(380);
    for key in ["createdAt", "updatedAt"] {
        theirs.as_object_mut().unwrap().remove(key);
    }
    shell.beside.handle.block_on(shell.beside.gate.create(APP, theirs));
    go.send(()).unwrap();
    let ran = over(child).exits(5);
    let json = ran.json();
    assert_eq!((&json["changed"], &json["error"]["kind"]), (&json!(null), &json!("conflict")), "{ran:?}");
    assert!(!ran.err.contains("saved; after that") && !ran.err.contains(CANARY), "{ran:?}");
}
