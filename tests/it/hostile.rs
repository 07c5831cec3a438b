//! A server on loopback that does exactly what a test scripts, however wrong, and writes down what it was sent.
//!
//! ```text
//!   Hostile::start([connection, connection, ...])      each connection: [Step::Read, Step::Send(..), ...], then it closes
//! ```
//!
//! It knows just enough HTTP to tell where a request ends.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does next on a connection.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Waits for one whole request.
    Read,
    /// Writes these bytes.
    Send(Vec<u8>),
    /// Writes these bytes one by one, each on its own.
    Slice(Vec<u8>),
    /// Writes these bytes again and again until the client has gone.
    Flood(Vec<u8>),
    /// Writes this byte again and again, with a pause after each, until the client has gone.
    Drip(u8, Duration),
    /// Does nothing more, and does not close.
    Stall,
    /// Ends the connection with a reset.
    Reset,
}

/// Reads a request, then writes these bytes, then closes.
pub(crate) fn answer(bytes: impl Into<Vec<u8>>) -> Vec<Step> {
    vec![Step::Read, Step::Send(bytes.into())]
}

/// A whole answer with a right length. `head` is the status line and the headers, lines ending in `\n`.
pub(crate) fn whole(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = head.trim_end().replace('\n', "\r\n");
    [format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

#[derive(Default)]
struct Log {
    connections: usize,
    requests: Vec<String>,
    sent: usize,
}

/// The running server. It ends with this value.
pub(crate) struct Hostile {
    port: u16,
    log: Arc<Mutex<Log>>,
    task: JoinHandle<()>,
}

impl Hostile {
    /// Serves the connections one after the other, as scripted; further ones are closed at once.
    pub(crate) async fn start(script: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Log::default()));
        let mut script = script.into_iter().collect::<Vec<_>>().into_iter();
        let book = Arc::clone(&log);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                book.lock().unwrap().connections += 1;
                // A connection may stall for ever while the next one is served.
                tokio::spawn(play(stream, script.next().unwrap_or_default(), Arc::clone(&book)));
            }
        });
        Self { port, log, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }

    /// The whole requests, byte for byte.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().requests.clone()
    }

    /// How many bytes the system took for sending.
    pub(crate) fn sent(&self) -> usize {
        self.log.lock().unwrap().sent
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Plays one connection to its end. What fails, fails because the client has gone, which is its right.
async fn play(mut stream: TcpStream, steps: Vec<Step>, log: Arc<Mutex<Log>>) {
    for step in steps {
        match step {
            Step::Read => match read_request(&mut stream).await {
                Some(request) => log.lock().unwrap().requests.push(request),
                None => return,
            },
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                log.lock().unwrap().sent += bytes.len();
            }
            Step::Slice(bytes) => {
                stream.set_nodelay(true).unwrap();
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    // Whoever reads gets a turn between two bytes.
                    tokio::task::yield_now().await;
                }
            }
            Step::Flood(bytes) => {
                while stream.write_all(&bytes).await.is_ok() {
                    log.lock().unwrap().sent += bytes.len();
                }
            }
            Step::Drip(byte, pause) => {
                while stream.write_all(&[byte]).await.is_ok() {
                    tokio::time::sleep(pause).await;
                }
            }
            Step::Stall => pending().await,
            Step::Reset => {
                stream.set_zero_linger().unwrap();
                return;
            }
        }
    }
    // Closing with unread bytes would reset the connection and could take the answer with it.
    let _ = stream.shutdown().await;
    while matches!(stream.read(&mut [0; 512]).await, Ok(1..)) {}
}

/// The next request as it came; `None` if the client has gone before its end.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(len @ 1..) => request.extend_from_slice(&chunk[..len]),
            Ok(0) | Err(_) => return None,
        }
    }
}
