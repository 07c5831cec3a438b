//! Bytes from a terminal, in pieces: keys and pastes come out, whatever came in, and nothing stays behind.

#![no_main]

use callset::app::msg::PASTE_LIMIT;
use callset::term::input::{Decoder, Input};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pieces: Vec<&[u8]>| {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    for piece in pieces {
        decoder.feed(piece, &mut out);
    }
    decoder.flush(&mut out);
    assert!(!decoder.is_pending() && !decoder.is_pasting());
    for input in out {
        match input {
            Input::Pasted { text, .. } => assert!(text.len() <= 3 * PASTE_LIMIT),
            Input::Typed(text) => assert!(!text.contains(char::is_control)),
            Input::Key(_) | Input::Pressed { .. } | Input::Wheel(_) | Input::Focused | Input::Unfocused => {}
        }
    }
});
