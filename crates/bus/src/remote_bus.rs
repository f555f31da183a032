//! Bus with a connection to the other nodes, which runs on a thread of its own.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::{Error, Result};
use tokio::time::sleep;

use crate::pending::PendingMessages;
use crate::{Bus, BusHandler, BusMessage, LocalBus};

/// Time limit for sending pending messages on close.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Bus of a node that is connected to others: local delivery, messages that are to be sent, and the thread that sends and
/// receives them.
pub struct RemoteBus {
    local: Arc<LocalBus>,
    pending: Arc<PendingMessages>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What a connection shares with its bus.
pub(crate) struct BusLink {
    /// Receives messages of other nodes.
    pub(crate) local: Arc<LocalBus>,
    /// Messages to send.
    pub(crate) pending: Arc<PendingMessages>,
}

impl RemoteBus {
    /// Starts the thread. `run` connects, reconnects, sends and receives until the bus is closed and nothing is pending.
    ///
    /// # Errors
    /// `Internal` if the thread cannot be started.
    pub(crate) fn start<F, R>(run: F) -> Result<Self>
    where
        F: FnOnce(BusLink) -> R + Send + 'static,
        R: Future<Output = ()>,
    {
        let (local, pending) = (
            Arc::<LocalBus>::default(),
            Arc::<PendingMessages>::default(),
        );
        let link = BusLink {
            local: local.clone(),
            pending: pending.clone(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::internal)?;
        let thread = std::thread::Builder::new()
            .name("parlor-bus".to_owned())
            .spawn(move || {
                let pending = link.pending.clone();
                runtime.block_on(async {
                    tokio::select! {
                        () = run(link) => {}
                        () = wait_flush_timeout(&pending) => {
                            tracing::warn!("not all notes were sent to other nodes at the end");
                        }
                    }
                });
            })
            .map_err(Error::internal)?;
        Ok(Self {
            local,
            pending,
            thread: Mutex::new(Some(thread)),
        })
    }
}

impl Bus for RemoteBus {
    fn publish(&self, messages: &[BusMessage]) {
        self.local.publish(messages);
        self.pending.add(messages);
    }

    fn subscribe(&self, handler: BusHandler) {
        self.local.subscribe(handler);
    }

    fn close(&self) {
        self.pending.close();
        if let Some(thread) = self.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the bus panicked");
        }
    }
}

async fn wait_flush_timeout(pending: &PendingMessages) {
    pending.wait_closed().await;
    sleep(FLUSH_TIMEOUT).await;
}

impl Drop for RemoteBus {
    fn drop(&mut self) {
        self.close();
    }
}
