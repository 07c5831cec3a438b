//! The footer: the keys of what has the keyboard. Each is a button too.

use super::canvas::Canvas;
use super::cells;
use super::theme::Role;
use crate::app::keymap::{self, Hint, Intent, Scope};
use crate::app::mode::Shape;

/// A hint, and its columns: from the first to before the last.
type Button = (u16, u16, Hint);

/// Those that there is room for. Help is the last that goes, but for questions.
fn buttons(scope: Scope, right: u16) -> Vec<Button> {
    // Where there is next to no room, every answer still has to be seen: there help is the first that goes.
    let asks = matches!(scope, Scope::In(overlay) if overlay.shape() == Shape::Question);
    let is_last = |hint: &Hint| hint.intent == Intent::Help && !asks;
    let (help, hints): (Vec<Hint>, Vec<Hint>) = keymap::hints(scope).partition(is_last);
    let (start, gap) = if right < 30 { (0, 1) } else { (1, 2) };
    let room = |hint: &Hint| cells(&hint.key) + 1 + cells(hint.word) + gap;
    let end = right.saturating_sub(help.iter().map(room).sum());
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
    buttons.extend(help.into_iter().map(|hint| (x.max(end), x.max(end) + room(&hint) - gap, hint)));
    buttons
}

/// Draws them.
pub(super) fn paint(scope: Scope, y: u16, canvas: &mut Canvas) {
    let right = canvas.area().right();
    for (x, _, hint) in buttons(scope, right) {
        let x = canvas.put((x, y), right, &hint.key, canvas.style(Role::Strong)) + 1;
        canvas.put((x, y), right, hint.word, canvas.style(Role::Plain));
    }
}

/// The one in a column.
pub(super) fn hit(scope: Scope, right: u16, x: u16) -> Option<Hint> {
    buttons(scope, right).into_iter().find(|(start, end, _)| (*start..*end).contains(&x)).map(|(.., hint)| hint)
}
