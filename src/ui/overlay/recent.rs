//! The tunnels of this machine, on a row that takes a url, and the values that the row had before. They stand in a small
//! list over the rows below it, or above it if there is more room. No row moves.
//!
//! ```text
//!   ▌ ● URL              https://a.dev/▏
//!                       ─── Tunnels, earlier values ───────────
//!                        ▌ ngrok   https://x.ngrok.app  ->  localhost:3000
//!                          https://a.dev/widget?v=2
//! ```

use super::list::Listing;
use crate::app::App;
use crate::app::tunnels::RecentRow;
use crate::model::Kind;
use crate::ui::layout::{FormLine, Layout};
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::tunnel;
use ratatui::layout::Rect;

/// The list of tunnels and earlier values, whose rows have so many cells.
pub(super) fn listing(app: &App, room: usize) -> Listing<'_> {
    let offers = app.recent();
    let rows = offers.len();
    let is_url = app.focused().kind == Kind::Url;
    let no_tunnel = app.has_no_tunnel();
    let names = offers.iter().filter_map(|row| match row {
        RecentRow::Tunnel(it) => Some(it.tool.name().len()),
        RecentRow::Looking | RecentRow::Earlier(_) => None,
    });
    let column = names.chain([tunnel::NAME]).max().unwrap_or(tunnel::NAME);
    let lack = no_tunnel.then(|| (tunnel::NO_TUNNEL.to_owned(), Role::Plain));
    Listing {
        title: if is_url { "Tunnels, earlier values" } else { "Earlier values" }.to_owned(),
        filter: None,
        count: if no_tunnel { tunnel::NONE.to_owned() } else { String::new() },
        heading: None,
        rows,
        row: Box::new(move |at| match &offers[at] {
            RecentRow::Looking => tunnel::LOOKING.to_owned(),
            RecentRow::Tunnel(it) => tunnel::row_within(it, column, room),
            RecentRow::Earlier(text) => text.clone(),
        }),
        marks: None,
        empty: [(words::recent(app), Role::Plain)].into_iter().chain(lack).collect(),
        detail: vec![],
        part: None,
    }
}

/// The place of the list. It is below the row in focus if the whole list fits there, otherwise on the side with more
/// room.
pub(super) fn area(app: &App, layout: &Layout) -> Rect {
    let offers = app.recent().len();
    let form = layout.form;
    let is_focus = |index: usize| app.sync.draft.fields().get(index).is_some_and(|field| field.id == app.form.focus);
    let row = layout.shown().find(|(_, line)| matches!(line, FormLine::Row(index) if is_focus(*index)));
    let y = row.map_or(form.y, |(y, _)| y);
    let (above, below) = (y - form.y, form.bottom().saturating_sub(y + 1));
    let wanted = u16::try_from(offers.max(1) + 1).unwrap_or(u16::MAX);
    let is_below = below >= wanted || below >= above;
    let height = wanted.min(if is_below { below } else { above });
    // The row of a tunnel takes more cells than the column of the values has on a narrow screen.
    let is_wide = app.focused().kind == Kind::Url && layout.columns.short;
    let x = if is_wide { 0 } else { layout.columns.value.saturating_sub(2) };
    let top = if is_below { y + 1 } else { y - height };
    Rect::new(x, top, layout.area.width.saturating_sub(x), height)
}
