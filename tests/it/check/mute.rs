//! Why a dialer is mute in the preview: what its page has seen, what its url answers, and what is said of both.

use super::measured::found;
use callset::model::certificate::ChainFlaw;
use callset::model::check::{UrlCheck, UrlUse, Visit, VisitFault};
use callset::model::preview::{Handshake, Lack, Mood, PageKnown, Scene, Seen};
use callset::words::preview::{advice, progress_briefly};

const HERE: &str = "http://localhost:40123/00112233445566778899aabbccddeeff/";
const URL: &str = "https://dialer.acme.dev/widget";

fn scene() -> Scene {
    Scene { url: URL.to_owned(), size: Some((400, 600)), saved: Some((400, 600)), ..Scene::default() }
}

fn shake(sights: &[Seen]) -> Handshake {
    let mut shake = Handshake::default();
    for seen in sights {
        shake.take(seen);
    }
    shake
}

fn answering(status: u16, headers: &[(&str, &str)]) -> UrlCheck {
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    found(URL, false, status, &headers)
}

fn unreached(fault: VisitFault) -> UrlCheck {
    UrlCheck::of(Visit { came: Err(fault), ..answering(200, &[]).visit })
}

fn redirected(to: &str) -> UrlCheck {
    let mut visit = answering(200, &[HTML]).visit;
    visit.way.push(to.parse().unwrap());
    UrlCheck::of(visit)
}

const HTML: (&str, &str) = ("Content-Type", "text/html");
const CSP: &str = "Content-Security-Policy";
const LOADED: Seen = Seen::Loaded { is_blocked: false };

fn sights(lack: Lack) -> Vec<Seen> {
    match lack {
        Lack::Blocked => vec![Seen::Loaded { is_blocked: true }],
        Lack::Elsewhere => vec![LOADED, Seen::Elsewhere { origin: "null".to_owned() }],
        Lack::NotLoaded => vec![Seen::Late],
        Lack::NotSynced => vec![LOADED, Seen::Late],
        Lack::NeverSynced => vec![LOADED, Seen::Late, Seen::Unsynced],
        Lack::NotInitialised => vec![LOADED, Seen::Synced { version: "0.9.7".to_owned() }, Seen::Late],
    }
}

/// A lack, what the url answers, the title, a piece of the reasons, the header to send instead, and all of it in short.
type Case = (Lack, UrlCheck, &'static str, &'static str, Option<&'static str>, &'static str);

#[track_caller]
fn are_told(cases: impl IntoIterator<Item = Case>) {
    for (lack, check, title, words, send, brief) in cases {
        let shake = shake(&sights(lack));
        assert_eq!(shake.lack(), Some(lack));
        let known = PageKnown::Found(&check, HERE);
        let told = advice(&shake, &scene(), known);
        assert_eq!(told.title, title);
        let all = told.lines.iter().chain(&told.then).map(String::as_str).collect::<Vec<_>>().join(" | ");
        assert!(all.contains(words), "{title}: {all}");
        assert_eq!(told.send.as_deref(), send, "{title}");
        assert_eq!(progress_briefly(Some(&shake), &scene(), known), brief, "{title}");
        assert!(!format!("{told:?}").contains("s3cret"), "{told:?}");
    }
}

#[test]
fn headers_that_refuse_are_told_with_what_to_send() {
    const HUBSPOT: &str = "Content-Security-Policy: frame-ancestors https://*.hubspot.com";
    const BOTH: &str = "Content-Security-Policy: frame-ancestors https://*.hubspot.com http://localhost:*";
    let only_here = "Refused here, but allowed in HubSpot: add http://localhost:* to frame-ancestors in development";
    are_told([
        (
            Lack::NotSynced,
            answering(200, &[HTML, ("X-Frame-Options", "SAMEORIGIN")]),
            "Not synced: X-Frame-Options: SAMEORIGIN refuses every HubSpot page",
            "HubSpot waits for 30 seconds. | HubSpot's pages show it then. To try it in this preview as well, add http://localhost:*",
            Some(HUBSPOT),
            "no sync: framing",
        ),
        (
            Lack::NeverSynced,
            answering(200, &[HTML, (CSP, "frame-ancestors https://*.hubspot.com")]),
            only_here,
            "HubSpot then says that there was an issue connecting. | The dialer's frame-ancestors let in pages of HubSpot, and not this one.",
            Some(BOTH),
            "refused here only",
        ),
        // What is there stays; a host of HubSpot's that is left out comes in.
        (
            Lack::NotSynced,
            answering(200, &[HTML, (CSP, "frame-ancestors https://app.hubspot.com https://acme.dev")]),
            only_here,
            "",
            Some("Content-Security-Policy: frame-ancestors https://acme.dev https://*.hubspot.com http://localhost:*"),
            "refused here only",
        ),
        // The page of the preview is let in, so the headers are not the reason.
        (
            Lack::NotSynced,
            answering(200, &[HTML, (CSP, "frame-ancestors http://localhost:* https://*.hubspot.com")]),
            "Loaded, but has not answered SYNC yet",
            "no SDK runs in it, or its script has an error",
            None,
            "no sync",
        ),
        (
            Lack::NotSynced,
            answering(200, &[HTML, (CSP, "frame-ancestors http://127.0.0.1:* https://*.hubspot.com")]),
            only_here,
            "",
            Some(
                "Content-Security-Policy: frame-ancestors http://127.0.0.1:* https://*.hubspot.com http://localhost:*",
            ),
            "refused here only",
        ),
    ]);
}

