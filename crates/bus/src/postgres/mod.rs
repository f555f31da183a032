//! Bus of nodes on one PostgreSQL database, by `LISTEN` and `NOTIFY` on a connection of its own.

use parlor_model::Result;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use crate::remote_bus::RemoteBus;
use crate::{Bus, BusHandler, BusMessage};

mod connection;

use connection::PostgresConnection;

/// Bus of nodes on one PostgreSQL database.
pub struct PostgresBus(RemoteBus);

impl PostgresBus {
    /// `application_name` of its connection.
    pub const APPLICATION_NAME: &str = "parlor bus";

    /// Starts a thread that connects as this node and reconnects whenever the connection breaks. An unreachable
    /// database is not an error: published messages stay pending.
    ///
    /// # Errors
    /// `Internal` if the thread cannot be started.
    pub fn start(mut config: Config, tls: MakeRustlsConnect, node: Uuid) -> Result<Self> {
        config.application_name(Self::APPLICATION_NAME);
        RemoteBus::start(move |link| async move {
            let connection = PostgresConnection {
                config,
                tls,
                node,
                local: link.local,
                pending: link.pending,
            };
            connection.run().await;
        })
        .map(Self)
    }
}

impl Bus for PostgresBus {
    fn publish(&self, messages: &[BusMessage]) {
        self.0.publish(messages);
    }

    fn subscribe(&self, handler: BusHandler) {
        self.0.subscribe(handler);
    }

    fn close(&self) {
        self.0.close();
    }
}
