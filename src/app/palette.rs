//! The palette: every action and every row by name. Also the filter of the other lists.

use super::App;
use super::keymap::{BINDINGS, Binding, Intent, Scope};
use super::mode::Overlay;
use crate::model::FieldId;

/// Ranks from this one on mean that the letters matched with gaps between them.
const SCATTERED: usize = 10_000;

/// A match within a word ranks this much lower than one at its start.
const INSIDE: usize = 100;

/// A deletion ranks this much lower than it would, unless its name is typed from the start.
const DELETING: usize = 1000;

/// How many actions are remembered as used.
const USED: usize = 8;

/// What an entry of the palette does.
#[derive(Clone, Debug)]
pub enum PaletteChoice {
    /// Carries out an action.
    Act(&'static Binding),
    /// Moves the focus to a row.
    Row(FieldId),
}

/// An entry of the palette.
#[derive(Clone, Debug)]
pub struct PaletteEntry {
    /// What it does.
    pub choice: PaletteChoice,
    /// Its words.
    pub words: String,
    /// The places of the letters in the words that the filter has matched, in characters.
    pub marks: Vec<usize>,
}

impl App {
    /// The entries that contain the letters of a filter in order, whatever their case and spaces. The earlier the match
    /// starts, the higher the entry stands. Without a filter all actions are listed, those that were used last first.
    pub fn palette(&self, filter: &str) -> Vec<PaletteEntry> {
        let wanted: Vec<char> = filter.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        let used = |intent: Intent| self.used.iter().position(|used| *used == intent).unwrap_or(USED);
        let mut found: Vec<(usize, usize, PaletteEntry)> = Vec::new();
        for binding in self.usable() {
            if let Some((rank, marks)) = best(binding, &wanted) {
                let words = binding.words.to_owned();
                found.push((
                    rank,
                    used(binding.intent),
                    PaletteEntry { choice: PaletteChoice::Act(binding), words, marks },
                ));
            }
        }
        for field in self.rows().filter(|_| !wanted.is_empty()) {
            let words = format!("go to the row {}", field.label);
            let matched = [(&*field.label, words.len() - field.label.len()), (&*field.id.key, words.len())]
                .into_iter()
                .filter_map(|(name, at)| Some((rank(name, &wanted)?, at)))
                .min_by_key(|((rank, _), _)| *rank)
                .filter(|((rank, _), _)| *rank < SCATTERED);
            if let Some(((rank, marks), at)) = matched {
                let marks = marks.iter().map(|mark| at + mark).filter(|mark| *mark < words.len()).collect();
                found.push((rank, USED, PaletteEntry { choice: PaletteChoice::Row(field.id.clone()), words, marks }));
            }
        }
        if wanted.is_empty() {
            found.sort_by_key(|(_, used, _)| *used);
        } else {
            found.sort_by_key(|(rank, used, _)| (*rank, *used));
        }
        // Matches with gaps are listed only if there is no match without gaps.
        let whole = found.iter().take_while(|(rank, ..)| *rank < SCATTERED).count();
        found.truncate(if whole > 0 { whole } else { found.len() });
        found.into_iter().map(|(.., entry)| entry).collect()
    }

    /// How many actions there are.
    pub fn actions(&self) -> usize {
        self.usable().count()
    }

    fn usable(&self) -> impl Iterator<Item = &'static Binding> + use<> {
        let is_drawn = self.terminal.is_drawn;
        actions().filter(move |binding| is_drawn || !binding.intent.is_of_screen())
    }

    /// Remembers that an action was used.
    pub(super) fn note_use(&mut self, intent: Intent) {
        self.used.retain(|used| *used != intent);
        self.used.insert(0, intent);
        self.used.truncate(USED);
    }
}

/// The actions of the whole form, and help.
fn actions() -> impl Iterator<Item = &'static Binding> {
    let is_help = |binding: &Binding| binding.scope == Scope::Any && binding.intent == Intent::Help;
    BINDINGS.iter().filter(move |binding| binding.scope == Scope::Form || is_help(binding))
}

