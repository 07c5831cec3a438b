//! Decides about keys that come at once, which is faster than anyone presses them. Most likely they are a paste that
//! the terminal did not mark.
//!
//! | keys that come at once | taken as |
//! |---|---|
//! | one key, or one key held down; keys without a character | the keys |
//! | while typing: characters, and keys that move or delete | the keys, at once |
//! | elsewhere: two characters, or a few with keys that move or delete; a character behind a key that moves | [`Input::Several`] |
//! | elsewhere: three or more characters | [`Input::Typed`] |
//! | characters first, then also line ends and tabs | a paste |
//! | while typing: characters, then only commands | the text |
//! | anything else | [`Input::Refused`] |
//!
//! A command is a key that does more than type, move or delete: Enter, Ctrl-S, an F-key. As soon as a burst has a
//! character in it, no command of it acts, and the user is told. So a command waits until it is clear that no character
//! comes at once with it; F1 alone does not, because help changes nothing. Keys that come right behind a paste, marked or
//! not, belong to the paste, because its text may contain the end mark.

use super::Input;
use crate::app::msg::{Code, Key, PASTE_LIMIT};
use std::time::{Duration, Instant};

/// Keys that are no further apart than this came at once. A key that is held down repeats every 16 to 33 ms. The
/// characters of a paste over a serial line come every 1 to 8 ms.
pub(super) const AT_ONCE: Duration = Duration::from_millis(20);

/// A command that is held down repeats no faster than this. It then acts at once. On a serial line it might be a paste.
const REPEAT: Duration = Duration::from_millis(10);

/// Text that follows a paste without marks within this time is the rest of the paste, since the line may pause.
const REST: Duration = Duration::from_millis(250);

/// A slow line may bring this many keys together.
const FEW: usize = 3;

/// A run of this many characters or more is one text.
const RUN: usize = 3;

/// The key that need not wait for what may come with it, since it changes nothing.
const HELP: Key = Key::plain(Code::F(1));

/// The kinds of keys in a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// Text.
    Character,
    /// Enter, or the end of a line that was pasted.
    LineEnd,
    /// Moves to another row. Tab may also be part of a text.
    Move,
    /// Moves or deletes within a text.
    Edit,
    /// Moves or deletes within a line as a whole (Ctrl-A, Ctrl-E, Ctrl-U). Nobody types such a key at once with text.
    EditLine,
    /// Any other key.
    Command,
}

impl Sort {
    /// Does the key do more than type, move or delete?
    fn acts(self) -> bool {
        matches!(self, Sort::LineEnd | Sort::Command)
    }

    fn of(key: Key) -> Self {
        use Code::{BackTab, Backspace, Delete, Down, End, Enter, Home, Left, PageDown, PageUp, Right, Tab, Up};
        match key.code {
            _ if key.typed().is_some() => Sort::Character,
            Enter if !key.ctrl && !key.alt => Sort::LineEnd,
            Tab | BackTab | Up | Down | PageUp | PageDown if !key.alt => Sort::Move,
            Backspace | Delete | Left | Right | Home | End => Sort::Edit,
            Code::Char('a' | 'e' | 'u') if key.ctrl => Sort::EditLine,
            _ => Sort::Command,
        }
    }
}

/// The burst that is under way, if there is one.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about what came")]
pub(super) struct Burst {
    /// Keys that wait for those that may come with them.
    held: Vec<Key>,
    /// How many keys were passed on already.
    gone: usize,
    /// The first key of the burst. Keys that moved or acted before the text do not count.
    first: Option<Key>,
    /// What has come so far. `has_text`: a character. `is_typing`: only keys that one uses while typing, with moves to
    /// another row at the end at most. `is_one_key`: only the first key, again and again.
    has_text: bool,
    is_typing: bool,
    is_one_key: bool,
    /// Were characters text when the last key came? `is_behind`: did keys come before the first character, which may
    /// have moved to another place?
    typing: bool,
    is_behind: bool,
    /// The kind of the last key. `repeats`: did it come as a key repeats that is held down?
    before: Option<Sort>,
    repeats: bool,
    /// Were there more keys than a paste may hold?
    cut: bool,
    /// Is the burst the rest of a paste?
    is_rest: bool,
    /// When the last key came.
    last: Option<Instant>,
    /// When the last paste without marks ended.
    pasted: Option<Instant>,
}

impl Burst {
    /// Ends the burst if input at this time comes too late to belong to it. Call this before anything else.
    pub(super) fn end_if_over(&mut self, at: Instant, out: &mut Vec<Input>) {
        if self.last.is_some_and(|last| at.saturating_duration_since(last) > AT_ONCE) {
            self.end(out);
        }
    }

    /// A key came.
    pub(super) fn key(&mut self, key: Key, at: Instant, out: &mut Vec<Input>) {
        let sort = Sort::of(key);
        let is_apart = !self.has_text && !self.is_rest && (self.is_typing || self.held.is_empty());
        if self.last.is_some() && is_apart && sort == Sort::Character {
            // Keys that moved or acted before the first character were pressed one by one. The burst starts anew.
            self.typed(out);
            (self.first, self.is_behind) = (None, true);
        }
        if self.last.is_none() || self.first.is_none() && !self.is_rest {
            let is_rest = self.pasted.take().is_some_and(|pasted| at.saturating_duration_since(pasted) <= REST);
            self.is_rest = is_rest && as_text(key).is_some();
            (self.first, self.is_typing, self.is_one_key) = (Some(key), true, true);
            (self.gone, self.before) = (0, None);
        }
        self.is_typing &= match sort {
            Sort::Character | Sort::Edit => self.before != Some(Sort::Move) || !self.has_text,
            Sort::Move => true,
            Sort::EditLine => !self.has_text,
            Sort::LineEnd | Sort::Command => false,
        };
        self.has_text |= sort == Sort::Character;
        self.is_one_key &= self.first == Some(key);
        self.before = Some(sort);
        self.repeats = self.last.is_some_and(|last| at.saturating_duration_since(last) >= REPEAT);
        if self.held.len() < PASTE_LIMIT {
            self.held.push(key);
        } else {
            self.cut = true;
        }
        self.last = Some(at);
    }

