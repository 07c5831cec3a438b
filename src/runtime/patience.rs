//! How long the disk is waited for before it is said to hang: a folder of a network that is gone answers nothing at all.

use super::disk::Shelf;
use crate::app::effect::Disk as Work;
use crate::app::msg::{Heard, Msg};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

/// After this long without an answer the disk is said to hang.
const HANGS: Duration = Duration::from_millis(1500);

/// Does the disk answer this, whatever comes of it? What may wait as long as it likes is left out.
fn is_answered(work: &Work) -> bool {
    match work {
        Work::Open
        | Work::Turn
        | Work::Intend(_)
        | Work::Take(_)
        | Work::ReadHistory
        | Work::Survey
        | Work::KeepPreset { .. } => true,
        Work::Keep(_)
        | Work::Discard
        | Work::EndTurn
        | Work::Settle(_)
        | Work::Finish(_)
        | Work::DiscardLeftover(_)
        | Work::Remember(_)
        | Work::Recall => false,
    }
}

/// Is it the answer to such work?
fn is_answer(heard: &Heard) -> bool {
    match heard {
        Heard::Opened(_)
        | Heard::Turn(_)
        | Heard::Intended(_)
        | Heard::Taken { .. }
        | Heard::History(_)
        | Heard::Surveyed(_)
        | Heard::PresetKept { .. } => true,
        Heard::Kept(_) | Heard::Recalled(_) | Heard::Failed(_) | Heard::Hangs(_) => false,
    }
}

/// Notices that the disk does not answer. Wakes nobody while nothing is asked of it.
#[derive(Debug)]
pub(super) struct Patience {
    place: String,
    messages: UnboundedSender<Msg>,
    open: usize,
    timer: Option<AbortHandle>,
}

impl Patience {
    pub(super) fn new(shelf: &Shelf, messages: UnboundedSender<Msg>) -> Self {
        let place = shelf.dir.as_ref().map(|dir| dir.display().to_string()).unwrap_or_default();
        Self { place, messages, open: 0, timer: None }
    }

    /// This is handed over.
    pub(super) fn begin(&mut self, work: &Work) {
        if is_answered(work) {
            self.open += 1;
            if self.timer.is_none() {
                self.wait();
            }
        }
    }

    /// This was said.
    pub(super) fn end(&mut self, heard: &Heard) {
        if is_answer(heard) {
            self.open = self.open.saturating_sub(1);
            self.timer.take().inspect(AbortHandle::abort);
            if self.open > 0 {
                self.wait();
            }
        }
    }

    fn wait(&mut self) {
        let (messages, place) = (self.messages.clone(), self.place.clone());
        let hangs = async move {
            tokio::time::sleep(HANGS).await;
            let _ = messages.send(Msg::Disk(Heard::Hangs(place)));
        };
        self.timer = Some(tokio::spawn(hangs).abort_handle());
    }
}
