//! The outcomes of writes of earlier runs, as JSON.

use super::exit::{array, object};
use super::names;
use crate::model::json::string;
use crate::sync::Earlier;

/// Writes of earlier runs, with their outcomes.
pub(super) fn earlier_json(earlier: &[Earlier]) -> String {
    let one = |earlier: &Earlier| {
        let (sent, arrived) = (earlier.sending.patch().map_or(1, crate::model::Patch::len), earlier.fate.arrived());
        let outcome = match arrived {
            _ if earlier.is_whole() => "saved",
            _ if earlier.is_unknown() => "unknown",
            0 => "not_saved",
            _ => "differs",
        };
        let fields =
            earlier.sending.patch().into_iter().flat_map(|patch| patch.members().map(|(id, _)| names::name(id)));
        object(&[
            ("at", string(&earlier.sending.at.to_string())),
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
