//! Runs a batch without a screen, on the same network and disk as the editor.

use super::World;
use super::carrier::Carrier;
use crate::app::msg::{DiskReply, Msg};
use crate::model::{Edit, FieldId};
use crate::sync::{Batch, Effect, Event, Verdict};
use std::io;
use tokio::sync::mpsc::unbounded_channel;

/// Loads the resources of these edits, makes the edits and saves them. Returns the verdict, and why something could
/// not be written to the disk, if so. The caller decides whether the profile may be saved to.
///
/// # Errors
///
/// No thread for the disk could be started. Nothing was done.
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

/// The event for the working copy in a message. Messages for an editor have none.
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
