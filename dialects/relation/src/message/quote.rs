//! What a message quotes: another message of the channel, or what the system tells in it.

use std::collections::{BTreeSet, HashMap};

use parlor_engine::log;
use parlor_engine::message;
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::{Ctx, Error, Result};
use serde_json::Value;

use super::history::{DisplayItem, to_display_item};
use crate::ids;

/// The number that a body quotes, if it quotes anything. An empty text and zero, which some clients send for nothing, are
/// nothing. What names nothing that is shown in the channel is refused; in a channel that is not there yet, anything is.
pub(super) async fn validated_number(
    app: &AppState,
    ctx: &Ctx,
    channel: Option<&Conversation>,
    given: Option<&Value>,
) -> Result<Option<i64>> {
    let given = match given {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() || text == "0" => return Ok(None),
        Some(Value::Number(number)) if number.as_u64() == Some(0) => return Ok(None),
        Some(given) => given,
    };
    let unknown = || Error::invalid("quoteId", "must be the id of a message of this channel");
    let number = ids::parse_message_number(given, "quoteId")?.ok_or_else(unknown)?;
    let channel = channel.ok_or_else(unknown)?;
    let found = find_displayed(app, ctx, channel, &BTreeSet::from([number])).await?;
    if found.is_empty() {
        return Err(unknown());
    }
    Ok(Some(number))
}

/// Those of some numbers that are shown in a channel, by number.
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
                let items = log::read_items(&app.engine, ctx, key, seq - 1, 1).await?;
                // The position itself, and nothing behind it.
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
