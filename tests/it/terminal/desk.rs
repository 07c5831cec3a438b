//! What lies beyond the screen: the window's title, a browser, and the page of doctor.

use super::{CTRL_C, CTRL_P, CTRL_Q, TAB, demo, has};
use crate::pty::{End, Pty, Setup};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

const BACK: &str = "\x1b]2;\x1b\\\x1b[23;2t";

fn raw(pty: &Pty) -> String {
    String::from_utf8_lossy(pty.raw()).into_owned()
}

/// The titles that were given, one after the other.
fn titles(pty: &Pty) -> Vec<String> {
    let raw = raw(pty);
    raw.split("\x1b]2;").skip(1).map(|rest| rest.split('\x1b').next().unwrap().to_owned()).collect()
}

/// Takes an action by its name.
fn act(pty: &mut Pty, words: &str) {
    pty.send(CTRL_P);
    pty.wait_for_text("Actions");
    pty.send(words);
    pty.wait_for_text(words);
    pty.send("\r");
}

#[test]
fn the_title_says_what_is_edited_and_is_given_back() {
    let mut pty = demo();
    assert!(raw(&pty).contains("\x1b[22;2t"));
    pty.wait_for_bytes("callset\x1b\\");
    let before = titles(&pty);
    assert_eq!(before.len(), 1, "{before:?}");
    assert!(before[0].ends_with(" · callset"), "{before:?}");
    pty.send("x");
    pty.wait_for_bytes("● 1 unsaved · ");
    pty.send("yz");
    pty.wait_for_text("xyz");
    assert_eq!(titles(&pty).len(), 2, "it is written when it changes: {:?}", titles(&pty));
    pty.send(CTRL_C);
    pty.wait_for_text("discard and quit");
    pty.send("d");
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(raw(&pty).contains(BACK));
    pty.assert_given_back();
}

#[test]
fn the_title_is_given_back_for_a_pause_and_set_again() {
    let mut pty = Setup::program("/bin/sh", &["-i"]).start();
    pty.send("\"$CALLSET\" --demo\r");
    pty.wait_for_bytes(" · callset\x1b\\");
    act(&mut pty, "suspend to the shell");
    pty.wait_for_bytes(BACK);
    pty.send("fg\r");
    pty.wait_for("the title again", |_| true);
    pty.wait_for_text("Acme");
    pty.send(CTRL_Q);
    pty.wait_for("the end", |screen| !has(screen, "Acme"));
    assert_eq!(titles(&pty).iter().filter(|title| title.ends_with("callset")).count(), 2, "{:?}", titles(&pty));
    pty.send("exit\r");
    pty.wait_end();
}

#[test]
fn no_title_where_it_is_not_wanted_or_not_possible() {
    let config = "title = false\n[profiles.a]\napp_id = 7\nbase_url = \"http://127.0.0.1:1\"\n";
    for (name, value, args) in [("TERM", "linux", &["--demo"][..]), ("HUBSPOT_ACCESS_TOKEN", "x", &[])] {
        let setup = Setup::callset(args).env(name, value);
        let folder = setup.folder().path().join("config/callset");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), config).unwrap();
        let mut pty = setup.start();
        pty.wait_for("a frame", |screen| has(screen, "Width"));
        pty.send(CTRL_Q);
        pty.wait_exit();
        assert!(titles(&pty).is_empty() && !raw(&pty).contains("\x1b[22;2t"), "{:?}", titles(&pty));
    }
}

#[test]
fn a_name_puts_nothing_into_the_title_but_itself_and_production_is_named() {
    let setup = Setup::callset(&["-p", "live"]).env("HUBSPOT_ACCESS_TOKEN", "x");
    let folder = setup.folder().path().join("config/callset");
    fs::create_dir_all(&folder).unwrap();
    let config = "[profiles.live]\napp_id = 7\nbase_url = \"http://127.0.0.1:1\"\nproduction = true\n";
    fs::write(folder.join("config.toml"), config).unwrap();
    let mut pty = setup.start();
    pty.wait_for_bytes("\x1b]2;live · production · callset\x1b\\");
    pty.send(CTRL_Q);
    pty.wait_exit();
}

/// A browser that writes down what it is given.
fn browser(pty: Setup) -> (Setup, std::path::PathBuf) {
    let home = pty.folder();
    let program = home.path().join("browser");
    let told = home.path().join("told");
    let script =
        format!("#!/bin/sh\n{{ echo \"$# $1\"; env; echo end; }} > '{}.new'; mv '{0}.new' '{0}'\n", told.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let named = program.to_str().unwrap().to_owned();
    (pty.env("BROWSER", &named), told)
}

#[test]
fn a_browser_gets_the_url_and_no_secret() {
    let (setup, told) = browser(Setup::callset(&["--demo"]).env("HUBSPOT_ACCESS_TOKEN", "canary-of-the-browser"));
    let mut pty = setup.start();
    pty.wait_for_text("Acme");
    act(&mut pty, "open the url in the browser");
    pty.wait_for_text("Handed to ");
    while !told.exists() {
        std::thread::yield_now();
    }
    let told = fs::read_to_string(told).unwrap();
    let (url, env) = told.split_once('\n').unwrap();
    assert!(url.starts_with("1 https://"), "{url}");
    assert!(env.contains("PATH=") && !env.contains("canary"), "{env}");
    pty.send(CTRL_Q);
    pty.wait_exit();
}

#[test]
fn over_ssh_the_url_is_shown_and_copied() {
    let (setup, told) = browser(Setup::callset(&["--demo"]).env("SSH_TTY", "/dev/pts/7"));
    let mut pty = setup.start();
    pty.wait_for_text("Acme");
    act(&mut pty, "open the url in the browser");
    pty.wait_for_text("No browser is opened over ssh");
    pty.wait_for_text("https://");
    pty.wait_for_bytes("\x1b]52;c;");
    assert!(!told.exists());
    pty.send(CTRL_Q);
    pty.wait_exit();
}

#[test]
fn doctor_is_a_page_that_holds_up_nothing() {
    for (columns, rows) in [(80, 24), (40, 12)] {
        let mut pty = Setup::callset(&["--demo"]).sized(columns, rows).start();
        pty.wait_for_text("Width");
        act(&mut pty, "doctor: look");
        pty.wait_for_text("Doctor: ");
        pty.wait_for_text("config");
        // It grows as long as something is looked at.
        for _ in 0..60 {
            pty.send("\x1b[F");
            pty.take_ready();
            if has(pty.screen(), "v3 answered 200") {
                break;
            }
        }
        pty.wait_for("the last one", |screen| has(screen, "v3 answered 200"));
        pty.send("y");
        pty.wait_for_bytes("\x1b]52;c;");
        pty.send("\x1b[15~");
        pty.wait_for("another look", |screen| has(screen, "config") && !has(screen, "v3 answered 200"));
        pty.send("q");
        pty.wait_for("the form", |screen| has(screen, "Width"));
        pty.send(TAB);
        pty.send(CTRL_Q);
        assert_eq!(pty.wait_exit(), End::Code(0));
        pty.assert_given_back();
    }
}
