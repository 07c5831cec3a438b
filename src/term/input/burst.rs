//! Keys that come at once: faster than anyone presses them. Most likely they are a paste that the terminal did not mark.
//!
//! | what comes at once | is |
//! |---|---|
//! | one key, or one held down; keys without a character | the keys |
//! | characters where one types, and what moves or deletes | the keys, without waiting |
//! | two characters elsewhere; two or three keys with a character among them | keys a slow line brought together: [`Input::Several`] |
//! | more characters elsewhere | [`Input::Typed`] |
//! | characters first, then also line ends and tabs | a paste |
//! | characters, then only commands | the text |
//! | anything else | [`Input::Refused`] |
//!
//! Keys that are left out are told of.
//!
//! A program that types may send a text and right after it a command: one key that comes by itself, with nothing behind it,
//! acts. What comes right behind a paste, marked or not, belongs to it: a text may hold the mark of the end.

use super::Input;
use crate::app::msg::{Code, Key, PASTE_LIMIT};
use std::time::{Duration, Instant};

/// Keys less than this apart came at once. A key that is held comes every 16 to 33 ms, a paste over a serial line every 1 to 8.
const AT_ONCE: Duration = Duration::from_millis(20);

/// Text that follows a paste without marks this soon is the rest of it: a line may pause.
const REST: Duration = Duration::from_millis(250);

/// So many keys a slow line brings together.
const FEW: usize = 3;

/// Runs of this many characters are one text.
const RUN: usize = 3;

/// What a key is to a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// Text.
    Character,
    /// Enter, or the end of a line that was pasted.
    LineEnd,
    /// To another row; Tab may also stand in a text.
    Move,
    /// Moves or deletes within a text.
    Edit,
    /// The same for the line as a whole: never in the middle of what is typed at once.
    EditLine,
    /// Any other.
    Command,
}

impl Sort {
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

/// The burst that is under way, if one is.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about what came")]
pub(super) struct Burst {
    /// Keys that wait for what comes with them.
    held: Vec<Key>,
    /// How many have gone on already.
    gone: usize,
    /// The first key that counts: what moves or has acted before the text does not.
    first: Option<Key>,
    /// What has come: text; only what is typed, with moves at the end at most; only the first key, again and again.
    has_text: bool,
    is_typing: bool,
    is_one_key: bool,
    /// The last key, and how many reads they came in.
    before: Option<Sort>,
    reads: usize,
    /// Were there more than a text may be?
    cut: bool,
    /// Is it the rest of a paste?
    is_rest: bool,
    /// When its last key came.
    last: Option<Instant>,
    /// When the last paste without marks ended.
    pasted: Option<Instant>,
}

impl Burst {
    /// What comes at this time may be too late for the burst. To be called before anything else.
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
            // Whoever moves first and then types has pressed keys; and what has acted is over.
            self.typed(out);
            self.first = None;
        }
        if self.last.is_none() || self.first.is_none() && !self.is_rest {
            let is_rest = self.pasted.take().is_some_and(|pasted| at.saturating_duration_since(pasted) <= REST);
            self.is_rest = is_rest && as_text(key).is_some();
            (self.first, self.is_typing, self.is_one_key) = (Some(key), true, true);
            (self.gone, self.reads, self.before) = (0, 0, None);
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
        if self.held.len() < PASTE_LIMIT {
            self.held.push(key);
        } else {
            self.cut = true;
        }
        self.last = Some(at);
    }

    /// Something is on its way that may belong to it.
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

    /// The end of a paste came, and nothing had begun: what came before it was pasted.
    pub(super) fn was_pasted(&mut self, at: Instant) {
        self.is_rest = true;
        self.last = Some(at);
    }

    /// A read is over: lets go what need not wait. `typing`: characters are text now, not keys.
    pub(super) fn settle(&mut self, typing: bool, out: &mut Vec<Input>) {
        if self.held.is_empty() || self.is_rest {
            return;
        }
        self.reads += 1;
        let all = self.gone + self.held.len();
        let is_alone = all == 1 && (typing || !matches!(self.before, Some(Sort::Character | Sort::LineEnd)));
        if is_alone || all > 1 && self.is_one_key || !self.has_text || typing && self.is_typing {
            self.typed(out);
        }
    }

    /// When the burst is over, if something waits for that.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.last.filter(|_| !self.held.is_empty()).map(|last| last + AT_ONCE)
    }

    /// The burst is over: what was it?
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
            // A program that types sends a text, and then a key.
            let is_second = burst.reads == 2 && burst.gone > 0 && burst.held.len() == 1;
            match burst.before {
                Some(Sort::Command) if is_second => return burst.typed(out),
                Some(Sort::LineEnd) if is_second => return out.push(Input::Several(burst.held)),
                _ => {}
            }
            if all == 1 || burst.is_one_key || !burst.has_text {
                return burst.typed(out);
            }
            if all <= FEW && !(is_characters && burst.held.len() == RUN) {
                return out.push(Input::Several(burst.held));
            }
        }
        self.pasted = burst.last;
        let text = burst.held.iter().take_while(|key| key.typed().is_some()).count();
        let tail = &burst.held[text..];
        let commands = tail.iter().any(|key| Sort::of(*key) == Sort::Command)
            && tail.iter().all(|key| matches!(Sort::of(*key), Sort::Command | Sort::LineEnd));
        if commands && text >= RUN && !burst.is_rest {
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
            // An Enter that only ended the text is left out of it, and whoever pressed it should know.
            let line = text.trim_end_matches('\n');
            let ended = line.len() < text.len() && !line.contains('\n') && (line.is_empty() || !burst.is_rest);
            out.push(Input::Pasted { text, cut: burst.cut });
            out.extend(ended.then_some(Input::Refused { whole: false }));
        } else {
            out.push(Input::Refused { whole: burst.gone == 0 && !burst.is_rest });
        }
    }

    /// Lets go of keys as they were pressed; longer runs of characters are one text.
    fn typed(&mut self, out: &mut Vec<Input>) {
        self.gone += self.held.len();
        for run in self.held.chunk_by(|a, b| a.typed().is_some() && b.typed().is_some()) {
            if run.len() < RUN {
                out.extend(run.iter().copied().map(Input::Key));
            } else {
                out.push(Input::Typed(run.iter().filter_map(|key| key.typed()).collect()));
            }
        }
        self.held.clear();
    }
}

/// What a key is in a text that was pasted.
fn as_text(key: Key) -> Option<char> {
    match (Sort::of(key), key.code) {
        (Sort::LineEnd, _) => Some('\n'),
        (Sort::Move, Code::Tab) => Some('\t'),
        _ => key.typed(),
    }
}
