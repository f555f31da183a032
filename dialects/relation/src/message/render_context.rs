//! Renders messages and system events with the quoted messages and the members' profiles.

use std::collections::{BTreeSet, HashMap};

use parlor_kit::AppState;
use parlor_kit::ids::format_uuid;
use parlor_model::conversation::Conversation;
use parlor_model::log::LogEntry;
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};
use uuid::Uuid;

use super::history::DisplayItem;
use super::info::{MessageInfo, SYSTEM_SENDER, SYSTEM_TYPE, TEXT_TYPE};
use super::quote;
use super::system_event::SystemEvent;
use crate::ids;
use crate::public_profiles::{PublicProfiles, display_name};

/// The data that rendering a page of messages needs besides the messages.
pub(crate) struct RenderContext<'c> {
    channel: &'c Conversation,
    profiles: PublicProfiles,
    /// The quoted items, by number.
    quoted: HashMap<i64, DisplayItem>,
}

impl<'c> RenderContext<'c> {
    /// Loads the data for `page`, items of one channel.
    pub(crate) async fn load(
        app: &AppState,
        ctx: &Ctx,
        channel: &'c Conversation,
        page: &[&DisplayItem],
    ) -> Result<Self> {
        let quotes: BTreeSet<i64> = page
            .iter()
            .filter_map(|item| match item {
                DisplayItem::Message(message) => message.details.quote,
                DisplayItem::Event(..) => None,
            })
            .collect();
        let quoted = quote::find_displayed(app, ctx, channel, &quotes).await?;
        let mut members = BTreeSet::new();
        for item in page.iter().copied().chain(quoted.values()) {
            match item {
                DisplayItem::Message(message) => {
                    members.extend(message.author.as_ref().map(|author| author.number));
                }
                DisplayItem::Event(entry, event) => {
                    members.extend(entry.actor);
                    members.extend(event.members());
                }
            }
        }
        Ok(Self {
            channel,
            profiles: PublicProfiles::load(app, ctx, members).await?,
            quoted,
        })
    }

    /// Renders a message or system event, with the quoted item.
    pub(crate) fn render(&self, item: &DisplayItem) -> MessageInfo {
        let quote = match item {
            DisplayItem::Message(message) => message.details.quote,
            DisplayItem::Event(..) => None,
        };
        let quoted = quote.and_then(|number| self.quoted.get(&number));
        MessageInfo {
            quote: quoted.map(|quoted| Box::new(self.render_without_quote(quoted))),
            ..self.render_without_quote(item)
        }
    }

    fn render_without_quote(&self, item: &DisplayItem) -> MessageInfo {
        match item {
            DisplayItem::Message(message) => self.render_message(message),
            DisplayItem::Event(entry, event) => self.render_event(entry, event),
        }
    }

    fn render_message(&self, message: &Message) -> MessageInfo {
        let author = message.author.as_ref();
        MessageInfo {
            id: message.number.to_string(),
            send_uuid: message
                .client_id
                .clone()
                .unwrap_or_else(|| format_uuid(message.id)),
            channel_uuid: ids::format_channel_id(self.channel.id),
            create_at: message.created_at.millis().to_string(),
            r#type: message
                .subtype
                .as_deref()
                .unwrap_or(TEXT_TYPE)
                .to_uppercase(),
            from: author.map_or_else(|| SYSTEM_SENDER.to_owned(), |author| author.handle.clone()),
            from_name: author
                .map(display_name)
                .or_else(|| message.details.name.clone()),
            from_avatar: author.map(|author| self.profiles.avatar(author.number)),
            content: message.text.to_string(),
            quote: None,
        }
    }

    fn render_event(&self, entry: &LogEntry, event: &SystemEvent) -> MessageInfo {
        let channel = self.channel;
        // Derived from channel id and seq: unique, and the same in every response.
        let send_uuid = channel
            .id
            .uuid()
            .as_u128()
            .wrapping_add(u128::from(entry.seq.unsigned_abs()));
        MessageInfo {
            id: ids::entry_number(channel.number, entry.seq).to_string(),
            send_uuid: Uuid::from_u128(send_uuid).hyphenated().to_string(),
            channel_uuid: ids::format_channel_id(channel.id),
            create_at: entry.at.millis().to_string(),
            r#type: SYSTEM_TYPE.to_owned(),
            from: SYSTEM_SENDER.to_owned(),
            from_name: None,
            from_avatar: None,
            content: event.to_text(entry.actor, &self.profiles),
            quote: None,
        }
    }
}
