//! Reads a sheet that came back, and tells what is wrong with it above the lines that it is about.

use super::SettingsSheet;
use crate::model::json::escaped;
use crate::model::toml::{self, Member, TomlItem};
use crate::model::validate::{self, Severity, TEXT_LIMIT};
use crate::model::{Draft, Edit, FieldId, Kind, Resource, Value, nearest};
use crate::words::{field, sheet as words};
use std::collections::BTreeMap;

/// Something that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineError {
    /// Its position in the text, in bytes.
    at: Option<usize>,
    /// Are line and column told as well?
    is_placed: bool,
    why: String,
}

/// Reads the texts of a sheet.
pub(super) struct SheetReader<'a> {
    sheet: &'a SettingsSheet,
    flaws: Vec<LineError>,
}

impl<'a> SheetReader<'a> {
    /// The values in the text of the sheet itself.
    pub(super) fn given(sheet: &'a SettingsSheet) -> BTreeMap<FieldId, Value> {
        let mut reader = Self { sheet, flaws: vec![] };
        reader.values(sheet.text()).into_iter().map(|(id, value, _)| (id, value)).collect()
    }

    /// The edits that a text makes: its values that differ from those that were handed out.
    pub(super) fn changes(sheet: &'a SettingsSheet, text: &str) -> Result<Vec<(FieldId, Edit)>, Vec<LineError>> {
        let mut reader = Self { sheet, flaws: vec![] };
        let changed = reader.values(text).into_iter().filter(|(id, value, _)| sheet.given.get(id) != Some(value));
        let mut edits = Vec::new();
        for (id, value, at) in changed.collect::<Vec<_>>() {
            match reader.edit(&id, &value) {
                Ok(edit) => edits.extend(edit.map(|edit| (id, edit))),
                Err(why) => reader.wrong(at, why),
            }
        }
        if reader.flaws.is_empty() { Ok(edits) } else { Err(reader.flaws) }
    }

    fn wrong(&mut self, at: Option<usize>, why: String) {
        self.flaws.push(LineError { at, is_placed: false, why });
    }

    /// The values with their fields and positions. What is no value of a field is noted.
    fn values(&mut self, text: &str) -> Vec<(FieldId, Value, Option<usize>)> {
        let members = toml::members(text).unwrap_or_else(|(at, why)| {
            self.flaws.push(LineError { at, is_placed: true, why });
            vec![]
        });
        let mut values: Vec<(FieldId, Value, Option<usize>)> = Vec::new();
        for Member { table, key, found, at } in members {
            let resource = resource(table.as_deref().unwrap_or(&key));
            let resource = match (table, resource, key.as_str(), &found) {
                (None, Some(_), _, TomlItem::Table) | (None, _, "schema" | "profile", _) | (Some(_), None, ..) => {
                    continue;
                }
                (None, _, "app_id", TomlItem::Value(Value::Integer(id))) if *id == self.sheet.app_id => continue,
                (None, _, "app_id", _) => {
                    self.wrong(at, words::other_app(self.sheet.app_id));
                    continue;
                }
                (None, None, key, TomlItem::Table) => {
                    self.wrong(at, words::no_resource(key));
                    continue;
                }
                (None, ..) => Resource::Settings,
                (Some(_), Some(resource), ..) => resource,
            };
            let id = FieldId::new(resource, &key);
            match found {
                _ if !self.sheet.fields.iter().any(|field| field.id == id) => {
                    let names = self.sheet.fields.iter().filter(|field| field.id.resource == resource);
                    let near = nearest(&key, names.map(|field| field.id.key.to_string()));
                    self.wrong(at, words::unknown(&key, near.as_deref()));
                }
                TomlItem::Table | TomlItem::Unfit => self.wrong(at, words::unfit(&key)),
                TomlItem::Value(_) if values.iter().any(|(other, ..)| *other == id) => {
                    self.wrong(at, words::twice(&key));
                }
                TomlItem::Value(value) => values.push((id, value, at)),
            }
        }
        values
    }

    /// The value as an edit; `None` if it does not count.
    fn edit(&self, id: &FieldId, value: &Value) -> Result<Option<Edit>, String> {
        let Some(of) = self.sheet.fields.iter().find(|field| field.id == *id) else { return Ok(None) };
        match of.kind {
            // As `callset apply` has it.
            Kind::Time => return Ok(None),
            Kind::Json => return Err(words::only_the_server(&id.key)),
            Kind::Text | Kind::Url | Kind::Integer | Kind::Switch => {}
        }
        if self.sheet.unread.contains(&id.resource) {
            return Err(words::not_read(id.resource));
        }
        let too_large = matches!((of.kind, value), (Kind::Integer, Value::Other(_)));
        let edit = Draft::as_edit(of.kind, value).or_else(|| too_large.then(|| Edit::Text(value.to_json())));
        let edit = edit.ok_or_else(|| words::takes(of))?;
        if matches!(&edit, Edit::Text(text) if text.len() > TEXT_LIMIT) {
            return Err(words::too_long(&id.key, TEXT_LIMIT));
        }
        match validate::check(of, &edit).map(|defect| field::problem(&defect)) {
            Some(problem) if problem.severity == Severity::Error => Err(problem.text.into_owned()),
            Some(_) | None => Ok(Some(edit)),
        }
    }
}

/// The resource of a table.
fn resource(name: &str) -> Option<Resource> {
    Resource::ALL.into_iter().find(|resource| resource.name() == name)
}

/// The text with what is wrong above the lines that it is about, and the lines that were added.
pub(super) fn marked(text: &str, flaws: &[LineError]) -> (String, Vec<String>) {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let place = |flaw: &LineError| flaw.at.map(|at| toml::place(text, at));
    let line_of = |flaw: &LineError| place(flaw).map_or(1, |(line, _)| line);
    let mut flaws: Vec<&LineError> = flaws.iter().collect();
    flaws.sort_by_key(|flaw| line_of(flaw));
    let mut told = vec![format!("# {}", words::flaws(flaws.len()))];
    // The heading, and each comment at or above it, moves a line down.
    let moved = |(above, flaw): (usize, &&LineError)| {
        let at = place(flaw).filter(|_| flaw.is_placed).map(|(line, column)| (line + above + 2, column));
        (line_of(flaw), format!("# {}", words::flaw(at, &harmless(&flaw.why))))
    };
    let placed: Vec<(usize, String)> = flaws.iter().enumerate().map(moved).collect();
    let mut marked = format!("{}{end}", told[0]);
    let mut rest = placed.iter().peekable();
    let lines = text.split_inclusive('\n').chain([""]).enumerate();
    for (at, line) in lines {
        while let Some((_, comment)) = rest.next_if(|(of, _)| *of <= at + 1 || line.is_empty()) {
            marked.push_str(comment);
            marked.push_str(end);
        }
        marked.push_str(line);
        if !line.is_empty() && !line.ends_with('\n') {
            marked.push_str(end);
        }
    }
    told.extend(placed.into_iter().map(|(_, comment)| comment));
    (marked, told)
}

/// The text without what a comment of TOML may not hold, or nobody can see.
pub(super) fn harmless(text: &str) -> String {
    escaped(text.to_owned())
}
