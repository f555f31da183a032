//! Deleting a space.

use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workspace::SpaceDeletePolicy;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, conversation, file, space as repo};
use serde_json::json;

use crate::file::release_unused;
use crate::{Engine, workspace};

/// Deletes a space for good. Its conversations stay and lose it, unless the workspace's policy refuses or deletes
/// them with it. Its files go with it. Asks for `spaces:write`.
pub async fn delete(engine: &Engine, ctx: &Ctx, id: SpaceId) -> Result<()> {
    ctx.require(Scope::write(Resource::Spaces))?;
    let policy = workspace::find(engine, ctx.workspace.id)
        .await?
        .policy
        .space_delete;
    let ctx = *ctx;
    let files = engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let number = repo::find_number(tx, ws, id)?
                .ok_or_else(|| Error::not_found(EntityKind::Space))?;
            let conversations = repo::list_conversations(tx, ws, number)?;
            match policy {
                SpaceDeletePolicy::Detach => drop(repo::detach_conversations(tx, ws, number)?),
                SpaceDeletePolicy::Refuse if conversations.is_empty() => {}
                SpaceDeletePolicy::Refuse => {
                    return Err(Error::conflict(ConflictReason::Referenced));
                }
                SpaceDeletePolicy::Delete => {
                    conversations
                        .iter()
                        .try_for_each(|one| conversation::delete(tx, ws, *one))?;
                }
            }
            let files = file::delete_of_space(tx, ws, number)?;
            repo::delete(tx, ws, number)?;
            let detail = json!({ "conversations": conversations.len(), "policy": policy.as_str() });
            audit::insert(
                tx,
                &ctx,
                "space.delete",
                EntityKind::Space,
                id.uuid(),
                &detail,
            )?;
            Ok(files)
        })
        .await?;
    if files > 0
        && let Err(error) = release_unused(engine, ctx.ws()).await
    {
        tracing::debug!(?error, "unused contents were left to the upkeep");
    }
    Ok(())
}
