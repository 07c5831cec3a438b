//! How long the disk is worked on before it is said to hang: a folder of a network that is gone answers nothing at all.

use crate::app::msg::{DiskReply, Msg};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

/// After this long at one piece of work the disk is said to hang.
const HANGS: Duration = Duration::from_millis(1500);

/// Notices that the disk hangs. Its timers run in the loop, and only while the disk is at work.
#[derive(Debug)]
pub(super) struct Patience {
    place: String,
    messages: UnboundedSender<Msg>,
    tasks: Handle,
}

impl Patience {
    /// For the disk at this place. Called within the loop that hears of it.
    pub(super) fn new(place: String, messages: UnboundedSender<Msg>) -> Self {
        Self { place, messages, tasks: Handle::current() }
    }

    /// A piece of work begins; what is returned is dropped when it is done.
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
