//! Timeouts of connections.

use std::time::Duration;

/// Timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionTimeouts {
    /// Time between two pings.
    pub ping_interval: Duration,
    /// Time without input after which a client is disconnected.
    pub pong_timeout: Duration,
    /// Time for which a write may block.
    pub write_timeout: Duration,
    /// Time between two checks of the credential.
    pub reauthorize_interval: Duration,
}

impl Default for ConnectionTimeouts {
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            pong_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
            reauthorize_interval: Duration::from_secs(5),
        }
    }
}
