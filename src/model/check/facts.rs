//! All that an answer and the way to it say, apart from framing and the microphone.

use super::framing::{is_space, policies_with};
use super::permission::MicrophoneRefusal;
use super::{
    BodyEnd, CheckFinding, FindingLevel, HeaderLine, PageAnswer, PageFact, UrlUse, Visit, VisitFault, framing, named,
    permission, text,
};
use crate::model::address::is_loopback;
use crate::model::reach::{ReachableFrom, reach};
use jiff::ToSpan;
use url::Url;

/// A certificate that ends sooner than this is worth a word, in days.
const SOON: i64 = 14;

/// Tunnels that show browsers a page of their own first: the end of the host's name, and whose page it is. A page of
/// GitHub's comes for a port that is not public.
const INTERSTITIALS: [(&str, &str); 9] = [
    ("ngrok-free.app", "ngrok"),
    ("ngrok-free.dev", "ngrok"),
    ("ngrok-free.pizza", "ngrok"),
    ("loca.lt", "localtunnel"),
    ("devtunnels.ms", "Microsoft dev tunnels"),
    ("free.pinggy.link", "pinggy"),
    ("free.pinggy.online", "pinggy"),
    ("share.zrok.io", "zrok"),
    ("app.github.dev", "GitHub Codespaces"),
];

/// What a dialer needs from a sandbox, and what a login may need.
const NEEDED: [&str; 2] = ["allow-scripts", "allow-same-origin"];
const USEFUL: [&str; 2] = ["allow-forms", "allow-popups"];

/// What was found, in no order.
pub(super) fn found(visit: &Visit) -> Vec<CheckFinding> {
    let mut found = Vec::new();
    let is_dialer = visit.used == UrlUse::Dialer;
    if let Some(local) = local_only(visit) {
        // HubSpot's servers never reach it. A browser on the same machine does.
        let level = if is_dialer { FindingLevel::Warning } else { FindingLevel::Error };
        found.push(plain(local, level));
    }
    if visit.used == UrlUse::Recording && !visit.url.contains("%s") {
        found.push(plain(PageFact::NoPlaceholder, FindingLevel::Error));
    }
    if let Some(at) = visit.way.iter().find(|at| at.scheme() == "http" && !is_trusted_by_browsers(at)) {
        found.push(if is_dialer {
            plain(PageFact::MixedContent { at: at.clone() }, FindingLevel::Error)
        } else {
            plain(PageFact::NoTls, FindingLevel::Error)
        });
    }
    if is_dialer && let Some(service) = visit.way.iter().find_map(interstitial) {
        found.push(plain(PageFact::Interstitial { service }, FindingLevel::Warning));
    }
    match &visit.came {
        Err(fault) => {
            let redirected = visit.way.last().filter(|_| visit.way.len() > 1).cloned();
            found.push(plain(PageFact::Unreached { fault: fault.clone(), redirected }, FindingLevel::Error));
        }
        Ok(answer) => {
            found.extend(of_way(visit));
            found.extend(of_certificate(visit, answer));
            let shows_nothing = shows_nothing(answer) || found.iter().any(blocks);
            found.extend(of_answer(visit, answer));
            if let (true, Some(page)) = (is_dialer, visit.way.last()) {
                found.extend(leads_on(visit, answer, page));
                found.extend(of_page(answer, page));
                found.push(framed(visit, answer, page, shows_nothing));
            }
        }
    }
    found
}

fn plain(fact: PageFact, level: FindingLevel) -> CheckFinding {
    CheckFinding { fact, level, header: None }
}

fn local_only(visit: &Visit) -> Option<PageFact> {
    let host = visit.way.first()?.host_str()?;
    match (reach(host), visit.resolved) {
        (ReachableFrom::Everywhere, ReachableFrom::Everywhere) => None,
        (ReachableFrom::Everywhere, from) => Some(PageFact::LocalOnly { from, by_name: false }),
        (from, _) => Some(PageFact::LocalOnly { from, by_name: true }),
    }
}

