//! Fills the search index in the background.

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_store::repo::search_index::{self as repo, IndexBatchOutcome, IndexedEntity};

use crate::Engine;

/// Reciprocal of the share of the writer's time that indexing uses while messages arrive, so that senders are hardly
/// delayed.
const WRITER_TIME_SHARE: u32 = 7;
/// Numbers per batch while messages arrive: less than 1 ms, which is the added latency of a message.
const BUSY_BATCH_NUMBERS: i64 = 16;
/// Numbers per batch while idle; larger batches cost less in total.
const IDLE_BATCH_NUMBERS: i64 = 256;

/// Returns the number of rows not indexed yet, by entity, of all workspaces and including deleted ones.
pub async fn backlog(engine: &Engine) -> Result<[(&'static str, i64); 3]> {
    engine
        .store
        .read(|tx| {
            let mut all = [("", 0); 3];
            for (slot, entity) in all.iter_mut().zip(IndexedEntity::ALL) {
                *slot = (entity.as_str(), repo::backlog(tx, entity)?);
            }
            Ok(all)
        })
        .await
}

/// Indexes everything that was written before this call. Nodes take turns.
pub async fn index_pending(engine: &Engine) -> Result<()> {
    for entity in IndexedEntity::ALL {
        if let Some(upper_bound) = safe_upper_bound(engine, entity).await? {
            while index_batch(engine, entity, upper_bound, IDLE_BATCH_NUMBERS).await?
                != IndexBatchOutcome::Done
            {}
        }
    }
    Ok(())
}

/// Returns the number up to which an entity can be indexed, or `None` if it is.
async fn safe_upper_bound(engine: &Engine, entity: IndexedEntity) -> Result<Option<i64>> {
    let backlog = engine
        .store
        .read(move |tx| repo::backlog(tx, entity))
        .await?;
    if backlog == 0 {
        return Ok(None);
    }
    engine
        .store
        .write(move |tx| repo::safe_upper_bound(tx, entity))
        .await
        .map(Some)
}

/// Returns the number of the newest message: while it does not change, the writer is idle and indexing needs no pauses.
async fn last_message_number(engine: &Engine) -> Result<i64> {
    engine
        .store
        .read(|tx| repo::last_number(tx, IndexedEntity::Message))
        .await
}

async fn index_batch(
    engine: &Engine,
    entity: IndexedEntity,
    upper_bound: i64,
    numbers: i64,
) -> Result<IndexBatchOutcome> {
    engine
        .store
        .write(move |tx| repo::index_batch(tx, entity, upper_bound, numbers))
        .await
}

/// The background task that keeps the index current. Each node runs one; they take turns.
#[derive(Debug, Clone, Copy)]
pub struct Indexer {
    /// Pause when there is nothing to do: the index lag of an idle server.
    pub idle_interval: Duration,
}

impl Indexer {
    /// Runs until the future is dropped.
    pub async fn run(self, engine: &Engine) {
        loop {
            for entity in IndexedEntity::ALL {
                // Retried later: the database may be unreachable, or an insert in flight.
                if let Err(error) = self.catch_up(engine, entity).await {
                    tracing::debug!(
                        ?error,
                        noun = entity.as_str(),
                        "the search index has to wait"
                    );
                }
            }
            tokio::time::sleep(self.idle_interval).await;
        }
    }

    async fn catch_up(self, engine: &Engine, entity: IndexedEntity) -> Result<()> {
        let Some(upper_bound) = safe_upper_bound(engine, entity).await? else {
            return Ok(());
        };
        let mut last = last_message_number(engine).await?;
        let mut numbers = BUSY_BATCH_NUMBERS;
        loop {
            let begun = Instant::now();
            if index_batch(engine, entity, upper_bound, numbers).await? != IndexBatchOutcome::Behind
            {
                return Ok(());
            }
            let now = last_message_number(engine).await?;
            if now == last {
                numbers = IDLE_BATCH_NUMBERS;
            } else {
                (numbers, last) = (BUSY_BATCH_NUMBERS, now);
                tokio::time::sleep(begun.elapsed() * (WRITER_TIME_SHARE - 1)).await;
            }
        }
    }
}
