//! Draws the first start. The questions are rows of a form, and the current question is explained below them.
//!
//! ```text
//!    callset    first start   api.hubapi.com                nothing is written yet
//!   ────────────────────────────────────────────────────────────────────────────────
//!
//!        App id           1234567
//!    ▌   Profile          stag▏
//!
//!   ─── What is it called? ─────────────────────────────────────────────────────────
//!      what the answer is for, the choices, or what is wrong with it
//!   ────────────────────────────────────────────────────────────────────────────────
//!    Enter next  ^T demo  Esc back  ^Q quit
//! ```
//!
//! The question has the room that it needs, so that all answers to choose from can be seen; a small screen shows fewer
//! rows then. The review takes the whole page. The test call comes first, because a small screen may not show more.

mod lines;
pub(super) mod told;
mod words;

use super::Styled;
use super::canvas::Canvas;
use super::overlay::{Sheet, keys_here};
use super::text::{code_point_at, window, wrap};
use super::theme::{Role, Theme};
use super::{cells, footer, layout, steps};
use crate::app::msg::{Key, Room};
use crate::app::wizard::{AskedHit, Step, Wizard};
use crate::words::list::too_small;
use lines::Voice;
use ratatui::layout::{Position, Rect};

/// The most bullets that are shown for a credential.
const BULLETS: u16 = 24;

/// Paints the whole screen of the first start.
pub fn paint(wizard: &Wizard, area: Rect, canvas: &mut Canvas) {
    canvas.frame(area, |canvas| questions(wizard, area, canvas));
}

fn questions(wizard: &Wizard, area: Rect, canvas: &mut Canvas) {
    if !layout::fits(area) {
        let said = too_small(layout::SMALLEST);
        let sentence = steps::titled(&said.title, &said.next, wizard.scope());
        for (y, line) in (area.y..area.bottom()).zip(wrap(&sentence, usize::from(area.width))) {
            canvas.put((area.x, y), area.right(), &line, canvas.style(Role::Plain));
        }
        return;
    }
    let place = Arrangement::new(wizard, area);
    header(wizard, &place, canvas);
    if let Some(scroll) = wizard.help {
        help(wizard, &place).paint(scroll, place.page(), ("─", Role::Quiet), canvas);
    } else if wizard.step == Step::Review {
        page(wizard, &place, canvas);
    } else {
        rows(wizard, &place, canvas);
        strip(wizard, &place, canvas);
    }
    if let Some(y) = place.foot_rule {
        canvas.fill((0, y), area.right(), "─", canvas.sign(Role::Quiet));
    }
    footer::paint(wizard.scope(), area.height - 1, |hint| wizard.hint(hint), canvas);
    canvas.caret = canvas.caret.filter(|caret| area.contains(*caret));
}

fn help(wizard: &Wizard, place: &Arrangement) -> Sheet {
    Sheet::new("Help", keys_here(wizard.asked(), place.room()))
}

/// How much of the help or the review can be seen; `None` if neither is shown.
pub fn room(wizard: &Wizard, area: Rect, theme: Theme) -> Option<Room> {
    if !layout::fits(area) {
        return None;
    }
    let place = Arrangement::new(wizard, area);
    if wizard.help.is_some() {
        return Some(help(wizard, &place).room(place.page()));
    }
    let (.., lines) = words::review(wizard, wizard.review.as_ref()?, theme, Voice::Drawn(place.room()));
    let rows = usize::from(place.page().height.saturating_sub(1));
    Some(Room { rows: rows.max(1), most: lines.len().saturating_sub(rows) })
}

/// The key whose name is under the mouse.
pub fn hit(wizard: &Wizard, area: Rect, at: Position) -> Option<Key> {
    let hint = footer::hit(wizard.scope(), area.right(), at.x, |hint| wizard.hint(hint))
        .filter(|_| layout::fits(area) && at.y + 1 == area.height);
    hint.map(|hint| hint.press)
}

/// What else is under the mouse: a row, a place in its text, or an answer.
pub fn pointed(wizard: &Wizard, area: Rect, at: Position) -> Option<AskedHit> {
    if !layout::fits(area) || wizard.help.is_some() || wizard.step == Step::Review {
        return None;
    }
    let place = Arrangement::new(wizard, area);
    if place.rows.contains(at) {
        let step = *wizard.rows().get(place.first_row(wizard) + usize::from(at.y - place.rows.y))?;
        let (_, value_at) = place.columns();
        let text = wizard.typed(step).filter(|_| step == wizard.step && at.x >= value_at);
        return Some(text.map_or(AskedHit::Row(step), |input| {
            let view = window(input.value(), input.cursor(), place.area.right() - 1 - value_at);
            AskedHit::Caret(code_point_at(input.value(), view.start + usize::from(at.x - value_at)))
        }));
    }
    let asked = words::about(wizard, Voice::Drawn(place.room()));
    let line = place.first_line(&asked) + usize::from(at.y.checked_sub(place.text.y)?);
    let is_in = place.text.contains(at);
    asked.answers.iter().position(|lines| is_in && lines.contains(&line)).map(AskedHit::Choice)
}

