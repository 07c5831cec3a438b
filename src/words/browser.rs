//! The sentences about an address that is to be opened in a browser.

use super::mask::masked;
use super::{Statement, Tone};

/// What became of an address that was to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrowserNews {
    /// Neither the row nor the settings have one that a browser could open.
    Nothing,
    /// A program has it.
    Handed {
        /// The address.
        url: String,
        /// The program.
        program: String,
    },
    /// There is no browser here.
    None {
        /// The address.
        url: String,
        /// Is it because the terminal is on another machine?
        is_remote: bool,
    },
}

/// The sentence. A program is not known to have opened what it was given.
pub(super) fn said(news: &BrowserNews) -> Statement {
    match news {
        BrowserNews::Nothing => {
            Statement::brief(Tone::Plain, "Neither this row nor the settings have an http or https address to open")
        }
        BrowserNews::Handed { url, program } => {
            Statement::full(Tone::Plain, format!("Handed to {program}"), [format!("{}.", masked(url))])
        }
        BrowserNews::None { url, is_remote } => {
            let why = if *is_remote {
                "No browser is opened over ssh, where it would be on the other machine"
            } else {
                "There is no program here that opens a browser"
            };
            Statement::full(Tone::Warning, why, ["Open it where your browser is:".to_owned(), masked(url)])
        }
    }
}
