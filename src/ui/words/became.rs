//! What the strip says of a resource that was to be read, saved or deleted.

use super::{Words, doubtful, fields, join, quick, where_edits_are};
use crate::app::App;
use crate::model::Resource;
use crate::sync::{Doing, Fault, Outcome, seconds};
use crate::ui::theme::Role;

/// What became of a resource that was to be read, saved or deleted.
pub(super) fn said(app: &App, outcome: &Outcome) -> Words {
    let kept = where_edits_are(app);
    match outcome {
        Outcome::Saved { sent, kept, taken, took } => {
            let mut title = if *kept == 0 {
                format!("Saved {}, confirmed by the server ({})", fields(*sent), seconds(*took))
            } else if kept == sent {
                format!("Not saved: HubSpot kept another value for {}", fields(*kept))
            } else {
                format!("Saved {} of {}: HubSpot kept another value for the rest", sent - kept, fields(*sent))
            };
            if *kept == 0 && *taken > 0 {
                title = format!("Saved {}; {} changed by others, see ←", fields(*sent), fields(*taken));
            }
            if kept < sent {
                title.push_str("   ^Z old values");
            }
            quick(title, if *kept == 0 { Role::Good } else { Role::Warning })
        }
        Outcome::ReadBack { sent, saved } if sent == saved => {
            quick(format!("It was saved: {} read back as sent   ^Z old values", fields(*sent)), Role::Good)
        }
        Outcome::ReadBack { sent, saved } => {
            let title = match saved {
                0 => "It was not saved".to_owned(),
                some => format!("Only {some} of {} was saved", fields(*sent)),
            };
            let why = match &app.sync.last_fault {
                Some((Doing::Saving, fault)) => {
                    let happened = format!("{}.", fault.happened(&app.target.host));
                    [happened].into_iter().chain(fault.meaning(Doing::Saving, &app.target)).collect()
                }
                Some(_) | None => vec![],
            };
            let next = (!kept.is_empty()).then(|| join(&kept, "^S try again"));
            (title, Role::Warning, why.into_iter().chain(next).collect())
        }
        Outcome::NotYet => {
            let title = "It was not saved so far; it may still be on its way".to_owned();
            (title, Role::Warning, vec![join(&kept, "^R look again")])
        }
        Outcome::Failed(doing, fault) => failed(app, *doing, fault),
        Outcome::Cancelled(doing) => given_up(*doing, &kept),
        Outcome::SetUp { sent, took } => {
            quick(format!("Set up with {}, confirmed by the server ({})", fields(*sent), seconds(*took)), Role::Good)
        }
        Outcome::Gone(resource) => (
            format!("The {} of app {} are gone from the server", plural(*resource), app.target.app_id),
            Role::Warning,
            vec![if app.sync.draft.is_edited(*resource) {
                "Your edits are kept with its old values: ^S sets it up anew, ^O copies.".to_owned()
            } else {
                "Deleted, or the app is another account's now. Enter on the row sets it up with the old values."
                    .to_owned()
            }],
        ),
        Outcome::Removed(resource) => {
            quick(format!("Deleted the {}; what it held is in the history   ^G", resource.label()), Role::Good)
        }
        Outcome::NotRemoved(resource) => {
            quick(format!("Not deleted: HubSpot still has the {}", resource.label()), Role::Warning)
        }
        Outcome::NothingToDelete(resource) => {
            quick(format!("HubSpot has no {} to delete, or it is not loaded", resource.label()), Role::Warning)
        }
        Outcome::NotTried => quick("Not tried: what came before it could not be saved".to_owned(), Role::Warning),
        Outcome::AlreadyThere { fields: count } => {
            quick(format!("The server already has your values: {} not sent", fields(*count)), Role::Good)
        }
        Outcome::Clash { fields: count } => (
            format!("Not saved: {} changed here and on the server", fields(*count)),
            Role::Warning,
            vec![join(&kept, "Nothing was sent.  ^S choose per field")],
        ),
        Outcome::Stale(doing) => {
            let (title, next) = match doing {
                Doing::Loading | Doing::Watching => ("Not reloaded", "^R look again"),
                Doing::ReadingBack => (doubtful(app), "^R read it back"),
                Doing::Checking | Doing::Saving | Doing::Removing => ("Not saved", "^S try again"),
            };
            let what =
                "HubSpot keeps answering with an older copy than it confirmed before. A new start would take it.";
            (title.to_owned(), Role::Warning, vec![what.to_owned(), join(&kept, next)])
        }
        Outcome::NothingToSave => quick("Nothing to save".to_owned(), Role::Plain),
        Outcome::Invalid { fields: count } => {
            quick(format!("Not saved: {} can not be sent as typed", fields(*count)), Role::Error)
        }
    }
}

/// The user waits no longer.
fn given_up(doing: Doing, kept: &str) -> Words {
    match doing {
        Doing::Loading | Doing::Watching => {
            ("Loading was cancelled".to_owned(), Role::Warning, vec![join(kept, "^R load the settings")])
        }
        Doing::Checking => {
            ("Not saved: cancelled before anything was sent".to_owned(), Role::Warning, vec![join(kept, "^S save")])
        }
        Doing::Removing => (
            "Stopped waiting: we do not know whether HubSpot deleted it".to_owned(),
            Role::Warning,
            vec![join(kept, "^R look")],
        ),
        Doing::Saving | Doing::ReadingBack => (
            "Stopped waiting: we do not know whether HubSpot saved this".to_owned(),
            Role::Warning,
            vec![join(kept, "^R read it back")],
        ),
    }
}

fn plural(resource: Resource) -> String {
    match resource {
        Resource::Settings => "settings".to_owned(),
        other => format!("{} settings", other.label()),
    }
}

/// What was being done, what happened, what it means, where the edits are, the next key.
fn failed(app: &App, doing: Doing, fault: &Fault) -> Words {
    let (title, next) = match doing {
        Doing::Loading | Doing::Watching if app.sync.synced.is_some() => ("Not reloaded", "^R try again"),
        Doing::Loading | Doing::Watching => ("Not loaded", "^R try again"),
        Doing::ReadingBack => (doubtful(app), "^R read it back"),
        Doing::Checking | Doing::Saving => ("Not saved", "^S try again"),
        Doing::Removing => ("Not deleted", "^P try again"),
    };
    let mut lines = vec![format!("{}.", fault.happened(&app.target.host))];
    lines.extend(fault.meaning(doing, &app.target));
    lines.push(join(&where_edits_are(app), &format!("{next}   ^O copy error")));
    lines.extend(fault.correlation_id().map(|id| format!("HubSpot's correlation id: {id}")));
    (title.to_owned(), Role::Error, lines)
}
