//! What opens over the form: help, review, palette, things to copy; conflicts, edits of earlier runs, history, request log.

mod compare;
mod confirm;
mod library;
mod presets;
mod profiles;
mod recent;
mod resolve;
mod restore;

use super::Styled;
use super::canvas::Canvas;
use super::layout::Layout;
use super::text::{glyphs, visible, width, wrap};
use super::theme::Role;
use super::{words, wrap_cells};
use crate::app::msg::Hit;
use crate::app::{App, CopyItem, Mode, keymap, palette};
use crate::model::{Resource, State};
use crate::sync::Call;
use crate::words::list as list_words;
use ratatui::layout::{Position, Rect};

/// Draws what is open.
pub(super) fn paint(app: &App, layout: &Layout, canvas: &mut Canvas) {
    canvas.blank(page(layout));
    match &app.mode {
        Mode::Editing | Mode::Quitting | Mode::Recent { .. } | Mode::Token { .. } | Mode::Trusting { .. } => {}
        Mode::Profiles { filter, selected, survey, comparing } => {
            profiles::paint(app, (filter, *comparing), (*selected, survey.as_ref()), layout, canvas);
        }
        Mode::Presets { filter, selected } => presets::list(app, filter, *selected, layout, canvas),
        Mode::Naming { name, .. } => presets::naming(app, name, layout, canvas),
        Mode::Comparing(comparison) => compare::paint(app, comparison, layout, canvas),
        Mode::Restoring { scroll, .. } => {
            let lines = restore::lines(app, page_width(layout));
            pager(layout, "Unsaved edits of an earlier run", &lines, *scroll, canvas);
        }
        Mode::Resolving(choices) => {
            let (lines, focus) = resolve::lines(app, choices, page_width(layout));
            pager(layout, "Changed here and on the server", &lines, in_sight(layout, focus), canvas);
        }
        Mode::History { selected } => {
            let (lines, focus) = library::history(app, *selected, page_width(layout));
            pager(layout, "History of saves", &lines, in_sight(layout, focus), canvas);
        }
        Mode::Log { selected, scroll } => library::log(app, (*selected, *scroll), layout, canvas),
        Mode::Confirming { what, typed, scroll } => confirm::paint(app, what, typed, *scroll, layout, canvas),
        Mode::Help { scroll } => {
            pager(layout, "Help", &help(app, page_width(layout)), *scroll, canvas);
        }
        Mode::Reviewing { scroll } => {
            pager(layout, "What a save would change", &review(app, page_width(layout)), *scroll, canvas);
        }
        Mode::Palette { filter, selected } => {
            let entries: Vec<(String, String)> = palette::entries(filter.value())
                .iter()
                .map(|binding| {
                    (binding.words.to_owned(), binding.keys.first().map(ToString::to_string).unwrap_or_default())
                })
                .collect();
            let area = list_area(layout, usize::MAX);
            let title = format!("Actions: {}", visible(filter.value()));
            list(area, &title, &entries, *selected, canvas);
            if entries.is_empty() {
                canvas.put(
                    (area.x + 2, area.y + 1),
                    area.right() - 1,
                    &words::told(app, &list_words::no_match("action")),
                    canvas.style(Role::Quiet),
                );
            }
            let before: usize = glyphs(filter.value()).map(|glyph| usize::from(glyph.width)).sum();
            let x = area.x + 2 + u16::try_from("Actions: ".len() + before).unwrap_or(0);
            canvas.caret = Some(Position::new(x.min(area.right().saturating_sub(2)), area.y));
        }
        Mode::Copying { selected } => {
            let entries: Vec<(String, String)> = CopyItem::ALL
                .iter()
                .map(|item| {
                    let text = app.copy_text(*item).unwrap_or_else(|| words::nothing_to_copy(*item).to_owned());
                    (words::copy_item(*item).to_owned(), visible(&text.chars().take(200).collect::<String>()))
                })
                .collect();
            list(list_area(layout, entries.len()), "Copy", &entries, *selected, canvas);
        }
    }
    news(app, layout, canvas);
}

pub(super) use recent::paint as paint_recent;

