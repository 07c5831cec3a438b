//! `doctor`: every look told, with what helps; and none that hangs keeps the others.

mod tls;

use super::{CANARY, Ran, Shell, ran, refusal};
use crate::pty::{End, Setup};
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

/// Health, words and advice of a finding.
pub(super) fn told(ran: &Ran, name: &str) -> [String; 3] {
    let json = ran.json();
    let found = json["findings"].as_array().unwrap().iter().find(|finding| finding["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no {name}: {ran:?}"));
    ["health", "words", "advice"].map(|member| found[member].as_str().unwrap_or_default().to_owned())
}

pub(super) fn health(ran: &Ran, name: &str) -> (String, String) {
    let [health, words, _] = told(ran, name);
    (health, words)
}

/// The finding has this health, and these parts in its words and advice.
#[track_caller]
fn is(ran: &Ran, name: &str, health: &str, parts: &[&str]) {
    let found = told(ran, name);
    assert_eq!(found[0], health, "{name}: {ran:?}");
    let text = found[1..].join(". ");
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
}

#[test]
fn doctor_tells_what_is_well() {
    let shell = Shell::new();
    let ran = shell.run(&["doctor", "--json"]).exits(0);
    assert_eq!(ran.json()["outcome"], "ok");
    let all = ["config", "config folder", "state folder", "disk", "log", "terminal", "profile", "credential"];
    for name in all.into_iter().chain(["keyring", "proxy", "DNS", "connection", "certificates", "clock", "API"]) {
        assert_eq!(health(&ran, name).0, "ok", "{name}: {ran:?}");
    }
    is(&ran, "TLS", "skipped", &["plain http to this machine has none"]);
    is(
        &ran,
        "credential",
        "ok",
        &["access token from $HUBSPOT_ACCESS_TOKEN", "HubSpot tells its time and scopes only"],
    );
    is(&ran, "connection", "ok", &["over plain http", "a look without a credential"]);
    is(&ran, "API", "ok", &["v3 answered 200"]);
    assert!(shell.beside.gate.requests().iter().all(|request| request.starts_with("GET ")));
    // The look without a credential has none.
    assert_eq!(shell.beside.gate.credentials().iter().filter(|sent| sent.contains("canary")).count(), 1);
    let people = shell.run(&["doctor"]).exits(0);
    let health_is = |line: &str| ["ok  ", "odd", "skipped"].iter().any(|health| line.starts_with(health));
    assert!(people.out.lines().all(health_is), "{people:?}");
    let requests = shell.beside.gate.requests().len();
    let offline = shell.run(&["doctor", "--offline", "--json"]).exits(0);
    for name in ["DNS", "connection", "TLS", "clock", "API"] {
        is(&offline, name, "skipped", &["the network is left alone"]);
    }
    assert_eq!(shell.beside.gate.requests().len(), requests);
}

#[test]
fn doctor_tells_what_is_in_the_way() {
    let shell = Shell::with(
        "theme = \"pink\"\n[profiles.a]\napp_id = APP\nbase_url = \"URL\"\ntoken_command = [\"false\"]\nmakr = 1\n",
    );
    let broken = ran(&mut shell.bare(&["doctor", "--json"])).exits(1);
    let json = broken.json();
    let all = json["findings"].as_array().unwrap().iter().filter(|finding| finding["name"] == "config");
    let all: Vec<&str> = all.map(|finding| finding["words"].as_str().unwrap()).collect();
    assert!(all[0].contains("config.toml:1:9: theme") && all[1].contains("config.toml:6:1: "), "{all:?}");
    is(&broken, "config", "odd", &["Mend it there"]);
    is(
        &broken,
        "credential",
        "wrong",
        &["The program false failed", "put one where the profile looks", "--token-stdin"],
    );
    is(&broken, "API", "skipped", &["there is no credential"]);
    assert_eq!(health(&broken, "connection").0, "ok", "the server is looked at without a credential");
    let shell = Shell::with("[profiles");
    let broken = ran(&mut shell.bare(&["doctor", "--json"])).exits(1);
    is(&broken, "config", "wrong", &["config.toml:1:10", "Nothing of the file is used"]);
    assert_eq!(health(&broken, "profile").0, "wrong");
    let shell = Shell::new();
    let unreached = ran(shell.command(&["doctor", "--json"]).env("HUBSPOT_BASE_URL", "http://127.0.0.1:1")).exits(1);
    is(&unreached, "connection", "wrong", &["the connection was refused", "base URL"]);
    is(&unreached, "API", "skipped", &["the server was not reached"]);
    let lost = ran(shell.command(&["doctor", "--json"]).env("HUBSPOT_BASE_URL", "https://callset.invalid")).exits(1);
    is(&lost, "DNS", "wrong", &["callset.invalid cannot be looked up", "name server"]);
    is(&lost, "credential", "wrong", &["was not stored for callset.invalid", "--trust-host callset.invalid"]);
    ran(&mut shell.bare(&["doctor", "--json"])).exits(1);
}

