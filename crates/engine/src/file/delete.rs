//! Deletes files of a space.

use parlor_model::error::EntityKind;
use parlor_model::file::FilePath;
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::file as repo;

use super::directory::{end_of, files_below};
use super::find::find_space_number;
use super::release::{release_unreferenced, release_unused};
use crate::Engine;

/// Deletes the file at a path, with `is_recursive` also everything below it. Requires `spaces:write`.
///
/// # Errors
/// `NotFound` if nothing is there, `Invalid` for a directory without `is_recursive`.
pub async fn delete(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    path: &FilePath,
    is_recursive: bool,
) -> Result<()> {
    ctx.require(Scope::write(Resource::Spaces))?;
    let ws = ctx.ws();
    let path = path.clone();
    let (deleted, many) = engine
        .store
        .write(move |tx| {
            let space = find_space_number(tx, ws, space)?;
            let file = repo::at_path(tx, ws, space, path.as_str())?;
            if let Some(file) = &file {
                repo::delete(tx, ws, file.number)?;
            }
            let mut many = 0;
            if is_recursive {
                let (after, before) = (path.directory_prefix(), end_of(path.as_str()));
                many = repo::delete_below(tx, (ws, space), &after, &before)?;
            } else if file.is_none() && !files_below(tx, (ws, space), &path, 1)?.is_empty() {
                let rule = "must be true for a directory that is not empty";
                return Err(Error::invalid("recursive", rule));
            }
            match (file, many) {
                (None, 0) => Err(Error::not_found(EntityKind::File)),
                (file, many) => Ok((file.map(|file| file.content.number), many)),
            }
        })
        .await?;
    if let Some(content) = deleted {
        release_unreferenced(engine, ws, &[content]).await;
    }
    if many > 0
        && let Err(error) = release_unused(engine, ws).await
    {
        tracing::debug!(?error, "unused contents were left to the upkeep");
    }
    Ok(())
}
