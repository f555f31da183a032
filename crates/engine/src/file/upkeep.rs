//! Removing what broken uploads and failed removals have left.

use std::time::Duration;

use parlor_model::Result;
use parlor_store::repo::file as repo;

use super::release::release_unused;
use crate::{Engine, workspace};

/// The task of a server that removes bytes which belong to no file. Every node may have one.
#[derive(Debug, Clone, Copy)]
pub struct Upkeep {
    /// How long it rests between two rounds.
    pub rest: Duration,
}

impl Upkeep {
    /// Works until the future is dropped; the first round comes after a rest, so that a start is not slowed.
    pub async fn run(self, engine: &Engine) {
        loop {
            tokio::time::sleep(self.rest).await;
            if let Err(error) = Self::round(engine).await {
                tracing::warn!(?error, "files could not be cleaned up; trying again later");
            }
        }
    }

    /// Goes through all workspaces once.
    pub async fn round(engine: &Engine) -> Result<()> {
        for place in workspace::list(engine).await? {
            let ws = place.key.number;
            release_unused(engine, ws).await?;
            for part in 0..=u8::MAX {
                for stray in engine.blobs.strays(ws, part, engine.now()).await? {
                    let location = stray.location;
                    let is_used = engine
                        .store
                        .read(move |tx| repo::is_location_used(tx, location))
                        .await?;
                    if !is_used {
                        engine.blobs.remove(location, stray.hash).await?;
                    }
                }
            }
        }
        Ok(())
    }
}
