//! The keys of a place, then those of all places.

use super::Styled;
use super::page::Sheet;
use crate::app::keymap::{self, BINDINGS, Scope};
use crate::app::msg::Key;
use crate::app::{App, Mode, Overlay};
use crate::ui::text::{width, wrap};
use crate::ui::theme::Role;
use crate::words::{check as check_words, list as list_words};

/// The keys for the mode under it.
pub(super) fn text(app: &App, under: &Mode, room: usize) -> Sheet {
    let scope = app.ground_scope();
    let mut lines = vec![(String::new(), Role::Plain)];
    lines.extend(here(scope, room));
    if under.is(Overlay::Check) {
        lines.extend([(String::new(), Role::Plain), (check_words::MEANING.to_owned(), Role::Strong)]);
        lines.extend(super::check::meanings(room));
    }
    if under.is_editing() {
        lines.extend([(String::new(), Role::Plain), ("Signs".to_owned(), Role::Strong)]);
        lines.extend(wrap(list_words::SIGNS, room).into_iter().map(|line| (line, Role::Plain)));
    }
    lines.extend(elsewhere(room));
    Sheet::new("Keys", lines)
}

/// The keys that act in a place. The keys of the place itself come before those that it inherits.
pub(in crate::ui) fn here(scope: Scope, room: usize) -> Vec<Styled> {
    let mut lines = heading(&format!("Keys here: {}", lowered(scope.label())), room);
    for of in scope.chain() {
        for binding in BINDINGS.iter().filter(|binding| binding.scope == of) {
            let acts = |key: &&Key| keymap::binding(scope, **key).is_some_and(|found| found.scope == of);
            let keys: Vec<String> = binding.keys.iter().filter(acts).map(ToString::to_string).collect();
            if !keys.is_empty() {
                lines.extend(row(&keys.join(", "), binding.words, room));
            }
        }
    }
    lines
}

/// All keys, place by place.
fn elsewhere(room: usize) -> Vec<Styled> {
    let mut lines = Vec::new();
    for (scope, keys) in keymap::sections() {
        lines.push((String::new(), Role::Plain));
        lines.extend(heading(scope.label(), room));
        lines.extend(keys.into_iter().flat_map(|(keys, what)| row(&keys, what, room)));
    }
    lines
}

pub(super) fn heading(text: &str, room: usize) -> Vec<Styled> {
    wrap(text, room).into_iter().map(|line| (line, Role::Strong)).collect()
}

fn row(keys: &str, what: &str, room: usize) -> Vec<Styled> {
    let indent = 20.min(room / 2);
    let pad = indent.saturating_sub(width(keys));
    let mut what = wrap(what, room.saturating_sub(indent + 1)).into_iter();
    let first = (format!("{keys}{} {}", " ".repeat(pad), what.next().unwrap_or_default()), Role::Plain);
    let rest = what.map(|line| (format!("{}{line}", " ".repeat(indent + 1)), Role::Plain));
    std::iter::once(first).chain(rest).collect()
}

fn lowered(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
