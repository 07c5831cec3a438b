//! Finds a credential in a text, even if it is repeated, cut or written in another spelling.
//!
//! ```text
//!   text ── units ──> bytes with their places      x  %78  \u0078  \\\x  all mean x
//!        ── windows of RUN bytes ──> is the window part of the credential? ──> masked
//! ```
//!
//! A part of a credential is enough: servers, limits and broken connections cut texts anywhere, and most of a
//! credential is as dangerous as all of it. So a text may be cut before or after it is redacted. Each byte is
//! looked at once, whatever the text holds.

use memchr::memchr2;
use secrecy::zeroize::Zeroizing;
use std::sync::Arc;

/// The text that is shown in place of a credential.
pub const MASK: &str = "••••••••";

/// The length of a piece: this many consecutive characters of a credential are masked. Fewer may occur anywhere by
/// chance.
pub(super) const RUN: usize = 8;

/// The words of 64 bits for the hashes of all windows.
const HASHES: usize = 16;

/// The length of a part of a window. Of the parts of a text that begin at every fifth byte, each window of [`RUN`] bytes
/// holds a whole one.
const PART: usize = 4;
const EVERY: usize = RUN - PART + 1;

/// The pieces of one credential that are searched for.
#[derive(Clone)]
pub(super) struct Pieces {
    /// Each window of the credential as a number, sorted. As secret as the credential.
    windows: Arc<Zeroizing<Vec<u64>>>,
    /// A bit for the hash of each window, since nearly all text is none. As secret as the windows.
    hashes: Arc<Zeroizing<[u64; HASHES]>>,
    /// The same for each part of a window.
    parts: Arc<Zeroizing<[u64; HASHES]>>,
    /// The length of a window in bytes, at most [`RUN`].
    run: usize,
    /// Does `A` count as `a`?
    folded: bool,
}

/// A part of a text, as byte positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Pieces {
    /// The pieces of a credential's text, which is not empty. A text shorter than [`RUN`] bytes is one piece.
    pub(super) fn of(text: &str, folded: bool) -> Self {
        let run = text.len().min(RUN);
        // If the credential itself holds a % or a \, the text that it would be decoded to is searched for as well.
        let read = Zeroizing::new(units(text).map(|unit| unit.byte).collect::<Vec<u8>>());
        let spellings = [text.as_bytes(), read.as_slice()];
        let windows = spellings.into_iter().flat_map(|bytes| bytes.windows(run)).map(|bytes| number(bytes, folded));
        let mut windows = Zeroizing::new(windows.collect::<Vec<u64>>());
        windows.sort_unstable();
        let mut hashes = Zeroizing::new([0; HASHES]);
        for window in windows.iter() {
            let (at, bit) = hash(*window);
            hashes[at] |= bit;
        }
        let mut parts = Zeroizing::new([0; HASHES]);
        for part in spellings.into_iter().flat_map(|bytes| bytes.windows(PART)).filter_map(part) {
            let (at, bit) = hash(part);
            parts[at] |= bit;
        }
        Self { windows: Arc::new(windows), hashes: Arc::new(hashes), parts: Arc::new(parts), run, folded }
    }

    /// Is the credential long enough to be told from ordinary text?
    pub(super) fn is_telling(&self) -> bool {
        self.run == RUN
    }

    /// Finds the credential in a text: in its decoded form, and as written, since the credential itself may look
    /// encoded.
    pub(super) fn find(&self, text: &str) -> Vec<Part> {
        let mut found = Vec::new();
        if self.is_written(text.as_bytes()) {
            found = self.find_in(text.bytes().enumerate().map(|(start, byte)| Unit { byte, start, len: 1 }));
        }
        if is_encoded(text) {
            found.extend(self.find_in(units(text)));
        }
        found
    }

    /// Does a piece of the credential end in the text behind its first `known` bytes?
    pub(super) fn is_behind(&self, text: &str, known: usize) -> bool {
        let new = &text.as_bytes()[(known + 1).saturating_sub(self.run).min(text.len())..];
        self.is_written(new) || is_encoded(text) && self.find_in(units(text)).iter().any(|part| part.end > known)
    }

    /// Is a piece of the credential among these bytes, as they are? Every edit is asked after every key, so windows are
    /// looked at only around a part of one.
    fn is_written(&self, bytes: &[u8]) -> bool {
        let is_among = |bytes: &[u8]| bytes.windows(self.run).any(|window| self.has(number(window, self.folded)));
        if !self.is_telling() {
            return is_among(bytes);
        }
        let parts: &[u64; HASHES] = &self.parts;
        bytes.chunks(EVERY).filter_map(part).enumerate().any(|(nth, part)| {
            let ((word, bit), at) = (hash(part), nth * EVERY);
            parts[word] & bit != 0 && is_among(&bytes[(at + PART).saturating_sub(RUN)..bytes.len().min(at + RUN)])
        })
    }

    /// The bits of a window.
    fn mask(&self) -> u64 {
        u64::MAX >> (64 - 8 * self.run)
    }

    /// Is it a window of the credential?
    #[inline]
    fn has(&self, window: u64) -> bool {
        let (at, bit) = hash(window);
        self.hashes[at] & bit != 0 && self.windows.binary_search(&window).is_ok()
    }

    fn find_in(&self, units: impl Iterator<Item = Unit>) -> Vec<Part> {
        let (mut found, mut window, mut starts) = (Vec::<Part>::new(), 0, [0; RUN]);
        for (at, unit) in units.enumerate() {
            window = ((window << 8) | u64::from(fold(unit.byte, self.folded))) & self.mask();
            starts[at % RUN] = unit.start;
            if at + 1 >= self.run && self.has(window) {
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

/// May the text hold bytes in another spelling?
fn is_encoded(text: &str) -> bool {
    memchr2(b'%', b'\\', text.as_bytes()).is_some()
}

/// The place of a window's bit.
#[inline]
fn hash(window: u64) -> (usize, u64) {
    // Fibonacci hashing: the highest bits of the product depend on all bits of the window.
    let product = window.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (usize::from((product >> 60) as u8), 1 << (product >> 54 & 63))
}

/// The part at the start of these bytes as a number, whatever the case of its letters.
fn part(bytes: &[u8]) -> Option<u64> {
    let part = u32::from_ne_bytes(*bytes.first_chunk::<PART>()?);
    Some(u64::from(part | u32::from_ne_bytes([b' '; PART])))
}

/// A window as a number.
fn number(bytes: &[u8], folded: bool) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(fold(*byte, folded)))
}

fn fold(byte: u8, folded: bool) -> u8 {
    if folded { byte.to_ascii_lowercase() } else { byte }
}

/// A decoded byte and the place where it is written.
pub(super) struct Unit {
    pub(super) byte: u8,
    start: usize,
    len: usize,
}

/// The bytes of a text, decoded: written plainly, as `%XX`, as `\uXXXX`, or after backslashes (several of them
/// where JSON holds JSON). A sequence that does not stand for an ASCII character is kept byte by byte.
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

/// The text with the parts masked.
pub(super) fn masked(text: &str, mut found: Vec<Part>) -> String {
    found.sort_unstable();
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for Part { start, end } in found {
        // One credential of this run may be part of another.
        if start >= at {
            masked.push_str(&text[at..start]);
            masked.push_str(MASK);
        }
        at = at.max(end);
    }
    masked.push_str(&text[at..]);
    masked
}
