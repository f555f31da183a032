//! An item of a conversation's log, as pages and the socket show it.

use parlor_engine::log::LogPage;
use parlor_kit::ids;
use parlor_model::log::{LogEntry, LogEntryKind, LogItem};
use parlor_model::message::Message;
use serde::Serialize;
use serde_json::Value;

use crate::text::{TimeText, member_name};

/// An item of a log.
#[derive(Debug, Serialize)]
pub(crate) struct ItemView {
    pub(crate) seq: i64,
    pub(crate) at: TimeText,
    /// `message`, `gone` for a deleted message, or the kind of the entry.
    pub(crate) kind: &'static str,
    /// Id of the message, or of the one that an entry is about.
    pub(crate) message: Option<String>,
    pub(crate) author: String,
    pub(crate) role: &'static str,
    /// Text of a message, or of one as it reads after an edit.
    pub(crate) text: String,
    pub(crate) is_edited: bool,
    /// How far a message over a carrier is.
    pub(crate) delivery: Option<&'static str>,
    /// What an entry says, as a sentence without its subject.
    pub(crate) sentence: String,
    /// Id that a sender gave the message.
    pub(crate) client_id: Option<String>,
}

impl ItemView {
    /// Shows an item with the members and messages of its page.
    pub(crate) fn new(item: &LogItem, page: &LogPage) -> Self {
        match item {
            LogItem::Message(message) => Self::from_message(message),
            LogItem::Tombstone { seq, at } => Self {
                sentence: "A message was deleted".to_owned(),
                ..Self::empty(*seq, TimeText::new(*at), "gone")
            },
            LogItem::Entry(entry) => Self::from_entry(entry, page),
        }
    }

    const fn empty(seq: i64, at: TimeText, kind: &'static str) -> Self {
        Self {
            seq,
            at,
            kind,
            message: None,
            author: String::new(),
            role: "",
            text: String::new(),
            is_edited: false,
            delivery: None,
            sentence: String::new(),
            client_id: None,
        }
    }

    fn from_message(message: &Message) -> Self {
        let role = message.role.as_str();
        let named = message.details.name.clone();
        let author = named.or_else(|| message.author.as_ref().map(member_name));
        Self {
            message: Some(ids::format_uuid(message.id)),
            author: author.unwrap_or_else(|| role.to_owned()),
            role,
            text: message.text.as_str().to_owned(),
            is_edited: message.updated_at > message.created_at,
            delivery: message.details.delivery.map(delivery_word),
            client_id: message.client_id.clone(),
            ..Self::empty(message.seq, TimeText::new(message.created_at), "message")
        }
    }

    fn from_entry(entry: &LogEntry, page: &LogPage) -> Self {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
        let about = payload["message"].as_str().map(str::to_owned);
        let edited = about
            .as_deref()
            .and_then(ids::parse_uuid)
            .and_then(|id| page.messages.get(&id));
        let actor = entry.actor.and_then(|number| page.members.get(&number));
        Self {
            message: about,
            author: actor.map(member_name).unwrap_or_default(),
            text: edited
                .map(|message| message.text.as_str().to_owned())
                .unwrap_or_default(),
            delivery: edited.and_then(|message| message.details.delivery.map(delivery_word)),
            sentence: sentence(entry.kind, &payload, page),
            ..Self::empty(entry.seq, TimeText::new(entry.at), entry.kind.as_str())
        }
    }

    /// Returns whether the item is one of the talk, as opposed to the log alone.
    pub(crate) fn is_said(&self) -> bool {
        self.kind == "message"
    }

    /// Returns whether the talk shows the item as a line between messages.
    pub(crate) fn is_notice(&self) -> bool {
        ["gone", "joined", "left", "removed", "changed"].contains(&self.kind)
    }
}

/// Returns how far the delivery of a message is.
pub(crate) const fn delivery_word(
    status: parlor_model::message_details::DeliveryStatus,
) -> &'static str {
    use parlor_model::message_details::DeliveryStatus as Status;
    match status {
        Status::Queued => "waits to be sent",
        Status::Sent => "sent",
        Status::Delivered => "delivered",
        Status::Failed => "not sent",
        Status::Unknown => "perhaps sent",
    }
}

fn sentence(kind: LogEntryKind, payload: &Value, page: &LogPage) -> String {
    let people = || {
        let numbers = payload["members"].as_array().into_iter().flatten();
        let names: Vec<String> = numbers
            .filter_map(|number| page.members.get(&number.as_i64()?))
            .map(member_name)
            .collect();
        match names.is_empty() {
            true => "Somebody".to_owned(),
            false => names.join(", "),
        }
    };
    match kind {
        LogEntryKind::Created => "The conversation was made".to_owned(),
        LogEntryKind::Changed => changes(payload),
        LogEntryKind::Joined => format!("{} joined", people()),
        LogEntryKind::Left => format!("{} left", people()),
        LogEntryKind::Removed => format!("{} was removed", people()),
        LogEntryKind::MessageEdited => "A message was edited".to_owned(),
        LogEntryKind::MessageDeleted => "A message was deleted".to_owned(),
        LogEntryKind::MessageRated => "A message was rated".to_owned(),
        LogEntryKind::MessageDelivery => "A carrier reported on a message".to_owned(),
    }
}

/// Says which settings a change has set.
fn changes(payload: &Value) -> String {
    match (
        &payload["paused"],
        payload["title"].as_str(),
        payload["state"].as_str(),
    ) {
        (Value::Bool(true), ..) => "A person took over from the assistant".to_owned(),
        (Value::Bool(false), ..) => "The assistant answers again".to_owned(),
        (_, Some(title), _) => format!("The title is now {title}"),
        (_, _, Some(state)) => format!("The conversation is {state}"),
        _ => {
            let names = payload.as_object().map(|fields| {
                let names: Vec<&str> = fields.keys().map(String::as_str).collect();
                names.join(", ").replace('_', " ")
            });
            format!("Changed: {}", names.unwrap_or_default())
        }
    }
}
