//! Streams a scan into a response body, at the pace of the client.

use axum::body::Body;
use parlor_kit::body_stream::{self, BodySender, ReceiverClosed};
use parlor_model::{Error, Result};
use serde::Serialize;

use super::ListKind;
use super::row_source::{ListReader, RowSource};
use crate::error;

/// Returns the body of a streamed response. The first batch is read before the status is sent, so that an immediate failure
/// is an error response. For `HEAD` the body stays empty.
pub(super) async fn stream_body<S: RowSource>(
    mut reader: ListReader<S>,
    is_head: bool,
    kind: ListKind,
) -> Result<Body> {
    let first = reader.next_chunks().await?;
    let (chunks, body) = body_stream::channel();
    if !is_head {
        tokio::spawn(async move {
            match send_chunks(reader, first, &chunks).await {
                Ok(()) => {}
                Err(StreamError::ReceiverClosed(rows)) => {
                    tracing::debug!(target: "parlor::stream", rows, "the reader is gone");
                }
                Err(StreamError::Failed(error)) => {
                    tracing::error!(target: "parlor::stream", ?error, "a stream broke off");
                    abort_stream(&error, kind, chunks).await;
                }
            }
        });
    }
    Ok(body)
}

enum StreamError {
    /// The client is gone, after this many rows were read.
    ReceiverClosed(usize),
    Failed(Error),
}

async fn send_chunks<S: RowSource>(
    mut reader: ListReader<S>,
    first: Vec<Vec<u8>>,
    chunks: &BodySender,
) -> Result<(), StreamError> {
    let mut ready = first;
    loop {
        for chunk in ready {
            chunks
                .send(chunk)
                .await
                .map_err(|ReceiverClosed| StreamError::ReceiverClosed(reader.rows))?;
        }
        if reader.is_finished() {
            break;
        }
        // If a filter drops all rows, no chunk is sent, and sending does not detect that the client is gone.
        if chunks.is_closed() {
            return Err(StreamError::ReceiverClosed(reader.rows));
        }
        // Reads run on runtime threads: yields to other requests between two reads.
        tokio::task::yield_now().await;
        ready = reader.next_chunks().await.map_err(StreamError::Failed)?;
    }
    let rows = reader.rows;
    for chunk in reader.finish() {
        chunks
            .send(chunk)
            .await
            .map_err(|ReceiverClosed| StreamError::ReceiverClosed(rows))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct StreamErrorEvent {
    r#type: &'static str,
    data: error::ErrorResponse,
}

/// Aborts the body: the status is sent already, so only a truncated body reports the failure. A stream of events gets an
/// `error` event first.
async fn abort_stream(error: &Error, kind: ListKind, chunks: BodySender) {
    if kind == ListKind::List {
        let event = StreamErrorEvent {
            r#type: "error",
            data: error::error_response(error),
        };
        if let Ok(mut line) = serde_json::to_vec(&event) {
            line.push(b'\n');
            // Fails only if the client is gone.
            let _ = chunks.send(line).await;
        }
    }
    chunks.abort().await;
}
