//! The messages, by origin. Only a message changes an [`App`](super::App).

use super::Side;
use super::effect::ProfileChange;
use super::mode::ProfilesOnDisk;
use super::preview::PreviewAddress;
use super::{CopiedTo, CopyItem};
use crate::model::FieldId;
use crate::model::check::Visit;
use crate::model::login::{Likeness, Renewal};
use crate::model::preview::Sight;
use crate::model::profile::Config;
use crate::model::record::{Found, SaveLock, Saved};
use crate::model::tunnel::Tunnel;
use crate::sync::{Reply, RequestId, Timer};
use crate::words::doctor::{Check, Diagnosis};
use std::time::Duration;
use url::Url;

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
    /// Keys came at once with text, as in a paste. The keys are ignored.
    Refused {
        /// Is the text ignored as well?
        whole: bool,
    },
    /// A paste, unchanged.
    Pasted {
        /// The text, at most [`PASTE_LIMIT`] bytes.
        text: String,
        /// Was the paste longer, so that its end is missing?
        cut: bool,
    },
    /// A line was typed, where nothing is drawn.
    Line(String),
    /// No more lines will come.
    LinesOver,
    /// The left button was pressed over something.
    Clicked(Hit),
    /// The wheel was turned over the form.
    Scrolled {
        /// The first line of the form that is shown after the turn.
        to: usize,
    },
    /// The wheel was turned over an overlay by this many lines. Down is positive.
    Paged(i32),
    /// The window got the focus.
    Focused,
    /// The window lost the focus.
    Unfocused,
    /// The user typed into the prompt for a token. The text itself never comes here.
    TokenTyped {
        /// How many characters the text has now.
        characters: usize,
        /// The position of the caret, in characters from the start.
        caret: usize,
        /// What the text looks like, if its form tells.
        looks_like: Option<Likeness>,
        /// Was the new text left out because it is longer than any credential?
        left_out: bool,
    },
    /// The size of the terminal has changed.
    Resized {
        /// Is the terminal too small to show the form?
        cramped: bool,
    },
    /// The open overlay was drawn in this much room.
    Drawn(Room),
    // ── from the network ──
    /// A request has ended.
    Reply(Reply),
    /// A look at the page behind a URL has ended.
    Checked(RequestId, Box<Visit>),
    /// The typed text is used as the token from now on, or it cannot be a token. The error is the reason in words.
    Token(Result<Token, String>),
    /// The credential was read from a source of the profile.
    Credential {
        /// What may be shown of the credential.
        token: Token,
        /// The source, in words.
        source: String,
        /// If callset renews it: until when it lives.
        renewal: Option<Renewal>,
        /// What the user should know about it, as sentences.
        note: Option<String>,
    },
    /// The user's consent to send the credential to this host was written down. An error says why it could not be.
    Trusted(Result<(), String>),
    /// The session's credential was found in the edits of these fields. An empty list means that it was typed or pasted
    /// and kept out of the form.
    Secret(Vec<FieldId>),
    /// The tunnels that run on this machine.
    Tunnels(Vec<Tunnel>),
    // ── from the disk ──
    /// The disk thread has read or written something, or could not.
    Disk(DiskReply),
    /// The profiles were changed, or could not be. The lines say what the user should know; an error says why not.
    Profiles(ProfileChange, Result<Vec<String>, String>),
    /// One of the looks of the examination with this number is over.
    Examined(u64, Check, Vec<Diagnosis>),
    // ── from timers and the clock ──
    /// A timer ran out.
    Woke {
        /// Which.
        timer: Timer,
        /// The time since the request of the timer was sent, or since the timer was set.
        waited: Duration,
    },
    /// The time and the time zone.
    Clock(Clock),
    /// The user's own editor has ended.
    Edited(EditedFile),
    /// Something was copied to the clipboard.
    Copied(CopyItem, CopiedTo),
    /// An address was to be opened in a browser.
    Browsed {
        /// The address.
        url: Url,
        /// The program that took it; `None` if there is none.
        program: Option<String>,
        /// Is the terminal on another machine? Then none is tried.
        is_remote: bool,
    },
    /// No clipboard program of this machine took this text.
    NotTaken(CopyItem, String),
    /// Something happened to the preview in a browser.
    Preview(PreviewNews),
    // ── from outside ──
    /// The process has to end.
    Stop(Stop),
}

