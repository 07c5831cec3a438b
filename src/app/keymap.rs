//! The only place that knows keys. It maps a scope and a key to an intent, and holds the words for it.
//!
//! The footer, the help, the palette and the guide's table are printed from [`BINDINGS`]. On the form, letters act only
//! on rows where no text can be typed. What they do can be done with other keys as well. Letters are there because
//! terminals, multiplexers and editors keep some Ctrl- and F-keys for themselves.
//!
//! These keys are never bound, because terminals cannot tell them from the keys in brackets: Ctrl-I (Tab), Ctrl-M and
//! Ctrl-J (Enter), Ctrl-H (Backspace), Ctrl-[ (Esc).

mod key;
mod scope;
mod table;

use super::msg::{Code, Key};
use super::{Overlay, Side};
use crate::model::Resource;
use std::fmt::Write as _;
use tui_input::InputRequest;

pub use key::NoSuchKey;
pub use scope::Scope;
pub use table::BINDINGS;

/// What the user wants, whether a key, a click or the palette said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    // ── anywhere ──
    /// Open or close the help.
    Help,
    /// Quit.
    Quit,
    // ── in an overlay ──
    /// Move to another row, or scroll.
    Move(Motion),
    /// Take the row, or what was typed.
    Choose,
    /// Close the overlay; on the form restore the row, or cancel the request.
    Escape,
    // ── where text is typed ──
    /// Type this character.
    Type(char),
    /// Delete in the text, or move in it.
    Text(InputRequest),
    // ── on the form ──
    /// Go to the row below; from the last row to the first.
    Next,
    /// Go to the row above; from the first row to the last.
    Previous,
    /// Go one row down (1) or up (-1) by a letter. This stops before a row for text, because the next letter would be
    /// typed there.
    Step(isize),
    /// Go to the first row.
    First,
    /// Go to the last row.
    Last,
    /// Go this many pages down, or up if negative.
    Page(isize),
    /// Finish a text, flip a switch, or start a field that the server did not send.
    Enter,
    /// Flip the switch.
    Toggle,
    /// Change the number by this much. In the first start: take the next or the previous choice.
    Nudge(i32),
    /// Enter the next preset of sizes (1), or the one before (-1).
    StepPreset(isize),
    /// Undo the last step.
    Undo,
    /// Redo the step that was undone last.
    Redo,
    /// Give this field the server's value back.
    Reset,
    /// Give all fields the server's value back.
    ResetAll,
    // ── commands ──
    /// Save the dirty fields.
    Save,
    /// Read from the server, and keep the dirty fields.
    Reload,
    /// Open an overlay.
    Open(Overlay),
    /// Do something to a profile.
    Manage(ProfileAct),
    /// Enter first values for a resource that the server does not have.
    SetUp,
    /// Ask for the app's id, then delete a resource.
    Delete(Resource),
    /// Ask for the app's id, then allow a read-only profile to save in this run.
    Unlock,
    /// Look at the page behind the URL once more.
    CheckAgain,
    /// Copy the header to send instead.
    CopyHeader,
    /// Go to the row of a url, and list the tunnels of this machine.
    Tunnels,
    /// Switch the watch, which regularly looks for changes by others.
    Watch,
    /// Ask again about edits of earlier runs that the user put off.
    Leftovers,
    /// Switch mouse reporting on or off.
    Mouse,
    /// Open the row's address in a browser, or else that of the settings.
    Browse,
    /// Draw the screen again.
    Redraw,
    /// Draw with colour, without colour, or in ASCII: the next of these.
    ChangeLooks,
    /// Open the page of the preview in a browser once more.
    OpenPreview,
    /// Stop the preview in a browser.
    StopPreview,
    /// Give the terminal to the user's own editor, with all settings as a file.
    EditAll,
    /// Give the terminal to the shell.
    Suspend,
    // ── in one place only ──
    /// The answer to a question.
    Decide(Decision),
    /// Choose a side for the selected conflict.
    Side(Side),
    /// Choose a side for all conflicts.
    AllSides(Side),
    /// Go back to the form, to the row of the selected conflict.
    EditConflict,
    /// Choose the selected field of the comparison, or undo the choice.
    Mark,
    /// Choose all fields that can be copied. If all are chosen already, choose none.
    MarkAll,
    /// Show the fields that are equal, or hide them.
    ShowEqual,
    /// Answer yes or no.
    Answer(bool),
    /// Go back to the question that the test of a profile is about.
    Mend,
    /// Leave the first start for the demo.
    Demo,
}

