//! What is found besides framing.

use super::measured::found;
use callset::model::certificate::{Certificate, Chain, ChainFlaw};
use callset::model::check::{BodyEnd, FindingKind, FindingLevel, PageAnswer, UrlCheck, UrlUse, Visit, VisitFault};
use callset::model::reach::ReachableFrom;
use callset::words::check::finding;
use std::time::Duration;
use url::Url;

fn levels(check: &UrlCheck) -> Vec<(&'static str, FindingLevel)> {
    check.findings.iter().map(|found| (found.kind().key(), found.level)).collect()
}

#[track_caller]
fn has(check: &UrlCheck, kind: FindingKind, level: Option<FindingLevel>) {
    let there = check.findings.iter().find(|found| found.kind() == kind).map(|found| found.level);
    assert_eq!(there, level, "{check:#?}");
}

const OK: Option<FindingLevel> = Some(FindingLevel::Ok);
const WARNING: Option<FindingLevel> = Some(FindingLevel::Warning);
const ERROR: Option<FindingLevel> = Some(FindingLevel::Error);

fn page(headers: &[(&str, &str)]) -> UrlCheck {
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    found("https://dialer.acme.dev/widget", false, 200, &headers)
}

const HTML: (&str, &str) = ("Content-Type", "text/html; charset=utf-8");

#[test]
fn a_page_that_is_fine_is_fine() {
    let check = page(&[HTML]);
    assert_eq!(check.worst(), FindingLevel::Ok, "{check:#?}");
    let kinds: Vec<&str> = levels(&check).iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, ["framing", "microphone", "reachable"]);
    let told = finding(&check.findings[2], UrlUse::Dialer);
    assert_eq!((told.text.as_str(), told.why.as_str()), ("200 text/html in 182 ms", ""));
}

#[test]
fn the_worst_comes_first() {
    let check = page(&[("Permissions-Policy", "microphone=()"), ("X-Frame-Options", "DENY")]);
    let levels: Vec<FindingLevel> = check.findings.iter().map(|found| found.level).collect();
    assert!(levels.windows(2).all(|pair| pair[0] >= pair[1]), "{levels:?}");
    assert_eq!(check.findings[0].kind(), FindingKind::Framing);
}

#[test]
fn what_chromium_left_of_the_microphone() {
    // Asked of the page that was framed with allow="microphone; autoplay": document.featurePolicy.allowsFeature.
    for case in include_str!("microphone.tsv").lines() {
        let mut parts = case.split('\t');
        let is_free = parts.next().unwrap() == "free";
        let headers: Vec<(&str, &str)> = parts.map(|line| line.split_once(": ").unwrap()).collect();
        let headers: Vec<(&str, String)> = headers.iter().map(|(n, v)| (*n, v.replace("\\t", "\t"))).collect();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let check = page(&headers);
        let there = check.findings.iter().find(|found| found.kind() == FindingKind::Microphone).unwrap();
        assert_eq!(there.level == FindingLevel::Ok, is_free, "{case}");
        assert_eq!(there.header.is_some(), !is_free, "{case}: the header that decided");
        if let Some(fix) = finding(there, UrlUse::Dialer).fix {
            let (name, value) = fix.split_once(": ").unwrap();
            has(&page(&[(name, value)]), FindingKind::Microphone, OK);
        }
    }
}

#[test]
fn the_header_to_send_instead_leaves_other_features_as_they_are() {
    for (sent, instead) in [
        ("Permissions-Policy: microphone=()", "Permissions-Policy: microphone=(self)"),
        (
            "Permissions-Policy: camera=(), microphone=(), geolocation=(self \"https://maps.dev\");report-to=x",
            "Permissions-Policy: camera=(), geolocation=(self \"https://maps.dev\");report-to=x, microphone=(self)",
        ),
        ("Permissions-Policy: fullscreen, microphone=()", "Permissions-Policy: fullscreen, microphone=(self)"),
        ("Feature-Policy: camera 'none'; microphone 'none'", "Feature-Policy: camera 'none'; microphone 'self'"),
        ("Feature-Policy: microphone 'none'", "Feature-Policy: microphone 'self'"),
    ] {
        let check = page(&[HTML, sent.split_once(": ").unwrap()]);
        let there = check.findings.iter().find(|found| found.kind() == FindingKind::Microphone).unwrap();
        assert_eq!(finding(there, UrlUse::Dialer).fix.as_deref(), Some(instead));
    }
}

