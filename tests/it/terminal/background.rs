//! The question for the terminal's background, and its answer.

use super::{CTRL_Q, demo, focus, has, row, wait_loaded};
use crate::pty::{End, Setup};
use std::time::Duration;
use vt100::Color;

/// What asks for the background, and then for the terminal's kind.
const QUESTION: &str = "\x1b]11;?\x1b\\\x1b[c";

const KIND: &str = "\x1b[?62;22c";

/// The colour of the bar of the row in focus.
fn bar(screen: &vt100::Screen) -> Color {
    let (rows, _) = screen.size();
    let is_bar = |y: &u16| screen.cell(*y, 1).is_some_and(|cell| cell.contents() == "▌");
    (0..rows.get()).find(is_bar).and_then(|y| screen.cell(y, 1)).map(vt100::Cell::fgcolor).unwrap_or_default()
}

#[test]
fn a_background_that_is_told_chooses_the_shades_and_is_never_typed() {
    for (answer, shade) in [("rgb:ffff/ffff/ffff", 23), ("rgb:0000/2b2b/3636", 80)] {
        let mut pty = demo();
        pty.wait_for_bytes(QUESTION);
        pty.wait_for("a colour of the user's", |screen| bar(screen) == Color::Idx(6));
        let before = pty.screen().contents();
        pty.send(format!("\x1b]11;{answer}\x1b\\{KIND}"));
        pty.wait_for("a shade for it", |screen| bar(screen) == Color::Idx(shade));
        assert_eq!(pty.screen().contents(), before);
        pty.send("x");
        pty.wait_for("typing goes on", |screen| row(screen, "Name").contains('x') && has(screen, "1 unsaved"));
        assert_eq!(bar(pty.screen()), Color::Idx(shade));
    }
}

#[test]
fn the_question_comes_after_the_first_frame_and_once() {
    let mut pty = demo();
    pty.wait_for_bytes(QUESTION);
    pty.send("x");
    pty.wait_for_text("1 unsaved");
    let raw = String::from_utf8_lossy(pty.raw()).into_owned();
    let (before, after) = raw.split_once(QUESTION).unwrap();
    assert!(before.contains("Loading") || before.contains("callset"), "{before:?}");
    assert!(!after.contains("\x1b[c") && !after.contains("]11;"));
    assert!(focus(pty.screen()).contains("Name"));
}

#[test]
fn without_colour_nothing_is_asked() {
    let mut pty = Setup::callset(&["--demo"]).env("NO_COLOR", "1").start();
    wait_loaded(&mut pty);
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!String::from_utf8_lossy(pty.raw()).contains("]11;"));
}

#[test]
fn an_answer_that_comes_late_is_not_left_to_the_shell() {
    let script = "\"$CALLSET\" --demo; read -r line; echo \"got=[$line]\"";
    let mut pty = Setup::program("/bin/sh", &["-c", script]).silent().start();
    pty.wait_for_bytes(QUESTION);
    pty.send_now(CTRL_Q);
    // By now it waits for the answer, and for nothing else.
    pty.wait_for("the last frame", |screen| has(screen, "callset"));
    pty.pause(Duration::from_millis(50));
    pty.send_now(format!("\x1b]11;rgb:ffff/ffff/ffff\x1b\\{KIND}kept\n"));
    pty.wait_for_text("got=[kept]");
}
