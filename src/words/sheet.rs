//! The sentences of the settings as a file: its comments, what is wrong with a line, and what became of it.

use super::{NextStep, Statement, Tone, edits_are, fields};
use crate::model::{Field, Kind, Resource};
use crate::sync::Target;

// ── the comments ──

/// The first lines of the file. `is_sent`: is what is changed sent, after a question?
pub fn heading(target: &Target, is_sent: bool) -> Vec<String> {
    let profile = target.profile.iter().map(|profile| profile.name.as_str()).filter(|name| !name.is_empty());
    let of: Vec<String> =
        [target.host.clone()].into_iter().chain(profile.map(|name| format!("profile {name}"))).collect();
    let care = if target.is_production() { " This is production." } else { "" };
    let then = if is_sent {
        "What is changed here is shown, and sent only after a yes."
    } else {
        "What is changed here becomes unsaved edits. Nothing is sent."
    };
    vec![
        format!("The calling settings of app {} ({}).{care}", target.app_id, of.join(", ")),
        format!("{then} A field that is removed stays as it is."),
        "To change nothing, leave the file as it is, or empty it.".to_owned(),
    ]
}

/// What a field does.
pub fn about(field: &Field) -> String {
    match field.kind {
        Kind::Integer if field.unit.is_empty() => format!("Whole number. {}", field.help),
        Kind::Integer => format!("Whole number, {}. {}", field.unit, field.help),
        Kind::Text | Kind::Url | Kind::Switch | Kind::Time | Kind::Json => field.help.to_owned(),
    }
}

/// The value that the server has, of a field that is edited.
pub fn on_the_server(value: &str) -> String {
    format!("On the server: {value}")
}

/// The value holds the session's credential.
pub const WITHHELD: &str = "It holds the credential of this session, and is left out.";

/// A value that is neither text, a whole number, true nor false.
pub const LEFT_AS_IT_IS: &str = "It is JSON, and stays as it is.";

/// The server did not send the field.
pub const NOT_SENT: &str = "HubSpot sent no such field. Without the # it is sent.";

/// The server does not have the resource.
pub fn absent(resource: Resource) -> String {
    format!("The {} is not set up: without the # below, also before the name in brackets, it is.", resource.label())
}

/// The resource was not read.
pub fn unread(resource: Resource) -> String {
    format!("The {} could not be read, and stays as it is.", resource.label())
}

// ── what is wrong ──

/// The first line of a file with something wrong in it.
pub fn flaws(count: usize) -> String {
    let errors = if count == 1 { "There is 1 error, told" } else { return several(count) };
    format!("{errors} above its line. As it is, nothing is changed.")
}

fn several(count: usize) -> String {
    format!("There are {count} errors, told above their lines. As it is, nothing is changed.")
}

/// What is wrong, as a comment. `at` are line and column, where the line alone does not tell.
pub fn flaw(at: Option<(usize, usize)>, why: &str) -> String {
    match at {
        Some((line, column)) => format!("error: line {line}, column {column}: {why}"),
        None => format!("error: {why}"),
    }
}

/// The values that a field takes.
pub fn takes(field: &Field) -> String {
    let what = match field.kind {
        Kind::Text | Kind::Url => "text, in quotes",
        Kind::Integer => "a whole number, without quotes",
        Kind::Switch => "true or false, without quotes",
        Kind::Time | Kind::Json => return only_the_server(&field.id.key),
    };
    format!("{} takes {what}", field.id.key)
}

/// The value is of a type that no field has.
pub fn unfit(key: &str) -> String {
    format!("{key} is neither text, a whole number, true nor false")
}

/// There is no such table.
pub fn no_resource(key: &str) -> String {
    format!("there is no resource {key}: settings, recording and channel-connection are the three")
}

/// There is no such field. `near` is a similar name.
pub fn unknown(key: &str, near: Option<&str>) -> String {
    let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
    format!("there is no field {key}{near}")
}

/// The field has two values.
pub fn twice(key: &str) -> String {
    format!("{key} is there twice: give one value")
}

/// The file names another app.
pub fn other_app(app_id: i32) -> String {
    format!("this is app {app_id}")
}

