//! Bytes from a terminal, in pieces with pauses: keys and pastes come out, whatever came in, and nothing stays behind.

#![no_main]

use callset::app::msg::{Key, PASTE_LIMIT};
use callset::term::input::{Decoder, Input};
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, Instant};

fuzz_target!(|input: (bool, Vec<(&[u8], u8)>)| {
    let (typing, pieces) = input;
    let (mut decoder, mut now, mut out) = (Decoder::default(), Instant::now(), Vec::new());
    for (bytes, pause) in pieces.into_iter().chain([(&[][..], 255), (b"x", 255)]) {
        decoder.feed(bytes, now, typing, &mut out);
        // The last pauses are longer than anything waits.
        let end = now + Duration::from_millis(if pause == 255 { 3000 } else { u64::from(pause) });
        while let Some(deadline) = decoder.deadline().filter(|deadline| *deadline <= end) {
            now = now.max(deadline);
            decoder.wake(now, typing, &mut out);
        }
        now = end;
    }
    assert_eq!(decoder.deadline(), None);
    assert_eq!(out.last(), Some(&Input::Key(Key::char('x'))), "the keyboard is deaf");
    for input in out {
        match input {
            Input::Pasted { text, .. } => assert!(text.len() <= 3 * PASTE_LIMIT),
            Input::Typed(text) => assert!(!text.contains(char::is_control)),
            Input::Key(_)
            | Input::Several(_)
            | Input::Refused { .. }
            | Input::Pressed { .. }
            | Input::Wheel(_)
            | Input::Focused
            | Input::Unfocused
            | Input::Told(_) => {}
        }
    }
});
