//! The rule at the top of an overlay, with the title, the filter, and how much more there is.

use crate::app::msg::Hit;
use crate::ui::canvas::Canvas;
use crate::ui::cells;
use crate::ui::layout::indent;
use crate::ui::text::{code_point_at, window};
use crate::ui::theme::Role;
use crate::words::list::TYPE_TO_FILTER;
use ratatui::layout::{Position, Rect};
use tui_input::Input;

/// The text between the title and the filter.
const PROMPT: &str = ": ";

/// The content of the rule.
pub(super) struct TitleRule<'a> {
    pub title: &'a str,
    pub role: Role,
    pub filter: Option<&'a Input>,
    /// Words for the end of the rule. The first of them that fits is shown.
    pub aside: &'a [String],
}

impl TitleRule<'_> {
    /// The columns of the filter: the first, and the one after the last.
    fn field(&self, area: Rect) -> (u16, u16) {
        let start = area.x + indent(area.width) + 1 + cells(self.title) + cells(PROMPT);
        (start.min(area.right()), area.right().saturating_sub(2))
    }

    /// Draws the rule, and sets the caret if there is a filter.
    pub(super) fn paint(&self, area: Rect, line: (&str, Role), canvas: &mut Canvas) {
        let (right, y) = (area.right(), area.y);
        let typed = self.filter.map_or(0, |filter| cells(PROMPT) + cells(filter.value()) + 2);
        let taken = indent(area.width) + cells(self.title) + typed + 2;
        let fits = |aside: &&String| taken + cells(aside) + 3 <= area.width;
        let aside = self.aside.iter().find(fits).map_or("", String::as_str);
        rule((area.x, y), right, aside, line, canvas);
        let plain = canvas.style(Role::Plain);
        let start = area.x + indent(area.width);
        crate::ui::strip::accent((area.x, y), start, line.0, self.role, canvas);
        let x = canvas.put((start, y), right, " ", plain);
        let x = canvas.put((x, y), right.saturating_sub(1), self.title, canvas.style(self.role));
        let Some(filter) = self.filter else {
            canvas.put((x, y), right, " ", plain);
            return;
        };
        canvas.put((x, y), right, PROMPT, canvas.style(self.role));
        let (x, end) = self.field(area);
        let view = window(filter.value(), filter.cursor(), end.saturating_sub(x + 1));
        // One blank after the text is for the caret.
        let shown = (cells(filter.value()).saturating_sub(u16::try_from(view.start).unwrap_or(u16::MAX)) + 2)
            .min(end.saturating_sub(x));
        canvas.fill((x, y), x + shown, " ", plain);
        canvas.put_window((x, y), end, filter.value(), view.start, canvas.style(Role::Typing));
        let free = if aside.is_empty() { end } else { end.saturating_sub(cells(aside) + 1) };
        if filter.value().is_empty() && x + 2 + cells(TYPE_TO_FILTER) < free {
            canvas.put((x + 1, y), end, &format!("{TYPE_TO_FILTER} "), plain);
        }
        canvas.caret = Some(Position::new((x + view.caret).min(right.saturating_sub(1)), y));
    }

    /// The place in the filter that a click at this position means.
    pub(super) fn hit(&self, area: Rect, at: Position) -> Option<Hit> {
        let filter = self.filter?;
        let (x, end) = self.field(area);
        let view = window(filter.value(), filter.cursor(), end.saturating_sub(x + 1));
        let cell = usize::from(at.x.checked_sub(x).filter(|_| at.x < end)?);
        Some(Hit::Typed(code_point_at(filter.value(), view.start + cell)))
    }
}

/// How many rows or lines lie above, in the words that a title rule may have room for.
pub(super) fn above(count: usize) -> Vec<String> {
    match count {
        0 => vec![],
        n => vec![format!("… {n} more above"), format!("… {n} above"), format!("… {n}")],
    }
}

/// A rule with words at its end.
pub(super) fn rule((x, y): (u16, u16), right: u16, aside: &str, (line, look): (&str, Role), canvas: &mut Canvas) {
    canvas.fill((x, y), right, line, canvas.sign(look));
    if !aside.is_empty() {
        let words = format!(" {aside} ");
        let start = right.saturating_sub(cells(&words) + 1).max(x);
        canvas.put((start, y), right, &words, canvas.style(Role::Plain));
    }
}
