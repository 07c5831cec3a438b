//! The README's picture: frames of the program, one after the other, as one SVG.
//!
//! ```text
//!   look ──> nudge ──> save ──> history ──> look …      each of the steps is shown for a while; style sheet only, no script
//! ```
//!
//! What shows no animations, or is asked not to, shows the nudge: it lies on top.

use super::is_printed;
use crate::frames::{COLOUR, after, checked};
use crate::transitions::{reply, settings, update};
use callset::app::App;
use callset::app::msg::{Code, DiskReply, Key, Msg};
use callset::model::{FieldId, Value};
use callset::ui;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;

/// Width and height of a cell in the picture.
const CELL: (usize, usize) = (9, 19);

/// Columns and rows of the terminal in the picture.
const SIZE: (u16, u16) = (80, 24);

/// The room of a step's words below the terminal.
const CAPTION: usize = 34;

/// How long a step is shown, in seconds.
const SHOWN: usize = 4;

/// The step that lies on top.
const STILL: usize = 1;

/// A step: what was pressed, what that does, and the screen after it.
struct Step {
    keys: &'static str,
    words: &'static str,
    screen: Terminal<TestBackend>,
}

#[test]
fn the_picture_is_the_program_at_work() {
    is_printed("assets/callset.svg", &svg(&steps()));
}

fn screen(app: &App) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
    terminal.draw(|frame| ui::draw(app, COLOUR, frame)).unwrap();
    terminal
}

/// A width is nudged and saved; the history has what it was.
fn steps() -> [Step; 4] {
    let mut app = after("");
    app.target.sandbox = true;
    let press = |app: &mut App, keys: &[Key]| {
        for key in keys {
            update(app, Msg::Key(*key));
        }
    };
    let ten_more = Key { shift: true, ..Key::plain(Code::Right) };
    while app.focused().id != FieldId::settings("width") {
        press(&mut app, &[Key::plain(Code::Tab)]);
    }
    let look = screen(&app);
    press(&mut app, &[ten_more, ten_more]);
    let nudge = screen(&app);
    press(&mut app, &[Key::ctrl('s')]);
    checked(&mut app, settings());
    let mut now = settings();
    now.set("width", Value::Integer(420));
    now.set("updatedAt", Value::Text("2026-09-22T12:04:31.000Z".to_owned()));
    update(&mut app, reply(3, Ok(now)));
    let save = screen(&app);
    press(&mut app, &[Key::ctrl('g')]);
    update(&mut app, Msg::Disk(DiskReply::History(Ok(vec![]))));
    let history = screen(&app);
    let step = |keys, words, screen| Step { keys, words, screen };
    [
        step("Tab", "to the width. The window is drawn to scale.", look),
        step("Shift-→ Shift-→", "nudge it. The next PATCH is shown, byte for byte.", nudge),
        step("Ctrl-S", "save. What you see now is the server's answer.", save),
        step("Ctrl-G", "what it was before. Enter puts it back, as an edit.", history),
    ]
}

/// The steps, the still one last and so on top.
fn svg(steps: &[Step]) -> String {
    let (width, height) = (usize::from(SIZE.0) * CELL.0 + 20, usize::from(SIZE.1) * CELL.1 + 20 + CAPTION);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>callset in a terminal: a width is nudged, saved, and found in the history</title>\n\
         <style>\n\
         @keyframes turn {{ 0% {{ visibility: visible }} {}% {{ visibility: hidden }} }}\n",
        100 / steps.len()
    );
    let whole = SHOWN * steps.len();
    for at in 0..steps.len() {
        let _ =
            writeln!(out, "#step{at} {{ animation: turn {whole}s {}s step-end infinite }}", signed(at * SHOWN, whole));
    }
    out.push_str("@media (prefers-reduced-motion: reduce) { g { animation: none !important } }\n</style>\n");
    let order = (0..steps.len()).filter(|at| *at != STILL).chain([STILL]);
    for at in order {
        let step = &steps[at];
        let _ = write!(
            out,
            "<g id=\"step{at}\" font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"15\" \
             fill=\"#d7dae0\" xml:space=\"preserve\">\n\
             <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#16181d\"/>\n"
        );
        cells(&mut out, &step.screen);
        caption(&mut out, step, (at, steps.len()), height);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// When a step's turn begins, said so that at the start each is where it belongs.
fn signed(begins: usize, whole: usize) -> String {
    if begins == 0 { "0".to_owned() } else { format!("-{}", whole - begins) }
}

fn caption(out: &mut String, step: &Step, (at, all): (usize, usize), height: usize) {
    let top = height - CAPTION;
    let _ = writeln!(out, "<rect x=\"10\" y=\"{top}\" width=\"720\" height=\"1\" fill=\"#3b4048\"/>");
    let mut left = 10;
    for step_at in 0..all {
        let fill = if step_at == at { "#d7dae0" } else { "#3b4048" };
        let _ = writeln!(out, "<rect x=\"{left}\" y=\"{}\" width=\"8\" height=\"8\" fill=\"{fill}\"/>", top + 13);
        left += 14;
    }
    left += 13;
    words(out, step.keys, (left, top + 22), " fill=\"#56b6c2\" font-weight=\"bold\"");
    words(out, step.words, (left + (step.keys.chars().count() + 2) * CELL.0, top + 22), "");
}

/// The cells: a run of one look is one text, stretched to its cells whatever font shows it.
fn cells(out: &mut String, terminal: &Terminal<TestBackend>) {
    let buffer = terminal.backend().buffer();
    let columns = usize::from(buffer.area.width);
    for (y, row) in buffer.content.chunks(columns).enumerate() {
        let mut x = 0;
        while x < columns {
            let same = |cell: &Cell| (cell.fg, cell.modifier) == (row[x].fg, row[x].modifier);
            let len = row[x..].iter().take_while(|cell| same(cell)).count();
            let text: String = row[x..x + len].iter().map(Cell::symbol).collect();
            run(out, &row[x], (x, y), len, &text);
            x += len;
        }
    }
}

fn run(out: &mut String, look: &Cell, (x, y): (usize, usize), len: usize, text: &str) {
    let reversed = look.modifier.contains(Modifier::REVERSED);
    let (left, top) = (10 + x * CELL.0, 10 + y * CELL.1);
    if reversed {
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"#d7dae0\"/>",
            len * CELL.0,
            CELL.1
        );
    }
    let fill = match look.fg {
        _ if reversed => " fill=\"#16181d\"",
        Color::Cyan => " fill=\"#56b6c2\"",
        Color::Yellow => " fill=\"#e5c07b\"",
        Color::Red => " fill=\"#e06c75\"",
        Color::Green => " fill=\"#98c379\"",
        _ if look.modifier.contains(Modifier::DIM) => " fill=\"#7f848e\"",
        _ => "",
    };
    let weight = if look.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    // Words that stand apart are placed apart: fonts do not agree on the width of a space.
    let mut at = 0;
    for part in text.split("  ") {
        let indent = part.len() - part.trim_start().len();
        words(out, part.trim(), (left + (at + indent) * CELL.0, top + 14), &format!("{fill}{weight}"));
        at += part.chars().count() + 2;
    }
}

fn words(out: &mut String, words: &str, (x, y): (usize, usize), look: &str) {
    if !words.is_empty() {
        let escaped = words.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"{look}>{escaped}</text>",
            words.chars().count() * CELL.0
        );
    }
}
