//! Clock that tests can set.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parlor::system::SystemClock;
use parlor_model::Timestamp;
use parlor_model::time::Clock;

/// System clock with an offset that tests control.
#[derive(Debug, Default)]
pub struct ManualClock {
    offset_micros: AtomicI64,
}

impl ManualClock {
    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        self.offset_micros
            .fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Sets the clock to a time, from which it continues.
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
