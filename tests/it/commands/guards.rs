//! Production and read-only guard scripts as they guard people; a credential goes to no new host unasked.

use super::{CANARY, Shell, ran};
use crate::pty::{End, Setup};
use serde_json::json;
use std::sync::Arc;

const LIVE: &str = "[profiles.live]\napp_id = APP\nbase_url = \"URL\"\nproduction = true\n";
const LOCKED: &str = "[profiles.locked]\napp_id = APP\nbase_url = \"URL\"\nread_only = true\n";

fn profiled(shell: &Shell, arguments: &[&str]) -> super::Ran {
    ran(shell.bare(arguments).env("HUBSPOT_ACCESS_TOKEN", CANARY))
}

#[test]
fn a_script_says_which_app_it_means_in_production() {
    let shell = Shell::with(LIVE);
    let said = profiled(&shell, &["set", "width=420"]).exits(2);
    assert!(said.err.contains("the profile live is production: add --confirm 1234567"), "{said:?}");
    profiled(&shell, &["set", "width=420", "--confirm", "1234568"]).exits(2).says("--confirm 1234568 is another app");
    // Nothing was even read.
    assert_eq!(shell.beside.gate.requests(), Vec::<String>::new());
    profiled(&shell, &["set", "width=420", "--dry-run"]).exits(0);
    profiled(&shell, &["set", "width=420", "--confirm", "1234567"]).exits(0);
    assert_eq!(shell.holds("width"), json!(420));
    for arguments in [["apply", "-"], ["history", "restore"]] {
        let arguments: Vec<&str> = arguments.into_iter().chain((arguments[0] == "history").then_some("1")).collect();
        let mut command = shell.bare(&arguments);
        super::fed(command.env("HUBSPOT_ACCESS_TOKEN", CANARY), b"width = 1").exits(2).says("--confirm 1234567");
    }
}

#[test]
fn read_only_wants_to_be_unlocked() {
    let shell = Shell::with(LOCKED);
    profiled(&shell, &["set", "width=420"]).exits(2).says("the profile locked is read-only: --unlock saves to it");
    profiled(&shell, &["set", "width=420", "--unlock", "--read-only"]).exits(2);
    profiled(&shell, &["set", "width=420", "--unlock"]).exits(0);
    // Its guard is about the app, however the app is named.
    shell.run(&["set", "width=430"]).exits(2).says("app 1234567 is read-only: --unlock saves to it");
    shell.run(&["get", "width", "-o", "value"]).exits(0).prints(&["420"]);
    let shell = Shell::new();
    shell.run(&["set", "width=430", "--read-only"]).exits(2).says("--read-only was given: nothing was sent");
    shell.run(&["get", "width", "--read-only", "-o", "value"]).exits(0).prints(&["400"]);
}

#[test]
fn a_person_is_shown_what_would_be_sent_and_types_the_id() {
    for (typed, code, width) in [("1234567\r", 0, 420), ("\r", 2, 400), ("1234568\r", 2, 400), ("\x03", 130, 400)] {
        let shell = Shell::with(LIVE);
        let home = Arc::new(tempfile::TempDir::new().unwrap());
        let setup = Setup::again(home, &["set", "width=420"]);
        let mut pty = setup
            .env("XDG_CONFIG_HOME", shell.home.path().join("config").to_str().unwrap())
            .env("HUBSPOT_ACCESS_TOKEN", CANARY)
            .start();
        pty.wait_for_text("Type the app's id to send it");
        let screen = pty.screen().contents();
        assert!(
            screen.contains("This goes to production, app 1234567") && screen.contains("width  400 -> 420"),
            "{screen}"
        );
        pty.send(typed);
        assert_eq!(pty.wait_exit(), End::Code(code), "{typed:?}");
        assert_eq!(shell.holds("width"), json!(width));
    }
}

