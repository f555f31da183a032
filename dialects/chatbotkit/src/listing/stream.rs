//! A walk on its way to a reader, who may be slow and may go.

use axum::body::Body;
use parlor_kit::stream::{self, Chunks, Gone};
use parlor_model::{Error, Result};
use serde::Serialize;

use super::Route;
use super::walk::{Source, Walk};
use crate::error;

/// The body of a streamed answer. The first rows are read before it is promised, so that what fails at once is
/// still told by a status. `HEAD` promises the same and sends nothing.
pub(super) async fn body<S: Source>(
    mut walk: Walk<S>,
    is_head: bool,
    route: Route,
) -> Result<Body> {
    let first = walk.read().await?;
    let (chunks, body) = stream::body();
    if !is_head {
        tokio::spawn(async move {
            match send(walk, first, &chunks).await {
                Ok(()) => {}
                Err(Stop::Gone(rows)) => {
                    tracing::debug!(target: "parlor::stream", rows, "the reader is gone");
                }
                Err(Stop::Failed(error)) => {
                    tracing::error!(target: "parlor::stream", ?error, "a stream broke off");
                    break_off(&error, route, chunks).await;
                }
            }
        });
    }
    Ok(body)
}

enum Stop {
    /// After so many rows were read.
    Gone(usize),
    Failed(Error),
}

async fn send<S: Source>(
    mut walk: Walk<S>,
    first: Vec<Vec<u8>>,
    chunks: &Chunks,
) -> Result<(), Stop> {
    let mut ready = first;
    loop {
        for chunk in ready {
            chunks
                .send(chunk)
                .await
                .map_err(|Gone| Stop::Gone(walk.rows))?;
        }
        if walk.is_over() {
            break;
        }
        // Rows that a filter drops fill no chunk, so sending alone would not notice that nobody waits.
        if chunks.is_unread() {
            return Err(Stop::Gone(walk.rows));
        }
        // A read runs on a serving thread; others have their turn between two.
        tokio::task::yield_now().await;
        ready = walk.read().await.map_err(Stop::Failed)?;
    }
    let rows = walk.rows;
    for chunk in walk.end() {
        chunks.send(chunk).await.map_err(|Gone| Stop::Gone(rows))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Event {
    r#type: &'static str,
    data: error::Failure,
}

/// The status is sent, so only an unfinished answer tells that it is not whole. Streams of events say why first.
async fn break_off(error: &Error, route: Route, chunks: Chunks) {
    if route == Route::List {
        let event = Event {
            r#type: "error",
            data: error::body(error),
        };
        if let Ok(mut line) = serde_json::to_vec(&event) {
            line.push(b'\n');
            // A reader that is gone does not miss it.
            let _ = chunks.send(line).await;
        }
    }
    chunks.abort().await;
}
