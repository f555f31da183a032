//! Streamed response bodies.

use std::io;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

/// Queued chunks per response: with chunks of 64 KiB, 256 KiB.
const DEFAULT_QUEUED_CHUNKS: usize = 4;

/// Delay before an aborted response is cut off, in which the client can receive earlier chunks: the server then
/// discards all unsent data.
const ABORT_DELAY: Duration = Duration::from_secs(1);

/// Sender of a response body's chunks.
pub struct BodySender(mpsc::Sender<io::Result<Bytes>>);

/// The client has disconnected.
#[derive(Debug, Clone, Copy)]
pub struct ReceiverClosed;

impl BodySender {
    /// Sends a chunk; waits while the queue is full.
    ///
    /// # Errors
    /// [`ReceiverClosed`] if the client has disconnected.
    pub async fn send(&self, chunk: Vec<u8>) -> Result<(), ReceiverClosed> {
        if chunk.is_empty() {
            return Ok(());
        }
        self.0
            .send(Ok(chunk.into()))
            .await
            .map_err(|_| ReceiverClosed)
    }

    /// Returns whether the client has disconnected, for producers without a chunk to send.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Aborts the response, so that the client does not take a part for the whole.
    pub async fn abort(self) {
        // The client may have disconnected already.
        let _ = self
            .0
            .send(Err(io::Error::other("the export failed")))
            .await;
    }
}

/// Creates a body and its sender. Dropping the sender completes the body.
pub fn channel() -> (BodySender, Body) {
    channel_with_capacity(DEFAULT_QUEUED_CHUNKS)
}

/// Creates a body with a queue of `waiting` chunks.
pub(crate) fn channel_with_capacity(capacity: usize) -> (BodySender, Body) {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(capacity);
    let stream = stream::unfold(receiver, |mut receiver| async move {
        let chunk = receiver.recv().await?;
        if chunk.is_err() {
            tokio::time::sleep(ABORT_DELAY).await;
        }
        Some((chunk, receiver))
    });
    (BodySender(sender), Body::from_stream(stream))
}
