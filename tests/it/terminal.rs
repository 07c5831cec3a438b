//! The real program in a real terminal: taking it, giving it back on every way out, signals, shells, sizes, floods of keys.
//!
//! Rules: wait for text, never for time; data before key; Esc alone, then wait for what it does.

mod background;
mod bytes;
mod desk;

use crate::pty::{CALLSET, End, Pty, Setup};
use rustix::process::{Signal, kill_process};
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;
use vt100::Screen;

const CTRL_C: &str = "\x03";
const CTRL_P: &str = "\x10";
const CTRL_Q: &str = "\x11";
const CTRL_S: &str = "\x13";
const CTRL_U: &str = "\x15";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const TAB: &str = "\t";

/// The last words of a demo that is ended from outside.
const KEPT: &str = "callset: app 1234567. Not saved, kept as a draft for the next start: {\"name\":\"Acme Dialerx\"}\n";

/// Never to be seen anywhere.
const CANARY: &str = "canary-5f0c2a9e-token";

/// The demo, with its values on the form and nothing on its way.
fn demo() -> Pty {
    loaded(Setup::callset(&["--demo"]))
}

fn loaded(setup: Setup) -> Pty {
    let mut pty = setup.start();
    wait_loaded(&mut pty);
    pty
}

fn wait_loaded(pty: &mut Pty) {
    pty.wait_for("the values of the demo", |screen| {
        row(screen, "Name").contains("Acme Dialer") && has(screen, "nothing unsaved") && has(screen, "synced")
    });
    pty.begin_at_name();
    // The value is no longer selected: the end of the row was reached.
    let is_selected = |screen: &Screen| (0..24).filter_map(|y| screen.cell(y, 22)).any(vt100::Cell::inverse);
    // Drawn anew, no blanks stand where text was before.
    pty.send("\x1b[20~");
    pty.wait_for("the end of the name", |screen| {
        let is_fresh = screen.contents().lines().all(|line| !line.ends_with(' '));
        let is_there = screen
            .contents()
            .lines()
            .any(|line| line.starts_with([' ']) && line[1..].starts_with(['▌', '>']) && line.contains("Name"));
        is_there && is_fresh && !is_selected(screen)
    });
}

/// A demo with one unsaved field: `{"name":"Acme Dialerx"}`.
fn dirty_demo() -> Pty {
    let mut pty = demo();
    pty.send("x");
    pty.wait_for_text("1 unsaved");
    crate::kills::drafted(&pty, "Acme Dialerx");
    pty
}

fn has(screen: &Screen, text: &str) -> bool {
    screen.contents().contains(text)
}

/// The line of a row of the form, from its label on, up to the preview.
fn row(screen: &Screen, label: &str) -> String {
    let (_, columns) = screen.size();
    let label = format!(" {label}   ");
    let line = screen.rows(0, columns.get()).find(|line| line.contains(&label)).unwrap_or_default();
    line.split(['│', '┌', '└', '├']).next().unwrap_or_default().trim_end().to_owned()
}

/// The line of the form that is in focus.
fn focus(screen: &Screen) -> String {
    let (_, columns) = screen.size();
    screen.rows(0, columns.get()).find(|line| line.starts_with(" ▌")).unwrap_or_default()
}

/// The line the caret is in, up to the caret.
fn before_caret(screen: &Screen) -> String {
    let (y, x) = screen.cursor_position();
    screen.contents_between(y, 0, y, x)
}

#[test]
fn p15_the_demo_edits_saves_and_leaves_no_trace() {
    let mut pty = demo();
    assert_eq!(pty.modes(), ["alternate screen", "bracketed paste", "mouse", "mouse coordinates", "1004"]);
    assert!(pty.is_raw());
    pty.send(TAB.repeat(2));
    pty.wait_for("the focus on Width", |screen| focus(screen).contains("Width"));
    pty.send(CTRL_U);
    pty.send("420");
    pty.wait_for("an unsaved width", |screen| row(screen, "Width").contains("420") && has(screen, "1 unsaved"));
    pty.send(CTRL_S);
    pty.wait_for("the answer", |screen| has(screen, "Saved 1 field") && has(screen, "nothing unsaved"));
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert_eq!(pty.farewell(), "");
}

#[test]
fn u11_ctrl_c_asks_and_d_discards_with_the_edits_as_the_last_word() {
    let mut pty = dirty_demo();
    pty.send(CTRL_C);
    pty.wait_for_text("discard and quit");
    pty.send("d");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert_eq!(pty.farewell(), "callset: app 1234567. Not saved: {\"name\":\"Acme Dialerx\"}\n");
}

#[test]
fn u11_ctrl_c_asks_and_s_saves_first() {
    let mut pty = dirty_demo();
    pty.send(CTRL_C);
    pty.wait_for_text("save and quit");
    pty.send("s");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert_eq!(pty.farewell(), "");
}

