//! A conversation's log with everything its entries name, for readers that tell it in words of their own.

use std::collections::BTreeMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::log::{EntryKind, Item};
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::{Message, MessageKey};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::message;
use serde_json::Value;
use uuid::Uuid;

use super::log::read;
use crate::Engine;
use crate::authority;
use crate::member::known;

/// Bytes of edited messages at which a stretch ends early.
const EDITED_BYTES: usize = 1 << 20;

/// A stretch of a log.
#[derive(Debug, Clone)]
pub struct Chronicle {
    /// Whose log.
    pub conversation: ConversationId,
    /// The newest position of the whole log.
    pub last_seq: i64,
    /// The stretch, in order and without a gap.
    pub items: Vec<Item>,
    /// Those who joined, left or were removed in it, by number, as far as they still exist.
    pub members: BTreeMap<i64, MemberRef>,
    /// The messages edited in it, as they read now, by id, as far as they still exist.
    pub messages: BTreeMap<MessageId, Message>,
}

/// The log of a conversation the caller may see, strictly after a position. At most `limit` positions; fewer where messages
/// are long, but one at least while there is one.
pub async fn chronicle(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    after: i64,
    limit: i64,
) -> Result<Chronicle> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let ws = ctx.ws();
            let found = authority::head(tx, &ctx, key)?;
            let mut chronicle = Chronicle {
                conversation: found.id,
                last_seq: found.last_seq,
                items: read(tx, ws, &found, after, limit)?,
                members: BTreeMap::new(),
                messages: BTreeMap::new(),
            };
            chronicle.look_up(tx, ws, found.number)?;
            Ok(chronicle)
        })
        .await
}

impl Chronicle {
    fn look_up(&mut self, tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
        let mut bytes = 0;
        for (place, item) in self.items.iter().enumerate() {
            let Item::Entry(entry) = item else { continue };
            let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
            match entry.kind {
                EntryKind::Joined | EntryKind::Left | EntryKind::Removed => {
                    let numbers = payload["members"].as_array().into_iter().flatten();
                    for number in numbers.filter_map(Value::as_i64) {
                        if !self.members.contains_key(&number)
                            && let Some(member) = known(tx, ws, &MemberKey::Number(number))?
                        {
                            self.members.insert(number, member);
                        }
                    }
                }
                EntryKind::MessageEdited => {
                    let id = payload["message"].as_str().unwrap_or_default();
                    let Ok(id) = Uuid::parse_str(id).map(MessageId::new) else {
                        continue;
                    };
                    if !self.messages.contains_key(&id)
                        && let Some(message) =
                            message::find(tx, ws, conversation, MessageKey::Id(id))?
                    {
                        bytes += message.text.as_str().len();
                        self.messages.insert(id, message);
                        // The rest is another stretch: a hundred edits may be of as many long messages.
                        if bytes >= EDITED_BYTES {
                            self.items.truncate(place + 1);
                            break;
                        }
                    }
                }
                EntryKind::Created
                | EntryKind::Changed
                | EntryKind::MessageDeleted
                | EntryKind::MessageRated => {}
            }
        }
        Ok(())
    }
}