#[test]
fn a_type_that_is_no_page() {
    for (of, level, is_shown) in [
        ("text/html", None, true),
        ("TEXT/HTML;charset=x", None, true),
        ("application/xhtml+xml", None, true),
        ("text/plain", ERROR, true),
        ("application/json", ERROR, true),
        ("image/png", ERROR, true),
        ("application/octet-stream", ERROR, false),
        ("application/zip", ERROR, false),
        ("text/csv", ERROR, false),
        ("text/calendar", ERROR, false),
        ("image/tiff", ERROR, false),
        ("audio/x-foo", ERROR, false),
        ("application/vnd.foo+xml", ERROR, false),
        ("application/x-javascript", ERROR, true),
        ("application/ld+json", ERROR, true),
        ("multipart/x-mixed-replace", ERROR, true),
        // What is no type is passed over; then browsers guess.
        ("application/json, text/html", None, true),
        ("application/zip, text", ERROR, false),
        ("text/html, */*", None, true),
        ("text /html", WARNING, true),
        ("*/*", WARNING, true),
        ("unknown/unknown", WARNING, true),
        ("application/unknown", WARNING, true),
    ] {
        let check = page(&[("Content-Type", of)]);
        has(&check, FindingKind::Type, level);
        assert_eq!(check.hosts(), Some([is_shown; 5]), "{of}");
    }
    has(&page(&[]), FindingKind::Type, WARNING);
}

#[test]
fn what_is_saved_or_empty_is_shown_nowhere() {
    let check = page(&[HTML, ("Content-Disposition", "attachment; filename=a.html")]);
    has(&check, FindingKind::Attachment, ERROR);
    has(&check, FindingKind::Framing, ERROR);
    has(&page(&[HTML, ("Content-Disposition", "inline")]), FindingKind::Attachment, None);
    for status in [204, 205, 304] {
        let check = found("https://dialer.acme.dev", false, status, &[]);
        has(&check, FindingKind::Reachable, ERROR);
        assert_eq!(check.hosts(), Some([false; 5]));
    }
    // What else is wrong with a page of errors does not matter.
    let check = found("https://dialer.acme.dev", false, 404, &[("Content-Type", b"application/json")]);
    has(&check, FindingKind::Type, None);
    for status in [400, 401, 404, 500] {
        let check = found("https://dialer.acme.dev", false, status, &[("Content-Type", b"text/html")]);
        has(&check, FindingKind::Reachable, ERROR);
        has(&check, FindingKind::Framing, OK);
    }
}

#[test]
fn a_page_may_lead_on_to_another_origin() {
    for (value, level) in [
        ("0; url=https://login.acme.dev/", ERROR),
        ("0;URL='https://login.acme.dev/'", ERROR),
        ("3 , https://login.acme.dev/", ERROR),
        ("0; url=http://dialer.acme.dev/", ERROR),
        ("0; url=/welcome", None),
        ("0; url=https://dialer.acme.dev/x", None),
        ("5", None),
        ("0; url=javascript:alert(1)", None),
        ("0; \u{e9}", None),
    ] {
        has(&page(&[HTML, ("Refresh", value)]), FindingKind::Redirect, level);
    }
}

