//! What the strip says while it asks.

use super::{Words, clock_time, edits, fields};
use crate::app::{App, Mode, Notice};
use crate::ui::theme::Role;

/// Edits of an earlier run: what about them?
pub(super) fn restoring(app: &App) -> Words {
    let Some(leftover) = app.leftovers.first() else { return (String::new(), Role::Plain, vec![]) };
    let open = app.still_unsaved(leftover);
    let is_discarding = matches!(app.mode, Mode::Restoring { discarding: true, .. });
    let title = if is_discarding {
        "Discard these edits? x once more".to_owned()
    } else {
        format!("{} unsaved since {}", edits(open), clock_time(app, leftover.at))
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
    lines.push(format!("{keys}r restore as unsaved edits   d show   l later{discard}"));
    (title, Role::Warning, lines)
}

/// A new token: nothing of it is shown but its length.
pub(super) fn token(app: &App, characters: usize, wrong: Option<&str>) -> Words {
    let mut lines = vec![match (wrong, characters) {
        (Some(why), 0) => format!("✗ {why}"),
        (_, 0) => "Paste it here; it is not shown.   Esc without".to_owned(),
        (_, n) => format!("{} {n} characters   Enter use it   ^U clear   Esc without", "•".repeat(n.min(16))),
    }];
    if let Some(Notice::Failed(doing, fault)) = &app.notice {
        lines.push(format!("{}.", fault.happened(&app.target.host)));
        lines.extend(fault.meaning(*doing, &app.target));
    }
    ("A new access token for this run".to_owned(), Role::Warning, lines)
}
