//! The values that the row in focus had before: a small list over the rows below it, or above where there is more room.
//! Nothing moves for it.
//!
//! ```text
//!   ▌ ● URL              https://a.dev/▏
//!                       ─ Earlier values ─────────────
//!                       > https://a.dev/widget?v=2
//!                         https://tunnel.a.dev
//!                       ───────────────────────────────
//! ```

use super::list;
use crate::app::msg::Hit;
use crate::app::{App, Mode};
use crate::ui::canvas::Canvas;
use crate::ui::layout::{FormLine, Layout};
use crate::ui::theme::Role;
use crate::ui::words;
use ratatui::layout::{Position, Rect};

/// Draws the list.
pub(in crate::ui) fn paint(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Mode::Recent { selected } = app.mode else { return };
    let offers = app.offers();
    let area = area(app, layout, offers.len());
    let entries: Vec<(String, String)> = offers.into_iter().map(|text| (text, String::new())).collect();
    // No label of a row below may seem to be a value's.
    canvas.blank(Rect { x: layout.form.x, width: layout.area.width, ..area });
    list(area, "Earlier values", &entries, selected, canvas);
    if entries.is_empty() && area.height > 2 {
        let at = (area.x + 2, area.y + 1);
        canvas.put(at, area.right().saturating_sub(1), &words::recent(app), canvas.style(Role::Quiet));
    }
}

/// What is under the mouse.
pub(super) fn hit(app: &App, layout: &Layout, at: Position) -> Hit {
    let offers = app.offers().len();
    let area = area(app, layout, offers);
    let row = at.y.checked_sub(area.y + 1).map(usize::from);
    match row.filter(|row| area.contains(at) && *row < offers.min(usize::from(area.height.saturating_sub(2)))) {
        Some(row) => Hit::Item(super::first_entry(selected(app), usize::from(area.height.saturating_sub(2))) + row),
        None => Hit::Outside,
    }
}

fn selected(app: &App) -> usize {
    if let Mode::Recent { selected } = app.mode { selected } else { 0 }
}

/// Below the row in focus if all of it fits there, else where there is more room.
fn area(app: &App, layout: &Layout, offers: usize) -> Rect {
    let form = layout.form;
    let is_focus = |index: usize| app.sync.draft.fields().get(index).is_some_and(|field| field.id == app.form.focus);
    let row = layout.shown().find(|(_, line)| matches!(line, FormLine::Row(index) if is_focus(*index)));
    let y = row.map_or(form.y, |(y, _)| y);
    let (above, below) = (y - form.y, form.bottom().saturating_sub(y + 1));
    let wanted = u16::try_from(offers.max(1) + 2).unwrap_or(u16::MAX);
    let is_below = below >= wanted || below >= above;
    let height = wanted.min(if is_below { below } else { above });
    let x = layout.columns.value.saturating_sub(2);
    let top = if is_below { y + 1 } else { y - height };
    Rect::new(x, top, layout.area.width.saturating_sub(x), height)
}
