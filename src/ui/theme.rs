//! The only colours, and what happens to them: none with `NO_COLOR`, none of the drawing characters with `--ascii`.
//!
//! Only the 16 ANSI names over the terminal's own foreground and background, so light and dark terminals both stay legible.
//! Colour repeats what a glyph and a word say; it never says anything alone. Without colour no style holds one at all,
//! because a terminal library that strips colours may strip bold and reverse with them.

use crate::model::profile::Tint;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

/// How things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Use colours.
    pub colour: bool,
    /// Use nothing but ASCII.
    pub ascii: bool,
}

/// What a piece of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Plain,
    /// Decoration: rules, units, old values. Never the only carrier of a fact.
    Quiet,
    /// Headings.
    Strong,
    /// The gutter of the row in focus.
    Focus,
    /// What is selected: an entry, a switch in focus, a value that typing replaces.
    Selected,
    /// The text being typed in.
    Typing,
    /// Unsaved.
    Dirty,
    /// Stops a save, or failed.
    Error,
    /// Odd.
    Warning,
    /// Confirmed by the server.
    Good,
    /// The name of a profile, in the colour that it was given.
    Of(Tint),
    /// A visible mark for a character that has no looks of its own.
    Mark,
}

impl Theme {
    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let (colour, modifier) = match role {
            Role::Plain => (None, Modifier::empty()),
            Role::Quiet => (None, Modifier::DIM),
            Role::Strong => (None, Modifier::BOLD),
            Role::Focus => (Some(Color::Cyan), Modifier::BOLD),
            Role::Selected => (None, Modifier::REVERSED),
            Role::Typing => (None, Modifier::UNDERLINED),
            Role::Dirty | Role::Warning => (Some(Color::Yellow), Modifier::empty()),
            Role::Error => (Some(Color::Red), Modifier::BOLD),
            Role::Good => (Some(Color::Green), Modifier::empty()),
            Role::Of(mark) => (Some(colour_of(mark)), Modifier::BOLD),
            Role::Mark => (Some(Color::Magenta), Modifier::empty()),
        };
        let style = Style::new().add_modifier(modifier);
        match colour {
            Some(colour) if self.colour => style.fg(colour),
            _ => style,
        }
    }

    /// The last step of a frame: without Unicode, our own signs become their ASCII kin and foreign text question marks.
    pub fn finish(self, buffer: &mut Buffer) {
        if self.ascii {
            for cell in &mut buffer.content {
                if !cell.symbol().is_ascii() {
                    let kin = cell.symbol().chars().next().map_or(' ', ascii);
                    cell.set_char(kin);
                }
            }
        }
    }

    /// The turning sign after `steps` quarters of a second.
    pub fn spinner(self, steps: u128) -> &'static str {
        let frames = if self.ascii { ["|", "/", "-", "\\"] } else { ["◐", "◓", "◑", "◒"] };
        frames[(steps % 4) as usize]
    }
}

fn colour_of(mark: Tint) -> Color {
    match mark {
        Tint::Red => Color::Red,
        Tint::Green => Color::Green,
        Tint::Yellow => Color::Yellow,
        Tint::Blue => Color::Blue,
        Tint::Magenta => Color::Magenta,
        Tint::Cyan => Color::Cyan,
    }
}

/// Is it one of the signs we draw with? Each is a cell wide and stands for itself.
pub(super) fn is_own_sign(c: char) -> bool {
    !c.is_ascii() && ascii(c) != '?'
}

fn ascii(c: char) -> char {
    match c {
        '─' | '–' | '━' => '-',
        '│' | '├' | '┤' => '|',
        '┌' | '┐' | '└' | '┘' | '±' => '+',
        '┆' | '┄' => ':',
        '▌' | '→' | '⟩' => '>',
        '←' | '⟨' => '<',
        '↑' | '▲' | '␀'..='␡' => '^',
        '↓' => 'v',
        '●' | '•' => '*',
        '≠' => '#',
        '×' | '✗' => 'x',
        '·' => '.',
        '…' => '~',
        _ => '?',
    }
}
