//! The credential: read once, sent in one place of a request, never shown.
//!
//! ```text
//!   the pasted text ── new(kind) ──> Credential ── authorization() ──> a header, marked sensitive      access token
//!                                        ├──────── sign(url) ────────> the query, as `hapikey`       developer API key
//!                                        ├──────── hint() ───────────> ••••••••c41f
//!                                        └──────── redact(text) ─────> the text without it
//! ```
//!
//! There is no `Display`, and only [`ExposeSecret`] returns the text. Two rooms may use it, so that no credential
//! reaches a log, a frame or a draft by accident. A signed URL is made for one request and is never passed on.

use super::pieces::{MASK, Pieces};
use crate::model::login::Likeness;
use crate::model::profile::CredentialKind;
use reqwest::header::{HeaderValue, InvalidHeaderValue};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::hash::RandomState;
use url::Url;

/// The longest credential, in bytes. Many servers cut or refuse longer header lines, so a longer text is probably
/// the wrong file.
pub(super) const LIMIT: usize = 8 * 1024;

/// The shortest credential, in characters, whose last four are shown. Of a shorter one, four characters would
/// reveal too much.
const HINTED: usize = 20;

/// The length in characters from which a credential cannot be a developer API key, which has 36.
const LONG: usize = 64;

/// How a personal access key begins: the Base64 text of a field of 36 bytes, which starts with a digit or a letter. An
/// access token begins with the text of a number.
const ACCESS_KEY: [&str; 2] = ["CiQ", "CiR"];

/// The query parameter that carries a developer API key.
const PARAMETER: &str = "hapikey";

/// An access token or a developer API key.
#[derive(Clone)]
pub struct Credential {
    secret: Secret,
    /// The credentials used earlier in this run. A server may still repeat one of them.
    former: Vec<Secret>,
    /// The key of this run for marks of values that hold a credential. The mark does not reveal the value.
    pub(super) told_apart: RandomState,
}

#[derive(Clone)]
struct Secret {
    kind: CredentialKind,
    text: SecretString,
    pieces: Pieces,
}

/// Why a text is no credential of its kind. Never holds any part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialError {
    /// The kind that the text was given as.
    pub kind: CredentialKind,
    /// The reason why it is none.
    pub flaw: Flaw,
}

/// What is wrong with a text that is not a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing is left without the spaces, the quotes and the prefix.
    Empty,
    /// There is a space or a line break inside.
    Whitespace,
    /// There are characters that no request can carry.
    Control,
    /// There is a character outside of ASCII, often a typographic quote or dash.
    NotAscii,
    /// The text is longer than any credential.
    TooLong,
}

impl std::error::Error for CredentialError {}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = match self.kind {
            CredentialKind::Bearer => "token",
            CredentialKind::DeveloperKey => "key",
        };
        write!(f, "{}", self.about(noun))
    }
}

impl CredentialError {
    /// The reason as a sentence without a full stop, about a text of this name.
    pub fn about(self, noun: &str) -> String {
        match self.flaw {
            Flaw::Empty => format!("The {noun} is empty"),
            Flaw::Whitespace => {
                format!("The {noun} has a space or a line break inside: is it more than the {noun}?")
            }
            Flaw::Control => format!("The {noun} holds a control character"),
            Flaw::NotAscii => format!("The {noun} holds a character that is not ASCII"),
            Flaw::TooLong => format!("The {noun} is longer than {LIMIT} bytes: is it another file?"),
        }
    }
}

