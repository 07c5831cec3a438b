//! Terminals that send what nobody pressed, made up from a string of choices: any of their answers and reports, whole, cut,
//! slow and doubled. Also the source of a fuzz target (`tests/fuzz`), so it knows neither proptest nor the other tests.
//!
//! ```text
//!   choices ──> answers, reports, other people's keys ──> pieces with pauses ──> Decoder ──> nothing that types or acts
//! ```

use callset::app::msg::{Code, Key};
use callset::term::input::{Decoder, Input};
use std::time::{Duration, Instant};

/// Bytes that were drawn, then zeros.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.next() % some.len()]
    }

    fn numbers(&mut self) -> String {
        let count = self.next() % 4 + 1;
        let numbers: Vec<String> = (0..count).map(|_| self.of(&[0, 1, 2, 4, 62, 997, 57_441]).to_string()).collect();
        numbers.join(self.of(&[";", ";", ":"]))
    }

    fn text(&mut self) -> String {
        let length = self.next() % 24;
        (0..length)
            .map(|_| self.of(&['q', 's', 'y', '1', 'e', 'f', '/', ':', ';', ' ', 'ä', '語', '=', '\u{9b}']))
            .collect()
    }
}

/// Something that nobody pressed.
fn unasked(choices: &mut Choices<'_>) -> Vec<u8> {
    let text = match choices.next() % 9 {
        0 | 1 => {
            let (kind, end) =
                (choices.of(&["\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX"]), choices.of(&["\x1b\\", "\x07"]));
            let start = choices.of(&["11;rgb:", "4;1;", "52;c;", "l", "1$r", ">|", "1+r", "G"]);
            format!("{kind}{start}{}{end}", choices.text())
        }
        2 => format!("\x1b[?{}{}", choices.numbers(), choices.of(&["c", "n", "u", "$y", "R", "S"])),
        3 => format!("\x1b[{}{}", choices.of(&[">41;370;0", ">4;2", "=1"]), choices.of(&["c", "u"])),
        4 => format!("\x1b[{}{}", choices.of(&["24;80", "1;1", "1;2"]), choices.of(&["R", "$y", "t", "x"])),
        5 => format!("\x1b[<{};{}M", choices.of(&[2, 32, 35, 66, 67, 128]), choices.of(&["5;7", "1;1", "300;120"])),
        6 => format!("\x1b[M{}", choices.of(&["#!!", "C!!", "!~~", "q!s"])),
        7 => {
            // Super, Hyper, let go, and keys that only modify.
            let key =
                choices.of(&["115;9u", "113;17u", "13;9u", "1;9A", "21;9~", "97;1:3u", "1;1:3A", "57441;2u", "3;13~"]);
            format!("\x1b[{key}")
        }
        _ => choices.of(&["\x1b[I", "\x1b[O", "\x1b[201~", "\x1b[2~", "\x1b[<0;5;7m", "\x1b(B", "\x1b/Z"]).to_owned(),
    };
    text.into_bytes()
}

/// Plays what was chosen. An error says what should not have come of it.
pub(crate) fn play(choices: &[u8]) -> Result<(), String> {
    let mut choices = Choices(choices);
    let typing = choices.next() % 2 == 0;
    let (mut decoder, mut now, mut out) = (Decoder::default(), Instant::now(), vec![]);
    let mut sent: Vec<(Vec<u8>, u64)> = vec![];
    while !choices.0.is_empty() {
        let bytes = unasked(&mut choices);
        let cut = if choices.next() % 2 == 0 { bytes.len() } else { choices.next() % bytes.len() };
        let (begin, rest) = bytes.split_at(cut);
        let pause = choices.of(&[0, 0, 1, 10, 24, 26, 40, 95]);
        match choices.next() % 8 {
            // The rest is lost.
            0 => sent.push((begin.to_vec(), pause)),
            1 => sent.extend([(begin.to_vec(), pause), (begin.to_vec(), 0), (rest.to_vec(), pause)]),
            2 => sent.extend([(b"\x1b".to_vec(), 0), (bytes.clone(), pause)]),
            _ => sent.extend([(begin.to_vec(), pause), (rest.to_vec(), choices.of(&[0, 0, 3, 30]))]),
        }
    }
    sent.push((vec![], 3000));
    sent.push((b"x".to_vec(), 3000));
    for (bytes, pause) in &sent {
        decoder.feed(bytes, now, typing, &mut out);
        let end = now + Duration::from_millis(*pause);
        while let Some(deadline) = decoder.deadline().filter(|deadline| *deadline <= end) {
            now = now.max(deadline);
            decoder.wake(now, typing, &mut out);
        }
        now = end;
    }
    let is_harmless = |input: &Input| match input {
        // Esc alone is one, and what comes with it is a key with Alt.
        Input::Key(key) => key.alt || *key == Key::plain(Code::Esc),
        // Refused: such an Esc, behind a mark of a paste.
        Input::Pressed { .. }
        | Input::Wheel(_)
        | Input::Focused
        | Input::Unfocused
        | Input::Refused { .. }
        | Input::Told(_) => true,
        Input::Several(_) | Input::Typed(_) | Input::Pasted { .. } | Input::Line(_) | Input::LinesOver => false,
    };
    let last = out.pop();
    if last != Some(Input::Key(Key::char('x'))) || !out.iter().all(is_harmless) || decoder.deadline().is_some() {
        let sent: Vec<String> =
            sent.iter().map(|(bytes, pause)| format!("{} {pause} ms", bytes.escape_ascii())).collect();
        return Err(format!("{out:?} {last:?}, of\n{}", sent.join("\n")));
    }
    Ok(())
}
