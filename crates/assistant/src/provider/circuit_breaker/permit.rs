//! Permits of a circuit breaker.

use std::sync::Arc;

use parking_lot::Mutex;
use parlor_model::time::Clock;

use super::CircuitBreakerSettings;
use super::state::CircuitState;
use crate::provider::error::{ProviderError, ProviderErrorKind};

/// Circuit breaker of one provider.
pub(super) struct CircuitBreaker {
    settings: CircuitBreakerSettings,
    clock: Arc<dyn Clock>,
    state: Mutex<CircuitState>,
}

impl CircuitBreaker {
    pub(super) fn new(settings: CircuitBreakerSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            settings,
            clock,
            state: Mutex::new(CircuitState::Closed { failures: 0 }),
        }
    }
}

/// Permit for one request. Dropping it without a result, as when the request is cancelled, records nothing.
pub(super) struct RequestPermit {
    breaker: Arc<CircuitBreaker>,
    is_trial: bool,
}

impl RequestPermit {
    /// Acquires a permit.
    ///
    /// # Errors
    /// `CircuitOpen` with the time until the next trial.
    pub(super) fn acquire(breaker: &Arc<CircuitBreaker>) -> Result<Self, ProviderError> {
        let now = breaker.clock.now();
        match breaker.state.lock().start_request(now) {
            Ok(is_trial) => Ok(Self {
                breaker: Arc::clone(breaker),
                is_trial,
            }),
            Err(wait) => Err(ProviderError {
                retry_after: Some(wait),
                ..ProviderError::new(ProviderErrorKind::CircuitOpen)
            }),
        }
    }

    /// Records the first event of the response. A trial ends with it, so that others need not wait for the rest.
    pub(super) fn record_first_event(&mut self) {
        if std::mem::take(&mut self.is_trial) {
            let mut state = self.breaker.state.lock();
            state.record_trial_start(&self.breaker.settings);
        }
    }

    /// Records a complete response.
    pub(super) fn record_success(&mut self) {
        let is_trial = std::mem::take(&mut self.is_trial);
        self.breaker.state.lock().record_success(is_trial);
    }

    /// Records an error. A refusal by status shows that the provider works. Errors of this server show nothing.
    pub(super) fn record_error(&mut self, error: &ProviderError) {
        if error.kind.is_transient() {
            let is_trial = std::mem::take(&mut self.is_trial);
            let now = self.breaker.clock.now();
            let mut state = self.breaker.state.lock();
            state.record_failure(is_trial, error.retry_after, now, &self.breaker.settings);
        } else if error.status.is_some() {
            self.record_success();
        }
    }
}

impl Drop for RequestPermit {
    fn drop(&mut self) {
        if self.is_trial {
            self.breaker.state.lock().abandon_trial();
        }
    }
}
