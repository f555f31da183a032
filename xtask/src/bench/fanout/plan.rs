//! Plans and reports of the socket load generator.

use serde::{Deserialize, Serialize};

use super::LoginScript;

/// Plan of a run. Read as JSON from standard input, so that keys do not appear in process arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FanoutPlan {
    /// `host:port` of the readers' server.
    pub(crate) address: String,
    /// `host:port` of the publisher's server: the same, or another node of it.
    pub(crate) publisher_address: String,
    pub(crate) reader_login: LoginScript,
    pub(crate) publisher_login: LoginScript,
    pub(crate) readers: usize,
    /// Number of users among whom the readers are distributed.
    pub(crate) users: usize,
    /// Text of a message; `{mark}` is replaced by the time of sending.
    pub(crate) message: String,
    pub(crate) mode: FanoutMode,
    /// Process id of the server, to measure its usage.
    pub(crate) pid: u32,
}

/// Publishing mode.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum FanoutMode {
    /// Sends the next message as soon as fewer than `max_in_flight` are undelivered.
    Window { messages: u64, max_in_flight: u64 },
    /// Sends messages at a fixed rate.
    Rate { per_second: f64, seconds: f64 },
    /// Sends nothing.
    Idle { seconds: f64 },
    /// Sends messages while the server is restarted.
    Resume(PostPlan),
    /// Connects and disconnects clients.
    Soak(ChurnPlan),
    /// Sends messages while one reader does not read.
    StalledReader(PostPlan),
}

/// Chats, which replace `{chat}` in the readers' path, and duration of a soak run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChurnPlan {
    pub(crate) chats: Vec<String>,
    pub(crate) seconds: f64,
}

/// Messages that are sent over HTTP, so that storing is acknowledged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PostPlan {
    pub(crate) path: String,
    pub(crate) header: (String, String),
    pub(crate) body: String,
    pub(crate) connections: usize,
    pub(crate) messages: u64,
}

/// Results of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct FanoutReport {
    pub(crate) readers: usize,
    pub(crate) connect_seconds: f64,
    /// Private memory of the server before the readers connect.
    pub(crate) idle_kib: u64,
    /// Private memory of the server after all readers have connected.
    pub(crate) connected_kib: u64,
    /// Maximum private memory of the server after that.
    pub(crate) peak_kib: u64,
    pub(crate) messages: u64,
    pub(crate) delivered: u64,
    /// Length of a delivered frame.
    pub(crate) frame_bytes: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Median time until the last reader has received a message.
    pub(crate) last_delivery_ms: f64,
    /// CPU usage of this process, as a fraction of one core.
    pub(crate) client_cpu: f64,
    pub(crate) server_us_per_delivery: f64,
    /// Time from the first broken to the last resumed socket, or until a stalled reader has received everything.
    pub(crate) resumed_seconds: f64,
    /// Time from the last acknowledgement until all readers have received everything.
    pub(crate) catch_up_ms: f64,
    /// Number of connections.
    pub(crate) visits: u64,
    /// Number of `lagged` frames.
    pub(crate) lagged: u64,
}
