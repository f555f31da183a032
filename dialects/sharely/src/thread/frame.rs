//! Server-sent events of a talk with an agent: a name, a line of JSON, a blank line.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use parlor_kit::ids::format_uuid;
use parlor_model::id::{ConversationId, MessageId};
use serde_json::{Map, Value};

use crate::response;

const EVENT_STREAM_MEDIA_TYPE: HeaderValue = HeaderValue::from_static("text/event-stream");
/// Proxies that gather answers before they pass them on leave this one alone.
const ACCEL_BUFFERING_HEADER: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A frame about a message of a thread, with more of its payload.
pub(super) fn encode_frame(
    name: &str,
    (thread, message): (ConversationId, MessageId),
    more: &[(&str, &str)],
) -> Vec<u8> {
    let mut payload = Map::new();
    payload.insert("threadId".to_owned(), format_uuid(thread).into());
    payload.insert("messageId".to_owned(), format_uuid(message).into());
    for (key, text) in more {
        payload.insert((*key).to_owned(), Value::from(*text));
    }
    format!("event: {name}\ndata: {}\n\n", Value::Object(payload)).into_bytes()
}

/// An answer of frames.
pub(super) fn event_stream_response(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, EVENT_STREAM_MEDIA_TYPE);
    // The vendor's word, and that nobody keeps what was answered.
    let never_kept = HeaderValue::from_static("no-cache, no-store");
    headers.insert(CACHE_CONTROL, never_kept);
    headers.insert(ACCEL_BUFFERING_HEADER, HeaderValue::from_static("no"));
    response::with_version_header(response)
}

/// Longest frame that is waited for, in bytes: a longer one is passed on in parts.
const MAX_FRAME_BYTES: usize = 1 << 20;
/// The beginning of the frame behind which nothing comes.
const DONE_LINE: &[u8] = b"event: done";

/// Puts the frames of a stream together, so that one that breaks off is not passed on in part.
#[derive(Default)]
pub(super) struct FrameAssembler {
    buffer: Vec<u8>,
    has_ended: bool,
}

impl FrameAssembler {
    /// Takes a piece and gives the frames that are whole with it.
    pub(super) fn push_chunk(&mut self, piece: &[u8]) -> Vec<u8> {
        let known = self.buffer.len();
        self.buffer.extend_from_slice(piece);
        let end = self.last_frame_end(known);
        let rest = self.buffer.split_off(end);
        let whole = std::mem::replace(&mut self.buffer, rest);
        self.has_ended = self.has_ended || has_line(&whole, DONE_LINE);
        whole
    }

    /// Whether the last frame of all was among them.
    pub(super) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Where the last whole frame ends: in what is new, as what was known before has no end.
    fn last_frame_end(&self, known: usize) -> usize {
        if self.buffer.len() > MAX_FRAME_BYTES {
            return self.buffer.len();
        }
        let bytes = &self.buffer;
        let ends = |at: usize| {
            let before = &bytes[..at];
            before.ends_with(b"\n\n") || before.ends_with(b"\r\n\r\n")
        };
        let new = known + 1..=bytes.len();
        new.rev().find(|at| ends(*at)).unwrap_or(0)
    }
}

fn has_line(bytes: &[u8], beginning: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    lines.any(|line| line.trim_ascii() == beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_passed_on_whole() {
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
        // Words in the data are no end.
        frames.push_chunk(b"event: c\ndata: event: done\n\n");
        assert!(!frames.has_ended());
        assert_eq!(
            frames.push_chunk(b"event: done\ndata: {}\n\n"),
            b"event: done\ndata: {}\n\n"
        );
        assert!(frames.has_ended());
    }
}
