//! The sentences about profiles and the sources of their credentials.

use super::{NextStep, Statement, Tone, fields};
use crate::model::profile::{Profile, Source};
use std::fmt::Display;
use std::path::Path;

/// What became of the profiles, or of their configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileNews {
    /// The typed text cannot be a profile's name.
    NotAName,
    /// There is a profile of this name already.
    NameTaken(String),
    /// A profile has another name now: the one of before, and the new one.
    Renamed(String, String),
    /// The profile of this name is the default now.
    Default(String),
    /// The profile of this name is removed.
    Removed(String),
    /// The profiles could not be changed, for this reason.
    NotChanged(String),
    /// Everything in the configuration can be used again.
    Mended,
    /// The profile in use, whose name this is, has another app, address or credential in the file now.
    AnotherNow(String),
}

/// Says what became of the profiles.
pub fn news(news: &ProfileNews) -> Statement {
    let good = |title: String| Statement::brief(Tone::Good, title);
    match news {
        ProfileNews::NotAName => Statement::brief(Tone::Warning, super::first_start::wrong_name()),
        ProfileNews::NameTaken(name) => {
            Statement::brief(Tone::Warning, format!("There is a profile {name} already: give another name"))
        }
        ProfileNews::Renamed(from, to) => good(format!("{from} is called {to} now")),
        ProfileNews::Default(name) => good(format!("{name} is the default profile")),
        ProfileNews::Removed(name) => good(format!("The profile {name} is removed")),
        ProfileNews::NotChanged(why) => Statement::brief(Tone::Error, why.clone()),
        ProfileNews::Mended => good("The configuration is mended: all of it is used".to_owned()),
        ProfileNews::AnotherNow(name) => {
            let title = format!("The profile {name} is another one in the configuration now");
            Statement::brief(Tone::Plain, title).next([NextStep::SwitchProfile])
        }
    }
}

/// There is no folder for the configuration.
pub const NO_PLACE: &str = "There is no place for profiles: set HOME or XDG_CONFIG_HOME";

/// The questions about a profile were not answered to their end.
pub const NOT_WRITTEN: &str = "The questions about the profile are not answered: nothing was written";

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

/// A profile was not written, for this reason.
pub fn not_written(why: impl Display) -> String {
    format!("{}; the configuration is as it was", why.to_string().trim_end_matches('.'))
}

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

/// Asks whether a profile may be removed.
pub fn removing(name: &str) -> Statement {
    Statement::full(Tone::Warning, format!("Remove the profile {name}?"), [])
        .next([NextStep::RemoveProfile, NextStep::KeepProfile])
}

/// What is lost if a profile is removed, and what stays. `is_default`: is it the default? `is_here`: is it in use?
/// `unsaved` is how many fields are unsaved in drafts of its app.
pub fn lost_with(profile: &Profile, is_default: bool, is_here: bool, unsaved: usize) -> Vec<String> {
    let mut lines =
        vec![format!("Its table goes from the configuration: app {}, address, sources, guards.", profile.app_id)];
    if profile.sources.iter().any(Source::uses_keyring) {
        lines.push("Its entry in the keyring is removed.".to_owned());
    }
    for file in profile.sources.iter().flat_map(Source::files) {
        lines.push(format!("{} stays.", super::capital(&file.words())));
    }
    if is_default {
        lines.push("It is the default profile: there is none then.".to_owned());
    }
    lines.push(match unsaved {
        0 => "History stays: a profile of this app finds it again.".to_owned(),
        unsaved => {
            format!("{} in a draft and history stay: a profile of this app finds them again.", fields(unsaved))
        }
    });
    if is_here {
        lines.push("This run goes on with it.".to_owned());
    }
    lines.push("The app and its settings at HubSpot are not touched.".to_owned());
    lines
}

/// What a line for another name is for.
pub const RENAMING: &str = "The name of the profile in the configuration, and of its entry in the keyring. Scripts that use -p need the new one.";

/// Where the credential of the demo is.
pub const ANY_TOKEN: &str = "the demo: its sandbox takes any";

/// The title of the list while no profile is chosen.
pub const CHOOSE: &str = "Start with";

/// What a profile that was removed leaves behind, and what went with it. `entry` is its entry in the keyring: was there
/// one, which is removed now?
pub fn left_of(profile: Option<&Profile>, was_default: bool, entry: Option<&Result<bool, String>>) -> Vec<String> {
    let mut lines = Vec::new();
    if was_default {
        lines.push("It was the default; there is none now.".to_owned());
    }
    // Another program may read the same file, so the file stays.
    let files = profile.into_iter().flat_map(|profile| &profile.sources).flat_map(Source::files);
    lines.extend(files.map(|file| format!("Its credential stays: {}.", file.words())));
    lines.extend(match entry {
        Some(Ok(true)) => Some("Its entry in the keyring is removed as well.".to_owned()),
        Some(Ok(false)) | None => None,
        Some(Err(why)) => Some(format!("Its entry in the keyring may still be there: {why}")),
    });
    lines
}

/// Drafts and history stay when a profile is removed.
pub fn drafts_stay(state: &Path) -> String {
    format!("Drafts and history of its app stay in {}.", state.display())
}

/// Nothing is wrong with the configuration.
pub const ALL_USED: &str = "Nothing: all of the configuration is used.";

/// Says what happens once the configuration is mended.
pub const MEND: &str = "Mend the file in an editor: it is read again when this window gets the focus, and each minute.";

/// The mark in the header of a configuration with something wrong in it, in full and in short.
pub const CONFIGURATION: [&str; 2] = ["! config", "! conf"];
