//! What the footer offers now: an action that would do nothing is left out, and one that does different things has a word
//! for each.

use super::keymap::{Decision, Hint, Intent};
use super::{App, Confirm, Mode, Overlay, Prompt, Typed};
use crate::model::{Field, Kind, Resource};
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
    /// The row that a page is open about.
    about: Option<AboutRow>,
    /// Has the check that is open no header to send?
    lacks_header: bool,
}

/// The rows whose pages lead to more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AboutRow {
    /// The dialer's url.
    Dialer,
    /// Another url.
    Url,
    /// The size of the dialer.
    Size,
    /// The switch that the browser override overrides.
    Ready,
    /// Any other one.
    Other,
}

impl AboutRow {
    fn of(field: &Field) -> Self {
        match (field.id.resource, &*field.id.key, field.kind) {
            (Resource::Settings, "url", _) => Self::Dialer,
            (Resource::Settings, "width" | "height", _) => Self::Size,
            (Resource::Settings, "isReady", _) => Self::Ready,
            (_, _, Kind::Url) => Self::Url,
            _ => Self::Other,
        }
    }

    /// Does its page lead there?
    fn leads_to(self, overlay: Overlay) -> bool {
        let is_url = matches!(self, Self::Dialer | Self::Url);
        let leads = [
            (Overlay::Recent, is_url),
            (Overlay::Check, is_url),
            (Overlay::Preview, matches!(self, Self::Dialer | Self::Size)),
            (Overlay::Copy, self == Self::Ready),
        ];
        leads.iter().find(|(its, _)| *its == overlay).is_none_or(|(_, leads)| *leads)
    }
}

impl Offered {
    /// Would the action do nothing now?
    fn is_off(self, intent: Intent) -> bool {
        let leads_nowhere = |overlay: Overlay| self.about.is_some_and(|row| !row.leads_to(overlay));
        matches!(intent, Intent::Open(overlay) if leads_nowhere(overlay))
            || intent == Intent::CopyHeader && self.lacks_header
            || intent == Intent::Open(Overlay::Other) && self.is_choosing
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
        Offered {
            is_choosing: self.choosing,
            is_on_disk: self.sync.keeping == Keeping::OnDisk,
            confirms,
            about: self.mode.is(Overlay::Row).then(|| AboutRow::of(self.focused())),
            lacks_header: self.mode.is(Overlay::Check) && self.header_to_send().is_none(),
        }
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
