//! Who has the keyboard: the form, or one of four shapes that open over it.
//!
//! ```text
//!   Editing
//!   Picking   a list: one row is selected, a filter may be typed, the selected row is told in full below it
//!   Paging    text to read
//!   Entering  a line to type in, and what it is for
//!   Asking    a question in the strip; its answers are keys
//! ```
//!
//! What is the same for all of a shape is in `update/overlay.rs` and in `ui/overlay`. What differs is data, and here.

mod shape;

use super::reuse::Comparison;
use crate::model::profile::Config;
use crate::model::{FieldId, Resource};
use crate::sync::{Planned, Stopped};
use std::collections::BTreeMap;
use tui_input::Input;

/// Who has the keyboard.
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

/// A list, and where one is in it.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What is listed.
    pub rows: Rows,
    /// What the rows are filtered by, where they are.
    pub filter: Input,
    /// Index among the rows that match.
    pub selected: usize,
    /// The first row that is shown, if the selected one is in sight then.
    pub first: usize,
    /// Lines scrolled away of what is told of the selected row.
    pub scroll: usize,
}

/// What is listed.
#[derive(Clone, Debug)]
pub enum Rows {
    /// All actions.
    Palette,
    /// What can be copied: [`CopyItem::ALL`](super::CopyItem::ALL).
    Copy,
    /// The profiles that are set up.
    Profiles {
        /// What the disk says; `None` before it has.
        survey: Option<ProfilesOnDisk>,
        /// Is one looked for to compare with, and not to go on with?
        comparing: bool,
    },
    /// The presets.
    Presets,
    /// The values that the row in focus had before; typing goes on in the row.
    Recent,
    /// The saves that are known, newest first.
    History,
    /// The requests of this run, newest first.
    Log,
    /// Fields that were changed here and on the server, and the sides that were chosen so far: none from the start.
    Conflicts(BTreeMap<FieldId, Side>),
    /// The fields of another profile beside this one.
    Comparison(Box<Comparison>),
}

/// Text to read.
#[derive(Clone, Debug)]
pub struct Page {
    /// Which.
    pub text: PageText,
    /// Lines scrolled away.
    pub scroll: usize,
}

/// Which text.
#[derive(Clone, Debug)]
pub enum PageText {
    /// Help for what lies under it, which is there again when it is closed.
    Help(Box<Mode>),
    /// What a save would change, and the whole request.
    Review,
}

/// A line to type in.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What is typed.
    pub what: Typed,
    /// What was typed so far; nothing of a token.
    pub input: Input,
    /// Lines scrolled away of what it is about.
    pub scroll: usize,
}

/// What is typed into a prompt.
#[derive(Clone, Debug)]
pub enum Typed {
    /// A new token. What is typed never comes here.
    Token {
        /// How many characters so far.
        characters: usize,
        /// Before which of them the caret is.
        caret: usize,
        /// Why the last one can not be used.
        wrong: Option<String>,
        /// What goes on with the new one.
        stopped: Stopped,
    },
    /// The name of a preset that the edits become.
    Name {
        /// The preset that Enter replaces, because it was told that there is one.
        replacing: Option<String>,
    },
    /// The app's id, because what comes next reaches every account that connects to the app.
    Id(Confirm),
}

/// A question, asked in the strip.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which.
    pub what: Asked,
    /// Lines scrolled away of what it is about, where that is shown.
    pub scroll: usize,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Asked {
    /// "Quit?", because something would be lost.
    Quit,
    /// Edits of an earlier run: restore them?
    Restore {
        /// Are they shown?
        shown: bool,
        /// Was `x` pressed? It takes a second one: letters may have been meant for the row below.
        discarding: bool,
    },
    /// May the credential be sent to a host that it was not stored for?
    Trust {
        /// Where it was had from, in words.
        source: String,
        /// What goes on with a yes.
        stopped: Stopped,
    },
}

/// Everything that can open over the form, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Overlay::label says what each is")]
pub enum Overlay {
    Help,
    Review,
    Palette,
    Copy,
    Profiles,
    /// The profiles, to compare with one of them.
    Other,
    Presets,
    Recent,
    History,
    Log,
    Conflicts,
    Comparison,
    Token,
    Name,
    Id,
    Quit,
    /// To quit, while it is not known what became of something that was sent.
    Leave,
    Restore,
    Trust,
}

