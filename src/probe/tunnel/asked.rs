//! Asks a port of this machine, or a program, and reads its answer no further than any real one is long.

use crate::net::trust;
use reqwest::{Client, redirect, retry};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::process::Stdio;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// The longest answer that is read, in bytes. A tunnel takes less than a thousand.
const ANSWER_LIMIT: usize = 256 * 1024;

/// Asks ports of this machine.
#[derive(Clone, Debug)]
pub(super) struct PortAsker(Client);

/// What a port has answered.
#[derive(Debug, Default)]
pub(super) struct PortAnswer {
    /// The status; 0 if there was no answer.
    pub status: u16,
    body: Vec<u8>,
}

impl PortAnswer {
    /// The body of an answer that says that all is well; empty for any other.
    pub(super) fn body(self) -> Vec<u8> {
        if self.status == 200 { self.body } else { vec![] }
    }
}

impl PortAsker {
    /// `None` if the HTTP library cannot be used.
    pub(super) fn new() -> Option<Self> {
        trust::install_provider();
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .http1_only()
            .tls_certs_only([])
            .pool_max_idle_per_host(0)
            .build();
        client.ok().map(Self)
    }

    /// The path is asked of 127.0.0.1. The address stands in the Host header too: agents refuse other names, so that no web
    /// page can ask them.
    pub(super) async fn get(&self, port: u16, path: &str) -> PortAnswer {
        self.read(port, path).await.unwrap_or_default()
    }

    async fn read(&self, port: u16, path: &str) -> Option<PortAnswer> {
        let request = self.0.get(format!("http://127.0.0.1:{port}{path}")).header("accept", "application/json");
        let mut response = request.send().await.ok()?;
        let (status, mut body) = (response.status().as_u16(), Vec::new());
        while let Some(chunk) = response.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_LIMIT {
                return None;
            }
        }
        Some(PortAnswer { status, body })
    }
}

/// A program that says on its standard output which tunnels it has.
#[derive(Clone, Debug)]
pub(super) struct TunnelProgram {
    /// Its name or path.
    pub name: OsString,
    /// Variables that it does not get.
    pub secret: BTreeSet<String>,
}

impl TunnelProgram {
    /// Runs it without a terminal and without input. It is ended if it is no longer waited for. `None` if it is not there,
    /// failed, or printed too much.
    pub(super) async fn run(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        let mut command = Command::new(&self.name);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        for name in &self.secret {
            command.env_remove(name);
        }
        // A group of its own, in the background of the terminal: it cannot read what the user types.
        let mut child = command.process_group(0).kill_on_drop(true).spawn().ok()?;
        let limit = u64::try_from(ANSWER_LIMIT).unwrap_or(u64::MAX) + 1;
        let (mut printed, mut output) = (Vec::new(), child.stdout.take()?.take(limit));
        output.read_to_end(&mut printed).await.ok()?;
        let is_whole = printed.len() <= ANSWER_LIMIT;
        (is_whole && child.wait().await.ok()?.success()).then_some(printed)
    }
}
