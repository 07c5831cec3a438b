//! The sentences: what happened, what it means, where the edits are, and what can be done next.
//!
//! ```text
//!   Outcome, Fault, Save, Notice ──> a function of its own each ──> Statement { title, lines, next: Vec<NextStep> }
//!                                                                                   │
//!                     the editor:  "^S try again"   ─ with the key of its table ────┤
//!                     a command:   the step as a command                        ────┘
//! ```
//!
//! No sentence names a key or a command. What can be done next is a [`NextStep`], and the room that shows it adds the
//! key or the command. A sentence about the editor alone takes plain arguments. This room knows the working copy and
//! the model. Its sentences may hold foreign text, which the room that shows them makes harmless.

pub mod ask;
pub mod browser;
mod changed;
pub mod check;
pub mod copy;
mod count;
pub mod credential;
pub mod dialogue;
pub mod disk;
pub mod doctor;
pub mod farewell;
pub mod fault;
pub mod field;
pub mod first_start;
pub mod leftover;
pub mod list;
pub mod login;
pub mod looks;
pub mod mask;
mod notice;
pub mod outcome;
pub mod preview;
pub mod production;
pub mod profile;
pub mod progress;
pub mod questions;
mod reused;
pub mod section;
pub mod sheet;
mod step;
pub mod time;
pub mod tunnel;
mod typed;
pub mod value;
pub mod verdict;
pub mod window;

use crate::model::record::Sending;
use crate::sync::{Keeping, Target, WorkingCopy};

pub use copy::{CopiedTo, CopyItem, copy_item, nothing_to_copy};
pub use count::{edits_are, fields};
pub use notice::Notice;
pub use reused::{Difference, Reused, fit, unread, verdict, why_not};
pub use step::NextStep;
pub use time::Clock;
pub use value::Mark;

/// The tone of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Neither good nor bad.
    Plain,
    /// Confirmed by the server.
    Good,
    /// Something is odd, or its outcome is not known.
    Warning,
    /// Something failed.
    Error,
}

/// Everything that is said about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What happened, in one line without a full stop.
    pub title: String,
    /// The tone of the title.
    pub tone: Tone,
    /// Does the title say all that matters? Then the next steps stand beside it, and the lines only add details.
    pub is_brief: bool,
    /// Why, and what it means; each ends with its full stop. The first may hold a server's words.
    pub lines: Vec<String>,
    /// Where the unsaved edits are. Empty if there are none, or if they need no mention.
    pub kept: String,
    /// Is it worth saying that nothing was sent?
    pub is_unsent: bool,
    /// Do `kept` and the next steps come before the lines? They do if there may be many lines, or if the user types
    /// below them.
    pub kept_first: bool,
    /// What can be done next, the most likely first.
    pub next: Vec<NextStep>,
    /// HubSpot's id of the exchange, for its support.
    pub id: Option<String>,
}

impl Statement {
    /// A statement whose title says all that matters.
    pub fn brief(tone: Tone, title: impl Into<String>) -> Self {
        let (lines, kept, next, id) = (vec![], String::new(), vec![], None);
        let (is_brief, is_unsent, kept_first) = (true, false, false);
        Self { title: title.into(), tone, is_brief, lines, kept, is_unsent, kept_first, next, id }
    }

    /// A statement with a title and lines below it.
    pub fn full(tone: Tone, title: impl Into<String>, lines: impl IntoIterator<Item = String>) -> Self {
        Self { is_brief: false, lines: lines.into_iter().collect(), ..Self::brief(tone, title) }
    }

    /// Adds where the unsaved edits are.
    #[must_use]
    pub fn kept(self, kept: impl Into<String>) -> Self {
        Self { kept: kept.into(), ..self }
    }

    /// Adds that nothing was sent.
    #[must_use]
    pub fn unsent(self) -> Self {
        Self { is_unsent: true, ..self }
    }

    /// What stands beside the next steps: where the unsaved edits are, and that nothing was sent.
    pub fn beside_steps(&self) -> String {
        beside(&self.kept, if self.is_unsent { "Nothing was sent." } else { "" })
    }

    /// Adds what can be done next.
    #[must_use]
    pub fn next(self, next: impl IntoIterator<Item = NextStep>) -> Self {
        Self { next: next.into_iter().collect(), ..self }
    }
}

/// What the sentences are about: the working copy, the target that it is a copy of, and the time, once that is known.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The working copy.
    pub sync: &'a WorkingCopy,
    /// What is edited.
    pub target: &'a Target,
    /// The time, and where the user is.
    pub clock: Option<&'a Clock>,
    /// Has each field a row on a screen, with signs for what is wrong with it, and for what others changed?
    pub has_rows: bool,
}

impl About<'_> {
    /// Where the values that others changed are seen.
    fn see(&self) -> &'static str {
        if self.has_rows { ", see ←" } else { "" }
    }

    /// How a row shows a conflict.
    fn marked(&self) -> &'static str {
        if self.has_rows { ", marked with !" } else { "" }
    }
}

/// A sentence with its end. What others say may have one.
fn ended(text: String) -> String {
    if text.ends_with(['.', '?', '!', '…']) { text } else { text + "." }
}

/// Is what is on its way, or in doubt, a removal and no save?
fn is_about_removals(sync: &WorkingCopy) -> bool {
    let mut doubts = sync.doubts().peekable();
    sync.removing().is_some() || doubts.peek().is_some() && doubts.all(Sending::is_removal)
}

/// Says what is not known while a write is in doubt.
pub fn doubtful(sync: &WorkingCopy) -> &'static str {
    let is_sent = sync.sent().is_some() || sync.removing().is_some();
    if !is_sent && !sync.is_doubtful_here() && sync.doubts().next().is_some() {
        "An earlier write had no answer and may still arrive"
    } else if is_about_removals(sync) {
        "We do not know whether HubSpot deleted this"
    } else {
        "We do not know whether HubSpot saved this"
    }
}

/// Says where the unsaved edits are: on disk as well, or only in this run. Empty if there are none.
pub fn where_edits_are(sync: &WorkingCopy) -> String {
    let place = match sync.keeping {
        Keeping::OnDisk if sync.hangs.is_none() => "safe in a draft on this disk",
        // If the disk does not answer, callset cannot know whether the edits are on it.
        Keeping::OnDisk | Keeping::Opening | Keeping::Failing(_) | Keeping::InMemory(_) => "still here",
    };
    match sync.unsaved() {
        0 => String::new(),
        1 => format!("Your edit is {place}."),
        n => format!("Your {n} edits are {place}."),
    }
}

/// Says that the disk has not answered for a while.
pub fn hangs(sync: &WorkingCopy) -> String {
    format!("disk does not answer at {}", sync.hangs.as_deref().unwrap_or_default())
}

/// Joins two sentences. If one is empty, it is the other.
pub fn beside(a: &str, b: &str) -> String {
    match (a.is_empty(), b.is_empty()) {
        (true, _) => b.to_owned(),
        (_, true) => a.to_owned(),
        (false, false) => format!("{a}   {b}"),
    }
}

/// The line with HubSpot's id of the exchange.
pub fn correlation(id: &str) -> String {
    format!("HubSpot's correlation id: {id}")
}

/// The text with a capital at its start.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// A noun with its indefinite article.
pub fn a(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}
