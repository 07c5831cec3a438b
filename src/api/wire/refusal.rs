//! The error body of `HubSpot`, or of a gateway in its place. Reading it never fails.
//!
//! ```text
//!   {"message", "category" | "errorType", "subCategory", "correlationId", "policyName",
//!    "context": {..}, "errors": [{"message", "in", "context": {"propertyName", "requiredGranularScopes", ..}}, ..]}
//! ```
//!
//! `HubSpot` says that every member is optional, and its bodies of different years differ in names and types. So
//! each member is read separately, and a member of an unexpected type counts as missing.

use super::{Head, Members};
use crate::model::refusal::{FieldError, Refusal};
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::value::RawValue;
use std::time::Duration;

/// How many items of a list in an error are kept. A short body must not become a long refusal.
const LIST_LIMIT: usize = 50;

/// How much of a text is kept, in bytes: a message that is repeated for fifty fields must not become fifty
/// megabytes. It is much more than people see, since masks are shorter than the text they replace.
const TEXT_LIMIT: usize = 16 * 1024;

/// The keys under which a context lists the scopes that a token lacks, newest first.
const SCOPES: [&str; 3] = ["requiredGranularScopes", "requiredScopes", "missingScopes"];

/// Reads the body of an answer outside of 2xx. Never fails: a member that is missing or of an unexpected type is
/// left out.
pub fn decode_error(head: &Head, body: &[u8]) -> Refusal {
    let lossy = String::from_utf8_lossy(body);
    let text = lossy.trim_start_matches('\u{feff}').trim();
    let web_page = text.starts_with('<');
    let top = Object::of(text);
    let context = top.object("context");
    let errors: Vec<Object<'_>> = top.list("errors").into_iter().map(|raw| Object::of(raw.get())).collect();
    let message = top.text("message");
    let category = top.text("category").or_else(|| top.text("errorType"));
    let mut refusal = Refusal {
        status: head.status,
        sub_category: top.text("subCategory"),
        correlation_id: top.text("correlationId").or_else(|| head.correlation_id.clone()),
        policy: top.text("policyName"),
        expire_time: context.texts("expire time").into_iter().next(),
        // The query is removed: it may repeat the credential, and people do not need it.
        location: head.location.as_deref().and_then(|to| to.split(['?', '#']).next()).map(str::to_owned),
        allow: head.allow.clone(),
        retry_after: retry_after(head),
        web_page,
        ..Refusal::default()
    };
    for (error, context) in errors.iter().map(|e| (e, e.object("context"))).chain([(&top, context)]) {
        let complaint = error.text("message").or_else(|| message.clone()).unwrap_or_default();
        let keys = match error.text("in") {
            Some(key) => vec![key],
            None => context.texts("propertyName"),
        };
        let room = LIST_LIMIT.saturating_sub(refusal.fields.len());
        refusal.fields.extend(keys.into_iter().take(room).map(|key| FieldError { key, message: complaint.clone() }));
        for scope in SCOPES.iter().flat_map(|key| context.texts(key)) {
            if refusal.missing_scopes.len() < LIST_LIMIT && !refusal.missing_scopes.contains(&scope) {
                refusal.missing_scopes.push(scope);
            }
        }
    }
    // Only HubSpot's edge sets this header, and a web page has been ruled out already.
    let is_hubspots = head.correlation_id.is_some() || top.text("correlationId").is_some() || category.is_some();
    refusal.foreign = head.status == 404 && !web_page && !is_hubspots;
    let unknown_shape = message.is_none() && category.is_none() && refusal.fields.is_empty();
    refusal.message =
        message.or_else(|| (unknown_shape && !web_page && !text.is_empty()).then(|| start(text).to_owned()));
    refusal.category = category;
    refusal
}

/// The part of a text that is kept.
fn start(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_LIMIT)]
}

