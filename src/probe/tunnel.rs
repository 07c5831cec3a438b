//! Finds the tunnels that run on this machine, by asking nothing but this machine.
//!
//! ```text
//!   places ──┬── ports of 127.0.0.1 ──> GET ──> JSON of the exact shape ──┐
//!            ├── a program ──> its JSON ──────────────────────────────────┼──> tunnels, in the order of the tools
//!            └── variables ───────────────────────────────────────────────┘
//!   all at once; what has not answered after the limit is not waited for
//! ```
//!
//! Other programs have these ports too, and may answer anything. An answer of another shape is no answer. No proxy is
//! used, no redirect followed, and a long answer is not read to its end.

mod asked;
mod codespace;
mod shape;

use crate::model::tunnel::{Tunnel, TunnelTool};
use asked::{PortAsker, TunnelProgram};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub use codespace::Codespace;

/// How long the tunnels of this machine are looked for, in all.
pub const LIMIT: Duration = Duration::from_millis(300);

/// How long a tool is waited for that asks its own server.
const REMOTE_LIMIT: Duration = Duration::from_secs(10);

/// Ports on which servers under development listen. They are tried in a Codespace, if no other port is known.
const USUAL_PORTS: [u16; 9] = [3000, 5173, 8080, 4200, 5000, 8000, 8081, 8888, 9025];

/// Where the tunnels of a machine are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TunnelPlaces {
    /// The ports where agents of ngrok may listen.
    pub ngrok: Vec<u16>,
    /// The ports where cloudflared may tell its metrics.
    pub cloudflared: Vec<u16>,
    /// The port of pinggy's debugger.
    pub pinggy: Vec<u16>,
    /// The ports where zrok's agent may listen.
    pub zrok: Vec<u16>,
    /// The program of tailscale.
    pub tailscale: Option<OsString>,
    /// The program of the dev tunnels. It is started only if it is asked for by name.
    pub devtunnel: Option<OsString>,
    /// The Codespace that this machine is.
    pub codespace: Option<Codespace>,
    /// Variables that no program may get, because they may hold secrets.
    pub secret: BTreeSet<String>,
}

impl TunnelPlaces {
    /// The places that the programs have if nobody moved them. `var` looks up environment variables.
    pub fn usual(var: impl Fn(&str) -> Option<OsString>, secret: BTreeSet<String>) -> Self {
        Self {
            // An agent that finds the first port taken goes on to the next ones.
            ngrok: (4040..=4049).collect(),
            cloudflared: (20241..=20245).collect(),
            pinggy: vec![4300],
            zrok: (8080..=8181).collect(),
            tailscale: Some("tailscale".into()),
            devtunnel: Some("devtunnel".into()),
            codespace: Codespace::of(var),
            secret,
        }
    }
}

/// Finds the tunnels, of one tool or of all that say it on this machine. `ports` are those that a server of the user is
/// known to have here; tunnels that lead to the first of them come first.
///
/// Ends after [`LIMIT`], unless the one tool asks its own server.
pub async fn find(places: &TunnelPlaces, only: Option<TunnelTool>, ports: &[u16]) -> Vec<Tunnel> {
    let is_wanted = |tool: TunnelTool| only.map_or(!tool.is_remote(), |only| only == tool);
    let mut asked = JoinSet::new();
    if let Some(asking) = PortAsker::new() {
        let on = |tool: TunnelTool, ports: &[u16]| {
            let ports = if is_wanted(tool) { ports } else { &[] };
            ports.iter().map(move |port| (tool, *port)).collect::<Vec<_>>()
        };
        let all = [
            on(TunnelTool::Ngrok, &places.ngrok),
            on(TunnelTool::Cloudflared, &places.cloudflared),
            on(TunnelTool::Pinggy, &places.pinggy),
            on(TunnelTool::Zrok, &places.zrok),
        ];
        for (tool, port) in all.concat() {
            let asking = asking.clone();
            asked.spawn(async move { (port, of_port(&asking, tool, port).await) });
        }
    }
    let program = |name: &Option<OsString>| Some(TunnelProgram { name: name.clone()?, secret: places.secret.clone() });
    if let Some(tailscale) = program(&places.tailscale).filter(|_| is_wanted(TunnelTool::Tailscale)) {
        asked.spawn(async move { (0, of_tailscale(&tailscale).await) });
    }
    if let Some(devtunnel) = program(&places.devtunnel).filter(|_| is_wanted(TunnelTool::Devtunnel)) {
        asked.spawn(async move { (0, of_devtunnel(&devtunnel).await) });
    }
    if let Some(codespace) = places.codespace.clone().filter(|_| is_wanted(TunnelTool::Codespaces)) {
        let ports = ports.to_vec();
        asked.spawn(async move { (0, of_codespace(&codespace, ports).await) });
    }
    in_order(within(asked, limit(only)).await, ports)
}

