//! Deletes a message.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::log::LogEntryKind;
use parlor_model::message::MessageKey;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, file, log, message as repo};
use serde_json::json;

use crate::Engine;
use crate::authority::{self, ConversationPermission};
use crate::file::release_unreferenced;

/// Deletes a message: its text and its files are removed, its seq becomes a tombstone, and a log entry is appended, whose seq is
/// returned. Requires `messages:write`, except for the caller's own message.
pub async fn delete(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
) -> Result<i64> {
    let ctx = *ctx;
    let (seq, contents) = engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let target =
                authority::authorize(tx, &ctx, key, ConversationPermission::Write)?.conversation;
            let number = target.number;
            let found = repo::find(tx, ws, number, message)?
                .ok_or_else(|| Error::not_found(EntityKind::Message))?;
            authority::authorize_message_change(&ctx, target.kind, &found)?;
            let files = file::of_message(tx, ws, found.id, i64::MAX)?;
            let contents: Vec<i64> = files.iter().map(|file| file.content.number).collect();
            repo::clear(tx, ws, number, &found)?;
            audit::insert(
                tx,
                &ctx,
                "message.delete",
                EntityKind::Message,
                found.id.uuid(),
                &json!({ "seq": found.seq }),
            )?;
            let payload =
                json!({ "message": found.id.uuid().to_string(), "seq": found.seq }).to_string();
            let actor = ctx.actor.map(|actor| actor.number);
            let kind = LogEntryKind::MessageDeleted;
            let seq = log::append_entry(tx, ws, number, kind, actor, &payload)?;
            Ok((seq, contents))
        })
        .await?;
    release_unreferenced(engine, ctx.ws(), &contents).await;
    Ok(seq)
}
