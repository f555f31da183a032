//! The events of a group. Messages look as `GET .../message` shows them.

use parlor_engine::conversation::LogPage;
use parlor_gateway::DisconnectReason;
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::sse::{EventEncoder, SseEvent};
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::time::format_iso;
use parlor_model::id::ConversationId;
use parlor_model::log::{LogEntry, LogEntryKind, LogItem};
use parlor_model::message as core;
use parlor_model::realtime::EphemeralEvent;
use serde::Serialize;
use serde_json::Value;

use crate::message::MessageResponse;

/// Tells one group.
pub(super) struct GroupEventEncoder {
    pub(super) group: ConversationId,
}

/// What all events have that are no messages.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupEventData<T> {
    group_id: String,
    #[serde(flatten)]
    what: T,
}

/// What is new of a group.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupUpdateData {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    updated_at: String,
}

/// A message that is gone.
#[derive(Serialize)]
struct MessageDeletedData {
    id: String,
}

/// Where the stream takes up the group.
#[derive(Serialize)]
struct StreamOpenedData {
    resumed: bool,
    replayed: i64,
    /// Why it does not go on where the reader says it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct StreamEndedData {
    error: &'static str,
    message: &'static str,
}

impl GroupEventEncoder {
    fn build_event(&self, name: &'static str, what: impl Serialize) -> SseEvent {
        let group_id = format_uuid(self.group);
        SseEvent::new(name, &GroupEventData { group_id, what })
    }

    fn encode_entry(&self, entry: &LogEntry, known: &LogPage) -> Option<SseEvent> {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
        let message = || parse_uuid(payload["message"].as_str()?);
        match entry.kind {
            // A new name is all that is shown of a group beside its messages.
            LogEntryKind::Created
            | LogEntryKind::Joined
            | LogEntryKind::Left
            | LogEntryKind::Removed
            | LogEntryKind::MessageRated => None,
            LogEntryKind::Changed => payload["title"].as_str().map(|title| {
                let news = GroupUpdateData {
                    name: Some(title.to_owned()),
                    updated_at: format_iso(entry.at),
                };
                self.build_event("group.updated", news)
            }),
            // What is gone meanwhile has an entry of its own.
            LogEntryKind::MessageEdited => {
                message_event("message.updated", known.messages.get(&message()?)?)
            }
            LogEntryKind::MessageDeleted => {
                let id = format_uuid::<parlor_model::id::kind::Message>(message()?);
                Some(self.build_event("message.deleted", MessageDeletedData { id }))
            }
        }
    }
}

/// A message, where it is one that is shown.
fn message_event(name: &'static str, message: &core::Message) -> Option<SseEvent> {
    let is_said = message.role.is_conversational();
    is_said.then(|| SseEvent::new(name, &MessageResponse::from(message.clone())))
}

impl EventEncoder for GroupEventEncoder {
    const CACHE_KEY: &'static str = "group-events";

    fn encode_item(&self, item: &LogItem, known: &LogPage) -> Option<SseEvent> {
        match item {
            LogItem::Message(message) => message_event("message.created", message),
            LogItem::Tombstone { .. } => None,
            LogItem::Entry(entry) => self.encode_entry(entry, known),
        }
    }

    fn encode_ephemeral(&self, _: &EphemeralEvent) -> Option<SseEvent> {
        None
    }

    fn opened_event(&self, taken: ResumePoint) -> SseEvent {
        let opened = StreamOpenedData {
            resumed: taken.resumed,
            replayed: taken.replay_count(),
            reason: taken.reason(),
        };
        self.build_event("stream.opened", opened)
    }

    fn ended_event(&self, why: DisconnectReason) -> SseEvent {
        let (error, message) = match why {
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
