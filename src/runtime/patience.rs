//! Notices when the disk hangs. A folder on a network that is gone does not answer at all.

use crate::app::msg::{DiskReply, Msg};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

/// How long one job may take before the disk is reported to hang.
const HANGS: Duration = Duration::from_millis(1500);

/// Reports a disk that hangs. Its timers run in the loop, and only while the disk is at work.
#[derive(Debug)]
pub(super) struct Patience {
    place: String,
    messages: UnboundedSender<Msg>,
    tasks: Handle,
}

impl Patience {
    /// For the disk at this path. Call this inside the tokio runtime that receives the messages.
    pub(super) fn new(place: String, messages: UnboundedSender<Msg>) -> Self {
        Self { place, messages, tasks: Handle::current() }
    }

    /// Watches a job that begins now. Drop the result when the job is done.
    pub(super) fn watch(&self) -> oneshot::Sender<()> {
        let (messages, place) = (self.messages.clone(), self.place.clone());
        let (at_work, mut done) = oneshot::channel();
        self.tasks.spawn(async move {
            if tokio::time::timeout(HANGS, &mut done).await.is_err() {
                let _ = messages.send(Msg::Disk(DiskReply::Hangs(place)));
                let _ = done.await;
                let _ = messages.send(Msg::Disk(DiskReply::Answers));
            }
        });
        at_work
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn x9_a_disk_that_is_at_one_thing_for_two_seconds_is_named_and_so_is_its_end() {
        let (sender, mut messages) = unbounded_channel();
        let patience = Patience::new("/state/callset".into(), sender);
        // Done in time.
        let watched = patience.watch();
        sleep(Duration::from_secs(1)).await;
        drop(watched);
        sleep(Duration::from_mins(1)).await;
        assert!(messages.try_recv().is_err());
        // Not in time: said once, and its end.
        let watched = patience.watch();
        sleep(Duration::from_secs(2)).await;
        assert_eq!(messages.try_recv(), Ok(Msg::Disk(DiskReply::Hangs("/state/callset".into()))));
        sleep(Duration::from_mins(1)).await;
        assert!(messages.try_recv().is_err(), "once");
        drop(watched);
        assert_eq!(messages.recv().await, Some(Msg::Disk(DiskReply::Answers)));
        assert!(messages.try_recv().is_err());
    }
}
