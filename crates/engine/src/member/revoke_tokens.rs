//! Revokes the tokens of a member.

use parlor_model::error::EntityKind;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{actor, audit};
use serde_json::json;

use super::resolve::find_row;
use super::wallet::revoke_wallet_tokens;
use crate::{Engine, authority};

/// Revokes every token issued to a member so far, of every kind and dialect, including those that prove its wallet
/// address: requests with one are refused and sockets opened by one are closed. API keys stay. Requires
/// `members:write`, and `admin:write` for a member with a workspace role.
pub async fn revoke_tokens(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<()> {
    ctx.require(Scope::write(Resource::Members))?;
    let (ctx, hasher) = (*ctx, engine.vault.wallet_hasher());
    engine
        .store
        .write(move |tx| {
            let stored = find_row(tx, ctx.ws(), &key)?
                .ok_or_else(|| Error::not_found(EntityKind::Member))?;
            let found = stored.member;
            authority::authorize_manage_member(&ctx, &found)?;
            actor::advance_token_epoch(tx, ctx.ws(), found.key.number)?;
            revoke_wallet_tokens(tx, ctx.ws(), &hasher, stored.wallet.as_deref())?;
            let id = found.key.id.uuid();
            audit::insert(
                tx,
                &ctx,
                "member.revoke-tokens",
                EntityKind::Member,
                id,
                &json!({}),
            )
        })
        .await?;
    Ok(())
}
