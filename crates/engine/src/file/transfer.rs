//! Copying and moving files within a space.

use parlor_model::error::EntityKind;
use parlor_model::file::{File, FilePath};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::file::{self as repo, FileLocation, NewFileRow};
use parlor_store::repo::space;

use super::directory::files_below;
use super::release::release;
use crate::Engine;

/// Files of the largest directory that is copied or moved at once.
const MAX_FILES: usize = 1_000;
/// How refusals name the path that something goes to.
const DESTINATION: &str = "destinationPath";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Transfer {
    Copy,
    Move,
}

/// Copies a file, or a directory with all files below it, to a path of the same space, over what is there. The copy has
/// ids of its own. Onto itself nothing happens. Asks for `spaces:write`.
///
/// # Errors
/// `NotFound` where there is nothing, `Invalid` for a directory that goes below itself or that has too many files.
pub async fn copy(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    from: &FilePath,
    to: &FilePath,
) -> Result<()> {
    transfer(engine, ctx, space, (from, to), Transfer::Copy).await
}

/// The same, and the source is gone in the same commit; ids stay.
///
/// # Errors
/// Those of [`copy`].
pub async fn rename(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    from: &FilePath,
    to: &FilePath,
) -> Result<()> {
    transfer(engine, ctx, space, (from, to), Transfer::Move).await
}

async fn transfer(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    (from, to): (&FilePath, &FilePath),
    transfer: Transfer,
) -> Result<()> {
    ctx.require(Scope::write(Resource::Spaces))?;
    let ws = ctx.ws();
    let (from, to) = (from.clone(), to.clone());
    let replaced = engine
        .store
        .write(move |tx| {
            let space = space::find_number(tx, ws, space)?;
            let home = (
                ws,
                space.ok_or_else(|| Error::not_found(EntityKind::Space))?,
            );
            let sources = sources(tx, home, &from)?;
            if from == to {
                return Ok(Vec::new());
            }
            let has_directory = sources.iter().any(|file| file.path != from.as_str());
            if has_directory && to.is_below(&from) {
                return Err(Error::invalid(
                    DESTINATION,
                    "must not lie below the directory itself",
                ));
            }
            let mut replaced = Vec::new();
            for file in &sources {
                let path = FilePath::parse(&file.path, "path")?;
                let path = match path == from {
                    true => to.clone(),
                    false => path.rebase(&from, &to, DESTINATION)?,
                };
                replaced.extend(put(tx, home, file, &path, transfer)?);
            }
            Ok(replaced)
        })
        .await?;
    release(engine, ws, &replaced).await;
    Ok(())
}

/// The file at a path and all files below it.
fn sources(tx: &mut dyn Tx, home: (i64, i64), from: &FilePath) -> Result<Vec<File>> {
    let limit = i64::try_from(MAX_FILES + 1).unwrap_or(i64::MAX);
    let mut found = files_below(tx, home, from, limit)?;
    if found.len() > MAX_FILES {
        let rule = format!("must be a directory with at most {MAX_FILES} files");
        return Err(Error::invalid("path", rule));
    }
    found.extend(repo::at_path(tx, home.0, home.1, from.as_str())?);
    match found.is_empty() {
        true => Err(Error::not_found(EntityKind::File)),
        false => Ok(found),
    }
}

/// Gives the content of the file that was at the path.
fn put(
    tx: &mut dyn Tx,
    (ws, space): (i64, i64),
    file: &File,
    path: &FilePath,
    transfer: Transfer,
) -> Result<Option<i64>> {
    let replaced = repo::at_path(tx, ws, space, path.as_str())?;
    match transfer {
        Transfer::Copy => {
            repo::claim(tx, ws, file.content.number)?;
            let new = NewFileRow {
                id: tx.next_stamp().id(),
                location: FileLocation::Space(space, path.as_str()),
                media_type: file.media_type.as_deref(),
                content: file.content.number,
            };
            repo::put(tx, ws, &new)?;
        }
        Transfer::Move => {
            if let Some(replaced) = &replaced {
                repo::delete(tx, ws, replaced.number)?;
            }
            repo::rename(tx, ws, file.number, path.as_str())?;
        }
    }
    Ok(replaced.map(|replaced| replaced.content.number))
}
