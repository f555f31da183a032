//! Removes in the background what deleted conversations have left.
//!
//! Keeps INV-63 (`docs/invariants.md`).

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_store::repo::job::{self, ClaimedJob, JobKind};
use parlor_store::repo::removal::{self as repo, REMOVAL_LEASE, RemovalOutcome};

use crate::Engine;

/// Reciprocal of the share of time in which a batch may hold up other writes.
const WRITER_TIME_SHARE: u32 = 7;
/// Positions per batch: a few milliseconds, which is the latency it adds to a message.
const BATCH_ROWS: i64 = 100;
/// Time between two attempts of [`remove_deleted`].
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// Removes everything that conversations deleted before this call have left. Nodes take turns.
pub async fn remove_deleted(engine: &Engine) -> Result<()> {
    while has_deleted_rows(engine).await? {
        match claim(engine).await? {
            Some(job) => remove(engine, job, 0).await?,
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

/// Removes what one conversation has left. After each batch it pauses `rest` times as long as the batch took.
async fn remove(engine: &Engine, mut job: ClaimedJob, rest: u32) -> Result<()> {
    loop {
        let begun = Instant::now();
        let batch = engine
            .store
            .write(move |tx| repo::remove_batch(tx, &job, BATCH_ROWS));
        match batch.await? {
            RemovalOutcome::Behind(advanced) => job = advanced,
            RemovalOutcome::Done | RemovalOutcome::LeaseLost => return Ok(()),
        }
        if rest > 0 {
            tokio::time::sleep(begun.elapsed() * rest).await;
        }
    }
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
            remove(engine, job, WRITER_TIME_SHARE - 1).await?;
        }
        Ok(())
    }
}
