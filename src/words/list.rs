//! The sentences in lists and pages: in place of missing entries, and around the entries.

use super::{NextStep, Statement, Tone};
use crate::model::Resource;
use crate::model::profile::Profile;

/// Stands in an empty filter.
pub const TYPE_TO_FILTER: &str = "type to filter";

/// No entry matches the filter. `noun` names an entry.
pub fn no_match(noun: &str) -> Statement {
    Statement::brief(Tone::Plain, format!("No {noun} matches.")).next([NextStep::ClearFilter])
}

// ── presets ──

/// There is no preset. Says how to make one.
pub fn no_presets() -> Statement {
    Statement::brief(Tone::Plain, "No preset is set up. Change settings on the form first.")
        .next([NextStep::KeepPreset])
}

/// The other way to make a preset.
pub const WRITE_PRESETS: &str = "Or write presets into config.toml:";

/// A preset as it is written in the configuration.
pub const PRESET_EXAMPLE: [&str; 3] = ["  [presets.local]", "  url = \"https://localhost:9025\"", "  isReady = false"];

/// Says how many fields a preset would change. `is_empty`: does the preset hold no field?
pub fn changes(is_empty: bool, changes: usize) -> String {
    match (is_empty, changes) {
        (true, _) => "holds no values".to_owned(),
        (false, 0) => "changes nothing".to_owned(),
        (false, 1) => "changes 1 field".to_owned(),
        (false, n) => format!("changes {n} fields"),
    }
}

/// Says what happens to the edits that are kept as a preset.
pub const KEEPING: &str =
    "What you changed of the settings, and nothing else, goes into the configuration. It stays unsaved here.";

// ── values that a row had before ──

/// There are no earlier values to offer. `history` is `None` until the history was read. `typed`: was a filter typed?
pub fn no_earlier_values(history: Option<Result<(), &str>>, typed: bool) -> String {
    match history {
        None => "Reading…".to_owned(),
        Some(Err(why)) => format!("No history: {why}"),
        Some(Ok(())) if typed => "No earlier value holds this.".to_owned(),
        Some(Ok(())) => "No other value yet.".to_owned(),
    }
}

/// The step that offers this many earlier values of the row while the user types.
pub fn earlier_values(count: usize) -> Option<NextStep> {
    match count {
        0 => None,
        1 => Some(NextStep::EarlierValues),
        n => Some(NextStep::AnyEarlierValue(n)),
    }
}

// ── history ──

/// No saves are shown: they are being read, cannot be read, or there are none.
pub fn no_saves(history: Option<Result<(), &str>>) -> String {
    match history {
        None => "Reading…".to_owned(),
        Some(Err(why)) => format!("There is no history: {why}"),
        Some(Ok(())) => "No save was made from this machine yet.".to_owned(),
    }
}

/// Stands for a value of which only the part that is masked has changed.
pub const OTHER_SECRET: &str = "another value, masked";

// ── another profile ──

/// The other profile's settings are being read.
pub fn reading(with: &Profile, host: &str) -> Statement {
    let title = format!("Reading the settings of {}, app {}, from {host}…", with.name, with.app_id);
    Statement::brief(Tone::Plain, title).next([NextStep::StopComparing])
}

/// No field differs.
pub fn all_equal() -> Statement {
    Statement::brief(Tone::Good, "All fields that can be set are the same.").next([NextStep::ShowEqual])
}

/// A resource of the other profile could not be read.
pub fn not_read_there(resource: Resource) -> String {
    format!("The {} could not be read there.", resource.label())
}

/// Says why a field cannot be chosen.
pub fn cannot_be_copied(why: &str) -> String {
    format!("This field cannot be copied: {why}.")
}

// ── conflicts ──

/// The heading of the fields that were changed both here and on the server.
pub const CONFLICTS: &str =
    "Others changed these fields since you loaded them. Nothing was sent over them, and nothing of yours is lost.";

/// The fields that only others changed.
pub fn taken(labels: &[&str]) -> String {
    format!("Taken from the server, not edited here: {}", labels.join(", "))
}

// ── what a save would change ──

/// Nothing is unsaved.
pub const NOTHING_TO_SEND: &str = "Nothing is unsaved: a save would send nothing.";

/// The edit of this field stops a save.
pub fn stops_a_save(label: &str) -> String {
    format!("✗ {label} cannot be sent as it is: a save would stop there.")
}

/// The fields that a save leaves alone.
pub fn untouched(names: &[&str]) -> String {
    format!("Not touched: {}", names.join(", "))
}

/// The signs of the gutter.
pub const SIGNS: &str = "▌ row in focus   ● unsaved   ! look here   ✗ stops a save";

// ── the body of the next request ──

/// Says that a save would send nothing, because this field stops it.
pub fn until(label: &str) -> String {
    format!("nothing, until {label} can be sent")
}

/// Says that there is nothing to send, because the settings are being read or were not read.
pub fn not_loaded(is_loading: bool) -> &'static str {
    if is_loading { "loading…" } else { "nothing: the settings are not loaded" }
}

/// The fields in the draft of an earlier run.
pub fn in_the_draft(labels: &[&str]) -> String {
    format!("in the draft: {}", labels.join(", "))
}

/// There are no edits.
pub const NOTHING_UNSAVED: &str = "nothing unsaved";

/// The screen has too few cells for the form.
pub fn too_small((width, height): (u16, u16)) -> Statement {
    Statement::brief(Tone::Plain, format!("callset needs {width}×{height} cells.")).next([NextStep::Quit])
}
