//! What the messages of a page are shown with: those they quote, and everybody's face.

use std::collections::{BTreeSet, HashMap};

use parlor_kit::App;
use parlor_kit::ids::dashed;
use parlor_model::conversation::Conversation;
use parlor_model::log::Entry;
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};
use uuid::Uuid;

use super::event::Event;
use super::info::{MessageInfo, NOBODY, SYSTEM, TEXT};
use super::quote;
use super::story::Shown;
use crate::ids;
use crate::people::{Faces, name};

/// Everything the messages of a page are shown with.
pub(crate) struct Scene<'c> {
    channel: &'c Conversation,
    faces: Faces,
    /// What is quoted, by number.
    quoted: HashMap<i64, Shown>,
}

impl<'c> Scene<'c> {
    /// Reads it for some messages of a channel.
    pub(crate) async fn read(
        app: &App,
        ctx: &Ctx,
        channel: &'c Conversation,
        page: &[&Shown],
    ) -> Result<Self> {
        let quotes: BTreeSet<i64> = page
            .iter()
            .filter_map(|one| match one {
                Shown::Message(message) => message.details.quote,
                Shown::Event(..) => None,
            })
            .collect();
        let quoted = quote::find(app, ctx, channel, &quotes).await?;
        let mut people = BTreeSet::new();
        for one in page.iter().copied().chain(quoted.values()) {
            match one {
                Shown::Message(message) => {
                    people.extend(message.author.as_ref().map(|author| author.number));
                }
                Shown::Event(entry, event) => {
                    people.extend(entry.actor);
                    people.extend(event.members());
                }
            }
        }
        Ok(Self {
            channel,
            faces: Faces::of(app, ctx, people).await?,
            quoted,
        })
    }

    /// A message or what the system tells, and what it quotes.
    pub(crate) fn shown(&self, shown: &Shown) -> MessageInfo {
        let quote = match shown {
            Shown::Message(message) => message.details.quote,
            Shown::Event(..) => None,
        };
        let quoted = quote.and_then(|number| self.quoted.get(&number));
        MessageInfo {
            quote: quoted.map(|quoted| Box::new(self.alone(quoted))),
            ..self.alone(shown)
        }
    }

    fn alone(&self, shown: &Shown) -> MessageInfo {
        match shown {
            Shown::Message(message) => self.message(message),
            Shown::Event(entry, event) => self.event(entry, event),
        }
    }

    fn message(&self, message: &Message) -> MessageInfo {
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
            id: ids::entry(channel.number, entry.seq).to_string(),
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