#[test]
fn after_a_redirect_it_is_told_who_did_not_answer() {
    let at = |url: &str| Url::parse(url).unwrap();
    let visit = Visit {
        url: "https://dialer.acme.dev/".into(),
        used: UrlUse::Dialer,
        at: jiff::Timestamp::UNIX_EPOCH,
        took: Duration::ZERO,
        way: vec![at("https://dialer.acme.dev/"), at("https://login.acme.dev/in?next=1")],
        resolved: ReachableFrom::Everywhere,
        came: Err(VisitFault::NoSuchHost),
    };
    let told = |visit: &Visit| finding(&UrlCheck::of(visit.clone()).findings[0], UrlUse::Dialer).text;
    assert_eq!(told(&visit), "Redirects to https://login.acme.dev. The host's name is not known");
    assert_eq!(told(&Visit { way: vec![at("https://dialer.acme.dev/")], ..visit }), "The host's name is not known");
}

#[test]
fn a_sandbox_has_to_leave_scripts_and_the_origin() {
    for (policies, level) in [
        (&["sandbox"][..], ERROR),
        (&["sandbox allow-scripts"], ERROR),
        (&["sandbox allow-same-origin"], ERROR),
        (&["sandbox allow-scripts allow-same-origin"], WARNING),
        (&["sandbox ALLOW-SCRIPTS allow-same-origin allow-forms allow-popups"], None),
        (&["sandbox allow-scripts allow-same-origin allow-forms allow-popups", "sandbox"], ERROR),
        (&["default-src *"], None),
    ] {
        let headers: Vec<(&str, &str)> =
            policies.iter().map(|policy| ("Content-Security-Policy", *policy)).chain([HTML]).collect();
        has(&page(&headers), FindingKind::Sandbox, level);
    }
    has(&page(&[HTML, ("Content-Security-Policy-Report-Only", "sandbox")]), FindingKind::Sandbox, None);
}

#[test]
fn where_it_leads_and_where_it_opens() {
    let html: [(&str, &[u8]); 1] = [("Content-Type", b"text/html")];
    let at = |url: &str| found(url, false, 200, &html);
    for (url, mixed, local) in [
        ("https://dialer.acme.dev", None, None),
        ("http://dialer.acme.dev", ERROR, None),
        ("http://localhost:3000", None, WARNING),
        ("http://a.localhost", None, WARNING),
        ("http://127.0.0.1:3000", None, WARNING),
        ("https://[::1]", None, WARNING),
        ("https://192.168.1.2", None, WARNING),
        ("http://192.168.1.2", ERROR, WARNING),
        ("https://mac.local", None, WARNING),
        ("https://box.tail1234.ts.net", None, WARNING),
    ] {
        let check = at(url);
        has(&check, FindingKind::MixedContent, mixed);
        has(&check, FindingKind::LocalOnly, local);
        assert_eq!(check.hosts(), Some([mixed.is_none(); 5]), "{url}");
    }
    for (url, level) in [
        ("https://x.ngrok-free.app", WARNING),
        ("https://x.ngrok-free.dev", WARNING),
        ("https://a.b.loca.lt", WARNING),
        ("https://x-3000.euw.devtunnels.ms", WARNING),
        ("https://x.ngrok.app", None),
        ("https://ngrok-free.app.acme.dev", None),
        ("https://x.trycloudflare.com", None),
    ] {
        has(&at(url), FindingKind::Interstitial, level);
    }
    has(&found("https://dialer.acme.dev/w", true, 200, &html), FindingKind::Redirect, OK);
}

fn visit(used: UrlUse, url: &str, way: &[&str], status: u16) -> Visit {
    let own = Certificate {
        subject: "dialer.acme.dev".to_owned(),
        issuer: "Root".to_owned(),
        from: "2026-09-01T00:00:00Z".parse().unwrap(),
        until: "2026-12-01T00:00:00Z".parse().unwrap(),
    };
    let chain = Chain { own: Some(own), length: 3, flaw: None };
    Visit {
        url: url.to_owned(),
        used,
        at: "2026-11-26T12:00:00Z".parse().unwrap(),
        took: Duration::from_millis(5),
        way: way.iter().map(|at| Url::parse(at).unwrap()).collect(),
        resolved: ReachableFrom::Everywhere,
        came: Ok(PageAnswer { status, headers: vec![], chain: Some(chain), body: BodyEnd::Whole(2) }),
    }
}

