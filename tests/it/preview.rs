//! The server of the preview's page, over the bytes that browsers and others would send.

use crate::gate::within;
use callset::model::preview::{Advice, Mood, Scene, Seen, Sight};
use callset::preview::{PreviewPage, PreviewServer};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

/// A server with what its pages have seen.
pub(crate) struct Served {
    page: PreviewPage,
    pub(crate) port: u16,
    pub(crate) path: String,
    sights: UnboundedReceiver<Sight>,
    serving: JoinHandle<std::io::Result<()>>,
}

fn scene(url: &str, size: (i32, i32)) -> Scene {
    let text = |text: &str| text.to_owned();
    Scene { url: text(url), shown_url: text(url), size: Some(size), saved: Some((400, 600)), ..Scene::default() }
}

const DIALER: &str = "https://dialer.acme.dev/widget";

impl Served {
    async fn start(scene: Scene) -> Self {
        let (sender, sights) = unbounded_channel();
        let (page, plan) = PreviewPage::new(scene);
        let server: PreviewServer = plan.bind(Arc::new(move |sight| _ = sender.send(sight))).await.unwrap();
        let (port, path) = port_and_path(&server.address());
        assert_eq!(server.port(), port);
        Self { page, port, path, sights, serving: tokio::spawn(server.serve()) }
    }

    /// Sends a head, with the right Host and Origin where none is given.
    async fn ask(&self, line: &str, headers: &[&str], body: &[u8]) -> (u16, String) {
        let has = |name: &str| headers.iter().any(|header| header.to_lowercase().starts_with(name));
        let host = if has("host:") { String::new() } else { format!("Host: localhost:{}\r\n", self.port) };
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let more: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
        let head = format!("{line} HTTP/1.1\r\nConnection: close\r\n{host}{length}{more}");
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        // The server may have answered and gone before it was all sent.
        let _ = stream.write_all(body).await;
        let mut answer = Vec::new();
        let _ = within(stream.read_to_end(&mut answer)).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("no answer: {answer:?}")), answer)
    }

    fn own(&self) -> String {
        format!("Origin: http://localhost:{}", self.port)
    }

    /// Sends what a page has seen.
    async fn post(&self, body: &str) -> u16 {
        let (line, origin) = (format!("POST {}seen", self.path), self.own());
        self.ask(&line, &[&origin, "Content-Type: application/json"], body.as_bytes()).await.0
    }

    async fn saw(&mut self) -> Sight {
        within(self.sights.recv()).await.unwrap().unwrap()
    }

    async fn live(&self, headers: &[&str]) -> Live {
        Live::open(self.port, &self.path, headers).await
    }
}

/// The port and the path of an address.
pub(crate) fn port_and_path(address: &str) -> (u16, String) {
    let rest = address.strip_prefix("http://localhost:").unwrap_or_else(|| panic!("{address}"));
    let (port, path) = rest.split_at(rest.find('/').unwrap());
    assert!(path.len() > 30 && path.ends_with('/'), "nobody guesses {path}");
    (port.parse().unwrap(), path.to_owned())
}

/// Does somebody serve the page there? Another test may have got the port by now.
pub(crate) async fn is_answered(port: u16, path: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { return false };
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = within(stream.read_to_end(&mut answer)).await;
    answer.starts_with(b"HTTP/1.1 200")
}

/// The events of a page, as they come.
pub(crate) struct Live {
    stream: TcpStream,
    text: String,
}

impl Live {
    pub(crate) async fn open(port: u16, path: &str, headers: &[&str]) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let more: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
        let head =
            format!("GET {path}live HTTP/1.1\r\nHost: localhost:{port}\r\nSec-Fetch-Site: same-origin\r\n{more}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        Self { stream, text: String::new() }
    }

    /// Reads until this has come. What came before it is forgotten.
    pub(crate) async fn until(&mut self, words: &str) -> String {
        loop {
            if let Some(at) = self.text.find(words) {
                let rest = self.text.split_off(at + words.len());
                return std::mem::replace(&mut self.text, rest);
            }
            let mut chunk = [0; 4096];
            let len = within(self.stream.read(&mut chunk)).await.unwrap().unwrap();
            assert!(len > 0, "it ended before {words:?}: {}", self.text);
            self.text.push_str(std::str::from_utf8(&chunk[..len]).unwrap());
        }
    }