/// The field cannot be edited.
pub fn only_the_server(key: &str) -> String {
    format!("{key} is set by the server alone")
}

/// The resource was not read, so it cannot be changed.
pub fn not_read(resource: Resource) -> String {
    format!("the {} could not be read, so it cannot be changed now", resource.label())
}

/// The text is longer than a field holds.
pub fn too_long(key: &str, limit: usize) -> String {
    format!("{key} holds at most {} KiB", limit / 1024)
}

// ── what became of it ──

/// What became of the settings as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetNews {
    /// Its values were entered.
    Entered {
        /// Fields that have another value now.
        fields: usize,
        /// How many of these fields were changed on the server meanwhile.
        conflicts: usize,
    },
    /// It came back with the same values.
    Unchanged,
    /// It came back empty.
    Emptied,
    /// It was given back with the same errors. The file is there.
    StillWrong(String),
    /// The program failed, for this reason. The file is named if something was changed in it.
    Failed(String, Option<String>),
}

/// The sentence about it. `unsaved` is how many edits there are now.
pub(super) fn said(news: &SheetNews, unsaved: usize) -> Statement {
    match news {
        SheetNews::Entered { fields: count, conflicts } => {
            let title = format!("{} changed in the file; {} unsaved", fields(*count), edits_are(unsaved));
            let statement = Statement::brief(if *conflicts > 0 { Tone::Warning } else { Tone::Plain }, title);
            let lines = (*conflicts > 0).then(|| format!("{} changed on the server meanwhile.", fields(*conflicts)));
            let lines: Vec<String> = lines.into_iter().collect();
            let first = if *conflicts > 0 { NextStep::Resolve } else { NextStep::Save };
            Statement { is_brief: lines.is_empty(), lines, ..statement }.next([first, NextStep::Undo])
        }
        SheetNews::Unchanged => Statement::brief(Tone::Plain, "Nothing was changed in the file"),
        SheetNews::Emptied => Statement::brief(Tone::Plain, "The file came back empty: nothing was changed"),
        SheetNews::StillWrong(path) => {
            let title = "The file came back with the same errors: nothing was changed";
            Statement::full(Tone::Warning, title, [text_is_in(path)])
        }
        SheetNews::Failed(why, None) => Statement::brief(Tone::Error, format!("{why}: nothing was changed")),
        SheetNews::Failed(why, Some(path)) => {
            Statement::full(Tone::Error, format!("{why}: nothing was changed"), [text_is_in(path)])
        }
    }
}

/// Where the text of the file is.
pub fn text_is_in(path: &str) -> String {
    format!("Your text is in {path}.")
}

/// The last words if the process ends while the file is out.
pub fn left(path: &str) -> String {
    format!("callset: the settings that were being edited as a file are in {path}")
}

// ── why the program or the file could not be used ──

/// No editor was found among these.
pub fn no_editor(tried: &[&str]) -> String {
    format!("There is no editor: set VISUAL or EDITOR (none of {} is there)", tried.join(", "))
}

/// The variable cannot be split into words.
pub fn unclosed(variable: &str) -> String {
    format!("{variable} has a quote that is not closed")
}

/// The program could not be started.
pub fn not_started(program: &str, why: &str) -> String {
    format!("The editor {program} cannot be started: {why}")
}

/// The program ended with this code.
pub fn ended_with(program: &str, code: i32) -> String {
    format!("The editor {program} ended with {code}")
}

/// A signal ended the program.
pub fn ended_by(program: &str, signal: i32) -> String {
    format!("The editor {program} was ended by signal {signal}")
}

/// There is no place for the file.
pub fn not_written(why: &str) -> String {
    format!("The file for the editor cannot be written: {why}")
}

/// The file cannot be read.
pub fn not_readable(why: &str) -> String {
    format!("The file cannot be read: {why}")
}

/// The file is no text.
pub fn not_utf8(line: usize, column: usize) -> String {
    format!("The file is not UTF-8 in line {line}, column {column}")
}

/// The file is too large.
pub const TOO_LARGE: &str = "The file is larger than 1 MiB";

/// There is no terminal for the program.
pub fn no_terminal(missing: &str) -> String {
    format!("An editor needs a terminal, and {missing}")
}