/// What happens while a page covers the strip is told on the page's last line.
fn news(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Some(notice) = app.notice.as_ref().filter(|notice| !notice.is_sticky()) else { return };
    let area = page(layout);
    let Some(y) = area.bottom().checked_sub(1).filter(|y| *y > area.y) else { return };
    let (title, role) = words::title(app, notice);
    canvas.fill((0, y), area.right(), " ", canvas.style(Role::Plain));
    canvas.put((3, y), area.right(), &title, canvas.style(role));
}

/// What is under the mouse while something is open.
pub(super) fn hit(app: &App, layout: &Layout, at: Position) -> Option<Hit> {
    let (entries, selected) = match &app.mode {
        Mode::Editing
        | Mode::Quitting
        | Mode::Help { .. }
        | Mode::Reviewing { .. }
        | Mode::Restoring { .. }
        | Mode::Resolving(_)
        | Mode::Token { .. }
        | Mode::History { .. }
        | Mode::Confirming { .. }
        | Mode::Profiles { .. }
        | Mode::Presets { .. }
        | Mode::Naming { .. }
        | Mode::Comparing(_)
        | Mode::Trusting { .. }
        | Mode::Log { .. } => return None,
        Mode::Recent { .. } => return Some(recent::hit(app, layout, at)),
        Mode::Palette { filter, selected } => (palette::entries(filter.value()).len(), *selected),
        Mode::Copying { selected } => (CopyItem::ALL.len(), *selected),
    };
    let area = list_area(layout, if matches!(app.mode, Mode::Palette { .. }) { usize::MAX } else { entries });
    if !area.contains(at) {
        return Some(Hit::Outside);
    }
    let rows = usize::from(area.height.saturating_sub(2));
    let row = usize::from(at.y.checked_sub(area.y + 1)?);
    let item = first_entry(selected, rows) + row;
    (row < rows && item < entries).then_some(Hit::Item(item))
}

/// All between header and footer.
fn page(layout: &Layout) -> Rect {
    let top = layout.form.y;
    let bottom = layout.foot_rule.unwrap_or(layout.footer);
    Rect::new(0, top, layout.area.width, bottom.saturating_sub(top))
}

fn page_width(layout: &Layout) -> usize {
    usize::from(layout.area.width.saturating_sub(6))
}

fn pager(layout: &Layout, title: &str, lines: &[Styled], scroll: usize, canvas: &mut Canvas) {
    pages(layout, title, lines.len(), |at| lines[at].clone(), scroll, canvas);
}

/// The same of so many lines, of which only those in sight are made.
fn pages(
    layout: &Layout,
    title: &str,
    lines: usize,
    line: impl Fn(usize) -> Styled,
    scroll: usize,
    canvas: &mut Canvas,
) {
    let area = page(layout);
    let rows = usize::from(area.height.saturating_sub(1));
    let first = scroll.min(lines.saturating_sub(rows));
    let rest = lines.saturating_sub(first + rows);
    let title = if rest > 0 { format!("{title}   ↓ {rest} more lines") } else { title.to_owned() };
    canvas.put((3, area.y), area.right(), &title, canvas.style(Role::Strong));
    for (y, at) in (area.y + 1..area.bottom()).zip(first..lines) {
        let (line, role) = line(at);
        canvas.put((3, y), area.right(), &line, canvas.style(role));
    }
}

/// A list that is filtered by what is typed into its title, and below it what is to be known of the selected entry. It may have
/// thousands of entries.
fn filtered(
    layout: &Layout,
    title: &str,
    (entries, selected): (usize, usize),
    row: impl Fn(usize) -> String,
    below: &[Styled],
    canvas: &mut Canvas,
) {
    let line = |at: usize| match at.checked_sub(1) {
        None => (String::new(), Role::Plain),
        Some(at) if at < entries => entry(at == selected, &row(at)),
        Some(at) => below[at - entries].clone(),
    };
    let focus = if selected < entries { selected + 1 } else { 0 };
    pages(layout, title, 1 + entries + below.len(), line, in_sight(layout, focus), canvas);
    canvas.caret = Some(caret_after(title, layout));
}

/// An entry of a list, with the sign of the one in focus.
fn entry(is_selected: bool, text: &str) -> Styled {
    if is_selected { (format!("▌ {text}"), Role::Selected) } else { (format!("  {text}"), Role::Plain) }
}