    /// Reads to the end of the connection.
    pub(crate) async fn ended(mut self) -> String {
        let mut rest = Vec::new();
        within(self.stream.read_to_end(&mut rest)).await.unwrap().unwrap();
        self.text + std::str::from_utf8(&rest).unwrap()
    }
}

#[tokio::test]
async fn the_page_is_sealed() {
    let served = Served::start(scene("https://dialer.acme.dev/widget?key=s3cret", (400, 600))).await;
    let (status, answer) = served.ask(&format!("GET {}", served.path), &[], b"").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(status, 200);
    for header in [
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
        "cross-origin-resource-policy: same-origin",
        "content-type: text/html; charset=utf-8",
    ] {
        assert!(head.lines().any(|line| line == header), "{header} is not in {head}");
    }
    let policy = head.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).unwrap();
    let nonce = policy.split('\'').find_map(|part| part.strip_prefix("nonce-")).unwrap();
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
             frame-src https://dialer.acme.dev; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    );
    assert!(
        body.contains(&format!("<script nonce=\"{nonce}\">")) && !body.contains("s3cret"),
        "only as data, and later"
    );
    // What is not the page is sealed as well.
    let (status, answer) = served.ask("GET /", &[], b"").await;
    assert_eq!(status, 404);
    assert!(answer.contains("no-store") && answer.contains("frame-ancestors 'none'"), "{answer}");
    // The page frames the origin that the form has when it is loaded.
    served.page.show(scene("http://localhost:3000/", (400, 600)));
    let (_, answer) = served.ask(&format!("GET {}", served.path), &[], b"").await;
    assert!(answer.contains("frame-src http://localhost:3000; "), "{answer:.900}");
    let hostile = "https://a.dev;script-src * 'unsafe-inline'/</script><script>";
    served.page.show(scene(hostile, (400, 600)));
    let (_, answer) = served.ask(&format!("GET {}", served.path), &[], b"").await;
    assert!(!answer.contains("unsafe-inline"), "{answer:.900}");
}

