//! The only place that knows keys: (scope, key) -> intent, with the words for it.
//!
//! The footer, the help, the palette and the guide's table are printed from [`BINDINGS`]. A form is for typing, so letters
//! act only where there is nothing to type, and never alone: each of their actions has a Ctrl- or F-key as well, because
//! terminals, multiplexers and editors keep some of those for themselves.
//!
//! Never bound, because terminals can not tell them apart: Ctrl-I (Tab), Ctrl-M and Ctrl-J (Enter), Ctrl-H (Backspace),
//! Ctrl-[ (Esc).

mod key;
mod scope;
mod table;

use super::msg::Key;
use super::{Overlay, Side};
use crate::model::Resource;
use std::fmt::Write as _;
use tui_input::InputRequest;

pub use key::NoSuchKey;
pub use scope::Scope;
pub use table::BINDINGS;

/// What the user wants, however it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    // ── anywhere ──
    /// Show the keys of this place, or no longer.
    Help,
    /// Leave.
    Quit,
    // ── in what opens over the form ──
    /// Another row or line.
    Move(Motion),
    /// Take the row, or what was typed.
    Choose,
    /// Close what is open; on the form: undo the edit of this row, or cancel the request.
    Escape,
    // ── where text is typed ──
    /// Type a character.
    Type(char),
    /// Edit or move in the text.
    Text(InputRequest),
    // ── on the form ──
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
    /// Count the number up or down; take the next or the previous of a few choices.
    Nudge(i32),
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Give this field the server's value back.
    Reset,
    /// Give all fields the server's value back.
    ResetAll,
    // ── commands ──
    /// PATCH the dirty fields.
    Save,
    /// GET, keeping the dirty fields.
    Reload,
    /// Open something over the form.
    Open(Overlay),
    /// Enter a first value for each field of a resource that the server does not have.
    SetUp,
    /// Delete a resource, after the app's id was typed.
    Delete(Resource),
    /// Let a read-only profile save in this run.
    Unlock,
    /// Look for changes of others while nobody asks, or no longer.
    Watch,
    /// Ask again about edits of earlier runs.
    Leftovers,
    /// Switch mouse reporting.
    Mouse,
    /// Draw the screen again.
    Redraw,
    /// Give the terminal to the shell.
    Suspend,
    // ── in one place alone ──
    /// The answer to a question.
    Decide(Decision),
    /// Choose a value for the conflict in focus.
    Side(Side),
    /// Choose a side for all conflicts.
    AllSides(Side),
    /// Back to the form, on the conflict in focus.
    EditConflict,
    /// Choose the field of the comparison, or no longer.
    Mark,
    /// Choose all fields that can be copied, or none.
    MarkAll,
    /// Show the fields that are equal, or hide them.
    ShowEqual,
    /// Go on with the demo, from the first start.
    Demo,
}

/// Where to, in a list or in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One row or line down (1) or up (-1); in a list from the last to the first.
    Step(i32),
    /// So many, and not beyond the ends, as the wheel turns.
    Wheel(i32),
    /// So many pages.
    Page(i32),
    /// To the start.
    First,
    /// To the end.
    Last,
    /// So many lines of what is told of the selected row.
    Detail(i32),
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Save, then leave.
    QuitSaving,
    /// Leave, and find the edits again at the next start.
    QuitKeeping,
    /// Leave without saving.
    QuitDiscarding,
    /// Enter the edits of an earlier run.
    Restore,
    /// Show them.
    Show,
    /// Leave them where they are.
    PutOff,
    /// Leave those of all earlier runs where they are.
    PutOffAll,
    /// Put them into the trash.
    Discard,
    /// Send the credential to a host it was not stored for.
    Trust,
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
    /// For help, palette and guide.
    pub words: &'static str,
    /// For the footer, where there is little room; empty to stay out of it.
    pub hint: &'static str,
}

impl Binding {
    /// Its key, as the footer shows it: both arrows for counting. `None` where only the palette offers it.
    fn shown_key(&self) -> Option<String> {
        let first = self.keys.first()?;
        Some(match self.intent {
            Intent::Nudge(_) | Intent::Side(_) => "←→".to_owned(),
            _ => first.short(),
        })
    }

    /// The same for a sentence: a letter that declines stands beside the key that does so everywhere.
    fn told_key(&self) -> Option<String> {
        match (self.intent, self.keys) {
            (Intent::Escape, [letter, other, ..]) if letter.typed().is_some() => {
                Some(format!("{} or {}", letter.short(), other.short()))
            }
            _ => self.shown_key(),
        }
    }
}