/// An object of an error body. A text that is no object counts as an object without members.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Object<'a> {
    fn of(text: &'a str) -> Self {
        Self(serde_json::from_str(text).map(|Members(members)| members).unwrap_or_default())
    }

    fn raw(&self, key: &str) -> Option<&'a str> {
        self.0.iter().rfind(|(k, _)| k == key).map(|(_, raw)| raw.get())
    }

    fn object(&self, key: &str) -> Self {
        self.raw(key).map_or_else(|| Self(Vec::new()), Self::of)
    }

    fn list(&self, key: &str) -> Vec<&'a RawValue> {
        let mut list: Vec<_> = self.raw(key).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
        list.truncate(LIST_LIMIT);
        list
    }

    /// A string that is not empty.
    fn text(&self, key: &str) -> Option<String> {
        let text: String = serde_json::from_str(self.raw(key)?).ok()?;
        Some(start(text.trim()).to_owned()).filter(|text| !text.is_empty())
    }

    /// The strings of a list, or a single string: `HubSpot`'s older bodies have no lists in a context.
    fn texts(&self, key: &str) -> Vec<String> {
        let in_list = self.list(key).into_iter().filter_map(|raw| serde_json::from_str::<String>(raw.get()).ok());
        in_list.map(|text| start(&text).to_owned()).chain(self.text(key)).collect()
    }
}

