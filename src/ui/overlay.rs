//! Draws the overlays. Each shape has one piece of code that draws it, finds what is under the mouse, and tells how
//! much can be seen. The content of each overlay is data, which a file of its own makes.
//!
//! ```text
//!   Mode ──> view: a Listing, a Sheet or a Line ──> paint, hit, room
//! ```

mod check;
mod compare;
mod confirm;
mod doctor;
mod head;
mod help;
mod library;
mod list;
mod page;
mod parts;
mod presets;
mod preview;
mod profiles;
mod prompt;
mod recent;
mod resolve;
mod restore;
mod row;
mod token;
mod told;

use super::canvas::{Canvas, Pane};
use super::layout::Layout;
use super::text::{visible, width, wrap};
use super::theme::Role;
use super::{Rule, Styled, words, wrap_cells};
use crate::app::msg::{Hit, Room};
use crate::app::palette::PaletteChoice;
use crate::app::{App, Asked, CopyItem, Mode, Page, PageText, Picker, Prompt, Question, Rows, Typed};
use crate::model::{Resource, State};
use crate::sync::Call;
use crate::words::{copy, list as list_words};
pub(super) use check::told as found_at;
pub(super) use doctor::told as findings;
pub(super) use help::here as keys_here;
pub(super) use library::brief;
use list::Listing;
pub(super) use page::Sheet;
use parts::{Table, cell, request};
use prompt::Line;
use ratatui::layout::{Position, Rect};
pub(super) use told::told;

/// The content of the open overlay, in its shape.
enum View<'a> {
    List(Listing<'a>, &'a Picker),
    Page(Sheet, usize),
    Prompt(Line, &'a Prompt),
}

/// The content of the open overlay, and its place on the screen. `None` if nothing covers the form: the user edits, or
/// answers a question in the strip.
fn view<'a>(app: &'a App, layout: &Layout) -> Option<(View<'a>, Rect)> {
    let room = page_width(layout);
    let view = match &app.mode {
        Mode::Editing
        | Mode::Asking(Question {
            what: Asked::Quit | Asked::Trust { .. } | Asked::Siblings { .. } | Asked::Restore { shown: false, .. },
            ..
        }) => {
            return None;
        }
        Mode::Asking(Question { what: Asked::Restore { shown: true, .. }, scroll }) => {
            View::Page(Sheet::new("Unsaved edits of an earlier run", restore::lines(app, room)), *scroll)
        }
        Mode::Asking(Question { what: Asked::Remove { profile, unsaved }, scroll }) => {
            View::Page(profiles::removing(app, profile, *unsaved, room), *scroll)
        }
        Mode::Paging(Page { text, scroll }) => View::Page(
            match text {
                PageText::Row => row::text(app, room),
                PageText::Help(under) => help::text(app, under, room),
                PageText::Review => Sheet::new("What a save would change", review(app, room)),
                PageText::Doctor(examination) => doctor::sheet(examination, room),
                PageText::Check(id) => check::text(app, id, room),
                PageText::Complaints => {
                    Sheet::new("What is wrong with the configuration", profiles::complaints(app, room))
                }
                PageText::Preview => Sheet::new("Preview in a browser", preview::lines(app, room)),
            },
            *scroll,
        ),
        Mode::Entering(prompt) => View::Prompt(
            match &prompt.what {
                what @ Typed::Token { .. } => token::prompt(app, what, room),
                Typed::ProfileName { of } => profiles::renaming(app, of, &prompt.input, room),
                Typed::Name { .. } => presets::naming(app, &prompt.input, room),
                Typed::Id(what) => confirm::id(app, what, &prompt.input, room),
            },
            prompt,
        ),
        Mode::Picking(picker) => View::List(
            match &picker.rows {
                Rows::Palette => actions(app, picker, room),
                Rows::Copy => copies(app, picker, room),
                Rows::Profiles { survey, comparing, test } => {
                    profiles::listing(app, picker, (survey.as_ref(), *comparing, test.as_deref()), room)
                }
                Rows::Presets => presets::listing(app, picker, room),
                Rows::Recent => {
                    let area = recent::area(app, layout);
                    let room = usize::from(area.width.saturating_sub(parts::TEXT + 1));
                    return Some((View::List(recent::listing(app, room), picker), area));
                }
                Rows::History => library::history(app, picker.selected, room),
                Rows::Log => library::log(app, picker.selected, room),
                Rows::Conflicts(sides) => resolve::listing(app, picker.selected, sides, room),
                Rows::Comparison(comparison) => compare::listing(app, comparison, picker.selected, room),
            },
            picker,
        ),
    };
    Some((view, page(layout)))
}

