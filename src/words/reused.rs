//! The sentences about values from elsewhere: presets, earlier values, another profile.

use super::{NextStep, Statement, Tone, fault, fields};
use crate::model::Fit;
use crate::model::profile::Profile;
use crate::sync::{Doing, Fault, Target};

/// The outcome of using values from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reused {
    /// A preset was entered.
    Applied {
        /// The name of the preset.
        name: String,
        /// Fields that have another value now.
        fields: usize,
        /// Keys of the preset that the server does not have.
        not_there: Vec<String>,
        /// Keys of the preset whose values do not fit the fields.
        unfit: Vec<String>,
    },
    /// The next preset of sizes was entered.
    Stepped {
        /// The name of the preset.
        name: String,
        /// Which one it is, from 1, and how many there are.
        at: (usize, usize),
        /// Fields that have another value now.
        fields: usize,
    },
    /// No preset holds sizes and nothing else.
    NoSizes,
    /// There is no edit of the settings that a preset could keep.
    NothingToKeep,
    /// The text cannot be the name of a preset.
    NotAName,
    /// There is a preset of this name already. Doing it again replaces that preset.
    NameTaken(String),
    /// The preset was written.
    Kept {
        /// The name of the preset.
        name: String,
        /// The file.
        file: String,
    },
    /// The preset could not be written, for this reason.
    NotKept(String),
    /// Fields of another profile were entered.
    Copied {
        /// The profile.
        from: String,
        /// Fields that have another value now.
        fields: usize,
    },
    /// No field is chosen.
    NothingMarked,
    /// The field cannot be copied, for this reason.
    NotCopied(Difference),
}

/// How a field here compares with the one there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The same value.
    Equal,
    /// Another value, which can be copied.
    Differs,
    /// The other server did not send it, or does not have its resource.
    OnlyHere,
    /// Only the other server has the field, so it cannot be copied.
    OnlyThere,
    /// Another value, which does not fit here.
    Unfit,
    /// The resource of the field could not be read on the other server.
    Unread,
}

impl Difference {
    /// The comparison, by how the other server's value would fit here.
    pub fn of(fit: Fit) -> Self {
        match fit {
            Fit::Changes => Difference::Differs,
            Fit::Same => Difference::Equal,
            Fit::Unfit => Difference::Unfit,
            Fit::NotThere => Difference::OnlyThere,
        }
    }
}

/// The sentences about presets and copied values.
pub(super) fn said(what: &Reused) -> Statement {
    match what {
        Reused::Applied { name, fields: count, not_there, unfit } => applied(name, *count, not_there, unfit),
        Reused::Stepped { name, at: (at, of), fields: count } => {
            let count =
                if *count == 0 { "as it is already".to_owned() } else { format!("{}, unsaved", fields(*count)) };
            Statement::brief(Tone::Plain, format!("Preset {name} ({at} of {of}): {count}"))
                .next([NextStep::Save, NextStep::Undo])
        }
        Reused::NoSizes => {
            Statement::brief(Tone::Plain, "No preset holds sizes and nothing else").next([NextStep::KeepPreset])
        }
        Reused::NothingToKeep => Statement::brief(
            Tone::Plain,
            "Nothing to keep: change settings first, then a preset holds what you changed",
        ),
        Reused::NotAName => {
            Statement::brief(Tone::Warning, "A preset's name has 1 to 40 characters, none of them invisible")
        }
        Reused::NameTaken(name) => {
            Statement::brief(Tone::Warning, format!("There is a preset {name} already")).next([NextStep::ReplacePreset])
        }
        Reused::Kept { name, file } => {
            let title = format!("Preset {name} is kept; your edits are still unsaved");
            Statement::full(Tone::Good, title, [format!("In {file}.")])
        }
        Reused::NotKept(why) => {
            let why = format!("{}.", why.trim_end_matches('.'));
            Statement::full(Tone::Error, "The preset was not written; your edits are still here", [why])
        }
        Reused::Copied { from, fields: count } => {
            let title = format!("{} from {from}, unsaved", fields(*count));
            Statement::brief(Tone::Plain, title).next([NextStep::Save, NextStep::Undo])
        }
        Reused::NothingMarked => {
            Statement::brief(Tone::Warning, "No field is chosen").next([NextStep::PickField, NextStep::PickAll])
        }
        Reused::NotCopied(verdict) => {
            Statement::brief(Tone::Warning, format!("This field cannot be copied: {}", why_not(*verdict)))
        }
    }
}

fn applied(name: &str, count: usize, not_there: &[String], unfit: &[String]) -> Statement {
    let (title, next) = match count {
        0 => (format!("Preset {name} changes nothing on this form"), vec![]),
        count => (format!("Preset {name}: {} changed, unsaved", fields(count)), vec![NextStep::Save, NextStep::Undo]),
    };
    let left_out = |keys: &[String], why: &str| (!keys.is_empty()).then(|| format!("{why}: {}.", keys.join(", ")));
    let lines: Vec<String> = [
        left_out(not_there, "Left out, because HubSpot does not send them for this app"),
        left_out(unfit, "Left out, because the fields take other values"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let tone = if lines.is_empty() { Tone::Plain } else { Tone::Warning };
    Statement { lines, ..Statement::brief(tone, title).next(next) }
}

/// Why a field cannot be copied.
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

/// The words for how a preset's value would fit.
pub fn fit(fit: Fit) -> &'static str {
    match fit {
        Fit::Changes => "",
        Fit::Same => "there already",
        Fit::Unfit => "left out: the field takes other values",
        Fit::NotThere => "left out: HubSpot does not send it for this app",
    }
}

/// Says why another profile could not be read: what happened, what it means, what to do. `target` is the one in use.
pub fn unread(target: &Target, with: &Profile, why: &Fault) -> Statement {
    let host = with.host().unwrap_or_default();
    let target = Target { app_id: with.app_id, kind: with.kind, host: host.clone(), ..target.clone() };
    let (meaning, first) = match why {
        Fault::Untrusted(_) => {
            let meaning = "Switch to that profile once: it asks about the host.";
            (Some(meaning.to_owned()), Some(NextStep::SwitchProfile))
        }
        Fault::NoCredential(_) => (Some("Put one where that profile looks.".to_owned()), None),
        Fault::Setup(_)
        | Fault::Outdated
        | Fault::Unreached(_)
        | Fault::TimedOut(_)
        | Fault::Broken(_)
        | Fault::Unreadable { .. }
        | Fault::Refused(_) => (fault::meaning(why, Doing::Loading, &target), None),
    };
    let happened = format!("{}.", fault::happened(why, &host));
    let next = first.into_iter().chain([NextStep::CompareAgain]);
    Statement::full(Tone::Error, "", [happened]).kept(meaning.unwrap_or_default()).next(next)
}
