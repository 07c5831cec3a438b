//! The check of a url: what was found, why it matters, what to send instead.

mod framing;

use super::count;
use super::time::{self, Clock};
use crate::model::certificate::ChainFlaw;
use crate::model::check::{
    BodyEnd, CheckFinding, FindingKind, FindingLevel, HUBSPOT_HOSTS, PageFact, RedirectFault, UrlCheck, UrlUse,
    VisitFault,
};
use crate::model::reach::ReachableFrom;
use std::time::Duration;

/// The longest piece of a header in a sentence, in characters.
const PIECE: usize = 120;

/// What is said of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingWords {
    /// What was found, in a sentence.
    pub text: String,
    /// Why it matters. Empty where nothing is wrong.
    pub why: String,
    /// What to send or to do instead, ready to be used.
    pub fix: Option<String>,
}

/// What is said of a finding.
pub fn finding(finding: &CheckFinding, used: UrlUse) -> FindingWords {
    let words = |text: String, why: &str| FindingWords { text, why: why.to_owned(), fix: None };
    let fixed = |text: String, why: &str, fix: &str| FindingWords { fix: Some(fix.to_owned()), ..words(text, why) };
    match &finding.fact {
        PageFact::Answers { status, content_type, took, body } => {
            answers(*status, content_type.as_deref(), *took, *body)
        }
        PageFact::ShowsNothing(status) => words(
            format!("Answers {status}: there is nothing to show"),
            "After this status browsers leave the frame as it was, which is empty.",
        ),
        PageFact::Unreached { fault, redirected } => words(
            match redirected.as_ref().filter(|_| !matches!(fault, VisitFault::Redirect(_))) {
                Some(at) => format!("Redirects to {}. {}", at.origin().ascii_serialization(), unreached(fault)),
                None => unreached(fault),
            },
            after_fault(fault, used),
        ),
        PageFact::Certificate { ends, sent, is_soon } => {
            let until = ends.map_or("Valid".to_owned(), |ends| format!("Valid until {}", time::day(ends)));
            let text = format!("{until} ({})", count::certificates(*sent));
            words(text, if *is_soon { "It ends soon; from then on no browser opens the page." } else { "" })
        }
        PageFact::BadCertificate(flaw) => words(
            format!("{}; the rest was looked at all the same", capital(&certificate(flaw))),
            "Browsers show nothing in the frame until the page was opened once in a tab of its own and the certificate \
             accepted there.",
        ),
        PageFact::NoTls => words(
            "The url begins with http://".to_owned(),
            "What HubSpot's servers send and get can be read and changed on its way. Serve it by https.",
        ),
        PageFact::SameOrigin { to } => words(format!("Redirects to {to}, within its own origin"), ""),
        PageFact::OtherOrigin { to } => other_origin(to, used),
        PageFact::LeadsOn { to } => words(
            format!("{} leads on to {}", header_of(finding), to.origin().ascii_serialization()),
            "The page at the url is shown, and then one of another origin, with which HubSpot does not speak.",
        ),
        PageFact::NotAPage { content_type, is_saved } => not_a_page(content_type.as_deref(), *is_saved),
        PageFact::Framing { verdict, shows_nothing } => framing::said(verdict, *shows_nothing),
        PageFact::MicrophoneFree => words("Not taken away by a header".to_owned(), ""),
        PageFact::MicrophoneOff { fix } => {
            let header = finding.header.as_ref().map(|header| piece(&header.shown())).unwrap_or_default();
            fixed(
                format!("{header} takes the microphone away"),
                "Calls have no sound: the dialer's own origin is not in the list.",
                fix,
            )
        }
        PageFact::MixedContent { at } => words(
            format!("{at} is not https"),
            "HubSpot's pages come by https, and browsers do not load a frame without it into them: it stays empty.",
        ),
        PageFact::LocalOnly { from, by_name } => local_only(*from, *by_name, used),
        PageFact::Interstitial { service } => words(
            format!("Browsers may get a page of {service} first, also in the frame"),
            "The dialer is not there until somebody has clicked that page away, or, for a port that is not public, has \
             logged in there.",
        ),
        PageFact::Sandboxed { lacks } => {
            let lacked = lacks.join(" and ");
            let why = if lacks.contains(&"allow-scripts") {
                "Its scripts do not run."
            } else if lacks.contains(&"allow-same-origin") {
                "The page has no origin then, so HubSpot and the SDK drop each other's messages."
            } else {
                "A login in a form or in a window of its own does not work."
            };
            let fix = "Content-Security-Policy: sandbox allow-scripts allow-same-origin allow-forms allow-popups";
            fixed(format!("Content-Security-Policy: sandbox without {lacked}"), why, fix)
        }
        PageFact::Attachment => words(
            format!("{} makes browsers save the answer", header_of(finding)),
            "Nothing is shown. Leave the header out, or send inline.",
        ),
        PageFact::NoPlaceholder => words(
            "The url has no %s".to_owned(),
            "HubSpot puts the call's external id in its place; without it each call gets the same recording.",
        ),
    }
}

