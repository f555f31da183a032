//! Frames from the server, except log entries.

use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::ids::format_uuid;
use parlor_kit::time;
use parlor_model::Timestamp;
use parlor_model::id::{ConversationId, MessageId, WorkspaceId};
use parlor_model::member::MemberRef;
use parlor_model::message::Message;
use serde::Serialize;

use super::client::{ClientFrame, FrameError};
use crate::ids;
use crate::message::MessageResponse;

/// Encodes a frame as JSON text.
pub(crate) fn to_text(frame: &impl Serialize) -> Utf8Bytes {
    // Serialization fails only for maps with non-string keys; no frame has one.
    serde_json::to_string(frame).unwrap_or_default().into()
}

/// A frame on `/live`, with the conversation it is of.
#[derive(Serialize)]
pub(crate) struct AddressedFrame<'a, T> {
    #[serde(flatten)]
    frame: &'a T,
    conversation: String,
}

impl<'a, T> AddressedFrame<'a, T> {
    pub(crate) fn new(frame: &'a T, conversation: ConversationId) -> Self {
        Self {
            frame,
            conversation: format_uuid(conversation),
        }
    }
}

/// The first fields of every frame.
#[derive(Serialize)]
pub(crate) struct FrameHead {
    event_type: &'static str,
    timestamp: String,
}

impl FrameHead {
    pub(crate) fn new(event_type: &'static str, now: Timestamp) -> Self {
        Self {
            event_type,
            timestamp: time::format_iso(now),
        }
    }
}

/// The first frame of a chat's socket, in version 2 with the state of its log.
#[derive(Serialize)]
pub(crate) struct EstablishedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) user_id: &'a str,
    pub(crate) chat_id: String,
    pub(crate) tenant_id: String,
    #[serde(flatten)]
    pub(crate) resume: Option<ResumeInfo>,
}

/// State of the log at the handshake, and where it resumes.
#[derive(Serialize)]
pub(crate) struct ResumeInfo {
    pub(crate) connection_id: String,
    pub(crate) protocol: u8,
    /// The last seq of the log.
    pub(crate) seq: i64,
    pub(crate) epoch: String,
    pub(crate) resumed: bool,
    /// Number of entries that will be replayed.
    pub(crate) replayed: i64,
    /// Why the log does not resume at the client's position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'static str>,
    pub(crate) ping_interval_ms: u64,
}

impl<'a> EstablishedFrame<'a> {
    pub(crate) fn new(
        now: Timestamp,
        user_id: &'a str,
        chat: ConversationId,
        tenant: WorkspaceId,
        resume: Option<ResumeInfo>,
    ) -> Self {
        Self {
            head: FrameHead::new("connection_established", now),
            user_id,
            chat_id: format_uuid(chat),
            tenant_id: format_uuid(tenant),
            resume,
        }
    }
}

/// The handshake created the user.
#[derive(Serialize)]
pub(crate) struct UserCreatedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) user_id: &'a str,
}

/// Acknowledges a message of the client. After api-reference/chats/websocket; the fields after `content` are this server's
/// own.
#[derive(Serialize)]
pub(crate) struct MessageReceivedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) message_id: String,
    pub(crate) chat_id: String,
    pub(crate) user_id: &'a str,
    /// The content that the client sent.
    pub(crate) content: &'a str,
    pub(crate) seq: i64,
    pub(crate) client_message_id: Option<&'a str>,
    pub(crate) duplicate: bool,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
}

impl<'a> MessageReceivedFrame<'a> {
    pub(crate) fn new(
        at: Timestamp,
        id: MessageId,
        chat: ConversationId,
        (user_id, content): (&'a str, &'a str),
        seq: i64,
    ) -> Self {
        Self {
            head: FrameHead::new("message_received", at),
            message_id: format_uuid(id),
            chat_id: format_uuid(chat),
            user_id,
            content,
            seq,
            client_message_id: None,
            duplicate: false,
            reference: None,
        }
    }
}

