//! Recognizes the rest of a sequence that was given up because it paused for too long.
//!
//! A line that is slow, or that was cut off for a moment, delivers the rest later. The rest must not be taken for keys.
//! For example, `1e/2e` and BEL are the end of an answer about a colour. They would type text, and BEL is Ctrl-G. If
//! bytes could be either the rest or typed keys, they are held for a moment. If no more of the rest comes, they are
//! taken as typed, except for text that nobody types. At worst a key acts late.
//!
//! | after the cut | bytes that fit |
//! |---|---|
//! | up to 100 ms (60 ms after ESC alone) | are the rest, whole or not |
//! | up to a second | one byte that makes the sequence whole is dropped, if it comes first; others only together |
//! | up to two seconds | text that nobody types is dropped, such as `30;5M` in one read |
//!
//! So a letter can be lost only if it is the first key within a second of a sequence that the line cut right before that
//! letter. After ESC alone, which is a key, the rest of a sequence comes in one read. A person types `[` and `B` one by
//! one, so they are typed.

use super::begun::{Begun, Took};
use super::meaning::Meaning;
use std::time::{Duration, Instant};

/// After this time no bytes are taken for a rest.
const OVER: Duration = Duration::from_secs(2);

/// The same, if the part that was given up is so short that it may have been keys.
const SHORT: Duration = Duration::from_secs(1);

/// The same after ESC alone.
const ESC: Duration = Duration::from_millis(600);

/// The same behind a paste, which may be silent for a second before it is given up.
const BEHIND_PASTE: Duration = Duration::from_secs(3);

/// If the first byte alone makes the sequence whole, it may be a typed key. After this time it is taken as typed.
const ALONE: Duration = Duration::from_secs(1);

/// After this time a byte alone is not held, if the part that was given up may have been keys.
const UNSURE: Duration = Duration::from_millis(200);

/// Up to this time after the cut, bytes that fit are the rest: nobody is that fast.
const QUICK: Duration = Duration::from_millis(100);

/// The same after ESC alone, which may be a key that someone pressed before typing on.
const QUICK_ESC: Duration = Duration::from_millis(60);

/// A rest that comes in one piece may still be read in two that are this far apart.
const ONE_PIECE: Duration = Duration::from_millis(20);

/// How long held bytes wait for more of the rest.
const HOLD: Duration = Duration::from_millis(100);

/// A sequence that was given up, and the bytes that may be its rest.
#[derive(Debug)]
pub(super) struct Late {
    state: Begun,
    /// Was the start passed on as an Esc key?
    told: bool,
    since: Instant,
    /// How long after the last byte others are taken for the rest.
    over: Duration,
    pub(super) held: Vec<u8>,
    holding: Option<Instant>,
    /// Did the first of the held bytes come so soon that they are the rest?
    is_quick: bool,
}

/// What held bytes are after all.
#[derive(Debug)]
pub(super) enum Expired {
    /// Keys.
    Typed(Vec<u8>),
    /// A part of the sequence. The rest of it may still come.
    Dropped(Late),
}

/// What the bytes after a sequence that was given up are.
#[derive(Debug)]
pub(super) enum Weighed {
    /// The first `len` bytes are the rest, and mean this.
    Rest { len: usize, tokens: Vec<Meaning> },
    /// The bytes may be the rest. They are held.
    Waits(Late),
    /// The bytes are not the rest.
    Other,
}

impl Late {
    /// The state in which a sequence was given up, and the time of its last byte.
    pub(super) fn new(state: Begun, since: Instant) -> Self {
        let told = matches!(state, Begun::Escape { .. });
        let state = without_end(state);
        let mut late = Self { state, told, since, over: ESC, held: vec![], holding: None, is_quick: false };
        if !told {
            late.over = if late.is_sure() { OVER } else { SHORT };
        }
        late
    }

    /// The start of a mark at the end of a paste that was silent for too long, and the time of its last byte.
    pub(super) fn behind_paste(state: Begun, since: Instant) -> Self {
        Self { told: false, over: BEHIND_PASTE, ..Self::new(state, since) }
    }

    /// Since when bytes are held.
    pub(super) fn holding(&self) -> Option<Instant> {
        self.holding
    }