/// How long it takes at most to find the tunnels of one tool, or of all that say it on this machine.
pub fn limit(only: Option<TunnelTool>) -> Duration {
    if only.is_some_and(TunnelTool::is_remote) { REMOTE_LIMIT } else { LIMIT }
}

/// What has ended within the limit; the rest is given up.
async fn within(mut asked: JoinSet<(u16, Vec<Tunnel>)>, limit: Duration) -> Vec<(u16, Vec<Tunnel>)> {
    let late = sleep(limit);
    tokio::pin!(late);
    let mut found = Vec::new();
    loop {
        tokio::select! {
            biased;
            ended = asked.join_next() => match ended {
                Some(Ok(tunnels)) => found.push(tunnels),
                Some(Err(_)) => {}
                None => return found,
            },
            () = &mut late => return found,
        }
    }
}

/// Tunnels to a known port come first, then those that everyone can open; otherwise by tool and by the port of the answer.
/// None is there twice.
fn in_order(mut found: Vec<(u16, Vec<Tunnel>)>, ports: &[u16]) -> Vec<Tunnel> {
    found.sort_by_key(|(port, _)| *port);
    let mut tunnels: Vec<Tunnel> = Vec::new();
    for tunnel in found.into_iter().flat_map(|(_, tunnels)| tunnels) {
        if !tunnels.iter().any(|known| known.address == tunnel.address && known.mount == tunnel.mount) {
            tunnels.push(tunnel);
        }
    }
    tunnels.sort_by_key(|tunnel| {
        let known = tunnel.port().and_then(|port| ports.iter().position(|known| *known == port));
        (known.unwrap_or(usize::MAX), tunnel.reach, tunnel.tool)
    });
    tunnels
}

async fn of_port(asking: &PortAsker, tool: TunnelTool, port: u16) -> Vec<Tunnel> {
    match tool {
        TunnelTool::Ngrok => {
            let tunnels = asking.get(port, "/api/tunnels").await;
            match tunnels.status {
                // Agents of late 2025 and later may no longer have it.
                404 | 410 => shape::ngrok_endpoints(&asking.get(port, "/api/endpoints").await.body()),
                _ => shape::ngrok_tunnels(&tunnels.body()),
            }
        }
        TunnelTool::Cloudflared => {
            let (quick, config) = tokio::join!(asking.get(port, "/quicktunnel"), asking.get(port, "/config"));
            shape::cloudflared(&quick.body(), &config.body())
        }
        TunnelTool::Pinggy => shape::pinggy(&asking.get(port, "/urls").await.body()),
        TunnelTool::Zrok => shape::zrok(&asking.get(port, "/v1/agent/status").await.body()),
        TunnelTool::Tailscale | TunnelTool::Codespaces | TunnelTool::Devtunnel => vec![],
    }
}

/// `funnel status` prints the same as `serve status`.
async fn of_tailscale(program: &TunnelProgram) -> Vec<Tunnel> {
    let printed = program.run(&["serve", "status", "--json"]).await;
    printed.map_or(vec![], |printed| shape::tailscale(&printed))
}

/// The list of the dev tunnels has no addresses, so each that is hosted is asked for its own.
async fn of_devtunnel(program: &TunnelProgram) -> Vec<Tunnel> {
    let Some(list) = program.run(&["list", "--json"]).await else { return vec![] };
    let mut tunnels = Vec::new();
    for id in shape::devtunnel_ids(&list) {
        if let Some(shown) = program.run(&["show", &id, "--json"]).await {
            tunnels.extend(shape::devtunnel(&shown));
        }
    }
    tunnels
}

/// A Codespace has an address for every port. Without a known one, those count where a server listens.
async fn of_codespace(codespace: &Codespace, ports: Vec<u16>) -> Vec<Tunnel> {
    let mut listening = ports;
    if listening.is_empty() {
        for port in USUAL_PORTS {
            let heard = timeout(LIMIT / 10, TcpStream::connect(("127.0.0.1", port))).await;
            listening.extend(heard.is_ok_and(|heard| heard.is_ok()).then_some(port));
        }
    }
    listening.into_iter().filter_map(|port| codespace.tunnel(port)).collect()
}