#[test]
fn what_the_server_says_of_itself_is_told_in_words() {
    let shell = Shell::new();
    let at = |date: &str| refusal(&format!("404 Not Found{date}"), "{}");
    let expired = r#"{"status":"error","message":"expired","category":"EXPIRED_AUTHENTICATION","correlationId":"c"}"#;
    let looked = |date: &str, status: &str, body: &str| {
        shell.beside.gate.next([at(date), refusal(status, body)]);
        shell.run(&["doctor", "--json"])
    };
    let refused = looked("\ndate: Thu, 01 Jan 1970 00:00:00 GMT", "401 Unauthorized", expired).exits(1);
    is(&refused, "API", "wrong", &["answered 401", "The token has expired", "--token-stdin", "auth login"]);
    is(&refused, "connection", "ok", &["with 404"]);
    is(&refused, "clock", "odd", &["days ahead of the server", "Set this machine's clock"]);
    let dateless = looked("", "403 Forbidden", "{\"message\":\"no\"}").exits(1);
    is(&dateless, "clock", "skipped", &["did not say what time it is"]);
    is(&dateless, "API", "wrong", &["answered 403", "developers-read"]);
    let tomorrow =
        (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)).strftime("%a, %d %b %Y %H:%M:%S GMT");
    let moved = looked(&format!("\ndate: {tomorrow}"), "404 Not Found", "<html>").exits(1);
    is(&moved, "clock", "odd", &["h behind the server"]);
    is(&moved, "API", "wrong", &["There is no such path here"]);
}

#[test]
fn a_proxy_is_named_without_its_password_and_tried() {
    let shell = Shell::new();
    let proxied = |base_url: &str, proxy: &str, more: &[&str]| {
        let arguments = [&["doctor", "--json", "--timeout", "2s"], more].concat();
        let mut command = shell.command(&arguments);
        ran(command.env("HUBSPOT_BASE_URL", base_url).env("HTTPS_PROXY", proxy))
    };
    let (url, proxy) = ("https://api.hubapi.com", format!("http://me:{CANARY}@proxy.acme.dev:3128"));
    let named = proxied(url, &proxy, &["--offline"]).exits(0);
    is(&named, "proxy", "ok", &["http://proxy.acme.dev:3128, by HTTPS_PROXY"]);
    is(&proxied(shell.beside.gate.url(), &proxy, &["--offline"]).exits(0), "proxy", "ok", &["none"]);
    let bad = proxied(url, &format!("socks://me:{CANARY}@proxy.acme.dev"), &[]).exits(1);
    is(&bad, "proxy", "wrong", &["HTTPS_PROXY", "socks5h://", "nothing is sent"]);
    is(&bad, "connection", "skipped", &["the proxy cannot be used"]);
    // A proxy that takes connections and closes them, and one that is not there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = std::thread::spawn(move || _ = [listener.accept(), listener.accept()]);
    let tried = proxied(url, &format!("http://me:{CANARY}@127.0.0.1:{port}"), &[]).exits(1);
    is(&tried, "proxy", "ok", &[&format!("http://127.0.0.1:{port}, by HTTPS_PROXY, is connected in ")]);
    is(&tried, "DNS", "skipped", &["the proxy looks api.hubapi.com up"]);
    is(&tried, "connection", "wrong", &[&format!("127.0.0.1:{port}")]);
    served.join().unwrap();
    let gone = proxied(url, "http://127.0.0.1:1", &[]).exits(1);
    is(&gone, "proxy", "wrong", &["cannot be reached: connection refused", "NO_PROXY"]);
    // Nothing goes there directly either.
    let mut command = shell.command(&["get"]);
    command.env("HUBSPOT_BASE_URL", url).env("HTTPS_PROXY", format!("socks://me:{CANARY}@proxy.acme.dev"));
    ran(&mut command).exits(1).says("HTTPS_PROXY does not hold the address of a proxy");
}

