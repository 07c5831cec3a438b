//! A server that stands before the real one and lets a test decide, request by request, what becomes of it and of its
//! answer. Without a script it lets everything through.
//!
//! ```text
//!   client ── request ──> Gate ──(carried out?)──> sandbox or account
//!          <─(own, other, late, none)──┘  <── answer ──┘
//! ```

use crate::hostile::whole;
use crate::raw_http;
use callset::sandbox::{Options, Sandbox};
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

/// Ends a wait that would never end. Loaded machines are slow, not this slow.
const DEADLINE: Duration = Duration::from_mins(1);

/// `None` if it does not happen.
pub(crate) async fn within<T>(what: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(DEADLINE, what).await.ok()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) struct Fate {
    carried_out: bool,
    held: Option<oneshot::Receiver<()>>,
    answer: Answer,
}

#[derive(Debug)]
enum Answer {
    Own,
    Bytes(Vec<u8>),
    Reset,
    Silence,
}

impl Fate {
    fn new(carried_out: bool, answer: Answer) -> Self {
        Self { carried_out, held: None, answer }
    }

    /// As if there were no gate.
    pub(crate) fn own() -> Self {
        Self::new(true, Answer::Own)
    }

    /// Never gets to the settings; the gate answers with these bytes and closes.
    pub(crate) fn refused(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(false, Answer::Bytes(bytes.into()))
    }

    /// Changes the settings, but the answer is this one.
    pub(crate) fn answered(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(true, Answer::Bytes(bytes.into()))
    }

    /// The connection is reset.
    pub(crate) fn reset(carried_out: bool) -> Self {
        Self::new(carried_out, Answer::Reset)
    }

    /// There is no answer.
    pub(crate) fn silence(carried_out: bool) -> Self {
        Self::new(carried_out, Answer::Silence)
    }

    /// As any other, but the answer waits until the test lets it go.
    pub(crate) fn held() -> (Self, oneshot::Sender<()>) {
        Self::own().hold()
    }

    /// The answer waits until the test lets it go.
    pub(crate) fn hold(mut self) -> (Self, oneshot::Sender<()>) {
        let (go, held) = oneshot::channel();
        self.held = Some(held);
        (self, go)
    }
}

/// What an account does with a request beyond keeping what it is sent.
pub(crate) type Whim = Box<dyn FnMut(&mut Map<String, Json>, &Map<String, Json>) + Send>;

enum Behind {
    Sandbox(String),
    Account { members: Map<String, Json>, whim: Whim },
}

struct Inside {
    fates: VecDeque<Fate>,
    /// Those of the PATCH requests; without any, a PATCH has the next one of all.
    patch_fates: VecDeque<Fate>,
    requests: Vec<String>,
    behind: Behind,
}

/// The running server. It ends with this value.
pub(crate) struct Gate {
    url: String,
    inside: Arc<Mutex<Inside>>,
    decided: watch::Receiver<usize>,
    tasks: JoinSet<()>,
}

/// An address that refuses connections, as long as the socket lives: it is taken, and nobody listens.
pub(crate) fn nobody(address: &str) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address.parse().unwrap()).unwrap();
    socket
}

impl Gate {
    /// Before a sandbox with the demo's settings.
    pub(crate) async fn sandbox() -> Self {
        Self::before(Options::new(now)).await
    }

