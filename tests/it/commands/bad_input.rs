//! What is wrong with the input is said in one sentence with the right code, and nothing is lost.

use super::{CANARY, Shell, ran};
use crate::gate::Fate;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

#[test]
fn values_that_cannot_be_are_told() {
    let shell = Shell::new();
    for (arguments, code, words) in [
        (&["set", "breadth=3"][..], 6, "there is no field breadth"),
        (&["set", "width=4.5"], 6, "width was not sent: not a whole number"),
        (&["set", "width="], 6, "a whole number is needed"),
        (&["set", "width=99999999999"], 6, "too large"),
        (&["set", "isReady=perhaps"], 6, "isReady takes true or false"),
        (&["set", "url=nowhere"], 6, "url was not sent: not a web address"),
        (&["set", "name= "], 6, "a name is needed"),
        (&["set", "updatedAt=now"], 6, "updatedAt is set by the server alone"),
        (&["set", "width=1", "width=2"], 2, "width is given twice"),
        (&["set", "width"], 2, "is not FIELD=VALUE"),
        (&["set", "=3"], 2, "is not FIELD=VALUE"),
        (&["set", "name=@missing"], 1, "missing: No such file"),
        (&["set", "name=@."], 1, "it is a folder"),
        (&["apply", "missing.toml"], 1, "missing.toml: No such file"),
        (&["apply", "."], 1, "it is a folder, not a file"),
        (&["apply", "/dev/zero"], 1, "it is not a plain file"),
        (&["apply"], 2, "FILE is missing"),
        (&["frobnicate"], 2, "there is no command frobnicate"),
        (&["gte"], 2, "did you mean get?"),
        (&["set", "width=1", "--dryrun"], 2, "--dry-run"),
        (&["get", "-o", "yaml"], 2, "--output takes table, json, toml, env or value"),
        (&["get", "--app", "0"], 2, "an app id is a whole number"),
        (&["history", "restore", "x"], 2, "a save has a number"),
        (&["draft", "show", "run-1"], 1, "there is no draft run-1"),
    ] {
        let ran = shell.run(arguments).exits(code).says(words);
        assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    }
    // With --json a program reads the same, also where the line cannot be read as one.
    for arguments in [&["get", "--jsno", "--json"][..], &["set", "-o", "json"], &["get", "--json", "--app", "x"]] {
        let json = shell.run(arguments).exits(2).json();
        assert_eq!((&json["error"]["kind"], &json["error"]["retryable"]), (&"usage".into(), &false.into()), "{json}");
    }
    let quiet = shell.run(&["get", "--jsno", "-q"]).exits(2);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    // A format that a command does not print is not taken for another one.
    for arguments in [&["history", "-o", "toml"][..], &["settle", "-o", "env"], &["curl", "-o", "value"]] {
        shell.run(arguments).exits(2).says("this command prints table or json");
    }
    // Whether the server has such a value is asked; nothing else is.
    assert!(shell.beside.gate.methods(0).iter().all(|method| method == "GET"));
}

#[test]
fn files_are_told_with_line_and_column() {
    let shell = Shell::new();
    for (name, text, words) in [
        ("a.toml", "width = 4 2\n", "a.toml:1:9: "),
        ("a.toml", "[settings]\nwidth = \"x\"\n", "a.toml:2:1: width takes a whole number, not \"x\""),
        ("a.toml", "[settings]\nwidth = 1\nwidth = 2\n", "a.toml:3:1: "),
        ("a.toml", "width = 1\n[settings]\nwidth = 2\n", "a.toml:3:1: width is there twice"),
        ("a.toml", "[setings]\nwidth = 1\n", "a.toml:1:2: there is no resource setings"),
        ("a.toml", "url = \"nowhere\"\n", "a.toml:1:1: url was not sent: not a web address"),
        ("a.toml", "width = 1.5\n", "a.toml:1:1: width is neither text"),
        ("a.toml", "app_id = \"x\"\n", "a.toml:1:1: app_id is a whole number"),
        ("a.toml", "schema = 2\nwidth = 1\n", "a.toml:1:1: this callset reads schema 1 only"),
        ("a.toml", "", "a.toml: it holds no settings"),
        ("a.toml", "# nothing\n", "a.toml: it holds no settings"),
        ("a.json", "{\"settings\":{\"width\":\"x\"}}", "a.json:1:22: width takes a whole number"),
        ("a.json", "{\n  \"settings\": {\n    \"width\": 4 2\n", "a.json:3:16: expected"),
        ("a.json", "{\"width\":1,\"width\":2}", "a.json:1:20: width is there twice"),
        ("a.json", "[1]", "a.json:1:1: "),
        ("a.json", "", "a.json:1:1: EOF"),
    ] {
        let file = shell.file(name, text);
        let ran = shell.run(&["apply", file.to_str().unwrap()]).exits(6);
        assert!(ran.err.contains(words), "{text:?}: {ran:?}");
        assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    }
    assert!(shell.beside.gate.methods(0).iter().all(|method| method == "GET"));
    // Only the server knows whether it has a member that no table knows.
    let file = shell.file("b.toml", "[settings]\nwidht = 3\n");
    shell
        .run(&["apply", file.to_str().unwrap()])
        .exits(6)
        .says("b.toml:2:1: HubSpot has no field widht")
        .says("did you mean width?");
    shell.run(&["diff", file.to_str().unwrap()]).exits(6).says("b.toml:2:1: ");
    assert_eq!(shell.patches(), Vec::<String>::new());
}

