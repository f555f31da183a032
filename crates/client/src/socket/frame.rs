//! Frames of the socket protocol.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::event::ChatEvent;
use crate::error::ApiError;
use crate::log::ChatLogEntry;
use crate::message::MessageResponse;

/// Frame of the server.
#[derive(Debug)]
pub(super) enum ServerFrame {
    Established(EstablishedFrame),
    MessageReceived(MessageReceivedFrame),
    Entry(Box<ChatLogEntry>),
    History(HistoryFrame),
    Pong(Option<String>),
    /// Error that leaves the connection open.
    Error(ErrorFrame),
    /// Error code before the server closes the connection.
    FatalError(String),
    /// Event for the reader that is not in the log.
    Ephemeral(ChatEvent),
}

#[derive(Debug, Deserialize)]
pub(super) struct EstablishedFrame {
    pub(super) seq: i64,
    pub(super) epoch: String,
    #[serde(default)]
    pub(super) connection_id: String,
    #[serde(default)]
    pub(super) resumed: bool,
    pub(super) ping_interval_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MessageReceivedFrame {
    pub(super) timestamp: String,
    pub(super) message_id: String,
    pub(super) user_id: String,
    pub(super) seq: i64,
    pub(super) client_message_id: Option<String>,
    #[serde(default)]
    pub(super) duplicate: bool,
}

impl MessageReceivedFrame {
    /// Returns the log entry of the acknowledged message, given its id, text and metadata as sent.
    pub(super) fn to_entry(
        &self,
        id: &str,
        content: String,
        metadata: Map<String, Value>,
    ) -> Box<ChatLogEntry> {
        let message = MessageResponse {
            id: self.message_id.clone(),
            content,
            sender_role: "user".to_owned(),
            media_type: None,
            media_url: None,
            created_at: self.timestamp.clone(),
            metadata,
            seq: self.seq,
            sender_id: Some(self.user_id.clone()),
            client_message_id: Some(id.to_owned()),
            status: "complete".to_owned(),
        };
        let timestamp = self.timestamp.clone();
        Box::new(ChatLogEntry::from_ack(self.seq, timestamp, message))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct HistoryFrame {
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) messages: Vec<MessageResponse>,
    pub(super) has_more: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct ErrorFrame {
    #[serde(default)]
    pub(super) error_code: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) fatal: bool,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) client_message_id: Option<String>,
}

impl ErrorFrame {
    pub(super) fn to_api_error(&self) -> ApiError {
        ApiError {
            status: None,
            code: self.error_code.clone(),
            detail: self.message.clone(),
            field_errors: Vec::new(),
            retry_after: None,
            request_id: None,
        }
    }
}

#[derive(Deserialize)]
struct FrameHead<'a> {
    #[serde(borrow)]
    event_type: Cow<'a, str>,
    seq: Option<i64>,
}

#[derive(Deserialize)]
struct PongFrame {
    #[serde(rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct TypingFrame {
    user_id: String,
    state: String,
}

#[derive(Deserialize)]
struct ReadFrame {
    user_id: String,
    seq: i64,
}

#[derive(Deserialize)]
struct LaggedFrame {
    from: i64,
    to: i64,
}

impl ServerFrame {
    /// Decodes a frame; `None` if it is not one of this API.
    pub(super) fn decode(text: &str) -> Option<Self> {
        let head: FrameHead<'_> = serde_json::from_str(text).ok()?;
        let frame = match &*head.event_type {
            "connection_established" => Self::Established(parse_json(text)?),
            "message_received" => Self::MessageReceived(parse_json(text)?),
            "history" => Self::History(parse_json(text)?),
            "pong" => Self::Pong(parse_json::<PongFrame>(text)?.reference),
            "error" => match parse_json::<ErrorFrame>(text)? {
                ErrorFrame {
                    fatal: true,
                    error_code,
                    ..
                } => Self::FatalError(error_code),
                error => Self::Error(error),
            },
            "typing" => {
                let TypingFrame { user_id, state } = parse_json(text)?;
                let is_typing = state == "start";
                Self::Ephemeral(ChatEvent::Typing {
                    user: user_id,
                    is_typing,
                })
            }
            "read" => {
                let ReadFrame { user_id, seq } = parse_json(text)?;
                Self::Ephemeral(ChatEvent::Read { user: user_id, seq })
            }
            "lagged" => {
                let LaggedFrame { from, to } = parse_json(text)?;
                Self::Ephemeral(ChatEvent::Lagged { from, to })
            }
            other if let Some(seq) = head.seq => Self::Entry(
                // Any other frame with a seq is an entry, and keeps its seq even if it cannot be decoded.
                parse_json(text).unwrap_or_else(|| Box::new(ChatLogEntry::unknown(seq, other))),
            ),
            other => Self::Ephemeral(ChatEvent::Unknown {
                event_type: other.to_owned(),
                fields: parse_json::<Map<String, Value>>(text)?,
            }),
        };
        Some(frame)
    }
}

fn parse_json<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Frame of the client, except messages.
#[derive(Serialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub(super) enum ClientFrame<'a> {
    Typing {
        state: &'static str,
    },
    Read {
        seq: i64,
    },
    History {
        #[serde(skip_serializing_if = "Option::is_none")]
        before_seq: Option<i64>,
        limit: u32,
        #[serde(rename = "ref")]
        reference: &'a str,
    },
    Ping {
        #[serde(rename = "ref")]
        reference: &'a str,
    },
}

impl ClientFrame<'_> {
    pub(super) fn encode(&self) -> String {
        // Only maps with non-string keys could fail; none is sent.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_with_seq_decodes_as_log_entry() {
        let entry = r#"{"event_type":"new_thing","timestamp":"t","seq":4}"#;
        assert!(
            matches!(ServerFrame::decode(entry), Some(ServerFrame::Entry(entry)) if entry.seq == 4)
        );
        let ephemeral = r#"{"event_type":"message_stream_token","timestamp":"t","token":"a"}"#;
        let Some(ServerFrame::Ephemeral(ChatEvent::Unknown { event_type, fields })) =
            ServerFrame::decode(ephemeral)
        else {
            panic!("it is passed on")
        };
        assert_eq!(
            (event_type.as_str(), fields["token"].as_str()),
            ("message_stream_token", Some("a"))
        );
        let read = r#"{"event_type":"read","timestamp":"t","user_id":"u","seq":4}"#;
        assert!(matches!(
            ServerFrame::decode(read),
            Some(ServerFrame::Ephemeral(ChatEvent::Read { seq: 4, .. }))
        ));
        for invalid in ["", "[]", "{}", "7", r#"{"event_type":"message_received"}"#] {
            assert!(ServerFrame::decode(invalid).is_none(), "{invalid}");
        }
    }

    #[test]
    fn client_frame_encodes_as_action_json() {
        let typing = ClientFrame::Typing { state: "start" };
        assert_eq!(typing.encode(), r#"{"action":"typing","state":"start"}"#);
        let history = ClientFrame::History {
            before_seq: None,
            limit: 5,
            reference: "1",
        };
        assert_eq!(
            history.encode(),
            r#"{"action":"history","limit":5,"ref":"1"}"#
        );
    }
}