#[test]
fn u11_ctrl_c_asks_and_esc_stays() {
    let mut pty = dirty_demo();
    pty.send(CTRL_C);
    pty.wait_for_text("discard and quit");
    pty.send(ESC);
    pty.wait_for("the form", |screen| !has(screen, "discard and quit") && has(screen, "^S save"));
    pty.send("y");
    pty.wait_for("typing goes on", |screen| row(screen, "Name").contains("Acme Dialerxy"));
}

#[test]
fn u11_what_comes_right_behind_what_asks_or_at_once_with_text_is_no_answer() {
    let mut pty = dirty_demo();
    // What comes at once with text is no press at all.
    pty.send_now(CTRL_C);
    pty.pause(Duration::from_millis(2));
    pty.send_now("s");
    pty.wait_for_text("Text and keys came at once");
    // A moment later it is one, and nobody can have read the question.
    pty.send(CTRL_C);
    pty.pause(Duration::from_millis(30));
    pty.send_now("s");
    pty.wait_for_text("Quit?");
    // Had it been an answer, the program would have ended by now.
    pty.send(ESC);
    pty.wait_for("the form again", |screen| !has(screen, "Quit?") && has(screen, "1 unsaved"));
    pty.send(CTRL_C);
    pty.wait_for_text("discard");
    let found = pty.screen().rows(0, 80).enumerate().find_map(|(y, row)| {
        let at = row.find("discard")?;
        Some((row[..at].chars().count() + 1, y + 1))
    });
    let (x, y) = found.unwrap();
    pty.send(format!("abc\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
    pty.send(ESC);
    pty.wait_for("the form again", |screen| !has(screen, "Quit?") && has(screen, "1 unsaved"));
    pty.send(CTRL_C);
    pty.wait_for_text("discard");
    pty.send(format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
    assert_eq!(pty.wait_exit(), End::Code(0), "a click alone is an answer");
}

#[test]
fn u12_ctrl_c_twice_leaves() {
    let mut pty = dirty_demo();
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
    pty.assert_given_back();
    assert!(pty.farewell().contains("Acme Dialerx"));
}

#[test]
fn p3_signals_give_the_terminal_back_and_name_the_edits() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut pty = dirty_demo();
        pty.kill(signal);
        assert_eq!(pty.wait_exit(), End::Code(code));
        pty.assert_given_back();
        assert_eq!(pty.farewell(), KEPT, "{signal:?}");
    }
}

/// The line is in another mode then, and what waits in it must be noticed when that changes.
#[test]
fn keys_typed_before_the_start_are_not_lost() {
    let mut pty = Setup::callset(&["--demo"]).typed_ahead(TAB).start();
    pty.wait_for("the focus on URL", |screen| focus(screen).contains("URL"));
}

/// The moment between taking the terminal and listening to signals, if there were one.
#[test]
fn p3_a_signal_with_the_first_byte_gives_the_terminal_back_as_well() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut pty = Setup::callset(&["--demo"]).start();
        pty.wait_for_bytes("\x1b[?1049h");
        pty.kill(signal);
        assert_eq!(pty.wait_exit(), End::Code(code));
        pty.assert_given_back();
    }
}

/// Neither the frame that could not be written nor the words at the end keep the process.
#[test]
fn p3_a_signal_ends_the_program_while_the_terminal_takes_nothing() {
    let mut pty = dirty_demo();
    pty.hold_output(true);
    pty.send("y");
    pty.kill(Signal::TERM);
    assert_eq!(pty.wait_exit(), End::Code(143));
    assert!(!pty.is_raw(), "what can be given back without writing is");

    // In the middle of a frame that is larger than the line holds.
    let mut pty = dirty_demo();
    pty.freeze(true);
    pty.resize(500, 200);
    pty.send("y");
    pty.kill(Signal::TERM);
    pty.wait_end();
    assert!(!pty.is_raw());
    pty.freeze(false);
    assert_eq!(pty.wait_exit(), End::Code(143));
}

#[test]
fn t12_the_loop_and_the_network_go_on_while_the_terminal_takes_nothing() {
    let mut pty = dirty_demo();
    pty.hold_output(true);
    // Saves, and leaves once that has an answer, without a byte of it being seen.
    pty.send(CTRL_S);
    crate::kills::until(|| crate::kills::files(&pty.file("state")).iter().any(|file| file.ends_with("history.jsonl")));
    pty.send(CTRL_C);
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!has(pty.screen(), "Saved"), "{}", pty.screen().contents());
}