#[test]
fn another_origin_breaks_the_handshake_but_is_shown() {
    for last in ["https://www.acme.dev/w", "https://dialer.acme.dev:8443/w", "https://login.acme.dev/?to=x"] {
        let way = ["https://dialer.acme.dev/w", last];
        let check = UrlCheck::of(visit(UrlUse::Dialer, way[0], &way, 200));
        has(&check, FindingKind::Redirect, ERROR);
        assert_eq!(check.hosts(), Some([true; 5]));
    }
}

#[test]
fn a_certificate_that_ends_soon_is_told_and_one_that_nobody_accepts_is_an_error() {
    let mut visit = visit(UrlUse::Dialer, "https://dialer.acme.dev", &["https://dialer.acme.dev"], 200);
    let check = UrlCheck::of(visit.clone());
    has(&check, FindingKind::Tls, WARNING);
    let tls = check.findings.iter().find(|found| found.kind() == FindingKind::Tls).unwrap();
    assert_eq!(finding(tls, UrlUse::Dialer).text, "Valid until 2026-12-01 (3 certificates)");
    visit.at = "2026-11-01T12:00:00Z".parse().unwrap();
    has(&UrlCheck::of(visit.clone()), FindingKind::Tls, OK);
    for flaw in [ChainFlaw::UnknownIssuer, ChainFlaw::Expired, ChainFlaw::OtherName(vec![])] {
        visit.came = Err(VisitFault::Certificate(flaw));
        let check = UrlCheck::of(visit.clone());
        has(&check, FindingKind::Tls, ERROR);
        assert!(check.is_unreached() && check.hosts().is_none());
    }
}

#[test]
fn what_hubspots_servers_call_has_rules_of_its_own() {
    let recording = "https://dialer.acme.dev/rec/%s";
    let fine = UrlCheck::of(visit(UrlUse::Recording, recording, &["https://dialer.acme.dev/rec/callset-check"], 404));
    assert!(fine.hosts().is_none(), "no browser frames it");
    has(&fine, FindingKind::Reachable, OK);
    has(&fine, FindingKind::Placeholder, None);
    let bare = visit(UrlUse::Recording, "https://dialer.acme.dev/rec", &["https://dialer.acme.dev/rec"], 200);
    has(&UrlCheck::of(bare), FindingKind::Placeholder, ERROR);
    for (url, tls, local) in [
        ("http://dialer.acme.dev/n", ERROR, None),
        ("https://localhost:9025/n", WARNING, ERROR),
        ("https://10.0.0.1/n", WARNING, ERROR),
    ] {
        let check = UrlCheck::of(visit(UrlUse::Numbers, url, &[url], 405));
        has(&check, FindingKind::Tls, tls);
        has(&check, FindingKind::LocalOnly, local);
        has(&check, FindingKind::MixedContent, None);
    }
    has(&UrlCheck::of(visit(UrlUse::Numbers, "https://a.dev", &["https://a.dev"], 503)), FindingKind::Reachable, ERROR);
}

#[test]
fn what_cannot_be_asked_for_is_told_and_not_asked() {
    for (url, is_password) in [
        ("", false),
        ("dialer.acme.dev", false),
        ("javascript:alert(1)", false),
        ("file:///etc/passwd", false),
        ("https://", false),
        ("https://me:secret@a.dev/", true),
        ("https://me@a.dev/", true),
    ] {
        let fault = Visit::address(url, UrlUse::Dialer).unwrap_err();
        assert_eq!(fault == VisitFault::Password, is_password, "{url}");
    }
    let recording = Visit::address(" https://a.dev/r/%s?x=%s ", UrlUse::Recording).unwrap();
    assert_eq!(recording.as_str(), "https://a.dev/r/callset-check?x=callset-check");
}