/// The caret, behind what is typed into the title.
fn caret_after(title: &str, layout: &Layout) -> Position {
    let area = page(layout);
    Position::new((3 + super::cells(title)).min(area.right().saturating_sub(1)), area.y)
}

/// How far to scroll so that a line is seen, with what follows it.
fn in_sight(layout: &Layout, line: usize) -> usize {
    let rows = usize::from(page(layout).height.saturating_sub(1));
    (line + 2).saturating_sub(rows.max(2))
}

/// Help for the row in focus first, then every key.
fn help(app: &App, width: usize) -> Vec<Styled> {
    let field = app.focused();
    let mut lines = vec![(String::new(), Role::Plain), (format!("{}   {}", field.label, field.id.key), Role::Strong)];
    lines.extend(wrap(field.help, width).into_iter().map(|line| (line, Role::Plain)));
    lines.extend([(String::new(), Role::Plain), ("Signs".to_owned(), Role::Strong)]);
    lines.extend(wrap(list_words::SIGNS, width).into_iter().map(|line| (line, Role::Plain)));
    for (scope, keys) in keymap::sections() {
        lines.extend([(String::new(), Role::Plain), (scope.label().to_owned(), Role::Strong)]);
        for (keys, what) in keys {
            let indent = 20.min(width / 2);
            let pad = indent.saturating_sub(self::width(&keys));
            let mut what = wrap(what, width.saturating_sub(indent + 1)).into_iter();
            let first = what.next().unwrap_or_default();
            lines.push((format!("{keys}{} {first}", " ".repeat(pad)), Role::Plain));
            lines.extend(what.map(|line| (format!("{}{line}", " ".repeat(indent + 1)), Role::Plain)));
        }
    }
    lines
}

/// Now and after, what is not touched, and the whole requests with their credential masked.
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

