//! The things that can be put on the clipboard, and the sentences about them.

use super::{Statement, Tone};

/// What can be put on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyItem {
    /// The value in focus, as text.
    Value,
    /// The body of the next PATCH.
    Body,
    /// A curl command that reads the token from the environment.
    Curl,
    /// JavaScript that overrides the settings in one's own browser only.
    Override,
    /// JavaScript that takes that override out again.
    OverrideEnd,
    /// The header that the check of a URL says to send instead.
    Header,
    /// The last error with HubSpot's correlation id.
    Error,
    /// What `doctor` has found, from its own page.
    Findings,
    /// An address that no browser took.
    Address,
}

/// The way that a text went to the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopiedTo {
    /// A program of this machine took the text. Holds the program's name.
    Program(String),
    /// The terminal got the text with OSC 52. The terminal does not say whether it accepted the text.
    Terminal,
    /// It stands among the lines of the dialogue.
    Printed,
}

impl CopyItem {
    /// All items, in the order of the list.
    pub const ALL: [CopyItem; 7] = [
        CopyItem::Value,
        CopyItem::Body,
        CopyItem::Curl,
        CopyItem::Override,
        CopyItem::OverrideEnd,
        CopyItem::Header,
        CopyItem::Error,
    ];
}

/// The name of a thing to copy.
pub fn copy_item(item: CopyItem) -> &'static str {
    match item {
        CopyItem::Value => "Value in focus",
        CopyItem::Body => "PATCH body",
        CopyItem::Curl => "curl, token from the environment",
        CopyItem::Override => "Browser override, for your browser only",
        CopyItem::OverrideEnd => "End of the browser override",
        CopyItem::Header => "Header to send, from the check",
        CopyItem::Error => "Last error",
        CopyItem::Findings => "What doctor has found",
        CopyItem::Address => "Address",
    }
}

/// What to do with the browser override.
pub const OVERRIDE_GOES: [&str; 2] = [
    "Paste it into your browser's console on HubSpot's page (app.hubspot.com, app-eu1.hubspot.com, …), then load the page again. \
     If the console refuses the paste, it says what to type first.",
    "Your app is offered there, in this browser alone, until you paste the end of the override.",
];

/// What to do with the end of the override.
pub const OVERRIDE_ENDS: [&str; 2] =
    ["Paste it into the console on the same host, then load the page again.", "What the server holds counts again."];

/// What to do with an item, if that is not clear by itself.
pub fn what_to_do(item: CopyItem) -> Option<[&'static str; 2]> {
    match item {
        CopyItem::Override => Some(OVERRIDE_GOES),
        CopyItem::OverrideEnd => Some(OVERRIDE_ENDS),
        CopyItem::Value
        | CopyItem::Body
        | CopyItem::Curl
        | CopyItem::Header
        | CopyItem::Error
        | CopyItem::Findings
        | CopyItem::Address => None,
    }
}

/// Why a thing cannot be copied now.
pub fn nothing_to_copy(item: CopyItem) -> &'static str {
    match item {
        CopyItem::Value => "no value",
        CopyItem::Body => "nothing unsaved",
        CopyItem::Curl | CopyItem::Override | CopyItem::OverrideEnd => "not loaded",
        CopyItem::Header => "no check names a header to send",
        CopyItem::Error => "no error",
        CopyItem::Findings | CopyItem::Address => "nothing",
    }
}

/// The item was handed to the clipboard.
pub(super) fn said(item: CopyItem, to: &CopiedTo) -> Statement {
    let what = match item {
        CopyItem::Value => "the value in focus",
        CopyItem::Body => "the PATCH body",
        CopyItem::Curl => "the curl command",
        CopyItem::Override => "the browser override",
        CopyItem::OverrideEnd => "the end of the browser override",
        CopyItem::Header => "the header to send",
        CopyItem::Error => "the last error",
        CopyItem::Findings => "what doctor has found",
        CopyItem::Address => "the address",
    };
    let mut lines: Vec<String> = what_to_do(item).into_iter().flatten().map(str::to_owned).collect();
    let (tone, title) = match to {
        CopiedTo::Program(name) => (Tone::Good, format!("Copied {what} ({name})")),
        CopiedTo::Printed => (Tone::Good, format!("Printed {what}")),
        CopiedTo::Terminal => {
            let why = "It went as OSC 52. If nothing arrives on the clipboard, the terminal or tmux has dropped it.";
            lines.insert(0, why.to_owned());
            (Tone::Plain, format!("Sent to the terminal: {what}"))
        }
    };
    if lines.is_empty() { Statement::brief(tone, title) } else { Statement::full(tone, title, lines) }
}
