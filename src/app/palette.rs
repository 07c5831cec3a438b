//! The palette: every action by name. Also the filter of the other lists.

use super::keymap::{BINDINGS, Binding, Scope};

/// Ranks from this one on mean that the letters matched with gaps between them.
const SCATTERED: usize = 1000;

/// The actions that contain the letters of a filter in order, whatever their case and spaces. The earlier the match
/// starts, the higher the action stands in the list.
pub fn entries(filter: &str) -> Vec<&'static Binding> {
    let wanted: Vec<char> = filter.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let mut found: Vec<(usize, &'static Binding)> =
        actions().filter_map(|binding| best(binding, &wanted).map(|rank| (rank, binding))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    // Matches with gaps are listed only if there is no match without gaps.
    let whole = found.iter().take_while(|(rank, _)| *rank < SCATTERED).count();
    found.truncate(if whole > 0 { whole } else { found.len() });
    found.into_iter().map(|(_, binding)| binding).collect()
}

/// The actions of the whole form.
fn actions() -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(|binding| binding.scope == Scope::Form)
}

/// The better rank of the action's words and of its word in the footer.
fn best(binding: &Binding, wanted: &[char]) -> Option<usize> {
    [binding.hint, binding.words].into_iter().filter_map(|words| rank(words, wanted)).min()
}

/// How well the words match; a lower rank is better. It is the place where the letters stand together. If they do not,
/// it counts the letters between them.
fn rank(words: &str, wanted: &[char]) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    let words: Vec<char> = words.to_lowercase().chars().filter(|c| *c != ' ').collect();
    if let Some(at) = words.windows(wanted.len()).position(|window| window == wanted) {
        return Some(at);
    }
    let mut rest = words.iter();
    let spread: usize = wanted.iter().map(|letter| rest.position(|c| c == letter)).sum::<Option<usize>>()?;
    Some(SCATTERED + spread)
}

/// The words of a filter, as [`has`] takes them.
pub(super) fn words(filter: &str) -> Vec<String> {
    filter.to_lowercase().split_whitespace().map(ToOwned::to_owned).collect()
}

/// Does the text contain this word of a filter, whatever the case? This is the filter for names.
pub(super) fn has(text: &str, word: &str) -> bool {
    if text.is_ascii() {
        // Lists may have thousands of rows, so this makes no copy of the text.
        let is_it = |part: &[u8]| part.eq_ignore_ascii_case(word.as_bytes());
        word.is_empty() || text.as_bytes().windows(word.len()).any(is_it)
    } else {
        text.to_lowercase().contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::Intent;

    #[test]
    fn names_are_found_by_words_in_any_case_and_script() {
        let found = |text: &str, filter: &str| words(filter).iter().all(|word| has(text, word));
        for (text, filter) in [
            ("Staging", ""),
            ("Staging", " \t"),
            ("Staging", "sTAG"),
            ("Staging", "ing sta"),
            ("Staging", "staging"),
            ("Übung", "übu"),
            ("übung", "Ü"),
            ("", ""),
        ] {
            assert!(found(text, filter), "{text} {filter}");
        }
        for (text, filter) in [("Staging", "prod"), ("Staging", "sta prod"), ("Staging", "ü"), ("a", "ab"), ("", "a")]
        {
            assert!(!found(text, filter), "{text} {filter}");
        }
    }

    #[test]
    fn a_word_finds_its_action_first() {
        for (typed, intent) in [("save", Intent::Save), ("RELOAD", Intent::Reload), ("mouse", Intent::Mouse)] {
            assert_eq!(entries(typed).first().map(|b| b.intent), Some(intent), "{typed}");
        }
        assert_eq!(entries("").len(), actions().count());
        assert!(entries("zzzz").is_empty());
    }
}
