//! Finds or creates a member by key, to act as it.

use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::Scope;
use parlor_model::{Ctx, Result};

use super::EnsureMemberResult;
use super::resolve::{find_ref, resolve_or_create};
use crate::{Engine, authority};

/// Returns the member with a key, for a caller that will act as it, and creates it if the key allows that. The acting
/// member itself needs no scope. For any other the scope is checked before existence is revealed, and [`authority`]
/// decides for one with a workspace role.
pub async fn find_or_create(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
    scope: Scope,
) -> Result<EnsureMemberResult> {
    let ctx = *ctx;
    let lookup_key = key.clone();
    let found = engine
        .store
        .read(move |tx| {
            let found = find_ref(tx, ctx.ws(), &lookup_key)?;
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
