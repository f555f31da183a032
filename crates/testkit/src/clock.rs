//! A clock that tests turn.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parlor::system::SystemClock;
use parlor_model::Timestamp;
use parlor_model::time::Clock;

/// Runs with the machine's clock, shifted by what the test turned it.
#[derive(Debug, Default)]
pub struct ManualClock {
    offset_micros: AtomicI64,
}

impl ManualClock {
    /// Turns it forward.
    pub fn advance(&self, by: Duration) {
        self.offset_micros
            .fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Turns it to an instant, from which it runs on.
    pub fn set(&self, to: Timestamp) {
        self.offset_micros
            .store(to.micros() - SystemClock.now().micros(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(
            SystemClock.now().micros() + self.offset_micros.load(Ordering::SeqCst),
        )
    }
}
