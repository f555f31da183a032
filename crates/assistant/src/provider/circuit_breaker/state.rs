//! States of a circuit breaker.

use std::time::Duration;

use parlor_model::time::Timestamp;

use super::CircuitBreakerSettings;

/// State of a circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CircuitState {
    /// Requests are sent. Counts the failures since the last complete response.
    Closed { failures: u32 },
    /// No request is sent.
    Open {
        since: Timestamp,
        open_time: Duration,
    },
    /// One request at a time is sent to try the provider.
    HalfOpen { is_trial_running: bool },
}

impl CircuitState {
    /// Lets a request through, and returns whether it is the trial.
    ///
    /// # Errors
    /// The time until the next trial.
    pub(super) fn start_request(&mut self, now: Timestamp) -> Result<bool, Duration> {
        match *self {
            Self::Closed { .. } => return Ok(false),
            Self::HalfOpen {
                is_trial_running: true,
            } => return Err(Duration::ZERO),
            Self::HalfOpen {
                is_trial_running: false,
            } => {}
            Self::Open { since, open_time } => {
                // A clock that was set back must not prolong the pause.
                let since = since.min(now);
                let end = since.saturating_add(open_time);
                if now < end {
                    *self = Self::Open { since, open_time };
                    let micros = end.micros().saturating_sub(now.micros());
                    return Err(Duration::from_micros(u64::try_from(micros).unwrap_or(0)));
                }
            }
        }
        *self = Self::HalfOpen {
            is_trial_running: true,
        };
        Ok(true)
    }

    /// Records the first event of a trial: the provider works again. One more failure opens the circuit breaker anew,
    /// until a response is complete.
    pub(super) fn record_trial_start(&mut self, settings: &CircuitBreakerSettings) {
        *self = Self::Closed {
            failures: settings.max_failures.saturating_sub(1),
        };
    }

    /// Records a complete response, or a refusal by a provider that works.
    pub(super) fn record_success(&mut self, is_trial: bool) {
        if is_trial || matches!(self, Self::Closed { .. }) {
            *self = Self::Closed { failures: 0 };
        }
    }

    /// Records a failure. Requests that began before the circuit breaker opened no longer count.
    pub(super) fn record_failure(
        &mut self,
        is_trial: bool,
        retry_after: Option<Duration>,
        now: Timestamp,
        settings: &CircuitBreakerSettings,
    ) {
        let failures = match *self {
            _ if is_trial => settings.max_failures,
            Self::Closed { failures } => failures.saturating_add(1),
            Self::Open { .. } | Self::HalfOpen { .. } => return,
        };
        *self = if failures < settings.max_failures {
            Self::Closed { failures }
        } else {
            Self::Open {
                since: now,
                open_time: settings.open_time.max(retry_after.unwrap_or_default()),
            }
        };
    }

    /// Ends a trial that showed nothing, so that the next request is the trial.
    pub(super) fn abandon_trial(&mut self) {
        *self = Self::HalfOpen {
            is_trial_running: false,
        };
    }
}