#[test]
fn t12_the_screen_is_whole_once_the_terminal_takes_it_again() {
    let mut pty = dirty_demo();
    pty.hold_output(true);
    pty.send("abc");
    pty.hold_output(false);
    pty.wait_for("what was typed", |screen| row(screen, "Name").contains("Acme Dialerxabc"));
    whole(&mut pty);

    // The rest of a cut frame comes first, then one frame for all that happened since.
    pty.freeze(true);
    for (columns, rows) in [(500, 200), (300, 100), (500, 200), (120, 36)] {
        pty.resize(columns, rows);
        pty.send("d");
    }
    pty.freeze(false);
    pty.wait_for("what was typed", |screen| {
        row(screen, "Name").contains("Acme Dialerxabcdddd") && screen.rows(0, 120).last().unwrap().ends_with("F1 help")
    });
    whole(&mut pty);
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
    pty.assert_given_back();
}

/// Nothing is on the screen that a fresh frame would not put there.
fn whole(pty: &mut Pty) {
    let before = pty.screen().contents();
    pty.forget_screen();
    pty.kill(Signal::WINCH);
    pty.wait_for("the whole screen", |screen| screen.contents() == before);
}

/// An interactive shell with job control.
fn shell() -> Pty {
    let bash = ["/bin/bash", "/usr/bin/bash"].into_iter().find(|path| std::fs::exists(path).unwrap());
    let setup = match bash {
        // Without its line editor, which switches modes of its own.
        Some(bash) => Setup::program(bash, &["--norc", "--noprofile", "--noediting", "-i"]),
        None => Setup::program("/bin/sh", &["-i"]),
    };
    let mut pty = setup.env("PS1", "ready> ").start();
    wait_prompt(&mut pty);
    pty
}

/// The shell has the terminal: prompt on the last line, all modes off.
fn wait_prompt(pty: &mut Pty) {
    pty.wait_for("the shell's prompt", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("ready>")
    });
    assert_eq!(pty.modes(), Vec::<String>::new());
}

/// The shell answers; then the program comes back as it was, and takes keys.
fn shell_then_fg(pty: &mut Pty, before: &str, name: &str) {
    pty.send("echo alive-$((40+2))\n");
    pty.wait_for_text("alive-42");
    wait_prompt(pty);
    pty.send("fg\n");
    pty.wait_for("the whole screen again", |screen| screen.alternate_screen() && screen.contents() == before);
    assert_eq!(pty.modes(), ["alternate screen", "bracketed paste", "mouse", "mouse coordinates", "1004"]);
    pty.send("z");
    pty.wait_for("typing goes on", |screen| row(screen, "Name").contains(&format!("{name}z")));
}

#[test]
fn p5_sigtstp_gives_the_shell_its_terminal_and_fg_redraws() {
    let mut pty = shell();
    pty.send("\"$CALLSET\" --demo\n");
    wait_loaded(&mut pty);
    let mut name = "Acme Dialer".to_owned();
    // Twice: the second time shows whether the first left everything in order.
    for _ in 0..2 {
        let before = pty.screen().contents();
        kill_process(pty.foreground(), Signal::TSTP).unwrap();
        wait_prompt(&mut pty);
        shell_then_fg(&mut pty, &before, &name);
        name.push('z');
    }
    // Another size while it is stopped: the shell gets that signal, callset has to look.
    kill_process(pty.foreground(), Signal::TSTP).unwrap();
    wait_prompt(&mut pty);
    pty.resize(120, 30);
    pty.send("fg\n");
    pty.wait_for("the form at its new size", |screen| {
        let footer = screen.rows(0, 120).last().unwrap_or_default();
        screen.alternate_screen() && footer.len() > 80 && footer.ends_with("F1 help")
    });
    pty.send(CTRL_C);
    pty.wait_for_text("discard and quit");
    pty.send("d");
    wait_prompt(&mut pty);
    pty.send("echo code=$?\n");
    pty.wait_for_text("code=0");
    assert!(pty.farewell().contains(r#"{"name":"Acme Dialerzz"}"#), "{}", pty.farewell());
}

#[cfg(target_os = "linux")]
fn tasks(process: rustix::process::Pid) -> Vec<String> {
    let threads = std::fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero())).into_iter().flatten().flatten();
    threads.map(|thread| std::fs::read_to_string(thread.path().join("status")).unwrap_or_default()).collect()
}

/// All threads: before the last of them has stopped no shell is told.
#[cfg(target_os = "linux")]
fn is_stopped(process: rustix::process::Pid) -> bool {
    let is_stopped = |line: &str| line.starts_with("State:") && line.contains("(stopped)");
    tasks(process).iter().all(|task| task.lines().any(is_stopped))
}

/// How often its threads were taken from a processor: another number than before says that it ran since.
#[cfg(target_os = "linux")]
fn switches(process: rustix::process::Pid) -> Vec<String> {
    let of_task = |task: &String| task.lines().filter(|line| line.contains("ctxt_switches")).collect::<String>();
    tasks(process).iter().map(of_task).collect()
}

