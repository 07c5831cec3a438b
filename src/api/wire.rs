//! The paths and the JSON of `HubSpot`'s calling extension API. Pure, and the only place that knows them.
//!
//! ```text
//!   2xx body ── decode ──────> Representation, members in the order of the answer
//!      │                          "text" true 420 null     Text Switch Integer Null
//!      │                          420.0 1e400 [] {}        Other, as compact JSON, numbers verbatim
//!      └───────────────────> Unreadable
//!   other bodies ── decode_error ──> Refusal, whatever the body is
//! ```
//!
//! Nothing is converted: a value that is not of the expected type stays as it is, so that a save never changes a
//! field that was not edited. A body may be hostile: nothing here recurses, and nothing grows without a limit.

mod refusal;

pub use refusal::decode_error;

use super::error::Unreadable;
use crate::model::json::{self, Members};
use crate::model::{ApiVersion, Representation, Resource, Value};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// The deepest nesting that is accepted.
const DEPTH_LIMIT: usize = 64;

/// The largest number of members that is accepted. A representation searches its members one after the other.
const MEMBER_LIMIT: usize = 1000;

/// The path of a resource, from the server's root.
pub fn path(version: ApiVersion, app_id: i32, resource: Resource) -> String {
    let family = match version {
        ApiVersion::V3 => "/crm/v3/extensions/calling".to_owned(),
        ApiVersion::V2025_09 | ApiVersion::V2026_03 | ApiVersion::V2026_09 => {
            format!("/crm/extensions/calling/{version}")
        }
    };
    let settings = format!("{family}/{app_id}/settings");
    if resource == Resource::Settings { settings } else { format!("{settings}/{}", resource.name()) }
}

/// The parts of an answer outside of its body, as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// `x-hubspot-correlation-id`
    pub correlation_id: Option<String>,
    /// `location`
    pub location: Option<String>,
    /// `allow`
    pub allow: Option<String>,
    /// `retry-after`
    pub retry_after: Option<String>,
    /// `date`, the start for a `retry-after` that is a date. This machine's own clock may be wrong.
    pub date: Option<String>,
}

/// Reads the body of a 2xx answer. The content type does not matter: JSON is accepted under any, a web page under
/// none. Law: never panics, and the members of a PATCH come back unchanged.
pub fn decode(resource: Resource, head: &Head, body: &[u8]) -> Result<Representation, Unreadable> {
    let text = json_text(body)?;
    if !text.starts_with('{') {
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| not_json(body, text, &error))?;
        return Err(Unreadable::NotAnObject { found: type_name(text) });
    }
    let Members(members) = serde_json::from_str(text).map_err(|error| not_json(body, text, &error))?;
    if members.len() > MEMBER_LIMIT {
        return Err(Unreadable::TooMany);
    }
    let read = |(key, raw): (String, &'_ RawValue)| match Value::from_json(raw.get()) {
        Ok(value) => Ok((key, value)),
        Err((part, error)) => Err(not_json(body, part, &error)),
    };
    let representation: Representation =
        members.into_iter().map(read).collect::<Result<Vec<_>, _>>()?.into_iter().collect();
    if representation.get("status") == Some(&Value::Text("error".to_owned())) {
        Err(Unreadable::ErrorObject(Box::new(decode_error(head, body))))
    } else if resource.fields().iter().any(|field| representation.get(&field.id.key).is_some()) {
        Ok(representation)
    } else {
        Err(Unreadable::NoSettings)
    }
}

/// The keys that the object in a body has more than once, each listed once. The last value counts, as in most
/// parsers, but the sender may have meant the other.
pub fn repeated(body: &[u8]) -> Vec<String> {
    let object = json_text(body).ok().and_then(|text| serde_json::from_str(text).ok());
    let Members(members) = object.unwrap_or(Members(Vec::new()));
    let (mut seen, mut repeated) = (BTreeSet::new(), Vec::new());
    for (key, _) in &members {
        if !seen.insert(key.as_str()) && !repeated.contains(key) {
            repeated.push(key.clone());
        }
    }
    repeated
}

