//! Acting for a member by the name that the customer gave it.

use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::Scope;
use parlor_model::{Ctx, Result};

use super::Ensured;
use super::resolve::{known, resolve};
use crate::Engine;

/// The member that goes by a key, made where nobody does yet and the key may be a new one's. Oneself without a scope;
/// for anybody else the scope is asked for, which tells nothing of who exists.
pub async fn meet(engine: &Engine, ctx: &Ctx, key: MemberKey, scope: Scope) -> Result<Ensured> {
    let ctx = *ctx;
    let asked = key.clone();
    let found = engine
        .store
        .read(move |tx| known(tx, ctx.ws(), &asked))
        .await?;
    let is_own = |found: &MemberRef| ctx.is_actor(found.number);
    if !found.as_ref().is_some_and(is_own) {
        ctx.require(scope)?;
    }
    if let Some(member) = found {
        return Ok(Ensured {
            member,
            is_new: false,
        });
    }
    engine
        .store
        .write(move |tx| {
            let is_new = known(tx, ctx.ws(), &key)?.is_none();
            let member = resolve(tx, ctx.ws(), &key)?;
            Ok(Ensured { member, is_new })
        })
        .await
}
