//! The messages and the effects of the questions about a profile.

use super::{CanKeep, Step};
use crate::app::msg::{Key, Room, Stop, Token};
use crate::model::login::Likeness;
use crate::model::profile::{CredentialKind, Profile};
use crate::sync::{Fault, RequestId};
use std::path::PathBuf;
use std::time::Duration;

/// The messages of the first start.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text arrived at once. The terminal may have marked it as a paste.
    Pasted(String),
    /// Keys came at once with this text, as in a paste. The keys are ignored.
    TooFast(String),
    /// A line was typed, where nothing is drawn. That of a credential is empty here.
    Line(String),
    /// No more lines will come.
    LinesOver,
    /// The user typed into the row of the credential. The text itself never comes here.
    SecretTyped {
        /// How many characters there are now.
        characters: usize,
        /// The position of the caret, in characters from the start.
        caret: usize,
        /// The kind that the credential looks like.
        looks_like: Option<Likeness>,
        /// Was the new text left out because it is longer than any credential?
        left_out: bool,
    },
    /// The wheel was turned by this many lines. Down is positive.
    Paged(i32),
    /// The size of the terminal has changed.
    Resized {
        /// Is the terminal too small to show the form?
        cramped: bool,
    },
    /// The left button was pressed over something.
    Clicked(AskedHit),
    /// The help or the review was drawn in this much room.
    Drawn(Room),
    /// The names of the accounts that the HubSpot CLI knows, as it spells them.
    Names(Vec<String>),
    /// The typed text can be a credential. An error says why it cannot.
    Checked(Result<Token, String>),
    /// The places where the credential can be kept.
    Looked(RequestId, CanKeep),
    /// The lines that would be added to the configuration. An error is a sentence.
    Foreseen(RequestId, Result<Vec<String>, String>),
    /// The test call ended after this long. The result says whether the app has settings, or what failed.
    Tested(RequestId, Duration, Result<bool, Fault>),
    /// The test call has been running for this long.
    Waited(RequestId, Duration),
    /// Everything is written. An error is a sentence that says why it is not.
    Written(Result<(), String>),
    /// The process has to end.
    Stop(Stop),
}

/// What is under the mouse, apart from keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedHit {
    /// The row of a step: go there, if it was reached.
    Row(Step),
    /// A place in the text of the current row: put the caret before this code point.
    Caret(usize),
    /// One of the answers to choose from, by its number.
    Choice(usize),
}

/// The effects of the first start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read the names of the HubSpot CLI's accounts, and nothing else about them.
    ReadNames,
    /// Check whether the typed text can be a credential of this kind.
    Check(CredentialKind),
    /// Find out whether the credential of this profile can be kept in this file, or in the keyring.
    Look(RequestId, Box<Profile>, PathBuf),
    /// Find out which lines this profile would add to the configuration. Nothing is written.
    Foresee(RequestId, Box<Profile>),
    /// Read the app's settings with the credential.
    Test(RequestId, Box<Profile>),
    /// After this long, say how long the test call has been running.
    Wake(RequestId, Duration),
    /// Stop waiting for the test call.
    Cancel,
    /// Draw the whole screen again.
    Redraw,
    /// Store the credential in the source of the profile, then write the profile.
    Write(Box<Profile>),
    /// End the first start.
    End(FirstStartEnd),
}

/// How the first start ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstStartEnd {
    /// The profile is written, and the editor opens it.
    Written(Box<Profile>),
    /// The user wants the demo. Nothing is written.
    Demo,
    /// The user goes back to the list of profiles. Nothing is written.
    Back,
    /// There are no more lines, and the questions are not answered. Nothing is written.
    Unanswered,
    /// The user quit, or the process has to end. Nothing is written. The number is the exit code.
    Left(u8),
}
