//! Plans and reports of the load generator of the outbox.

use serde::{Deserialize, Serialize};

use crate::bench::load::LoadPlan;

/// Plan of a run. Read as JSON from standard input, so that keys do not appear in process arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OutboxLoadPlan {
    /// `host:port` on which the load generator serves the carrier.
    pub(crate) carrier_address: String,
    /// Seconds in which arrivals are counted, from the first one on.
    pub(crate) seconds: f64,
    /// Messages to post meanwhile. Without them the messages that wait are counted.
    pub(crate) posts: Option<PacedPosts>,
}

/// Messages at a fixed rate, to the paths of a plan in turn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PacedPosts {
    /// Where they go. The body is that of one message, whose text is replaced.
    pub(crate) plan: LoadPlan,
    pub(crate) per_second: f64,
}

/// Results of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct OutboxLoadReport {
    /// Messages that have come to the carrier in the time that is counted.
    pub(crate) arrived: u64,
    pub(crate) per_second: f64,
    /// Time from the answer to a post, which is after its commit, until the message is at the carrier.
    pub(crate) delay_p50_ms: f64,
    pub(crate) delay_p99_ms: f64,
}
