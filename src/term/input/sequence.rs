//! Finds the key, click, mark or answer that a whole control sequence stands for. All other sequences are dropped.
//!
//! | sender | form |
//! |---|---|
//! | xterm and most others | `ESC [ A`, `ESC [ 1 ; 5 A`, `ESC [ 21 ~`, `ESC O P` |
//! | xterm's modifyOtherKeys | `ESC [ 27 ; 5 ; 115 ~` |
//! | kitty's keyboard protocol | `ESC [ 115 ; 5 u`, with alternates after `:` and the typed text at the end |
//! | rxvt | `ESC [ a`, `ESC O a`, `ESC [ 3 ^` (Ctrl), `$` (Shift), `@` (both) |
//! | answers | `ESC ] 11 ; rgb:ffff/ffff/ffff` (background), `ESC [ ? 62 ; 22 c` (kind of terminal) |
//! | mouse | `ESC [ < 0 ; 5 ; 7 M` (SGR), `ESC [ 32 ; 5 ; 7 M` (rxvt), `ESC [ M` and three bytes (X10) |

use super::TerminalAnswer;
use super::meaning::Meaning;
use crate::app::msg::{Code, Key};

/// Lines per step of the wheel.
const WHEEL: i32 = 3;

/// The modifiers that were held with a key.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub(super) struct Held {
    pub(super) shift: bool,
    pub(super) alt: bool,
    pub(super) ctrl: bool,
    /// Super (Cmd, the Windows key) or Hyper. No key of callset has one.
    foreign: bool,
    released: bool,
}

impl Held {
    pub(super) fn alt(held: bool) -> Self {
        Self { alt: held, ..Self::default() }
    }

    /// Reads a parameter. It is 1 plus the sum of 1 Shift, 2 Alt, 4 Ctrl, 8 Super, 16 Hyper and 32 Meta. Higher numbers
    /// are locks, which are ignored. Kitty adds `:3` when the key is released.
    fn of(param: &[u8], alt: bool) -> Self {
        let mut parts = param.split(|byte| *byte == b':').map(number);
        let bits = parts.next().flatten().unwrap_or(1).saturating_sub(1);
        let has = |bit: u32| bits & bit != 0;
        Self {
            shift: has(1),
            alt: alt || has(2) || has(32),
            ctrl: has(4),
            foreign: has(8) || has(16),
            released: parts.next().flatten() == Some(3),
        }
    }
}

/// The meaning of the sequence `ESC [ body last`. `alt`: did another ESC come first?
pub(super) fn csi(body: &[u8], last: u8, alt: bool) -> Option<Meaning> {
    if let Some(report) = body.strip_prefix(b"<") {
        return matches!(last, b'M' | b'm').then(|| pointer(report, last == b'M', 0))?;
    }
    if body.starts_with(b"?") && last == b'c' {
        return Some(Meaning::Told(TerminalAnswer::Kind));
    }
    if body.iter().any(|byte| matches!(byte, b'=' | b'>' | b'?' | b' '..=b'/')) {
        return None;
    }
    let mut params = body.split(|byte| *byte == b';');
    let (first, second) = (params.next().unwrap_or_default(), params.next().unwrap_or_default());
    let held = Held::of(second, alt);
    match last {
        b'I' if body.is_empty() => Some(Meaning::Focused),
        b'O' if body.is_empty() => Some(Meaning::Unfocused),
        b'M' => pointer(body, true, 32),
        b'Z' => special(Code::BackTab, Held { shift: false, ..held }),
        b'~' => match number(first)? {
            200 => Some(Meaning::PasteStart),
            201 => Some(Meaning::PasteEnd),
            27 => character(number(params.next()?)?, None, None, held),
            n => special(numbered(n)?, held),
        },
        b'u' => {
            let mut codes = first.split(|byte| *byte == b':').map(number);
            let (code, shifted) = (codes.next()??, codes.next().flatten());
            let text = params.next().and_then(|text| number(text.split(|byte| *byte == b':').next()?));
            character(code, shifted, text, held)
        }
        // rxvt
        b'^' => special(numbered(number(body)?)?, Held { ctrl: true, ..held }),
        b'$' => special(numbered(number(body)?)?, Held { shift: true, ..held }),
        b'@' => special(numbered(number(body)?)?, Held { ctrl: true, shift: true, ..held }),
        b'a'..=b'd' if body.is_empty() => special(lettered(last.to_ascii_uppercase())?, Held { shift: true, ..held }),
        // `ESC [ 24 ; 80 R` reports the position of the cursor. F3 is known by its other sequences.
        b'R' => None,
        // Old terminals send a single parameter, the modifiers.
        _ if second.is_empty() => special(lettered(last)?, Held::of(first, alt)),
        _ => special(lettered(last)?, held),
    }
}

