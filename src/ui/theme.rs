//! The only place that knows colours. `NO_COLOR` removes all colours, and `--ascii` replaces the drawing characters.
//!
//! Only the 16 ANSI colours are used, over the terminal's own foreground and background, so that light and dark
//! terminals both stay legible. Colour repeats what a glyph and a word say, and never says anything alone. Without
//! colour the styles themselves hold no colour. A terminal library that removes colours may remove bold and reverse
//! with them.

use crate::model::profile::Tint;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

/// The appearance of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Are colours used?
    pub colour: bool,
    /// Is only ASCII used?
    pub ascii: bool,
}

/// The meaning of a piece of the screen, which decides its style.
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
    /// An unsaved value.
    Dirty,
    /// An error, or something that stops a save.
    Error,
    /// A warning.
    Warning,
    /// Confirmed by the server.
    Good,
    /// The name of a profile, in the colour from the configuration.
    Of(Tint),
    /// A visible mark for an invisible character.
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

    /// The last step of a frame. With `--ascii`, callset's own signs become similar ASCII characters, and other text
    /// becomes question marks.
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

    /// The spinner's sign after `steps` quarters of a second.
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

/// Is this one of callset's own drawing signs? Each takes one cell and is drawn as it is.
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