#[test]
fn a_deletion_is_asked_about_and_made_only_with_the_id() {
    for (typed, code, is_there) in [("\r", 2, true), ("\x03", 130, true), ("1234567\r", 0, false)] {
        let shell = Shell::new();
        let url = shell.beside.gate.url().to_owned();
        let arguments = ["delete", "settings", "--app", "1234567", "--base-url", &url];
        let mut pty = Setup::callset(&arguments).env("HUBSPOT_ACCESS_TOKEN", CANARY).start();
        pty.wait_for_text("Type the app's id to send it");
        assert!(pty.screen().contents().contains("DELETE of the settings"), "{}", pty.screen().contents());
        assert!(shell.beside.gate.methods(0).iter().all(|method| method == "GET"));
        pty.send(typed);
        assert_eq!(pty.wait_exit(), End::Code(code), "{typed:?}");
        assert_eq!(shell.holds("width") == json!(400), is_there, "{typed:?}");
    }
}

#[test]
fn a_person_without_a_credential_is_asked_for_it_and_it_is_not_shown() {
    let shell = Shell::new();
    let url = shell.beside.gate.url().to_owned();
    let arguments = ["set", "width=420", "--app", "1234567", "--base-url", &url];
    let mut pty = Setup::callset(&arguments).start();
    pty.wait_for_text("it is not shown");
    pty.send(format!("wrong\x15{CANARY}x\x7f\r"));
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!pty.screen().contents().contains("canary"), "{}", pty.screen().contents());
    assert_eq!(shell.beside.gate.credentials()[0], format!("Bearer {CANARY}"));
    let mut pty = Setup::callset(&arguments).start();
    pty.wait_for_text("it is not shown");
    pty.send("\x03");
    assert_eq!(pty.wait_exit(), End::Code(130));
    // Nobody is asked where nobody is to be asked.
    for setup in
        [Setup::callset(&[&arguments[..], &["--no-input"]].concat()), Setup::callset(&arguments).env("CI", "true")]
    {
        let mut pty = setup.start();
        assert_eq!(pty.wait_exit(), End::Code(4));
    }
}

#[test]
fn a_credential_goes_to_a_new_host_only_if_somebody_says_so() {
    let shell = Shell::new();
    let mut command = shell.command(&["get", "--timeout", "50ms"]);
    let told = ran(command.env("HUBSPOT_BASE_URL", "https://proxy.invalid:9")).exits(2);
    assert!(told.err.contains("--trust-host proxy.invalid:9"), "{told:?}");
    let mut command = shell.command(&["get", "--timeout", "50ms", "--trust-host", "other.invalid"]);
    ran(command.env("HUBSPOT_BASE_URL", "https://proxy.invalid:9")).exits(2);
    let mut command = shell.command(&["get", "--timeout", "50ms", "--trust-host", "proxy.invalid:9"]);
    let reached = ran(command.env("HUBSPOT_BASE_URL", "https://proxy.invalid:9")).exits(1);
    assert!(reached.err.contains("proxy.invalid"), "{reached:?}");
    let mut command = shell.command(&["get", "--token-stdin"]);
    super::fed(command.env("HUBSPOT_BASE_URL", "https://proxy.invalid:9"), b"some-token-that-is-typed")
        .exits(2)
        .says("--trust-host");
}

#[test]
fn why_a_credential_is_asked_for_is_told_first() {
    let shell = Shell::with("[profiles.a]\napp_id = APP\nbase_url = \"URL\"\ntoken_command = [\"false\"]\n");
    let home = Arc::new(tempfile::TempDir::new().unwrap());
    let config = shell.home.path().join("config");
    let mut pty = Setup::again(home, &["get", "width"]).env("XDG_CONFIG_HOME", config.to_str().unwrap()).start();
    pty.wait_for_text("it is not shown");
    let screen = pty.screen().contents();
    assert!(screen.contains("The program false failed"), "{screen}");
    pty.send("\x03");
    assert_eq!(pty.wait_exit(), End::Code(130));
}
