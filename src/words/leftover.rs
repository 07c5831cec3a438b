//! The sentences about what earlier runs left: unsaved edits, and writes whose end those runs did not see.

use super::count::fields_are;
use super::time::of_day;
use super::{About, NextStep, Notice, Statement, Tone, edits_are, fields};
use crate::model::Resource;
use crate::model::doubt::{Fate, Rest};
use crate::model::record::{AsideOf, PeerDoubts, Sending};
use jiff::Timestamp;

/// The outcome of a write whose end an earlier run did not see.
pub fn fate(about: &About<'_>, sending: &Sending, fate: &Fate) -> Statement {
    match sending.patch() {
        Some(_) if sending.passed.is_some() && fate.arrived() > 0 => {
            let (when, set) = (of_day(sending.at, about.clock), fields(fate.arrived()));
            let title = format!("Your save of {when} arrived late, over a later one: it set {set}");
            Statement::brief(Tone::Warning, title).next([NextStep::History])
        }
        Some(patch) => {
            let saved = if matches!(fate, Fate::Repeated { .. }) { patch.len() } else { fate.arrived() };
            let said = earlier(about, sending.at, patch.len(), saved, fate.rest());
            if about.has_rows {
                return said;
            }
            // Where no form shows them, the fields are named.
            let names: Vec<String> = patch.members().map(|(id, _)| id.to_string()).collect();
            Statement { lines: std::iter::once(names.join(", ")).chain(said.lines).collect(), ..said }
        }
        None => earlier_removal(about, sending.at, sending.resource(), fate.arrived() > 0, fate.rest()),
    }
}

/// The writes that another running callset holds in doubt, a sentence each.
pub fn held_elsewhere(about: &About<'_>, doubts: &PeerDoubts) -> Vec<String> {
    let write = |sending: &Sending| {
        let when = of_day(sending.at, about.clock);
        match sending.patch() {
            Some(patch) => format!("The save of {when} of {}", fields(patch.len())),
            None => format!("The deletion of {when} of the {}", sending.resource().label()),
        }
    };
    let known = doubts.sendings.iter().map(write);
    let unread = (0..doubts.unread).map(|_| "A save whose record is of another version".to_owned());
    let who = format!("another callset (pid {})", doubts.peer.pid);
    known.chain(unread).map(|what| format!("{what} is in doubt: {who} finds out whether it went through")).collect()
}

/// The outcome of a save whose end an earlier run did not see.
pub(super) fn earlier(about: &About<'_>, at: Timestamp, sent: usize, saved: usize, rest: Rest) -> Statement {
    let when = of_day(at, about.clock);
    let title = match (saved, rest) {
        (all, _) if all == sent => {
            return Statement::brief(Tone::Good, format!("Your save of {when} went through: {}", fields(sent)));
        }
        (0, Rest::Lost) => format!("Your save of {when} did not go through"),
        (0, Rest::Awaited) => format!("Your save of {when} did not go through {SO_FAR}"),
        (0, Rest::Unclear) => format!("Nobody knows whether your save of {when} went through: others saved since"),
        (some, _) => format!("Only {some} of {} of your save of {when} went through", fields(sent)),
    };
    Statement::brief(Tone::Warning, title)
}

/// The outcome of a removal whose end an earlier run did not see.
pub(super) fn earlier_removal(
    about: &About<'_>,
    at: Timestamp,
    resource: Resource,
    removed: bool,
    rest: Rest,
) -> Statement {
    let (when, what) = (of_day(at, about.clock), resource.label());
    let title = match rest {
        _ if removed => {
            let title = format!("Your deletion of {when} went through: HubSpot no longer has the {what}");
            return Statement::brief(Tone::Good, title).next([NextStep::History]);
        }
        Rest::Lost => format!("Your deletion of {when} did not go through: HubSpot still has the {what}"),
        Rest::Awaited => format!("Your deletion of {when} did not go through {SO_FAR}"),
        Rest::Unclear => format!("Nobody knows whether your removal of {when} went through: others set it up anew"),
    };
    Statement::brief(Tone::Warning, title)
}

/// The end of a sentence if a write of an earlier run may still be on its way.
const SO_FAR: &str = "so far; it may still be on its way";

/// Edits of an earlier run were entered.
pub(super) fn restored(count: usize, conflicts: usize) -> Statement {
    if conflicts == 0 {
        return Statement::brief(Tone::Good, format!("{} restored as unsaved edits", fields(count)))
            .next([NextStep::Undo]);
    }
    let title = format!("{} restored; {conflicts} changed on the server since", fields(count));
    let lines = ["Marked with !.".to_owned()];
    Statement::full(Tone::Warning, title, lines).next([NextStep::TakeTheirs, NextStep::Resolve])
}

