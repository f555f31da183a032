//! Events of a group. Messages have the form of `GET .../message`.

use parlor_engine::log::LogPage;
use parlor_gateway::DisconnectReason;
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::sse::{EventEncoder, SseEvent};
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::time::format_iso;
use parlor_model::id::ConversationId;
use parlor_model::log::{LogEntry, LogEntryKind, LogItem};
use parlor_model::message::Message;
use parlor_model::realtime::EphemeralEvent;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::message::MessageResponse;

/// Encodes the log of one group.
pub(super) struct GroupEventEncoder {
    pub(super) group: ConversationId,
}

/// Data of every event other than messages.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupEventData<T> {
    group_id: String,
    #[serde(flatten)]
    data: T,
}

/// Data of `group.updated`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupUpdateData {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    updated_at: String,
}

/// Data of `message.deleted`.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageDeletedData {
    id: String,
}

/// Data of `stream.opened`.
#[derive(Serialize, ToSchema)]
pub(super) struct StreamOpenedData {
    resumed: bool,
    replayed: i64,
    /// Why the stream does not resume at the requested position.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// Data of `stream.ended`.
#[derive(Serialize, ToSchema)]
pub(super) struct StreamEndedData {
    error: &'static str,
    message: &'static str,
}

impl GroupEventEncoder {
    fn build_event(&self, name: &'static str, data: impl Serialize) -> SseEvent {
        let group_id = format_uuid(self.group);
        SseEvent::new(name, &GroupEventData { group_id, data })
    }

    fn encode_entry(&self, entry: &LogEntry, referenced: &LogPage) -> Option<SseEvent> {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
        let message = || parse_uuid(payload["message"].as_str()?);
        match entry.kind {
            // Of a group's own state, only the name is published.
            LogEntryKind::Created
            | LogEntryKind::Joined
            | LogEntryKind::Left
            | LogEntryKind::Removed
            | LogEntryKind::MessageRated
            | LogEntryKind::MessageDelivery => None,
            LogEntryKind::Changed => payload["title"].as_str().map(|title| {
                let update = GroupUpdateData {
                    name: Some(title.to_owned()),
                    updated_at: format_iso(entry.at),
                };
                self.build_event("group.updated", update)
            }),
            // A message deleted in the meantime is missing from `referenced` and has an entry of its own.
            LogEntryKind::MessageEdited => {
                message_event("message.updated", referenced.messages.get(&message()?)?)
            }
            LogEntryKind::MessageDeleted => {
                let id = format_uuid::<parlor_model::id::kind::Message>(message()?);
                Some(self.build_event("message.deleted", MessageDeletedData { id }))
            }
        }
    }
}

/// Encodes a message, `None` for roles that groups do not show.
fn message_event(name: &'static str, message: &Message) -> Option<SseEvent> {
    let is_visible = message.role.is_conversational();
    is_visible.then(|| SseEvent::new(name, &MessageResponse::from(message.clone())))
}

impl EventEncoder for GroupEventEncoder {
    const CACHE_KEY: &'static str = "group-events";

    fn encode_item(&self, item: &LogItem, referenced: &LogPage) -> Option<SseEvent> {
        match item {
            LogItem::Message(message) => message_event("message.created", message),
            LogItem::Tombstone { .. } => None,
            LogItem::Entry(entry) => self.encode_entry(entry, referenced),
        }
    }

    fn encode_ephemeral(&self, _: &EphemeralEvent) -> Option<SseEvent> {
        None
    }

    fn opened_event(&self, resume_point: ResumePoint) -> SseEvent {
        let opened = StreamOpenedData {
            resumed: resume_point.resumed,
            replayed: resume_point.replay_count(),
            reason: resume_point.reason(),
        };
        self.build_event("stream.opened", opened)
    }

    fn ended_event(&self, reason: DisconnectReason) -> SseEvent {
        let (error, message) = match reason {
            DisconnectReason::Shutdown => {
                ("Service Unavailable", "The server stops, connect again")
            }
            DisconnectReason::CredentialRevoked => {
                ("Unauthorized", "Invalid or missing access token")
            }
            DisconnectReason::Forbidden | DisconnectReason::Closed => {
                ("Forbidden", "Not allowed any more")
            }
            DisconnectReason::Deleted => ("Error", "Group not found"),
            DisconnectReason::Protocol
            | DisconnectReason::InvalidText
            | DisconnectReason::FrameTooLarge
            | DisconnectReason::TooManyInvalidFrames
            | DisconnectReason::PongTimeout
            | DisconnectReason::SlowConsumer
            | DisconnectReason::InternalError => ("Internal Server Error", "The stream broke off"),
        };
        self.build_event("stream.ended", StreamEndedData { error, message })
    }
}