/// Do browsers load plain http from here into a page that came by https?
fn is_trusted_by_browsers(url: &Url) -> bool {
    is_loopback(url) || url.domain().is_some_and(|name| name.trim_end_matches('.').ends_with(".localhost"))
}

fn interstitial(at: &Url) -> Option<&'static str> {
    let host = at.host_str()?.trim_end_matches('.');
    let is_below = |end: &str| host.strip_suffix(end).is_some_and(|front| front.ends_with('.'));
    INTERSTITIALS.iter().find(|(end, _)| is_below(end)).map(|(_, service)| *service)
}

fn of_way(visit: &Visit) -> Option<CheckFinding> {
    let (first, last) = (visit.way.first()?, visit.way.last()?);
    if visit.way.len() < 2 {
        return None;
    }
    // What HubSpot's servers make of redirects is not known.
    let level = if visit.used == UrlUse::Dialer { FindingLevel::Error } else { FindingLevel::Warning };
    Some(if first.origin() == last.origin() {
        plain(PageFact::SameOrigin { to: last.clone() }, FindingLevel::Ok)
    } else {
        plain(PageFact::OtherOrigin { to: last.clone() }, level)
    })
}

/// A `Refresh` to another origin than the url's: `0; url=https://elsewhere.dev`.
fn leads_on(visit: &Visit, answer: &PageAnswer, page: &Url) -> Option<CheckFinding> {
    let line = named(&answer.headers, "refresh").next()?;
    let value = text(&line.value);
    let (_, rest) = value.split_once([';', ','])?;
    let rest = rest.trim();
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).map(|_| rest[3..].trim_start());
    let address = named.and_then(|rest| rest.strip_prefix('=')).unwrap_or(rest).trim().trim_matches(['"', '\'']);
    let to = page.join(address).ok().filter(|to| matches!(to.scheme(), "http" | "https"))?;
    if to.origin() == visit.way.first()?.origin() {
        return None;
    }
    Some(CheckFinding { header: Some(line.clone()), ..plain(PageFact::LeadsOn { to }, FindingLevel::Error) })
}

fn of_certificate(visit: &Visit, answer: &PageAnswer) -> Option<CheckFinding> {
    let chain = answer.chain.as_ref()?;
    if let Some(flaw) = &chain.flaw {
        return Some(plain(PageFact::BadCertificate(flaw.clone()), FindingLevel::Error));
    }
    let soon = visit.at.checked_add((SOON * 24).hours()).ok();
    let ends = chain.own.as_ref().map(|own| own.until);
    let is_soon = ends.zip(soon).is_some_and(|(ends, soon)| ends < soon);
    let level = if is_soon { FindingLevel::Warning } else { FindingLevel::Ok };
    Some(plain(PageFact::Certificate { ends, sent: chain.length, is_soon }, level))
}

fn of_answer(visit: &Visit, answer: &PageAnswer) -> Vec<CheckFinding> {
    let PageAnswer { status, body, .. } = *answer;
    let is_dialer = visit.used == UrlUse::Dialer;
    if is_dialer && is_without_body(status) {
        return vec![plain(PageFact::ShowsNothing(status), FindingLevel::Error)];
    }
    let is_bad = match visit.used {
        UrlUse::Dialer => !(200..300).contains(&status),
        // They are asked with other ids, and the numbers by a POST: only a server in trouble is told.
        UrlUse::Recording | UrlUse::Numbers => status >= 500,
    };
    let is_odd = is_dialer && matches!(body, BodyEnd::Whole(0) | BodyEnd::Late | BodyEnd::Broken);
    let level = match (is_bad, is_odd) {
        (true, _) => FindingLevel::Error,
        (false, true) => FindingLevel::Warning,
        (false, false) => FindingLevel::Ok,
    };
    let content_type = content_type(&answer.headers);
    vec![plain(PageFact::Answers { status, content_type, took: visit.took, body }, level)]
}

fn is_without_body(status: u16) -> bool {
    matches!(status, 204 | 205 | 304)
}

