//! Deleting a member with all that is its own.

use parlor_model::error::{Conflict, Noun};
use parlor_model::member::{Kind, MemberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::repo::{audit, conversation, member as repo};
use serde_json::json;

use super::depart::depart;
use super::detach::detach;
use super::resolve::stored;
use super::wallet::revoke_wallet;
use crate::{Engine, authority};

/// A member that is gone.
#[derive(Debug, Clone, Copy)]
pub struct Erased {
    /// How many conversations went with it.
    pub conversations: i64,
    /// When.
    pub at: Timestamp,
}

/// Deletes a member for good, and with it every conversation that is for it. It leaves the others as by its own will, its
/// direct conversations stay with the other one, and what it said there stays without an author. An assistant is as unknown as nobody; one with a role in the workspace is refused. Asks
/// for `members:write` and `conversations:write`.
pub async fn erase(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Erased> {
    ctx.require(Scope::write(Resource::Members))?;
    ctx.require(Scope::write(Resource::Conversations))?;
    let ctx = *ctx;
    let before = detach(engine, &ctx, key.clone(), true).await?;
    let hasher = engine.vault.wallet_hasher();
    let erased = engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let stored = stored(tx, ws, &key)?
                .filter(|stored| stored.member.key.kind != Kind::Assistant)
                .ok_or_else(|| Error::not_found(Noun::Member))?;
            let found = stored.member;
            if found.role.is_some() {
                return Err(Error::conflict(Conflict::HasRole));
            }
            authority::manage_member(&ctx, &found)?;
            let number = found.key.number;
            let own = repo::conversations_for(tx, ws, number)?;
            for conversation in &own {
                conversation::delete(tx, ws, *conversation)?;
            }
            let left = depart(tx, &ctx, number)?;
            revoke_wallet(tx, ws, &hasher, stored.wallet.as_deref())?;
            repo::delete(tx, ws, number, before.since)?;
            let own = before.own + own.len();
            let detail = json!({ "conversations": own, "left_conversations": left });
            let id = found.key.id.uuid();
            audit::insert(tx, &ctx, "member.erase", Noun::Member, id, &detail)?;
            Ok(Erased {
                conversations: i64::try_from(own).unwrap_or(i64::MAX),
                at: tx.stamp().at,
            })
        })
        .await?;
    Ok(erased)
}
