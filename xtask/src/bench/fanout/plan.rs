//! What the crowd is to do, and what came of it.

use serde::{Deserialize, Serialize};

use super::LoginScript;

/// Read as JSON from standard input, so that no key stands in a list of processes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FanoutPlan {
    /// `host:port`.
    pub(crate) address: String,
    pub(crate) reader_login: LoginScript,
    pub(crate) publisher_login: LoginScript,
    pub(crate) readers: usize,
    /// Readers take turns in being one of so many users.
    pub(crate) users: usize,
    /// What the publisher says; `{mark}` becomes the time it was said.
    pub(crate) message: String,
    pub(crate) mode: FanoutMode,
    /// The server's process, to read what it used meanwhile.
    pub(crate) pid: u32,
}

/// How the publisher speaks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum FanoutMode {
    /// The next message leaves when at most so many are not yet everywhere.
    Window { messages: u64, max_in_flight: u64 },
    /// A message leaves when it is due.
    Rate { per_second: f64, seconds: f64 },
    /// Nothing is said.
    Idle { seconds: f64 },
    /// The server goes and comes back meanwhile.
    Resume(PostPlan),
    /// Clients come and go.
    Soak(ChurnPlan),
    /// One of the readers does not read.
    StalledReader(PostPlan),
}

/// Where clients come and go, in the place of `{chat}` of the readers' path, and how long.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChurnPlan {
    pub(crate) chats: Vec<String>,
    pub(crate) seconds: f64,
}

/// Messages that are sent over HTTP, so that each is known to be stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PostPlan {
    pub(crate) path: String,
    pub(crate) header: (String, String),
    pub(crate) body: String,
    pub(crate) connections: usize,
    pub(crate) messages: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct FanoutReport {
    pub(crate) readers: usize,
    pub(crate) connect_seconds: f64,
    /// The server's private memory before the readers came, once they were in, and at its highest since.
    pub(crate) idle_kib: u64,
    pub(crate) connected_kib: u64,
    pub(crate) peak_kib: u64,
    pub(crate) messages: u64,
    pub(crate) delivered: u64,
    /// Bytes of a delivered frame.
    pub(crate) frame_bytes: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Until the last reader has a message; its median.
    pub(crate) last_delivery_ms: f64,
    /// Share of a core.
    pub(crate) client_cpu: f64,
    pub(crate) server_us_per_delivery: f64,
    /// From the first socket that broke to the last that resumed; or until a stopped reader has everything.
    pub(crate) resumed_seconds: f64,
    /// From the last answer to a sender until every reader has everything.
    pub(crate) catch_up_ms: f64,
    /// How often somebody came.
    pub(crate) visits: u64,
    /// How often a reader was told that it was too slow.
    pub(crate) lagged: u64,
}
