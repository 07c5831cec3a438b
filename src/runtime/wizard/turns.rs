//! The turns of the first start. The review is its question: Enter there writes the profile.

use super::super::screen::Screen;
use super::super::turn::{Shown, Turns};
use super::{Arrived, FirstStart};
use crate::app::keymap::{self, Scope};
use crate::app::msg::{Key, Stop};
use crate::app::wizard::Msg;
use crate::sync::RequestId;
use crate::term::input::Input;
use crate::ui;
use ratatui::layout::Position;
use std::io;
use tokio::sync::mpsc;

impl<S: Screen> Turns for FirstStart<S> {
    /// The review, and whether what would be written is in it.
    type Question = (RequestId, bool);
    type Message = Arrived;
    type Screen = S;

    fn awaited(&mut self) -> (&mut mpsc::UnboundedReceiver<Arrived>, &mut S) {
        (&mut self.messages, &mut self.screen)
    }

    fn is_typed_in(&self) -> bool {
        self.wizard.is_secret() || keymap::takes_text(self.wizard.scope())
    }

    fn question(&self) -> Option<(RequestId, bool)> {
        let review = self.wizard.review.as_ref().filter(|_| self.wizard.scope() == Scope::AskedReview)?;
        Some((review.id, review.lines.is_some()))
    }

    fn scope(&self) -> Scope {
        self.wizard.scope()
    }

    fn key_at(&self, at: Position) -> Option<Key> {
        ui::wizard::hit(&self.wizard, self.screen.area(), at)
    }

    fn shown(&mut self) -> &mut Shown<(RequestId, bool)> {
        &mut self.shown
    }

    /// A line is taken when nothing is on its way, so that lines from a pipe need no pauses; or at once, if it goes back.
    fn go_on(&mut self) -> bool {
        let leaves = |line: &Option<String>| line.as_ref().is_some_and(|line| matches!(line.trim(), "back" | "quit"));
        // Only a test call can take long.
        let is_next = |line: &Option<String>| self.undone == 0 && (self.flight.is_none() || leaves(line));
        if !self.lines.front().is_some_and(is_next) {
            return false;
        }
        let Some(line) = self.lines.pop_front().flatten() else {
            self.take(Msg::LinesOver);
            return true;
        };
        let is_word = self.wizard.words().iter().any(|(word, _)| *word == line.trim());
        if self.wizard.is_secret() && !is_word {
            // The text of a credential goes no further.
            self.entry.clear();
            let whole = Input::Pasted { text: line.trim().to_owned(), cut: false };
            if let Some(msg) = self.enter(&whole) {
                self.take(msg);
            }
            self.take(Msg::Line(String::new()));
        } else {
            self.take(Msg::Line(line));
        }
        true
    }

    fn message(&mut self, heard: Arrived) {
        self.hear(heard);
    }

    fn input(&mut self, input: Input) {
        if let Some(msg) = self.translate(input) {
            self.take(msg);
        }
    }

    fn resized(&mut self, cramped: bool) {
        self.take(Msg::Resized { cramped });
    }

    fn stop(&mut self, stop: Stop) {
        self.take(Msg::Stop(stop));
    }

    fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    fn draw(&mut self) -> io::Result<()> {
        let room = self.screen.ask(&self.wizard)?;
        if let Some(room) = room.filter(|room| *room != self.wizard.room) {
            self.take(Msg::Drawn(room));
        }
        Ok(())
    }
}
