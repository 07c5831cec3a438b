//! The editor line by line: what the user types and reads where nothing is drawn.
//!
//! ```text
//!   a line ──> Msg::Line ──┬─ nothing is open: a command, a field, a new value
//!                          └─ an overlay is open: one of its words, a number, what it asks for
//! ```
//!
//! The words do what keys do elsewhere.

use super::keymap::{Decision, Intent, ProfileAct};
use super::{App, Overlay, Side};
use crate::model::{FieldId, Resource, plain_name};

/// The state of a dialogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialogue {
    /// The field whose new value the next line is.
    pub asked: Option<FieldId>,
    /// What was asked to be told.
    pub to_tell: Option<ToTell>,
    /// How many lines were taken. Each is answered by a prompt.
    pub taken: usize,
    /// Did the last line have something done, whose end is told when it comes?
    pub is_under_way: bool,
}

/// What a line asks to be told, without changing anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToTell {
    /// All fields with their values.
    Values,
    /// All commands.
    Commands,
    /// What a field does.
    Field(FieldId),
    /// What a save would send.
    Plan,
    /// What was asked about was not sent.
    NotSent,
    /// What a command does.
    Command(&'static CommandWord),
    /// Nothing: no request is under way that could be cancelled.
    Idle,
    /// Nothing: the field has that value already.
    IsSo(FieldId),
    /// Nothing: the resource is there, so there is nothing to set up.
    IsThere(Resource),
    /// Nothing: HubSpot has no way to delete the resource.
    Stays(Resource),
    /// Nothing: which resource is set up or deleted has to be said.
    Which {
        /// Is one to be deleted?
        is_deletion: bool,
    },
    /// Nothing: the line is none of the answers to the question.
    NoAnswer,
    /// Nothing: the open list has no such row, and its words are others.
    NoRow(String),
    /// Nothing: there is no such command or field.
    Unknown(String),
}

/// A command of one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandWord {
    /// The word.
    pub word: &'static str,
    /// What it does.
    pub intent: Intent,
    /// The same in words.
    pub what: &'static str,
}

const fn word(word: &'static str, intent: Intent, what: &'static str) -> CommandWord {
    CommandWord { word, intent, what }
}

/// The commands, in the order of the help.
pub const COMMANDS: &[CommandWord] = &[
    word("save", Intent::Save, "show what would be sent, and send it after a yes"),
    word("diff", Intent::Open(Overlay::Review), "show what would be sent"),
    word("undo", Intent::Undo, "take the last change back"),
    word("redo", Intent::Redo, "make it again"),
    word("reset", Intent::ResetAll, "give all fields, or the one that is named, the server's value"),
    word("reload", Intent::Reload, "read from the server; changes of yours stay"),
    word("cancel", Intent::Escape, "stop waiting for an answer"),
    word("history", Intent::Open(Overlay::History), "the saves so far; a number puts the old values back"),
    word("preset", Intent::Open(Overlay::Presets), "named sets of values"),
    word("keep", Intent::Open(Overlay::Name), "keep your changes as a preset"),
    word("tunnel", Intent::Tunnels, "the addresses that this machine's tunnels have now"),
    word("profile", Intent::Open(Overlay::Profiles), "switch to another app or environment, and set profiles up"),
    word("compare", Intent::Open(Overlay::Other), "compare with another profile"),
    word("check", Intent::Open(Overlay::Check), "whether HubSpot's pages will show the url"),
    word("log", Intent::Open(Overlay::Log), "the requests of this run"),
    word("copy", Intent::Open(Overlay::Copy), "a value, the request, a curl line"),
    word("preview", Intent::Open(Overlay::Preview), "the dialer in a browser; again: how far it has got"),
    word("token", Intent::Open(Overlay::Token), "give another credential for this run"),
    word("edit", Intent::EditAll, "all fields as a file, in your own editor"),
    word("unlock", Intent::Unlock, "allow a read-only profile to save in this run"),
    word("watch", Intent::Watch, "look for changes of others at intervals, or stop it"),
    word("open", Intent::Browse, "the url of the field named last, or of the settings, in a browser"),
    word("doctor", Intent::Open(Overlay::Doctor), "look for what is in the way, from the disk to the server"),
    word("leftovers", Intent::Leftovers, "unsaved edits of earlier runs"),
    word("actions", Intent::Open(Overlay::Palette), "everything else"),
    word("quit", Intent::Quit, "leave; asks if something is unsaved"),
];

