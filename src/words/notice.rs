//! The notices of the editor, in the strip and on rows: each notice with its sentence.
//!
//! A sentence that depends on more than a number has a function, below or in the file of its subject.

use super::browser::{self, BrowserNews};
use super::count::fields_have;
use super::preview::{self, PreviewTold};
use super::profile::ProfileNews;
use super::sheet::SheetNews;
use super::time::{of_day, took};
use super::{
    About, CopiedTo, CopyItem, NextStep, Reused, Statement, Tone, beside, changed, copy, fields, leftover,
    nothing_to_copy, outcome, reused, tunnel, typed, where_edits_are,
};
use crate::model::doubt::Rest;
use crate::model::record::{AsideOf, Peer};
use crate::model::validate::TEXT_LIMIT;
use crate::model::{FieldId, Resource};
use crate::sync::{Doing, Keeping, Outcome};
use jiff::Timestamp;
use std::time::Duration;

/// Something to tell in the strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The outcome of a load or a save of one resource.
    Outcome(Outcome),
    /// The outcomes of a save of several resources.
    Several(Vec<(Resource, Outcome)>),
    /// First values were entered for a resource that the server does not have.
    SettingUp(Resource),
    /// The typed text is not the app's id.
    NotTheId,
    /// Saving is locked: the profile is read-only.
    Locked,
    /// Values that look wrong stopped a save. A second save sends them as they are.
    Doubtful {
        /// How many.
        fields: usize,
    },
    /// Saving was unlocked for this run.
    Unlocked,
    /// A save to production would no longer send what the user was shown.
    Outdated,
    /// A save to production has checked the server, but there was no room to show its plan.
    NotShown,
    /// Things in the configuration that cannot be used.
    Complaints {
        /// How many things.
        things: usize,
        /// The first thing, with its place in the file.
        first: String,
    },
    /// What became of the profiles, or of their configuration.
    Profiles(ProfileNews),
    /// The profile cannot be changed now, because edits are in memory only.
    NotSwitched,
    /// The chosen profile is already in use.
    SameProfile,
    /// The credential was not sent to the host.
    NotTrusted,
    /// While the user was choosing, the server's values went back to those from before the conflict.
    ClashOver,
    /// Conflicts that still wait for a choice.
    Undecided {
        /// How many.
        fields: usize,
    },
    /// The server's values were chosen for all that was unsaved.
    TookTheirs {
        /// How many.
        fields: usize,
    },
    /// The watch found that others changed fields.
    Drift {
        /// Fields whose new values were taken.
        taken: usize,
        /// Fields that are edited here.
        conflicts: usize,
    },
    /// A reload has ended.
    Reloaded {
        /// Fields that changed on the server.
        changed: usize,
        /// How many fields were changed both here and on the server.
        conflicts: usize,
    },
    /// The answer to a load holds members more than once. The last one of each counts.
    Repeated {
        /// How many members.
        members: usize,
        /// The key of the first such member.
        first: String,
    },
    /// The outcome of a save whose end an earlier run did not see.
    Earlier {
        /// When the save was about to be sent.
        at: Timestamp,
        /// How many fields were sent.
        sent: usize,
        /// How many of these fields the server holds as sent.
        saved: usize,
        /// What is known of the rest.
        rest: Rest,
    },
    /// The outcome of a removal whose end an earlier run did not see.
    EarlierRemoval {
        /// When the removal was about to be sent.
        at: Timestamp,
        /// The resource that was to be removed.
        resource: Resource,
        /// Does the server no longer have the resource?
        removed: bool,
        /// What is known if the server still has it.
        rest: Rest,
    },
    /// Edits of an earlier run were entered.
    Restored {
        /// Fields that are unsaved.
        fields: usize,
        /// How many of these fields were changed on the server since.
        conflicts: usize,
    },
    /// Edits of an earlier run were not restored, because some of their fields have other edits here.
    NotRestored {
        /// How many fields.
        fields: usize,
    },
    /// Edits of an earlier run went into the trash.
    Discarded,
    /// The user decides later about the edits of an earlier run.
    Later,
    /// Edits of an earlier run can be restored only after this resource was read.
    LeftoversWait(Resource),
    /// There are no edits of an earlier run.
    NoLeftovers,
    /// What an earlier run left could not be read, and was set aside: so many of one kind, and where the first is now.
    SetAside(AsideOf, usize, String),
    /// Another callset edits the same settings.
    AlsoOpen(Peer),
    /// The file system has no locks.
    NoLocks,
    /// Edits cannot be kept on disk, for this reason.
    NotOnDisk(String),
    /// Disk work other than the draft failed. Says which work, and why.
    DiskFailed(String),
    /// What the user should know about the credential.
    AboutCredential(String),
    /// Edits are kept on disk again.
    OnDiskAgain,
    /// A token was accepted, after other text was removed from it.
    TokenTaken {
        /// The removed text, in words.
        tidied: Vec<&'static str>,
    },
    /// Old values from the history were entered.
    PutBack {
        /// Fields that are unsaved as a result.
        fields: usize,
    },
    /// The watch reads the settings at this interval. `None` means that it is off.
    Watch(Option<Duration>),
    /// Urls were moved to a tunnel.
    Moved {
        /// Its address.
        address: String,
        /// How many urls.
        urls: usize,
    },
    /// A load or a save is under way. Only one can run at a time.
    Busy(Doing),
    /// The settings are not loaded yet, so nothing can be edited.
    NotLoaded,
    /// The server does not have the resource, or it could not be read. Enter sets it up, or reads it.
    Closed(Resource),
    /// The server did not send this field. Enter starts an edit of it.
    NotSent(FieldId),
    /// The row is read-only.
    ReadOnly,
    /// A paste was changed to fit into one line.
    Pasted {
        /// Line ends and tabs that became spaces, and other control characters that were left out.
        tidied: usize,
        /// Was the end of the paste cut off at the limit?
        cut: bool,
    },
    /// Typed text hit the limit of a field.
    Full,
    /// Text with the session's credential does not go into a field.
    Secret {
        /// How many fields held it already. 0 means that it was about to be typed.
        fields: usize,
    },
    /// Several letters came at once on a row that takes no text.
    Burst,
    /// Keys came at once with text, as in a paste, and were left out.
    TooFast {
        /// Was the text left out as well?
        whole: bool,
    },
    /// A key that is a command elsewhere was typed into the row.
    TypedHere,
    /// Esc gave the row the value that it had before.
    TakenBack,
    /// The resource was deleted, which undo cannot take back.
    DeletionStands(Resource),
    /// There is nothing to undo, or nothing to redo.
    NothingToUndo,
    /// There is nothing to reset.
    NothingToReset,
    /// All edits were reset. Undo restores them.
    ResetAll {
        /// Fields that were reset.
        fields: usize,
    },
    /// The outcome of using values from elsewhere.
    Reused(Reused),
    /// What became of the settings as a file.
    Sheet(SheetNews),
    /// This item was handed to the clipboard.
    Copied(CopyItem, CopiedTo),
    /// There is no such item to copy.
    NothingToCopy(CopyItem),
    /// Mouse reporting was switched.
    Mouse(bool),
    /// An address was to be opened in a browser.
    Browser(BrowserNews),
    /// Something about the preview in a browser.
    Preview(PreviewTold),
}

