//! Carries `doctor` out: each look has its own limit, and none waits for another, but the API for the credential and for the
//! server to be there.
//!
//! ```text
//!   Patient ──┬── places: configuration, folders, disk ── aside ──┐
//!             ├── terminal, tmux, keyring ─────────────── aside ──┼──> DoctorNews(Check, Vec<Diagnosis>), as they come
//!             └── proxy, name, server ── credential ── API ───────┘
//! ```
//!
//! It changes nothing, and what it tells holds no credential.

mod network;
mod places;
mod terminal;
mod who;

use super::command::Signals;
use super::flight::Connection;
use super::{Runtime, Screen};
use crate::api::aside::aside;
use crate::api::{Credential, Timeouts};
use crate::app::msg::{Msg, Stop};
use crate::start::{Start, Variable};
use crate::store::config::ConfigFile;
use crate::ui::layout::fits;
use crate::words::doctor::terminal::TerminalFacts;
use crate::words::doctor::{self as sentences, Check, Diagnosis};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use terminal::TerminalQuestion;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout};

/// What is looked at.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "may hold the credential")]
pub struct Patient {
    /// What the run starts from, or why it cannot start.
    pub start: Result<Start, String>,
    /// The configuration.
    pub config: Option<ConfigFile>,
    /// The folder of drafts and history.
    pub state: Option<PathBuf>,
    /// The log for support, if one is written.
    pub log: Option<PathBuf>,
    /// Looks up environment variables.
    pub var: Variable,
    /// What the environment says of the terminal.
    pub terminal: TerminalFacts,
    /// May the terminal be asked what it can?
    pub may_ask_terminal: bool,
    /// Is the network left alone?
    pub is_offline: bool,
    /// May the credential be sent to the host, whatever was said so far?
    pub is_trusting: bool,
    /// The limits of requests.
    pub limits: Timeouts,
}

impl Patient {
    /// What a run starts from, in an environment that says nothing of folders and of a terminal.
    pub fn new(start: Result<Start, String>, var: Variable) -> Self {
        let (config, state, log, terminal) = (None, None, None, TerminalFacts::default());
        let (may_ask_terminal, is_offline, is_trusting, limits) = (false, false, false, Timeouts::default());
        Self { start, config, state, log, var, terminal, may_ask_terminal, is_offline, is_trusting, limits }
    }
}

/// What is heard while it goes on.
#[expect(missing_debug_implementations, reason = "may hold the credential")]
pub enum DoctorNews {
    /// The credential was read. It must not be shown.
    Learned(Credential),
    /// What was found.
    Told(Check, Vec<Diagnosis>),
}

/// Where to tell what was found.
#[derive(Clone)]
struct Teller(UnboundedSender<DoctorNews>);

impl Teller {
    fn tell(&self, check: Check, found: impl IntoIterator<Item = Diagnosis>) {
        // Nobody listens any more: then nobody misses it.
        let _ = self.0.send(DoctorNews::Told(check, found.into_iter().collect()));
    }

    fn skip(&self, checks: &[Check], why: &str) {
        for check in checks {
            self.tell(*check, [Diagnosis::skipped(*check, why)]);
        }
    }

    /// Tells what blocking work finds, or that it takes too long. The work goes on then, and nobody waits for it.
    async fn aside<T: IntoIterator<Item = Diagnosis> + Send + 'static>(
        &self,
        check: Check,
        limit: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) {
        match timeout(limit, aside(work)).await {
            Ok(Ok(found)) => self.tell(check, found),
            Ok(Err(lost)) => self.tell(check, [sentences::lost(check, &lost.to_string())]),
            Err(_) => self.tell(check, [sentences::late(check, limit)]),
        }
    }
}

/// The connection that is in use already.
pub(super) struct InUse {
    pub(super) connection: Arc<Connection>,
    /// When its run began.
    pub(super) start: Instant,
    /// Who learns what may be known of its credential.
    pub(super) news: UnboundedSender<Msg>,
}

/// Looks at all that can be looked at, for a command. `hear` is told what is found as it comes. Returns the signal that
/// stopped it, if one did.
///
/// # Errors
///
/// The signals cannot be listened for.
pub async fn examine(patient: Patient, hear: impl FnMut(DoctorNews)) -> io::Result<Option<Stop>> {
    let may_ask = patient.may_ask_terminal;
    let (tell, found) = unbounded_channel();
    let looks = examine_with(patient, None, tell.clone());
    until_over(looks, TerminalQuestion::begin(may_ask, tell), found, hear).await
}

/// The same for the profile, its credential, and the way to its server.
///
/// # Errors
///
/// As above.
pub async fn examine_profile(patient: Patient, hear: impl FnMut(DoctorNews)) -> io::Result<Option<Stop>> {
    let (tell, found) = unbounded_channel();
    let report = Teller(tell.clone());
    let looks = async { of_profile(&patient, None, &report).await };
    until_over(looks, TerminalQuestion::begin(false, tell), found, hear).await
}

async fn until_over(
    looks: impl Future<Output = ()>,
    mut asking: TerminalQuestion,
    mut found: UnboundedReceiver<DoctorNews>,
    mut hear: impl FnMut(DoctorNews),
) -> io::Result<Option<Stop>> {
    let mut signals = Signals::new()?;
    tokio::pin!(looks);
    let (mut is_over, mut stopped) = (false, None);
    while stopped.is_none() && !(is_over && asking.is_over) {
        tokio::select! {
            Some(one) = found.recv() => hear(one),
            stop = signals.next() => stopped = Some(stop),
            stop = asking.end(), if !asking.is_over => stopped = stop,
            () = &mut looks, if !is_over => is_over = true,
        }
    }
    // The terminal is as before, once nobody waits for its answers.
    asking.is_needed.store(false, Ordering::Relaxed);
    if !asking.is_over {
        asking.end().await;
    }
    while let Ok(one) = found.try_recv() {
        hear(one);
    }
    Ok(stopped)
}

/// Looks at all but what the terminal answers.
pub(super) async fn examine_with(patient: Patient, in_use: Option<InUse>, tell: UnboundedSender<DoctorNews>) {
    let report = Teller(tell);
    tokio::join!(
        places::look(&patient, &report),
        terminal::look(&patient, &report),
        of_profile(&patient, in_use, &report)
    );
}

/// What the terminal of an editor has answered to its own questions.
pub(super) fn known(has_answered: bool, background: Option<[u8; 3]>) -> Diagnosis {
    terminal::known(has_answered, background)
}

async fn of_profile(patient: &Patient, in_use: Option<InUse>, report: &Teller) {
    let subject = who::subject(patient, in_use, report);
    let with_server = async {
        let Some(subject) = &subject else { return };
        let (is_reached, is_had) =
            tokio::join!(network::look(patient, subject, report), who::credential(subject, report));
        who::api(patient, subject, is_reached, is_had, report).await;
    };
    tokio::join!(with_server, who::keyring(patient, report), network::certificates(report));
}

impl<S: Screen> Runtime<S> {
    /// Begins an examination from the editor.
    pub(super) fn examine(&mut self, round: u64) {
        let mut terminal = self.carrier.patient.terminal.clone();
        if self.screen.is_drawn() {
            let area = self.screen.area();
            let size = terminal.size.map(|_| (area.width, area.height));
            terminal = TerminalFacts { size, is_small: !fits(area), ..terminal };
        }
        self.carrier.examine(round, terminal, self.screen.answers());
    }
}
