//! A line to type in. Its title stands in the rule; below come the line, what is wrong with it, and what it is for.
//!
//! ```text
//!   ─── Delete the settings of app 1234567? ───────────────────────────────────────
//!    ▌ App id: 123▏
//!      ✗ That is not the app's id.
//!
//!      what happens then, in full
//! ```

use super::Styled;
use super::head::TitleRule;
use super::parts::{BAR, TEXT};
use crate::app::Prompt;
use crate::app::msg::{Hit, Room};
use crate::ui::canvas::Canvas;
use crate::ui::cells;
use crate::ui::text::{code_point_at, window};
use crate::ui::theme::Role;
use ratatui::layout::{Position, Rect};

/// The content of a prompt.
pub(super) struct Line {
    pub title: String,
    pub title_role: Role,
    /// The label before the typed text, in full and in short.
    pub label: [&'static str; 2],
    /// The typed text, or the characters that stand for it.
    pub shown: String,
    /// The position of the caret, in characters from the start.
    pub caret: usize,
    /// The words after the typed text, in full and in short.
    pub aside: [String; 2],
    /// What is wrong with the typed text.
    pub wrong: Vec<Styled>,
    /// What the typed text is for.
    pub about: Vec<Styled>,
}

/// The places of the prompt's parts: the line with its columns, and the rest.
struct PromptParts<'a> {
    y: u16,
    label: &'a str,
    aside: &'a str,
    value: u16,
    right: u16,
    below: Rect,
}

impl Line {
    fn parts(&self, area: Rect) -> PromptParts<'_> {
        let is_airy = area.height >= 11;
        let y = area.y + 1 + u16::from(is_airy);
        let label = if area.width < 52 { self.label[1] } else { self.label[0] };
        let value = area.x + TEXT + cells(label) + 2;
        // The words after the typed text are shown only if they leave enough cells for it.
        let end = area.right().saturating_sub(1);
        let room = |aside: &&String| !aside.is_empty() && value + 8 + cells(aside) < end;
        let aside = self.aside.iter().find(room).map_or("", String::as_str);
        let right = if aside.is_empty() { end } else { end - cells(aside) - 1 };
        let bottom = area.bottom();
        let below = (y + 1 + u16::from(is_airy && self.wrong.is_empty())).min(bottom);
        PromptParts { y, label, value, right, aside, below: Rect { y: below, height: bottom - below, ..area } }
    }

    /// The lines below the typed text: what is wrong with it, then what it is for.
    fn lines(&self) -> Vec<Styled> {
        let gap = (!self.wrong.is_empty()).then(|| (String::new(), Role::Plain));
        self.wrong.iter().cloned().chain(gap).chain(self.about.iter().cloned()).collect()
    }

    pub(super) fn paint(&self, prompt: &Prompt, area: Rect, line: (&str, Role), canvas: &mut Canvas) {
        TitleRule { title: &self.title, role: self.title_role, filter: None, aside: &[] }.paint(area, line, canvas);
        let parts = self.parts(area);
        let PromptParts { y, label, value, right, aside, .. } = parts;
        if y < area.bottom() {
            canvas.put((area.x + BAR, y), value, "▌", canvas.sign(Role::Focus));
            canvas.put((area.x + TEXT, y), value, &format!("{label}: "), canvas.style(Role::Strong));
            let view = window(&self.shown, self.caret, right.saturating_sub(value + 1));
            let style = canvas.style(Role::Typing);
            canvas.fill((value, y), right, " ", style);
            canvas.put_window((value, y), right, &self.shown, view.start, style);
            canvas.caret = Some(Position::new((value + view.caret).min(area.right().saturating_sub(1)), y));
            canvas.put((right + 1, y), area.right(), aside, canvas.style(Role::Plain));
        }
        super::parts::lay(&self.lines(), prompt.scroll, parts.below, canvas);
    }

    /// How much of the lines below the prompt can be seen.
    pub(super) fn room(&self, area: Rect) -> Room {
        let rows = usize::from(self.parts(area).below.height);
        Room { rows: rows.max(1), most: self.lines().len().saturating_sub(rows) }
    }

    /// The place in the typed text that a click at this position means.
    pub(super) fn hit(&self, area: Rect, at: Position) -> Option<Hit> {
        let PromptParts { y, value, right, .. } = self.parts(area);
        let cell = usize::from(at.x.checked_sub(value).filter(|_| at.y == y && at.x < right)?);
        let view = window(&self.shown, self.caret, right.saturating_sub(value + 1));
        Some(Hit::Typed(code_point_at(&self.shown, view.start + cell)))
    }
}