impl Credential {
    /// Makes a credential of a text as people paste it. Also returns the names of the parts that were removed
    /// around it, each once.
    pub fn new(kind: CredentialKind, text: &str) -> Result<(Self, Vec<&'static str>), CredentialError> {
        let mut tidied = Vec::new();
        let text = tidy(kind, text, &mut tidied);
        let flaw = if text.is_empty() {
            Flaw::Empty
        } else if text.len() > LIMIT {
            Flaw::TooLong
        } else if text.contains(char::is_whitespace) {
            Flaw::Whitespace
        } else if text.contains(char::is_control) {
            Flaw::Control
        } else if !text.is_ascii() {
            Flaw::NotAscii
        } else {
            // A key is a hexadecimal number. A server that repeats it may write its letters in the other case.
            let pieces = Pieces::of(text, kind == CredentialKind::DeveloperKey);
            let secret = Secret { kind, text: SecretString::from(text), pieces };
            return Ok((Self { secret, former: Vec::new(), told_apart: RandomState::new() }, tidied));
        };
        Err(CredentialError { kind, flaw })
    }

    /// Makes an access token, as [`Credential::new`] does.
    pub fn bearer(text: &str) -> Result<(Self, Vec<&'static str>), CredentialError> {
        Self::new(CredentialKind::Bearer, text)
    }

    /// The kind, which decides how the credential is sent.
    pub fn kind(&self) -> CredentialKind {
        self.secret.kind
    }

    /// What the credential looks like, if its form tells. If that is not of [`Credential::kind`], the user should be
    /// told. It is no proof: `HubSpot` documents none of these forms.
    pub fn looks_like(&self) -> Option<Likeness> {
        let text = self.secret.text.expose_secret();
        if is_uuid(text) {
            Some(Likeness::Of(CredentialKind::DeveloperKey))
        } else if text.starts_with("pat-") {
            Some(Likeness::PrivateApp)
        } else if ACCESS_KEY.iter().any(|start| text.starts_with(start)) {
            Some(Likeness::AccessKey)
        } else if text.len() >= LONG {
            Some(Likeness::Of(CredentialKind::Bearer))
        } else {
            None
        }
    }

    /// The mask and the last four characters, so that people can tell two credentials apart. Of a short one only
    /// the mask.
    pub fn hint(&self) -> String {
        let text = self.secret.text.expose_secret();
        let last = text.len().checked_sub(4).filter(|_| text.len() >= HINTED).and_then(|at| text.get(at..));
        format!("{MASK}{}", last.unwrap_or_default())
    }

    /// This credential as the successor of `other`, whose text stays secret too.
    #[must_use]
    pub fn after(mut self, other: &Self) -> Self {
        for former in other.former.iter().chain([&other.secret]) {
            let text = former.text.expose_secret();
            if !self.former.iter().chain([&self.secret]).any(|known| known.text.expose_secret() == text) {
                self.former.push(former.clone());
            }
        }
        self.told_apart.clone_from(&other.told_apart);
        self
    }

    /// Is it the same text?
    pub fn is_same(&self, other: &Self) -> bool {
        self.secret.text.expose_secret() == other.secret.text.expose_secret()
    }

    /// The pieces of this credential, and of each one used before it.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &Pieces> {
        self.former.iter().chain([&self.secret]).map(|secret| &secret.pieces)
    }

    /// The value of the header `Authorization`, if this kind is sent there. It is marked sensitive, so that no
    /// Debug output shows it.
    pub(super) fn authorization(&self) -> Result<Option<HeaderValue>, InvalidHeaderValue> {
        match self.secret.kind {
            CredentialKind::DeveloperKey => Ok(None),
            CredentialKind::Bearer => {
                let text = Zeroizing::new(format!("Bearer {}", self.secret.text.expose_secret()));
                let mut value = HeaderValue::try_from(text.as_str())?;
                value.set_sensitive(true);
                Ok(Some(value))
            }
        }
    }

    /// Adds the credential to the URL of a request, if this kind is sent there. The URL is then as secret as the
    /// credential.
    pub(super) fn sign(&self, url: &mut Url) {
        match self.secret.kind {
            CredentialKind::Bearer => {}
            CredentialKind::DeveloperKey => {
                url.query_pairs_mut().append_pair(PARAMETER, self.secret.text.expose_secret());
            }
        }
    }
}

