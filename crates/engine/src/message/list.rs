//! Reading messages.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::message::{Message, MessageKey, MessagePage, MessageWalk};
use parlor_model::page::Order;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::message as repo;

use crate::Engine;
use crate::authority;

/// Messages of a conversation the caller may see, and how many there are in all. The page ends early with the message
/// that reaches the walk's bytes.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    walk: MessageWalk,
) -> Result<MessagePage> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::number(tx, &ctx, key)?;
            let (items, is_cut) = stretch(tx, ctx.ws(), number, &walk)?;
            let total = repo::total(tx, ctx.ws(), number, walk.said_only)?;
            Ok(MessagePage {
                items,
                total,
                is_cut,
            })
        })
        .await
}

/// How many messages a conversation the caller may see has: all, or only what people and assistants said.
pub async fn total(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    said_only: bool,
) -> Result<i64> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::number(tx, &ctx, key)?;
            repo::total(tx, ctx.ws(), number, said_only)
        })
        .await
}

/// The rows of a walk, and whether they ended at its bytes although there are more.
pub(super) fn stretch(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    walk: &MessageWalk,
) -> Result<(Vec<Message>, bool)> {
    let found = repo::walk(tx, ws, conversation, walk)?;
    let rows = i64::try_from(found.items.len()).unwrap_or(i64::MAX);
    let is_cut = match found.items.last() {
        Some(last) if found.is_full() && rows < walk.limit => {
            let next = MessageWalk {
                limit: 1,
                ..behind(walk, last.seq)
            };
            !repo::walk(tx, ws, conversation, &next)?.items.is_empty()
        }
        _ => false,
    };
    Ok((found.items, is_cut))
}

/// The same walk behind a position.
pub(super) fn behind(walk: &MessageWalk, seq: i64) -> MessageWalk {
    match walk.order {
        Order::Ascending => MessageWalk {
            after_seq: seq,
            offset: 0,
            ..*walk
        },
        Order::Descending => MessageWalk {
            before_seq: seq,
            offset: 0,
            ..*walk
        },
    }
}

/// One message of a conversation the caller may see.
pub async fn find(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
) -> Result<Message> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::number(tx, &ctx, key)?;
            repo::find(tx, ctx.ws(), number, message)?
                .ok_or_else(|| Error::not_found(Noun::Message))
        })
        .await
}
