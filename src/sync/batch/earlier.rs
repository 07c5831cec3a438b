//! Finds out, before a batch sends anything, whether the writes that earlier runs left in doubt took effect.

use super::{Batch, Earlier, Wish};
use crate::model::Resource;
use crate::model::record::{Leftover, Sending};
use crate::sync::{Disk, Effect};
use std::collections::BTreeSet;

impl Batch {
    /// The resources that have to be read in order to settle the doubts of earlier runs. Only runs that wrote to one of
    /// this batch's resources count, unless the batch is to settle all doubts.
    pub(super) fn concerned(&self) -> BTreeSet<Resource> {
        let is_settled = matches!(self.task.wish, Wish::Settle);
        let is_about =
            |leftover: &&Leftover| is_settled || self.needed.iter().any(|resource| is_of(leftover, *resource));
        let of = |leftover: &Leftover| -> Vec<Resource> { leftover.sendings.iter().map(Sending::resource).collect() };
        let mut concerned: BTreeSet<Resource> = self.found.leftovers.iter().filter(is_about).flat_map(of).collect();
        if !concerned.is_empty() {
            // Whether a write may still take effect is judged by the time at which the settings were read.
            concerned.insert(Resource::Settings);
        }
        concerned
    }

    /// Settles the doubts of earlier runs whose resources are loaded.
    pub(super) fn tell_earlier(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for leftover in std::mem::take(&mut self.found.leftovers) {
            let is_known = |resource: Resource| self.copy.draft.is_loaded(resource);
            if !leftover.sendings.iter().all(|sending| is_known(sending.resource())) {
                continue;
            }
            let fates = self.copy.take_over(&leftover.sendings);
            // Two runs may have taken over the same write of a third.
            let is_told = |sending: &Sending| self.earlier.iter().any(|earlier| earlier.sending == *sending);
            let news: Vec<_> = fates.into_iter().filter(|(sending, _)| !is_told(sending)).collect();
            self.earlier.extend(news.into_iter().map(|(sending, fate)| Earlier { sending, fate }));
            effects.push(Effect::Disk(match leftover.unsaved {
                Some(_) => Disk::Told(leftover.id),
                None => Disk::Finish(leftover.id),
            }));
        }
        effects
    }
}

impl Batch {
    /// What the last look says of the earlier writes that were still awaited at the first.
    pub(super) fn tell_earlier_again(&mut self) {
        for earlier in &mut self.earlier {
            let is_open = self.copy.doubts().any(|doubt| doubt.is_like(&earlier.sending));
            if earlier.is_awaited() && !is_open {
                for (_, fate) in self.copy.fates_of_earlier(std::slice::from_ref(&earlier.sending)) {
                    earlier.fate = fate;
                }
            }
        }
    }
}

fn is_of(leftover: &Leftover, resource: Resource) -> bool {
    leftover.sendings.iter().any(|sending| sending.resource() == resource)
}
