//! The meanings of a terminal's bytes.

use super::TerminalAnswer;
use crate::app::msg::Key;

/// The meaning of one or more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A key.
    Key(Key),
    /// The left button went down on this cell, from 0.
    Pressed { x: u16, y: u16 },
    /// The wheel was turned by this many lines, down is positive.
    Wheel(i32),
    /// The window got the focus.
    Focused,
    /// The window lost the focus.
    Unfocused,
    /// The text that follows is pasted.
    PasteStart,
    /// A paste has ended.
    PasteEnd,
    /// The answer to a question.
    Told(TerminalAnswer),
}
