//! Lists messages.

use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::{Message, MessagePage, MessageQuery};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::message as repo;

use crate::Engine;
use crate::authority;

/// Returns messages of a conversation that the caller may read, and their total. The page ends early with the message
/// that reaches the query's byte limit.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    query: MessageQuery,
) -> Result<MessagePage> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let (items, is_cut) = read_window(tx, ctx.ws(), number, &query)?;
            let total = repo::count(tx, ctx.ws(), number, query.conversational_only)?;
            Ok(MessagePage {
                items,
                total,
                is_truncated: is_cut,
            })
        })
        .await
}

/// Returns the number of messages of a conversation that the caller may read: all, or only those of users and
/// assistants.
pub async fn total(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    conversational_only: bool,
) -> Result<i64> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            repo::count(tx, ctx.ws(), number, conversational_only)
        })
        .await
}

/// Reads the rows of a query, and returns whether they ended at the byte limit although there are more.
pub(super) fn read_window(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    query: &MessageQuery,
) -> Result<(Vec<Message>, bool)> {
    let found = repo::page(tx, ws, conversation, query)?;
    let rows = i64::try_from(found.items.len()).unwrap_or(i64::MAX);
    let is_cut = match found.items.last() {
        Some(last) if found.is_full() && rows < query.limit => {
            let next = MessageQuery {
                limit: 1,
                ..query_after(query, last.seq)
            };
            !repo::page(tx, ws, conversation, &next)?.items.is_empty()
        }
        _ => false,
    };
    Ok((found.items, is_cut))
}

/// Returns the query that continues after a seq.
pub(super) fn query_after(query: &MessageQuery, seq: i64) -> MessageQuery {
    match query.order {
        SortOrder::Ascending => MessageQuery {
            after_seq: seq,
            offset: 0,
            ..*query
        },
        SortOrder::Descending => MessageQuery {
            before_seq: seq,
            offset: 0,
            ..*query
        },
    }
}
