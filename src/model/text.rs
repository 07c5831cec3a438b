//! What characters look like: nothing at all, or nothing by themselves.

/// Characters that nobody sees, or that change the order of others: controls, bidirectional marks, zero-width characters,
/// tags, letters without ink (Unicode's Cc, its `Default_Ignorable_Code_Point` and the blanks among letters and signs).
/// Those that are parts of what one sees stay out of this.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Has it no looks of its own? So have all that are invisible, and those that belong to what stands beside them: joiners,
/// variation selectors, fillers of old Hangul, vowels that are not written. Alone they are nothing.
pub fn has_no_looks(c: char) -> bool {
    is_invisible(c)
        || matches!(c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200d}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}
