//! Rate limit state of one request.

use std::time::Duration;

/// Rate limit state reported to a counted request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitStatus {
    /// Requests per minute.
    pub limit: u32,
    /// Remaining requests.
    pub remaining: u32,
    /// Time until the limit is fully replenished.
    pub reset: Duration,
}
