//! What the server says beyond the entries of the log.

use axum::extract::ws::Utf8Bytes;
use parlor_kit::{ids as core, time};
use parlor_model::Timestamp;
use parlor_model::id::{ConversationId, MessageId, WorkspaceId};
use serde::Serialize;

use crate::message::ChatMessage;

/// A frame's text.
pub(super) fn text(frame: &impl Serialize) -> Utf8Bytes {
    // Only a map with keys that are not text could fail; no frame has one.
    serde_json::to_string(frame).unwrap_or_default().into()
}

/// What every frame begins with.
#[derive(Serialize)]
pub(super) struct Head {
    event_type: &'static str,
    timestamp: String,
}

impl Head {
    pub(super) fn new(event_type: &'static str, now: Timestamp) -> Self {
        Self {
            event_type,
            timestamp: time::iso(now),
        }
    }
}

/// The first frame: whose connection to which chat it is, and in version 2 where its log stands.
#[derive(Serialize)]
pub(super) struct Established<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) user_id: &'a str,
    pub(super) chat_id: String,
    pub(super) tenant_id: String,
    #[serde(flatten)]
    pub(super) resume: Option<Resume>,
}

/// Where a connection takes up the log.
#[derive(Serialize)]
pub(super) struct Resume {
    pub(super) connection_id: String,
    pub(super) protocol: u8,
    /// The newest position of the log.
    pub(super) seq: i64,
    pub(super) epoch: String,
    pub(super) resumed: bool,
    /// How many entries follow that happened before.
    pub(super) replayed: i64,
    pub(super) ping_interval_ms: u64,
}

impl<'a> Established<'a> {
    pub(super) fn new(
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
pub(super) struct UserCreated<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) user_id: &'a str,
}

/// What the client said is stored.
#[derive(Serialize)]
pub(super) struct Received<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) message_id: String,
    pub(super) chat_id: String,
    pub(super) user_id: &'a str,
    pub(super) seq: i64,
    pub(super) client_message_id: Option<&'a str>,
    pub(super) duplicate: bool,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
}

impl<'a> Received<'a> {
    pub(super) fn new(
        at: Timestamp,
        id: MessageId,
        chat: ConversationId,
        user_id: &'a str,
        seq: i64,
    ) -> Self {
        Self {
            head: Head::new("message_received", at),
            message_id: core::dashed(id),
            chat_id: core::dashed(chat),
            user_id,
            seq,
            client_message_id: None,
            duplicate: false,
            reference: None,
        }
    }
}

/// A stretch of the messages before a position, oldest first.
#[derive(Serialize)]
pub(super) struct History<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    pub(super) messages: Vec<ChatMessage>,
    pub(super) has_more: bool,
}

/// Somebody types or has stopped.
#[derive(Serialize)]
pub(super) struct Typing<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) user_id: &'a str,
    pub(super) state: &'static str,
}

/// Somebody has read up to a position.
#[derive(Serialize)]
pub(super) struct Read<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) user_id: &'a str,
    pub(super) seq: i64,
}

/// The answer to a ping of the client's own.
#[derive(Serialize)]
pub(super) struct Pong<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
}

/// The listener was too slow: what is between these positions comes from the log.
#[derive(Serialize)]
pub(super) struct Lagged {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Something was refused; after a fatal one the socket is closed.
#[derive(Serialize)]
pub(super) struct Refused<'a> {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) error_code: &'static str,
    pub(super) message: &'a str,
    pub(super) fatal: bool,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_message_id: Option<&'a str>,
}
