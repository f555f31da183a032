//! A walk on its way to a reader, who may be slow and may go.

use axum::body::Body;
use parlor_kit::body_stream::{self, BodySender, ReceiverClosed};
use parlor_model::{Error, Result};
use serde::Serialize;

use super::ListKind;
use super::row_source::{ListReader, RowSource};
use crate::error;

/// The body of a streamed answer. The first rows are read before it is promised, so that what fails at once is
/// still told by a status. `HEAD` promises the same and sends nothing.
pub(super) async fn stream_body<S: RowSource>(
    mut walk: ListReader<S>,
    is_head: bool,
    route: ListKind,
) -> Result<Body> {
    let first = walk.next_chunks().await?;
    let (chunks, body) = body_stream::channel();
    if !is_head {
        tokio::spawn(async move {
            match send_chunks(walk, first, &chunks).await {
                Ok(()) => {}
                Err(StreamError::ReceiverClosed(rows)) => {
                    tracing::debug!(target: "parlor::stream", rows, "the reader is gone");
                }
                Err(StreamError::Failed(error)) => {
                    tracing::error!(target: "parlor::stream", ?error, "a stream broke off");
                    abort_stream(&error, route, chunks).await;
                }
            }
        });
    }
    Ok(body)
}

enum StreamError {
    /// After so many rows were read.
    ReceiverClosed(usize),
    Failed(Error),
}

async fn send_chunks<S: RowSource>(
    mut walk: ListReader<S>,
    first: Vec<Vec<u8>>,
    chunks: &BodySender,
) -> Result<(), StreamError> {
    let mut ready = first;
    loop {
        for chunk in ready {
            chunks
                .send(chunk)
                .await
                .map_err(|ReceiverClosed| StreamError::ReceiverClosed(walk.rows))?;
        }
        if walk.is_finished() {
            break;
        }
        // Rows that a filter drops fill no chunk, so sending alone would not notice that nobody waits.
        if chunks.is_closed() {
            return Err(StreamError::ReceiverClosed(walk.rows));
        }
        // A read runs on a serving thread; others have their turn between two.
        tokio::task::yield_now().await;
        ready = walk.next_chunks().await.map_err(StreamError::Failed)?;
    }
    let rows = walk.rows;
    for chunk in walk.finish() {
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

/// The status is sent, so only an unfinished answer tells that it is not whole. Streams of events say why first.
async fn abort_stream(error: &Error, route: ListKind, chunks: BodySender) {
    if route == ListKind::List {
        let event = StreamErrorEvent {
            r#type: "error",
            data: error::error_response(error),
        };
        if let Ok(mut line) = serde_json::to_vec(&event) {
            line.push(b'\n');
            // A reader that is gone does not miss it.
            let _ = chunks.send(line).await;
        }
    }
    chunks.abort().await;
}
