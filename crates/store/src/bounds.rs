//! How much may wait for the database, and for how long.

use std::time::Duration;

/// Bounds of the queues in front of a database and of what one statement may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Writes that may wait at a time; on PostgreSQL as many reads, and as many appended messages. What comes then is
    /// refused as unavailable.
    pub queue: usize,
    /// Long reads of one workspace that may wait for their turn.
    pub waiting_scans: usize,
    /// How long a long read waits for its turn.
    pub scan_wait: Duration,
    /// How long PostgreSQL works on one statement; zero is no limit.
    pub statement_timeout: Duration,
    /// How long a statement waits for a lock on PostgreSQL; zero is no limit.
    pub lock_timeout: Duration,
    /// How long a transaction may stand still on PostgreSQL; zero is no limit.
    pub idle_transaction_timeout: Duration,
    /// How long what was sent to PostgreSQL may stay unacknowledged by its host; zero leaves it to the system.
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
