//! Settings as a file, as `get -o toml` and `get --json` print it and `apply` takes it.
//!
//! ```text
//!   app_id = 1234567            optional: the file is refused for another app
//!   [settings]                  keys outside of a table are settings as well
//!   width = 420                 absent fields are not touched; createdAt and updatedAt are ignored
//!   [channel-connection]
//! ```

use super::assignment::{self, Assigned};
use super::exit::{CommandError, Ending};
use super::names;
use crate::model::json::Members;
use crate::model::toml::{Member, TomlItem};
use crate::model::{Field, FieldId, Kind, Resource, Value, toml};
use crate::sync::Assignment;
use crate::words::sheet as words;
use serde_json::value::RawValue;

/// The contents of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileValues {
    /// The app that the file is for, if the file names one.
    pub app_id: Option<i64>,
    /// The values, in the order of the file.
    pub values: Vec<Assigned>,
    /// The places in the file of fields that no table knows, as in `file:3:1: `.
    pub places: Vec<(FieldId, String)>,
}

/// Reads the text of a file. It is JSON if the name ends in `.json`. If the name has no dot, or is standard input,
/// the text is JSON if it begins with a brace. Otherwise it is TOML.
///
/// # Errors
///
/// The text is not valid. The error names line and column.
pub fn read(name: &str, text: &str) -> Result<FileValues, CommandError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_json = match name {
        "-" => text.trim_start().starts_with('{'),
        name => {
            name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"))
                || !name.contains('.') && text.trim_start().starts_with('{')
                || name.starts_with("/dev/fd/") && text.trim_start().starts_with('{')
        }
    };
    let name = if name == "-" { "standard input" } else { name };
    let reader = FileReader { name, text };
    let mut wanted = FileValues::default();
    if is_json {
        reader.json(&mut wanted)?;
    } else {
        reader.toml(&mut wanted)?;
    }
    if wanted.values.is_empty() && wanted.app_id.is_none() {
        return Err(CommandError::rejected(format!("{name}: it holds no settings")));
    }
    Ok(wanted)
}

struct FileReader<'a> {
    name: &'a str,
    text: &'a str,
}

