//! The access token: taken in once, sent in one header, shown nowhere.
//!
//! ```text
//!   what was pasted ── bearer() ──> Credential ── authorization() ──> the request, marked sensitive
//!                                       ├──────── hint() ───────────> ••••••••c41f
//!                                       └──────── redact(text) ─────> the text without the token
//! ```
//!
//! There is no `Display` and no way to get the text back, so a token can not reach a log, a frame or a draft by accident.

use reqwest::header::{HeaderValue, InvalidHeaderValue};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// What stands where a token would be.
pub const MASK: &str = "••••••••";

/// The longest token that is taken, in bytes: many servers cut or refuse header lines above it. More is a wrong file.
const LIMIT: usize = 8 * 1024;

/// Tokens shorter than this, in characters, are not hinted at: four characters would be too much of them.
const HINTED: usize = 20;

/// An access token for the `Authorization: Bearer` header.
#[derive(Clone)]
pub struct Credential {
    token: SecretString,
    /// Tokens that were used before it in this run. A server may still repeat one of them.
    former: Vec<SecretString>,
}

/// Why a text is no token. Never holds any part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Nothing is left without spaces, quotes and `Bearer`.
    #[error("The token is empty")]
    Empty,
    /// Two words or two lines.
    #[error("The token has a space or a line break inside: is it more than the token?")]
    Whitespace,
    /// Characters that no header can carry.
    #[error("The token holds a control character")]
    Control,
    /// Tokens are ASCII; this is often a typographic quote or dash.
    #[error("The token holds a character that is not ASCII")]
    NotAscii,
    /// More than any token has.
    #[error("The token is longer than {LIMIT} bytes: is it another file?")]
    TooLong,
}

impl Credential {
    /// Takes a token as people paste it. Also returns what was tidied away, in words, each once.
    pub fn bearer(text: &str) -> Result<(Self, Vec<&'static str>), CredentialError> {
        let mut tidied = Vec::new();
        let token = tidy(text, &mut tidied);
        if token.is_empty() {
            Err(CredentialError::Empty)
        } else if token.len() > LIMIT {
            Err(CredentialError::TooLong)
        } else if token.contains(char::is_whitespace) {
            Err(CredentialError::Whitespace)
        } else if token.contains(char::is_control) {
            Err(CredentialError::Control)
        } else if !token.is_ascii() {
            Err(CredentialError::NotAscii)
        } else {
            Ok((Self { token: SecretString::from(token), former: Vec::new() }, tidied))
        }
    }

    /// The mask and the last four characters, so that people can tell two tokens apart; of a short token only the mask.
    pub fn hint(&self) -> String {
        let token = self.token.expose_secret();
        let last = token.len().checked_sub(4).filter(|_| token.len() >= HINTED).and_then(|at| token.get(at..));
        format!("{MASK}{}", last.unwrap_or_default())
    }

    /// The same after another one, whose text stays as secret as its own.
    #[must_use]
    pub fn after(mut self, other: &Self) -> Self {
        self.former.clone_from(&other.former);
        self.former.push(other.token.clone());
        self
    }

    /// The text with the mask in place of each token. Finds them by value, also where it is percent-encoded or escaped as in
    /// JSON: servers, proxies and libraries repeat what they were sent.
    pub fn redact(&self, text: &str) -> String {
        self.former.iter().chain([&self.token]).fold(text.to_owned(), |text, token| Self::without(&text, token))
    }

    fn without(text: &str, token: &SecretString) -> String {
        let token = token.expose_secret();
        let text = text.replace(token, MASK);
        let (mut redacted, mut rest) = (String::with_capacity(text.len()), text.as_str());
        while let Some(next) = rest.chars().next() {
            let (piece, len) = match spelled(rest.as_bytes(), token.as_bytes()) {
                Some(len) => (MASK, len),
                None => (&rest[..next.len_utf8()], next.len_utf8()),
            };
            redacted.push_str(piece);
            rest = &rest[len..];
        }
        redacted
    }

