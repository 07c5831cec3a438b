//! What a new base makes of an edit.

use super::Change;
use crate::model::Value;
use crate::model::merge::{Merge, merge};

/// What a new base makes of an edit: does it stay, and what is there to tell?
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

/// As [`outcome`], for text that is no value, or not yet: it stays. What someone else did meanwhile is a conflict all the
/// same, or the next character would make an edit of it that overwrites what nobody saw.
pub(super) fn unclear(before: Option<&Value>, now: Option<&Value>, sent: Option<&Value>) -> (bool, Option<Change>) {
    (true, (common(before, now, sent) != now).then(|| Change::Conflict(now.cloned())))
}

/// What an edit is merged from. Our own save is nobody's change: what was entered since is merged onto it.
fn common<'a>(before: Option<&'a Value>, now: Option<&'a Value>, sent: Option<&'a Value>) -> Option<&'a Value> {
    match sent {
        None => before,
        Some(_) if merge(before, sent, now) == Merge::Conflict => sent,
        Some(_) => now,
    }
}
