//! Finds a space.

use parlor_model::id::SpaceId;
use parlor_model::space::Space;
use parlor_model::{Ctx, Result};
use parlor_store::repo::space as repo;

use crate::{Engine, authority};

/// Returns a space. Requires `spaces:read`, except for its owner.
pub async fn find(engine: &Engine, ctx: &Ctx, id: SpaceId) -> Result<Space> {
    let ws = ctx.ws();
    let found = engine.store.read(move |tx| repo::find(tx, ws, id)).await?;
    authority::authorize_read_space(ctx, found)
}
