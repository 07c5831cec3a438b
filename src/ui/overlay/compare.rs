//! Another profile beside this one.
//!
//! ```text
//!       FIELD            staging                   production
//!   ▌ ≠ [x] Width        420 px                    400 px
//!     ≠ [ ] URL          https://new.acme.dev      https://acme.dev
//!     = Ready            no                        no               then the field in focus in full
//! ```

use super::{Styled, cell, entry, in_sight, page_width, pager};
use crate::app::App;
use crate::app::reuse::{Comparison, Difference, Other, Pair};
use crate::ui::canvas::Canvas;
use crate::ui::layout::Layout;
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::{words, wrap_cells};
use crate::words::list;

/// The table, or why there is none.
pub(super) fn paint(app: &App, comparison: &Comparison, layout: &Layout, canvas: &mut Canvas) {
    let room = page_width(layout);
    let with = &comparison.with;
    let host = with.host().unwrap_or_default();
    let production = if with.production { "   ▲ PRODUCTION" } else { "" };
    let title = format!("{} beside {}{production}", here(app), with.name);
    let plain = |text: String| {
        let lines = wrap(&text, room).into_iter().map(|line| (line, Role::Plain));
        std::iter::once((String::new(), Role::Plain)).chain(lines).collect::<Vec<Styled>>()
    };
    let (lines, focus) = match &comparison.other {
        Other::Reading { .. } => (plain(words::told(app, &list::reading(with, &host))), 0),
        Other::Failed(fault) => {
            (words::unread(app, with, fault).into_iter().flat_map(plain).collect::<Vec<Styled>>(), 0)
        }
        Other::Read(_) => table(app, comparison, room),
    };
    let legend = if matches!(comparison.other, Other::Read(_)) { "   ≠ differs  = same  ! see below" } else { "" };
    let title = format!("{title}{legend}");
    pager(layout, &title, &lines, in_sight(layout, focus), canvas);
}

fn here(app: &App) -> String {
    match &app.target.profile {
        Some(profile) => profile.name.clone(),
        None if app.target.sandbox => "sandbox".to_owned(),
        None => format!("app {}", app.target.app_id),
    }
}

/// All lines, and which of them has the focus.
fn table(app: &App, comparison: &Comparison, room: usize) -> (Vec<Styled>, usize) {
    let pairs = app.pairs(comparison);
    let selected = comparison.selected.min(pairs.len().saturating_sub(1));
    let label = if room < 52 { 10 } else { 18 };
    let column = room.saturating_sub(label + 8) / 2;
    let mut lines: Vec<Styled> = Vec::new();
    let heading = [here(app), comparison.with.name.clone()].map(|name| cell(&name, column));
    lines.push((format!("        {}{}{}", cell("FIELD", label), heading[0], heading[1]), Role::Quiet));
    let mut focus = 0;
    for (at, pair) in pairs.iter().enumerate() {
        if at == selected {
            focus = lines.len();
        }
        let (sign, word) = words::verdict(pair.verdict);
        let mark = match (pair.verdict, comparison.marked.contains(&pair.field.id)) {
            (Difference::Differs, true) => "[x]",
            (Difference::Differs, false) => "[ ]",
            (
                Difference::Equal
                | Difference::OnlyHere
                | Difference::OnlyThere
                | Difference::Unfit
                | Difference::Unread,
                _,
            ) => "   ",
        };
        let name = if label < 18 { &pair.field.short } else { &pair.field.label };
        let there = match pair.verdict {
            Difference::Unread | Difference::OnlyHere => word.to_owned(),
            Difference::Differs | Difference::Equal => words::compared(pair.there.as_ref(), &pair.field),
            Difference::OnlyThere | Difference::Unfit => {
                format!("{}  {word}", words::compared(pair.there.as_ref(), &pair.field))
            }
        };
        let here = cell(&words::compared(pair.here.as_ref(), &pair.field), column);
        let line = format!("{sign} {mark} {}{here}{}", cell(name, label), cell(&there, column));
        lines.push(entry(at == selected, &line));
    }
    lines.push((String::new(), Role::Plain));
    match pairs.get(selected) {
        Some(pair) => lines.extend(in_full(app, comparison, pair, room)),
        None => lines.push((words::told(app, &list::all_equal()), Role::Good)),
    }
    (lines, focus)
}

/// The field in focus: its values in full, and what can be done about it.
fn in_full(app: &App, comparison: &Comparison, pair: &Pair, room: usize) -> Vec<Styled> {
    let (sign, word) = words::verdict(pair.verdict);
    let marked = comparison.marked.len();
    let mut lines = vec![(format!("{}: {sign} {word}   {marked} chosen", pair.field.label), Role::Strong)];
    let column = 14.min(room / 3);
    let sides = [(here(app), pair.here.as_ref()), (comparison.with.name.clone(), pair.there.as_ref())];
    for (name, value_there) in sides.iter().filter(|_| pair.verdict != Difference::Unread) {
        let full = words::compared(*value_there, &pair.field);
        for (at, line) in wrap_cells(&full, room.saturating_sub(column).max(8)).into_iter().enumerate() {
            let name = if at == 0 { cell(name, column) } else { " ".repeat(column) };
            lines.push((format!("{name}{line}"), Role::Plain));
        }
    }
    match (&comparison.other, pair.verdict) {
        (Other::Read(read), Difference::Unread) => {
            if let Some(Err(fault)) = read.get(&pair.field.id.resource) {
                let said = words::unread(app, &comparison.with, fault);
                let said = std::iter::once(list::not_read_there(pair.field.id.resource)).chain(said);
                lines.extend(said.flat_map(|text| wrap(&text, room)).map(|line| (line, Role::Warning)));
            }
        }
        (_, Difference::OnlyHere | Difference::OnlyThere | Difference::Unfit) => {
            let said = list::cannot_be_copied(words::why_not(pair.verdict));
            lines.extend(wrap(&said, room).into_iter().map(|line| (line, Role::Warning)));
        }
        (_, Difference::Equal | Difference::Differs | Difference::Unread) => {}
    }
    lines
}
