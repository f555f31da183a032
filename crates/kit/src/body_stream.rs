//! Response bodies that are made while they are sent.

use std::io;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

/// Chunks that may wait for a slow reader: with chunks of 64 KiB, a quarter of a mebibyte.
const DEFAULT_QUEUED_CHUNKS: usize = 4;

/// How long a reader has, before a broken response is cut off, to take what was sent before it broke: the server
/// throws away what still waits for the network then.
const ABORT_DELAY: Duration = Duration::from_secs(1);

/// Where the maker of a body puts its chunks.
pub struct BodySender(mpsc::Sender<io::Result<Bytes>>);

/// The reader is gone; there is nothing left to do.
#[derive(Debug, Clone, Copy)]
pub struct ReceiverClosed;

impl BodySender {
    /// Hands over a chunk; waits while the reader is slow.
    pub async fn send(&self, chunk: Vec<u8>) -> Result<(), ReceiverClosed> {
        if chunk.is_empty() {
            return Ok(());
        }
        self.0
            .send(Ok(chunk.into()))
            .await
            .map_err(|_| ReceiverClosed)
    }

    /// Whether the reader is gone, for makers that have had nothing to hand over for a while.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Breaks the response off, so that nobody takes the beginning for the whole.
    pub async fn abort(self) {
        // The reader may be gone already.
        let _ = self
            .0
            .send(Err(io::Error::other("the export failed")))
            .await;
    }
}

/// A body and where its chunks go. Dropping the chunks ends the body well.
pub fn channel() -> (BodySender, Body) {
    channel_with_capacity(DEFAULT_QUEUED_CHUNKS)
}

/// The same for chunks of another size, of which so many may wait for a slow reader.
pub(crate) fn channel_with_capacity(waiting: usize) -> (BodySender, Body) {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(waiting);
    let stream = stream::unfold(receiver, |mut receiver| async move {
        let chunk = receiver.recv().await?;
        if chunk.is_err() {
            tokio::time::sleep(ABORT_DELAY).await;
        }
        Some((chunk, receiver))
    });
    (BodySender(sender), Body::from_stream(stream))
}
