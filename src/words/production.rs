//! The questions before a change that reaches every connected account. The user confirms it with the app's id.

use super::section::lost_without;
use crate::model::Resource;

/// A question that the user answers with the app's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The question.
    pub title: String,
    /// What the change reaches, or why the question is asked.
    pub why: String,
    /// The label of the input line.
    pub prompt: &'static str,
}

/// The question before a resource is deleted.
pub fn deletion(resource: Resource, app_id: i32) -> Confirmation {
    let what = lost_without(resource);
    let why = format!(
        "This removes the app's {what} for every connected account, at once, and cannot be undone. The values go into the \
         history of this machine."
    );
    let title = format!("Delete the {} of app {app_id}?", resource.label());
    Confirmation { title, why, prompt: "Type the app id to delete" }
}

/// The question before this many changes are saved to production.
pub fn save(changes: usize) -> Confirmation {
    let changes = if changes == 1 { "1 change".to_owned() } else { format!("{changes} changes") };
    let title = format!("Save {changes} to PRODUCTION?");
    let why = "Every account that connects to this app gets these settings, at once.".to_owned();
    Confirmation { title, why, prompt: "Type the app id to save" }
}

/// Says that the server is checked once more before a save to production.
pub const CHECKED: &str = "Checked against the server just now; it is looked at once more before anything is sent.";

/// The question before saving is unlocked for a read-only profile.
pub fn unlocking(profile: &str) -> Confirmation {
    let title = format!("Unlock saving with {profile}, for this run?");
    let why =
        "The profile is read-only, so that nothing is saved by mistake. The next start locks it again.".to_owned();
    Confirmation { title, why, prompt: "Type the app id to unlock" }
}
