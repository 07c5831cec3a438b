//! Finding a credential in a text: whole, repeated, cut, and however it is spelled.
//!
//! ```text
//!   text ── units ──> bytes with their places      x  %78  \u0078  \\\x  are all an x
//!        ── windows of RUN bytes ──> is this a piece of the credential? ──> parts that are masked
//! ```
//!
//! A piece is enough: servers, limits and lost connections cut texts where they like, and most of a credential is as good
//! as all of it. So it does not matter whether a text is cut before or after this. One look at each byte, whatever it holds.

use super::credential::{Credential, MASK};
use crate::model::{Representation, Value};
use secrecy::zeroize::Zeroizing;
use std::hash::BuildHasher;
use std::sync::Arc;

/// So many consecutive characters of a credential are a piece of it. Fewer may stand anywhere by chance.
pub(super) const RUN: usize = 8;

/// How much more of a text is read than is kept, in bytes: masks are shorter than what they stand for.
const MARGIN: usize = 12 * 1024;

/// What is looked for of one credential.
#[derive(Clone)]
pub(super) struct Pieces {
    /// Each window of it as a number, in order. As secret as the credential.
    windows: Arc<Zeroizing<Vec<u64>>>,
    /// The bytes of a window, at most [`RUN`].
    run: usize,
    /// Is `A` the same as `a`?
    folded: bool,
}

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    start: usize,
    end: usize,
}

impl Pieces {
    /// Of a credential's text, which is not empty. One of less than [`RUN`] bytes is a single piece.
    pub(super) fn of(text: &str, folded: bool) -> Self {
        let run = text.len().min(RUN);
        // Of one that holds a % or a \ itself, what is read in its place is looked for as well.
        let read = Zeroizing::new(units(text).map(|unit| unit.byte).collect::<Vec<u8>>());
        let spellings = [text.as_bytes(), read.as_slice()];
        let number =
            |window: &[u8]| window.iter().fold(0, |number, byte| (number << 8) | u64::from(fold(*byte, folded)));
        let windows = spellings.into_iter().flat_map(|bytes| bytes.windows(run)).map(number);
        let mut windows = Zeroizing::new(windows.collect::<Vec<u64>>());
        windows.sort_unstable();
        Self { windows: Arc::new(windows), run, folded }
    }

    /// Is it long enough to be told from ordinary text?
    fn is_telling(&self) -> bool {
        self.run == RUN
    }

    /// Where it is in a text: as it is meant, and as it stands there, for what looks spelled may be the credential's own.
    fn find(&self, text: &str) -> Vec<Part> {
        let mut found = self.find_in(units(text));
        if text.contains(['%', '\\']) {
            let plain = text.bytes().enumerate().map(|(start, byte)| Unit { byte, start, len: 1 });
            found.extend(self.find_in(plain));
        }
        found
    }

    fn find_in(&self, units: impl Iterator<Item = Unit>) -> Vec<Part> {
        let mask = u64::MAX >> (64 - 8 * self.run);
        let (mut found, mut window, mut starts) = (Vec::<Part>::new(), 0, [0; RUN]);
        for (at, unit) in units.enumerate() {
            window = ((window << 8) | u64::from(fold(unit.byte, self.folded))) & mask;
            starts[at % RUN] = unit.start;
            if at + 1 >= self.run && self.windows.binary_search(&window).is_ok() {
                let part = Part { start: starts[(at + 1 - self.run) % RUN], end: unit.start + unit.len };
                match found.last_mut() {
                    Some(last) if last.end > part.start => last.end = part.end,
                    _ => found.push(part),
                }
            }
        }
        found
    }
}

fn fold(byte: u8, folded: bool) -> u8 {
    if folded { byte.to_ascii_lowercase() } else { byte }
}

/// A byte as it is meant, and where it is spelled.
struct Unit {
    byte: u8,
    start: usize,
    len: usize,
}

/// The bytes of a text: each as it is, as `%XX`, as `\uXXXX`, or after backslashes, of which there are several where JSON
/// holds JSON. Of what spells no ASCII each byte is one.
fn units(text: &str) -> impl Iterator<Item = Unit> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        let (byte, len) = unit(&bytes[start..])?;
        start += len;
        Some(Unit { byte, start: start - len, len })
    })
}

fn unit(rest: &[u8]) -> Option<(u8, usize)> {
    let ascii = |digits: Option<&[u8]>| {
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        u8::try_from(code).ok().filter(u8::is_ascii)
    };
    match rest {
        [] => None,
        [b'%', ..] => Some(ascii(rest.get(1..3)).map_or((b'%', 1), |byte| (byte, 3))),
        [b'\\', ..] => {
            let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
            Some(match rest.get(slashes) {
                Some(b'u') => {
                    let spelled = ascii(rest.get(slashes + 1..slashes + 5));
                    spelled.map_or((b'u', slashes + 1), |byte| (byte, slashes + 5))
                }
                Some(next) if next.is_ascii() => (*next, slashes + 1),
                Some(_) | None => (b'\\', slashes),
            })
        }
        [next, ..] => Some((*next, 1)),
    }
}

