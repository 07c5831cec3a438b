//! Who may frame the page: what the headers say, and what to send instead.

use super::{FindingWords, piece, short_host};
use crate::model::check::{AncestorsFlaw, FramingRule, FramingVerdict, HUBSPOT_HOSTS};

/// What is said of who may frame the page.
pub(super) fn said(verdict: &FramingVerdict, shows_nothing: bool) -> FindingWords {
    let is_everywhere = verdict.hosts == [true; 5];
    let is_nowhere = verdict.hosts == [false; 5];
    let header = verdict.header.as_ref().map(|header| header.name.clone()).unwrap_or_default();
    let text = match &verdict.decided {
        _ if shows_nothing && is_everywhere => {
            "Every HubSpot page may frame it, but there is nothing to show".to_owned()
        }
        FramingRule::Nothing => "No header forbids it: every page may frame it".to_owned(),
        FramingRule::OptionsIgnored { value } => {
            format!("{header}: {} means nothing to browsers: every page may frame it", piece(value))
        }
        FramingRule::Options { value, is_contradiction: true } => {
            format!("{header}: {} contradicts itself, which refuses every page", piece(value))
        }
        FramingRule::Options { value, is_contradiction: false } if is_nowhere => {
            format!("{header}: {} refuses every HubSpot page", piece(value))
        }
        FramingRule::Options { value, is_contradiction: false } => {
            format!("{header}: {} refuses every other page", piece(value))
        }
        FramingRule::Ancestors { sources, .. } if is_everywhere => {
            format!("frame-ancestors {} lets every HubSpot page frame it", piece(sources)).replace("  ", " ")
        }
        FramingRule::Ancestors { sources, beside_others, .. } => {
            let several = if *beside_others { " (there are several policies, and all have to match)" } else { "" };
            let whom = if is_nowhere { "every HubSpot page".to_owned() } else { missing(verdict.hosts) };
            format!("frame-ancestors {} refuses {whom}{several}", piece(sources)).replace("  ", " ")
        }
    };
    let why = match &verdict.decided {
        _ if is_everywhere => "",
        FramingRule::Ancestors { why: Some(flaw), .. } => ancestors(*flaw),
        _ if is_nowhere => "The frame stays blank in every account.",
        FramingRule::Ancestors { .. }
        | FramingRule::Options { .. }
        | FramingRule::OptionsIgnored { .. }
        | FramingRule::Nothing => "Accounts whose data is there see a blank frame.",
    };
    let fix = (!is_everywhere).then(|| verdict.fix.clone());
    FindingWords { text, why: why.to_owned(), fix }
}

fn ancestors(flaw: AncestorsFlaw) -> &'static str {
    match flaw {
        AncestorsFlaw::None => "It lets no page at all frame the dialer, so the frame stays blank in every account.",
        AncestorsFlaw::OwnOnly => {
            "It lets the dialer's own pages frame it only, so the frame stays blank in every account."
        }
        AncestorsFlaw::Path => {
            "A source with a path matches no page that frames, so the frame stays blank in every account."
        }
        AncestorsFlaw::Quoted => "A name in quotes is no source, so the frame stays blank in every account.",
        AncestorsFlaw::BareDomain => {
            "A name does not stand for the names below it, so the frame stays blank in every account."
        }
    }
}

/// The hosts that are left out.
fn missing(hosts: [bool; 5]) -> String {
    let left_out = HUBSPOT_HOSTS.iter().zip(hosts).filter(|(_, shown)| !shown);
    left_out.map(|(host, _)| short_host(host)).collect::<Vec<_>>().join(", ")
}