/// How an overlay is operated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A list.
    List,
    /// A list that is filtered by what is typed.
    Filtered,
    /// A list over a row that is typed in all the while.
    Beside,
    /// Text to read.
    Page,
    /// A line to type in.
    Prompt,
    /// A question.
    Question,
}

impl Overlay {
    /// All.
    pub const ALL: [Overlay; 19] = [
        Overlay::Help,
        Overlay::Review,
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
        Overlay::Id,
        Overlay::Quit,
        Overlay::Leave,
        Overlay::Restore,
        Overlay::Trust,
    ];

    /// How it is operated, and the words above its keys in the help.
    const fn about(self) -> (Shape, &'static str) {
        match self {
            Overlay::Help => (Shape::Page, "In the help"),
            Overlay::Review => (Shape::Page, "In the review of what a save would change"),
            Overlay::Palette => (Shape::Filtered, "In the palette"),
            Overlay::Copy => (Shape::List, "In the list of things to copy"),
            Overlay::Profiles => (Shape::Filtered, "In the list of profiles"),
            Overlay::Other => (Shape::Filtered, "In the list of profiles to compare with"),
            Overlay::Presets => (Shape::Filtered, "In the list of presets"),
            Overlay::Recent => (Shape::Beside, "In the values that a row had before"),
            Overlay::History => (Shape::List, "In the history"),
            Overlay::Log => (Shape::List, "In the request log"),
            Overlay::Conflicts => (Shape::List, "When others changed the same fields"),
            Overlay::Comparison => (Shape::List, "With another profile beside"),
            Overlay::Token => (Shape::Prompt, "When asked for a credential"),
            Overlay::Name => (Shape::Prompt, "When asked for a preset's name"),
            Overlay::Id => (Shape::Prompt, "When asked for the app's id"),
            Overlay::Quit => (Shape::Question, "When asked before leaving"),
            Overlay::Leave => (Shape::Question, "The same, with a save on its way"),
            Overlay::Restore => (Shape::Question, "When asked about edits of an earlier run"),
            Overlay::Trust => (Shape::Question, "When asked whether a host may have the credential"),
        }
    }

    /// How it is operated.
    pub const fn shape(self) -> Shape {
        self.about().0
    }

    /// The words above its keys in the help.
    pub const fn label(self) -> &'static str {
        self.about().1
    }
}

/// What takes the app's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Deleting a resource.
    Delete(Resource),
    /// Saving to production: what was checked is what is sent.
    Save(Vec<Planned>),
    /// Saving with a profile that is read-only.
    Unlock,
}

/// What the disk knows of the profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfilesOnDisk {
    /// What is set up, as it stands now.
    pub setup: Config,
    /// What of that can not be used, as sentences.
    pub complaints: Vec<String>,
    /// How many fields are unsaved in drafts of each profile's app, in the order of the profiles.
    pub unsaved: Vec<usize>,
}

/// Whose value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The server's.
    Theirs,
    /// The user's.
    Mine,
}

impl Picker {
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
}

impl Mode {
    /// What is open. Of the two questions before leaving it is [`Overlay::Quit`].
    pub fn overlay(&self) -> Option<Overlay> {
        Some(match self {
            Mode::Editing => return None,
            Mode::Picking(picker) => picker.overlay(),
            Mode::Paging(Page { text: PageText::Help(_), .. }) => Overlay::Help,
            Mode::Paging(Page { text: PageText::Review, .. }) => Overlay::Review,
            Mode::Entering(Prompt { what, .. }) => match what {
                Typed::Token { .. } => Overlay::Token,
                Typed::Name { .. } => Overlay::Name,
                Typed::Id(_) => Overlay::Id,
            },
            Mode::Asking(Question { what, .. }) => match what {
                Asked::Quit => Overlay::Quit,
                Asked::Restore { .. } => Overlay::Restore,
                Asked::Trust { .. } => Overlay::Trust,
            },
        })
    }
}
