//! Leaving: at once where nothing would be lost, else after a question; and what is said then.

use crate::app::effect::{Effect, Exit};
use crate::app::{App, Asked, Mode, Overlay};
use crate::sync::{Disk, Keeping};
use crate::words::farewell;

impl App {
    /// Would nothing be lost, and nothing left in doubt, by leaving now?
    pub(super) fn nothing_to_lose(&self) -> bool {
        self.sync.unsaved() == 0 && self.sync.is_certain()
    }

    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if self.nothing_to_lose() {
            return vec![self.exit(0)];
        }
        if self.mode.is(Overlay::Quit) {
            return vec![self.exit(130)];
        }
        // Asked anew: what was answered before is over.
        self.leaving = false;
        let is_token = self.mode.ground().is(Overlay::Token);
        let forgotten = is_token.then_some(Effect::ForgetToken);
        self.mode = Mode::asking(Asked::Quit);
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

    /// What was not saved, as the last word.
    pub fn farewell(&self, kept: bool) -> Option<String> {
        farewell::said(&self.sync, self.target.app_id, kept)
    }
}