/// The places of all parts of the screen.
struct Arrangement {
    area: Rect,
    rule: bool,
    rows: Rect,
    /// Row of the strip's title.
    title: Option<u16>,
    text: Rect,
    foot_rule: Option<u16>,
    is_short: bool,
}

impl Arrangement {
    /// Lays out a terminal that is large enough for the form.
    fn new(wizard: &Wizard, area: Rect) -> Self {
        let Rect { width, height, .. } = area;
        let (rule, airy) = (height >= 9, height >= 22);
        let foot_rule = (height >= 20).then_some(height - 2);
        let bottom = foot_rule.unwrap_or(height - 1);
        let top = 1 + u16::from(rule) + u16::from(airy);
        let has_title = height >= 8;
        let wanted = u16::try_from(wizard.rows().len()).unwrap_or(u16::MAX);
        let body = (bottom - top).saturating_sub(u16::from(has_title) + u16::from(airy));
        // The question needs its lines, and at least two. The row that is asked stays in sight.
        let room = usize::from(width.saturating_sub(layout::indent(width) + 1));
        let asked = u16::try_from(words::about(wizard, Voice::Drawn(room)).lines.len()).unwrap_or(u16::MAX).max(2);
        let rows = wanted.min(body.saturating_sub(asked)).max(1.min(body.saturating_sub(2)));
        let after = top + rows + u16::from(airy);
        let text = after + u16::from(has_title);
        Self {
            area,
            rule,
            rows: Rect::new(0, top, width, rows),
            title: has_title.then_some(after),
            text: Rect::new(0, text, width, bottom.saturating_sub(text)),
            foot_rule,
            is_short: width < 52,
        }
    }

    /// The first row that is shown. The current one is in sight, and as many as fit are before it.
    fn first_row(&self, wizard: &Wizard) -> usize {
        let focus = wizard.rows().iter().position(|step| *step == wizard.step).unwrap_or(0);
        (focus + 1).saturating_sub(usize::from(self.rows.height))
    }

    /// The first line of the question that is shown. Those that decide stay in sight.
    fn first_line(&self, asked: &words::AskedLines) -> usize {
        let room = usize::from(self.text.height);
        let most = asked.lines.len().saturating_sub(room);
        asked.focus.end.saturating_sub(room).min(asked.focus.start).min(most)
    }

    /// The columns of labels and of values.
    fn columns(&self) -> (u16, u16) {
        if self.is_short { (4, 12) } else { (5, 22) }
    }

    /// The area between header and footer.
    fn page(&self) -> Rect {
        Rect { y: self.rows.y, height: self.text.bottom() - self.rows.y, ..self.text }
    }

    /// The width of the lines in the strip and on the page, in cells.
    fn room(&self) -> usize {
        usize::from(self.area.width.saturating_sub(layout::indent(self.area.width) + 1))
    }
}

fn header(wizard: &Wizard, place: &Arrangement, canvas: &mut Canvas) {
    let right = place.area.right();
    let status = words::status(wizard, place.is_short);
    let status_at = right.saturating_sub(cells(status) + 1);
    let x = canvas.put((1, 0), status_at, "callset", canvas.style(Role::Strong));
    let whom = words::whom(wizard);
    let what = if place.is_short { format!("  {whom}") } else { format!("    {whom}   {}", wizard.host()) };
    canvas.put((x, 0), status_at.saturating_sub(1), &what, canvas.style(Role::Plain));
    canvas.put((status_at, 0), right, status, canvas.style(Role::Plain));
    if place.rule {
        canvas.fill((0, 1), right, "─", canvas.sign(Role::Quiet));
    }
}

