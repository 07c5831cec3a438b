//! Waits on loopback for the browser that comes back from the authorize page.
//!
//! ```text
//!   connection ── head, at most 16 KiB ── the redirect URL's path? ── this login's state? ──> code, and no more answers
//!                                             │ 404                      │ 400: somebody else's, the wait goes on
//! ```
//!
//! Any program and any web page of this machine can send something here. Only an answer with the state of this login
//! counts, so nothing else ends the wait or gets a code in.

use crate::api::Credential;
use crate::api::consent::{BrowserLogin, NoCode};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::Url;

/// How much of a request is read, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;

/// How long a browser has for its request, and for taking the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections are read at once. A browser opens a few.
const CONNECTIONS: usize = 16;

/// What waits for the browser.
#[derive(Debug)]
pub struct Callback {
    listeners: Vec<TcpListener>,
    path: String,
}

impl Callback {
    /// Listens where the redirect URL points to: on both addresses of `localhost`, as far as there are both.
    ///
    /// # Errors
    ///
    /// The URL is not on this machine, or its port is in use.
    pub async fn bind(redirect: &Url) -> io::Result<Self> {
        let addresses = match redirect.host() {
            Some(url::Host::Ipv4(ip)) if ip.is_loopback() => vec![IpAddr::V4(ip)],
            Some(url::Host::Ipv6(ip)) if ip.is_loopback() => vec![IpAddr::V6(ip)],
            Some(url::Host::Domain(name)) if name.trim_end_matches('.').eq_ignore_ascii_case("localhost") => {
                vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
            }
            _ => return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not on this machine")),
        };
        if redirect.scheme() != "http" {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "callset has no certificate for https"));
        }
        let port = redirect.port_or_known_default().unwrap_or_default();
        let mut listeners = Vec::new();
        for address in addresses {
            match TcpListener::bind(SocketAddr::new(address, port)).await {
                Ok(listener) => listeners.push(listener),
                // There may be no IPv6. A port that somebody else has on either address could get the code.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse || listeners.is_empty() => return Err(error),
                Err(_) => {}
            }
        }
        Ok(Self { listeners, path: redirect.path().to_owned() })
    }

    /// Waits for the answer to this login. The error is the browser's, if consent was refused there.
    pub async fn answer(self, consent: &BrowserLogin) -> Result<Credential, String> {
        let mut reading = JoinSet::new();
        loop {
            let accepted = accept(&self.listeners);
            tokio::select! {
                stream = accepted, if reading.len() < CONNECTIONS => {
                    reading.spawn(async move { timeout(PATIENCE, asked(stream)).await.ok() });
                }
                Some(read) = reading.join_next() => {
                    let Ok(Some((stream, target))) = read else { continue };
                    if let Some(answer) = self.take(stream, target, consent).await {
                        return answer;
                    }
                }
            }
        }
    }

    /// Answers the browser. Returns the outcome of the login, if this was its answer.
    async fn take(
        &self,
        stream: TcpStream,
        target: Option<(String, String)>,
        consent: &BrowserLogin,
    ) -> Option<Result<Credential, String>> {
        let Some((path, query)) = target else {
            reply(stream, "400 Bad Request", "This is no request of a browser.").await;
            return None;
        };
        if path != self.path {
            reply(stream, "404 Not Found", "There is nothing here.").await;
            return None;
        }
        match consent.code_in(&query) {
            Ok(code) => {
                reply(stream, "200 OK", "callset has the answer. This page can be closed.").await;
                Some(Ok(code))
            }
            Err(NoCode::Refused(error)) => {
                reply(stream, "200 OK", "callset knows that it was refused. This page can be closed.").await;
                Some(Err(error))
            }
            Err(NoCode::Another | NoCode::Nothing) => {
                let words =
                    "This is not the answer that callset waits for. Begin with the address that it has printed.";
                reply(stream, "400 Bad Request", words).await;
                None
            }
        }
    }
}

/// The next connection. One that fails is passed over.
async fn accept(listeners: &[TcpListener]) -> TcpStream {
    loop {
        let accepted = match listeners {
            [one, other, ..] => tokio::select! {
                accepted = one.accept() => accepted,
                accepted = other.accept() => accepted,
            },
            [one] => one.accept().await,
            [] => std::future::pending().await,
        };
        match accepted {
            Ok((stream, _)) => return stream,
            // Too many open files, for instance. They may be fewer soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Reads the head of a request. Returns path and query of a GET.
async fn asked(mut stream: TcpStream) -> (TcpStream, Option<(String, String)>) {
    let mut head = Vec::new();
    let mut chunk = [0; 2048];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") && head.len() < HEAD_LIMIT {
        match stream.read(&mut chunk).await {
            Ok(len @ 1..) => head.extend_from_slice(&chunk[..len]),
            Ok(0) | Err(_) => break,
        }
    }
    let line = head.split(|byte| *byte == b'\r').next().and_then(|line| str::from_utf8(line).ok());
    let target = line.and_then(|line| line.strip_prefix("GET ")?.strip_suffix(" HTTP/1.1"));
    let target = target.map(|target| target.split_once('?').unwrap_or((target, "")));
    let target = target.map(|(path, query)| (path.to_owned(), query.to_owned()));
    (stream, target)
}

/// Answers with a page. The address of the page holds the code, so the page sends it nowhere.
async fn reply(mut stream: TcpStream, status: &str, words: &str) {
    let page = format!("<!DOCTYPE html><meta charset=\"utf-8\"><title>callset</title><p>{words}</p>\n");
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'\r\n\r\n{page}",
        page.len()
    );
    let sent = timeout(PATIENCE, async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    });
    // A browser that has gone has what it needs.
    let _ = sent.await;
}
