//! Bus of nodes on one PostgreSQL database, by `LISTEN` and `NOTIFY` on a connection of its own.

use parlor_model::Result;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use crate::remote_bus::RemoteBus;

mod connection;

use connection::PostgresConnection;

/// Bus of nodes on one PostgreSQL database.
pub struct PostgresBus;

impl PostgresBus {
    /// `application_name` of its connection.
    pub const APPLICATION_NAME: &str = "parlor bus";

    /// Starts a thread that connects as this node and reconnects whenever the connection breaks. An unreachable
    /// database is not an error: published messages stay pending.
    ///
    /// # Errors
    /// `Internal` if the thread cannot be started.
    pub fn start(mut config: Config, tls: MakeRustlsConnect, node: Uuid) -> Result<RemoteBus> {
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
    }
}