#[test]
fn what_is_no_file_of_settings_is_not_waited_for_and_not_read_to_its_end() {
    let shell = Shell::new();
    let pipe = shell.home.path().join("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    shell.run(&["apply", pipe.to_str().unwrap()]).exits(1).says("it is a pipe: give - and pipe into callset");
    let large = fs::File::create(shell.home.path().join("large.toml")).unwrap();
    large.set_len(2 * 1024 * 1024 * 1024).unwrap();
    shell.run(&["apply", "large.toml"]).exits(6).says("it is larger than 1 MiB");
    shell.file("latin.toml", b"name = \"\xe9\"\n");
    shell.run(&["apply", "latin.toml"]).exits(6).says("latin.toml: it is not UTF-8 text");
    shell.fed(&["apply", "-"], b"\xff\xfe").exits(6).says("standard input: it is not UTF-8 text");
    // Standard input that is closed is empty.
    shell.run(&["apply", "-"]).exits(6).says("it holds no settings");
    shell.run(&["set", "url=-"]).exits(6).says("a URL is needed");
    // What a shell makes of <(…) is read.
    let mut command = std::process::Command::new("bash");
    command.args(["-c", "\"$0\" apply <(echo 'width = 420')", crate::pty::CALLSET]);
    for (name, value) in shell.command(&[]).get_envs() {
        command.env(name, value.unwrap());
    }
    ran(command.stdin(Stdio::null())).exits(0).prints(&["width  400 -> 420"]);
}

#[test]
fn a_file_that_only_names_its_app_differs_in_nothing() {
    let shell = Shell::new();
    let file = shell.file("only.toml", format!("app_id = {}\n", crate::session::APP));
    shell.run(&["diff", file.to_str().unwrap(), "--exit-code"]).exits(0).says("no differences");
    shell.run(&["apply", file.to_str().unwrap()]).exits(0).says("nothing to change");
    assert_eq!(shell.beside.gate.methods(0), Vec::<String>::new());
}

#[test]
fn what_a_server_says_in_several_lines_is_told_in_one() {
    let shell = Shell::new();
    let answer = || super::refusal("400 Bad Request\ncontent-type: text/plain", "width is bad\n\n  really\u{1b}[31m\n");
    shell.beside.gate.next([answer()]);
    let ran = shell.run(&["get", "width"]).exits(1);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    assert!(ran.err.contains("width is bad really"), "{ran:?}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_why_an_app_is_guarded() {
    let shell = Shell::with("[profiles");
    shell.run(&["set", "width=420"]).exits(2).says("a profile guards this app, or the configuration cannot be read");
    assert_eq!(shell.patches(), Vec::<String>::new());
}

#[test]
fn the_resource_that_could_not_be_read_is_named() {
    let shell = Shell::new();
    shell.beside.gate.next([Fate::own(), super::refusal("403 Forbidden", "{\"message\":\"No\"}")]);
    shell.run(&["get"]).exits(4).says("recording: not loaded: ");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let shell = Shell::new();
    let mut child = shell.command(&["get"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    super::over(child).exits(0);
    let mut command = shell.command(&["get"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("standard output takes nothing: No space left on device\n"), "{told}");
}

#[test]
fn without_a_home_or_with_one_that_cannot_be_written_it_saves_all_the_same() {
    let shell = Shell::new();
    let mut homeless = shell.command(&["set", "width=420"]);
    ran(homeless.env_remove("HOME").env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME")).exits(0);
    let mut homeless = shell.command(&["history"]);
    ran(homeless.env_remove("HOME").env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME"))
        .exits(1)
        .says("there is no history");
    let locked = shell.home.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, Permissions::from_mode(0o500)).unwrap();
    let mut command = shell.command(&["set", "width=430"]);
    // The superuser may write anywhere, so it is a path that is none.
    ran(command.env("XDG_STATE_HOME", "/dev/null/state")).exits(0);
    let mut command = shell.command(&["set", "width=440"]);
    ran(command.env("XDG_STATE_HOME", &locked)).exits(0);
    assert_eq!(shell.holds("width"), serde_json::json!(440));
}

#[test]
fn a_program_for_the_credential_that_hangs_or_fails_is_told() {
    let shell = Shell::with("[profiles.a]\napp_id = APP\nbase_url = \"URL\"\ntoken_command = [\"sleep\", \"60\"]\n");
    let mut child = shell.bare(&["set", "width=420"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It can be interrupted while it waits: nothing was sent.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !crate::commands::files(&shell.state()).iter().any(|file| file.ends_with("lock")) {
        assert!(std::time::Instant::now() < deadline && child.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    super::kill(&child, rustix::process::Signal::INT);
    super::over(child).exits(130);
    let shell = Shell::with(
        "[profiles.a]\napp_id = APP\nbase_url = \"URL\"\ntoken_command = [\"sleep\", \"60\"]\ntoken_command_timeout = \"1s\"\n",
    );
    ran(&mut shell.bare(&["get"])).exits(4).says("The program sleep did not end within 1s (token_command_timeout)");
    let shell = Shell::with("[profiles.a]\napp_id = APP\nbase_url = \"URL\"\ntoken_command = [\"false\"]\n");
    let failed = ran(&mut shell.bare(&["get"])).exits(4);
    assert!(failed.err.contains("The program false failed"), "{failed:?}");
    assert!(!failed.err.contains(CANARY));
}
