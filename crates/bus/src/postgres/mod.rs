//! Nodes on one PostgreSQL database, by `LISTEN` and `NOTIFY` on a connection of their own.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::{Error, Result};
use tokio::time::sleep;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use crate::{Bus, Listener, Memory, Note};

mod link;
mod pending;

use link::Link;
use pending::Pending;

/// At the end, what waits has so long to be sent.
const FLUSH: Duration = Duration::from_secs(2);

/// The bus of nodes on one PostgreSQL database.
pub struct Postgres {
    local: Arc<Memory>,
    pending: Arc<Pending>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Postgres {
    /// What its connection is called among the server's.
    pub const APPLICATION: &str = "parlor bus";

    /// Connects as this node, on a thread of its own, and again whenever the connection breaks. A database that does not
    /// answer yet is no error: what is published meanwhile waits.
    ///
    /// # Errors
    /// Only where the thread cannot be started.
    pub fn start(mut config: Config, tls: MakeRustlsConnect, node: Uuid) -> Result<Self> {
        let (local, pending) = (Arc::<Memory>::default(), Arc::<Pending>::default());
        config.application_name(Self::APPLICATION);
        let link = Link {
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
                        () = late(&link.pending) => {
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

async fn late(pending: &Pending) {
    pending.closed().await;
    sleep(FLUSH).await;
}

impl Bus for Postgres {
    fn publish(&self, notes: &[Note]) {
        self.local.publish(notes);
        self.pending.add(notes);
    }

    fn listen(&self, listener: Listener) {
        self.local.listen(listener);
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

impl Drop for Postgres {
    fn drop(&mut self) {
        self.close();
    }
}
