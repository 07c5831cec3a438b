//! `callset check`: would HubSpot's pages show the dialer?

use super::exit::{Ending, Said, array, document, object};
use super::options::Shared;
use crate::model::check::{CheckFinding, FindingLevel, HUBSPOT_HOSTS, UrlCheck, UrlUse};
use crate::model::json::string;
use crate::model::{FieldId, Resource};
use crate::words::check as words;
use crate::words::mask::masked;
use clap::Args;

/// Options of `check`.
#[derive(Clone, Debug, Args)]
pub struct UrlToCheck {
    /// The URL; else those of the app's settings
    #[arg(value_name = "URL")]
    pub url: Option<String>,
    /// Whose URLs are checked, and how it is printed.
    #[command(flatten)]
    pub shared: Shared,
}

/// The fields that hold URLs, and what each is for.
pub fn fields() -> [(FieldId, UrlUse); 3] {
    [
        (FieldId::settings("url"), UrlUse::Dialer),
        (FieldId::known(Resource::Recording, "urlToRetrieveAuthedRecording"), UrlUse::Recording),
        (FieldId::known(Resource::ChannelConnection, "url"), UrlUse::Numbers),
    ]
}

/// The output for the checks. The first is the one that the exit code and the document are about; the others add to both.
pub fn said(checks: &[(Option<FieldId>, UrlCheck)], json: bool) -> Said {
    let Some(((_, first), others)) = checks.split_first() else { return Said::default() };
    let all = || checks.iter().map(|(_, check)| check);
    let ending = if all().any(UrlCheck::is_unreached) {
        Ending::Failed
    } else if all().any(|check| check.worst() > FindingLevel::Ok) {
        Ending::Differs
    } else {
        Ending::Done
    };
    let printed = if json {
        let mut members = json_members(first);
        if !others.is_empty() {
            let one = |(field, check): &(Option<FieldId>, UrlCheck)| {
                let field = field.as_ref().map(|field| ("field", string(&field.to_string())));
                object(&field.into_iter().chain(json_members(check)).collect::<Vec<_>>())
            };
            members.push(("others", array(others.iter().map(one))));
        }
        vec![document(&members)]
    } else {
        let mut lines = Vec::new();
        for (_, check) in checks {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(self::lines(check));
        }
        lines
    };
    let problems = all().map(UrlCheck::problems).sum();
    let said = if ending == Ending::Done { vec![] } else { vec![format!("callset: {}", words::count(problems))] };
    Said { printed, said, code: ending.code() }
}

/// A check as members of a JSON object.
pub fn json_members(check: &UrlCheck) -> Vec<(&'static str, String)> {
    let or_null = |text: Option<String>| text.unwrap_or_else(|| "null".to_owned());
    let visit = &check.visit;
    vec![
        ("url", string(&visit.url)),
        ("final_url", or_null(visit.way.last().map(|last| string(last.as_str())))),
        ("status", or_null(visit.came.as_ref().ok().map(|answer| answer.status.to_string()))),
        ("findings", array(check.findings.iter().map(|finding| finding_json(finding, visit.used)))),
    ]
}

fn finding_json(finding: &CheckFinding, used: UrlUse) -> String {
    let told = words::finding(finding, used);
    let mut members = vec![
        ("kind", string(finding.kind().key())),
        ("level", string(words::level(finding.level))),
        ("text", string(&told.text)),
    ];
    let optional = [
        ("why", Some(told.why).filter(|why| !why.is_empty())),
        ("fix", told.fix),
        ("header", finding.header.as_ref().map(|header| words::piece(&header.shown()))),
    ];
    members.extend(optional.into_iter().filter_map(|(key, text)| Some((key, string(&text?)))));
    if let Some(hosts) = finding.hosts() {
        let hosts: Vec<_> = HUBSPOT_HOSTS.iter().zip(hosts).map(|(host, shown)| (*host, shown.to_string())).collect();
        members.push(("hosts", object(&hosts)));
    }
    object(&members)
}

/// The findings for people, worst first.
fn lines(check: &UrlCheck) -> Vec<String> {
    const INDENT: &str = "                        ";
    let mut lines = vec![masked(&check.visit.url), String::new()];
    for finding in &check.findings {
        let told = words::finding(finding, check.visit.used);
        let (level, label) = (words::level(finding.level), words::label(finding.kind()));
        lines.push(format!("  {level:7}  {label:12}  {}", masked(&told.text)));
        if !told.why.is_empty() {
            lines.push(format!("{INDENT}{}", masked(&told.why)));
        }
        if let Some(fix) = &told.fix {
            lines.push(format!("{INDENT}{}  {}", words::before_fix(finding.kind()), masked(fix)));
        }
    }
    if let Some(hosts) = check.hosts() {
        lines.extend([String::new(), format!("  {}", words::hosts(hosts))]);
    }
    lines
}
