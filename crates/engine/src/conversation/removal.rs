//! Removes in the background what deleted conversations have left.
//!
//! Keeps INV-63 (`docs/invariants.md`).

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_store::repo::job::{self, ClaimedJob, JobKind};
use parlor_store::repo::removal::{self as repo, REMOVAL_LEASE, RemovalOutcome};
use parlor_store::repo::search_index::{IndexedEntity, last_number};

use crate::Engine;

/// Reciprocal of the share of time in which a batch may hold up other writes.
const WRITER_TIME_SHARE: u32 = 7;
/// Positions per batch while messages arrive: a few milliseconds, which is the latency it adds to a message.
const BUSY_BATCH_ROWS: i64 = 100;
/// Positions per batch while idle; larger batches cost less in total.
const IDLE_BATCH_ROWS: i64 = 500;
/// Time between two attempts of [`remove_deleted`].
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// Removes everything that conversations deleted before this call have left. Nodes take turns.
pub async fn remove_deleted(engine: &Engine) -> Result<()> {
    while has_deleted_rows(engine).await? {
        match claim(engine).await? {
            Some(job) => {
                let mut left = Some(job);
                while let Some(job) = left {
                    left = remove_batch(engine, job, IDLE_BATCH_ROWS).await?;
                }
            }
            None => tokio::time::sleep(RETRY_INTERVAL).await,
        }
    }
    Ok(())
}

/// Returns whether deleted conversations have left rows that are to be removed.
pub async fn has_deleted_rows(engine: &Engine) -> Result<bool> {
    engine
        .store
        .read(|tx| job::exists(tx, JobKind::RemoveConversation))
        .await
}

async fn claim(engine: &Engine) -> Result<Option<ClaimedJob>> {
    let claimed = engine
        .store
        .claim(JobKind::RemoveConversation, 1, REMOVAL_LEASE);
    Ok(claimed.await?.pop())
}

/// Removes the next positions of what a conversation has left. Returns the job if there may be more.
async fn remove_batch(engine: &Engine, job: ClaimedJob, rows: i64) -> Result<Option<ClaimedJob>> {
    let batch = engine
        .store
        .write(move |tx| repo::remove_batch(tx, &job, rows));
    Ok(match batch.await? {
        RemovalOutcome::Behind(advanced) => Some(advanced),
        RemovalOutcome::Done | RemovalOutcome::LeaseLost => None,
    })
}

/// Returns the number of the newest message: while it does not change, no append waits.
async fn last_message_number(engine: &Engine) -> Result<i64> {
    engine
        .store
        .read(|tx| last_number(tx, IndexedEntity::Message))
        .await
}

/// The background task that removes what deleted conversations have left. Each node runs one; they take turns.
#[derive(Debug, Clone, Copy)]
pub struct Remover {
    /// Pause when there is nothing to do.
    pub idle_interval: Duration,
}

impl Remover {
    /// Runs until the future is dropped.
    pub async fn run(self, engine: &Engine) {
        loop {
            // Retried later: the database may be unreachable. The job is free again when its lease has ended.
            if let Err(error) = Self::remove_pending(engine).await {
                tracing::debug!(?error, "deleted conversations are removed later");
            }
            tokio::time::sleep(self.idle_interval).await;
        }
    }

    async fn remove_pending(engine: &Engine) -> Result<()> {
        // A claim is a write, also where there is nothing to claim.
        while has_deleted_rows(engine).await? {
            let Some(job) = claim(engine).await? else {
                return Ok(());
            };
            Self::remove_conversation(engine, job).await?;
        }
        Ok(())
    }

    /// Removes what one conversation has left. After a batch beside which messages have arrived it pauses.
    async fn remove_conversation(engine: &Engine, job: ClaimedJob) -> Result<()> {
        let (mut left, mut rows) = (Some(job), BUSY_BATCH_ROWS);
        let mut last = last_message_number(engine).await?;
        while let Some(job) = left {
            let begun = Instant::now();
            left = remove_batch(engine, job, rows).await?;
            let now = last_message_number(engine).await?;
            if now != last {
                (rows, last) = (BUSY_BATCH_ROWS, now);
                tokio::time::sleep(begun.elapsed() * (WRITER_TIME_SHARE - 1)).await;
                continue;
            }
            rows = IDLE_BATCH_ROWS;
            if !engine.store.is_exclusive() {
                // Readers share the processors of the database.
                tokio::time::sleep(begun.elapsed()).await;
            }
        }
        Ok(())
    }
}
