//! Runs blocking work (disk, programs, name servers) on a thread of its own, so that nothing else waits for it.
//!
//! tokio's own threads for such work panic if the system has no thread left. Here that is an error.

use std::io;
use std::thread;
use tokio::sync::oneshot;

/// Why the work was not done, or its result did not come back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// There are too many processes or threads, or there is no memory for another one. The work was not started.
    #[error("The system has no thread left: {0}")]
    NoThread(String),
    /// The work ended in a panic.
    #[error("A thread failed")]
    Failed,
}

impl Lost {
    /// The system's words for a thread that cannot be started.
    pub fn no_thread(error: &io::Error) -> Self {
        let words = error.to_string();
        Self::NoThread(words.split(" (os error").next().unwrap_or_default().to_owned())
    }
}

/// Runs the work and waits for its result. If the waiting is given up, the work still runs to its end; it does not
/// keep the process from ending.
///
/// # Errors
///
/// [`Lost`], and never a panic.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Lost> {
    on(|all| thread::Builder::new().name("aside".to_owned()).spawn(all).map(|_| ()), work).await
}

type Work = Box<dyn FnOnce() + Send>;

async fn on<T: Send + 'static>(
    start: impl FnOnce(Work) -> io::Result<()>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Lost> {
    let (done, outcome) = oneshot::channel();
    start(Box::new(move || _ = done.send(work()))).map_err(|error| Lost::no_thread(&error))?;
    outcome.await.map_err(|_| Lost::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_gets_no_thread_is_an_error_in_words_and_is_not_begun() {
        let none = |_: Work| Err(io::Error::from_raw_os_error(11));
        let lost: Result<(), Lost> = on(none, || unreachable!("begun")).await;
        let words = lost.unwrap_err().to_string();
        assert!(words.starts_with("The system has no thread left: ") && !words.contains("os error"), "{words}");
    }

    #[tokio::test]
    async fn work_is_done_elsewhere_and_its_outcome_comes_back() {
        let here = thread::current().id();
        assert_eq!(aside(move || thread::current().id() != here).await, Ok(true));
        // A thread that ends without an outcome is told, whatever ended it.
        let dropped = |work: Work| {
            drop(work);
            Ok(())
        };
        assert_eq!(on(dropped, || ()).await, Err(Lost::Failed));
    }
}
