//! Reads log items together with the members and messages they refer to.
//!
//! Keeps INV-6 (`docs/invariants.md`).

use std::collections::BTreeMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::member::MemberRef;
use parlor_model::message::{MAX_PAGE_BYTES, Message, MessageKey};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{log, message};
use serde_json::Value;
use uuid::Uuid;

use crate::Engine;
use crate::authority;

/// Bytes of edited messages at which a page ends early.
const MAX_EDITED_BYTES: usize = 1 << 20;

/// A page of a log.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// The conversation.
    pub conversation: ConversationId,
    /// Last seq of the whole log.
    pub last_seq: i64,
    /// The items, in order and without a gap.
    pub items: Vec<LogItem>,
    /// Members that joined, left or were removed in it, by number. Deleted members are omitted.
    pub members: BTreeMap<i64, MemberRef>,
    /// Messages edited in it, with their current content, by id. Deleted messages are omitted.
    pub messages: BTreeMap<MessageId, Message>,
}

/// Returns a page of the log of a conversation that the caller may read, strictly after a seq. Returns at most `limit`
/// items; fewer if messages are long, but at least one if any is left.
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
            let mut page = LogPage {
                conversation: found.id,
                last_seq: found.last_seq,
                items: log::read_items(tx, ws, &found, after, limit, MAX_PAGE_BYTES)?,
                members: BTreeMap::new(),
                messages: BTreeMap::new(),
            };
            page.resolve_references(tx, ws, found.number)?;
            Ok(page)
        })
        .await
}

impl LogPage {
    fn resolve_references(&mut self, tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
        let mut bytes = 0;
        for (index, item) in self.items.iter().enumerate() {
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
                LogEntryKind::MessageEdited | LogEntryKind::MessageDelivery => {
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
                        // The rest goes to the next page: a hundred edits may refer to as many long messages.
                        if bytes >= MAX_EDITED_BYTES {
                            self.items.truncate(index + 1);
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
