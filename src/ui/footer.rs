//! The footer: the keys that act now. Each is also a button.

use super::canvas::Canvas;
use super::cells;
use super::theme::Role;
use crate::app::keymap::{self, Hint, Intent, Scope};
use crate::app::mode::Shape;

/// The first column of a hint, the column after its last, and the hint.
type Button = (u16, u16, Hint);

/// The hints that fit. The hints for quitting and for help are the last to be left out, except for questions.
fn buttons(scope: Scope, right: u16, is_off: impl Fn(Intent) -> bool) -> Vec<Button> {
    // The answers to a question matter more than help, so there help is the first to be left out.
    let asks = matches!(scope, Scope::In(overlay) if overlay.shape() == Shape::Question);
    let is_last = |hint: &Hint| matches!(hint.intent, Intent::Help | Intent::Quit) && !asks;
    let (last, hints): (Vec<Hint>, Vec<Hint>) =
        keymap::hints(scope).filter(|hint| !is_off(hint.intent)).partition(is_last);
    let (start, gap) = if right < 30 { (0, 1) } else { (1, 2) };
    let room = |hint: &Hint| cells(&hint.key) + 1 + cells(hint.word) + gap;
    let end = right.saturating_sub(last.iter().map(room).sum());
    let mut x = start;
    let mut buttons = Vec::new();
    for hint in hints {
        let next = x + room(&hint);
        if next > end + gap {
            break;
        }
        buttons.push((x, next - gap, hint));
        x = next;
    }
    x = x.max(end);
    for hint in last {
        let next = x + room(&hint);
        buttons.push((x, next - gap, hint));
        x = next;
    }
    buttons
}

/// Draws the hints, except those that are off.
pub(super) fn paint(scope: Scope, y: u16, is_off: impl Fn(Intent) -> bool, canvas: &mut Canvas) {
    let right = canvas.area().right();
    for (x, _, hint) in buttons(scope, right, is_off) {
        let x = canvas.put((x, y), right, &hint.key, canvas.style(Role::Strong)) + 1;
        canvas.put((x, y), right, hint.word, canvas.style(Role::Plain));
    }
}

/// The hint in a column.
pub(super) fn hit(scope: Scope, right: u16, x: u16, is_off: impl Fn(Intent) -> bool) -> Option<Hint> {
    buttons(scope, right, is_off).into_iter().find(|(start, end, _)| (*start..*end).contains(&x)).map(|(.., hint)| hint)
}
