//! The outcomes of writes of earlier runs, as JSON.

use super::exit::{array, object};
use super::names;
use crate::model::json::string;
use crate::sync::Earlier;

/// Writes of earlier runs, with their outcomes.
pub(super) fn earlier_json(earlier: &[Earlier]) -> String {
    let one = |earlier: &Earlier| {
        let (sent, arrived) = (earlier.sending.patch().map_or(1, crate::model::Patch::len), earlier.arrived);
        let outcome = match (arrived, earlier.is_open) {
            (arrived, _) if arrived == sent => "saved",
            (_, true) => "unknown",
            (0, false) => "not_saved",
            (_, false) => "differs",
        };
        let fields =
            earlier.sending.patch().into_iter().flat_map(|patch| patch.members().map(|(id, _)| names::name(id)));
        object(&[
            ("at", string(&earlier.at.to_string())),
            ("resource", string(names::word(earlier.sending.resource()))),
            ("deletion", earlier.sending.is_removal().to_string()),
            ("fields", array(fields.map(|name| string(&name)))),
            ("sent", sent.to_string()),
            ("arrived", arrived.to_string()),
            ("outcome", string(outcome)),
        ])
    };
    array(earlier.iter().map(one))
}
