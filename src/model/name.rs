//! The names of fields as people type them: `isReady`, `is_ready`, `Calling window`.

use super::field::Field;

impl Field {
    /// Has it this key, or this label on the form? Case and punctuation do not count.
    pub fn is_called(&self, name: &str) -> bool {
        let name = plain_name(name);
        [&self.id.key, &self.label, &self.short].iter().any(|of| plain_name(of) == name)
    }
}

/// A name as it is compared: without case and punctuation.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
