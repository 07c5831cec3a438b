//! The strip: a rule with a title, the body of the next request, and help or a message. The keys that its sentences
//! name are buttons.

use super::canvas::{Canvas, Pane, Region};
use super::layout::{Layout, StripPlaces};
use super::text::width;
use super::theme::Role;
use super::{Rule, cells, overlay, words};
use crate::app::keymap::{self, Intent, Scope};
use crate::app::msg::{Hit, Key};
use crate::app::{App, Overlay};
use crate::sync::Logged;
use crate::words::time::Clock;
use ratatui::layout::{Position, Rect};
use std::sync::Arc;

/// The rules, the title and the text.
#[derive(PartialEq)]
struct StripText {
    places: StripPlaces,
    rule: Rule,
    strip: words::Strip,
}

/// The body of the next request, in lines.
#[derive(PartialEq)]
struct Body {
    places: StripPlaces,
    lines: Vec<String>,
}

/// The last requests.
#[derive(PartialEq)]
struct Requests {
    panel: Rect,
    title: u16,
    right: u16,
    scope: Scope,
    clock: Option<Clock>,
    log: Vec<Arc<Logged>>,
}

/// Shows the body of the next request.
pub(super) fn body(layout: &Layout, lines: Vec<String>, canvas: &mut Canvas) {
    canvas.show(Pane::Body, Body { places: layout.strip, lines });
}

/// Shows all but the body.
pub(super) fn steady(app: &App, layout: &Layout, strip: words::Strip, canvas: &mut Canvas) {
    let places = layout.strip;
    canvas.show(Pane::Strip, StripText { places, rule: Rule::of(app), strip });
    if let Some((panel, title)) = places.requests.zip(places.title) {
        let log = app.sync.log.iter().rev().take(usize::from(panel.height)).cloned().collect();
        let (right, scope, clock) = (places.right, app.scope(), app.clock.clone());
        canvas.show(Pane::Requests, Requests { panel, title, right, scope, clock, log });
    }
}

impl Region for StripText {
    fn paint(&self, canvas: &mut Canvas) {
        let Self { places, rule, strip } = self;
        let StripPlaces { indent, right, .. } = *places;
        if let Some(y) = places.title {
            canvas.fill((0, y), right, rule.sign, canvas.sign(rule.role));
            accent((0, y), indent, rule.sign, strip.role, canvas);
            let x = canvas.put((indent, y), right, " ", canvas.style(Role::Plain));
            let end = places.requests.map_or(right, |requests| requests.x);
            let x = canvas.say((x, y), end.saturating_sub(2), &strip.title, strip.role);
            canvas.put((x, y), right, " ", canvas.style(Role::Plain));
        }
        for (y, line, role, is_cut) in told(places, strip) {
            canvas.say((indent, y), right, line, role);
            if is_cut {
                let end = indent + cells(line).min(right.saturating_sub(indent + 1));
                canvas.put((end, y), right, "…", canvas.style(role));
            }
        }
        if let Some(y) = places.foot_rule {
            canvas.fill((0, y), right, rule.sign, canvas.sign(rule.role));
        }
    }
}

impl Region for Body {
    fn paint(&self, canvas: &mut Canvas) {
        let StripPlaces { indent, right, body, .. } = self.places;
        let shown = usize::from(body.height);
        for (row, (y, line)) in (body.y..body.bottom()).zip(&self.lines).enumerate() {
            let end = canvas.put((indent, y), right, line, canvas.style(Role::Plain));
            if row + 1 == shown && self.lines.len() > shown {
                canvas.put((end.min(right.saturating_sub(1)), y), right, "…", canvas.style(Role::Plain));
            }
        }
    }
}

impl Region for Requests {
    fn paint(&self, canvas: &mut Canvas) {
        let Self { panel, title: y, right, .. } = *self;
        canvas.put((panel.x - 2, y), right, "  ", canvas.style(Role::Plain));
        let x = canvas.put((panel.x + 3, y), right, " ", canvas.style(Role::Plain));
        let x = canvas.put((x, y), right, REQUESTS, canvas.style(Role::Strong));
        canvas.put((x, y), right, &format!("{GAP}{} ", all_requests(self.scope)), canvas.style(Role::Plain));
        for (y, logged) in (panel.y..panel.bottom()).zip(&self.log) {
            let line = overlay::brief(logged, self.clock.as_ref(), usize::from(panel.width.saturating_sub(1)));
            canvas.put((panel.x, y), right, &line, canvas.style(Role::Plain));
        }
    }
}

