//! Reading messages.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::message::{Message, MessageKey, MessagePage, MessageWalk};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::message as repo;

use crate::Engine;
use crate::authority;

/// Messages of a conversation the caller may see, and how many there are in all.
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
            let items = repo::walk(tx, ctx.ws(), number, &walk)?;
            let total = repo::total(tx, ctx.ws(), number, walk.said_only)?;
            Ok(MessagePage { items, total })
        })
        .await
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
