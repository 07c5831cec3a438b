//! The sentences about the terminal, and the programs between it and callset.

use super::{Check, Diagnosis};
use crate::words::time;
use std::time::Duration;

/// What the environment says of the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct TerminalFacts {
    /// `TERM`.
    pub term: Option<String>,
    /// Columns and rows, if there is a terminal.
    pub size: Option<(u16, u16)>,
    /// Has the editor no room in it?
    pub is_small: bool,
    /// Are colours used?
    pub colours: bool,
    /// Does the locale have other letters than ASCII?
    pub utf8: bool,
    /// Is it on another machine?
    pub is_remote: bool,
    /// What stands between it and callset.
    pub multiplexer: Option<Multiplexer>,
}

/// A program that shows several terminals in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the programs' own")]
pub enum Multiplexer {
    Tmux,
    Screen,
    Zellij,
}

impl Multiplexer {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Multiplexer::Tmux => "tmux",
            Multiplexer::Screen => "screen",
            Multiplexer::Zellij => "zellij",
        }
    }
}

/// The terminal.
pub fn terminal(facts: &TerminalFacts) -> Diagnosis {
    let name = Check::Terminal.name();
    let term = facts.term.as_deref().unwrap_or("not set");
    let colours = if facts.colours { "colours" } else { "no colours" };
    let letters = if facts.utf8 { "UTF-8" } else { "ASCII only" };
    let size = facts.size.map_or("no terminal".to_owned(), |(columns, rows)| format!("{columns} by {rows} cells"));
    let within = facts.multiplexer.map_or(String::new(), |program| format!(", in {}", program.name()));
    let remote = if facts.is_remote { ", over ssh" } else { "" };
    let words = format!("{size}, TERM {term}, {colours}, {letters}{within}{remote}");
    let advice = match facts {
        TerminalFacts { size: None, .. } => return Diagnosis::well(name, words),
        TerminalFacts { term: None, .. } => "Set TERM to the kind of the terminal, such as xterm-256color.".to_owned(),
        TerminalFacts { is_small: true, .. } => "The editor has no room in it: make it larger.".to_owned(),
        // It was asked for.
        TerminalFacts { term: Some(term), .. } if term == "dumb" => return Diagnosis::well(name, words),
        TerminalFacts { utf8: false, .. } => {
            "Signs and foreign letters are shown in ASCII: set LANG to a UTF-8 locale, such as C.UTF-8.".to_owned()
        }
        _ => return Diagnosis::well(name, words),
    };
    Diagnosis::odd(name, words, advice)
}

/// What the terminal has answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalAnswers {
    /// Its kind, as numbers.
    pub kind: Option<String>,
    /// Its background.
    pub background: Option<[u8; 3]>,
    /// The size of a cell in pixels.
    pub cell: Option<(u16, u16)>,
    /// Modes that callset uses, and whether it knows them; empty if it was not asked.
    pub modes: Vec<(&'static str, bool)>,
}

