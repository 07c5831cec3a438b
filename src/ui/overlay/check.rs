//! What the check of a URL has found, worst first.
//!
//! ```text
//!   ✗ framing      X-Frame-Options: SAMEORIGIN refuses every HubSpot page
//!                  send instead
//!                  Content-Security-Policy: frame-ancestors https://*.hubspot.com
//! ```

use super::Styled;
use super::page::Sheet;
use super::parts::cell;
use crate::app::App;
use crate::app::checks::LookEnd;
use crate::model::FieldId;
use crate::model::check::{CheckFinding, FindingLevel, HUBSPOT_HOSTS, UrlCheck, UrlUse};
use crate::ui::text::{visible, wrap};
use crate::ui::theme::Role;
use crate::ui::wrap_cells;
use crate::words::check as words;
use crate::words::mask::masked;

/// A page of fewer cells is narrow: what is said stands below its label there.
const NARROW: usize = 52;

/// The cells of a sign and a label.
const LABEL: usize = 16;

/// The page for the URL of a row.
pub(super) fn text(app: &App, id: &FieldId, room: usize) -> Sheet {
    let Some(url) = app.url_of(id) else {
        return Sheet::new(
            words::title(""),
            vec![(String::new(), Role::Plain), (words::NO_URL.to_owned(), Role::Plain)],
        );
    };
    let mut lines = vec![(String::new(), Role::Plain)];
    let title = match app.look_at(id).map(|look| &look.end) {
        Some(LookEnd::Over(check)) => {
            lines.extend(all(check, room));
            words::title(&words::count(check.problems()))
        }
        Some(LookEnd::Open | LookEnd::GivenUp) | None => {
            let said = if app.look_at(id).is_some() { words::LOOKING } else { words::NOT_LOOKED };
            lines.extend(wrap(said, room).into_iter().map(|line| (line, Role::Plain)));
            words::title("")
        }
    };
    let at = wrap_cells(&visible(&masked(&url)), room).into_iter().map(|line| (line, Role::Strong));
    lines.splice(1..1, at.chain([(String::new(), Role::Plain)]));
    Sheet::new(title, lines)
}

fn all(check: &UrlCheck, room: usize) -> Vec<Styled> {
    let mut lines: Vec<Styled> =
        check.findings.iter().flat_map(|finding| one(finding, check.visit.used, room)).collect();
    if let Some(hosts) = check.hosts() {
        lines.push((String::new(), Role::Plain));
        let each = HUBSPOT_HOSTS
            .iter()
            .zip(hosts)
            .map(|(host, shown)| format!("{} {}", words::short_host(host), if shown { "✓" } else { "✗" }));
        lines.extend(wrap(&each.collect::<Vec<_>>().join("   "), room).into_iter().map(|line| (line, Role::Strong)));
    }
    lines
}

/// A finding: its sign and label, what was found, why it matters, what to send instead.
fn one(finding: &CheckFinding, used: UrlUse, room: usize) -> Vec<Styled> {
    let told = words::finding(finding, used);
    let (sign, role) = match finding.level {
        FindingLevel::Ok => ("✓", Role::Good),
        FindingLevel::Warning => ("!", Role::Warning),
        FindingLevel::Error => ("✗", Role::Error),
    };
    let label = format!("{sign} {}", words::label(finding.kind()));
    let is_narrow = room < NARROW;
    let indent = if is_narrow { 2 } else { LABEL };
    let width = room.saturating_sub(indent).max(8);
    let mut body: Vec<Styled> =
        wrap(&visible(&masked(&told.text)), width).into_iter().map(|line| (line, role)).collect();
    body.extend(wrap(&told.why, width).into_iter().filter(|line| !line.is_empty()).map(|line| (line, Role::Plain)));
    if let Some(fix) = &told.fix {
        body.push((format!("{}:", words::before_fix(finding.kind())), Role::Plain));
        body.extend(wrap(&visible(&masked(fix)), width).into_iter().map(|line| (line, Role::Strong)));
    }
    let mut lines = Vec::new();
    if is_narrow {
        lines.push((label.clone(), role));
    }
    for (at, (line, role)) in body.into_iter().enumerate() {
        let start = if at == 0 && !is_narrow { cell(&label, indent) } else { " ".repeat(indent) };
        lines.push((format!("{start}{line}"), role));
    }
    lines
}

/// The same as sentences, without a sign: a line a finding.
pub(in crate::ui) fn told(app: &App, id: &FieldId) -> Vec<String> {
    let Some(url) = app.url_of(id) else { return vec![format!("{}. {}", words::title(""), words::NO_URL)] };
    let title = |found: &str| format!("{}. {}", words::title(found), masked(&url));
    let Some(check) = app.found_at(id) else {
        let said = if app.look_at(id).is_some() { words::LOOKING } else { words::NOT_LOOKED };
        return vec![title(""), said.to_owned()];
    };
    let mut lines = vec![title(&words::count(check.problems()))];
    lines.extend(check.findings.iter().map(|finding| words::sentence(finding, check.visit.used)));
    lines.extend(check.hosts().map(|hosts| format!("{}.", crate::words::capital(&words::hosts(hosts)))));
    lines.into_iter().map(|line| masked(&line)).collect()
}

/// What the check of a URL says in the review of a save: a line, or several.
pub(super) fn in_review(app: &App, id: &FieldId, room: usize) -> Vec<Styled> {
    let said = match app.look_at(id).map(|look| &look.end) {
        Some(LookEnd::Over(check)) => words::in_review(check),
        Some(LookEnd::Open | LookEnd::GivenUp) => words::LOOKING.to_owned(),
        None => return vec![],
    };
    let role = app.found_at(id).map_or(Role::Plain, |check| match check.worst() {
        FindingLevel::Ok => Role::Good,
        FindingLevel::Warning => Role::Warning,
        FindingLevel::Error => Role::Error,
    });
    wrap(&visible(&masked(&said)), room).into_iter().map(|line| (line, role)).collect()
}

/// What the findings mean, for the help of the page.
pub(super) fn meanings(room: usize) -> Vec<Styled> {
    let meaning = |(kind, text): &(_, &str)| {
        let mut lines = wrap(text, room.saturating_sub(LABEL).max(8)).into_iter();
        let first = format!("{}{}", cell(words::label(*kind), LABEL), lines.next().unwrap_or_default());
        let rest: Vec<String> = lines.map(|line| format!("{}{line}", " ".repeat(LABEL))).collect();
        std::iter::once(first).chain(rest).map(|line| (line, Role::Plain)).collect::<Vec<_>>()
    };
    words::MEANINGS.iter().flat_map(meaning).collect()
}
