//! The sentences of commands: what happened, and the next step as a command.

use crate::model::doubt::Rest;
use crate::model::record::{PeerDoubts, Sending};
use crate::model::{FieldId, Patch, Resource, Value};
use crate::sync::{Condition, Doing, Earlier, Fault, Outcome, Target};
use crate::words::{fault, fields, time};
use std::time::Duration;

/// Names the action that failed.
pub(super) fn not_done(doing: Doing) -> &'static str {
    match doing {
        Doing::Loading | Doing::Watching => "not read",
        Doing::Checking | Doing::Saving => "not saved",
        Doing::ReadingBack => "nobody knows whether it was saved",
        Doing::Removing => "not deleted",
    }
}

/// A failure in one line: what was being done, what happened, what it means, the next step.
pub(super) fn failed(doing: Doing, fault: &Fault, target: &Target) -> String {
    let mut line = format!("{}: {}", not_done(doing), fault::happened(fault, &target.host));
    if let Some(meaning) = fault::meaning(fault, doing, target).filter(|_| !matches!(fault, Fault::NoCredential(_))) {
        line.push_str(". ");
        line.push_str(meaning.trim_end_matches('.'));
    }
    match fault {
        Fault::NoCredential(_) => {
            line.push_str(". Give one with --token-stdin, or set up a profile: callset profile add");
        }
        Fault::Untrusted(_) => {
            line.push_str(". If it may go there: --trust-host ");
            line.push_str(&target.host);
        }
        Fault::Setup(_)
        | Fault::Outdated
        | Fault::Unreached(_)
        | Fault::TimedOut(_)
        | Fault::Broken(_)
        | Fault::Unreadable { .. }
        | Fault::Refused(_) => {}
    }
    if let Some(id) = fault.correlation_id() {
        line = format!("{line} (correlation id {id})");
    }
    line
}

/// It is not known whether a write took effect.
pub(super) fn in_doubt(is_removal: bool, why: &str) -> String {
    let what = if is_removal { "deleted" } else { "saved" };
    format!("nobody knows whether this was {what}: {why}")
}

/// Nothing of a write is there, and it may still come.
pub(super) fn not_yet(is_removal: bool) -> String {
    let what = if is_removal { "deleted" } else { "saved" };
    format!("not {what} so far; it may still be on its way")
}

/// Nothing of a write is there, but something of others that came after it.
pub(super) fn unclear(is_removal: bool) -> String {
    if is_removal {
        "nobody knows whether it was deleted: others set it up anew since".to_owned()
    } else {
        "nobody knows whether it was saved: others saved since".to_owned()
    }
}

/// How to find out what became of a write in doubt. `is_noted`: is its record on the disk?
pub(super) fn how_to_settle(is_noted: bool) -> &'static str {
    if is_noted {
        "callset settle tells"
    } else {
        "Nothing of it is noted on this disk: callset get shows what is there"
    }
}

/// The save was confirmed.
pub(super) fn saved(count: usize, took: Option<Duration>) -> String {
    let took = took.map_or(String::new(), |took| format!(" ({})", time::took(took)));
    format!("saved {}, confirmed by HubSpot{took}", fields(count))
}

/// The server does not have a resource.
pub(super) fn absent(resource: Resource, target: &Target) -> String {
    let what = match resource {
        Resource::Settings => "settings".to_owned(),
        other => other.label().to_owned(),
    };
    format!("HubSpot has no {what} for app {}: callset apply FILE --create sets it up", target.app_id)
}

/// A condition that does not hold.
pub(super) fn unmet(condition: &Condition, now: Option<&Value>) -> String {
    let now = super::values::bare_or_none(now);
    match condition {
        Condition::Holds(id, value) => {
            let name = id.to_string();
            format!("{name} is {now}, not {}. Nothing was sent", super::values::bare(value))
        }
        Condition::Updated(resource, at) => {
            format!("the {} were last changed at {now}, not at {at}. Nothing was sent", resource.label())
        }
    }
}

/// A field that was changed on the server meanwhile.
pub(super) fn conflict(id: &FieldId, base: Option<&Value>, server: Option<&Value>, mine: &Value) -> String {
    let shown = super::values::bare_or_none;
    format!("{}, yours is {}", changed(id, base, server), shown(Some(mine)))
}

/// Fields that a save of the history is no longer the last one of.
pub(super) fn replaced(count: usize) -> String {
    format!(
        "not restored: {} changed on the server since. Nothing was sent; --force restores it all the same",
        fields(count)
    )
}

