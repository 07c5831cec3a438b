//! Values in the form's words, and the notes beside them.

use super::time::{Clock, ago_of};
use crate::model::{Edit, Field, Kind, Value};
use crate::sync::WorkingCopy;
use std::borrow::Cow;

/// Stands for a value that holds the session's credential.
const WITHHELD: &str = "••••••••";

/// A remark on a row, besides its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The answer to a save held this value instead of the one that was sent.
    Kept(Option<Value>),
    /// The server's new value was taken.
    Taken,
    /// The server holds the value in another spelling than the one that was sent.
    Tidied,
    /// The server's words about this field.
    Refused(String),
}

/// A value without quotes, for sentences and pipes.
pub fn bare(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Withheld(_) => WITHHELD.to_owned(),
        Value::Integer(_) | Value::Switch(_) | Value::Null | Value::Other(_) => value.to_json(),
    }
}

/// A value without quotes, or `(none)`.
pub fn bare_or_none(value: Option<&Value>) -> String {
    value.map_or("(none)".to_owned(), bare)
}

/// A value of the base in the form's words.
pub fn plain(value: Option<&Value>, field: &Field) -> String {
    match (field.kind, value) {
        (_, None) => "not sent by HubSpot".to_owned(),
        (Kind::Switch, Some(Value::Switch(on))) => yes_no(*on).to_owned(),
        (Kind::Text | Kind::Url | Kind::Time, Some(Value::Text(text))) if text.is_empty() => "empty".to_owned(),
        (Kind::Text | Kind::Url | Kind::Time, Some(Value::Text(text))) => text.clone(),
        (_, Some(Value::Withheld(_))) => WITHHELD.to_owned(),
        (_, Some(value)) => value.to_json(),
    }
}

/// A value of a resource in the form's words. A resource that is not set up has none.
pub fn held(value: Option<&Value>, is_set_up: bool, field: &Field) -> String {
    if is_set_up || value.is_some() { plain(value, field) } else { "not set up".to_owned() }
}

/// A value after a save. If both values are numbers, the difference is added.
pub fn after(now: Option<&Value>, after: &Value, field: &Field) -> String {
    match (now, after) {
        (Some(Value::Integer(a)), Value::Integer(b)) => format!("{b}   ({:+})", i64::from(*b) - i64::from(*a)),
        _ => plain(Some(after), field),
    }
}

/// A value that stands beside another profile's value: in the form's words, with the unit.
pub fn compared(value: Option<&Value>, field: &Field) -> String {
    match (value, field.kind) {
        (None, _) => "–".to_owned(),
        (Some(Value::Text(typed)), Kind::Integer | Kind::Switch) => format!("{typed:?}"),
        (Some(Value::Integer(_)), Kind::Integer) => format!("{} {}", plain(value, field), field.unit),
        (Some(_), _) => plain(value, field),
    }
}

fn yes_no(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

/// What a row shows that is not a text cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownValue {
    /// A switch in this position.
    Switch(bool),
    /// A time, for a user with this clock.
    Time(String, Option<Clock>),
    /// Something else, in words.
    Words(Cow<'static, str>),
}

/// What a row shows that is not a text cell.
pub fn shown(sync: &WorkingCopy, field: &Field, clock: Option<&Clock>) -> ShownValue {
    let words = match (field.kind, sync.draft.entered(field), sync.draft.base(&field.id)) {
        (Kind::Switch, Some(Edit::Switch(on)), _) => return ShownValue::Switch(on),
        (_, _, None) if !sync.draft.is_loaded(field.id.resource) => {
            Cow::Borrowed(if sync.is_loading(field.id.resource) { "…" } else { "–" })
        }
        (Kind::Time, _, Some(Value::Text(text))) => return ShownValue::Time(text.clone(), clock.cloned()),
        (Kind::Time, _, None) if sync.draft.is_absent(field.id.resource) => "not yet".into(),
        (Kind::Switch, _, Some(value)) => format!("[?] {}", plain(Some(value), field)).into(),
        (_, _, value) => plain(value, field).into(),
    };
    ShownValue::Words(words)
}

impl ShownValue {
    /// Its text, which is shorter on a narrow screen.
    pub fn text(&self, short: bool) -> Cow<'_, str> {
        match self {
            Self::Switch(on) => format!("[{}] {}", if *on { "x" } else { " " }, yes_no(*on)).into(),
            Self::Time(text, clock) => ago_of(text, clock.as_ref(), short).into(),
            Self::Words(words) => Cow::Borrowed(words),
        }
    }
}

/// The note to the right of a value: how HubSpot changed the value, or the value before the edit.
pub fn note(sync: &WorkingCopy, field: &Field, mark: Option<&Mark>) -> Option<String> {
    let dirty = sync.draft.is_dirty(&field.id);
    if let Some((_, server)) = sync.draft.conflict(&field.id) {
        return Some(format!("server now {}", held(server, !sync.draft.is_absent(field.id.resource), field)));
    }
    match mark {
        Some(Mark::Kept(value)) => return Some(format!("HubSpot kept {}", plain(value.as_ref(), field))),
        Some(Mark::Taken) if !dirty => return Some("← server".to_owned()),
        Some(Mark::Tidied) if !dirty => return Some("as HubSpot wrote it".to_owned()),
        Some(Mark::Taken | Mark::Tidied | Mark::Refused(_)) | None => {}
    }
    dirty.then(|| match sync.draft.base(&field.id) {
        Some(value) => was(Some(value), field),
        None if sync.draft.is_absent(field.id.resource) => "not set up yet".to_owned(),
        None => "was not sent".to_owned(),
    })
}

/// The value that a field had before it was edited.
pub fn was(value: Option<&Value>, field: &Field) -> String {
    format!("was {}", plain(value, field))
}
