//! What can happen, by origin. The only things that change an [`App`](super::App).

use super::Side;
use super::mode::ProfilesOnDisk;
use super::{CopiedTo, CopyItem};
use crate::model::FieldId;
use crate::model::profile::{Config, CredentialKind};
use crate::model::record::{Found, SaveLock, Saved};
use crate::sync::{Reply, Timer};
use std::time::Duration;

pub use crate::words::Clock;

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    // ── from the terminal ──
    /// A key was pressed, or repeats.
    Key(Key),
    /// Three or more characters arrived at once: a paste that the terminal did not mark as one, or a slow line.
    Typed(String),
    /// Two or three keys that came at once: a slow line, or a short paste.
    Several(Vec<Key>),
    /// Keys came at once with text, as in a paste, and do not count.
    Refused {
        /// Nor does the text.
        whole: bool,
    },
    /// A paste, as it came.
    Pasted {
        /// The text, at most [`PASTE_LIMIT`] bytes.
        text: String,
        /// Was there more of it?
        cut: bool,
    },
    /// The left button was pressed over something.
    Clicked(Hit),
    /// The wheel was turned over the form by this many lines, down is positive, from this first line on.
    Scrolled {
        /// The line the form starts at after the turn.
        to: usize,
    },
    /// The wheel was turned over what is open by this many lines, down is positive.
    Paged(i32),
    /// The window got the focus.
    Focused,
    /// The window lost the focus.
    Unfocused,
    /// While the machine asks for a token: this many characters have been typed. The text itself never comes here.
    TokenTyped {
        /// How many.
        characters: usize,
        /// Before which of them the caret is.
        caret: usize,
    },
    /// The terminal has this size now: draw again.
    Resized {
        /// Is it too small to show the form?
        cramped: bool,
    },
    /// What is open was drawn, in so much room.
    Drawn(Room),
    // ── from the network ──
    /// A request is over.
    Reply(Reply),
    /// What was typed is the token now, or can not be one; the words say why.
    Token(Result<Token, String>),
    /// The credential was read from where the profile keeps it.
    Credential {
        /// What may be told of it.
        token: Token,
        /// Where it was, in words.
        source: String,
    },
    /// The answer to the question about the host is noted; or not, and why.
    Trusted(Result<(), String>),
    /// The session's credential is in these fields; none: it was typed or pasted, and let in nowhere.
    Secret(Vec<FieldId>),
    // ── from the disk ──
    /// Something was looked at or written, or could not be.
    Disk(DiskReply),
    // ── from timers and the clock ──
    /// A timer ran out.
    Woke {
        /// Which.
        timer: Timer,
        /// Since the request it belongs to was sent, or the timer was set.
        waited: Duration,
    },
    /// The time and the place.
    Clock(Clock),
    /// A thing went to the clipboard.
    Copied(CopyItem, CopiedTo),
    /// No program of this machine took this text.
    NotTaken(CopyItem, String),
    // ── from outside ──
    /// The process has to end.
    Stop(Stop),
}

/// The most text taken from one paste, in bytes.
pub const PASTE_LIMIT: usize = crate::model::validate::TEXT_LIMIT;

/// What is known of a token, none of it secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// All but its end masked.
    pub hint: String,
    /// The kind of credential that it looks like, whatever it was given for.
    pub looks_like: Option<CredentialKind>,
    /// What came along when it was copied and was taken away, in words.
    pub tidied: Vec<&'static str>,
}

/// What the disk says. Errors are words, ready for the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskReply {
    /// What was found. An error: nothing can be kept there.
    Opened(Result<Found, String>),
    /// A draft was written after one that failed (`None`), or could not be written.
    Kept(Option<String>),
    /// It has not answered for a while; where it is.
    Hangs(String),
    /// It does again.
    Answers,
    /// Something else could not be done: what and why. Drafts are kept all the same.
    Failed(String),
    /// Whose turn it is to save.
    Turn(SaveLock),
    /// A leftover was put where it is not found again, and its edits may be entered; or it could not be.
    Taken {
        /// Which.
        leftover: String,
        /// Whether it was.
        moved: Result<(), String>,
    },
    /// What is about to be sent is on disk, or could not be written.
    Recorded(Result<(), String>),
    /// What is set up, and which drafts there are.
    Surveyed(ProfilesOnDisk),
    /// The history, newest first.
    History(Result<Vec<Saved>, String>),
    /// A preset was written, or could not be.
    PresetKept {
        /// Its name.
        name: String,
        /// What is set up now, and in which file; or why it was not written.
        kept: Result<(Config, String), String>,
    },
}

/// Why the process has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// SIGTERM.
    Terminated,
    /// SIGHUP.
    HungUp,
    /// SIGINT.
    Interrupted,
    /// SIGQUIT.
    Quit,
    /// The terminal vanished.
    TerminalGone,
}

impl Stop {
    /// The exit code that says so: 128 and the signal's number.
    pub fn exit_code(self) -> u8 {
        match self {
            Stop::HungUp | Stop::TerminalGone => 129,
            Stop::Interrupted => 130,
            Stop::Quit => 131,
            Stop::Terminated => 143,
        }
    }
}

/// What is under the mouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A row: focus it.
    Row(FieldId),
    /// The box of a switch: focus it and flip it.
    Switch(FieldId),
    /// A place in a text: focus it and put the caret before this code point.
    Caret(FieldId, usize),
    /// A row of the list that is open.
    Item(usize),
    /// The box in such a row: choose it, or no longer.
    Mark(usize),
    /// One of the two values in such a row.
    Side(usize, Side),
    /// A place in what is typed over the form: the caret goes before this code point.
    Typed(usize),
    /// The name of a key, which a click presses.
    Key(Key),
    /// Beside the overlay.
    Outside,
}

/// How much of what is open is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Rows of a list, or lines of a text, that are seen at once; 1 at least.
    pub rows: usize,
    /// The most lines of a text, or of what is told of the selected row, that can be scrolled away.
    pub most: usize,
}

impl Default for Room {
    /// Before anything was drawn: a small screen, and any text.
    fn default() -> Self {
        Self { rows: 10, most: 10_000 }
    }
}

/// A key with its modifiers, as the keymap names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
    /// Shift was held; never set for characters, which say it themselves.
    pub shift: bool,
}

/// Which key, apart from modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the keys' own")]
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
}

impl Key {
    /// The key alone.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// With Control.
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// With Alt.
    pub const fn alt(c: char) -> Self {
        Self { alt: true, ..Self::char(c) }
    }

    /// A key that is no character, with Control.
    pub const fn with_ctrl(code: Code) -> Self {
        Self { ctrl: true, ..Self::plain(code) }
    }

    /// A key that is no character, with Alt.
    pub const fn with_alt(code: Code) -> Self {
        Self { alt: true, ..Self::plain(code) }
    }

    /// A key that is no character, with Shift.
    pub const fn with_shift(code: Code) -> Self {
        Self { shift: true, ..Self::plain(code) }
    }

    /// The character this key types, if it types one. Ctrl and Alt together are `AltGr` on Windows, which types.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if self.ctrl == self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }
}
