//! Draws a frame from the state. This room reads the state and never changes it. All positions come from [`layout`].
//!
//! The screen is kept quiet: thin rules, no outer frame, and a box only for the preview. Signs in the gutter show the
//! state of a row: `▌` focus, `●` unsaved, `!` attention, `✗` error. A word near each sign says the same, so that
//! nothing depends on colour. Nothing moves while the user types.

pub mod canvas;
mod footer;
mod form;
mod hit;
pub mod layout;
mod overlay;
pub mod plain;
mod preview;
mod steps;
mod strip;
pub mod text;
pub mod theme;
pub mod wizard;
pub mod words;

use crate::app::{App, Mode};
use crate::model::profile::Profile;
use crate::words::profile::CONFIGURATION;
use canvas::Canvas;
use layout::Layout;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::ops::Range;
use text::{width, wrap};
use theme::{Role, Theme};

pub use hit::{hit, room, wheel};

/// Draws the whole screen of the editor into a frame of ratatui.
pub fn draw(app: &App, theme: Theme, frame: &mut Frame<'_>) {
    render(theme, frame, |area, canvas| paint(app, area, canvas));
}

/// Paints a canvas, and draws it into a frame of ratatui.
pub fn render(theme: Theme, frame: &mut Frame<'_>, paint: impl FnOnce(Rect, &mut Canvas)) {
    let mut canvas = Canvas::new(theme);
    paint(frame.area(), &mut canvas);
    for part in canvas.changed(&Canvas::new(theme)) {
        canvas.render(part.y, frame.buffer_mut());
    }
    if let Some(caret) = canvas.caret {
        frame.set_cursor_position(caret);
    }
}

/// Paints the whole screen of the editor.
pub fn paint(app: &App, area: Rect, canvas: &mut Canvas) {
    canvas.clear(area);
    let Some((layout, strip, body)) = arrange(app, area) else { return too_small(app, canvas) };
    header(app, &layout, canvas);
    form::paint(app, &layout, canvas);
    if let Some(panel) = layout.preview {
        preview::paint(app, panel, canvas);
    }
    strip::paint(app, &layout, &strip, &body, canvas);
    footer::paint(app.scope(), layout.footer, |hint| app.hint(hint), canvas);
    if matches!(app.mode, Mode::Asking(_)) {
        canvas.caret = None;
    }
    overlay::paint(app, &layout, canvas);
    canvas.caret = canvas.caret.filter(|caret| area.contains(*caret));
}

/// A line and its role.
type Styled = (String, Role);

/// The text of the strip, the layout that it needs, and the lines of the body of the next request. `None` if the
/// terminal is too small.
fn arrange(app: &App, area: Rect) -> Option<(Layout, words::Strip, Vec<String>)> {
    let room = layout::strip_room(area);
    let strip = words::strip(app, room);
    let lines = wrap_members(&words::body(app), room);
    let layout = Layout::new(app, area, lines.len(), strip.demand())?;
    Some((layout, strip, lines))
}

fn too_small(app: &App, canvas: &mut Canvas) {
    let area = canvas.area();
    let sentence = words::too_small(app, layout::SMALLEST);
    for (y, line) in (area.y..area.bottom()).zip(wrap(&sentence, usize::from(area.width))) {
        canvas.put((area.x, y), area.right(), &line, canvas.style(Role::Plain));
    }
}

/// The character of rules and its role. The rule is heavier for a production profile.
fn rule(app: &App) -> (&'static str, Role) {
    if app.target.is_production() { ("━", Role::Error) } else { ("─", Role::Quiet) }
}

fn header(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let right = layout.area.right();
    let narrow = layout.columns.short;
    let unsaved = match app.sync.unsaved() {
        0 => String::new(),
        n if narrow => format!("● {n} "),
        n => format!("● {n} unsaved "),
    };
    let mut status = words::status(app, canvas.theme(), narrow);
    let parts = place(app, narrow);
    let needed = 1 + parts.iter().map(|(text, _)| cells(text)).sum::<u16>();
    // In a narrow header the place and the unsaved edits matter more than the time of the last read.
    if needed + 1 + cells(&unsaved) + cells(&status) + 2 > right && app.sync.is_idle() {
        status.clear();
    }
    let status_at = right.saturating_sub(cells(&status));
    let gap = if status.is_empty() || unsaved.is_empty() { 0 } else { 2 };
    let unsaved_at = status_at.saturating_sub(cells(&unsaved) + gap);
    let mut x = 1;
    for (text, role) in &parts {
        x = canvas.say((x, 0), unsaved_at, text, *role);
    }
    canvas.say((unsaved_at, 0), right, &unsaved, Role::Dirty);
    canvas.put((status_at, 0), right, &status, canvas.style(Role::Plain));
    if let Some(y) = layout.rule {
        let (sign, role) = rule(app);
        canvas.fill((0, y), right, sign, canvas.sign(role));
    }
}

