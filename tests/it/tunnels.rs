//! The tunnels of this machine, asked of a server that plays every program: as recorded, slow, huge, redirecting, lying.

use crate::gate::Gate;
use crate::session::{SIZE, Session};
use callset::model::tunnel::{Tunnel, TunnelTool};
use callset::probe::tunnel::{Codespace, LIMIT, TunnelPlaces, find};
use serde_json::json;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const NGROK: &str = r#"{"tunnels":[{"name":"command_line","ID":"f6","uri":"/api/tunnels/command_line","public_url":"https://d95211d2.ngrok.app","proto":"https","config":{"addr":"http://localhost:3000","inspect":true},"metrics":{}}],"uri":"/api/tunnels"}"#;
const ENDPOINTS: &str = r#"{"endpoints":[{"name":"command_line","uri":"/api/endpoints/command_line","url":"https://x.ngrok.app","upstream":{"url":"http://localhost:8000","protocol":"https"},"inspect":true}],"uri":"/api/endpoints"}"#;

/// What a port answers to a path: a status line and a body, as they are sent; or the whole answer by hand.
#[derive(Clone)]
enum Plays {
    Body(&'static str, String),
    Raw(Vec<u8>),
    /// Nothing, ever.
    Silence,
    /// A body without an end.
    Endless,
    /// Interim answers without an end.
    Interim,
}

/// A program that listens on a port of this machine.
struct Agent {
    port: u16,
    /// The heads of all requests.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Agent {
    async fn new(plays: impl Fn(&str) -> Plays + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(vec![])));
        let heads = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).await.is_ok() {
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                heads.lock().unwrap().push(head);
                let answer = plays(&path);
                tokio::spawn(async move {
                    match answer {
                        Plays::Body(status, body) => {
                            let length = body.len();
                            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n");
                            _ = stream.write_all((head + &body).as_bytes()).await;
                        }
                        Plays::Raw(answer) => _ = stream.write_all(&answer).await,
                        Plays::Silence => std::future::pending().await,
                        Plays::Endless => {
                            _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"urls\":[").await;
                            while stream.write_all(b"\"https://x.a.pinggy.link\",").await.is_ok() {}
                        }
                        Plays::Interim => while stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").await.is_ok() {},
                    }
                });
            }
        });
        Self { port, asked }
    }

    /// Answers all paths with this body.
    async fn always(body: &str) -> Self {
        let body = body.to_owned();
        Self::new(move |_| Plays::Body("200 OK", body.clone())).await
    }

    /// What was asked, path by path.
    fn paths(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|head| head.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
    }
}

fn ngrok_at(agents: &[&Agent]) -> TunnelPlaces {
    TunnelPlaces { ngrok: agents.iter().map(|agent| agent.port).collect(), ..TunnelPlaces::default() }
}

fn told(tunnels: &[Tunnel]) -> Vec<String> {
    let one = |tunnel: &Tunnel| format!("{} {} {}", tunnel.tool, tunnel.url(), tunnel.local.as_deref().unwrap_or("?"));
    tunnels.iter().map(one).collect()
}

async fn all(places: &TunnelPlaces) -> Vec<String> {
    told(&find(places, None, &[]).await)
}

/// A program that prints this and ends so.
fn program(folder: &TempDir, name: &str, script: &str) -> OsString {
    let path = folder.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.into()
}

