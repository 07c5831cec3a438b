//! Runs a batch without a screen, on the same network and disk as the editor.
//!
//! ```text
//!   answers, timers, disk ──┐
//!   a yes or a no ──────────┼──> Batch ──> effects
//!   signals ────────────────┘      └─────> Audience: shows progress, asks
//! ```
//!
//! SIGINT, SIGTERM and SIGHUP stop the batch. The record of a write that was sent stays on the disk.

use super::World;
use super::carrier::Carrier;
use super::flight::Connection;
use crate::api::Credential;
use crate::api::aside::aside;
use crate::app::msg::{DiskReply, Msg, Stop};
use crate::model::FieldId;
use crate::sync::{Assignment, Batch, Effect, Event, Planned, Task, Wish};
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::unbounded_channel;

/// The user of a command, or a program in the user's place.
pub trait Audience {
    /// The credential of the requests was read. It must not be shown.
    fn learned(&mut self, _: &Credential) {}

    /// The batch has taken an event. Returns false to stop the batch.
    fn heard(&mut self, _: &Batch) -> bool {
        true
    }

    /// Returns a function that asks whether this plan may be sent. The function runs on a thread of its own.
    fn ask(&mut self, _: &[Planned]) -> Box<dyn FnOnce() -> bool + Send> {
        Box::new(|| true)
    }
}

/// Shows nothing, and agrees to every plan.
#[derive(Clone, Copy, Debug)]
pub struct Unseen;

impl Audience for Unseen {}

/// How a batch ended.
#[derive(Debug)]
pub struct CommandRun {
    /// The batch, with its verdict.
    pub batch: Batch,
    /// The reason, if something of the batch could not be written to the disk.
    pub not_on_disk: Option<String>,
    /// The signal that stopped the batch, if one did.
    pub stopped: Option<Stop>,
}

/// Carries a task out. The caller has to check whether saves to the profile are allowed.
///
/// # Errors
///
/// The disk's thread or the signal handlers could not be started, and nothing was done; or the disk's thread has ended.
pub async fn run(world: World, task: Task, seed: u64, audience: &mut impl Audience) -> io::Result<CommandRun> {
    let (sender, mut messages) = unbounded_channel();
    let mut signals = Signals::new()?;
    let mut carrier = Carrier::start(world, sender)?;
    let (mut batch, effects) = Batch::new(task, seed);
    carry_out(&mut carrier, effects);
    let (mut stopped, mut is_known, mut failed) = (None, false, None);
    while batch.verdict().is_none() {
        if let Some(plan) = batch.shown() {
            let ask = audience.ask(plan);
            let asked = async { aside(ask).await.unwrap_or(false) };
            let effects = tokio::select! {
                yes = asked => batch.answered(yes),
                stop = signals.next() => {
                    stopped = Some(stop);
                    batch.stop()
                }
            };
            carry_out(&mut carrier, effects);
            continue;
        }
        let effects = tokio::select! {
            msg = messages.recv() => match msg {
                Some(msg) => {
                    carrier.arrived(&msg);
                    failed = failed.or_else(|| failure(&msg));
                    // One that was renewed is another one.
                    let is_news = !is_known || matches!(msg, Msg::Credential { .. });
                    let newest = &Connection::newest(&carrier.connection).credential;
                    if let Some(credential) = newest.known().filter(|_| is_news) {
                        is_known = true;
                        audience.learned(credential);
                        batch.withhold(&holding(credential, &batch));
                    }
                    hear(&mut batch, msg)
                }
                None => return Err(io::Error::other("the disk's thread has ended")),
            },
            stop = signals.next() => {
                stopped = Some(stop);
                batch.stop()
            }
        };
        carry_out(&mut carrier, effects);
        if !audience.heard(&batch) {
            carry_out(&mut carrier, batch.stop());
        }
    }
    let unwritten = carrier.disk.flush();
    while let Ok(msg) = messages.try_recv() {
        failed = failed.or_else(|| failure(&msg));
    }
    let not_on_disk = unwritten.or(failed);
    _ = carrier.end();
    Ok(CommandRun { batch, not_on_disk, stopped })
}

fn carry_out(carrier: &mut Carrier, effects: Vec<Effect>) {
    for effect in effects {
        carrier.carry_out(effect);
    }
}

/// What the disk could not do.
fn failure(msg: &Msg) -> Option<String> {
    match msg {
        Msg::Disk(DiskReply::Failed(why)) => Some(why.clone()),
        _ => None,
    }
}

/// The fields that the batch is to set to a value with the credential in it.
fn holding(credential: &Credential, batch: &Batch) -> Vec<FieldId> {
    let Wish::Write(values, _) = &batch.task.wish else { return vec![] };
    let is_in = |value: &&Assignment| credential.is_in(&value.field.key) || credential.is_in(&value.value.to_json());
    values.iter().filter(is_in).map(|value| value.field.clone()).collect()
}

/// Gives the batch the event of a message. Messages that are about an editor are ignored.
fn hear(batch: &mut Batch, msg: Msg) -> Vec<Effect> {
    let event = match msg {
        Msg::Disk(DiskReply::Opened(opened)) => return batch.opened(opened),
        Msg::Reply(reply) => Event::Reply(reply),
        Msg::Woke { timer, waited } => Event::Woke { timer, waited, seen: true },
        Msg::Disk(DiskReply::Turn(turn)) => Event::Turn(turn),
        Msg::Disk(DiskReply::Recorded(written)) => Event::Recorded(written),
        Msg::Disk(DiskReply::Hangs(place)) => Event::Hangs(place),
        Msg::Disk(DiskReply::Answers) => Event::Answers,
        _ => return vec![],
    };
    batch.happen(event)
}

/// The signals that stop a command in an orderly way.
#[derive(Debug)]
pub struct Signals([(Signal, Stop); 3]);

impl Signals {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// The system does not let us.
    pub fn new() -> io::Result<Self> {
        Ok(Self([
            (signal(SignalKind::interrupt())?, Stop::Interrupted),
            (signal(SignalKind::terminate())?, Stop::Terminated),
            (signal(SignalKind::hangup())?, Stop::HungUp),
        ]))
    }

    /// The next one.
    pub async fn next(&mut self) -> Stop {
        let [(interrupt, a), (terminate, b), (hang_up, c)] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => *a,
            _ = terminate.recv() => *b,
            _ = hang_up.recv() => *c,
        }
    }
}