/// The command for an intent.
pub fn command_for(intent: Intent) -> Option<&'static str> {
    COMMANDS.iter().find(|command| command.intent == intent).map(|command| command.word)
}

/// The words that an open overlay takes, with what each does. Lists take the number of a row as well.
pub fn choices(overlay: Overlay) -> &'static [(&'static str, Intent)] {
    match overlay {
        Overlay::Quit => &[
            ("save", Intent::Decide(Decision::QuitSaving)),
            ("keep", Intent::Decide(Decision::QuitKeeping)),
            ("discard", Intent::Decide(Decision::QuitDiscarding)),
            ("stay", Intent::Escape),
        ],
        Overlay::Leave => &[
            ("wait", Intent::Decide(Decision::QuitSaving)),
            ("leave", Intent::Decide(Decision::QuitDiscarding)),
            ("stay", Intent::Escape),
        ],
        Overlay::Restore => &[
            ("restore", Intent::Decide(Decision::Restore)),
            ("show", Intent::Decide(Decision::Show)),
            ("later", Intent::Decide(Decision::PutOff)),
            ("discard", Intent::Decide(Decision::Discard)),
        ],
        Overlay::Remove => &[("yes", Intent::Decide(Decision::Remove)), ("no", Intent::Escape)],
        Overlay::Siblings => &[
            ("yes", Intent::Decide(Decision::MoveAll)),
            ("no", Intent::Decide(Decision::MoveOne)),
            ("back", Intent::Escape),
        ],
        Overlay::Trust => &[("yes", Intent::Decide(Decision::Trust)), ("no", Intent::Escape)],
        Overlay::Review => &[("yes", Intent::Save), ("no", Intent::Escape)],
        Overlay::Conflicts => &[
            ("mine", Intent::AllSides(Side::Mine)),
            ("theirs", Intent::AllSides(Side::Theirs)),
            ("done", Intent::Choose),
            ("back", Intent::Escape),
        ],
        Overlay::Comparison => &[
            ("all", Intent::MarkAll),
            ("equal", Intent::ShowEqual),
            ("take", Intent::Choose),
            ("back", Intent::Escape),
        ],
        Overlay::Doctor => &[("again", Intent::Reload), ("copy", Intent::Choose), ("back", Intent::Escape)],
        Overlay::Profiles => &[
            ("new", Intent::Manage(ProfileAct::New)),
            ("edit", Intent::Manage(ProfileAct::Edit)),
            ("copy", Intent::Manage(ProfileAct::Copy)),
            ("rename", Intent::Manage(ProfileAct::Rename)),
            ("test", Intent::Manage(ProfileAct::Test)),
            ("default", Intent::Manage(ProfileAct::MakeDefault)),
            ("remove", Intent::Manage(ProfileAct::Remove)),
            ("compare", Intent::Open(Overlay::Other)),
            ("quit", Intent::Quit),
            ("back", Intent::Escape),
        ],
        Overlay::Check => &[
            ("again", Intent::CheckAgain),
            ("copy", Intent::CopyHeader),
            ("preview", Intent::Open(Overlay::Preview)),
            ("back", Intent::Escape),
        ],
        Overlay::Presets => &[("keep", Intent::Open(Overlay::Name)), ("back", Intent::Escape)],
        Overlay::Preview => &[
            ("open", Intent::OpenPreview),
            ("check", Intent::Open(Overlay::Check)),
            ("stop", Intent::StopPreview),
            ("back", Intent::Escape),
        ],
        Overlay::Row
        | Overlay::Help
        | Overlay::Complaints
        | Overlay::Palette
        | Overlay::Copy
        | Overlay::Other
        | Overlay::Recent
        | Overlay::History
        | Overlay::Log
        | Overlay::Token
        | Overlay::Name
        | Overlay::ProfileName
        | Overlay::Id => &[("back", Intent::Escape)],
    }
}

impl App {
    /// The field of this name: its JSON key, or its label on the form. Fields of other resources than the settings have
    /// the name of their resource in front.
    pub fn named_field(&self, name: &str) -> Option<FieldId> {
        let plain = plain_name(name);
        let is_it = |id: &FieldId| plain_name(&id.to_string()) == plain || plain_name(&id.key) == plain;
        let fields = self.sync.draft.fields();
        let exact = fields.iter().find(|field| is_it(&field.id));
        let found = exact.or_else(|| fields.iter().find(|field| field.is_called(name)));
        found.filter(|_| !plain.is_empty()).map(|field| field.id.clone())
    }
}
