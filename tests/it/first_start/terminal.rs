//! The first start of the real program, in a real terminal, in a home with nothing in it.

use crate::pty::{CALLSET, End, Pty, Setup};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const ENTER: &str = "\r";
const CTRL_C: &str = "\x03";
const CTRL_Q: &str = "\x11";
const CTRL_T: &str = "\x14";

/// Never to be seen anywhere but in its file.
const CANARY: &str = "canary-5f0c2a9e-of-the-first-start";

/// A sandbox of its own, ended with this value.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(CALLSET).arg("sandbox").env_clear().stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The form of this server's app is there.
fn wait_form(pty: &mut Pty) {
    pty.wait_for("the form", |screen| {
        let text = screen.contents();
        text.contains("staging   app 1234567") && text.contains("nothing unsaved") && text.contains("synced")
    });
}

/// Types an answer, and goes on once it is to be seen.
fn answer(pty: &mut Pty, text: &str) {
    let count = format!("{} characters", text.len());
    pty.send(text);
    pty.wait_for(text, |screen| {
        let row = screen.rows(0, 80).find(|row| row.starts_with(" ▌")).unwrap_or_default();
        row.contains(text) || screen.contents().contains(&count)
    });
    pty.send(ENTER);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// All the text of all files below, and their names.
fn everything(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(everything(&path));
        } else {
            found.push((path.display().to_string(), String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()));
        }
    }
    found
}

#[test]
fn s2_from_nothing_to_the_form_and_the_next_start_goes_straight_there() {
    let server = Server::start();
    let mut pty = Setup::callset(&[]).env("HUBSPOT_BASE_URL", &server.address).start();
    pty.wait_for_text("Which app?");
    answer(&mut pty, "12x");
    pty.wait_for_text("from 1 to 2147483647");
    pty.send("\x7f");
    answer(&mut pty, "34567");
    pty.wait_for_text("What is this profile called?");
    answer(&mut pty, "staging");
    pty.wait_for_text("Which kind of credential?");
    pty.send(ENTER);
    pty.wait_for_text("Paste it.");
    pty.send(format!("\x1b[200~{CANARY}\n\x1b[201~"));
    pty.wait_for_text(&format!("{} characters", CANARY.len() + 1));
    pty.send(ENTER);
    pty.wait_for("the places", |screen| {
        screen.contents().contains("staging.token, for you alone") && !screen.contents().contains("being asked")
    });
    pty.send(ENTER);
    pty.wait_for_text("Do customers use this app?");
    pty.send(ENTER);
    pty.wait_for("what will be written", |screen| {
        let text = screen.contents();
        text.contains("It works") && text.contains("[profiles.staging]") && text.contains("mode 0600")
    });
    assert!(!pty.file("config").exists() && !pty.file("state").exists(), "nothing is written before Enter");
    pty.send(ENTER);
    wait_form(&mut pty);
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert_eq!(pty.farewell(), "");

    let (folder, config) = (pty.file("config/callset"), pty.file("config/callset/config.toml"));
    let (token, state) = (folder.join("staging.token"), pty.file("state/callset"));
    assert_eq!(fs::read_to_string(&token).unwrap(), format!("{CANARY}\n"));
    assert_eq!([&config, &token, &state.join("trust.json")].map(|path| mode(path)), [0o600; 3]);
    assert_eq!([&folder, &state].map(|path| mode(path)), [0o700; 2]);
    assert_eq!(
        fs::read_to_string(&config).unwrap(),
        format!(
            "[profiles.staging]\napp_id = 1234567\nbase_url = \"{}\"\ntoken_file = \"{}\"\n",
            server.address,
            token.display()
        )
    );
    assert!(!String::from_utf8_lossy(pty.raw()).contains("canary"), "S2: it is never shown");
    for (path, text) in everything(pty.home().path()) {
        assert!(!text.contains("canary") || path.ends_with("staging.token"), "S2: it is in {path}");
    }

    let mut again = Setup::again(pty.home(), &[]).start();
    wait_form(&mut again);
    assert!(!String::from_utf8_lossy(again.raw()).contains("Which app?"));
    again.send(CTRL_Q);
    assert_eq!(again.wait_exit(), End::Code(0));
}