impl Credential {
    /// The text with the mask in place of each credential of this run, and of each piece of one. Finds them by value, also
    /// where they are percent-encoded or escaped as in JSON: servers, proxies and libraries repeat what they were sent.
    pub fn redact(&self, text: &str) -> String {
        masked(text, self.pieces().flat_map(|pieces| pieces.find(text)).collect())
    }

    /// The start of a text, redacted: at most `limit` bytes of it.
    pub(super) fn redact_start(&self, text: &str, limit: usize) -> String {
        let mut start = self.redact(&text[..text.floor_char_boundary(limit + MARGIN)]);
        start.truncate(start.floor_char_boundary(limit));
        start
    }

    /// Is it in the text, or a piece of it, or of one before it? One so short that it may be any word is not looked for.
    pub fn is_in(&self, text: &str) -> bool {
        self.is_in_rest(text, 0)
    }

    /// The same of what follows the first `known` bytes; what it goes on with counts.
    pub fn is_in_rest(&self, text: &str, known: usize) -> bool {
        let telling = self.pieces().filter(|pieces| pieces.is_telling());
        telling.flat_map(|pieces| pieces.find(text)).any(|part| part.end > known)
    }

    /// The same without the credential: values that hold it are withheld, members that are called by it are not there.
    #[must_use]
    pub fn withhold(&self, representation: &Representation) -> Representation {
        let members = representation.members().filter(|(key, _)| !self.is_in(key));
        let mark = |value: &Value| Value::Withheld(self.told_apart.hash_one(value.to_json()).max(1));
        let withheld = |value: &Value| match value {
            Value::Text(text) | Value::Other(text) if self.is_in(text) => mark(value),
            Value::Integer(number) if self.is_in(&number.to_string()) => mark(value),
            value => value.clone(),
        };
        members.map(|(key, value)| (key, withheld(value))).collect()
    }
}