    /// Has the burst that is under way a character in it?
    pub(super) fn has_text(&self) -> bool {
        self.last.is_some() && self.has_text
    }

    /// The start of a sequence came, which may belong to the burst.
    pub(super) fn goes_on(&mut self, at: Instant) {
        if let Some(last) = &mut self.last {
            *last = at;
        }
    }

    /// A paste with marks came.
    pub(super) fn pasted(&mut self, text: String, cut: bool, at: Instant, out: &mut Vec<Input>) {
        self.end(out);
        out.push(Input::Pasted { text, cut });
        self.was_pasted(at);
    }

    /// A paste has ended. Keys that come right behind it belong to it.
    pub(super) fn was_pasted(&mut self, at: Instant) {
        self.is_rest = true;
        self.last = Some(at);
    }

    /// A read is over: passes on the keys that need not wait. `typing`: are characters text now, rather than key
    /// bindings?
    pub(super) fn settle(&mut self, typing: bool, out: &mut Vec<Input>) {
        if self.held.is_empty() || self.is_rest {
            return;
        }
        self.typing = typing;
        let is_held_down = self.is_one_key && self.gone + self.held.len() > 1;
        let need_not_wait = if self.held.iter().any(|key| Sort::of(*key).acts()) {
            is_held_down && self.repeats || self.held == [HELP] && self.gone == 0
        } else {
            is_held_down || !self.has_text || typing && self.is_typing
        };
        if need_not_wait {
            self.typed(out);
        }
    }

    /// When the burst will be over, if keys wait for that.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.last.filter(|_| !self.held.is_empty()).map(|last| last + AT_ONCE)
    }

    /// The burst is over: decides what it was.
    pub(super) fn end(&mut self, out: &mut Vec<Input>) {
        let all = self.gone + self.held.len();
        let pasted = self.pasted;
        let mut burst = std::mem::take(self);
        self.pasted = pasted;
        if burst.held.is_empty() {
            return;
        }
        let is_text = burst.held.iter().all(|key| as_text(*key).is_some());
        let is_characters = burst.held.iter().all(|key| key.typed().is_some());
        if !burst.is_rest {
            if all == 1 || burst.is_one_key || !burst.has_text {
                return burst.typed(out);
            }
            let acts = burst.held.iter().any(|key| Sort::of(*key).acts());
            if all <= FEW && !acts && !(is_characters && burst.held.len() == RUN) {
                return out.push(Input::Several(burst.held));
            }
        }
        self.pasted = burst.last;
        let text = burst.held.iter().take_while(|key| key.typed().is_some()).count();
        let tail = &burst.held[text..];
        let commands =
            tail.iter().any(|key| Sort::of(*key) == Sort::Command) && tail.iter().all(|key| Sort::of(*key).acts());
        if commands && text > 0 && burst.gone == 0 && !burst.is_rest && (burst.typing || burst.is_behind) {
            if burst.is_behind && all <= FEW {
                // Only the app knows whether the keys before went to a text.
                return out.push(Input::Several(burst.held));
            }
            burst.held.truncate(text);
            burst.typed(out);
            return out.push(Input::Refused { whole: false });
        }
        let mut text: String = burst.held.iter().filter_map(|key| as_text(*key)).collect();
        text.truncate(text.floor_char_boundary(PASTE_LIMIT));
        let begins = burst.first.is_some_and(|key| key.typed().is_some());
        if is_characters && !burst.is_rest && burst.gone == 0 {
            out.push(Input::Typed(text));
        } else if is_text && (begins || burst.is_rest) {
            // An Enter that only ended the text does not act, and the user should know that.
            let line = text.trim_end_matches('\n');
            let ended = line.len() < text.len() && !line.contains('\n') && (line.is_empty() || !burst.is_rest);
            // Where no text goes, the paste is refused as a whole.
            let ended = ended && (burst.is_rest || burst.typing || burst.is_behind);
            if !line.is_empty() || burst.is_rest {
                out.push(Input::Pasted { text, cut: burst.cut });
            }
            out.extend(ended.then_some(Input::Refused { whole: false }));
        } else {
            out.push(Input::Refused { whole: burst.gone == 0 && !burst.is_rest });
        }
    }

    /// Passes keys on as they were pressed. Longer runs of characters become one text. If it is not certain that
    /// characters are text, two that come at once must not act as key bindings.
    fn typed(&mut self, out: &mut Vec<Input>) {
        self.gone += self.held.len();
        let is_certain = !self.is_behind && (self.typing || self.gone == 1);
        for run in self.held.chunk_by(|a, b| a.typed().is_some() && b.typed().is_some()) {
            if run.len() >= RUN {
                out.push(Input::Typed(run.iter().filter_map(|key| key.typed()).collect()));
            } else if is_certain || run[0].typed().is_none() {
                out.extend(run.iter().copied().map(Input::Key));
            } else {
                out.push(Input::Several(run.to_vec()));
            }
        }
        self.held.clear();
    }
}

/// The character that a key stands for in a pasted text.
fn as_text(key: Key) -> Option<char> {
    match (Sort::of(key), key.code) {
        (Sort::LineEnd, _) => Some('\n'),
        (Sort::Move, Code::Tab) => Some('\t'),
        _ => key.typed(),
    }
}
