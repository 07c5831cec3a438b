//! A server for a test that waits for a terminal.

use crate::gate::Gate;
use std::sync::Arc;
use std::thread;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A gate that runs beside the test, which waits for a terminal.
pub(crate) struct Beside {
    pub(crate) gate: Arc<Gate>,
    pub(crate) handle: Handle,
    _stop: oneshot::Sender<()>,
}

impl Beside {
    /// Before a sandbox.
    pub(crate) fn start() -> Self {
        Self::with(Gate::sandbox())
    }

    /// Before an account that has the same settings below any path.
    pub(crate) fn account() -> Self {
        Self::with(Gate::account(crate::gate::settings(), |_, _| {}))
    }

    fn with(gate: impl Future<Output = Gate> + Send + 'static) -> Self {
        let (ready, started) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let gate = Arc::new(gate.await);
                ready.send((gate, Handle::current())).unwrap();
                let _ = stopped.await;
            });
        });
        let (gate, handle) = started.recv().unwrap();
        Self { gate, handle, _stop: stop }
    }
}
