//! What is said of values from elsewhere: presets, earlier values, another profile.

use super::{Words, fields, join};
use crate::app::reuse::{Comparison, Difference};
use crate::app::{App, Reused};
use crate::model::Fit;
use crate::sync::{Doing, Fault, Target};
use crate::ui::theme::Role;

/// What became of it.
pub(super) fn told(what: &Reused) -> Words {
    let quick = |title: String, role: Role| (title, role, vec![]);
    match what {
        Reused::Applied { name, fields: count, not_there, unfit } => {
            let title = match count {
                0 => format!("Preset {name} changes nothing on this form"),
                count => format!("Preset {name}: {} changed, unsaved   ^S save   ^Z undo", fields(*count)),
            };
            let left_out =
                |keys: &[String], why: &str| (!keys.is_empty()).then(|| format!("{why}: {}.", keys.join(", ")));
            let lines: Vec<String> = [
                left_out(not_there, "Left out, because HubSpot does not send them for this app"),
                left_out(unfit, "Left out, because the fields take other values"),
            ]
            .into_iter()
            .flatten()
            .collect();
            let role = if lines.is_empty() { Role::Plain } else { Role::Warning };
            (title, role, lines)
        }
        Reused::NothingToKeep => quick(
            "Nothing to keep: change settings first, then a preset holds what you changed".to_owned(),
            Role::Plain,
        ),
        Reused::NotAName => {
            quick("A preset's name has 1 to 40 characters, none of them invisible".to_owned(), Role::Warning)
        }
        Reused::NameTaken(name) => {
            quick(format!("There is a preset {name}: Enter once more replaces it"), Role::Warning)
        }
        Reused::Kept { name, file } => {
            (format!("Preset {name} is kept; your edits are still unsaved"), Role::Good, vec![format!("In {file}.")])
        }
        Reused::NotKept(why) => (
            "The preset was not written; your edits are still here".to_owned(),
            Role::Error,
            vec![format!("{}.", why.trim_end_matches('.'))],
        ),
        Reused::Copied { from, fields: count } => {
            quick(format!("{} from {from}, unsaved   ^S save   ^Z undo", fields(*count)), Role::Plain)
        }
        Reused::NothingMarked => quick("Nothing is chosen: Space chooses a field, a all".to_owned(), Role::Warning),
        Reused::NotCopied(verdict) => quick(format!("Not to be copied: {}", why_not(*verdict)), Role::Warning),
    }
}

/// Why a field can not be copied.
pub fn why_not(verdict: Difference) -> &'static str {
    match verdict {
        Difference::Differs => "it can be",
        Difference::Equal => "it is the same here",
        Difference::OnlyHere => "the other profile does not have it",
        Difference::OnlyThere => "HubSpot does not send it for this app",
        Difference::Unfit => "the field takes other values here",
        Difference::Unread => "it could not be read there",
    }
}

/// The sign and the word of a verdict.
pub fn verdict(verdict: Difference) -> (&'static str, &'static str) {
    match verdict {
        Difference::Equal => ("=", "same"),
        Difference::Differs => ("≠", "differs"),
        Difference::OnlyHere => ("!", "only here"),
        Difference::OnlyThere => ("!", "only there"),
        Difference::Unfit => ("!", "does not fit"),
        Difference::Unread => ("!", "not read"),
    }
}

/// What would become of a preset's value.
pub fn fit(fit: Fit) -> &'static str {
    match fit {
        Fit::Changes => "",
        Fit::Same => "there already",
        Fit::Unfit => "left out: the field takes other values",
        Fit::NotThere => "left out: HubSpot does not send it for this app",
    }
}

/// Why another profile could not be read: what happened, what it means, what to do.
pub fn unread(app: &App, comparison: &Comparison, fault: &Fault) -> Vec<String> {
    let with = &comparison.with;
    let host = with.host().unwrap_or_default();
    let target = Target { app_id: with.app_id, kind: with.kind, host: host.clone(), ..app.target.clone() };
    let next = match fault {
        Fault::Untrusted(_) => {
            "Go on with that profile once, with ^T: it asks about the host.   ^R try again".to_owned()
        }
        Fault::NoCredential(_) => "Put one where that profile looks.   ^R try again".to_owned(),
        Fault::Setup(_)
        | Fault::Outdated
        | Fault::Unreached(_)
        | Fault::TimedOut(_)
        | Fault::Broken(_)
        | Fault::Unreadable { .. }
        | Fault::Refused(_) => join(&fault.meaning(Doing::Loading, &target).unwrap_or_default(), "^R try again"),
    };
    vec![format!("{}.", fault.happened(&host)), next]
}

/// After the strip's title while one types: that the row had other values.
pub(super) fn hint(app: &App) -> String {
    match app.offers().len() {
        0 => String::new(),
        1 => "   F3 takes an earlier value".to_owned(),
        n => format!("   F3 shows {n} earlier values"),
    }
}

/// Where there is nothing to offer.
pub fn recent(app: &App) -> String {
    match &app.history.read {
        None => "Reading…".to_owned(),
        Some(Err(why)) => format!("No history: {why}"),
        Some(Ok(_)) if app.form.typed => "No earlier value holds this.".to_owned(),
        Some(Ok(_)) => "No other value yet.".to_owned(),
    }
}
