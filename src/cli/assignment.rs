//! `FIELD=VALUE`: a value to enter. The table of fields gives its type.
//!
//! ```text
//!   width=420   isReady=on   name=Acme   url=@file   url=-   newMember:={"json":true}
//! ```

use super::exit::{CommandError, Ending, object};
use super::input;
use super::names;
use crate::model::json::string;
use crate::model::validate::{self, Severity};
use crate::model::{Draft, Edit, Field, FieldId, Kind, Value};
use crate::sync::Assignment;
use crate::words::field as words;

/// A value for a field, and what is wrong with it. Only a value that differs from the server's is judged: what the
/// server holds is never rejected, whatever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The value as it was given, and its field.
    pub assignment: Assignment,
    /// Why the value is not sent, unless the server has it already.
    pub flaw: Option<CommandError>,
    /// A warning about the value. The value is sent all the same.
    pub warning: Option<String>,
}

impl Assigned {
    /// A value that nothing is wrong with.
    pub fn plain(assignment: Assignment) -> Self {
        Self { assignment, flaw: None, warning: None }
    }
}

/// The values as they would be sent, where there is no server to compare with.
///
/// # Errors
///
/// The first value that cannot be sent.
pub fn sendable(values: Vec<Assigned>) -> Result<Vec<Assignment>, CommandError> {
    let one = |typed: Assigned| match typed.flaw {
        None => Ok(Assignment { value: sent(&typed.assignment), ..typed.assignment }),
        Some(flaw) => Err(flaw),
    };
    values.into_iter().map(one).collect()
}

/// The value as it would be sent: without the spaces around a URL.
pub fn sent(assignment: &Assignment) -> Value {
    let known = assignment.field.resource.field(&assignment.field.key);
    let sent = known.and_then(|field| validate::value(field.kind, &Draft::as_edit(field.kind, &assignment.value)?));
    sent.unwrap_or_else(|| assignment.value.clone())
}

/// Reads all assignments. Two values for the same field are an error.
///
/// # Errors
///
/// The first assignment that cannot be sent.
pub fn all(texts: &[String]) -> Result<Vec<Assigned>, CommandError> {
    let mut all: Vec<Assigned> = Vec::new();
    for text in texts {
        let typed = one(text)?;
        let id = &typed.assignment.field;
        if all.iter().any(|other| other.assignment.field == *id) {
            return Err(CommandError::usage(format!("{id} is given twice: give one value. Nothing was sent")));
        }
        all.push(typed);
    }
    Ok(all)
}

/// How many values come from standard input.
pub fn from_stdin(texts: &[String]) -> usize {
    texts
        .iter()
        .filter(|text| text.split_once('=').is_some_and(|(key, value)| value == "-" && !key.ends_with(':')))
        .count()
}

fn one(text: &str) -> Result<Assigned, CommandError> {
    let (key, value) = parts(text)?;
    if let Some(key) = key.strip_suffix(':') {
        return json(key, value);
    }
    let value = match value {
        "-" => line(&input::stdin()?)?,
        "@" => return Err(CommandError::usage(format!("{key}=@ names no file: {key}=@FILE"))),
        _ => match value.strip_prefix('@') {
            Some(path) => line(&input::file(path)?)?,
            None => value.to_owned(),
        },
    };
    let Some(field) = names::known(key) else { return Err(unknown(key)) };
    typed(field, &value)
}

fn parts(text: &str) -> Result<(&str, &str), CommandError> {
    text.split_once('=')
        .filter(|(key, _)| !key.is_empty() && *key != ":")
        .ok_or_else(|| CommandError::usage(format!("{text:?} is not FIELD=VALUE, as in width=420")))
}

/// The error for a field that does not exist.
pub fn unknown(key: &str) -> CommandError {
    let hint = names::did_you_mean(key);
    let hint = if hint.is_empty() { "; callset schema apply lists the fields".to_owned() } else { hint };
    CommandError::new(Ending::Rejected, "unknown_field", format!("there is no field {key}{hint}"))
}

/// The text as a value of the field.
///
/// # Errors
///
/// Only the server sets the field, or the text is not a value that the field takes.
pub fn typed(field: &Field, text: &str) -> Result<Assigned, CommandError> {
    let edit = match field.kind {
        Kind::Time | Kind::Json => return Err(only_the_server(field)),
        Kind::Switch => Edit::Switch(switch(field, text)?),
        Kind::Text | Kind::Url | Kind::Integer => Edit::Text(text.to_owned()),
    };
    checked(field, &edit)
}

/// The value, if it is of the field's type.
///
/// # Errors
///
/// Only the server sets the field.
pub fn fitting(field: &Field, value: &Value) -> Result<Assigned, CommandError> {
    if !field.kind.is_editable() {
        return Err(only_the_server(field));
    }
    if let Some(edit) = Draft::as_edit(field.kind, value) {
        return checked(field, &edit);
    }
    let flaw = of_field(field, &format!("takes {}, not {}", takes(field.kind), value.to_json()));
    Ok(Assigned { flaw: Some(flaw), ..Assigned::plain(plain(field, value.clone())) })
}

