//! The JSON of the files. Pure, and the only place that knows it.
//!
//! ```text
//!   all       {"version":1,"host":"api.hubapi.com","app":1234567,"at":"2026-03-10T23:04:41.164Z", …
//!   draft     … "base":{"settings":{…}},"edits":{"settings":{"width":{"text":"420"}}},"focus":{"settings":"width"}}
//!   sending   … "resource":"settings","patch":{…},"before":{…}}                         for a DELETE the patch is null;
//!                                                                                       one write in each line;
//!                                                                                       "passed" if a later one was
//!                                                                                       confirmed
//!   history   … "resource":"settings","before":{…},"after":{…}}                         one in each line
//! ```
//!
//! `host` is the server of the [`Place`]; it is a whole base url if the host alone would not be distinct. Objects
//! marked `{…}` are kept as the API sends them: their order and the text of their numbers stay, and missing, null
//! and empty remain three different things. Files may be as hostile as answers: nothing here recurses, and lists
//! have a limit.

use super::Place;
use crate::model::json::{self, Members};
use crate::model::record::{Saved, Sending, Unsaved, Write};
use crate::model::{Edit, FieldId, Patch, Representation, Resource, Value};
use jiff::Timestamp;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The version that is written. A file of a higher version is left to the callset that can read it.
const VERSION: u64 = 1;

/// The largest number of members that is read. A representation searches its members one after the other.
const MEMBER_LIMIT: usize = 1000;

/// What stands in place of a patch for a DELETE.
const NO_PATCH: &str = "null";

/// The member of a write over which a later one was confirmed: when that was.
const PASSED: &str = "passed";

/// Why a file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The file is cut off, or callset did not write it.
    Broken,
    /// A newer callset wrote the file.
    Newer,
    /// The file is about another place.
    Elsewhere,
}

/// The text of a draft file.
pub fn write_unsaved(place: &Place, at: Timestamp, unsaved: &Unsaved) -> String {
    let base = unsaved.base.iter().map(|(resource, base)| (resource.name(), representation(base)));
    let is_edited = |resource: &Resource| unsaved.edits.keys().any(|id| id.resource == *resource);
    let edits = Resource::ALL.into_iter().filter(is_edited).map(|resource| {
        let of = unsaved.edits.iter().filter(|(id, _)| id.resource == resource);
        (resource.name(), object(of.map(|(id, edit)| (id.key.as_ref(), edit_json(edit)))))
    });
    let focus = unsaved
        .focus
        .as_ref()
        .map_or_else(|| "null".to_owned(), |id| object([(id.resource.name(), json::string(&id.key))]));
    file(place, at, [("base", object(base)), ("edits", object(edits)), ("focus", focus)])
}

/// Reads a draft file, and the time when it was written. Law: what was written is read back; no bytes cause a
/// panic.
pub fn read_unsaved(place: &Place, bytes: &[u8]) -> Result<(Timestamp, Unsaved), Unfit> {
    let (at, file) = open(place, bytes)?;
    let mut unsaved = Unsaved::default();
    for (key, raw) in members(file.part("base")?)? {
        unsaved.base.insert(resource(&key)?, read_representation(raw.get())?);
    }
    for (key, raw) in members(file.part("edits")?)? {
        let resource = resource(&key)?;
        for (key, raw) in members(raw.get())? {
            unsaved.edits.insert(FieldId { resource, key: key.into() }, read_edit(raw.get())?);
        }
    }
    if file.part("focus")? != "null" {
        let (key, raw) = only(file.part("focus")?)?;
        unsaved.focus = Some(FieldId { resource: resource(&key)?, key: text(raw.get())?.into() });
    }
    Ok((at, unsaved))
}

/// The text of a file for writes whose outcome is open, in the order in which they left.
pub fn write_sendings(place: &Place, sendings: &[Sending]) -> String {
    let lines: Vec<String> = sendings.iter().map(|sending| write_sending(place, sending)).collect();
    lines.join("\n")
}

fn write_sending(place: &Place, sending: &Sending) -> String {
    let resource = json::string(sending.resource().name());
    let patch = sending.patch().map_or_else(|| NO_PATCH.to_owned(), Patch::body);
    let passed = sending.passed.map(|at| (PASSED, json::string(&at.to_string())));
    let parts = [("resource", resource), ("patch", patch), ("before", representation(&sending.before))];
    file(place, sending.at, parts.into_iter().chain(passed))
}

/// Reads such a file. Law: what was written is read back; no bytes cause a panic.
pub fn read_sendings(place: &Place, bytes: &[u8]) -> Result<Vec<Sending>, Unfit> {
    bytes.split(|byte| *byte == b'\n').map(|line| read_sending(place, line)).collect()
}

