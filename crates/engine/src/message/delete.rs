//! Deleting a message.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{Denied, Noun};
use parlor_model::id::MessageId;
use parlor_model::log::EntryKind;
use parlor_model::message::Message;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, log, message as repo};
use serde_json::json;

use crate::Engine;
use crate::conversation::visible;

/// Deletes a message: its text is gone, its position stays as an empty entry, and the deletion takes a position of
/// its own, which it gives. One's own message, or any with `messages:write`.
pub async fn delete(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    id: MessageId,
) -> Result<i64> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let number = visible(tx, &ctx, key)?.number;
            let found =
                repo::find(tx, ws, number, id)?.ok_or_else(|| Error::not_found(Noun::Message))?;
            permitted(&ctx, &found)?;
            repo::erase(tx, ws, number, found.number)?;
            audit::insert(
                tx,
                &ctx,
                "message.delete",
                Noun::Message,
                id.uuid(),
                &json!({ "seq": found.seq }),
            )?;
            let payload = json!({ "message": id.uuid().to_string(), "seq": found.seq }).to_string();
            let actor = ctx.actor.map(|actor| actor.number);
            log::append(tx, ws, number, EntryKind::MessageDeleted, actor, &payload)
        })
        .await
}

/// One's own message, or any with the scope.
pub(super) fn permitted(ctx: &Ctx, message: &Message) -> Result<()> {
    let own = message
        .author
        .as_ref()
        .is_some_and(|author| ctx.is_actor(author.number));
    let write = Scope::write(Resource::Messages);
    if own || ctx.allows(write) {
        Ok(())
    } else {
        Err(Error::forbidden(Denied::MissingScope(write)))
    }
}
