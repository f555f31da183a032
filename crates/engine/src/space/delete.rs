//! Deleting a space.

use parlor_model::error::{Conflict, Noun};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workspace::SpaceDelete;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, conversation, space as repo};
use serde_json::json;

use crate::{Engine, workspace};

/// Deletes a space for good. Its conversations stay and lose it, unless the workspace's policy refuses or deletes
/// them with it. Asks for `spaces:write`.
pub async fn delete(engine: &Engine, ctx: &Ctx, id: SpaceId) -> Result<()> {
    ctx.require(Scope::write(Resource::Spaces))?;
    let policy = workspace::find(engine, ctx.workspace.id)
        .await?
        .policy
        .space_delete;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let number = repo::number(tx, ws, id)?.ok_or_else(|| Error::not_found(Noun::Space))?;
            let conversations = repo::conversations(tx, ws, number)?;
            match policy {
                SpaceDelete::Detach => drop(repo::detach_conversations(tx, ws, number)?),
                SpaceDelete::Refuse if conversations.is_empty() => {}
                SpaceDelete::Refuse => return Err(Error::conflict(Conflict::Referenced)),
                SpaceDelete::Delete => {
                    conversations
                        .iter()
                        .try_for_each(|one| conversation::delete(tx, ws, *one))?;
                }
            }
            repo::delete(tx, ws, number)?;
            let detail = json!({ "conversations": conversations.len(), "policy": policy.word() });
            audit::insert(tx, &ctx, "space.delete", Noun::Space, id.uuid(), &detail)
        })
        .await
}
