//! Reads from the database which rows have changed, on this or another node, so that caches stay valid.
//!
//! A caller waits for a read that starts after its call, so it never uses a row older than the call: a change whose
//! commit was answered before is seen. All callers that wait at the same time share one read.
//!
//! Keeps INV-5 (`docs/invariants.md`).

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use parlor_model::Result;
use tokio::sync::oneshot;

use super::cached_connection::CachedConnection;
use super::snapshot::Snapshot;
use super::statement;
use super::transaction::PostgresTx;
use crate::revision::Revisions;
use crate::table_changes::TableChanges;
use crate::tables::Tables;
use crate::{StampGenerator, Tx, params};

/// Minimum time between the starts of two reads; under load it bounds their cost, and callers share more.
const MIN_INTERVAL: Duration = Duration::from_millis(1);
/// Maximum age of a cached row in seconds, for changes that were made past the server, such as by hand.
const MAX_AGE_SECONDS: i64 = 30;
/// Time in seconds for which changes are kept. A node that has not read for [`MAX_AGE_SECONDS`] needs none of them; the
/// rest is for commits that take long.
const KEPT_SECONDS: i64 = 600;
/// Time between two removals of old changes.
const REMOVAL_INTERVAL: Duration = Duration::from_secs(60);

/// Caller of [`InvalidationPoller::run`]; gets whether the read succeeded.
pub(super) type Waiter = oneshot::Sender<bool>;

/// Thread that reads invalidations on a connection of its own.
pub(super) struct InvalidationPoller {
    connection: CachedConnection,
    stamps: Arc<StampGenerator>,
    revisions: Arc<Revisions>,
    /// Snapshot of the last read.
    last_snapshot: Option<Snapshot>,
    /// Time of the database, in seconds, at which all cached rows were last invalidated.
    all_invalidated_at: i64,
    last_removal: Instant,
}

impl InvalidationPoller {
    pub(super) fn new(
        connection: CachedConnection,
        stamps: Arc<StampGenerator>,
        revisions: Arc<Revisions>,
    ) -> Self {
        Self {
            connection,
            stamps,
            revisions,
            last_snapshot: None,
            all_invalidated_at: 0,
            last_removal: Instant::now(),
        }
    }

    /// Serves callers until the queue is closed.
    pub(super) fn run(mut self, queue: &Receiver<Waiter>) {
        let mut next_start = Instant::now();
        while let Ok(first) = queue.recv() {
            std::thread::sleep(next_start.saturating_duration_since(Instant::now()));
            next_start = Instant::now() + MIN_INTERVAL;
            let waiting: Vec<Waiter> = std::iter::once(first).chain(queue.try_iter()).collect();
            let outcome = self.read();
            if let Err(error) = &outcome {
                tracing::debug!(?error, "nothing is cached: changed rows are not known");
            }
            for waiter in waiting {
                // A caller may have given up.
                let _ = waiter.send(outcome.is_ok());
            }
            self.remove_old();
        }
    }

    /// Reads new invalidations and increments the revisions of their tables.
    fn read(&mut self) -> Result<()> {
        let (from, in_progress) = match &self.last_snapshot {
            Some(last) => (last.end.to_string(), last.in_progress.as_str()),
            // The first read needs the snapshot only.
            None => (i64::MAX.to_string(), "{}"),
        };
        let mut changes = TableChanges::default();
        let mut current = None;
        PostgresTx::for_reads(&mut self.connection, &self.stamps).query(
            &statement::NEW_INVALIDATIONS,
            params![&from, in_progress],
            &mut |row| {
                match row.opt_text(0)? {
                    Some(text) => current = Some((Snapshot::parse(text)?, row.int(1)?)),
                    None => changes.add(row.opt_int(2)?, Tables::from_bits(row.int(3)?)),
                }
                Ok(())
            },
        )?;
        let Some((snapshot, now)) = current else {
            return Ok(());
        };
        let is_due = now - self.all_invalidated_at >= MAX_AGE_SECONDS;
        // Another cluster, restored from a backup.
        let went_back = self
            .last_snapshot
            .as_ref()
            .is_some_and(|last| snapshot.end < last.end);
        if is_due || went_back || now < self.all_invalidated_at {
            self.all_invalidated_at = now;
            changes.add(None, Tables::CACHEABLE);
        }
        self.revisions.increment(&changes);
        self.last_snapshot = Some(snapshot);
        Ok(())
    }

    fn remove_old(&mut self) {
        if self.last_removal.elapsed() < REMOVAL_INTERVAL {
            return;
        }
        self.last_removal = Instant::now();
        let removed = PostgresTx::for_reads(&mut self.connection, &self.stamps)
            .execute(&statement::DELETE_OLD_INVALIDATIONS, params![KEPT_SECONDS]);
        if let Err(error) = removed {
            tracing::debug!(?error, "old records of changed rows remain");
        }
    }
}