fn rows(wizard: &Wizard, place: &Arrangement, canvas: &mut Canvas) {
    let (label_at, value_at) = place.columns();
    let right = place.area.right() - 1;
    let first = place.first_row(wizard);
    for (y, &step) in (place.rows.y..place.rows.bottom()).zip(wizard.rows().iter().skip(first)) {
        let focused = step == wizard.step;
        let role = if focused { Role::Strong } else { Role::Plain };
        if focused {
            canvas.put((1, y), label_at, "▌", canvas.sign(Role::Focus));
            if wizard.wrong.is_some() {
                canvas.put((label_at - 2, y), label_at, "✗", canvas.sign(Role::Error));
            }
        }
        canvas.put((label_at, y), value_at - 1, words::label(wizard, step, place.is_short), canvas.style(role));
        if let Some(input) = wizard.typed(step) {
            if focused {
                let view = window(input.value(), input.cursor(), right - value_at);
                let style = canvas.style(Role::Typing);
                canvas.fill((value_at, y), right, " ", style);
                canvas.put_window((value_at, y), right, input.value(), view.start, style);
                canvas.caret = Some(Position::new(value_at + view.caret, y));
            } else {
                canvas.put((value_at, y), right, input.value(), canvas.style(Role::Plain));
            }
        } else if step == Step::Secret {
            secret(wizard, (value_at, y), right, canvas);
        } else if step <= wizard.reached {
            let style = canvas.style(if focused { Role::Selected } else { Role::Plain });
            canvas.put((value_at, y), right, &words::choice(wizard, step), style);
        }
    }
}

/// Draws bullets and the length of the credential, never its characters.
fn secret(wizard: &Wizard, (x, y): (u16, u16), right: u16, canvas: &mut Canvas) {
    let focused = wizard.step == Step::Secret;
    let style = canvas.style(if focused { Role::Typing } else { Role::Plain });
    if let (Some(token), false) = (&wizard.token, focused) {
        canvas.put((x, y), right, &token.hint, style);
        return;
    }
    let room = BULLETS.min(right.saturating_sub(x + 5));
    let bullets = "•".repeat(wizard.characters);
    let view = if focused { window(&bullets, wizard.caret, room) } else { window(&bullets, 0, room) };
    let seen = cells(&bullets).saturating_sub(u16::try_from(view.start).unwrap_or(u16::MAX)).min(room);
    // One blank after the last bullet is for the caret.
    let end = x + seen + u16::from(focused && seen < room);
    canvas.fill((x, y), end, " ", style);
    canvas.put_window((x, y), x + seen, &bullets, view.start, style);
    if focused {
        canvas.caret = Some(Position::new(x + view.caret, y));
    }
    if wizard.characters > 0 {
        let count = words::characters(wizard.characters, right.saturating_sub(end + 2));
        canvas.put((end + 2, y), right, &count, canvas.style(Role::Plain));
    }
}

fn strip(wizard: &Wizard, place: &Arrangement, canvas: &mut Canvas) {
    let (right, indent) = (place.area.right(), layout::indent(place.area.width));
    if let Some(y) = place.title {
        canvas.fill((0, y), right, "─", canvas.sign(Role::Quiet));
        let x = canvas.put((indent, y), right, " ", canvas.style(Role::Plain));
        let x = canvas.put((x, y), right.saturating_sub(2), words::title(wizard), canvas.style(Role::Strong));
        canvas.put((x, y), right, " ", canvas.style(Role::Plain));
    }
    let asked = words::about(wizard, Voice::Drawn(place.room()));
    let first = place.first_line(&asked);
    lay(&asked.lines, first, place.text, indent, canvas);
    // The caret is in the box of the chosen answer.
    if let Some(line) = wizard.chosen().and_then(|(at, _)| asked.answers.get(at)?.start.checked_sub(first)) {
        let y = place.text.y.saturating_add(u16::try_from(line).unwrap_or(u16::MAX));
        canvas.caret = Some(Position::new(indent + 1, y)).filter(|at| place.text.contains(*at));
    }
}

/// Draws the review.
fn page(wizard: &Wizard, place: &Arrangement, canvas: &mut Canvas) {
    let Some(review) = &wizard.review else { return };
    let indent = layout::indent(place.area.width);
    let area = place.page();
    let (title, role, lines) = words::review(wizard, review, canvas.theme(), Voice::Drawn(place.room()));
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let most = lines.len().saturating_sub(usize::from(body.height));
    let first = review.scroll.min(most);
    let title = if most > first { format!("{title}  ↓ {} more", most - first) } else { title };
    canvas.say((indent, area.y), area.right(), &title, role);
    lay(&lines, first, body, indent, canvas);
}

fn lay(lines: &[Styled], first: usize, area: Rect, indent: u16, canvas: &mut Canvas) {
    for (y, (line, role)) in (area.y..area.bottom()).zip(lines.iter().skip(first)) {
        canvas.say((indent, y), area.right(), line, *role);
    }
}
