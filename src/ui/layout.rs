//! The places of all parts of the screen, for a terminal of any size.
//!
//! ```text
//!   header          callset   sandbox   app 1234567            ● 2 unsaved   synced 12:04:31
//!   rule            ────────────────────────────────────────────────────────────────────────
//!   form            gutter  label            value                     preview
//!   strip title     ─── Next PATCH ─────────────────────────────────────────────────────────
//!   strip body      {"usesCallingWindow":true,"width":420}
//!   strip text      what the row in focus does, or what happened
//!   rule, footer    Tab next  ^S save  …  F1 help
//! ```
//!
//! Rows keep their place, because messages go to the strip. Small terminals lose, in this order: headings, preview,
//! blank lines, strip text, rules. Below 24x6 cells only one sentence is shown.

use crate::app::App;
use crate::app::msg::Room;
use crate::model::field::Group;
use crate::model::{Field, Kind, Severity};
use ratatui::layout::Rect;

/// The smallest terminal with a form, in cells.
pub const SMALLEST: (u16, u16) = (24, 6);

/// The most lines of the strip's text.
const MOST: u16 = 6;

/// The rows of the form that a message leaves in sight, if there are as many.
const LEAST: u16 = 3;

/// Is there room for the form?
pub fn fits(area: Rect) -> bool {
    area.width >= SMALLEST.0 && area.height >= SMALLEST.1
}

/// A line of the form, before scrolling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormLine {
    /// A blank line.
    Blank,
    /// The name of a group.
    Heading(Group),
    /// The field with this index.
    Row(usize),
    /// A line that says what is wrong with a field.
    Problem {
        /// The index of the field.
        field: usize,
        /// How bad it is.
        severity: Severity,
        /// Is it the first line of the problem, which has the sign?
        is_first: bool,
        /// The text.
        text: String,
    },
    /// The preview as a line of text.
    Size,
}

/// The columns of the form, in cells from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The bar of the row in focus.
    pub focus: u16,
    /// The sign of the row's state.
    pub state: u16,
    /// The label of the row.
    pub label: u16,
    /// The value of the row.
    pub value: u16,
    /// The column after values, problems and notes.
    pub right: u16,
    /// Are the short labels used?
    pub short: bool,
}

/// The lines that a strip wants besides its title and the body of the next request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// The lines for what the title has no room for.
    pub rest: u16,
    /// All lines.
    pub all: u16,
    /// The lines of a message.
    pub message: u16,
}

/// What the layout follows from, and all that is drawn but for what is made of the text that is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steady {
    /// The edition of the state.
    pub edition: u64,
    /// The whole terminal.
    pub area: Rect,
    /// How many lines the body of the next request has.
    pub body: usize,
}

/// The regions of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The whole terminal.
    pub area: Rect,
    /// Row of the rule under the header.
    pub rule: Option<u16>,
    /// The form, without the preview.
    pub form: Rect,
    /// The preview, where there is room for one.
    pub preview: Option<Rect>,
    /// The columns of the form.
    pub columns: Columns,
    /// All lines of the form.
    pub lines: Vec<FormLine>,
    /// The index of the first line that is shown.
    pub first: usize,
    /// The strip.
    pub strip: StripPlaces,
    /// Row of the footer.
    pub footer: u16,
    /// How many rows of the form can be seen.
    rows: usize,
}

/// The parts of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripPlaces {
    /// The column of its text.
    pub indent: u16,
    /// The column after it.
    pub right: u16,
    /// Row of its title.
    pub title: Option<u16>,
    /// What the title has no room for.
    pub rest: Rect,
    /// The body of the next PATCH.
    pub body: Rect,
    /// The help, the problem or the message.
    pub text: Rect,
    /// The last requests, beside it on a wide screen.
    pub requests: Option<Rect>,
    /// Row of the rule above the footer.
    pub foot_rule: Option<u16>,
}

