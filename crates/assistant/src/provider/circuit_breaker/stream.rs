//! A response whose outcome is recorded.

use super::permit::RequestPermit;
use crate::provider::error::ProviderError;
use crate::provider::event::{CompletionEvent, CompletionEventFuture, CompletionStream};

/// A response that reports its first event, its end and its error to the circuit breaker.
pub(super) struct CircuitBreakingStream {
    stream: Box<dyn CompletionStream>,
    permit: RequestPermit,
}

impl CircuitBreakingStream {
    pub(super) fn new(stream: Box<dyn CompletionStream>, permit: RequestPermit) -> Self {
        Self { stream, permit }
    }

    async fn record_next_event(&mut self) -> Result<Option<CompletionEvent>, ProviderError> {
        let result = self.stream.next_event().await;
        match &result {
            Ok(Some(CompletionEvent::End(_))) => self.permit.record_success(),
            Ok(Some(_)) => self.permit.record_first_event(),
            Ok(None) => {}
            Err(error) => self.permit.record_error(error),
        }
        result
    }
}

impl CompletionStream for CircuitBreakingStream {
    fn next_event(&mut self) -> CompletionEventFuture<'_> {
        Box::pin(self.record_next_event())
    }
}
