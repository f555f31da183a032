//! Delays between attempts.

use std::time::Duration;

use crate::close::{ConnectionError, ReconnectPolicy};

/// Exponential backoff with full jitter: the delay is random between zero and a bound that doubles with each attempt,
/// so that the clients of a restarted server do not reconnect all at once.
///
/// ```
/// use std::time::Duration;
/// use parlor_client::Backoff;
///
/// let patient = Backoff { cap: Duration::from_secs(120), ..Backoff::default() };
/// let bounded = Backoff { max_attempts: Some(10), ..Backoff::default() };
/// let deterministic = Backoff { seed: Some(7), ..Backoff::default() };
/// # let _ = (patient, bounded, deterministic);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    /// First bound.
    pub base: Duration,
    /// Largest bound.
    pub cap: Duration,
    /// Maximum number of consecutive failed attempts; `None` is unlimited.
    pub max_attempts: Option<u32>,
    /// Minimum bound after a server shutdown.
    pub shutdown: Duration,
    /// Minimum delay after the user had too many sockets.
    pub too_many_connections: Duration,
    /// Minimum delay after an internal server error.
    pub server_error: Duration,
    /// Seed of the random numbers; chosen by the system if `None`.
    pub seed: Option<u64>,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(250),
            cap: Duration::from_secs(30),
            max_attempts: None,
            shutdown: Duration::from_secs(5),
            too_many_connections: Duration::from_secs(30),
            server_error: Duration::from_secs(1),
            seed: None,
        }
    }
}

/// Attempt counter of one client.
#[derive(Debug, Clone)]
pub(crate) struct RetrySchedule {
    backoff: Backoff,
    random: fastrand::Rng,
    attempts: u32,
}

impl RetrySchedule {
    pub(crate) fn new(backoff: Backoff) -> Self {
        let random = match backoff.seed {
            Some(seed) => fastrand::Rng::with_seed(seed),
            None => fastrand::Rng::new(),
        };
        Self {
            backoff,
            random,
            attempts: 0,
        }
    }

    /// Records how long a connection was open. An uptime above the current bound resets the counter.
    pub(crate) fn record_uptime(&mut self, time: Duration) {
        if time > self.bound() {
            self.attempts = 0;
        }
    }

    /// Returns the delay before the next attempt; `None` if there must be none.
    pub(crate) fn next_delay(&mut self, error: &ConnectionError) -> Option<Duration> {
        if self
            .backoff
            .max_attempts
            .is_some_and(|max| self.attempts >= max)
        {
            return None;
        }
        let bound = self.bound();
        self.attempts = self.attempts.saturating_add(1);
        let Backoff {
            shutdown,
            too_many_connections: too_many_delay,
            server_error: server_error_delay,
            ..
        } = self.backoff;
        Some(match error.reconnect_policy() {
            ReconnectPolicy::Never => return None,
            ReconnectPolicy::Backoff => self.jitter(bound),
            ReconnectPolicy::ServerShutdown => self.jitter(shutdown.max(bound)),
            ReconnectPolicy::TooManyConnections => too_many_delay + self.jitter(bound),
            ReconnectPolicy::ServerError => server_error_delay + self.jitter(bound),
        })
    }

    fn bound(&self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.attempts);
        self.backoff
            .base
            .saturating_mul(doubled)
            .min(self.backoff.cap)
    }

    /// Returns a uniformly random delay up to a bound.
    fn jitter(&mut self, bound: Duration) -> Duration {
        let nanos = u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.random.u64(0..=nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(backoff: Backoff, error: &ConnectionError, count: usize) -> Vec<Duration> {
        let mut schedule = RetrySchedule::new(backoff);
        std::iter::from_fn(|| schedule.next_delay(error))
            .take(count)
            .collect()
    }

    fn seeded(seed: u64) -> Backoff {
        Backoff {
            seed: Some(seed),
            ..Backoff::default()
        }
    }

    #[test]
    fn bounds_double_up_to_cap_and_limit_delays() {
        let mut longest = [Duration::ZERO; 12];
        for seed in 0..500 {
            let waited = delays(seeded(seed), &ConnectionError::Interrupted, 12);
            for (attempt, wait) in waited.into_iter().enumerate() {
                longest[attempt] = longest[attempt].max(wait);
            }
        }
        for (attempt, longest) in longest.into_iter().enumerate() {
            let bound = Duration::from_millis(250 << attempt).min(Duration::from_secs(30));
            assert!(longest <= bound, "{attempt}: {longest:?}");
            assert!(
                longest > bound * 9 / 10,
                "the whole range is used: {attempt}: {longest:?}"
            );
        }
    }

    #[test]
    fn equal_seeds_yield_equal_delays() {
        let same = |seed| delays(seeded(seed), &ConnectionError::Interrupted, 8);
        assert_eq!(same(1), same(1));
        assert_ne!(same(1), same(2));
    }

    #[test]
    fn attempts_are_counted_until_connection_holds() {
        let backoff = Backoff {
            max_attempts: Some(3),
            ..seeded(1)
        };
        assert_eq!(
            delays(backoff.clone(), &ConnectionError::Interrupted, 10).len(),
            3
        );
        let mut schedule = RetrySchedule::new(backoff);
        for _ in 0..3 {
            schedule.next_delay(&ConnectionError::Interrupted);
        }
        schedule.record_uptime(Duration::from_millis(1));
        assert_eq!(
            schedule.next_delay(&ConnectionError::Interrupted),
            None,
            "it held for a moment only"
        );
        schedule.record_uptime(Duration::from_secs(60));
        assert!(schedule.next_delay(&ConnectionError::Interrupted).is_some());
    }

    #[test]
    fn close_code_selects_reconnect_delay() {
        let of = |code: u16| ConnectionError::Server {
            code,
            error_code: None,
        };
        for code in [1000, 1009, 4400, 4401, 4403, 4404, 4410] {
            assert_eq!(delays(seeded(1), &of(code), 1), [], "{code}");
        }
        for seed in 0..100 {
            let first = |code| delays(seeded(seed), &of(code), 1)[0];
            assert!(first(1001) <= Duration::from_secs(5));
            assert!(first(4408) <= Duration::from_millis(250));
            assert!(first(4429) >= Duration::from_secs(30));
            assert!(first(4500) >= Duration::from_secs(1));
            assert!(first(4500) <= Duration::from_secs(30));
        }
    }
}
