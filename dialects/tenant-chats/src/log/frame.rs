//! A log entry as a frame: the same words wherever the log is read.

use parlor_engine::conversation::Chronicle;
use parlor_kit::{ids as core, time};
use parlor_model::Timestamp;
use parlor_model::conversation::State;
use parlor_model::id::MessageId;
use parlor_model::log::{Entry, EntryKind, Item};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::chat::status;
use crate::ids;
use crate::message::ChatMessage;

/// One entry of a chat's log. Which fields there are beyond the first three depends on `event_type`.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Frame {
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
    message: Option<ChatMessage>,
    /// Of message events: which message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message_id: Option<String>,
    /// Of chat events: the chat's id and what is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    chat: Option<News>,
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
pub(crate) struct News {
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

impl Frame {
    /// An item of a log. What it names is looked up in the chronicle it was read with.
    pub(crate) fn of(item: &Item, known: &Chronicle) -> Self {
        match item {
            Item::Message(message) if message.role.is_said() => Self {
                message_id: Some(core::dashed(message.id)),
                message: Some(ChatMessage::of((**message).clone())),
                ..Self::at("message_created", message.seq, message.created_at)
            },
            Item::Message(message) => Self::at("empty", message.seq, message.created_at),
            Item::Empty { seq, at } => Self::at("empty", *seq, *at),
            Item::Entry(entry) => Self::entry(entry, known),
        }
    }

    fn at(event_type: &'static str, seq: i64, at: Timestamp) -> Self {
        Self {
            event_type,
            timestamp: time::iso(at),
            seq,
            ..Self::default()
        }
    }

    fn entry(entry: &Entry, known: &Chronicle) -> Self {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
        let at = |event_type| Self::at(event_type, entry.seq, entry.at);
        match entry.kind {
            EntryKind::Created => Self {
                chat: Some(News::of(&payload, known)),
                ..at("chat_created")
            },
            EntryKind::Changed => Self {
                chat: Some(News::of(&payload, known)),
                ..at("chat_updated")
            },
            EntryKind::Joined => at("participant_joined").about(&payload, known),
            EntryKind::Left | EntryKind::Removed => at("participant_left").about(&payload, known),
            EntryKind::MessageEdited => match edited(&payload, known) {
                // Nothing of what was never said is told.
                Some((id, Some(message))) if message.role.is_said() => Self {
                    message_id: Some(core::dashed(id)),
                    message: Some(ChatMessage::of(message.clone())),
                    ..at("message_updated")
                },
                Some((id, None)) => Self {
                    message_id: Some(core::dashed(id)),
                    ..at("message_updated")
                },
                _ => at("empty"),
            },
            EntryKind::MessageDeleted => Self {
                message_id: payload["message"].as_str().map(str::to_owned),
                ..at("message_deleted")
            },
            // This API knows no ratings.
            EntryKind::MessageRated => at("empty"),
        }
    }

    fn about(mut self, payload: &Value, known: &Chronicle) -> Self {
        let numbers = payload["members"].as_array().into_iter().flatten();
        let users: Vec<_> = numbers
            .filter_map(|number| known.members.get(&number.as_i64()?))
            .map(ids::of_user)
            .collect();
        self.user_id = users.first().cloned();
        self.user_ids = Some(users);
        self
    }
}

fn edited<'k>(
    payload: &Value,
    known: &'k Chronicle,
) -> Option<(MessageId, Option<&'k parlor_model::message::Message>)> {
    let id = core::parse_dashed(payload["message"].as_str()?)?;
    Some((id, known.messages.get(&id)))
}

impl News {
    fn of(payload: &Value, known: &Chronicle) -> Self {
        Self {
            id: core::dashed(known.conversation),
            title: payload["title"].as_str().map(str::to_owned),
            status: payload["state"].as_str().and_then(State::parse).map(status),
        }
    }
}
