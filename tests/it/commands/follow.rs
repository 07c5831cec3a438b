//! `callset follow`: beside a tunnel that comes, moves and goes, beside an editor and another command.

use super::{CANARY, Ran, Shell, kill, over};
use crate::gate::Fate;
use rustix::process::Signal;
use serde_json::{Value as Json, json};
use std::fs;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

/// A machine on which `tailscale` says what a file holds, and a running `callset follow` on it.
struct Followed {
    shell: Shell,
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    err: Lines<BufReader<ChildStderr>>,
}

/// What `tailscale serve status --json` prints while a funnel runs.
fn funnel(host: &str) -> String {
    let key = format!("{host}:443");
    json!({"TCP": {"443": {"HTTPS": true}}, "Web": {&key: {"Handlers": {"/": {"Proxy": "http://127.0.0.1:3000"}}}},
           "AllowFunnel": {&key: true}})
    .to_string()
}

/// The machine has the program, and no tunnel yet.
fn machine(shell: Shell) -> Shell {
    let bin = shell.home.path().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let program = bin.join("tailscale");
    fs::write(&program, format!("#!/bin/sh\nexec cat '{}'\n", shell.home.path().join("serve").display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    serves(&shell, "{}");
    shell
}

/// From now on the program prints this.
fn serves(shell: &Shell, config: &str) {
    let next = shell.file("serve.next", config);
    fs::rename(next, shell.home.path().join("serve")).unwrap();
}

fn command(shell: &Shell, arguments: &[&str]) -> Command {
    let all: Vec<&str> =
        ["follow", "--tunnel", "tailscale", "--every", "1s"].into_iter().chain(arguments.iter().copied()).collect();
    let mut command = shell.command(&all);
    command.env("PATH", format!("{}:/usr/bin:/bin", shell.home.path().join("bin").display()));
    command
}

impl Followed {
    fn start(shell: Shell, arguments: &[&str]) -> Self {
        let mut child = command(&shell, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { shell, child, out, err }
    }

    /// The next line on standard output, which is there at once.
    fn line(&mut self) -> String {
        self.out.next().expect("a line").unwrap()
    }

    /// Says this. On a machine that is busy a look may miss the tunnel, which is told as well.
    fn says(&mut self, words: &str) {
        let words = format!("callset: {words}");
        assert!(self.err.by_ref().map(Result::unwrap).any(|line| line == words), "{words}");
    }

    fn ends(mut self, signal: Signal) -> i32 {
        kill(&self.child, signal);
        let rest: Vec<String> = self.out.by_ref().map(Result::unwrap).collect();
        assert_eq!(rest, Vec::<String>::new());
        for line in self.err.by_ref().map(Result::unwrap) {
            assert!(!line.contains("panicked") && !line.contains(CANARY), "{line}");
        }
        let status = self.child.wait().unwrap();
        status.code().unwrap()
    }
}

#[test]
fn it_waits_for_the_tunnel_follows_it_and_says_each_change_in_one_line() {
    let mut followed = Followed::start(machine(Shell::new()), &[]);
    followed.says("no tunnel of tailscale runs on this machine yet: waiting");
    let before = followed.shell.holds("url");
    let path = before.as_str().unwrap().split('/').skip(3).collect::<Vec<_>>().join("/");
    serves(&followed.shell, &funnel("one.t.ts.net"));
    let expected = |from: &str, to: &str| format!("url  {from} -> https://{to}/{path}   tailscale");
    assert_eq!(followed.line(), expected(before.as_str().unwrap(), "one.t.ts.net"));
    followed.says(
        "only url follows. The urls of recordings and phone numbers, the app's own base url, the answer url at the \
         telephony provider, and the redirect and permitted urls in the project's app file keep the old address",
    );
    assert_eq!(followed.shell.holds("url"), json!(format!("https://one.t.ts.net/{path}")));
    serves(&followed.shell, &funnel("two.t.ts.net"));
    assert_eq!(followed.line(), expected(&format!("https://one.t.ts.net/{path}"), "two.t.ts.net"));
    assert_eq!(followed.shell.patches().len(), 2, "one save a change");
    serves(&followed.shell, "{}");
    followed.says("the tunnel https://two.t.ts.net of tailscale is gone: waiting for the next one");
    // It comes back as it was: nothing is sent.
    serves(&followed.shell, &funnel("two.t.ts.net"));
    followed.says("url is at https://two.t.ts.net of tailscale already: nothing was sent");
    assert_eq!(followed.shell.patches().len(), 2);
    assert_eq!(followed.ends(Signal::TERM), 143);
}

#[test]
fn programs_read_json_lines_and_the_path_may_be_given() {
    let shell = machine(Shell::new());
    serves(&shell, &funnel("one.t.ts.net"));
    let mut followed = Followed::start(shell, &["--json", "--path", "/widget?v=2"]);
    let line: Json = serde_json::from_str(&followed.line()).unwrap();
    assert_eq!(line["changed"]["url"][1], "https://one.t.ts.net/widget?v=2");
    assert_eq!((&line["tunnel"], &line["resource"]), (&json!("tailscale"), &json!("settings")));
    assert_eq!(line["local"], "127.0.0.1:3000");
    assert_eq!(followed.ends(Signal::INT), 130);
}

#[test]
fn what_others_save_meanwhile_stays_until_the_tunnel_moves_and_is_not_written_over_unseen() {
    let shell = machine(Shell::new());
    serves(&shell, &funnel("one.t.ts.net"));
    let mut followed = Followed::start(shell, &["--path", "/w"]);
    followed.line();
    // A command saves beside it: both take their turns.
    followed.shell.run(&["set", "url=https://dialer.acme.dev/other", "width=444"]).exits(0);
    assert_eq!(followed.shell.holds("url"), json!("https://dialer.acme.dev/other"), "nobody fights over it");
    serves(&followed.shell, &funnel("two.t.ts.net"));
    let line = followed.line();
    assert_eq!(line, "url  https://dialer.acme.dev/other -> https://two.t.ts.net/w   tailscale");
    followed.says("url was changed by others meanwhile: looking again");
    assert_eq!(followed.shell.holds("width"), json!(444));
    let history = followed.shell.run(&["history"]);
    assert_eq!(history.out.lines().filter(|line| line.contains("two.t.ts.net")).count(), 1, "{history:?}");
    followed.ends(Signal::TERM);
}

/// The editor line by line, on the same home and the same profile.
struct Beside {
    child: Child,
    out: BufReader<ChildStdout>,
    said: String,
}

impl Beside {
    fn start(shell: &Shell, arguments: &[&str]) -> Self {
        let mut command = shell.command(&[&["--plain"], arguments].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, said: String::new() }
    }

    fn types(&mut self, lines: &str) {
        self.child.stdin.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
    }

    /// Reads until the editor has said this. What it said before is forgotten.
    fn says(&mut self, words: &str) {
        let mut chunk = [0; 4096];
        loop {
            if let Some(at) = self.said.find(words) {
                self.said.drain(..at + words.len());
                return;
            }
            let len = self.out.read(&mut chunk).unwrap();
            assert!(len > 0, "it ended before {words:?}: {}", self.said);
            self.said.push_str(std::str::from_utf8(&chunk[..len]).unwrap());
        }
    }

    fn quits(mut self) {
        self.types("quit\n");
        self.out.read_to_string(&mut self.said).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{}", self.said);
    }
}

#[test]
fn an_editor_beside_it_sees_the_change_and_loses_nothing() {
    let shell = machine(Shell::new());
    let mut editor = Beside::start(&shell, &["--watch", "1s"]);
    editor.says("Command or field");
    editor.types("width 430\n");
    editor.says("1 edit is unsaved");
    let mut followed = Followed::start(shell, &["--path", "/w"]);
    followed.says("no tunnel of tailscale runs on this machine yet: waiting");
    serves(&followed.shell, &funnel("one.t.ts.net"));
    assert!(followed.line().ends_with("-> https://one.t.ts.net/w   tailscale"));
    // The watch sees it, and the edit stays.
    editor.says("to https://one.t.ts.net/w");
    editor.types("save\nyes\n");
    editor.says("Saved 1 field");
    assert_eq!(
        (followed.shell.holds("url"), followed.shell.holds("width")),
        (json!("https://one.t.ts.net/w"), json!(430))
    );
    editor.quits();
    let history = followed.shell.run(&["history"]);
    assert_eq!(
        history.out.lines().filter(|line| line.contains("width") || line.contains("url")).count(),
        2,
        "{history:?}"
    );
    followed.ends(Signal::TERM);
}

/// The server has had so many requests in all.
fn requested(shell: &Shell, count: usize) {
    shell.beside.handle.block_on(async {
        while shell.beside.gate.requests().len() < count {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn it_waits_for_its_turn_while_an_editor_saves() {
    let shell = machine(Shell::new());
    let mut editor = Beside::start(&shell, &[]);
    editor.says("Command or field");
    let (held, go) = Fate::held();
    shell.beside.gate.next_patch([held]);
    editor.types("width 430\nsave\nyes\n");
    // What it loaded, what it looked at for the save, and what it sends.
    requested(&shell, 5);
    let before = shell.beside.gate.requests().len();
    assert_eq!(shell.patches().len(), 1);
    serves(&shell, &funnel("one.t.ts.net"));
    let mut followed = Followed::start(shell, &["--path", "/w"]);
    // It has read, and has seen that another one is saving.
    requested(&followed.shell, before + 1);
    assert_eq!(followed.shell.patches().len(), 1, "one at a time");
    go.send(()).unwrap();
    editor.says("Saved 1 field");
    assert!(followed.line().ends_with("-> https://one.t.ts.net/w   tailscale"));
    assert_eq!(
        (followed.shell.holds("url"), followed.shell.holds("width")),
        (json!("https://one.t.ts.net/w"), json!(430))
    );
    editor.quits();
    followed.ends(Signal::TERM);
}

#[test]
fn an_edit_of_the_same_url_is_a_conflict_in_the_editor_and_stays() {
    let shell = machine(Shell::new());
    let mut editor = Beside::start(&shell, &["--watch", "1s"]);
    editor.says("Command or field");
    editor.types("url https://mine.acme.dev/w\n");
    editor.says("1 edit is unsaved");
    serves(&shell, &funnel("one.t.ts.net"));
    let mut followed = Followed::start(shell, &["--path", "/w"]);
    assert!(followed.line().ends_with("-> https://one.t.ts.net/w   tailscale"));
    let told = "url was https://dialer.acme.dev/widget when it was read, the server has https://one.t.ts.net/w now, \
                yours is https://mine.acme.dev/w";
    editor.says(told);
    editor.types("save\n");
    editor.says("Nothing was sent over them");
    assert_eq!(followed.shell.patches().len(), 1, "that of the tunnel");
    editor.types("1 mine\ndone\n");
    editor.says("Saved 1 field");
    assert_eq!(followed.shell.holds("url"), json!("https://mine.acme.dev/w"));
    // Nobody fights over it: the next change is that of the tunnel.
    serves(&followed.shell, &funnel("two.t.ts.net"));
    assert_eq!(followed.line(), "url  https://mine.acme.dev/w -> https://two.t.ts.net/w   tailscale");
    editor.says("to https://two.t.ts.net/w");
    assert_eq!(followed.shell.patches().len(), 3);
    editor.quits();
    followed.ends(Signal::TERM);
}

#[test]
fn a_url_that_could_harm_a_terminal_is_told_harmlessly() {
    let shell = machine(Shell::new());
    shell.change(json!({"url": "https://a.dev/\u{1b}[2J\u{202e}w"}));
    serves(&shell, &funnel("one.t.ts.net"));
    let mut followed = Followed::start(shell, &["--path", "/w"]);
    assert_eq!(followed.line(), "url  https://a.dev/␛[2J⟨RLO⟩w -> https://one.t.ts.net/w   tailscale");
    followed.ends(Signal::TERM);
}

#[test]
fn production_and_read_only_profiles_are_refused_before_anything_is_asked() {
    const CONFIG: &str = "[profiles.live]\napp_id = APP\nbase_url = \"URL\"\nproduction = true\n\n\
                          [profiles.locked]\napp_id = APP\nbase_url = \"URL\"\nread_only = true\n";
    let refused = |arguments: &[&str]| -> Ran {
        let shell = Shell::with(CONFIG);
        let mut command = shell.bare(&[&["follow"], arguments].concat());
        command.env("HUBSPOT_ACCESS_TOKEN", CANARY);
        let ran = over(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        assert_eq!(shell.patches(), Vec::<String>::new());
        ran.exits(2)
    };
    refused(&["-p", "live"]).says("the profile live is production, whose url does not follow a tunnel");
    refused(&["-p", "live", "--unlock"]).says("is production");
    refused(&["-p", "locked"]).says("the profile locked is read-only: --unlock saves to it");
    refused(&["-p", "locked", "--read-only"]).says("--read-only was given");
    let json = refused(&["-p", "live", "--json"]);
    assert_eq!(json.json()["error"]["kind"], "usage");
    refused(&["--app", "7", "--tunnel", "hamachi"]).says("the tunnels that can be asked are ngrok");
    refused(&["--app", "7", "--path", "//evil.dev"]).says("a path begins with one /");
}

#[test]
fn a_refused_credential_ends_it_and_a_server_in_trouble_does_not() {
    let shell = machine(Shell::new());
    serves(&shell, &funnel("one.t.ts.net"));
    let trouble = || super::refusal("503 Service Unavailable", r#"{"message":"down"}"#);
    shell.beside.gate.next_patch([trouble(), Fate::own()]);
    let mut followed = Followed::start(shell, &["--path", "/w"]);
    let line = followed.line();
    assert!(line.ends_with("-> https://one.t.ts.net/w   tailscale"), "{line}");
    followed.ends(Signal::TERM);
    let shell = machine(Shell::new());
    serves(&shell, &funnel("one.t.ts.net"));
    shell.beside.gate.next_patch([super::refusal("401 Unauthorized", r#"{"message":"It expired"}"#)]);
    let mut command = command(&shell, &["--path", "/w"]);
    let ran = over(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    ran.exits(4).says("HubSpot answered 401");
}
