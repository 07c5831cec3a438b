//! Tells which characters are invisible, always or when they stand alone.

/// Is every byte a character that can be seen, or a blank? This is quick, and true for nearly all text.
pub fn is_plain(text: &str) -> bool {
    // Eight bytes at once: none has its highest bit set, is below a blank, or is the last control character.
    let of_all = |byte: u8| u64::from_ne_bytes([byte; 8]);
    let is_plain =
        |word: u64| (word | word.wrapping_sub(of_all(b' ')) | word.wrapping_add(of_all(1))) & of_all(0x80) == 0;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    words.iter().all(|word| is_plain(u64::from_ne_bytes(*word))) && rest.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Does the text hold an invisible character?
pub fn has_invisible(text: &str) -> bool {
    !is_plain(text) && text.chars().any(is_invisible)
}

/// Is the character invisible, or does it change the order of others? Controls, bidirectional marks, zero-width
/// characters, tags and blank letters (Unicode's Cc, its `Default_Ignorable_Code_Point`, and the blank characters
/// among letters and symbols). Characters that are part of a visible one are not counted.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Does the character show nothing when it stands alone? All invisible characters, and those that only change their
/// neighbours: joiners, variation selectors, fillers of old Hangul, inherent vowels that are not written.
pub fn has_no_looks(c: char) -> bool {
    is_invisible(c)
        || matches!(c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200d}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn plain_text_is_told_wherever_another_byte_stands() {
        for len in 0..20 {
            let text = "x~ ".repeat(len)[..len].to_owned();
            assert!(is_plain(&text), "{text:?}");
            for at in 0..len {
                for other in ['\0', '\t', '\u{1f}', '\u{7f}', '\u{80}', 'é', '日'] {
                    let text = format!("{}{other}{}", &text[..at], &text[at..]);
                    assert!(!is_plain(&text), "{text:?}");
                }
            }
        }
    }
}