impl Notice {
    /// Does the notice stay until something settles it? Other notices go at the next key.
    pub fn is_sticky(&self) -> bool {
        match self {
            Notice::Outcome(outcome) => outcome.is_trouble(),
            Notice::Several(ended) => ended.iter().any(|(_, outcome)| outcome.is_trouble()),
            _ => false,
        }
    }

    /// Does the notice tell the outcome of a write that was in doubt, or that a resource is gone?
    pub fn is_of_a_write(&self) -> bool {
        matches!(self, Notice::Outcome(outcome) if outcome.is_of_a_write())
    }

    /// The statement of the notice.
    pub fn said(&self, about: &About<'_>) -> Statement {
        use Tone::{Error, Good, Plain, Warning};
        match self {
            Notice::Outcome(of_one) => outcome::said(about, of_one),
            Notice::Several(ended) => outcome::several(about, ended),
            Notice::Reused(what) => reused::said(what),
            Notice::Sheet(news) => super::sheet::said(news, about.sync.unsaved()),
            Notice::SettingUp(resource) => super::section::setting_up(about, *resource),
            Notice::NotTheId => {
                Statement::brief(Warning, format!("That is not the app's id: type {}", about.target.app_id))
            }
            Notice::Doubtful { fields } => doubtful(*fields),
            Notice::Locked => {
                Statement::brief(Warning, "Not saved: this profile is read-only").next([NextStep::Unlock])
            }
            Notice::Unlocked => Statement::brief(Plain, "Saving is not locked in this run"),
            Notice::Outdated => {
                Statement::brief(Warning, "Someone changed the settings since you looked: this would be sent now")
            }
            Notice::NotShown => Statement::brief(Warning, "Nothing was sent").next([NextStep::ShowPlan]),
            Notice::Complaints { things, first } => complaints(*things, first),
            Notice::Profiles(news) => super::profile::news(news),
            Notice::NotSwitched => Statement::brief(Warning, not_switched(about)),
            Notice::SameProfile => Statement::brief(Plain, "This profile is in use"),
            Notice::NotTrusted => not_trusted(about),
            Notice::ClashOver => Statement::brief(Plain, "Others took their change back: nothing is left to choose")
                .next([NextStep::Save]),
            Notice::Undecided { fields: open } => Statement::brief(Warning, format!("Still open: {}", fields(*open)))
                .next([NextStep::Side, NextStep::AllMine, NextStep::AllTheirs]),
            Notice::TookTheirs { fields: count } => took_theirs(*count),
            Notice::Drift { taken, conflicts } => changed::drift(about, *taken, *conflicts),
            Notice::Reloaded { changed, conflicts } => changed::reloaded(about, *changed, *conflicts),
            Notice::Repeated { members, first } => changed::repeated(*members, first),
            Notice::Earlier { at, sent, saved, rest } => leftover::earlier(about, *at, *sent, *saved, *rest),
            Notice::EarlierRemoval { at, resource, removed, rest } => {
                leftover::earlier_removal(about, *at, *resource, *removed, *rest)
            }
            Notice::Restored { fields: count, conflicts } => leftover::restored(*count, *conflicts),
            Notice::NotRestored { fields: count } => leftover::not_restored(*count),
            Notice::Discarded => Statement::brief(Plain, "Discarded; in the trash for 30 days"),
            Notice::Later => {
                Statement::brief(Plain, "They stay on disk, and the next start asks again").next([NextStep::Leftovers])
            }
            Notice::LeftoversWait(resource) => leftover::waits(*resource),
            Notice::NoLeftovers => Statement::brief(Plain, "There are no edits of earlier runs"),
            Notice::SetAside(of, count, first) => leftover::set_aside(*of, *count, first),
            Notice::AlsoOpen(peer) => also_open(*peer, &of_day(peer.since, about.clock)),
            Notice::NoLocks => {
                Statement::full(Warning, "The disk of your home has no file locks", [NO_LOCKS.to_owned()])
            }
            Notice::NotOnDisk(why) => Statement::full(Error, "Drafts are in memory only", [format!("{why}.")])
                .kept(beside(&where_edits_are(about.sync), "Saving works.")),
            Notice::DiskFailed(what) | Notice::AboutCredential(what) => Statement::brief(Warning, what.clone()),
            Notice::OnDiskAgain => Statement::brief(Good, "The draft is on disk again"),
            Notice::TokenTaken { tidied } => {
                Statement::brief(Plain, format!("The new token is in use; taken away from it: {}", tidied.join(", ")))
            }
            Notice::PutBack { fields: 0 } => Statement::brief(Plain, "The old values are there already"),
            Notice::PutBack { fields: count } => {
                Statement::brief(Plain, format!("{} the old value as an unsaved edit", fields_have(*count)))
                    .next([NextStep::Save])
            }
            Notice::Watch(Some(every)) => {
                Statement::brief(Plain, format!("Watching: the settings are read every {}", took(*every)))
            }
            Notice::Watch(None) => Statement::brief(Plain, "The watch is off"),
            Notice::Moved { address, urls } => tunnel::moved(address, *urls),
            Notice::Busy(doing) => busy(*doing),
            Notice::NotLoaded => Statement::brief(Warning, "The settings are not loaded yet"),
            Notice::Closed(resource) => changed::closed(about, *resource),
            Notice::NotSent(id) => {
                Statement::brief(Warning, format!("HubSpot sent no {}", id.key)).next([NextStep::StartField])
            }
            Notice::ReadOnly => Statement::brief(Warning, "Only the server sets this"),
            Notice::Pasted { tidied, cut } => typed::pasted(*tidied, *cut),
            Notice::Full => Statement::brief(Warning, format!("A field holds at most {} KiB", TEXT_LIMIT / 1024)),
            Notice::Secret { fields: count } => Statement::brief(Warning, typed::secret(about.target.kind, *count)),
            Notice::Burst => Statement::brief(Warning, typed::NO_TEXT_HERE),
            Notice::TooFast { whole } => Statement::brief(Warning, typed::too_fast(*whole)),
            Notice::TypedHere => Statement::brief(Plain, "Typing edits the row").next([
                NextStep::Quit,
                NextStep::Help,
                NextStep::TakeBack,
            ]),
            Notice::TakenBack => Statement::brief(Plain, "The row is as it was before").next([NextStep::Undo]),
            Notice::DeletionStands(resource) => typed::deletion_stands(*resource),
            Notice::NothingToUndo => Statement::brief(Plain, "There is no step to take back, or to do again"),
            Notice::NothingToReset => Statement::brief(Plain, "Nothing to reset: this is the server's value"),
            Notice::ResetAll { fields: count } => {
                Statement::brief(Plain, format!("{} the server's value again", fields_have(*count)))
                    .next([NextStep::Undo])
            }
            Notice::Copied(item, to) => copy::said(*item, to),
            Notice::Browser(news) => browser::said(news),
            Notice::NothingToCopy(item) => {
                Statement::brief(Plain, format!("Nothing copied: {}", nothing_to_copy(*item)))
            }
            Notice::Preview(told) => preview::told(told),
            Notice::Mouse(true) => Statement::brief(Plain, "Mouse on: click a row, a switch, a place in a text"),
            Notice::Mouse(false) => Statement::brief(Plain, "Mouse off: the terminal selects text itself"),
        }
    }
}

