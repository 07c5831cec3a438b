//! Leaving: at once where nothing would be lost, else after a question; and what is said then.

use crate::app::effect::{Effect, Exit};
use crate::app::{App, Mode};
use crate::model::record::Sending;
use crate::model::{Patch, Resource};
use crate::sync::{Disk, Keeping};

impl App {
    /// Would nothing be lost, and nothing left in doubt, by leaving now?
    pub(super) fn nothing_to_lose(&self) -> bool {
        self.sync.unsaved() == 0 && self.sync.is_certain()
    }

    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if self.nothing_to_lose() {
            return vec![self.exit(0)];
        }
        if matches!(self.mode, Mode::Quitting) {
            return vec![self.exit(130)];
        }
        // Asked anew: what was answered before is over.
        self.leaving = false;
        let forgotten = matches!(self.mode, Mode::Token { .. }).then_some(Effect::ForgetToken);
        self.mode = Mode::Quitting;
        Vec::from_iter(forgotten)
    }

    pub(super) fn quit_saving(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        let effects = if self.sync.is_saving() { vec![] } else { self.save() };
        self.leaving = self.sync.is_saving();
        effects
    }

    /// k: the draft stays on disk, for the next start.
    pub(super) fn quit_keeping(&self) -> Vec<Effect> {
        match self.sync.keeping {
            Keeping::OnDisk => vec![self.exit(if self.sync.is_certain() { 0 } else { 130 })],
            // Nothing is kept there: the strip says so.
            Keeping::Opening | Keeping::Failing(_) | Keeping::InMemory(_) => vec![],
        }
    }

    /// d: the draft goes into the trash. What may have been sent is still to be told at the next start.
    pub(super) fn quit_discarding(&mut self) -> Vec<Effect> {
        if !self.sync.is_certain() {
            return vec![self.exit(130)];
        }
        let mut effects = Vec::new();
        if !matches!(self.sync.keeping, Keeping::InMemory(_)) {
            effects.push(Effect::Disk(Disk::Discard));
        }
        effects.push(Effect::Quit(Exit { code: 0, farewell: self.farewell(false) }));
        effects
    }

    /// The end. The draft stays on disk, if it is there.
    pub(super) fn exit(&self, code: u8) -> Effect {
        Effect::Quit(Exit { code, farewell: self.farewell(self.sync.keeping == Keeping::OnDisk) })
    }

    /// What was not saved as the last word: where the edits are, and in full, so that the shell's scrollback has them too.
    pub fn farewell(&self, kept: bool) -> Option<String> {
        let is_removed = |resource: &Resource| {
            self.sync.removing() == Some(*resource) || self.sync.doubt(*resource).is_some_and(Sending::is_removal)
        };
        let on_its_way = |resource| {
            let sent = self.sync.sent().filter(|patch| patch.resource() == resource);
            Patch::last_of(sent, self.sync.doubt(resource).and_then(Sending::patch))
        };
        let open: Vec<String> = Resource::ALL.into_iter().filter_map(on_its_way).map(|patch| patch.body()).collect();
        let patches = Resource::ALL.map(|resource| self.sync.draft.patch(resource));
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
        for field in self.sync.invalid() {
            if let Some(crate::model::Edit::Text(text)) = self.sync.draft.edit(&field.id) {
                words.push(format!("Not saved, and not valid for {}: {text:?}", field.id.key));
            }
        }
        (!words.is_empty()).then(|| format!("callset: app {}. {}", self.target.app_id, words.join("\n")))
    }
}
