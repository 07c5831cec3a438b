//! The sentences that a section of the form shows while its resource is not set up or was not read.

use super::{About, NextStep, Statement, Tone, fault};
use crate::model::Resource;
use crate::sync::{Doing, Fault, Outcome};

/// The label of the row that stands for a whole resource; the short one has at most 7 cells.
pub fn label(resource: Resource, short: bool) -> &'static str {
    match (resource, short) {
        (Resource::Settings, false) => "Settings",
        (Resource::Settings, true) => "All",
        (Resource::Recording, false) => "Recording",
        (Resource::Recording, true) => "Record.",
        (Resource::ChannelConnection, _) => "Channel",
    }
}

/// The name of a resource in a list.
pub fn short(resource: Resource) -> &'static str {
    match resource {
        Resource::Settings => "settings",
        Resource::Recording => "recording",
        Resource::ChannelConnection => "channel",
    }
}

/// A resource as the subject of a sentence in the plural.
pub fn plural(resource: Resource) -> String {
    if resource == Resource::Settings { "settings".to_owned() } else { format!("{} settings", resource.label()) }
}

/// What every connected account loses if a resource is deleted.
pub(super) fn lost_without(resource: Resource) -> &'static str {
    match resource {
        Resource::Settings | Resource::Recording => "calling",
        Resource::ChannelConnection => "phone numbers",
    }
}

/// The text of that row, and its next step. `unread` is the reason why the resource was not read.
pub fn state(about: &About<'_>, resource: Resource, unread: Option<&Outcome>) -> (&'static str, Option<NextStep>) {
    if about.sync.draft.is_absent(resource) {
        return ("not set up", Some(NextStep::SetUp));
    }
    if about.sync.is_loading(resource) {
        return ("loading…", None);
    }
    match unread {
        Some(Outcome::Cancelled(_)) => ("not loaded: cancelled", Some(NextStep::OpenSection)),
        Some(_) | None => ("could not be loaded", Some(NextStep::OpenSectionAgain)),
    }
}

/// The explanation of that row: why the resource was not read, or what the resource is for.
pub fn meaning(about: &About<'_>, resource: Resource, unread: Option<&Outcome>) -> Statement {
    if let Some(Outcome::Failed(doing, fault)) = unread.filter(|_| !about.sync.draft.is_absent(resource)) {
        return could_not_be_read(about, resource, *doing, fault);
    }
    let what = match resource {
        Resource::Settings => format!(
            "HubSpot has no settings for app {}: never set up, deleted, or another account's app.",
            about.target.app_id
        ),
        Resource::Recording => "Tells HubSpot where to fetch recordings that need authentication.".to_owned(),
        Resource::ChannelConnection => "Offers the app's phone numbers to the help desk.".to_owned(),
    };
    let then = match resource {
        Resource::Settings => "Each field gets a first value; nothing is sent before a save.",
        Resource::Recording => "You give its url; nothing is sent before a save.",
        Resource::ChannelConnection => "You give its url, the rest has first values; nothing is sent before a save.",
    };
    Statement::brief(Tone::Plain, format!("{what} {then}")).next([NextStep::SetUp])
}

fn could_not_be_read(about: &About<'_>, resource: Resource, doing: Doing, why: &Fault) -> Statement {
    let meaning = fault::meaning(why, doing, about.target).map_or(String::new(), |meaning| format!(" {meaning}"));
    let happened = fault::happened(why, &about.target.host);
    Statement::brief(Tone::Plain, format!("{}: {happened}.{meaning}", resource.label()))
        .next([NextStep::OpenSectionAgain])
}

/// First values were entered. What HubSpot's servers call has none.
pub(super) fn setting_up(about: &About<'_>, resource: Resource) -> Statement {
    let lacks_url = about.sync.invalid().any(|field| field.id.resource == resource);
    let (title, next) = if lacks_url {
        (format!("Setting up the {}: it needs a url that HubSpot's servers reach", resource.label()), None)
    } else {
        (format!("Setting up the {}", resource.label()), Some(NextStep::SaveAll))
    };
    Statement::brief(Tone::Plain, title).next(next.into_iter().chain([NextStep::NotNow]))
}
