//! What a new base does to an edit.

use super::Change;
use crate::model::Value;
use crate::model::merge::{Merge, merge};

/// Decides what a new base does to an edit: whether the edit stays, and what the user should be told.
pub(super) fn outcome(
    before: Option<&Value>,
    mine: &Value,
    now: Option<&Value>,
    sent: Option<&Value>,
) -> (bool, Option<Change>) {
    if sent == Some(mine) {
        return match merge(before, sent, now) {
            Merge::Mine | Merge::Theirs | Merge::Conflict => (true, Some(Change::Kept(now.cloned()))),
            Merge::Tidied => (false, Some(Change::Tidied)),
            Merge::Same | Merge::Both => (false, None),
        };
    }
    match merge(common(before, now, sent), Some(mine), now) {
        Merge::Mine => (true, None),
        Merge::Conflict => (true, Some(Change::Conflict(now.cloned()))),
        Merge::Theirs => (false, Some(Change::Taken)),
        Merge::Tidied => (false, Some(Change::Tidied)),
        Merge::Both => (false, sent.is_none().then_some(Change::Tidied)),
        Merge::Same => (false, None),
    }
}

/// As [`outcome`], for text that is no valid value, or not yet. The edit stays. A change by someone else is a
/// conflict here too: otherwise the next typed character could make an edit that overwrites a value the user never
/// saw.
pub(super) fn unclear(before: Option<&Value>, now: Option<&Value>, sent: Option<&Value>) -> (bool, Option<Change>) {
    (true, (common(before, now, sent) != now).then(|| Change::Conflict(now.cloned())))
}

/// The common base that an edit is merged from. Our own save is not a change by someone else: later edits are
/// merged onto its result.
fn common<'a>(before: Option<&'a Value>, now: Option<&'a Value>, sent: Option<&'a Value>) -> Option<&'a Value> {
    match sent {
        None => before,
        Some(_) if merge(before, sent, now) == Merge::Conflict => sent,
        Some(_) => now,
    }
}
