//! One turn of a loop with a screen: the editor's and the first start's.
//!
//! ```text
//!   ┌────────────────────────────────────────────────────────────────────────────┐
//!   │ wait for: replies and timers │ terminal and signals     (replies first)      │
//!   │ take all that is ready ──> update ──> effects ──> draw once                  │
//!   └────────────────────────────────────────────────────────────────────────────┘
//! ```

use super::screen::{EventSource, Screen};
use crate::term::events::TerminalEvent;
use std::io;
use tokio::sync::mpsc::UnboundedReceiver;

/// What runs in turns.
pub(super) trait Turns {
    /// What arrives from beside the loop.
    type Message;
    /// What it draws on.
    type Screen: Screen;

    /// What is waited for, besides the terminal.
    fn awaited(&mut self) -> (&mut UnboundedReceiver<Self::Message>, &mut Self::Screen);
    fn message(&mut self, message: Self::Message);
    fn event(&mut self, event: TerminalEvent);
    /// The terminal can not be used any more.
    fn terminal_gone(&mut self);
    fn is_over(&self) -> bool;
    fn draw(&mut self) -> io::Result<()>;
}

/// Waits for something, takes all that is ready, draws once. An unusable terminal ends the program in good order.
pub(super) async fn turn(program: &mut impl Turns, source: &mut impl EventSource) {
    let (messages, screen) = program.awaited();
    let events = tokio::select! {
        biased;
        Some(message) = messages.recv() => {
            program.message(message);
            Ok(vec![])
        }
        events = source.next() => events,
        flushed = screen.flushed() => flushed.map(|()| vec![]),
    };
    match events {
        Ok(events) => events.into_iter().for_each(|event| program.event(event)),
        Err(_) => program.terminal_gone(),
    }
    while let Ok(message) = program.awaited().0.try_recv() {
        program.message(message);
    }
    if !program.is_over() && program.draw().is_err() {
        program.terminal_gone();
    }
}
