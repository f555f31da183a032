//! Server-sent events of a talk with an agent: a name, a line of JSON, a blank line.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use parlor_kit::ids::dashed;
use parlor_model::id::{ConversationId, MessageId};
use serde_json::{Map, Value};

use crate::reply;

const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
/// Proxies that gather answers before they pass them on leave this one alone.
const ACCEL: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A frame about a message of a thread, with more of its payload.
pub(super) fn frame(
    name: &str,
    (thread, message): (ConversationId, MessageId),
    more: &[(&str, &str)],
) -> Vec<u8> {
    let mut payload = Map::new();
    payload.insert("threadId".to_owned(), dashed(thread).into());
    payload.insert("messageId".to_owned(), dashed(message).into());
    for (key, text) in more {
        payload.insert((*key).to_owned(), Value::from(*text));
    }
    format!("event: {name}\ndata: {}\n\n", Value::Object(payload)).into_bytes()
}

/// An answer of frames.
pub(super) fn answer(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, EVENTS);
    // The vendor's word, and that nobody keeps what was answered.
    let never_kept = HeaderValue::from_static("no-cache, no-store");
    headers.insert(CACHE_CONTROL, never_kept);
    headers.insert(ACCEL, HeaderValue::from_static("no"));
    reply::versioned(response)
}

/// Longest frame that is waited for, in bytes: a longer one is passed on in parts.
const LONGEST: usize = 1 << 20;
/// The beginning of the frame behind which nothing comes.
const LAST: &[u8] = b"event: done";

/// Puts the frames of a stream together, so that one that breaks off is not passed on in part.
#[derive(Default)]
pub(super) struct Frames {
    waiting: Vec<u8>,
    has_ended: bool,
}

impl Frames {
    /// Takes a piece and gives the frames that are whole with it.
    pub(super) fn take(&mut self, piece: &[u8]) -> Vec<u8> {
        let known = self.waiting.len();
        self.waiting.extend_from_slice(piece);
        let end = self.end_of_last_whole(known);
        let rest = self.waiting.split_off(end);
        let whole = std::mem::replace(&mut self.waiting, rest);
        self.has_ended = self.has_ended || has_line(&whole, LAST);
        whole
    }

    /// Whether the last frame of all was among them.
    pub(super) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Where the last whole frame ends: in what is new, as what was known before has no end.
    fn end_of_last_whole(&self, known: usize) -> usize {
        if self.waiting.len() > LONGEST {
            return self.waiting.len();
        }
        let bytes = &self.waiting;
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
        let mut frames = Frames::default();
        assert_eq!(frames.take(b"event: a\nda"), b"");
        assert_eq!(frames.take(b"ta: 1\n\nevent: b"), b"event: a\ndata: 1\n\n");
        assert_eq!(
            frames.take(b"\r\ndata: 2\r\n\r\n"),
            b"event: b\r\ndata: 2\r\n\r\n"
        );
        assert!(!frames.has_ended());
        // Words in the data are no end.
        frames.take(b"event: c\ndata: event: done\n\n");
        assert!(!frames.has_ended());
        assert_eq!(
            frames.take(b"event: done\ndata: {}\n\n"),
            b"event: done\ndata: {}\n\n"
        );
        assert!(frames.has_ended());
    }
}