/// The meaning of the sequence `ESC O last`. Some terminals put a digit for the modifiers before the letter.
pub(super) fn ss3(modifiers: Option<u8>, last: u8, alt: bool) -> Option<Meaning> {
    let held = modifiers.map_or(Held::alt(alt), |digit| Held::of(&[digit], alt));
    match last {
        b'a'..=b'd' => special(lettered(last.to_ascii_uppercase())?, Held { ctrl: true, ..held }),
        b'I' => special(Code::Tab, held),
        b'M' => special(Code::Enter, held),
        // The keypad.
        b'X' => character(u32::from(b'='), None, None, held),
        b'j'..=b'y' => character(u32::from(last - b'j' + b'*'), None, None, held),
        _ => special(lettered(last)?, held),
    }
}

/// The meaning of the Linux console's `ESC [ [ A` to `ESC [ [ E`.
pub(super) fn linux(last: u8, alt: bool) -> Option<Meaning> {
    let n = last.checked_sub(b'A').filter(|n| *n < 5)?;
    special(Code::F(n + 1), Held::alt(alt))
}

/// The meaning of an X10 report: button, column and row, each with 32 added.
pub(super) fn x10(report: [u8; 3]) -> Option<Meaning> {
    let [button, x, y] = report.map(|byte| u32::from(byte).saturating_sub(32));
    click(button, x, y)
}

/// The meaning of an answer's text. Each part of a colour has one to four hexadecimal digits (`XParseColor`).
pub(super) fn answer(body: &[u8]) -> Option<Meaning> {
    let colour = std::str::from_utf8(body).ok()?.strip_prefix("11;")?;
    let parts: Vec<&str> = if let Some(parts) = colour.strip_prefix("rgb:").or(colour.strip_prefix("rgba:")) {
        parts.split('/').take(3).collect()
    } else {
        let digits = colour.strip_prefix('#').filter(|digits| digits.is_ascii() && digits.len() % 3 == 0)?;
        let third = digits.len() / 3;
        (0..3).filter_map(|n| digits.get(n * third..(n + 1) * third)).collect()
    };
    let part = |digits: &&str| {
        let most =
            16_u32.checked_pow(u32::try_from(digits.len()).ok()?).filter(|_| (1..=4).contains(&digits.len()))? - 1;
        u8::try_from(u32::from_str_radix(digits, 16).ok()? * 255 / most).ok()
    };
    let parts: Vec<u8> = parts.iter().filter_map(part).collect();
    parts.try_into().ok().map(|colour| Meaning::Told(TerminalAnswer::Background(colour)))
}

fn pointer(report: &[u8], pressed: bool, offset: u32) -> Option<Meaning> {
    let mut numbers = report.split(|byte| *byte == b';').map(number);
    let (button, x, y) = (numbers.next()??, numbers.next()??, numbers.next()??);
    pressed.then(|| click(button.checked_sub(offset)?, x, y))?
}

/// The meaning of a mouse report. Button 0 is the left button, 64 and 65 are the wheel. Added to it are 4, 8 and 16 for
/// modifiers, and 32 if the mouse moves. Cells count from 1. No terminal has a cell 0, so it is taken to be outside of
/// everything.
fn click(button: u32, x: u32, y: u32) -> Option<Meaning> {
    let cell = |n: u32| n.checked_sub(1).and_then(|n| n.try_into().ok()).unwrap_or(u16::MAX);
    match button & !(4 | 8 | 16) {
        0 => Some(Meaning::Pressed { x: cell(x), y: cell(y) }),
        64 => Some(Meaning::Wheel(-WHEEL)),
        65 => Some(Meaning::Wheel(WHEEL)),
        _ => None,
    }
}