    /// The header's value. Marked sensitive: no Debug output of the client shows it.
    pub(super) fn authorization(&self) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.token.expose_secret()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({MASK})")
    }
}

/// A token while it is typed. Its characters are here and nowhere else, are shown by nothing, and are wiped when it goes.
#[derive(Default)]
pub struct Entry(Zeroizing<String>);

impl Entry {
    /// Adds what was typed or pasted. Too much for any token is left out: it is a mistaken paste.
    pub fn push(&mut self, text: &str) {
        // Moved to a larger place before it is written, so that no half of it stays behind where it was.
        let needed = self.0.len() + text.len();
        if needed > 2 * LIMIT {
            return;
        }
        if needed > self.0.capacity() {
            let mut roomy = Zeroizing::new(String::with_capacity(2 * needed));
            roomy.push_str(&self.0);
            self.0 = roomy;
        }
        self.0.push_str(text);
    }

    /// Takes the last character away.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many characters there are.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// The token that was typed, and what was tidied away, in words.
    pub fn token(&self) -> Result<(Credential, Vec<&'static str>), CredentialError> {
        Credential::bearer(&self.0)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({MASK})")
    }
}

/// Takes away what comes along when a token is copied, layer by layer: `"Bearer abc"` has three.
fn tidy<'a>(text: &'a str, tidied: &mut Vec<&'static str>) -> &'a str {
    let mut note = |what| {
        if !tidied.contains(&what) {
            tidied.push(what);
        }
    };
    let mut token = text;
    loop {
        let trimmed = token.trim();
        let (front, back) = (&token[..token.len() - token.trim_start().len()], &token[token.trim_end().len()..]);
        if [front, back].iter().any(|space| space.contains(['\n', '\r'])) {
            note("a newline");
        } else if trimmed.len() < token.len() {
            note("spaces");
        }
        let unquoted = ['"', '\'', '`'].into_iter().find_map(|q| trimmed.strip_prefix(q)?.strip_suffix(q));
        let (scheme, after) = trimmed.split_at_checked("Bearer".len()).unwrap_or((trimmed, ""));
        token = if let Some(inner) = unquoted {
            note("quotes");
            inner
        } else if scheme.eq_ignore_ascii_case("Bearer") && (after.is_empty() || after.starts_with([' ', '\t', ':'])) {
            note("a \"Bearer\" prefix");
            after.trim_start_matches([' ', '\t', ':'])
        } else {
            return trimmed;
        };
    }
}

/// The most backslashes before a byte of the token: JSON in JSON in JSON has seven.
const BACKSLASHES: usize = 7;

