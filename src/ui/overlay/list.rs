//! A list. Its title and filter stand in a rule, the rows below it, and the details of the selected row below a second
//! rule.
//!
//! ```text
//!   ─── Profiles: st▏ ───────────────────────────────── … 3 more above   2 of 7 ───
//!    ▌ staging        api.hubapi.com        app 1234567     in use
//!      staging-eu     api.hubapi.com        app 1234570
//!   ─────────────────────────────────────────────────────────── … 4 more below ───
//!      the selected row in full
//! ```
//!
//! The rows keep their places, however long the details are.

use super::head::TitleRule;
use super::parts::{BAR, TEXT};
use super::{Styled, head};
use crate::app::Picker;
use crate::app::msg::{Hit, Room};
use crate::ui::canvas::Canvas;
use crate::ui::theme::Role;
use ratatui::layout::{Position, Rect};
use tui_input::Input;

/// The content of a list.
pub(super) struct Listing<'a> {
    pub title: String,
    /// The filter; `None` in a list without one.
    pub filter: Option<&'a Input>,
    /// The number of rows, as text.
    pub count: String,
    /// Names of the columns.
    pub heading: Option<String>,
    pub rows: usize,
    /// Returns the text of a row. It is called only for rows in sight, because a list may have thousands.
    pub row: Box<dyn Fn(usize) -> String + 'a>,
    /// Returns the characters of a row's text that are marked.
    pub marks: Option<Box<dyn Fn(usize) -> Vec<usize> + 'a>>,
    /// The lines to show if there are no rows.
    pub empty: Vec<Styled>,
    /// The details of the selected row.
    pub detail: Vec<Styled>,
    /// Returns what is under the mouse in a row, at this many cells from the start of its text.
    pub part: Option<Box<dyn Fn(usize, u16) -> Hit + 'a>>,
}

/// The places of the list's parts.
struct ListParts {
    heading: Option<u16>,
    rows: Rect,
    first: usize,
    rule: Option<u16>,
    detail: Rect,
}

impl Listing<'_> {
    fn parts(&self, picker: &Picker, area: Rect) -> ListParts {
        let body = area.height.saturating_sub(1);
        let heading = u16::from(self.heading.is_some() && self.rows > 0 && body >= 4);
        let available = body.saturating_sub(heading);
        let wanted = u16::try_from(self.rows).unwrap_or(u16::MAX);
        let has_detail = !self.detail.is_empty() && available >= 4;
        let most = match (has_detail, wanted > available) {
            (true, _) => (available / 2).max(1),
            (false, true) => available.saturating_sub(1).max(1),
            (false, false) => available,
        };
        let height = wanted.min(most).min(available);
        let top = area.y + 1 + heading;
        let rows = Rect { y: top, height, ..area };
        let has_rule = (has_detail || wanted > height) && rows.bottom() < area.bottom();
        let below = rows.bottom() + u16::from(has_rule);
        let seen = usize::from(height.max(1));
        let selected = picker.selected.min(self.rows.saturating_sub(1));
        // The list scrolls only as far as the selected row needs.
        let first =
            picker.first.min(self.rows.saturating_sub(seen)).clamp((selected + 1).saturating_sub(seen), selected);
        ListParts {
            heading: (heading > 0).then_some(area.y + 1),
            rows,
            first,
            rule: has_rule.then_some(rows.bottom()),
            detail: Rect { y: below, height: if has_detail { area.bottom() - below } else { 0 }, ..area },
        }
    }

    pub(super) fn paint(&self, picker: &Picker, area: Rect, line: (&str, Role), canvas: &mut Canvas) {
        let parts = self.parts(picker, area);
        let (right, seen) = (area.right(), usize::from(parts.rows.height));
        let above = head::above(parts.first);
        let both = above.first().filter(|_| !self.count.is_empty()).map(|above| format!("{above}   {}", self.count));
        let aside: Vec<String> = both.into_iter().chain(above).chain([self.count.clone()]).collect();
        TitleRule { title: &self.title, role: Role::Strong, filter: self.filter, aside: &aside }
            .paint(area, line, canvas);
        if let (Some(y), Some(heading)) = (parts.heading, &self.heading) {
            canvas.put((area.x + TEXT, y), right, heading, canvas.style(Role::Strong));
        }
        let selected = picker.selected.min(self.rows.saturating_sub(1));
        for (y, at) in (parts.rows.y..parts.rows.bottom()).zip(parts.first..self.rows) {
            let style = canvas.style(if at == selected { Role::Selected } else { Role::Plain });
            if at == selected {
                canvas.fill((area.x, y), right, " ", style);
                canvas.put((area.x + BAR, y), right, "▌", style);
            }
            let text = (self.row)(at);
            canvas.put((area.x + TEXT, y), right.saturating_sub(1), &text, style);
            for mark in self.marks.iter().flat_map(|marks| marks(at)) {
                let x = u16::try_from(mark).map_or(u16::MAX, |mark| (area.x + TEXT).saturating_add(mark));
                if let Some(c) = text.chars().nth(mark).filter(|_| x + 2 < right) {
                    canvas.put((x, y), x + 1, c.encode_utf8(&mut [0; 4]), style.underlined());
                }
            }
        }
        if let Some(y) = parts.rule {
            let below = match self.rows.saturating_sub(parts.first + seen) {
                0 => String::new(),
                n => format!("… {n} more below"),
            };
            head::rule((area.x, y), right, &below, line, canvas);
        }
        if self.rows == 0 {
            super::parts::lay(
                &self.empty,
                0,
                Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area },
                canvas,
            );
        } else {
            super::parts::lay(&self.detail, picker.scroll, parts.detail, canvas);
        }
    }

    /// How many rows are seen at once, and how far the details can be scrolled.
    pub(super) fn room(&self, picker: &Picker, area: Rect) -> Room {
        let parts = self.parts(picker, area);
        let most = self.detail.len().saturating_sub(usize::from(parts.detail.height));
        Room { rows: usize::from(parts.rows.height).max(1), most }
    }

    /// What is under the mouse.
    pub(super) fn hit(&self, picker: &Picker, area: Rect, at: Position) -> Option<Hit> {
        let parts = self.parts(picker, area);
        if at.y == area.y {
            return TitleRule { title: &self.title, role: Role::Strong, filter: self.filter, aside: &[] }.hit(area, at);
        }
        let row = usize::from(at.y.checked_sub(parts.rows.y).filter(|_| parts.rows.contains(at))?) + parts.first;
        let part = self.part.as_ref().zip(at.x.checked_sub(area.x + TEXT));
        (row < self.rows).then(|| part.map_or(Hit::Item(row), |(part, cell)| part(row, cell)))
    }
}

/// The number of rows: `9`, or `2 of 9` if a filter leaves some out.
pub(super) fn count(matching: usize, all: usize) -> String {
    if matching == all { all.to_string() } else { format!("{matching} of {all}") }
}
