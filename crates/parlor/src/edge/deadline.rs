//! How long a request may take.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The answer, unless it is late: not there within the deadline, counted anew whenever the request has got on since.
pub(super) async fn in_time<T>(
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
    async fn what_gets_on_is_not_late() {
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
        assert_eq!(in_time(DEADLINE, &progress, answer).await, Some("done"));
    }

    #[tokio::test]
    async fn what_stands_still_is_late() {
        let progress = AtomicBool::new(true);
        let answer = std::future::pending::<()>();
        assert_eq!(in_time(DEADLINE, &progress, answer).await, None);
    }
}
