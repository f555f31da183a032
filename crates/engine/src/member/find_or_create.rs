//! Acting for a member by the name that the customer gave it.

use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::Scope;
use parlor_model::{Ctx, Result};

use super::EnsureMemberResult;
use super::resolve::{find_ref, resolve_or_create};
use crate::{Engine, authority};

/// The member that goes by a key, for a caller that will act as it; made where nobody does yet and the key may be a new
/// one's. Oneself without a scope; for anybody else the scope is asked for, which tells nothing of who exists, and for
/// one with a role in the workspace what [`authority`] asks besides.
pub async fn find_or_create(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
    scope: Scope,
) -> Result<EnsureMemberResult> {
    let ctx = *ctx;
    let asked = key.clone();
    let found = engine
        .store
        .read(move |tx| {
            let found = find_ref(tx, ctx.ws(), &asked)?;
            let allowed = match &found {
                Some(found) => authority::authorize_act_as(tx, &ctx, found.number),
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
        return Ok(EnsureMemberResult {
            member,
            is_new: false,
        });
    }
    engine
        .store
        .write(move |tx| {
            let is_new = find_ref(tx, ctx.ws(), &key)?.is_none();
            let member = resolve_or_create(tx, ctx.ws(), &key)?;
            Ok(EnsureMemberResult { member, is_new })
        })
        .await
}
