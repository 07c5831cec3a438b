//! The editor as a dialogue of lines: through a pipe, and on a terminal.

use super::{CANARY, Ran, Shell, over};
use crate::gate::Fate;
use crate::hostile::whole;
use crate::pty::{End, Setup};
use crate::session::APP;
use serde_json::json;
use std::io::Write;
use std::process::{Child, Command, Stdio};

fn fed(shell: &Shell, lines: &str) -> Ran {
    shell.fed(&["--plain"], lines)
}

fn spawned(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn typed(child: &mut Child, lines: &str) {
    child.stdin.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
}

#[test]
fn an_afternoon_in_lines() {
    let shell = Shell::new();
    let ran = fed(&shell, "width\n420\nisReady yes\nname Büro 電話\nsave\nyes\nundo\nquit\nkeep\n").exits(0);
    for line in [
        "app 1234567.",
        "Loaded: ",
        "width is 400 px. New value, or an empty line to keep it: width changed from 400 to 420: 1 edit is unsaved.",
        "isReady changed from no to yes: 2 edits are unsaved.",
        "name changed from Acme Dialer to Büro 電話",
        "Will send: name Acme Dialer to Büro 電話; width 400 to 420 px; isReady no to yes. Nothing else.",
        "Send it? yes or no: ",
        "Saved 3 fields, confirmed by the server",
        "name changed from Büro 電話 to Acme Dialer",
        "Quit? 1 edit is unsaved.",
        "save, keep, discard or stay: ",
    ] {
        assert!(ran.out.contains(line), "{line:?}: {}", ran.out);
    }
    let signs = ['●', '▲', '▌', '│', '─', '→', '✗'];
    assert!(!ran.out.contains(signs), "{}", ran.out);
    assert!(ran.err.contains("kept as a draft"), "{ran:?}");
    assert_eq!(
        (shell.holds("width"), shell.holds("isReady"), shell.holds("name")),
        (json!(420), json!(true), json!("Büro 電話"))
    );
    // The next one offers what was kept; what ends without a word keeps it again.
    let again = fed(&shell, "show\nrestore\n").exits(0);
    assert!(again.out.contains("1 edit is unsaved since") && again.out.contains("restore, show, later or discard: "));
    assert!(again.out.contains("name changed from Büro 電話 to Acme Dialer"), "{}", again.out);
    fed(&shell, "discard\ndiscard\nquit\n").exits(0);
    let clean = fed(&shell, "quit\n").exits(0);
    assert!(!clean.out.contains("unsaved since") && clean.err.is_empty(), "{clean:?}");
}

#[test]
fn nothing_is_sent_without_a_yes() {
    let shell = Shell::new();
    let lines = "width 420\nsave\nno\nsave\nwidth 430\ndiff\n\nwidth\n\nwidth abc\nsave\nyes\nsav\nhelp width\nhelp\nquit\ndiscard\n";
    let ran = fed(&shell, lines).exits(0);
    for words in [
        "error: width: Not a whole number",
        "Not saved: 1 field cannot be sent as typed.",
        "There is no command or field sav",
        "Target width of the iframe",
        "save: show what would be sent",
    ] {
        assert!(ran.out.contains(words), "{words:?}: {}", ran.out);
    }
    assert!(shell.beside.gate.patches().is_empty());
}

#[test]
fn a_terminal_that_cannot_be_drawn_on_gets_it_too_and_so_does_the_configuration() {
    let shell = Shell::new();
    let mut command = shell.command(&[]);
    assert!(super::fed(command.env("TERM", "dumb"), b"quit\n").exits(0).out.contains("Command or field"));
    let shell = Shell::with("plain = true\n[profiles.a]\napp_id = APP\nbase_url = \"URL\"\n");
    let mut command = shell.bare(&[]);
    let ran = super::fed(command.env("HUBSPOT_ACCESS_TOKEN", CANARY).env("TERM", "xterm"), b"quit\n").exits(0);
    assert!(ran.out.starts_with("a, app 1234567."), "{ran:?}");
    super::fed(&mut Shell::new().bare(&["--plain"]), b"").exits(2).says("callset profile add");
}

#[test]
fn what_others_changed_is_chosen_field_by_field() {
    let shell = Shell::new();
    let (held, go) = Fate::held();
    shell.beside.gate.next([held]);
    let mut child = spawned(&mut shell.command(&["--plain"]));
    typed(&mut child, "width 420\nname Ours\nsave\nyes\nsave\n1 theirs\n2 mine\ndone\nsave\nyes\nquit\n");
    shell.beside.handle.block_on(shell.beside.gate.decided(3));
    shell.change(json!({"width": 380, "name": "Others"}));
    go.send(()).unwrap();
    let ran = over(child).exits(0);
    for words in [
        "Not saved: 2 fields changed here and on the server.",
        "Choose per field: save.",
        "A number, or mine, theirs, done or back: ",
        "Saved 1 field",
    ] {
        assert!(ran.out.contains(words), "{words:?}: {}", ran.out);
    }
    assert_eq!((shell.holds("width"), shell.holds("name")), (json!(420), json!("Others")));
}

#[test]
fn production_a_deletion_and_a_set_up_ask_for_what_they_ask_everywhere() {
    let shell = Shell::with("[profiles.live]\napp_id = APP\nbase_url = \"URL\"\nproduction = true\n");
    let run = |lines: &str| {
        let mut command = shell.bare(&["--plain"]);
        super::fed(command.env("HUBSPOT_ACCESS_TOKEN", CANARY), lines.as_bytes())
    };
    let ran = run(&format!("width 420\nsave\n7\nback\nsave\n{APP}\nquit\n")).exits(0);
    assert!(ran.out.contains("This is production") && ran.out.contains("The app's id, or back: "), "{}", ran.out);
    assert!(ran.out.contains("That is not the app's id") && ran.out.contains("Saved 1 field"), "{}", ran.out);
    assert_eq!(shell.beside.gate.patches().len(), 1);
    let ran = run(&format!("delete channel-connection\n{APP}\nsetup channel-connection\nsave\n{APP}\nquit\n")).exits(0);
    assert!(
        ran.out.contains("Deleted the channel connection") && ran.out.contains("Set up channel (2 fields)"),
        "{}",
        ran.out
    );
}

#[test]
fn a_credential_is_asked_for_and_never_shown() {
    let shell = Shell::new();
    let refusal = whole("401 Unauthorized", r#"{"message":"expired","category":"EXPIRED_AUTHENTICATION"}"#);
    shell.beside.gate.next([Fate::refused(refusal)]);
    let ran = fed(&shell, "new-canary-88f0b2c4-token\nwidth 420\nsave\nyes\nquit\n").exits(0);
    assert!(ran.out.contains("The credential, which is not shown, or back: "), "{}", ran.out);
    assert!(ran.out.contains("Saved 1 field") && !ran.out.contains("canary"), "{}", ran.out);
    // On a terminal it is not seen while it is typed, and everything else is.
    let mut pty = Setup::callset(&["--plain", "--demo"]).start();
    pty.wait_for_text("Command or field");
    pty.send("token\r");
    pty.wait_for_text("which is not shown");
    pty.send("canary-in-sight\r");
    pty.wait_for("the next prompt", |screen| screen.contents().matches("Command or field").count() == 2);
    assert!(!pty.screen().contents().contains("canary"), "{}", pty.screen().contents());
    pty.send("quit\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
}
