//! A conversation's log with everything its entries name, for readers that tell it in words of their own.

use std::collections::BTreeMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::member::MemberRef;
use parlor_model::message::{Message, MessageKey};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::message;
use serde_json::Value;
use uuid::Uuid;

use super::read_items::merge_items;
use crate::Engine;
use crate::authority;

/// Bytes of edited messages at which a stretch ends early.
const MAX_EDITED_BYTES: usize = 1 << 20;

/// A stretch of a log.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// Whose log.
    pub conversation: ConversationId,
    /// The newest position of the whole log.
    pub last_seq: i64,
    /// The stretch, in order and without a gap.
    pub items: Vec<LogItem>,
    /// Those who joined, left or were removed in it, by number, as far as they still exist.
    pub members: BTreeMap<i64, MemberRef>,
    /// The messages edited in it, as they read now, by id, as far as they still exist.
    pub messages: BTreeMap<MessageId, Message>,
}

/// The log of a conversation the caller may see, strictly after a position. At most `limit` positions; fewer where messages
/// are long, but one at least while there is one.
pub async fn read_page(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    after: i64,
    limit: i64,
) -> Result<LogPage> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let ws = ctx.ws();
            let found = authority::find_readable_head(tx, &ctx, key)?;
            let mut chronicle = LogPage {
                conversation: found.id,
                last_seq: found.last_seq,
                items: merge_items(tx, ws, &found, after, limit)?,
                members: BTreeMap::new(),
                messages: BTreeMap::new(),
            };
            chronicle.resolve_references(tx, ws, found.number)?;
            Ok(chronicle)
        })
        .await
}

impl LogPage {
    fn resolve_references(&mut self, tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
        let mut bytes = 0;
        for (place, item) in self.items.iter().enumerate() {
            let LogItem::Entry(entry) = item else {
                continue;
            };
            let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
            match entry.kind {
                LogEntryKind::Joined | LogEntryKind::Left | LogEntryKind::Removed => {
                    let numbers = payload["members"].as_array().into_iter().flatten();
                    for number in numbers.filter_map(Value::as_i64) {
                        if !self.members.contains_key(&number)
                            && let Some(found) = member::find(tx, ws, MemberLookup::Number(number))?
                        {
                            self.members.insert(number, found.member.key);
                        }
                    }
                }
                LogEntryKind::MessageEdited => {
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
                        if bytes >= MAX_EDITED_BYTES {
                            self.items.truncate(place + 1);
                            break;
                        }
                    }
                }
                LogEntryKind::Created
                | LogEntryKind::Changed
                | LogEntryKind::MessageDeleted
                | LogEntryKind::MessageRated => {}
            }
        }
        Ok(())
    }
}
