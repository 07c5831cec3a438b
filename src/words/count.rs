//! Numbers with the nouns and verbs that go with them.

/// `1 field`, `2 fields`.
pub fn fields(count: usize) -> String {
    if count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}

/// `1 field is`, `2 fields are`.
pub(super) fn fields_are(count: usize) -> String {
    format!("{} {}", fields(count), if count == 1 { "is" } else { "are" })
}

/// `1 field has`, `2 fields have`.
pub(super) fn fields_have(count: usize) -> String {
    format!("{} {}", fields(count), if count == 1 { "has" } else { "have" })
}

/// `1 edit is`, `2 edits are`.
pub fn edits_are(count: usize) -> String {
    if count == 1 { "1 edit is".to_owned() } else { format!("{count} edits are") }
}

/// `1 certificate`, `2 certificates`.
pub(super) fn certificates(count: usize) -> String {
    format!("{count} {}", if count == 1 { "certificate" } else { "certificates" })
}

/// `1 character`, `2 characters`.
pub(super) fn characters(count: usize) -> String {
    format!("{count} {}", if count == 1 { "character" } else { "characters" })
}