#[test]
fn an_answer_that_is_no_page_is_told() {
    are_told([
        (
            Lack::NotSynced,
            answering(500, &[HTML]),
            "Not synced: 500 text/html in 182 ms",
            "The server, or the tunnel before it, is in trouble.",
            None,
            "no sync: reachable",
        ),
        (
            Lack::NotLoaded,
            answering(204, &[]),
            "Not loaded: Answers 204: there is nothing to show",
            "which is empty. | HubSpot sends its first message when",
            None,
            "no sync: reachable",
        ),
        (
            Lack::NotLoaded,
            answering(200, &[HTML]),
            "The dialer has not loaded yet",
            "so it is slow, or it waits for something",
            None,
            "no sync",
        ),
        (
            Lack::NotSynced,
            unreached(VisitFault::Refused),
            "Not synced: Nothing listens there: the connection was refused",
            "The frame shows an error of the browser.",
            None,
            "no sync: reachable",
        ),
        (
            Lack::NotSynced,
            unreached(VisitFault::Certificate(ChainFlaw::UnknownIssuer)),
            "Not synced: The certificate is from nobody that this machine trusts",
            "Browsers show nothing in the frame.",
            None,
            "no sync: TLS",
        ),
    ]);
}

#[test]
fn what_keeps_the_handshake_apart_is_told() {
    are_told([
        (
            Lack::Blocked,
            redirected("https://login.acme.dev/?token=s3cret"),
            "The url redirects to https://login.acme.dev/?token=…: another origin, so the SDK never answers",
            "it goes to https://dialer.acme.dev only",
            None,
            "no sync: redirect",
        ),
        (
            Lack::Blocked,
            answering(200, &[HTML]),
            "The url leads to another origin",
            "The url itself does not redirect, so something in its page leads there.",
            None,
            "no sync",
        ),
        (
            Lack::Elsewhere,
            answering(200, &[HTML, (CSP, "sandbox allow-scripts")]),
            "It answers from another origin, null",
            "sandbox without allow-same-origin",
            Some("Content-Security-Policy: sandbox allow-scripts allow-same-origin allow-forms allow-popups"),
            "no sync: sandbox",
        ),
        // The app is at fault, whatever the headers are.
        (
            Lack::NotInitialised,
            answering(500, &[("X-Frame-Options", "DENY")]),
            "Synced with SDK 0.9.7, but never initialised",
            "the app never called initialized()",
            None,
            "not initialised",
        ),
    ]);
}

#[test]
fn a_dialer_that_works_here_may_not_work_in_hubspot() {
    let said = Seen::Said { kind: "INITIALIZED".to_owned(), data: String::new(), size: None };
    let shake = shake(&[LOADED, Seen::Synced { version: "0.9.7".to_owned() }, said]);
    for (check, end, mood, words) in [
        (answering(200, &[HTML]), "initialised", Mood::Good, ""),
        (
            answering(200, &[HTML, (CSP, "frame-ancestors http://localhost:*")]),
            "initialised, but no page of HubSpot shows it",
            Mood::Warning,
            "In HubSpot it is different. frame-ancestors http://localhost:* refuses every HubSpot page.",
        ),
        (
            answering(200, &[HTML, (CSP, "frame-ancestors http://localhost:* https://app.hubspot.com")]),
            "initialised, but not all of HubSpot's pages show it",
            Mood::Warning,
            "app-eu1",
        ),
        (
            found("http://dialer.acme.dev/widget", false, 200, &[("Content-Type", b"text/html")]),
            "initialised, but no page of HubSpot shows it",
            Mood::Warning,
            "is not https. HubSpot's pages come by https",
        ),
        // What is no obstacle to the frame is no word here.
        (answering(200, &[HTML, ("Permissions-Policy", "microphone=()")]), "initialised", Mood::Good, ""),
    ] {
        let told = advice(&shake, &scene(), PageKnown::Found(&check, HERE));
        assert!(told.title.ends_with(end), "{}: not {end}", told.title);
        assert_eq!(told.mood, mood, "{end}");
        assert!(told.lines.join(" ").contains(words), "{:?}", told.lines);
        assert_eq!(told.lines.is_empty(), mood == Mood::Good);
    }
}

#[test]
fn what_is_not_known_is_not_said() {
    let shake = shake(&sights(Lack::NotSynced));
    let unasked = advice(&shake, &scene(), PageKnown::Unasked).lines.join(" ");
    assert!(unasked.contains("If the frame is empty, the dialer's headers refused it"), "{unasked}");
    let asked = advice(&shake, &scene(), PageKnown::Asked).lines.join(" ");
    assert!(asked.contains("is being looked at") && !asked.contains("refused"), "{asked}");
    let used = UrlUse::Dialer;
    let nothing = UrlCheck::of(Visit::refused(String::new(), used, scene_time(), VisitFault::NoSuchHost));
    assert_eq!(nothing.lets_in(&HERE.parse().unwrap()), None, "no answer came");
}

fn scene_time() -> jiff::Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}