/// SIGSTOP cannot be caught: the shell takes the terminal as it finds it.
#[cfg(target_os = "linux")]
#[test]
fn p5_stopped_from_outside_it_leaves_the_shell_alone_until_fg() {
    let mut pty = shell();
    pty.send("\"$CALLSET\" --demo\n");
    wait_loaded(&mut pty);
    let (before, callset) = (pty.screen().contents(), pty.foreground());
    kill_process(callset, Signal::STOP).unwrap();
    pty.wait_for_text("ready>");
    // Continued in the background it finds the screen to be the shell's, and stops until it may have it.
    crate::kills::until(|| is_stopped(callset));
    let first = switches(callset);
    kill_process(callset, Signal::CONT).unwrap();
    crate::kills::until(|| is_stopped(callset) && switches(callset) != first);
    let drawn = pty.raw().len();
    pty.send("echo alive-$((40+2))\n");
    pty.wait_for_text("alive-42");
    assert!(!pty.raw()[drawn..].contains(&0x1b), "{}", pty.raw()[drawn..].escape_ascii());
    pty.send("fg\n");
    pty.wait_for("the whole screen again", |screen| screen.contents() == before);
    assert_eq!(pty.modes(), ["alternate screen", "bracketed paste", "mouse", "mouse coordinates", "1004"]);
    pty.send("z");
    pty.wait_for("typing goes on", |screen| row(screen, "Name").contains("Acme Dialerz"));
    pty.send(CTRL_C.repeat(2));
    wait_prompt(&mut pty);
}

#[test]
fn p5_continued_without_a_shell_it_draws_again() {
    let mut pty = demo();
    let before = pty.screen().contents();
    pty.kill(Signal::STOP);
    pty.forget_screen();
    pty.kill(Signal::CONT);
    pty.wait_for("the whole screen again", |screen| screen.contents() == before);
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
}

/// Under another program, as `git` or `make` start an editor: all of the group has to stop, or nobody gets the terminal.
#[test]
fn p5_suspend_from_the_palette_stops_the_whole_group() {
    let mut pty = shell();
    pty.send("sh -c '\"$CALLSET\" --demo; echo inner=$?'\n");
    wait_loaded(&mut pty);
    let before = pty.screen().contents();
    pty.send(CTRL_P);
    pty.wait_for_text("do it");
    pty.send("suspend");
    pty.wait_for_text("suspend to the shell");
    pty.send(ENTER);
    wait_prompt(&mut pty);
    shell_then_fg(&mut pty, &before, "Acme Dialer");
    pty.send(CTRL_C.repeat(2));
    pty.wait_for_text("inner=130");
    wait_prompt(&mut pty);
}

/// A group that stops where nobody can continue it hangs for ever. The kernel drops SIGTSTP there; so do we.
#[test]
fn p5_without_job_control_suspend_does_nothing() {
    for setup in [Setup::callset(&["--demo"]), Setup::program("/bin/sh", &["-c", "\"$CALLSET\" --demo; exit $?"])] {
        let mut pty = loaded(setup);
        pty.send(CTRL_P);
        pty.wait_for_text("do it");
        pty.send("suspend");
        pty.wait_for_text("suspend to the shell");
        pty.send(ENTER);
        pty.wait_for("the form", |screen| !has(screen, "do it") && has(screen, "^S save"));
        pty.send("x");
        pty.wait_for("typing goes on", |screen| row(screen, "Name").contains("Acme Dialerx"));
        pty.send(CTRL_C.repeat(2));
        assert_eq!(pty.wait_exit(), End::Code(130));
    }
}

#[test]
fn t11_the_terminal_vanishes() {
    let mut pty = dirty_demo();
    pty.vanish();
    assert_eq!(pty.wait_exit(), End::Code(129));
}

#[test]
fn t11_the_terminal_vanishes_with_sighup_ignored() {
    let mut pty = loaded(Setup::program("/bin/sh", &["-c", "trap '' HUP; exec \"$CALLSET\" --demo"]));
    pty.vanish();
    assert_eq!(pty.wait_exit(), End::Code(129));
}

/// The shell in between leads the session and ignores the signal; callset itself gets none. Only the line tells it.
#[test]
fn p4_the_terminal_vanishes_without_any_signal() {
    let script = "trap '' HUP; \"$CALLSET\" --demo 2>\"$HOME/said\"; exit $?";
    let mut pty = loaded(Setup::program("/bin/sh", &["-c", script]));
    pty.send("x");
    pty.wait_for_text("1 unsaved");
    crate::kills::drafted(&pty, "Acme Dialerx");
    pty.vanish();
    assert_eq!(pty.wait_exit(), End::Code(129));
    let said = std::fs::read_to_string(pty.file("said")).unwrap();
    assert_eq!(said, KEPT);
}

