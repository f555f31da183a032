//! Deletes a member together with its own conversations.

use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::repo::{audit, conversation, detach, member as repo};
use serde_json::json;

use super::detach::detach;
use super::leave_all_conversations::leave_all_conversations;
use super::resolve::find_row;
use super::wallet::revoke_wallet_tokens;
use crate::{Engine, authority};

/// A deleted member.
#[derive(Debug, Clone, Copy)]
pub struct DeleteMemberResult {
    /// Number of conversations deleted with it.
    pub conversations: i64,
    /// Time of the deletion.
    pub at: Timestamp,
}

/// Deletes a member and every conversation of which it is the subject. It leaves the other conversations, its direct
/// conversations stay with the peer, and its messages there lose their author. Requires `members:write` and
/// `conversations:write`.
///
/// # Errors
/// `NotFound` also for an assistant, `Conflict` for a member with a workspace role.
pub async fn delete_with_conversations(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
) -> Result<DeleteMemberResult> {
    ctx.require(Scope::write(Resource::Members))?;
    ctx.require(Scope::write(Resource::Conversations))?;
    let ctx = *ctx;
    let deleted_before = detach(engine, &ctx, key.clone(), true).await?;
    let hasher = engine.vault.wallet_hasher();
    let result = engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let stored = find_row(tx, ws, &key)?
                .filter(|stored| stored.member.key.kind != MemberKind::Assistant)
                .ok_or_else(|| Error::not_found(EntityKind::Member))?;
            let found = stored.member;
            if found.role.is_some() {
                return Err(Error::conflict(ConflictReason::HasRole));
            }
            authority::authorize_manage_member(&ctx, &found)?;
            let number = found.key.number;
            let own = repo::list_conversations_for(tx, ws, number)?;
            for conversation in &own {
                conversation::delete(tx, ws, *conversation)?;
            }
            let left = leave_all_conversations(tx, &ctx, number)?;
            revoke_wallet_tokens(tx, ws, &hasher, stored.wallet.as_deref())?;
            detach::delete(tx, ws, number)?;
            let own = deleted_before + own.len();
            let detail = json!({ "conversations": own, "left_conversations": left });
            let id = found.key.id.uuid();
            audit::insert(tx, &ctx, "member.erase", EntityKind::Member, id, &detail)?;
            Ok(DeleteMemberResult {
                conversations: i64::try_from(own).unwrap_or(i64::MAX),
                at: tx.next_stamp().at,
            })
        })
        .await?;
    Ok(result)
}
