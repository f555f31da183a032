//! Writer thread: takes all queued work, runs it in one transaction, commits once, then answers (group commit).
//!
//! There is no timer: while one commit is flushed, the next batch accumulates. Closures first run without savepoints,
//! because nearly all succeed or fail before their first write. Only if a closure fails after it wrote, the batch is
//! rolled back and run again with a savepoint per closure; closures are re-runnable.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result};
use rusqlite::Connection;

use super::append::{self, HeadCache, QueuedAppend};
use super::checkpoint;
use super::connection::{self, statement_error};
use super::prepared::StatementCache;
use super::transaction::SqliteTx;
use crate::backend::{DbJob, continued_after_failure_error};
use crate::revision::Revisions;
use crate::table_changes::TableChanges;
use crate::tables::Tables;
use crate::{CommitListener, StampGenerator};

/// Maximum number of tasks per commit.
const MAX_BATCH_TASKS: usize = 1024;

pub(super) enum WriterTask {
    Job(Box<dyn DbJob>),
    Append(Box<QueuedAppend>),
}

impl WriterTask {
    /// Returns whether the caller has stopped waiting. Such work is not started.
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Job(job) => job.is_abandoned(),
            Self::Append(append) => append.answer.is_closed(),
        }
    }
}

pub(super) struct Writer<'c> {
    connection: &'c Connection,
    stamps: &'c StampGenerator,
    statements: StatementCache<'c>,
    batch: Vec<WriterTask>,
    /// Number of tasks of the last commit.
    last_batch_len: usize,
    heads: HeadCache,
    commit_listener: CommitListener,
    /// Log updates of this batch.
    log_updates: Vec<LogUpdate>,
    checkpointed_changes: u64,
    revisions: Arc<Revisions>,
    /// Tables changed by this batch.
    changes: TableChanges,
}

/// A closure failed after it had written.
struct DirtyFailure;