#[test]
fn t2_a_storm_of_sizes() {
    let mut pty = demo();
    let before = pty.screen().contents();
    let sizes = [(1, 1), (2, 2), (24, 6), (40, 12), (500, 200), (0, 0), (39, 11), (23, 5), (80, 1), (1, 24)];
    for round in 0..5 {
        for (columns, rows) in sizes {
            pty.resize(columns, rows);
        }
        pty.resize(80, 24);
        pty.wait_for(&format!("the form as it was, round {round}"), |screen| screen.contents() == before);
    }
    for (columns, rows, text) in [(24, 6, "Name"), (23, 6, "needs"), (40, 12, "Acme Dialer"), (500, 200, "Updated")] {
        pty.resize(columns, rows);
        pty.wait_for(&format!("{text} at {columns}x{rows}"), |screen| has(screen, text));
    }
    // What is typed where nothing can be seen may be dropped, so the key comes after.
    pty.resize(0, 0);
    pty.resize(80, 24);
    pty.wait_for("the form once more", |screen| screen.contents() == before);
    pty.send("x");
    pty.wait_for("typing goes on", |screen| row(screen, "Name").contains("Acme Dialerx") && has(screen, "1 unsaved"));
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
    pty.assert_given_back();
}

/// A window made smaller and larger again before the program looks has lost what was cut off, at the size it had.
#[test]
fn t19_a_signal_of_a_size_draws_again_at_the_same_size() {
    let mut pty = demo();
    let before = pty.screen().contents();
    // The screen on this side forgets all but a cell; the line keeps its size.
    let drawn = pty.raw().len();
    pty.forget_screen();
    assert_ne!(pty.screen().contents(), before);
    pty.kill(Signal::WINCH);
    pty.wait_for("the whole screen again", |screen| screen.contents() == before);
    assert!(pty.raw().len() > drawn + before.len() / 2);
}

