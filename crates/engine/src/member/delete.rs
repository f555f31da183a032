//! Deletes a member.

use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::MemberId;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, detach, member as repo};
use serde_json::json;

use super::detach::detach;
use super::leave_all_conversations::leave_all_conversations;
use super::wallet::revoke_wallet_tokens;
use crate::{Engine, authority};

/// Deletes a member: it leaves every conversation, its direct conversations stay with the peer, and its messages lose
/// their author. Its keys, tokens and sockets end. Requires `members:write`.
///
/// # Errors
/// `Conflict` for a member with a workspace role.
pub async fn delete(engine: &Engine, ctx: &Ctx, id: MemberId) -> Result<()> {
    ctx.require(Scope::write(Resource::Members))?;
    let ctx = *ctx;
    detach(engine, &ctx, MemberKey::Id(id), false).await?;
    let hasher = engine.vault.wallet_hasher();
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let found = repo::find(tx, ws, repo::MemberLookup::Id(id))?
                .ok_or_else(|| Error::not_found(EntityKind::Member))?;
            if found.member.role.is_some() {
                return Err(Error::conflict(ConflictReason::HasRole));
            }
            authority::authorize_manage_member(&ctx, &found.member)?;
            let number = found.member.key.number;
            let left = leave_all_conversations(tx, &ctx, number)?;
            revoke_wallet_tokens(tx, ws, &hasher, found.wallet.as_deref())?;
            detach::delete(tx, ws, number)?;
            let detail = json!({ "left_conversations": left });
            audit::insert(
                tx,
                &ctx,
                "member.delete",
                EntityKind::Member,
                id.uuid(),
                &detail,
            )
        })
        .await?;
    Ok(())
}
