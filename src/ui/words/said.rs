//! What the strip says of what happened.

use super::{
    Words, became, clock_time, fields, have, is_or_are, join, nothing_to_copy, quick, reused, several, where_edits_are,
};
use crate::app::{App, CopiedTo, CopyItem, Notice};
use crate::model::profile::CredentialKind;
use crate::sync::{Doing, Keeping, seconds};
use crate::ui::theme::Role;

#[expect(clippy::too_many_lines, reason = "a table: one arm for each thing there is to say")]
/// The title and lines of a notice. No lines: the help of the row in focus stays.
pub(super) fn notice(app: &App, notice: &Notice) -> Words {
    let kept = where_edits_are(app);
    match notice {
        Notice::Outcome(outcome) => became::said(app, outcome),
        Notice::Reloaded { changed: 0, .. } => quick("Reloaded: nothing changed on the server".to_owned(), Role::Good),
        Notice::Reloaded { changed, conflicts: 0 } => {
            quick(format!("Reloaded: {} changed on the server", fields(*changed)), Role::Good)
        }
        Notice::Reloaded { conflicts, .. } => (
            format!("Reloaded: {} changed here and on the server", fields(*conflicts)),
            Role::Warning,
            vec![
                "Your values are kept as unsaved edits, marked with !.  ^X takes the server's value, ^S asks for each."
                    .to_owned(),
            ],
        ),
        Notice::Repeated { members, first } => (
            match members {
                1 => format!("HubSpot sent {first} more than once: the last one is shown"),
                more => format!("HubSpot sent {more} settings more than once: the last of each is shown"),
            },
            Role::Warning,
            if *members == 1 { vec![] } else { vec![format!("The first of them is {first}.")] },
        ),
        Notice::Several(ended) => several::told(app, ended),
        Notice::SettingUp(resource) => {
            quick(format!("Setting up the {}: ^S sends all of it   ^Z not now", resource.label()), Role::Plain)
        }
        Notice::Locked => {
            quick("Not saved: this profile is read-only   ^P \"unlock saving\" for this run".to_owned(), Role::Warning)
        }
        Notice::Unlocked => quick("Saving is not locked in this run".to_owned(), Role::Plain),
        Notice::Outdated => {
            quick("Someone was there since you looked: this is what would be sent now".to_owned(), Role::Warning)
        }
        Notice::NotShown => quick("Nothing was sent: ^S shows what would be".to_owned(), Role::Warning),
        Notice::Complaints { things, first } => (
            if *things == 1 {
                "Something in the configuration can not be used".to_owned()
            } else {
                format!("{things} things in the configuration can not be used")
            },
            Role::Warning,
            vec![first.clone()],
        ),
        Notice::NotSwitched if app.sync.keeping == Keeping::Opening => {
            let words = "Not switched: the disk has not answered yet, and your edits are nowhere else";
            quick(words.to_owned(), Role::Warning)
        }
        Notice::NotSwitched => {
            quick("Not switched: your edits are in memory only. Save or reset them first".to_owned(), Role::Warning)
        }
        Notice::SameProfile => quick("This profile is in use".to_owned(), Role::Plain),
        Notice::NotTrusted => quick("Not sent: the host has not got it   ^R asks again".to_owned(), Role::Warning),
        Notice::NotTheId => quick(format!("That is not the app's id: type {}", app.target.app_id), Role::Warning),
        Notice::Closed(resource) if app.sync.draft.is_absent(*resource) => {
            quick(format!("HubSpot has no {} for this app yet: Enter sets it up", resource.label()), Role::Warning)
        }
        Notice::Closed(resource) => {
            quick(format!("The {} could not be loaded: Enter tries again", resource.label()), Role::Warning)
        }
        Notice::ClashOver => {
            quick("Others took their change back: nothing is left to choose   ^S save".to_owned(), Role::Plain)
        }
        Notice::Undecided { fields: count } => {
            quick(format!("Still open: {}. ←→ choose, or M all mine, T all theirs", fields(*count)), Role::Warning)
        }
        Notice::TookTheirs { fields: count } => {
            quick(format!("{} the server's value; nothing is unsaved   ^Z undo", have(*count)), Role::Plain)
        }
        Notice::Drift { taken, conflicts: 0 } => {
            quick(format!("{} changed on the server while you edit, see ←", fields(*taken)), Role::Plain)
        }
        Notice::Drift { taken, conflicts } => (
            format!("{} changed on the server while you edit", fields(taken + conflicts)),
            Role::Warning,
            vec!["Yours are kept, marked with !.  ^X takes the server's value, ^S asks for each.".to_owned()],
        ),
        Notice::Earlier { at, sent, saved } => {
            let when = clock_time(app, *at);
            let title = match saved {
                saved if saved == sent => format!("Your save of {when} went through: {}", fields(*sent)),
                0 => format!("Your save of {when} did not go through{}", so_far(app)),
                some => format!("Only {some} of {} of your save of {when} went through", fields(*sent)),
            };
            quick(title, if saved == sent { Role::Good } else { Role::Warning })
        }
        Notice::EarlierRemoval { at, resource, removed } => {
            let (when, what) = (clock_time(app, *at), resource.label());
            if *removed {
                quick(
                    format!("Your removal of {when} went through: HubSpot no longer has the {what}   ^G history"),
                    Role::Good,
                )
            } else {
                let rest = match so_far(app) {
                    "" => format!(": HubSpot still has the {what}"),
                    open => open.to_owned(),
                };
                quick(format!("Your removal of {when} did not go through{rest}"), Role::Warning)
            }
        }
        Notice::Restored { fields: count, conflicts: 0 } => {
            quick(format!("{} restored as unsaved edits   ^Z undo", fields(*count)), Role::Good)
        }
        Notice::Restored { fields: count, conflicts } => (
            format!("{} restored; {conflicts} changed on the server since", fields(*count)),
            Role::Warning,
            vec!["Marked with !.  ^X takes the server's value, ^S asks for each.".to_owned()],
        ),
        Notice::NotRestored { fields: count } => (
            format!("Not restored: {} edited here as well", is_or_are(*count)),
            Role::Warning,
            vec!["It stays on disk. Save or reset here first, then ^P \"earlier runs\".".to_owned()],
        ),
        Notice::Discarded => quick("Discarded; in the trash for 30 days".to_owned(), Role::Plain),
        Notice::Later => quick("They stay on disk: in ^P, and at the next start".to_owned(), Role::Plain),
        Notice::LeftoversWait(resource) => {
            let words = format!("Edits of an earlier run wait until the {} can be read", resource.label());
            (words, Role::Warning, vec!["They stay on disk.".to_owned()])
        }
        Notice::NoLeftovers => quick("There are no edits of earlier runs".to_owned(), Role::Plain),
        Notice::SetAside { files, first } => (
            format!(
                "{} could not be used and was set aside",
                if *files == 1 { "A draft".to_owned() } else { format!("{files} drafts") }
            ),
            Role::Warning,
            vec![first.clone()],
        ),
        Notice::AlsoOpen(peer) => {
            let since = clock_time(app, peer.since);
            let words = format!("Also open in another terminal (pid {}, since {since})", peer.pid);
            (words, Role::Warning, vec!["Saves wait for each other; drafts stay apart.".to_owned()])
        }
        Notice::NotOnDisk(why) => {
            ("Drafts are in memory only".to_owned(), Role::Error, vec![format!("{why}."), join(&kept, "Saving works.")])
        }
        Notice::NoLocks => (
            "The disk of your home has no file locks".to_owned(),
            Role::Warning,
            vec![
                "Drafts are kept, but not offered to other starts; saves take no turns. Each still looks first."
                    .to_owned(),
            ],
        ),
        Notice::DiskFailed(what) => quick(what.clone(), Role::Warning),
        Notice::OnDiskAgain => quick("The draft is on disk again".to_owned(), Role::Good),
        Notice::TokenTaken { tidied } => {
            quick(format!("The new token is in use; taken away from it: {}", tidied.join(", ")), Role::Plain)
        }
        Notice::PutBack { fields: 0 } => quick("The old values are there already".to_owned(), Role::Plain),
        Notice::PutBack { fields: count } => {
            quick(format!("{} the old value as an unsaved edit: ^S saves", have(*count)), Role::Plain)
        }
        Notice::Watch(Some(every)) => {
            quick(format!("Watching: the settings are read every {}", seconds(*every)), Role::Plain)
        }
        Notice::Watch(None) => quick("The watch is off".to_owned(), Role::Plain),
        Notice::Busy(Doing::Loading | Doing::Watching) => {
            quick("Still loading: wait, or Esc to cancel".to_owned(), Role::Warning)
        }
        Notice::Busy(Doing::Checking | Doing::Saving | Doing::ReadingBack | Doing::Removing) => {
            quick("Still saving: what you change now is sent by the next ^S".to_owned(), Role::Warning)
        }
        Notice::NotLoaded => quick("The settings are not loaded yet".to_owned(), Role::Warning),
        Notice::NotSent => {
            let key = &app.form.focus.key;
            quick(format!("HubSpot sent no {key}. Enter sets it all the same"), Role::Warning)
        }
        Notice::ReadOnly => quick("Only the server sets this".to_owned(), Role::Warning),
        Notice::Pasted { tidied, cut } => {
            let mut words = Vec::new();
            if *tidied > 0 {
                words.push("line ends and control characters became spaces or went".to_owned());
            }
            if *cut {
                words.push(format!("cut at {} KiB", crate::model::validate::TEXT_LIMIT / 1024));
            }
            quick(format!("Pasted as one line: {}", words.join("; ")), Role::Warning)
        }
        Notice::Full => {
            quick(format!("A field holds at most {} KiB", crate::model::validate::TEXT_LIMIT / 1024), Role::Warning)
        }
        Notice::Secret { fields: count } => {
            let noun = match app.target.kind {
                CredentialKind::Bearer => "token",
                CredentialKind::DeveloperKey => "key",
            };
            let words = match count {
                0 => format!("That is this session's {noun}: it goes into no field"),
                _ => format!("This session's {noun} was in {}: taken out, and kept nowhere", fields(*count)),
            };
            quick(words, Role::Warning)
        }
        Notice::Burst => {
            quick("That looked like a paste: no text goes here, so nothing was done".to_owned(), Role::Warning)
        }
        Notice::NothingToUndo => quick("No step left".to_owned(), Role::Plain),
        Notice::NothingToReset => quick("Nothing to reset: this is the server's value".to_owned(), Role::Plain),
        Notice::ResetAll { fields: count } => {
            quick(format!("{} the server's value again   ^Z undo", have(*count)), Role::Plain)
        }
        Notice::Reused(what) => reused::told(what),
        Notice::Copied(item, CopiedTo::Program(name)) => {
            quick(format!("Copied {} ({name})", copied(*item)), Role::Good)
        }
        Notice::Copied(item, CopiedTo::Terminal) => (
            format!("Sent to the terminal: {}", copied(*item)),
            Role::Plain,
            vec![
                "It went as OSC 52. If nothing arrives on the clipboard, the terminal or tmux has dropped it."
                    .to_owned(),
            ],
        ),
        Notice::NothingToCopy(item) => quick(format!("Nothing copied: {}", nothing_to_copy(*item)), Role::Plain),
        Notice::Mouse(true) => quick("Mouse on: click a row, a switch, a place in a text".to_owned(), Role::Plain),
        Notice::Mouse(false) => quick("Mouse off: the terminal selects text itself".to_owned(), Role::Plain),
    }
}

fn copied(item: CopyItem) -> &'static str {
    match item {
        CopyItem::Value => "the value in focus",
        CopyItem::Body => "the PATCH body",
        CopyItem::Curl => "the curl command",
        CopyItem::Override => "the browser override",
        CopyItem::Error => "the last error",
    }
}

/// A write of an earlier run may still be on its way.
pub(super) fn so_far(app: &App) -> &'static str {
    if app.sync.doubts().next().is_some() { " so far; it may still be on its way" } else { "" }
}
