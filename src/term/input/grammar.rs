//! What terminals send, as a grammar: bytes in, keys, clicks and marks out. Answers to questions come out as nothing.
//!
//! ```text
//!   ground ─┬─ a character, a control byte ──────────────────────> a key
//!           ├─ ESC ─┬─ a character ──────────────────────────────> the key with Alt
//!           │       ├─ [ parameters, a last byte ────────────────> `sequence`
//!           │       ├─ O a letter ───────────────────────────────> `sequence`
//!           │       └─ ] P _ ^ X text, until BEL or ESC \ ───────> an answer: nothing
//!           └─ any of these without its end ── 25 ms ────────────> dropped; ESC alone is the key
//!                                                 └─ its rest comes late after all: dropped as well
//! ```
//!
//! A control byte, ESC or not, ends whatever it comes into the middle of, and counts: nothing makes the keyboard deaf.

use super::begun::{Begun, Took};
use super::late::{Late, Weighed};
use super::meaning::Meaning;
use std::time::{Duration, Instant};

/// How long a sequence may pause: longer than a line does within one, shorter than anyone notices of an Esc.
pub(super) const PAUSE: Duration = Duration::from_millis(25);

/// Takes bytes in their time.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    state: Begun,
    /// When the last byte of what is unfinished came.
    since: Option<Instant>,
    late: Option<Late>,
}

impl Grammar {
    /// Takes bytes that came at this time. Returns how many: it stops behind the start of a paste.
    pub(super) fn feed(&mut self, bytes: &[u8], at: Instant, out: &mut Vec<Meaning>) -> usize {
        // Whoever reads late has not waited.
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
                    let len = len - held.min(len);
                    if is_paste { len } else { len + self.take(&bytes[len..], at, out) }
                }
                Weighed::Other if held > 0 => {
                    // All that was held is no more than a few bytes, without a paste's start in it.
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
            while self.state.step(*byte, out) == Took::Not {}
            if out.last() == Some(&Meaning::PasteStart) && self.state == Begun::Ground {
                self.since = None;
                return n + 1;
            }
        }
        self.since = self.state.is_waiting().then_some(at);
        bytes.len()
    }

    /// When what is unfinished came, or its last byte.
    pub(super) fn since(&self) -> Option<Instant> {
        self.late.as_ref().and_then(Late::holding).or(self.since)
    }

    /// When to [`wake`](Self::wake) it, if at all.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let held = self.late.as_ref().and_then(Late::deadline);
        held.or(self.since.map(|since| since + PAUSE))
    }

    /// What is unfinished is dropped if its time is over; a lone ESC is the key, pressed when it came.
    pub(super) fn wake(&mut self, at: Instant, out: &mut Vec<Meaning>) {
        if let Some(late) = self.late.take_if(|late| late.deadline().is_some_and(|deadline| deadline <= at))
            && let Some(typed) = late.typed()
        {
            self.take(&typed, at, out);
        }
        if let Some(since) = self.since.take_if(|since| *since + PAUSE <= at) {
            let state = std::mem::take(&mut self.state);
            state.give_up(out);
            self.late = Some(Late::new(state, since));
        }
    }
}
