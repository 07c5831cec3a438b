//! The table itself: a line for each thing that keys do in a place.

use super::{Binding, Intent, Scope};
use crate::app::Side;
use crate::app::msg::{Code, Key};
use crate::model::Resource;

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

use Intent::Text;
use tui_input::InputRequest as Line;

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
    // ── a section that is not set up ──
    on(Scope::Closed, &[k(Code::Enter)], Intent::SetUp, "set up", "set it up, with a first value for each field"),
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
    on(Scope::Form, &[ctrl('g')], Intent::History, "history", "history of saves, and old values back"),
    on(Scope::Form, &[ctrl('t')], Intent::Profiles, "profile", "profiles: the apps that are set up"),
    on(Scope::Form, &[ctrl('l')], Intent::Log, "log", "request log of this run"),
    on(Scope::Form, &[ctrl('o')], Intent::Copy, "copy", "copy the value, PATCH body, curl, browser override, error"),
    on(Scope::Form, &[k(Code::Tab), k(Code::Down)], Intent::Next, "next", "next row, from the last to the first"),
    on(Scope::Form, &[k(Code::BackTab), k(Code::Up)], Intent::Previous, "", "previous row"),
    on(Scope::Form, &[Key::with_ctrl(Code::Home), k(Code::PageUp)], Intent::First, "", "first row"),
    on(Scope::Form, &[Key::with_ctrl(Code::End), k(Code::PageDown)], Intent::Last, "", "last row"),
    on(Scope::Form, &[k(Code::Enter)], Intent::Enter, "", "text: done, next row; switch: flip; not sent: start it"),
    on(Scope::Form, &[k(Code::Esc)], Intent::Escape, "", "this row as it was; then cancel a request"),
    on(Scope::Form, &[], Intent::Token, "", "give a new access token"),
    on(Scope::Form, &[], Intent::Watch, "", "watch for changes of others, on or off"),
    on(
        Scope::Form,
        &[],
        Intent::Delete(Resource::Settings),
        "",
        "delete the settings: no account can call with the app any more",
    ),
    on(Scope::Form, &[], Intent::Delete(Resource::ChannelConnection), "", "delete the channel connection"),
    on(Scope::Form, &[], Intent::Unlock, "", "unlock saving for this run, if the profile is read-only"),
    on(Scope::Form, &[], Intent::Leftovers, "", "unsaved edits of earlier runs"),
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
    on(
        Scope::Quitting,
        &[c('k')],
        Intent::QuitKeeping,
        "keep",
        "quit, and keep the edits as a draft for the next start",
    ),
    on(
        Scope::Quitting,
        &[c('d')],
        Intent::QuitDiscarding,
        "discard",
        "quit without saving; the draft goes into the trash",
    ),
    on(Scope::Quitting, &[c('n'), k(Code::Esc)], Intent::Escape, "stay", "stay"),
    on(Scope::Quitting, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit at once with exit code 130; the draft stays"),
    on(Scope::Leaving, &[c('s'), ctrl('s'), f(10)], Intent::QuitSaving, "finish", "see the save through, then quit"),
    on(
        Scope::Leaving,
        &[c('d'), c('k')],
        Intent::QuitDiscarding,
        "leave",
        "quit with exit code 130; the draft stays, and the next start looks what became of the save",
    ),
    on(Scope::Leaving, &[c('n'), k(Code::Esc)], Intent::Escape, "stay", "stay"),
    on(Scope::Leaving, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit likewise"),
    on(Scope::Restoring, &[c('r'), k(Code::Enter)], Intent::Restore, "restore", "enter them as unsaved edits"),
    on(Scope::Restoring, &[c('d'), ctrl('d')], Intent::Show, "show", "show them, or hide them again"),
    on(Scope::Restoring, &[c('l'), k(Code::Esc)], Intent::PutOff, "later", "later: ask again at the next start"),
    on(
        Scope::Restoring,
        &[c('x'), ctrl('x')],
        Intent::DiscardLeftover,
        "discard",
        "pressed twice, discard: into the trash for 30 days",
    ),
    on(Scope::Restoring, &[k(Code::Down), c('j')], Intent::Move(1), "", "a line down"),
    on(Scope::Restoring, &[k(Code::Up), c('k')], Intent::Move(-1), "", "a line up"),
    on(Scope::Restoring, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit; they stay"),
    on(Scope::Resolving, &[k(Code::Left)], Intent::Side(Side::Theirs), "choose", "the server's value"),
    on(Scope::Resolving, &[k(Code::Right)], Intent::Side(Side::Mine), "", "your value"),
    on(Scope::Resolving, &[k(Code::Down), k(Code::Tab), c('j')], Intent::Move(1), "", "next field"),
    on(Scope::Resolving, &[k(Code::Up), k(Code::BackTab), c('k')], Intent::Move(-1), "", "previous field"),
    on(Scope::Resolving, &[c('e'), ctrl('e')], Intent::EditConflict, "edit", "edit the field"),
    on(Scope::Resolving, &[c('M')], Intent::AllSides(Side::Mine), "all mine", "your values for all"),
    on(Scope::Resolving, &[c('T')], Intent::AllSides(Side::Theirs), "all theirs", "the server's values for all"),
    on(Scope::Resolving, &[k(Code::Enter), ctrl('s'), f(10)], Intent::Choose, "go on", "go on with the save"),
    on(Scope::Resolving, &[k(Code::Esc)], Intent::Escape, "keep editing", "keep editing; nothing is sent"),
    on(Scope::Resolving, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
    on(Scope::Token, &[k(Code::Enter)], Intent::Choose, "use it", "use what was typed or pasted"),
    on(Scope::Token, &[k(Code::Backspace)], Text(Line::DeletePrevChar), "", "delete to the left"),
    on(Scope::Token, &[ctrl('u')], Text(Line::DeleteFromStart), "clear", "clear"),
    on(Scope::Token, &[k(Code::Esc)], Intent::Escape, "back", "back to the form, without a new token"),
    on(Scope::Token, &[ctrl('c'), ctrl('q')], Intent::Quit, "quit", "quit"),
    on(Scope::History, &[k(Code::Down), c('j')], Intent::Move(1), "", "next save"),
    on(Scope::History, &[k(Code::Up), c('k')], Intent::Move(-1), "", "previous save"),
    on(
        Scope::History,
        &[k(Code::Enter), c('r')],
        Intent::PutBack,
        "put back",
        "put back: enter the old values as edits",
    ),
    on(Scope::History, &[k(Code::Esc), c('q'), ctrl('g')], Intent::Escape, "back", "back to the form"),
    on(Scope::History, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
    on(Scope::Log, &[k(Code::Down), c('j')], Intent::Move(1), "older", "an older request"),
    on(Scope::Log, &[k(Code::Up), c('k')], Intent::Move(-1), "newer", "a newer request"),
    on(Scope::Log, &[k(Code::PageDown), c(' ')], Intent::Move(10), "scroll", "ten lines down in the request"),
    on(Scope::Log, &[k(Code::PageUp)], Intent::Move(-10), "", "ten lines up"),
    on(Scope::Log, &[c('y'), ctrl('o')], Intent::Choose, "copy", "copy the request as curl"),
    on(Scope::Log, &[k(Code::Esc), c('q'), ctrl('l')], Intent::Escape, "back", "back to the form"),
    on(Scope::Log, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
    on(Scope::Confirming, &[k(Code::Enter)], Intent::Choose, "do it", "do it, once the id is there"),
    on(Scope::Confirming, &[k(Code::Down)], Intent::Move(1), "", "a line down"),
    on(Scope::Confirming, &[k(Code::Up)], Intent::Move(-1), "", "a line up"),
    on(Scope::Confirming, &[k(Code::Backspace)], Text(Line::DeletePrevChar), "", "delete to the left"),
    on(Scope::Confirming, &[ctrl('u')], Text(Line::DeleteFromStart), "", "clear"),
    on(Scope::Confirming, &[k(Code::Esc)], Intent::Escape, "back", "back to the form; nothing is sent"),
    on(Scope::Confirming, &[ctrl('c'), ctrl('q')], Intent::Quit, "quit", "quit"),
    on(Scope::Profiles, &[k(Code::Down), k(Code::Tab)], Intent::Move(1), "", "next profile"),
    on(Scope::Profiles, &[k(Code::Up), k(Code::BackTab)], Intent::Move(-1), "", "previous profile"),
    on(Scope::Profiles, &[k(Code::Enter)], Intent::Choose, "switch", "go on with the profile; edits stay as a draft"),
    on(Scope::Profiles, &[k(Code::Backspace)], Text(Line::DeletePrevChar), "", "delete to the left"),
    on(Scope::Profiles, &[ctrl('u')], Text(Line::DeleteFromStart), "", "clear the filter"),
    on(Scope::Profiles, &[k(Code::Esc), ctrl('t')], Intent::Escape, "back", "back to the form"),
    on(Scope::Profiles, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
    on(Scope::Trusting, &[c('y'), ctrl('y')], Intent::Trust, "send", "send it there, now and from now on"),
    on(Scope::Trusting, &[c('n'), k(Code::Enter), k(Code::Esc)], Intent::Escape, "do not", "do not send it"),
    on(Scope::Trusting, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit"),
];
