//! Draws a frame from the state. This room reads the state and never changes it. All positions come from [`layout`]. Each
//! region of the screen is drawn from a view, which names all that the region depends on: see [`canvas`].
//!
//! The screen is kept quiet: thin rules, no outer frame, and a box only for the preview. Signs in the gutter show the
//! state of a row: `▌` focus, `●` unsaved, `!` attention, `✗` error. A word near each sign says the same, so that
//! nothing depends on colour. Nothing moves while the user types.

pub mod canvas;
mod footer;
mod form;
mod header;
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

use crate::app::msg::Room;
use crate::app::{App, Mode};
use canvas::{Canvas, Pane};
use footer::Footer;
use header::Header;
use layout::{Layout, Steady};
use memchr::memchr;
use preview::Preview;
use ratatui::Frame;
use ratatui::layout::Rect;
use text::{width, wrap};
use theme::{Role, Theme};

pub use hit::{hit, room, wheel};

/// The title of the terminal's window.
pub fn title(app: &App) -> String {
    crate::words::window::title(&app.about(), !app.is_choosing())
}

/// Draws the whole screen of the editor into a frame of ratatui.
pub fn draw(app: &App, theme: Theme, frame: &mut Frame<'_>) {
    render(theme, frame, |area, canvas| _ = paint(app, area, canvas));
}

/// Paints a canvas, and draws it into a frame of ratatui.
pub fn render(theme: Theme, frame: &mut Frame<'_>, paint: impl FnOnce(Rect, &mut Canvas)) {
    let mut canvas = Canvas::new(theme);
    paint(frame.area(), &mut canvas);
    (0..canvas.area().height).for_each(|y| canvas.render(y, frame.buffer_mut()));
    if let Some(caret) = canvas.caret {
        frame.set_cursor_position(caret);
    }
}

/// Paints the whole screen of the editor. Returns how much can be seen: of the open overlay, or how many rows of the
/// form; `None` if the terminal is too small.
pub fn paint(app: &App, area: Rect, canvas: &mut Canvas) -> Option<Room> {
    let mut room = None;
    canvas.frame(area, |canvas| {
        let body = body(app, area);
        let from = Steady { edition: app.edition.number(), area, body: body.len() };
        let Some(layout) = canvas.steady(from, |canvas| steady(app, from, canvas)) else {
            return too_small(app, canvas);
        };
        form::typed(app, &layout, canvas);
        strip::body(&layout, body, canvas);
        if let Some(panel) = layout.preview.filter(|_| Preview::shows(&app.form.focus)) {
            canvas.show(Pane::Preview, Preview::new(app, panel));
        }
        if matches!(app.mode, Mode::Asking(_)) {
            canvas.caret = None;
        }
        room = if app.mode.is_editing() { Some(layout.room()) } else { overlay::paint(app, &layout, canvas) };
        canvas.caret = canvas.caret.filter(|caret| area.contains(*caret));
    });
    room
}

/// Shows all that is not made of the text that is being typed. Returns the layout.
fn steady(app: &App, from: Steady, canvas: &mut Canvas) -> Option<Layout> {
    let strip = words::strip(app, layout::strip_room(from.area));
    let layout = Layout::new(app, from.area, from.body, strip.demand())?;
    canvas.show(Pane::Header, Header::new(app, &layout));
    form::steady(app, &layout, canvas);
    if let Some(panel) = layout.preview.filter(|_| !Preview::shows(&app.form.focus)) {
        canvas.show(Pane::Preview, Preview::new(app, panel));
    }
    strip::steady(app, &layout, strip, canvas);
    canvas.show(Pane::Footer, Footer::new(app, &layout));
    Some(layout)
}

/// A line and its role.
type Styled = (String, Role);

/// The lines of the body of the next request.
fn body(app: &App, area: Rect) -> Vec<String> {
    wrap_members(words::body(app), layout::strip_room(area))
}

/// The layout of the frame that shows the state, and the text of its strip. `None` if the terminal is too small.
fn arrange(app: &App, area: Rect) -> Option<(Layout, words::Strip)> {
    let strip = words::strip(app, layout::strip_room(area));
    Some((Layout::new(app, area, body(app, area).len(), strip.demand())?, strip))
}

fn too_small(app: &App, canvas: &mut Canvas) {
    let area = canvas.area();
    let sentence = words::too_small(app, layout::SMALLEST);
    for (y, line) in (area.y..area.bottom()).zip(wrap(&sentence, usize::from(area.width))) {
        canvas.put((area.x, y), area.right(), &line, canvas.style(Role::Plain));
    }
}

/// The look of rules. They are heavier for a production profile.
#[derive(Clone, Copy, PartialEq)]
struct Rule {
    sign: &'static str,
    role: Role,
}

impl Rule {
    fn of(app: &App) -> Self {
        let (sign, role) = if app.target.is_production() { ("━", Role::Error) } else { ("─", Role::Quiet) };
        Self { sign, role }
    }
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// Breaks JSON into lines between the members of its outermost object. A longer member is broken at any cell.
fn wrap_members(text: String, room: usize) -> Vec<String> {
    let is_plain = text::is_plain(&text);
    let cells = if is_plain { text.len() } else { width(&text) };
    if cells <= room {
        return vec![text];
    }
    let wrap = |text: &str| if is_plain { wrap_plain(text, room) } else { wrap_cells(text, room) };
    // Without a comma it is one member.
    if memchr(b',', text.as_bytes()).is_none() {
        return wrap(&text);
    }
    let (mut members, mut start) = (Vec::new(), 0);
    let (mut depth, mut is_string, mut is_escaped) = (0_i32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            _ if is_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b',' if depth <= 1 => {
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
            _ => lines.extend(wrap(member)),
        }
    }
    lines
}

/// Breaks a text into lines at any cell, also within words. This is for JSON, where a space is data.
fn wrap_cells(text: &str, room: usize) -> Vec<String> {
    if text::is_plain(text) && room > 0 {
        return wrap_plain(text, room);
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

/// The same for plain text, where each byte is a character that takes one cell.
fn wrap_plain(text: &str, room: usize) -> Vec<String> {
    let line = |at: usize| text[at..text.len().min(at + room)].to_owned();
    (0..text.len().max(1)).step_by(room.max(1)).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::wrap_members;

    #[test]
    fn json_breaks_between_members_and_keeps_every_character() {
        let body = r#"{"url":"https://a.dev/x,y?{","isReady":false,"width":420,"options":{"a":1,"b":2}}"#;
        assert_eq!(
            wrap_members(body.to_owned(), 32),
            [r#"{"url":"https://a.dev/x,y?{","#, r#""isReady":false,"width":420,"#, r#""options":{"a":1,"b":2}}"#]
        );
        for room in 1..100 {
            let lines = wrap_members(body.to_owned(), room);
            assert_eq!(lines.concat(), body);
            assert!(lines.iter().all(|line| line.len() <= room), "{room}: {lines:?}");
        }
        let long = format!(r#"{{"url":"{}","width":1}}"#, "x".repeat(50));
        assert_eq!(wrap_members(long, 30).last().map(String::as_str), Some(r#""width":1}"#));
    }
}
