//! Bytes from a terminal: whole, cut anywhere, slow, doubled, at once, with what follows them. The clock is moved by hand.

use callset::app::msg::{Code, Key, PASTE_LIMIT};
use callset::term::input::{Decoder, Input, TerminalAnswer};
use proptest::collection::vec;
use proptest::prelude::*;
use std::time::{Duration, Instant};

mod terminals;

/// A decoder with a clock that is moved by hand, where characters are typed.
struct Line {
    decoder: Decoder,
    now: Instant,
    typing: bool,
    out: Vec<Input>,
}

impl Line {
    fn new() -> Self {
        Self { decoder: Decoder::default(), now: Instant::now(), typing: true, out: vec![] }
    }

    /// Where characters are keys.
    fn of_keys() -> Self {
        Self { typing: false, ..Self::new() }
    }

    /// These bytes come in one read.
    fn read(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.decoder.feed(bytes.as_ref(), self.now, self.typing, &mut self.out);
        self
    }

    /// Nothing comes for so many milliseconds; whoever asked to be woken is.
    fn wait(&mut self, millis: u64) -> &mut Self {
        let end = self.now + Duration::from_millis(millis);
        while let Some(deadline) = self.decoder.deadline().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.decoder.wake(deadline, self.typing, &mut self.out);
        }
        self.now = end;
        self
    }

    /// What came of it, when all is quiet and nothing more can.
    fn all(&mut self) -> Vec<Input> {
        self.wait(5000);
        assert_eq!(self.decoder.deadline(), None, "nothing wakes while nothing happens");
        std::mem::take(&mut self.out)
    }
}

/// What comes of bytes that are read in these pieces, all at once.
fn all(pieces: &[&[u8]]) -> Vec<Input> {
    let mut line = Line::new();
    for piece in pieces {
        line.read(piece);
    }
    line.all()
}

fn key(code: Code) -> Input {
    Input::Key(Key::plain(code))
}

fn char(c: char) -> Input {
    Input::Key(Key::char(c))
}

fn typed(text: &str) -> Input {
    Input::Typed(text.to_owned())
}

fn background(colour: [u8; 3]) -> Input {
    Input::Told(TerminalAnswer::Background(colour))
}

fn pasted(text: &str) -> Input {
    Input::Pasted { text: text.to_owned(), cut: false }
}

/// A click on the fifth column of the seventh row.
fn pressed(with_text: bool) -> Input {
    Input::Pressed { x: 4, y: 6, with_text }
}

const REFUSED: Input = Input::Refused { whole: true };
const LEFT_OUT: Input = Input::Refused { whole: false };

