//! `callset settle` beside the editors, from start to end at one moment: it tells of each write that any run of its disk
//! has noted. Nothing is said not to be in doubt while a run holds it.

use super::server::Fate;
use super::{Known, World};
use callset::app::msg::DiskReply;
use callset::model::record::Sending;
use callset::sync::{Batch, Effect, Event, Moment, Reply, Verdict, Wish};
use std::time::Duration;

/// Whose requests these are, to the server.
const SETTLE: super::Person = 4;

impl World {
    pub(super) fn settle(&mut self) {
        self.runs += 1;
        let run = format!("settle-{}", self.runs);
        let noted = |is_dead: bool, world: &Self| -> Vec<Sending> {
            let runs = world.shelves[0].runs.values().filter(|run| run.dead == is_dead);
            runs.flat_map(|run| run.sendings.values().flatten().cloned()).collect()
        };
        let (left, held) = (noted(true, self), noted(false, self));
        let (mut batch, mut effects) = Batch::new(Wish::Settle.into(), self.runs as u64);
        while !effects.is_empty() {
            let mut next = vec![];
            for effect in effects {
                let at = self.server.time();
                match effect {
                    Effect::Disk(job) => {
                        if let Some(DiskReply::Opened(opened)) = self.shelves[0].work(&run, job, &Known::new(), at) {
                            next.extend(batch.opened(opened));
                        }
                    }
                    Effect::Send(request) => {
                        let outcome = self.server.serve(SETTLE, &request.call, Fate::Whole);
                        let began = Moment { running: Duration::ZERO, wall: at };
                        let reply =
                            Reply { request: request.id, began, took: Duration::ZERO, at, outcome, trace: None };
                        next.extend(batch.happen(Event::Reply(reply)));
                    }
                    Effect::Cancel(_) | Effect::Wake { .. } => {}
                }
            }
            effects = next;
        }
        assert_eq!(batch.verdict(), Some(&Verdict::Settled));
        let told: Vec<&Sending> = batch.earlier.iter().map(|earlier| &earlier.sending).collect();
        assert!(left.iter().all(|sending| told.contains(&sending)), "{left:?}, and it tells of {told:?}");
        let others: Vec<Sending> = batch.found.doubts.iter().flat_map(|other| other.sendings.clone()).collect();
        assert_eq!(others, held, "what runs hold in doubt is told as theirs");
        self.shelves[0].end(&run);
    }
}