    /// Before a sandbox of one's own making.
    pub(crate) async fn before(options: Options) -> Self {
        let mut sandbox = Sandbox::bind(options).await.unwrap();
        sandbox.seed_demo(crate::session::APP);
        let url = sandbox.base_url();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { sandbox.serve().await.unwrap() });
        Self::start(Behind::Sandbox(url), tasks).await
    }

    /// Before an account that keeps whatever it is sent, and then follows its whim: it gets the members and what was sent.
    pub(crate) async fn account(
        members: Json,
        whim: impl FnMut(&mut Map<String, Json>, &Map<String, Json>) + Send + 'static,
    ) -> Self {
        let Json::Object(members) = members else { panic!("{members}") };
        Self::start(Behind::Account { members, whim: Box::new(whim) }, JoinSet::new()).await
    }

    async fn start(behind: Behind, mut tasks: JoinSet<()>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inside = Arc::new(Mutex::new(Inside {
            fates: VecDeque::new(),
            patch_fates: VecDeque::new(),
            requests: Vec::new(),
            behind,
        }));
        let (count, decided) = watch::channel(0);
        let (door, count) = (Arc::clone(&inside), Arc::new(count));
        tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(guard(stream, Arc::clone(&door), Arc::clone(&count)));
            }
        });
        Self { url, inside, decided, tasks }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// From now on connections are refused. Nobody else gets the port while the socket lives.
    pub(crate) async fn gone(mut self) -> TcpSocket {
        self.tasks.shutdown().await;
        nobody(self.url.strip_prefix("http://").unwrap())
    }

    /// The sandbox itself, which closes its connections.
    pub(crate) fn behind(&self) -> String {
        match &self.inside.lock().unwrap().behind {
            Behind::Sandbox(url) => url.clone(),
            Behind::Account { .. } => panic!("an account is no server"),
        }
    }

    /// The next requests have these fates, in the order they come in.
    pub(crate) fn next(&self, fates: impl IntoIterator<Item = Fate>) {
        self.inside.lock().unwrap().fates.extend(fates);
    }

    /// What was to become of the next requests is forgotten.
    pub(crate) fn forget(&self) {
        self.inside.lock().unwrap().fates.clear();
    }

    /// The next PATCH requests have these fates, whatever else comes before and between them.
    pub(crate) fn next_patch(&self, fates: impl IntoIterator<Item = Fate>) {
        self.inside.lock().unwrap().patch_fates.extend(fates);
    }

    /// Waits until this many requests were carried out or refused, whether answered or not.
    pub(crate) async fn decided(&self, count: usize) {
        let mut decided = self.decided.clone();
        let come = within(decided.wait_for(|decided| *decided >= count)).await;
        come.unwrap_or_else(|| panic!("not {count} requests: {:?}", self.requests())).unwrap();
    }

    /// Every request: method, path and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        let brief = |request: &String| {
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1");
            format!("{line} {body}").trim_end().to_owned()
        };
        self.inside.lock().unwrap().requests.iter().map(brief).collect()
    }

    /// The methods of the requests since the first `after`.
    pub(crate) fn methods(&self, after: usize) -> Vec<String> {
        let method = |request: &String| request.split(' ').next().unwrap().to_owned();
        self.requests()[after..].iter().map(method).collect()
    }

    /// The credentials of the requests.
    pub(crate) fn credentials(&self) -> Vec<String> {
        let credential = |request: &String| {
            let line = request.lines().find(|line| line.to_lowercase().starts_with("authorization: "));
            line.map(|line| line["authorization: ".len()..].to_owned())
        };
        self.inside.lock().unwrap().requests.iter().filter_map(credential).collect()
    }

    /// The forms that were sent to the token endpoint.
    pub(crate) fn exchanges(&self) -> Vec<String> {
        let form = |request: &String| Some(request.strip_prefix("POST /oauth/")?.split_once(' ')?.1.to_owned());
        self.requests().iter().filter_map(form).collect()
    }

    /// The versions that the PATCH requests are bound to.
    pub(crate) fn conditions(&self) -> Vec<Option<String>> {
        let condition = |request: &String| {
            let line = request.lines().find(|line| line.to_lowercase().starts_with("if-match: "));
            line.map(|line| line["if-match: ".len()..].to_owned())
        };
        let requests = &self.inside.lock().unwrap().requests;
        requests.iter().filter(|request| request.starts_with("PATCH ")).map(condition).collect()
    }

    /// The bodies of the PATCH requests.
    pub(crate) fn patches(&self) -> Vec<String> {
        let patch = |request: &String| Some(request.strip_prefix("PATCH ")?.split_once(' ')?.1.to_owned());
        self.requests().iter().filter_map(patch).collect()
    }

    /// What the server really holds now.
    pub(crate) async fn holds(&self, key: &str) -> Json {
        let sandbox = match &self.inside.lock().unwrap().behind {
            Behind::Account { members, .. } => return members.get(key).cloned().unwrap_or_default(),
            Behind::Sandbox(url) => url.clone(),
        };
        let line = format!("GET /crm/v3/extensions/calling/{}/settings", crate::session::APP);
        let answer = raw_http::send(&sandbox, &line, &[("Authorization", "Bearer x")], None).await;
        answer.json()[key].clone()
    }

    /// Someone else changes a setting.
    pub(crate) async fn change(&self, body: Json) {
        let sandbox = match &mut self.inside.lock().unwrap().behind {
            Behind::Account { members, .. } => {
                members.extend(body.as_object().unwrap().clone());
                return;
            }
            Behind::Sandbox(url) => url.clone(),
        };
        let line = format!("PATCH /crm/v3/extensions/calling/{}/settings", crate::session::APP);
        let headers = [("Authorization", "Bearer x"), ("Content-Type", "application/json")];
        let answer = raw_http::send(&sandbox, &line, &headers, Some(body.to_string().as_bytes())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Another app's settings are set up on the same server.
    pub(crate) async fn create(&self, app: i32, body: Json) {
        let url = match &self.inside.lock().unwrap().behind {
            Behind::Sandbox(url) => url.clone(),
            Behind::Account { .. } => panic!("an account is one app's"),
        };
        let line = format!("POST /crm/v3/extensions/calling/{app}/settings");
        let headers = [("Authorization", "Bearer x"), ("Content-Type", "application/json")];
        let answer = raw_http::send(&url, &line, &headers, Some(body.to_string().as_bytes())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Someone else deletes the settings.
    pub(crate) async fn delete(&self) {
        let url = match &self.inside.lock().unwrap().behind {
            Behind::Sandbox(url) => url.clone(),
            Behind::Account { .. } => panic!("an account has no DELETE"),
        };
        let line = format!("DELETE /crm/v3/extensions/calling/{}/settings", crate::session::APP);
        let answer = raw_http::send(&url, &line, &[("Authorization", "Bearer x")], None).await;
        assert_eq!(answer.status, 204, "{answer:?}");
    }
}

/// One connection, request after request.
async fn guard(mut stream: TcpStream, inside: Arc<Mutex<Inside>>, count: Arc<watch::Sender<usize>>) {
    while let Some(request) = read_message(&mut stream).await {
        let request = String::from_utf8(request).unwrap();
        let fate = {
            let mut inside = inside.lock().unwrap();
            inside.requests.push(request.clone());
            let own = if request.starts_with("PATCH ") { inside.patch_fates.pop_front() } else { None };
            own.or_else(|| inside.fates.pop_front()).unwrap_or_else(Fate::own)
        };
        let own = if fate.carried_out { carry_out(&request, &inside).await } else { Vec::new() };
        count.send_modify(|count| *count += 1);
        if let Some(held) = fate.held {
            // A test that ends lets go as well.
            let _ = held.await;
        }
        let (bytes, closes) = match fate.answer {
            Answer::Own => (own, false),
            Answer::Bytes(bytes) => (bytes, true),
            Answer::Reset => {
                stream.set_zero_linger().unwrap();
                return;
            }
            Answer::Silence => {
                while matches!(stream.read(&mut [0; 512]).await, Ok(1..)) {}
                return;
            }
        };
        // Whoever has gone meanwhile does not get it.
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
        if closes {
            let _ = stream.shutdown().await;
            while matches!(stream.read(&mut [0; 512]).await, Ok(1..)) {}
            return;
        }
    }
}

async fn carry_out(request: &str, inside: &Mutex<Inside>) -> Vec<u8> {
    let sandbox = match &mut inside.lock().unwrap().behind {
        Behind::Account { members, whim } => {
            let (_, body) = request.split_once("\r\n\r\n").unwrap();
            if request.starts_with("PATCH ") {
                let sent: Map<String, Json> = serde_json::from_str(body).unwrap();
                members.extend(sent.clone());
                whim(members, &sent);
            }
            return whole("200 OK", Json::Object(members.clone()).to_string());
        }
        Behind::Sandbox(url) => url.strip_prefix("http://").unwrap().to_owned(),
    };
    let mut stream = TcpStream::connect(sandbox).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read_message(&mut stream).await.unwrap()
}

/// A request or an answer as it came; `None` if the other side has gone before its end.
async fn read_message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        if let Some(end) = message.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&message[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if message.len() >= end + 4 + length.map_or(0, |length| length.parse().unwrap()) {
                return Some(message);
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(len @ 1..) => message.extend_from_slice(&chunk[..len]),
            Ok(0) | Err(_) => return None,
        }
    }
}

/// The demo's settings, for an account.
pub(crate) fn settings() -> Json {
    json!({
        "name": "Acme Dialer", "url": "https://dialer.acme.dev/widget", "width": 400, "height": 650, "isReady": false,
        "usesCallingWindow": true, "usesRemote": true, "supportsInboundCalling": false, "supportsCustomObjects": true,
        "createdAt": "2024-03-02T09:14:07.000Z", "updatedAt": "2026-11-18T10:00:00.000Z",
    })
}

/// The same with some members otherwise.
pub(crate) fn settings_with(others: Json) -> Json {
    let (Json::Object(mut members), Json::Object(others)) = (settings(), others) else { unreachable!() };
    members.extend(others);
    Json::Object(members)
}
