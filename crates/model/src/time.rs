//! Instants as whole microseconds, and the clock and randomness that are passed in.

use std::time::Duration;

/// An instant: microseconds since the Unix epoch, UTC. Comparable across nodes that keep time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first instant that a caller may give: the beginning of the year 0 (0000-01-01T00:00:00Z).
    pub const EARLIEST: Self = Self(-62_167_219_200_000_000);
    /// The last instant that a caller may give: the end of the year 9999 (9999-12-31T23:59:59.999999Z). What lies
    /// between is written with four digits for the year, and read back.
    pub const LATEST: Self = Self(253_402_300_799_999_999);

    /// This instant, unless it lies outside of what a caller may give.
    pub fn in_calendar(self) -> Option<Self> {
        (Self::EARLIEST <= self && self <= Self::LATEST).then_some(self)
    }
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// From milliseconds since the Unix epoch; saturates far outside any calendar.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }
    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// Whole milliseconds since the Unix epoch, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }
    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// This instant plus a duration, saturating.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
    /// This instant minus a duration, saturating.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

/// Where "now" comes from. The binary passes the machine's clock, tests one that they turn.
pub trait Clock: Send + Sync + 'static {
    /// The present instant. May repeat and may step back; ordering never rests on it.
    fn now(&self) -> Timestamp;
}

/// Where unpredictable bytes come from. The binary passes the operating system's, tests may pass a seeded source.
pub trait RandomSource: Send + Sync + 'static {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}
