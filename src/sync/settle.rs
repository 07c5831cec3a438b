//! Settles the writes in doubt of a resource, whenever a representation of it comes. See [`crate::model::doubt`].

use super::{Outcome, Save, WorkingCopy};
use crate::model::doubt::{Doubt, Fate, Reaction, fates, fates_of};
use crate::model::record::{Saved, Sending};
use crate::model::{Patch, Representation, Resource};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a representation told about the writes in doubt of its resource.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// What to tell the user; `None` if nothing was in doubt, or if it was only repetitions.
    pub told: Option<Outcome>,
    /// Everything that these writes may have set, without those of an earlier run: what they set is news to this one.
    /// Where several set a field, the last value.
    pub patch: Option<Patch>,
    /// Did one of them delete the resource?
    pub is_removed: bool,
    /// What they replaced, for the history.
    pub replaced: Vec<Saved>,
}

impl WorkingCopy {
    /// A write left, and it is not known whether it took effect. It stands for the same write sent before, so what was
    /// said least of both holds.
    pub(super) fn leave_in_doubt(&mut self, sending: Sending, mut reaction: Reaction) {
        self.doubts.retain(|doubt| doubt.sending != sending);
        for doubt in self.doubts.iter_mut().filter(|doubt| doubt.sending.is_like(&sending)) {
            doubt.is_passed = true;
            reaction = reaction.min(doubt.reaction);
        }
        self.doubts.push(Doubt::new(sending, reaction));
    }

    /// Did this very write, or the same one, leave without an answer that tells its outcome?
    pub(super) fn is_left(&self, sending: &Sending) -> bool {
        self.doubts.iter().any(|doubt| doubt.sending.is_like(sending))
    }

    /// What is known now of writes that an earlier run left in doubt, as far as their resources are loaded.
    pub fn fates_of_earlier(&self, sendings: &[Sending]) -> Vec<(Sending, Fate)> {
        fates_of(sendings, self.draft.bases(), self.synced.unwrap_or_default())
    }

    /// Takes over writes that an earlier run left in doubt, as far as their resources are loaded. What they replaced
    /// enters the history, and those that may still take effect are in doubt in this run. Returns what is known of each.
    pub fn take_over(&mut self, sendings: &[Sending]) -> Vec<(Sending, Fate)> {
        let fates = self.fates_of_earlier(sendings);
        let mut taken = Vec::new();
        for (sending, fate) in &fates {
            match fate {
                Fate::Arrived { saved, .. } => self.replaced.push(saved.clone()),
                Fate::Missing { awaited: true, .. } if !self.is_left(sending) => {
                    // If the clock was set back since, nobody knows how long ago the write left. It is given its time anew, from
                    // now on, and not until the clock has caught up.
                    let at = sending.at.min(self.synced.unwrap_or(sending.at));
                    taken.push(Doubt::adopted(Sending { at, ..sending.clone() }));
                }
                Fate::Missing { .. } | Fate::Repeated { .. } => {}
            }
        }
        self.doubts.splice(..0, taken);
        fates
    }

    /// Would this write change nothing if it came now, or does a later one stand for it? Then nobody has to know of it.
    fn is_idle_doubt(&self, at: usize) -> bool {
        let doubt = &self.doubts[at];
        let now = self.draft.representation(doubt.sending.resource());
        let is_done = now.is_some_and(|now| doubt.sending.is_done(now));
        let is_repeated = self.doubts[at + 1..].iter().any(|later| later.sending.is_like(&doubt.sending));
        doubt.is_passed && (is_done || is_repeated)
    }

    /// The writes that are in doubt, in the order in which they left.
    pub fn doubts(&self) -> impl Iterator<Item = &Sending> {
        (0..self.doubts.len()).filter(|at| !self.is_idle_doubt(*at)).map(|at| &self.doubts[at].sending)
    }

    /// Removes the doubts that `theirs` settles. The others stay. `answered` is the write that it answers.
    pub(super) fn settle(
        &mut self,
        resource: Resource,
        theirs: &Representation,
        at: Timestamp,
        answered: Option<&Sending>,
    ) -> Settled {
        let is_about = |doubt: &mut Doubt| doubt.sending.resource() == resource;
        let mut doubts: Vec<Doubt> = self.doubts.extract_if(.., is_about).collect();
        doubts.retain(|doubt| Some(&doubt.sending) != answered);
        let fates = fates(&doubts, answered, self.draft.representation(resource), theirs, at);
        let mut settled = Settled::default();
        let (mut sent, mut arrived, mut late) = (0, 0, 0);
        let (mut is_open, mut is_unclear, mut is_there) = (false, false, false);
        for (nth, (mut doubt, fate)) in doubts.into_iter().zip(fates).enumerate() {
            let patch = doubt.sending.patch();
            if !doubt.is_adopted {
                settled.patch = Patch::last_of(patch, settled.patch.as_ref());
            }
            match fate {
                Fate::Repeated { awaited } => {
                    if awaited {
                        doubt.is_passed = true;
                        if answered.is_some() {
                            doubt.pass(theirs, at, nth);
                        }
                        self.doubts.push(doubt);
                    }
                    continue;
                }
                Fate::Arrived { saved, fields } => {
                    settled.is_removed |= patch.is_none();
                    settled.replaced.push(saved);
                    if doubt.is_passed {
                        late += fields;
                        continue;
                    }
                    arrived += fields;
                }
                // As the server said.
                Fate::Missing { .. } if doubt.reaction == Reaction::Refused => continue,
                Fate::Missing { awaited, unclear } => {
                    // What was confirmed over it is what the user wanted last: only its arrival would be news.
                    let is_news = !doubt.is_passed;
                    is_open |= awaited && is_news;
                    is_unclear |= unclear && is_news;
                    is_there |= patch.is_none() && is_news;
                    if awaited {
                        if answered.is_some() {
                            doubt.pass(theirs, at, nth);
                        }
                        self.doubts.push(doubt);
                        continue;
                    }
                    if !is_news {
                        continue;
                    }
                }
            }
            sent += patch.map_or(0, Patch::len);
        }
        settled.told = match (arrived, sent) {
            (1.., 1..) => Some(Outcome::ReadBack { sent, saved: arrived }),
            // If the resource is gone, that is told instead.
            (1.., 0) => None,
            _ if late > 0 && !settled.is_removed => Some(Outcome::CameLate { fields: late }),
            _ if is_unclear => Some(Outcome::Unclear),
            _ if is_open => Some(Outcome::NotYet),
            (0, 1..) => Some(Outcome::ReadBack { sent, saved: 0 }),
            (0, 0) => is_there.then_some(Outcome::NotRemoved(resource)),
        };
        settled
    }

    /// The writes whose outcome is open, by resource, in the order in which they left. Each has a record on the disk,
    /// or will have one.
    pub(super) fn open_sendings(&self) -> BTreeMap<Resource, Vec<Sending>> {
        let mut open: BTreeMap<Resource, Vec<Sending>> = BTreeMap::new();
        for sending in self.doubts() {
            open.entry(sending.resource()).or_default().push(sending.clone());
        }
        if let Some(sending) = self.save.as_deref().and_then(Save::open_sending) {
            let of = open.entry(sending.resource()).or_default();
            // It takes the place of the same write that left before.
            of.retain(|earlier| !earlier.is_like(&sending));
            of.push(sending);
        }
        open
    }
}