/// Draws the open overlay. Returns how much of it can be seen.
pub(super) fn paint(app: &App, layout: &Layout, canvas: &mut Canvas) -> Option<Room> {
    let (view, area) = view(app, layout)?;
    let room = view.room(area);
    let Rule { sign, role } = Rule::of(app);
    canvas.caret = canvas.caret.filter(|_| app.mode.is(crate::app::Overlay::Recent));
    canvas.layer(Pane::Cover, |canvas| {
        canvas.blank(area);
        match view {
            View::List(listing, picker) => listing.paint(picker, area, (sign, role), canvas),
            View::Page(text, scroll) => text.paint(scroll, area, (sign, role), canvas),
            // A prompt shows messages itself, below the line.
            View::Prompt(line, prompt) => return line.paint(prompt, area, (sign, role), canvas),
        }
        news(app, area, canvas);
    });
    Some(room)
}

/// Shows a message on the last lines of an overlay, because the overlay covers the strip. A long one takes at most half
/// of the overlay.
fn news(app: &App, area: Rect, canvas: &mut Canvas) {
    let Some(notice) = app.notice.as_ref().filter(|notice| !notice.is_sticky()) else { return };
    if app.mode.is(crate::app::Overlay::Recent) {
        return;
    }
    let lines = words::brief(app, notice, usize::from(area.width.saturating_sub(parts::TEXT + 1)));
    let most = usize::from(area.height.saturating_sub(1) / 2).max(1);
    let shown = lines.len().min(most);
    let first = area.bottom().saturating_sub(u16::try_from(shown).unwrap_or(u16::MAX));
    for (y, (line, role)) in (first..area.bottom()).filter(|y| *y > area.y).zip(lines) {
        canvas.fill((0, y), area.right(), " ", canvas.style(Role::Plain));
        canvas.say((parts::TEXT, y), area.right(), &line, role);
    }
}

/// What is under the mouse while an overlay covers the form. A click beside it never reaches the form.
pub(super) fn hit(app: &App, layout: &Layout, at: Position) -> Option<Hit> {
    let (view, area) = view(app, layout)?;
    if !area.contains(at) {
        return Some(Hit::Outside);
    }
    match view {
        View::List(listing, picker) => listing.hit(picker, area, at),
        View::Page(text, scroll) if matches!(app.mode, Mode::Asking(_)) => text.hit(scroll, area, at, app.scope()),
        View::Page(..) => None,
        View::Prompt(line, _) => line.hit(area, at),
    }
}

/// How much of the open overlay can be seen.
pub(super) fn room(app: &App, layout: &Layout) -> Option<Room> {
    view(app, layout).map(|(view, area)| view.room(area))
}

/// Does an overlay cover the form?
pub(super) fn covers(app: &App, layout: &Layout) -> bool {
    view(app, layout).is_some() && !app.mode.is(crate::app::Overlay::Recent)
}

impl View<'_> {
    /// How much of it can be seen.
    fn room(&self, area: Rect) -> Room {
        match self {
            View::List(listing, picker) => listing.room(picker, area),
            View::Page(text, _) => text.room(area),
            View::Prompt(line, _) => line.room(area),
        }
    }
}

/// The area between header and footer.
fn page(layout: &Layout) -> Rect {
    let top = layout.form.y;
    let bottom = layout.strip.foot_rule.unwrap_or(layout.footer);
    Rect::new(0, top, layout.area.width, bottom.saturating_sub(top))
}

fn page_width(layout: &Layout) -> usize {
    usize::from(layout.area.width.saturating_sub(6))
}

/// The palette: all actions and rows that match the filter, each with its key. The letters that match are marked.
fn actions<'a>(app: &App, picker: &'a Picker, room: usize) -> Listing<'a> {
    let found = app.palette(picker.filter.value());
    let (rows, all) = (found.len(), app.actions());
    let column = if room < 52 { 11 } else { 14 };
    // A narrow list cuts long names, so it shows the selected one in full below.
    let names = room + 2 - column.min(room);
    let is_cut = found.iter().any(|entry| width(&entry.words) > names);
    let entry = found.get(picker.selected.min(rows.saturating_sub(1))).filter(|_| is_cut);
    let detail = entry.iter().flat_map(|entry| wrap(&entry.words, room)).map(|line| (line, Role::Plain)).collect();
    let marks: Vec<Vec<usize>> =
        found.iter().map(|entry| entry.marks.iter().map(|mark| column + mark).collect()).collect();
    let row = move |at: usize| {
        let key = match &found[at].choice {
            PaletteChoice::Act(binding) => binding.keys.first().map(ToString::to_string).unwrap_or_default(),
            PaletteChoice::Row(_) => String::new(),
        };
        format!("{}{}", cell(&key, column), found[at].words)
    };
    Listing {
        title: "Actions".to_owned(),
        filter: Some(&picker.filter),
        count: if picker.filter.value().is_empty() { all.to_string() } else { format!("{rows} of {all}") },
        heading: None,
        rows,
        row: Box::new(row),
        marks: Some(Box::new(move |at| marks[at].clone())),
        empty: vec![(words::told(app, &list_words::no_match("action")), Role::Plain)],
        detail,
        part: None,
    }
}

