//! A text to read, with its title in a rule.

use super::Styled;
use super::head::TitleRule;
use crate::app::keymap::Scope;
use crate::app::msg::{Hit, Room};
use crate::ui::canvas::Canvas;
use crate::ui::strip::key_at;
use crate::ui::theme::Role;
use ratatui::layout::{Position, Rect};

/// A title and the lines of the text.
pub(in crate::ui) struct Sheet {
    title: String,
    lines: Vec<Styled>,
}

impl Sheet {
    pub(in crate::ui) fn new(title: impl Into<String>, lines: Vec<Styled>) -> Self {
        Self { title: title.into(), lines }
    }

    /// The title and the lines.
    pub(super) fn told(self) -> Vec<String> {
        std::iter::once(self.title).chain(self.lines.into_iter().map(|(line, _)| line)).collect()
    }

    /// Draws the sheet, with `scroll` lines scrolled away.
    pub(in crate::ui) fn paint(&self, scroll: usize, area: Rect, line: (&str, Role), canvas: &mut Canvas) {
        let body = body(area);
        let above = scroll.min(self.room(area).most);
        let aside = super::head::above(above);
        TitleRule { title: &self.title, role: Role::Strong, filter: None, aside: &aside }.paint(area, line, canvas);
        super::parts::lay(&self.lines, scroll, body, canvas);
    }

    /// The key of the step under the mouse, for a sheet that asks something.
    pub(in crate::ui) fn hit(&self, scroll: usize, area: Rect, at: Position, scope: Scope) -> Option<Hit> {
        let body = body(area);
        let line = usize::from(at.y.checked_sub(body.y)?) + scroll.min(self.room(area).most);
        let cell = usize::from(at.x.checked_sub(super::parts::TEXT)?);
        key_at(&self.lines.get(line)?.0, cell, scope).map(Hit::Key)
    }

    /// How much of the sheet can be seen.
    pub(in crate::ui) fn room(&self, area: Rect) -> Room {
        let rows = usize::from(body(area).height);
        Room { rows: rows.max(1), most: self.lines.len().saturating_sub(rows) }
    }
}

fn body(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}
