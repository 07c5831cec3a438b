//! The user's own editor: the real program in a real terminal, with small scripts for editors.
//!
//! Each script gets the path of the file; `$SEEN` is where it keeps what it saw. None of them waits for time.

use crate::beside::Beside;
use crate::hostile::whole;
use crate::pty::{End, Pty, Setup};
use crate::session::APP;
use rustix::process::Signal;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

const CTRL_P: &str = "\x10";

/// A home with a script as the editor.
struct Desk {
    home: Arc<TempDir>,
}

impl Desk {
    fn new(script: &str) -> Self {
        let home = Arc::new(TempDir::new().unwrap());
        let path = home.path().join("ed");
        fs::write(&path, format!("#!/bin/sh\nSEEN=\"$HOME/seen\"\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self { home }
    }

    fn setup(&self, arguments: &[&str]) -> Setup {
        let ed = self.home.path().join("ed");
        Setup::again(Arc::clone(&self.home), arguments).env("EDITOR", ed.to_str().unwrap())
    }

    /// The demo, with its values on the form.
    fn demo(&self) -> Pty {
        Self::loaded(self.setup(&["--demo"]).start())
    }

    fn loaded(mut pty: Pty) -> Pty {
        pty.wait_for("the values", |screen| {
            let text = screen.contents();
            text.contains("Acme Dialer") && text.contains("synced") && text.contains("nothing unsaved")
        });
        pty
    }

    fn seen(&self, name: &str) -> String {
        fs::read_to_string(self.home.path().join(name)).unwrap_or_default()
    }

    /// The files that editors left.
    fn kept(&self) -> Vec<PathBuf> {
        let below = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        below(self.home.path().join("state/callset/edit")).flat_map(below).collect()
    }
}

/// Chosen in the palette.
fn edit_all(pty: &mut Pty) {
    pty.send(CTRL_P);
    pty.wait_for_text("Actions");
    pty.send("edit all");
    pty.wait_for_text("edit all as a file");
    pty.send("\r");
}

/// The form again, with all its modes, and these words on it.
fn back(pty: &mut Pty, words: &str) {
    pty.wait_for(words, |screen| screen.alternate_screen() && screen.contents().contains(words));
    assert_eq!(pty.modes(), ["alternate screen", "bracketed paste", "mouse", "mouse coordinates", "1004"]);
}

fn quit(pty: &mut Pty) {
    pty.send("\x03");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
}

#[test]
fn what_it_changes_is_on_the_form_and_the_file_is_gone() {
    let desk = Desk::new(
        "cp \"$1\" \"$SEEN\"; stat -c '%a %n' \"$1\" \"$(dirname \"$1\")\" > \"$HOME/modes\"; env > \"$HOME/env\"\n\
         test -t 0 && test -t 1 && stty -a > \"$HOME/stty\"\nsed -i 's/^width = .*/width = 420/' \"$1\"; touch \"$1~\"",
    );
    let mut setup = desk.setup(&["--demo"]);
    setup = setup.env("HUBSPOT_ACCESS_TOKEN", "canary-1d0f").env("VISUAL", "");
    let mut pty = Desk::loaded(setup.start());
    edit_all(&mut pty);
    back(&mut pty, "1 field changed in the file; 1 edit is unsaved");
    assert!(pty.screen().contents().contains("was 400"), "{}", pty.screen().contents());
    let seen = desk.seen("seen");
    assert!(seen.contains("app_id = 1234567\n\n[settings]\n# The name people see"), "{seen}");
    assert!(seen.contains("\nwidth = 400\n") && seen.contains("[channel-connection]"), "{seen}");
    let modes = desk.seen("modes");
    let modes: Vec<&str> = modes.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(modes, ["600", "700"], "for its owner alone");
    assert!(!desk.seen("env").contains("canary"), "it gets no secret");
    // Its terminal was the shell's: lines, echo, signals, and the screen was given back.
    let stty = desk.seen("stty");
    assert!(stty.contains(" icanon") && stty.contains(" echo ") && stty.contains("isig"), "{stty}");
    assert_eq!(desk.kept(), Vec::<PathBuf>::new());
    // One step.
    pty.send("\x1a");
    pty.wait_for_text("nothing unsaved");
    quit(&mut pty);
}

#[test]
fn errors_are_told_in_the_file_until_they_are_mended() {
    let desk = Desk::new(
        "n=$(cat \"$HOME/n\" 2>/dev/null || echo 0); n=$((n+1)); echo $n > \"$HOME/n\"; cp \"$1\" \"$SEEN$n\"\n\
         case $n in\n1) sed -i 's/^width = .*/widht = \"5/' \"$1\";;\n2) sed -i 's/^widht = .*/widht = 5/' \"$1\";;\n\
         3) sed -i 's/^widht = 5/width = 5/; s/^height = .*/height = null/' \"$1\";;\n\
         4) sed -i 's/^height = .*/height = 6/' \"$1\";;\nesac",
    );
    let mut pty = desk.demo();
    edit_all(&mut pty);
    back(&mut pty, "2 fields changed in the file; 2 edits are unsaved");
    for (n, told) in [(2, "# error: line "), (3, "did you mean width?\nwidht = 5"), (4, "# error: line ")] {
        let seen = desk.seen(&format!("seen{n}"));
        assert!(seen.contains(told) && seen.matches("# error").count() == 1, "{n}: {seen}");
    }
    assert_eq!(desk.kept(), Vec::<PathBuf>::new());
    pty.send("\x03");
    pty.wait_for_text("discard and quit");
    pty.send("d");
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(pty.farewell().contains(r#"{"width":5,"height":6}"#), "{}", pty.farewell());
}

#[test]
fn an_unchanged_or_an_emptied_file_changes_nothing() {
    for (script, words) in [
        ("true", "Nothing was changed in the file"),
        ("touch \"$1\"; sed -i 's/$/\\r/; 1s/^/\\xef\\xbb\\xbf/' \"$1\"", "Nothing was changed in the file"),
        (": > \"$1\"", "The file came back empty: nothing was changed"),
        ("rm \"$1\"", "The file came back empty: nothing was changed"),
    ] {
        let desk = Desk::new(script);
        let mut pty = desk.demo();
        edit_all(&mut pty);
        back(&mut pty, words);
        assert_eq!(desk.kept(), Vec::<PathBuf>::new(), "{script}");
        quit(&mut pty);
    }
}

#[test]
fn what_goes_wrong_loses_nothing_and_says_where_the_text_is() {
    let changes = "echo '# mine' >> \"$1\"; ";
    for (script, words) in [
        ("exit 3", "ended with 3: nothing was changed"),
        ("kill -9 $$", "was ended by signal 9: nothing was changed"),
        ("head -c 2000000 /dev/zero | tr '\\0' x >> \"$1\"", "The file is larger than 1 MiB: nothing was changed"),
        ("printf 'a\\377b' >> \"$1\"", "The file is not UTF-8 in line "),
        ("rm \"$1\"; mkfifo \"$1\"", "The file cannot be read: Not a plain file: nothing was changed"),
        ("sed -i 's/^width = .*/width = x/' \"$1\"", "The file came back with the same errors"),
    ] {
        let desk = Desk::new(&format!("{changes}{script}"));
        let mut pty = desk.demo();
        edit_all(&mut pty);
        back(&mut pty, words);
        // The path may be broken into lines.
        let shown: String = pty.screen().contents().split_whitespace().collect();
        let kept = desk.kept();
        assert_eq!(kept.len(), 1, "{script}: {kept:?}");
        assert!(shown.contains(kept[0].to_str().unwrap()), "{script}: {shown}");
        quit(&mut pty);
        assert!(desk.kept()[0].exists());
    }
    // Nothing was typed, so nothing is kept.
    let desk = Desk::new("exit 3");
    let mut pty = desk.demo();
    edit_all(&mut pty);
    back(&mut pty, "ended with 3: nothing was changed");
    assert_eq!(desk.kept(), Vec::<PathBuf>::new());
    quit(&mut pty);
    for (editor, words) in [
        ("/no/such/ed -x", "The editor /no/such/ed cannot be started: it is not found: nothing was"),
        ("ed 'x", "EDITOR has a quote that is not closed: nothing was changed"),
    ] {
        let mut pty = Desk::loaded(desk.setup(&["--demo"]).env("EDITOR", editor).start());
        edit_all(&mut pty);
        back(&mut pty, words);
        quit(&mut pty);
    }
}

#[test]
fn the_terminal_is_ours_again_whatever_it_did_to_it() {
    let desk = Desk::new(
        "printf '\\033[?1049h\\033[?1003h\\033[?2004l\\033[?25l\\033[7mleft\\033[3;3r\\033[?1h\\033='; stty raw -echo\n\
         sed -i 's/^width = .*/width = 420/' \"$1\"; kill -9 $$",
    );
    let mut pty = desk.demo();
    edit_all(&mut pty);
    back(&mut pty, "was ended by signal 9");
    // Keys are read again, each by itself.
    pty.send("y");
    pty.wait_for("typed", |screen| {
        screen.contents().contains("widgety") || screen.contents().contains("URL              y")
    });
    pty.send("\x1a");
    pty.wait_for_text("nothing unsaved");
    quit(&mut pty);
}

#[test]
fn its_keys_are_not_ours_and_the_end_of_the_process_waits_for_it() {
    // It reads keys itself, and ends when it has `q`.
    let script = "trap '' INT QUIT; stty -icanon -echo min 1; sed -i 's/^width = .*/width = 420/' \"$1\"; echo READY\n\
                  while k=$(dd bs=1 count=1 2>/dev/null); do printf '<%s>' \"$k\"; test \"$k\" = q && break; done";
    let desk = Desk::new(script);
    let mut pty = desk.demo();
    edit_all(&mut pty);
    pty.wait_for_text("READY");
    assert_eq!(pty.modes(), Vec::<String>::new(), "the screen is given back");
    pty.send("a");
    pty.wait_for_text("<a>");
    // Ctrl-C and Ctrl-\ are sent to both.
    pty.send("\x03");
    pty.send("\x1c");
    pty.send("b");
    pty.wait_for_text("<b>");
    pty.resize(100, 30);
    pty.send("q");
    back(&mut pty, "1 field changed in the file");
    pty.wait_for("the new size", |screen| screen.rows(0, 100).last().unwrap_or_default().ends_with("F1 help"));
    pty.send("\x03");
    pty.wait_for_text("discard and quit");
    pty.send("d");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    // A signal ends both, and the file is named.
    for signal in [Signal::TERM, Signal::HUP] {
        let mut pty = desk.demo();
        edit_all(&mut pty);
        pty.wait_for_text("READY");
        pty.kill(signal);
        assert_eq!(pty.wait_exit(), End::Code(if signal == Signal::TERM { 143 } else { 129 }));
        pty.assert_given_back();
        let kept = desk.kept();
        assert_eq!(kept.len(), 1, "{kept:?}");
        let raw = String::from_utf8_lossy(pty.raw()).into_owned();
        assert!(raw.contains("the settings that were being edited as a file are in "), "{raw}");
        assert!(raw.contains(kept[0].to_str().unwrap()), "{raw}");
        assert!(fs::read_to_string(&kept[0]).unwrap().contains("width = 420"));
        fs::remove_dir_all(kept[0].parent().unwrap()).unwrap();
    }
}

#[test]
fn the_shells_key_stops_both_and_fg_goes_on() {
    let script = "echo READY; read line; sed -i \"s/^width = .*/width = $line/\" \"$1\"";
    let desk = Desk::new(script);
    let ed = desk.home.path().join("ed");
    let bash = ["/bin/bash", "/usr/bin/bash"].into_iter().find(|path| fs::exists(path).unwrap());
    let Some(bash) = bash else { return };
    let setup = Setup::in_home(Arc::clone(&desk.home), bash, &["--norc", "--noprofile", "--noediting", "-i"]);
    let mut pty = setup.env("PS1", "ready> ").env("EDITOR", ed.to_str().unwrap()).start();
    pty.wait_for_text("ready>");
    pty.send("\"$CALLSET\" --demo\n");
    let mut pty = Desk::loaded(pty);
    edit_all(&mut pty);
    pty.wait_for_text("READY");
    pty.send("\x1a");
    pty.wait_for("the prompt", |screen| screen.contents().trim_end().ends_with("ready>"));
    pty.send("echo alive-$((40+2))\n");
    pty.wait_for_text("alive-42");
    pty.send("fg\n");
    pty.send("431\n");
    back(&mut pty, "1 field changed in the file");
    pty.send("\x03");
    pty.wait_for_text("discard and quit");
    pty.send("d");
    pty.wait_for("the prompt", |screen| !screen.alternate_screen() && screen.contents().trim_end().ends_with("ready>"));
    pty.send("exit\n");
    pty.wait_end();
}

#[test]
fn in_plain_mode_it_is_a_word_where_there_is_a_terminal() {
    let desk = Desk::new("read line; echo \"got $line\"; sed -i \"s/^width = .*/width = $line/\" \"$1\"; stty -echo");
    let mut pty = desk.setup(&["--plain", "--demo"]).start();
    pty.wait_for_text("Command or field");
    pty.send("edit\r");
    pty.send("431\r");
    pty.wait_for_text("got 431");
    pty.wait_for_text("width changed from 400 to 431: 1 edit is unsaved.");
    pty.wait_for_text("1 field changed in the file; 1 edit is unsaved");
    pty.send("undo\r");
    pty.wait_for_text("width changed from 431 to 400: nothing unsaved.");
    pty.send("quit\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert!(!pty.raw().contains(&0x1b));
}

// ── callset edit ──

/// callset edit on a server.
fn command(desk: &Desk, beside: &Beside, arguments: &[&str]) -> Setup {
    let setup = desk.setup(&[&["edit"], arguments].concat());
    let app = APP.to_string();
    setup
        .env("HUBSPOT_APP_ID", &app)
        .env("HUBSPOT_BASE_URL", beside.gate.url())
        .env("HUBSPOT_ACCESS_TOKEN", "canary-7c3e-token")
}

fn holds(beside: &Beside, key: &str) -> serde_json::Value {
    beside.handle.block_on(beside.gate.holds(key))
}

#[test]
fn the_command_shows_what_changed_and_saves_after_a_yes() {
    let desk = Desk::new("cp \"$1\" \"$SEEN\"; env > \"$HOME/env\"; sed -i 's/^width = .*/width = 420/' \"$1\"");
    let beside = Beside::start();
    let mut pty = command(&desk, &beside, &[]).start();
    pty.wait_for_text("Send it? yes or no: ");
    assert!(pty.screen().contents().contains("width  400 -> 420"), "{}", pty.screen().contents());
    assert!(beside.gate.patches().is_empty());
    pty.send("no\r");
    assert_eq!(pty.wait_exit(), End::Code(2));
    assert!(beside.gate.patches().is_empty());
    let kept = desk.kept();
    let raw: String = String::from_utf8_lossy(pty.raw()).split_whitespace().collect();
    assert!(raw.contains("Yourtextisin") && raw.contains(kept[0].to_str().unwrap()), "{raw}");
    let mut pty = command(&desk, &beside, &["--editor"]).start();
    pty.wait_for_text("Send it? yes or no: ");
    pty.send("yes\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert_eq!(beside.gate.patches(), [r#"{"width":420}"#]);
    assert_eq!(holds(&beside, "width"), json!(420));
    assert_eq!(desk.kept(), kept, "the one that was declined is still there, and no other");
    // Nothing differs any more.
    let mut pty = command(&desk, &beside, &[]).start();
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.wait_for_text("nothing to change");
    assert!(!desk.seen("env").contains("canary") && !desk.seen("seen").contains("canary"));
}

#[test]
fn the_command_guards_as_set_does() {
    let desk = Desk::new("sed -i 's/^width = .*/width = 420/' \"$1\"");
    let beside = Beside::start();
    let mut pty = command(&desk, &beside, &["--dry-run", "--exit-code"]).start();
    assert_eq!(pty.wait_exit(), End::Code(3));
    pty.wait_for_text("a dry run: nothing was sent");
    // Its values are in the file, which is named.
    assert_eq!(desk.kept().len(), 1);
    let mut pty = command(&desk, &beside, &["--no-input"]).start();
    assert_eq!(pty.wait_exit(), End::Code(2));
    pty.wait_for_text("callset apply takes a file without one");
    let mut pty = command(&desk, &beside, &["--confirm", &APP.to_string()]).start();
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert_eq!(beside.gate.patches().len(), 1);
    // A production profile wants the id.
    let folder = desk.home.path().join("config/callset");
    fs::create_dir_all(&folder).unwrap();
    let profile = format!("[profiles.live]\napp_id = {APP}\nbase_url = \"{}\"\nproduction = true\n", beside.gate.url());
    fs::write(folder.join("config.toml"), profile).unwrap();
    let editor = "--editor=sed -i 's/^width = .*/width = 430/'";
    let mut pty = desk.setup(&["edit", "-p", "live", editor]).env("HUBSPOT_ACCESS_TOKEN", "x-token-x").start();
    pty.wait_for_text("Type the app's id to send it");
    pty.send("yes\r");
    assert_eq!(pty.wait_exit(), End::Code(2));
    assert_eq!(beside.gate.patches().len(), 1);
}

#[test]
fn the_command_never_overwrites_what_others_changed_meanwhile() {
    let desk = Desk::new("echo READY; read line; sed -i \"s/^width = .*/width = $line/\" \"$1\"");
    let beside = Beside::start();
    let mut pty = command(&desk, &beside, &[]).start();
    pty.wait_for_text("READY");
    beside.handle.block_on(beside.gate.change(json!({"width": 380})));
    pty.send("420\r");
    assert_eq!(pty.wait_exit(), End::Code(5));
    pty.wait_for_text("width is 380, not 400");
    assert_eq!(desk.kept().len(), 1);
    assert!(beside.gate.patches().is_empty());
}

#[test]
fn what_the_server_refuses_is_not_lost_either() {
    let desk = Desk::new("sed -i 's/^width = .*/width = 420/' \"$1\"");
    let beside = Beside::start();
    beside.gate.next_patch([crate::gate::Fate::refused(whole("400 Bad Request", r#"{"message":"No"}"#))]);
    let mut pty = command(&desk, &beside, &[]).start();
    pty.wait_for_text("Send it? yes or no: ");
    pty.send("y\r");
    assert_eq!(pty.wait_exit(), End::Code(6));
    assert_eq!(desk.kept().len(), 1);
    pty.wait_for_text("Your text is in");
}
