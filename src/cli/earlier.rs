//! The writes of other runs, as JSON: those of ended ones with their outcomes, and those that running ones hold in doubt.

use super::exit::{array, object};
use super::names;
use crate::model::json::string;
use crate::model::record::{PeerDoubts, Sending};
use crate::sync::Earlier;

/// Writes of earlier runs, with their outcomes.
pub(super) fn earlier_json(earlier: &[Earlier]) -> String {
    let one = |earlier: &Earlier| {
        let arrived = earlier.fate.arrived();
        let outcome = match arrived {
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

fn write(sending: &Sending) -> Vec<(&'static str, String)> {
    let patch = sending.patch();
    let fields = patch.into_iter().flat_map(|patch| patch.members().map(|(id, _)| names::name(id)));
    vec![
        ("at", string(&sending.at.to_string())),
        ("resource", string(names::word(sending.resource()))),
        ("deletion", sending.is_removal().to_string()),
        ("fields", array(fields.map(|name| string(&name)))),
        ("sent", patch.map_or(1, crate::model::Patch::len).to_string()),
    ]
}