/// What an earlier run left could not be read, and was set aside: so many of one kind, the first of which is at this path.
pub(super) fn set_aside(of: AsideOf, count: usize, first: &str) -> Statement {
    let place = if count == 1 { first.to_owned() } else { format!("The first: {first}") };
    let lines = aside_means(of, count).into_iter().map(str::to_owned).chain([place]);
    let next: &[NextStep] = match of {
        AsideOf::Sending | AsideOf::Run => &[NextStep::History, NextStep::LookAgain],
        AsideOf::Draft | AsideOf::Other => &[],
    };
    Statement::full(Tone::Warning, aside(of, count), lines).next(next.iter().copied())
}

/// So many of one kind were set aside.
pub fn aside(of: AsideOf, count: usize) -> String {
    match (of, count) {
        (AsideOf::Draft, 1) => "A draft could not be used and was set aside".to_owned(),
        (AsideOf::Draft, _) => format!("{count} drafts could not be used and were set aside"),
        (AsideOf::Sending, 1) => "A record of a save could not be read and was set aside".to_owned(),
        (AsideOf::Sending, _) => format!("{count} records of saves could not be read and were set aside"),
        (AsideOf::Run, 1) => "The files of another run cannot be looked at".to_owned(),
        (AsideOf::Run, _) => format!("The files of {count} other runs cannot be looked at"),
        (AsideOf::Other, 1) => "A file that is none of callset's was set aside".to_owned(),
        (AsideOf::Other, _) => format!("{count} files that are none of callset's were set aside"),
    }
}

/// What it means that so many of one kind were set aside, if it means more than their loss.
pub fn aside_means(of: AsideOf, count: usize) -> Option<&'static str> {
    match (of, count) {
        (AsideOf::Sending, 1) => Some("Nobody knows whether that save took effect."),
        (AsideOf::Sending, _) => Some("Nobody knows whether those saves took effect."),
        (AsideOf::Run, 1) => Some("Nobody knows whether it has left a save in doubt."),
        (AsideOf::Run, _) => Some("Nobody knows whether they have left a save in doubt."),
        (AsideOf::Draft | AsideOf::Other, _) => None,
    }
}

/// Edits of an earlier run were not restored, because this many of their fields have other edits here.
pub(super) fn not_restored(count: usize) -> Statement {
    let title = format!("Not restored: {} edited here as well", fields_are(count));
    let lines = ["The edits of the earlier run stay on disk. Save or reset these fields first.".to_owned()];
    Statement::full(Tone::Warning, title, lines).next([NextStep::Leftovers])
}

/// A question about the edits of an earlier run.
#[derive(Clone, Debug)]
pub struct LeftoverAsked {
    /// Fields that are still to be saved.
    pub open: usize,
    /// When the edits were last written to the disk.
    pub at: Timestamp,
    /// How many runs left edits.
    pub runs: usize,
    /// Has the user asked once to discard the edits?
    pub is_discarding: bool,
    /// The outcomes of the writes whose end that run did not see.
    pub outcomes: Vec<Notice>,
    /// A notice about another run.
    pub other: Option<Notice>,
}

/// Asks what to do with the edits of an earlier run.
pub fn asked(about: &About<'_>, asked: &LeftoverAsked) -> Statement {
    let is_one_of_several = asked.runs > 1;
    let title = if asked.is_discarding {
        "Discard these edits?".to_owned()
    } else {
        let among = if is_one_of_several { format!("   1 of {}", asked.runs) } else { String::new() };
        format!("{} unsaved since {}{among}", edits_are(asked.open), of_day(asked.at, about.clock))
    };
    let ended = asked.outcomes.iter().map(|notice| match notice {
        Notice::Earlier { sent, saved: 0, rest, .. } => {
            let what = match rest {
                Rest::Lost => "it did not go through".to_owned(),
                Rest::Awaited => format!("it did not go through {SO_FAR}"),
                Rest::Unclear => "others saved since, so nobody knows whether it went through".to_owned(),
            };
            format!("A save of {} was on its way then; {what}.", fields(*sent))
        }
        Notice::Earlier { sent, saved, .. } if saved == sent => {
            format!("A save of {} was on its way then; it went through.", fields(*sent))
        }
        Notice::Earlier { sent, saved, .. } => {
            format!("A save of {} was on its way then; {saved} went through.", fields(*sent))
        }
        removal => format!("{}.", removal.said(about).title),
    });
    // This notice is about another run than the question.
    let other = asked.other.iter().filter(|_| asked.outcomes.is_empty());
    let lines: Vec<String> = ended.chain(other.map(|notice| format!("{}.", notice.said(about).title))).collect();
    let first = asked.is_discarding.then_some(NextStep::DiscardForGood);
    let all = is_one_of_several.then_some(NextStep::PutOffAll);
    let last = (!asked.is_discarding).then_some(NextStep::DiscardLeftover);
    let next =
        first.into_iter().chain([NextStep::Restore, NextStep::ShowLeftover, NextStep::PutOff]).chain(all).chain(last);
    Statement::full(Tone::Warning, title, lines).next(next)
}

/// Edits of an earlier run can be restored only after this resource was read.
pub(super) fn waits(resource: Resource) -> Statement {
    let title = format!("Edits of an earlier run wait until the {} can be read", resource.label());
    Statement::full(Tone::Warning, title, ["They stay on disk.".to_owned()])
}
