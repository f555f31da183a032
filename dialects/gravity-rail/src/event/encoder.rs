//! Encodes the events of a chat. Messages have the shape of `GET .../messages`. Ratings shown differ between readers,
//! so rated messages are encoded per subscriber.

use parlor_engine::log::LogPage;
use parlor_gateway::DisconnectReason;
use parlor_gateway::hub::{EventAudience, PerSubscriberEvent, ResumePoint, StreamChange};
use parlor_gateway::sse::{EventEncoder, SseEvent};
use parlor_kit::{AppState, ids, time};
use parlor_model::Timestamp;
use parlor_model::conversation::ConversationState;
use parlor_model::id::MessageId;
use parlor_model::log::{LogEntry, LogEntryKind, LogItem};
use parlor_model::member::MemberRef;
use parlor_model::message::Message;
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::chat::participant::member_type;
use crate::error::{ErrorResponse, disconnect_code};
use crate::message::OpenAIMessageResponse;

const MESSAGE_CREATED: &str = "chat:message_created";
const MESSAGE_UPDATED: &str = "chat:message_updated";
const MESSAGE_RATED: &str = "chat:message_rated";
/// An assistant writes an answer, which has no position before it is stored as a message.
const ANSWER_STARTED: &str = "chat:message_started";
const ANSWER_DELTA: &str = "chat:message_delta";
/// There will be no message.
const ANSWER_ENDED: &str = "chat:message_failed";

/// Encodes the log of one chat.
pub(super) struct ChatEventEncoder {
    /// The chat's integer id.
    pub(super) chat: i64,
    /// For the clock.
    pub(super) app: AppState,
}

/// Payload of every event but messages.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChatEventData<T> {
    chat_id: i64,
    #[serde(flatten)]
    data: T,
}

/// Changed fields of a chat. `GET /chats/{chat_id}` has the rest.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChatUpdateData {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
    /// The assistant is paused: a person answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_response: Option<bool>,
    /// Why the assistant has handed the chat to a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    hand_off_reason: Option<String>,
    created_at: String,
}

/// Payload of `chat:message_deleted`.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageDeletedData {
    uuid: String,
}

/// Members that joined or left.
#[derive(Serialize, ToSchema)]
pub(super) struct ParticipantsData {
    participants: Vec<ParticipantData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ParticipantData {
    id: i64,
    member_id: i64,
    name: Option<String>,
    member_type: &'static str,
}

impl ParticipantData {
    fn from_member(member: &MemberRef) -> Self {
        Self {
            id: member.number,
            member_id: member.number,
            name: member.name.clone(),
            member_type: member_type(member.kind),
        }
    }
}

/// Payload of `chat:typing` and `chat:read`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EphemeralData {
    member_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    typing: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_read_at: Option<String>,
}

/// Payload of `stream:opened`.
#[derive(Serialize, ToSchema)]
pub(super) struct StreamOpenedData {
    resumed: bool,
    replayed: i64,
    /// Why the stream does not resume at the requested position.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct StreamEndedData {
    code: &'static str,
}

impl ChatEventEncoder {
    fn encode_event(&self, name: &'static str, data: impl Serialize) -> SseEvent {
        let chat_id = self.chat;
        SseEvent::new(name, &ChatEventData { chat_id, data })
    }

    /// Encodes a message without a rating; a rated one is encoded per subscriber.
    fn encode_message(&self, name: &'static str, message: &Message) -> Option<SseEvent> {
        let is_rated = message.rating.is_some();
        (!is_rated).then(|| message_event(name, self.chat, message.clone()))
    }

    fn encode_entry(&self, entry: &LogEntry, page: &LogPage) -> Option<SseEvent> {
        let payload = parse_payload(entry);
        let message = || {
            let id = ids::parse_uuid(payload["message"].as_str()?)?;
            Some((id, page.messages.get(&id)))
        };
        Some(match entry.kind {
            LogEntryKind::Created => {
                self.encode_event("chat:created", chat_update_data(&payload, entry.at))
            }
            LogEntryKind::Changed => match state_from_payload(&payload) {
                Some(ConversationState::Archived | ConversationState::Closed) => {
                    self.encode_event("chat:archived", chat_update_data(&payload, entry.at))
                }
                _ => self.encode_event("chat:updated", chat_update_data(&payload, entry.at)),
            },
            LogEntryKind::Joined => {
                self.encode_event("chat:participant_added", participants_data(&payload, page))
            }
            LogEntryKind::Left | LogEntryKind::Removed => self.encode_event(
                "chat:participant_removed",
                participants_data(&payload, page),
            ),
            // A deleted message has a log entry of its own.
            LogEntryKind::MessageEdited | LogEntryKind::MessageDelivery => {
                return self.encode_message(MESSAGE_UPDATED, message()?.1?);
            }
            // Encoded per subscriber.
            LogEntryKind::MessageRated => return None,
            LogEntryKind::MessageDeleted => {
                let uuid = ids::format_uuid(message()?.0);
                self.encode_event("chat:message_deleted", MessageDeletedData { uuid })
            }
        })
    }
}

