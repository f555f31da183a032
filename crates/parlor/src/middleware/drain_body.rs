//! Draining of request bodies that handlers do not read.
//!
//! Many clients read the response only after they have sent the whole body. If the server rejected such a request early
//! and closed the connection, these clients would see a connection error instead of the response.
//!
//! Keeps INV-54 (`docs/invariants.md`).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use futures_util::StreamExt;
use http::header::{CONTENT_LENGTH, EXPECT};
use http_body::{Frame, SizeHint};
use tokio::runtime::Handle;

/// Bodies up to this length arrive with the request head and need no draining.
const MIN_DRAINED_BYTES: u64 = 16 * 1024;
/// Maximum number of bytes that are read and discarded.
const MAX_DRAINED_BYTES: u64 = 16 * 1024 * 1024;
/// Maximum time of draining.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Wraps a long body so that its unread rest is drained on drop.
pub(super) fn drain_unread(request: Request) -> Request {
    let length = request.headers().get(CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|text| text.to_str().ok()?.parse().ok());
    // A client that waits for `100 Continue` sends no body after another response.
    if length.is_some_and(|length| length <= MIN_DRAINED_BYTES)
        || request.headers().contains_key(EXPECT)
        || request.body().is_end_stream()
    {
        return request;
    }
    request.map(|body| Body::new(DrainOnDrop(Some(body))))
}

/// Body that drains its unread rest in a background task on drop. `None` once the end was read.
struct DrainOnDrop(Option<Body>);

impl HttpBody for DrainOnDrop {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for DrainOnDrop {
    fn drop(&mut self) {
        if let Some(body) = self.0.take()
            && !body.is_end_stream()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move {
                // If a limit is exceeded, the connection is closed with unread data.
                let _ = tokio::time::timeout(DRAIN_TIMEOUT, discard(body)).await;
            });
        }
    }
}

async fn discard(body: Body) {
    let mut remaining = MAX_DRAINED_BYTES;
    let mut chunks = body.into_data_stream();
    while remaining > 0
        && let Some(Ok(chunk)) = chunks.next().await
    {
        remaining = remaining.saturating_sub(chunk.len() as u64);
    }
}
