//! A batch without a screen, on the same network and disk as the editor.

use super::World;
use super::carrier::Carrier;
use crate::app::msg::{DiskReply, Msg};
use crate::model::{Edit, FieldId};
use crate::sync::{Batch, Effect, Event, Verdict};
use std::io;
use tokio::sync::mpsc::unbounded_channel;

/// Loads what these edits are about, makes them and saves them. Says what came of it, and why something of it is not on the
/// disk, if so. Whether a profile may be saved to is the caller's question.
///
/// # Errors
///
/// No thread for the disk; nothing was done.
pub async fn save(world: World, edits: Vec<(FieldId, Edit)>, seed: u64) -> io::Result<(Verdict, Option<String>)> {
    let (sender, mut messages) = unbounded_channel();
    let mut carrier = Carrier::start(world, sender)?;
    let (mut batch, effects) = Batch::new(edits, seed);
    carry_out(&mut carrier, effects);
    while batch.verdict().is_none()
        && let Some(msg) = messages.recv().await
    {
        carrier.arrived(&msg);
        if let Some(event) = event(msg) {
            carry_out(&mut carrier, batch.happen(event));
        }
    }
    let failed = carrier.disk.flush();
    carrier.end();
    let verdict = batch.verdict().cloned().ok_or_else(|| io::Error::other("the disk's thread has ended"))?;
    Ok((verdict, failed))
}

fn carry_out(carrier: &mut Carrier, effects: Vec<Effect>) {
    for effect in effects {
        carrier.carry_out(effect);
    }
}

/// What the working copy hears of a message; nothing of what is about an editor.
fn event(msg: Msg) -> Option<Event> {
    Some(match msg {
        Msg::Reply(reply) => Event::Reply(reply),
        Msg::Woke { timer, waited } => Event::Woke { timer, waited, seen: false },
        Msg::Disk(DiskReply::Opened(opened)) => Event::Opened(opened.map(|_| ())),
        Msg::Disk(DiskReply::Turn(turn)) => Event::Turn(turn),
        Msg::Disk(DiskReply::Recorded(written)) => Event::Recorded(written),
        Msg::Disk(DiskReply::Hangs(place)) => Event::Hangs(place),
        Msg::Disk(DiskReply::Answers) => Event::Answers,
        _ => return None,
    })
}
