//! How a message is shown.

use std::collections::HashMap;

use parlor_kit::ids::dashed;
use parlor_model::conversation::Conversation;
use parlor_model::log::Entry;
use parlor_model::message::Message;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::event::Event;
use super::story::Shown;
use crate::ids;
use crate::people::{Faces, name};

/// The type of a message that has no other.
pub(crate) const TEXT: &str = "TEXT";
/// The type of what the system tells.
const SYSTEM: &str = "SYS";
/// Whom that is from.
const NOBODY: &str = "00000000000000000000000000000000";

/// A message of a channel. The vendor's page api/message/list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageInfo {
    /// Digits. What the system tells has an id that begins with a zero.
    id: String,
    /// The sender's own id of it, or one made by the server.
    send_uuid: String,
    /// 32 hex digits.
    channel_uuid: String,
    /// Milliseconds since 1970, in digits.
    create_at: String,
    /// `TEXT`, `SYS`, `ANNOUNCEMENT` or the sender's own word.
    r#type: String,
    /// The sender's relationId; 32 zeros for the system.
    from: String,
    /// `null` for the system.
    #[schema(required = true)]
    from_name: Option<String>,
    /// Address of a picture, or empty; `null` for the system.
    #[schema(required = true)]
    from_avatar: Option<String>,
    content: String,
    /// The message it quotes, without what that one quotes; `null` where it is gone.
    #[schema(required = true, no_recursion)]
    quote: Option<Box<MessageInfo>>,
}

/// Everything the messages of a page are shown with.
pub(crate) struct Scene<'c> {
    pub(super) channel: &'c Conversation,
    pub(super) faces: Faces,
    /// Messages that are quoted, by number.
    pub(super) quoted: HashMap<i64, Message>,
}

impl Scene<'_> {
    /// What is shown of something.
    pub(crate) fn shown(&self, shown: &Shown) -> MessageInfo {
        match shown {
            Shown::Message(message) => self.message(message),
            Shown::Event(entry, event) => self.event(entry, event),
        }
    }

    /// A message and what it quotes.
    fn message(&self, message: &Message) -> MessageInfo {
        let quote = message
            .details
            .quote
            .and_then(|number| self.quoted.get(&number));
        MessageInfo {
            quote: quote.map(|quoted| Box::new(self.alone(quoted))),
            ..self.alone(message)
        }
    }

    fn alone(&self, message: &Message) -> MessageInfo {
        let author = message.author.as_ref();
        MessageInfo {
            id: message.number.to_string(),
            send_uuid: message
                .client_id
                .clone()
                .unwrap_or_else(|| dashed(message.id)),
            channel_uuid: ids::channel(self.channel.id),
            create_at: message.created_at.millis().to_string(),
            r#type: message.form.as_deref().unwrap_or(TEXT).to_uppercase(),
            from: author.map_or_else(|| NOBODY.to_owned(), |author| author.handle.clone()),
            from_name: author.map(name).or_else(|| message.details.name.clone()),
            from_avatar: author.map(|author| self.faces.avatar(author.number)),
            content: message.text.to_string(),
            quote: None,
        }
    }

    /// What the system tells of a change.
    fn event(&self, entry: &Entry, event: &Event) -> MessageInfo {
        let channel = self.channel;
        // As stable as the entry's place, and nobody else's.
        let send_uuid = channel
            .id
            .uuid()
            .as_u128()
            .wrapping_add(u128::from(entry.seq.unsigned_abs()));
        MessageInfo {
            id: ids::entry(channel.number, entry.seq),
            send_uuid: Uuid::from_u128(send_uuid).hyphenated().to_string(),
            channel_uuid: ids::channel(channel.id),
            create_at: entry.at.millis().to_string(),
            r#type: SYSTEM.to_owned(),
            from: NOBODY.to_owned(),
            from_name: None,
            from_avatar: None,
            content: event.tell(entry.actor, &self.faces),
            quote: None,
        }
    }
}