fn read_sending(place: &Place, line: &[u8]) -> Result<Sending, Unfit> {
    let (at, file) = open(place, line)?;
    let resource = file.resource()?;
    let write = match file.part("patch")? {
        NO_PATCH => Write::Removal(resource),
        patch => Write::Fields(Patch::recorded(resource, &read_representation(patch)?)),
    };
    let passed = file.0.get(PASSED).map(|at| text(at)?.parse().map_err(|_| Unfit::Broken)).transpose()?;
    Ok(Sending { write, before: read_representation(file.part("before")?)?, at, passed })
}

/// A line of the history, without its line end.
pub fn write_saved(place: &Place, saved: &Saved) -> String {
    let resource = json::string(saved.resource.name());
    let (before, after) = (representation(&saved.before), representation(&saved.after));
    file(place, saved.at, [("resource", resource), ("before", before), ("after", after)])
}

/// Reads a line of the history. Law: what was written is read back; no bytes cause a panic.
pub fn read_saved(place: &Place, line: &[u8]) -> Result<Saved, Unfit> {
    let (at, file) = open(place, line)?;
    let (before, after) = (read_representation(file.part("before")?)?, read_representation(file.part("after")?)?);
    Ok(Saved { at, resource: file.resource()?, before, after })
}

fn file<'a>(place: &Place, at: Timestamp, parts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let head = [
        ("version", VERSION.to_string()),
        ("host", json::string(&place.server)),
        ("app", place.app_id.to_string()),
        ("at", json::string(&at.to_string())),
    ];
    object(head.into_iter().chain(parts))
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let members: Vec<String> = members.into_iter().map(|(key, json)| format!("{}:{json}", json::string(key))).collect();
    format!("{{{}}}", members.join(","))
}

fn representation(members: &Representation) -> String {
    object(members.members().map(|(key, value)| (key, value.to_json())))
}

fn edit_json(edit: &Edit) -> String {
    match edit {
        Edit::Text(text) => object([("text", json::string(text))]),
        Edit::Switch(on) => object([("switch", on.to_string())]),
    }
}

/// The outermost object of a file.
struct File<'a>(BTreeMap<String, &'a str>);

impl<'a> File<'a> {
    fn part(&self, key: &str) -> Result<&'a str, Unfit> {
        self.0.get(key).copied().ok_or(Unfit::Broken)
    }

    fn resource(&self) -> Result<Resource, Unfit> {
        resource(&text(self.part("resource")?)?)
    }
}

/// The parts of a file of this version and place, and the time when it was written. The version is checked first,
/// since a newer file may differ in everything else.
fn open<'a>(place: &Place, bytes: &'a [u8]) -> Result<(Timestamp, File<'a>), Unfit> {
    let whole = std::str::from_utf8(bytes).map_err(|_| Unfit::Broken)?;
    let file = File(members(whole)?.into_iter().map(|(key, raw)| (key, raw.get())).collect());
    match file.part("version")?.parse() {
        Ok(VERSION) => {}
        Ok(1..) => return Err(Unfit::Newer),
        _ => return Err(Unfit::Broken),
    }
    let app_id = file.part("app")?.parse().map_err(|_| Unfit::Broken)?;
    if (Place { server: text(file.part("host")?)?, app_id }) != *place {
        return Err(Unfit::Elsewhere);
    }
    let at = text(file.part("at")?)?.parse().map_err(|_| Unfit::Broken)?;
    Ok((at, file))
}

fn members(text: &str) -> Result<Vec<(String, &RawValue)>, Unfit> {
    match serde_json::from_str(text) {
        Ok(Members(members)) if members.len() <= MEMBER_LIMIT => Ok(members),
        _ => Err(Unfit::Broken),
    }
}

fn only(text: &str) -> Result<(String, &RawValue), Unfit> {
    match <[_; 1]>::try_from(members(text)?) {
        Ok([member]) => Ok(member),
        Err(_) => Err(Unfit::Broken),
    }
}

fn resource(key: &str) -> Result<Resource, Unfit> {
    Resource::ALL.into_iter().find(|resource| resource.name() == key).ok_or(Unfit::Broken)
}

fn text(json: &str) -> Result<String, Unfit> {
    serde_json::from_str(json).map_err(|_| Unfit::Broken)
}

fn read_representation(text: &str) -> Result<Representation, Unfit> {
    let read = |(key, raw): (String, &'_ RawValue)| Ok((key, Value::from_json(raw.get()).map_err(|_| Unfit::Broken)?));
    Ok(members(text)?.into_iter().map(read).collect::<Result<Vec<_>, _>>()?.into_iter().collect())
}

fn read_edit(json: &str) -> Result<Edit, Unfit> {
    let (kind, raw) = only(json)?;
    match (kind.as_str(), raw.get()) {
        ("text", json) => text(json).map(Edit::Text),
        ("switch", "true") => Ok(Edit::Switch(true)),
        ("switch", "false") => Ok(Edit::Switch(false)),
        _ => Err(Unfit::Broken),
    }
}