/// The text with masks.
fn masked(text: &str, mut found: Vec<Part>) -> String {
    found.sort_unstable();
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for Part { start, end } in found {
        // Of two credentials of this run the one may be in the other.
        if start >= at {
            masked.push_str(&text[at..start]);
            masked.push_str(MASK);
        }
        at = at.max(end);
    }
    masked.push_str(&text[at..]);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::cleaned_text;
    use crate::api::trace;
    use crate::model::profile::CredentialKind;
    use crate::model::trace::{BODY_LIMIT, Trace};
    use proptest::prelude::*;
    use std::fmt::Write as _;

    const TOKEN: &str = "pat-na1/CANARY+0123.4567=c41f";

    const KEY: &str = "0CANA4e7-1f2c-4b7a-9d15-8a6b5c4d3e2f";

    fn credential(text: &str) -> Credential {
        Credential::bearer(text).unwrap().0
    }

    fn key(text: &str) -> Credential {
        Credential::new(CredentialKind::DeveloperKey, text).unwrap().0
    }

    #[test]
    fn s3_a_key_is_found_in_either_case_and_a_token_only_in_its_own() {
        assert_eq!(key(KEY).redact(&KEY.to_lowercase()), MASK);
        assert_eq!(key(KEY).redact(&KEY.to_uppercase().replace('-', "%2d")), MASK);
        let letters = "ABCDabcdEFGHefghIJKL";
        assert_eq!(credential(letters).redact(&letters.to_lowercase()), letters.to_lowercase());
    }

    #[test]
    fn s2_what_was_replaced_is_still_masked_whatever_its_kind() {
        let (first, second, third) =
            (credential("first-token-0001"), key("second-token-0002"), credential("third-token-0003"));
        let last = third.after(&second.after(&first));
        let text = "first-token-0001 SECOND-token-0002 third-token-0003";
        assert_eq!(last.redact(text), format!("{MASK} {MASK} {MASK}"));
        let turned = "third-token-0003 x second-token-0002 y FIRST first-token-0001";
        assert_eq!(last.redact(turned), format!("{MASK} x {MASK} y FIRST {MASK}"));
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
        for innocent in ["", "pat-na1", "%", "\\", "\\\\\\", "%4", "\\u00", "%é", "\\é", "100 % é"] {
            assert_eq!(credential.redact(innocent), innocent);
        }
    }

    #[test]
    fn x8_a_piece_of_a_token_is_masked_as_the_whole_is() {
        let credential = credential(TOKEN);
        for (text, expected) in [
            ("pat-na1/CANARY+0123.4567=c41", MASK.to_owned()),
            ("a CANARY+0123 b", format!("a {MASK} b")),
            ("a ANARY%2B01 b", format!("a {MASK} b")),
            ("=c41f", "=c41f".to_owned()),
            ("cut: pat-na1/CANARY%2", format!("cut: {MASK}%2")),
        ] {
            assert_eq!(credential.redact(text), expected, "{text}");
        }
        // What stands before it is not to hide it.
        for (token, text) in [("41", "%41%"), ("u0041-0123456789", "\\u0041-0123456789"), ("41424344", "x%41424344")] {
            let redacted = self::credential(token).redact(text);
            assert!(!redacted.contains(token) && redacted.contains(MASK), "{redacted}");
        }
        let odd = Credential::bearer("ab%41cd\\efgh%zz").unwrap().0;
        for spelled in ["ab%41cd\\efgh%zz", "ab%2541cd%5Cefgh%25zz", "ab%41cd\\\\efgh%zz"] {
            assert_eq!(odd.redact(&format!("({spelled})")), format!("({MASK})"), "{spelled}");
        }
    }

    #[test]
    fn x8_values_are_withheld_and_members_called_by_it_are_left_out() {
        let answer = |name: &str| -> Representation {
            let text = |text: &str| Value::Text(text.to_owned());
            let list = Value::Other(format!("[\"{name}\"]"));
            [("name", text(name)), (name, text("x")), ("url", text("https://a.dev")), ("list", list)]
                .into_iter()
                .collect()
        };
        for name in [TOKEN.to_owned(), format!("a {TOKEN} b"), TOKEN.replace('/', "%2F")] {
            let credential = credential(TOKEN);
            let withheld = credential.withhold(&answer(&name));
            let keys: Vec<&str> = withheld.members().map(|(key, _)| key).collect();
            assert_eq!(keys, ["name", "url", "list"]);
            let of = |key| withheld.get(key).unwrap().clone();
            assert!(matches!((of("name"), of("list")), (Value::Withheld(a), Value::Withheld(b)) if a != b), "{name}");
            assert_eq!(of("url"), Value::Text("https://a.dev".into()));
            // The next answer shows whether somebody has changed it, also after another token.
            let next = Credential::bearer("another-token").unwrap().0.after(&credential);
            assert_eq!(next.withhold(&answer(&name)), withheld);
            let other = next.withhold(&answer(&format!("{name}!")));
            assert_ne!(other.get("name"), withheld.get("name"));
        }
        assert_eq!(credential("dialer").withhold(&answer("My dialer")), answer("My dialer"));
    }

    /// A token in one spelling for each of its characters.
    fn spelled(token: &str, spellings: &[u8]) -> String {
        let mut text = String::new();
        for (byte, spelling) in token.bytes().zip(spellings.iter().cycle()) {
            let slashes = "\\".repeat(1 << (spelling / 6));
            let _ = match spelling % 6 {
                0 | 1 => write!(text, "{}", char::from(byte)),
                2 => write!(text, "%{byte:02X}"),
                3 => write!(text, "%{byte:02x}"),
                4 => write!(text, "{slashes}u{byte:04x}"),
                _ if byte.is_ascii_alphabetic() => write!(text, "{}", char::from(byte)),
                _ => write!(text, "{slashes}{}", char::from(byte)),
            };
        }
        text
    }

    /// No piece of the token, however spelled, is in what is kept.
    fn has_no_piece(kept: &str, token: &str) -> bool {
        let meant: Vec<u8> = units(kept).map(|unit| unit.byte).collect();
        let piece = |window: &[u8]| token.as_bytes().windows(RUN).any(|piece| piece == window);
        !meant.windows(RUN).any(piece) && !kept.as_bytes().windows(RUN).any(piece)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Law: whatever of a token is in a text, wherever texts are cut, at most seven characters in a row are kept.
        #[test]
        fn x8_no_piece_of_a_token_is_kept_however_it_is_spelled_repeated_and_cut(
            token in "[a-zA-Z0-9/+=._-]{8,200}",
            spellings in proptest::collection::vec(0u8..24, 1..9),
            before in "[ -~é]{0,40}",
            between in "[ -~é]{0,3}",
            repeats in 1usize..60,
            cut in 0usize..40_000,
            limit in 0usize..5_000,
        ) {
            let credential = credential(&token);
            let text = before + &vec![spelled(&token, &spellings); repeats].join(&between);
            let text = &text[..text.floor_char_boundary(cut)];
            let mut traced = Trace::default();
            trace::add_body(&mut traced, text.as_bytes(), &credential);
            prop_assert!(traced.body.len() <= BODY_LIMIT);
            let kept = [
                credential.redact(text),
                credential.redact_start(text, limit),
                traced.body,
                cleaned_text(&credential, text, limit % 300 + 1),
            ];
            for kept in kept {
                prop_assert!(has_no_piece(&kept, &token), "{kept:?}");
            }
        }
    }

    #[test]
    fn x8_long_tokens_are_found_in_their_longest_spelling_and_cut_where_many_were() {
        for (length, spelling, repeats) in [(160, 0, 200), (160, 2, 99), (8192, 0, 3), (8192, 2, 3), (8192, 22, 3)] {
            let token: String = (0..length).map(|at: u32| char::from(b'a' + (at * at % 26) as u8)).collect();
            let credential = credential(&token);
            let body = spelled(&token, &[spelling]).repeat(repeats);
            let mut traced = Trace::default();
            trace::add_body(&mut traced, body.as_bytes(), &credential);
            assert!(has_no_piece(&traced.body, &token), "{length} {spelling}: {}", &traced.body);
        }
    }
}
