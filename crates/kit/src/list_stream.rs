//! JSON lists that are read and sent in batches, to bound memory.
//!
//! Keeps INV-52 (`docs/invariants.md`).

use std::future::Future;

use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use parlor_model::{Error, Result};
use serde::Serialize;

use crate::body_stream::{BodySender, ReceiverClosed, channel_with_capacity};
use crate::response;

const JSON: &str = "application/json";
/// Queued chunks per response.
const MAX_QUEUED_CHUNKS: usize = 1;

/// Batch of list items.
#[derive(Debug, Clone)]
pub struct ItemBatch<T> {
    /// Items; may be empty.
    pub items: Vec<T>,
    /// This is the last batch.
    pub is_last: bool,
}

/// Source of a list's batches.
pub trait BatchSource: Send + 'static {
    /// Item type.
    type Item: Serialize + Send;

    /// Reads the next batch. It is called after the previous batch was sent, so at most two batches are held for a
    /// slow reader.
    fn next(&mut self) -> impl Future<Output = Result<ItemBatch<Self::Item>>> + Send;
}

/// Responds with a list. A list of one batch is sent whole, with `Content-Length`; a longer one is streamed, and an
/// error after the first batch aborts the response.
///
/// `envelope` is the response with an empty list, which must be its only or last empty list.
///
/// # Errors
/// Errors of the first batch, and `Internal` for an envelope without a list.
pub async fn stream_list<P: BatchSource>(
    envelope: &impl Serialize,
    mut source: P,
) -> Result<Response> {
    let envelope = serde_json::to_string(envelope).map_err(Error::internal)?;
    let (before, suffix) = envelope
        .rsplit_once("[]")
        .ok_or_else(|| Error::internal("an envelope without a list"))?;
    let mut writer = JsonListWriter {
        is_empty: true,
        suffix: format!("]{suffix}"),
    };
    let mut first = format!("{before}[").into_bytes();
    if writer.write_batch(&mut first, source.next().await?)? {
        return Ok(response::from_bytes(StatusCode::OK, JSON, first));
    }
    let (chunks, body) = channel_with_capacity(MAX_QUEUED_CHUNKS);
    tokio::spawn(async move {
        match send_batches(writer, source, first, &chunks).await {
            Ok(()) => {}
            Err(StreamEnd::ReceiverClosed) => {
                tracing::debug!(target: "parlor::stream", "the reader is gone");
            }
            Err(StreamEnd::Failed(error)) => {
                tracing::error!(target: "parlor::stream", ?error, "a list broke off");
                chunks.abort().await;
            }
        }
    });
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    Ok(response)
}

/// Serializer of a list.
struct JsonListWriter {
    is_empty: bool,
    suffix: String,
}

impl JsonListWriter {
    /// Writes a batch; returns whether it was the last.
    fn write_batch<T: Serialize>(
        &mut self,
        out: &mut Vec<u8>,
        batch: ItemBatch<T>,
    ) -> Result<bool> {
        for item in batch.items {
            if !std::mem::take(&mut self.is_empty) {
                out.push(b',');
            }
            serde_json::to_writer(&mut *out, &item).map_err(Error::internal)?;
        }
        if batch.is_last {
            out.extend_from_slice(self.suffix.as_bytes());
        }
        Ok(batch.is_last)
    }
}

enum StreamEnd {
    ReceiverClosed,
    Failed(Error),
}

async fn send_batches<P: BatchSource>(
    mut writer: JsonListWriter,
    mut source: P,
    first: Vec<u8>,
    chunks: &BodySender,
) -> Result<(), StreamEnd> {
    let mut chunk = first;
    loop {
        chunks
            .send(chunk)
            .await
            .map_err(|ReceiverClosed| StreamEnd::ReceiverClosed)?;
        if chunks.is_closed() {
            return Err(StreamEnd::ReceiverClosed);
        }
        // A read may run on a serving thread; other tasks run in between.
        tokio::task::yield_now().await;
        let batch = source.next().await.map_err(StreamEnd::Failed)?;
        chunk = Vec::new();
        if writer
            .write_batch(&mut chunk, batch)
            .map_err(StreamEnd::Failed)?
        {
            return chunks
                .send(chunk)
                .await
                .map_err(|ReceiverClosed| StreamEnd::ReceiverClosed);
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use serde_json::{Value, json};

    use super::*;

    /// Numbers in batches of these sizes, optionally followed by a failure.
    struct Numbers(Vec<usize>, bool);

    impl BatchSource for Numbers {
        type Item = usize;

        async fn next(&mut self) -> Result<ItemBatch<usize>> {
            if self.0.is_empty() && self.1 {
                return Err(Error::internal("broken"));
            }
            let items = (0..self.0.remove(0)).collect();
            Ok(ItemBatch {
                items,
                is_last: self.0.is_empty() && !self.1,
            })
        }
    }

    async fn collect_list(sizes: &[usize], fails: bool) -> Option<Value> {
        let envelope = json!({ "a": "[]", "items": [], "total": 7 });
        let response = stream_list(&envelope, Numbers(sizes.to_vec(), fails)).await;
        let body = response.unwrap().into_body().collect().await.ok()?;
        Some(serde_json::from_slice(&body.to_bytes()).unwrap())
    }

    #[tokio::test]
    async fn list_is_identical_for_any_batch_sizes() {
        for (sizes, items) in [
            (&[0][..], json!([])),
            (&[2], json!([0, 1])),
            (&[0, 0, 2, 0], json!([0, 1])),
            (&[1, 2, 1], json!([0, 0, 1, 0])),
        ] {
            let wanted = json!({ "a": "[]", "items": items, "total": 7 });
            assert_eq!(collect_list(sizes, false).await, Some(wanted), "{sizes:?}");
        }
    }

    #[tokio::test]
    async fn failure_after_first_batch_aborts_response() {
        assert_eq!(collect_list(&[1, 1], true).await, None);
    }
}