/// The JSON text in a body: UTF-8, not nested too deeply, not empty, no markup.
fn json_text(body: &[u8]) -> Result<&str, Unreadable> {
    let bytes = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(b"<") {
        return Err(Unreadable::WebPage);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let near: Vec<String> = bytes.iter().skip(error.valid_up_to()).take(4).map(|b| format!("{b:02x}")).collect();
        let byte = offset(body, bytes.as_ptr()) + error.valid_up_to();
        Unreadable::NotJson { byte, detail: format!("not UTF-8: {}", near.join(" ")) }
    })?;
    if depth(text) > DEPTH_LIMIT { Err(Unreadable::TooDeep) } else { Ok(text) }
}

/// How deeply lists and objects are nested. The contents of strings do not count.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut rest) = (0_usize, 0, text.as_bytes());
    while let [first, tail @ ..] = rest {
        match first {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                rest = &rest[json::string_len(rest)..];
                continue;
            }
            _ => {}
        }
        deepest = deepest.max(depth);
        rest = tail;
    }
    deepest
}

/// The parser's complaint about a part of the body, with the place of the error in the whole body.
fn not_json(body: &[u8], part: &str, error: &serde_json::Error) -> Unreadable {
    let line_start: usize = part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    // A column counts from one. If the text ends too early, the column is the place itself.
    let column = error.column().saturating_sub(usize::from(!error.is_eof()));
    let byte = offset(body, part.as_ptr()) + line_start + column;
    let words = error.to_string();
    // The parser counts lines of the part; callset shows bytes of the body, so the parser's place is removed.
    let detail = words.split(" at line ").next().unwrap_or_default().to_owned();
    Unreadable::NotJson { byte, detail }
}

/// The start of a part of the body, in bytes.
fn offset(body: &[u8], part: *const u8) -> usize {
    part.addr().saturating_sub(body.as_ptr().addr())
}

