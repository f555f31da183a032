//! What the crowd is to do, and what came of it.

use serde::{Deserialize, Serialize};

use super::Door;

/// Read as JSON from standard input, so that no key stands in a list of processes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    /// `host:port`.
    pub(crate) address: String,
    pub(crate) reader: Door,
    pub(crate) publisher: Door,
    pub(crate) readers: usize,
    /// Readers take turns in being one of so many users.
    pub(crate) users: usize,
    /// What the publisher says; `{mark}` becomes the time it was said.
    pub(crate) say: String,
    pub(crate) mode: Mode,
    /// The server's process, to read what it used meanwhile.
    pub(crate) pid: u32,
}

/// How the publisher speaks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// The next message leaves when at most so many are not yet everywhere.
    Window { messages: u64, open: u64 },
    /// A message leaves when it is due.
    Rate { per_second: f64, seconds: f64 },
    /// Nothing is said.
    Idle { seconds: f64 },
    /// The server goes and comes back meanwhile.
    Resume(Post),
    /// Clients come and go.
    Soak(Churn),
    /// One of the readers does not read.
    Stopped(Post),
}

/// Where clients come and go, in the place of `{chat}` of the readers' path, and how long.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Churn {
    pub(crate) chats: Vec<String>,
    pub(crate) seconds: f64,
}

/// Messages that are sent over HTTP, so that each is known to be stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Post {
    pub(crate) path: String,
    pub(crate) header: (String, String),
    pub(crate) body: String,
    pub(crate) connections: usize,
    pub(crate) messages: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) readers: usize,
    pub(crate) connect_seconds: f64,
    /// The server's private memory before the readers came, once they were in, and at its highest since.
    pub(crate) empty_kib: u64,
    pub(crate) full_kib: u64,
    pub(crate) highest_kib: u64,
    pub(crate) messages: u64,
    pub(crate) delivered: u64,
    /// Bytes of a delivered frame.
    pub(crate) frame: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Until the last reader has a message; its median.
    pub(crate) last_ms: f64,
    /// Share of a core.
    pub(crate) client_cpu: f64,
    pub(crate) server_us_per_delivery: f64,
    /// From the first socket that broke to the last that resumed; or until a stopped reader has everything.
    pub(crate) resumed_seconds: f64,
    /// From the last answer to a sender until every reader has everything.
    pub(crate) behind_ms: f64,
    /// How often somebody came.
    pub(crate) cycles: u64,
    /// How often a reader was told that it was too slow.
    pub(crate) lagged: u64,
}