/// What happened to the preview in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewNews {
    /// The server has started. An error is the reason why it could not.
    Started(Result<PreviewAddress, String>),
    /// Was there a browser to open the page?
    Browsed(bool),
    /// A page has seen something.
    Saw(Sight),
}

/// The longest text that is taken from one paste, in bytes.
pub const PASTE_LIMIT: usize = crate::model::validate::TEXT_LIMIT;

/// What is known about a token. Nothing of it is secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// The token with all but its end masked.
    pub hint: String,
    /// What the token looks like, whatever it is used as.
    pub looks_like: Option<Likeness>,
    /// The parts that were copied along with the token and were removed, in words.
    pub tidied: Vec<&'static str>,
}

/// The answers of the disk. Errors are sentences for the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskReply {
    /// What was found at the start. An error means that nothing can be kept on disk.
    Opened(Result<Found, String>),
    /// A draft could not be written, for this reason. `None` means that a draft was written after a failure.
    Kept(Option<String>),
    /// The disk has not answered for a while. The text is the place of the files.
    Hangs(String),
    /// The disk answers again.
    Answers,
    /// Something other than writing a draft failed: what it was, and why.
    Failed(String),
    /// The holder of the save lock.
    Turn(SaveLock),
    /// The disk has tried to rename a leftover, so that no later start finds it. Its edits may be entered only if that
    /// worked.
    Taken {
        /// The id of the leftover.
        leftover: String,
        /// Whether it was renamed; an error says why not.
        moved: Result<(), String>,
    },
    /// The record of the next write is on disk. An error says why it is not.
    Recorded(Result<(), String>),
    /// The profiles, and the drafts that exist for them.
    Surveyed(ProfilesOnDisk),
    /// The history, newest first.
    History(Result<Vec<Saved>, String>),
    /// A preset was written, or could not be.
    PresetKept {
        /// The name of the preset.
        name: String,
        /// The new configuration and the file it is in, or why the preset was not written.
        kept: Result<(Config, String), String>,
    },
}

/// What came of the user's own editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditedFile {
    /// The text that is in the file now, and where the file is.
    Text {
        /// The text.
        text: String,
        /// The path.
        path: String,
    },
    /// It failed, or the file cannot be used.
    Failed {
        /// Why, as the start of a sentence.
        why: String,
        /// The path of the file, if it holds something else than what was handed out first.
        kept: Option<String>,
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
    /// The exit code: 128 plus the number of the signal. A vanished terminal counts as SIGHUP.
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
    /// The check box in a row of the list: mark the row, or remove the mark.
    Mark(usize),
    /// One of the two values in a row of the list.
    Side(usize, Side),
    /// A place in the text of an overlay: put the caret before this code point.
    Typed(usize),
    /// The name of a key. A click presses the key.
    Key(Key),
    /// The mark in the header: something in the configuration cannot be used.
    Complaints,
    /// Outside the overlay.
    Outside,
}

/// How much of the open overlay can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many rows of a list or of the form, or lines of a text, are seen at once; at least 1.
    pub rows: usize,
    /// How far a text, or the details of the selected row, can be scrolled, in lines.
    pub most: usize,
}

impl Default for Room {
    /// The room before anything was drawn: that of a small screen, for a text of any length.
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
    /// Shift was held. It is never set for characters, because the character itself shows it.
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

    /// The character that this key types, if it types one. Ctrl and Alt together are `AltGr` on Windows, which types
    /// characters.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if self.ctrl == self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }
}
