//! Bounds on waiting for the database.

use std::time::Duration;

/// Bounds of the queues before a database and of the duration of statements.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Maximum number of queued writes; on PostgreSQL also of queued reads, and of queued appends. Beyond it work is
    /// refused as unavailable.
    pub queue: usize,
    /// Maximum number of waiting long reads per workspace.
    pub waiting_scans: usize,
    /// Maximum waiting time of a long read.
    pub scan_wait: Duration,
    /// PostgreSQL's `statement_timeout`; zero disables it.
    pub statement_timeout: Duration,
    /// PostgreSQL's `lock_timeout`; zero disables it.
    pub lock_timeout: Duration,
    /// PostgreSQL's `idle_in_transaction_session_timeout`; zero disables it.
    pub idle_transaction_timeout: Duration,
    /// `TCP_USER_TIMEOUT` of connections to PostgreSQL; zero uses the system default.
    pub tcp_user_timeout: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            queue: 10_000,
            waiting_scans: 1_000,
            scan_wait: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(10),
            idle_transaction_timeout: Duration::from_secs(60),
            tcp_user_timeout: Duration::from_secs(30),
        }
    }
}
