//! What the strip says of several resources at once: what became of each, and the key for what went worst.

use super::{Words, fields, join, said, where_edits_are};
use crate::app::{App, Doing, Notice};
use crate::model::Resource;
use crate::ui::theme::Role;

/// What became of each resource, in one line; below it the next key, and what stops those that were not saved.
pub(super) fn told(app: &App, ended: &[(Resource, Notice)]) -> Words {
    let mut parts: Vec<(&str, Vec<String>)> = Vec::new();
    let mut reasons = Vec::new();
    let mut role = Role::Good;
    for (resource, notice) in ended {
        let (title, look, _) = said::notice(app, notice);
        let (what, of) = outcome(*resource, notice, title);
        match parts.iter_mut().find(|(other, _)| *other == what) {
            Some((_, all)) => all.push(of),
            None => parts.push((what, vec![of])),
        }
        if let Notice::Failed(doing, fault) = notice {
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
fn outcome(resource: Resource, notice: &Notice, title: String) -> (&'static str, String) {
    let short = match resource {
        Resource::Settings => "settings",
        Resource::Recording => "recording",
        Resource::ChannelConnection => "channel",
    };
    let short = short.to_owned();
    match notice {
        Notice::Failed(Doing::ReadingBack, _) | Notice::Stale(Doing::ReadingBack) => ("not known: ", short),
        Notice::Failed(Doing::Removing, _) => ("not deleted: ", short),
        Notice::Failed(Doing::Loading | Doing::Watching, _) => ("not reloaded: ", short),
        Notice::Failed(..) | Notice::Stale(_) | Notice::Clash { .. } | Notice::NotTried => ("not saved: ", short),
        Notice::Saved { sent, kept: 0, .. } => ("saved ", format!("{short} ({})", fields(*sent))),
        Notice::ReadBack { sent, saved } if sent == saved => ("saved ", format!("{short} ({})", fields(*sent))),
        Notice::SetUp { .. } => ("set up ", short),
        Notice::AlreadyThere { .. } => ("there already: ", short),
        _ => ("", title),
    }
}

/// The key for what several resources came to: what is not known comes before what was not saved.
fn next_key(ended: &[(Resource, Notice)]) -> &'static str {
    let has = |all: &[Doing]| {
        ended.iter().any(|(_, notice)| match notice {
            Notice::Failed(Doing::Saving, _) => false,
            Notice::Failed(doing, _) | Notice::Cancelled(doing) | Notice::Stale(doing) => all.contains(doing),
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
