//! Circuit breaker: a provider that fails several times in a row is not called for a while.

mod permit;
mod state;
mod stream;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use parlor_channels::duration;
use parlor_model::time::Clock;
use serde::Deserialize;

use self::permit::{CircuitBreaker, RequestPermit};
use self::stream::CircuitBreakingStream;
use super::error::ProviderError;
use super::event::CompletionStream;
use super::request::CompletionRequest;
use super::{CompletionFuture, Provider};

/// When a circuit breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CircuitBreakerSettings {
    /// Number of failures in a row after which the circuit breaker opens. Only failures that may pass count.
    pub max_failures: u32,
    /// Time until one request may try whether the provider works again.
    #[serde(deserialize_with = "duration::deserialize")]
    pub open_time: Duration,
}

impl Default for CircuitBreakerSettings {
    fn default() -> Self {
        Self {
            max_failures: 8,
            open_time: Duration::from_secs(15),
        }
    }
}

/// A provider with a circuit breaker. While it is open, requests fail with `CircuitOpen`, and `retry_after` is the time
/// until it lets one request through.
pub struct CircuitBreakingProvider<P> {
    provider: P,
    breaker: Arc<CircuitBreaker>,
}

impl<P: Provider> CircuitBreakingProvider<P> {
    /// Adds a circuit breaker to a provider.
    pub fn new(provider: P, settings: CircuitBreakerSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            provider,
            breaker: Arc::new(CircuitBreaker::new(settings, clock)),
        }
    }

    async fn complete_if_closed(
        &self,
        request: &CompletionRequest,
    ) -> Result<Box<dyn CompletionStream>, ProviderError> {
        let mut permit = RequestPermit::acquire(&self.breaker)?;
        match self.provider.complete(request).await {
            Ok(stream) => Ok(Box::new(CircuitBreakingStream::new(stream, permit))),
            Err(error) => {
                permit.record_error(&error);
                Err(error)
            }
        }
    }
}

impl<P: Provider> Provider for CircuitBreakingProvider<P> {
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> CompletionFuture<'a> {
        Box::pin(self.complete_if_closed(request))
    }
}
