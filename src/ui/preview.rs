//! The calling window, drawn to scale. The edited size has a solid outline, the saved size a dotted one.
//!
//! A cell is `ratio` times as high as wide: as the terminal says, or else twice. `px_per_row = max(height / rows, ratio ·
//! width / cols)`, and `px_per_col` is that divided by `ratio`, so the window always fits. The saved size is drawn only if
//! it differs by a cell or more. Where there is room, the switches that decide what HubSpot shows stand beside the window.

use super::canvas::{Canvas, Region};
use super::text::width;
use super::theme::Role;
use crate::app::App;
use crate::model::preview::{Size, sizes};
use crate::model::{Edit, FieldId, Value};
use ratatui::layout::Rect;

/// The panel with the calling window.
#[derive(PartialEq)]
pub(super) struct Preview {
    panel: Rect,
    /// The edited size and the saved one.
    sizes: (Option<Size>, Option<Size>),
    /// The name of the app.
    name: String,
    /// The states of what stands around the window; `None` where there is no such field.
    around: [Option<&'static str>; AROUND.len()],
}

impl Preview {
    /// Does it show what is typed in this row?
    pub(super) fn shows(row: &FieldId) -> bool {
        ["name", "width", "height"].into_iter().any(|key| *row == FieldId::settings(key))
    }

    pub(super) fn new(app: &App, panel: Rect) -> Self {
        let draft = &app.sync.draft;
        let id = FieldId::settings("name");
        let name = match (draft.edit(&id), draft.base(&id)) {
            (Some(Edit::Text(name)), _) | (None, Some(Value::Text(name))) => name.as_str(),
            _ => "",
        };
        // What does not fit is not written.
        let name = if name.len() > usize::from(panel.width) * 4 { String::new() } else { name.to_owned() };
        let state = |key| match draft.entered(draft.field(&FieldId::settings(key))?) {
            Some(Edit::Switch(true)) => Some("[x] yes"),
            Some(Edit::Switch(false)) => Some("[ ] no"),
            Some(Edit::Text(_)) | None => Some("–"),
        };
        Self { panel, sizes: sizes(draft), name, around: AROUND.map(|(key, _)| state(key)) }
    }
}

/// The preview as a line of text, for a terminal without room for the picture.
pub(super) fn line(app: &App) -> String {
    match sizes(&app.sync.draft) {
        (Some((w, h)), Some((sw, sh))) if (w, h) != (sw, sh) => format!("{w} × {h} px  (was {sw} × {sh})"),
        (Some((w, h)), _) => format!("{w} × {h} px"),
        (None, _) => String::new(),
    }
}

impl Region for Preview {
    fn paint(&self, canvas: &mut Canvas) {
        window(self, canvas);
    }
}

fn window(preview: &Preview, canvas: &mut Canvas) {
    let quiet = canvas.style(Role::Quiet);
    let plain = canvas.style(Role::Plain);
    let Preview { panel, sizes: (mine, saved), .. } = *preview;
    let Some((w, h)) = mine else {
        if saved.is_some() {
            canvas.put((panel.x, panel.y), panel.right(), "no size to draw", plain);
        }
        return;
    };
    canvas.put((panel.x, panel.y), panel.right(), &format!("{w} × {h} px"), plain);
    let (saved_w, saved_h) = saved.unwrap_or((w, h));
    if w <= 0 || h <= 0 {
        canvas.put((panel.x, panel.y + 2), panel.right(), "nothing to draw", plain);
        return;
    }
    // One row is for the size and one for the scale. The box itself takes two rows and two columns.
    let rows = f64::from(panel.height.saturating_sub(4).max(1));
    let is_wide = panel.width >= WIDE && panel.height >= 12;
    let cols = f64::from(panel.width.saturating_sub(if is_wide { 3 + SWITCHES } else { 3 }).max(1));
    let (widest, highest) = (f64::from(w.max(saved_w).max(1)), f64::from(h.max(saved_h).max(1)));
    let ratio = canvas.cell_ratio();
    let px_per_row = (highest / rows).max(ratio * widest / cols);
    let px_per_col = px_per_row / ratio;
    let (inner_w, inner_h) = (to_cells(w, px_per_col), to_cells(h, px_per_row));
    let (was_w, was_h) = (to_cells(saved_w, px_per_col), to_cells(saved_h, px_per_row));
    if inner_w == 0 || inner_h == 0 {
        let words = if inner_h == 0 { "too wide to draw" } else { "too high to draw" };
        canvas.put((panel.x, panel.y + 2), panel.right(), words, plain);
        return;
    }
    let mine = Rect::new(panel.x, panel.y + 1, inner_w + 2, inner_h + 2);
    let was = Rect::new(panel.x, panel.y + 1, was_w + 2, was_h + 2);
    let differs = saved_w > 0 && saved_h > 0 && (mine.width != was.width || mine.height != was.height);
    if differs {
        outline(canvas, was, ["┆", "┄", "┄", "┆", "┆", "┆"], quiet);
    }
    outline(canvas, mine, ["│", "─", "┌", "┐", "└", "┘"], plain);
    inside(&preview.name, mine, canvas);
    if is_wide {
        beside(preview, mine.right().max(if differs { was.right() } else { 0 }) + 3, canvas);
    }
    scale_bar(panel, mine.bottom().max(if differs { was.bottom() } else { 0 }), px_per_col, differs, canvas);
}

fn to_cells(px: i32, per_cell: f64) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to a few hundred: the scale sees to it"
    )]
    let cells = (f64::from(px.max(0)) / per_cell).round() as u16;
    cells
}

