//! Finding one space.

use parlor_model::error::EntityKind;
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::Space;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::space as repo;

use crate::Engine;

/// A space. Asks for `spaces:read`; the owner of a space needs none for it.
pub async fn find(engine: &Engine, ctx: &Ctx, id: SpaceId) -> Result<Space> {
    let ws = ctx.ws();
    let found = engine.store.read(move |tx| repo::find(tx, ws, id)).await?;
    authorize_read(ctx, found)
}

pub(crate) fn authorize_read(ctx: &Ctx, found: Option<Space>) -> Result<Space> {
    let own = found
        .as_ref()
        .and_then(|space| space.owner.as_ref())
        .is_some_and(|owner| ctx.is_actor(owner.number));
    if !own {
        ctx.require(Scope::read(Resource::Spaces))?;
    }
    found.ok_or_else(|| Error::not_found(EntityKind::Space))
}