/// A key that types nothing.
pub(super) fn special(code: Code, held: Held) -> Option<Meaning> {
    let Held { shift, alt, ctrl, .. } = held;
    if held.foreign || held.released {
        return None;
    }
    let (code, shift) = match code {
        Code::Tab if shift => (Code::BackTab, false),
        // Shift is often still down when these keys are pressed after a capital letter. It means nothing with them.
        Code::Enter | Code::Esc | Code::Tab | Code::BackTab | Code::Backspace | Code::Delete => (code, false),
        _ => (code, shift),
    };
    Some(Meaning::Key(Key { code, ctrl, alt, shift }))
}

/// A key that types a character, by its code point.
pub(super) fn character(code: u32, shifted: Option<u32>, text: Option<u32>, held: Held) -> Option<Meaning> {
    if held.foreign || held.released {
        return None;
    }
    let code = match code {
        8 | 127 => return special(Code::Backspace, held),
        9 => return special(Code::Tab, held),
        13 | 57_414 => return special(Code::Enter, held),
        27 => return special(Code::Esc, held),
        // Kitty's numbers for keys without a character, and for the keys of the keypad.
        57_399..=57_408 => code - 57_399 + u32::from(b'0'),
        57_409..=57_413 => u32::from(b"./*-+"[usize::try_from(code - 57_409).ok()?]),
        57_415 => u32::from(b'='),
        57_416 => u32::from(b','),
        57_344..=63_743 => return special(kitty(code)?, held),
        _ => code,
    };
    let c = char::from_u32(code).filter(|c| !c.is_control())?;
    if held.ctrl {
        // Ctrl and Alt are dropped, because `Key::typed` would take them for AltGr. Ctrl and Shift are dropped,
        // because they are another key than Ctrl alone.
        return (!held.alt && !held.shift).then(|| control(c));
    }
    let upper = || if held.shift { c.to_uppercase().next() } else { None };
    let typed = text.or(shifted.filter(|_| held.shift)).and_then(char::from_u32).or_else(upper).unwrap_or(c);
    (!typed.is_control()).then_some(Meaning::Key(Key { alt: held.alt, ..Key::char(typed) }))
}

/// The key for Ctrl and a character. Some are keys of their own, because most terminals send the same byte for both.
pub(super) fn control(c: char) -> Meaning {
    let code = match c.to_ascii_lowercase() {
        'h' => Code::Backspace,
        'i' => Code::Tab,
        // Ctrl-J is also the line end of a paste without marks.
        'j' | 'm' => Code::Enter,
        '[' => Code::Esc,
        c => return Meaning::Key(Key::ctrl(c)),
    };
    Meaning::Key(Key::plain(code))
}

fn lettered(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P' => Code::F(1),
        b'Q' => Code::F(2),
        b'R' => Code::F(3),
        b'S' => Code::F(4),
        _ => return None,
    })
}

fn numbered(n: u32) -> Option<Code> {
    let f = |n: u32, first: u32, name: u32| u8::try_from(n - first + name).ok().map(Code::F);
    match n {
        1 | 7 => Some(Code::Home),
        3 => Some(Code::Delete),
        4 | 8 => Some(Code::End),
        5 => Some(Code::PageUp),
        6 => Some(Code::PageDown),
        11..=15 => f(n, 11, 1),
        17..=21 => f(n, 17, 6),
        23..=26 => f(n, 23, 11),
        28 | 29 => f(n, 28, 15),
        31..=34 => f(n, 31, 17),
        _ => None,
    }
}

fn kitty(code: u32) -> Option<Code> {
    Some(match code {
        57_376..=57_398 => Code::F(u8::try_from(code - 57_376 + 13).ok()?),
        57_417 => Code::Left,
        57_418 => Code::Right,
        57_419 => Code::Up,
        57_420 => Code::Down,
        57_421 => Code::PageUp,
        57_422 => Code::PageDown,
        57_423 => Code::Home,
        57_424 => Code::End,
        57_426 => Code::Delete,
        _ => return None,
    })
}

/// A parameter as a number. `None` if it is empty or no number.
fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |n, digit| {
        digit.is_ascii_digit().then(|| n.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
    })
}
