//! The sentences about what is typed or pasted into a row, and about what is not taken.

use super::{NextStep, Statement, Tone, fields};
use crate::model::Resource;
use crate::model::profile::CredentialKind;
use crate::model::validate::TEXT_LIMIT;

/// No text is taken here.
pub(super) const NO_TEXT_HERE: &str = "That looked like a paste: no text goes here, so nothing was done";

/// Text and keys came at once. `whole`: was the text left out as well?
pub(super) fn too_fast(whole: bool) -> &'static str {
    if whole {
        "Text and keys came at once: nothing was done. Press one after the other"
    } else {
        "Keys came at once with the text and were left out: press them now"
    }
}

/// A paste was changed to fit into a row.
pub(super) fn pasted(tidied: usize, cut: bool) -> Statement {
    let tidied =
        (tidied > 0).then(|| "line ends and tabs became spaces, other control characters were left out".to_owned());
    let cut = cut.then(|| format!("cut at {} KiB", TEXT_LIMIT / 1024));
    let what: Vec<String> = tidied.into_iter().chain(cut).collect();
    Statement::brief(Tone::Warning, format!("Pasted as one line: {}", what.join("; ")))
}

/// The session's credential is in this many fields. 0 means that it was about to be typed.
pub(super) fn secret(kind: CredentialKind, count: usize) -> String {
    let noun = match kind {
        CredentialKind::Bearer => "token",
        CredentialKind::DeveloperKey => "key",
    };
    match count {
        0 => format!("That is this session's {noun}: it goes into no field"),
        _ => format!("This session's {noun} was in {}: taken out, and kept nowhere", fields(count)),
    }
}

/// Undo comes after a deletion.
pub(super) fn deletion_stands(resource: Resource) -> Statement {
    let title = format!("Deleting the {} cannot be undone; its values can be entered anew", resource.label());
    Statement::brief(Tone::Warning, title).next([NextStep::History])
}
