//! Deleting a space.

use parlor_model::error::{Conflict, Noun};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workspace::SpaceDelete;
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
            let files = file::delete_of_space(tx, ws, number)?;
            repo::delete(tx, ws, number)?;
            let detail = json!({ "conversations": conversations.len(), "policy": policy.word() });
            audit::insert(tx, &ctx, "space.delete", Noun::Space, id.uuid(), &detail)?;
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