fn header_of(finding: &CheckFinding) -> String {
    finding.header.as_ref().map(|header| piece(&header.shown())).unwrap_or_default()
}

fn answers(status: u16, content_type: Option<&str>, took: Duration, body: BodyEnd) -> FindingWords {
    let kind = content_type.map(piece).unwrap_or_default();
    let text = format!("{status} {kind}").trim_end().to_owned() + &format!(" in {} ms", took.as_millis());
    let why = match (status, body) {
        (401 | 403, _) => {
            "It asks for a login. In the frame cookies are those of a third party: they need SameSite=None, Secure and, in \
             some browsers, Partitioned."
        }
        (404 | 410, _) => "There is no page at this address.",
        (500.., _) => "The server, or the tunnel before it, is in trouble.",
        (400.., _) => "People see a page of errors in the frame.",
        (_, BodyEnd::Whole(0)) => "The answer is empty, so the frame is too.",
        (_, BodyEnd::Late) => "The page had not come whole when the time was over.",
        (_, BodyEnd::Broken) => "The page broke off before its end.",
        (200..300, BodyEnd::Whole(_) | BodyEnd::Long) => "",
        (_, BodyEnd::Whole(_) | BodyEnd::Long) => "It is no page and leads to none.",
    };
    FindingWords { text, why: why.to_owned(), fix: None }
}

fn unreached(fault: &VisitFault) -> String {
    match fault {
        VisitFault::NoUrl(why) => format!("This is no url that can be asked for: {}", piece(why)),
        VisitFault::Password => "A user name or a password stands in the url".to_owned(),
        VisitFault::Setup(why) => format!("Nothing could be asked: {}", piece(why)),
        VisitFault::NoSuchHost => "The host's name is not known".to_owned(),
        VisitFault::Refused => "Nothing listens there: the connection was refused".to_owned(),
        VisitFault::Certificate(flaw) => capital(&certificate(flaw)),
        VisitFault::Tls(why) => format!("There is no TLS: {}", piece(why)),
        VisitFault::Late(limit) => format!("No answer came within {} s", limit.as_secs()),
        VisitFault::Broken(why) => format!("The answer cannot be read: {}", piece(why)),
        VisitFault::Redirect(RedirectFault::Endless(most)) => format!("It redirects more than {most} times"),
        VisitFault::Redirect(RedirectFault::Elsewhere(to)) => {
            format!("It redirects to {}, which is no page of the web", piece(to))
        }
        VisitFault::Redirect(RedirectFault::Password) => {
            "It redirects to a url with a user name or a password in it".to_owned()
        }
    }
}

fn after_fault(fault: &VisitFault, used: UrlUse) -> &'static str {
    match (fault, used) {
        (VisitFault::Setup(_), _) => "",
        (VisitFault::Password, _) => {
            "Browsers refuse such frames, and anybody who sees the settings would know it. It was not asked for."
        }
        (VisitFault::Certificate(ChainFlaw::OtherName(_) | ChainFlaw::Expired), UrlUse::Dialer) => {
            "Browsers show nothing in the frame, and do not ask. Nothing was sent, so the headers are not known."
        }
        (VisitFault::Certificate(_) | VisitFault::Tls(_), UrlUse::Dialer) => {
            "Browsers show nothing in the frame. Nothing was sent, so the headers are not known."
        }
        (VisitFault::Redirect(_), UrlUse::Dialer) => "Browsers give up, and the frame stays empty.",
        (_, UrlUse::Dialer) => "The frame shows an error of the browser.",
        (_, UrlUse::Recording | UrlUse::Numbers) => "HubSpot's servers get no answer either.",
    }
}

