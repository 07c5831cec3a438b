//! Turns bytes from the terminal into keys, pastes and clicks. The time at which the bytes came matters too.
//!
//! ```text
//!   read ──> Decoder ──┬── between ESC[200~ and ESC[201~: a paste, capped ──> `paste`: without sequences in it
//!                      └── `grammar` ──> `sequence` ──> keys ──> `burst`: typed, or pasted without marks?
//!                            └── cut sequences: `late`
//! ```
//!
//! A terminal, a multiplexer, a late answer or a program that crashed may leave bytes in the input, whole sequences or
//! parts of them. Such bytes are never typed as text, never act as a key, and never swallow a key that comes after
//! them.
//!
//! With a character among them, none of the keys that come at once saves, quits, opens or answers: they may be a paste.
//! Keys without a character that come in one read are pressed one by one, whatever they are: `ESC [ C` and `^S` are an
//! arrow and a save. Over a slow line real presses arrive so. That a question which one of them opened is not answered
//! by the next is up to the loop, which knows what is on the screen.
//!
//! crossterm's own reader is not used, because it loses input. It waits for the edge of readiness and then reads only
//! 1,024 bytes, so the end of a longer burst stays in the kernel until the next key. It blocks in the middle of a
//! sequence. It spins when the terminal vanishes.

mod begun;
mod burst;
mod grammar;
mod late;
mod meaning;
mod paste;
mod sequence;

use crate::app::msg::{Key, PASTE_LIMIT};
use begun::Begun;
use burst::Burst;
use grammar::Grammar;
use meaning::Meaning;
use std::time::{Duration, Instant};

/// What the terminal sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A few keys that came at once, with a character among them; or a character that came at once behind another key. A
    /// slow line may have brought the keys together, or they may be a short paste without marks.
    Several(Vec<Key>),
    /// Three or more characters that came at once.
    Typed(String),
    /// A paste of at most [`PASTE_LIMIT`] bytes, or several lines that came at once.
    Pasted {
        /// The text.
        text: String,
        /// Was there more?
        cut: bool,
    },
    /// Keys that came at once with text, or right behind a paste. They are left out.
    Refused {
        /// Was the text left out as well?
        whole: bool,
    },
    /// A line, from a terminal that is not drawn on, or from a pipe.
    Line(String),
    /// No more lines will come.
    LinesOver,
    /// The left button went down on this cell, from 0.
    Pressed {
        /// Column.
        x: u16,
        /// Row.
        y: u16,
        /// Did text come at once with it? No hand clicks while another one types.
        with_text: bool,
    },
    /// The wheel was turned by this many lines, down is positive.
    Wheel(i32),
    /// The window got the focus.
    Focused,
    /// The window lost the focus.
    Unfocused,
    /// The terminal has answered a question.
    Told(TerminalAnswer),
}

/// An answer of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalAnswer {
    /// The background: red, green and blue from 0 to 255.
    Background([u8; 3]),
    /// The kind of terminal. Every terminal tells it, and answers questions in order.
    Kind,
}

const PASTE_END: &[u8] = b"\x1b[201~";

/// A paste that pauses for longer is over, even without its end mark.
const PASTE: Duration = Duration::from_secs(1);

/// After a pause of this length, up to three bytes do not prolong the wait for the end of a paste, and a single control
/// byte is a key rather than text.
const STREAM: Duration = Duration::from_millis(100);

/// A paste that has begun.
#[derive(Debug)]
struct Paste {
    text: Vec<u8>,
    cut: bool,
    /// The last bytes that may be the start of the end mark.
    carry: Vec<u8>,
    /// When bytes of the paste last came.
    since: Instant,
}

/// Turns bytes into input. Reads may cut the bytes anywhere.
#[derive(Debug, Default)]
pub struct Decoder {
    grammar: Grammar,
    paste: Option<Paste>,
    burst: Burst,
}

impl Decoder {
    /// Takes bytes that were read at this time. `typing`: are characters text now, rather than key bindings? Then they
    /// need not wait for keys that may come with them.
    pub fn feed(&mut self, bytes: &[u8], at: Instant, typing: bool, out: &mut Vec<Input>) {
        self.wake(at, typing, out);
        self.burst.end_if_over(at, out);
        let (mut rest, before) = (bytes, out.len());
        while !rest.is_empty() {
            let taken = match self.paste.take() {
                Some(paste) => self.take_paste(paste, rest, at, out),
                None => self.take(rest, at, out),
            };
            rest = &rest[taken..];
        }
        // What came behind the click in the same read came with it as well.
        let is_text = |input: &Input| matches!(input, Input::Typed(_) | Input::Several(_) | Input::Pasted { .. });
        if self.paste.is_some() || self.burst.has_text() || out[before..].iter().any(is_text) {
            for input in &mut out[before..] {
                if let Input::Pressed { with_text, .. } = input {
                    *with_text = true;
                }
            }
        }
        self.burst.settle(typing, out);
        if self.grammar.deadline().is_some() {
            self.burst.goes_on(at);
        }
    }

