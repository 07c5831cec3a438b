//! What has the keyboard: the form, or an overlay in one of four shapes.
//!
//! ```text
//!   Editing
//!   Picking   a list: a row is selected, a filter may be typed, details of the row stand below the list
//!   Paging    text to read
//!   Entering  a line to type in, and what it is for
//!   Asking    a question in the strip; its answers are keys
//! ```
//!
//! The behaviour that overlays of one shape share is in `update/overlay.rs` and in `ui/overlay`. Their differences are
//! data, which is defined here.

mod profiles;
mod shape;

pub use profiles::ProfilesOnDisk;
pub use shape::ConnectionTest;

use super::reuse::Comparison;
use crate::model::login::Likeness;
use crate::model::profile::Profile;
use crate::model::tunnel::Tunnel;
use crate::model::{FieldId, Resource};
use crate::sync::{Doing, Fault, Planned, Stopped};
use crate::words::doctor::Examination;
use std::collections::BTreeMap;
use tui_input::Input;

/// What has the keyboard.
#[derive(Clone, Debug)]
pub enum Mode {
    /// The form.
    Editing,
    /// A list.
    Picking(Picker),
    /// Text to read.
    Paging(Page),
    /// A line to type in.
    Entering(Prompt),
    /// A question.
    Asking(Question),
}

/// A list with its filter, selection and scroll position.
#[derive(Clone, Debug)]
pub struct Picker {
    /// The kind of rows.
    pub rows: Rows,
    /// The filter, in lists that have one.
    pub filter: Input,
    /// The selected row, as an index among the rows that match the filter.
    pub selected: usize,
    /// The first row that is shown, provided that the selected row is in sight with it.
    pub first: usize,
    /// How many lines of the selected row's details are scrolled away.
    pub scroll: usize,
}

/// The kind of rows in a list.
#[derive(Clone, Debug)]
pub enum Rows {
    /// All actions.
    Palette,
    /// What can be copied: [`CopyItem::ALL`](super::CopyItem::ALL).
    Copy,
    /// The profiles that are set up.
    Profiles {
        /// The answer of the disk; `None` until it arrives.
        survey: Option<ProfilesOnDisk>,
        /// Does the user choose a profile to compare with? Otherwise the user chooses one to switch to.
        comparing: bool,
        /// The test of a profile that was begun last.
        test: Option<Box<ConnectionTest>>,
    },
    /// The presets.
    Presets,
    /// The tunnels of this machine, if the row in focus takes a url, and the values that it had before. Typed text still
    /// goes into the row.
    Recent,
    /// The saves that are known, newest first.
    History,
    /// The requests of this run, newest first.
    Log,
    /// Fields that were changed here and on the server, with the sides that the user has chosen so far.
    Conflicts(BTreeMap<FieldId, Side>),
    /// The fields of another profile beside this one.
    Comparison(Box<Comparison>),
}

/// Text to read.
#[derive(Clone, Debug)]
pub struct Page {
    /// The text.
    pub text: PageText,
    /// How many lines are scrolled away.
    pub scroll: usize,
}

/// Which text.
#[derive(Clone, Debug)]
pub enum PageText {
    /// Help for the mode inside. That mode comes back when the help is closed.
    Help(Box<Mode>),
    /// What the row in focus is for, and what is asked about it.
    Row,
    /// What a save would change, and the whole request.
    Review,
    /// What the check of the URL in this row has found.
    Check(FieldId),
    /// The parts of the configuration that cannot be used.
    Complaints,
    /// What stands between callset and its server, as far as it was looked at.
    Doctor(Examination),
    /// How far the dialer in the preview has got, and what it said.
    Preview,
}

/// A line to type in.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What the line is for.
    pub what: Typed,
    /// The text so far. It stays empty for a token.
    pub input: Input,
    /// How many lines of the text above the prompt are scrolled away.
    pub scroll: usize,
}