#[test]
fn u1_a_paste_with_line_ends_is_one_line_and_submits_nothing() {
    let mut pty = demo();
    pty.send(CTRL_U);
    pty.wait_for("an empty name", |screen| !row(screen, "Name").contains("Acme"));
    pty.send("\x1b[200~one\r\ntwo\tthree\nq\x13\x1b[201~");
    pty.wait_for("one line and a notice", |screen| {
        row(screen, "Name").contains("one two three q") && has(screen, "Pasted as one line")
    });
    assert!(focus(pty.screen()).contains("Name"));
    assert!(has(pty.screen(), "1 unsaved") && !has(pty.screen(), "Saved"));
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
    assert!(pty.farewell().contains(r#"{"name":"one two three q"}"#), "{}", pty.farewell());
}

/// More than 1,024 bytes in one go: a reader that takes a part and waits for the next edge leaves the end unread until the
/// next key. No key follows here.
#[test]
fn t8_the_end_of_a_burst_arrives_without_another_key() {
    let mut pty = demo();
    let burst = format!("{}the-end", "0123456789".repeat(200));
    pty.send(&burst);
    pty.wait_for("the end of the burst", |screen| row(screen, "Name").contains("the-end"));
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
    assert!(pty.farewell().contains(&format!(r#"{{"name":"Acme Dialer{burst}"}}"#)), "{}", pty.farewell());
}

#[test]
fn u2_ten_thousand_pasted_characters_arrive_whole() {
    let mut pty = demo();
    let mut text = String::new();
    for n in 0..2000 {
        let _ = write!(text, "{n:05}");
    }
    assert_eq!(text.len(), 10_000);
    pty.send(format!("\x1b[200~{text}\x1b[201~"));
    pty.wait_for("the end of the paste", |screen| row(screen, "Name").contains("0199801999"));
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
    assert!(pty.farewell().contains(&format!(r#"{{"name":"Acme Dialer{text}"}}"#)), "{}", pty.farewell());
}

#[test]
fn u8_every_printable_character_arrives() {
    let mut pty = demo();
    pty.send(CTRL_U);
    pty.wait_for("an empty name", |screen| !row(screen, "Name").contains("Acme"));
    let mut name = String::new();
    // The space stands between others, where it is drawn as one.
    for c in ('!'..='N').chain([' ']).chain('O'..='~') {
        name.push(c);
        pty.send(c.to_string());
        if c != ' ' {
            let tail: String = name.chars().skip(name.len().saturating_sub(8)).collect();
            pty.wait_for(&format!("{c:?} before the caret"), |screen| before_caret(screen).ends_with(&tail));
        }
    }
    assert_eq!(name.len(), 95);
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
    let expected = name.replace('\\', r"\\").replace('"', "\\\"");
    assert!(pty.farewell().contains(&format!(r#"{{"name":"{expected}"}}"#)), "{}", pty.farewell());
}

/// The parameters of every SGR sequence among the bytes.
fn sgr(raw: &[u8]) -> Vec<Vec<u16>> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then(|| &rest[..end])
    });
    sequences.map(|codes| codes.split(';').map(|code| code.parse().unwrap_or(0)).collect()).collect()
}

fn is_colour(code: u16) -> bool {
    matches!(code, 30..=38 | 40..=48 | 90..=97 | 100..=107)
}

/// Focus, an edit, an error and a save, so that every colour there is would show.
fn tour(pty: &mut Pty) {
    pty.send("x");
    pty.wait_for_text("1 unsaved");
    pty.send(TAB.repeat(2));
    pty.wait_for("the focus on Width", |screen| focus_of_any(screen).contains("Width"));
    pty.send("x");
    pty.wait_for_text("nothing, until Width can be sent");
    pty.send(CTRL_U);
    pty.send("420");
    pty.wait_for_text("2 unsaved");
    pty.send(CTRL_S);
    pty.wait_for_text("Saved 2 fields");
}

/// As [`focus`], with or without Unicode.
fn focus_of_any(screen: &Screen) -> String {
    let (_, columns) = screen.size();
    let is_focus = |line: &String| line.starts_with(" ▌") || line.starts_with(" > ");
    screen.rows(0, columns.get()).find(is_focus).unwrap_or_default()
}

#[test]
fn t3_no_color_means_no_colour_and_the_focus_stays_readable() {
    let mut coloured = demo();
    tour(&mut coloured);
    assert!(sgr(coloured.raw()).iter().flatten().any(|code| is_colour(*code)), "the tour shows colours where it may");

    let mut pty = loaded(Setup::callset(&["--demo"]).env("NO_COLOR", "1"));
    tour(&mut pty);
    let codes = sgr(pty.raw());
    assert!(!codes.is_empty());
    assert!(!codes.iter().flatten().any(|code| is_colour(*code)), "{codes:?}");
    let line = focus(pty.screen());
    let y = pty.screen().rows(0, 80).position(|other| other == line).unwrap();
    let attributed = |x: &u16| {
        let cell = pty.screen().cell(u16::try_from(y).unwrap(), *x).unwrap();
        cell.inverse() || cell.underline()
    };
    let marked = (0..80).filter(attributed).count();
    assert!(line.starts_with(" ▌   Width") && marked > 3, "{line:?}, {marked} cells reversed or underlined");
}

#[test]
fn t5_a_plain_locale_gets_nothing_but_ascii() {
    let mut pty = loaded(Setup::callset(&["--demo"]).env("LANG", "C"));
    tour(&mut pty);
    pty.send(CTRL_P);
    pty.wait_for_text("do it");
    pty.send(ESC);
    pty.wait_for("the form", |screen| !has(screen, "do it"));
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    let strange: Vec<u8> = pty.raw().iter().copied().filter(|byte| !byte.is_ascii()).collect();
    assert_eq!(strange, b"");
    assert!(sgr(pty.raw()).iter().flatten().any(|code| is_colour(*code)));
}

/// A terminal that cannot be drawn on gets sentences, and no escape sequence.
#[test]
fn t5_a_dumb_terminal_gets_a_dialogue() {
    let mut pty = Setup::callset(&["--demo"]).env("TERM", "dumb").start();
    pty.wait_for_text("Command or field");
    pty.send("width 420\rsave\ryes\r");
    pty.wait_for_text("Saved 1 field, confirmed by the server");
    pty.send("quit\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!pty.raw().contains(&0x1b), "{}", pty.raw().escape_ascii());
}

/// Exit code, stdout and stderr without a terminal.
fn run(args: &[&str], vars: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = Command::new(CALLSET)
        .args(args)
        .env_clear()
        .envs([("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("RUST_BACKTRACE", "0")])
        .envs(vars.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn assert_one_sentence(said: &str) {
    assert!(said.starts_with("callset: ") && said.ends_with('\n') && said.lines().count() == 1, "{said:?}");
    assert!(!said.contains('\x1b') && !said.contains(CANARY), "{said:?}");
}

#[test]
fn t4_p12_without_a_terminal_nothing_starts() {
    let (code, out, err) = run(&["--demo"], &[]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_one_sentence(&err);
    assert!(err.contains("terminal"), "{err}");

    // One of the two is enough to say no.
    for redirect in ["<\"$HOME/empty\"", ">\"$HOME/out\"", "<&-", ">&-"] {
        let script = format!(": >\"$HOME/empty\"; \"$CALLSET\" --demo {redirect} 2>\"$HOME/err\"; exit $?");
        let mut pty = Setup::program("/bin/sh", &["-c", &script]).start();
        assert_eq!(pty.wait_exit(), End::Code(2), "{redirect}");
        assert_eq!(pty.raw(), b"", "{redirect}");
        let err = std::fs::read_to_string(pty.file("err")).unwrap();
        assert_one_sentence(&err);
        assert!(err.contains("terminal"), "{redirect}: {err}");
        if let Ok(out) = std::fs::read(pty.file("out")) {
            assert_eq!(out, b"");
        }
    }
}

#[test]
fn without_an_app_or_a_token_the_sentence_names_the_variable() {
    let (app, token) = ("HUBSPOT_APP_ID", "HUBSPOT_ACCESS_TOKEN");
    let unfit = format!("{CANARY}\u{7}x");
    let cases = [
        (vec![], vec![app, token, "--demo"]),
        (vec![(token, CANARY)], vec![app]),
        (vec![(app, "1234567")], vec![token]),
        (vec![(app, "1234567"), (token, "  ")], vec![token]),
        (vec![(app, "1234567"), (token, unfit.as_str())], vec![token]),
    ];
    for (vars, names) in cases {
        let (code, out, err) = run(&[], &vars);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{vars:?}");
        assert_one_sentence(&err);
        assert!(names.iter().all(|name| err.contains(name)), "{vars:?}: {err}");
    }
}

#[test]
fn n19_plain_http_to_another_machine_is_refused() {
    let arguments = ["--app", "1234567", "--base-url", "http://example.com"];
    let mut pty = Setup::callset(&arguments).env("HUBSPOT_ACCESS_TOKEN", CANARY).start();
    assert_eq!(pty.wait_exit(), End::Code(2));
    let said = String::from_utf8(pty.raw().to_vec()).unwrap().replace("\r\n", "\n");
    assert_one_sentence(&said);
    assert!(said.contains("--base-url"), "{said}");
    pty.assert_given_back();
}

/// Whoever reads may leave before the end: no panic, and no words about pipes.
#[test]
fn p11_a_reader_that_leaves_is_no_reason_to_panic() {
    for command in ["--help", "--version", "sandbox"] {
        let script = format!("\"{CALLSET}\" {command} 2>&1 >/dev/full | cat");
        let output = Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.contains("panicked"), "{command}: {said}");
    }
}

/// A script that keeps what it prints must know that it did not.
#[cfg(target_os = "linux")]
#[test]
fn what_can_not_be_printed_is_an_error() {
    for option in ["--version", "--help"] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(CALLSET).arg(option).stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_one_sentence(&said);
    }
}

/// Other users of a machine can read arguments, and a switch that trusts anyone is always on one day.
#[test]
fn s1_s13_no_option_takes_a_token_or_trusts_any_certificate() {
    for option in ["--token", "--access-token", "--insecure", "-k", "--hapikey"] {
        let output = Command::new(CALLSET).args([option, CANARY]).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{option}: {said}");
    }
    let help = Command::new(CALLSET).arg("--help").output().unwrap();
    assert!(String::from_utf8(help.stdout).unwrap().contains("There is no option for it"));
}

/// Text that would steer a terminal, from wherever it comes on the way in.
#[test]
fn s8_the_environment_steers_no_terminal() {
    let clear = "\x1b[2J\x1b]52;c;eA==\x07";
    for (name, value) in
        [("HUBSPOT_BASE_URL", format!("https://a{clear}.dev")), ("HUBSPOT_APP_ID", format!("1{clear}"))]
    {
        let mut command = Command::new(CALLSET);
        command.env_clear().env("HUBSPOT_ACCESS_TOKEN", CANARY).env("HUBSPOT_APP_ID", "1").env(name, value);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(!said.contains(['\x1b', '\x07']) && !said.contains(CANARY), "{said:?}");
    }
}

/// The variable that makes this test its own child.
const PANICKING: &str = "CALLSET_TEST_PANICS_ON";

/// The child is this very test in a terminal of its own: it takes the terminal as the program does, and something that is
/// not the main thread panics under it.
#[test]
fn p7_a_panic_beside_the_screen_gives_it_back_and_ends_the_program() {
    if let Some(place) = std::env::var_os(PANICKING) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _guard = callset::term::Guard::enter(&mut callset::term::output::Output::new().unwrap(), true).unwrap();
        if place == "thread" {
            let _ = std::thread::spawn(|| panic!("planted\u{1b}[2J\u{9b}")).join();
        } else {
            let _ = runtime.block_on(async { tokio::spawn(async { panic!("planted") }).await });
        }
        unreachable!("the hook ends the process");
    }
    let this = std::env::current_exe().unwrap();
    let name = "terminal::p7_a_panic_beside_the_screen_gives_it_back_and_ends_the_program";
    for place in ["thread", "task"] {
        let mut pty = Setup::program(&this, &["--exact", name, "--nocapture"]).env(PANICKING, place).start();
        assert_eq!(pty.wait_exit(), End::Code(70), "{place}");
        pty.assert_given_back();
        let said = pty.farewell();
        assert!(said.starts_with("callset stopped because of a fault of its own at "), "{said}");
        let words = if place == "thread" { "planted\\u{1b}[2J\\u{9b}" } else { "planted" };
        assert!(said.ends_with(&format!(": {words}\n")) && said.lines().count() == 1, "{said}");
        assert!(pty.raw().windows(8).any(|bytes| bytes == b"\x1b[?1049h"), "it had the terminal");
    }
}

/// How often each thread went to sleep of its own will.
#[cfg(target_os = "linux")]
fn naps(pty: &Pty) -> std::collections::BTreeMap<String, u64> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", pty.pid().as_raw_nonzero())).unwrap();
    let of_task = |task: std::io::Result<std::fs::DirEntry>| {
        let path = task.ok()?.path();
        let status = std::fs::read_to_string(path.join("status")).ok()?;
        let naps = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        Some((path.display().to_string(), naps.trim().parse().ok()?))
    };
    tasks.filter_map(of_task).collect()
}

/// Late timers of the start may still run out, so the first pair of looks in a row between which nothing happened counts.
/// Between two looks another editor loads its values from a server that takes its time: whatever ticks would tick.
#[cfg(target_os = "linux")]
#[test]
fn an_idle_program_does_nothing() {
    let sandbox = SlowSandbox::start("700ms");
    let mut pty = demo();
    // Nor does it after a look at the tunnels of this machine.
    pty.send("\x1b[B");
    pty.wait_for("the row of the url", |screen| screen.cursor_position().0 == 4);
    pty.send("\x1bOR");
    pty.wait_for_text("Tunnels, earlier values");
    pty.send("\x1b");
    pty.wait_for("the list is closed", |screen| !screen.contents().contains("Tunnels, earlier values"));
    let look = |pty: &mut Pty| {
        pty.take_ready();
        (pty.raw().len(), naps(pty))
    };
    let mut last = look(&mut pty);
    let rests = (0..10).any(|_| {
        let other = Setup::callset(&["--app", "1234567", "--base-url", &sandbox.address]);
        drop(loaded(other.env("HUBSPOT_ACCESS_TOKEN", CANARY)));
        let now = look(&mut pty);
        std::mem::replace(&mut last, now.clone()) == now
    });
    assert!(rests, "it never rests: {last:?}");
    // The looks do see what happens.
    pty.send("x");
    pty.wait_for_text("1 unsaved");
    assert!(look(&mut pty).0 > last.0);
    // Its text is here before it sleeps again, and only then is the nap counted.
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while naps(&pty) == last.1 {
        assert!(std::time::Instant::now() < deadline, "a key is a nap: {last:?}");
        std::thread::yield_now();
    }
}

/// A sandbox of its own, ended with this value.
#[cfg(target_os = "linux")]
struct SlowSandbox {
    child: std::process::Child,
    address: String,
}

#[cfg(target_os = "linux")]
impl SlowSandbox {
    fn start(latency: &str) -> Self {
        use std::io::BufRead as _;
        let arguments = ["sandbox", "--latency", latency];
        let mut child = Command::new(CALLSET).args(arguments).env_clear().stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned() }
    }
}

#[cfg(target_os = "linux")]
impl Drop for SlowSandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Over a slow line a character must feel as one. A count of bytes, so it does not depend on the machine.
#[test]
fn a_typed_character_costs_few_bytes() {
    let mut pty = demo();
    let mut typed = String::from("Acme Dialer");
    let mut costs = Vec::new();
    for c in "abcdef".chars() {
        typed.push(c);
        let before = pty.raw().len();
        let (_, caret) = pty.screen().cursor_position();
        pty.send(c.to_string());
        // The caret is what a frame ends with.
        pty.wait_for("the character, the body and the caret", |screen| {
            row(screen, "Name").contains(&typed)
                && has(screen, &format!(r#"{{"name":"{typed}"}}"#))
                && screen.cursor_position().1 == caret + 1
        });
        costs.push(pty.raw().len() - before);
    }
    // The first one also says "unsaved" in three places, and in the window's title.
    assert!(costs[0] <= 260, "{costs:?}");
    assert!(costs[1..].iter().all(|cost| *cost <= 60), "{costs:?}");
}

/// The value in focus is selected from the start: what is pasted first takes its place.
#[test]
fn what_is_pasted_first_takes_the_place_of_the_value() {
    let mut pty = Setup::callset(&["--demo"]).start();
    pty.wait_for("the values", |screen| has(screen, "synced") && has(screen, "dialer.acme.dev"));
    pty.send("\x1b[200~https://tunnel.dev/w\x1b[201~");
    pty.wait_for_text(r#"{"url":"https://tunnel.dev/w"}"#);
}

/// Each look is drawn on an empty screen.
#[test]
fn another_look_leaves_nothing_of_the_one_before() {
    let mut pty = demo();
    pty.send(CTRL_P);
    pty.wait_for_text("do it");
    pty.send("theme");
    pty.wait_for_text("1 of ");
    pty.send("\r");
    pty.wait_for("the form", |screen| has(screen, "Calling window") && !has(screen, "do it"));
    let header = pty.screen().contents().lines().nth(2).unwrap_or_default().trim().to_owned();
    assert!(header.is_empty() && !has(pty.screen(), "Actions"), "{}", pty.screen().contents());
}