fn checked(field: &Field, edit: &Edit) -> Result<Assigned, CommandError> {
    let problem = validate::check(field, edit).map(|defect| words::problem(&defect));
    let given = match (field.kind, edit) {
        (Kind::Text | Kind::Url, Edit::Text(text)) => Some(Value::Text(text.clone())),
        _ => validate::value(field.kind, edit),
    };
    let why = |problem: &words::Problem| of_field(field, &format!("was not sent: {}", lower(&problem.text)));
    let Some(given) = given else {
        return Err(
            problem.map_or_else(|| of_field(field, &format!("takes {}", takes(field.kind))), |found| why(&found))
        );
    };
    let (errors, warnings): (Vec<_>, Vec<_>) =
        problem.into_iter().partition(|problem| problem.severity == Severity::Error);
    let warn = |problem: &words::Problem| format!("{}: {}", field.id, lower(&problem.text));
    let (flaw, warning) = (errors.first().map(why), warnings.first().map(warn));
    Ok(Assigned { assignment: plain(field, given), flaw, warning })
}

/// The text with a lower-case first letter, for the end of a sentence. A name such as HubSpot or URL stays as it is.
pub(super) fn lower(text: &str) -> String {
    let is_name = text.split(' ').next().is_some_and(|word| word.chars().skip(1).any(char::is_uppercase));
    if is_name {
        return text.to_owned();
    }
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_lowercase);
    first.chain(chars).collect()
}

fn plain(field: &Field, value: Value) -> Assignment {
    Assignment { field: field.id.clone(), value, adds: false }
}

fn json(key: &str, text: &str) -> Result<Assigned, CommandError> {
    let wrong = |why: &str| CommandError::rejected(format!("{key}:= takes JSON: {why}"));
    serde_json::from_str::<&serde_json::value::RawValue>(text).map_err(|why| wrong(&why.to_string()))?;
    let value = Value::from_json(text.trim()).map_err(|(_, why)| wrong(&why.to_string()))?;
    if let Some(field) = names::known(key) {
        return fitting(field, &value);
    }
    Ok(Assigned::plain(Assignment { field: names::member(key), value, adds: true }))
}

/// Reads `FIELD=VALUE` as a condition. The field may be one that only the server sets.
///
/// # Errors
///
/// The field does not exist, or never has such a value.
pub fn comparison(text: &str) -> Result<(FieldId, Value), CommandError> {
    let (key, value) = parts(text)?;
    let wrong = |why: String| CommandError::rejected(format!("--if {key}:={value}: {why}"));
    if let Some(key) = key.strip_suffix(':') {
        return Ok((names::member(key), Value::from_json(value).map_err(|(_, why)| wrong(why.to_string()))?));
    }
    let of_condition = |flaw: CommandError| CommandError { message: format!("--if: {}", flaw.message), ..flaw };
    let Some(field) = names::known(key) else { return Err(of_condition(unknown(key))) };
    let value = match field.kind {
        Kind::Time | Kind::Json | Kind::Text | Kind::Url => Value::Text(value.to_owned()),
        Kind::Switch => Value::Switch(switch(field, value).map_err(of_condition)?),
        Kind::Integer => match value.trim().parse() {
            Ok(number) => Value::Integer(number),
            Err(_) => return Err(of_condition(of_field(field, &format!("takes a whole number, not {value:?}")))),
        },
    };
    Ok((field.id.clone(), value))
}

fn switch(field: &Field, text: &str) -> Result<bool, CommandError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" => Ok(true),
        "false" | "off" | "no" => Ok(false),
        _ => Err(of_field(field, &format!("takes true or false, also on, off, yes and no; not {text:?}"))),
    }
}

fn takes(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Url => "a web address",
        Kind::Integer => "a whole number",
        Kind::Switch => "true or false",
        Kind::Time | Kind::Json => "nothing",
    }
}

fn only_the_server(field: &Field) -> CommandError {
    of_field(field, "is set by the server alone")
}

fn of_field(field: &Field, why: &str) -> CommandError {
    let name = field.id.to_string();
    let fields = object(&[(name.as_str(), string(why))]);
    CommandError { more: vec![("fields", fields)], ..CommandError::rejected(format!("{name} {why}")) }
}

/// A value that was read from a file. The line break at the end does not belong to the value.
fn line(text: &str) -> Result<String, CommandError> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.len() > validate::TEXT_LIMIT {
        return Err(CommandError::rejected(format!("a field holds at most {} KiB", validate::TEXT_LIMIT / 1024)));
    }
    Ok(text.to_owned())
}
