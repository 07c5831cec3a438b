//! Recognizes the rest of a sequence that was given up because it paused for too long.
//!
//! A line that is slow, or that was cut off for a moment, delivers the rest later. The rest must not be taken for keys.
//! For example, `1e/2e` and BEL are the end of an answer about a colour. They would type text, and BEL is Ctrl-G. If
//! bytes could be either the rest or typed keys, they are held for a moment. If no more of the rest comes, they are
//! taken as typed, except for text that nobody types. At worst a key acts late, and no key is lost.

use super::begun::{Begun, Took};
use super::meaning::Meaning;
use std::time::{Duration, Instant};

/// After this time no bytes are taken for a rest.
const OVER: Duration = Duration::from_secs(2);

/// The same, if the part that was given up is so short that it may have been keys.
const SHORT: Duration = Duration::from_millis(600);

/// If the first byte ends the sequence, it may be a typed key. After this time it is taken as typed.
const ALONE: Duration = Duration::from_millis(500);

/// The same, if the part that was given up may have been keys.
const UNSURE: Duration = Duration::from_millis(200);

/// The same, if the byte is a lower-case letter, which is typed most, or if a mouse report was given up.
const LETTER: Duration = Duration::from_millis(100);

/// How long held bytes wait for more of the rest.
const HOLD: Duration = Duration::from_millis(100);

/// A sequence that was given up, and the bytes that may be its rest.
#[derive(Debug)]
pub(super) struct Late {
    state: Begun,
    /// Was the start passed on as an Esc key?
    told: bool,
    since: Instant,
    pub(super) held: Vec<u8>,
    holding: Option<Instant>,
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
        // The ESC in an answer was the start of its end, or of another sequence.
        let state = match state {
            Begun::Answer { escaped: true, .. } => Begun::Escape { alt: false },
            state => state,
        };
        Self { state, told, since, held: vec![], holding: None }
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
        if after > if self.is_sure() { OVER } else { SHORT } {
            return Weighed::Other;
        }
        let is_ended = all.contains(&0x07) || all.windows(2).any(|end| end == b"\x1b\\");
        let (mut state, mut tokens) = (self.state.clone(), vec![]);
        for (n, byte) in all.iter().enumerate() {
            let ends_answer = n == 0 && *byte == b'\\' && !self.told && matches!(state, Begun::Escape { .. });
            if !ends_answer && !fits(&state, *byte, is_ended) {
                return if is_certain(&all[..n]) { Weighed::Rest { len: n, tokens: vec![] } } else { Weighed::Other };
            }
            match state.step(*byte, &mut tokens) {
                Took::More => {}
                Took::Not => return Weighed::Other,
                Took::End => {
                    let alone = match *byte {
                        0x07 => OVER,
                        b'a'..=b'z' => LETTER,
                        _ if matches!(self.state, Begun::Mouse { .. }) => LETTER,
                        _ if self.is_sure() => ALONE,
                        _ => UNSURE,
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

    /// The held bytes have waited in vain. Returns them if they were typed.
    pub(super) fn typed(self) -> Option<Vec<u8>> {
        let hex = |byte: &u8| byte.is_ascii_hexdigit();
        let is_answer = matches!(self.state, Begun::Answer { .. }) && self.is_sure();
        let is_rest = is_certain(&self.held)
            || is_answer && self.held.len() >= 4 && self.held.iter().all(hex)
            || is_answer && self.held.len() >= 2 && self.held.iter().any(|byte| b"/:".contains(byte));
        (!is_rest).then_some(self.held)
    }

    /// Is it sure that a sequence was given up, and not a key with Alt?
    fn is_sure(&self) -> bool {
        match &self.state {
            Begun::Csi { body, .. } | Begun::Answer { body, .. } => !body.is_empty(),
            Begun::Mouse { .. } | Begun::Linux { .. } => true,
            Begun::Ground | Begun::Text { .. } | Begun::Escape { .. } | Begun::Ss3 { .. } => false,
        }
    }
}

/// Could a terminal continue the sequence with this byte? This is stricter than the grammar, because bytes that do not
/// fit are taken as typed. `is_ended`: has the end of an answer come?
fn fits(state: &Begun, byte: u8, is_ended: bool) -> bool {
    match state {
        Begun::Escape { .. } => b"[O]P_^X".contains(&byte),
        Begun::Csi { body, .. } => match byte {
            b'0'..=b'9' | b';' | b':' => true,
            b'<' | b'>' | b'=' | b'?' => body.is_empty(),
            _ => ends(body, byte),
        },
        Begun::Ss3 { .. } => b"ABCDFHMPQRSabcd".contains(&byte) || (b'j'..=b'y').contains(&byte),
        Begun::Linux { .. } => (b'A'..=b'E').contains(&byte),
        Begun::Mouse { .. } => byte >= b' ',
        // The answer to an operating system command begins with a number, or with a letter if it is a title.
        Begun::Answer { body, escaped: false } if body.is_empty() && !is_ended => {
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