/// A reason, as the start or the end of a sentence.
fn certificate(flaw: &ChainFlaw) -> String {
    match flaw {
        ChainFlaw::UnknownIssuer => "the certificate is from nobody that this machine trusts".to_owned(),
        ChainFlaw::Expired => "the certificate has expired".to_owned(),
        ChainFlaw::NotYet => "the certificate is not valid yet".to_owned(),
        ChainFlaw::OtherName(_) => "the certificate is for another host".to_owned(),
        ChainFlaw::Other(why) => format!("the certificate is not accepted: {}", piece(why)),
    }
}

fn other_origin(to: &url::Url, used: UrlUse) -> FindingWords {
    let text = format!("Ends on {}: another origin than the url's", to.origin().ascii_serialization());
    let (why, fix) = match used {
        UrlUse::Dialer => (
            "The page is shown, but HubSpot sends its first message to the url's origin only, so the SDK never answers.",
            Some(to.to_string()),
        ),
        UrlUse::Recording | UrlUse::Numbers => {
            ("Whether HubSpot's servers follow it is not known.", Some(to.to_string()))
        }
    };
    FindingWords { text, why: why.to_owned(), fix }
}

fn not_a_page(content_type: Option<&str>, is_saved: bool) -> FindingWords {
    let (text, why) = match content_type {
        None => ("No Content-Type".to_owned(), "Browsers guess what it is, and not all guess alike."),
        Some(of) if is_saved => {
            (format!("Content-Type: {} is no page", piece(of)), "Browsers save it instead of showing it.")
        }
        Some(of) => {
            (format!("Content-Type: {} is no page", piece(of)), "Browsers show it as it is; no script of it runs.")
        }
    };
    FindingWords { text, why: why.to_owned(), fix: Some("Content-Type: text/html; charset=utf-8".to_owned()) }
}

fn local_only(from: ReachableFrom, by_name: bool, used: UrlUse) -> FindingWords {
    let place = match from {
        ReachableFrom::Machine => "this machine",
        ReachableFrom::Network => "this network",
        ReachableFrom::Tailnet => "your tailnet, unless a funnel serves it",
        ReachableFrom::Everywhere => "everywhere",
    };
    let text = if by_name {
        format!("Opens only on {place}")
    } else {
        format!("The name leads to an address of {place} only")
    };
    let why = match (used, from) {
        (UrlUse::Dialer, ReachableFrom::Machine) => {
            "Each customer's browser would look on the customer's own machine. Chrome asks the customer for permission before it does."
        }
        (UrlUse::Dialer, _) => "Nobody elsewhere can open it, and some browsers ask for permission first.",
        (UrlUse::Recording | UrlUse::Numbers, _) => "HubSpot's servers ask for it, and they are elsewhere.",
    };
    FindingWords { text, why: why.to_owned(), fix: None }
}

/// All that is said of a finding, in a line without signs.
pub fn sentence(found: &CheckFinding, used: UrlUse) -> String {
    let FindingWords { text, why, fix } = finding(found, used);
    let why = if why.is_empty() { why } else { format!(" {why}") };
    let fix = fix.map_or(String::new(), |fix| format!(" {}: {fix}", capital(before_fix(found.kind()))));
    format!("{}: {}: {text}.{why}{fix}", level(found.level), label(found.kind()))
}

/// The first label of a host: what tells HubSpot's hosts apart.
pub fn short_host(origin: &'static str) -> &'static str {
    origin.trim_start_matches("https://").split('.').next().unwrap_or_default()
}

// ── the whole ──

/// The result in a few words, beside its url: "✓" and "✗" are not in it.
pub fn verdict(check: &UrlCheck) -> String {
    let worst = check.findings.iter().find(|finding| finding.level > FindingLevel::Ok);
    match worst {
        None => "checked".to_owned(),
        Some(worst) => match (worst.kind(), worst.level) {
            (FindingKind::Framing, FindingLevel::Error) => "framing refused".to_owned(),
            (FindingKind::Framing, _) => "framing refused in part".to_owned(),
            (FindingKind::Reachable, FindingLevel::Error) if check.is_unreached() => "not reached".to_owned(),
            (kind, _) => label(kind).to_owned(),
        },
    }
}

impl UrlCheck {
    /// The lines to send instead, the worst finding first.
    pub fn headers_to_send(&self) -> impl Iterator<Item = String> {
        let headers = self.findings.iter().filter(|found| found.kind() != FindingKind::Redirect);
        headers.filter_map(|found| finding(found, self.visit.used).fix)
    }
}

/// What stands before the line to send instead.
pub const INSTEAD: &str = "send instead";

/// What stands before the fix of a finding of this kind: a header to send, or the address that a redirect leads to.
pub fn before_fix(kind: FindingKind) -> &'static str {
    if kind == FindingKind::Redirect { "it ends at" } else { INSTEAD }
}

