//! What a member says of itself.

use parlor_model::member::OwnFace;
use parlor_model::{Ctx, Result, text};
use parlor_store::repo::member as repo;

use crate::Engine;

/// Longest name, in characters.
const NAME: usize = 255;
/// Longest address of a picture, in characters.
const PHOTO: usize = 2_048;

/// Changes what the acting member is called and how it looks. Asks for nothing: it is the member's own.
pub async fn present(engine: &Engine, ctx: &Ctx, command: OwnFace) -> Result<()> {
    let actor = ctx.member()?;
    if let Some(name) = &command.name {
        text::limit(name, "name", NAME)?;
    }
    if let Some(photo) = &command.photo {
        text::limit(photo, "photo", PHOTO)?;
    }
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| repo::set_face(tx, ws, actor.number, &command))
        .await?;
    engine.principals.forget_all();
    Ok(())
}