/// The purpose of a prompt.
#[derive(Clone, Debug)]
pub enum Typed {
    /// A new token. Its text never comes here.
    Token {
        /// How many characters were typed so far.
        characters: usize,
        /// The position of the caret, in characters from the start.
        caret: usize,
        /// What the text looks like, if its form tells.
        looks_like: Option<Likeness>,
        /// Why the text that was entered last is no token.
        wrong: Option<String>,
        /// Why a token is asked for: what was being done, and what happened.
        refused: Option<Box<(Doing, Fault)>>,
        /// The work that continues once there is a new token.
        stopped: Stopped,
    },
    /// The name of a new preset, which keeps the edits.
    Name {
        /// The existing preset that Enter replaces, once the user was told that it exists.
        replacing: Option<String>,
    },
    /// Another name for a profile.
    ProfileName {
        /// The profile.
        of: Box<Profile>,
    },
    /// The app's id, typed to confirm an action that is hard to take back.
    Id(Confirm),
}

/// A question, asked in the strip.
#[derive(Clone, Debug)]
pub struct Question {
    /// The question.
    pub what: Asked,
    /// How many lines of the edits in question are scrolled away, if the edits are shown.
    pub scroll: usize,
}

/// The question that is asked.
#[derive(Clone, Debug)]
pub enum Asked {
    /// "Quit?", because something would be lost.
    Quit,
    /// Edits of an earlier run: restore them?
    Restore {
        /// Are the edits shown?
        shown: bool,
        /// Was `x` pressed once? Only a second `x` discards the edits, because the first may have been meant for the
        /// form.
        discarding: bool,
    },
    /// May this profile be removed?
    Remove {
        /// The profile.
        profile: Box<Profile>,
        /// How many fields are unsaved in drafts of its app.
        unsaved: usize,
    },
    /// Are other urls moved to the tunnel as well, which have the same host and port as the row in focus?
    Siblings {
        /// The tunnel.
        tunnel: Box<Tunnel>,
        /// The other fields.
        fields: Vec<FieldId>,
    },
    /// May the credential be sent to a host that it was not stored for?
    Trust {
        /// The source of the credential, in words.
        source: String,
        /// The work that continues if the user agrees.
        stopped: Stopped,
    },
}

/// The names of all overlays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Overlay::label says what each is")]
pub enum Overlay {
    Row,
    Help,
    Review,
    Check,
    Complaints,
    Doctor,
    Preview,
    Palette,
    Copy,
    Profiles,
    /// The list of profiles from which one is chosen for a comparison.
    Other,
    Presets,
    Recent,
    History,
    Log,
    Conflicts,
    Comparison,
    Token,
    Name,
    ProfileName,
    Id,
    Quit,
    /// The question before quitting while the outcome of a write is not known.
    Leave,
    Restore,
    Remove,
    /// The question about other urls that are at the same place.
    Siblings,
    Trust,
}

/// How an overlay is operated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A list.
    List,
    /// A list that typed text filters.
    Filtered,
    /// A list beside a row. Typed text goes into the row.
    Beside,
    /// Text to read.
    Page,
    /// A line to type in.
    Prompt,
    /// A question.
    Question,
}

impl Overlay {
    /// All overlays, in the order of the help.
    pub const ALL: [Overlay; 27] = [
        Overlay::Row,
        Overlay::Help,
        Overlay::Review,
        Overlay::Check,
        Overlay::Complaints,
        Overlay::Doctor,
        Overlay::Preview,
        Overlay::Palette,
        Overlay::Copy,
        Overlay::Profiles,
        Overlay::Other,
        Overlay::Presets,
        Overlay::Recent,
        Overlay::History,
        Overlay::Log,
        Overlay::Conflicts,
        Overlay::Comparison,
        Overlay::Token,
        Overlay::Name,
        Overlay::ProfileName,
        Overlay::Id,
        Overlay::Quit,
        Overlay::Leave,
        Overlay::Restore,
        Overlay::Remove,
        Overlay::Siblings,
        Overlay::Trust,
    ];

