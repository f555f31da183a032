//! Deletes old deliveries.

use std::time::Duration;

use parlor_model::Result;
use parlor_model::outbox::QueueState;
use parlor_store::Tx;
use parlor_store::repo::outbox as repo;

use crate::{Engine, workspace};

/// Background task that deletes deliveries which ended long ago, and ends those that have waited as long. Every node may
/// run one.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Time for which deliveries are kept.
    pub keep: Duration,
    /// Pause between two rounds.
    pub rest: Duration,
}

impl Retention {
    /// Runs until the future is dropped. The first round follows a pause, so that it does not slow the start.
    pub async fn run(self, engine: &Engine) {
        loop {
            tokio::time::sleep(self.rest).await;
            if let Err(error) = self.round(engine).await {
                tracing::warn!(
                    ?error,
                    "old deliveries could not be deleted; trying again later"
                );
            }
        }
    }

    /// Processes all workspaces once.
    pub async fn round(self, engine: &Engine) -> Result<()> {
        let before = engine.now().saturating_sub(self.keep);
        for entry in workspace::list(engine).await? {
            let ws = entry.key.number;
            let queues = engine
                .store
                .read(move |tx| repo::list_webhook_queues(tx, ws))
                .await?;
            if queues.is_empty() {
                continue;
            }
            engine
                .store
                .write(move |tx| repo::expire(tx, ws, before))
                .await?;
            let delete = move |tx: &mut dyn Tx| repo::delete_ended(tx, ws, before);
            while engine.store.write(delete).await? > 0 {}
            let closed = queues
                .into_iter()
                .filter(|queue| queue.state == QueueState::Closed);
            for queue in closed {
                engine
                    .store
                    .write(move |tx| repo::delete_closed(tx, ws, queue.number))
                    .await?;
            }
        }
        Ok(())
    }
}
