//! What doctor has found so far, a look after the other in a fixed order.

use super::page::Sheet;
use super::parts::cell;
use crate::ui::Styled;
use crate::ui::text::{visible, wrap};
use crate::ui::theme::Role;
use crate::words::doctor::{Check, Diagnosis, Examination, Health, LOOKING, sum};

/// The cells for the health and for the name.
const HEALTH: usize = 9;
const NAME: usize = 15;

/// In less room the words stand below the name.
const NARROW: usize = 54;

/// The page.
pub(super) fn sheet(of: &Examination, room: usize) -> Sheet {
    let found: Vec<&Diagnosis> = of.found.values().flatten().collect();
    let title = format!("Doctor: {}", sum(&found, of.open().count()));
    let lines = |check: Check| match of.found.get(&check) {
        Some(found) => found.iter().flat_map(|one| lines(one, room)).collect(),
        None => head("…", check.name(), &[LOOKING.to_owned()], room, Role::Plain),
    };
    Sheet::new(title, Check::ALL.into_iter().flat_map(lines).collect())
}

/// What was found, in sentences for a dialogue; and the sum, once all of it is there.
pub(in crate::ui) fn told(of: &Examination) -> Vec<String> {
    let all: Vec<&Diagnosis> = of.found.values().flatten().collect();
    let one = |one: &&Diagnosis| format!("{}: {}. {}.", one.name, one.health.word(), one.told());
    let end = of.open().next().is_none().then(|| format!("Doctor: {}.", sum(&all, 0)));
    all.iter().map(one).chain(end).collect()
}

fn lines(one: &Diagnosis, room: usize) -> Vec<Styled> {
    let role = match one.health {
        Health::Well | Health::Skipped => Role::Plain,
        Health::Odd => Role::Warning,
        Health::Ill => Role::Error,
    };
    head(one.health.word(), one.name, &[visible(&one.words), visible(&one.advice)], room, role)
}

/// Health and name, and the texts beside or below them.
fn head(health: &str, name: &str, texts: &[String], room: usize, role: Role) -> Vec<Styled> {
    let is_narrow = room < NARROW;
    let indent = if is_narrow { 2 } else { HEALTH + NAME };
    let within = room.saturating_sub(indent).max(8);
    let mut below = texts.iter().filter(|text| !text.is_empty()).flat_map(|text| wrap(text, within));
    let first = if is_narrow { String::new() } else { below.next().unwrap_or_default() };
    let head = format!("{}{}{first}", cell(health, HEALTH), cell(name, NAME));
    let rest = below.map(|line| (format!("{}{line}", " ".repeat(indent)), role)).collect::<Vec<_>>();
    std::iter::once((head.trim_end().to_owned(), role)).chain(rest).collect()
}