/// The title of the panel with the last requests.
const REQUESTS: &str = "Requests";

/// The step that opens all requests, with its key.
fn all_requests(scope: Scope) -> String {
    format!("{} all", keymap::key_for(scope, Intent::Open(Overlay::Log)))
}

/// Draws the start of a rule in the colour of the title that follows.
pub(super) fn accent((x, y): (u16, u16), right: u16, line: &str, role: Role, canvas: &mut Canvas) {
    if matches!(role, Role::Error | Role::Warning | Role::Good) {
        canvas.fill((x, y), right, line, canvas.sign(role));
    }
}

/// The lines that fit, with their rows on the screen. Pinned lines take precedence. The flag says that lines are left
/// out after this one.
fn told<'a>(layout: &'a StripPlaces, strip: &'a words::Strip) -> impl Iterator<Item = (u16, &'a String, Role, bool)> {
    let rest = (layout.rest.y..layout.rest.bottom()).zip(&strip.rest);
    let is_rest_cut = usize::from(layout.rest.height) < strip.rest.len();
    let rest = rest.map(move |(y, line)| (y, line, strip.role, is_rest_cut && y + 1 == layout.rest.bottom()));
    let rows = usize::from(layout.text.height);
    let (words, pinned) = strip.lines.split_at(strip.lines.len().saturating_sub(strip.pinned));
    let room = rows.saturating_sub(pinned.len()).max(1);
    let is_cut = move |at: usize| at + 1 == room && words.len() > room;
    let lines = words.iter().take(room).chain(pinned).enumerate();
    let lines = (layout.text.y..layout.text.bottom()).zip(lines);
    rest.chain(lines.map(move |(y, (at, (line, role)))| (y, line, *role, is_cut(at))))
}

/// The key whose name is under the mouse.
pub(super) fn hit(app: &App, layout: &Layout, strip: &words::Strip, at: Position) -> Option<Hit> {
    let places = &layout.strip;
    let indent = places.indent;
    let is_title = places.title == Some(at.y);
    let (line, start) = match places.requests.filter(|panel| at.x >= panel.x) {
        Some(panel) if is_title => (&*format!("{REQUESTS}{GAP}{}", all_requests(app.scope())), panel.x + 4),
        Some(_) | None if is_title => (strip.title.as_str(), indent + 1),
        Some(_) => return None,
        None => (told(places, strip).find(|(y, ..)| *y == at.y).map(|(_, line, ..)| line.as_str())?, indent),
    };
    key_at(line, usize::from(at.x.checked_sub(start)?), app.scope()).map(Hit::Key)
}

/// The gap between a sentence and its steps, and between two steps.
const GAP: &str = "   ";

/// The key of the step at a cell of a line. For example, the line may be `Not saved.   ^S try again   Esc stop`. Then
/// the key is `^S` at every cell of `^S try again`.
pub(super) fn key_at(line: &str, cell: usize, scope: Scope) -> Option<Key> {
    let mut start = 0;
    let mut steps = line.split(GAP).map(|step| {
        let from = start;
        start += width(step) + GAP.len();
        (from..from + width(step), step.trim_start())
    });
    let (_, step) = steps.find(|(cells, _)| cells.contains(&cell))?;
    let name = step.split(' ').next()?;
    keymap::shown(scope, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::msg::Code;

    #[test]
    fn a_step_is_its_key_from_its_first_cell_to_its_last() {
        let line = "Your 2 edits are safe.   ^R try now   Esc stop";
        for (at, key) in [
            (0, None),
            (21, None),
            (23, None),
            (25, Some(Key::ctrl('r'))),
            (34, Some(Key::ctrl('r'))),
            (35, None),
            (38, Some(Key::plain(Code::Esc))),
            (45, Some(Key::plain(Code::Esc))),
            (46, None),
        ] {
            assert_eq!(key_at(line, at, Scope::Text), key, "{at}");
        }
        let line = "s save and quit   n or Esc stay";
        assert_eq!(key_at(line, 3, Scope::In(Overlay::Quit)), Some(Key::char('s')));
        assert_eq!(key_at(line, 29, Scope::In(Overlay::Quit)), Some(Key::char('n')));
        assert_eq!(key_at(line, 3, Scope::Text), None, "where text is typed no letter is a key");
    }
}
