//! The only place that knows keys: (scope, key) -> intent, with the words for it.
//!
//! The footer, the help, the palette and the README's table are printed from [`BINDINGS`]. A form is for typing, so letters
//! act only where there is nothing to type, and never alone: each of their actions has a Ctrl- or F-key as well, because
//! terminals, multiplexers and editors keep some of those for themselves.
//!
//! Never bound, because terminals can not tell them apart: Ctrl-I (Tab), Ctrl-M and Ctrl-J (Enter), Ctrl-H (Backspace),
//! Ctrl-[ (Esc).

use super::msg::{Code, Key};
use crate::model::Kind;
use std::fmt::{self, Write as _};
use tui_input::InputRequest;

/// What the user wants, however it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The row below, from the last to the first.
    Next,
    /// The row above, from the first to the last.
    Previous,
    /// One row down (1) or up (-1), for letters: stops before a row that is typed in, where the next letter would be text.
    Step(isize),
    /// The first row.
    First,
    /// The last row.
    Last,
    /// Done with a text, flip a switch, start a field that was not sent.
    Enter,
    /// Flip the switch.
    Toggle,
    /// Set the switch.
    Switch(bool),
    /// Count the number up or down.
    Nudge(i32),
    /// Type a character.
    Type(char),
    /// Edit or move in the text.
    Text(InputRequest),
    /// Undo the edit of this row, cancel the request, close what is open.
    Escape,
    /// PATCH the dirty fields.
    Save,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Give this field the server's value back.
    Reset,
    /// Give all fields the server's value back.
    ResetAll,
    /// Show what a save would change.
    Review,
    /// GET, keeping the dirty fields.
    Reload,
    /// Choose something to copy.
    Copy,
    /// Choose an action by name.
    Palette,
    /// Show the keys.
    Help,
    /// Leave.
    Quit,
    /// Switch mouse reporting.
    Mouse,
    /// Draw the screen again.
    Redraw,
    /// Give the terminal to the shell.
    Suspend,
    /// One entry or line up or down, or a page.
    Move(i32),
    /// Take the entry.
    Choose,
    /// Save, then leave.
    QuitSaving,
    /// Leave without saving.
    QuitDiscarding,
}

/// Where a key means something. The scope of what has the keyboard is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A row with text.
    Text,
    /// A row with a number: as text, but for the arrows.
    Number,
    /// A row with a switch.
    Switch,
    /// A row without text, switch or read-only.
    Letters,
    /// Any row.
    Form,
    /// Help and review.
    Pager,
    /// The list of things to copy.
    List,
    /// The palette.
    Palette,
    /// The question before leaving.
    Quitting,
}

impl Scope {
    /// The scope of a row.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Url => Scope::Text,
            Kind::Integer => Scope::Number,
            Kind::Switch => Scope::Switch,
            Kind::Time | Kind::Json => Scope::Letters,
        }
    }

    /// The scope that is asked when this one does not know a key.
    fn outer(self) -> Option<Scope> {
        match self {
            Scope::Number => Some(Scope::Text),
            Scope::Switch => Some(Scope::Letters),
            Scope::Text | Scope::Letters => Some(Scope::Form),
            Scope::Form | Scope::Pager | Scope::List | Scope::Palette | Scope::Quitting => None,
        }
    }

    /// The words above its keys in the help.
    pub fn label(self) -> &'static str {
        match self {
            Scope::Text => "On a text or number",
            Scope::Number => "On a number",
            Scope::Switch => "On a switch",
            Scope::Letters => "On a row without text",
            Scope::Form => "Anywhere on the form",
            Scope::Pager => "In help and review",
            Scope::List => "In a list",
            Scope::Palette => "In the palette",
            Scope::Quitting => "When asked before leaving",
        }
    }
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// Any of these; none for what only the palette offers.
    pub keys: &'static [Key],
    /// What.
    pub intent: Intent,
    /// For help, palette and README.
    pub words: &'static str,
    /// For the footer, where there is little room; empty to stay out of it.
    pub hint: &'static str,
}

const fn on(scope: Scope, keys: &'static [Key], intent: Intent, hint: &'static str, words: &'static str) -> Binding {
    Binding { scope, keys, intent, words, hint }
}

