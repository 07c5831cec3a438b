//! `-v`: prints a line for each request when the request ends. Keys in a query are masked, and headers are not printed.

use crate::sync::{Batch, End, Target};
use crate::words::fault;
use crate::words::time;

/// A line for each ended request after the one with this number, together with the request's own number.
pub fn lines(batch: &Batch, after: u32, target: &Target) -> Vec<(u32, String)> {
    let mut lines = Vec::new();
    for logged in batch.copy.log.iter().filter(|logged| logged.id.0 > after) {
        let what = format!("{} {}", logged.call.method(), target.shown_url(logged.call.resource()));
        let end = match &logged.end {
            // Requests are printed in the order in which they were sent, so later ones wait for this one.
            End::Open => break,
            End::Cancelled => "given up".to_owned(),
            End::Over { took, fault, trace, .. } => {
                let status = trace.as_ref().map(|trace| trace.status.to_string());
                let why = fault.as_ref().map(|fault| fault::happened(fault, &target.host));
                let words = status.or(why).unwrap_or_else(|| "done".to_owned());
                let renewed = if trace.as_ref().is_some_and(|trace| trace.renewed) { ", token renewed" } else { "" };
                format!("{words} ({}){renewed}", time::took(*took))
            }
        };
        lines.push((logged.id.0, format!("{what}  {end}")));
    }
    lines
}
