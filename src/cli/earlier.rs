//! What other runs left: the writes of ended ones with their outcomes, those that running ones hold in doubt, and what could
//! not be read.

use super::assignment::lower;
use super::exit::{array, object};
use crate::model::json::string;
use crate::model::record::{Aside, AsideOf, PeerDoubts, Sending};
use crate::sync::Earlier;
use crate::words::leftover;

/// Writes of earlier runs, with their outcomes.
pub(super) fn earlier_json(earlier: &[Earlier]) -> String {
    let one = |earlier: &Earlier| {
        let arrived = earlier.fate.arrived();
        let outcome = match arrived {
            _ if earlier.is_late() => "late",
            _ if earlier.is_whole() => "saved",
            _ if earlier.is_unknown() => "unknown",
            0 => "not_saved",
            _ => "differs",
        };
        let mut members = write(&earlier.sending);
        members.extend([("arrived", arrived.to_string()), ("outcome", string(outcome))]);
        object(&members)
    };
    array(earlier.iter().map(one))
}

/// The writes that other running callsets hold in doubt.
pub(super) fn others_json(others: &[PeerDoubts]) -> String {
    let one = |doubts: &PeerDoubts| {
        object(&[
            ("pid", doubts.peer.pid.to_string()),
            ("since", string(&doubts.peer.since.to_string())),
            ("writes", array(doubts.sendings.iter().map(|sending| object(&write(sending))))),
            ("unread", doubts.unread.to_string()),
        ])
    };
    array(others.iter().map(one))
}

/// A line about something that was set aside: what it was, where it is now, and what that means.
pub fn set_aside(aside: &Aside) -> String {
    let Aside { of, path } = aside;
    let line = format!("callset: {}: {path}", lower(&leftover::aside(*of, 1)));
    match leftover::aside_means(*of, 1) {
        Some(meaning) => format!("{line}. {meaning} callset history and callset get may tell"),
        None => line,
    }
}

/// What was set aside, as a member of what is printed; none if there is nothing.
pub(super) fn aside_member(aside: &[Aside]) -> Option<(&'static str, String)> {
    let what = |of: AsideOf| match of {
        AsideOf::Draft => "draft",
        AsideOf::Sending => "save",
        AsideOf::Run => "run",
        AsideOf::Other => "file",
    };
    let one = |aside: &Aside| object(&[("what", string(what(aside.of))), ("path", string(&aside.path))]);
    (!aside.is_empty()).then(|| ("aside", array(aside.iter().map(one))))
}

fn write(sending: &Sending) -> Vec<(&'static str, String)> {
    let patch = sending.patch();
    let fields = patch.into_iter().flat_map(|patch| patch.members().map(|(id, _)| id.to_string()));
    vec![
        ("at", string(&sending.at.to_string())),
        ("resource", string(sending.resource().name())),
        ("deletion", sending.is_removal().to_string()),
        ("fields", array(fields.map(|name| string(&name)))),
        ("sent", patch.map_or(1, crate::model::Patch::len).to_string()),
    ]
}
