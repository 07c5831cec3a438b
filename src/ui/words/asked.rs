//! What the strip says while it asks.

use super::{Words, clock_time, doubtful, edits, fields};
use crate::app::{App, Mode, Notice};
use crate::model::Patch;
use crate::sync::{Act, Keeping, Outcome, Stopped};
use crate::ui::theme::Role;

/// What would be lost, or is not known: leave all the same?
pub(super) fn quitting(app: &App) -> Words {
    if !app.sync.is_certain() {
        let is_removing = app.sync.removing().is_some();
        let (title, keys) = match (app.sync.is_saving(), app.sync.unsaved()) {
            (true, _) if is_removing => {
                ("A removal is on its way", "s wait for the answer and quit   d leave now   n or Esc stay")
            }
            (true, _) => ("A save is on its way", "s wait for the answer and quit   d leave now   n or Esc stay"),
            (false, 0) => (doubtful(app), "d leave now   n or Esc stay: ^R then reads it back"),
            (false, _) => (doubtful(app), "s look, save and quit   d leave now   n or Esc stay: ^R reads it back"),
        };
        let is_noted = app.sync.keeping == Keeping::OnDisk;
        let later = is_noted.then(|| "After d the next start looks what became of it.".to_owned());
        return (format!("Quit? {title}"), Role::Warning, [keys.to_owned()].into_iter().chain(later).collect());
    }
    let (keep, none, why) = match &app.sync.keeping {
        Keeping::OnDisk => ("k keep as a draft   ", "", None),
        Keeping::Opening => ("", "; no draft yet", None),
        Keeping::Failing(why) | Keeping::InMemory(why) => ("", "; no draft", Some(format!("No draft on disk: {why}."))),
    };
    let begun = if app.sync.is_saving() { "; the save has sent nothing yet" } else { "" };
    let title = format!("Quit? {} unsaved{none}{begun}", edits(app.sync.unsaved()));
    let keys = format!("s save and quit   {keep}d discard and quit   n or Esc stay");
    (title, Role::Warning, why.into_iter().chain([keys]).collect())
}

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
    let outcomes = app.outcomes(leftover);
    if !outcomes.is_empty() {
        lines.extend(outcomes.iter().map(|notice| match notice {
            Notice::Earlier { sent, saved: 0, .. } => {
                format!(
                    "A save of {} was on its way then; it did not go through{}.",
                    fields(*sent),
                    super::said::so_far(app)
                )
            }
            Notice::Earlier { sent, saved, .. } if saved == sent => {
                format!("A save of {} was on its way then; it went through.", fields(*sent))
            }
            Notice::Earlier { sent, saved, .. } => {
                format!("A save of {} was on its way then; {saved} went through.", fields(*sent))
            }
            removal => format!("{}.", super::title(app, removal).0),
        }));
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
pub(super) fn token(app: &App, characters: usize, wrong: Option<&str>, stopped: &Stopped) -> Words {
    let mut lines = vec![match (wrong, characters) {
        (Some(why), 0) => format!("✗ {why}"),
        (_, 0) if app.target.profile.as_ref().is_some_and(|profile| !profile.sources.is_empty()) => {
            "Paste it here; it is not shown.   Enter alone reads the profile's again   Esc without".to_owned()
        }
        (_, 0) => "Paste it here; it is not shown.   Esc without".to_owned(),
        (_, n) => format!("{} {n} characters   Enter use it   ^U clear   Esc without", "•".repeat(n.min(16))),
    }];
    lines.extend(what_goes_on(stopped));
    if let Some(Notice::Outcome(Outcome::Failed(doing, fault))) = &app.notice {
        lines.push(format!("{}.", fault.happened(&app.target.host)));
        lines.extend(fault.meaning(*doing, &app.target));
    }
    let kind = app.target.kind.label();
    let article = if kind.starts_with('a') { "A new" } else { "Another" };
    (format!("{article} {kind} for this run"), Role::Warning, lines)
}

/// May it go to this host?
pub(super) fn trusting(app: &App, source: &str, stopped: &Stopped) -> Words {
    let kind = app.target.kind.label();
    let title = format!("Send this {kind} to {}?", app.target.host);
    let lines = [
        format!("{source} was never used with this host, which is not HubSpot's. Whoever runs it could use it as you."),
        "y send it, now and from now on   n or Enter do not".to_owned(),
    ];
    (title, Role::Error, lines.into_iter().chain(what_goes_on(stopped)).collect())
}

/// What is done as soon as there is a credential, where that changes something.
fn what_goes_on(stopped: &Stopped) -> Option<String> {
    match stopped {
        Stopped::Reading => None,
        Stopped::Saving(save) if save.sent => Some("With it callset looks what became of the request.".to_owned()),
        Stopped::Saving(save) if save.act == Act::Delete => {
            Some(format!("With it the deletion of the {} goes on.", save.resource().label()))
        }
        Stopped::Saving(save) => {
            let count = save.wanted.len() + save.next.iter().map(Patch::len).sum::<usize>();
            Some(format!("With it the save of {} goes on.", fields(count)))
        }
    }
}
