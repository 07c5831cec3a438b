//! The watch: a look at the settings now and then while nobody asks. It never takes the focus, the caret or an edit.

use crate::app::effect::{Effect, Timer};
use crate::app::msg::RequestId;
use crate::app::{App, Mode, Notice, WindowFocus};
use crate::model::Resource;
use std::time::Duration;

/// While looks fail, the watch looks at most this seldom.
const SELDOM: Duration = Duration::from_mins(1);

impl App {
    /// Starts the watch that was asked for with the start.
    pub(super) fn start_watch(&mut self) -> Vec<Effect> {
        self.watch.every = self.target.watch;
        self.look_later()
    }

    /// From the palette: on and off.
    pub(super) fn switch_watch(&mut self) -> Vec<Effect> {
        const USUAL: Duration = Duration::from_secs(10);
        self.mode = Mode::Editing;
        self.watch.every = match self.watch.every {
            Some(_) => None,
            None => Some(self.target.watch.unwrap_or(USUAL)),
        };
        self.notice = Some(Notice::Watch(self.watch.every));
        self.look_later()
    }

    /// Sets the next look: a fifth sooner or later, and ever later while looks fail.
    fn look_later(&mut self) -> Vec<Effect> {
        let Some(every) = self.watch.every else { return vec![] };
        self.watch.round += 1;
        let slower = every.saturating_mul(1 << self.watch.failed.min(6)).min(SELDOM.max(every));
        let after = slower.mul_f64(0.8 + 0.4 * self.rng.f64());
        vec![Effect::Wake { timer: Timer::Watch(self.watch.round), after }]
    }

    /// Time for a look, unless nobody would see it or something else is on its way.
    pub(super) fn look(&mut self, round: u32) -> Vec<Effect> {
        if round != self.watch.round || self.watch.every.is_none() {
            return vec![];
        }
        if self.terminal.focus == WindowFocus::Away {
            self.watch.due = true;
            return vec![];
        }
        if !self.sync.is_idle() || !self.draft.is_loaded(Resource::Settings) {
            return self.look_later();
        }
        let there = self.draft.bases().keys().copied().collect::<Vec<_>>();
        there.into_iter().flat_map(|resource| self.load(resource, true)).collect()
    }

    /// A look is given up for something that looks as well; the next one comes in its time.
    pub(super) fn stop_looking(&mut self) -> Vec<Effect> {
        let looks: Vec<RequestId> =
            self.sync.loads.extract_if(.., |_, load| load.watching).map(|(_, load)| load.exchange.request).collect();
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

    /// The look at the settings is over.
    pub(super) fn watched(&mut self, well: bool) -> Vec<Effect> {
        self.watch.failed = if well { 0 } else { self.watch.failed.saturating_add(1) };
        self.look_later()
    }

    /// The terminal has the focus again: what was left out is done now.
    pub(super) fn look_now(&mut self) -> Vec<Effect> {
        if std::mem::take(&mut self.watch.due) { self.look(self.watch.round) } else { vec![] }
    }
}