/// The binding of a key, looked for from the inside out.
pub fn binding(scope: Scope, key: Key) -> Option<&'static Binding> {
    let bound = |scope: Scope| BINDINGS.iter().find(move |b| b.scope == scope && b.keys.contains(&key));
    // A screen that others have written on is drawn again wherever one is.
    let redraw = || BINDINGS.iter().find(|b| b.intent == Intent::Redraw && b.keys.contains(&key));
    scope.chain().find_map(bound).or_else(redraw)
}

/// The key that acts in a scope and is shown by this name.
pub fn shown(scope: Scope, name: &str) -> Option<Key> {
    let bound = |scope: Scope| BINDINGS.iter().filter(move |binding| binding.scope == scope);
    let mut keys = scope.chain().flat_map(bound).flat_map(|binding| binding.keys);
    keys.find(|key| key.short() == name).copied()
}

/// What a key means in a scope: its binding, or the character it types where one can type. The key that opens an overlay from
/// the form closes it as well.
pub fn intent(scope: Scope, key: Key) -> Option<Intent> {
    if let Scope::In(overlay) = scope {
        let is_own = BINDINGS.iter().any(|b| b.scope == scope && b.keys.contains(&key));
        let opens = |b: &Binding| matches!(b.scope, Scope::Form | Scope::Text) && b.intent == Intent::Open(overlay);
        if !is_own && BINDINGS.iter().any(|b| opens(b) && b.keys.contains(&key)) {
            return Some(Intent::Escape);
        }
    }
    if let Some(binding) = binding(scope, key) {
        return Some(binding.intent);
    }
    key.typed().filter(|_| takes_text(scope)).map(Intent::Type)
}

/// Does this scope take typed text?
pub fn takes_text(scope: Scope) -> bool {
    scope.chain().any(|scope| scope == Scope::Line)
}

/// A hint of the footer. A click on it is the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What it is about.
    pub intent: Intent,
    /// The key that it stands for.
    pub press: Key,
    /// The key to show; both arrows for counting.
    pub key: String,
    /// The word for it.
    pub word: &'static str,
}

/// The footer's hints, those of the place first, then the most useful first.
pub fn hints(scope: Scope) -> impl Iterator<Item = Hint> {
    let shown = |b: &&Binding| !b.hint.is_empty();
    let all = scope.chain().flat_map(move |of| BINDINGS.iter().filter(move |b| b.scope == of).filter(shown));
    // What a place does otherwise is not offered.
    let is_so =
        move |binding: &&Binding| self::binding(scope, binding.keys[0]).is_some_and(|b| b.scope == binding.scope);
    all.filter(is_so).map(|binding| Hint {
        intent: binding.intent,
        press: binding.keys[0],
        key: binding.shown_key().unwrap_or_default(),
        word: binding.hint,
    })
}

/// The key that does this, for the one who is in a scope: one of the overlay alone, else the one that works in most places, else
/// one of the form, else the one of the palette that offers it by name.
pub fn key_for(scope: Scope, intent: Intent) -> String {
    let own = Some(scope).filter(|scope| matches!(scope, Scope::In(_)));
    let outside_in = scope.chain().collect::<Vec<_>>().into_iter().rev();
    let places = own.into_iter().chain(outside_in).chain([Scope::Form]);
    let of = |intent: Intent| BINDINGS.iter().filter(move |binding| binding.intent == intent);
    let here = places.flat_map(|scope| of(intent).filter(move |binding| binding.scope == scope));
    let is_anywhere = |binding: &&Binding| binding.scope == Scope::Form;
    let palette = Intent::Open(Overlay::Palette);
    let named = of(intent).filter(is_anywhere).flat_map(|_| of(palette).filter(is_anywhere));
    let mut keys = here.chain(named).chain(of(intent)).filter_map(Binding::told_key);
    keys.next().unwrap_or_default()
}

/// The table of keys as Markdown, for the guide.
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
    let scopes = Scope::PLACES.into_iter().chain(Overlay::ALL.map(Scope::In)).chain(Scope::FIRST_START);
    let lines = |scope: Scope| {
        let of_scope = BINDINGS.iter().filter(move |b| b.scope == scope && !b.keys.is_empty());
        of_scope.map(|b| (b.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(", "), b.words)).collect()
    };
    scopes.map(|scope| (scope, lines(scope))).filter(|(_, lines): &(_, Vec<_>)| !lines.is_empty()).collect()
}