#[tokio::test]
async fn nobody_else_gets_an_answer() {
    let mut served = Served::start(scene(DIALER, (400, 600))).await;
    let (port, path, own) = (served.port, served.path.clone(), served.own());
    let wrong = path.replace(|c: char| c.is_ascii_digit(), "f");
    let _live = served.live(&[]).await;
    assert_eq!(served.saw().await, Sight { page: 1, seen: Seen::Opened });
    let (page, live, seen) = (format!("GET {path}"), format!("GET {path}live"), format!("POST {path}seen"));
    let json = "Content-Type: application/json";
    let body = br#"{"page":1,"seen":[{"what":"late"}]}"#;
    for (line, headers, sent, status) in [
        // The token.
        (format!("GET {wrong}"), vec![], &b""[..], 404),
        ("GET /".into(), vec![], b"", 404),
        (format!("GET {}", path.trim_end_matches('/')), vec![], b"", 404),
        (format!("GET {path}live/more"), vec![], b"", 404),
        (format!("POST {wrong}seen"), vec![&*own, json], body, 404),
        // Another name that leads here.
        (page.clone(), vec!["Host: rebound.example"], b"", 403),
        (page.clone(), vec!["Host: 127.0.0.1"], b"", 403),
        (page.clone(), vec!["Host: localhost"], b"", 403),
        (page.clone(), vec!["Host: localhost:1"], b"", 403),
        (page.clone(), vec!["Host: localhost.rebound.example"], b"", 403),
        (seen.clone(), vec!["Host: rebound.example", &*own, json], body, 403),
        // Another page.
        (live.clone(), vec!["Origin: https://evil.example"], b"", 403),
        (live.clone(), vec!["Sec-Fetch-Site: cross-site"], b"", 403),
        (live.clone(), vec!["Sec-Fetch-Site: same-site"], b"", 403),
        (seen.clone(), vec![json], body, 403),
        (seen.clone(), vec!["Origin: null", json], body, 403),
        (seen.clone(), vec!["Origin: https://evil.example", json], body, 403),
        (seen.clone(), vec!["Origin: http://localhost:3000", json], body, 403),
        (seen.clone(), vec![&*own, "Sec-Fetch-Site: cross-site", json], body, 403),
        // A form can send without asking first, but no JSON.
        (seen.clone(), vec![&*own, "Content-Type: text/plain"], body, 415),
        (seen.clone(), vec![&*own], body, 415),
        (seen.replace("POST", "GET"), vec![&*own, json], b"", 405),
        (page.replace("GET", "POST"), vec![&*own, json], body, 405),
        (seen.replace("POST", "OPTIONS"), vec!["Origin: https://evil.example"], b"", 405),
        (seen.replace("POST", "DELETE"), vec![&*own], b"", 405),
        // What no page sends.
        (seen.clone(), vec![&*own, json], b"{", 400),
        (seen.clone(), vec![&*own, json], br#"{"page":2,"seen":[]}"#, 400),
        (seen.clone(), vec![&*own, json], br#"{"page":1,"seen":[{"what":"opened"}]}"#, 400),
        (seen.clone(), vec![&*own, json], b"\xff\xfe", 400),
    ] {
        let (got, answer) = served.ask(&line, &headers, sent).await;
        assert_eq!(got, status, "{line} {headers:?}: {answer:.400}");
        assert!(!answer.contains(DIALER) && !answer.contains("<script"), "{line} {headers:?}");
    }
    // Two of a header are none.
    let host = format!("Host: localhost:{port}");
    assert_ne!(served.ask(&page, &[&host, &host], b"").await.0, 200);
    assert_eq!(served.ask(&seen, &[&own, json], body).await.0, 204, "what is right is taken");
    assert_eq!(served.saw().await.seen, Seen::Late, "and nothing before it was");
}

#[tokio::test]
async fn a_huge_post_is_refused_and_the_next_one_is_not() {
    let mut served = Served::start(scene(DIALER, (400, 600))).await;
    let _live = served.live(&[]).await;
    served.saw().await;
    let body = format!(r#"{{"page":1,"seen":[{{"what":"said","kind":"X","data":"{}"}}]}}"#, "x".repeat(1 << 20));
    assert_eq!(served.post(&body).await, 413);
    let hostile = r#"{"page":1,"seen":[{"what":"said","kind":"\u001b]0;owned\u0007","data":"\u202e\u0000<b>","width":1,"height":2}]}"#;
    assert_eq!(served.post(hostile).await, 204);
    let data = "\u{202e}\0<b>".to_owned();
    let seen = Seen::Said { kind: "\u{1b}]0;owned\u{7}".to_owned(), data, size: Some((1, 2)) };
    assert_eq!(served.saw().await, Sight { page: 1, seen }, "it is made harmless where it is shown");
}

#[tokio::test]
async fn the_page_is_live() {
    let mut served = Served::start(scene(DIALER, (400, 600))).await;
    let mut live = served.live(&[]).await;
    let head = live.until("\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-type: text/event-stream"), "{head}");
    assert!(head.contains("cache-control: no-store"), "{head}");
    let event = live.until("\n\n").await;
    for part in [
        "event: stand",
        "id: 1",
        "retry: 1000",
        r#""url":"https://dialer.acme.dev/widget""#,
        r#""origin":"https://dialer.acme.dev""#,
        r#""size":[400,600]"#,
        r#""saved":[400,600]"#,
        r#""advice":null"#,
    ] {
        assert!(event.contains(part), "{part} is not in {event}");
    }
    // Each nudge comes, and the last one is the one that stays.
    for width in 401..=420 {
        served.page.show(scene(DIALER, (width, 600)));
    }
    live.until(r#""size":[420,600]"#).await;
    let advice = |title: &str| Advice {
        mood: Mood::Error,
        title: title.to_owned(),
        lines: vec!["a\nb".to_owned()],
        send: None,
        then: vec![],
        is_refused: false,
    };
    served.page.tell(1, advice("One"));
    live.until(r#""advice":{"mood":"error","title":"One","lines":["a\nb"],"send":null,"then":[],"refused":false}"#)
        .await;
    // Two browsers at once, each with advice of its own.
    let mut other = served.live(&[]).await;
    assert_eq!(served.saw().await, Sight { page: 1, seen: Seen::Opened });
    assert_eq!(served.saw().await, Sight { page: 2, seen: Seen::Opened });
    assert!(other.until(r#""advice":null"#).await.contains(r#""page":2"#));
    served.page.tell(2, advice("Two"));
    other.until(r#""title":"Two""#).await;
    // The first is told nothing new of it.
    served.page.show(scene("https://other.acme.dev/", (1, 1)));
    let event = live.until(r#""size":[1,1]"#).await;
    assert!(!event.contains("Two"), "{event}");
    // One goes; the other comes back after a sleep, and is the same page.
    drop(live);
    assert_eq!(served.saw().await, Sight { page: 1, seen: Seen::Gone });
    drop(other);
    assert_eq!(served.saw().await, Sight { page: 2, seen: Seen::Gone });
    let mut back = served.live(&["Last-Event-ID: 2"]).await;
    assert!(back.until(r#""title":"Two""#).await.contains(r#""page":2"#));
    assert_eq!(served.saw().await, Sight { page: 2, seen: Seen::Opened });
    // A page that nobody had is a new one.
    let mut new = served.live(&["Last-Event-ID: 77"]).await;
    new.until(r#""page":3"#).await;
}

#[tokio::test]
async fn it_ends_with_the_editor() {
    let mut served = Served::start(scene(DIALER, (400, 600))).await;
    let live = served.live(&[]).await;
    served.saw().await;
    // A browser keeps a connection that it has used.
    let mut kept = TcpStream::connect(("127.0.0.1", served.port)).await.unwrap();
    let head = format!("GET {} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", served.path, served.port);
    kept.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    kept.read_exact(&mut first).await.unwrap();
    let Served { page, port, path, serving, .. } = served;
    assert!(is_answered(port, &path).await);
    drop(page);
    let told = live.ended().await;
    // Without data, browsers pass an event over.
    assert!(told.contains("event: bye\ndata: bye\n\n"), "{told}");
    let mut rest = Vec::new();
    within(kept.read_to_end(&mut rest)).await.unwrap().unwrap();
    within(serving).await.unwrap().unwrap().unwrap();
    assert!(!is_answered(port, &path).await);
}

#[tokio::test]
async fn both_addresses_of_localhost_have_it() {
    let served = Served::start(scene(DIALER, (400, 600))).await;
    if let Ok(mut stream) = TcpStream::connect(("::1", served.port)).await {
        let head =
            format!("GET {} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", served.path, served.port);
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        within(stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer:.200}");
    }
}

#[tokio::test]
async fn connections_have_a_limit() {
    let served = Served::start(scene(DIALER, (400, 600))).await;
    let connect = || TcpStream::connect(("127.0.0.1", served.port));
    let mut others = Vec::new();
    for _ in 0..32 {
        let mut live = served.live(&[]).await;
        live.until("event: stand").await;
        others.push(live);
    }
    let mut late = connect().await.unwrap();
    let head = format!("GET {} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", served.path, served.port);
    late.write_all(head.as_bytes()).await.unwrap();
    // All the others are there, one still hears what is new, and the late one is not answered.
    served.page.show(scene(DIALER, (1, 1)));
    for live in &mut others {
        live.until(r#""size":[1,1]"#).await;
    }
    let mut byte = [0];
    assert_eq!(late.try_read(&mut byte).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    others.pop();
    within(late.read_exact(&mut byte)).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_nothing_is_not_kept() {
    let served = Served::start(scene(DIALER, (400, 600))).await;
    // The clock goes on by itself while all wait.
    for head in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\nX: "] {
        let mut stream = TcpStream::connect(("127.0.0.1", served.port)).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!rest.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&rest));
    }
}

#[tokio::test]
async fn an_answer_ends_its_connection() {
    let served = Served::start(scene(DIALER, (400, 600))).await;
    for path in [served.path.as_str(), "/"] {
        let mut stream = TcpStream::connect(("127.0.0.1", served.port)).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", served.port);
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        within(stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 "), "{answer:.100}");
    }
}