/// The last type that is given, without its parameters, as Chromium reads it: each line is a list, and what has no slash
/// or stands for all types is none.
fn content_type(headers: &[HeaderLine]) -> Option<String> {
    let lines: Vec<String> = named(headers, "content-type").map(|line| text(&line.value)).collect();
    let essence = |part: &str| {
        let part = part.trim_start_matches([' ', '\t']);
        part.split([' ', '\t', ';', '(']).next().unwrap_or_default().to_ascii_lowercase()
    };
    let mut given = lines.iter().flat_map(|line| line.split(',')).map(essence);
    let last = given.rfind(|of| of.contains('/') && of != "*/*");
    last.filter(|of| !GUESSED.contains(&of.as_str()))
}

/// Types that tell nothing. Browsers then guess.
const GUESSED: [&str; 2] = ["unknown/unknown", "application/unknown"];

/// Text that browsers save.
const SAVED_TEXT: [&str; 17] = [
    "calendar",
    "comma-separated-values",
    "csv",
    "directory",
    "ldif",
    "ofx",
    "qif",
    "rtf",
    "tab-separated-values",
    "tsv",
    "vcalendar",
    "vcard",
    "x-calendar",
    "x-csv",
    "x-qif",
    "x-vcalendar",
    "x-vcard",
];

/// Images that browsers show.
const IMAGES: [&str; 14] = [
    "apng",
    "avif",
    "bmp",
    "gif",
    "jpeg",
    "jpg",
    "pjpeg",
    "png",
    "svg+xml",
    "vnd.microsoft.icon",
    "webp",
    "x-icon",
    "x-png",
    "x-xbitmap",
];

/// What else is shown, of `application`.
const APPLICATIONS: [&str; 12] = [
    "atom+xml",
    "ecmascript",
    "javascript",
    "json",
    "ogg",
    "pdf",
    "rss+xml",
    "x-ecmascript",
    "x-javascript",
    "x-mpegurl",
    "xhtml+xml",
    "xml",
];

/// Sound and films that browsers play.
const PLAYED: [&str; 18] = [
    "3gpp",
    "aac",
    "flac",
    "m4a",
    "mp3",
    "mp4",
    "mpeg",
    "mpegurl",
    "ogg",
    "wav",
    "wave",
    "webm",
    "x-flac",
    "x-m4a",
    "x-m4v",
    "x-mp3",
    "x-mpegurl",
    "x-wav",
];

/// Does Chromium show content of this type? It saves other content.
fn is_shown(content_type: &str) -> bool {
    let (kind, subtype) = content_type.split_once('/').unwrap_or_default();
    match kind {
        "text" => !SAVED_TEXT.contains(&subtype),
        "image" => IMAGES.contains(&subtype),
        "audio" | "video" => PLAYED.contains(&subtype),
        "application" => APPLICATIONS.contains(&subtype) || subtype.ends_with("+json"),
        "multipart" => matches!(subtype, "related" | "x-mixed-replace"),
        "message" => subtype == "rfc822",
        _ => false,
    }
}

fn is_page(content_type: &str) -> bool {
    matches!(content_type, "text/html" | "application/xhtml+xml")
}

/// The header that makes browsers save the answer, if one does. Several are one list to them.
fn attachment(headers: &[HeaderLine]) -> Option<&HeaderLine> {
    let lines: Vec<&HeaderLine> = named(headers, "content-disposition").collect();
    let joined = lines.iter().map(|line| text(&line.value)).collect::<Vec<_>>().join(", ");
    let kind = joined.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Without a kind, or with `inline`, the answer is shown; any other kind counts as an attachment.
    let is_saved = !kind.is_empty() && kind != "inline" && !kind.contains(['=', '"']);
    lines.into_iter().find(|line| !text(&line.value).trim().eq_ignore_ascii_case("inline")).filter(|_| is_saved)
}

/// Do browsers show nothing of the answer, whoever frames it?
fn shows_nothing(answer: &PageAnswer) -> bool {
    is_without_body(answer.status)
        || attachment(&answer.headers).is_some()
        || content_type(&answer.headers).is_some_and(|of| !is_shown(&of))
}