#[tokio::test]
async fn every_program_is_found_by_what_it_answers() {
    let old = Agent::always(NGROK).await;
    let new = Agent::new(|path| match path {
        "/api/endpoints" => Plays::Body("200 OK", ENDPOINTS.to_owned()),
        _ => Plays::Body("404 Not Found", "404 page not found".to_owned()),
    })
    .await;
    let quick = Agent::new(|path| match path {
        "/quicktunnel" => Plays::Body("200 OK", r#"{"hostname":"abc-def.trycloudflare.com"}"#.to_owned()),
        _ => Plays::Body("404 Not Found", String::new()),
    })
    .await;
    let named = Agent::new(|path| match path {
        "/quicktunnel" => Plays::Body("200 OK", r#"{"hostname":""}"#.to_owned()),
        "/config" => Plays::Body(
            "200 OK",
            r#"{"version":1,"config":{"ingress":[{"hostname":"dialer.acme.dev","path":null,"service":"http://localhost:3000"},{"hostname":"","service":"http_status:404"}]}}"#.to_owned(),
        ),
        _ => Plays::Body("404 Not Found", String::new()),
    })
    .await;
    // pinggy says that its answer is plain text.
    let pinggy = Agent::new(|_| {
        let body = r#"{"urls":["http://x.a.free.pinggy.link","https://x.a.free.pinggy.link"]}"#;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", body.len());
        Plays::Raw((head + body).into_bytes())
    })
    .await;
    let zrok = Agent::always(
        r#"{"accesses":[],"shares":[{"token":"a","shareMode":"public","backendMode":"proxy","frontendEndpoint":["https://a.share.zrok.io"],"backendEndpoint":"http://localhost:3000","closed":false,"status":"active"}]}"#,
    )
    .await;
    let folder = TempDir::new().unwrap();
    let config = r#"{"TCP":{"443":{"HTTPS":true}},"Web":{"box.t.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:3000"}}}},"AllowFunnel":{"box.t.ts.net:443":true}}"#;
    let script = format!("[ \"$*\" = 'serve status --json' ] && echo '{config}'");
    let places = TunnelPlaces {
        ngrok: vec![old.port, new.port],
        cloudflared: vec![quick.port, named.port],
        pinggy: vec![pinggy.port],
        zrok: vec![zrok.port],
        tailscale: Some(program(&folder, "tailscale", &script)),
        devtunnel: Some(program(&folder, "devtunnel", "touch asked")),
        codespace: Some(Codespace { name: "fuzzy-x7".into(), domain: "app.github.dev".into() }),
        ..TunnelPlaces::default()
    };
    let mut found = told(&find(&places, None, &[3000]).await);
    found.sort();
    assert_eq!(
        found,
        [
            "cloudflared https://abc-def.trycloudflare.com ?",
            "cloudflared https://dialer.acme.dev localhost:3000",
            "codespaces https://fuzzy-x7-3000.app.github.dev localhost:3000",
            "ngrok https://d95211d2.ngrok.app localhost:3000",
            "ngrok https://x.ngrok.app localhost:8000",
            "pinggy https://x.a.free.pinggy.link ?",
            "tailscale https://box.t.ts.net 127.0.0.1:3000",
            "zrok https://a.share.zrok.io localhost:3000",
        ]
    );
    assert_eq!(new.paths(), ["/api/tunnels", "/api/endpoints"]);
    // The agent refuses requests for other hosts, so that no web page can ask it.
    let head = old.asked.lock().unwrap()[0].to_lowercase();
    assert!(head.contains(&format!("host: 127.0.0.1:{}\r\n", old.port)), "{head}");
    assert!(!head.contains("authorization") && !head.contains("cookie"), "{head}");
    // One of them alone, and those to the known port first.
    assert_eq!(told(&find(&places, Some(TunnelTool::Pinggy), &[]).await), ["pinggy https://x.a.free.pinggy.link ?"]);
    let first = find(&places, None, &[8000]).await;
    assert_eq!(told(&first[..1]), ["ngrok https://x.ngrok.app localhost:8000"]);
}

#[tokio::test]
async fn what_lies_or_has_another_shape_is_ignored() {
    let json = |url: &str| {
        let url = serde_json::to_string(url).unwrap();
        format!(
            r#"{{"tunnels":[{{"public_url":{url},"proto":"https","config":{{"addr":"1"}}}}],"uri":"/api/tunnels"}}"#
        )
    };
    for url in [
        "http://x.ngrok.app",
        "https://me:secret@x.ngrok.app",
        "https://x.ngrok.app\u{1b}[2J",
        "https://x.ngrok.app\r\nX: y",
        "https://localhost:3000",
        "https://127.0.0.1",
        "https://x.ngrok.app:1",
        "https://x.ngrok.app/path",
        "javascript:alert(1)",
        "",
    ] {
        let agent = Agent::always(&json(url)).await;
        assert_eq!(all(&ngrok_at(&[&agent])).await, Vec::<String>::new(), "{url:?}");
    }
    for body in ["", "{}", "[]", "null", "<html>", r#"{"tunnels":{}}"#, r#"{"tunnels":[{}]}"#, "\u{0}\u{1}"] {
        let agent = Agent::always(body).await;
        let everywhere = TunnelPlaces {
            ngrok: vec![agent.port],
            cloudflared: vec![agent.port],
            pinggy: vec![agent.port],
            zrok: vec![agent.port],
            ..TunnelPlaces::default()
        };
        assert_eq!(all(&everywhere).await, Vec::<String>::new(), "{body:?}");
    }
    let lines: Vec<String> = (0..10_000).map(|n| format!("\"https://t{n}.a.pinggy.link\"")).collect();
    let agent = Agent::always(&format!("{{\"urls\":[{}]}}", lines.join(","))).await;
    let found = all(&TunnelPlaces { pinggy: vec![agent.port], ..TunnelPlaces::default() }).await;
    assert!(found.len() <= 50, "{}", found.len());
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_error_is_no_answer() {
    let target = Agent::always(NGROK).await;
    let to = format!("http://127.0.0.1:{}/api/tunnels", target.port);
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"] {
        let head = format!("HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: {}\r\n\r\n{NGROK}", NGROK.len());
        let agent = Agent::new(move |_| Plays::Raw(head.clone().into_bytes())).await;
        assert_eq!(all(&ngrok_at(&[&agent])).await, Vec::<String>::new(), "{status}");
    }
    for status in ["401 Unauthorized", "500 Internal Server Error", "204 No Content"] {
        let agent = Agent::new(move |_| Plays::Body(status, NGROK.to_owned())).await;
        assert_eq!(all(&ngrok_at(&[&agent])).await, Vec::<String>::new(), "{status}");
    }
    assert_eq!(target.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn whoever_does_not_answer_in_time_keeps_nobody_waiting() {
    let well = Agent::always(NGROK).await;
    let silent = Agent::new(|_| Plays::Silence).await;
    let endless = Agent::new(|_| Plays::Endless).await;
    let interim = Agent::new(|_| Plays::Interim).await;
    let bomb = Agent::new(|_| {
        let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
        (0..20_000).for_each(|n| head.extend(format!("X-{n}: {}\r\n", "a".repeat(200)).bytes()));
        Plays::Raw(head)
    })
    .await;
    let folder = TempDir::new().unwrap();
    let places = TunnelPlaces {
        ngrok: vec![well.port, silent.port, bomb.port],
        pinggy: vec![endless.port],
        tailscale: Some(program(&folder, "tailscale", "exec sleep 60")),
        ..TunnelPlaces::default()
    };
    // On a machine that is busy one look may miss even the one that answers at once.
    let mut looks = 0..20;
    let is_found = loop {
        let began = Instant::now();
        let found = all(&places).await;
        // Far more than it takes.
        assert!(began.elapsed() < LIMIT + Duration::from_secs(10), "{:?}", began.elapsed());
        if found == ["ngrok https://d95211d2.ngrok.app localhost:3000"] || looks.next().is_none() {
            break found.len() == 1;
        }
        assert_eq!(found, Vec::<String>::new());
    };
    assert!(is_found);
    assert_eq!(all(&ngrok_at(&[&interim])).await, Vec::<String>::new());
    // A program that prints without an end, fails, or is not there.
    for script in ["while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done", "echo '{}'; exit 1", "echo no"]
    {
        let places = TunnelPlaces { tailscale: Some(program(&folder, "odd", script)), ..TunnelPlaces::default() };
        assert_eq!(all(&places).await, Vec::<String>::new(), "{script}");
    }
    let none = TunnelPlaces { tailscale: Some("/no/such/program".into()), ..TunnelPlaces::default() };
    assert_eq!(all(&none).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_program_gets_no_variable_that_holds_a_secret_and_dev_tunnels_are_asked_only_by_name() {
    let folder = TempDir::new().unwrap();
    // Every process has this one.
    let config = r#"{"Web":{"box.t.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:3000"}}}}}"#;
    let script = format!("/usr/bin/env | /usr/bin/grep -q ^HOME= || echo '{config}'");
    let tailscale = Some(program(&folder, "tailscale", &script));
    let places = TunnelPlaces { tailscale, secret: ["HOME".to_owned()].into(), ..TunnelPlaces::default() };
    assert_eq!(all(&places).await, ["tailscale https://box.t.ts.net 127.0.0.1:3000"]);
    let asked = folder.path().join("asked");
    let script = format!(
        "touch '{}'; case \"$1\" in list) echo 'Hi! {{\"tunnels\":[{{\"tunnelId\":\"n.euw\",\"hostConnections\":1}}]}}';; \
         show) echo '{{\"tunnel\":{{\"tunnelId\":\"n.euw\",\"hostConnections\":1,\"ports\":[{{\"portNumber\":3000}}]}}}}';; esac",
        asked.display()
    );
    let places = TunnelPlaces { devtunnel: Some(program(&folder, "devtunnel", &script)), ..TunnelPlaces::default() };
    assert_eq!(all(&places).await, Vec::<String>::new());
    assert!(!asked.exists());
    let found = find(&places, Some(TunnelTool::Devtunnel), &[]).await;
    assert_eq!(told(&found), ["devtunnel https://n-3000.euw.devtunnels.ms localhost:3000"]);
}

#[test]
fn a_codespace_is_told_by_its_variables() {
    let var = |name: &str| match name {
        "CODESPACE_NAME" => Some(OsString::from("fuzzy-x7")),
        "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN" => Some("app.github.dev".into()),
        _ => None,
    };
    let expected = Codespace { name: "fuzzy-x7".into(), domain: "app.github.dev".into() };
    assert_eq!(Codespace::of(var), Some(expected));
    assert_eq!(Codespace::of(|_| None), None);
    assert_eq!(Codespace::of(|_| Some(OsString::new())), None);
}

// ── in the editor ──

#[tokio::test]
async fn the_address_of_today_is_one_key_away_and_a_save_sends_it() {
    let gate = Gate::sandbox().await;
    let agent = Agent::always(NGROK).await;
    let mut session = Session::beside_tunnels(gate.url(), SIZE, ngrok_at(&[&agent]));
    session.settled().await;
    assert_eq!(agent.paths(), Vec::<String>::new(), "a start without a tunnel's url asks nobody");
    session.focus("URL").await.key("f3").settled().await;
    session.says("▌ ngrok https://d95211d2.ngrok.app -> localhost:3000");
    assert_eq!(agent.paths().len(), 1);
    session.key("enter").settled().await.says("Numbers URL is at the same old place: move it to");
    session.key("y").settled().await.says("2 urls moved to https://d95211d2.ngrok.app");
    session.says("the answer url at the telephony provider");
    let moved = session.unsaved();
    assert!(moved.starts_with(r#"{"url":"https://d95211d2.ngrok.app/"#), "{moved}");
    session.key("ctrl-s").settled().await;
    let url = gate.holds("url").await;
    assert!(moved.contains(url.as_str().unwrap()), "{url}");
    // The agent has another address now: the window gets the focus, and the row is marked.
    let other = Agent::always(&NGROK.replace("d95211d2", "77aa88bb")).await;
    let mut session = Session::beside_tunnels(gate.url(), SIZE, ngrok_at(&[&other]));
    session.settled().await.focus("URL").await.settled().await;
    assert_eq!(session.sign("URL"), Some('!'));
    session.says("The tunnel behind this url is gone; ngrok has https://77aa88bb.ngrok.app now F3 take it");
    let asked = other.paths().len();
    assert_eq!(asked, 1, "a new start looks by itself");
    session.away().back().settled().await;
    assert_eq!(other.paths().len(), 2);
    session.key("f3").settled().await.key("enter").settled().await.key("n").settled().await;
    session.says("Moved to https://77aa88bb.ngrok.app");
    assert_eq!(session.sign("URL"), Some('●'));
    let moved = session.unsaved();
    session.key("f3").settled().await.key("enter").settled().await.says("It is at https://77aa88bb.ngrok.app already");
    assert_eq!(session.unsaved(), moved);
}

#[tokio::test]
async fn the_list_says_that_it_looks_and_that_there_is_none() {
    let gate = Gate::sandbox().await;
    gate.change(json!({"url": "https://dialer.acme.dev/w"})).await;
    let silent = Agent::new(|_| Plays::Silence).await;
    let mut session = Session::beside_tunnels(gate.url(), SIZE, ngrok_at(&[&silent]));
    session.settled().await.focus("URL").await.key("f3").read().await;
    session.says("looking for tunnels of this machine…");
    session.settled().await.says_not("looking for tunnels").says("no tunnel runs here");
}
