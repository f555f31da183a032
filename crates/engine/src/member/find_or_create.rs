//! Finds or creates a member by key.

use parlor_model::error::EntityKind;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use super::EnsureMemberResult;
use super::resolve::{find_ref, resolve_or_create};
use crate::{Engine, authority};

/// Returns the member with a key, for a caller that will act as it, and creates it if the key allows that. The acting
/// member itself needs no scope. For any other the scope is checked before existence is revealed, and `authority`
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

/// Returns the first member that exists under one of `names`; otherwise creates one from the last name, if possible.
/// Requires `members:read` except for the acting member itself, and `members:write` to create.
pub async fn find_or_create_first(
    engine: &Engine,
    ctx: &Ctx,
    names: Vec<MemberKey>,
) -> Result<MemberRef> {
    let (ctx, lookup_names) = (*ctx, names.clone());
    let found = engine
        .store
        .read(move |tx| {
            for name in &lookup_names {
                if let Some(found) = find_ref(tx, ctx.ws(), name)? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        })
        .await?;
    match found {
        Some(found) if ctx.is_actor(found.number) => Ok(found),
        Some(found) => ctx.require(Scope::read(Resource::Members)).map(|()| found),
        None => {
            ctx.require(Scope::write(Resource::Members))?;
            engine
                .store
                .write(move |tx| {
                    let last = names.last();
                    let last = last.ok_or_else(|| Error::not_found(EntityKind::Member))?;
                    resolve_or_create(tx, ctx.ws(), last)
                })
                .await
        }
    }
}
