//! The comparison of another profile with this one.
//!
//! ```text
//!       FIELD            staging                   production
//!   ▌ ≠ [x] Width        420 px                    400 px
//!     ≠ [ ] URL          https://new.acme.dev      https://acme.dev
//!     = Ready            no                        no               then the field in focus in full
//! ```

use super::Styled;
use super::list::Listing;
use super::parts::{cell, named};
use crate::app::App;
use crate::app::msg::Hit;
use crate::app::reuse::{Comparison, Difference, Other, Pair};
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::list;

/// A page of fewer cells is narrow.
const NARROW: usize = 52;

/// The cells from the start of a row's text to its check box, and the width of the box.
const BOX: (u16, u16) = (2, 3);

/// The list of fields, or the reason why there are none.
pub(super) fn listing<'a>(app: &'a App, comparison: &'a Comparison, selected: usize, room: usize) -> Listing<'a> {
    let with = &comparison.with;
    let host = with.host().unwrap_or_default();
    let production = if with.production { "   ▲ PRODUCTION" } else { "" };
    let title = format!("{} beside {}{production}", here(app), with.name);
    let plain = |text: String| {
        let lines = wrap(&text, room).into_iter().map(|line| (line, Role::Plain));
        std::iter::once((String::new(), Role::Plain)).chain(lines).collect::<Vec<Styled>>()
    };
    let empty = match &comparison.other {
        Other::Reading { .. } => plain(words::told(app, &list::reading(with, &host))),
        Other::Failed(fault) => words::unread(app, with, fault).into_iter().flat_map(plain).collect(),
        Other::Read(_) => vec![(String::new(), Role::Plain), (words::told(app, &list::all_equal()), Role::Good)],
    };
    let pairs = app.pairs(comparison);
    let label = if room < NARROW { 10 } else { 18 };
    let column = room.saturating_sub(label + 6) / 2;
    // The arrow says which way values are copied.
    let here = if room < NARROW { "here".to_owned() } else { format!("{} (here)", here(app)) };
    let heading = [here, format!("← {}", with.name)].map(|name| cell(&name, column));
    let heading = format!("      {}{}{}", cell("FIELD", label), heading[0], heading[1]);
    let detail = pairs.get(selected.min(pairs.len().saturating_sub(1)));
    let detail = detail.map_or(vec![], |pair| in_full(app, comparison, pair, room));
    let legend = if matches!(comparison.other, Other::Read(_)) && room >= NARROW {
        "≠ differs  = same  ! see below"
    } else {
        ""
    };
    let rows = pairs.len();
    Listing {
        title,
        filter: None,
        count: legend.to_owned(),
        heading: Some(heading),
        rows,
        row: Box::new(move |at| row(comparison, &pairs[at], (label, column))),
        marks: None,
        empty,
        detail,
        part: Some(Box::new(
            |row, cell| {
                if (BOX.0..BOX.0 + BOX.1).contains(&cell) { Hit::Mark(row) } else { Hit::Item(row) }
            },
        )),
    }
}

fn here(app: &App) -> String {
    match &app.target.profile {
        Some(profile) => profile.name.clone(),
        None if app.target.sandbox => "sandbox".to_owned(),
        None => format!("app {}", app.target.app_id),
    }
}

fn row(comparison: &Comparison, pair: &Pair, (label, column): (usize, usize)) -> String {
    let (sign, word) = words::verdict(pair.verdict);
    let mark = match (pair.verdict, comparison.marked.contains(&pair.field.id)) {
        (Difference::Differs, true) => "[x]",
        (Difference::Differs, false) => "[ ]",
        (
            Difference::Equal | Difference::OnlyHere | Difference::OnlyThere | Difference::Unfit | Difference::Unread,
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
    format!("{sign} {mark} {}{here}{}", cell(name, label), cell(&there, column))
}

/// The selected field: its values in full, and what can be done about the difference.
fn in_full(app: &App, comparison: &Comparison, pair: &Pair, room: usize) -> Vec<Styled> {
    let (sign, word) = words::verdict(pair.verdict);
    let marked = comparison.marked.len();
    let mut lines = vec![(format!("{}: {sign} {word}   {marked} chosen", pair.field.label), Role::Strong)];
    let (column, here) = if room < NARROW { (9, "here".to_owned()) } else { (14, here(app)) };
    let sides = [(here, pair.here.as_ref()), (comparison.with.name.clone(), pair.there.as_ref())];
    for (name, value_there) in sides.iter().filter(|_| pair.verdict != Difference::Unread) {
        lines.extend(named(name, column, &words::compared(*value_there, &pair.field), room));
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
