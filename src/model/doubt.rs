//! Writes in doubt: they left, and no answer told what became of them. Any representation of the resource that comes
//! later is asked.
//!
//! ```text
//!   the write left ── no answer ──> in doubt ──┬── values of it are there ──────────────> arrived: into the history
//!                                        ^     ├── none are, and it may still come ─────> missing, awaited ──┐
//!                                        │     └── none are, and it comes no more ──────> missing            │
//!                                        └───────────────────────────────────────────────────────────────────┘
//! ```
//!
//! If others wrote to the same fields in the meantime, a missing write is unclear: it may have arrived and been
//! overwritten.

use super::record::{Saved, Sending};
use super::representation::Representation;
use super::{Patch, Resource};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// What the server has said to a write in doubt. The first says least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reaction {
    /// Nothing that counts: the write may still be on its way.
    Nothing,
    /// That it failed. It is over, and may have taken effect before it failed.
    Failed,
    /// That it is refused. A gateway may have sent it twice: then this is about the second copy, and the first may have
    /// taken effect.
    Refused,
}

/// A write in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The write.
    pub sending: Sending,
    /// What the server has said to it.
    pub reaction: Reaction,
    /// Has a later write to the resource been confirmed? If this one comes now, it comes over that one.
    pub is_passed: bool,
    /// Did an earlier run send it? Then nothing that is edited in this run was set back from it.
    pub is_adopted: bool,
}

impl Doubt {
    /// A write that has just got an answer, or none, that does not tell its outcome.
    pub fn new(sending: Sending, reaction: Reaction) -> Self {
        Self { sending, reaction, is_passed: false, is_adopted: false }
    }

    /// A write that an earlier run left.
    pub fn adopted(sending: Sending) -> Self {
        let is_passed = sending.passed.is_some();
        Self { is_passed, is_adopted: true, ..Self::new(sending, Reaction::Nothing) }
    }

    /// A later write was confirmed at this time, and `left` is what it left. The record on the disk says so too: if this one
    /// arrives after the end of this run, it is known what it has replaced. The history knows saves by their times, so those
    /// that are passed at once are a millisecond apart.
    pub fn pass(&mut self, left: &Representation, at: Timestamp, nth: usize) {
        let apart = SignedDuration::from_millis(i64::try_from(nth).unwrap_or_default() + 1);
        self.is_passed = true;
        self.sending.before = left.clone();
        self.sending.passed = Some(at.saturating_add(apart).unwrap_or(at));
    }
}

/// What a representation tells about a write in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A later write sent the same values and accounts for them.
    Repeated {
        /// May this one still take effect as well?
        awaited: bool,
    },
    /// It took effect.
    Arrived {
        /// The entry for the history.
        saved: Saved,
        /// How many of its fields the server holds as sent; 1 for a DELETE.
        fields: usize,
    },
    /// Nothing of it is there.
    Missing {
        /// May it still take effect?
        awaited: bool,
        /// Did others write to the same fields in the meantime?
        unclear: bool,
    },
}

/// What is known of a write of which nothing, or not everything, is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rest {
    /// It did not take effect.
    Lost,
    /// It may still take effect.
    Awaited,
    /// Others wrote to the same fields in the meantime, so nobody knows.
    Unclear,
}

impl Fate {
    /// What is known if nothing of the write is there.
    pub fn rest(&self) -> Rest {
        match self {
            Fate::Missing { unclear: true, .. } => Rest::Unclear,
            Fate::Missing { awaited: true, .. } => Rest::Awaited,
            Fate::Missing { .. } | Fate::Repeated { .. } | Fate::Arrived { .. } => Rest::Lost,
        }
    }

    /// How many fields of the write the server holds as sent; 1 for a DELETE that took effect.
    pub fn arrived(&self) -> usize {
        match self {
            Fate::Arrived { fields, .. } => *fields,
            Fate::Repeated { .. } | Fate::Missing { .. } => 0,
        }
    }
}

/// What these representations, read at this time, tell about the writes of an earlier run. Writes whose resource is
/// not among them are left out.
pub fn fates_of(
    sendings: &[Sending],
    bases: &BTreeMap<Resource, Representation>,
    at: Timestamp,
) -> Vec<(Sending, Fate)> {
    let mut told = Vec::new();
    for (resource, now) in bases {
        let of: Vec<Doubt> = sendings
            .iter()
            .filter(|sending| sending.resource() == *resource)
            .map(|sending| Doubt::adopted(sending.clone()))
            .collect();
        let fates = fates(&of, None, None, now, at);
        told.extend(of.into_iter().map(|doubt| doubt.sending).zip(fates));
    }
    told
}

/// What `now`, the representation of a resource at this time, tells about writes to this resource, which are in the
/// order in which they left. `seen` is the representation that was known before; `None` if none was. `answered` is a
/// later write that `now` is the answer to. A value that several writes sent is counted for the last of them only.
pub fn fates(
    doubts: &[Doubt],
    answered: Option<&Sending>,
    seen: Option<&Representation>,
    now: &Representation,
    at: Timestamp,
) -> Vec<Fate> {
    let mut later = answered.and_then(Sending::patch).cloned();
    let mut is_removed = answered.is_some_and(Sending::is_removal);
    let mut fates: Vec<Fate> =
        doubts.iter().rev().map(|doubt| fate(doubt, &mut later, &mut is_removed, seen, now, at)).collect();
    fates.reverse();
    fates
}

/// `later` and `is_removed` say what later writes account for.
fn fate(
    doubt: &Doubt,
    later: &mut Option<Patch>,
    is_removed: &mut bool,
    seen: Option<&Representation>,
    now: &Representation,
    at: Timestamp,
) -> Fate {
    let Doubt { sending, reaction, .. } = doubt;
    let before = seen.unwrap_or(&sending.before);
    let awaited = *reaction == Reaction::Nothing && sending.may_arrive(at);
    let own = match sending.patch() {
        Some(patch) => {
            let is_repeated = |(id, value)| later.as_ref().and_then(|later| later.get(id)) == Some(value);
            if patch.members().all(is_repeated) {
                return Fate::Repeated { awaited };
            }
            sending.part(before, |id| later.as_ref().is_none_or(|later| later.get(id).is_none()))
        }
        None if *is_removed => return Fate::Repeated { awaited },
        None => sending.part(before, |_| true),
    };
    // With the time of the write, two runs that settle it make the same entry for the history. One that was passed comes
    // after the write that passed it.
    // Of one that the server says it refused, a part is the work of others: it takes effect as a whole.
    let is_whole = own.patch().is_none_or(|patch| own.arrived(now) == patch.len());
    if let Some(saved) = own.replaced(now, sending.passed.unwrap_or(sending.at))
        && (is_whole || *reaction != Reaction::Refused)
    {
        let fields = own.patch().map_or(1, |_| own.arrived(now));
        match own.kept(now) {
            Some(kept) => *later = Patch::last_of(later.as_ref(), Some(&kept)),
            None => *is_removed = true,
        }
        return Fate::Arrived { saved, fields };
    }
    Fate::Missing { awaited, unclear: sending.is_unclear(now) }
}
