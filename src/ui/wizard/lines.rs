//! Collects the lines of a question or a review: drawn, or told.

use crate::app::keymap::Scope;
use crate::app::wizard::Wizard;
use crate::ui::steps::wrapped;
use crate::ui::text::{width, wrap};
use crate::ui::theme::Role;
use crate::ui::{Styled, wrap_cells};
use crate::words::{NextStep, Statement, dialogue};
use std::ops::Range;

/// How the lines reach the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// Drawn, so many cells wide, with keys for the next steps.
    Drawn(usize),
    /// Told, a sentence a line. The prompt names the words for the next steps.
    Told,
}

/// More cells than any line that is told has.
const TOLD: usize = 100_000;

/// Collects lines, broken to the width `room`.
pub(super) struct Lines {
    pub(super) laid: Vec<Styled>,
    pub(super) room: usize,
    pub(super) is_told: bool,
    /// The scope whose keys are named.
    scope: Scope,
}

impl Lines {
    pub(super) fn new(wizard: &Wizard, voice: Voice) -> Self {
        let (room, is_told) = match voice {
            Voice::Drawn(room) => (room, false),
            Voice::Told => (TOLD, true),
        };
        Self { laid: Vec::new(), room, is_told, scope: wizard.scope() }
    }

    /// Adds a sentence with its next steps.
    pub(super) fn said(&mut self, sign: &str, role: Role, said: &Statement) {
        let next: &[NextStep] = if self.is_told { &[] } else { &said.next };
        let lines = wrapped(&said.title, next, self.scope, self.room.saturating_sub(width(sign)));
        self.lay(sign, role, lines);
    }

    /// Adds next steps.
    pub(super) fn next(&mut self, next: &[NextStep]) {
        if !self.is_told {
            self.lay("", Role::Plain, wrapped("", next, self.scope, self.room));
        }
    }

    /// Adds a text with a sign before its first line. The other lines are indented by the width of the sign.
    pub(super) fn add(&mut self, sign: &str, role: Role, text: &str) {
        self.lay(sign, role, wrap(text, self.room.saturating_sub(width(sign))));
    }

    pub(super) fn lay(&mut self, sign: &str, role: Role, lines: Vec<String>) {
        let indent = width(sign);
        for (at, line) in lines.into_iter().enumerate() {
            let front = if at == 0 { sign.to_owned() } else { " ".repeat(indent) };
            self.laid.push((front + &line, role));
        }
    }

    /// Adds an answer behind its label. Its other lines stand below its first one, if there is room beside the label.
    pub(super) fn answer(&mut self, label: &str, text: &str) {
        const COLUMN: usize = 15;
        if self.is_told || self.room < 3 * COLUMN {
            return self.plain(&format!("{label}: {text}"));
        }
        self.add(&format!("{label:COLUMN$}"), Role::Plain, text);
    }

    pub(super) fn plain(&mut self, text: &str) {
        self.add("", Role::Plain, text);
    }

    pub(super) fn blank(&mut self) {
        self.laid.push((String::new(), Role::Plain));
    }

    /// Adds a text in which every space counts.
    pub(super) fn exact(&mut self, text: &str) {
        let lines = wrap_cells(text, self.room.saturating_sub(2));
        self.laid.extend(lines.into_iter().map(|line| (format!("  {line}"), Role::Plain)));
    }

    /// Adds one or more lines for each choice. Returns the lines of each.
    pub(super) fn choices(&mut self, choices: &[(bool, String)]) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        for (at, (is_taken, words)) in choices.iter().enumerate() {
            let first = self.laid.len();
            if self.is_told {
                let is_named = self.scope == Scope::AskedYesNo;
                self.plain(&if is_named { words.clone() } else { dialogue::choice(at + 1, words) });
                places.push(first..self.laid.len());
                continue;
            }
            let (sign, role) = if *is_taken { ("(•) ", Role::Strong) } else { ("( ) ", Role::Plain) };
            self.add(sign, role, words);
            places.push(first..self.laid.len());
        }
        places
    }
}
