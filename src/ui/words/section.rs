//! The sections of the form: what stands there while a resource is not set up or was not read, and what a save sends of each.

use crate::app::App;
use crate::model::Resource;
use crate::sync::{Call, Outcome};

/// The label of the row that stands for a whole resource; the short one has at most 7 cells.
pub(in crate::ui) fn label(resource: Resource, short: bool) -> &'static str {
    match (resource, short) {
        (Resource::Settings, false) => "Settings",
        (Resource::Settings, true) => "All",
        (Resource::Recording, false) => "Recording",
        (Resource::Recording, true) => "Record.",
        (Resource::ChannelConnection, _) => "Channel",
    }
}

/// What that row says.
pub(in crate::ui) fn state(app: &App, resource: Resource) -> String {
    if app.sync.draft.is_absent(resource) {
        return "not set up · Enter to set up".to_owned();
    }
    if app.sync.is_loading(resource) {
        return "loading…".to_owned();
    }
    match app.unread.get(&resource) {
        Some(Outcome::Cancelled(_)) => "not loaded: cancelled · Enter to load".to_owned(),
        Some(_) | None => "could not be loaded · Enter to try again".to_owned(),
    }
}

/// What stands behind it, for the strip.
pub(super) fn about(app: &App, resource: Resource) -> String {
    if let Some(Outcome::Failed(doing, fault)) =
        app.unread.get(&resource).filter(|_| !app.sync.draft.is_absent(resource))
    {
        let meaning = fault.meaning(*doing, &app.target).map_or(String::new(), |meaning| format!(" {meaning}"));
        return format!("{}: {}.{meaning}", resource.label(), fault.happened(&app.target.host));
    }
    let what = match resource {
        Resource::Settings => {
            return format!(
                "HubSpot has no settings for app {}: never set up, deleted, or another account's app. Enter gives each \
                 field a first value; nothing is sent before ^S.",
                app.target.app_id
            );
        }
        Resource::Recording => "Tells HubSpot where to fetch recordings that need authentication.",
        Resource::ChannelConnection => "Offers the app's phone numbers to the help desk.",
    };
    format!("{what} Enter gives each field a first value; nothing is sent before ^S.")
}

/// A request in the strip: its body, and what it is about unless that is the settings.
pub(super) fn request(call: &Call) -> String {
    let (label, resource) = (call.resource().label(), call.resource());
    match call {
        Call::Patch(patch) if resource == Resource::Settings => patch.body(),
        Call::Patch(patch) => format!("{label} {}", patch.body()),
        Call::Create(patch) => format!("POST {label} {}", patch.body()),
        Call::Get(_) | Call::Delete(_) => format!("{} {label}", call.method()),
    }
}