impl<'c> Writer<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        stamps: &'c StampGenerator,
        commit_listener: CommitListener,
        revisions: Arc<Revisions>,
    ) -> Self {
        Self {
            connection,
            stamps,
            statements: StatementCache::new(),
            batch: Vec::with_capacity(MAX_BATCH_TASKS),
            last_batch_len: 0,
            heads: HeadCache::default(),
            commit_listener,
            log_updates: Vec::new(),
            checkpointed_changes: 0,
            revisions,
            changes: TableChanges::default(),
        }
    }

    /// Runs `first` and all work queued behind it in one commit.
    pub(super) fn run_batch(&mut self, first: WriterTask, queue: &Receiver<WriterTask>) {
        self.batch.push(first);
        self.batch
            .extend(queue.try_iter().take(MAX_BATCH_TASKS - 1));
        // On a shared processor, the callers answered by the last commit may not have run yet: yield once so that their
        // next work joins this batch.
        if self.batch.len() < self.last_batch_len / 2 {
            std::thread::yield_now();
            let capacity = MAX_BATCH_TASKS - self.batch.len();
            self.batch.extend(queue.try_iter().take(capacity));
        }
        self.batch.retain(|work| !work.is_abandoned());
        self.last_batch_len = self.batch.len();
        if self.batch.is_empty() {
            return;
        }
        let commit = self.commit();
        // Before any caller is answered; also after a failed commit, of which an unknown part may be durable.
        self.revisions.increment(&self.changes);
        if commit.is_ok() {
            self.commit_listener
                .notify(&self.log_updates, &self.changes);
        }
        for work in self.batch.drain(..) {
            let outcome = match &commit {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::unavailable(format_args!("commit failed: {error:?}"))),
            };
            match work {
                WriterTask::Job(job) => job.respond(outcome),
                WriterTask::Append(append) => append.respond(outcome),
            }
        }
    }

    fn commit(&mut self) -> Result<()> {
        self.execute("begin immediate")?;
        match self.run_tasks(false) {
            Ok(Ok(())) => {}
            Ok(Err(DirtyFailure)) => {
                self.roll_back()?;
                self.execute("begin immediate")?;
                if let Err(error) = self.run_tasks(true) {
                    self.roll_back()?;
                    return Err(error);
                }
            }
            Err(error) => {
                self.roll_back()?;
                return Err(error);
            }
        }
        self.execute("commit").or_else(|error| {
            // A failed commit may leave the transaction open; the next batch needs a clean start.
            self.roll_back()?;
            Err(error)
        })
    }

    /// Runs the batch. The outer result is the transaction's; the inner one tells whether a closure failed after
    /// writing.
    fn run_tasks(&mut self, savepoints: bool) -> Result<std::result::Result<(), DirtyFailure>> {
        self.log_updates.clear();
        self.changes.clear();
        let mut heads = std::mem::take(&mut self.heads);
        let mut batch = std::mem::take(&mut self.batch);
        let mut outcome = Ok(Ok(()));
        for work in &mut batch {
            outcome = self.run_task(work, &mut heads, savepoints);
            if !matches!(outcome, Ok(Ok(()))) {
                break;
            }
        }
        self.batch = batch;
        // Otherwise the transaction is rolled back, and the heads read within it are dropped.
        if matches!(outcome, Ok(Ok(()))) {
            append::flush(&mut self.tx(), &mut heads)?;
            self.heads = heads;
        }
        outcome
    }

    fn run_task(
        &mut self,
        work: &mut WriterTask,
        heads: &mut HeadCache,
        savepoints: bool,
    ) -> Result<std::result::Result<(), DirtyFailure>> {
        if matches!(work, WriterTask::Job(_)) {
            // A closure must see the `seq`s taken by earlier appends.
            append::flush(&mut self.tx(), heads)?;
        }
        let before = self.connection.total_changes();
        let queued_updates = self.log_updates.len();
        if savepoints {
            self.execute("savepoint one")?;
        }
        let mut tx = self.tx();
        let mut succeeded = match work {
            WriterTask::Append(append) => append.run(&mut tx, heads),
            WriterTask::Job(job) => job.run(&mut tx),
        };
        let (failed, changes) = (tx.has_failed, tx.changes);
        self.check_transaction_open()?;
        if let WriterTask::Job(job) = work {
            if succeeded && failed {
                job.replace_result(continued_after_failure_error());
                succeeded = false;
            }
            if changes.intersects(Tables::CACHED_WITH_HEADS) {
                heads.clear();
            }
        }
        if savepoints {
            if !succeeded {
                self.execute("rollback to one")?;
            }
            self.execute("release one")?;
        }
        if succeeded {
            self.changes.merge(changes);
        }
        self.check_transaction_open()?;
        if !succeeded {
            self.log_updates.truncate(queued_updates);
        }
        let is_dirty = !savepoints && !succeeded && self.connection.total_changes() != before;
        Ok(if is_dirty { Err(DirtyFailure) } else { Ok(()) })
    }

    fn tx(&mut self) -> SqliteTx<'_, 'c> {
        SqliteTx::for_writes(
            self.connection,
            self.stamps,
            &mut self.statements,
            &mut self.log_updates,
        )
    }

    /// A full or failing disk rolls back the whole transaction, and the next statement would autocommit.
    fn check_transaction_open(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Err(Error::unavailable("the database ended the transaction"));
        }
        Ok(())
    }

    fn roll_back(&mut self) -> Result<()> {
        self.heads.clear();
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.execute("rollback")
    }

    fn execute(&self, text: &'static str) -> Result<()> {
        connection::execute(self.connection, text)
    }

    pub(super) fn is_checkpoint_due(&mut self) -> bool {
        let changes = self.connection.total_changes();
        let due = changes - self.checkpointed_changes > checkpoint::CHECKPOINT_INTERVAL_CHANGES;
        if due {
            self.checkpointed_changes = changes;
        }
        due
    }

    /// Checkpoints while nothing is being written, so that the WAL can restart.
    pub(super) fn checkpoint(&self) {
        let _ = checkpoint::run_passive(self.connection);
    }

    pub(super) fn finish(self) {
        drop(self.statements);
        if let Err(error) = self
            .connection
            .execute_batch("pragma wal_checkpoint(truncate);")
        {
            tracing::warn!(error = ?statement_error("closing checkpoint", &error), "the log stays beside the database");
        }
    }
}
