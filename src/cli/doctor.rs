//! `callset doctor`: looks for problems. Each look has a time limit. The command changes nothing and shows no secret.

use super::exit::{Said, array, document, object};
use super::options::{Common, Shared};
use super::steps::{self, Way};
use crate::model::json::string;
use crate::words::capital;
use crate::words::doctor::{Check, Diagnosis, Health};
use clap::Args;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// Options of `doctor`.
#[derive(Clone, Debug, Args)]
pub struct Doctor {
    /// Look at nothing that is on the network
    #[arg(long)]
    pub offline: bool,
    /// What is looked at, and how it is printed.
    #[command(flatten)]
    pub shared: Shared,
}

/// The cells for the health and for the name, with a gap behind each.
const HEALTH: usize = 9;
const NAME: usize = 15;

/// Narrower than this, the words stand below the name.
const NARROW: usize = 60;

/// What was found, told in the order of the looks, whatever order it comes in.
#[derive(Debug)]
pub struct Findings<'a> {
    checks: &'a [Check],
    found: BTreeMap<Check, Vec<Diagnosis>>,
    told: usize,
    /// The host of the API, for steps that name it.
    host: String,
    common: &'a Common,
    /// The cells of a line; `None` where one line holds one finding.
    width: Option<usize>,
}

impl<'a> Findings<'a> {
    /// Nothing was found yet.
    pub fn new(checks: &'a [Check], host: String, common: &'a Common, width: Option<usize>) -> Self {
        Self { checks, found: BTreeMap::new(), told: 0, host, common, width }
    }

    /// Takes what a look has found. Returns the lines that can be printed now.
    pub fn take(&mut self, check: Check, found: Vec<Diagnosis>) -> Vec<String> {
        self.found.insert(check, found);
        let mut lines = Vec::new();
        while let Some(found) = self.checks.get(self.told).and_then(|check| self.found.get(check)) {
            lines.extend(found.iter().flat_map(|one| self.lines(one)));
            self.told += 1;
        }
        if self.common.is_json() { vec![] } else { lines }
    }

    /// What is left to print, and the exit code: 1 if something does not work.
    pub fn end(&self) -> Said {
        let all: Vec<&Diagnosis> = self.found.values().flatten().collect();
        let is_ill = all.iter().any(|one| one.health == Health::Ill);
        let said = if is_ill { vec!["callset: something is in the way".to_owned()] } else { vec![] };
        let printed = if self.common.is_json() { vec![self.json(&all, is_ill)] } else { vec![] };
        Said { printed, said, code: u8::from(is_ill) }
    }

    fn json(&self, all: &[&Diagnosis], is_ill: bool) -> String {
        let one = |one: &&Diagnosis| {
            let advice = self.advice(one);
            object(&[
                ("name", string(one.name)),
                ("health", string(one.health.word())),
                ("words", string(&one.words)),
                ("advice", if advice.is_empty() { "null".to_owned() } else { string(&advice) }),
            ])
        };
        let outcome = string(if is_ill { "wrong" } else { "ok" });
        document(&[("outcome", outcome), ("findings", array(all.iter().map(one)))])
    }

    /// What to do, with the steps as commands.
    fn advice(&self, one: &Diagnosis) -> String {
        let way = Way { host: &self.host, looks: None };
        let step =
            |step| Some(format!("{}: {}.", capital(&crate::words::NextStep::words(step)), steps::command(step, way)?));
        let steps = one.next.iter().filter_map(|next| step(*next));
        std::iter::once(one.advice.clone())
            .filter(|advice| !advice.is_empty())
            .chain(steps)
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn lines(&self, one: &Diagnosis) -> Vec<String> {
        let (health, advice) = (one.health.word(), self.advice(one));
        let Some(width) = self.width else {
            let advice = if advice.is_empty() { advice } else { format!(". {}", advice.trim_end_matches('.')) };
            return vec![format!("{health:HEALTH$}{:NAME$}{}{advice}", one.name, one.words)];
        };
        let is_narrow = width < NARROW;
        let indent = if is_narrow { 4 } else { HEALTH + NAME };
        let mut below = wrapped(&one.words, width.saturating_sub(indent));
        below.extend(wrapped(&advice, width.saturating_sub(indent)));
        let mut below = below.into_iter();
        let first = if is_narrow { String::new() } else { below.next().unwrap_or_default() };
        let head = format!("{health:HEALTH$}{:NAME$}{first}", one.name).trim_end().to_owned();
        std::iter::once(head).chain(below.map(|line| format!("{}{line}", " ".repeat(indent)))).collect()
    }
}

/// The text in lines of this width. A word that is longer is cut where it has to be.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut().filter(|line| line.width() + 1 + word.width() <= width) {
            line.extend([" ", word]);
            continue;
        }
        let (mut line, mut used) = (String::new(), 0);
        for c in word.chars() {
            let cells = c.to_string().width();
            if used + cells > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += cells;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_and_long_words_are_cut() {
        assert_eq!(wrapped("", 20), [""; 0]);
        assert_eq!(wrapped("a bcd efg hijkl", 9), ["a bcd efg", "hijkl"]);
        assert_eq!(wrapped("/a/very/long/path b", 8), ["/a/very/", "long/pat", "h b"]);
        assert_eq!(wrapped("日本語日本語", 8), ["日本語日", "本語"]);
    }
}
