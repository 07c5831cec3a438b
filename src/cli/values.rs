//! Values on standard output, in formats for people, shells and programs.
//!
//! ```text
//!   table   width    420          toml   a file that apply takes       json   {"schema":1,"app_id":…,"settings":{…}}
//!           isReady  true         env    CALLSET_WIDTH=420             value  420
//! ```

use super::exit::{array, document, object};
use super::names;
use super::options::Format;
use crate::model::json::{escaped, string};
use crate::model::{Field, FieldId, Representation, Resource, Value, toml};
use crate::words::value::bare;
use jiff::Timestamp;
use toml_edit::Key;

/// Resources with some or all of their members. `None` stands for a resource that the server does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(pub Vec<(Resource, Option<Representation>)>);

impl Values {
    /// Members by field, in the order of the form.
    pub fn of(members: impl IntoIterator<Item = (FieldId, Value)>) -> Self {
        let mut values = Self::default();
        for (id, value) in members {
            let there = values.0.iter_mut().find(|(resource, _)| *resource == id.resource);
            match there {
                Some((_, Some(there))) => there.set(&id.key, value),
                Some((_, none)) => *none = Some([(id.key, value)].into_iter().collect()),
                None => values.0.push((id.resource, Some([(id.key, value)].into_iter().collect()))),
            }
        }
        values
    }

    fn members(&self) -> impl Iterator<Item = (FieldId, &Value)> {
        self.0.iter().flat_map(|(resource, there)| {
            let id = |key: &str| FieldId::new(*resource, key);
            there.iter().flat_map(|there| ordered(*resource, there)).map(move |(key, value)| (id(key), value))
        })
    }

    /// The lines in this format. `app` is the app that the values belong to.
    pub fn lines(&self, format: Format, app: &Whose<'_>) -> Vec<String> {
        match format {
            Format::Table => self.table(),
            Format::Json => vec![self.json(app)],
            Format::Toml => self.toml(app),
            Format::Env => {
                self.members().map(|(id, value)| format!("{}={}", names::variable(&id), shell(value))).collect()
            }
            Format::Value => self.members().map(|(_, value)| bare(value)).collect(),
        }
    }

    fn table(&self) -> Vec<String> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (resource, there) in &self.0 {
            match there {
                None => rows.push(vec![resource.name().to_owned(), "(not set up)".to_owned()]),
                Some(there) => rows.extend(
                    ordered(*resource, there)
                        .map(|(key, value)| vec![FieldId::new(*resource, key).to_string(), bare(value)]),
                ),
            }
        }
        columns(&rows)
    }

    fn json(&self, app: &Whose<'_>) -> String {
        let mut all = vec![("app_id", app.id.to_string())];
        all.push(("profile", app.profile.map_or("null".to_owned(), string)));
        for (resource, there) in &self.0 {
            all.push((resource.name(), there.as_ref().map_or("null".to_owned(), members_json)));
        }
        document(&all)
    }

    fn toml(&self, app: &Whose<'_>) -> Vec<String> {
        let mut lines = vec![format!("app_id = {}", app.id)];
        for (resource, there) in &self.0 {
            let Some(there) = there else { continue };
            lines.push(String::new());
            lines.push(format!("[{}]", resource.name()));
            for (key, value) in ordered(*resource, there) {
                let name = Key::new(key);
                lines.push(match value {
                    Value::Null | Value::Other(_) => {
                        // A comment may not hold a control character.
                        format!("# {name} = {} (JSON; this file leaves it as it is)", escaped(value.to_json()))
                    }
                    Value::Text(_) | Value::Integer(_) | Value::Switch(_) | Value::Withheld(_) => {
                        toml::line(key, value)
                            .unwrap_or_else(|| format!("# {name} holds the credential of this session and is left out"))
                    }
                });
            }
        }
        lines
    }
}

/// Known fields in the order of the form, then the others in the order of the answer.
fn ordered(resource: Resource, there: &Representation) -> impl Iterator<Item = (&str, &Value)> {
    let table = resource.fields();
    let known = table.iter().filter_map(|field| Some((field.id.key.as_ref(), there.get(&field.id.key)?)));
    let is_known = move |key: &str| table.iter().any(|field: &Field| field.id.key == key);
    known.chain(there.members().filter(move |(key, _)| !is_known(key)))
}

/// The app that values belong to.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The app's id.
    pub id: i32,
    /// The profile, if one is in use.
    pub profile: Option<&'a str>,
}

/// A resource as JSON.
pub fn members_json(there: &Representation) -> String {
    let members: Vec<_> = there.members().map(|(key, value)| (key, value.to_json())).collect();
    object(&members)
}

/// Values by the names of their fields, as JSON.
pub fn by_name(values: &[(FieldId, Option<Value>)]) -> String {
    let members: Vec<_> = values
        .iter()
        .map(|(id, value)| (id.to_string(), value.as_ref().map_or("null".to_owned(), Value::to_json)))
        .collect();
    object(&members)
}

/// Names as a JSON array.
pub fn name_list<'a>(ids: impl IntoIterator<Item = &'a FieldId>) -> String {
    array(ids.into_iter().map(|id| string(&id.to_string())))
}

/// A time for people, in UTC.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// A value quoted for a POSIX shell, so that the shell interprets nothing in it.
fn shell(value: &Value) -> String {
    let text = bare(value);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The rows as lines with aligned columns, two spaces apart.
pub fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let padded = |(cell, width): (&String, &usize)| format!("{cell:width$}");
    let line = |row: &Vec<String>| {
        row.iter().zip(&widths).map(padded).collect::<Vec<_>>().join("  ").trim_end_matches(' ').to_owned()
    };
    rows.iter().map(line).collect()
}
