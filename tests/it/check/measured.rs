//! What Chromium 156 made of headers, measured: a page of each host framed a page with these headers, and either that page
//! was rendered or it was not. Each line was measured twice.
//!
//! A line is: in which hosts it was shown (all, app, eu1, none), the address, the status with `>` after a redirect, and the
//! headers, with tabs between.

use callset::model::check::{
    BodyEnd, CheckFinding, FindingKind, HUBSPOT_HOSTS, HeaderLine, PageAnswer, UrlCheck, UrlUse, Visit,
};
use callset::model::reach::ReachableFrom;
use url::Url;

/// What was found about a page that answered so.
pub(super) fn found(url: &str, is_redirected: bool, status: u16, headers: &[(&str, &[u8])]) -> UrlCheck {
    let last = Url::parse(url).unwrap();
    let mut way = vec![last.join("/first").unwrap(), last];
    if !is_redirected {
        way.remove(0);
    }
    let line = |(name, value): &(&str, &[u8])| HeaderLine { name: (*name).to_owned(), value: value.to_vec() };
    UrlCheck::of(Visit {
        url: url.to_owned(),
        used: UrlUse::Dialer,
        at: "2026-11-26T12:00:00Z".parse().unwrap(),
        took: std::time::Duration::from_millis(182),
        way,
        resolved: ReachableFrom::Everywhere,
        came: Ok(PageAnswer {
            status,
            headers: headers.iter().map(line).collect(),
            chain: None,
            body: BodyEnd::Whole(2),
        }),
    })
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut out = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        out.push(u8::from_str_radix(&part[..2], 16).unwrap());
        out.extend(&part.as_bytes()[2..]);
    }
    out
}

#[test]
fn each_page_is_shown_where_chromium_showed_it() {
    let cases = include_str!("chromium.tsv");
    assert!(cases.lines().count() > 600);
    let mut wrong = Vec::new();
    for case in cases.lines() {
        let mut parts = case.split('\t');
        let [shown, base, status] = [(); 3].map(|()| parts.next().unwrap());
        let headers: Vec<(&str, Vec<u8>)> =
            parts.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name, unescaped(value))).collect();
        let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        let is_redirected = status.ends_with('>');
        let check = found(&format!("{base}/c"), is_redirected, status.trim_end_matches('>').parse().unwrap(), &headers);
        let hosts = check.hosts().expect("an answer came");
        let mine = match (hosts[0], hosts[3]) {
            (true, true) => "all",
            (true, false) => "app",
            (false, true) => "eu1",
            (false, false) => "none",
        };
        if mine != shown {
            wrong.push(format!("{mine}, but Chromium {case}"));
        }
        // The finding is always there, and its level says the same.
        let framing: Vec<&CheckFinding> =
            check.findings.iter().filter(|finding| finding.kind() == FindingKind::Framing).collect();
        assert_eq!(framing.len(), 1, "{case}");
        let level = match hosts.iter().filter(|shown| **shown).count() {
            0 => "error",
            5 => "ok",
            _ => "warning",
        };
        assert_eq!(callset::words::check::level(framing[0].level), level, "{case}");
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((HUBSPOT_HOSTS[0], HUBSPOT_HOSTS[3]), ("https://app.hubspot.com", "https://app-eu1.hubspot.com"));
}

#[test]
fn the_header_that_decided_is_named_with_the_line_to_send_instead() {
    let framing = |headers: &[(&str, &[u8])]| {
        let check = found("https://dialer.acme.dev/widget", false, 200, headers);
        let finding = check.findings.iter().find(|finding| finding.kind() == FindingKind::Framing).unwrap().clone();
        let told = callset::words::check::finding(&finding, UrlUse::Dialer);
        (told.text, told.fix.unwrap_or_default(), finding.header.map(|header| header.shown()).unwrap_or_default())
    };
    let (text, fix, header) = framing(&[("X-Frame-Options", b"SAMEORIGIN")]);
    assert_eq!(text, "X-Frame-Options: SAMEORIGIN refuses every HubSpot page");
    assert_eq!(fix, "Content-Security-Policy: frame-ancestors https://*.hubspot.com");
    assert_eq!(header, "X-Frame-Options: SAMEORIGIN");
    // What else may frame it stays; what is no source goes.
    let csp: &[u8] = b"frame-ancestors 'self' \"x\" https://app.hubspot.com https://x.dev 'none'; default-src *";
    let (text, fix, _) = framing(&[("Content-Security-Policy", csp)]);
    assert!(text.ends_with("refuses app-na2, app-na3, app-eu1, app-ap1"), "{text}");
    assert_eq!(
        fix,
        "Content-Security-Policy: default-src *; frame-ancestors 'self' https://x.dev https://*.hubspot.com"
    );
    // Of a long policy the directive alone is told.
    let long = format!("script-src 'nonce-{}'; frame-ancestors 'none'", "x".repeat(300));
    let (_, fix, _) = framing(&[("Content-Security-Policy", long.as_bytes())]);
    assert_eq!(fix, "frame-ancestors https://*.hubspot.com");
    // The fix is that of the policy that refuses, which stays otherwise as it is.
    let two = [
        ("Content-Security-Policy", &b"frame-ancestors *"[..]),
        ("Content-Security-Policy", b"FRAME-ancestors a.dev ;;img-src *"),
    ];
    assert_eq!(framing(&two).1, "Content-Security-Policy: img-src *; frame-ancestors a.dev https://*.hubspot.com");
    let (text, fix, _) = framing(&[]);
    assert_eq!((text.as_str(), fix.as_str()), ("No header forbids it: every page may frame it", ""));
    // Of several policies the one that refuses is named.
    let two: [(&str, &[u8]); 2] = [
        ("Content-Security-Policy", b"frame-ancestors https://*.hubspot.com"),
        ("Content-Security-Policy", b"frame-ancestors 'none'"),
    ];
    let (text, _, header) = framing(&two);
    assert!(text.contains("frame-ancestors 'none' refuses every HubSpot page (there are several policies"), "{text}");
    assert_eq!(header, "Content-Security-Policy: frame-ancestors 'none'");
    let (text, ..) = framing(&[("X-Frame-Options", b"ALLOW-FROM https://app.hubspot.com")]);
    assert!(text.contains("means nothing to browsers"), "{text}");
}
