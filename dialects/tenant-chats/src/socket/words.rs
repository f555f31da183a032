//! What the server says beyond the entries of the log.

use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::{ids as core, time};
use parlor_model::Timestamp;
use parlor_model::id::{ConversationId, MessageId, WorkspaceId};
use serde::Serialize;

use super::asked::{Asked, Mistake};
use crate::message::ChatMessage;

/// A frame's text.
pub(crate) fn text(frame: &impl Serialize) -> Utf8Bytes {
    // Only a map with keys that are not text could fail; no frame has one.
    serde_json::to_string(frame).unwrap_or_default().into()
}

/// A frame on a socket that follows many conversations: the same, and which one it is of.
#[derive(Serialize)]
pub(crate) struct About<'a, T> {
    #[serde(flatten)]
    frame: &'a T,
    conversation: String,
}

impl<'a, T> About<'a, T> {
    pub(crate) fn new(frame: &'a T, conversation: ConversationId) -> Self {
        Self {
            frame,
            conversation: core::dashed(conversation),
        }
    }
}

/// What every frame begins with.
#[derive(Serialize)]
pub(crate) struct Head {
    event_type: &'static str,
    timestamp: String,
}

impl Head {
    pub(crate) fn new(event_type: &'static str, now: Timestamp) -> Self {
        Self {
            event_type,
            timestamp: time::iso(now),
        }
    }
}

/// The first frame: whose connection to which chat it is, and in version 2 where its log stands.
#[derive(Serialize)]
pub(crate) struct Established<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) user_id: &'a str,
    pub(crate) chat_id: String,
    pub(crate) tenant_id: String,
    #[serde(flatten)]
    pub(crate) resume: Option<Resume>,
}

/// Where a connection takes up the log.
#[derive(Serialize)]
pub(crate) struct Resume {
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

impl<'a> Established<'a> {
    pub(crate) fn new(
        now: Timestamp,
        user_id: &'a str,
        chat: ConversationId,
        tenant: WorkspaceId,
        resume: Option<Resume>,
    ) -> Self {
        Self {
            head: Head::new("connection_established", now),
            user_id,
            chat_id: core::dashed(chat),
            tenant_id: core::dashed(tenant),
            resume,
        }
    }
}

/// The user was made by this connection.
#[derive(Serialize)]
pub(crate) struct UserCreated<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) user_id: &'a str,
}

/// What the client said is stored. After api-reference/chats/websocket; what follows `content` is this server's own.
#[derive(Serialize)]
pub(crate) struct Received<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
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

impl<'a> Received<'a> {
    pub(crate) fn new(
        at: Timestamp,
        id: MessageId,
        chat: ConversationId,
        (user_id, content): (&'a str, &'a str),
        seq: i64,
    ) -> Self {
        Self {
            head: Head::new("message_received", at),
            message_id: core::dashed(id),
            chat_id: core::dashed(chat),
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
pub(crate) struct StreamStarted {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) chat_id: String,
    /// Who answers.
    pub(crate) user_id: String,
    pub(crate) message_id: String,
}

/// A piece of an answer, with the spaces around it. After api-reference/chats/websocket; `message_id` and `index` are this
/// server's own.
#[derive(Serialize)]
pub(crate) struct StreamToken<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) message_id: String,
    pub(crate) chat_id: String,
    pub(crate) token: &'a str,
    pub(crate) index: u64,
}

/// An answer is stored. After api-reference/chats/websocket up to `content`; the rest is this server's own.
#[derive(Serialize)]
pub(crate) struct StreamEnded<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
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
pub(crate) struct History<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
    pub(crate) messages: Vec<ChatMessage>,
    pub(crate) has_more: bool,
}

/// Somebody types or has stopped.
#[derive(Serialize)]
pub(crate) struct Typing<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) user_id: &'a str,
    pub(crate) state: &'static str,
}

/// Somebody has read up to a position.
#[derive(Serialize)]
pub(crate) struct Read<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) user_id: &'a str,
    pub(crate) seq: i64,
}

/// Who came and who went, of those who have a conversation on screen.
#[derive(Serialize)]
pub(crate) struct Presence {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) online: Vec<String>,
    pub(crate) offline: Vec<String>,
    pub(crate) count: usize,
}

/// The answer to a ping of the client's own.
#[derive(Serialize)]
pub(crate) struct Pong<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<&'a str>,
}

/// The listener was too slow: what is between these positions comes from the log.
#[derive(Serialize)]
pub(crate) struct Lagged {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// Something was refused; after a fatal one the socket is closed. After api-reference/chats/websocket up to `details`.
#[derive(Serialize)]
pub(crate) struct Refused<'a> {
    #[serde(flatten)]
    pub(crate) head: Head,
    pub(crate) error_code: &'static str,
    pub(crate) error_message: &'a str,
    pub(crate) details: Remedy,
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
pub(crate) struct Remedy {
    pub(crate) fix: &'static str,
}

impl<'a> Refused<'a> {
    /// What leaves the socket open.
    pub(crate) fn of(mistake: &'a Mistake, asked: &'a Asked, now: Timestamp) -> Self {
        Self {
            head: Head::new("error", now),
            error_code: mistake.code,
            error_message: &mistake.said,
            details: Remedy { fix: mistake.fix() },
            message: &mistake.said,
            fatal: false,
            reference: asked.reference.as_deref(),
            client_message_id: asked.client_message_id.as_deref(),
        }
    }
}
