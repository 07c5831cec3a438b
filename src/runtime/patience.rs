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
        | Work::Told(_)
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

    /// How many answers are awaited.
    pub(super) fn open(&self) -> usize {
        self.open
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::msg::Turn;
    use std::path::PathBuf;
    use std::sync::Arc;
    use tokio::sync::mpsc::unbounded_channel;

    #[tokio::test(start_paused = true)]
    async fn x9_a_disk_that_does_not_answer_within_two_seconds_is_named_and_one_that_does_is_not() {
        let place = crate::store::Place::demo(1);
        let shelf = Shelf { dir: Some(PathBuf::from("/state/callset")), place, config: None };
        let (sender, mut messages) = unbounded_channel();
        let mut patience = Patience::new(&shelf, sender);
        // What is never answered is not waited for.
        patience.begin(&Work::Keep(Arc::default()));
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert!(messages.try_recv().is_err());
        // Answered in time.
        patience.begin(&Work::Turn);
        tokio::time::sleep(Duration::from_secs(1)).await;
        patience.end(&Heard::Turn(Turn::Ours));
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert!(messages.try_recv().is_err());
        // Of two that are waited for one is answered.
        patience.begin(&Work::Turn);
        patience.begin(&Work::Open);
        tokio::time::sleep(Duration::from_secs(1)).await;
        patience.end(&Heard::Turn(Turn::Ours));
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(messages.try_recv(), Ok(Msg::Disk(Heard::Hangs("/state/callset".into()))));
        assert!(messages.try_recv().is_err(), "once");
    }
}
