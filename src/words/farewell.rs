//! The last message in the shell: what was not saved, and what else the user has to know.

use crate::model::record::Sending;
use crate::model::{Edit, Patch, Resource};
use crate::sync::WorkingCopy;
use std::path::Path;

/// Says what was not saved and where the edits are. The edits are printed in full, so that the shell's scrollback has
/// them too. `kept`: is the draft on disk?
pub fn said(sync: &WorkingCopy, app_id: i32, kept: bool) -> Option<String> {
    let is_removed = |resource: &Resource| {
        let is_of = |doubt: &Sending| doubt.resource() == *resource && doubt.is_removal();
        sync.removing() == Some(*resource) || sync.doubts().any(is_of)
    };
    let on_its_way = |resource| {
        let sent = sync.sent().filter(|patch| patch.resource() == resource);
        let doubts = sync.doubts().filter_map(Sending::patch).filter(|patch| patch.resource() == resource);
        doubts.chain(sent).fold(None, |all: Option<Patch>, later| Patch::last_of(Some(later), all.as_ref()))
    };
    let open: Vec<String> = Resource::ALL.into_iter().filter_map(on_its_way).map(|patch| patch.body()).collect();
    let patches = Resource::ALL.map(|resource| sync.draft.patch(resource));
    let is_unsaved = |patch: &&Patch| !patch.is_empty() && Some(*patch) != on_its_way(patch.resource()).as_ref();
    let unsaved: Vec<String> = patches.iter().filter(is_unsaved).map(Patch::body).collect();
    let mut words = Vec::new();
    if !open.is_empty() {
        let (later, open) = (if kept { "; the next start looks" } else { "" }, open.join(" "));
        words.push(format!("A save was on its way; whether HubSpot took it is not known{later}: {open}"));
    }
    for resource in Resource::ALL.into_iter().filter(is_removed) {
        let (later, what) = (if kept { "; the next start looks" } else { "" }, resource.label());
        words.push(format!("A removal was on its way; whether HubSpot deleted the {what} is not known{later}"));
    }
    if !unsaved.is_empty() {
        let place = if kept { ", kept as a draft for the next start" } else { "" };
        words.push(format!("Not saved{place}: {}", unsaved.join(" ")));
    }
    for field in sync.invalid() {
        if let Some(Edit::Text(text)) = sync.draft.edit(&field.id) {
            words.push(format!("Not saved, and not valid for {}: {text:?}", field.id.key));
        }
    }
    (!words.is_empty()).then(|| format!("callset: app {}. {}", app_id, words.join("\n")))
}

/// The draft is not on disk, even if the editor said before that it was.
pub fn not_on_disk(why: &str) -> String {
    format!("callset: the draft is not on disk: {why}")
}

/// Says after a crash where the draft is, if there is one, and where the report is.
pub fn after_crash(draft: Option<&Path>, report: &Path) -> String {
    let kept = draft.map_or(String::new(), |draft| format!("Unsaved edits are in {}; ", draft.display()));
    format!("{kept}the report is {}", report.display())
}
