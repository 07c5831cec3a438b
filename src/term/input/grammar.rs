//! The grammar of terminal input: turns bytes into keys, clicks and marks. A terminal's answers to queries, except
//! two, are dropped.
//!
//! ```text
//!   ground ─┬─ a character, a control byte ──────────────────────> a key
//!           ├─ ESC ─┬─ a character ──────────────────────────────> the key with Alt
//!           │       ├─ [ parameters, a last byte ────────────────> `sequence`
//!           │       ├─ O a letter ───────────────────────────────> `sequence`
//!           │       ├─ ( and the like, N, ?, a character ─────────> nothing
//!           │       └─ ] P _ ^ X text, until BEL or ESC \ ───────> an answer: mostly nothing
//!           └─ any of these without its end ── 25 ms ────────────> dropped; ESC alone is the key
//!                                                 └─ its rest comes late after all: dropped as well
//! ```
//!
//! A control byte in the middle of a sequence ends the sequence and then counts by itself. So no unfinished sequence
//! can make the keyboard deaf.
//!
//! CR and LF at once are one Enter: a terminal sends both in its "new line" mode.

use super::begun::{Begun, Took};
use super::burst::AT_ONCE;
use super::late::{Expired, Late, Weighed};
use super::meaning::Meaning;
use std::time::{Duration, Instant};

/// How long a sequence may pause. A line rarely pauses longer within a sequence, and nobody notices that an Esc acts
/// this much later.
pub(super) const PAUSE: Duration = Duration::from_millis(25);

/// Takes bytes with the times at which they came.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    state: Begun,
    /// When the last byte of the unfinished sequence came.
    since: Option<Instant>,
    late: Option<Late>,
    /// When CR came, if it was the last byte.
    returned: Option<Instant>,
}

impl Grammar {
    /// Takes bytes that came at this time. Stops behind the start of a paste, and returns how many bytes were taken.
    pub(super) fn feed(&mut self, bytes: &[u8], at: Instant, out: &mut Vec<Meaning>) -> usize {
        // If the reader comes late, the deadline may be over without a wake-up.
        self.wake(at, out);
        if let Some(late) = self.late.take() {
            let (all, held) = ([late.held.as_slice(), bytes].concat(), late.held.len());
            return match late.weigh(&all, at) {
                Weighed::Waits(late) => {
                    self.late = Some(late);
                    bytes.len()
                }
                Weighed::Rest { len, tokens } => {
                    let is_paste = tokens.last() == Some(&Meaning::PasteStart);
                    out.extend(tokens);
                    let others = if is_paste { 0 } else { self.take(&all[len..], at, out) };
                    (len + others).saturating_sub(held)
                }
                Weighed::Other if held > 0 => {
                    // The held bytes are only a few, and hold no start of a paste.
                    let taken = self.take(&all, at, out);
                    taken.saturating_sub(held)
                }
                Weighed::Other => self.take(bytes, at, out),
            };
        }
        self.take(bytes, at, out)
    }

    fn take(&mut self, bytes: &[u8], at: Instant, out: &mut Vec<Meaning>) -> usize {
        for (n, byte) in bytes.iter().enumerate() {
            let is_ground = self.state == Begun::Ground;
            let returned = self.returned.take().filter(|since| at.saturating_duration_since(*since) <= AT_ONCE);
            if is_ground && *byte == b'\n' && returned.is_some() {
                continue;
            }
            self.returned = (is_ground && *byte == b'\r').then_some(at);
            while self.state.step(*byte, out) == Took::Not {}
            if out.last() == Some(&Meaning::PasteStart) && self.state == Begun::Ground {
                self.since = None;
                return n + 1;
            }
        }
        self.since = self.state.is_waiting().then_some(at);
        bytes.len()
    }

    /// When the last byte of the unfinished sequence came, or when the held bytes did.
    pub(super) fn since(&self) -> Option<Instant> {
        self.late.as_ref().and_then(Late::holding).or(self.since)
    }

    /// When to call [`wake`](Self::wake), if at all.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let held = self.late.as_ref().and_then(Late::deadline);
        held.or(self.since.map(|since| since + PAUSE))
    }

    /// Drops an unfinished sequence whose time is over. A lone ESC becomes the key Esc, pressed when the byte came.
    pub(super) fn wake(&mut self, at: Instant, out: &mut Vec<Meaning>) {
        if let Some(late) = self.late.take_if(|late| late.deadline().is_some_and(|deadline| deadline <= at)) {
            match late.expire() {
                Expired::Typed(bytes) => _ = self.take(&bytes, at, out),
                Expired::Dropped(late) => self.late = Some(late),
            }
        }
        if let Some(since) = self.since.take_if(|since| *since + PAUSE <= at) {
            let state = std::mem::take(&mut self.state);
            state.give_up(out);
            self.late = Some(Late::new(state, since));
        }
    }

    /// A sequence was given up whose last byte came then, at the end of a paste that was never ended.
    pub(super) fn gave_up(&mut self, state: Begun, since: Instant) {
        self.late = Some(Late::behind_paste(state, since));
    }
}
