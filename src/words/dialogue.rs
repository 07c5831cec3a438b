//! The sentences of a dialogue, in which nothing is drawn: what was asked, what changed, and what the next line may be.

use super::{About, edits_are};
use crate::model::{Field, Resource};
use std::path::Path;

/// What is edited, at the start. `is_choosing`: is no profile chosen yet?
pub fn greeting(about: &About<'_>, is_choosing: bool) -> String {
    let target = about.target;
    if is_choosing {
        return "Several profiles are set up, and none is the default.".to_owned();
    }
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

/// The title of a list with so many rows.
pub fn rows(title: &str, count: &str) -> String {
    list(title, &format!("{count} in all"))
}

/// The title of a list, with what else is known of its rows.
pub fn list(title: &str, known: &str) -> String {
    if known.is_empty() { format!("{title}.") } else { format!("{title}: {known}.") }
}

/// A row of a comparison, with words for its signs.
pub fn compared(row: &str) -> String {
    let signs = [("≠ [x] ", "chosen: "), ("≠ [ ] ", "differs: "), ("=     ", "same: "), ("!     ", "")];
    let found = signs.iter().find_map(|(sign, word)| Some((row.strip_prefix(sign)?, word)));
    found.map_or(row.to_owned(), |(rest, word)| format!("{word}{rest}"))
}

/// So many rows of a list are not told yet, and the word for them.
pub fn more_rows(rows: usize) -> String {
    format!("{rows} more rows: more")
}

/// Asks for one of these words.
pub fn asks_word(words: &[&str]) -> String {
    format!("{}: ", one_of(words))
}

/// Asks for a row of a list, or for one of these words. `is_searched`: other words are looked for in the rows.
pub fn asks_row(words: &[&str], is_searched: bool) -> String {
    let search = if is_searched { ", what to look for" } else { "" };
    format!("A number{search}, or {}: ", one_of(words))
}

fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

/// Asks whether what was shown is to be sent.
pub const ASKS_TO_SEND: &str = "Send it? yes or no: ";

/// Asks for the app's id, or another text.
pub fn asks_text(label: &str) -> String {
    format!("{label}, or back: ")
}

/// The beginning of questions about a profile.
pub fn asks_about(whom: &str) -> String {
    format!("{}. {}.", super::capital(whom), super::capital(super::first_start::NOTHING_WRITTEN))
}

/// Asks for an answer, by what it is. `kept` is what an empty line stands for.
pub fn asks_answer(what: &str, kept: Option<&str>, words: &[&str]) -> String {
    let kept = kept.map_or(String::new(), |kept| format!(", or an empty line for {kept}"));
    format!("{what}{kept}, or {}: ", one_of(words))
}

/// The answers to a question of yes or no.
pub const YES_OR_NO: &str = "yes or no";

/// The answers to choose from.
pub fn numbers(count: usize) -> String {
    format!("A number from 1 to {count}")
}

/// An answer to choose, by its number.
pub fn choice(number: usize, words: &str) -> String {
    format!("{number}: {words}")
}

/// What asks for a text of the questions about a profile: the app's id, the name, the address.
pub const ASKED_TEXTS: [&str; 3] = ["The app's id", "The profile's name", "The address of the API"];

/// A credential, which is not seen while it is typed.
pub fn unseen(title: &str) -> String {
    format!("{title}, which is not shown")
}

/// What an empty line stands for where a credential may be left as it is.
pub const THE_ONE_IT_HAS: &str = "the one that it has";

/// Asks which profile, and what is to be done with it.
pub fn asks_profile(is_choosing: bool) -> String {
    let (first, last) = if is_choosing { ("start with", "quit") } else { ("switch to", "back") };
    format!(
        "A number to {first} that profile; new; edit, copy, rename, test, default, remove or compare and a number; or {last}: "
    )
}

/// Asks for a credential.
pub const ASKS_CREDENTIAL: &str = "The credential, which is not shown, or back: ";

/// A profile is written.
pub fn written(name: &str, file: &Path) -> String {
    format!("The profile {name} is written to {}.", file.display())
}

/// There is no such command or field. `near`: one of a similar name.
pub fn unknown(typed: &str, near: Option<&str>) -> String {
    let near = near.map_or(String::new(), |near| format!(" Did you mean {near}?"));
    format!("There is no command or field {typed}; help lists them.{near}")
}

/// What a command does.
pub fn command(word: &str, what: &str) -> String {
    format!("{word}: {what}.")
}

/// No request is under way.
pub const IDLE: &str = "Nothing is under way.";

/// The field has that value already.
pub fn is_so(said: &str) -> String {
    format!("{said} already.")
}

/// There is nothing to set up.
pub fn is_there(resource: Resource) -> String {
    format!("Nothing to set up: HubSpot has the {} already, or was not read.", resource.label())
}

/// HubSpot has no way to delete it.
pub fn stays(resource: Resource) -> String {
    format!("HubSpot has no way to delete the {}. Nothing was sent.", resource.label())
}

/// Asks which resource is meant.
pub fn which(is_deletion: bool) -> String {
    let can = |resource: &Resource| !is_deletion || resource.can_be_deleted();
    let verb = if is_deletion { "delete" } else { "setup" };
    let all: Vec<String> =
        Resource::ALL.iter().filter(|it| can(it)).map(|resource| format!("{verb} {}", resource.name())).collect();
    format!("Which? {}.", one_of(&all.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Others changed the value of a field that is not edited here.
pub fn changed_by_others(field: &Field, before: &str, now: &str) -> String {
    format!("{} changed on the server from {before} to {now}.", field.id)
}

/// What is known of a value besides: it is not saved, and the server has another one; it cannot be sent.
pub fn value_beside(said: &str, base: Option<&str>, flaws: &[String]) -> String {
    let base = base.map_or(String::new(), |base| format!(", unsaved; the server has {base}"));
    let said = format!("{said}{base}.");
    flaws.iter().fold(said, |said, flaw| format!("{said} {flaw}."))
}

/// A value that was not read.
pub const NOT_READ: &str = "not read";

/// A field in conflict, as a row to choose from. `side`: the value that is chosen, if one is.
pub fn in_conflict(said: &str, side: Option<bool>) -> String {
    let side = match side {
        None => "not chosen yet",
        Some(true) => "chosen: yours",
        Some(false) => "chosen: the server's",
    };
    format!("{said}; {side}")
}

/// Asks for the choice between two values.
pub const ASKS_SIDE: &str =
    "A number and a side, as in 1 mine or 1 theirs; mine or theirs for all; done, back or quit: ";

/// An open list has no such row, and takes no such word.
pub fn no_row(typed: &str) -> String {
    format!("There is no row or word {typed} here.")
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

/// What was asked about was not sent.
pub fn not_sent(about: &About<'_>) -> String {
    if about.sync.unsaved() == 0 {
        "Nothing was sent.".to_owned()
    } else {
        format!("Nothing was sent: {}.", unsaved(about))
    }
}

/// What would be sent if the user chose to save before the end.
pub fn would_send(changes: &[String]) -> String {
    if changes.is_empty() { String::new() } else { format!("A save would send: {}.", changes.join("; ")) }
}

/// What a save would send.
pub fn will_send(changes: &[String]) -> String {
    if changes.is_empty() {
        return "Nothing would be sent.".to_owned();
    }
    format!("Will send: {}. Nothing else.", changes.join("; "))
}
