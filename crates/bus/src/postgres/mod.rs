//! Bus of nodes on one PostgreSQL database, by `LISTEN` and `NOTIFY` on a connection of its own.

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

/// Time limit for sending pending messages on close.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Bus of nodes on one PostgreSQL database.
pub struct PostgresBus {
    local: Arc<LocalBus>,
    pending: Arc<PendingMessages>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl PostgresBus {
    /// `application_name` of its connection.
    pub const APPLICATION_NAME: &str = "parlor bus";

    /// Starts a thread that connects as this node and reconnects whenever the connection breaks. An unreachable
    /// database is not an error: published messages stay pending.
    ///
    /// # Errors
    /// `Internal` if the thread cannot be started.
    pub fn start(mut config: Config, tls: MakeRustlsConnect, node: Uuid) -> Result<Self> {
        let (local, pending) = (
            Arc::<LocalBus>::default(),
            Arc::<PendingMessages>::default(),
        );
        config.application_name(Self::APPLICATION_NAME);
        let connection = PostgresConnection {
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
                        () = connection.run() => {}
                        () = wait_flush_timeout(&connection.pending) => {
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

impl Drop for PostgresBus {
    fn drop(&mut self) {
        self.close();
    }
}
