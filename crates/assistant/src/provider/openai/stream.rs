//! A response that is streamed as server-sent events.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{Stream, StreamExt};
use reqwest::Response;
use sse_stream::{Sse, SseByteStream};
use tokio::time::{Instant, timeout_at};

use super::body::{self, BodyError, BodyProgress};
use super::chunk_decoder::ChunkDecoder;
use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::event::{CompletionEvent, CompletionEventFuture, CompletionStream};
use crate::provider::settings::{ProviderLimits, ProviderTimeouts};

/// Data of the event after the last chunk.
const DONE_MARKER: &str = "[DONE]";
/// Time for the usage after the model has finished. The answer is complete, so a reader does not wait for long.
const TRAILER_TIMEOUT: Duration = Duration::from_secs(5);

/// When a response is late.
#[derive(Debug, Clone, Copy)]
pub(super) struct StreamDeadlines {
    first_token: Instant,
    total: Instant,
    between_tokens: Duration,
}

impl StreamDeadlines {
    /// Starts the time-outs.
    pub(super) fn new(start: Instant, timeouts: ProviderTimeouts) -> Self {
        Self {
            first_token: start + timeouts.first_token,
            total: start + timeouts.total,
            between_tokens: timeouts.between_tokens,
        }
    }

    /// Returns when the first token is late.
    pub(super) fn first_token(&self) -> Instant {
        self.first_token.min(self.total)
    }

    /// Returns the error of a late first token.
    pub(super) fn first_token_error(&self) -> ProviderError {
        timeout_error("waiting for the first token (timeouts.first_token)")
    }
}

fn timeout_error(context: &'static str) -> ProviderError {
    ProviderError::new(ProviderErrorKind::TimedOut).with_context(context)
}

type SseEvents = Pin<Box<dyn Stream<Item = Result<Sse, sse_stream::Error>> + Send>>;

/// A response that is being received.
pub(super) struct OpenAiStream {
    /// `None` after the end or an error. Dropping it closes the connection.
    events: Option<SseEvents>,
    progress: Arc<BodyProgress>,
    decoder: ChunkDecoder,
    pending: VecDeque<CompletionEvent>,
    deadlines: StreamDeadlines,
    /// When the next token is late; `None` before the first one.
    next_token: Option<Instant>,
}

impl OpenAiStream {
    pub(super) fn new(
        response: Response,
        limits: ProviderLimits,
        deadlines: StreamDeadlines,
        decoder: ChunkDecoder,
    ) -> Self {
        let progress = Arc::new(BodyProgress::default());
        let bytes = body::event_bytes(response, limits, &progress);
        Self {
            events: Some(Box::pin(SseByteStream::new(bytes))),
            progress,
            decoder,
            pending: VecDeque::new(),
            deadlines,
            next_token: None,
        }
    }

    /// Creates a response that has been received already.
    pub(super) fn complete(pending: VecDeque<CompletionEvent>, deadlines: StreamDeadlines) -> Self {
        Self {
            events: None,
            progress: Arc::default(),
            decoder: ChunkDecoder::new(0),
            pending,
            deadlines,
            next_token: None,
        }
    }

    async fn receive_event(&mut self) -> Result<Option<CompletionEvent>, ProviderError> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Ok(Some(event));
            }
            let Some(events) = &mut self.events else {
                return Ok(None);
            };
            let deadline = self.next_token.unwrap_or(self.deadlines.first_token);
            let received = timeout_at(deadline.min(self.deadlines.total), events.next()).await;
            let result = match received {
                Err(_) => Err(self.late_error()),
                Ok(Some(Ok(event))) => self.decode(&event),
                Ok(Some(Err(error))) => Err(parser_error(&error)),
                Ok(None) => self.finish(),
            };
            if let Err(error) = result {
                self.end_with(error)?;
            }
        }
    }

    fn decode(&mut self, event: &Sse) -> Result<(), ProviderError> {
        self.progress.record_event();
        let data = event.data.as_deref().unwrap_or_default().trim();
        if data == DONE_MARKER {
            return self.finish();
        }
        if data.is_empty() {
            return Ok(());
        }
        let has_content = self.decoder.decode(data, &mut self.pending)?;
        let now = Instant::now();
        if self.decoder.is_finished() {
            self.next_token = Some(now + TRAILER_TIMEOUT.min(self.deadlines.between_tokens));
        } else if has_content || self.next_token.is_some() {
            self.next_token = Some(now + self.deadlines.between_tokens);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ProviderError> {
        self.events = None;
        self.decoder.finish(&mut self.pending)
    }

    /// Ends the response with an error, unless the model had finished before.
    fn end_with(&mut self, error: ProviderError) -> Result<(), ProviderError> {
        self.events = None;
        if self.decoder.is_finished() {
            return self.decoder.finish(&mut self.pending);
        }
        if error.kind == ProviderErrorKind::Malformed && self.progress.is_at_end() {
            return Err(ProviderError::new(ProviderErrorKind::Interrupted)
                .with_context("the response ended within an event"));
        }
        Err(error)
    }

    fn late_error(&self) -> ProviderError {
        if Instant::now() >= self.deadlines.total {
            timeout_error("waiting for the end of the response (timeouts.total)")
        } else if self.next_token.is_some() {
            timeout_error("waiting for the next token (timeouts.between_tokens)")
        } else {
            self.deadlines.first_token_error()
        }
    }
}

impl CompletionStream for OpenAiStream {
    fn next_event(&mut self) -> CompletionEventFuture<'_> {
        Box::pin(self.receive_event())
    }
}

fn parser_error(error: &sse_stream::Error) -> ProviderError {
    if let sse_stream::Error::Body(cause) = error
        && let Some(cause) = cause.downcast_ref::<BodyError>()
    {
        return cause.to_provider_error();
    }
    ProviderError::new(ProviderErrorKind::Malformed).with_context("reading the events")
}
