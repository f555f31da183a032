//! Instants in microseconds, and the clock and randomness that are injected.

use std::time::Duration;

/// Instant in microseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// First instant that a caller may give: the beginning of the year 0 (0000-01-01T00:00:00Z).
    pub const EARLIEST: Self = Self(-62_167_219_200_000_000);
    /// Last instant that a caller may give: the end of the year 9999 (9999-12-31T23:59:59.999999Z). All instants in
    /// between have a four-digit year.
    pub const LATEST: Self = Self(253_402_300_799_999_999);

    /// Returns the instant, or `None` outside of [`Timestamp::EARLIEST`] to [`Timestamp::LATEST`].
    pub fn in_calendar(self) -> Option<Self> {
        (Self::EARLIEST <= self && self <= Self::LATEST).then_some(self)
    }
    /// Creates an instant from microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Creates an instant from milliseconds since the Unix epoch; saturates.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }
    /// Returns microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// Returns whole milliseconds since the Unix epoch, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }
    /// Returns whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// Adds a duration; saturates.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
    /// Subtracts a duration; saturates.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

/// Source of the current time: the system clock in the binary, a controllable one in tests.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current instant. It may repeat or step back; ordering never relies on it.
    fn now(&self) -> Timestamp;
}

/// Source of unpredictable bytes: the operating system in the binary, possibly seeded in tests.
pub trait RandomSource: Send + Sync + 'static {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}
