//! Nodes on one PostgreSQL database, by `READ_SCOPE` and `NOTIFY` on a connection of their own.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::{Error, Result};
use tokio::time::sleep;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use crate::{Bus, BusHandler, BusMessage, LocalBus};

mod connection;
mod pending;

use connection::PostgresConnection;
use pending::PendingMessages;

/// At the end, what waits has so long to be sent.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// The bus of nodes on one PostgreSQL database.
pub struct PostgresBus {
    local: Arc<LocalBus>,
    pending: Arc<PendingMessages>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl PostgresBus {
    /// What its connection is called among the server's.
    pub const APPLICATION_NAME: &str = "parlor bus";

    /// Connects as this node, on a thread of its own, and again whenever the connection breaks. A database that does not
    /// answer yet is no error: what is published meanwhile waits.
    ///
    /// # Errors
    /// Only where the thread cannot be started.
    pub fn start(mut config: Config, tls: MakeRustlsConnect, node: Uuid) -> Result<Self> {
        let (local, pending) = (
            Arc::<LocalBus>::default(),
            Arc::<PendingMessages>::default(),
        );
        config.application_name(Self::APPLICATION_NAME);
        let link = PostgresConnection {
            config,
            tls,
            node,
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
                runtime.block_on(async {
                    tokio::select! {
                        () = link.run() => {}
                        () = wait_flush_timeout(&link.pending) => {
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

async fn wait_flush_timeout(pending: &PendingMessages) {
    pending.wait_closed().await;
    sleep(FLUSH_TIMEOUT).await;
}

impl Bus for PostgresBus {
    fn publish(&self, notes: &[BusMessage]) {
        self.local.publish(notes);
        self.pending.add(notes);
    }

    fn subscribe(&self, listener: BusHandler) {
        self.local.subscribe(listener);
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

impl Drop for PostgresBus {
    fn drop(&mut self) {
        self.close();
    }
}
