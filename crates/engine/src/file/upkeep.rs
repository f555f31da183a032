//! Removes the remains of aborted uploads and of failed removals.

use std::time::Duration;

use parlor_model::Result;
use parlor_store::repo::file as repo;

use super::release::release_unused;
use crate::{Engine, workspace};

/// Background task that removes bytes without a file. Every node may run one.
#[derive(Debug, Clone, Copy)]
pub struct Upkeep {
    /// Pause between two rounds.
    pub rest: Duration,
}

impl Upkeep {
    /// Runs until the future is dropped. The first round follows a pause, so that it does not slow the start.
    pub async fn run(self, engine: &Engine) {
        loop {
            tokio::time::sleep(self.rest).await;
            if let Err(error) = Self::round(engine).await {
                tracing::warn!(?error, "files could not be cleaned up; trying again later");
            }
        }
    }

    /// Processes all workspaces once.
    pub async fn round(engine: &Engine) -> Result<()> {
        for entry in workspace::list(engine).await? {
            let ws = entry.key.number;
            release_unused(engine, ws).await?;
            for part in 0..=u8::MAX {
                for stray in engine.blobs.strays(ws, part, engine.now()).await? {
                    let location = stray.location;
                    let is_used = engine
                        .store
                        .read(move |tx| repo::is_location_used(tx, location))
                        .await?;
                    if !is_used && !engine.removal_holds.is_held() {
                        engine.blobs.remove(location, stray.hash).await?;
                    }
                }
            }
        }
        Ok(())
    }
}
