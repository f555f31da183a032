//! How long a request may take.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The answer, unless it is late: not there within the deadline, counted anew whenever the request has got on since.
pub(super) async fn with_timeout<T>(
    deadline: Duration,
    progress: &AtomicBool,
    answer: impl Future<Output = T>,
) -> Option<T> {
    let mut answer = pin!(answer);
    loop {
        match tokio::time::timeout(deadline, &mut answer).await {
            Ok(answer) => return Some(answer),
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
        let answer = async {
            for _ in 0..5 {
                progress.store(true, Ordering::Relaxed);
                // Taken back when a deadline has passed.
                while progress.load(Ordering::Relaxed) {
                    tokio::task::yield_now().await;
                }
            }
            "done"
        };
        assert_eq!(
            with_timeout(DEADLINE, &progress, answer).await,
            Some("done")
        );
    }

    #[tokio::test]
    async fn stalled_request_times_out() {
        let progress = AtomicBool::new(true);
        let answer = std::future::pending::<()>();
        assert_eq!(with_timeout(DEADLINE, &progress, answer).await, None);
    }
}
