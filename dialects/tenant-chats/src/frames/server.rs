//! What the server says beyond the entries of the log.

use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::{ids as core, time};
use parlor_model::Timestamp;
use parlor_model::id::{ConversationId, MessageId, WorkspaceId};
use serde::Serialize;

use super::client::{ClientFrame, FrameError};
use crate::message::MessageResponse;

/// A frame's text.
pub(crate) fn to_text(frame: &impl Serialize) -> Utf8Bytes {
    // Only a map with keys that are not text could fail; no frame has one.
    serde_json::to_string(frame).unwrap_or_default().into()
}

/// A frame on a socket that follows many conversations: the same, and which one it is of.
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
            conversation: core::format_uuid(conversation),
        }
    }
}

/// What every frame begins with.
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

/// The first frame: whose connection to which chat it is, and in version 2 where its log stands.
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

/// Where a connection takes up the log.
#[derive(Serialize)]
pub(crate) struct ResumeInfo {
    pub(crate) connection_id: String,
    pub(crate) protocol: u8,
    /// The newest position of the log.
    pub(crate) seq: i64,
    pub(crate) epoch: String,
    pub(crate) resumed: bool,
    /// How many entries follow that happened before.
    pub(crate) replayed: i64,
    /// Why the log is not taken up where the client says it was.
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
            chat_id: core::format_uuid(chat),
            tenant_id: core::format_uuid(tenant),
            resume,
        }
    }
}

/// The user was made by this connection.
#[derive(Serialize)]
pub(crate) struct UserCreatedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) user_id: &'a str,
}

/// What the client said is stored. After api-reference/chats/websocket; what follows `content` is this server's own.
#[derive(Serialize)]
pub(crate) struct MessageReceivedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) message_id: String,
    pub(crate) chat_id: String,
    pub(crate) user_id: &'a str,
    /// What the client said.
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
            message_id: core::format_uuid(id),
            chat_id: core::format_uuid(chat),
            user_id,
            content,
            seq,
            client_message_id: None,
            duplicate: false,
            reference: None,
        }
    }
}

/// An answer begins. After api-reference/chats/websocket; `message_id` is this server's own.
#[derive(Serialize)]
pub(crate) struct StreamStartedFrame {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) chat_id: String,
    /// Who answers.
    pub(crate) user_id: String,
    pub(crate) message_id: String,
}

/// A piece of an answer, with the spaces around it. After api-reference/chats/websocket; `message_id` and `index` are this
/// server's own.
#[derive(Serialize)]
pub(crate) struct StreamTokenFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) message_id: String,
    pub(crate) chat_id: String,
    pub(crate) token: &'a str,
    pub(crate) index: u64,
}

/// An answer is stored. After api-reference/chats/websocket up to `content`; the rest is this server's own.
#[derive(Serialize)]
pub(crate) struct StreamEndedFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) message_id: String,
    pub(crate) chat_id: String,
    pub(crate) user_id: String,
    pub(crate) content: &'a str,
    pub(crate) seq: i64,
    pub(crate) finish_reason: &'a str,
    pub(crate) created_at: String,
}

/// A stretch of the messages before a position, oldest first.
#[derive(Serialize)]
pub(crate) struct HistoryFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
    pub(crate) messages: Vec<MessageResponse>,
    pub(crate) has_more: bool,
}

/// Somebody types or has stopped.
#[derive(Serialize)]
pub(crate) struct TypingFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) user_id: &'a str,
    pub(crate) state: &'static str,
}

/// Somebody has read up to a position.
#[derive(Serialize)]
pub(crate) struct ReadFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) user_id: &'a str,
    pub(crate) seq: i64,
}

/// Who came and who went, of those who have a conversation on screen.
#[derive(Serialize)]
pub(crate) struct PresenceFrame {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) online: Vec<String>,
    pub(crate) offline: Vec<String>,
    pub(crate) count: usize,
}

/// The answer to a ping of the client's own.
#[derive(Serialize)]
pub(crate) struct PongFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
}

/// The listener was too slow: what is between these positions comes from the log.
#[derive(Serialize)]
pub(crate) struct LaggedFrame {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// Something was refused; after a fatal one the socket is closed. After api-reference/chats/websocket up to `details`.
#[derive(Serialize)]
pub(crate) struct ErrorFrame<'a> {
    #[serde(flatten)]
    pub(crate) head: FrameHead,
    pub(crate) error_code: &'static str,
    pub(crate) error_message: &'a str,
    pub(crate) details: ErrorDetails,
    /// The same as `error_message`, by this server's own name for it.
    pub(crate) message: &'a str,
    pub(crate) fatal: bool,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_message_id: Option<&'a str>,
}

/// What to do about it.
#[derive(Serialize)]
pub(crate) struct ErrorDetails {
    pub(crate) fix: &'static str,
}

impl<'a> ErrorFrame<'a> {
    /// What leaves the socket open.
    pub(crate) fn from_error(
        mistake: &'a FrameError,
        asked: &'a ClientFrame,
        now: Timestamp,
    ) -> Self {
        Self {
            head: FrameHead::new("error", now),
            error_code: mistake.code,
            error_message: &mistake.message,
            details: ErrorDetails {
                fix: mistake.hint(),
            },
            message: &mistake.message,
            fatal: false,
            reference: asked.reference.as_deref(),
            client_message_id: asked.client_message_id.as_deref(),
        }
    }
}
