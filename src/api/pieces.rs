//! Finding a credential in a text: whole, repeated, cut, and however it is spelled.
//!
//! ```text
//!   text ── units ──> bytes with their places      x  %78  \u0078  \\\x  are all an x
//!        ── windows of RUN bytes ──> is this a piece of the credential? ──> parts that are masked
//! ```
//!
//! A piece is enough: servers, limits and lost connections cut texts where they like, and most of a credential is as good
//! as all of it. So it does not matter whether a text is cut before or after this. One look at each byte, whatever it holds.

use secrecy::zeroize::Zeroizing;
use std::sync::Arc;

/// What stands where a credential would be.
pub const MASK: &str = "••••••••";

/// So many consecutive characters of a credential are a piece of it. Fewer may stand anywhere by chance.
pub(super) const RUN: usize = 8;

/// What is looked for of one credential.
#[derive(Clone)]
pub(super) struct Pieces {
    /// Each window of it as a number, in order. As secret as the credential.
    windows: Arc<Zeroizing<Vec<u64>>>,
    /// The bytes of a window, at most [`RUN`].
    run: usize,
    /// Is `A` the same as `a`?
    folded: bool,
}

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Pieces {
    /// Of a credential's text, which is not empty. One of less than [`RUN`] bytes is a single piece.
    pub(super) fn of(text: &str, folded: bool) -> Self {
        let run = text.len().min(RUN);
        // Of one that holds a % or a \ itself, what is read in its place is looked for as well.
        let read = Zeroizing::new(units(text).map(|unit| unit.byte).collect::<Vec<u8>>());
        let spellings = [text.as_bytes(), read.as_slice()];
        let number =
            |window: &[u8]| window.iter().fold(0, |number, byte| (number << 8) | u64::from(fold(*byte, folded)));
        let windows = spellings.into_iter().flat_map(|bytes| bytes.windows(run)).map(number);
        let mut windows = Zeroizing::new(windows.collect::<Vec<u64>>());
        windows.sort_unstable();
        Self { windows: Arc::new(windows), run, folded }
    }

    /// Is it long enough to be told from ordinary text?
    pub(super) fn is_telling(&self) -> bool {
        self.run == RUN
    }

    /// Where it is in a text: as it is meant, and as it stands there, for what looks spelled may be the credential's own.
    pub(super) fn find(&self, text: &str) -> Vec<Part> {
        let mut found = self.find_in(units(text));
        if text.contains(['%', '\\']) {
            let plain = text.bytes().enumerate().map(|(start, byte)| Unit { byte, start, len: 1 });
            found.extend(self.find_in(plain));
        }
        found
    }

    fn find_in(&self, units: impl Iterator<Item = Unit>) -> Vec<Part> {
        let mask = u64::MAX >> (64 - 8 * self.run);
        let (mut found, mut window, mut starts) = (Vec::<Part>::new(), 0, [0; RUN]);
        for (at, unit) in units.enumerate() {
            window = ((window << 8) | u64::from(fold(unit.byte, self.folded))) & mask;
            starts[at % RUN] = unit.start;
            if at + 1 >= self.run && self.windows.binary_search(&window).is_ok() {
                let part = Part { start: starts[(at + 1 - self.run) % RUN], end: unit.start + unit.len };
                match found.last_mut() {
                    Some(last) if last.end > part.start => last.end = part.end,
                    _ => found.push(part),
                }
            }
        }
        found
    }
}

fn fold(byte: u8, folded: bool) -> u8 {
    if folded { byte.to_ascii_lowercase() } else { byte }
}

/// A byte as it is meant, and where it is spelled.
pub(super) struct Unit {
    pub(super) byte: u8,
    start: usize,
    len: usize,
}

/// The bytes of a text: each as it is, as `%XX`, as `\uXXXX`, or after backslashes, of which there are several where JSON
/// holds JSON. Of what spells no ASCII each byte is one.
pub(super) fn units(text: &str) -> impl Iterator<Item = Unit> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        let (byte, len) = unit(&bytes[start..])?;
        start += len;
        Some(Unit { byte, start: start - len, len })
    })
}

fn unit(rest: &[u8]) -> Option<(u8, usize)> {
    let ascii = |digits: Option<&[u8]>| {
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        u8::try_from(code).ok().filter(u8::is_ascii)
    };
    match rest {
        [] => None,
        [b'%', ..] => Some(ascii(rest.get(1..3)).map_or((b'%', 1), |byte| (byte, 3))),
        [b'\\', ..] => {
            let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
            Some(match rest.get(slashes) {
                Some(b'u') => {
                    let spelled = ascii(rest.get(slashes + 1..slashes + 5));
                    spelled.map_or((b'u', slashes + 1), |byte| (byte, slashes + 5))
                }
                Some(next) if next.is_ascii() => (*next, slashes + 1),
                Some(_) | None => (b'\\', slashes),
            })
        }
        [next, ..] => Some((*next, 1)),
    }
}

/// The text with masks.
pub(super) fn masked(text: &str, mut found: Vec<Part>) -> String {
    found.sort_unstable();
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for Part { start, end } in found {
        // Of two credentials of this run the one may be in the other.
        if start >= at {
            masked.push_str(&text[at..start]);
            masked.push_str(MASK);
        }
        at = at.max(end);
    }
    masked.push_str(&text[at..]);
    masked
}