/// Says what it means that the file system has no locks.
const NO_LOCKS: &str = "Drafts are kept, but a later start does not offer them. Saves take no turns; each still looks at the server first.";

fn not_trusted(about: &About<'_>) -> Statement {
    let title = format!("The credential was not sent to {}", about.target.host);
    Statement::brief(Tone::Warning, title).next([NextStep::AskAboutHost])
}

fn took_theirs(count: usize) -> Statement {
    let title = format!("{} the server's value; nothing is unsaved", fields_have(count));
    Statement::brief(Tone::Plain, title).next([NextStep::Undo])
}

fn doubtful(count: usize) -> Statement {
    let title = format!("Not saved yet: is {} meant as typed?", fields(count));
    Statement::full(Tone::Warning, title, []).next([NextStep::SaveAsTyped])
}

fn complaints(things: usize, first: &str) -> Statement {
    let title = match things {
        1 => "Something in the configuration cannot be used".to_owned(),
        more => format!("{more} things in the configuration cannot be used"),
    };
    Statement::full(Tone::Warning, title, [first.to_owned()]).next([NextStep::Complaints])
}

fn also_open(peer: Peer, since: &str) -> Statement {
    let title = format!("Also open in another terminal (pid {}, since {since})", peer.pid);
    Statement::full(Tone::Warning, title, ["Saves wait for each other; drafts stay apart.".to_owned()])
}

fn not_switched(about: &About<'_>) -> &'static str {
    match about.sync.keeping {
        Keeping::Opening => "Not switched: the disk has not answered yet, and your edits are nowhere else",
        Keeping::OnDisk | Keeping::Failing(_) | Keeping::InMemory(_) => {
            "Not switched: your edits are in memory only. Save or reset them first"
        }
    }
}

fn busy(doing: Doing) -> Statement {
    match doing {
        Doing::Loading | Doing::Watching => Statement::brief(Tone::Warning, "Still loading").next([NextStep::Cancel]),
        Doing::Checking | Doing::Saving | Doing::ReadingBack | Doing::Removing => {
            Statement::brief(Tone::Warning, "Still saving: what you change now is sent by the next save")
        }
    }
}
