//! What the strip says while it asks.

use super::{Words, clock_time, edits, fields};
use crate::app::{App, Mode, Notice};
use crate::ui::theme::Role;

/// Edits of an earlier run: what about them?
pub(super) fn restoring(app: &App) -> Words {
    let Some(leftover) = app.leftovers.first() else { return (String::new(), Role::Plain, vec![]) };
    let open = app.still_unsaved(leftover);
    let runs = app.leftovers.iter().filter(|leftover| app.still_unsaved(leftover) > 0).count();
    let is_discarding = matches!(app.mode, Mode::Restoring { discarding: true, .. });
    let title = if is_discarding {
        "Discard these edits? x once more".to_owned()
    } else {
        let among = if runs > 1 { format!("   1 of {runs}") } else { String::new() };
        format!("{} unsaved since {}{among}", edits(open), clock_time(app, leftover.at))
    };
    let mut lines = Vec::new();
    if !leftover.intents.is_empty() {
        let sent: usize = leftover.intents.iter().map(|(_, intent)| intent.patch.len()).sum();
        let saved: usize = leftover.intents.iter().map(|(_, intent)| app.arrived(intent)).sum();
        lines.push(match saved {
            0 => format!("A save of {} was on its way then; it did not go through.", fields(sent)),
            saved if saved == sent => format!("A save of {} was on its way then; it went through.", fields(sent)),
            some => format!("A save of {} was on its way then; {some} went through.", fields(sent)),
        });
    } else if let Some(notice @ (Notice::Earlier { .. } | Notice::NotRestored { .. })) = &app.notice {
        // About another run than the one that is asked about.
        lines.push(format!("{}.", super::title(app, notice).0));
    }
    let keys = if is_discarding { "x into the trash   " } else { "" };
    let discard = if is_discarding { "" } else { "   x discard" };
    let all = if runs > 1 { "   L all later" } else { "" };
    lines.push(format!("{keys}r restore as unsaved edits   d show   l later{all}{discard}"));
    (title, Role::Warning, lines)
}

/// A new token: nothing of it is shown but its length.
pub(super) fn token(app: &App, characters: usize, wrong: Option<&str>) -> Words {
    let mut lines = vec![match (wrong, characters) {
        (Some(why), 0) => format!("✗ {why}"),
        (_, 0) if app.target.profile.as_ref().is_some_and(|profile| !profile.sources.is_empty()) => {
            "Paste it here; it is not shown.   Enter alone reads the profile's again   Esc without".to_owned()
        }
        (_, 0) => "Paste it here; it is not shown.   Esc without".to_owned(),
        (_, n) => format!("{} {n} characters   Enter use it   ^U clear   Esc without", "•".repeat(n.min(16))),
    }];
    if let Some(Notice::Failed(doing, fault)) = &app.notice {
        lines.push(format!("{}.", fault.happened(&app.target.host)));
        lines.extend(fault.meaning(*doing, &app.target));
    }
    let kind = app.target.kind.label();
    let article = if kind.starts_with('a') { "A new" } else { "Another" };
    (format!("{article} {kind} for this run"), Role::Warning, lines)
}

/// May it go to this host?
pub(super) fn trusting(app: &App, source: &str) -> Words {
    let kind = app.target.kind.label();
    let title = format!("Send this {kind} to {}?", app.target.host);
    let lines = vec![
        format!("{source} was never used with this host, which is not HubSpot's. Whoever runs it could use it as you."),
        "y send it, now and from now on   n or Enter do not".to_owned(),
    ];
    (title, Role::Error, lines)
}
