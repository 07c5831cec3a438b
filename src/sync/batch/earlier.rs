//! What earlier runs left in doubt is told by what a batch has read, before anything is sent on top of it.

use super::{Batch, Earlier, Wish};
use crate::model::record::Leftover;
use crate::model::{Representation, Resource};
use crate::sync::{Disk, Effect};
use std::collections::BTreeSet;

impl Batch {
    /// What has to be read to tell what became of the writes that earlier runs left in doubt, as far as this batch is about
    /// them.
    pub(super) fn concerned(&self) -> BTreeSet<Resource> {
        let is_settled = matches!(self.task.wish, Wish::Settle);
        let is_about =
            |leftover: &&Leftover| is_settled || self.needed.iter().any(|resource| is_of(leftover, *resource));
        let of = |leftover: &Leftover| -> Vec<Resource> {
            leftover.sendings.iter().map(|(_, sending)| sending.resource()).collect()
        };
        let mut concerned: BTreeSet<Resource> = self.leftovers.iter().filter(is_about).flat_map(of).collect();
        if !concerned.is_empty() {
            // The settings say when the server was last heard.
            concerned.insert(Resource::Settings);
        }
        concerned
    }

    /// All that is needed is there: tells what became of them.
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
                // Its note stays as it is: taken over by this run, it would be as young as this run.
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