fn type_name(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::refusal::Refusal;
    use crate::model::{Draft, Edit, FieldId, Stroke};
    use proptest::prelude::*;

    const SETTINGS: &str = r#"{"name":"HubPhone","url":"https://www.example.com/hubspot/iframe","height":350,"width":200,
        "isReady":true,"supportsCustomObjects":true,"supportsInboundCalling":false,"usesCallingWindow":true,
        "usesRemote":false,"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-03-10T23:04:41.164Z"}"#;

    fn read(body: impl AsRef<[u8]>) -> Result<Representation, Unreadable> {
        decode(Resource::Settings, &Head { status: 200, ..Head::default() }, body.as_ref())
    }

    fn not_json_at(body: impl AsRef<[u8]>) -> usize {
        match read(body) {
            Err(Unreadable::NotJson { byte, .. }) => byte,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_version_moves_inside_the_path() {
        let paths = ApiVersion::ALL.map(|version| path(version, 1_234_567, Resource::Settings));
        assert_eq!(
            paths,
            [
                "/crm/v3/extensions/calling/1234567/settings",
                "/crm/extensions/calling/2025-09/1234567/settings",
                "/crm/extensions/calling/2026-03/1234567/settings",
                "/crm/extensions/calling/2026-09/1234567/settings",
            ]
        );
        let siblings = [Resource::Recording, Resource::ChannelConnection].map(|r| path(ApiVersion::V2026_09, 7, r));
        let below = "/crm/extensions/calling/2026-09/7/settings";
        assert_eq!(siblings, [format!("{below}/recording"), format!("{below}/channel-connection")]);
    }

    #[test]
    fn settings_keep_their_order_and_types() {
        let settings = read(SETTINGS).unwrap();
        let keys: Vec<&str> = settings.members().map(|(key, _)| key).collect();
        assert_eq!(keys[..5], ["name", "url", "height", "width", "isReady"]);
        assert_eq!(settings.get("name"), Some(&Value::Text("HubPhone".into())));
        assert_eq!(settings.get("height"), Some(&Value::Integer(350)));
        assert_eq!(settings.get("usesRemote"), Some(&Value::Switch(false)));
    }

    #[test]
    fn j1_what_is_no_json_is_told_with_its_place() {
        assert_eq!(read(""), Err(Unreadable::Empty));
        assert_eq!(read(" \r\n\t"), Err(Unreadable::Empty));
        assert_eq!(read("\u{feff}"), Err(Unreadable::Empty));
        assert_eq!(not_json_at("nope"), 1);
        assert_eq!(not_json_at("{\"width\":420"), 12);
        assert_eq!(not_json_at("{\"width\":420} x"), 14);
        assert_eq!(not_json_at("{\n \"width\":420,\n \"name\":nope}"), 25);
        assert_eq!(not_json_at("  {\"width\":x}"), 11);
        assert_eq!(not_json_at("{\"width\":\"\\x\"}"), 11);
        assert_eq!(not_json_at("{'width':1}"), 1);
        assert_eq!(not_json_at("{\"width\":NaN}"), 9);
        assert_eq!(not_json_at(b"\x1f\x8b\x08\x00"), 1);
    }

    #[test]
    fn j2_json_of_another_type_is_named() {
        for (body, found) in [
            ("[1]", "a list"),
            ("\"x\"", "a string"),
            ("null", "null"),
            ("42", "a number"),
            ("-1e5", "a number"),
            ("true", "a boolean"),
        ] {
            assert_eq!(read(body), Err(Unreadable::NotAnObject { found }));
        }
        assert_eq!(read("{}"), Err(Unreadable::NoSettings));
        assert_eq!(read(r#"{"Width":1,"ok":true}"#), Err(Unreadable::NoSettings));
        assert_eq!(read("<!DOCTYPE html><html>"), Err(Unreadable::WebPage));
        assert_eq!(read("\u{feff}\n<html>"), Err(Unreadable::WebPage));
    }

    #[test]
    fn j3_what_is_not_sent_is_not_there() {
        let settings = read(r#"{"width":1}"#).unwrap();
        assert_eq!(settings.members().count(), 1);
        assert_eq!(settings.get("isReady"), None);
    }

    #[test]
    fn j4_j5_j6_values_stay_what_they_are() {
        for (json, expected) in [
            ("null", Value::Null),
            ("\"420\"", Value::Text("420".into())),
            ("\"true\"", Value::Text("true".into())),
            ("2147483647", Value::Integer(i32::MAX)),
            ("-2147483648", Value::Integer(i32::MIN)),
            ("0", Value::Integer(0)),
            ("420.0", Value::Other("420.0".into())),
            ("4.2e2", Value::Other("4.2e2".into())),
            ("1E400", Value::Other("1E400".into())),
            ("2147483648", Value::Other("2147483648".into())),
            ("123456789012345678901234567890", Value::Other("123456789012345678901234567890".into())),
            ("-0", Value::Other("-0".into())),
            ("[ 1.0,\n \"a b\", null ]", Value::Other("[1.0,\"a b\",null]".into())),
            ("{ \"b\" : 1, \"a\" : { } }", Value::Other("{\"b\":1,\"a\":{}}".into())),
            (r#"["\u0041\/ \" \\ \n"]"#, Value::Other(r#"["A/ \" \\ \n"]"#.into())),
        ] {
            let settings = read(format!("{{\"width\": {json} }}")).unwrap();
            assert_eq!(settings.get("width"), Some(&expected), "{json}");
        }
    }

    #[test]
    fn j7_j15_keys_are_exact_and_unknown_ones_stay() {
        let settings = read(r#"{"isready":true,"width":1,"newSwitch":false}"#).unwrap();
        assert_eq!(settings.get("isReady"), None);
        assert_eq!(settings.get("isready"), Some(&Value::Switch(true)));
        assert_eq!(settings.get("newSwitch"), Some(&Value::Switch(false)));
    }

    #[test]
    fn j8_of_duplicate_keys_the_last_wins() {
        let settings = read(r#"{"width":1,"name":"x","width":2}"#).unwrap();
        assert_eq!(settings, [("width", Value::Integer(2)), ("name", Value::Text("x".into()))].into_iter().collect());
        for (body, expected) in [
            (r#"{"width":1,"name":"x","width":2}"#, &["width"][..]),
            (r#"{"a":1,"b":1,"a":1,"\u0061":1,"b":{"c":1,"c":1}}"#, &["a", "b"]),
            (r#"{"width":1,"Width":2,"name":{"x":1,"x":2}}"#, &[]),
            ("[1,1]", &[]),
            ("no", &[]),
        ] {
            assert_eq!(repeated(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn j9_text_that_is_no_unicode_is_refused_and_a_byte_order_mark_is_not() {
        assert!(read("\u{feff}{\"width\":1}").is_ok());
        assert_eq!(not_json_at(r#"{"name":"\ud800"}"#), 15);
        assert_eq!(not_json_at(r#"{"name":"x","list":["\udc00"]}"#), 26);
        let detail = "not UTF-8: ff fe 22 7d".to_owned();
        assert_eq!(read(b"{\"name\":\"\xff\xfe\"}"), Err(Unreadable::NotJson { byte: 9, detail }));
        assert_eq!(not_json_at(b"\xef\xbb\xbf {\"name\":\"\xff\"}"), 13);
    }

    #[test]
    fn j10_depth_ends_before_the_stack_does() {
        let nested = |depth: usize| format!("{{\"width\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(63)).is_ok());
        assert_eq!(read(nested(64)), Err(Unreadable::TooDeep));
        assert_eq!(read(nested(100_000)), Err(Unreadable::TooDeep));
        assert_eq!(read("[".repeat(100_000)), Err(Unreadable::TooDeep));
        assert!(read(format!("{{\"name\":\"\\\"{}\"}}", "[".repeat(100))).is_ok());
    }

    #[test]
    fn a_flood_of_members_is_refused() {
        let members: Vec<String> = (0..=MEMBER_LIMIT).map(|i| format!("\"{i}\":0")).collect();
        assert_eq!(read(format!("{{{}}}", members.join(","))), Err(Unreadable::TooMany));
    }

    #[test]
    fn h10_an_error_with_status_200_is_an_error() {
        let body = r#"{"status":"error","message":"resource not found","correlationId":"c0ffee","name":"x"}"#;
        let Err(Unreadable::ErrorObject(refusal)) = read(body) else { panic!() };
        let expected = Refusal {
            status: 200,
            message: Some("resource not found".into()),
            correlation_id: Some("c0ffee".into()),
            ..Refusal::default()
        };
        assert_eq!(*refusal, expected);
    }

    /// A draft with some of the fields edited.
    fn edited(name: &str, width: i32, on: Option<bool>) -> Draft {
        let mut draft = Draft::new();
        for (key, edit) in [
            ("name", Some(Edit::Text(name.to_owned()))),
            ("width", Some(Edit::Text(width.to_string()))),
            ("isReady", on.map(Edit::Switch)),
        ] {
            let field = draft.field(&FieldId::settings(key)).cloned();
            if let (Some(field), Some(edit)) = (field, edit) {
                draft.set(&field, edit, Stroke::Whole);
            }
        }
        draft
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
            let _ = decode_error(&Head::default(), &body);
        }

        #[test]
        fn no_almost_json_makes_it_panic(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "d800", "width", "\"name\"", "\"errors\"", "-0", "1e400", " ",
                "\n", "é", "\u{feff}", "<", "null", "\"context\":{", "\"message\":\"",
            ]), 0..40)) {
            let body = parts.concat();
            let _ = read(&body);
            let _ = decode_error(&Head::default(), body.as_bytes());
        }

        #[test]
        fn a_place_lies_within_the_body(body in "[\\[\\]{}:,\"a\\\\ \n0-]{0,30}") {
            if let Err(Unreadable::NotJson { byte, .. }) = read(&body) {
                prop_assert!(byte <= body.len());
            }
        }

        #[test]
        fn a_decoded_patch_is_its_members(name in any::<String>(), width in any::<i32>(), on in any::<Option<bool>>()) {
            let patch = edited(&name, width, on).patch(Resource::Settings);
            let members = patch.members().map(|(id, value)| (id.key.as_ref(), value.clone())).collect();
            prop_assert_eq!(read(patch.body()), Ok(members));
        }
    }
}
