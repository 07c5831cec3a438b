//! Checks the body of a POST or PATCH against the model's table of fields.
//!
//! Only types are checked. HubSpot states no limits for values, so an empty name or a width of -1 is accepted here
//! too.

use super::answer::{Detail, Served};
use crate::model::{Field, Kind, Representation, Resource, Value};
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value as Json;
use std::str::FromStr;

type Received = Result<Bytes, StatusCode>;

/// What becomes of a member that no table of fields knows. The specification neither lists nor forbids such members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownMembers {
    /// 400, so that a misspelled name is seen.
    #[default]
    Refuse,
    /// The member has no effect.
    Ignore,
    /// It is kept, as if a newer server knew it.
    Keep,
}

/// Why a text is not an [`UnknownMembers`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is nothing that can be done with unknown members. Give refuse, ignore or keep.")]
pub struct UnknownMembersError(String);

impl FromStr for UnknownMembers {
    type Err = UnknownMembersError;

    /// `refuse`, `ignore` or `keep`.
    fn from_str(text: &str) -> Result<Self, UnknownMembersError> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "ignore" => Ok(Self::Ignore),
            "keep" => Ok(Self::Keep),
            _ => Err(UnknownMembersError(text.to_owned())),
        }
    }
}

/// Reads the body of a PATCH: any of the fields that can be set, in the order of the table, then unknown ones that are
/// kept.
pub(super) fn partial(
    resource: Resource,
    unknown: UnknownMembers,
    headers: &HeaderMap,
    body: Received,
) -> Result<Representation, Served> {
    let bytes = body.map_err(Served::unreadable)?;
    if !bytes.is_empty() && !may_be_json(headers) {
        return Err(Served::unsupported_media_type());
    }
    let sent = object(&bytes)?;
    let is_kept = |key: &str| unknown == UnknownMembers::Keep && resource.field(key).is_none();
    let wrong: Vec<Detail> = sent
        .iter()
        .filter_map(|(key, json)| match resource.field(key) {
            Some(field) if field.kind.is_editable() => (!field.kind.fits(&value(json))).then(|| mistyped(field)),
            Some(_) | None if unknown != UnknownMembers::Refuse => None,
            Some(_) | None => Some(Detail::new("UNKNOWN_PROPERTY", key, format!("Unrecognized field \"{key}\""))),
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Served::invalid_members(&wrong));
    }
    let settable = resource.fields().iter().filter(|field| field.kind.is_editable()).map(|field| &*field.id.key);
    let known = settable.filter_map(|key| Some((key, value(sent.get(key)?))));
    let others = sent.iter().filter(|(key, _)| is_kept(key)).map(|(key, json)| (key.as_str(), value(json)));
    Ok(known.chain(others).collect())
}

/// Reads the body of a POST: all fields that can be set.
pub(super) fn whole(
    resource: Resource,
    unknown: UnknownMembers,
    headers: &HeaderMap,
    body: Received,
) -> Result<Representation, Served> {
    let members = partial(resource, unknown, headers, body)?;
    let missing: Vec<&str> = resource
        .fields()
        .iter()
        .filter(|field| field.kind.is_editable() && members.get(&field.id.key).is_none())
        .map(|field| field.id.key.as_ref())
        .collect();
    if missing.is_empty() { Ok(members) } else { Err(Served::missing_members(&missing)) }
}

/// A body without a content type is read as JSON, as HubSpot does.
fn may_be_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|value| {
        let essence = value.to_str().ok().and_then(|text| text.split(';').next());
        essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
    })
}

fn object(bytes: &[u8]) -> Result<serde_json::Map<String, Json>, Served> {
    if bytes.is_empty() {
        return Err(Served::bad_json(1, 0, "No content to map due to end-of-input"));
    }
    let json = serde_json::from_slice(bytes).map_err(|error| {
        // The parser's message ends with the position; HubSpot's message begins with it.
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        Served::bad_json(error.line(), error.column(), reason)
    })?;
    let found = match json {
        Json::Object(members) => return Ok(members),
        Json::Null => "Null",
        Json::Bool(_) => "Boolean",
        Json::Number(_) => "Number",
        Json::String(_) => "String",
        Json::Array(_) => "Array",
    };
    Err(Served::bad_json(1, 1, &format!("Cannot deserialize an object from {found} value")))
}

fn value(json: &Json) -> Value {
    match json {
        Json::String(text) => Value::Text(text.clone()),
        Json::Bool(on) => Value::Switch(*on),
        Json::Null => Value::Null,
        Json::Number(number) => match number.as_i64().map(i32::try_from) {
            Some(Ok(number)) => Value::Integer(number),
            Some(Err(_)) | None => Value::Other(number.to_string()),
        },
        Json::Array(_) | Json::Object(_) => Value::Other(json.to_string()),
    }
}

fn mistyped(field: &Field) -> Detail {
    let (code, what) = match field.kind {
        Kind::Integer => ("INVALID_INTEGER", "number"),
        Kind::Switch => ("INVALID_BOOLEAN", "boolean"),
        Kind::Text | Kind::Url | Kind::Time | Kind::Json => ("INVALID_STRING", "string"),
    };
    let key = field.id.key.as_ref();
    Detail::new(code, key, format!("{key} was not a valid {what}"))
}
