//! Values to and from JSON. No value is converted on the way: a number that is no int32 stays the text it was, so
//! that a value that was not edited is never sent in another form.

use super::field::Value;
use super::text::{has_invisible, is_invisible, is_plain};
use memchr::memchr2;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::fmt::Write as _;

/// How a withheld value is written to a file. It is never sent.
const WITHHELD: &str = "{\"withheld\":true}";

/// The part of a text that turned out to be no valid JSON, and why.
pub type Offence<'a> = (&'a str, serde_json::Error);

impl Value {
    /// The value as compact JSON, for a request or a file.
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        self.add_to(&mut json);
        json
    }

    /// Adds the same to JSON.
    pub(super) fn add_to(&self, json: &mut String) {
        match self {
            Value::Text(text) => add_string(text, json),
            Value::Integer(number) => json.push_str(&number.to_string()),
            Value::Switch(on) => json.push_str(if *on { "true" } else { "false" }),
            Value::Null => json.push_str("null"),
            Value::Other(other) => json.push_str(other),
            Value::Withheld(_) => json.push_str(WITHHELD),
        }
    }

    /// Reads one JSON value. A parser must have checked its outline before (`serde_json`'s `RawValue`).
    pub fn from_json(text: &str) -> Result<Self, Offence<'_>> {
        Ok(match text.as_bytes() {
            b"null" => Value::Null,
            b"true" => Value::Switch(true),
            b"false" => Value::Switch(false),
            [b'"', ..] => Value::Text(serde_json::from_str(text).map_err(|error| (text, error))?),
            // -0 and numbers beyond an int32 would change when they are written back, so they stay text.
            _ => match text.parse::<i32>() {
                Ok(number) if number.to_string() == text => Value::Integer(number),
                _ => match compact(text)? {
                    json if json == WITHHELD => Value::Withheld(0),
                    json => Value::Other(json),
                },
            },
        })
    }
}

/// The members of an object in their order, with untouched values.
#[derive(Debug)]
pub struct Members<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A JSON string in which every character is visible. `serde_json` leaves DEL, C1 controls and bidirectional marks
/// as they are. A body is shown, copied and printed, where a terminal would obey the controls and the marks would
/// mislead people.
pub fn string(text: &str) -> String {
    let mut json = String::new();
    add_string(text, &mut json);
    json
}

/// Adds the same to JSON.
pub(super) fn add_string(text: &str, json: &mut String) {
    if is_plain(text) && memchr2(b'"', b'\\', text.as_bytes()).is_none() {
        json.reserve(text.len() + 2);
        json.extend(["\"", text, "\""]);
    } else {
        json.push_str(&escaped(serde_json::Value::from(text).to_string()));
    }
}

/// Replaces each invisible character of the text by `\uXXXX`.
pub fn escaped(text: String) -> String {
    if !has_invisible(&text) {
        return text;
    }
    let mut visible = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_invisible(c) {
            // Writing to a string cannot fail.
            let _ = c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(visible, "\\u{unit:04x}"));
        } else {
            visible.push(c);
        }
    }
    visible
}

/// Valid JSON without spaces between its parts. Strings get their shortest spelling, numbers stay as they are.
fn compact(text: &str) -> Result<String, Offence<'_>> {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(next) = rest.chars().next() {
        let len = if next == '"' { string_len(rest.as_bytes()) } else { next.len_utf8() };
        let (part, tail) = rest.split_at(len);
        if next == '"' {
            // The parser has not checked the strings inside nested values yet. A lone surrogate is found here.
            let string: String = serde_json::from_str(part).map_err(|error| (part, error))?;
            out.push_str(&serde_json::Value::from(string).to_string());
        } else if !next.is_ascii_whitespace() {
            out.push_str(part);
        }
        rest = tail;
    }
    Ok(out)
}

/// The length in bytes of the JSON string that starts here, quotes included. If the string has no end, the length
/// of the rest.
pub fn string_len(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn x8_a_value_that_is_withheld_comes_back_as_one() {
        assert_eq!(Value::from_json(&Value::Withheld(7).to_json()).unwrap(), Value::Withheld(0), "of another run");
        assert_eq!(Value::from_json("{ \"withheld\": false }").unwrap(), Value::Other("{\"withheld\":false}".into()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn j12_j13_a_string_means_what_it_is_and_hides_nothing(text in "[a\"\\\\\u{1b}\u{9b}\u{202e}\u{200b}\u{e0041}é漢👩\u{200d}]{0,12}") {
            let json = string(&text);
            prop_assert!(!json.contains(is_invisible), "{json:?}");
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
