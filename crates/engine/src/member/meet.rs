//! Acting for a member by the name that the customer gave it.

use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::Scope;
use parlor_model::{Ctx, Result};

use super::Ensured;
use super::resolve::{known, resolve};
use crate::{Engine, authority};

/// The member that goes by a key, for a caller that will act as it; made where nobody does yet and the key may be a new
/// one's. Oneself without a scope; for anybody else the scope is asked for, which tells nothing of who exists, and for
/// one with a role in the workspace what [`authority`] asks besides.
pub async fn meet(engine: &Engine, ctx: &Ctx, key: MemberKey, scope: Scope) -> Result<Ensured> {
    let ctx = *ctx;
    let asked = key.clone();
    let found = engine
        .store
        .read(move |tx| {
            let found = known(tx, ctx.ws(), &asked)?;
            let allowed = match &found {
                Some(found) => authority::act_as(tx, &ctx, found.number),
                None => Ok(()),
            };
            Ok(found.map(|found| (found, allowed)))
        })
        .await?;
    let is_own = |found: &MemberRef| ctx.is_actor(found.number);
    if !found.as_ref().is_some_and(|(found, _)| is_own(found)) {
        ctx.require(scope)?;
    }
    if let Some((member, allowed)) = found {
        allowed?;
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
