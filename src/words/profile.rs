//! What is said of profiles and of where their credentials are.

use super::{NextStep, Statement, Tone};
use crate::model::profile::{Profile, Source};
use std::fmt::Display;
use std::path::Path;

/// Where a profile looks for its credential, in order; what is said instead where it looks nowhere.
pub fn sources(profile: &Profile, none: &str) -> String {
    let sources: Vec<String> = profile.sources.iter().map(Source::words).collect();
    if sources.is_empty() { none.to_owned() } else { sources.join(", then ") }
}

/// No profile is set up.
pub fn none() -> Statement {
    Statement::brief(Tone::Plain, "No profile is set up.").next([NextStep::AddProfile])
}

/// How saves with a profile go, and what can be done about it.
pub fn saves(profile: &Profile) -> Statement {
    let (how, next) = match (profile.read_only, profile.production) {
        (true, _) => ("locked", Some(NextStep::Unlock)),
        (false, true) => ("reviewed first, with the app id typed", None),
        (false, false) => ("at once", None),
    };
    Statement::brief(Tone::Plain, format!("Saves: {how}")).next(next)
}

/// Whom a save to production reaches.
pub const REACHES_ALL: &str = "Every account that connects to this app gets these settings.";

/// What becomes of edits when another profile is used.
pub const EDITS_STAY: &str = "Your unsaved edits stay with their profile, as a draft, when you switch.";

/// The credential was kept before the profile could not be; where it is, as the end of a sentence.
pub fn kept_already(source: &Source) -> String {
    format!("; the credential was kept already: {}", source.words())
}

/// A file is there already where the credential was to be kept.
pub fn file_is_there(path: &Path) -> String {
    format!("There is a file {} already.", path.display())
}

/// The keyring has an entry already where the credential was to be kept.
pub const ENTRY_IS_THERE: &str = "The keyring has an entry of this name already.";

/// That a host may have the credential could not be noted; why.
pub fn will_ask_again(why: impl Display) -> String {
    format!("It will be asked again: {why}")
}

/// There is no token, and no profile that would say where one is.
pub const NO_TOKEN: &str = "set HUBSPOT_ACCESS_TOKEN to an OAuth access token of the app's account; --demo needs none";
