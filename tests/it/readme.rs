//! README.md says what the program says: its tables and its picture are printed from the code.
//!
//! `CALLSET_PRINT=1 cargo test readme` writes them anew; without that, any difference fails.

use crate::frames::{COLOUR, after};
use callset::app::keymap;
use callset::cli::Cli;
use callset::model::{Kind, Resource};
use callset::store::config;
use callset::ui;
use clap::CommandFactory;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Compares a file with what it should be, or writes it when asked to.
pub(crate) fn is_printed(name: &str, printed: &str) {
    if std::env::var_os("CALLSET_PRINT").is_some() {
        std::fs::write(file(name), printed).unwrap();
    }
    let found = std::fs::read_to_string(file(name)).unwrap();
    assert!(found == printed, "{name} is not what the program prints: run CALLSET_PRINT=1 cargo test readme");
}

/// Replaces what stands between a block's comment and the next `end` comment.
fn replaced(text: &str, block: &str, with: &str) -> String {
    let start = format!("<!-- {block}: printed from the program -->\n");
    let (before, rest) = text.split_once(&start).unwrap_or_else(|| panic!("README.md has no block {block}"));
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    format!("{before}{start}{with}<!-- end -->{after}")
}

fn options() -> String {
    let mut table = String::from("| option | variable | what |\n|---|---|---|\n");
    let command = Cli::command();
    for option in command.get_arguments().filter(|option| !option.is_hide_set()) {
        let Some(long) = option.get_long() else { continue };
        let value = match option.get_value_names() {
            Some(names) if option.get_action().takes_values() => format!(" {}", names[0]),
            _ => String::new(),
        };
        let variable = option.get_env().map_or(String::new(), |name| format!("`{}`", name.to_string_lossy()));
        let default: Vec<_> = option.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = match default.first() {
            Some(default) if option.get_action().takes_values() => format!(" Default: `{default}`."),
            _ => String::new(),
        };
        let help = option.get_help().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(table, "| `--{long}{value}` | {variable} | {}.{default} |", help.trim_end_matches('.'));
    }
    let _ = writeln!(table, "| | `HUBSPOT_ACCESS_TOKEN` | The access token. There is no option for it. |");
    table
}

fn fields() -> String {
    let mut table = String::from("| row | JSON key | type | what it does |\n|---|---|---|---|\n");
    for field in Resource::ALL.iter().flat_map(|resource| resource.fields()) {
        let kind = match field.kind {
            Kind::Text => "text",
            Kind::Url => "URL",
            Kind::Integer => "int32, px",
            Kind::Switch => "switch",
            Kind::Time => "time",
            Kind::Json => "JSON",
        };
        let _ = writeln!(table, "| {} | `{}` | {kind} | {} |", field.label, field.id.key, field.help);
    }
    table
}

#[test]
fn the_tables_are_those_of_the_program() {
    let text = std::fs::read_to_string(file("README.md")).unwrap();
    let text = replaced(&text, "options", &options());
    let text = replaced(&text, "fields", &fields());
    let text = replaced(&text, "config", &config::markdown());
    is_printed("README.md", &replaced(&text, "keys", &keymap::markdown()));
}

#[test]
fn the_two_commands_are_named() {
    let text = std::fs::read_to_string(file("README.md")).unwrap();
    assert!(text.contains("\n$ cargo run --release -- --demo\n$ cargo test\n"));
}

#[test]
fn the_picture_is_a_frame_of_the_program() {
    let mut app = after("tab tab right right right right right tab tab tab space up up up");
    app.target.sandbox = true;
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| ui::draw(&app, COLOUR, frame)).unwrap();
    is_printed("assets/callset.svg", &svg(&terminal));
}

/// Width and height of a cell in the picture.
const CELL: (usize, usize) = (9, 19);

/// The cells as SVG: a run of one look is one text, stretched to its cells whatever font shows it.
fn svg(terminal: &Terminal<TestBackend>) -> String {
    let buffer = terminal.backend().buffer();
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 20, rows * CELL.1 + 20);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>callset in a terminal of 80 by 24 cells</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#16181d\"/>\n\
         <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"15\" fill=\"#d7dae0\" \
         xml:space=\"preserve\">\n"
    );
    for (y, row) in buffer.content.chunks(columns).enumerate() {
        let mut x = 0;
        while x < columns {
            let same = |cell: &Cell| (cell.fg, cell.modifier) == (row[x].fg, row[x].modifier);
            let len = row[x..].iter().take_while(|cell| same(cell)).count();
            let text: String = row[x..x + len].iter().map(Cell::symbol).collect();
            run(&mut out, &row[x], (x, y), len, &text);
            x += len;
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
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
        let words = part.trim();
        if !words.is_empty() {
            let escaped = words.replace('&', "&amp;").replace('<', "&lt;");
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"{fill}{weight}>{escaped}</text>",
                left + (at + indent) * CELL.0,
                top + 14,
                words.chars().count() * CELL.0
            );
        }
        at += part.chars().count() + 2;
    }
}
