//! Server-sent events of an agent chat: a name, a line of JSON, a blank line.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use parlor_kit::ids::format_uuid;
use parlor_model::id::{ConversationId, MessageId};
use serde_json::{Map, Value};

use crate::response;

const EVENT_STREAM_MEDIA_TYPE: HeaderValue = HeaderValue::from_static("text/event-stream");
/// Header that turns off response buffering in reverse proxies.
const ACCEL_BUFFERING_HEADER: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Encodes a frame with the thread, the message and further payload fields.
pub(super) fn encode_frame(
    name: &str,
    (thread, message): (ConversationId, MessageId),
    fields: &[(&str, Value)],
) -> Vec<u8> {
    let mut payload = Map::new();
    payload.insert("threadId".to_owned(), format_uuid(thread).into());
    payload.insert("messageId".to_owned(), format_uuid(message).into());
    for (key, value) in fields {
        payload.insert((*key).to_owned(), value.clone());
    }
    format!("event: {name}\ndata: {}\n\n", Value::Object(payload)).into_bytes()
}

/// Creates the response whose body is a stream of frames.
pub(super) fn event_stream_response(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, EVENT_STREAM_MEDIA_TYPE);
    // The vendor sends `no-cache`; `no-store` keeps caches from storing the answer.
    let cache_control = HeaderValue::from_static("no-cache, no-store");
    headers.insert(CACHE_CONTROL, cache_control);
    headers.insert(ACCEL_BUFFERING_HEADER, HeaderValue::from_static("no"));
    response::with_version_header(response)
}

/// Maximum size of a buffered frame, in bytes; a longer one is forwarded in parts.
const MAX_FRAME_BYTES: usize = 1 << 20;
/// First line of the last frame of a stream.
const DONE_LINE: &[u8] = b"event: done";

/// Splits a byte stream into complete frames, so that an interrupted frame is not forwarded.
#[derive(Default)]
pub(super) struct FrameAssembler {
    buffer: Vec<u8>,
    has_ended: bool,
}

impl FrameAssembler {
    /// Adds a chunk and returns the frames that it completes.
    pub(super) fn push_chunk(&mut self, chunk: &[u8]) -> Vec<u8> {
        let scanned = self.buffer.len();
        self.buffer.extend_from_slice(chunk);
        let end = self.last_frame_end(scanned);
        let rest = self.buffer.split_off(end);
        let complete = std::mem::replace(&mut self.buffer, rest);
        self.has_ended = self.has_ended || has_line(&complete, DONE_LINE);
        complete
    }

    /// Returns whether the `done` frame was received.
    pub(super) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Returns the end of the last complete frame. Only bytes after `scanned` are searched, since none ends before.
    fn last_frame_end(&self, scanned: usize) -> usize {
        if self.buffer.len() > MAX_FRAME_BYTES {
            return self.buffer.len();
        }
        let bytes = &self.buffer;
        let ends = |at: usize| {
            let before = &bytes[..at];
            before.ends_with(b"\n\n") || before.ends_with(b"\r\n\r\n")
        };
        let candidates = scanned + 1..=bytes.len();
        candidates.rev().find(|at| ends(*at)).unwrap_or(0)
    }
}

fn has_line(bytes: &[u8], line: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    lines.any(|candidate| candidate.trim_ascii() == line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_assembler_chunks_yield_complete_frames() {
        let mut frames = FrameAssembler::default();
        assert_eq!(frames.push_chunk(b"event: a\nda"), b"");
        assert_eq!(
            frames.push_chunk(b"ta: 1\n\nevent: b"),
            b"event: a\ndata: 1\n\n"
        );
        assert_eq!(
            frames.push_chunk(b"\r\ndata: 2\r\n\r\n"),
            b"event: b\r\ndata: 2\r\n\r\n"
        );
        assert!(!frames.has_ended());
        // The text in a data line does not end the stream.
        frames.push_chunk(b"event: c\ndata: event: done\n\n");
        assert!(!frames.has_ended());
        assert_eq!(
            frames.push_chunk(b"event: done\ndata: {}\n\n"),
            b"event: done\ndata: {}\n\n"
        );
        assert!(frames.has_ended());
    }
}