/// Two values of each field side by side; one above the other, in full, where they are too long for that.
struct Pairs {
    heads: [&'static str; 2],
    /// Cells for the field's name.
    label: usize,
    /// Cells for each value.
    half: usize,
}

impl Pairs {
    fn new(heads: [&'static str; 2], room: usize) -> Self {
        let label = 17.min(room / 3);
        Self { heads, label, half: room.saturating_sub(label) / 2 }
    }

    fn heading(&self) -> Styled {
        (self.line("FIELD", self.heads[0], self.heads[1]), Role::Quiet)
    }

    fn line(&self, name: &str, first: &str, second: &str) -> String {
        format!("{}{}{second}", cell(name, self.label), cell(first, self.half))
    }

    /// A value, cut if it is long, and words about it in the other column.
    fn remark(&self, name: &str, value: &str, words: &str, role: Role) -> Vec<Styled> {
        let lines = wrap(words, self.half.max(8)).into_iter().enumerate();
        lines
            .map(|(at, line)| (if at == 0 { self.line(name, value, &line) } else { self.line("", "", &line) }, role))
            .collect()
    }

    fn row(&self, name: &str, values: [&str; 2], role: Role) -> Vec<Styled> {
        let [first, second] = values;
        if width(first).max(width(second)) + 2 <= self.half {
            return vec![(self.line(name, first, second), role)];
        }
        let heads = self.heads.map(str::to_lowercase);
        let indent = heads.iter().map(String::len).max().unwrap_or(0) + 2;
        let room = (2 * self.half).saturating_sub(indent).max(8);
        let mut lines = Vec::new();
        for (head, value) in heads.iter().zip(values) {
            for (at, line) in wrap_cells(value, room).into_iter().enumerate() {
                let name = if lines.is_empty() { name } else { "" };
                let head = if at == 0 { head } else { "" };
                lines.push((format!("{}{}{line}", cell(name, self.label), cell(head, indent)), role));
            }
        }
        lines
    }
}

/// A table of what a save changes, and the names of what it does not.
fn changes(app: &App, room: usize) -> Vec<Styled> {
    let pairs = Pairs::new(["NOW", "AFTER"], room);
    let mut lines = vec![pairs.heading()];
    for field in app.sync.draft.dirty() {
        let State::Dirty(after) = app.sync.draft.state(field) else { continue };
        let now = app.sync.draft.base(&field.id);
        let before = if app.sync.draft.is_absent(field.id.resource) {
            "not set up".to_owned()
        } else {
            words::plain(now, field)
        };
        lines.extend(pairs.row(&field.label, [&before, &words::after(now, &after, field)], Role::Plain));
    }
    let untouched: Vec<&str> = app
        .rows()
        .filter(|field| field.kind.is_editable() && !app.is_closed(field.id.resource))
        .filter(|field| !matches!(app.sync.draft.state(field), State::Dirty(_)))
        .map(|field| if field.id.resource == Resource::Settings { &*field.id.key } else { &*field.label })
        .collect();
    lines.push((String::new(), Role::Plain));
    lines.extend(wrap(&list_words::untouched(&untouched), room).into_iter().map(|l| (l, Role::Quiet)));
    lines
}

/// A request as it would be sent, with its credential masked.
fn request(app: &App, call: &Call, room: usize) -> Vec<Styled> {
    let line = format!("{} {}", call.method(), app.target.shown_url(call.resource()));
    let mut lines: Vec<Styled> = wrap_cells(&line, room).into_iter().map(|line| (line, Role::Plain)).collect();
    lines.extend(app.target.shown_header().map(|header| (header, Role::Plain)));
    lines.push(("Accept: application/json".to_owned(), Role::Plain));
    if let Call::Patch(patch) | Call::Create(patch) = call {
        let body = patch.body();
        lines.push((format!("Content-Type: application/json   {} bytes", body.len()), Role::Plain));
        lines.push((String::new(), Role::Plain));
        lines.extend(wrap_cells(&body, room).into_iter().map(|line| (line, Role::Plain)));
    }
    lines
}

/// Text in a column: cut or padded to its width, with a gap behind it.
fn cell(text: &str, room: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for glyph in glyphs(text) {
        if used + usize::from(glyph.width) + 2 > room {
            out.push('…');
            used += 1;
            break;
        }
        out.push_str(&glyph.text);
        used += usize::from(glyph.width);
    }
    out.push_str(&" ".repeat(room.saturating_sub(used)));
    out
}

/// A list in the middle, as high as its entries or the page.
fn list_area(layout: &Layout, entries: usize) -> Rect {
    let page = page(layout);
    let width = page.width.saturating_sub(if page.width > 60 { 10 } else { 0 }).min(90);
    let height = u16::try_from(entries.saturating_add(2)).unwrap_or(u16::MAX).min(page.height).min(20);
    let top = page.y + page.height.saturating_sub(height) / 3;
    Rect::new((page.width - width) / 2, top, width, height)
}

fn first_entry(selected: usize, rows: usize) -> usize {
    (selected + 1).saturating_sub(rows.max(1))
}

fn list(area: Rect, title: &str, entries: &[(String, String)], selected: usize, canvas: &mut Canvas) {
    let quiet = canvas.style(Role::Quiet);
    let (left, right, bottom) = (area.x, area.right(), area.bottom());
    for y in [area.y, bottom.saturating_sub(1)] {
        canvas.fill((left, y), right, "─", quiet);
    }
    let x = canvas.put((left + 1, area.y), right, " ", quiet);
    let x = canvas.put((x, area.y), right.saturating_sub(2), title, canvas.style(Role::Strong));
    canvas.put((x, area.y), right, " ", quiet);
    let rows = usize::from(area.height.saturating_sub(2));
    let first = first_entry(selected, rows);
    for (y, (index, (words, aside))) in
        (area.y + 1..bottom.saturating_sub(1)).zip(entries.iter().enumerate().skip(first))
    {
        let role = if index == selected { Role::Selected } else { Role::Plain };
        let style = canvas.style(role);
        canvas.fill((left, y), right, " ", style);
        canvas.put((left, y), right, if index == selected { ">" } else { " " }, style);
        let aside_width = u16::try_from(width(aside)).unwrap_or(u16::MAX);
        let end = canvas.put((left + 2, y), right.saturating_sub(1), words, style);
        let x = right.saturating_sub(aside_width.saturating_add(1)).max(end + 2);
        canvas.put((x, y), right.saturating_sub(1), aside, style);
    }
}
