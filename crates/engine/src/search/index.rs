//! Filling the index beside the write path.

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_store::repo::search_index::{self as repo, IndexBatchOutcome, IndexedEntity};

use crate::Engine;

/// Of the writer's time the index takes one part in so many while messages come in, so that who writes hardly notices.
const WRITER_TIME_SHARE: u32 = 7;
/// Numbers of a batch while messages come in: less than a millisecond, which is what a message may wait longer.
const BUSY_BATCH_NUMBERS: i64 = 16;
/// Numbers of a batch while none do: larger ones cost less in all.
const IDLE_BATCH_NUMBERS: i64 = 256;

/// How many rows the index has not come to yet, by noun; those of other workspaces and removed ones included.
pub async fn backlog(engine: &Engine) -> Result<[(&'static str, i64); 3]> {
    engine
        .store
        .read(|tx| {
            let mut all = [("", 0); 3];
            for (place, noun) in all.iter_mut().zip(IndexedEntity::ALL) {
                *place = (noun.as_str(), repo::backlog(tx, noun)?);
            }
            Ok(all)
        })
        .await
}

/// Brings the index up to everything that was written before this call, in turn with who else is at it.
pub async fn index_pending(engine: &Engine) -> Result<()> {
    for noun in IndexedEntity::ALL {
        if let Some(horizon) = safe_upper_bound(engine, noun).await? {
            while index_batch(engine, noun, horizon, IDLE_BATCH_NUMBERS).await?
                != IndexBatchOutcome::Done
            {}
        }
    }
    Ok(())
}

/// The number up to which a noun can be indexed; none where it is already.
async fn safe_upper_bound(engine: &Engine, noun: IndexedEntity) -> Result<Option<i64>> {
    let waiting = engine.store.read(move |tx| repo::backlog(tx, noun)).await?;
    if waiting == 0 {
        return Ok(None);
    }
    engine
        .store
        .write(move |tx| repo::safe_upper_bound(tx, noun))
        .await
        .map(Some)
}

/// The number of the newest message: while it stands still nobody waits for the writer, and the index need not rest.
async fn last_message_number(engine: &Engine) -> Result<i64> {
    engine
        .store
        .read(|tx| repo::last_number(tx, IndexedEntity::Message))
        .await
}

async fn index_batch(
    engine: &Engine,
    noun: IndexedEntity,
    horizon: i64,
    numbers: i64,
) -> Result<IndexBatchOutcome> {
    engine
        .store
        .write(move |tx| repo::index_batch(tx, noun, horizon, numbers))
        .await
}

/// The task of a server that keeps the index up with what is written. Every node has one; they take turns.
#[derive(Debug, Clone, Copy)]
pub struct Indexer {
    /// How long it rests when there is nothing to do: the lag of an idle server.
    pub idle_interval: Duration,
}

impl Indexer {
    /// Works until the future is dropped.
    pub async fn run(self, engine: &Engine) {
        loop {
            for noun in IndexedEntity::ALL {
                // What cannot be done now is tried again: the database may be away, or an insert take long.
                if let Err(error) = self.catch_up(engine, noun).await {
                    tracing::debug!(?error, noun = noun.as_str(), "the search index has to wait");
                }
            }
            tokio::time::sleep(self.idle_interval).await;
        }
    }

    async fn catch_up(self, engine: &Engine, noun: IndexedEntity) -> Result<()> {
        let Some(horizon) = safe_upper_bound(engine, noun).await? else {
            return Ok(());
        };
        let mut last = last_message_number(engine).await?;
        let mut numbers = BUSY_BATCH_NUMBERS;
        loop {
            let begun = Instant::now();
            if index_batch(engine, noun, horizon, numbers).await? != IndexBatchOutcome::Behind {
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