impl Layout {
    /// Lays out a frame whose strip wants so many lines beside a body of `body` lines. `None` if the terminal is too
    /// small for a form.
    pub fn new(app: &App, area: Rect, body: usize, wanted: Demand) -> Option<Self> {
        let Demand { rest, all: said, message } = wanted;
        let body = u16::try_from(body).unwrap_or(u16::MAX);
        let (width, height) = (area.width, area.height);
        if !fits(area) {
            return None;
        }
        let rule = (height >= 9).then_some(1);
        let foot_rule = (height >= 20).then_some(height - 2);
        let title = (height >= 8).then_some(());
        // The height of the strip does not depend on the body, so that nothing moves while the user types. A long body
        // takes a line from the text.
        let (body_rows, text_rows) = match height {
            0..=12 => (1, 0),
            13..=16 => (1, 1),
            17..=19 => (1, 2),
            20..=25 => {
                let text = said.clamp(2, MOST.min(height - 18));
                let long = u16::from(body > 1 && said <= text);
                (1 + long, text - long)
            }
            26..=31 => (2, said.clamp(2, MOST)),
            32.. => (3, said.clamp(2, MOST)),
        };
        let top = 1 + u16::from(rule.is_some());
        let around = top + u16::from(title.is_some()) + u16::from(foot_rule.is_some()) + 1;

        let columns = columns(width);
        let (mut body_rows, mut text_rows) = (body_rows, text_rows);
        let form_height = height - around - body_rows - text_rows;
        let rows = app.shown();
        // On a high screen, rows of the form that have no room get the lines that the strip does not need.
        let high = (height >= 26).then(|| lines(app, &rows, columns, false, (form_height, height)));
        let hidden = high.as_ref().map_or(0, |lines| lines.len().saturating_sub(usize::from(form_height)));
        let hidden = u16::try_from(hidden).unwrap_or(u16::MAX);
        let free = text_rows.saturating_sub(said.max(1)).min(hidden);
        text_rows -= free;
        body_rows -= body_rows.saturating_sub(body.max(1)).min(hidden - free);
        // A message covers the lowest rows of a small form. The others do not move, so their lines are those of the
        // usual height.
        let usual = height - around - body_rows - text_rows;
        let covered = message.min(MOST).saturating_sub(text_rows).min(usual.saturating_sub(LEAST));
        let (form_height, text_rows) = (usual - covered, text_rows + covered);
        let strip = top + form_height;
        let rest = rest.min(text_rows);
        let rest_y = strip + u16::from(title.is_some());
        let body_y = rest_y + rest;
        let has_preview = width >= 66 && usual >= 10;
        let preview = (has_preview && form_height >= 10).then(|| {
            let left = columns.right + 2;
            Rect::new(left, top + 1, width - left - 1, form_height - 1)
        });
        let has_size = !has_preview && usual >= 4;
        // Above, the lines of a high screen do not depend on the height that is left for them.
        let lines = high.filter(|_| !has_size).unwrap_or_else(|| lines(app, &rows, columns, has_size, (usual, height)));
        let first = first_line(app, &lines, usize::from(form_height));
        let layout = Self {
            area,
            rule,
            form: Rect::new(0, top, width, form_height),
            preview,
            columns,
            lines,
            first,
            strip: StripPlaces {
                indent: indent(width),
                right: width,
                title: title.map(|()| strip),
                rest: Rect::new(0, rest_y, width, rest),
                body: Rect::new(0, body_y, width, body_rows),
                text: Rect::new(0, body_y + body_rows, width, text_rows - rest),
                requests: requests_at(area).map(|x| Rect::new(x, rest_y, width - x, body_rows + text_rows)),
                foot_rule,
            },
            footer: height - 1,
            rows: 0,
        };
        let rows = layout.shown().filter(|(_, line)| matches!(line, FormLine::Row(_))).count();
        Some(Self { rows, ..layout })
    }

    /// The lines that are shown, with their rows on the screen. If more lines follow, the last row is left free to say
    /// so.
    pub fn shown(&self) -> impl Iterator<Item = (u16, &FormLine)> {
        let rows = usize::from(self.form.height);
        let rows = if self.below() > 0 { rows - 1 } else { rows };
        (self.form.y..).zip(self.lines.iter().skip(self.first).take(rows))
    }

    /// How many rows of the form can be seen.
    pub fn room(&self) -> Room {
        Room { rows: self.rows.max(1), most: 0 }
    }

    /// How many fields lie below the last line.
    pub fn below(&self) -> usize {
        let rows = usize::from(self.form.height);
        let rest = self.lines.len().saturating_sub(self.first);
        if rest <= rows {
            return 0;
        }
        self.lines.iter().skip(self.first + rows - 1).filter(|line| matches!(line, FormLine::Row(_))).count()
    }
}

/// The first column of the last requests, if the screen has room for them.
fn requests_at(area: Rect) -> Option<u16> {
    (area.width >= 110 && area.height >= 30).then_some(area.width - area.width * 3 / 8)
}

