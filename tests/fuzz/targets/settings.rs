//! The body of an answer: settings, or a reason why not. What was read goes back the same way.

#![no_main]

use callset::api::wire::{Head, decode};
use callset::model::{Patch, Resource};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let head = Head { status: 200, ..Head::default() };
    if let Ok(settings) = decode(Resource::Settings, &head, body) {
        let written = Patch::recorded(Resource::Settings, &settings).body();
        assert_eq!(decode(Resource::Settings, &head, written.as_bytes()), Ok(settings));
    }
});
