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
fn a_question_waits_for_its_answer() {
    let shell = Shell::new();
    let ran = fed(&shell, "width 420\nsave\nyep\nwidth 500\ny\nwidth 430\nsave\nn\nquit\nkeep\n").exits(0);
    assert_eq!(ran.out.matches("That is none of the answers.").count(), 2, "{}", ran.out);
    assert!(ran.out.contains("Saved 1 field, confirmed by the server"), "{}", ran.out);
    assert_eq!(shell.holds("width"), json!(420));
    assert!(ran.out.contains("Nothing was sent: 1 edit is unsaved."), "{}", ran.out);
}

#[test]
fn a_check_reads_well_aloud() {
    let shell = Shell::new();
    let url = super::preview::dialer("X-Frame-Options: DENY\r\nPermissions-Policy: microphone=()\r\n");
    // The answer is told before the next line is taken.
    let ran = fed(&shell, &format!("url {url}\ncheck\nback\nquit\ndiscard\n")).exits(0);
    for line in [
        "Check of the url: 3 problems. http://127.0.0.1:",
        "\nerror: framing: X-Frame-Options: DENY refuses every HubSpot page. The frame stays blank in every account. Send \
         instead: Content-Security-Policy: frame-ancestors https://*.hubspot.com\n",
        "\nwarning: microphone: Permissions-Policy: microphone=() takes the microphone away. ",
        "\nwarning: local-only: Opens only on this machine. ",
        "\nok: reachable: 200 text/html in ",
        "\nNone of HubSpot's hosts can show it.\n",
        "again, copy, preview or back: ",
    ] {
        assert!(ran.out.contains(line), "{line:?}: {}", ran.out);
    }
    assert!(
        ran.out.lines().filter(|line| line.contains("Check of")).all(|line| line.contains("key=...")),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("! ") && !ran.out.contains("app error"), "{}", ran.out);
}

