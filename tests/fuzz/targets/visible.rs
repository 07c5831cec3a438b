//! Foreign text on its way to the screen: nothing in it steers a terminal, turns the direction of writing, or hides.

#![no_main]

use callset::ui::text::{visible, width, wrap};
use libfuzzer_sys::fuzz_target;

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0001}'..='\u{e007f}')
}

fuzz_target!(|text: &str| {
    let shown = visible(text);
    assert!(!shown.contains(is_harmful), "{shown:?}");
    assert!(text.is_empty() == shown.is_empty());
    assert_eq!(visible(&shown), shown, "marks are plain text");
    assert!(width(text) > 0 || text.is_empty());
    for columns in [0, 1, 7] {
        assert!(wrap(text, columns).iter().all(|line| !visible(line).contains(is_harmful)));
    }
});
