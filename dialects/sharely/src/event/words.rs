//! The events of a group. Messages look as `GET .../message` shows them.

use parlor_engine::conversation::Chronicle;
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::socket::Ending;
use parlor_gateway::stream::{Event, Words};
use parlor_kit::ids::{dashed, parse_dashed};
use parlor_kit::time::iso;
use parlor_model::id::ConversationId;
use parlor_model::live::Signal;
use parlor_model::log::{Entry, EntryKind, Item};
use parlor_model::message as core;
use serde::Serialize;
use serde_json::Value;

use crate::message::Message;

/// Tells one group.
pub(super) struct GroupWords {
    pub(super) group: ConversationId,
}

/// What all events have that are no messages.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct About<T> {
    group_id: String,
    #[serde(flatten)]
    what: T,
}

/// What is new of a group.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct News {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    updated_at: String,
}

/// A message that is gone.
#[derive(Serialize)]
struct Gone {
    id: String,
}

/// Where the stream takes up the group.
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
    error: &'static str,
    message: &'static str,
}

impl GroupWords {
    fn event(&self, name: &'static str, what: impl Serialize) -> Event {
        let group_id = dashed(self.group);
        Event::of(name, &About { group_id, what })
    }

    fn entry(&self, entry: &Entry, known: &Chronicle) -> Option<Event> {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
        let message = || parse_dashed(payload["message"].as_str()?);
        match entry.kind {
            // A new name is all that is shown of a group beside its messages.
            EntryKind::Created
            | EntryKind::Joined
            | EntryKind::Left
            | EntryKind::Removed
            | EntryKind::MessageRated => None,
            EntryKind::Changed => payload["title"].as_str().map(|title| {
                let news = News {
                    name: Some(title.to_owned()),
                    updated_at: iso(entry.at),
                };
                self.event("group.updated", news)
            }),
            // What is gone meanwhile has an entry of its own.
            EntryKind::MessageEdited => said("message.updated", known.messages.get(&message()?)?),
            EntryKind::MessageDeleted => {
                let id = dashed::<parlor_model::id::kind::Message>(message()?);
                Some(self.event("message.deleted", Gone { id }))
            }
        }
    }
}

/// A message, where it is one that is shown.
fn said(name: &'static str, message: &core::Message) -> Option<Event> {
    let is_said = message.role.is_said();
    is_said.then(|| Event::of(name, &Message::from(message.clone())))
}

impl Words for GroupWords {
    const NAME: &'static str = "group-events";

    fn item(&self, item: &Item, known: &Chronicle) -> Option<Event> {
        match item {
            Item::Message(message) => said("message.created", message),
            Item::Empty { .. } => None,
            Item::Entry(entry) => self.entry(entry, known),
        }
    }

    fn signal(&self, _: &Signal) -> Option<Event> {
        None
    }

    fn opened(&self, taken: ResumePoint) -> Event {
        let opened = Opened {
            resumed: taken.resumed,
            replayed: taken.replayed(),
            reason: taken.reason(),
        };
        self.event("stream.opened", opened)
    }

    fn ended(&self, why: Ending) -> Event {
        let (error, message) = match why {
            Ending::Shutdown => ("Service Unavailable", "The server stops, connect again"),
            Ending::Credential => ("Unauthorized", "Invalid or missing access token"),
            Ending::Forbidden | Ending::Closed => ("Forbidden", "Not allowed any more"),
            Ending::Deleted => ("Error", "Group not found"),
            Ending::Protocol
            | Ending::InvalidText
            | Ending::TooLarge
            | Ending::TooManyMistakes
            | Ending::Silent
            | Ending::Stuck
            | Ending::Broken => ("Internal Server Error", "The stream broke off"),
        };
        self.event("stream.ended", Over { error, message })
    }
}