/// Draws a box. The signs are, in this order: the vertical line, the horizontal line, and the four corners from the top
/// left, row by row.
fn outline(canvas: &mut Canvas, edge: Rect, signs: [&str; 6], style: ratatui::style::Style) {
    let (left, top, right, bottom) = (edge.x, edge.y, edge.right() - 1, edge.bottom() - 1);
    canvas.fill((left + 1, top), right, signs[1], style);
    canvas.fill((left + 1, bottom), right, signs[1], style);
    let sides = (top + 1..bottom).flat_map(|y| [(left, y, signs[0]), (right, y, signs[0])]);
    let corners = [(left, top, signs[2]), (right, top, signs[3]), (left, bottom, signs[4]), (right, bottom, signs[5])];
    for (x, y, sign) in sides.chain(corners) {
        canvas.fill((x, y), x + 1, sign, style);
    }
}

/// Writes the name of the app into the box, if there is room.
fn inside(name: &str, edge: Rect, canvas: &mut Canvas) {
    let room = edge.width.saturating_sub(4);
    if room < 6 || edge.height < 6 {
        return;
    }
    let y = edge.y + edge.height / 2 - 1;
    let wide = room >= 12 && (1..=usize::from(room)).contains(&width(name));
    if wide {
        canvas.put((edge.x + 2, y - 1), edge.right() - 1, name, canvas.style(Role::Strong));
    }
    let lines: &[&str] = match room {
        16.. => &["your dialer runs", "in this iframe"],
        11.. => &["your dialer"],
        _ => &["your", "dialer"],
    };
    for (y, line) in (y..).zip(lines) {
        canvas.put((edge.x + 2, y), edge.right() - 1, line, canvas.style(Role::Plain));
    }
}

/// The fewest columns of a panel that has room for the switches, and the columns that they take.
const WIDE: u16 = 40;
const SWITCHES: u16 = 17;

/// The switches that decide what HubSpot shows around the window, with their short names.
const AROUND: [(&str, &str); 3] = [
    ("usesCallingWindow", "calling window"),
    ("usesRemote", "remote bar"),
    ("supportsInboundCalling", "inbound calls"),
];

/// Writes these switches beside the window.
fn beside(preview: &Preview, x: u16, canvas: &mut Canvas) {
    let panel = preview.panel;
    for (y, ((_, label), state)) in (panel.y + 2..).step_by(3).zip(AROUND.iter().zip(preview.around)) {
        let Some(shown) = state else { continue };
        canvas.put((x, y), panel.right(), label, canvas.style(Role::Plain));
        canvas.put((x + 2, y + 1), panel.right(), shown, canvas.style(Role::Plain));
    }
}

/// Draws a bar for scale. It stands for 100 px, or for another power of ten if a bar of 100 px would be shorter than
/// three cells or longer than half the panel.
fn scale_bar(panel: Rect, y: u16, px_per_col: f64, differs: bool, canvas: &mut Canvas) {
    if y >= panel.bottom() {
        return;
    }
    let quiet = canvas.style(Role::Quiet);
    let Some((px, cells)) = [100, 1000, 10, 10_000, 100_000].iter().find_map(|&px| {
        let cells = to_cells(px, px_per_col);
        (3..=panel.width / 2).contains(&cells).then_some((px, cells))
    }) else {
        return;
    };
    let plain = canvas.style(Role::Plain);
    let bar = format!("├{}┤", "─".repeat(usize::from(cells) - 2));
    let x = canvas.put((panel.x, y), panel.right(), &bar, quiet);
    let x = canvas.put((x, y), panel.right(), &format!(" {px} px"), plain);
    if differs {
        let x = canvas.put((x + 2, y), panel.right(), "┆", quiet);
        canvas.put((x, y), panel.right(), " saved", plain);
    }
}
