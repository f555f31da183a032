//! Deletes a conversation.

use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::EntityKind;
use parlor_model::scope::Scope;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{audit, conversation as repo, message};
use serde_json::json;

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// Deletes a conversation with all its messages and writes an audit entry. Returns the time of the deletion. Requires
/// the scope that the dialect passes, and that the conversation is visible.
pub async fn delete(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    scope: Scope,
) -> Result<Timestamp> {
    ctx.require(scope)?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let found =
                authority::find_conversation(tx, &ctx, key, ConversationPermission::Manage)?
                    .conversation;
            delete_in_tx(tx, &ctx, &found)?;
            Ok(tx.next_stamp().at)
        })
        .await
}

/// Deletes a conversation that the caller is known to be allowed to delete.
pub(crate) fn delete_in_tx(tx: &mut dyn Tx, ctx: &Ctx, found: &Conversation) -> Result<()> {
    let messages = message::count(tx, ctx.ws(), found.number, false)?;
    repo::delete(tx, ctx.ws(), found.number)?;
    let detail = json!({ "kind": found.kind.as_str(), "messages": messages });
    audit::insert(
        tx,
        ctx,
        "conversation.delete",
        EntityKind::Conversation,
        found.id.uuid(),
        &detail,
    )
}
