//! Fills the search index in the background.

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_store::repo::job::{self, ClaimedJob};
use parlor_store::repo::search_index::{
    self as repo, IndexBatchOutcome, IndexedEntity, PendingBound,
};

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

/// Time between two attempts of [`index_pending`].
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// Indexes everything that was written before this call. Nodes take turns.
pub async fn index_pending(engine: &Engine) -> Result<()> {
    for entity in IndexedEntity::ALL {
        let mut bound = read_bound(engine, entity).await?;
        while !settle(engine, entity, &mut bound).await? {
            tokio::time::sleep(RETRY_INTERVAL).await;
        }
        while last_indexed(engine, entity).await? < bound.number {
            match claim(engine, entity).await? {
                Some(job) => {
                    let batch = (bound.number, IDLE_BATCH_NUMBERS);
                    index_batch(engine, entity, job, batch).await?;
                    release(engine, job).await?;
                }
                None => tokio::time::sleep(RETRY_INTERVAL).await,
            }
        }
    }
    Ok(())
}

async fn last_indexed(engine: &Engine, entity: IndexedEntity) -> Result<i64> {
    let read = engine.store.read(move |tx| repo::last_indexed(tx, entity));
    read.await
}

async fn read_bound(engine: &Engine, entity: IndexedEntity) -> Result<PendingBound> {
    let read = engine.store.read(move |tx| PendingBound::read(tx, entity));
    read.await
}

/// Returns whether all rows up to the bound are visible or will never be.
async fn settle(engine: &Engine, entity: IndexedEntity, bound: &mut PendingBound) -> Result<bool> {
    let mut settling = bound.clone();
    let read = engine.store.read(move |tx| {
        let is_settled = settling.settle(tx, entity)?;
        Ok((settling, is_settled))
    });
    let (settled, is_settled) = read.await?;
    *bound = settled;
    Ok(is_settled)
}

async fn claim(engine: &Engine, entity: IndexedEntity) -> Result<Option<ClaimedJob>> {
    let claimed = engine.store.claim(entity.job(), 1, repo::INDEX_LEASE);
    Ok(claimed.await?.pop())
}

async fn release(engine: &Engine, job: ClaimedJob) -> Result<()> {
    let write = engine
        .store
        .write(move |tx| job::release(tx, &job, Duration::ZERO));
    write.await.map(drop)
}

/// Returns the number of the newest message: while it does not change, the writer is idle and indexing needs no pauses.
async fn last_message_number(engine: &Engine) -> Result<i64> {
    engine
        .store
        .read(|tx| repo::last_number(tx, IndexedEntity::Message))
        .await
}

/// Indexes one batch, up to a number and of at most so many numbers.
async fn index_batch(
    engine: &Engine,
    entity: IndexedEntity,
    job: ClaimedJob,
    (upper_bound, numbers): (i64, i64),
) -> Result<IndexBatchOutcome> {
    engine
        .store
        .write(move |tx| repo::index_batch(tx, entity, &job, upper_bound, numbers))
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
        // Bounds whose inserts have not all ended.
        let mut bounds = IndexedEntity::ALL.map(|_| None);
        loop {
            for (entity, bound) in IndexedEntity::ALL.into_iter().zip(&mut bounds) {
                // Retried later: the database may be unreachable.
                if let Err(error) = self.catch_up(engine, entity, bound).await {
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

    /// Indexes an entity up to a bound, once all inserts before it have ended.
    async fn catch_up(
        self,
        engine: &Engine,
        entity: IndexedEntity,
        pending: &mut Option<PendingBound>,
    ) -> Result<()> {
        let mut bound = match pending.take() {
            Some(bound) => bound,
            None => {
                let backlog = engine.store.read(move |tx| repo::backlog(tx, entity));
                if backlog.await? == 0 {
                    return Ok(());
                }
                read_bound(engine, entity).await?
            }
        };
        if !settle(engine, entity, &mut bound).await? {
            *pending = Some(bound);
            return Ok(());
        }
        let Some(job) = claim(engine, entity).await? else {
            return Ok(());
        };
        let indexed = self.index_up_to(engine, entity, job, bound.number).await;
        release(engine, job).await?;
        indexed
    }

    async fn index_up_to(
        self,
        engine: &Engine,
        entity: IndexedEntity,
        job: ClaimedJob,
        upper_bound: i64,
    ) -> Result<()> {
        let mut last = last_message_number(engine).await?;
        let mut numbers = BUSY_BATCH_NUMBERS;
        loop {
            let begun = Instant::now();
            let batch = (upper_bound, numbers);
            if index_batch(engine, entity, job, batch).await? != IndexBatchOutcome::Behind {
                return Ok(());
            }
            let now = last_message_number(engine).await?;
            if now != last {
                (numbers, last) = (BUSY_BATCH_NUMBERS, now);
                tokio::time::sleep(begun.elapsed() * (WRITER_TIME_SHARE - 1)).await;
                continue;
            }
            numbers = IDLE_BATCH_NUMBERS;
            if !engine.store.is_exclusive() {
                // Readers share the processors of the database.
                tokio::time::sleep(begun.elapsed()).await;
            }
        }
    }
}
