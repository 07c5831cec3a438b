//! The names of fields as people type them: `isReady`, `is_ready`, `Calling window`.

use super::field::Field;

/// How similar a name must be to be suggested, from 0 to 1.
const LIKE: f64 = 0.7;

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

/// The name that is most similar to a text, if one is similar enough.
pub fn nearest(text: &str, names: impl IntoIterator<Item = String>) -> Option<String> {
    let like = |name: &str| {
        let (text, name) = (plain_name(text), plain_name(name));
        // In a short name two letters that changed places are most of it.
        let is_slip = strsim::osa_distance(&text, &name) == 1 && text.chars().count() > 2;
        if is_slip { 1.0 } else { strsim::jaro_winkler(&text, &name) }
    };
    let near = names.into_iter().map(|name| (like(&name), name));
    near.filter(|(like, _)| *like >= LIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
