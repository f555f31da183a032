//! Ending the tokens of a member.

use parlor_model::error::EntityKind;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{actor, audit};
use serde_json::json;

use super::resolve::find_row;
use super::wallet::revoke_wallet_tokens;
use crate::{Engine, authority};

/// Ends every token that was issued to a member until now, of every kind and in every dialect: the next request with one,
/// and every open socket that came by one, is refused. So do the tokens that prove the address of its wallet. Keys stay. Asks for `members:write`, and for a member that runs
/// the workspace for `admin:write`.
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
