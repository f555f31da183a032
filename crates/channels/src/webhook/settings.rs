//! Settings of webhooks.

use std::time::Duration;

/// Settings of webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookSettings {
    /// Whether addresses without TLS are called.
    pub allow_http: bool,
    /// Attempts before a delivery has failed.
    pub max_attempts: u32,
    /// Pause after the first failed attempt; it doubles with each further one, and a random part is added.
    pub first_delay: Duration,
    /// Longest pause between two attempts, without the random part.
    pub max_delay: Duration,
    /// Time after which a receiver that answers nothing but failures is not called any more.
    pub pause_after: Duration,
    /// Time in which a receiver must answer.
    pub timeout: Duration,
    /// Time for which ended deliveries are kept.
    pub keep: Duration,
    /// Receivers that are called at once by one server, and conversations whose messages it sends at once over carriers.
    pub max_concurrent: usize,
    /// Pause between two looks for what was queued on other nodes, or waits for another attempt.
    pub poll_interval: Duration,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            allow_http: false,
            max_attempts: 5,
            first_delay: Duration::from_secs(10),
            max_delay: Duration::from_secs(12 * 60 * 60),
            pause_after: Duration::from_secs(24 * 60 * 60),
            timeout: Duration::from_secs(15),
            keep: Duration::from_secs(30 * 24 * 60 * 60),
            max_concurrent: 64,
            poll_interval: Duration::from_millis(500),
        }
    }
}