/// What is done to a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileAct {
    /// Set another one up.
    New,
    /// Change it.
    Edit,
    /// Set up another one that is like it.
    Copy,
    /// Give it another name.
    Rename,
    /// Read its settings with its credential.
    Test,
    /// Start with it if none is named.
    MakeDefault,
    /// Remove it.
    Remove,
}

impl Intent {
    /// Does it only type, delete in a text, move, or change the value of the row in focus?
    pub fn is_text_or_move(self) -> bool {
        use Intent::{First, Last, Move, Next, Nudge, Page, Previous, Step, Text, Toggle, Type};
        matches!(
            self,
            Type(_) | Text(_) | Move(_) | Next | Previous | Step(_) | First | Last | Page(_) | Nudge(_) | Toggle
        )
    }
}

impl Intent {
    /// Is it about keys, or about what is drawn? It means nothing in a dialogue of lines.
    pub fn is_of_screen(self) -> bool {
        use Intent::{ChangeLooks, Enter, Help, Mouse, Open, Redraw, Suspend};
        self.is_text_or_move()
            || matches!(
                self,
                Enter | ChangeLooks | Help | Mouse | Redraw | Suspend | Open(Overlay::Palette | Overlay::Help)
            )
    }
}

/// A movement in a list or in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One row or line down (1) or up (-1). In a list the last row is followed by the first.
    Step(i32),
    /// This many rows or lines for a turn of the wheel. It stops at the ends.
    Wheel(i32),
    /// This many pages.
    Page(i32),
    /// To the start.
    First,
    /// To the end.
    Last,
    /// This many lines in the details of the selected row.
    Detail(i32),
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Save, then quit.
    QuitSaving,
    /// Quit, and keep the edits on disk for the next start.
    QuitKeeping,
    /// Quit, and put the edits into the trash.
    QuitDiscarding,
    /// Restore the edits of an earlier run.
    Restore,
    /// Show the edits of an earlier run, or hide them.
    Show,
    /// Leave them on disk for later.
    PutOff,
    /// Leave the edits of all earlier runs on disk for later.
    PutOffAll,
    /// Put the edits of an earlier run into the trash.
    Discard,
    /// Remove a profile.
    Remove,
    /// Move all urls that are at the same place to the tunnel.
    MoveAll,
    /// Move the url of the row in focus only.
    MoveOne,
    /// Allow the credential to be sent to a host that it was not stored for.
    Trust,
}

/// A row of the table of keys.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The place where the keys act.
    pub scope: Scope,
    /// The keys, each of which does the same. Empty if only the palette offers the action.
    pub keys: &'static [Key],
    /// What the keys do.
    pub intent: Intent,
    /// The words for help, palette and guide.
    pub words: &'static str,
    /// The short word for the footer. If it is empty, the footer does not show the keys.
    pub hint: &'static str,
}

impl Binding {
    /// The key as the footer shows it. For counting, and for choosing a side, both arrows are shown. `None` if only the
    /// palette offers the action.
    fn shown_key(&self) -> Option<String> {
        let first = self.keys.first()?;
        Some(match self.intent {
            Intent::Nudge(_) if self.scope == Scope::AskedChoice => "↑↓".to_owned(),
            Intent::Nudge(_) | Intent::Side(_) => "←→".to_owned(),
            _ => first.short(),
        })
    }

    /// The key as a sentence names it. A letter that declines is named together with the key that declines everywhere.
    fn told_key(&self) -> Option<String> {
        match (self.intent, self.keys) {
            (Intent::Escape, [letter, other, ..]) if letter.typed().is_some() => {
                Some(format!("{} or {}", letter.short(), other.short()))
            }
            _ => self.shown_key(),
        }
    }
}

/// The binding of a key. The scope itself is searched first, then the scopes that it inherits from.
pub fn binding(scope: Scope, key: Key) -> Option<&'static Binding> {
    // Few rows have the key. Of those the one of the nearest scope counts, and of one scope the first.
    let distance = |binding: &Binding| {
        // The screen can be drawn again in every place, because other programs may write on it at any time.
        let anywhere = (binding.intent == Intent::Redraw).then_some(usize::MAX);
        scope.chain().position(|scope| scope == binding.scope).or(anywhere)
    };
    let bound = BINDINGS.iter().filter(|binding| binding.keys.contains(&key));
    let near = bound.filter_map(|binding| Some((distance(binding)?, binding)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, binding)| binding)
}

