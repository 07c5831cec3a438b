//! Looks at the terminal, and at tmux.

use super::{DoctorNews, Patient, Teller};
use crate::api::aside::aside;
use crate::app::msg::Stop;
use crate::model::login::secret_variables;
use crate::term::answers::{self, TerminalTold};
use crate::words::doctor::terminal::{self as sentences, Multiplexer, TerminalAnswers, TmuxOptions};
use crate::words::doctor::{Check, Diagnosis};
use std::io::Read;
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

/// tmux answers at once, or not at all.
const LIMIT: Duration = Duration::from_secs(2);

/// No value of an option is longer.
const LONGEST: u64 = 1024;

pub(super) async fn look(patient: &Patient, report: &Teller) {
    report.tell(Check::Terminal, [sentences::terminal(&patient.terminal)]);
    let found = match patient.terminal.multiplexer {
        None => None,
        Some(Multiplexer::Tmux) => Some(tmux(patient).await),
        Some(other) => Some(sentences::multiplexer(other)),
    };
    report.tell(Check::Multiplexer, found);
}

/// The terminal is being asked.
pub(super) struct TerminalQuestion {
    /// Are the answers still waited for?
    pub(super) is_needed: Arc<AtomicBool>,
    /// Has it ended?
    pub(super) is_over: bool,
    ended: Pin<Box<dyn Future<Output = Option<Stop>>>>,
}

impl TerminalQuestion {
    /// Asks on a thread of its own, if it may.
    pub(super) fn begin(may_ask: bool, tell: UnboundedSender<DoctorNews>) -> Self {
        let is_needed = Arc::new(AtomicBool::new(may_ask));
        let is_still = Arc::clone(&is_needed);
        let ask = move || if may_ask { answers::ask(|| is_still.load(Ordering::Relaxed)) } else { Ok(None) };
        let ended = async move {
            let found = match aside(ask).await {
                Ok(Ok(Some(answered))) if answered.is_interrupted => return Some(Stop::Interrupted),
                Ok(Ok(Some(answered))) => Some(asked(answered)),
                Ok(Ok(None)) => None,
                Ok(Err(_)) | Err(_) => Some(Diagnosis::skipped(Check::Answers, "it cannot be asked")),
            };
            let _ = tell.send(DoctorNews::Told(Check::Answers, found.into_iter().collect()));
            None
        };
        Self { is_needed, is_over: false, ended: Box::pin(ended) }
    }

    /// Waits for its end. Returns the key that interrupted it, as the signal that the key would have sent.
    pub(super) async fn end(&mut self) -> Option<Stop> {
        let stop = self.ended.as_mut().await;
        self.is_over = true;
        stop
    }
}

/// What the terminal has answered, in words.
fn asked(answered: TerminalTold) -> Diagnosis {
    let TerminalTold { kind, background, cell, modes, is_interrupted: _ } = answered;
    sentences::answers(&TerminalAnswers { kind, background, cell, modes }, answers::PATIENCE)
}

/// What the terminal of an editor has answered to its own questions.
pub(super) fn known(has_answered: bool, background: Option<[u8; 3]>) -> Diagnosis {
    let (kind, cell) = (has_answered.then(String::new), answers::cell());
    sentences::answers(&TerminalAnswers { kind, background, cell, modes: vec![] }, answers::PATIENCE)
}

async fn tmux(patient: &Patient) -> Diagnosis {
    let secret = patient
        .start
        .as_ref()
        .map(|start| secret_variables(start.reading.config.profiles.iter().chain([&start.profile])));
    let secret = secret.unwrap_or_else(|_| secret_variables([]));
    let ask = |scope: &'static str, option: &'static str| {
        let mut command = Command::new("tmux");
        for name in &secret {
            command.env_remove(name);
        }
        command.args(["show-options", scope, option]);
        told(command)
    };
    let (set_clipboard, escape_time, default_terminal, allow_passthrough) = tokio::join!(
        ask("-gsv", "set-clipboard"),
        ask("-gsv", "escape-time"),
        ask("-gsv", "default-terminal"),
        ask("-gwv", "allow-passthrough")
    );
    sentences::tmux(&TmuxOptions { set_clipboard, escape_time, default_terminal, allow_passthrough })
}

/// The first line that a program prints. A program that does not end is ended.
async fn told(mut command: Command) -> Option<String> {
    let begin = move || command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = timeout(LIMIT, aside(begin)).await.ok()?.ok()?.ok()?;
    let output = child.stdout.take()?;
    let read = move || {
        let mut text = String::new();
        output.take(LONGEST).read_to_string(&mut text).map(|_| text)
    };
    let text = timeout(LIMIT, aside(read)).await;
    let _ = child.kill();
    let _ = aside(move || child.wait()).await;
    let line = text.ok()?.ok()?.ok()?.lines().next()?.trim().to_owned();
    Some(line).filter(|line| !line.is_empty())
}