const fn c(c: char) -> Key {
    Key::char(c)
}
const fn ctrl(c: char) -> Key {
    Key::ctrl(c)
}
const fn f(n: u8) -> Key {
    Key::plain(Code::F(n))
}
const fn k(code: Code) -> Key {
    Key::plain(code)
}

use InputRequest as Line;
use Intent::Text;

/// All keys. Within a scope the order is that of the footer and of the help.
pub const BINDINGS: &[Binding] = &[
    // ── a switch ──
    on(Scope::Switch, &[c(' '), c('x')], Intent::Toggle, "flip", "flip the switch"),
    on(Scope::Switch, &[c('y')], Intent::Switch(true), "", "switch on"),
    on(Scope::Switch, &[c('n')], Intent::Switch(false), "", "switch off"),
    // ── a row without text: letters for what Ctrl- and F-keys do everywhere ──
    on(Scope::Letters, &[c('j')], Intent::Step(1), "", "next row, but not into a text"),
    on(Scope::Letters, &[c('k')], Intent::Step(-1), "", "previous row, but not into a text"),
    on(Scope::Letters, &[c('u')], Intent::Undo, "", "undo"),
    on(Scope::Letters, &[c('U')], Intent::Redo, "", "redo"),
    on(Scope::Letters, &[c('z')], Intent::Reset, "", "reset: give this field the server's value"),
    on(Scope::Letters, &[c('d')], Intent::Review, "", "what a save would change"),
    on(Scope::Letters, &[c(':')], Intent::Palette, "", "all actions"),
    on(Scope::Letters, &[c('?')], Intent::Help, "", "help"),
    on(Scope::Letters, &[c('q')], Intent::Quit, "", "quit"),
    // ── a number ──
    on(Scope::Number, &[k(Code::Right)], Intent::Nudge(1), "±1", "one more"),
    on(Scope::Number, &[k(Code::Left)], Intent::Nudge(-1), "", "one less"),
    on(Scope::Number, &[Key::with_shift(Code::Right)], Intent::Nudge(10), "", "ten more"),
    on(Scope::Number, &[Key::with_shift(Code::Left)], Intent::Nudge(-10), "", "ten less"),
    // ── a text ──
    on(Scope::Text, &[k(Code::Left), ctrl('b')], Text(Line::GoToPrevChar), "", "left"),
    on(Scope::Text, &[k(Code::Right), ctrl('f')], Text(Line::GoToNextChar), "", "right"),
    on(Scope::Text, &[Key::with_ctrl(Code::Left), Key::alt('b')], Text(Line::GoToPrevWord), "", "a word left"),
    on(Scope::Text, &[Key::with_ctrl(Code::Right), Key::alt('f')], Text(Line::GoToNextWord), "", "a word right"),
    on(Scope::Text, &[k(Code::Home), ctrl('a')], Text(Line::GoToStart), "", "to the start"),
    on(Scope::Text, &[k(Code::End), ctrl('e')], Text(Line::GoToEnd), "", "to the end"),
    on(Scope::Text, &[k(Code::Backspace)], Text(Line::DeletePrevChar), "", "delete to the left"),
    on(Scope::Text, &[k(Code::Delete)], Text(Line::DeleteNextChar), "", "delete to the right"),
    on(Scope::Text, &[ctrl('w')], Text(Line::DeletePrevWord), "", "delete a word"),
    on(Scope::Text, &[ctrl('u')], Text(Line::DeleteFromStart), "", "delete to the start"),
    on(Scope::Text, &[ctrl('k')], Text(Line::DeleteTillEnd), "", "delete to the end"),
    // ── any row ──
    on(Scope::Form, &[ctrl('s'), f(10)], Intent::Save, "save", "save: PATCH the dirty fields, only those"),
    on(Scope::Form, &[ctrl('z')], Intent::Undo, "undo", "undo, over all rows; after a save: enter the old values"),
    on(Scope::Form, &[ctrl('y')], Intent::Redo, "", "redo"),
    on(Scope::Form, &[ctrl('x')], Intent::Reset, "reset", "reset: give this field the server's value"),
    on(Scope::Form, &[], Intent::ResetAll, "", "reset all: give all fields the server's values"),
    on(Scope::Form, &[ctrl('d')], Intent::Review, "diff", "what a save would change, and the whole request"),
    on(Scope::Form, &[ctrl('p'), f(2)], Intent::Palette, "actions", "all actions, by name"),
    on(Scope::Form, &[ctrl('c'), ctrl('q')], Intent::Quit, "quit", "quit; asks if something is unsaved"),
    on(Scope::Form, &[ctrl('r'), f(5)], Intent::Reload, "reload", "reload; dirty fields stay"),
    on(Scope::Form, &[ctrl('o')], Intent::Copy, "copy", "copy the value, PATCH body, curl, browser override, error"),
    on(Scope::Form, &[k(Code::Tab), k(Code::Down)], Intent::Next, "next", "next row, from the last to the first"),
    on(Scope::Form, &[k(Code::BackTab), k(Code::Up)], Intent::Previous, "", "previous row"),
    on(Scope::Form, &[Key::with_ctrl(Code::Home), k(Code::PageUp)], Intent::First, "", "first row"),
    on(Scope::Form, &[Key::with_ctrl(Code::End), k(Code::PageDown)], Intent::Last, "", "last row"),
    on(Scope::Form, &[k(Code::Enter)], Intent::Enter, "", "text: done, next row; switch: flip; not sent: start it"),
    on(Scope::Form, &[k(Code::Esc)], Intent::Escape, "", "this row as it was; then cancel a request"),
    on(Scope::Form, &[], Intent::Mouse, "", "mouse on or off"),
    on(Scope::Form, &[], Intent::Redraw, "", "redraw the screen"),
    on(Scope::Form, &[], Intent::Suspend, "", "suspend to the shell"),
    on(Scope::Form, &[f(1)], Intent::Help, "help", "help for this row, and all keys"),
    // ── what opens over the form ──
    on(Scope::Pager, &[k(Code::Down), c('j')], Intent::Move(1), "scroll", "a line down"),
    on(Scope::Pager, &[k(Code::Up), c('k')], Intent::Move(-1), "", "a line up"),
    on(Scope::Pager, &[k(Code::PageDown), c(' ')], Intent::Move(10), "", "ten lines down"),
    on(Scope::Pager, &[k(Code::PageUp)], Intent::Move(-10), "", "ten lines up"),
    on(Scope::Pager, &[ctrl('s'), f(10)], Intent::Save, "save", "save"),
    on(Scope::Pager, &[ctrl('o'), c('y')], Intent::Copy, "copy", "copy"),
    on(Scope::Pager, &[k(Code::Esc), c('q'), f(1), ctrl('d')], Intent::Escape, "back", "back to the form"),
    on(Scope::Pager, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
    on(Scope::List, &[k(Code::Down), k(Code::Tab), c('j')], Intent::Move(1), "", "next entry"),
    on(Scope::List, &[k(Code::Up), k(Code::BackTab), c('k')], Intent::Move(-1), "", "previous entry"),
    on(Scope::List, &[k(Code::Enter), c(' ')], Intent::Choose, "copy", "take the entry"),
    on(Scope::List, &[k(Code::Esc), c('q'), ctrl('o')], Intent::Escape, "back", "back to the form"),
    on(Scope::List, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
    on(Scope::Palette, &[k(Code::Down), k(Code::Tab)], Intent::Move(1), "", "next entry"),
    on(Scope::Palette, &[k(Code::Up), k(Code::BackTab)], Intent::Move(-1), "", "previous entry"),
    on(Scope::Palette, &[k(Code::Enter)], Intent::Choose, "do it", "do it"),
    on(Scope::Palette, &[k(Code::Backspace)], Text(Line::DeletePrevChar), "", "delete to the left"),
    on(Scope::Palette, &[ctrl('u')], Text(Line::DeleteFromStart), "", "clear the filter"),
    on(Scope::Palette, &[k(Code::Esc), ctrl('p'), f(2)], Intent::Escape, "back", "back to the form"),
    on(Scope::Palette, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
    on(Scope::Quitting, &[c('s'), ctrl('s'), f(10)], Intent::QuitSaving, "save", "save, then quit"),
    on(Scope::Quitting, &[c('d')], Intent::QuitDiscarding, "discard", "quit without saving"),
    on(Scope::Quitting, &[c('n'), k(Code::Esc)], Intent::Escape, "stay", "stay"),
    on(Scope::Quitting, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit without saving, with exit code 130"),
];

/// The binding of a key, looked for from the inside out.
pub fn binding(scope: Scope, key: Key) -> Option<&'static Binding> {
    let mut scope = Some(scope);
    while let Some(here) = scope {
        if let Some(found) = BINDINGS.iter().find(|b| b.scope == here && b.keys.contains(&key)) {
            return Some(found);
        }
        scope = here.outer();
    }
    None
}

/// What a key means in a scope: its binding, or the character it types where one can type.
pub fn intent(scope: Scope, key: Key) -> Option<Intent> {
    binding(scope, key).map(|b| b.intent).or_else(|| match scope {
        Scope::Text | Scope::Number | Scope::Palette => key.typed().map(Intent::Type),
        Scope::Switch | Scope::Letters | Scope::Form | Scope::Pager | Scope::List | Scope::Quitting => None,
    })
}

/// Does this scope take typed text?
pub fn takes_text(scope: Scope) -> bool {
    intent(scope, Key::char('a')) == Some(Intent::Type('a'))
}

/// A hint of the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What it is about.
    pub intent: Intent,
    /// The key to show; the first of the binding, or both arrows for counting.
    pub key: String,
    /// The word for it.
    pub word: &'static str,
}

/// The footer's hints, those of the row first, then the most useful first.
pub fn hints(scope: Scope) -> impl Iterator<Item = Hint> {
    let scopes = std::iter::successors(Some(scope), |scope| scope.outer());
    scopes.flat_map(|scope| BINDINGS.iter().filter(move |b| b.scope == scope && !b.hint.is_empty())).map(|binding| {
        Hint {
            intent: binding.intent,
            key: if matches!(binding.intent, Intent::Nudge(_)) { "←→".to_owned() } else { binding.keys[0].short() },
            word: binding.hint,
        }
    })
}

/// The table of keys as Markdown, for the README.
pub fn markdown() -> String {
    let mut table = String::from("| where | keys | what |\n|---|---|---|\n");
    for (scope, lines) in sections() {
        for (at, (keys, words)) in lines.iter().enumerate() {
            let place = if at == 0 { scope.label() } else { "" };
            let keys: Vec<String> = keys.split(", ").map(|key| format!("`{key}`")).collect();
            let _ = writeln!(table, "| {place} | {} | {words} |", keys.join(" "));
        }
    }
    table
}

/// The table of keys by scope, for the help: (keys, words). What only the palette offers is left out.
pub fn sections() -> Vec<(Scope, Vec<(String, &'static str)>)> {
    let scopes = [
        Scope::Form,
        Scope::Text,
        Scope::Number,
        Scope::Switch,
        Scope::Letters,
        Scope::Pager,
        Scope::List,
        Scope::Palette,
        Scope::Quitting,
    ];
    let lines = |scope: Scope| {
        let of_scope = BINDINGS.iter().filter(move |b| b.scope == scope && !b.keys.is_empty());
        of_scope.map(|b| (b.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(", "), b.words)).collect()
    };
    scopes.into_iter().map(|scope| (scope, lines(scope))).collect()
}

impl Key {
    /// For the footer: `^S`, `F1`, `Esc`.
    pub fn short(&self) -> String {
        match (self.ctrl, self.code) {
            (true, Code::Char(c)) => format!("^{}", c.to_ascii_uppercase()),
            _ => self.to_string(),
        }
    }
}

/// For help and README: `Ctrl-S`, `Shift-Tab`, `←`.
impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")];
        for (_, name) in held.into_iter().filter(|(is_held, _)| *is_held) {
            out.write_str(name)?;
        }
        match self.code {
            Code::Char(' ') => out.write_str("Space"),
            Code::Char(c) if self.ctrl || self.alt => write!(out, "{}", c.to_ascii_uppercase()),
            Code::Char(c) => write!(out, "{c}"),
            Code::F(n) => write!(out, "F{n}"),
            Code::BackTab => out.write_str("Shift-Tab"),
            Code::Left => out.write_str("←"),
            Code::Right => out.write_str("→"),
            Code::Up => out.write_str("↑"),
            Code::Down => out.write_str("↓"),
            Code::Enter | Code::Esc | Code::Tab | Code::Backspace | Code::Delete | Code::Home | Code::End => {
                write!(out, "{:?}", self.code)
            }
            Code::PageUp => out.write_str("PgUp"),
            Code::PageDown => out.write_str("PgDn"),
        }
    }
}