/// The list of what can be copied, with the selected text in full.
fn copies(app: &App, picker: &Picker, room: usize) -> Listing<'static> {
    let texts = CopyItem::ALL.map(|item| {
        let text = app.copy_text(item).unwrap_or_else(|| words::nothing_to_copy(item).to_owned());
        visible(&text.chars().take(2000).collect::<String>())
    });
    let column = copy_column(room);
    let name = CopyItem::ALL.get(picker.selected).map(|item| words::copy_item(*item));
    let name = name.filter(|name| width(name) + 2 > column);
    let text = texts.get(picker.selected).map(|text| wrap_cells(text, room)).unwrap_or_default();
    let detail = name.into_iter().flat_map(|name| wrap(name, room)).map(|line| (line, Role::Strong));
    let mut detail: Vec<Styled> = detail.chain(text.into_iter().map(|line| (line, Role::Plain))).collect();
    if let Some(told) = CopyItem::ALL.get(picker.selected).and_then(|item| copy::what_to_do(*item)) {
        detail.push((String::new(), Role::Plain));
        detail.extend(told.into_iter().flat_map(|line| wrap(line, room)).map(|line| (line, Role::Plain)));
    }
    let row = move |at: usize| {
        let start: String = texts[at].chars().take(200).collect();
        format!("{}{start}", cell(words::copy_item(CopyItem::ALL[at]), column))
    };
    Listing {
        title: "Copy".to_owned(),
        filter: None,
        count: String::new(),
        heading: None,
        rows: CopyItem::ALL.len(),
        row: Box::new(row),
        marks: None,
        empty: vec![],
        detail,
        part: None,
    }
}

/// The cells for the names of what can be copied. A narrow list cuts them, and has them in full below.
fn copy_column(room: usize) -> usize {
    let longest = CopyItem::ALL.map(|item| width(words::copy_item(item))).into_iter().max().unwrap_or(0);
    (longest + 2).min(if room < 60 { room / 2 } else { room })
}

/// The review: each changed value now and after the save, the fields that stay, and the whole requests with their
/// credential masked.
fn review(app: &App, room: usize) -> Vec<Styled> {
    let calls = app.next_calls();
    let mut lines = vec![(String::new(), Role::Plain)];
    if calls.is_empty() {
        lines.push((list_words::NOTHING_TO_SEND.to_owned(), Role::Plain));
    } else {
        lines.extend(changes(app, room));
    }
    for field in app.sync.invalid() {
        lines.push((list_words::stops_a_save(&field.label), Role::Error));
    }
    let calls = if calls.is_empty() { vec![Call::Get(Resource::Settings)] } else { calls };
    for call in &calls {
        lines.push((String::new(), Role::Plain));
        lines.extend(request(app, call, room));
    }
    lines
}

/// A table of the values that a save changes, and the names of the fields that stay.
fn changes(app: &App, room: usize) -> Vec<Styled> {
    let table = Table::new(["NOW", "AFTER"], room);
    let mut lines = vec![table.heading()];
    for field in app.sync.draft.dirty() {
        let State::Dirty(after) = app.sync.draft.state(field) else { continue };
        let now = app.sync.draft.base(&field.id);
        let before = words::held(&app.sync.draft, field);
        lines.extend(table.row(field, [&before, &words::after(now, &after, field)], Role::Plain));
    }
    let untouched: Vec<&str> = app
        .rows()
        .filter(|field| field.kind.is_editable() && !app.is_closed(field.id.resource))
        .filter(|field| !matches!(app.sync.draft.state(field), State::Dirty(_)))
        .map(|field| &*field.label)
        .collect();
    if !untouched.is_empty() {
        lines.push((String::new(), Role::Plain));
        lines.extend(wrap(&list_words::untouched(&untouched), room).into_iter().map(|l| (l, Role::Plain)));
    }
    lines
}
