//! One turn of a loop with a screen, for the editor and the first start.
//!
//! ```text
//!   ┌────────────────────────────────────────────────────────────────────────────┐
//!   │ wait for: replies and timers │ terminal and signals     (replies first)    │
//!   │ handle all that are ready ──> update ──> effects ──> draw once             │
//!   └────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! A question takes no answer that came with, or right after, what opened it: nobody can have read the question by then.
//!
//! ```text
//!   a question opens ────> a frame shows it ──── 120 ms ────> answers count
//!        └── its answers are dropped; keys that do not answer count at once ──┘
//! ```

use super::screen::{EventSource, Screen};
use crate::app::keymap::{self, Scope};
use crate::app::msg::{Key, Stop};
use crate::term::events::TerminalEvent;
use crate::term::input::Input;
use crate::ui;
use ratatui::layout::Position;
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// How long nobody can have read a question and pressed a key. Fingers that follow something seen take 150 ms at least;
/// keys that were meant for something else come faster.
const UNREAD: Duration = Duration::from_millis(120);

/// How long text is not taken after a question has closed by itself: whoever is about to answer may not have seen it.
const UNSEEN: Duration = Duration::from_secs(1);

/// The question on the screen, and since when a frame shows it.
#[derive(Debug)]
pub(super) struct Shown<Q> {
    on_screen: Option<(Q, Instant)>,
    /// Until then, text was meant for a question that has closed.
    deaf: Option<Instant>,
}

impl<Q> Default for Shown<Q> {
    fn default() -> Self {
        Self { on_screen: None, deaf: None }
    }
}

impl<Q: PartialEq> Shown<Q> {
    /// Can an answer that came at this time be one to this question?
    fn is_read(&self, question: &Q, came: Instant) -> bool {
        self.on_screen.as_ref().is_some_and(|(shown, since)| shown == question && came >= *since + UNREAD)
    }

    /// Something happened. A question that was closed or has become another one is not on the screen any more.
    fn compare(&mut self, question: Option<&Q>) {
        self.on_screen.take_if(|(shown, _)| Some(&*shown) != question);
    }

    /// A question has closed: for so long text was meant for it.
    fn closed(&mut self, at: Instant, for_so_long: Duration) {
        self.deaf = Some(at + for_so_long);
    }

    /// Was text that came at this time meant for a question that had closed?
    fn is_deaf(&self, came: Instant) -> bool {
        self.deaf.is_some_and(|until| came < until)
    }

    /// A frame shows this question.
    fn draw(&mut self, question: Option<Q>, now: Instant) {
        self.compare(question.as_ref());
        if self.on_screen.is_none() {
            self.on_screen = question.map(|question| (question, now));
        }
    }
}

/// Whose the terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lending {
    /// Ours.
    Ours,
    /// Another program is to have it.
    Wanted,
    /// Another program has it.
    Lent,
    /// Another program had it.
    Over,
}

/// A program that runs in turns.
pub(super) trait Turns {
    /// What tells one question from another.
    type Question: PartialEq;
    /// The messages that arrive besides terminal events.
    type Message;
    /// The screen that the program draws on.
    type Screen: Screen;

