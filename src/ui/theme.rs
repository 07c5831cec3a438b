//! The only place that knows colours. `NO_COLOR` removes all colours, and `--ascii` replaces the drawing characters.
//!
//! Words have the terminal's own colours, and are never dim, because nobody knows which colours can be read on the
//! user's background. Only signs and rules are coloured. They repeat what the words beside them say, and never say
//! anything alone. While the background is unknown, they have ANSI colours, which the user may have set. Once the
//! terminal has told its background, they have shades with enough contrast to it. Without colour the styles themselves
//! hold no colour. A terminal library that removes colours may remove bold and reverse with them.

use crate::model::profile::Tint;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthChar;

/// The colours of signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// No colours.
    Mono,
    /// The ANSI colours, for a background that is not known.
    Ansi,
    /// Shades for a dark background.
    OnDark,
    /// Shades for a light background.
    OnLight,
}

/// The appearance of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The colours of signs.
    pub palette: Palette,
    /// Is only ASCII used?
    pub ascii: bool,
    /// Does the terminal give characters of ambiguous width two cells, as terminals for Chinese, Japanese and Korean
    /// may do? Then callset's own signs are others.
    pub wide: bool,
}

/// The meaning of a piece of the screen, which decides its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Plain,
    /// Rules and drawings. Never text.
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
    /// A visible mark for an invisible character. It is reversed, and plain in reversed text.
    Mark,
}

/// How a cell looks: the colours of the foreground and the background, the attributes.
pub type CellStyle = (Color, Color, Modifier);

/// The look of an empty cell.
pub(super) const PLAIN: CellStyle = (Color::Reset, Color::Reset, Modifier::empty());

/// How an empty cell looks in a style.
pub(super) fn cell_style(style: Style) -> CellStyle {
    let Style { fg, bg, add_modifier, sub_modifier, .. } = style;
    (fg.unwrap_or_default(), bg.unwrap_or_default(), add_modifier - sub_modifier)
}

impl Palette {
    /// The palette for a background of this colour: red, green and blue from 0 to 255.
    #[must_use]
    pub fn on(self, background: [u8; 3]) -> Self {
        match self {
            Palette::Mono => Palette::Mono,
            // At this luminance black and white have the same contrast to the background.
            Palette::Ansi | Palette::OnDark | Palette::OnLight if luminance(background) > 0.179 => Palette::OnLight,
            Palette::Ansi | Palette::OnDark | Palette::OnLight => Palette::OnDark,
        }
    }

    fn colour(self, tint: Tint) -> Option<Color> {
        let [ansi, on_dark, on_light] = match tint {
            Tint::Red => [Color::Red, Color::Indexed(203), Color::Indexed(124)],
            Tint::Green => [Color::Green, Color::Indexed(77), Color::Indexed(22)],
            Tint::Yellow => [Color::Yellow, Color::Indexed(220), Color::Indexed(94)],
            Tint::Blue => [Color::Blue, Color::Indexed(75), Color::Indexed(25)],
            Tint::Magenta => [Color::Magenta, Color::Indexed(213), Color::Indexed(90)],
            Tint::Cyan => [Color::Cyan, Color::Indexed(80), Color::Indexed(23)],
        };
        match self {
            Palette::Mono => None,
            Palette::Ansi => Some(ansi),
            Palette::OnDark => Some(on_dark),
            Palette::OnLight => Some(on_light),
        }
    }
}

/// The relative luminance of a colour, from 0 to 1 (WCAG 2, "relative luminance"), within 0.002.
fn luminance(colour: [u8; 3]) -> f64 {
    // The curve as a polynomial: for its power alone another library would be loaded at each start.
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        part * (part * (part * 0.3053 + 0.6822) + 0.0125)
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

impl Theme {
    /// The style of words in a role.
    pub fn style(self, role: Role) -> Style {
        let modifier = match role {
            Role::Plain | Role::Dirty | Role::Warning | Role::Good => Modifier::empty(),
            Role::Quiet => Modifier::DIM,
            Role::Strong | Role::Focus | Role::Error | Role::Of(_) => Modifier::BOLD,
            Role::Selected | Role::Mark => Modifier::REVERSED,
            Role::Typing => Modifier::UNDERLINED,
        };
        Style::new().add_modifier(modifier)
    }

    /// The style of a sign or a rule in a role.
    pub fn sign(self, role: Role) -> Style {
        let tint = match role {
            Role::Plain | Role::Quiet | Role::Strong | Role::Selected | Role::Typing | Role::Mark => None,
            Role::Focus => Some(Tint::Cyan),
            Role::Dirty | Role::Warning => Some(Tint::Yellow),
            Role::Error => Some(Tint::Red),
            Role::Good => Some(Tint::Green),
            Role::Of(tint) => Some(tint),
        };
        let style = self.style(role);
        tint.and_then(|tint| self.palette.colour(tint)).map_or(style, |colour| style.fg(colour))
    }

    /// A text that stands outside of the frame, in the characters of the frame.
    pub fn text(self, text: &str) -> String {
        let shown = |c: char| if self.ascii && !c.is_ascii() { ascii(c) } else { c };
        text.chars().map(shown).collect()
    }

    /// The last step of a frame. With `--ascii`, callset's own signs become similar ASCII characters, and other text
    /// becomes question marks. Signs of ambiguous width become such characters where they would take two cells.
    pub fn finish(self, buffer: &mut Buffer) {
        if !self.has_other_signs() {
            return;
        }
        for cell in buffer.content.iter_mut().filter(|cell| !cell.symbol().is_ascii()) {
            let first = cell.symbol().chars().next().unwrap_or(' ');
            if self.replaces(first) {
                cell.set_char(ascii(first));
            }
        }
    }

    /// Do other characters stand on the screen in place of some?
    pub(super) fn has_other_signs(self) -> bool {
        self.ascii || self.wide
    }

    /// Does another character stand for what begins with this one, and is not ASCII?
    fn replaces(self, first: char) -> bool {
        self.ascii || self.wide && is_own_sign(first) && first.width_cjk() == Some(2)
    }

    /// The character that stands in a cell for one that takes one.
    pub(super) fn sign_for(self, c: char) -> char {
        if !c.is_ascii() && self.replaces(c) { ascii(c) } else { c }
    }

    /// The spinner's sign after `steps` quarters of a second.
    pub fn spinner(self, steps: u128) -> &'static str {
        let frames = if self.ascii || self.wide { ["|", "/", "-", "\\"] } else { ["◐", "◓", "◑", "◒"] };
        frames[(steps % 4) as usize]
    }
}

/// The sign at the start of a text and the words after it. A `!` is a sign only if a blank follows.
pub(super) fn with_sign(text: &str) -> (&str, &str) {
    let sign = text.chars().next().filter(|c| match c {
        '✗' | '●' | '▲' | '≠' | '■' => true,
        '!' => text.starts_with("! "),
        _ => false,
    });
    text.split_at(sign.map_or(0, char::len_utf8))
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
        '↑' | '␀'..='␡' => '^',
        '▲' => '!',
        '↓' => 'v',
        '●' | '•' => '*',
        '≠' | '■' => '#',
        '×' | '✗' => 'x',
        '·' => '.',
        '…' => '~',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::luminance;

    #[test]
    fn the_luminance_is_that_of_the_standard() {
        for part in 0..=255 {
            let of = f64::from(part) / 255.0;
            let exact = if of <= 0.040_45 { of / 12.92 } else { ((of + 0.055) / 1.055).powf(2.4) };
            assert!((luminance([part; 3]) - exact).abs() < 0.002, "{part}");
        }
    }
}