/// A field whose value is neither the one that a save of the history left, nor the one that it replaced.
pub(super) fn since(id: &FieldId, left: Option<&Value>, server: Option<&Value>, mine: &Value) -> String {
    let shown = super::values::bare_or_none;
    let name = id.to_string();
    format!(
        "{name} was {} after that save, the server has {} now, yours is {}",
        shown(left),
        shown(server),
        shown(Some(mine))
    )
}

/// A member of a resource to be deleted that was changed on the server meanwhile.
pub(super) fn changed(id: &FieldId, base: Option<&Value>, server: Option<&Value>) -> String {
    let shown = super::values::bare_or_none;
    format!("{} was {} when it was read, the server has {} now", id, shown(base), shown(server))
}

/// The outcome of a write of an earlier run.
pub(super) fn earlier(earlier: &Earlier) -> String {
    let what = write(&earlier.sending);
    let count = earlier.sending.patch().map_or(1, Patch::len);
    match (earlier.fate.arrived(), earlier.fate.rest()) {
        _ if earlier.is_whole() => format!("{what} went through"),
        (0, Rest::Awaited) => format!("{what} did not go through so far; it may still be on its way"),
        (0, Rest::Unclear) => format!("nobody knows whether {what} went through: others saved since"),
        (0, Rest::Lost) => format!("{what} did not go through"),
        (some, _) => format!("{what} went through in part: {some} of {}", fields(count)),
    }
}

/// Names a write of another run.
fn write(sending: &Sending) -> String {
    let at = super::values::moment(sending.at);
    match sending.patch() {
        Some(patch) => format!("the save of {at} of {}", fields(patch.len())),
        None => format!("the deletion of {at} of the {}", sending.resource().label()),
    }
}

/// The writes that another running callset holds in doubt, one in each line.
pub(super) fn held_elsewhere(doubts: &PeerDoubts) -> Vec<String> {
    let who = format!("another callset (pid {})", doubts.peer.pid);
    let known = doubts.sendings.iter().map(write);
    let unread = (0..doubts.unread).map(|_| "a save whose record is of another version".to_owned());
    known.chain(unread).map(|what| format!("{what} is in doubt: {who} finds out whether it went through")).collect()
}

/// An outcome that is not a success, if no fault explains it.
pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Saved { sent, kept, .. } if kept == sent => {
            format!("not saved: HubSpot kept another value for {}", fields(*kept))
        }
        Outcome::Saved { sent, kept, .. } => {
            format!("saved {} of {}: HubSpot kept another value for the rest", sent - kept, fields(*sent))
        }
        Outcome::ReadBack { sent, saved: 0 } => format!("not saved: {} read back as before", fields(*sent)),
        Outcome::ReadBack { sent, saved } => format!("only {saved} of {} was saved", fields(*sent)),
        Outcome::Gone(resource) => {
            format!(
                "not saved: HubSpot has no {} any more. callset apply FILE --create sets it up anew",
                resource.label()
            )
        }
        Outcome::NotRemoved(resource) => format!("not deleted: HubSpot still has the {}", resource.label()),
        Outcome::NotTried => "not tried: what came before it could not be saved".to_owned(),
        Outcome::Clash { fields: count } => {
            format!("not saved: {} changed on the server meanwhile. Nothing was sent", fields(*count))
        }
        Outcome::Changed { fields: count } => {
            format!("not deleted: {} changed on the server since it was read. Nothing was sent", fields(*count))
        }
        Outcome::Stale(Doing::ReadingBack) => in_doubt(false, "HubSpot keeps answering with an older copy"),
        Outcome::Stale(doing) => {
            format!("{}: HubSpot keeps answering with an older copy than it confirmed before", not_done(*doing))
        }
        Outcome::NotYet => not_yet(false),
        Outcome::CameLate { fields: count } => format!("an earlier save arrived late and set {}", fields(*count)),
        Outcome::Unclear => unclear(false),
        Outcome::Cancelled(Doing::Removing) => in_doubt(true, "it was interrupted after it had left"),
        Outcome::Cancelled(Doing::Saving | Doing::ReadingBack) => {
            in_doubt(false, "it was interrupted after it had left")
        }
        Outcome::Cancelled(Doing::Loading | Doing::Watching | Doing::Checking) => {
            "interrupted before anything was sent".to_owned()
        }
        Outcome::Invalid { fields: count } => format!("not saved: {} cannot be sent", fields(*count)),
        Outcome::SetUp { .. }
        | Outcome::Removed(_)
        | Outcome::NothingToDelete(_)
        | Outcome::AlreadyThere { .. }
        | Outcome::NothingToSave
        | Outcome::Failed(..) => String::new(),
    }
}