    /// The shape of the overlay, and the heading of its keys in the help.
    const fn about(self) -> (Shape, &'static str) {
        match self {
            Overlay::Row => (Shape::Page, "In what is said of a row"),
            Overlay::Help => (Shape::Page, "In the help"),
            Overlay::Review => (Shape::Page, "In the review of what a save would change"),
            Overlay::Check => (Shape::Page, "In the check of a URL"),
            Overlay::Complaints => (Shape::Page, "In what is wrong with the configuration"),
            Overlay::Doctor => (Shape::Page, "In what doctor finds"),
            Overlay::Preview => (Shape::Page, "In the page about the preview"),
            Overlay::Palette => (Shape::Filtered, "In the palette"),
            Overlay::Copy => (Shape::List, "In the list of things to copy"),
            Overlay::Profiles => (Shape::Filtered, "In the list of profiles"),
            Overlay::Other => (Shape::Filtered, "In the list of profiles to compare with"),
            Overlay::Presets => (Shape::Filtered, "In the list of presets"),
            Overlay::Recent => (Shape::Beside, "In the tunnels and earlier values of a row"),
            Overlay::History => (Shape::List, "In the history"),
            Overlay::Log => (Shape::List, "In the request log"),
            Overlay::Conflicts => (Shape::List, "When others changed the same fields"),
            Overlay::Comparison => (Shape::List, "With another profile beside"),
            Overlay::Token => (Shape::Prompt, "When asked for a credential"),
            Overlay::Name => (Shape::Prompt, "When asked for a preset's name"),
            Overlay::ProfileName => (Shape::Prompt, "When asked for a profile's new name"),
            Overlay::Id => (Shape::Prompt, "When asked for the app's id"),
            Overlay::Quit => (Shape::Question, "When asked before leaving"),
            Overlay::Leave => (Shape::Question, "The same, with a save on its way"),
            Overlay::Restore => (Shape::Question, "When asked about edits of an earlier run"),
            Overlay::Remove => (Shape::Question, "When asked before a profile is removed"),
            Overlay::Siblings => (Shape::Question, "When asked whether other urls move to the tunnel too"),
            Overlay::Trust => (Shape::Question, "When asked whether a host may have the credential"),
        }
    }

    /// How the overlay is operated.
    pub const fn shape(self) -> Shape {
        self.about().0
    }

    /// The heading of the overlay's keys in the help.
    pub const fn label(self) -> &'static str {
        self.about().1
    }
}

/// An action that the user confirms by typing the app's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Deleting a resource.
    Delete(Resource),
    /// Saving to production. Only the plan that was shown is sent.
    Save(Vec<Planned>),
    /// Saving with a profile that is read-only.
    Unlock,
}

/// One of the two values of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The server's.
    Theirs,
    /// The user's.
    Mine,
}

impl Mode {
    /// The open overlay; `None` on the form. For both questions before quitting this is [`Overlay::Quit`], because only
    /// the working copy tells them apart.
    pub fn overlay(&self) -> Option<Overlay> {
        Some(match self {
            Mode::Editing => return None,
            Mode::Picking(picker) => picker.overlay(),
            Mode::Paging(Page { text: PageText::Row, .. }) => Overlay::Row,
            Mode::Paging(Page { text: PageText::Help(_), .. }) => Overlay::Help,
            Mode::Paging(Page { text: PageText::Review, .. }) => Overlay::Review,
            Mode::Paging(Page { text: PageText::Check(_), .. }) => Overlay::Check,
            Mode::Paging(Page { text: PageText::Complaints, .. }) => Overlay::Complaints,
            Mode::Paging(Page { text: PageText::Doctor(_), .. }) => Overlay::Doctor,
            Mode::Paging(Page { text: PageText::Preview, .. }) => Overlay::Preview,
            Mode::Entering(Prompt { what, .. }) => match what {
                Typed::Token { .. } => Overlay::Token,
                Typed::Name { .. } => Overlay::Name,
                Typed::ProfileName { .. } => Overlay::ProfileName,
                Typed::Id(_) => Overlay::Id,
            },
            Mode::Asking(Question { what, .. }) => match what {
                Asked::Quit => Overlay::Quit,
                Asked::Restore { .. } => Overlay::Restore,
                Asked::Remove { .. } => Overlay::Remove,
                Asked::Siblings { .. } => Overlay::Siblings,
                Asked::Trust { .. } => Overlay::Trust,
            },
        })
    }
}