/// The length of the token's spelling at the start of the text, if the token stands there: each byte as it is, as `%XX`,
/// as `\uXXXX`, or after backslashes, of which there are several where JSON holds JSON.
fn spelled(text: &[u8], token: &[u8]) -> Option<usize> {
    token.iter().try_fold(0, |at, &byte| {
        let rest = text.get(at..)?;
        let is_hex = |from: usize, to: usize| {
            let digits = rest.get(from..to).and_then(|digits| std::str::from_utf8(digits).ok());
            digits.is_some_and(|digits| u32::from_str_radix(digits, 16) == Ok(u32::from(byte)))
        };
        let len = match rest {
            [b'%', ..] if is_hex(1, 3) => 3,
            [next, ..] if *next == byte => 1,
            _ => {
                let slashes = rest.iter().take(BACKSLASHES).take_while(|next| **next == b'\\').count();
                match rest.get(slashes..)? {
                    [next, ..] if slashes > 0 && *next == byte => slashes + 1,
                    [b'u', ..] if slashes > 0 && is_hex(slashes + 1, slashes + 5) => slashes + 5,
                    _ => return None,
                }
            }
        };
        Some(at + len)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "pat-na1/CANARY+0123.4567=c41f";

    fn credential(text: &str) -> Credential {
        Credential::bearer(text).unwrap().0
    }

    #[test]
    fn s6_what_comes_along_with_a_pasted_token_is_tidied_and_named() {
        let cases: [(&str, &[&str]); 9] = [
            ("abc", &[]),
            ("  abc\t", &["spaces"]),
            ("abc\r\n", &["a newline"]),
            ("Bearer abc", &["a \"Bearer\" prefix"]),
            ("bearer:  abc", &["a \"Bearer\" prefix"]),
            ("'abc'", &["quotes"]),
            ("\"Bearer abc\"\n", &["a newline", "quotes", "a \"Bearer\" prefix"]),
            ("\u{a0}abc", &["spaces"]),
            ("` abc `", &["quotes", "spaces"]),
        ];
        for (text, expected) in cases {
            let (credential, tidied) = Credential::bearer(text).unwrap();
            assert_eq!(credential.token.expose_secret(), "abc", "{text:?}");
            assert_eq!(tidied, expected, "{text:?}");
        }
    }

    #[test]
    fn s6_what_no_header_can_carry_is_refused_without_repeating_it() {
        let cases = [
            ("", CredentialError::Empty),
            (" \n", CredentialError::Empty),
            ("Bearer ", CredentialError::Empty),
            ("''", CredentialError::Empty),
            ("abc def", CredentialError::Whitespace),
            ("abc\ndef", CredentialError::Whitespace),
            ("abc\0def", CredentialError::Control),
            ("abc\u{1b}[31mdef", CredentialError::Control),
            ("abc\u{2013}def", CredentialError::NotAscii),
            ("\u{feff}abcdef", CredentialError::NotAscii),
        ];
        for (text, expected) in cases {
            assert_eq!(Credential::bearer(text).unwrap_err(), expected, "{text:?}");
            assert!(!format!("{expected} {expected:?}").contains("abc"));
        }
        assert_eq!(Credential::bearer(&"a".repeat(LIMIT + 1)).unwrap_err(), CredentialError::TooLong);
    }

    #[test]
    fn a_hint_needs_a_long_token_and_shows_its_end() {
        assert_eq!(credential(TOKEN).hint(), "••••••••c41f");
        assert_eq!(credential(&"x".repeat(20)).hint(), "••••••••xxxx");
        assert_eq!(credential(&"x".repeat(19)).hint(), MASK);
        assert_eq!(format!("{:?}", credential(TOKEN)), "Credential(••••••••)");
        assert_eq!(format!("{:?}", credential(TOKEN).authorization()), "Ok(Sensitive)");
    }

    #[test]
    fn s2_a_token_that_was_replaced_is_still_masked() {
        let [first, second, third] = ["first-token-0001", "second-token-0002", "third-token-0003"].map(credential);
        let last = third.after(&second.after(&first));
        let text = "first-token-0001 second-token-0002 third-token-0003";
        assert_eq!(last.redact(text), format!("{MASK} {MASK} {MASK}"));
        assert_eq!(last.hint(), MASK);
    }

    #[test]
    fn s11_a_token_is_found_by_value_however_it_is_spelled() {
        let credential = credential(TOKEN);
        for spelled in [
            TOKEN,
            "pat-na1%2FCANARY%2B0123.4567%3Dc41f",
            "pat-na1%2fCANARY%2b0123%2E4567%3dc41f",
            "pat-na1\\/CANARY+0123.4567\\u003dc41f",
            "pat-na1\\\\/CANARY+0123.4567\\\\u003dc41f",
            "pat-na1\\\\\\/CANARY+0123.4567\\\\\\u003dc41f",
        ] {
            let text = format!("é {spelled}{spelled} → pat-na1");
            assert_eq!(credential.redact(&text), format!("é {MASK}{MASK} → pat-na1"));
        }
        for innocent in ["", "pat-na1", "%", "\\", "pat-na1/CANARY+0123.4567=c41", "100 % é"] {
            assert_eq!(credential.redact(innocent), innocent);
        }
    }
}
