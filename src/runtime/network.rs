//! The thread that requests run on. It keeps the work of the client from delaying keys: the HTTP library reads
//! interim answers (1xx) without a pause for as long as they keep coming.

use std::future::Future;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// Where requests run until this is dropped.
#[derive(Debug)]
pub struct Network {
    tasks: Handle,
    /// Dropped together with the network, which ends the thread.
    _end: Option<oneshot::Sender<()>>,
}

impl Network {
    /// A network on a thread of its own. If the system has none left, on the caller's thread.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn beside() -> Self {
        Self::start().unwrap_or_else(|_| Self::here())
    }

    /// A network on the caller's thread, with the caller's clock.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn here() -> Self {
        Self { tasks: Handle::current(), _end: None }
    }

    fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let (begun, tasks) = channel();
        let (end, ended) = oneshot::channel::<()>();
        // The runtime is made on the new thread. If the thread cannot be started, no runtime is dropped inside the
        // caller's, which would panic.
        let serve = move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            let _ = begun.send(runtime.handle().clone());
            let _ = runtime.block_on(ended);
        };
        thread::Builder::new().name("network".to_owned()).spawn(serve)?;
        Ok(Self { tasks: tasks.recv()?, _end: Some(end) })
    }

    pub(super) fn spawn(&self, request: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.tasks.spawn(request).abort_handle()
    }
}

/// Asks strangers, on a thread of its own, so that nothing else waits for what they send. `None` if no answer is there
/// in time, whatever that thread still does.
pub(super) async fn apart<T: Send + 'static>(
    limit: Duration,
    question: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let network = Network::beside();
    let (done, answer) = oneshot::channel();
    let task = network.spawn(async move { _ = done.send(question.await) });
    let _asked = AbortOnDrop(task);
    timeout(limit, answer).await.ok()?.ok()
}

/// Ends the task with whoever waits for it.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn thread_of(network: &Network) -> thread::ThreadId {
        let (done, thread) = oneshot::channel();
        network.spawn(async { _ = done.send(thread::current().id()) });
        thread.await.unwrap()
    }

    #[tokio::test]
    async fn requests_run_on_a_thread_of_their_own() {
        let network = Network::beside();
        let theirs = thread_of(&network).await;
        assert_ne!(theirs, thread::current().id());
        assert_eq!(theirs, thread_of(&network).await, "one, which keeps the connections");
        assert_eq!(thread_of(&Network::here()).await, thread::current().id());
    }

    #[tokio::test]
    async fn who_keeps_a_thread_busy_is_given_up_in_time() {
        let (go, blocked) = channel::<()>();
        let busy = async move { blocked.recv().is_ok() };
        assert_eq!(apart(Duration::from_millis(1), busy).await, None);
        drop(go);
        assert_eq!(apart(Duration::from_mins(1), async { 7 }).await, Some(7));
    }

    #[tokio::test]
    async fn with_the_network_its_requests_end() {
        let network = Network::beside();
        let (open, ended) = oneshot::channel::<()>();
        network.spawn(async move {
            std::future::pending::<()>().await;
            drop(open);
        });
        drop(network);
        assert!(ended.await.is_err());
    }
}
