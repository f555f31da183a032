//! Quotes: a message may quote another message or a system event of its channel.

use std::collections::{BTreeSet, HashMap};

use parlor_engine::conversation::read_log_items;
use parlor_engine::message;
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::{Ctx, Error, Result};
use serde_json::Value;

use super::history::{DisplayItem, to_display_item};
use crate::ids;

/// Validates the field `quoteId` and returns the quoted number. An empty text and zero, which some clients send instead of
/// omitting the field, count as absent.
///
/// # Errors
/// `Invalid` unless it is the id of an item displayed in `channel`; always if the channel does not exist yet.
pub(super) async fn validated_number(
    app: &AppState,
    ctx: &Ctx,
    channel: Option<&Conversation>,
    quote_id: Option<&Value>,
) -> Result<Option<i64>> {
    let quote_id = match quote_id {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() || text == "0" => return Ok(None),
        Some(Value::Number(number)) if number.as_u64() == Some(0) => return Ok(None),
        Some(value) => value,
    };
    let unknown = || Error::invalid("quoteId", "must be the id of a message of this channel");
    let number = ids::parse_message_number(quote_id, "quoteId")?.ok_or_else(unknown)?;
    let channel = channel.ok_or_else(unknown)?;
    let found = find_displayed(app, ctx, channel, &BTreeSet::from([number])).await?;
    if found.is_empty() {
        return Err(unknown());
    }
    Ok(Some(number))
}

/// Loads the items of `numbers` that are displayed in a channel, by number.
pub(super) async fn find_displayed(
    app: &AppState,
    ctx: &Ctx,
    channel: &Conversation,
    numbers: &BTreeSet<i64>,
) -> Result<HashMap<i64, DisplayItem>> {
    let key = ConversationKey::Number(channel.number);
    let mut found = HashMap::new();
    let mut messages = Vec::new();
    for number in numbers {
        match ids::parse_entry_number(*number) {
            None => messages.push(*number),
            Some((conversation, seq)) if conversation == channel.number => {
                let items = read_log_items(&app.engine, ctx, key, seq - 1, 1).await?;
                // The read may return a later entry instead.
                let item = items.into_iter().find(|item| item.seq() == seq);
                if let Some(event @ DisplayItem::Event(..)) =
                    item.and_then(|item| to_display_item(item, channel.kind))
                {
                    found.insert(*number, event);
                }
            }
            Some(_) => {}
        }
    }
    if !messages.is_empty() {
        for message in message::find_many(&app.engine, ctx, key, messages).await? {
            if message.role.is_conversational() {
                found.insert(message.number, DisplayItem::Message(Box::new(message)));
            }
        }
    }
    Ok(found)
}