    /// When to call [`wake`](Self::wake), if something is decided by time: a lone Esc, a sequence or a paste without
    /// its end, keys that may be a paste.
    pub fn deadline(&self) -> Option<Instant> {
        let paste = self.paste.as_ref().map(|paste| paste.since + PASTE);
        // An unfinished sequence may belong to the burst, so its deadline comes first.
        let keys = self.grammar.deadline().or(self.burst.deadline());
        [paste, keys].into_iter().flatten().min()
    }

    /// Decides about everything whose deadline is over at this time.
    pub fn wake(&mut self, at: Instant, typing: bool, out: &mut Vec<Input>) {
        if let Some(paste) = self.paste.take_if(|paste| paste.since + PASTE <= at) {
            self.end_paste(paste, out);
        }
        let (since, mut tokens) = (self.grammar.since(), vec![]);
        self.grammar.wake(at, &mut tokens);
        if let Some(since) = since.filter(|_| !tokens.is_empty()) {
            self.burst.end_if_over(since, out);
            self.understand(tokens, since, out);
            self.burst.settle(typing, out);
        }
        if self.grammar.deadline().is_none() && self.burst.deadline().is_some_and(|deadline| deadline <= at) {
            self.burst.end(out);
        }
    }

    fn take(&mut self, bytes: &[u8], at: Instant, out: &mut Vec<Input>) -> usize {
        let mut tokens = vec![];
        let taken = self.grammar.feed(bytes, at, &mut tokens);
        self.understand(tokens, at, out);
        taken
    }

    fn understand(&mut self, tokens: Vec<Meaning>, at: Instant, out: &mut Vec<Input>) {
        for token in tokens {
            match token {
                Meaning::Key(key) => self.burst.key(key, at, out),
                Meaning::PasteStart => {
                    self.paste = Some(Paste { text: vec![], cut: false, carry: vec![], since: at });
                }
                Meaning::PasteEnd => self.burst.was_pasted(at),
                Meaning::Focused => out.push(Input::Focused),
                Meaning::Unfocused => out.push(Input::Unfocused),
                Meaning::Told(answer) => out.push(Input::Told(answer)),
                Meaning::Pressed { x, y } => {
                    let with_text = self.burst.has_text();
                    self.burst.end(out);
                    out.push(Input::Pressed { x, y, with_text });
                }
                Meaning::Wheel(lines) => {
                    self.burst.end(out);
                    out.push(Input::Wheel(lines));
                }
            }
        }
    }

    /// Takes the bytes that belong to the paste. Returns how many.
    fn take_paste(&mut self, mut paste: Paste, bytes: &[u8], at: Instant, out: &mut Vec<Input>) -> usize {
        let pause = at.saturating_duration_since(paste.since);
        match bytes {
            // A paste without its end mark must not swallow the keys with which the user leaves.
            [0..=8 | 11 | 12 | 14..=26 | 28..=31 | 127] if pause > STREAM => {
                self.end_paste(paste, out);
                self.burst.end_if_over(at, out);
                return 0;
            }
            [] | [_] | [_, _] | [_, _, _] if pause > STREAM => {}
            _ => paste.since = at,
        }
        let before = paste.carry.len();
        let all = [std::mem::take(&mut paste.carry).as_slice(), bytes].concat();
        if let Some(end) = all.windows(PASTE_END.len()).position(|window| window == PASTE_END) {
            paste.push(&all[..end]);
            paste.since = at;
            self.end_paste(paste, out);
            return end + PASTE_END.len() - before;
        }
        // The end mark is not here yet, but the last bytes may be its start.
        let keep = longest_start(&all, PASTE_END);
        paste.push(&all[..all.len() - keep]);
        paste.carry = all[all.len() - keep..].to_vec();
        self.paste = Some(paste);
        bytes.len()
    }

    fn end_paste(&mut self, mut paste: Paste, out: &mut Vec<Input>) {
        let carry = std::mem::take(&mut paste.carry);
        paste.push(&carry);
        let (text, cut_sequence) = paste::without_sequences(&paste.text);
        let mut text = String::from_utf8_lossy(&text).into_owned();
        if !carry.is_empty() && cut_sequence != Begun::Ground {
            // The rest of the end mark may still come.
            self.grammar.gave_up(cut_sequence, paste.since);
        }
        if paste.cut {
            // The limit may have cut a character.
            text.truncate(text.trim_end_matches('\u{fffd}').len());
        }
        self.burst.pasted(text, paste.cut, paste.since, out);
    }
}

impl Paste {
    fn push(&mut self, bytes: &[u8]) {
        let room = PASTE_LIMIT.saturating_sub(self.text.len());
        self.text.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.cut |= bytes.len() > room;
    }
}

/// How many bytes at the end of `bytes` are the start of `mark`, without being all of it.
fn longest_start(bytes: &[u8], mark: &[u8]) -> usize {
    (1..mark.len()).rev().find(|&len| bytes.ends_with(&mark[..len])).unwrap_or(0)
}
