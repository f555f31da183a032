//! The body of a response, with size limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use reqwest::Response;

use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::settings::ProviderLimits;

/// Why a body cannot be read further.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the connection was lost")]
    ConnectionLost,
    #[error("an event is too large")]
    EventTooLarge,
    #[error("the body is too large")]
    BodyTooLarge,
}

impl BodyError {
    pub(super) fn to_provider_error(&self) -> ProviderError {
        let (kind, context) = match self {
            Self::ConnectionLost => (ProviderErrorKind::Interrupted, "the connection was lost"),
            Self::EventTooLarge => (ProviderErrorKind::TooLarge, "limits.max_event_bytes"),
            Self::BodyTooLarge => (ProviderErrorKind::TooLarge, "limits.max_response_bytes"),
        };
        ProviderError::new(kind).with_context(context)
    }
}

/// What the reader of events and the reader of bytes tell each other.
#[derive(Debug, Default)]
pub(super) struct BodyProgress {
    /// Bytes since the last event. This bounds what the parser of events buffers.
    event_bytes: AtomicUsize,
    is_at_end: AtomicBool,
}

impl BodyProgress {
    /// Records that an event was complete.
    pub(super) fn record_event(&self) {
        self.event_bytes.store(0, Ordering::Relaxed);
    }

    /// Returns whether the server has ended the body.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end.load(Ordering::Relaxed)
    }
}

/// Returns the bytes of the body, and an empty line at its end: it completes the last event for servers that omit it.
pub(super) fn event_bytes(
    response: Response,
    limits: ProviderLimits,
    progress: &Arc<BodyProgress>,
) -> impl Stream<Item = Result<Bytes, BodyError>> + Send + use<> {
    let mut received_bytes = 0_usize;
    let counter = Arc::clone(progress);
    let end = Arc::clone(progress);
    response
        .bytes_stream()
        .map(move |chunk| {
            let chunk = chunk.map_err(|_| BodyError::ConnectionLost)?;
            received_bytes = received_bytes.saturating_add(chunk.len());
            let previous = counter
                .event_bytes
                .fetch_add(chunk.len(), Ordering::Relaxed);
            if received_bytes > limits.max_response_bytes {
                return Err(BodyError::BodyTooLarge);
            }
            if previous.saturating_add(chunk.len()) > limits.max_event_bytes {
                return Err(BodyError::EventTooLarge);
            }
            Ok(chunk)
        })
        .chain(stream::once(async move {
            end.is_at_end.store(true, Ordering::Relaxed);
            Ok(Bytes::from_static(b"\n\n"))
        }))
}

/// Reads a body to its end.
///
/// # Errors
/// `BodyTooLarge` beyond the limit, `ConnectionLost` if the connection is lost.
pub(super) async fn read_whole(response: Response, max_bytes: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| BodyError::ConnectionLost)?;
        if body.len().saturating_add(chunk.len()) > max_bytes {
            return Err(BodyError::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