/// The place in the header: the profile, the app and the host, the most important first.
fn place(app: &App, narrow: bool) -> Vec<(String, Role)> {
    let target = &app.target;
    let host = if target.sandbox { "sandbox" } else { &target.host };
    // An app without a name may be guarded as well.
    let profile = target.profile.as_ref().filter(|profile| !profile.name.is_empty());
    let named = profile.map(|Profile { name, mark, .. }| match mark {
        Some(tint) => (format!("■ {name}"), Role::Of(*tint)),
        None => (name.clone(), Role::Strong),
    });
    let mut parts = Vec::new();
    if app.is_choosing() {
        parts.push(("callset".to_owned(), Role::Strong));
        return marked(app, narrow, parts);
    }
    match (target.is_production(), narrow) {
        (true, true) => parts.extend([("▲ PROD".to_owned(), Role::Error), (" ".to_owned(), Role::Plain)]),
        (true, false) => parts.extend([("▲ PRODUCTION".to_owned(), Role::Error), ("   ".to_owned(), Role::Plain)]),
        (false, true) => {}
        (false, false) => parts.extend([("callset".to_owned(), Role::Strong), ("    ".to_owned(), Role::Plain)]),
    }
    match (named, narrow) {
        (Some((name, role)), true) => parts.extend([(name, role), (format!(" {}", target.app_id), Role::Plain)]),
        (Some((name, role)), false) => {
            parts.extend([(name, role), (format!("   app {}   {host}", target.app_id), Role::Plain)]);
        }
        (None, true) => parts.extend([(host.to_owned(), Role::Strong), (format!(" {}", target.app_id), Role::Plain)]),
        (None, false) => parts.push((format!("{host}   app {}", target.app_id), Role::Plain)),
    }
    if app.is_locked() && !narrow {
        parts.push(("   read-only".to_owned(), Role::Strong));
    }
    marked(app, narrow, parts)
}

/// The place, with a mark if something is wrong with the configuration.
fn marked(app: &App, narrow: bool, mut parts: Vec<(String, Role)>) -> Vec<(String, Role)> {
    if !app.target.complaints.is_empty() {
        parts.push((if narrow { "  " } else { "   " }.to_owned(), Role::Plain));
        parts.push((CONFIGURATION[usize::from(narrow)].to_owned(), Role::Warning));
    }
    parts
}

/// The columns of the mark that says that something is wrong with the configuration. A click there shows what.
fn complaints_at(app: &App, narrow: bool) -> Option<Range<u16>> {
    let parts = place(app, narrow);
    let (mark, before) = parts.split_last().filter(|_| !app.target.complaints.is_empty())?;
    let start = 1 + before.iter().map(|(text, _)| cells(text)).sum::<u16>();
    Some(start..start + cells(&mark.0))
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// Breaks JSON into lines between the members of its outermost object. A longer member is broken at any cell.
fn wrap_members(text: &str, room: usize) -> Vec<String> {
    if width(text) <= room {
        return vec![text.to_owned()];
    }
    let (mut members, mut start) = (Vec::new(), 0);
    let (mut depth, mut is_string, mut is_escaped) = (0_i32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' => is_string = !is_string,
            _ if is_string => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth <= 1 => {
                members.push(&text[start..=at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    members.push(&text[start..]);
    let mut lines: Vec<String> = Vec::new();
    for member in members {
        match lines.last_mut() {
            Some(line) if width(line) + width(member) <= room => line.push_str(member),
            _ => lines.extend(wrap_cells(member, room)),
        }
    }
    lines
}

/// Breaks a text into lines at any cell, also within words. This is for JSON, where a space is data.
fn wrap_cells(text: &str, room: usize) -> Vec<String> {
    if text.len() <= room && text::is_plain(text) {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    let mut used = 0;
    for glyph in text::glyphs(text) {
        let next = usize::from(glyph.width);
        if used + next > room && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&glyph.text);
        }
        used += next;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap_members;

    #[test]
    fn json_breaks_between_members_and_keeps_every_character() {
        let body = r#"{"url":"https://a.dev/x,y?{","isReady":false,"width":420,"options":{"a":1,"b":2}}"#;
        assert_eq!(
            wrap_members(body, 32),
            [r#"{"url":"https://a.dev/x,y?{","#, r#""isReady":false,"width":420,"#, r#""options":{"a":1,"b":2}}"#]
        );
        for room in 1..100 {
            let lines = wrap_members(body, room);
            assert_eq!(lines.concat(), body);
            assert!(lines.iter().all(|line| line.len() <= room), "{room}: {lines:?}");
        }
        let long = format!(r#"{{"url":"{}","width":1}}"#, "x".repeat(50));
        assert_eq!(wrap_members(&long, 30).last().map(String::as_str), Some(r#""width":1}"#));
    }
}
