//! Reading some messages of a conversation by number.

use parlor_model::conversation::ConversationKey;
use parlor_model::message::{Message, MessageKey};
use parlor_model::{Ctx, Result};
use parlor_store::repo::message as repo;

use crate::Engine;
use crate::authority;

/// Those of some messages that are in a conversation the caller may see. Numbers of others, and of messages that are
/// gone, are passed over.
pub async fn find_many(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    numbers: Vec<i64>,
) -> Result<Vec<Message>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let conversation = authority::find_readable_number(tx, &ctx, key)?;
            let mut found = Vec::with_capacity(numbers.len());
            for number in &numbers {
                let key = MessageKey::Number(*number);
                found.extend(repo::find(tx, ctx.ws(), conversation, key)?);
            }
            Ok(found)
        })
        .await
}
