//! Quitting: at once if nothing would be lost, otherwise after a question.

use crate::app::effect::{Effect, Exit};
use crate::app::keymap::Decision;
use crate::app::{App, Asked, Mode, Overlay, Question};
use crate::sync::{Disk, Keeping};
use crate::words::farewell;

/// The exit code for a write whose outcome is unknown, as the commands have it.
const UNKNOWN: u8 = 7;

impl App {
    /// Carries out the answer to a question.
    pub(super) fn decided(&mut self, decision: Decision) -> Vec<Effect> {
        match decision {
            Decision::QuitSaving => self.quit_saving(),
            Decision::QuitKeeping => self.quit_keeping(),
            Decision::QuitDiscarding => self.quit_discarding(),
            Decision::Restore => self.restore(),
            Decision::Show => {
                if let Mode::Asking(Question { what: Asked::Restore { shown, .. }, .. }) = &mut self.mode {
                    *shown = !*shown;
                }
                vec![]
            }
            Decision::PutOff => self.put_off(),
            Decision::PutOffAll => self.put_off_all(),
            Decision::Discard => self.discard_leftover(),
            Decision::Remove => self.remove_profile(),
            Decision::MoveAll | Decision::MoveOne => self.move_siblings(decision == Decision::MoveAll),
            Decision::Trust => vec![Effect::Trust],
        }
    }

    /// Can the user quit now without losing an edit and without leaving a write in doubt?
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
        // The question is asked again, so an earlier answer no longer counts.
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

    /// Quits and keeps the draft on disk for the next start. Does nothing if the draft is not on disk.
    pub(super) fn quit_keeping(&self) -> Vec<Effect> {
        match self.sync.keeping {
            Keeping::OnDisk => vec![self.exit(0)],
            // The draft is not on disk, and the strip says so.
            Keeping::Opening | Keeping::Failing(_) | Keeping::InMemory(_) => vec![],
        }
    }

    /// Quits and puts the draft into the trash. While a write is in doubt the draft stays, so that the next start can
    /// tell the outcome.
    pub(super) fn quit_discarding(&mut self) -> Vec<Effect> {
        if !self.sync.is_certain() {
            return vec![self.exit(0)];
        }
        let mut effects = Vec::new();
        if !matches!(self.sync.keeping, Keeping::InMemory(_)) {
            effects.push(Effect::Disk(Disk::Discard));
        }
        effects.push(Effect::Quit(Exit { code: 0, farewell: self.farewell(false) }));
        effects
    }

    /// Ends the process. A draft on disk stays there. If a write has left and nobody knows what became of it, the exit code
    /// says that, whatever ends the process.
    pub(super) fn exit(&self, code: u8) -> Effect {
        let code = if self.sync.is_certain() { code } else { UNKNOWN };
        Effect::Quit(Exit { code, farewell: self.farewell(self.sync.keeping == Keeping::OnDisk) })
    }

    /// The last words on stderr: what was not saved. `kept` says whether the edits are on disk.
    pub fn farewell(&self, kept: bool) -> Option<String> {
        farewell::said(&self.sync, self.target.app_id, kept)
    }
}
