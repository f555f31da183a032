//! The member that a caller names in passing.

use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, error::EntityKind};

use super::resolve::{find_ref, resolve_or_create};
use crate::Engine;

/// The member that is the first of `names` to name somebody; where none does, it is made of the last one, if that can
/// be. Oneself without a scope; anybody else asks for `members:read`, and being made for `members:write`.
pub async fn find_or_create_first(
    engine: &Engine,
    ctx: &Ctx,
    names: Vec<MemberKey>,
) -> Result<MemberRef> {
    let (ctx, asked) = (*ctx, names.clone());
    let found = engine
        .store
        .read(move |tx| {
            for name in &asked {
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