impl ExposeSecret<str> for Credential {
    /// The text, for the room that stores it.
    fn expose_secret(&self) -> &str {
        self.secret.text.expose_secret()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({MASK})")
    }
}

/// Removes everything that is often copied along with a credential, layer by layer: `"Bearer abc"` has three.
fn tidy<'a>(kind: CredentialKind, text: &'a str, tidied: &mut Vec<&'static str>) -> &'a str {
    let mut note = |what| {
        if !tidied.contains(&what) {
            tidied.push(what);
        }
    };
    let mut text = text;
    loop {
        let trimmed = text.trim();
        let (front, back) = (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..]);
        if [front, back].iter().any(|space| space.contains(['\n', '\r'])) {
            note("a newline");
        } else if trimmed.len() < text.len() {
            note("spaces");
        }
        let unquoted = ['"', '\'', '`'].into_iter().find_map(|q| trimmed.strip_prefix(q)?.strip_suffix(q));
        text = if let Some(inner) = unquoted {
            note("quotes");
            inner
        } else if let Some((prefix, after)) = without_prefix(kind, trimmed) {
            note(prefix);
            after
        } else {
            return trimmed;
        };
    }
}

/// The name of the prefix that a credential of this kind often has, and the text behind the prefix.
fn without_prefix(kind: CredentialKind, text: &str) -> Option<(&'static str, &str)> {
    match kind {
        CredentialKind::Bearer => {
            let (scheme, after) = text.split_at_checked("Bearer".len())?;
            let is_whole = after.is_empty() || after.starts_with([' ', '\t', ':']);
            (scheme.eq_ignore_ascii_case("Bearer") && is_whole)
                .then(|| ("a \"Bearer\" prefix", after.trim_start_matches([' ', '\t', ':'])))
        }
        CredentialKind::DeveloperKey => {
            let (name, after) = text.trim_start_matches(['?', '&']).split_at_checked(PARAMETER.len())?;
            let after = after.strip_prefix('=').filter(|_| name.eq_ignore_ascii_case(PARAMETER))?;
            Some(("a \"hapikey=\" prefix", after))
        }
    }
}

