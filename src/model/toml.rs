//! Settings as TOML, as files hold them: text of values, and members with their places.
//!
//! ```text
//!   app_id = 1234567          ──> Member { table: None, key: "app_id", found: Value, at }
//!   [channel-connection]      ──> Member { table: None, key: "channel-connection", found: Table, at }
//!   isReady = true            ──> Member { table: Some("channel-connection"), key: "isReady", found: Value, at }
//! ```

use super::field::Value;
use super::text::is_invisible;
use std::fmt::Write as _;
use toml_edit::{Document, Item, Key, TableLike};

/// What stands behind a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TomlItem {
    /// Text, a whole number, true or false. A number beyond an int32 is [`Value::Other`].
    Value(Value),
    /// A table.
    Table,
    /// A value that no setting has: a fraction, a time, a list.
    Unfit,
}

/// A key with what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The table that it stands in; `None` outside of any. A table within a table has no members here.
    pub table: Option<String>,
    /// The key.
    pub key: String,
    /// What stands behind it.
    pub found: TomlItem,
    /// The position of the key in the text, in bytes.
    pub at: Option<usize>,
}

/// Reads a text, in its order. A table stands before its members.
///
/// # Errors
///
/// The text is no TOML. The error is its position in bytes, if that is known, and the reason.
pub fn members(text: &str) -> Result<Vec<Member>, (Option<usize>, String)> {
    let document = Document::parse(text).map_err(|error| {
        (error.span().map(|span| span.start), error.message().lines().next().unwrap_or_default().to_owned())
    })?;
    let root = document.as_table();
    let mut members = Vec::new();
    for (key, item) in root {
        members.push(member(None, key, item, root));
        let Some(table) = item.as_table_like() else { continue };
        members.extend(table.iter().map(|(inner, item)| member(Some(key), inner, item, table)));
    }
    Ok(members)
}

fn member(table: Option<&str>, key: &str, item: &Item, of: &dyn TableLike) -> Member {
    let found = match item.as_value() {
        Some(toml_edit::Value::String(text)) => TomlItem::Value(Value::Text(text.value().clone())),
        Some(toml_edit::Value::Boolean(on)) => TomlItem::Value(Value::Switch(*on.value())),
        Some(toml_edit::Value::Integer(number)) => {
            Value::from_json(&number.value().to_string()).map_or(TomlItem::Unfit, TomlItem::Value)
        }
        Some(_) | None if item.is_table_like() => TomlItem::Table,
        Some(_) | None => TomlItem::Unfit,
    };
    let at = of.get_key_value(key).and_then(|(key, item)| key.span().or_else(|| item.span())).map(|span| span.start);
    Member { table: table.map(ToOwned::to_owned), key: key.to_owned(), found, at }
}

/// Line and column of a position in a text, both from 1.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// A key with a text, a whole number or a boolean behind it. `None` for values that TOML does not have, and for withheld
/// ones.
pub fn line(key: &str, value: &Value) -> Option<String> {
    let value = match value {
        Value::Text(text) => self::text(text),
        Value::Integer(_) | Value::Switch(_) => value.to_json(),
        Value::Null | Value::Other(_) | Value::Withheld(_) => return None,
    };
    Some(format!("{} = {value}", Key::new(key)))
}

/// The text as a TOML string on one line. Invisible characters are written as escapes.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a string cannot fail.
            c if is_invisible(c) => _ = write!(out, "\\U{:08X}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
