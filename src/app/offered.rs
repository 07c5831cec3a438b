//! What the footer offers now: an action that would do nothing is left out, and one that does different things has a word
//! for each.

use super::keymap::{Decision, Hint, Intent};
use super::{App, Confirm, Mode, Overlay, Prompt, Typed};
use crate::sync::Keeping;

/// Everything that the offers depend on, besides the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Is no profile chosen yet?
    is_choosing: bool,
    /// Can the draft be kept on disk?
    is_on_disk: bool,
    /// What the app's id confirms, if it is asked for.
    confirms: Option<&'static str>,
}

impl Offered {
    /// Would the action do nothing now?
    fn is_off(self, intent: Intent) -> bool {
        intent == Intent::Open(Overlay::Other) && self.is_choosing
            || intent == Intent::Decide(Decision::QuitKeeping) && !self.is_on_disk
    }

    /// The word of a hint; `None` if it would do nothing now.
    pub fn word(self, hint: &Hint) -> Option<&'static str> {
        let word = self.confirms.filter(|_| hint.intent == Intent::Choose).unwrap_or(hint.word);
        (!self.is_off(hint.intent)).then_some(word)
    }
}

impl App {
    /// What is offered now.
    pub fn offered(&self) -> Offered {
        let confirms = match &self.mode {
            Mode::Entering(Prompt { what: Typed::Id(what), .. }) => Some(match what {
                Confirm::Save(_) => "save",
                Confirm::Delete(_) => "delete",
                Confirm::Unlock => "unlock",
            }),
            Mode::Entering(_) | Mode::Editing | Mode::Picking(_) | Mode::Paging(_) | Mode::Asking(_) => None,
        };
        Offered { is_choosing: self.choosing, is_on_disk: self.sync.keeping == Keeping::OnDisk, confirms }
    }

    /// Would the action do nothing now? A draft that is not on disk cannot be kept.
    pub fn is_off(&self, intent: Intent) -> bool {
        self.offered().is_off(intent)
    }

    /// The word of a hint of the footer; `None` if it would do nothing now.
    pub fn hint(&self, hint: &Hint) -> Option<&'static str> {
        self.offered().word(hint)
    }
}
