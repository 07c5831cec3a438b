//! The footer: the keys that act now. Each is also a button.

use super::canvas::{Canvas, Region};
use super::cells;
use super::layout::Layout;
use super::theme::Role;
use crate::app::keymap::{self, Hint, Intent, Scope};
use crate::app::mode::Shape;
use crate::app::{App, Offered};

/// The first column of a hint, the column after its last, and the hint.
type Button = (u16, u16, Hint);

/// The first column, and the gap between two hints.
const AIRY: (u16, u16) = (1, 2);
const TIGHT: (u16, u16) = (0, 1);

/// The hints that fit. `word` returns the word of a hint; `None` leaves it out. The hints for going back or quitting
/// and for help are the last to be left out.
fn buttons(scope: Scope, right: u16, word: impl Fn(&Hint) -> Option<&'static str>) -> Vec<Button> {
    // The answers to a question matter more than help. So they stand closer, and help is first short and then left out.
    let asks = matches!(scope, Scope::In(overlay) if overlay.shape() == Shape::Question);
    let mut hints: Vec<Hint> =
        keymap::hints(scope).filter_map(|hint| Some(Hint { word: word(&hint)?, ..hint })).collect();
    let (mut start, mut gap) = if right < 30 { TIGHT } else { AIRY };
    if asks && taken(&hints, start, gap) > right {
        (start, gap) = TIGHT;
        if taken(&hints, start, gap) > right {
            hints.iter_mut().filter(|hint| hint.intent == Intent::Help).for_each(|help| help.word = "");
        }
    }
    // On a page the way back comes before quitting.
    let is_back = |hint: &Hint| matches!(scope, Scope::In(_)) && hint.intent == Intent::Escape;
    let has_back = hints.iter().any(is_back);
    // The first of these sets that has a hint loses its last one.
    let leaves: [&dyn Fn(&Hint) -> bool; 3] = [
        &|hint| if asks { hint.intent == Intent::Help } else { has_back && hint.intent == Intent::Quit },
        &|hint| !matches!(hint.intent, Intent::Help | Intent::Quit) && !is_back(hint),
        &|_| true,
    ];
    while taken(&hints, start, gap) > right {
        let Some(at) = leaves.iter().find_map(|is_one| hints.iter().rposition(is_one)) else { break };
        hints.remove(at);
    }
    let is_last = |hint: &Hint| matches!(hint.intent, Intent::Help | Intent::Quit) && !asks;
    let (last, mut hints): (Vec<Hint>, Vec<Hint>) = hints.into_iter().partition(is_last);
    // The row's own come behind those of all rows, which then stay in their places when the focus moves.
    hints.sort_by_key(|hint| matches!(hint.scope, Scope::Number | Scope::Switch | Scope::Closed));
    // These end with the screen, so that they stand still whatever comes before them.
    let end = right.saturating_sub(taken(&last, 0, gap));
    let mut x = start;
    let mut buttons = Vec::new();
    let mut add = |x: &mut u16, hint: Hint| {
        let next = *x + cells_of(&hint);
        buttons.push((*x, next, hint));
        *x = next + gap;
    };
    for hint in hints {
        add(&mut x, hint);
    }
    x = x.max(end);
    for hint in last {
        add(&mut x, hint);
    }
    buttons
}

/// The cells of a hint: its key, and its word if it has one.
fn cells_of(hint: &Hint) -> u16 {
    cells(&hint.key) + if hint.word.is_empty() { 0 } else { 1 + cells(hint.word) }
}

/// The columns that hints take.
fn taken(hints: &[Hint], start: u16, gap: u16) -> u16 {
    (start + hints.iter().map(|hint| cells_of(hint) + gap).sum::<u16>()).saturating_sub(gap)
}

/// The footer of the editor.
#[derive(PartialEq)]
pub(super) struct Footer {
    y: u16,
    scope: Scope,
    offered: Offered,
}

impl Footer {
    pub(super) fn new(app: &App, layout: &Layout) -> Self {
        Self { y: layout.footer, scope: app.scope(), offered: app.offered() }
    }
}

impl Region for Footer {
    fn paint(&self, canvas: &mut Canvas) {
        paint(self.scope, self.y, |hint| self.offered.word(hint), canvas);
    }
}

/// Draws the hints.
pub(super) fn paint(scope: Scope, y: u16, word: impl Fn(&Hint) -> Option<&'static str>, canvas: &mut Canvas) {
    let right = canvas.area().right();
    for (x, _, hint) in buttons(scope, right, word) {
        let x = canvas.put((x, y), right, &hint.key, canvas.style(Role::Strong)) + 1;
        canvas.put((x, y), right, hint.word, canvas.style(Role::Plain));
    }
}

/// The hint in a column.
pub(super) fn hit(scope: Scope, right: u16, x: u16, word: impl Fn(&Hint) -> Option<&'static str>) -> Option<Hint> {
    buttons(scope, right, word).into_iter().find(|(start, end, _)| (*start..*end).contains(&x)).map(|(.., hint)| hint)
}
