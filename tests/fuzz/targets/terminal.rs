//! Answers and reports of terminals by their grammar, cut, slow and doubled: nothing of it is typed, and nothing acts.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../it/input/terminals.rs"]
mod terminals;

fuzz_target!(|choices: &[u8]| {
    if let Err(wrong) = terminals::play(choices) {
        panic!("{wrong}");
    }
});