/// The key that acts in a scope and has this name on the screen.
pub fn shown(scope: Scope, name: &str) -> Option<Key> {
    let bound = |scope: Scope| BINDINGS.iter().filter(move |binding| binding.scope == scope);
    let mut keys = scope.chain().flat_map(bound).flat_map(|binding| binding.keys);
    keys.find(|key| key.short() == name).copied()
}

/// What a key means in a scope. It is the binding of the key, or the character that the key types if the scope takes
/// text. The key that opens an overlay from the form closes the overlay as well.
pub fn intent(scope: Scope, key: Key) -> Option<Intent> {
    // No character is bound where text is typed.
    if let Some(typed) = key.typed().filter(|_| takes_text(scope)) {
        return Some(Intent::Type(typed));
    }
    if let Scope::In(overlay) = scope {
        let is_own = BINDINGS.iter().any(|b| b.scope == scope && b.keys.contains(&key));
        let opens = |b: &Binding| matches!(b.scope, Scope::Form | Scope::Text) && b.intent == Intent::Open(overlay);
        if !is_own && BINDINGS.iter().any(|b| opens(b) && b.keys.contains(&key)) {
            return Some(Intent::Escape);
        }
    }
    binding(scope, key).map(|binding| binding.intent)
}

/// Does this key answer what is asked in this scope: a question, the review of a save, or that of the first start? Esc and
/// the keys that quit or move do not; nor does what saves everywhere.
pub fn answers(scope: Scope, key: Key) -> bool {
    match intent(scope, key) {
        Some(Intent::Decide(decision)) => decision != Decision::Show && key.code != Code::Esc,
        Some(Intent::Escape) => key.code != Code::Esc,
        Some(Intent::Choose | Intent::Reload) => scope == Scope::AskedReview,
        Some(Intent::Save) => scope == Scope::In(Overlay::Review) && key.code == Code::Enter,
        Some(_) | None => false,
    }
}

/// Does this scope take typed text?
pub fn takes_text(scope: Scope) -> bool {
    scope.chain().any(|scope| scope == Scope::Line)
}

/// A hint of the footer. A click on the hint presses its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The place where the key acts.
    pub scope: Scope,
    /// What the key does.
    pub intent: Intent,
    /// The key that a click presses.
    pub press: Key,
    /// The name of the key to show. For counting, and for choosing a side, both arrows are shown.
    pub key: String,
    /// The word for the action.
    pub word: &'static str,
}

/// The footer's hints. The hints of the place itself come first, then those of the scopes that it inherits from, each
/// in the order of the table.
pub fn hints(scope: Scope) -> impl Iterator<Item = Hint> {
    let shown = |b: &&Binding| !b.hint.is_empty();
    let all = scope.chain().flat_map(move |of| BINDINGS.iter().filter(move |b| b.scope == of).filter(shown));
    // An inherited hint is left out if the key does something else in this place.
    let is_so =
        move |binding: &&Binding| self::binding(scope, binding.keys[0]).is_some_and(|b| b.scope == binding.scope);
    all.filter(is_so).map(|binding| Hint {
        scope: binding.scope,
        intent: binding.intent,
        press: binding.keys[0],
        key: binding.shown_key().unwrap_or_default(),
        word: binding.hint,
    })
}

/// The key for an intent, as a sentence in this scope names it. A key of the overlay itself comes first, then the
/// inherited key that works in the most places, then a key of the form. An action that only the palette offers is named
/// by the key of the palette.
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

/// The table of keys by scope, for the help, as pairs of keys and words. Actions that only the palette offers are left
/// out.
pub fn sections() -> Vec<(Scope, Vec<(String, &'static str)>)> {
    let scopes = Scope::PLACES.into_iter().chain(Overlay::ALL.map(Scope::In)).chain(Scope::FIRST_START);
    let lines = |scope: Scope| {
        let of_scope = BINDINGS.iter().filter(move |b| b.scope == scope && !b.keys.is_empty());
        of_scope.map(|b| (b.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(", "), b.words)).collect()
    };
    scopes.map(|scope| (scope, lines(scope))).filter(|(_, lines): &(_, Vec<_>)| !lines.is_empty()).collect()
}
