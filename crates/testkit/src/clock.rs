//! A clock that tests turn.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parlor::system::SystemClock;
use parlor_model::Timestamp;
use parlor_model::time::Clock;

/// Runs with the machine's clock, shifted by what the test turned it.
#[derive(Debug, Default)]
pub struct TurnedClock {
    shift: AtomicI64,
}

impl TurnedClock {
    /// Turns it forward.
    pub fn advance(&self, by: Duration) {
        self.shift
            .fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Turns it to an instant, from which it runs on.
    pub fn set(&self, to: Timestamp) {
        self.shift
            .store(to.micros() - SystemClock.now().micros(), Ordering::SeqCst);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().micros() + self.shift.load(Ordering::SeqCst))
    }
}
