//! The rest of a sequence that was given up, because it paused for too long.
//!
//! A line that is slow or was cut off for a moment delivers it after all, and it must not be taken for keys: `1e/2e` and BEL,
//! the end of a colour, would type, and BEL is Ctrl-G. What could be the rest and could be typed waits a moment for more of
//! it, and is typed if there is none. So at worst a key is late; none is lost that was pressed.

use super::begun::{Begun, Took};
use super::meaning::Meaning;
use std::time::{Duration, Instant};

/// After this long nothing is a rest any more.
const OVER: Duration = Duration::from_secs(2);

/// The same, where what was given up is too short to be sure that it was a sequence.
const SHORT: Duration = Duration::from_millis(600);

/// A last byte alone may be typed; after this long it is.
const ALONE: Duration = Duration::from_millis(500);

/// The same, where one is not sure.
const UNSURE: Duration = Duration::from_millis(200);

/// The same, if it is what is typed most.
const LETTER: Duration = Duration::from_millis(100);

/// How long it waits for more of it.
const HOLD: Duration = Duration::from_millis(100);

/// What was given up, and what came of its rest so far.
#[derive(Debug)]
pub(super) struct Late {
    state: Begun,
    /// Was an Esc told?
    told: bool,
    since: Instant,
    pub(super) held: Vec<u8>,
    holding: Option<Instant>,
}

/// What bytes are.
#[derive(Debug)]
pub(super) enum Weighed {
    /// The first `len` of them are the rest, and mean this.
    Rest { len: usize, tokens: Vec<Meaning> },
    /// They may be.
    Waits(Late),
    /// They are not.
    Other,
}

impl Late {
    /// What was begun, and when its last byte came.
    pub(super) fn new(state: Begun, since: Instant) -> Self {
        let told = matches!(state, Begun::Escape { .. });
        // An ESC in an answer was the begin of its end, or of something else.
        let state = match state {
            Begun::Answer { escaped: true, .. } => Begun::Escape { alt: false },
            state => state,
        };
        Self { state, told, since, held: vec![], holding: None }
    }

    /// Since when it waits for more.
    pub(super) fn holding(&self) -> Option<Instant> {
        self.holding
    }

    /// When it has waited long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.holding.map(|from| from + HOLD)
    }

    /// What of all that came since, at this time, is the rest?
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
                    // Text after Esc may begin as a sequence does, and goes on.
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

    /// It waited in vain: what was typed.
    pub(super) fn typed(self) -> Option<Vec<u8>> {
        let hex = |byte: &u8| byte.is_ascii_hexdigit();
        let is_answer = matches!(self.state, Begun::Answer { .. }) && self.is_sure();
        let is_rest = is_certain(&self.held)
            || is_answer && self.held.len() >= 4 && self.held.iter().all(hex)
            || is_answer && self.held.len() >= 2 && self.held.iter().any(|byte| b"/:".contains(byte));
        (!is_rest).then_some(self.held)
    }

    /// Is what was given up more than a key with Alt could be?
    fn is_sure(&self) -> bool {
        match &self.state {
            Begun::Csi { body, .. } | Begun::Answer { body, .. } => !body.is_empty(),
            Begun::Mouse { .. } | Begun::Linux { .. } => true,
            Begun::Ground | Begun::Text { .. } | Begun::Escape { .. } | Begun::Ss3 { .. } => false,
        }
    }
}

/// Could a terminal go on with this byte? Stricter than the grammar: what does not fit is typed. `is_ended`: the end of an
/// answer is there.
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
        // Operating system commands are answered with a number first, or with a title.
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

/// Nobody types that: numbers with the separators of sequences between them.
fn is_certain(rest: &[u8]) -> bool {
    rest.len() >= 3 && rest.contains(&b';')
}
