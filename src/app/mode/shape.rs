//! Opening each shape, and what can be asked of it whatever it shows.

use super::{Asked, Confirm, Mode, Overlay, Page, PageText, Picker, Prompt, Question, Rows, Typed};
use crate::app::reuse::Comparison;
use crate::sync::{Doing, Fault, RequestId, Stopped};
use std::collections::BTreeMap;
use std::time::Duration;
use tui_input::Input;

/// The test of a profile: its settings were asked for with its own credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionTest {
    /// The name of the profile.
    pub profile: String,
    /// The request.
    pub request: RequestId,
    /// The time that it took, and whether the app has settings, or what failed. `None` while it is on its way.
    pub ended: Option<(Duration, Result<bool, Fault>)>,
}

impl Picker {
    /// How many rows a dialogue tells at once.
    pub const TOLD: usize = 20;

    /// Which list it is.
    pub fn overlay(&self) -> Overlay {
        match &self.rows {
            Rows::Palette => Overlay::Palette,
            Rows::Copy => Overlay::Copy,
            Rows::Profiles { comparing: false, .. } => Overlay::Profiles,
            Rows::Profiles { comparing: true, .. } => Overlay::Other,
            Rows::Presets => Overlay::Presets,
            Rows::Recent => Overlay::Recent,
            Rows::History => Overlay::History,
            Rows::Log => Overlay::Log,
            Rows::Conflicts(_) => Overlay::Conflicts,
            Rows::Comparison(_) => Overlay::Comparison,
        }
    }

    /// A list with its first row selected.
    pub fn of(rows: Rows) -> Self {
        Self { rows, filter: Input::default(), selected: 0, first: 0, scroll: 0 }
    }

    /// Selects a row, and scrolls so that it is in sight. `shown` is how many rows are seen at once.
    pub(in crate::app) fn select(&mut self, row: usize, shown: usize) {
        if row != self.selected {
            self.scroll = 0;
        }
        self.selected = row;
        self.first = self.first.clamp((row + 1).saturating_sub(shown.max(1)), row);
    }

    /// Did the user choose something in the list that would be lost by closing it?
    fn has_choices(&self) -> bool {
        let sides = matches!(&self.rows, Rows::Conflicts(sides) if !sides.is_empty());
        sides || matches!(&self.rows, Rows::Comparison(comparison) if !comparison.marked.is_empty())
    }
}

impl Page {
    /// A text from its start.
    pub fn of(text: PageText) -> Self {
        Self { text, scroll: 0 }
    }
}

impl Prompt {
    /// An empty line.
    pub fn of(what: Typed) -> Self {
        Self { what, input: Input::default(), scroll: 0 }
    }

    /// An empty line for a new token. `refused` says why it is needed, if something failed; `stopped` is the work that
    /// waits for it.
    pub fn token(refused: Option<(Doing, Fault)>, stopped: Stopped) -> Self {
        let refused = refused.map(Box::new);
        Self::of(Typed::Token { characters: 0, caret: 0, looks_like: None, wrong: None, refused, stopped })
    }

    fn is_empty(&self) -> bool {
        match &self.what {
            Typed::Token { characters, .. } => *characters == 0,
            Typed::ProfileName { of } => self.input.value() == of.name,
            Typed::Name { .. } | Typed::Id(_) => self.input.value().is_empty(),
        }
    }
}

impl Question {
    /// A question that stands at its first line.
    pub fn of(what: Asked) -> Self {
        Self { what, scroll: 0 }
    }
}

impl Mode {
    /// A list with its first row selected.
    pub fn picking(rows: Rows) -> Self {
        Mode::Picking(Picker::of(rows))
    }

    /// The list of conflicts, with no side chosen.
    pub fn resolving() -> Self {
        Self::picking(Rows::Conflicts(BTreeMap::new()))
    }

    /// The list of profiles, whose file is not read yet.
    pub fn profiles(comparing: bool) -> Self {
        Self::picking(Rows::Profiles { survey: None, comparing, test: None })
    }

    /// A prompt for the app's id, which confirms an action.
    pub fn confirming(what: Confirm) -> Self {
        Mode::Entering(Prompt::of(Typed::Id(what)))
    }

    /// A question in the strip.
    pub fn asking(what: Asked) -> Self {
        Mode::Asking(Question::of(what))
    }

    /// Does the form have the keyboard?
    pub fn is_editing(&self) -> bool {
        matches!(self, Mode::Editing)
    }

    /// What has the keyboard once the help is closed. Without the help this is the mode itself.
    pub fn ground(&self) -> &Mode {
        match self {
            Mode::Paging(Page { text: PageText::Help(under), .. }) => under,
            other => other,
        }
    }

    /// The same as [`Mode::ground`], to change it.
    pub(in crate::app) fn ground_mut(&mut self) -> &mut Mode {
        match self {
            Mode::Paging(Page { text: PageText::Help(under), .. }) => under,
            other => other,
        }
    }

    /// Does this overlay have the keyboard?
    pub fn is(&self, overlay: Overlay) -> bool {
        self.overlay() == Some(overlay)
    }

    /// Does a click outside close the overlay? A question stays open, because it needs an answer. So does an overlay
    /// that holds typed text or choices, unless the text is only a filter.
    pub(in crate::app) fn closes_outside(&self) -> bool {
        match self {
            Mode::Editing | Mode::Asking(_) => false,
            Mode::Picking(picker) => !picker.has_choices(),
            Mode::Paging(_) => true,
            Mode::Entering(prompt) => prompt.is_empty(),
        }
    }

    /// The comparison that is open, also under the help.
    pub fn comparison(&self) -> Option<&Comparison> {
        let Mode::Picking(Picker { rows: Rows::Comparison(comparison), .. }) = self.ground() else { return None };
        Some(comparison)
    }
}
