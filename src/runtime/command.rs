//! A batch without a screen, on the same network and disk as the editor.

use super::World;
use super::carrier::Carrier;
use crate::app::msg::{DiskReply, Msg};
use crate::model::{Edit, FieldId};
use crate::sync::{Batch, Effect, Event, Verdict};
use std::io;
use tokio::sync::mpsc::unbounded_channel;

/// Loads what these edits are about, makes them and saves them; says what came of it once all of it is on the disk.
///
/// # Errors
///
/// No thread for the disk; or what had to be on the disk is not, and why.
pub async fn save(world: World, edits: Vec<(FieldId, Edit)>, seed: u64) -> io::Result<Verdict> {
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
    match (batch.verdict(), failed) {
        (Some(verdict), None) => Ok(verdict.clone()),
        (_, why) => Err(io::Error::other(why.unwrap_or_default())),
    }
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