/// The cells for a line of the strip.
pub fn strip_room(area: Rect) -> usize {
    let right = requests_at(area).map_or(area.width, |x| x - 2);
    usize::from(right.saturating_sub(indent(area.width) + 1))
}

/// The cells to the left of the strip's text.
pub fn indent(width: u16) -> u16 {
    if width < 52 { 1 } else { 3 }
}

fn columns(width: u16) -> Columns {
    match width {
        0..=51 => Columns { focus: 1, state: 2, label: 4, value: 12, right: width, short: true },
        52..=65 => Columns { focus: 1, state: 3, label: 5, value: 22, right: width, short: false },
        66..=109 => {
            // The preview takes 23 cells at 80 columns, and half of the columns beyond that.
            let preview = 23 + (width.saturating_sub(80)) / 2;
            Columns {
                focus: 1,
                state: 3,
                label: 5,
                value: 22,
                right: width - preview.min(width - 44) - 1,
                short: false,
            }
        }
        110.. => Columns { focus: 1, state: 3, label: 5, value: 28, right: width - width * 3 / 8, short: false },
    }
}

/// All lines of the form, with blank lines and headings as far as the height allows.
fn lines(
    app: &App,
    shown: &[(usize, &Field)],
    columns: Columns,
    size: bool,
    (height, screen): (u16, u16),
) -> Vec<FormLine> {
    let groups = 1 + shown.windows(2).filter(|pair| pair[0].1.group != pair[1].1.group).count();
    let rows = shown.len() + usize::from(size);
    let height = usize::from(height);
    let headings = screen >= 30 && columns.value >= 28;
    // On a high screen the blank lines do not depend on the strip's height, so that a message does not move the rows.
    let blanks = screen >= 22 || height >= rows + groups - 1;
    let mut lines = Vec::with_capacity(rows + 2 * groups);
    if blanks && screen >= 22 {
        lines.push(FormLine::Blank);
    }
    let mut group = None;
    for &(index, field) in shown {
        if group != Some(field.group) {
            if blanks && group.is_some() {
                lines.push(FormLine::Blank);
            }
            let is_part = field.group == Group::Unknown || field.group.is_section();
            if headings || is_part && blanks {
                lines.push(FormLine::Heading(field.group));
            }
            group = Some(field.group);
        }
        lines.push(FormLine::Row(index));
        let quiet = app.form.focus == field.id && app.form.typed;
        for problem in app.problems(field).into_iter().filter(|_| !quiet) {
            let width = usize::from(columns.right.saturating_sub(columns.value + 2)).max(8);
            let severity = problem.severity;
            for (at, text) in super::text::wrap(&problem.text, width).into_iter().take(3).enumerate() {
                lines.push(FormLine::Problem { field: index, severity, is_first: at == 0, text });
            }
        }
        if size && field.id.key == "height" {
            lines.push(FormLine::Size);
        }
    }
    lines
}

/// The first line to show. It is the one that the wheel scrolled to. Otherwise it is chosen so that the row in focus
/// and the lines of its problem are in sight.
fn first_line(app: &App, lines: &[FormLine], rows: usize) -> usize {
    let most = lines.len().saturating_sub(rows);
    if let Some(first) = app.form.scroll {
        return first.min(most);
    }
    let fields = app.sync.draft.fields();
    let is_focus = |index: usize| fields.get(index).is_some_and(|field| field.id == app.form.focus);
    let top = lines.iter().position(|line| matches!(line, FormLine::Row(i) if is_focus(*i))).unwrap_or(0);
    let bottom = lines
        .iter()
        .rposition(|line| matches!(line, FormLine::Row(i) | FormLine::Problem { field: i, .. } if is_focus(*i)));
    let bottom = bottom.unwrap_or(top);
    // The last row on the screen may be taken by "… more below".
    let room = rows.saturating_sub(usize::from(bottom + 1 < lines.len()));
    (bottom + 1).saturating_sub(room.max(1)).min(top).min(most)
}

/// Is the field shown as a cell that can be typed in? This is so if its value has the type of the field, or if the
/// field was edited.
pub fn is_cell(app: &App, index: usize) -> bool {
    app.sync.draft.fields().get(index).is_some_and(|field| match field.kind {
        Kind::Text | Kind::Url | Kind::Integer => {
            let is_fit = || app.sync.draft.base(&field.id).is_some_and(|value| field.kind.fits(value));
            app.sync.draft.edit(&field.id).is_some() || is_fit()
        }
        Kind::Switch | Kind::Time | Kind::Json => false,
    })
}