#[test]
fn nothing_is_sent_without_a_yes() {
    let shell = Shell::new();
    let lines = "width 420\nsave\nno\nsave\nwidth 430\nno\nwidth 430\ndiff\n\nwidth\n\nwidth abc\nsave\nsav\nhelp width\nhelp\nquit\ndiscard\n";
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
        "; not chosen yet",
        "mine or theirs for all; done, back or quit: ",
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
    assert!(
        ran.out.contains("Will send: width 400 to 420 px. Nothing else.\n") && !ran.out.contains("FIELD"),
        "{}",
        ran.out
    );
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

// ── set-up ──

/// callset with nothing set up, on the server.
fn fresh(shell: &Shell) -> Command {
    shell.bare(&["--plain", "--base-url", shell.beside.gate.url()])
}

fn config(shell: &Shell) -> String {
    std::fs::read_to_string(shell.home.path().join("config/callset/config.toml")).unwrap_or_default()
}

#[test]
fn the_first_start_asks_tests_shows_and_writes_only_then() {
    let shell = Shell::new();
    let lines = format!(
        "abc\n{APP}\n-bad\ndev\n9\n1\n{CANARY}\n2\nmaybe\n\nchange\n\n\n\n{CANARY}\n\n\nyes\nwrite\nwidth 420\nsave\nyes\nquit\n"
    );
    let ran = super::fed(&mut fresh(&shell), lines.as_bytes()).exits(0);
    let order = [
        "First start. Nothing is written yet.",
        "Which app?",
        "The app's id, or demo or quit: error: An app's id is a whole number",
        "The app's id, or demo or quit: What is this profile called?",
        "The profile's name, or back or quit: error: A name is 1 to 40",
        "1: access token: ",
        "A number from 1 to 2, or an empty line for 1, or back or quit: error: That is none of the answers.",
        "The access token, which is not shown, or back or quit: Where is it kept?",
        "2: in ",
        "dev.token, for you alone",
        "A number from 1 to 4, or an empty line for 2, or back or quit: Do customers use this app?",
        "no: a save is sent at once",
        "yes or no, or an empty line for no, or back or quit: error: That is none of the answers.",
        "Reading the settings of app 1234567...",
        "Credential: The access token ",
        "It works: ",
        "write, test, change, back or quit: Which app?",
        "The app's id, or an empty line for 1234567, or demo, review or quit: ",
        "write, test, change, back or quit: error: That is none of the answers.",
        "write, test, change, back or quit: The profile dev is written to ",
        "callset/config.toml.\ndev, app 1234567.\n",
        "Saved 1 field",
    ];
    let mut rest = ran.out.as_str();
    for words in order {
        let at = rest.find(words).unwrap_or_else(|| panic!("{words:?} is not in:\n{rest}\nof:\n{}", ran.out));
        rest = &rest[at + words.len()..];
    }
    let tested = ran.out.find("It works").unwrap();
    assert!(ran.out[..tested].contains("[profiles.dev]") || ran.out[tested..].contains("[profiles.dev]"));
    assert!(
        !ran.out.contains(['•', '▌', '✗', '…', '●']) && !ran.out.contains("the new token is in use"),
        "{}",
        ran.out
    );
    assert!(config(&shell).starts_with("[profiles.dev]\napp_id = 1234567\n"), "{}", config(&shell));
    let token = shell.home.path().join("config/callset/dev.token");
    assert_eq!(std::fs::read_to_string(token).unwrap(), format!("{CANARY}\n"));
    assert_eq!(shell.patches(), [r#"{"width":420}"#]);
    // The next start has it, and says nothing of a newline.
    let again = super::fed(&mut shell.bare(&["--plain"]), b"quit\n").exits(0);
    assert!(again.out.starts_with("dev, app 1234567.\nLoaded: "), "{}", again.out);
}

#[test]
fn a_first_start_that_is_left_writes_nothing() {
    let shell = Shell::new();
    let long = format!("{APP}\ndev\n1\n{CANARY}\n2\nno\n");
    for (lines, code) in
        [(format!("{long}quit\n"), 0), (long, 2), ("quit\n".into(), 0), (format!("{APP}\nback\nquit\n"), 0)]
    {
        let ran = super::fed(&mut fresh(&shell), lines.as_bytes()).exits(code);
        assert!(ran.err.contains("callset profile add") == (code == 2), "{ran:?}");
        assert_eq!(config(&shell), "");
        assert!(!shell.home.path().join("config/callset/dev.token").exists());
    }
    // Instead of it the demo.
    let ran = super::fed(&mut fresh(&shell), b"demo\nwidth 420\nquit\ndiscard\n").exits(0);
    assert!(ran.out.contains("width changed from 400 to 420"), "{}", ran.out);
}

#[test]
fn a_host_that_is_not_hubspots_gets_nothing_before_a_word() {
    let shell = Shell::new();
    let mut command = shell.bare(&["--plain", "--base-url", "https://dialer.example.invalid"]);
    let ran = super::fed(&mut command, format!("{APP}\nx\n\n{CANARY}\n4\nno\nback\nquit\n").as_bytes()).exits(0);
    for words in [
        "warning: Not tested: dialer.example.invalid is not HubSpot's.",
        "warning: dialer.example.invalid is not HubSpot's, and would get the credential.",
        "write, test, change, back or quit: ",
    ] {
        assert!(ran.out.contains(words), "{words:?}: {}", ran.out);
    }
}

#[test]
fn a_test_that_fails_leads_to_the_answer_that_it_is_about() {
    let shell = Shell::new();
    let refusal =
        || Fate::refused(whole("401 Unauthorized", r#"{"message":"no","category":"INVALID_AUTHENTICATION"}"#));
    shell.beside.gate.next([refusal(), Fate::own()]);
    let lines = format!("{APP}\nx\n\n{CANARY}\n4\nno\nchange\n{CANARY}\n\n\nwrite\nquit\n");
    let ran = super::fed(&mut fresh(&shell), lines.as_bytes()).exits(0);
    assert!(
        ran.out.contains("error: HubSpot answered 401: no.\nHubSpot does not take this token here."),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("write, test, change, back or quit: The access token."), "{}", ran.out);
    assert!(ran.out.contains("It works: "), "{}", ran.out);
}

#[test]
fn profiles_are_set_up_changed_copied_renamed_tested_and_removed() {
    let shell = Shell::new();
    let (folder, url) = (shell.home.path().join("config/callset"), shell.beside.gate.url());
    let token = folder.join("dev.token");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(&token, CANARY).unwrap();
    std::fs::set_permissions(&token, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let there = format!("[profiles.dev] # mine\napp_id = {APP}\nbase_url = \"{url}\"\ntoken_file = {token:?}\n");
    std::fs::write(folder.join("config.toml"), there).unwrap();
    let run = |lines: &str| super::fed(&mut shell.bare(&["--plain", "-p", "dev"]), lines.as_bytes()).exits(0);
    let with = |lines: &str| run(&format!("profile\n{lines}"));
    let ran = super::fed(
        shell.bare(&["--plain", "-p", "dev"]).env("HUBSPOT_BASE_URL", url),
        format!("profile\nnew\n7654321\nlive\n\n{CANARY}\n2\nyes\nwrite\nshow\nquit\n").as_bytes(),
    )
    .exits(0);
    for words in [
        "Profiles: 1 in all.",
        "A number to switch to that profile; new; edit, copy, rename, test, default, remove or compare and a number; or back: ",
        "New profile. Nothing is written yet.",
        "production = true",
        "live, app 7654321. This is production",
    ] {
        assert!(ran.out.contains(words), "{words:?}: {}", ran.out);
    }
    assert!(config(&shell).contains("[profiles.dev] # mine") && config(&shell).contains("[profiles.live]"));
    let ran = with("test 1\nback\nquit\n");
    assert!(ran.out.contains("It works") && ran.out.matches("Profiles: 2 in all.").count() == 1, "{}", ran.out);
    let ran = with("rename 2\nliving\nback\nquit\n");
    assert!(
        ran.out.contains("The profile's new name, or back: ") && ran.out.contains("live is called living now"),
        "{}",
        ran.out
    );
    assert!(config(&shell).contains("[profiles.living]"));
    let ran = with("default 1\nback\nquit\n");
    assert!(ran.out.contains("dev is the default profile"), "{}", ran.out);
    let ran = with("copy 1\ndev2\nreview\nwrite\nquit\n");
    assert!(
        ran.out.contains("Copy of dev. Nothing is written yet.") && ran.out.contains("dev2, app 1234567."),
        "{}",
        ran.out
    );
    let ran = with("edit 1\n\n\n\n2\nreview\nwrite\nquit\n");
    assert!(ran.out.contains("Edit dev. Nothing is written yet."), "{}", ran.out);
    assert!(config(&shell).contains("api_version = \"2025-09\""), "{}", config(&shell));
    // Back to the list, with nothing written.
    let before = config(&shell);
    let ran = with("edit 1\nback\nback\nquit\n");
    assert!(ran.out.matches("Profiles: 3 in all.").count() == 2, "{}", ran.out);
    let ran = with("remove 2\nno\nremove 2\nyes\nback\nquit\n");
    assert!(ran.out.contains("Remove the profile living?\n") && ran.out.contains("\nyes or no: "), "{}", ran.out);
    assert!(ran.out.contains("The profile living is removed"), "{}", ran.out);
    assert_ne!(config(&shell), before);
    assert!(!config(&shell).contains("living"));
    // Lines that came before the switch are taken after it.
    let ran = with("2\nshow\nwidth 430\nquit\ndiscard\n");
    assert!(
        ran.out.contains("dev2, app 1234567.\n") && ran.out.contains("width changed from 400 to 430"),
        "{}",
        ran.out
    );
    assert_eq!(ran.out.matches("changed from").count(), 1, "another profile's values are no changes: {}", ran.out);
}

#[test]
fn several_profiles_without_a_default_are_chosen_from() {
    let shell =
        Shell::with("[profiles.a]\napp_id = APP\nbase_url = \"URL\"\n[profiles.b]\napp_id = 7\nbase_url = \"URL\"\n");
    let run = |lines: &[u8]| {
        let mut command = shell.bare(&["--plain"]);
        super::fed(command.env("HUBSPOT_ACCESS_TOKEN", CANARY), lines)
    };
    let ran = run(b"1\nquit\n").exits(0);
    let words = [
        "Several profiles are set up, and none is the default.\n",
        "Start with: 2 in all.\n1. a ",
        "\na, app 1234567.\n",
    ];
    assert!(words.iter().all(|words| ran.out.contains(words)), "{}", ran.out);
    // Whoever leaves the list leaves.
    run(b"quit\n").exits(0);
    run(b"").exits(1);
}

#[test]
fn on_a_terminal_the_first_start_hides_the_credential() {
    let beside = crate::beside::Beside::start();
    let mut pty = Setup::callset(&["--plain", "--base-url", beside.gate.url()]).start();
    for (question, answer) in [
        ("The app's id, or demo or quit: ", "1234567"),
        ("The profile's name, or back or quit: ", "dev"),
        ("A number from 1 to 2", ""),
        ("which is not shown, or back or quit: ", "canary-in-sight"),
        ("A number from 1 to 4", "4"),
        ("yes or no, or an empty line for no", "no"),
        ("write, test, change, back or quit: ", "write"),
        ("Command or field", "quit"),
    ] {
        pty.wait_for(question, |screen| {
            screen.contents().trim_end().lines().last().unwrap_or_default().contains(question.trim_end())
        });
        pty.send(format!("{answer}\r"));
    }
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    let raw = String::from_utf8_lossy(pty.raw()).into_owned();
    assert!(!raw.contains("canary") && !raw.contains('\x1b'), "{raw}");
    assert!(raw.contains("dev, app 1234567."), "{raw}");
}

// ── what came of the dialogue ──

#[test]
fn a_review_says_what_became_of_it_and_diff_asks_nothing() {
    let shell = Shell::new();
    let ran = fed(&shell, "width 420\ndiff\nsave\nback\nsave\nno\nheight abc\ndiff\nquit\ndiscard\n").exits(0);
    assert_eq!(ran.out.matches("Will send: width 400 to 420 px. Nothing else.\n").count(), 4, "{}", ran.out);
    assert_eq!(ran.out.matches("Send it? yes or no: ").count(), 2, "{}", ran.out);
    assert_eq!(ran.out.matches("Nothing was sent: 1 edit is unsaved.\n").count(), 2, "{}", ran.out);
    assert!(!ran.out.contains("not sent by HubSpot") && !ran.out.contains("no command or field"), "{}", ran.out);
    assert!(shell.beside.gate.patches().is_empty());
}

#[test]
fn each_word_in_a_list_is_answered() {
    let shell = Shell::new();
    // What is about keys and the screen is not offered.
    let all = fed(&shell, "actions\nmore\nback\nquit\n").exits(0).out;
    for words in ["mouse", "draw the screen", "a page down", "all keys", "suspend", "theme"] {
        assert!(!all.contains(words), "{words}: {all}");
    }
    let ran = fed(&shell, "actions\ncurl\ncurl\nzzz\nback\ncopy\nnonsense\n99\nback\nhistory\nback\nquit\n").exits(0);
    for (words, times) in [
        ("A number, what to look for, or back: ", 4),
        ("Actions: 1 of 37.\n", 2),
        ("There is no row or word zzz here.\n", 1),
        ("There is no row or word nonsense here.\n", 1),
        ("There is no row or word 99 here.\n", 1),
    ] {
        assert_eq!(ran.out.matches(words).count(), times, "{words:?}: {}", ran.out);
    }
}

#[test]
fn tunnels_get_their_numbers_once_all_are_known() {
    let shell = Shell::new();
    let ran =
        fed(&shell, "url https://localhost:1/\nurl https://localhost:2/\nundo\nundo\ntunnel\nback\nquit\n").exits(0);
    let (_, list) = ran.out.split_once("looking for tunnels of this machine...\n").unwrap();
    assert!(list.starts_with("Tunnels, earlier values"), "{}", ran.out);
    assert!(!ran.out.contains(". looking for tunnels"), "{}", ran.out);
}

#[test]
fn what_went_wrong_is_told_once_and_again_if_it_goes_wrong_again() {
    let shell = Shell::new();
    let refusal = || Fate::refused(whole("403 Forbidden", r#"{"message":"no","category":"MISSING_SCOPES"}"#));
    shell.beside.gate.next_patch([refusal(), refusal()]);
    let lines = "width 420\nsave\nyes\nhistory\nback\ncompare\nback\nshow\nsave\nyes\nquit\ndiscard\n";
    let ran = fed(&shell, lines).exits(0);
    assert_eq!(ran.out.matches("\nNot saved").count(), 2, "{}", ran.out);
}

#[test]
fn what_is_copied_is_a_line_of_its_own() {
    let shell = Shell::new();
    let mut command = shell.command(&["--plain"]);
    let ran = super::fed(command.env("PATH", ""), b"width 420\ncopy\n2\nquit\ndiscard\n").exits(0);
    assert!(ran.out.contains("\n{\"width\":420}\nPrinted the PATCH body.\n"), "{}", ran.out);
}

#[test]
fn what_is_set_up_was_not_there_before() {
    let shell = Shell::new();
    let lines = "delete channel-connection\nAPP\nsetup channel-connection\ndiff\nquit\ndiscard\n";
    let ran = fed(&shell, &lines.replace("APP", &APP.to_string())).exits(0);
    assert!(ran.out.contains("channel-connection.isReady not set up to "), "{}", ran.out);
}

/// An editor that breaks the file the first time, and mends it the second time.
const BREAKS_ONCE: &str = "#!/bin/sh\n\
    if [ -e \"$0.once\" ]; then sed -i 's/^width.*/width = 425/' \"$1\"; else touch \"$0.once\"; sed -i 's/^width.*/width = x/' \"$1\"; fi\n";

#[test]
fn a_file_with_errors_is_opened_again() {
    let shell = Shell::new();
    let editor = shell.file("ed", BREAKS_ONCE);
    std::fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut pty = Setup::callset(&["--plain", "--demo"]).env("EDITOR", editor.to_str().unwrap()).start();
    pty.wait_for_text("Command or field");
    pty.send("edit\r");
    pty.wait_for_text("width changed from 400 to 425");
    pty.send("quit\r");
    pty.wait_for_text("discard");
    pty.send("discard\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
}

#[test]
fn why_a_credential_is_asked_for_is_told() {
    let shell = Shell::new();
    let refusal =
        || Fate::refused(whole("401 Unauthorized", r#"{"message":"expired","category":"EXPIRED_AUTHENTICATION"}"#));
    shell.beside.gate.next([refusal()]);
    let ran = fed(&shell, "a b\nback\nquit\n").exits(0);
    assert!(ran.out.contains("error: ") && ran.out.contains("expired"), "{}", ran.out);
    assert!(ran.out.matches("error: ").count() > 1, "the second one too: {}", ran.out);
}

#[test]
fn the_last_words_are_the_outcome() {
    let shell = Shell::new();
    let ran = fed(&shell, "width 420\nquit\nsave\n").exits(0);
    assert!(ran.out.contains("A save would send: width 400 to 420 px."), "{}", ran.out);
    assert!(
        ran.out.trim_end().ends_with("confirmed by the server (1 ms).") || ran.out.contains("Saved 1 field"),
        "{}",
        ran.out
    );
    assert_eq!(shell.holds("width"), json!(420));
}

#[test]
fn what_others_changed_is_told_with_its_values() {
    let shell = Shell::new();
    let (held, go) = Fate::held();
    let mut child = spawned(&mut shell.command(&["--plain"]));
    typed(&mut child, "width 420\n");
    shell.beside.handle.block_on(shell.beside.gate.decided(1));
    shell.beside.gate.next([held]);
    typed(&mut child, "reload\nshow\nmine 1\nsave\nmine 1\n1\nquit\nkeep\n");
    shell.change(json!({"width": 380, "height": 700}));
    go.send(()).unwrap();
    let ran = over(child).exits(0);
    for words in [
        "height changed on the server from 650 to 700.",
        "warning: width was 400 when it was read, the server has 380 now, yours is 420",
        "width is 420 px, unsaved; the server has 380.",
        "Your values are kept as unsaved edits.",
        "There is no command or field mine 1",
        "1. width was 400 when it was read, the server has 380 now, yours is 420; not chosen yet",
        "; chosen: yours",
        "A number and a side, as in 1 mine or 1 theirs",
    ] {
        assert!(ran.out.contains(words), "{words:?}: {}", ran.out);
    }
    assert!(!ran.out.contains("see from") && !ran.out.contains("marked with"), "{}", ran.out);
}

#[test]
fn each_line_is_answered() {
    let shell = Shell::new();
    let lines = "delete\ndelete recording\nsetup settings\nhelp save\nwdth\ncancel\nisReady no\nisReady maybe\n\n\
                 width = 421\nname \"\"\nundo\nprofile\nremove 9\n1\nback\nundo\nheight x\nsave\nshow\nreset height\nquit\n";
    let ran = fed(&shell, lines).exits(0);
    for words in [
        "Which? delete settings or delete channel-connection.",
        "HubSpot has no way to delete the call recording. Nothing was sent.",
        "Nothing to set up: HubSpot has the settings already",
        "save: show what would be sent, and send it after a yes.",
        "There is no command or field wdth; help lists them. Did you mean width?",
        "Nothing is under way.",
        "isReady is no already.",
        "That is none of the answers.",
        "width changed from 400 to 421",
        "name changed from Acme Dialer to empty",
        "There is no row or word remove 9 here.",
        "Not saved: 1 field cannot be sent as typed.",
        "error: height: Not a whole number",
        "height is x px, unsaved; the server has 650. Not a whole number",
    ] {
        assert!(ran.out.contains(words), "{words:?}: {}", ran.out);
    }
    let requests = shell.beside.gate.patches();
    assert!(requests.is_empty(), "{requests:?}");
}
