//! `callset preview`: the program, a browser made of bytes, and a dialer on this machine that refuses.

use super::{CANARY, Shell, kill, ran};
use crate::preview::port_and_path;
use rustix::process::Signal;
use serde_json::{Value as Json, json};
use std::fs;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::thread;

/// A running preview, and where its page is.
struct Previewed {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    err: ChildStderr,
    address: String,
    port: u16,
    path: String,
}

/// A dialer whose pages answer with these headers. Its address.
pub(super) fn dialer(headers: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut head) = (stream.unwrap(), [0; 4096]);
            let len = stream.read(&mut head).unwrap();
            assert!(!String::from_utf8_lossy(&head[..len]).contains(CANARY), "no credential goes there");
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}Content-Length: 2\r\nConnection: close\r\n\r\nok"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://127.0.0.1:{port}/widget?key=s3cret")
}

impl Previewed {
    fn start(shell: &Shell, arguments: &[&str]) -> Self {
        let mut command = shell.command(&[&["preview"], arguments].concat());
        Self::of(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), arguments.contains(&"--json"))
    }

    fn of(mut child: Child, is_json: bool) -> Self {
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let err = child.stderr.take().unwrap();
        let first = out.next().expect("the address").unwrap();
        let address = if is_json {
            let ready: Json = serde_json::from_str(&first).unwrap();
            assert_eq!(ready["event"], "ready");
            ready["url"].as_str().unwrap().to_owned()
        } else {
            first
        };
        let (port, path) = port_and_path(&address);
        Self { child, out, err, address, port, path }
    }

    fn line(&mut self) -> String {
        self.out.next().expect("a line").unwrap()
    }

    fn event(&mut self) -> Json {
        serde_json::from_str(&self.line()).unwrap()
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// The status of the answer, and the answer.
    fn ask(&self, line: &str, host: &str, headers: &str, body: &str) -> (u16, String) {
        let (mut stream, length) = (self.connect(), body.len());
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }

    fn own(&self) -> String {
        format!("localhost:{}", self.port)
    }

    fn get(&self, path: &str, host: &str) -> u16 {
        self.ask(&format!("GET {path}"), host, "", "").0
    }

    /// Whoever has the port meanwhile may answer anything, or break off.
    fn is_served(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let (mut answer, (path, own)) = (Vec::new(), (&self.path, self.own()));
        let asked = write!(stream, "GET {path} HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n");
        asked.and_then(|()| stream.read_to_end(&mut answer)).is_ok() && answer.starts_with(b"HTTP/1.1 200")
    }

    /// A browser opens the page. It has it open until the stream is dropped.
    fn open(&mut self) -> BufReader<TcpStream> {
        let mut stream = self.connect();
        write!(stream, "GET {}live HTTP/1.1\r\nHost: {}\r\n\r\n", self.path, self.own()).unwrap();
        BufReader::new(stream)
    }

    fn sees(&self, seen: &str) {
        let (line, host) = (format!("POST {}seen", self.path), self.own());
        let headers = format!("Origin: http://{host}\r\nContent-Type: application/json\r\n");
        let (status, answer) = self.ask(&line, &host, &headers, &format!(r#"{{"page":1,"seen":[{seen}]}}"#));
        assert_eq!(status, 204, "{answer}");
    }

    /// Ends it. Its exit code, and what it has said.
    fn ends(mut self, signal: Signal) -> (i32, String) {
        kill(&self.child, signal);
        let rest: Vec<String> = self.out.by_ref().map(Result::unwrap).collect();
        let mut said = String::new();
        self.err.read_to_string(&mut said).unwrap();
        let code = self.child.wait().unwrap().code().unwrap();
        assert!(!rest.concat().contains(CANARY) && !said.contains(CANARY) && !said.contains("panicked"), "{said}");
        assert!(!self.is_served(), "its address leads nowhere");
        (code, said)
    }
}

/// Reads what the page is told, until it is told this.
fn until(live: &mut BufReader<TcpStream>, words: &str) {
    let mut all = String::new();
    while !all.contains(words) {
        assert!(live.read_line(&mut all).unwrap() > 0, "it ended before {words:?}: {all}");
    }
}

#[test]
fn each_step_is_a_line_and_what_refuses_the_dialer_is_told_on_the_page_too() {
    let shell = Shell::new();
    let url = dialer("X-Frame-Options: DENY\r\nX-Odd: \x1b[2J\r\n");
    shell.run(&["set", &format!("url={url}"), "width=420", "height=650"]).exits(0);
    let patches = shell.patches().len();
    let mut on = Previewed::start(&shell, &["--no-open"]);
    let mut live = on.open();
    assert_eq!(on.line(), "a browser has opened the page");
    until(&mut live, r#""size":[420,650]"#);
    on.sees(r#"{"what":"loaded","blocked":false}"#);
    assert_eq!(on.line(), "loaded, waiting for SYNC_ACK");
    on.sees(r#"{"what":"late"}"#);
    let late = on.line();
    assert!(late.starts_with("loaded, but has not answered SYNC yet. Nothing has answered SYNC so far."), "{late}");
    let refused = on.line();
    assert!(refused.starts_with("not synced: X-Frame-Options: DENY refuses every HubSpot page. "), "{refused}");
    assert_eq!(on.line(), "send instead  Content-Security-Policy: frame-ancestors https://*.hubspot.com");
    assert!(on.line().ends_with("add http://localhost:* to frame-ancestors, in development only."));
    until(&mut live, r#""title":"Not synced: X-Frame-Options: DENY refuses every HubSpot page""#);
    // It was mended, and loaded again.
    on.sees(r#"{"what":"loaded","blocked":false},{"what":"synced","version":"0.9.7"}"#);
    assert_eq!(on.line(), "loaded, waiting for SYNC_ACK");
    assert_eq!(on.line(), "synced with SDK 0.9.7, waiting for INITIALIZED");
    on.sees(r#"{"what":"said","kind":"\u001b[2J","data":"\u202ehttps://a.dev/?token=s3cret"}"#);
    assert_eq!(on.line(), "from the dialer: ␛[2J  ⟨RLO⟩https://a.dev/?token=…");
    drop(live);
    assert_eq!(on.line(), "the page is closed");
    assert_eq!(on.ends(Signal::INT), (130, String::new()));
    assert_eq!(shell.patches().len(), patches, "nothing is saved");
}

#[test]
fn programs_read_what_is_seen_and_what_is_found() {
    let shell = Shell::new();
    let url = dialer("Content-Security-Policy: frame-ancestors https://*.hubspot.com\r\n");
    shell.run(&["set", &format!("url={url}")]).exits(0);
    let mut on = Previewed::start(&shell, &["--no-open", "--json"]);
    let _live = on.open();
    on.sees(r#"{"what":"loaded","blocked":false},{"what":"late"}"#);
    for event in ["opened", "loaded", "late"] {
        let line = on.event();
        assert_eq!((&line["event"], &line["page"]), (&json!(event), &json!(1)), "{line}");
    }
    let checked = on.event();
    assert_eq!((&checked["event"], &checked["status"]), (&json!("checked"), &json!(200)));
    let findings = checked["findings"].as_array().unwrap();
    let framing = findings.iter().find(|finding| finding["kind"] == "framing").unwrap();
    assert_eq!((&framing["level"], &framing["hosts"]["https://app.hubspot.com"]), (&json!("ok"), &json!(true)));
    // Half a minute later it is still mute: that is news, and the answer is not asked for again.
    on.sees(r#"{"what":"unsynced"}"#);
    assert_eq!(on.event()["event"], "unsynced");
    on.sees(r#"{"what":"sent","kind":"END_CALL"}"#);
    assert_eq!(on.event()["event"], "sent");
    assert_eq!(on.ends(Signal::TERM).0, 143);
}

#[test]
fn only_who_has_the_address_gets_the_page() {
    let shell = Shell::new();
    let on = Previewed::start(&shell, &["--no-open"]);
    let (path, own) = (on.path.clone(), on.own());
    assert_eq!(on.get(&path, &own), 200);
    for (path, host, status) in [
        ("/", &*own, 404),
        ("/00000000000000000000000000000000/", &own, 404),
        (&path, "rebound.example", 403),
        (&path, &own.replace("localhost", "127.0.0.1"), 403),
        (&path, "localhost", 403),
    ] {
        assert_eq!(on.get(path, host), status, "{path} {host}");
    }
    // Each run has another one.
    let other = Previewed::start(&shell, &["--no-open"]);
    assert_ne!((other.port, &other.path), (on.port, &on.path));
    assert_eq!(other.get(&path, &other.own()), 404);
    other.ends(Signal::HUP);
    on.ends(Signal::INT);
}

#[test]
fn a_browser_is_opened_where_there_is_one() {
    let shell = Shell::new();
    let (browser, opened) = (shell.file("browser", ""), shell.home.path().join("opened"));
    // It has been opened when the file has its name.
    let text = format!("#!/bin/sh\nenv > '{0}.env'\necho \"$1\" > '{0}.new'\nmv '{0}.new' '{0}'\n", opened.display());
    fs::write(&browser, text).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let started = |vars: &[(&str, &str)], arguments: &[&str]| {
        let mut command = shell.command(&[&["preview"], arguments].concat());
        command.env("BROWSER", &browser).envs(vars.iter().copied());
        Previewed::of(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), false)
    };
    let on = started(&[], &[]);
    while !opened.exists() {
        thread::yield_now();
    }
    assert_eq!(fs::read_to_string(&opened).unwrap().trim(), on.address);
    assert!(!fs::read_to_string(opened.with_extension("env")).unwrap().contains(CANARY));
    assert_eq!(on.ends(Signal::INT), (130, String::new()));
    fs::remove_file(&opened).unwrap();
    // The browser is elsewhere: how to reach the page from there. The dialer runs here, and is to be reached as well.
    shell.run(&["set", "url=http://localhost:3000/widget"]).exits(0);
    let far = started(&[("SSH_CONNECTION", "198.51.100.7 5022 203.0.113.9 2222"), ("USER", "ada")], &[]);
    let line = format!("ssh -L {0}:localhost:{0} -L 3000:localhost:3000 -p 2222 ada@203.0.113.9", far.port);
    let (code, said) = far.ends(Signal::INT);
    assert!(code == 130 && said.contains(&line), "{line} is not in {said}");
    let quiet = started(&[("SSH_CONNECTION", "198.51.100.7 5022 203.0.113.9 22")], &["--quiet"]);
    assert_eq!(quiet.ends(Signal::INT).1, "");
    started(&[], &["--no-open"]).ends(Signal::INT);
    assert!(!opened.exists(), "nothing was opened over ssh, nor where that is not wanted");
}

#[test]
fn it_needs_no_browser_and_no_account() {
    let shell = Shell::new();
    let mut command = shell.bare(&["--demo", "preview"]);
    let child = command.env("BROWSER", "/nonexistent/browser").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut on = Previewed::of(child.unwrap(), false);
    let mut live = on.open();
    until(&mut live, r#""origin":"https://"#);
    assert_eq!(on.ends(Signal::INT).0, 130);
}

#[test]
fn without_settings_or_a_way_to_them_it_ends_and_says_why() {
    let shell = Shell::new();
    ran(&mut shell.bare(&["preview"])).exits(2);
    shell.run(&["preview", "--profile", "nowhere"]).exits(2).says("nowhere");
    shell.run(&["preview", "http://localhost:3000"]).exits(2);
    shell.beside.gate.next([super::refusal("401 Unauthorized", r#"{"message":"It expired"}"#)]);
    shell.run(&["preview", "--no-open"]).exits(4).says("401");
    shell.delete();
    let json = shell.run(&["preview", "--no-open", "--json"]);
    assert_eq!(json.json()["error"]["kind"], "not_found");
    json.exits(1);
}

#[test]
fn it_ends_when_nobody_reads_its_lines() {
    let shell = Shell::new();
    let Previewed { mut child, out, port, path, .. } = Previewed::start(&shell, &["--no-open"]);
    drop(out);
    let mut browser = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(browser, "GET {path}live HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
