//! The page beside the terminal: a server on this machine that stands in for HubSpot around the dialer, at the form's size,
//! and speaks the host's half of the SDK's handshake.
//!
//! ```text
//!   Scene, Advice ──> PreviewPage ──> /TOKEN/live ──> assets/preview.html ── frames ──> the dialer
//!                        Sight <───── /TOKEN/seen <──────────┘  <─────── postMessage ──────┘
//! ```
//!
//! It knows no credential. It listens on loopback and is reached as `localhost` alone, because that is what developers allow
//! in `frame-ancestors`. A page of another site cannot read or send anything here: the path is not guessed, the Host header
//! must be ours, and what is sent must come from our own page. While nothing changes, nothing is sent.

mod answer;
mod listen;
mod page;
mod sight;

use crate::model::preview::{Advice, Scene, Sight};
use axum::Router;
use listen::Doorway;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio::sync::watch;

/// How many pages have advice of their own. A page that is opened beyond that goes without.
const PAGES: usize = 16;

/// What takes the sights of all pages.
pub type Watcher = Arc<dyn Fn(Sight) + Send + Sync>;

/// What the pages show now.
#[derive(Clone, Debug, Default)]
struct Stand {
    scene: Scene,
    advice: BTreeMap<u32, Advice>,
}

/// The way to the open pages. The server ends when it is dropped.
#[derive(Debug)]
pub struct PreviewPage {
    stand: watch::Sender<Stand>,
}

impl PreviewPage {
    /// A way to pages that show this, and the server of them once it is bound.
    pub fn new(scene: Scene) -> (Self, PreviewPlan) {
        let (stand, seen) = watch::channel(Stand { scene, advice: BTreeMap::new() });
        (Self { stand }, PreviewPlan(seen))
    }

    /// All pages show this from now on.
    pub fn show(&self, scene: Scene) {
        self.stand.send_modify(|stand| stand.scene = scene);
    }

    /// One page says this from now on.
    pub fn tell(&self, page: u32, advice: Advice) {
        self.stand.send_modify(|stand| {
            stand.advice.insert(page, advice);
            while stand.advice.len() > PAGES {
                stand.advice.pop_first();
            }
        });
    }
}

/// A server that has no port yet.
#[derive(Debug)]
pub struct PreviewPlan(watch::Receiver<Stand>);

/// A server that has its port, and answers once [`serve`](Self::serve) runs.
pub struct PreviewServer {
    doorway: Doorway,
    stand: watch::Receiver<Stand>,
    token: String,
    watcher: Watcher,
}

impl fmt::Debug for PreviewServer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PreviewServer").field("port", &self.doorway.port).finish_non_exhaustive()
    }
}

impl PreviewPlan {
    /// Takes a free port, on both addresses of `localhost` as far as there are both.
    ///
    /// # Errors
    ///
    /// No port is free, or the system has no random numbers.
    pub async fn bind(self, watcher: Watcher) -> io::Result<PreviewServer> {
        let token = page::random().ok_or_else(|| io::Error::other("the system has no random numbers"))?;
        Ok(PreviewServer { doorway: Doorway::bind().await?, stand: self.0, token, watcher })
    }
}

impl PreviewServer {
    /// The port.
    pub fn port(&self) -> u16 {
        self.doorway.port
    }

    /// The address of the page. Who has it may read and send.
    pub fn address(&self) -> String {
        format!("http://{}/{}/", self.host(), self.token)
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.port())
    }

    /// Answers until the [`PreviewPage`] is dropped. The port is free then, and no connection is left.
    ///
    /// # Errors
    ///
    /// Errors of the listener.
    pub async fn serve(self) -> io::Result<()> {
        let mut ended = self.stand.clone();
        let porter = answer::Porter::new(self.host(), self.token, self.stand, self.watcher);
        let router = Router::new().fallback(answer::take).with_state(porter);
        let is_over = async move { while ended.changed().await.is_ok() {} };
        axum::serve(self.doorway, router).with_graceful_shutdown(is_over).await
    }
}
