//! Each row of the table of exit codes is reached, and the tables that are printed are that one.

use super::{CANARY, Ran, Shell, kill, over, ran, refusal};
use crate::gate::Fate;
use crate::pty::{End, Setup};
use callset::cli::exit::{self, Ending};
use rustix::process::Signal;
use std::process::Command;

/// The variable that makes this test its own child.
const FAULTY: &str = "CALLSET_TEST_COMMAND_PANICS";

fn reached(shell: &Shell, ending: Ending) -> Ran {
    let run = |arguments: &[&str]| shell.run(arguments);
    match ending {
        Ending::Done => run(&["set", "width=420"]),
        Ending::Failed => ran(shell.command(&["get"]).env("HUBSPOT_BASE_URL", "http://127.0.0.1:1")),
        Ending::Usage => run(&["set"]),
        Ending::Differs => run(&["set", "width=420", "-n", "--exit-code"]),
        Ending::NoCredential => ran(shell.command(&["get"]).env_remove("HUBSPOT_ACCESS_TOKEN")),
        Ending::Condition => run(&["set", "width=420", "--if", "width=3"]),
        Ending::Rejected => run(&["set", "width=wide"]),
        Ending::Unknown => {
            shell.beside.gate.next([Fate::own(), Fate::own(), Fate::silence(false)]);
            let child = shell.start(&["set", "width=420"], 3);
            kill(&child, Signal::INT);
            over(child)
        }
        Ending::Fault => {
            let this = std::env::current_exe().unwrap();
            let name = "commands::exits::each_row_of_the_table_is_reached";
            ran(Command::new(this).args(["--exact", name, "--nocapture"]).env(FAULTY, "1"))
        }
        Ending::Interrupted => signalled(shell, Signal::INT),
        Ending::Terminated => signalled(shell, Signal::TERM),
        Ending::HungUp => signalled(shell, Signal::HUP),
        Ending::Quit => {
            let mut pty = Setup::callset(&["--demo"]).start();
            pty.wait_for_text("Acme Dialer");
            pty.kill(Signal::QUIT);
            match pty.wait_exit() {
                End::Code(code) => Ran { code: code.cast_signed(), out: String::new(), err: String::new() },
                other @ End::Signal(_) => panic!("{other:?}"),
            }
        }
    }
}

/// While it reads, so that nothing has left.
fn signalled(shell: &Shell, signal: Signal) -> Ran {
    shell.beside.gate.next([Fate::silence(false)]);
    let child = shell.start(&["set", "width=420"], 1);
    kill(&child, signal);
    over(child)
}

#[test]
fn each_row_of_the_table_is_reached() {
    if std::env::var_os(FAULTY).is_some() {
        callset::term::before_a_crash_of_a_command();
        panic!("planted");
    }
    for ending in Ending::ALL {
        let shell = Shell::new();
        let ran = reached(&shell, ending);
        assert_eq!(ran.code, i32::from(ending.code()), "{ending:?}: {ran:?}");
        assert!(!ran.err.contains(CANARY), "{ran:?}");
    }
}

#[test]
fn the_table_is_printed_everywhere() {
    let shell = Shell::new();
    let topic = ran(&mut shell.bare(&["help", "exit-codes"])).exits(0);
    assert_eq!(
        topic.out.split_whitespace().collect::<Vec<_>>(),
        exit::lines().join(" ").split_whitespace().collect::<Vec<_>>()
    );
    let page = ran(&mut shell.bare(&["man"])).exits(0);
    for ending in Ending::ALL {
        assert!(page.out.contains(&format!("\\fB{}\\fR\n", ending.code())), "{}", page.out);
    }
}

#[test]
fn interrupted_at_each_stage_it_says_whether_something_has_left() {
    for (requests, code, words) in [
        (1, 130, "cancelled before anything was sent"),
        (2, 130, "cancelled before anything was sent"),
        (3, 7, "callset settle"),
    ] {
        let shell = Shell::new();
        shell.beside.gate.next((1..requests).map(|_| Fate::own()));
        shell.beside.gate.next([Fate::silence(false)]);
        let child = shell.start(&["set", "width=420"], requests);
        kill(&child, Signal::INT);
        over(child).exits(code).says(words);
        assert_eq!(shell.holds("width"), serde_json::json!(400));
    }
    // While it waits for its turn, and while a program is asked for the credential.
    let shell = Shell::new();
    let (held, go) = Fate::held();
    shell.beside.gate.next([Fate::own(), held]);
    let first = shell.start(&["set", "width=420"], 2);
    let second = shell.start(&["set", "height=700"], 3);
    kill(&second, Signal::INT);
    over(second).exits(130);
    go.send(()).unwrap();
    over(first).exits(0);
}

#[test]
fn what_hubspot_answers_has_a_code_and_a_kind() {
    let missing = r#"{"status":"error","message":"This app hasn't been granted all required scopes","correlationId":"c-1","category":"MISSING_SCOPES","errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["developers-write"]}}]}"#;
    let invalid = r#"{"status":"error","message":"Invalid input JSON","correlationId":"c-2","category":"VALIDATION_ERROR","errors":[{"message":"must be positive","in":"width"}]}"#;
    let expired = r#"{"status":"error","message":"The OAuth token used to make this call expired 0 second(s) ago.","category":"EXPIRED_AUTHENTICATION","correlationId":"c-3"}"#;
    for (status, body, code, kind, retryable) in [
        ("403 Forbidden", missing, 4, "missing_scopes", false),
        ("401 Unauthorized", expired, 4, "unauthorized", false),
        ("400 Bad Request", invalid, 6, "rejected", false),
        ("409 Conflict", "{\"status\":\"error\",\"message\":\"x\",\"category\":\"CONFLICT\"}", 5, "conflict", false),
    ] {
        let shell = Shell::new();
        shell.beside.gate.next_patch([refusal(status, body), refusal(status, body)]);
        let ran = shell.run(&["set", "width=420", "--json"]).exits(code);
        let json = ran.json();
        let error = &json["error"];
        assert_eq!((error["kind"].as_str(), error["retryable"].as_bool()), (Some(kind), Some(retryable)), "{json}");
        assert_eq!(error["status"].as_u64(), status[..3].parse().ok(), "{json}");
        assert_eq!(shell.holds("width"), serde_json::json!(400));
    }
    let shell = Shell::new();
    shell.beside.gate.next_patch([refusal("403 Forbidden", missing)]);
    let json = shell.run(&["set", "width=420", "--json"]).json();
    assert_eq!(json["error"]["scopes"], serde_json::json!(["developers-write"]));
    assert_eq!(json["error"]["correlation_id"], "c-1");
}
