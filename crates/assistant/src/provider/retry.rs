//! Repetition of failed requests. A request is repeated only before its first event: after that a reader has seen text.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use parlor_channels::duration;
use parlor_model::time::RandomSource;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::error::{ProviderError, ProviderErrorKind};
use super::event::{CompletionEvent, CompletionEventFuture, CompletionStream};
use super::request::CompletionRequest;
use super::{CompletionFuture, Provider};

/// Bounds of the repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetrySettings {
    /// Maximum number of attempts, the first one included.
    pub max_attempts: u32,
    /// Delay before the second attempt. It doubles with each attempt, and a random part is added.
    #[serde(deserialize_with = "duration::deserialize")]
    pub min_delay: Duration,
    /// Maximum delay without the random part.
    #[serde(deserialize_with = "duration::deserialize")]
    pub max_delay: Duration,
    /// Time after the beginning in which an attempt may begin.
    #[serde(deserialize_with = "duration::deserialize")]
    pub deadline: Duration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            min_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            deadline: Duration::from_secs(60),
        }
    }
}

/// A provider that repeats requests that failed for a moment.
pub struct RetryingProvider<P> {
    provider: P,
    settings: RetrySettings,
    random: Arc<dyn RandomSource>,
}

impl<P: Provider> RetryingProvider<P> {
    /// Adds retries to a provider.
    pub fn new(provider: P, settings: RetrySettings, random: Arc<dyn RandomSource>) -> Self {
        Self {
            provider,
            settings,
            random,
        }
    }

    async fn complete_with_retries(
        &self,
        request: &CompletionRequest,
    ) -> Result<Box<dyn CompletionStream>, ProviderError> {
        let start = Instant::now();
        let mut delays = self.delays();
        loop {
            let error = match self.start_response(request).await {
                Ok(stream) => return Ok(stream),
                Err(error) => error,
            };
            if !error.kind.is_transient() {
                return Err(error);
            }
            let Some(delay) = delays.next() else {
                return Err(error);
            };
            // The delay is added to the time that the provider asks for, so that not all callers return at once.
            let delay = error.retry_after.unwrap_or_default().saturating_add(delay);
            if start.elapsed().saturating_add(delay) > self.settings.deadline {
                return Err(error);
            }
            sleep(delay).await;
        }
    }

    /// Returns the delays between the attempts.
    fn delays(&self) -> impl Iterator<Item = Duration> + Send + 'static {
        let mut seed = [0; 8];
        self.random.fill(&mut seed);
        let attempts = self.settings.max_attempts.saturating_sub(1) as usize;
        ExponentialBuilder::new()
            .with_min_delay(self.settings.min_delay)
            .with_max_delay(self.settings.max_delay)
            .with_max_times(attempts)
            .with_jitter()
            .with_jitter_seed(u64::from_le_bytes(seed))
            .build()
    }

    /// Sends the request and waits for its first event.
    async fn start_response(
        &self,
        request: &CompletionRequest,
    ) -> Result<Box<dyn CompletionStream>, ProviderError> {
        let mut stream = self.provider.complete(request).await?;
        let Some(event) = stream.next_event().await? else {
            return Err(ProviderError::new(ProviderErrorKind::Interrupted)
                .with_context("there was no event"));
        };
        Ok(Box::new(StartedStream {
            first_event: Some(event),
            stream,
        }))
    }
}

impl<P: Provider> Provider for RetryingProvider<P> {
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> CompletionFuture<'a> {
        Box::pin(self.complete_with_retries(request))
    }
}

/// A response whose first event has been received already.
struct StartedStream {
    first_event: Option<CompletionEvent>,
    stream: Box<dyn CompletionStream>,
}

impl CompletionStream for StartedStream {
    fn next_event(&mut self) -> CompletionEventFuture<'_> {
        match self.first_event.take() {
            Some(event) => Box::pin(std::future::ready(Ok(Some(event)))),
            None => self.stream.next_event(),
        }
    }
}
