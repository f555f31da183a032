//! Finding one file of a space.

use parlor_model::error::EntityKind;
use parlor_model::file::{File, FilePath};
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{file as repo, space};

use crate::Engine;
use crate::space::authorize_read;

/// The file at a path. Asks for `spaces:read`; the owner of the space needs none for it.
pub async fn find(engine: &Engine, ctx: &Ctx, space: SpaceId, path: &FilePath) -> Result<File> {
    let (ctx, path) = (*ctx, path.clone());
    engine
        .store
        .read(move |tx| {
            let home = authorize_read(&ctx, space::find(tx, ctx.ws(), space)?)?;
            let found = repo::at_path(tx, ctx.ws(), home.number, path.as_str())?;
            found.ok_or_else(|| Error::not_found(EntityKind::File))
        })
        .await
}
