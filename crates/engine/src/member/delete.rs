//! Deleting a member.

use parlor_model::error::{Conflict, Noun};
use parlor_model::id::MemberId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, conversation, member as repo};
use serde_json::json;

use crate::Engine;

/// Deletes a member for good: spaces and conversations stay and lose it, its direct conversations go, its messages
/// stay without an author. One with a role in the workspace is refused. Asks for `members:write`.
pub async fn delete(engine: &Engine, ctx: &Ctx, id: MemberId) -> Result<()> {
    ctx.require(Scope::write(Resource::Members))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let found = repo::find(tx, ws, repo::By::Id(id))?
                .ok_or_else(|| Error::not_found(Noun::Member))?;
            if found.member.role.is_some() {
                return Err(Error::conflict(Conflict::HasRole));
            }
            let number = found.member.key.number;
            let direct = repo::direct_conversations(tx, ws, number)?;
            for conversation in &direct {
                conversation::delete(tx, ws, *conversation)?;
            }
            repo::delete(tx, ws, number)?;
            let detail = json!({ "direct_conversations": direct.len() });
            audit::insert(tx, &ctx, "member.delete", Noun::Member, id.uuid(), &detail)
        })
        .await?;
    engine.principals.forget_all();
    Ok(())
}
