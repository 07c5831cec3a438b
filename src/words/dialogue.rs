//! The sentences of a dialogue, in which nothing is drawn: what was asked, what changed, and what the next line may be.

use super::{About, edits_are};
use crate::model::Field;

/// What is edited, at the start.
pub fn greeting(about: &About<'_>) -> String {
    let target = about.target;
    let what = match &target.profile {
        Some(profile) => profile.name.clone(),
        None if target.sandbox => "The sandbox".to_owned(),
        None => target.host.clone(),
    };
    let care =
        if target.is_production() { " This is production: every connected account gets what is saved." } else { "" };
    format!("{what}, app {}.{care}", target.app_id)
}

/// The settings were read.
pub fn loaded(about: &About<'_>, fields: usize) -> String {
    format!("Loaded: {fields} fields, {}.", unsaved(about))
}

/// How many edits are unsaved, as the end of a sentence.
pub fn unsaved(about: &About<'_>) -> String {
    match about.sync.unsaved() {
        0 => "nothing unsaved".to_owned(),
        count => format!("{} unsaved", edits_are(count)),
    }
}

/// A field and its value.
pub fn value(field: &Field, value: &str) -> String {
    let unit = if field.unit.is_empty() { String::new() } else { format!(" {}", field.unit) };
    format!("{} is {value}{unit}", field.id)
}

/// A value has changed.
pub fn changed(about: &About<'_>, field: &Field, before: &str, now: &str) -> String {
    format!("{} changed from {before} to {now}: {}.", field.id, unsaved(about))
}

/// Asks for the new value of a field.
pub fn asks_value(said: &str) -> String {
    format!("{said}. New value, or an empty line to keep it: ")
}

/// Asks for the new state of a switch.
pub fn asks_switch(said: &str) -> String {
    format!("{said}. yes or no, or an empty line to keep it: ")
}

/// Asks for the next command.
pub const ASKS: &str = "Command or field, or help: ";

/// So many rows of a list are not told yet, and the word for them.
pub fn more_rows(rows: usize) -> String {
    format!("{rows} more rows: more")
}

/// Asks for one of these words. `number`: a row of a list may be named instead.
pub fn asks_word(words: &[&str], number: bool) -> String {
    let words = match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    };
    if number { format!("A number, or {words}: ") } else { format!("{words}: ") }
}

/// Asks whether what was shown is to be sent.
pub const ASKS_TO_SEND: &str = "Send it? yes or no: ";

/// Asks for the app's id, or another text.
pub fn asks_text(label: &str) -> String {
    format!("{label}, or back: ")
}

/// Asks for a credential.
pub const ASKS_CREDENTIAL: &str = "The credential, which is not shown, or back: ";

/// There is no such command or field.
pub fn unknown(typed: &str) -> String {
    format!("There is no command or field {typed}; help lists them.")
}

/// A question about a field, and its answer.
pub fn answered(asked: &str, answer: &str) -> String {
    let stop = if asked.ends_with('?') { "" } else { ":" };
    format!("{asked}{stop} {answer}")
}

/// What the help says of a field.
pub fn about_fields() -> &'static str {
    "The name of a field asks for its value: width. With a value it is set at once: width 420, isReady yes, name \"\". \
     help and a field explain it; reset and a field take its change back; setup recording and delete settings are about \
     whole resources; show lists all fields."
}

/// A change that a save would make.
pub fn will_change(field: &Field, now: &str, after: &str) -> String {
    let unit = if field.unit.is_empty() { String::new() } else { format!(" {}", field.unit) };
    format!("{} {now} to {after}{unit}", field.id)
}

/// What a save would send.
pub fn will_send(changes: &[String]) -> String {
    if changes.is_empty() {
        return "Nothing would be sent.".to_owned();
    }
    format!("Will send: {}. Nothing else.", changes.join("; "))
}
