//! The values that the row in focus had before. They stand in a small list over the rows below it, or above it if there
//! is more room. No row moves.
//!
//! ```text
//!   ▌ ● URL              https://a.dev/▏
//!                       ─── Earlier values ───────────
//!                        ▌ https://a.dev/widget?v=2
//!                          https://tunnel.a.dev
//! ```

use super::list::Listing;
use crate::app::App;
use crate::ui::layout::{FormLine, Layout};
use crate::ui::theme::Role;
use crate::ui::words;
use ratatui::layout::Rect;

/// The list of earlier values.
pub(super) fn listing(app: &App) -> Listing<'_> {
    let offers = app.offers();
    let rows = offers.len();
    Listing {
        title: "Earlier values".to_owned(),
        filter: None,
        count: String::new(),
        heading: None,
        rows,
        row: Box::new(move |at| offers[at].clone()),
        marks: None,
        empty: vec![(words::recent(app), Role::Plain)],
        detail: vec![],
        part: None,
    }
}

/// The place of the list. It is below the row in focus if the whole list fits there, otherwise on the side with more
/// room.
pub(super) fn area(app: &App, layout: &Layout) -> Rect {
    let offers = app.offers().len();
    let form = layout.form;
    let is_focus = |index: usize| app.sync.draft.fields().get(index).is_some_and(|field| field.id == app.form.focus);
    let row = layout.shown().find(|(_, line)| matches!(line, FormLine::Row(index) if is_focus(*index)));
    let y = row.map_or(form.y, |(y, _)| y);
    let (above, below) = (y - form.y, form.bottom().saturating_sub(y + 1));
    let wanted = u16::try_from(offers.max(1) + 1).unwrap_or(u16::MAX);
    let is_below = below >= wanted || below >= above;
    let height = wanted.min(if is_below { below } else { above });
    let x = layout.columns.value.saturating_sub(2);
    let top = if is_below { y + 1 } else { y - height };
    Rect::new(x, top, layout.area.width.saturating_sub(x), height)
}