    /// When the held bytes have waited long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.holding.map(|from| from + HOLD)
    }

    /// Decides whether the bytes that came since are the rest. `at` is the time of the last of them.
    pub(super) fn weigh(mut self, all: &[u8], at: Instant) -> Weighed {
        let after = at.saturating_duration_since(self.since);
        if after > self.over {
            return Weighed::Other;
        }
        if self.held.is_empty() {
            self.is_quick = after <= if self.told { QUICK_ESC } else { QUICK };
        } else if self.told && !self.is_quick && after > ONE_PIECE {
            return Weighed::Other;
        }
        let is_ended = all.contains(&0x07) || all.windows(2).any(|end| end == b"\x1b\\");
        let (mut state, mut tokens) = (self.state.clone(), vec![]);
        for (n, byte) in all.iter().enumerate() {
            let ends_answer = n == 0 && *byte == b'\\' && !self.told && matches!(state, Begun::Escape { .. });
            // Someone may have pressed Esc and typed on.
            let is_typed = self.told && !self.is_quick && is_mostly_typed(&state, *byte);
            if is_typed || !ends_answer && !fits(&state, *byte, is_ended || self.is_quick && *byte >= b' ') {
                // An ESC in an answer may have begun another sequence.
                let n = n - usize::from(matches!(state, Begun::Answer { escaped: true, .. }));
                let is_quick = self.is_quick && n > 0 && !self.held.is_empty() && n + 1 >= self.held.len();
                let is_rest = is_certain(&all[..n]) || is_quick;
                return if is_rest { Weighed::Rest { len: n, tokens: vec![] } } else { Weighed::Other };
            }
            match state.step(*byte, &mut tokens) {
                Took::More => {}
                Took::Not => return Weighed::Other,
                Took::End => {
                    let alone = match *byte {
                        0x07 => OVER,
                        byte if completes(&self.state, byte) => ALONE,
                        _ => QUICK,
                    };
                    // Text that is typed after Esc may look like the rest of a sequence, but more text follows.
                    let goes_on = !self.is_sure() && all.get(n + 1).is_some_and(|next| *next >= b' ');
                    if n == 0 && after > alone || goes_on {
                        return Weighed::Other;
                    }
                    return Weighed::Rest { len: n + 1, tokens: if self.told { vec![] } else { tokens } };
                }
            }
        }
        if all.len() == 1 && !self.is_sure() && after > UNSURE {
            return Weighed::Other;
        }
        self.since = at;
        self.holding = Some(at);
        self.held = all.to_vec();
        Weighed::Waits(self)
    }

    /// The held bytes have waited in vain.
    pub(super) fn expire(mut self) -> Expired {
        let hex = |byte: &u8| byte.is_ascii_hexdigit();
        let is_answer = matches!(self.state, Begun::Answer { .. }) && self.is_sure();
        let is_rest = is_certain(&self.held)
            || is_answer && self.held.len() >= 4 && self.held.iter().all(hex)
            || is_answer && self.held.len() >= 2 && self.held.iter().any(|byte| b"/:".contains(byte));
        if !is_rest && !self.is_quick {
            return Expired::Typed(self.held);
        }
        for byte in std::mem::take(&mut self.held) {
            self.state.step(byte, &mut vec![]);
        }
        self.state = without_end(self.state);
        (self.holding, self.is_quick) = (None, false);
        Expired::Dropped(self)
    }

    /// Is it sure that a sequence was given up, and not a key with Alt?
    fn is_sure(&self) -> bool {
        match &self.state {
            Begun::Csi { body, .. } | Begun::Answer { body, .. } => !body.is_empty(),
            Begun::Mouse { .. } | Begun::Linux { .. } => true,
            Begun::Ground | Begun::Text { .. } | Begun::Escape { .. } | Begun::Ss3 { .. } | Begun::Other { .. } => {
                false
            }
        }
    }
}

/// The ESC in an answer was the start of its end, or of another sequence.
fn without_end(state: Begun) -> Begun {
    match state {
        Begun::Answer { escaped: true, .. } => Begun::Escape { alt: false },
        state => state,
    }
}

