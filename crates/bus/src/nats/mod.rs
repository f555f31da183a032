//! Bus of nodes that are connected to one NATS server or cluster. Every node publishes to one subject and subscribes to it.
//! The server keeps nothing: a node that is not connected misses what is published, and compares with the database when it
//! is connected again.

use parlor_model::Result;
use uuid::Uuid;

use crate::remote_bus::RemoteBus;

mod connection;
mod options;

use connection::NatsConnection;
pub use options::NatsOptions;

/// Bus of nodes that are connected to NATS.
pub struct NatsBus;

impl NatsBus {
    /// Starts a thread that connects as this node and reconnects whenever the connection breaks. An unreachable server is
    /// not an error: published messages stay pending.
    ///
    /// # Errors
    /// `Internal` if the thread cannot be started.
    pub fn start(options: NatsOptions, node: Uuid) -> Result<RemoteBus> {
        RemoteBus::start(move |link| async move {
            let connection = NatsConnection {
                options,
                node,
                local: link.local,
                pending: link.pending,
            };
            connection.run().await;
        })
    }
}
