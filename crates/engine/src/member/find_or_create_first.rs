//! Finds the first existing member of several keys, or creates one.

use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, error::EntityKind};

use super::resolve::{find_ref, resolve_or_create};
use crate::Engine;

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