#[test]
fn folders_that_cannot_be_used_are_told_with_what_helps() {
    let shell = Shell::new();
    fs::create_dir_all(shell.state()).unwrap();
    let looked = || shell.run(&["doctor", "--offline", "--json"]);
    fs::set_permissions(shell.state(), Permissions::from_mode(0o755)).unwrap();
    is(&looked().exits(0), "state folder", "odd", &["mode 0755", "other users may look into it"]);
    fs::set_permissions(shell.state(), Permissions::from_mode(0o500)).unwrap();
    // The superuser may write anywhere.
    if !rustix::process::geteuid().is_root() {
        is(&looked().exits(1), "state folder", "wrong", &["mode 0500", "cannot be written", "XDG_STATE_HOME"]);
    }
    let mut command = shell.command(&["doctor", "--offline", "--json"]);
    let none =
        ran(command.env("XDG_STATE_HOME", "/dev/null/state").env("XDG_CONFIG_HOME", "/proc/self/nothing")).exits(1);
    is(&none, "state folder", "wrong", &["cannot be made", "XDG_STATE_HOME"]);
    let file = shell.file("file", "");
    let mut command = shell.command(&["doctor", "--offline", "--json"]);
    fs::create_dir(shell.home.path().join("odd")).unwrap();
    std::os::unix::fs::symlink(&file, shell.home.path().join("odd/callset")).unwrap();
    let odd = ran(command.env("XDG_STATE_HOME", shell.home.path().join("odd"))).exits(1);
    is(&odd, "state folder", "wrong", &["is no folder", "Move it away"]);
    let mut homeless = shell.command(&["doctor", "--offline", "--json"]);
    let homeless = ran(homeless.env_remove("HOME").env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME")).exits(0);
    is(&homeless, "config", "odd", &["Set HOME or XDG_CONFIG_HOME"]);
    is(&homeless, "state folder", "odd", &["in memory only"]);
}

#[test]
fn a_program_for_the_credential_that_hangs_keeps_no_other_look() {
    let hangs = "[profiles.a]\napp_id = APP\nbase_url = \"URL\"\ntoken_command = [\"sleep\", \"60\"]\n\
                 token_command_timeout = \"1s\"\n";
    let hung = ran(&mut Shell::with(hangs).bare(&["doctor", "--json"])).exits(1);
    is(&hung, "credential", "wrong", &["did not end within 1s"]);
    is(&hung, "connection", "ok", &[]);
    is(&hung, "API", "skipped", &["there is no credential"]);
}

#[cfg(feature = "keyring")]
#[test]
fn the_keyring_is_told_without_unlocking_it() {
    use crate::vault::{Habit, Manner, Vault};
    use std::os::unix::net::UnixListener;
    let shell = Shell::with("[profiles.a]\napp_id = APP\nbase_url = \"URL\"\nsources = [\"keyring\", \"env:T\"]\n");
    let with = |habit: Habit| {
        let dir = tempfile::TempDir::new().unwrap();
        let vault = Vault::start(dir.path(), Manner { habit, ..Manner::default() });
        let mut command = shell.bare(&["doctor", "--json", "--offline"]);
        ran(command.env("DBUS_SESSION_BUS_ADDRESS", &vault.address).env("T", CANARY))
    };
    is(&with(Habit::Plain), "keyring", "ok", &["it is there and open"]);
    is(&with(Habit::Locked), "keyring", "wrong", &["it is locked", "Unlock it"]);
    is(&with(Habit::Absent), "keyring", "wrong", &["no program on the session bus keeps secrets", "another source"]);
    is(&with(Habit::Empty), "keyring", "wrong", &["no default collection"]);
    // Nobody answers on this one.
    let dir = tempfile::TempDir::new().unwrap();
    let _silent = UnixListener::bind(dir.path().join("bus")).unwrap();
    let mut command = shell.bare(&["doctor", "--json"]);
    let address = format!("unix:path={}", dir.path().join("bus").display());
    let hung = ran(command.env("DBUS_SESSION_BUS_ADDRESS", address).env("T", CANARY)).exits(1);
    is(&hung, "keyring", "wrong", &["did not answer within 3s"]);
    is(&hung, "connection", "ok", &[]);
    // Whoever does not use it is not troubled.
    let shell = Shell::new();
    is(&shell.run(&["doctor", "--json", "--offline"]).exits(0), "keyring", "ok", &["the profile does not use it"]);
}

/// A `tmux` that does this.
fn tmux(shell: &Shell, script: &str) -> Ran {
    let folder = shell.home.path().join("bin");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("tmux"), format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(folder.join("tmux"), Permissions::from_mode(0o755)).unwrap();
    let mut command = shell.command(&["doctor", "--json", "--offline"]);
    let path = format!("{}:/usr/bin:/bin", folder.display());
    ran(command.env("TMUX", "/tmp/tmux,1,0").env("PATH", path))
}

#[test]
fn tmux_is_asked_for_what_matters_and_gets_no_secret() {
    let shell = Shell::new();
    let options = "env | grep -q canary && exit 1\ncase $3 in set-clipboard) echo off;; escape-time) echo 500;; \
                   default-terminal) echo screen;; *) exit 1;; esac";
    let odd = tmux(&shell, options).exits(0);
    is(
        &odd,
        "tmux",
        "odd",
        &["set-clipboard off, escape-time 500, default-terminal screen", "set-clipboard on", "escape-time 10"],
    );
    is(&odd, "terminal", "ok", &["in tmux"]);
    is(&tmux(&shell, "exit 1").exits(0), "tmux", "odd", &["it does not tell its options"]);
    is(&tmux(&shell, "exec sleep 60").exits(0), "tmux", "odd", &["it does not tell its options"]);
    // What it prints cannot harm.
    is(&tmux(&shell, "yes \"$(printf '\\033]0;x')\"").exits(0), "tmux", "odd", &[]);
}

/// What reads the terminal after callset.
const THEN_READ: &str = "\"$CALLSET\" --demo doctor --offline; echo done; read line; echo \"[$line]\"";

/// What a terminal answers that knows all but one of the modes.
const ANSWERS: &str =
    "\x1b]11;rgb:1e1e/2e2e/3e3e\x1b\\\x1b[?2004;2$y\x1b[?1004;1$y\x1b[?1006;2$y\x1b[?2026;0$y\x1b[?62;22c";

#[test]
fn a_terminal_is_asked_and_its_answers_are_told() {
    let mut told = Setup::program("/bin/sh", &["-c", THEN_READ]).silent().typed_ahead(ANSWERS).sized(160, 50).start();
    told.wait_for_text("done");
    let raw = String::from_utf8_lossy(told.raw()).into_owned();
    assert!(raw.contains("\x1b[?2026$p") && raw.contains("\x1b[c"), "{raw:?}");
    let screen = told.screen().contents();
    assert!(screen.contains("answers        kind 62;22; background #1e2e3e; "), "{screen}");
    assert!(
        screen.contains("knows bracketed paste, focus reports, SGR mouse; does not tell of synchronized"),
        "{screen}"
    );
    told.send("yes\r");
    told.wait_for_text("[yes]");
    assert_eq!(told.wait_exit(), End::Code(0));
}

#[test]
fn what_a_terminal_answers_late_is_not_left_to_the_shell() {
    let mut late = Setup::program("/bin/sh", &["-c", THEN_READ]).silent().sized(120, 50).start();
    late.wait_for_bytes("\x1b[c");
    late.pause(std::time::Duration::from_millis(1200));
    late.send_now(ANSWERS);
    late.wait_for_text("it did not answer within 1 s");
    late.wait_for_text("done");
    late.send("yes\r");
    late.wait_for_text("[yes]");
    assert_eq!(late.wait_exit(), End::Code(0));
}

#[test]
fn a_terminal_that_answers_nothing_is_given_back_also_when_it_is_interrupted() {
    for (sent, code) in [("\x03", 130), ("", 0)] {
        let script = "\"$CALLSET\" --demo doctor --offline; echo \"code $?\"; stty -a | tr ' ;' '\\n\\n' | grep -x 'echo\\|icanon\\|isig'";
        let mut silent = Setup::program("/bin/sh", &["-c", script]).silent().sized(80, 50).start();
        silent.wait_for_bytes("\x1b[c");
        silent.send_now(sent);
        silent.wait_for_text(&format!("code {code}"));
        for mode in ["\nisig", "\nicanon", "\necho"] {
            silent.wait_for_text(mode);
        }
        silent.wait_end();
    }
}

#[test]
fn lines_are_as_wide_as_the_terminal() {
    for (columns, indent) in [(80, 24), (40, 4)] {
        let mut narrow = Setup::callset(&["--demo", "doctor"]).sized(columns, 60).start();
        narrow.wait_for_text("API");
        narrow.wait_exit();
        let screen = narrow.screen().contents();
        let lines: Vec<&str> = screen.lines().filter(|line| !line.is_empty()).collect();
        let is_fit = |line: &&str| {
            let starts = ["ok ", "odd ", "wrong ", "skipped "].iter().any(|health| line.starts_with(health));
            line.chars().count() <= usize::from(columns) && (starts || line.starts_with(&" ".repeat(indent)))
        };
        assert!(lines.iter().all(is_fit), "{screen}");
        // Not one word stands alone because a line was cut.
        assert!(lines.iter().all(|line| line.trim().len() > 2), "{screen}");
    }
}

#[test]
fn a_terminal_that_cannot_be_drawn_on_is_asked_nothing() {
    let mut dumb = Setup::callset(&["--demo", "doctor", "--offline"]).env("TERM", "dumb").start();
    dumb.wait_for_text("API");
    dumb.wait_exit();
    assert!(!dumb.raw().contains(&0x1b));
}