/// A stream of an assistant's message begins, or goes on for a socket that joins it. After api-reference/chats/websocket;
/// `message_id` and what follows are this server's own.
#[derive(Serialize)]
pub(crate) struct StreamStartedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) chat_id: String,
    /// The assistant's user id.
    pub(crate) user_id: String,
    pub(crate) message_id: String,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<String>,
    /// Text so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<&'a str>,
    /// Index of the next token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_index: Option<u32>,
}

/// A token of a stream, with surrounding whitespace. After api-reference/chats/websocket; `message_id` and `index` are this
/// server's own.
#[derive(Serialize)]
pub(crate) struct StreamTokenFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) message_id: String,
    pub(crate) chat_id: String,
    pub(crate) token: &'a str,
    pub(crate) index: u32,
}

/// The streamed message is stored, or, without `seq`, there is none. After api-reference/chats/websocket up to `content`;
/// the rest is this server's own.
#[derive(Serialize)]
pub(crate) struct StreamEndedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) message_id: String,
    pub(crate) chat_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    pub(crate) content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seq: Option<i64>,
    pub(crate) finish_reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<String>,
}

impl<'a> StreamEndedFrame<'a> {
    /// Creates the frame of a stored message.
    pub(crate) fn new(message: &'a Message, chat: ConversationId) -> Self {
        Self {
            head: FrameHead::new("message_stream_ended", message.created_at),
            message_id: format_uuid(message.id),
            chat_id: format_uuid(chat),
            user_id: Some(sender_user_id(message.author.as_ref())),
            content: message.text.as_str(),
            seq: Some(message.seq),
            finish_reason: message.details.finish_reason.as_deref().unwrap_or("stop"),
            created_at: Some(time::format_iso(message.created_at)),
        }
    }
}

/// Returns the user id of a message's sender, or `assistant` if it has none.
pub(super) fn sender_user_id(author: Option<&MemberRef>) -> String {
    let author = author.map(ids::format_user_id);
    author.unwrap_or_else(|| "assistant".to_owned())
}

/// Messages before a seq, oldest first.
#[derive(Serialize)]
pub(crate) struct HistoryFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
    pub(crate) messages: Vec<MessageResponse>,
    pub(crate) has_more: bool,
}

/// A user started or stopped typing.
#[derive(Serialize)]
pub(crate) struct TypingFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) user_id: &'a str,
    pub(crate) state: &'static str,
}

/// A user has read up to a seq.
#[derive(Serialize)]
pub(crate) struct ReadFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) user_id: &'a str,
    pub(crate) seq: i64,
}

/// A change of the users that are present in a conversation.
#[derive(Serialize)]
pub(crate) struct PresenceFrame {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) online: Vec<String>,
    pub(crate) offline: Vec<String>,
    pub(crate) count: usize,
}

/// Answers the client's action `ping`.
#[derive(Serialize)]
pub(crate) struct PongFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
}

/// The subscriber was too slow: the entries between these seqs are replayed from the log.
#[derive(Serialize)]
pub(crate) struct LaggedFrame {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// An error; the socket is closed after a fatal one. After api-reference/chats/websocket up to `details`.
#[derive(Serialize)]
pub(crate) struct ErrorFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) error_code: &'static str,
    pub(crate) error_message: &'a str,
    pub(crate) details: ErrorDetails,
    /// Equals `error_message`, under this server's own name.
    pub(crate) message: &'a str,
    pub(crate) fatal: bool,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_message_id: Option<&'a str>,
}

/// How to avoid the error.
#[derive(Serialize)]
pub(crate) struct ErrorDetails {
    pub(crate) fix: &'static str,
}

impl<'a> ErrorFrame<'a> {
    /// Creates an error frame that leaves the socket open.
    pub(crate) fn from_error(
        error: &'a FrameError,
        frame: &'a ClientFrame,
        now: Timestamp,
    ) -> Self {
        Self {
            head: FrameHead::new("error", now),
            error_code: error.code,
            error_message: &error.message,
            details: ErrorDetails { fix: error.hint() },
            message: &error.message,
            fatal: false,
            reference: frame.reference.as_deref(),
            client_message_id: frame.client_message_id.as_deref(),
        }
    }
}