/// How long the server asks to wait, as seconds or a date, if it can be read. Limited to 1 to 60 s, because a
/// person is waiting.
fn retry_after(head: &Head) -> Option<Duration> {
    let text = head.retry_after.as_deref()?.trim();
    let seconds = if let Ok(seconds) = text.parse::<f64>() {
        seconds
    } else {
        let time = |text: &str| DateTimeParser::new().parse_timestamp(text).ok();
        time(text)?.duration_since(time(head.date.as_deref()?)?).as_secs_f64()
    };
    seconds.is_finite().then(|| Duration::from_secs_f64(seconds.clamp(1.0, 60.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        decode_error(&Head { status, ..Head::default() }, body.as_bytes())
    }

    #[test]
    fn h1_an_expired_token_says_since_when() {
        let body = r#"{"status":"error","message":"The OAuth token used to make this call expired 0 second(s) ago.",
            "correlationId":"019cd9fe","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2026-03-10T23:04:41.164Z"]}}"#;
        let expected = Refusal {
            status: 401,
            message: Some("The OAuth token used to make this call expired 0 second(s) ago.".into()),
            category: Some("EXPIRED_AUTHENTICATION".into()),
            correlation_id: Some("019cd9fe".into()),
            expire_time: Some("2026-03-10T23:04:41.164Z".into()),
            ..Refusal::default()
        };
        assert_eq!(refusal(401, body), expected);
    }

    #[test]
    fn h2_missing_scopes_are_found_where_any_version_puts_them() {
        let body = r#"{"status":"error","message":"This app hasn't been granted all required scopes","correlationId":"dc49c0a8",
            "errors":[{"message":"One or more of the following scopes are required.",
            "context":{"requiredGranularScopes":["developers-read","developers-write"]}}],"category":"MISSING_SCOPES"}"#;
        let found = refusal(403, body);
        assert_eq!(found.missing_scopes, ["developers-read", "developers-write"]);
        assert_eq!(found.fields, []);
        for body in [
            r#"{"context":{"missingScopes":["developers-read"]}}"#,
            r#"{"context":{"requiredScopes":"developers-read"}}"#,
            r#"{"errors":[{"context":{"requiredScopes":["developers-read", 7]}},{"context":{"missingScopes":"developers-read"}}]}"#,
        ] {
            assert_eq!(refusal(403, body).missing_scopes, ["developers-read"], "{body}");
        }
    }

    #[test]
    fn h4_complaints_about_fields_are_found() {
        let field = |key: &str, message: &str| FieldError { key: key.into(), message: message.into() };
        let body = r#"{"status":"error","message":"Property values were not valid","errors":[
            {"message":"discount was not a valid number","code":"INVALID_INTEGER","context":{"propertyName":["discount"]}},
            {"message":"too wide","in":"width"},{"in":"height"},{"message":"about nothing"},7,null],
            "category":"VALIDATION_ERROR","correlationId":"a43683b0"}"#;
        assert_eq!(
            refusal(400, body).fields,
            [
                field("discount", "discount was not a valid number"),
                field("width", "too wide"),
                field("height", "Property values were not valid"),
            ]
        );
        let flat = r#"{"message":"no","context":{"propertyName":"url"}}"#;
        assert_eq!(refusal(400, flat).fields, [field("url", "no")]);
    }

    #[test]
    fn n16_a_short_error_does_not_grow() {
        let keys = vec!["\"k\""; 1000].join(",");
        let context = format!("{{\"propertyName\":[{keys}],\"missingScopes\":[{keys}]}}");
        let errors = vec![format!("{{\"context\":{context}}}"); 100].join(",");
        let found = refusal(400, &format!("{{\"message\":\"m\",\"errors\":[{errors}],\"context\":{context}}}"));
        assert_eq!((found.fields.len(), found.missing_scopes.len()), (LIST_LIMIT, 1));
    }

    #[test]
    fn n16_a_long_error_does_not_grow() {
        let keys = vec!["\"k\""; 50].join(",");
        let long = "x".repeat(1_000_000);
        let found = refusal(400, &format!("{{\"message\":\"{long}\",\"context\":{{\"propertyName\":[{keys}]}}}}"));
        assert_eq!(found.fields.len(), 50);
        assert!(found.fields.iter().all(|field| field.message.len() == TEXT_LIMIT));
        assert_eq!(refusal(500, &"é".repeat(500_000)).message.map(|text| text.len()), Some(TEXT_LIMIT));
    }

    #[test]
    fn h5_bodies_without_a_known_shape_are_shown_as_they_are() {
        assert_eq!(refusal(400, "  no way \n").message, Some("no way".into()));
        assert_eq!(refusal(400, r#"{"error":"nope"}"#).message, Some(r#"{"error":"nope"}"#.into()));
        assert_eq!(
            refusal(400, r#"{"message":7,"category":[]}"#).message,
            Some(r#"{"message":7,"category":[]}"#.into())
        );
        assert_eq!(refusal(400, "{\"message\":\"cut").message, Some("{\"message\":\"cut".into()));
        assert_eq!(refusal(400, ""), Refusal { status: 400, ..Refusal::default() });
        assert_eq!(
            refusal(502, "<html>Bad gateway</html>"),
            Refusal { status: 502, web_page: true, ..Refusal::default() }
        );
        let latin = decode_error(&Head::default(), b"caf\xe9");
        assert_eq!(latin.message, Some("caf\u{fffd}".into()));
    }

    #[test]
    fn h6_a_second_creation_is_recognised_by_its_sub_category() {
        let body =
            r#"{"message":"exists","subCategory":"CallingSettingError.SETTINGS_ALREADY_EXISTS","category":"CONFLICT"}"#;
        assert_eq!(refusal(409, body).sub_category, Some("CallingSettingError.SETTINGS_ALREADY_EXISTS".into()));
    }

    #[test]
    fn h8_a_limit_names_its_policy_and_a_wait_is_clamped() {
        let body = r#"{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT",
            "correlationId":"c1","policyName":"SECONDLY","requestId":"r1"}"#;
        let found = refusal(429, body);
        assert_eq!((found.category, found.policy), (Some("RATE_LIMIT".into()), Some("SECONDLY".into())));
        let wait = |retry_after: &str, date: Option<&str>| {
            let head =
                Head { retry_after: Some(retry_after.to_owned()), date: date.map(str::to_owned), ..Head::default() };
            decode_error(&head, b"").retry_after.map(|wait| wait.as_secs())
        };
        let date = Some("Wed, 21 Oct 2026 07:28:00 GMT");
        for (text, date, expected) in [
            ("7", None, Some(7)),
            (" 7 ", None, Some(7)),
            ("0", None, Some(1)),
            ("-5", None, Some(1)),
            ("1e9", None, Some(60)),
            ("99999999999999999999999", None, Some(60)),
            ("NaN", None, None),
            ("inf", None, None),
            ("soon", date, None),
            ("", None, None),
            ("Wed, 21 Oct 2026 07:28:30 GMT", date, Some(30)),
            ("Wed, 21 Oct 2026 08:28:30 GMT", date, Some(60)),
            ("Wed, 21 Oct 2026 07:00:00 GMT", date, Some(1)),
            ("Wed, 21 Oct 2026 07:28:30 GMT", None, None),
            ("Wed, 21 Oct 2026 07:28:30 GMT", Some("today"), None),
        ] {
            assert_eq!(wait(text, date), expected, "{text:?}");
        }
    }

    #[test]
    fn j10_depth_does_not_hide_the_message() {
        assert_eq!(refusal(400, &"{\"a\":".repeat(100_000)).status, 400);
        let deep = format!("{{\"message\":\"m\",\"context\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(refusal(400, &deep).message, Some("m".into()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decode_error(&Head { status: 500, ..Head::default() }, &body).status, 500);
        }
    }
}
