//! Request timeout.
//!
//! Keeps INV-53 (`docs/invariants.md`).

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Awaits a response for at most `deadline`; returns `None` on timeout. The deadline restarts as long as `progress` was
/// set since the last expiry, so long imports do not time out while they advance.
pub(super) async fn with_timeout<T>(
    deadline: Duration,
    progress: &AtomicBool,
    response: impl Future<Output = T>,
) -> Option<T> {
    let mut response = pin!(response);
    loop {
        match tokio::time::timeout(deadline, &mut response).await {
            Ok(response) => return Some(response),
            Err(_) if progress.swap(false, Ordering::Relaxed) => {}
            Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Duration = Duration::from_millis(5);

    #[tokio::test]
    async fn progress_extends_timeout() {
        let progress = AtomicBool::new(false);
        let response = async {
            for _ in 0..5 {
                progress.store(true, Ordering::Relaxed);
                // The flag is cleared when a deadline expires.
                while progress.load(Ordering::Relaxed) {
                    tokio::task::yield_now().await;
                }
            }
            "done"
        };
        assert_eq!(
            with_timeout(DEADLINE, &progress, response).await,
            Some("done")
        );
    }

    #[tokio::test]
    async fn stalled_request_times_out() {
        let progress = AtomicBool::new(true);
        let response = std::future::pending::<()>();
        assert_eq!(with_timeout(DEADLINE, &progress, response).await, None);
    }
}
