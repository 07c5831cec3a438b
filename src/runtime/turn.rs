//! One turn of a loop with a screen, for the editor and the first start.
//!
//! ```text
//!   ┌────────────────────────────────────────────────────────────────────────────┐
//!   │ wait for: replies and timers │ terminal and signals     (replies first)    │
//!   │ handle all that are ready ──> update ──> effects ──> draw once             │
//!   └────────────────────────────────────────────────────────────────────────────┘
//! ```

use super::screen::{EventSource, Screen};
use crate::app::msg::Stop;
use crate::term::events::TerminalEvent;
use crate::term::input::Input;
use crate::ui;
use std::io;
use tokio::sync::mpsc::UnboundedReceiver;

/// A program that runs in turns.
pub(super) trait Turns {
    /// The messages that arrive besides terminal events.
    type Message;
    /// The screen that the program draws on.
    type Screen: Screen;

    /// The message channel to wait for, and the screen.
    fn awaited(&mut self) -> (&mut UnboundedReceiver<Self::Message>, &mut Self::Screen);
    /// Are characters text now, not keys?
    fn is_typed_in(&self) -> bool;
    fn message(&mut self, message: Self::Message);
    fn input(&mut self, input: Input);
    /// The screen has another size. `cramped` says whether it is too small.
    fn resized(&mut self, cramped: bool);
    fn stop(&mut self, stop: Stop);
    fn is_over(&self) -> bool;
    fn draw(&mut self) -> io::Result<()>;
}

/// Waits for an event, handles all that are ready, and draws once. If the terminal cannot be used, the program ends
/// properly.
pub(super) async fn turn(program: &mut impl Turns, source: &mut impl EventSource) {
    let typing = program.is_typed_in();
    let (messages, screen) = program.awaited();
    let events = tokio::select! {
        biased;
        Some(message) = messages.recv() => {
            program.message(message);
            Ok(vec![])
        }
        events = source.next(typing) => events,
        flushed = screen.flushed() => flushed.map(|()| vec![]),
    };
    match events {
        Ok(events) => events.into_iter().for_each(|event| happened(program, event)),
        Err(_) => program.stop(Stop::TerminalGone),
    }
    while let Ok(message) = program.awaited().0.try_recv() {
        program.message(message);
    }
    if !program.is_over() && program.draw().is_err() {
        program.stop(Stop::TerminalGone);
    }
}

/// Lets the screen handle its part of an event, and passes the rest to the program. If the screen fails, the
/// terminal is gone.
fn happened(program: &mut impl Turns, event: TerminalEvent) {
    let screen = program.awaited().1;
    let done = match event {
        // Another program may have written on the screen meanwhile.
        TerminalEvent::Input(Input::Focused) => screen.resized().map(|()| program.input(Input::Focused)),
        TerminalEvent::Input(Input::Told(answer)) => return screen.told(answer),
        TerminalEvent::Input(input) => return program.input(input),
        TerminalEvent::Terminate => return program.stop(Stop::Terminated),
        TerminalEvent::HangUp => return program.stop(Stop::HungUp),
        TerminalEvent::Interrupt => return program.stop(Stop::Interrupted),
        TerminalEvent::Quit => return program.stop(Stop::Quit),
        TerminalEvent::Continued => screen.continued(),
        TerminalEvent::Suspend => screen.suspend(),
        TerminalEvent::Resized => {
            let resized = screen.resized().map(|()| !ui::layout::fits(screen.area()));
            resized.map(|cramped| program.resized(cramped))
        }
    };
    if done.is_err() {
        program.stop(Stop::TerminalGone);
    }
}
