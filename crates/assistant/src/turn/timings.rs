//! Intervals of a worker.

use std::time::Duration;

/// Intervals of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnTimings {
    /// Time after which another node may take over the turns of a node that is gone.
    pub lease: Duration,
    /// Pause between two looks for turns that were requested on other nodes.
    pub poll_interval: Duration,
    /// Shortest time between two parts of an answer that readers receive; what comes meanwhile is collected.
    pub delta_interval: Duration,
    /// Time between two saves of the text so far.
    pub save_interval: Duration,
}

impl Default for TurnTimings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            poll_interval: Duration::from_secs(1),
            delta_interval: Duration::from_millis(40),
            save_interval: Duration::from_secs(1),
        }
    }
}
