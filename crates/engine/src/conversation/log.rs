//! Reading a conversation's log.

use parlor_model::conversation::ConversationKey;
use parlor_model::log::Item;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::{log as repo, message};

use crate::{Engine, authority};

/// The log of a conversation the caller may see, strictly after a position, in order and without a gap: messages,
/// what deleted ones left, and every other change. At most `limit` positions.
pub async fn log(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    after: i64,
    limit: i64,
) -> Result<Vec<Item>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::number(tx, &ctx, key)?;
            read(tx, ctx.ws(), number, after, limit)
        })
        .await
}

pub(super) fn read(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Item>> {
    let mut items = message::log(tx, ws, conversation, after, limit)?;
    let entries = repo::after(tx, ws, conversation, after, limit)?;
    items.extend(entries.into_iter().map(Item::Entry));
    items.sort_unstable_by_key(Item::seq);
    items.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(items)
}