/// Is this byte the only one that is missing?
fn completes(state: &Begun, byte: u8) -> bool {
    match state {
        // The end of an answer.
        Begun::Escape { .. } => byte == b'\\',
        Begun::Csi { body, .. } => {
            let params = body.split(|byte| *byte == b';').count();
            let is_one = body.iter().all(u8::is_ascii_digit);
            let finals: &[u8] = match (body.as_slice(), body.last()) {
                ([], _) => b"ABCDEFHIOPQSZabcd",
                (_, Some(b'$')) => b"y",
                (_, last) if !last.is_some_and(u8::is_ascii_digit) => b"",
                ([b'<', ..], _) if params == 3 => b"Mm",
                ([b'?', ..], _) => b"cnuRS",
                ([b'>', ..], _) => b"cmu",
                ([b'=', ..], _) => b"cu",
                (b"0" | b"3", _) => b"n~u^$@ABCDEFHPQSZ",
                _ if is_one => b"~u^$@ABCDEFHPQSZ",
                _ => b"~uABCDEFHPQRSZMt",
            };
            finals.contains(&byte)
        }
        Begun::Ss3 { .. } => b"ABCDFHMPQRSabcd".contains(&byte),
        Begun::Other { .. } => byte.is_ascii_uppercase(),
        Begun::Linux { .. } => (b'A'..=b'E').contains(&byte),
        Begun::Ground | Begun::Text { .. } | Begun::Mouse { .. } | Begun::Answer { .. } => false,
    }
}

/// Is this byte rather typed than the rest of such a sequence? Character sets and the keypad are rarely sent.
fn is_mostly_typed(state: &Begun, byte: u8) -> bool {
    match state {
        Begun::Escape { .. } => !b"[O]P_^X()*+/%#$".contains(&byte),
        Begun::Ss3 { .. } => (b'j'..=b'y').contains(&byte),
        Begun::Ground
        | Begun::Text { .. }
        | Begun::Csi { .. }
        | Begun::Other { .. }
        | Begun::Linux { .. }
        | Begun::Mouse { .. }
        | Begun::Answer { .. } => false,
    }
}

/// Could a terminal continue the sequence with this byte? This is stricter than the grammar, because bytes that do not
/// fit are taken as typed. `is_answer`: has the end of an answer come, or do the bytes come as fast as one?
fn fits(state: &Begun, byte: u8, is_answer: bool) -> bool {
    match state {
        Begun::Escape { .. } => b"[O]P_^XN?".contains(&byte) || (b' '..=b'/').contains(&byte),
        Begun::Other { .. } => (b' '..=b'~').contains(&byte),
        Begun::Csi { body, .. } => match byte {
            b'0'..=b'9' | b';' | b':' => true,
            b'<' | b'>' | b'=' | b'?' => body.is_empty(),
            _ => ends(body, byte),
        },
        Begun::Ss3 { .. } => b"ABCDFHMPQRSabcd".contains(&byte) || (b'j'..=b'y').contains(&byte),
        Begun::Linux { .. } => (b'A'..=b'E').contains(&byte),
        Begun::Mouse { .. } => byte >= b' ',
        // The answer to an operating system command begins with a number, or with a letter if it is a title.
        Begun::Answer { body, escaped: false } if body.is_empty() && !is_answer => {
            byte.is_ascii_digit() || b"Ll>!".contains(&byte)
        }
        Begun::Answer { escaped, .. } => !*escaped || byte == b'\\',
        Begun::Ground | Begun::Text { .. } => false,
    }
}

fn ends(body: &[u8], byte: u8) -> bool {
    let finals: &[u8] = match body {
        [] => b"ABCDFHIOPQSZM[abcd",
        [b'<', _, ..] => b"Mm",
        [b'?', _, ..] => b"cnuyhlRS$",
        [b'>', _, ..] => b"cmu",
        [b'=', _, ..] => b"cu",
        [b'<' | b'?' | b'>' | b'='] => b"",
        _ => b"ABCDEFHPQRSZMctnxyu~^@$",
    };
    finals.contains(&byte)
}

/// Are the bytes certainly not typed? Nobody types three or more with a `;` among them that fast.
fn is_certain(rest: &[u8]) -> bool {
    rest.len() >= 3 && rest.contains(&b';')
}