/// Everything that terminals send for keys that callset knows. Several bytes each, unless it is a character.
fn sequences() -> Vec<(&'static [u8], Input)> {
    let (shift, ctrl, alt) = (Key::with_shift, Key::with_ctrl, Key::with_alt);
    let of = |key| Input::Key(key);
    vec![
        (b"\x1b[A", key(Code::Up)),
        (b"\x1bOA", key(Code::Up)),
        (b"\x1b[B", key(Code::Down)),
        (b"\x1b[F", key(Code::End)),
        (b"\x1b[H", key(Code::Home)),
        (b"\x1b[1~", key(Code::Home)),
        (b"\x1b[8~", key(Code::End)),
        (b"\x1b[3~", key(Code::Delete)),
        (b"\x1b[5~", key(Code::PageUp)),
        (b"\x1b[Z", key(Code::BackTab)),
        (b"\x1b[1;2Z", key(Code::BackTab)),
        (b"\x1bOP", key(Code::F(1))),
        (b"\x1b[P", key(Code::F(1))),
        (b"\x1b[[A", key(Code::F(1))),
        (b"\x1b[11~", key(Code::F(1))),
        (b"\x1bOR", key(Code::F(3))),
        (b"\x1b[13~", key(Code::F(3))),
        (b"\x1b[15~", key(Code::F(5))),
        (b"\x1b[20~", key(Code::F(9))),
        (b"\x1b[21~", key(Code::F(10))),
        (b"\x1b[24~", key(Code::F(12))),
        (b"\x1b[25~", key(Code::F(13))),
        (b"\x1b[1;5D", of(ctrl(Code::Left))),
        (b"\x1b[1;2C", of(shift(Code::Right))),
        (b"\x1b[1;3B", of(alt(Code::Down))),
        (b"\x1b[1;5H", of(ctrl(Code::Home))),
        (b"\x1b[1;2P", of(shift(Code::F(1)))),
        (b"\x1b[21;2~", of(shift(Code::F(10)))),
        (b"\x1b[1;129A", key(Code::Up)),
        (b"\x1b[1;1:2A", key(Code::Up)),
        (b"\x1bb", of(Key::alt('b'))),
        ("\x1bé".as_bytes(), of(Key::alt('é'))),
        (b"\x1b\x1b[B", of(alt(Code::Down))),
        (b"\x1b\x1bOB", of(alt(Code::Down))),
        (b"\x1b\x1b[21~", of(alt(Code::F(10)))),
        // rxvt
        (b"\x1b[a", of(shift(Code::Up))),
        (b"\x1bOd", of(ctrl(Code::Left))),
        (b"\x1b[3$", key(Code::Delete)),
        (b"\x1b[7^", of(ctrl(Code::Home))),
        // kitty and modifyOtherKeys
        (b"\x1b[97u", char('a')),
        (b"\x1b[97;2u", char('A')),
        (b"\x1b[97:65;2u", char('A')),
        (b"\x1b[49;2;33u", char('!')),
        (b"\x1b[97;65u", char('a')),
        (b"\x1b[115;5u", of(Key::ctrl('s'))),
        (b"\x1b[27;5;115~", of(Key::ctrl('s'))),
        (b"\x1b[27;2;65~", char('A')),
        (b"\x1b[98;3u", of(Key::alt('b'))),
        (b"\x1b[13u", key(Code::Enter)),
        (b"\x1b[13;2u", key(Code::Enter)),
        (b"\x1b[27u", key(Code::Esc)),
        (b"\x1b[9;2u", key(Code::BackTab)),
        (b"\x1b[127u", key(Code::Backspace)),
        (b"\x1b[104;5u", key(Code::Backspace)),
        (b"\x1b[57414u", key(Code::Enter)),
        (b"\x1b[57403u", char('4')),
        (b"\x1b[57419u", key(Code::Up)),
        (b"\x1b[57376u", key(Code::F(13))),
        // The keypad, where it is set to send sequences.
        (b"\x1bOM", key(Code::Enter)),
        (b"\x1bOt", char('4')),
        (b"\x1bOn", char('.')),
        // The same introducers as one byte, and as the character of that number.
        (b"\x9bA", key(Code::Up)),
        (b"\x8fP", key(Code::F(1))),
        ("\u{9b}A".as_bytes(), key(Code::Up)),
        // Pointer and window.
        (b"\x1b[<0;5;7M", pressed(false)),
        (b"\x1b[<16;5;7M", pressed(false)),
        (b"\x1b[32;5;7M", pressed(false)),
        (b"\x1b[M %'", pressed(false)),
        (b"\x1b[<65;1;1M", Input::Wheel(3)),
        (b"\x1b[<64;1;1M", Input::Wheel(-3)),
        (b"\x1b[Ma!!", Input::Wheel(3)),
        (b"\x1b[I", Input::Focused),
        (b"\x1b[O", Input::Unfocused),
        (b"\x1b[200~x\ny\x1b[201~", pasted("x\ny")),
        // Answers to questions.
        (b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", background([30, 30, 46])),
        (b"\x1b]11;rgb:ffff/ffff/ffff\x07", background([255, 255, 255])),
        (b"\x9d11;rgb:ff/80/0\x07", background([255, 128, 0])),
        (b"\x1b]11;rgba:0000/2b2b/3636/ffff\x07", background([0, 43, 54])),
        (b"\x1b]11;#fdf6e3\x07", background([253, 246, 227])),
        (b"\x1b[?62;22c", Input::Told(TerminalAnswer::Kind)),
        (b"\x1b[?6c", Input::Told(TerminalAnswer::Kind)),
    ]
}

/// What terminals send of their own accord or as an answer, and keys that are none of ours.
const NOTHING: &[&[u8]] = &[
    b"\x1b]11;rgb:\x1b\\",
    b"\x1b]11;rgb:ffff/ffff\x07",
    b"\x1b]11;rgb:fffff/0/0\x07",
    b"\x1b]11;rgb:+f/-1/0\x07",
    b"\x1b]11;white\x07",
    b"\x1b]10;rgb:ffff/ffff/ffff\x07",
    b"\x1b]4;1;rgba:ffff/ffff/ffff/ffff\x07",
    b"\x1b]52;c;cXVpdA==\x07",
    "\x1b]lquit: ein Titel mit Umlaut ä\x1b\\".as_bytes(),
    b"\x1bP>|XTerm(370)\x1b\\",
    b"\x1bP1+r524742=38\x1b\\",
    b"\x1bP1$r0m\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b^quit\x1b\\",
    b"\x1bXquit\x1b\\",
    b"\x1b[>41;370;0c",
    b"\x1b[=0c",
    b"\x1b[24;80R",
    b"\x1b[1;1R",
    b"\x1b[?1;1R",
    b"\x1b[0n",
    b"\x1b[?997;1n",
    b"\x1b[?15u",
    b"\x1b[?2026;2$y",
    b"\x1b[4;2$y",
    b"\x1b[8;24;80t",
    b"\x1b[48;24;80;480;640t",
    b"\x1b[>4;2m",
    b"\x1b[?0$y",
    b"\x1b[1x",
    // Character sets, a shift to one, and a VT52.
    b"\x1b(B",
    b"\x1b)0",
    b"\x1b$(C",
    b"\x1b%G",
    b"\x1b#8",
    b"\x1b F",
    b"\x1bNA",
    b"\x8eA",
    b"\x1b?p",
    b"\x1b/Z",
    // Super and Hyper, keys let go, keys that only modify, keys we have no name for.
    b"\x1b[115;9u",
    b"\x1b[32;9u",
    b"\x1b[113;9u",
    b"\x1b[113;17u",
    b"\x1b[115;13u",
    b"\x1b[1;9A",
    b"\x1b[21;9~",
    b"\x1b[13;9u",
    b"\x1b[27;9;115~",
    b"\x1b[97;1:3u",
    b"\x1b[1;1:3A",
    b"\x1b[57441;2u",
    b"\x1b[2~",
    // Ctrl with Alt, and Ctrl with Shift where terminals can tell: other keys than Ctrl alone.
    b"\x1b[115;7u",
    b"\x1b[99;6u",
    b"\x1b\x13",
    // Movement, other buttons, a button let go.
    b"\x1b[<35;5;7M",
    b"\x1b[<2;5;7M",
    b"\x1b[<0;5;7m",
    b"\x1b[M#!!",
    // Characters that are none.
    b"\xe9",
    b"\xff",
    "\u{85}".as_bytes(),
];

// ── bytes to keys ──

#[test]
fn keys_of_one_byte() {
    let cases: [(&[u8], Input); 14] = [
        (b"a", char('a')),
        ("é".as_bytes(), char('é')),
        ("語".as_bytes(), char('語')),
        (b"\x00", Input::Key(Key::ctrl(' '))),
        (b"\x13", Input::Key(Key::ctrl('s'))),
        (b"\x11", Input::Key(Key::ctrl('q'))),
        (b"\x1f", Input::Key(Key::ctrl('_'))),
        (b"\x1b", key(Code::Esc)),
        (b"\r", key(Code::Enter)),
        (b"\n", key(Code::Enter)),
        (b"\t", key(Code::Tab)),
        (b"\x7f", key(Code::Backspace)),
        (b"\x08", key(Code::Backspace)),
        (b"\x1c", Input::Key(Key::ctrl('\\'))),
    ];
    for (bytes, expected) in cases {
        assert_eq!(all(&[bytes]), [expected], "{}", bytes.escape_ascii());
    }
}

#[test]
fn x14_each_sequence_of_each_terminal_is_its_key() {
    for (bytes, expected) in sequences() {
        assert_eq!(all(&[bytes]), [expected], "{}", bytes.escape_ascii());
    }
}

#[test]
fn x14_what_is_no_key_of_ours_is_nothing() {
    for bytes in NOTHING {
        assert_eq!(all(&[bytes]), [], "{}", bytes.escape_ascii());
        assert_eq!(all(&[bytes, bytes]), [], "{} twice", bytes.escape_ascii());
    }
}

#[test]
fn t10_a_sequence_cut_anywhere_is_still_one_key() {
    for (bytes, expected) in sequences() {
        for cut in 1..bytes.len() {
            for pause in [0, 1, 10, 19] {
                let mut line = Line::new();
                line.read(&bytes[..cut]).wait(pause).read(&bytes[cut..]);
                assert_eq!(
                    line.all(),
                    std::slice::from_ref(&expected),
                    "{} cut at {cut}, {pause} ms",
                    bytes.escape_ascii()
                );
            }
        }
    }
}

/// No part of it is typed, and none is another key than the one that was pressed; at worst it is an Esc.
#[test]
fn t6_t10_x14_a_sequence_that_pauses_anywhere_is_never_typed() {
    let mut wrong = vec![];
    let nothing = NOTHING.iter().map(|bytes| (*bytes, None));
    for (bytes, expected) in sequences().into_iter().map(|(bytes, key)| (bytes, Some(key))).chain(nothing) {
        for cut in 1..bytes.len() {
            for pause in [30, 60, 150, 400] {
                let mut line = Line::new();
                line.read(&bytes[..cut]).wait(pause).read(&bytes[cut..]);
                let told = line.all();
                let is_allowed = |input: &Input| {
                    *input == key(Code::Esc) || Some(input) == expected.as_ref() || is_part(input, expected.as_ref())
                };
                let is_late_letter = bytes.len() == 2 && cut == 1;
                // Any byte may end these, or too many.
                let is_any = [&b"\x1b[M"[..], b"\x1bN", b"\x8e", b"\x1b?", b"\x1b[1x", b"\x1bOt", b"\x1bOn"]
                    .iter()
                    .any(|start| bytes.starts_with(start))
                    || (b' '..=b'/').contains(&bytes[1]);
                let is_long = pause > 100 && (bytes.len() - cut == 1 || cut == 1) && is_any;
                if !told.iter().all(is_allowed) && !is_late_letter && !is_long {
                    wrong.push(format!("{} cut at {cut}, {pause} ms: {told:?}", bytes.escape_ascii()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A paste that pauses is still a paste; of Alt and a key that lost each other Esc was told already.
fn is_part(input: &Input, whole: Option<&Input>) -> bool {
    match (input, whole) {
        (Input::Key(input), Some(Input::Key(whole))) => input.code == whole.code && !input.ctrl,
        (Input::Pasted { .. }, Some(Input::Pasted { .. })) => true,
        _ => false,
    }
}

/// Nothing that is cut makes the keyboard deaf, not even for a moment: what is pressed next counts.
#[test]
fn x14_after_a_sequence_that_never_ends_the_next_key_counts() {
    let cut = sequences().into_iter().map(|(bytes, _)| bytes).chain(NOTHING.iter().copied());
    let marks: [&[u8]; 3] = [b"\x1b[200~", b"\x1b[20", b"\x1b[201~"];
    let mut wrong = vec![];
    for bytes in cut.chain(marks) {
        for len in 1..=bytes.len() {
            // The last answer to this is always a key of its own; so are those before.
            let next: [(&[u8], Input); 4] = [
                (b"\x03", Input::Key(Key::ctrl('c'))),
                (b"x", char('x')),
                (b"\x1b[1;5H", Input::Key(Key::with_ctrl(Code::Home))),
                (b"7", char('7')),
            ];
            for (pressed, expected) in next {
                for pause in [130, 700, 2600] {
                    let mut line = Line::new();
                    line.read(&bytes[..len]).wait(pause).read(pressed);
                    let told = line.all();
                    let is_whole_paste = told.iter().any(|input| matches!(input, Input::Pasted { .. }));
                    if told.last() != Some(&expected) && !is_whole_paste {
                        wrong.push(format!(
                            "{} then {}, {pause} ms: {told:?}",
                            bytes[..len].escape_ascii(),
                            pressed.escape_ascii()
                        ));
                    }
                }
            }
            // At once there is no telling what it belongs to, but for those who want to leave.
            let mut line = Line::new();
            line.read(&bytes[..len]).read(b"\x03").wait(150).read(b"\x03");
            let told = line.all();
            if told.last() != Some(&Input::Key(Key::ctrl('c'))) {
                wrong.push(format!("{} then ^C twice: {told:?}", bytes[..len].escape_ascii()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In one read, or within the time that a sequence has.
#[test]
fn x14_esc_directly_followed_by_a_sequence_types_nothing() {
    for (bytes, expected) in sequences().into_iter().filter(|(bytes, _)| bytes.starts_with(b"\x1b") && bytes[1] != 0x1b)
    {
        for pause in [0, 1, 24] {
            let mut line = Line::new();
            line.read(b"\x1b").wait(pause).read(bytes);
            let told = line.all();
            let is_alt = match (&expected, told.as_slice()) {
                (Input::Key(expected), [Input::Key(told)]) => *told == Key { alt: true, ..*expected },
                // Control and Alt is a key of its own, and none of ours.
                (_, []) => bytes.ends_with(b";5u") || bytes.ends_with(b"115~"),
                // Esc, and what Alt does not go with.
                // An answer passes keys.
                (_, [Input::Key(esc), other]) | (Input::Told(_), [other, Input::Key(esc)]) => {
                    *esc == Key::plain(Code::Esc) && *other == expected
                }
                _ => false,
            };
            assert!(is_alt || told == [expected.clone()], "ESC {}, {pause} ms: {told:?}", bytes.escape_ascii());
        }
        let mut line = Line::new();
        line.read(b"\x1b").wait(30).read(bytes);
        assert_eq!(line.all(), [key(Code::Esc), expected], "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_click_that_no_terminal_reports_is_outside_of_everything() {
    let nowhere = Input::Pressed { x: u16::MAX, y: u16::MAX, with_text: false };
    for bytes in [&b"\x1b[<0;0;0M"[..], b"\x1b[32;0;0M", b"\x1b[M   ", b"\x1b[<0;99999999999;70000M"] {
        assert_eq!(all(&[bytes]), std::slice::from_ref(&nowhere), "{}", bytes.escape_ascii());
    }
}

#[test]
fn j12_control_characters_are_no_text_not_even_in_a_burst() {
    assert_eq!(all(&["ab\u{81}\u{85}cd".as_bytes()]), [typed("abcd")]);
    assert_eq!(all(&["ab\u{9b}xd".as_bytes()]), [typed("abd")], "that one begins a sequence");
}

// ── pastes with marks ──

#[test]
fn a_paste_is_one_input_however_it_is_cut() {
    let whole = b"x\x1b[200~one\r\ntwo\x1b[31m\x1b[201~";
    let expected = [char('x'), pasted("one\r\ntwo\x1b")];
    for cut in 0..whole.len() {
        for pause in [0, 10, 300] {
            let mut line = Line::new();
            line.read(&whole[..cut]).wait(if cut < 7 { 0 } else { pause }).read(&whole[cut..]).wait(100).read("y");
            assert_eq!(line.all(), [expected.as_slice(), &[char('y')]].concat(), "cut at {cut}, {pause} ms");
        }
    }
}

#[test]
fn u2_a_huge_paste_is_capped_and_ends() {
    let mut line = Line::new();
    line.read("\x1b[200~");
    let chunk = "é".repeat(2048);
    for _ in 0..2500 {
        line.read(&chunk);
    }
    line.read("\x1b[201~").wait(100).read("z");
    let told = line.all();
    let [Input::Pasted { text, cut: true }, after] = told.as_slice() else { panic!("{}", told.len()) };
    assert_eq!((text.len(), after), (PASTE_LIMIT, &char('z')));
}

/// Whatever stands behind the mark of the end, the terminal let it in as a part of the paste.
#[test]
fn x13_a_paste_that_holds_the_end_mark_stays_a_paste() {
    let paste = |text: &str| format!("\x1b[200~{text}\x1b[201~");
    let cases = [
        (paste("a\x1b[201~\x13"), vec![pasted("a"), LEFT_OUT]),
        (paste("a\x1b[201~q\rs\r"), vec![pasted("a"), pasted("q\ns\n")]),
        (paste("a\x1b[201~\x1b[21~"), vec![pasted("a"), LEFT_OUT]),
        (paste("a") + "\x13", vec![pasted("a"), LEFT_OUT]),
        (paste("a") + &paste("b"), vec![pasted("a"), pasted("b")]),
    ];
    for (bytes, expected) in cases {
        for mut line in [Line::new(), Line::of_keys()] {
            line.read(&bytes);
            assert_eq!(line.all(), expected, "{bytes:?}");
            for (n, byte) in bytes.bytes().enumerate() {
                line.wait(if n % 3 == 0 { 2 } else { 0 }).read([byte]);
            }
            let told = line.all();
            assert!(
                told.iter().all(|input| matches!(input, Input::Pasted { .. } | Input::Refused { .. })),
                "{bytes:?}: {told:?}"
            );
        }
    }
    // A key of its own is one again, soon.
    let mut line = Line::new();
    line.read(paste("a")).wait(25).read("\x13");
    assert_eq!(line.all(), [pasted("a"), Input::Key(Key::ctrl('s'))]);
}

/// Marks that come twice, reports within a paste, an end mark that is cut.
#[test]
fn x14_marks_and_reports_within_a_paste_are_no_text() {
    assert_eq!(all(&[b"\x1b[200~\x1b[200~\x1b[201~\x1b[201~"]), [pasted("")]);
    assert_eq!(all(&[b"\x1b[200~\x1b[200~one\x1b[201~\x1b[201~"]), [pasted("one")]);
    assert_eq!(all(&[b"\x1b[200~on\x1b[Ie\x1b[O\x1b[201~"]), [pasted("one")]);
    let mark = b"\x1b[201~";
    for cut in 1..mark.len() {
        for pause in [0, 200, 900, 1100, 1900] {
            let mut line = Line::new();
            line.read("\x1b[200~one").read(&mark[..cut]).wait(pause).read(&mark[cut..]).wait(100).read("x");
            let told = line.all();
            let text: String = told[..told.len() - 1].iter().map(visible).collect();
            let is_letter = cut + 1 == mark.len() && pause > 1000;
            assert!(text == "one" || is_letter && text == "one~", "cut at {cut}, {pause} ms: {told:?}");
            assert_eq!(told.last(), Some(&char('x')));
            // The rest is lost.
            line.read("\x1b[200~one").read(&mark[..cut]).wait(1200).read("x");
            let told = line.all();
            assert_eq!(
                (told[..told.len() - 1].iter().map(visible).collect::<String>().as_str(), told.last()),
                ("one", Some(&char('x')))
            );
        }
    }
}

fn visible(input: &Input) -> String {
    match input {
        Input::Pasted { text, .. } => text.chars().filter(|c| !c.is_control()).collect(),
        Input::Refused { .. } => String::new(),
        input => characters(input),
    }
}

/// One byte after the other.
#[test]
fn x14_a_sequence_that_drips_is_never_typed() {
    let mut wrong = vec![];
    let all: Vec<&[u8]> = sequences().into_iter().map(|(bytes, _)| bytes).chain(NOTHING.iter().copied()).collect();
    // Others have text in them, and a character that is sent as a sequence is one.
    let drips = all.iter().filter(|bytes| bytes.starts_with(b"\x1b") && bytes.len() > 2 && bytes[1] < 0x80);
    for bytes in drips.filter(|bytes| !bytes.starts_with(b"\x1b[200~")) {
        for len in 2..=bytes.len() {
            let mut line = Line::new();
            for byte in &bytes[..len] {
                line.read([*byte]).wait(40);
            }
            line.wait(200);
            let told = line.all();
            let is_typed = |input: &Input| match input {
                Input::Key(key) => key.typed().is_some(),
                Input::Several(_) | Input::Typed(_) | Input::Pasted { .. } => true,
                _ => false,
            };
            if told.iter().any(is_typed) {
                wrong.push(format!("{}: {told:?}", bytes[..len].escape_ascii()));
            }
            line.read("x");
            if line.all() != [char('x')] {
                wrong.push(format!("deaf after {}", bytes[..len].escape_ascii()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn x14_the_last_byte_comes_late() {
    for (start, last) in [
        ("\x1b[", "B"),
        ("\x1b[97;5", "u"),
        ("\x1b[<0;5;7", "m"),
        ("\x1bO", "A"),
        ("\x1b[20", "~"),
        ("\x1b[[", "A"),
        ("\x1b(", "B"),
    ] {
        for pause in [150, 300, 900] {
            let mut line = Line::new();
            line.read(start).wait(pause).read(last).wait(100).read("x");
            let told = line.all();
            assert_eq!(told.last(), Some(&char('x')));
            let is_key = |input: &Input| matches!(input, Input::Key(key) if key.typed().is_none());
            assert!(told[..told.len() - 1].iter().all(is_key), "{start:?} {last} {pause} ms: {told:?}");
        }
        let mut line = Line::new();
        assert_eq!(line.read(start).wait(1100).read(last).all(), [char(last.chars().next().unwrap())], "{start:?}");
    }
}

/// Esc is a key, and who pressed it may type on.
#[test]
fn what_someone_types_after_esc_is_typed() {
    for text in ["[B", "OP", "[1;5H", "(B", "?p", "Ok", " x", "-5", "[[A"] {
        for (after, every) in [(150, 60), (300, 80), (300, 150), (700, 40)] {
            let mut line = Line::new();
            line.read("\x1b").wait(after);
            for c in text.chars() {
                line.read(c.to_string()).wait(every);
            }
            let told = line.all();
            assert_eq!(told[0], key(Code::Esc));
            assert_eq!(told[1..].iter().map(characters).collect::<String>(), text, "{after}, {every} ms: {told:?}");
        }
    }
}

#[test]
fn x14_a_paste_without_its_end_ends() {
    let mut line = Line::new();
    line.read("\x1b[200~half").wait(1100).read("x");
    assert_eq!(line.all(), [pasted("half"), char('x')]);
    line.read("\x1b[200~half").wait(150).read("\x03");
    assert_eq!(line.all(), [pasted("half"), Input::Key(Key::ctrl('c'))], "who wants to leave does");
    line.read("\x1b[200~");
    for _ in 0..20 {
        line.wait(120).read("x");
    }
    assert_eq!(line.out.len(), 13, "typing does not keep it open: {:?}", line.out);
}

// ── what comes at once ──

#[test]
fn x13_several_lines_without_marks_are_one_paste() {
    let text = "https://a.example/w\r400\r600\rq\rs\r";
    let lines = text.replace('\r', "\n");
    for typing in [true, false] {
        let line = || Line { typing, ..Line::new() };
        assert_eq!(line().read(text).all(), [pasted(&lines)]);
        assert_eq!(line().read(lines.as_str()).all(), [pasted(&lines)]);
        for size in 1..text.len() {
            for pause in [1, 5, 15, 19] {
                let mut line = line();
                for piece in text.as_bytes().chunks(size) {
                    line.read(piece).wait(pause);
                }
                let told = line.all();
                let (before, rest) = told.split_at(told.len() - 1);
                // Where one types, characters before the first line end do not wait.
                let first: String = before.iter().map(characters).collect();
                let Input::Pasted { text: rest, cut: false } = &rest[0] else { panic!("{size}, {pause}: {told:?}") };
                assert_eq!(first.clone() + rest, lines, "pieces of {size}, {pause} ms: {told:?}");
                assert!(typing && !first.contains('\n') || first.is_empty(), "{told:?}");
            }
        }
    }
}

fn characters(input: &Input) -> String {
    match input {
        Input::Key(key) => key.typed().into_iter().collect(),
        Input::Typed(text) => text.clone(),
        _ => panic!("{input:?}"),
    }
}

/// The line may pause for longer once it is clear what it is.
#[test]
fn x13_the_rest_of_a_paste_comes_a_little_later() {
    for mut line in [Line::new(), Line::of_keys()] {
        line.read("https://a.example/w\r4").wait(60).read("00\r").wait(200).read("q").wait(100).read("\rs\r");
        assert_eq!(line.all(), ["https://a.example/w\n4", "00\n", "q", "\ns\n"].map(pasted));
        line.read("one\rtwo").wait(100).read("\x13");
        assert_eq!(line.all(), [pasted("one\ntwo"), Input::Key(Key::ctrl('s'))], "a command is none");
        line.read("one\rtwo").wait(300).read("q");
        assert_eq!(line.all(), [pasted("one\ntwo"), char('q')], "nor what comes later");
    }
}

#[test]
fn x13_text_and_keys_at_once_are_refused_as_a_whole() {
    for bytes in ["abc\x13def", "abc\x15def", "\x13abc", "\rq\rs", "ab\x1b[21~c", "x\x11sy", "a\x1b[Bcd", "\x10quit\r"]
    {
        for mut line in [Line::new(), Line::of_keys()] {
            assert_eq!(line.read(bytes).all(), [REFUSED], "{bytes:?}");
        }
    }
    // What has been typed before the key came stays, also in one read.
    assert_eq!(Line::new().read("q\x13\x13\x03").all(), [char('q'), LEFT_OUT]);
    for bytes in ["420\x13", "420\r\x13"] {
        assert_eq!(Line::new().read(bytes).all(), [typed("420"), LEFT_OUT], "{bytes:?}");
        assert_eq!(Line::of_keys().read(bytes).all(), [REFUSED], "{bytes:?}");
    }
    let mut line = Line::new();
    line.read("42").wait(5).read("0").wait(5).read("\x13");
    assert_eq!(line.all(), [char('4'), char('2'), char('0'), LEFT_OUT]);
    line.read("abc").wait(5).read("\x13").wait(5).read("def");
    assert_eq!(line.all(), [typed("abc"), LEFT_OUT]);
}

/// Whatever it is, however short, in one read or in several, before the text or behind it.
#[test]
fn x13_no_command_acts_that_comes_at_once_with_text() {
    let commands: [(&str, Key); 8] = [
        ("\x13", Key::ctrl('s')),
        ("\x11", Key::ctrl('q')),
        ("\x10", Key::ctrl('p')),
        ("\x03", Key::ctrl('c')),
        ("\r", Key::plain(Code::Enter)),
        ("\x1b[21~", Key::plain(Code::F(10))),
        ("\x1bOR", Key::plain(Code::F(3))),
        ("\x1b[1;3B", Key::with_alt(Code::Down)),
    ];
    let mut wrong = vec![];
    for (bytes, command) in commands {
        for text in ["4", "42", "420", "https://a.example/w"] {
            for pieces in [
                vec![text, bytes],
                vec![bytes, text],
                vec![text, bytes, text],
                vec![text, bytes, bytes],
                vec![bytes, bytes, text],
                vec!["\t", text, bytes],
                vec!["\x1b[B", text, bytes],
                vec!["\x15", text, bytes],
            ] {
                for pause in [None, Some(0), Some(2), Some(8), Some(19)] {
                    for mut line in [Line::new(), Line::of_keys()] {
                        // A key that is held down repeats at this pace.
                        let is_held_down = pieces[..2] == [bytes, bytes] && pause.is_some_and(|pause| pause > 8);
                        match pause {
                            None => _ = line.read(pieces.concat()),
                            Some(pause) => pieces.iter().for_each(|piece| _ = line.read(piece).wait(pause)),
                        }
                        let typing = line.typing;
                        let told = line.all();
                        // Of several keys the app decides.
                        let acts = told.contains(&Input::Key(command));
                        let is_told = told.iter().any(|input| {
                            matches!(input, Input::Refused { .. } | Input::Several(_) | Input::Pasted { .. })
                        });
                        if !is_held_down && (acts || !is_told) {
                            wrong.push(format!("{pieces:?} {pause:?} {typing}: {told:?}"));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Help changes nothing, so it is there at once. It may have opened where a character is a command, as after a move.
#[test]
fn x13_help_does_not_wait_and_a_character_right_behind_it_is_no_key_of_its_own() {
    for (mut line, pause) in [Line::new(), Line::of_keys()].into_iter().zip([0, 15]) {
        line.read("\x1bOP");
        assert_eq!(std::mem::take(&mut line.out), [key(Code::F(1))], "no time has passed");
        line.wait(pause).read("q");
        assert_eq!(line.all(), [Input::Several(vec![Key::char('q')])]);
        line.read("q").wait(pause).read("\x1bOP");
        assert!(!line.all().contains(&key(Code::F(1))), "not behind text");
        line.read("\x1bOP").wait(pause).read("\r");
        assert_eq!(line.all()[0], key(Code::F(1)));
    }
}

/// A key that comes at once behind a move may have come to a place where it is a command.
#[test]
fn x13_a_character_right_behind_a_move_is_no_key_of_its_own() {
    for before in ["\t", "\x1b[B", "\x1b[6~", "\x15"] {
        for key in ["q", "y", "d"] {
            for pause in [0, 3, 15] {
                for mut line in [Line::new(), Line::of_keys()] {
                    let told = line.read(before).wait(pause).read(key).all();
                    let several = Input::Several(key.chars().map(Key::char).collect());
                    assert_eq!(told[1..], [several], "{before:?}, {key}, {pause} ms");
                }
            }
        }
    }
}

/// A program that types waits a moment before a command, and so it does behind one.
#[test]
fn a_text_and_then_a_key_are_what_a_program_types() {
    let (save, enter) = (Key::ctrl('s'), Key::plain(Code::Enter));
    for (bytes, command) in [("\x13", save), ("\r", enter)] {
        let mut line = Line::new();
        assert_eq!(line.read("420").wait(25).read(bytes).all(), [typed("420"), Input::Key(command)]);
        for pause in [1, 5] {
            assert_eq!(line.read("420").wait(pause).read(bytes).all(), [typed("420"), LEFT_OUT]);
        }
    }
    assert_eq!(Line::new().read("\x10").wait(25).read("quit").all(), [Input::Key(Key::ctrl('p')), typed("quit")]);
    assert_eq!(Line::new().read("\x10").wait(1).read("quit").all(), [REFUSED]);
    for bytes in ["\t\t420", "\x15420", "\x1b[B\x15420\t", "420\x7f\x7f1\x1b[D2\t\x1b[B"] {
        let mut line = Line::new();
        line.read(bytes);
        assert!(line.decoder.deadline().is_none(), "{bytes:?}");
        assert!(line.all().iter().all(|input| matches!(input, Input::Key(_) | Input::Typed(_))), "{bytes:?}");
    }
    // Enter is told of, where it was taken for the end of a line.
    assert_eq!(Line::new().read("420\r").all(), [pasted("420\n"), LEFT_OUT]);
    assert_eq!(Line::new().read("\t420\r").all(), [key(Code::Tab), pasted("420\n"), LEFT_OUT]);
    assert_eq!(Line::new().read("a\tb\tc").all(), [pasted("a\tb\tc")], "cells of a table");
}

#[test]
fn typing_is_typing_however_fast() {
    // Where one types nothing waits.
    let mut line = Line::new();
    line.read("a");
    assert_eq!((std::mem::take(&mut line.out), line.decoder.deadline()), (vec![char('a')], None));
    line.wait(8).read("bc").wait(2).read("d").wait(17).read("e\x7f");
    assert_eq!(line.out, [char('b'), char('c'), char('d'), char('e'), key(Code::Backspace)]);
    assert_eq!(line.decoder.deadline(), None);
    line.all();
    line.read("https://a.dev/w");
    assert_eq!(line.out, [typed("https://a.dev/w")]);
    // A slow line brings keys together.
    assert_eq!(Line::new().read("5\r").all(), [pasted("5\n"), LEFT_OUT]);
    assert_eq!(Line::new().read("0\x13").all(), [char('0'), LEFT_OUT]);
    // Without a character nothing was pasted. A command waits until that is clear.
    let mut line = Line::new();
    assert!(!line.read("\t\t").out.is_empty() && line.decoder.deadline().is_none());
    for bytes in ["\t\t", "\x13\x03", "\x1b[B\x1b[B\r", "\x1a\x1a\x1a\x1a\t"] {
        let mut line = Line::new();
        assert!(!line.read(bytes).wait(20).out.is_empty() && line.decoder.deadline().is_none(), "{bytes:?}");
        assert!(line.all().iter().all(|input| matches!(input, Input::Key(_))), "{bytes:?}");
    }
}

#[test]
fn a_key_that_is_held_repeats_wherever_it_is() {
    for mut line in [Line::new(), Line::of_keys()] {
        for bytes in ["x", " ", "j", "\r", "\t", "\x1b[B", "\x7f", "\x1a"] {
            for every in [16, 33, 2] {
                for _ in 0..40 {
                    line.wait(every).read(bytes);
                }
                line.wait(100);
                let told = line.all();
                // Where characters are keys, they come as several: they may be commands there, which nobody holds down.
                let keys: Vec<Key> = told.iter().flat_map(keys_of).collect();
                assert!(keys.len() == 40 && keys.iter().all(|key| *key == keys[0]), "{bytes:?}: {told:?}");
            }
        }
    }
}

fn keys_of(input: &Input) -> Vec<Key> {
    match input {
        Input::Key(key) => vec![*key],
        Input::Several(keys) => keys.clone(),
        Input::Typed(text) => text.chars().map(Key::char).collect(),
        _ => panic!("{input:?}"),
    }
}

/// A terminal in its "new line" mode sends both for Enter.
#[test]
fn cr_and_lf_at_once_are_one_enter() {
    for mut line in [Line::new(), Line::of_keys()] {
        assert_eq!(line.read("\r\n").all(), [key(Code::Enter)]);
        assert_eq!(line.read("\r").wait(2).read("\n").all(), [key(Code::Enter)]);
        assert_eq!(line.read("\r").wait(50).read("\n").all(), [key(Code::Enter), key(Code::Enter)]);
        assert_eq!(line.read("\r\n\r\n").all(), [key(Code::Enter), key(Code::Enter)]);
        assert_eq!(line.read("one\r\ntwo").all(), [pasted("one\ntwo")]);
    }
}

#[test]
fn where_characters_are_keys_they_wait_for_what_comes_with_them() {
    let mut line = Line::of_keys();
    assert_eq!((line.read("q").out.len(), line.wait(21).out.as_slice()), (0, [char('q')].as_slice()));
    line.all();
    assert_eq!(line.read("\x1b[B").out, [key(Code::Down)], "moves do not");
    line.all();
    assert_eq!(
        (line.read("\x13").out.len(), line.wait(21).out.as_slice()),
        (0, [Input::Key(Key::ctrl('s'))].as_slice())
    );
    line.all();
    assert_eq!(line.read("quit").all(), [typed("quit")]);
    assert_eq!(line.read("q").wait(10).read("s").all(), [Input::Several(vec![Key::char('q'), Key::char('s')])]);
    assert_eq!(line.read("q").wait(30).read("s").all(), [char('q'), char('s')]);
    assert_eq!(line.read("q\r").all(), [pasted("q\n")]);
    assert_eq!(line.read("qq").all(), [Input::Several(vec![Key::char('q'), Key::char('q')])]);
    assert_eq!(line.read("q\x1b[<0;5;7M").all(), [char('q'), pressed(true)]);
    assert_eq!(line.read("q\x1b[Is\rx").all(), [Input::Focused, pasted("qs\nx")], "the window says nothing of keys");
}

#[test]
fn a_click_that_came_at_once_with_text_is_known_by_it() {
    const CLICK: &str = "\x1b[<0;5;7M";
    for (first, second) in [("abc", CLICK), (CLICK, "abc"), ("a", CLICK), ("\x1b[200~abc\x1b[201~", CLICK)] {
        for typing in [true, false] {
            let is_so = |line: &mut Line| line.all().contains(&pressed(true));
            assert!(is_so(Line { typing, ..Line::new() }.read(format!("{first}{second}"))), "{first:?} {second:?}");
        }
    }
    // The text may be in the read before; keys without a character are no text.
    assert!(Line::of_keys().read("abc").read(CLICK).all().contains(&pressed(true)));
    for apart in [30, 200] {
        assert!(Line::of_keys().read("abc").wait(apart).read(CLICK).all().contains(&pressed(false)));
        assert!(Line::of_keys().read(CLICK).wait(apart).read("abc").all().contains(&pressed(false)));
    }
    assert!(Line::of_keys().read(format!("\x1b[C{CLICK}\x1b[C")).all().contains(&pressed(false)));
}

#[test]
fn keys_without_a_character_in_one_read_are_pressed_one_by_one() {
    let keys = [key(Code::Right), Input::Key(Key::ctrl('s'))];
    assert_eq!(Line::new().read("\x1b[C\x13").all(), keys);
    assert_eq!(Line::of_keys().read("\x1b[C\x13").all(), keys);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// Nothing of it is typed, nothing acts, and the key that comes after it counts.
    #[test]
    fn t6_x14_what_nobody_pressed_types_nothing_and_runs_nothing(choices in vec(any::<u8>(), 0..120)) {
        if let Err(wrong) = terminals::play(&choices) {
            panic!("{wrong}");
        }
    }

    /// Of any bytes at all: no panic, nothing stays behind, and no control character gets into a text.
    #[test]
    fn x14_any_bytes_come_to_an_end(pieces in vec((vec(any::<u8>(), 0..40), 0..200_u64), 0..12), typing: bool) {
        let mut line = Line { typing, ..Line::new() };
        for (bytes, pause) in pieces {
            line.read(bytes).wait(pause);
        }
        for input in line.all() {
            if let Input::Typed(text) = input {
                prop_assert!(!text.contains(char::is_control), "{text:?}");
            }
        }
        prop_assert_eq!(line.read("x").all(), [char('x')]);
    }
}
