//! Finds out, before a batch sends anything, whether the writes that earlier runs left in doubt took effect.

use super::{Batch, Earlier, Wish};
use crate::model::record::Leftover;
use crate::model::{Representation, Resource};
use crate::sync::{Disk, Effect};
use std::collections::BTreeSet;

impl Batch {
    /// The resources that have to be read in order to settle the doubts of earlier runs. Only runs that wrote to one of
    /// this batch's resources count, unless the batch is to settle all doubts.
    pub(super) fn concerned(&self) -> BTreeSet<Resource> {
        let is_settled = matches!(self.task.wish, Wish::Settle);
        let is_about =
            |leftover: &&Leftover| is_settled || self.needed.iter().any(|resource| is_of(leftover, *resource));
        let of = |leftover: &Leftover| -> Vec<Resource> {
            leftover.sendings.iter().map(|(_, sending)| sending.resource()).collect()
        };
        let mut concerned: BTreeSet<Resource> = self.leftovers.iter().filter(is_about).flat_map(of).collect();
        if !concerned.is_empty() {
            // Whether a write may still take effect is judged by the time at which the settings were read.
            concerned.insert(Resource::Settings);
        }
        concerned
    }

    /// Settles the doubts of earlier runs whose resources are loaded.
    pub(super) fn tell_earlier(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for leftover in std::mem::take(&mut self.leftovers) {
            let is_known = |resource: Resource| self.copy.draft.is_loaded(resource);
            if !leftover.sendings.iter().all(|(_, sending)| is_known(sending.resource())) {
                continue;
            }
            let told = self.earlier.len();
            let mut adopted = Vec::new();
            for (at, sending) in &leftover.sendings {
                let none = Representation::default();
                let now = self.copy.draft.representation(sending.resource()).unwrap_or(&none).clone();
                self.copy.remember(sending.replaced(&now, *at));
                let arrived = if sending.is_removal() { usize::from(now.is_empty()) } else { sending.arrived(&now) };
                adopted.extend(self.copy.adopt(sending, *at));
                let is_open = self.copy.doubt(sending.resource()) == Some(sending);
                self.earlier.push(Earlier { at: *at, sending: sending.clone(), arrived, is_open });
            }
            let is_open = self.earlier[told..].iter().any(|earlier| earlier.is_open);
            if matches!(self.task.wish, Wish::Settle) && is_open {
                // The record stays as it is. If this run took it over, the record would have the age of this run.
                continue;
            }
            effects.extend(adopted);
            effects.push(Effect::Disk(match leftover.unsaved {
                Some(_) => Disk::Told(leftover.id),
                None => Disk::Finish(leftover.id),
            }));
        }
        effects
    }
}

fn is_of(leftover: &Leftover, resource: Resource) -> bool {
    leftover.sendings.iter().any(|(_, sending)| sending.resource() == resource)
}
