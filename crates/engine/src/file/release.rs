//! Removes contents that no file refers to.

use parlor_model::Result;
use parlor_model::file::Content;
use parlor_store::repo::file as repo;

use crate::Engine;

/// Contents per step.
const STEP: i64 = 100;

/// Removes those of the given contents that no file refers to. The upkeep repeats failed removals: the files are already
/// deleted.
pub(crate) async fn release_unreferenced(engine: &Engine, ws: i64, contents: &[i64]) {
    for number in contents {
        let number = *number;
        let looked_up = engine
            .store
            .read(move |tx| repo::unused(tx, ws, number - 1, 1))
            .await;
        let removed = match looked_up {
            Ok(found) => {
                let is_meant = |content: &&Content| content.number == number;
                match found.iter().find(is_meant) {
                    Some(content) => discard(engine, *content).await,
                    None => Ok(()),
                }
            }
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            tracing::debug!(?error, "an unused content was left to the upkeep");
        }
    }
}

/// Removes all contents of a workspace that no file refers to.
pub(crate) async fn release_unused(engine: &Engine, ws: i64) -> Result<()> {
    let mut after = 0;
    loop {
        let found = engine
            .store
            .read(move |tx| repo::unused(tx, ws, after, STEP))
            .await?;
        let Some(last) = found.last() else {
            return Ok(());
        };
        after = last.number;
        for content in found {
            discard(engine, content).await?;
        }
    }
}

/// Deletes the row before the bytes: the upkeep finds bytes without a row, but a row without bytes could not be read.
async fn discard(engine: &Engine, content: Content) -> Result<()> {
    let is_gone = engine
        .store
        .write(move |tx| repo::discard(tx, &content))
        .await?;
    // Looked at after the commit: a snapshot that has the row is of a hold that has begun before.
    if is_gone && !engine.removal_holds.is_held() {
        engine
            .blobs
            .remove(content.location, Some(content.hash))
            .await?;
    }
    Ok(())
}
