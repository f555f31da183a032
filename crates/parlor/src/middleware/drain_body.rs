//! Bodies that nobody reads to their end.
//!
//! Many clients look for an answer only when they have sent everything. One that is refused before, because of its
//! credentials or because it sends too much, would find its connection cut off and never learn why.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use futures_util::StreamExt;
use http::header::{CONTENT_LENGTH, EXPECT};
use http_body::{Frame, SizeHint};
use tokio::runtime::Handle;

/// Shorter bodies arrive with their request or just behind it.
const MIN_DRAINED_BYTES: u64 = 16 * 1024;
/// So much is read at the most, and thrown away.
const MAX_DRAINED_BYTES: u64 = 16 * 1024 * 1024;
/// For so long at the most.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Sees to it that what is left of a long body is taken from the client when nobody wants it any more.
pub(super) fn drain_unread(request: Request) -> Request {
    let length = request.headers().get(CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|text| text.to_str().ok()?.parse().ok());
    // A client that waits for a word sends nothing when it gets another.
    if length.is_some_and(|length| length <= MIN_DRAINED_BYTES)
        || request.headers().contains_key(EXPECT)
        || request.body().is_end_stream()
    {
        return request;
    }
    request.map(|body| Body::new(DrainOnDrop(Some(body))))
}

/// A body, until its end has been read.
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
                // Too much or too long: then the connection is cut off after all.
                let _ = tokio::time::timeout(DRAIN_TIMEOUT, discard(body)).await;
            });
        }
    }
}

async fn discard(body: Body) {
    let mut left = MAX_DRAINED_BYTES;
    let mut chunks = body.into_data_stream();
    while left > 0
        && let Some(Ok(chunk)) = chunks.next().await
    {
        left = left.saturating_sub(chunk.len() as u64);
    }
}
