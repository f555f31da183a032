//! Copies and moves files within a space.

use parlor_model::error::EntityKind;
use parlor_model::file::{File, FilePath};
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::file::{self as repo, FileLocation, NewFileRow};

use super::directory::files_below;
use super::find::find_space_number;
use super::release::release_unreferenced;
use crate::Engine;

/// Maximum files of a directory that is copied or moved.
const MAX_FILES: usize = 1_000;
/// Name of the destination path in errors.
const DESTINATION: &str = "destinationPath";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Transfer {
    Copy,
    Move,
}

/// Copies a file, or a directory with all files below it, to a path of the same space, and replaces the files there.
/// Copies get new ids. Does nothing if both paths are equal. Requires `spaces:write`.
///
/// # Errors
/// `NotFound` if nothing is there, `Invalid` for a directory that would be below itself or that has too many files.
pub async fn copy(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    from: &FilePath,
    to: &FilePath,
) -> Result<()> {
    transfer(engine, ctx, space, (from, to), Transfer::Copy).await
}

/// Moves a file, or a directory with all files below it, to a path of the same space in one commit. Ids stay. Otherwise
/// as [`copy`].
///
/// # Errors
/// As [`copy`].
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
            let home = (ws, find_space_number(tx, ws, space)?);
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
    release_unreferenced(engine, ws, &replaced).await;
    Ok(())
}

/// Returns the file at a path and all files below it.
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

/// Puts a file at a path and returns the content of the file it replaces.
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