/// Other words for an action, by which people look for it.
fn synonyms(intent: Intent) -> &'static [&'static str] {
    match intent {
        Intent::Quit => &["exit", "leave", "close"],
        Intent::Save => &["write", "send", "publish", "apply", "patch"],
        Intent::Reload => &["refresh", "test", "fetch", "read", "sync"],
        Intent::Reset => &["discard", "revert"],
        Intent::ResetAll => &["discard all", "revert all"],
        Intent::Undo => &["revert", "back"],
        Intent::Open(Overlay::Review) => &["preview", "compare with the server", "request"],
        Intent::Open(Overlay::Preview) => &["dialer", "handshake", "sdk", "frame", "iframe"],
        Intent::StopPreview => &["end the preview", "close the preview"],
        Intent::Open(Overlay::History) => &["restore", "versions", "rollback", "put back"],
        Intent::Open(Overlay::Profiles) => &["config", "environment", "account", "switch app", "staging"],
        Intent::Open(Overlay::Presets) => &["templates", "config values"],
        Intent::Open(Overlay::Other) => &["diff profiles"],
        Intent::Open(Overlay::Token) => &[
            "credential",
            "login",
            "log in",
            "password",
            "api key",
            "authentication",
            "authorization",
            "secret",
            "pat",
        ],
        Intent::Help => &["keys", "shortcuts", "keyboard", "key bindings", "manual", "guide", "?"],
        Intent::Open(Overlay::Copy) => &["clipboard", "yank", "export"],
        Intent::Open(Overlay::Log) => &["network", "http", "debug"],
        Intent::Open(Overlay::Doctor) => {
            &["diagnose", "health", "check", "network", "proxy", "tls", "certificate", "dns", "terminal", "support"]
        }
        Intent::Browse => &["web page", "visit", "link", "address"],
        Intent::Tunnels => &["ngrok", "cloudflared", "tailscale", "localhost", "pinggy", "zrok", "dead url"],
        Intent::Watch => &["poll", "follow", "live"],
        Intent::Leftovers => &["restore", "recover", "drafts"],
        Intent::Delete(_) => &["remove"],
        Intent::Unlock => &["read-only", "write access"],
        Intent::ChangeLooks => &["colours", "colors", "dark", "light", "mono", "ascii"],
        Intent::Redraw => &["refresh the screen", "repaint", "clear"],
        Intent::EditAll => &["editor", "$EDITOR", "vim", "toml", "text"],
        Intent::Suspend => &["background", "shell", "stop"],
        _ => &[],
    }
}

/// The best rank of the action's words, of its word in the footer and of its other words; and the places of the letters
/// in its words.
fn best(binding: &Binding, wanted: &[char]) -> Option<(usize, Vec<usize>)> {
    let in_words = rank(binding.words, wanted);
    let by_other_words = [binding.hint].into_iter().chain(synonyms(binding.intent).iter().copied());
    let others = by_other_words.filter_map(|words| rank(words, wanted)).filter(|(rank, _)| *rank < INSIDE);
    let others = others.map(|(rank, _)| (rank + 1, vec![]));
    let (rank, marks) = in_words.into_iter().chain(others).min_by_key(|(rank, _)| *rank)?;
    let is_careful = matches!(binding.intent, Intent::Delete(_)) && rank > 1 && !wanted.is_empty();
    Some((if is_careful { rank + DELETING } else { rank }, marks))
}

/// How well the words match, and the places of the letters; a lower rank is better. It is the place where the letters
/// stand together, best at the start of a word. If they do not stand together, it counts the letters between them.
fn rank(words: &str, wanted: &[char]) -> Option<(usize, Vec<usize>)> {
    let all: Vec<char> = words.chars().flat_map(char::to_lowercase).collect();
    let letters: Vec<usize> = (0..all.len()).filter(|at| all[*at] != ' ').collect();
    if wanted.is_empty() {
        return Some((0, vec![]));
    }
    let starts_word = |at: usize| at == 0 || !all[at - 1].is_alphanumeric();
    let together = |from: &usize| letters[*from..].iter().zip(wanted).all(|(at, c)| all[*at] == *c);
    let places = (0..(letters.len() + 1).saturating_sub(wanted.len())).filter(together);
    let ranked = places.map(|from| (from + if starts_word(letters[from]) { 0 } else { INSIDE }, from));
    if let Some((rank, from)) = ranked.min() {
        return Some((rank, letters[from..from + wanted.len()].to_vec()));
    }
    let (mut marks, mut spread, mut rest) = (vec![], 0, letters.iter());
    for letter in wanted {
        let gap = rest.clone().position(|at| all[*at] == *letter)?;
        spread += gap;
        marks.extend(rest.nth(gap));
    }
    Some((SCATTERED + spread, marks))
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
}