impl FileReader<'_> {
    fn wrong(&self, at: Option<usize>, why: &str) -> CommandError {
        let place = at.map_or(String::new(), |at| {
            let (line, column) = toml::place(self.text, at);
            format!(":{line}:{column}")
        });
        CommandError::rejected(format!("{}{place}: {why}", self.name))
    }

    /// Adds the place to the error of a value.
    fn place(&self, at: Option<usize>, flaw: CommandError) -> CommandError {
        CommandError { message: self.wrong(at, &flaw.message).message, ..flaw }
    }

    // ── TOML ──

    fn toml(&self, wanted: &mut FileValues) -> Result<(), CommandError> {
        let members = toml::members(self.text).map_err(|(at, why)| self.wrong(at, &why))?;
        for Member { table, key, found, at } in members {
            match (table.as_deref(), key.as_str(), found) {
                // One that is none was an error already.
                (Some(table), key, found) => {
                    if let Some(resource) = names::resource(table) {
                        self.toml_member(resource, key, found, at, wanted)?;
                    }
                }
                (None, key, TomlItem::Table) if names::resource(key).is_some() => {}
                (None, "app_id", found) => {
                    wanted.app_id = Some(whole(&found).ok_or_else(|| self.wrong(at, "app_id is a whole number"))?);
                }
                (None, "schema", found) => self.schema(whole(&found), at)?,
                (None, "profile", _) => {}
                (None, key, found) => self.toml_member(Resource::Settings, key, found, at, wanted)?,
            }
        }
        Ok(())
    }

    fn toml_member(
        &self,
        resource: Resource,
        key: &str,
        found: TomlItem,
        at: Option<usize>,
        wanted: &mut FileValues,
    ) -> Result<(), CommandError> {
        match found {
            TomlItem::Value(value) => self.member(resource, key, value, at, wanted),
            TomlItem::Table if resource == Resource::Settings => Err(self.wrong(at, &words::no_resource(key))),
            TomlItem::Table | TomlItem::Unfit => {
                Err(self.wrong(at, &format!("{}: for other values write JSON", words::unfit(key))))
            }
        }
    }

    // ── JSON ──

    fn json(&self, wanted: &mut FileValues) -> Result<(), CommandError> {
        let members = self.members(self.text)?;
        for (key, raw) in members.0 {
            let at = Some(self.at(raw));
            let is_object = raw.get().starts_with('{');
            match (key.as_str(), names::resource(&key)) {
                ("schema", _) => self.schema(raw.get().parse().ok(), at)?,
                ("profile", _) => {}
                ("app_id", _) => {
                    let number = raw.get().parse().map_err(|_| self.wrong(at, "app_id is a whole number"))?;
                    wanted.app_id = Some(number);
                }
                // `null` stands for a resource that the server does not have. It is not touched.
                (_, Some(_)) if raw.get() == "null" => {}
                (_, Some(resource)) if is_object => {
                    for (key, raw) in self.members(raw.get())?.0 {
                        self.json_member(resource, &key, raw, wanted)?;
                    }
                }
                (key, _) => self.json_member(Resource::Settings, key, raw, wanted)?,
            }
        }
        Ok(())
    }

    fn members<'t>(&self, text: &'t str) -> Result<Members<'t>, CommandError> {
        serde_json::from_str(text).map_err(|error| {
            let start = self.offset(text);
            let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let at = start + line_start + error.column().saturating_sub(1);
            let words = error.to_string();
            self.wrong(Some(at), words.split(" at line ").next().unwrap_or_default())
        })
    }

    fn json_member(
        &self,
        resource: Resource,
        key: &str,
        raw: &RawValue,
        wanted: &mut FileValues,
    ) -> Result<(), CommandError> {
        let at = Some(self.at(raw));
        let value = Value::from_json(raw.get()).map_err(|(_, why)| self.wrong(at, &why.to_string()))?;
        self.member(resource, key, value, at, wanted)
    }

    /// The position of a value in the text, in bytes. Its key stands right before it.
    fn at(&self, raw: &RawValue) -> usize {
        self.offset(raw.get())
    }

    fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    // ── both ──

    fn schema(&self, schema: Option<i64>, at: Option<usize>) -> Result<(), CommandError> {
        if schema == Some(1) { Ok(()) } else { Err(self.wrong(at, "this callset reads schema 1 only")) }
    }

    fn member(
        &self,
        resource: Resource,
        key: &str,
        value: Value,
        at: Option<usize>,
        wanted: &mut FileValues,
    ) -> Result<(), CommandError> {
        let field = resource.field(key);
        let is_dates = |field: &Field| field.kind == Kind::Time;
        // A value that was withheld when it was printed is not sent.
        if field.is_some_and(is_dates) || matches!(value, Value::Withheld(_)) {
            return Ok(());
        }
        let typed = if let Some(field) = field {
            let typed = assignment::fitting(field, &value).map_err(|flaw| self.place(at, flaw))?;
            Assigned { flaw: typed.flaw.map(|flaw| self.place(at, flaw)), ..typed }
        } else {
            // The tables do not know this member, but the server may have it.
            let field = FieldId::new(resource, key);
            wanted.places.push((field.clone(), self.wrong(at, "").message));
            Assigned::plain(Assignment { field, value, adds: false })
        };
        if wanted.values.iter().any(|other| other.assignment.field == typed.assignment.field) {
            let name = typed.assignment.field.to_string();
            return Err(self.place(at, CommandError::rejected(format!("{name} is there twice: give one value"))));
        }
        wanted.values.push(typed);
        Ok(())
    }
}

/// The whole number that was found.
fn whole(found: &TomlItem) -> Option<i64> {
    match found {
        TomlItem::Value(Value::Integer(number)) => Some(i64::from(*number)),
        TomlItem::Value(Value::Other(number)) => number.parse().ok(),
        TomlItem::Value(_) | TomlItem::Table | TomlItem::Unfit => None,
    }
}

/// Checks that the file is for this app, or names none.
///
/// # Errors
///
/// The file is for another app.
pub fn guard(wanted: &FileValues, name: &str, app_id: i32) -> Result<(), CommandError> {
    match wanted.app_id {
        Some(other) if other != i64::from(app_id) => {
            let why = format!("{name} is for app {other}, and this is app {app_id}. Nothing was sent");
            Err(CommandError::new(Ending::Condition, "other_app", why))
        }
        Some(_) | None => Ok(()),
    }
}
