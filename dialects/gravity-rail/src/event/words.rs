//! The events of a chat. Messages look as `GET .../messages` shows them: those that somebody has rated differ from reader
//! to reader, and are worded for each.

use parlor_engine::conversation::Chronicle;
use parlor_gateway::hub::{Apart, Concerns, ResumePoint};
use parlor_gateway::socket::Ending;
use parlor_gateway::stream::{Event, Words};
use parlor_kit::{App, ids as core, time};
use parlor_model::Timestamp;
use parlor_model::conversation::State;
use parlor_model::live::{Sign, Signal};
use parlor_model::log::{Entry, EntryKind, Item};
use parlor_model::member::MemberRef;
use parlor_model::message::Message;
use serde::Serialize;
use serde_json::Value;

use crate::chat::participant::member_type;
use crate::message::OpenAIMessageResponse;

const CREATED: &str = "chat:message_created";
const UPDATED: &str = "chat:message_updated";
const RATED: &str = "chat:message_rated";

/// Tells one chat.
pub(super) struct ChatWords {
    /// The chat's integer id.
    pub(super) chat: i64,
    /// Knows what time it is.
    pub(super) app: App,
}

/// What all events have that are no messages.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct About<T> {
    chat_id: i64,
    #[serde(flatten)]
    what: T,
}

/// What is new of a chat. `GET /chats/{chat_id}` has the rest.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct News {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
    created_at: String,
}

/// A message that is gone.
#[derive(Serialize)]
struct Gone {
    uuid: String,
}

/// Who came or went.
#[derive(Serialize)]
struct People {
    participants: Vec<Person>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    id: i64,
    member_id: i64,
    name: Option<String>,
    member_type: &'static str,
}

impl Person {
    fn of(member: &MemberRef) -> Self {
        Self {
            id: member.number,
            member_id: member.number,
            name: member.name.clone(),
            member_type: member_type(member.kind),
        }
    }
}

/// Who has read, or writes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    member_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    typing: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_read_at: Option<String>,
}

/// Where the stream takes up the chat.
#[derive(Serialize)]
struct Opened {
    resumed: bool,
    replayed: i64,
    /// Why it does not go on where the reader says it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Over {
    code: &'static str,
}

impl ChatWords {
    fn event(&self, name: &'static str, what: impl Serialize) -> Event {
        let chat_id = self.chat;
        Event::of(name, &About { chat_id, what })
    }

    /// A message that looks alike to everybody.
    fn message(&self, name: &'static str, message: &Message) -> Option<Event> {
        let is_rated = message.rating.is_some();
        (!is_rated).then(|| message_event(name, self.chat, message.clone()))
    }

    fn entry(&self, entry: &Entry, known: &Chronicle) -> Option<Event> {
        let payload = payload(entry);
        let message = || {
            let id = core::parse_dashed(payload["message"].as_str()?)?;
            Some((id, known.messages.get(&id)))
        };
        Some(match entry.kind {
            EntryKind::Created => self.event("chat:created", news(&payload, entry.at)),
            EntryKind::Changed => match state(&payload) {
                Some(State::Archived | State::Closed) => {
                    self.event("chat:archived", news(&payload, entry.at))
                }
                _ => self.event("chat:updated", news(&payload, entry.at)),
            },
            EntryKind::Joined => self.event("chat:participant_added", people(&payload, known)),
            EntryKind::Left | EntryKind::Removed => {
                self.event("chat:participant_removed", people(&payload, known))
            }
            // What is gone meanwhile has an entry of its own.
            EntryKind::MessageEdited => return self.message(UPDATED, message()?.1?),
            // Each reader is shown an opinion of its own.
            EntryKind::MessageRated => return None,
            EntryKind::MessageDeleted => {
                let uuid = core::dashed(message()?.0);
                self.event("chat:message_deleted", Gone { uuid })
            }
        })
    }
}

fn payload(entry: &Entry) -> Value {
    serde_json::from_str(&entry.payload).unwrap_or_default()
}

/// A message as `GET .../messages` shows it.
pub(super) fn message_event(name: &'static str, chat: i64, message: Message) -> Event {
    Event::of(name, &OpenAIMessageResponse::of(chat, message))
}

fn state(payload: &Value) -> Option<State> {
    payload["state"].as_str().and_then(State::parse)
}

fn news(payload: &Value, at: Timestamp) -> News {
    News {
        title: payload["title"].as_str().map(str::to_owned),
        archived: state(payload).map(|state| state != State::Active),
        created_at: time::iso(at),
    }
}

fn people(payload: &Value, known: &Chronicle) -> People {
    let numbers = payload["members"].as_array().into_iter().flatten();
    let found = numbers.filter_map(|number| known.members.get(&number.as_i64()?));
    People {
        participants: found.map(Person::of).collect(),
    }
}

impl Words for ChatWords {
    const NAME: &'static str = "chat-events";

    fn item(&self, item: &Item, known: &Chronicle) -> Option<Event> {
        match item {
            Item::Message(message) => self.message(CREATED, message),
            Item::Empty { .. } => None,
            Item::Entry(entry) => self.entry(entry, known),
        }
    }

    fn apart(&self, item: &Item, known: &Chronicle) -> Option<Apart> {
        let (event, message, concerns) = match item {
            Item::Message(message) => {
                message.rating?;
                (CREATED, message.id, Concerns::Everybody)
            }
            Item::Empty { .. } => return None,
            Item::Entry(entry) => {
                let id = core::parse_dashed(payload(entry)["message"].as_str()?)?;
                match entry.kind {
                    EntryKind::MessageEdited => {
                        known.messages.get(&id)?.rating?;
                        (UPDATED, id, Concerns::Everybody)
                    }
                    EntryKind::MessageRated => (RATED, id, Concerns::OpinionOf(entry.actor)),
                    _ => return None,
                }
            }
        };
        Some(Apart {
            event,
            message,
            concerns,
        })
    }

    fn signal(&self, signal: &Signal) -> Option<Event> {
        let member_id = signal.who.number;
        let mut sign = Given {
            member_id,
            typing: None,
            last_read_at: None,
        };
        Some(match signal.sign {
            Sign::Typing(begins) => {
                sign.typing = Some(begins);
                self.event("chat:typing", sign)
            }
            Sign::Read(_) => {
                sign.last_read_at = Some(time::iso(self.app.engine.now()));
                self.event("chat:read", sign)
            }
        })
    }

    fn opened(&self, taken: ResumePoint) -> Event {
        let opened = Opened {
            resumed: taken.resumed,
            replayed: taken.replayed(),
            reason: taken.reason(),
        };
        self.event("stream:opened", opened)
    }

    fn ended(&self, why: Ending) -> Event {
        let code = match why {
            Ending::Shutdown => "unavailable",
            Ending::Credential => "unauthenticated",
            Ending::Forbidden | Ending::Closed => "forbidden",
            Ending::Deleted => "not_found",
            Ending::Protocol
            | Ending::InvalidText
            | Ending::TooLarge
            | Ending::TooManyMistakes
            | Ending::Silent
            | Ending::Stuck
            | Ending::Broken => "internal_error",
        };
        self.event("stream:ended", Over { code })
    }
}
