//! Ending the tokens of a member.

use parlor_model::error::Noun;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, member as repo};
use serde_json::json;

use super::resolve::stored;
use super::wallet::revoke_wallet;
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
            let stored =
                stored(tx, ctx.ws(), &key)?.ok_or_else(|| Error::not_found(Noun::Member))?;
            let found = stored.member;
            authority::manage_member(&ctx, &found)?;
            repo::raise_token_epoch(tx, ctx.ws(), found.key.number)?;
            revoke_wallet(tx, ctx.ws(), &hasher, stored.wallet.as_deref())?;
            let id = found.key.id.uuid();
            audit::insert(
                tx,
                &ctx,
                "member.revoke-tokens",
                Noun::Member,
                id,
                &json!({}),
            )
        })
        .await?;
    Ok(())
}
