//! The body of an error, with a header from the same hands: read with patience, however it looks.

#![no_main]

use callset::api::wire::{Head, decode_error};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, Option<String>, Option<String>, &[u8])| {
    let (status, retry_after, location, body) = input;
    let head = Head { status, retry_after, location, ..Head::default() };
    let refusal = decode_error(&head, body);
    assert_eq!(refusal.status, status);
    assert!(refusal.fields.len() <= 50 && refusal.missing_scopes.len() <= 50 * 50, "lists end");
});
