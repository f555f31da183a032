//! Waits for conditions.

use std::time::Duration;

use crate::TestServer;

/// Pause between two looks at a condition.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// Maximum wait, long enough for a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Waits until a count is a number.
pub async fn wait_for_count(query: &str, wanted: i64, count: impl Fn(&str) -> i64) {
    let mut ticks = tokio::time::interval(POLL_INTERVAL);
    // A look may take longer than the pause; the pause is still made.
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let looks = async {
        while count(query) != wanted {
            ticks.tick().await;
        }
    };
    let waited = tokio::time::timeout(TIMEOUT, looks).await;
    waited.unwrap_or_else(|_| panic!("never {wanted}: {query}"));
}

impl TestServer {
    /// Waits until a query of the database selects a number.
    pub async fn wait_for_count(&self, query: &str, wanted: i64) {
        wait_for_count(query, wanted, |query| self.count(query)).await;
    }
}
