//! Updates the acting member's public profile.

use parlor_model::member::UpdateOwnProfile;
use parlor_model::{Ctx, Result, limit};
use parlor_store::repo::public_profile as repo;

use crate::Engine;

/// Changes the acting member's name and picture. Requires no scope.
pub async fn update_own_profile(
    engine: &Engine,
    ctx: &Ctx,
    command: UpdateOwnProfile,
) -> Result<()> {
    let actor = ctx.member()?;
    if let Some(name) = &command.name {
        limit::NAME.validate(name, "name")?;
    }
    if let Some(photo) = &command.photo {
        limit::ADDRESS.validate(photo, "photo")?;
    }
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| repo::update(tx, ws, actor.number, &command))
        .await?;
    Ok(())
}
