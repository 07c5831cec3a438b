//! The severest of what a line may bring, with the real program: nothing of it is typed, saved or quit, and the keyboard lives.

use super::{CTRL_C, CTRL_Q, CTRL_S, CTRL_U, ESC, TAB, demo, dirty_demo, focus, has, loaded, row};
use crate::pty::{End, Pty, Setup};
use std::time::{Duration, Instant};
use vt100::Screen;

/// The focus goes to a row.
fn go_to(pty: &mut Pty, label: &str) {
    while !focus(pty.screen()).contains(label) {
        let before = focus(pty.screen());
        pty.send(TAB);
        pty.wait_for("the next row", |screen| focus(screen) != before);
    }
}

/// Nothing was saved or asked, and who wants to leave does.
fn leaves_unsaved(pty: Pty, edits: &str) {
    let farewell = leaves(pty);
    assert!(farewell.contains(edits), "{farewell}");
}

/// The same, with what is told at the end.
fn leaves(mut pty: Pty) -> String {
    assert!(!has(pty.screen(), "Saved") && !has(pty.screen(), "discard and quit"), "{}", pty.screen().contents());
    pty.send(CTRL_C);
    pty.wait_for_text("discard and quit");
    pty.send("d");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    pty.farewell()
}

#[test]
fn x14_an_unfinished_sequence_makes_nobody_deaf() {
    let mut pty = demo();
    let mut name = "Acme Dialer".to_owned();
    for cut in
        ["\x1b]", "\x1bP", "\x1b_", "\x1b[<0;", "\x1b[?", "\x1b[1;", "\x1bO", "\x1b]11;rgb:1e", "\x1b[M", "\x1b[200~"]
    {
        pty.send(cut);
        if cut.ends_with("200~") {
            // It is a paste until it has been silent for a second.
            pty.pause(Duration::from_millis(1100));
        }
        pty.pause(Duration::from_millis(150));
        pty.send("x");
        name.push('x');
        pty.wait_for(&format!("a key after {cut:?}"), |screen| row(screen, "Name").contains(&format!("{name} ")));
    }
    pty.send("\x1b]");
    leaves_unsaved(pty, &format!(r#"{{"name":"{name}"}}"#));
}

#[test]
fn x14_esc_and_a_sequence_at_once_type_nothing() {
    let mut pty = dirty_demo();
    for keys in ["\x1b\x1b[B", "\x1b\x1b[A", "\x1b\x1b[21~", "\x1b\x1b[<65;1;1M", "\x1b\x1b[O", "\x1b\x1b[I"] {
        pty.send(keys);
        pty.pause(Duration::from_millis(60));
        pty.send(ESC);
        pty.pause(Duration::from_millis(60));
    }
    // What Super goes with is no key of ours.
    pty.send("\x1b[115;9u\x1b[113;9u\x1b[32;9u");
    go_to(&mut pty, "Name");
    pty.send("z\x08y");
    pty.wait_for("Backspace as ^H", |screen| row(screen, "Name").contains('y'));
    let name = row(pty.screen(), "Name");
    assert!(!name.contains('[') && !name.contains('~') && !name.contains('z') && !name.contains('s'), "{name}");
    pty.send(CTRL_C.repeat(2));
    assert_eq!(pty.wait_exit(), End::Code(130));
}

/// As a screen, a serial line or a console without paste marks sends what is pasted there.
#[test]
fn x13_lines_without_paste_marks_are_pasted_and_nothing_else() {
    let text = "https://a.example/w\r400\r600\rq\rs\r";
    for size in [text.len(), 5, 20] {
        for at in ["URL", "Ready"] {
            let mut pty = demo();
            go_to(&mut pty, at);
            pty.send("");
            for piece in text.as_bytes().chunks(size) {
                pty.send_now(piece);
                pty.pause(Duration::from_millis(4));
            }
            // On a busy machine a piece may come so late that it is a paste of its own: then there is no space before it.
            let squeezed = |text: &str| text.replace(' ', "");
            let expected = if at == "URL" { "400600qs" } else { "lookedlikeapaste" };
            pty.wait_for(&format!("the paste on {at}, pieces of {size}"), |screen| {
                squeezed(&screen.contents()).contains(expected)
            });
            if at == "URL" {
                let farewell = squeezed(&leaves(pty));
                assert!(farewell.contains(r#"{"url":"https://a.example/w400600qs"}"#), "{farewell}");
            } else {
                pty.pause(Duration::from_millis(300));
                assert!(has(pty.screen(), "nothing unsaved") && !has(pty.screen(), "Saved"));
                pty.send(CTRL_Q);
                assert_eq!(pty.wait_exit(), End::Code(0));
            }
        }
    }
}

/// However few they are, in one piece or in several: the text is there, and nothing was sent.
#[test]
fn x13_a_command_that_comes_at_once_with_text_does_not_act() {
    let bursts: [(&str, &[&str]); 7] = [
        ("Width", &["42\x13"]),
        ("Width", &["420", "\x13"]),
        ("Width", &["4\x1b[21~"]),
        ("Width", &["\x13", "5"]),
        ("Ready", &["x\x13y"]),
        ("Ready", &["x", "\x13"]),
        ("Height", &["\tx\x13"]),
    ];
    for (at, pieces) in bursts {
        let mut pty = demo();
        go_to(&mut pty, at);
        pty.send("");
        for piece in pieces {
            pty.send_now(piece);
            pty.pause(Duration::from_millis(2));
        }
        pty.wait_for(&format!("what is told of {pieces:?}"), |screen| has(screen, "came at once"));
        assert!(!has(pty.screen(), "Saved"), "{pieces:?}");
        pty.send(CTRL_C.repeat(2));
        pty.wait_exit();
    }
}

/// As a terminal in its "new line" mode sends it.
#[test]
fn cr_and_lf_flip_a_switch_once() {
    let mut pty = demo();
    go_to(&mut pty, "Ready");
    pty.send("\r\n");
    pty.wait_for_text(r#""isReady":true"#);
    pty.pause(Duration::from_millis(60));
    leaves_unsaved(pty, r#"{"isReady":true}"#);
}

#[test]
fn x13_a_paste_that_holds_the_end_mark_and_control_keys_saves_nothing() {
    let mut pty = demo();
    pty.send(CTRL_U);
    pty.wait_for("an empty name", |screen| !row(screen, "Name").contains("Acme"));
    pty.send("\x1b[200~one\x1b[201~\x13\x1b[21~\rq\rs\r\x1b[201~");
    pty.wait_for("the paste", |screen| row(screen, "Name").contains("one"));
    pty.pause(Duration::from_millis(100));
    leaves_unsaved(pty, r#"{"name":"one"#);
}

/// Whatever a program that crashed before has left on.
#[test]
fn t16_every_mode_is_as_we_know_it_at_the_start() {
    let left_on = "\\033[?1003h\\033[?1015h\\033[?1016h\\033[?1005h\\033[?9001h\\033[?2048h\\033[?2031h\\033[?5h\\033[?69h\\033[5;10r\
                   \\033[4h\\033[20h\\033[?1h\\033=\\033[?2026h\\033(0\\033[>1u\\033[>4;2m";
    let script = format!("printf '{left_on}'; exec \"$CALLSET\" --demo");
    let mut pty = loaded(Setup::program("/bin/sh", &["-c", &script]));
    assert_eq!(pty.modes(), ["alternate screen", "bracketed paste", "mouse", "mouse coordinates", "1004"]);
    for known in ["\x1b[>4;0m", "\x1b[=0;1u", "\x1b[r", "\x1b[4l", "\x1b[20l", "\x1b(B", "\x1b[?9001l", "\x1b[0 q"] {
        pty.wait_for_bytes(known);
    }
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
}

/// As a serial line is, and a container's terminal before its first size.
#[test]
fn t1_a_terminal_without_a_size_has_the_usual_one() {
    for (columns, rows) in [(0, 0), (80, 0), (0, 24)] {
        let mut pty = Setup::callset(&["--demo"]).sized(columns, rows).start();
        pty.show_as(80, 24);
        super::wait_loaded(&mut pty);
        assert!(pty.screen().rows(0, 80).last().unwrap().ends_with("F1 help"));
        pty.resize(120, 30);
        pty.wait_for("the size that came", |screen| screen.rows(0, 120).last().unwrap().len() > 85);
    }
}

/// No signal tells of a size where the terminal does not control the process.
#[cfg(target_os = "linux")]
#[test]
fn t2_another_size_is_noticed_without_a_controlling_terminal() {
    let mut pty = loaded(Setup::program("/usr/bin/setsid", &["-w", crate::pty::CALLSET, "--demo"]));
    pty.resize(120, 30);
    pty.wait_for("the form at its new size", |screen| {
        screen.rows(0, 120).last().is_some_and(|footer| footer.len() > 85 && footer.ends_with("F1 help"))
    });
    pty.send("x");
    pty.wait_for("typing goes on", |screen| row(screen, "Name").contains("Acme Dialerx"));
    pty.send(CTRL_S);
    pty.wait_for_text("Saved 1 field");
    pty.send(CTRL_Q);
    assert_eq!(pty.wait_exit(), End::Code(0));
}

/// Another program's words on the screen go with a key, and when the window gets the focus.
#[test]
fn what_others_write_on_the_screen_is_drawn_over() {
    let mut pty = demo();
    let before = pty.screen().contents();
    for key in ["\x1b[20~", "\x1b[I"] {
        pty.forget_screen();
        assert_ne!(pty.screen().contents(), before);
        pty.send(key);
        pty.wait_for("the whole screen again", |screen| screen.contents() == before);
    }
    // A list stays open.
    pty.send("\x10");
    pty.wait_for_text("do it");
    // A cell that was emptied has a space, or nothing.
    let rows = |screen: &Screen| screen.rows(0, 80).map(|row| row.trim_end().to_owned()).collect::<Vec<_>>();
    let list = rows(pty.screen());
    pty.forget_screen();
    pty.send("\x1b[20~");
    pty.wait_for("the list again", |screen| rows(screen) == list);
}

/// Keys that are held, and those of someone who types fast or over a slow line.
#[test]
fn t8_real_typing_is_typing() {
    let mut pty = demo();
    pty.send(CTRL_U);
    pty.wait_for("an empty name", |screen| !row(screen, "Name").contains("Acme"));
    let began = Instant::now();
    for key in ["a", "a", "a", "a", "bc", "d", "\x7f", "ef", "g"] {
        pty.send_now(key);
        pty.pause(Duration::from_millis(16));
    }
    assert!(began.elapsed() > Duration::from_millis(140));
    pty.wait_for("the name", |screen| row(screen, "Name").contains("aaaabcefg"));
    // Down to the switches, and a key held there.
    pty.send_now("\x1b[B\x1b[B\t");
    pty.wait_for("the focus on Height", |screen| focus(screen).contains("Height"));
    go_to(&mut pty, "Ready");
    for _ in 0..3 {
        pty.send_now(" ");
        pty.pause(Duration::from_millis(16));
    }
    pty.wait_for_text(r#""isReady":true"#);
    pty.send(CTRL_S);
    pty.wait_for_text("Saved 2 fields");
}