/// Which of HubSpot's hosts may frame the page, as a line.
pub fn hosts(hosts: [bool; 5]) -> String {
    let with = |wanted: bool| {
        let these = HUBSPOT_HOSTS.iter().zip(hosts).filter(|(_, shown)| *shown == wanted);
        these.map(|(host, _)| short_host(host)).collect::<Vec<_>>().join(", ")
    };
    match hosts {
        [true, true, true, true, true] => "all of HubSpot's hosts may frame it".to_owned(),
        [false, false, false, false, false] => "none of HubSpot's hosts can show it".to_owned(),
        _ => format!("{} may frame it; {} may not", with(true), with(false)),
    }
}

/// The note beside a URL that was checked.
pub fn note(check: &UrlCheck, clock: Option<&Clock>) -> String {
    let sign = match check.worst() {
        FindingLevel::Ok => "✓",
        FindingLevel::Warning => "!",
        FindingLevel::Error => "✗",
    };
    match check.worst() {
        FindingLevel::Ok => format!("{sign} checked {}", time::of_day(check.visit.at, clock)),
        FindingLevel::Warning | FindingLevel::Error => format!("{sign} {}", verdict(check)),
    }
}

/// What is said of a check in the review of a save.
pub fn in_review(check: &UrlCheck) -> String {
    let worst = check.findings.first().filter(|finding| finding.level > FindingLevel::Ok);
    match worst {
        None => "The check found nothing wrong: HubSpot's pages show it.".to_owned(),
        Some(worst) => {
            let FindingWords { text, why, .. } = finding(worst, check.visit.used);
            format!("The check found {}: {text}. {why}", count(check.problems()))
        }
    }
}

/// The title of the page, with what was found.
pub fn title(found: &str) -> String {
    if found.is_empty() { "Check of the url".to_owned() } else { format!("Check of the url: {found}") }
}

/// While the look is under way.
pub const LOOKING: &str = "Looking at the page, for ten seconds at most. No credential is sent.";

/// Nothing was looked at.
pub const NOT_LOOKED: &str = "The url is not checked.";

/// There is nothing to look at.
pub const NO_URL: &str = "There is no url to check.";

/// The heading of what the findings mean.
pub const MEANING: &str = "What the findings mean";

/// How many findings are not as they should be.
pub fn count(problems: usize) -> String {
    match problems {
        0 => "all fine".to_owned(),
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    }
}

/// What a finding is about, as a word.
pub fn label(kind: FindingKind) -> &'static str {
    if kind == FindingKind::Tls { "TLS" } else { kind.key() }
}

/// A level, as a word.
pub fn level(level: FindingLevel) -> &'static str {
    match level {
        FindingLevel::Ok => "ok",
        FindingLevel::Warning => "warning",
        FindingLevel::Error => "error",
    }
}

/// What the kinds of findings mean, for the help: the word, and a sentence.
pub const MEANINGS: [(FindingKind, &str); 12] = [
    (FindingKind::Reachable, "An answer came, with its status, its type and the time it took."),
    (FindingKind::Tls, "The certificate: who signed it, for which name, until when."),
    (FindingKind::Redirect, "Where the url leads in the end. HubSpot talks to the url's own origin only."),
    (FindingKind::Type, "A frame shows a page, text/html; other types are shown as they are, or saved."),
    (FindingKind::Framing, "Who may frame the page: frame-ancestors, and X-Frame-Options where there is none."),
    (FindingKind::Microphone, "Permissions-Policy and Feature-Policy can take the microphone from the dialer."),
    (FindingKind::MixedContent, "Browsers load no http:// page into HubSpot's https:// pages."),
    (FindingKind::LocalOnly, "Only this machine, this network or your tailnet can open it."),
    (FindingKind::Interstitial, "The tunnel shows browsers a page of its own first."),
    (FindingKind::Sandbox, "A policy of the page shuts it off from scripts, or from its own origin."),
    (FindingKind::Attachment, "The answer is saved instead of shown."),
    (FindingKind::Placeholder, "The Recording URL has no %s for the call's external id."),
];

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A piece of foreign text for a sentence, cut to a readable length.
pub fn piece(text: &str) -> String {
    match text.char_indices().nth(PIECE) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}