/// What the terminal has answered within this time.
pub fn answers(of: &TerminalAnswers, within: Duration) -> Diagnosis {
    let name = Check::Answers.name();
    let background = of.background.map(|[red, green, blue]| format!("background #{red:02x}{green:02x}{blue:02x}"));
    let cell = of.cell.map(|(width, height)| format!("cells of {width} by {height} pixels"));
    let Some(kind) = &of.kind else {
        let rest: String = cell.map_or(String::new(), |cell| format!("; {cell}"));
        return Diagnosis::odd(
            name,
            format!("it did not answer within {}{rest}", time::took(within)),
            "Then shades are those for any background. A terminal without an answer is rare: is something in between, \
             such as script, expect or a serial line?",
        );
    };
    let names = |knows: bool| {
        let of: Vec<&str> = of.modes.iter().filter(|(_, known)| *known == knows).map(|(name, _)| *name).collect();
        of.join(", ")
    };
    let (has, lacks) = (names(true), names(false));
    let kind = if kind.is_empty() { "it answers".to_owned() } else { format!("kind {kind}") };
    let parts = [
        Some(kind),
        Some(background.unwrap_or("no background".to_owned())),
        cell,
        Some(has).filter(|has| !has.is_empty()).map(|has| format!("knows {has}")),
        Some(lacks).filter(|lacks| !lacks.is_empty()).map(|lacks| format!("does not tell of {lacks}")),
    ];
    Diagnosis::well(name, parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

/// The options of tmux that matter, as far as it told them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TmuxOptions {
    /// Does it pass on what is copied?
    pub set_clipboard: Option<String>,
    /// How long it waits after an Esc, in milliseconds.
    pub escape_time: Option<String>,
    /// What it says it is.
    pub default_terminal: Option<String>,
    /// Does it let unknown sequences through?
    pub allow_passthrough: Option<String>,
}

/// The longest wait after an escape that nobody feels, in milliseconds.
const QUICK: u32 = 100;

/// tmux, by its options.
pub fn tmux(options: &TmuxOptions) -> Diagnosis {
    let name = Multiplexer::Tmux.name();
    let told = [
        ("set-clipboard", &options.set_clipboard),
        ("escape-time", &options.escape_time),
        ("default-terminal", &options.default_terminal),
        ("allow-passthrough", &options.allow_passthrough),
    ];
    let known: Vec<String> =
        told.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_deref()?))).collect();
    if known.is_empty() {
        let advice = "Look whether tmux is in the PATH, and its server runs.";
        return Diagnosis::odd(name, "it does not tell its options", advice);
    }
    let mut advice = Vec::new();
    if options.set_clipboard.as_deref() == Some("off") {
        advice.push("Copying needs: tmux set -s set-clipboard on.");
    }
    let waits = options.escape_time.as_deref().and_then(|ms| ms.parse::<u32>().ok());
    if waits.is_some_and(|ms| ms > QUICK) {
        advice.push("Keys that begin with an escape are slow until: tmux set -s escape-time 10.");
    }
    let is_old = |kind: &str| !kind.starts_with("tmux") && !kind.starts_with("screen");
    if options.default_terminal.as_deref().is_some_and(is_old) {
        advice.push("Programs in tmux need: tmux set -s default-terminal tmux-256color.");
    }
    let words = known.join(", ");
    if advice.is_empty() { Diagnosis::well(name, words) } else { Diagnosis::odd(name, words, advice.join(" ")) }
}

/// A multiplexer that has no options to look at.
pub fn multiplexer(program: Multiplexer) -> Diagnosis {
    let words = match program {
        Multiplexer::Tmux => "its options are not known",
        Multiplexer::Screen => "it passes no text on to the clipboard",
        Multiplexer::Zellij => "it passes text on to the clipboard as its copy_command says",
    };
    Diagnosis::well(program.name(), words)
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    #[test]
    fn tmux_is_told_what_copying_and_keys_need() {
        let of = |clipboard: &str, escape: &str, kind: &str| {
            let some = |text: &str| Some(text.to_owned());
            tmux(&TmuxOptions {
                set_clipboard: some(clipboard),
                escape_time: some(escape),
                default_terminal: some(kind),
                allow_passthrough: None,
            })
        };
        let well = of("external", "10", "tmux-256color");
        assert_eq!(
            well,
            Diagnosis::well("tmux", "set-clipboard external, escape-time 10, default-terminal tmux-256color")
        );
        for (found, advice) in [
            (of("off", "10", "screen"), "set-clipboard on"),
            (of("on", "500", "screen"), "escape-time 10"),
            (of("on", "10", "xterm"), "default-terminal tmux-256color"),
        ] {
            assert_eq!(found.health, Health::Odd);
            assert!(found.advice.contains(advice), "{found:?}");
        }
        assert_eq!(tmux(&TmuxOptions::default()).health, Health::Odd);
    }

    #[test]
    fn a_terminal_that_is_odd_says_what_helps() {
        let well = TerminalFacts {
            term: Some("xterm".to_owned()),
            size: Some((80, 24)),
            is_small: false,
            colours: true,
            utf8: true,
            is_remote: true,
            multiplexer: Some(Multiplexer::Zellij),
        };
        assert_eq!(
            terminal(&well),
            Diagnosis::well("terminal", "80 by 24 cells, TERM xterm, colours, UTF-8, in zellij, over ssh")
        );
        for (facts, advice) in [
            (TerminalFacts { term: None, ..well.clone() }, "Set TERM"),
            (TerminalFacts { is_small: true, ..well.clone() }, "make it larger"),
            (TerminalFacts { utf8: false, ..well.clone() }, "UTF-8 locale"),
        ] {
            let found = terminal(&facts);
            assert!(found.health == Health::Odd && found.advice.contains(advice), "{found:?}");
        }
        let dumb = TerminalFacts { term: Some("dumb".to_owned()), utf8: false, ..well };
        assert_eq!(terminal(&dumb).health, Health::Well);
    }
}
