//! What the strip says of several resources at once: what became of each, and the key for what went worst.

use super::{Words, became, fields, join, where_edits_are};
use crate::app::App;
use crate::model::Resource;
use crate::sync::{Doing, Outcome};
use crate::ui::theme::Role;

/// What became of each resource, in one line; below it the next key, and what stops those that were not saved.
pub(super) fn told(app: &App, ended: &[(Resource, Outcome)]) -> Words {
    let mut parts: Vec<(&str, Vec<String>)> = Vec::new();
    let mut reasons = Vec::new();
    let mut role = Role::Good;
    for (resource, outcome) in ended {
        let (title, look, _) = became::said(app, outcome);
        let (what, of) = listed_as(*resource, outcome, title);
        match parts.iter_mut().find(|(other, _)| *other == what) {
            Some((_, all)) => all.push(of),
            None => parts.push((what, vec![of])),
        }
        if let Outcome::Failed(doing, fault) = outcome {
            reasons.push(format!("{}: {}.", resource.label(), fault.happened(&app.target.host)));
            reasons.extend(fault.meaning(*doing, &app.target));
        }
        if look != Role::Good {
            role = if look == Role::Error || role == Role::Error { Role::Error } else { Role::Warning };
        }
    }
    let listed = |(what, all): &(&str, Vec<String>)| format!("{what}{}", all.join(", "));
    let mut title = parts.iter().map(listed).collect::<Vec<_>>().join("; ");
    if let Some(first) = title.get(..1) {
        title.replace_range(..1, &first.to_uppercase());
    }
    let mut lines = Vec::new();
    if role != Role::Good {
        let error = if reasons.is_empty() { "" } else { "   ^O copy error" };
        lines.push(join(&where_edits_are(app), &format!("{}{error}", next_key(ended))));
    }
    lines.extend(reasons);
    (title, role, lines)
}

/// What is said of several resources together, and what is said of this one.
fn listed_as(resource: Resource, outcome: &Outcome, title: String) -> (&'static str, String) {
    let short = match resource {
        Resource::Settings => "settings",
        Resource::Recording => "recording",
        Resource::ChannelConnection => "channel",
    };
    let short = short.to_owned();
    match outcome {
        Outcome::Failed(Doing::ReadingBack, _) | Outcome::Stale(Doing::ReadingBack) => ("not known: ", short),
        Outcome::Failed(Doing::Removing, _) => ("not deleted: ", short),
        Outcome::Failed(Doing::Loading | Doing::Watching, _) => ("not reloaded: ", short),
        Outcome::Failed(..) | Outcome::Stale(_) | Outcome::Clash { .. } | Outcome::NotTried => ("not saved: ", short),
        Outcome::Saved { sent, kept: 0, .. } => ("saved ", format!("{short} ({})", fields(*sent))),
        Outcome::ReadBack { sent, saved } if sent == saved => ("saved ", format!("{short} ({})", fields(*sent))),
        Outcome::SetUp { .. } => ("set up ", short),
        Outcome::AlreadyThere { .. } => ("there already: ", short),
        _ => ("", title),
    }
}

/// The key for what several resources came to: what is not known comes before what was not saved.
fn next_key(ended: &[(Resource, Outcome)]) -> &'static str {
    let has = |all: &[Doing]| {
        ended.iter().any(|(_, outcome)| match outcome {
            Outcome::Failed(Doing::Saving, _) => false,
            Outcome::Failed(doing, _) | Outcome::Cancelled(doing) | Outcome::Stale(doing) => all.contains(doing),
            _ => false,
        })
    };
    if has(&[Doing::ReadingBack, Doing::Saving]) {
        "^R read it back"
    } else if has(&[Doing::Loading, Doing::Watching]) {
        "^R try again"
    } else if has(&[Doing::Removing]) {
        "^P try again"
    } else {
        "^S try again"
    }
}
