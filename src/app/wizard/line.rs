//! The questions line by line: what is typed is an answer, or a word for what keys do elsewhere.

use super::{Effect, Purpose, Step, Test, Wizard, Wrong};
use crate::app::keymap::Intent;
use tui_input::Input;

impl Wizard {
    /// The words that the next line may be, with what each does.
    pub fn words(&self) -> Vec<(&'static str, Intent)> {
        let is_first = self.given.purpose == Purpose::First;
        let mut words = Vec::new();
        match (&self.review, self.step) {
            (Some(review), _) => {
                if matches!(review.lines, Some(Ok(_))) {
                    words.push(("write", Intent::Choose));
                }
                if !matches!(review.test, Test::Running(_)) {
                    words.push(("test", Intent::Reload));
                }
                words.extend([("change", Intent::Mend), ("back", Intent::Escape)]);
            }
            (None, Step::App) if is_first => words.push(("demo", Intent::Demo)),
            (None, _) => words.push(("back", Intent::Escape)),
        }
        if !self.is_off(Intent::Save) {
            words.push(("review", Intent::Save));
        }
        if is_first {
            words.push(("quit", Intent::Quit));
        }
        words
    }

    /// Is the question, or what it is about, still being put together?
    pub fn is_preparing(&self) -> bool {
        match (&self.review, self.step) {
            (Some(review), _) => review.lines.is_none() || review.writing || matches!(review.test, Test::Running(_)),
            (None, step) => step == Step::Keep && self.places.is_none(),
        }
    }

    /// Takes a line. That of a credential is empty here.
    pub(super) fn line(&mut self, line: &str) -> Vec<Effect> {
        self.taken += 1;
        let said = line.trim();
        if let Some((_, intent)) = self.words().into_iter().find(|(word, _)| *word == said) {
            self.wrong = None;
            return self.intent(intent);
        }
        match self.step {
            Step::Review => {
                self.wrong = (!said.is_empty()).then_some(Wrong::NoAnswer);
                vec![]
            }
            Step::App | Step::Name | Step::Address | Step::Secret => {
                if !said.is_empty() {
                    self.enter(said);
                }
                self.go_on()
            }
            Step::Version | Step::Kind | Step::Keep | Step::Production | Step::ReadOnly | Step::Mark => {
                self.line_of_choice(said)
            }
        }
    }

    fn enter(&mut self, text: &str) {
        if let Some(row) = self.row() {
            *row = Input::default();
        }
        self.insert(text);
    }

    /// A number, or yes or no; an empty line is the answer that stands there.
    fn line_of_choice(&mut self, said: &str) -> Vec<Effect> {
        let Some((now, all)) = self.chosen() else { return vec![] };
        let is_yes_no = matches!(self.step, Step::Production | Step::ReadOnly);
        let at = match (said, is_yes_no) {
            ("", _) => Some(now),
            ("no", true) => Some(0),
            ("yes", true) => Some(1),
            (_, true) => None,
            (number, false) => number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
        };
        let Some(at) = at.filter(|at| *at < all) else {
            self.wrong = Some(Wrong::NoAnswer);
            return vec![];
        };
        self.choose_at(at);
        self.go_on()
    }
}
