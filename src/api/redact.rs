//! Removes credentials from everything that comes from outside. Texts are masked, and values that hold a credential
//! are withheld.

use super::credential::Credential;
use super::pieces::{Part, masked};
use crate::model::{Representation, Value};
use std::hash::BuildHasher;

/// How much more of a text is read than is kept, in bytes, since masks are shorter than the text they replace.
const MARGIN: usize = 12 * 1024;

/// How access tokens of private apps begin.
const LOOK: &str = "pat-";

/// The shortest text that is taken for one, in bytes.
const SHORTEST_LOOK: usize = 16;

impl Credential {
    /// The text with each credential of this run, and each piece of one, replaced by the mask. Percent-encoded and
    /// JSON-escaped forms are found as well, since servers, proxies and libraries repeat what they were sent.
    pub fn redact(&self, text: &str) -> String {
        masked(text, self.pieces().flat_map(|pieces| pieces.find(text)).collect())
    }

    /// The same for a text that is not from outside: a very short credential is not searched for, since it could be any
    /// word of the text.
    pub fn redact_told(&self, text: &str) -> String {
        let telling = self.pieces().filter(|pieces| pieces.is_telling());
        masked(text, telling.flat_map(|pieces| pieces.find(text)).collect())
    }

    /// The start of a text, redacted, at most `limit` bytes.
    pub(super) fn redact_start(&self, text: &str, limit: usize) -> String {
        let mut start = self.redact(&text[..text.floor_char_boundary(limit + MARGIN)]);
        start.truncate(start.floor_char_boundary(limit));
        start
    }

    /// Does the text hold a credential of this run, or a piece of one? A very short credential is not searched for,
    /// since it could be any word.
    pub fn is_in(&self, text: &str) -> bool {
        self.is_in_rest(text, 0)
    }

    /// The same for the text after its first `known` bytes. A piece counts if it ends there.
    pub fn is_in_rest(&self, text: &str, known: usize) -> bool {
        self.pieces().any(|pieces| pieces.is_telling() && pieces.is_behind(text, known))
    }

    /// The same representation without credentials: values that hold one are withheld, and members whose key holds
    /// one are removed.
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

/// The text with everything masked that looks like an access token of a private app (`pat-na1-` and more). For a run
/// that does not know its credential yet.
pub fn without_lookalikes(text: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let parts = text.match_indices(LOOK).map(|(start, _)| {
        let end = text[start..].find(|c| !is_token(c)).map_or(text.len(), |len| start + len);
        Part { start, end }
    });
    masked(text, parts.filter(|part| part.end - part.start >= SHORTEST_LOOK).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::MASK;
    use crate::api::error::cleaned_text;
    use crate::api::pieces::{RUN, units};
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
    fn x8_each_piece_is_found_wherever_it_begins_and_ends() {
        let (token, key) = (credential(TOKEN), key(KEY));
        let pieces = |text: &'static str| text.as_bytes().windows(RUN).map(|piece| str::from_utf8(piece).unwrap());
        for (before, after) in (0..12).flat_map(|before| (0..12).map(move |after| (before, after))) {
            let around = |piece: &str| format!("{}{piece}{}", "·~".repeat(before), "~".repeat(after));
            assert!(pieces(TOKEN).all(|piece| token.is_in(&around(piece))), "{before} {after}");
            assert!(pieces(KEY).all(|piece| key.is_in(&around(&piece.to_uppercase()))), "{before} {after}");
            assert!(pieces(KEY).all(|piece| key.is_in(&around(&piece.to_lowercase()))), "{before} {after}");
            assert!(pieces(TOKEN).all(|piece| !token.is_in(&around(&piece[1..]))), "one byte less is none");
            assert!(pieces(TOKEN).all(|piece| !token.is_in(&around(&piece[..RUN - 1]))), "one byte less is none");
        }
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
    fn what_looks_like_a_token_is_masked_while_none_is_known() {
        let told = "there is no field pat-na1-0c9d4f1e-51aa-4b2c; did you mean pat-tern, or at=pat-eu1-0123456789ab.";
        let masked = format!("there is no field {MASK}; did you mean pat-tern, or at={MASK}.");
        assert_eq!(without_lookalikes(told), masked);
        assert_eq!(credential("short").redact_told("a short word"), "a short word");
        assert_eq!(credential(TOKEN).redact_told(TOKEN), MASK);
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
