//! Finds a file of a space.

use parlor_model::error::EntityKind;
use parlor_model::file::{File, FilePath};
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{file as repo, space};

use crate::{Engine, authority};

/// Returns the number of a space.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_space_number(tx: &mut dyn Tx, ws: i64, id: SpaceId) -> Result<i64> {
    space::find_number(tx, ws, id)?.ok_or_else(|| Error::not_found(EntityKind::Space))
}

/// Returns the file at a path. Requires `spaces:read`, except for the owner of the space.
pub async fn find(engine: &Engine, ctx: &Ctx, space: SpaceId, path: &FilePath) -> Result<File> {
    let (ctx, path) = (*ctx, path.clone());
    engine
        .store
        .read(move |tx| {
            let home = authority::authorize_read_space(&ctx, space::find(tx, ctx.ws(), space)?)?;
            let found = repo::at_path(tx, ctx.ws(), home.number, path.as_str())?;
            found.ok_or_else(|| Error::not_found(EntityKind::File))
        })
        .await
}