    /// The message channel to wait for, and the screen.
    fn awaited(&mut self) -> (&mut UnboundedReceiver<Self::Message>, &mut Self::Screen);
    /// Are characters text now, not keys?
    fn is_typed_in(&self) -> bool;
    /// Where keys are looked up now.
    fn scope(&self) -> Scope;
    /// The key that a click at this place stands for.
    fn key_at(&self, at: Position) -> Option<Key>;
    /// The question that is open.
    fn question(&self) -> Option<Self::Question>;
    /// The question on the screen.
    fn shown(&mut self) -> &mut Shown<Self::Question>;
    /// Takes up what was typed before and had to wait. Returns false if there is nothing.
    fn go_on(&mut self) -> bool {
        false
    }
    /// Whose the terminal is, and whose it is to be.
    fn lending(&self) -> Lending {
        Lending::Ours
    }
    /// Gives the terminal to another program, and starts that.
    fn lend(&mut self) {}
    /// Takes the terminal again.
    fn take_back(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    let goes_on = program.go_on();
    let (messages, screen) = program.awaited();
    let events = tokio::select! {
        biased;
        () = std::future::ready(()), if goes_on => Ok(vec![]),
        Some(message) = messages.recv() => {
            program.message(message);
            Ok(vec![])
        }
        events = source.next(typing) => events,
        flushed = screen.flushed() => flushed.map(|()| vec![]),
    };
    match events {
        Ok(events) => {
            let came = source.came();
            for event in events {
                happened(program, event, came);
            }
        }
        Err(_) => program.stop(Stop::TerminalGone),
    }
    while let Ok(message) = program.awaited().0.try_recv() {
        program.message(message);
    }
    if program.shown().on_screen.is_some() && program.question().is_none() {
        program.shown().closed(source.now(), UNSEEN);
    }
    compare(program);
    if program.is_over() {
        return;
    }
    if pass_terminal(program, source).is_err() {
        program.stop(Stop::TerminalGone);
    }
    if program.draw().is_err() {
        program.stop(Stop::TerminalGone);
    } else if program.awaited().1.is_shown() {
        let question = program.question();
        program.shown().draw(question, source.now());
    }
}

/// Gives the terminal to the program that is to have it, or takes it back from the one that had it.
fn pass_terminal(program: &mut impl Turns, source: &mut impl EventSource) -> io::Result<()> {
    if program.lending() == Lending::Wanted {
        source.lend(true);
        program.lend();
        if program.lending() == Lending::Ours {
            source.lend(false);
        }
    }
    if program.lending() == Lending::Over {
        program.take_back()?;
        source.lend(false);
    }
    Ok(())
}

fn compare(program: &mut impl Turns) {
    let question = program.question();
    program.shown().compare(question.as_ref());
}

/// Would this input answer the open question?
fn answers(program: &impl Turns, input: &Input) -> bool {
    let key = match input {
        Input::Key(key) => Some(*key),
        Input::Typed(text) => text.chars().next().map(Key::char),
        Input::Pressed { x, y, .. } => program.key_at(Position { x: *x, y: *y }),
        Input::Several(_)
        | Input::Line(_)
        | Input::LinesOver
        | Input::Refused { .. }
        | Input::Pasted { .. }
        | Input::Told(_)
        | Input::Focused
        | Input::Unfocused
        | Input::Wheel(_) => None,
    };
    key.is_some_and(|key| keymap::answers(program.scope(), key))
}

/// Passes input on, unless it would answer a question that nobody can have read, or is a click that came with text.
fn input(program: &mut impl Turns, input: Input, came: Instant) {
    let question = program.question();
    if question.is_none() && program.shown().is_deaf(came) && is_text(&input) {
        return;
    }
    let is_asked = question.is_some();
    if let Some(question) = question {
        let is_click_with_text = matches!(input, Input::Pressed { with_text: true, .. });
        if is_click_with_text || answers(program, &input) && !program.shown().is_read(&question, came) {
            return;
        }
    }
    program.input(input);
    if is_asked && program.question().is_none() {
        // A key that is held, or pressed twice, is not typed into what was below.
        program.shown().closed(came, UNREAD);
    }
    compare(program);
}

/// Would this input type text on a row?
fn is_text(input: &Input) -> bool {
    matches!(input, Input::Several(_) | Input::Typed(_)) || matches!(input, Input::Key(key) if key.typed().is_some())
}

/// Lets the screen handle its part of an event, and passes the rest to the program. If the screen fails, the
/// terminal is gone.
fn happened(program: &mut impl Turns, event: TerminalEvent, came: Instant) {
    let is_lent = program.lending() == Lending::Lent;
    let screen = program.awaited().1;
    let done = match event {
        // Another program may have written on the screen meanwhile.
        TerminalEvent::Input(Input::Focused) => screen.resized().map(|()| program.input(Input::Focused)),
        TerminalEvent::Input(Input::Told(answer)) => return screen.told(answer),
        TerminalEvent::Input(it) => return input(program, it, came),
        TerminalEvent::Terminate => return program.stop(Stop::Terminated),
        TerminalEvent::HangUp => return program.stop(Stop::HungUp),
        TerminalEvent::Interrupt => return program.stop(Stop::Interrupted),
        TerminalEvent::Quit => return program.stop(Stop::Quit),
        // The size is read when the terminal is taken back.
        TerminalEvent::Continued | TerminalEvent::Resized if is_lent => Ok(()),
        // The shell waits for us to stop, not for the program alone.
        TerminalEvent::Suspend if is_lent => crate::term::stop_with_job(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_can_be_answered_a_while_after_it_was_shown() {
        let at = Instant::now();
        let after = |millis| at + Duration::from_millis(millis);
        let mut shown = Shown::default();
        assert!(!shown.is_read(&"quit?", after(1000)), "no frame shows it");
        shown.draw(Some("quit?"), at);
        assert!(!shown.is_read(&"quit?", at) && !shown.is_read(&"quit?", after(119)));
        assert!(shown.is_read(&"quit?", after(120)));
        // Another frame of the same question changes nothing; another question begins anew.
        shown.draw(Some("quit?"), after(500));
        assert!(shown.is_read(&"quit?", after(500)));
        assert!(!shown.is_read(&"restore?", after(500)));
        shown.draw(Some("restore?"), after(600));
        assert!(!shown.is_read(&"restore?", after(700)) && shown.is_read(&"restore?", after(720)));
        // So does the same one after it was closed, even if no frame was drawn in between.
        shown.compare(None);
        assert!(!shown.is_read(&"restore?", after(900)));
        shown.draw(Some("restore?"), after(900));
        assert!(!shown.is_read(&"restore?", after(901)));
        shown.draw(None, after(950));
        assert!(!shown.is_read(&"restore?", after(2000)));
    }
}
