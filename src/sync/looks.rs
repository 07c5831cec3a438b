//! The watch: a look at the settings at regular intervals, which the user did not ask for.

use super::{Effect, RequestId, Timer, WorkingCopy};
use crate::model::Resource;
use std::collections::BTreeSet;
use std::time::Duration;

/// While looks fail, the interval grows up to this, or to the configured one if that is longer.
const SELDOM: Duration = Duration::from_mins(1);

/// How often callset looks for changes of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// The interval; `None` while the watch is off.
    pub every: Option<Duration>,
    /// The interval to start with after the first load.
    pub wanted: Option<Duration>,
    /// Distinguishes the timer of this watch from earlier ones.
    round: u32,
    /// How many looks in a row failed.
    pub failed: u8,
    /// Was a look left out because the user could not see its result?
    due: bool,
    /// The resources that the last look did not find, although they existed before.
    pub(super) missed: BTreeSet<Resource>,
}

impl WorkingCopy {
    /// Starts the watch with the interval that was configured for the start.
    pub(super) fn start_watch(&mut self) -> Vec<Effect> {
        self.set_watch(self.watch.wanted)
    }

    pub(super) fn set_watch(&mut self, every: Option<Duration>) -> Vec<Effect> {
        self.watch.every = every;
        self.look_later()
    }

    /// Sets the timer for the next look: the interval plus or minus a fifth, doubled with each failed look.
    fn look_later(&mut self) -> Vec<Effect> {
        let Some(every) = self.watch.every else { return vec![] };
        self.watch.round += 1;
        let slower = every.saturating_mul(1 << self.watch.failed.min(6)).min(SELDOM.max(every));
        let after = slower.mul_f64(0.8 + 0.4 * self.rng.f64());
        vec![Effect::Wake { timer: Timer::Watch(self.watch.round), after }]
    }

    /// Makes a look, unless the user could not see it or another request is on its way.
    pub(super) fn look(&mut self, round: u32, seen: bool) -> Vec<Effect> {
        if round != self.watch.round || self.watch.every.is_none() {
            return vec![];
        }
        if !seen {
            self.watch.due = true;
            return vec![];
        }
        if !self.is_idle() || !self.draft.is_loaded(Resource::Settings) {
            return self.look_later();
        }
        let there = self.draft.bases().keys().copied().collect::<Vec<_>>();
        there.into_iter().flat_map(|resource| self.load(resource, true)).collect()
    }

    /// Gives up looks because another request reads the same. The next look follows at its usual time.
    pub(super) fn stop_looking(&mut self) -> Vec<Effect> {
        let looks: Vec<RequestId> =
            self.loads.extract_if(.., |_, load| load.watching).map(|(_, load)| load.exchange.request).collect();
        if looks.is_empty() {
            return vec![];
        }
        let mut effects: Vec<Effect> = looks.iter().map(|id| Effect::Cancel(*id)).collect();
        for id in looks {
            self.log_cancelled(id);
        }
        effects.extend(self.look_later());
        effects
    }

    /// The look at the settings has ended. Sets the next one.
    pub(super) fn watched(&mut self, well: bool) -> Vec<Effect> {
        self.watch.failed = if well { 0 } else { self.watch.failed.saturating_add(1) };
        self.look_later()
    }

    /// Makes the look that was left out, if there is one.
    pub(super) fn look_now(&mut self) -> Vec<Effect> {
        if std::mem::take(&mut self.watch.due) { self.look(self.watch.round, true) } else { vec![] }
    }
}
