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

use super::Side;
use super::msg::Key;
use super::reuse::Reuse;
use crate::model::Resource;
use std::fmt::Write as _;
use tui_input::InputRequest;

pub use key::NoSuchKey;
pub use scope::Scope;
pub use table::BINDINGS;

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
    /// Count the number up or down; take the next or the previous of a few choices.
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
    /// Leave, and find the edits again at the next start.
    QuitKeeping,
    /// Leave without saving.
    QuitDiscarding,
    /// Show the saves that were made.
    History,
    /// Enter the old values of a save.
    PutBack,
    /// Show the requests of this run.
    Log,
    /// Give a new token.
    Token,
    /// Look for changes of others while nobody asks, or no longer.
    Watch,
    /// Ask again about edits of earlier runs.
    Leftovers,
    /// Enter the edits of an earlier run.
    Restore,
    /// Show them.
    Show,
    /// Leave them where they are.
    PutOff,
    /// Leave those of all earlier runs where they are.
    PutOffAll,
    /// Put them into the trash.
    DiscardLeftover,
    /// Choose a value for the conflict in focus.
    Side(Side),
    /// Choose a side for all conflicts.
    AllSides(Side),
    /// Back to the form, on the conflict in focus.
    EditConflict,
    /// Enter a first value for each field of a resource that the server does not have.
    SetUp,
    /// Delete a resource, after the app's id was typed.
    Delete(Resource),
    /// Choose a profile.
    Profiles,
    /// Let a read-only profile save in this run.
    Unlock,
    /// Send the credential to a host it was not stored for.
    Trust,
    /// Go on with the demo, from the first start.
    Demo,
    /// Something about values from elsewhere.
    Reuse(Reuse),
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
    let mut scope = Some(scope);
    while let Some(here) = scope {
        if let Some(found) = BINDINGS.iter().find(|b| b.scope == here && b.keys.contains(&key)) {
            return Some(found);
        }
        scope = here.outer();
    }
    // A screen that others have written on is drawn again wherever one is.
    BINDINGS.iter().find(|b| b.intent == Intent::Redraw && b.keys.contains(&key))
}

/// What a key means in a scope: its binding, or the character it types where one can type.
pub fn intent(scope: Scope, key: Key) -> Option<Intent> {
    binding(scope, key).map(|b| b.intent).or_else(|| key.typed().filter(|_| takes_text(scope)).map(Intent::Type))
}

/// Does this scope take typed text?
pub fn takes_text(scope: Scope) -> bool {
    use Scope::{AskedName, AskedText, Confirming, Naming, Number, Palette, Picking, Presets, Profiles, Recent, Text};
    let in_the_form = matches!(scope, Text | Number | Recent | AskedText | AskedName);
    in_the_form || matches!(scope, Palette | Confirming | Profiles | Picking | Presets | Naming)
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
        Hint { intent: binding.intent, key: binding.shown_key().unwrap_or_default(), word: binding.hint }
    })
}

/// The key that does this, for the one who is in a scope: the one that works in most places, else one of the form, else the one
/// of the palette that offers it by name.
pub fn key_for(scope: Scope, intent: Intent) -> String {
    let chain = |scope: Scope| std::iter::successors(Some(scope), |scope| scope.outer()).collect::<Vec<_>>();
    let outside_in = chain(scope).into_iter().rev().chain([Scope::Form]);
    let of = |intent: Intent| BINDINGS.iter().filter(move |binding| binding.intent == intent);
    let here = outside_in.flat_map(|scope| of(intent).filter(move |binding| binding.scope == scope));
    let is_anywhere = |binding: &&Binding| binding.scope == Scope::Form;
    let named = of(intent).filter(is_anywhere).flat_map(|_| of(Intent::Palette).filter(is_anywhere));
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
    let scopes = [
        Scope::Form,
        Scope::Text,
        Scope::Number,
        Scope::Switch,
        Scope::Letters,
        Scope::Closed,
        Scope::Pager,
        Scope::List,
        Scope::Palette,
        Scope::Quitting,
        Scope::Leaving,
        Scope::Restoring,
        Scope::Resolving,
        Scope::Token,
        Scope::History,
        Scope::Log,
        Scope::Recent,
        Scope::Presets,
        Scope::Naming,
        Scope::Profiles,
        Scope::Picking,
        Scope::Comparing,
        Scope::Confirming,
        Scope::Trusting,
        Scope::Asked,
        Scope::AskedText,
        Scope::AskedName,
        Scope::AskedSecret,
        Scope::AskedChoice,
        Scope::AskedReview,
    ];
    let lines = |scope: Scope| {
        let of_scope = BINDINGS.iter().filter(move |b| b.scope == scope && !b.keys.is_empty());
        of_scope.map(|b| (b.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(", "), b.words)).collect()
    };
    scopes.into_iter().map(|scope| (scope, lines(scope))).collect()
}