/// Does a browser not even load the page?
fn blocks(finding: &CheckFinding) -> bool {
    matches!(finding.fact, PageFact::MixedContent { .. })
}

fn of_page(answer: &PageAnswer, page: &Url) -> Vec<CheckFinding> {
    let mut found = Vec::new();
    if let Some(line) = attachment(&answer.headers) {
        found.push(CheckFinding { header: Some(line.clone()), ..plain(PageFact::Attachment, FindingLevel::Error) });
    }
    found.extend(of_type(answer));
    found.extend(sandbox(&answer.headers));
    found.push(match permission::refuses_microphone(&answer.headers, page) {
        Some(MicrophoneRefusal { header, fix }) => {
            CheckFinding { header: Some(header), ..plain(PageFact::MicrophoneOff { fix }, FindingLevel::Warning) }
        }
        None => plain(PageFact::MicrophoneFree, FindingLevel::Ok),
    });
    found
}

fn of_type(answer: &PageAnswer) -> Option<CheckFinding> {
    // A page of errors may be of any type.
    if is_without_body(answer.status) || !(200..300).contains(&answer.status) {
        return None;
    }
    let content_type = content_type(&answer.headers);
    let header = named(&answer.headers, "content-type").last().cloned();
    let level = match content_type.as_deref() {
        Some(of) if is_page(of) => return None,
        Some(_) => FindingLevel::Error,
        // Browsers then guess, and mostly well.
        None => FindingLevel::Warning,
    };
    let is_saved = content_type.as_deref().is_some_and(|of| !is_shown(of));
    Some(CheckFinding { fact: PageFact::NotAPage { content_type, is_saved }, level, header })
}

fn sandbox(headers: &[HeaderLine]) -> Option<CheckFinding> {
    let policies = policies_with(headers, "sandbox");
    let allows = |value: &str, flag: &str| value.split(is_space).any(|word| word.eq_ignore_ascii_case(flag));
    let lacks = |flag: &&'static str| policies.iter().any(|policy| !allows(&policy.value, flag));
    let first = policies.first()?;
    let needed: Vec<&'static str> = NEEDED.into_iter().filter(lacks).collect();
    let useful: Vec<&'static str> = USEFUL.into_iter().filter(lacks).collect();
    let (level, lacks) = match (needed.is_empty(), useful.is_empty()) {
        (false, _) => (FindingLevel::Error, [needed, useful].concat()),
        (true, false) => (FindingLevel::Warning, useful),
        (true, true) => return None,
    };
    Some(CheckFinding { fact: PageFact::Sandboxed { lacks }, level, header: Some(first.header.clone()) })
}

fn framed(visit: &Visit, answer: &PageAnswer, page: &Url, shows_nothing: bool) -> CheckFinding {
    let verdict = framing::judge(&answer.headers, page, visit.way.len() > 1);
    let level = match verdict.hosts {
        _ if shows_nothing => FindingLevel::Error,
        hosts if hosts == [true; 5] => FindingLevel::Ok,
        hosts if hosts == [false; 5] => FindingLevel::Error,
        _ => FindingLevel::Warning,
    };
    let header = verdict.header.clone();
    CheckFinding { fact: PageFact::Framing { verdict, shows_nothing }, level, header }
}

impl Visit {
    /// A look at a text that cannot be asked for.
    pub fn refused(url: String, used: UrlUse, at: jiff::Timestamp, why: VisitFault) -> Self {
        let resolved = ReachableFrom::Everywhere;
        Self { url, used, at, took: std::time::Duration::ZERO, way: vec![], resolved, came: Err(why) }
    }

    /// The address to ask for. A recording is asked for with an id that no call has.
    pub fn address(url: &str, used: UrlUse) -> Result<Url, VisitFault> {
        let url = url.trim();
        let asked = if used == UrlUse::Recording { url.replace("%s", "callset-check") } else { url.to_owned() };
        let parsed = Url::parse(&asked).map_err(|why| VisitFault::NoUrl(why.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(VisitFault::NoUrl("it does not begin with https:// or http://".to_owned()));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(VisitFault::Password);
        }
        Ok(parsed)
    }
}