fn parse_payload(entry: &LogEntry) -> Value {
    serde_json::from_str(&entry.payload).unwrap_or_default()
}

/// Encodes a message in the shape of `GET .../messages`.
pub(super) fn message_event(name: &'static str, chat: i64, message: Message) -> SseEvent {
    SseEvent::new(name, &OpenAIMessageResponse::from_message(chat, message))
}

fn state_from_payload(payload: &Value) -> Option<ConversationState> {
    payload["state"]
        .as_str()
        .and_then(ConversationState::from_name)
}

fn chat_update_data(payload: &Value, at: Timestamp) -> ChatUpdateData {
    ChatUpdateData {
        title: payload["title"].as_str().map(str::to_owned),
        archived: state_from_payload(payload).map(|state| state != ConversationState::Active),
        paused: payload["paused"].as_bool(),
        needs_response: payload["needs_response"].as_bool(),
        hand_off_reason: payload["hand_off"].as_str().map(str::to_owned),
        created_at: time::format_iso(at),
    }
}

fn participants_data(payload: &Value, page: &LogPage) -> ParticipantsData {
    let numbers = payload["members"].as_array().into_iter().flatten();
    let found = numbers.filter_map(|number| page.members.get(&number.as_i64()?));
    ParticipantsData {
        participants: found.map(ParticipantData::from_member).collect(),
    }
}

/// Payload of the events of an answer that is being written.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AnswerData<'a> {
    /// That of the message, once it is stored.
    uuid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_id: Option<i64>,
    /// Text so far, or more text.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    /// Number of deltas before.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
    /// Why there is no message.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorResponse>,
}

impl EventEncoder for ChatEventEncoder {
    const CACHE_KEY: &'static str = "chat-events";

    fn encode_item(&self, item: &LogItem, page: &LogPage) -> Option<SseEvent> {
        match item {
            LogItem::Message(message) => self.encode_message(MESSAGE_CREATED, message),
            LogItem::Tombstone { .. } => None,
            LogItem::Entry(entry) => self.encode_entry(entry, page),
        }
    }

    fn per_subscriber_event(&self, item: &LogItem, page: &LogPage) -> Option<PerSubscriberEvent> {
        let (event, message, audience) = match item {
            LogItem::Message(message) => {
                message.rating?;
                (MESSAGE_CREATED, message.id, EventAudience::Everybody)
            }
            LogItem::Tombstone { .. } => return None,
            LogItem::Entry(entry) => {
                let id = ids::parse_uuid(parse_payload(entry)["message"].as_str()?)?;
                match entry.kind {
                    LogEntryKind::MessageEdited | LogEntryKind::MessageDelivery => {
                        page.messages.get(&id)?.rating?;
                        (MESSAGE_UPDATED, id, EventAudience::Everybody)
                    }
                    LogEntryKind::MessageRated => {
                        (MESSAGE_RATED, id, EventAudience::RatingAuthor(entry.actor))
                    }
                    _ => return None,
                }
            }
        };
        Some(PerSubscriberEvent {
            name: event,
            message,
            audience,
        })
    }

    fn encode_ephemeral(&self, event: &EphemeralEvent) -> Option<SseEvent> {
        let member_id = event.member.number;
        let mut data = EphemeralData {
            member_id,
            typing: None,
            last_read_at: None,
        };
        Some(match event.content {
            EphemeralContent::Typing(begins) => {
                data.typing = Some(begins);
                self.encode_event("chat:typing", data)
            }
            EphemeralContent::Read(_) => {
                data.last_read_at = Some(time::format_iso(self.app.engine.now()));
                self.encode_event("chat:read", data)
            }
        })
    }

    fn encode_stream(&self, message: MessageId, change: &StreamChange<'_>) -> Option<SseEvent> {
        let mut data = AnswerData {
            uuid: ids::format_uuid(message),
            member_id: None,
            content: None,
            index: None,
            error: None,
        };
        let name = match change {
            StreamChange::Start {
                author,
                text,
                next_index,
                ..
            } => {
                data.member_id = author.map(|author| author.number);
                data.content = Some(text);
                data.index = Some(*next_index);
                ANSWER_STARTED
            }
            StreamChange::Delta(delta) => {
                data.content = Some(&delta.text);
                data.index = Some(delta.index);
                ANSWER_DELTA
            }
            StreamChange::End { error, .. } => {
                data.error = Some(ErrorResponse::missing_answer(*error));
                ANSWER_ENDED
            }
        };
        Some(self.encode_event(name, data))
    }

    fn opened_event(&self, resume_point: ResumePoint) -> SseEvent {
        let opened = StreamOpenedData {
            resumed: resume_point.resumed,
            replayed: resume_point.replay_count(),
            reason: resume_point.reason(),
        };
        self.encode_event("stream:opened", opened)
    }

    fn ended_event(&self, reason: DisconnectReason) -> SseEvent {
        let code = disconnect_code(reason);
        self.encode_event("stream:ended", StreamEndedData { code })
    }
}
