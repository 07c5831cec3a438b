//! A credential while the user types it.

use super::MASK;
use super::consent::{BrowserLogin, NoCode};
use super::credential::{Credential, CredentialError, LIMIT};
use crate::model::profile::CredentialKind;
use secrecy::zeroize::Zeroizing;
use std::fmt;
use std::ops::Range;

/// A credential while the user types it. Its text is kept nowhere else, is never shown, and is wiped when the entry
/// is dropped.
#[derive(Default)]
pub struct Entry {
    text: Zeroizing<String>,
    /// In characters from the start.
    caret: usize,
}

impl Entry {
    /// Adds what was typed or pasted where the caret is. Too much for any credential is left out: it is a mistaken paste.
    pub fn insert(&mut self, text: &str) {
        // Moved to a larger place before it is written, so that no half of it stays behind where it was.
        let needed = self.text.len() + text.len();
        if needed > 2 * LIMIT {
            return;
        }
        if needed > self.text.capacity() {
            let mut roomy = Zeroizing::new(String::with_capacity(2 * needed));
            roomy.push_str(&self.text);
            self.text = roomy;
        }
        let at = self.byte(self.caret);
        self.text.insert_str(at, text);
        self.caret += text.chars().count();
    }

    /// Takes characters away, counted from the start.
    pub fn remove(&mut self, characters: Range<usize>) {
        let bytes = self.byte(characters.start)..self.byte(characters.end);
        if bytes.start < bytes.end {
            // What moves up leaves its end behind in the same place, which is wiped as a whole.
            self.text.replace_range(bytes, "");
            self.move_to(characters.start);
        }
    }

    /// Puts the caret before this character, or behind the last one.
    pub fn move_to(&mut self, character: usize) {
        self.caret = character.min(self.characters());
    }

    /// Removes and wipes everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The number of characters.
    pub fn characters(&self) -> usize {
        self.text.chars().count()
    }

    /// Before which of them the caret is.
    pub fn caret(&self) -> usize {
        self.caret
    }

    fn byte(&self, character: usize) -> usize {
        self.text.char_indices().nth(character).map_or(self.text.len(), |(at, _)| at)
    }

    /// The code of this login that was pasted.
    pub fn code(&self, consent: &BrowserLogin) -> Result<Credential, NoCode> {
        consent.code_of(&self.text)
    }

    /// The credential that was typed, as one of this kind, and the names of the parts that were removed around it.
    pub fn token(&self, kind: CredentialKind) -> Result<(Credential, Vec<&'static str>), CredentialError> {
        Credential::new(kind, &self.text)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({MASK})")
    }
}