/// Is the text hexadecimal digits in groups of 8, 4, 4, 4 and 12?
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "pat-na1/CANARY+0123.4567=c41f";

    fn credential(text: &str) -> Credential {
        Credential::bearer(text).unwrap().0
    }

    fn key(text: &str) -> Credential {
        Credential::new(CredentialKind::DeveloperKey, text).unwrap().0
    }

    #[test]
    fn s6_what_comes_along_with_a_copied_key_is_tidied_and_named() {
        let cases: [(&str, &[&str]); 8] = [
            ("abc", &[]),
            ("hapikey=abc", &["a \"hapikey=\" prefix"]),
            ("?hapikey=abc\n", &["a newline", "a \"hapikey=\" prefix"]),
            ("&HAPIKEY= abc", &["a \"hapikey=\" prefix", "spaces"]),
            ("'hapikey=\"abc\"'", &["quotes", "a \"hapikey=\" prefix"]),
            ("hapikey", &[]),
            ("?abc", &[]),
            ("Bearer", &[]),
        ];
        for (text, expected) in cases {
            let (credential, tidied) = Credential::new(CredentialKind::DeveloperKey, text).unwrap();
            let left = if expected.is_empty() { text } else { "abc" };
            assert_eq!((credential.expose_secret(), tidied.as_slice()), (left, expected), "{text:?}");
        }
        assert_eq!(credential("hapikey=abc").expose_secret(), "hapikey=abc");
        for (text, flaw) in [("?hapikey=", Flaw::Empty), ("Bearer abc", Flaw::Whitespace), ("é", Flaw::NotAscii)] {
            let error = Credential::new(CredentialKind::DeveloperKey, text).unwrap_err();
            assert_eq!(error, CredentialError { kind: CredentialKind::DeveloperKey, flaw });
            assert!(error.to_string().starts_with("The key "), "{error}");
        }
    }

    #[test]
    fn s3_a_key_goes_into_the_query_and_into_no_header() {
        let mut url = Url::parse("https://api.example/settings?a=b").unwrap();
        credential(TOKEN).sign(&mut url);
        assert_eq!(url.query(), Some("a=b"));
        let odd = key("k&y=#%+/\u{7e}");
        odd.sign(&mut url);
        assert_eq!(url.query(), Some("a=b&hapikey=k%26y%3D%23%25%2B%2F%7E"));
        assert!(odd.authorization().is_ok_and(|value| value.is_none()));
        assert_eq!(odd.redact(url.as_str()), format!("https://api.example/settings?a=b&hapikey={MASK}"));
    }

    #[test]
    fn a_credential_that_has_the_form_of_the_other_kind_is_noticed() {
        let uuid = "00c0ffee-1f2c-4b7a-9D15-8a6b5c4d3e2f";
        let long = "CJTz".repeat(20);
        for (text, expected) in [
            (uuid, Some(Likeness::Of(CredentialKind::DeveloperKey))),
            ("pat-na1-00c0ffee-1f2c-4b7a-9d15-8a6b5c4d3e2f", Some(Likeness::PrivateApp)),
            ("pat-eu1-", Some(Likeness::PrivateApp)),
            ("CiRuYTEtZmFrZS1rZXktZm9yLXRlc3Rz", Some(Likeness::AccessKey)),
            ("CiQ0MmNhZmUx", Some(Likeness::AccessKey)),
            (&long, Some(Likeness::Of(CredentialKind::Bearer))),
            ("00c0ffee-1f2c-4b7a-9d15-8a6b5c4d3e2", None),
            ("00c0ffeg-1f2c-4b7a-9d15-8a6b5c4d3e2f", None),
            ("00c0ffee1f2c4b7a9d158a6b5c4d3e2f", None),
            ("any", None),
        ] {
            for kind in CredentialKind::ALL {
                let (credential, _) = Credential::new(kind, text).unwrap();
                assert_eq!((credential.kind(), credential.looks_like()), (kind, expected), "{text}");
            }
        }
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
            assert_eq!(credential.expose_secret(), "abc", "{text:?}");
            assert_eq!(tidied, expected, "{text:?}");
        }
    }

    #[test]
    fn s6_what_no_header_can_carry_is_refused_without_repeating_it() {
        let cases = [
            ("", Flaw::Empty),
            (" \n", Flaw::Empty),
            ("Bearer ", Flaw::Empty),
            ("''", Flaw::Empty),
            ("abc def", Flaw::Whitespace),
            ("abc\ndef", Flaw::Whitespace),
            ("abc\0def", Flaw::Control),
            ("abc\u{1b}[31mdef", Flaw::Control),
            ("abc\u{2013}def", Flaw::NotAscii),
            ("\u{feff}abcdef", Flaw::NotAscii),
        ];
        for (text, expected) in cases {
            let error = Credential::bearer(text).unwrap_err();
            assert_eq!(error, CredentialError { kind: CredentialKind::Bearer, flaw: expected }, "{text:?}");
            assert!(error.to_string().starts_with("The token ") && !format!("{error} {error:?}").contains("abc"));
        }
        assert_eq!(Credential::bearer(&"a".repeat(LIMIT + 1)).unwrap_err().flaw, Flaw::TooLong);
    }

    #[test]
    fn a_hint_needs_a_long_token_and_shows_its_end() {
        assert_eq!(credential(TOKEN).hint(), "••••••••c41f");
        assert_eq!(credential(&"x".repeat(20)).hint(), "••••••••xxxx");
        assert_eq!(credential(&"x".repeat(19)).hint(), MASK);
        assert_eq!(format!("{:?}", credential(TOKEN)), "Credential(••••••••)");
        assert_eq!(format!("{:?}", credential(TOKEN).authorization()), "Ok(Some(Sensitive))");
    }
}