#[test]
fn p10_without_a_thread_left_nothing_is_written_and_the_reason_is_told() {
    let (name, value) = crate::profiles::NO_THREAD;
    let server = Server::start();
    let mut pty = Setup::callset(&[]).env("HUBSPOT_BASE_URL", &server.address).env(name, value).start();
    pty.wait_for_text("Which app?");
    answer(&mut pty, "1234567");
    pty.wait_for_text("What is this profile called?");
    answer(&mut pty, "staging");
    pty.wait_for_text("Which kind of credential?");
    pty.send(ENTER);
    pty.wait_for_text("Paste it.");
    pty.send(format!("\x1b[200~{CANARY}\x1b[201~"));
    pty.wait_for_text(&format!("{} characters", CANARY.len()));
    pty.send(ENTER);
    pty.wait_for_text("The system has no thread left");
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert_eq!(everything(&pty.file("config")), []);
}

#[test]
fn kept_nowhere_this_run_has_it_and_the_next_one_asks() {
    let server = Server::start();
    let mut pty = Setup::callset(&[]).env("HUBSPOT_BASE_URL", &server.address).start();
    for (words, keys) in [
        ("Which app?", "1234567"),
        ("What is this profile called?", "staging"),
        ("Which kind of credential?", ""),
        ("Paste it.", "canary-5f0c2a9e-of-the-first-start"),
        ("staging.token, for you alone", "\x1b[D\x1b[D"),
        ("Do customers use this app?", ""),
        ("is kept nowhere", ""),
    ] {
        pty.wait_for_text(words);
        if words.starts_with("is kept") {
            pty.wait_for_text("[profiles.staging]");
        }
        match keys {
            "" => pty.send(ENTER),
            "\x1b[D\x1b[D" => pty.send([keys, ENTER].concat()),
            typed => answer(&mut pty, typed),
        }
    }
    wait_form(&mut pty);
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!String::from_utf8_lossy(pty.raw()).contains("canary"));
    assert!(everything(pty.home().path()).iter().all(|(_, text)| !text.contains("canary")));
    let mut again = Setup::again(pty.home(), &[]).start();
    again.wait_for_text("The access token for app");
    again.send(CTRL_Q);
    assert_eq!(again.wait_exit(), End::Code(0));
}

#[test]
fn the_demo_is_a_key_away_and_leaving_leaves_nothing() {
    let mut pty = Setup::callset(&[]).start();
    pty.wait_for_text("Which app?");
    pty.send(CTRL_T);
    pty.wait_for("the demo", |screen| screen.contents().contains("Acme Dialer"));
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!pty.file("config").exists());

    for (key, code) in [(CTRL_C, 0), (CTRL_Q, 0)] {
        let mut pty = Setup::callset(&[]).start();
        pty.wait_for_text("Which app?");
        pty.send("1234567");
        pty.send(key);
        assert_eq!(pty.wait_exit(), End::Code(code));
        pty.assert_given_back();
        assert_eq!(everything(pty.home().path()), []);
    }
}

#[test]
fn p3_a_signal_gives_the_terminal_back() {
    let mut pty = Setup::callset(&[]).start();
    pty.wait_for_text("Which app?");
    pty.kill(rustix::process::Signal::TERM);
    assert_eq!(pty.wait_exit(), End::Code(143));
    pty.assert_given_back();
    assert_eq!(everything(pty.home().path()), []);
}

#[test]
fn n19_an_address_that_can_not_be_is_refused_before_anything_is_asked() {
    let mut pty = Setup::callset(&[]).env("HUBSPOT_BASE_URL", "http://example.com").start();
    assert_eq!(pty.wait_exit(), End::Code(2));
    assert!(String::from_utf8_lossy(pty.raw()).contains("--base-url cannot be used"));
}

#[test]
fn the_first_start_is_answered_with_the_mouse_as_well() {
    let mut pty = Setup::callset(&[]).start();
    pty.wait_for_text("Which app?");
    answer(&mut pty, "1234567");
    pty.wait_for_text("What is this profile called?");
    answer(&mut pty, "staging");
    pty.wait_for_text("Which kind of credential?");
    click(&mut pty, "( ) developer API key");
    pty.wait_for_text("(•) developer API key");
    // A row that was reached is a way back, and a footer's hint is its key.
    click(&mut pty, "App id");
    pty.wait_for_text("Which app?");
    click(&mut pty, "Enter next");
    pty.wait_for_text("What is this profile called?");
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
}

/// Clicks on the first cell of these words.
fn click(pty: &mut Pty, words: &str) {
    let rows: Vec<String> = pty.screen().rows(0, 80).collect();
    let (y, row) = rows.iter().enumerate().find(|(_, row)| row.contains(words)).unwrap_or_else(|| panic!("{rows:?}"));
    let x = row[..row.find(words).unwrap()].chars().count();
    pty.send(format!("\x1b[<0;{0};{1}M\x1b[<0;{0};{1}m", x + 2, y + 1));
}
