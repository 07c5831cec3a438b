//! Looks at real pages: what is sent, what comes of certificates and redirects, and of servers that mean harm; the
//! command as a process, with its output and its exit codes.

use super::server::{Authority, Pages, Paper, Serve, Wire, proxy};
use crate::pty::CALLSET;
use callset::model::certificate::ChainFlaw;
use callset::model::check::{BodyEnd, FindingKind, RedirectFault, UrlCheck, UrlUse, Visit, VisitFault};
use callset::probe::page::look;
use serde_json::{Value as Json, json};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const PATIENT: Duration = Duration::from_mins(1);

fn ok(wire: &mut dyn Wire, headers: &str) -> std::io::Result<()> {
    write!(wire, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n{headers}\r\nok")
}

fn fine(_: &str, wire: &mut dyn Wire) -> std::io::Result<()> {
    ok(wire, "")
}

async fn visit(authority: &Authority, url: &str) -> Visit {
    look(url, UrlUse::Dialer, PATIENT, &authority.means()).await
}

#[tokio::test]
async fn a_page_is_asked_for_as_a_frame_asks_and_without_a_secret() {
    let authority = Authority::new();
    let pages = Pages::tls(&authority, Paper::Fine, fine);
    let visit = visit(&authority, &pages.url("https", "dialer.acme.dev", "/w?v=1")).await;
    let answer = visit.came.as_ref().unwrap();
    let chain = answer.chain.as_ref().unwrap();
    assert_eq!(chain.own.as_ref().map(|own| own.until), "2089-03-04T00:00:00Z".parse().ok());
    assert_eq!((answer.status, chain.length, &chain.flaw, answer.body), (200, 2, &None, BodyEnd::Whole(2)));
    let head = pages.asked.recv().unwrap().to_lowercase();
    assert!(head.starts_with("get /w?v=1 http/1.1\r\n"), "{head}");
    for line in [
        "sec-fetch-dest: iframe",
        "sec-fetch-mode: navigate",
        "sec-fetch-site: cross-site",
        "referer: https://app.hubspot.com/",
        "accept: text/html,",
        "user-agent: callset/",
    ] {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(!head.contains("cookie") && !head.contains("authorization"), "{head}");
}

#[tokio::test]
async fn what_hubspots_servers_ask_for_is_asked_without_a_frame() {
    let authority = Authority::new();
    let pages = Pages::tls(&authority, Paper::Fine, fine);
    let url = pages.url("https", "dialer.acme.dev", "/rec/%s");
    let visit = look(&url, UrlUse::Recording, PATIENT, &authority.means()).await;
    assert!(visit.came.is_ok());
    let head = pages.asked.recv().unwrap().to_lowercase();
    assert!(head.starts_with("get /rec/callset-check ") && !head.contains("sec-fetch") && !head.contains("referer"));
}

#[tokio::test]
async fn each_flaw_of_a_certificate_has_its_name_and_nothing_is_asked() {
    let authority = Authority::new();
    for (paper, flaw) in [
        (Paper::Own, ChainFlaw::UnknownIssuer),
        (Paper::Expired, ChainFlaw::Expired),
        (Paper::NotYet, ChainFlaw::NotYet),
        (Paper::Other, ChainFlaw::OtherName(vec!["www.acme.dev".to_owned()])),
    ] {
        let pages = Pages::tls(&authority, paper, fine);
        let away = visit(&authority, &pages.url("https", "dialer.acme.dev", "/")).await;
        assert_eq!(away.came, Err(VisitFault::Certificate(flaw.clone())));
        assert!(pages.asked.try_recv().is_err(), "nothing was sent");
        // On this machine developers make their own: it is told, and the page is looked at all the same.
        let here = visit(&authority, &pages.url("https", "localhost", "/")).await;
        assert_eq!(here.came.as_ref().unwrap().chain.as_ref().unwrap().flaw, Some(flaw));
        let check = UrlCheck::of(here);
        assert!(check.hosts().is_some() && check.findings.iter().any(|found| found.kind() == FindingKind::Tls));
    }
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    std::thread::spawn(move || plain.accept().unwrap().0.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    let came = visit(&authority, &format!("https://dialer.acme.dev:{port}/")).await.came;
    assert!(matches!(came, Err(VisitFault::Tls(_))), "{came:?}");
    let nobody = visit(&authority, "https://dialer.acme.dev:1/").await;
    assert_eq!(nobody.came, Err(VisitFault::Refused));
}

fn leads(path: &str, wire: &mut dyn Wire) -> std::io::Result<()> {
    let to = match path {
        "/relative" => "next/../w?x#y",
        "/loop" => "/loop",
        "/script" => "javascript:alert(1)",
        "/data" => "data:text/html,hi",
        "/file" => "file:///etc/passwd",
        "/password" => "https://me:secret@dialer.acme.dev/",
        "/empty-host" => "https://",
        "/empty" => "",
        "/two" => "/w\r\nLocation: /x",
        "/twice" => "/w\r\nLocation: /w",
        "/deny" => "/denied",
        "/sets" => "/w",
        "/other" => "https://www.acme.dev:1/",
        "/denied" => return ok(wire, "X-Frame-Options: DENY\r\n"),
        count if count.starts_with("/count/") => {
            let left: u32 = count["/count/".len()..].parse().unwrap();
            if left == 0 {
                return ok(wire, "");
            }
            return write!(wire, "HTTP/1.1 307 X\r\nLocation: /count/{}\r\nContent-Length: 0\r\n\r\n", left - 1);
        }
        _ => return ok(wire, ""),
    };
    write!(
        wire,
        "HTTP/1.1 302 X\r\nLocation: {to}\r\nSet-Cookie: a=b\r\nX-Frame-Options: ALLOWALL\r\nContent-Length: 0\r\n\r\n"
    )
}

#[tokio::test]
async fn redirects_are_followed_as_far_as_a_page_of_the_web() {
    let authority = Authority::new();
    let pages = Pages::tls(&authority, Paper::Fine, leads);
    let at = async |path: &str| visit(&authority, &pages.url("https", "dialer.acme.dev", path)).await;
    let relative = at("/relative").await;
    assert_eq!(relative.way.last().unwrap().as_str(), pages.url("https", "dialer.acme.dev", "/w?x#y"));
    assert_eq!(at("/loop").await.came, Err(VisitFault::Redirect(RedirectFault::Endless(19))));
    // Measured in Chromium.
    assert!(at("/count/19").await.came.is_ok());
    assert_eq!(at("/count/20").await.came, Err(VisitFault::Redirect(RedirectFault::Endless(19))));
    assert_eq!(at("/empty").await.came.unwrap().status, 302);
    assert!(matches!(at("/two").await.came, Err(VisitFault::Broken(_))));
    assert!(at("/twice").await.came.is_ok());
    assert_eq!(at("/password").await.came, Err(VisitFault::Redirect(RedirectFault::Password)));
    for path in ["/script", "/data", "/file", "/empty-host"] {
        let came = at(path).await.came;
        assert!(matches!(came, Err(VisitFault::Redirect(RedirectFault::Elsewhere(_)))), "{path}: {came:?}");
    }
    // The headers of the last answer count, and cookies go nowhere.
    assert_eq!(UrlCheck::of(at("/deny").await).hosts(), Some([false; 5]));
    while pages.asked.try_recv().is_ok() {}
    assert!(at("/sets").await.came.is_ok());
    let heads: Vec<String> = pages.asked.try_iter().collect();
    assert!(heads.len() == 2 && heads.iter().all(|head| !head.to_lowercase().contains("cookie")), "{heads:?}");
}

fn hostile(path: &str, wire: &mut dyn Wire) -> std::io::Result<()> {
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    match path {
        "/endless" => {
            write!(wire, "{html}\r\n")?;
            loop {
                wire.write_all(&[b'x'; 8192])?;
            }
        }
        "/drip" => {
            write!(wire, "{html}X-Frame-Options: DENY\r\n\r\n")?;
            loop {
                wire.write_all(b"x")?;
                wire.flush()?;
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
        "/drip-head" => loop {
            write!(wire, "{html}X-A: b\r\n")?;
            wire.flush()?;
            std::thread::park_timeout(Duration::from_millis(20));
        },
        "/bomb" => {
            write!(wire, "HTTP/1.1 200 OK\r\n")?;
            loop {
                write!(wire, "X-A: {}\r\n", "b".repeat(1000))?;
            }
        }
        "/line" => {
            write!(wire, "HTTP/1.1 200 OK\r\nX-A: ")?;
            loop {
                wire.write_all(&[b'b'; 8192])?;
            }
        }
        "/early" => loop {
            write!(wire, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")?;
        },
        "/escapes" => {
            write!(wire, "{html}Content-Length: 2\r\nContent-Security-Policy: frame-ancestors https://x.dev")?;
            wire.write_all(b" \xc2\x9b31m \xff\xfe \xe2\x80\xae, frame-ancestors 'none' \xc2\x9d\r\n")?;
            wire.write_all(b"X-Frame-Options: D\xc2\x9b31mENY\r\n\r\nok")
        }
        "/folded" => write!(wire, "{html}Content-Length: 2\r\nX-Frame-Options:\r\n DENY\r\n\r\nok"),
        "/broken" => write!(wire, "{html}Content-Length: 200\r\n\r\nok"),
        "/silent" => {
            std::thread::park_timeout(Duration::from_mins(2));
            Ok(())
        }
        _ => write!(wire, "SSH-2.0-nothing\r\n"),
    }
}

#[tokio::test]
async fn a_page_that_means_harm_costs_no_more_than_the_limits() {
    let authority = Authority::new();
    let pages = Pages::tls(&authority, Paper::Fine, hostile);
    let within = async |path: &str, limit: Duration| {
        look(&pages.url("https", "dialer.acme.dev", path), UrlUse::Dialer, limit, &authority.means()).await
    };
    assert_eq!(within("/endless", PATIENT).await.came.unwrap().body, BodyEnd::Long);
    let short = Duration::from_millis(1500);
    let drip = within("/drip", short).await;
    assert_eq!(drip.came.as_ref().unwrap().body, BodyEnd::Late);
    assert_eq!(UrlCheck::of(drip).hosts(), Some([false; 5]), "what came is judged");
    for path in ["/drip-head", "/silent", "/early"] {
        let came = within(path, short).await.came;
        assert!(matches!(came, Err(VisitFault::Late(_) | VisitFault::Broken(_))), "{path}: {came:?}");
    }
    for path in ["/bomb", "/line", "/no-http"] {
        let came = within(path, PATIENT).await.came;
        assert!(matches!(came, Err(VisitFault::Broken(_))), "{path}: {came:?}");
    }
    assert_eq!(within("/broken", PATIENT).await.came.unwrap().body, BodyEnd::Broken);
    assert_eq!(UrlCheck::of(within("/folded", PATIENT).await).hosts(), Some([false; 5]));
    // A policy with what is no ASCII counts for nothing, as in browsers.
    let escapes = within("/escapes", PATIENT).await;
    let kept = &escapes.came.as_ref().unwrap().headers;
    assert!(kept.iter().any(|line| line.value.windows(2).any(|pair| pair == b"\xff\xfe")), "bytes stay as they came");
    assert_eq!(UrlCheck::of(escapes).hosts(), Some([true; 5]));
}

// ── the command ──

/// callset with this authority trusted, and every host but this machine behind a proxy that leads to these pages.
fn command(home: &TempDir, authority: &Authority, pages: &Pages, arguments: &[&str]) -> (i32, String, String) {
    let roots = home.path().join("roots.pem");
    std::fs::write(&roots, authority.pem()).unwrap();
    let ran = Command::new(CALLSET)
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("SSL_CERT_FILE", roots)
        .env("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy(pages.port)))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.code().unwrap(), text(ran.stdout), text(ran.stderr))
}

fn behind(serve: Serve) -> (TempDir, Authority, Pages) {
    let authority = Authority::new();
    let pages = Pages::tls(&authority, Paper::Fine, serve);
    (TempDir::new().unwrap(), authority, pages)
}

fn mixed(path: &str, wire: &mut dyn Wire) -> std::io::Result<()> {
    match path {
        "/one" => ok(wire, "Content-Security-Policy: frame-ancestors https://app.hubspot.com\r\n"),
        "/away" => write!(wire, "HTTP/1.1 302 X\r\nLocation: https://www.acme.dev/w\r\nContent-Length: 0\r\n\r\n"),
        "/escapes" => hostile(path, wire),
        _ => ok(wire, ""),
    }
}

#[test]
fn the_command_prints_the_document_and_its_code_says_what_was_found() {
    let (home, authority, pages) = behind(mixed);
    let run = |arguments: &[&str]| command(&home, &authority, &pages, arguments);
    let json = |text: &str| serde_json::from_str::<Json>(text).unwrap();
    let (code, out, err) = run(&["check", "--json", "https://dialer.acme.dev/w"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let document = json(&out);
    assert_eq!(document["schema"], 1);
    assert_eq!(document["url"], "https://dialer.acme.dev/w");
    assert_eq!((&document["final_url"], &document["status"]), (&json!("https://dialer.acme.dev/w"), &json!(200)));
    let kinds: Vec<&str> =
        document["findings"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["framing", "tls", "microphone", "reachable"]);
    assert_eq!(document["findings"][0]["hosts"]["https://app-eu1.hubspot.com"], json!(true));
    let (code, out, err) = run(&["check", "--json", "https://dialer.acme.dev/one"]);
    assert_eq!((code, err.as_str()), (3, "callset: 1 problem\n"));
    let framing = &json(&out)["findings"][0];
    assert_eq!((&framing["kind"], &framing["level"]), (&json!("framing"), &json!("warning")));
    assert_eq!(framing["fix"], "Content-Security-Policy: frame-ancestors https://*.hubspot.com");
    assert_eq!(framing["header"], "Content-Security-Policy: frame-ancestors https://app.hubspot.com");
    assert_eq!(
        framing["hosts"],
        json!({
            "https://app.hubspot.com": true, "https://app-na2.hubspot.com": false,
            "https://app-na3.hubspot.com": false, "https://app-eu1.hubspot.com": false,
            "https://app-ap1.hubspot.com": false,
        })
    );
    let (code, out, _) = run(&["check", "--json", "https://dialer.acme.dev/away"]);
    assert_eq!((code, json(&out)["final_url"].as_str()), (3, Some("https://www.acme.dev/w")));
    let (code, out, _) = run(&["check", "--json", "http://localhost:1/"]);
    let document = json(&out);
    assert_eq!((code, &document["status"], &document["findings"][0]["kind"]), (1, &Json::Null, &json!("reachable")));
    let (code, out, err) = run(&["check", "https://me:secret@dialer.acme.dev/"]);
    assert!(code == 1 && !format!("{out}{err}").contains("secret"), "{out}{err}");
}

#[test]
fn what_a_server_sends_is_harmless_on_a_terminal_and_in_json() {
    let (home, authority, pages) = behind(mixed);
    for arguments in
        [&["check", "https://dialer.acme.dev/escapes"][..], &["check", "--json", "https://dialer.acme.dev/escapes"]]
    {
        let (_, out, err) = command(&home, &authority, &pages, arguments);
        let is_harmful = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!format!("{out}{err}").contains(is_harmful), "{out:?}");
    }
}
