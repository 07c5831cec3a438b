//! Who has the keyboard.

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
    /// The table of keys, from this line on.
    Help {
        /// Lines scrolled away.
        scroll: usize,
    },
    /// All actions, filtered by what is typed.
    Palette {
        /// The filter.
        filter: Input,
        /// Index among the entries that match.
        selected: usize,
    },
    /// What a save would change, and the whole request.
    Reviewing {
        /// Lines scrolled away.
        scroll: usize,
    },
    /// What to copy.
    Copying {
        /// Index among [`CopyItem::ALL`](super::CopyItem::ALL).
        selected: usize,
    },
    /// "Quit?", because something would be lost.
    Quitting,
    /// Edits of an earlier run: restore them?
    Restoring {
        /// Are they shown?
        shown: bool,
        /// Lines scrolled away.
        scroll: usize,
        /// Was `x` pressed? It takes a second one: letters may have been meant for the row below.
        discarding: bool,
    },
    /// Fields that were changed here and on the server: which value?
    Resolving(Choices),
    /// A new token is typed. What is typed never comes here.
    Token {
        /// How many characters so far.
        characters: usize,
        /// Why the last one can not be used.
        wrong: Option<String>,
        /// What goes on with the new one.
        stopped: Stopped,
    },
    /// The saves that were made.
    History {
        /// Index among those that are known.
        selected: usize,
    },
    /// The profiles that are set up.
    Profiles {
        /// The filter.
        filter: Input,
        /// Index among those that match.
        selected: usize,
        /// What the disk says; `None` before it has.
        survey: Option<ProfilesOnDisk>,
        /// Is one looked for to compare with, and not to go on with?
        comparing: bool,
    },
    /// The presets, with what the selected one would change.
    Presets {
        /// The filter.
        filter: Input,
        /// Index among those that match.
        selected: usize,
    },
    /// The edits become a preset: its name is typed.
    Naming {
        /// What was typed so far.
        name: Input,
        /// The preset that Enter replaces, because it was told that there is one.
        replacing: Option<String>,
    },
    /// The values that the row in focus had before; typing goes on in the row.
    Recent {
        /// Index among those that match.
        selected: usize,
    },
    /// Another profile beside this one.
    Comparing(Box<Comparison>),
    /// May the credential be sent to a host that it was not stored for?
    Trusting {
        /// Where it was had from, in words.
        source: String,
        /// What goes on with a yes.
        stopped: Stopped,
    },
    /// The app's id is typed, because what comes next reaches every account that connects to the app.
    Confirming {
        /// What is confirmed.
        what: Confirm,
        /// What was typed so far.
        typed: Input,
        /// Lines scrolled away.
        scroll: usize,
    },
    /// The requests of this run.
    Log {
        /// Index among them, from the newest.
        selected: usize,
        /// Lines of the selected one scrolled away.
        scroll: usize,
    },
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

/// What was chosen for fields that were changed here and on the server. Nothing is chosen from the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The field in focus, as an index among the conflicts.
    pub selected: usize,
    /// The sides chosen so far.
    pub sides: BTreeMap<FieldId, Side>,
}

/// Whose value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The server's.
    Theirs,
    /// The user's.
    Mine,
}

impl Mode {
    /// Does the form have the keyboard?
    pub fn is_editing(&self) -> bool {
        matches!(self, Mode::Editing)
    }
}
