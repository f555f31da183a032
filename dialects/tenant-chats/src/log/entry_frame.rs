//! The wire form of a log entry, the same over HTTP and on sockets.

use parlor_engine::log::LogPage;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::time;
use parlor_model::Timestamp;
use parlor_model::conversation::ConversationState;
use parlor_model::id::MessageId;
use parlor_model::log::{LogEntry, LogEntryKind, LogItem};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::chat::chat_status;
use crate::ids;
use crate::message::MessageResponse;

/// One entry of a chat's log. Which fields there are beyond the first three depends on `event_type`.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Frame)]
pub(crate) struct LogEntryFrame {
    /// `message_created`, `message_updated`, `message_deleted`, `chat_created`, `chat_updated`, `participant_joined`,
    /// `participant_left`, or `empty` for a position that holds nothing to show: a deleted message's, or one that was
    /// never said.
    pub(crate) event_type: &'static str,
    timestamp: String,
    /// The position in the chat's log.
    pub(crate) seq: i64,
    /// Of message events: the message as it reads now; absent where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<MessageResponse>,
    /// Of message events: which message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message_id: Option<String>,
    /// Of chat events: the chat's id and what is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    chat: Option<ChatChanges>,
    /// Of participant events: the first of `user_ids`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_id: Option<String>,
    /// Of participant events: who joined, left or was removed, as far as they still exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_ids: Option<Vec<String>>,
}

/// What is new of a chat.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = News)]
struct ChatChanges {
    /// The chat.
    id: String,
    /// Its new title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    title: Option<String>,
    /// Its new status, `active` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<&'static str>,
}

impl LogEntryFrame {
    /// Renders a log item. Members and messages that it refers to are taken from its page.
    pub(crate) fn from_item(item: &LogItem, page: &LogPage) -> Self {
        match item {
            LogItem::Message(message) if message.role.is_conversational() => Self {
                message_id: Some(format_uuid(message.id)),
                message: Some(MessageResponse::from_message((**message).clone())),
                ..Self::with_type("message_created", message.seq, message.created_at)
            },
            LogItem::Message(message) => Self::with_type("empty", message.seq, message.created_at),
            LogItem::Tombstone { seq, at } => Self::with_type("empty", *seq, *at),
            LogItem::Entry(entry) => Self::from_entry(entry, page),
        }
    }

    fn with_type(event_type: &'static str, seq: i64, at: Timestamp) -> Self {
        Self {
            event_type,
            timestamp: time::format_iso(at),
            seq,
            ..Self::default()
        }
    }

    fn from_entry(entry: &LogEntry, page: &LogPage) -> Self {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
        let at = |event_type| Self::with_type(event_type, entry.seq, entry.at);
        match entry.kind {
            LogEntryKind::Created => Self {
                chat: Some(ChatChanges::from_payload(&payload, page)),
                ..at("chat_created")
            },
            LogEntryKind::Changed => Self {
                chat: Some(ChatChanges::from_payload(&payload, page)),
                ..at("chat_updated")
            },
            LogEntryKind::Joined => at("participant_joined").with_users(&payload, page),
            LogEntryKind::Left | LogEntryKind::Removed => {
                at("participant_left").with_users(&payload, page)
            }
            LogEntryKind::MessageEdited => match edited_message(&payload, page) {
                // Edits of other messages, such as instructions, are not revealed.
                Some((id, Some(message))) if message.role.is_conversational() => Self {
                    message_id: Some(format_uuid(id)),
                    message: Some(MessageResponse::from_message(message.clone())),
                    ..at("message_updated")
                },
                Some((id, None)) => Self {
                    message_id: Some(format_uuid(id)),
                    ..at("message_updated")
                },
                _ => at("empty"),
            },
            LogEntryKind::MessageDeleted => Self {
                message_id: payload["message"].as_str().map(str::to_owned),
                ..at("message_deleted")
            },
            // This dialect has neither ratings nor carriers.
            LogEntryKind::MessageRated | LogEntryKind::MessageDelivery => at("empty"),
        }
    }

    fn with_users(mut self, payload: &Value, page: &LogPage) -> Self {
        let numbers = payload["members"].as_array().into_iter().flatten();
        let users: Vec<_> = numbers
            .filter_map(|number| page.members.get(&number.as_i64()?))
            .map(ids::format_user_id)
            .collect();
        self.user_id = users.first().cloned();
        self.user_ids = Some(users);
        self
    }
}

fn edited_message<'k>(
    payload: &Value,
    page: &'k LogPage,
) -> Option<(MessageId, Option<&'k parlor_model::message::Message>)> {
    let id = parse_uuid(payload["message"].as_str()?)?;
    Some((id, page.messages.get(&id)))
}

impl ChatChanges {
    fn from_payload(payload: &Value, page: &LogPage) -> Self {
        Self {
            id: format_uuid(page.conversation),
            title: payload["title"].as_str().map(str::to_owned),
            status: payload["state"]
                .as_str()
                .and_then(ConversationState::from_name)
                .map(chat_status),
        }
    }
}
