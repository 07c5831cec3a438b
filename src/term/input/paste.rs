//! Takes out of a paste what terminals and programs put into it: marks that came twice, reports, colours.
//!
//! Such a sequence would leave its visible part in the text, since only its ESC is a control character: `[200~`, `[I`.

use super::begun::{Begun, Took};

/// What terminals send of their own accord, in the middle of a paste as well.
const REPORTS: [&[u8]; 4] = [b"\x1b[200~", b"\x1b[201~", b"\x1b[I", b"\x1b[O"];

/// The text without control sequences, and the state of a sequence that is cut at its end. A sequence that is no report
/// of the terminal leaves its ESC, so that the user is told of it as of other control characters. An answer that is not
/// ended may be text, and stays.
pub(super) fn without_sequences(bytes: &[u8]) -> (Vec<u8>, Begun) {
    let (mut kept, mut state, mut begin, mut n) = (vec![], Begun::Ground, 0, 0);
    while let Some(byte) = bytes.get(n) {
        if state == Begun::Ground || matches!(state, Begun::Escape { .. }) && *byte == 0x1b {
            kept.extend_from_slice(&bytes[begin..n]);
            (state, begin) = (Begun::Ground, n);
        }
        let is_cut = is_sequence(&state);
        let took = state.step(*byte, &mut vec![]);
        n += usize::from(took != Took::Not);
        let part = &bytes[begin..n];
        let is_whole = took == Took::End && (is_cut || part.len() > 2 && ends_answer(part));
        if is_whole || took == Took::Not && is_cut {
            kept.extend((!REPORTS.contains(&part)).then_some(0x1b));
            begin = n;
        }
    }
    if is_sequence(&state) || matches!(state, Begun::Escape { .. }) {
        kept.push(0x1b);
        return (kept, state);
    }
    kept.extend_from_slice(&bytes[begin..]);
    (kept, Begun::Ground)
}

/// Is it a sequence without text in it?
fn is_sequence(state: &Begun) -> bool {
    match state {
        Begun::Csi { .. } | Begun::Ss3 { .. } | Begun::Linux { .. } | Begun::Mouse { .. } | Begun::Other { .. } => true,
        Begun::Ground | Begun::Text { .. } | Begun::Escape { .. } | Begun::Answer { .. } => false,
    }
}

/// Is it an answer with its end?
fn ends_answer(part: &[u8]) -> bool {
    let begins = part.first() == Some(&0x1b) && part.get(1).is_some_and(|byte| b"]P_^X".contains(byte));
    begins && (part.ends_with(b"\x07") || part.ends_with(b"\x1b\\"))
}

#[cfg(test)]
mod tests {
    use super::without_sequences;

    #[test]
    fn sequences_leave_nothing_visible_and_text_stays() {
        let cases: [(&str, &str); 15] = [
            ("plain é語\r\n\t", "plain é語\r\n\t"),
            ("\x1b[200~a\x1b[201~", "a"),
            ("a\x1b[Ib\x1b[Oc", "abc"),
            ("\x1b[31mred\x1b[0m", "\x1bred\x1b"),
            ("a\x1b[20", "a\x1b"),
            ("a\x1b[<0;5;7Mb", "a\x1bb"),
            ("a\x1b[20\x1b[31mb", "a\x1b\x1bb"),
            ("a\x1b(Bb", "a\x1bb"),
            ("a\x1bOPb", "a\x1bb"),
            ("a\x1b]0;title\x07b\x1bP1$r\x1b\\c", "a\x1bb\x1bc"),
            ("a\x1b]not ended\nb", "a\x1b]not ended\nb"),
            ("\x1bhello", "\x1bhello"),
            ("\x1b\x1bhello\x1b", "\x1b\x1bhello\x1b"),
            ("a\x1b[", "a\x1b"),
            ("a\u{9b}31mb", "a\x1bb"),
        ];
        for (bytes, expected) in cases {
            let (kept, _) = without_sequences(bytes.as_bytes());
            assert_eq!(String::from_utf8(kept).unwrap(), expected, "{bytes:?}");
        }
    }
}
