//! The sentences about profiles and the sources of their credentials.

use super::{NextStep, Statement, Tone};
use crate::model::profile::{Profile, Source};
use std::fmt::Display;
use std::path::Path;

/// The sources of a profile's credential, in order. `none` is returned if it has no source.
pub fn sources(profile: &Profile, none: &str) -> String {
    let sources: Vec<String> = profile.sources.iter().map(Source::words).collect();
    if sources.is_empty() { none.to_owned() } else { sources.join(", then ") }
}

/// No profile is set up.
pub fn none() -> Statement {
    Statement::brief(Tone::Plain, "No profile is set up.").next([NextStep::AddProfile])
}

/// How saves with a profile work, and the next step.
pub fn saves(profile: &Profile) -> Statement {
    let (how, next) = match (profile.read_only, profile.production) {
        (true, _) => ("locked", Some(NextStep::Unlock)),
        (false, true) => ("reviewed first, with the app id typed", None),
        (false, false) => ("at once", None),
    };
    Statement::brief(Tone::Plain, format!("Saves: {how}")).next(next)
}

/// Says whom a save to production reaches.
pub const REACHES_ALL: &str = "Every account that connects to this app gets these settings.";

/// Says what happens to edits when the user switches to another profile.
pub const EDITS_STAY: &str = "Your unsaved edits stay with their profile, as a draft, when you switch.";

/// The end of a sentence about a profile that was not written: its credential was kept already, in this source.
pub fn kept_already(source: &Source) -> String {
    format!("; the credential was kept already: {}", source.words())
}

/// The file that was to keep the credential exists already.
pub fn file_is_there(path: &Path) -> String {
    format!("There is a file {} already.", path.display())
}

/// The keyring entry that was to keep the credential exists already.
pub const ENTRY_IS_THERE: &str = "The keyring has an entry of this name already.";

/// The user's trust in a host could not be recorded, for this reason.
pub fn will_ask_again(why: impl Display) -> String {
    format!("It will be asked again: {why}")
}

/// There is no token, and no profile that would say where one is.
pub const NO_TOKEN: &str = "set HUBSPOT_ACCESS_TOKEN to an OAuth access token of the app's account; --demo needs none";
