//! Sentences about the server's data without a save: what others changed, and what the server does not have.

use super::{About, NextStep, Statement, Tone, fields};
use crate::model::Resource;

/// The watch found that others changed fields: `taken` are not edited here, `conflicts` are.
pub(super) fn drift(about: &About<'_>, taken: usize, conflicts: usize) -> Statement {
    if conflicts == 0 {
        return Statement::brief(
            Tone::Plain,
            format!("{} changed on the server while you edit{}", fields(taken), about.see()),
        );
    }
    let title = format!("{} changed on the server while you edit", fields(taken + conflicts));
    let lines = [format!("Yours are kept{}.", about.marked())];
    Statement::full(Tone::Warning, title, lines).next([NextStep::TakeTheirs, NextStep::Resolve])
}

/// A reload has ended.
pub(super) fn reloaded(about: &About<'_>, changed: usize, conflicts: usize) -> Statement {
    match (changed, conflicts) {
        (0, _) => Statement::brief(Tone::Good, "Reloaded: nothing changed on the server"),
        (changed, 0) => Statement::brief(Tone::Good, format!("Reloaded: {} changed on the server", fields(changed))),
        (_, conflicts) => {
            let title = format!("Reloaded: {} changed here and on the server", fields(conflicts));
            let lines = [format!("Your values are kept as unsaved edits{}.", about.marked())];
            Statement::full(Tone::Warning, title, lines).next([NextStep::TakeTheirs, NextStep::Resolve])
        }
    }
}

/// The answer to a load holds members more than once.
pub(super) fn repeated(members: usize, first: &str) -> Statement {
    let (title, lines) = match members {
        1 => (format!("HubSpot sent {first} more than once: the last one is shown"), None),
        more => (
            format!("HubSpot sent {more} settings more than once: the last of each is shown"),
            Some(format!("The first of them is {first}.")),
        ),
    };
    Statement::full(Tone::Warning, title, lines)
}

/// The row stands for a resource that the server does not have, or that was not read.
pub(super) fn closed(about: &About<'_>, resource: Resource) -> Statement {
    if about.sync.draft.is_absent(resource) {
        let title = format!("HubSpot has no {} for this app yet", resource.label());
        return Statement::brief(Tone::Warning, title).next([NextStep::SetUp]);
    }
    let title = format!("The {} could not be loaded", resource.label());
    Statement::brief(Tone::Warning, title).next([NextStep::OpenSectionAgain])
}
