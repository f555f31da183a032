//! The writer thread: takes all that waits, runs it in one transaction, commits once, then answers.
//!
//! There is no timer: the flush in progress is the window in which the next batch gathers. Work runs without
//! savepoints first, since nearly all of it succeeds or is refused before it wrote anything. Only when a closure
//! fails after it wrote is the batch rolled back and run again with a savepoint each; closures are re-runnable.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use parlor_model::live::Growth;
use parlor_model::{Error, Result};
use rusqlite::Connection;

use super::append::{self, Heads, Waiting};
use super::checkpoint;
use super::connection::{self, failed};
use super::prepared::Kept;
use super::transaction::SqliteTx;
use crate::backend::{Job, went_on};
use crate::revision::Revisions;
use crate::tables::{Changes, Tables};
use crate::{Stamps, Watch};

/// What one commit takes at the most.
const BATCH: usize = 1024;

pub(super) enum Work {
    Job(Box<dyn Job>),
    Append(Box<Waiting>),
}

impl Work {
    /// Whether the caller has given up waiting. Such work is not begun.
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Job(job) => job.is_abandoned(),
            Self::Append(waiting) => waiting.answer.is_closed(),
        }
    }
}

pub(super) struct Writer<'c> {
    connection: &'c Connection,
    stamps: &'c Stamps,
    kept: Kept<'c>,
    batch: Vec<Work>,
    /// How many the last commit took.
    last: usize,
    heads: Heads,
    watch: Watch,
    /// The logs that grew in this batch.
    grown: Vec<Growth>,
    folded_changes: u64,
    revisions: Arc<Revisions>,
    /// What this batch changed.
    changes: Changes,
}

/// A closure failed after it had written.
struct Spoilt;

impl<'c> Writer<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        stamps: &'c Stamps,
        watch: Watch,
        revisions: Arc<Revisions>,
    ) -> Self {
        Self {
            connection,
            stamps,
            kept: Kept::new(),
            batch: Vec::with_capacity(BATCH),
            last: 0,
            heads: Heads::default(),
            watch,
            grown: Vec::new(),
            folded_changes: 0,
            revisions,
            changes: Changes::default(),
        }
    }

    /// Serves `first` and everything that waits behind it.
    pub(super) fn serve(&mut self, first: Work, queue: &Receiver<Work>) {
        self.batch.push(first);
        self.batch.extend(queue.try_iter().take(BATCH - 1));
        // Where all share a processor, those whom the last commit answered may not have come round yet.
        if self.batch.len() < self.last / 2 {
            std::thread::yield_now();
            let room = BATCH - self.batch.len();
            self.batch.extend(queue.try_iter().take(room));
        }
        self.batch.retain(|work| !work.is_abandoned());
        self.last = self.batch.len();
        if self.batch.is_empty() {
            return;
        }
        let commit = self.commit();
        // Before anybody is answered, and after a failure too: nobody knows how much of it is on the disk.
        self.revisions.raise(&self.changes);
        if commit.is_ok() {
            self.watch.tell(&self.grown, &self.changes);
        }
        for work in self.batch.drain(..) {
            let outcome = match &commit {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::unavailable(format_args!("commit failed: {error:?}"))),
            };
            match work {
                Work::Job(job) => job.finish(outcome),
                Work::Append(waiting) => waiting.finish(outcome),
            }
        }
    }

    fn commit(&mut self) -> Result<()> {
        self.execute("begin immediate")?;
        match self.run(false) {
            Ok(Ok(())) => {}
            Ok(Err(Spoilt)) => {
                self.roll_back()?;
                self.execute("begin immediate")?;
                if let Err(error) = self.run(true) {
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

    /// Runs the batch. The outer result is the transaction's, the inner tells whether a closure spoilt it.
    fn run(&mut self, savepoints: bool) -> Result<std::result::Result<(), Spoilt>> {
        self.grown.clear();
        self.changes.clear();
        let mut heads = std::mem::take(&mut self.heads);
        let mut batch = std::mem::take(&mut self.batch);
        let mut outcome = Ok(Ok(()));
        for work in &mut batch {
            outcome = self.run_one(work, &mut heads, savepoints);
            if !matches!(outcome, Ok(Ok(()))) {
                break;
            }
        }
        self.batch = batch;
        // Otherwise the transaction is undone, and what was learnt within it with it.
        if matches!(outcome, Ok(Ok(()))) {
            append::flush(&mut self.tx(), &mut heads)?;
            self.heads = heads;
        }
        outcome
    }

    fn run_one(
        &mut self,
        work: &mut Work,
        heads: &mut Heads,
        savepoints: bool,
    ) -> Result<std::result::Result<(), Spoilt>> {
        if matches!(work, Work::Job(_)) {
            // A closure must see the log positions that appends before it have taken.
            append::flush(&mut self.tx(), heads)?;
        }
        let before = self.connection.total_changes();
        let told = self.grown.len();
        if savepoints {
            self.execute("savepoint one")?;
        }
        let mut tx = self.tx();
        let mut kept = match work {
            Work::Append(waiting) => waiting.run(&mut tx, heads),
            Work::Job(job) => job.run(&mut tx),
        };
        let (failed, changes) = (tx.failed, tx.changes);
        self.check_open()?;
        if let Work::Job(job) = work {
            if kept && failed {
                job.overrule(went_on());
                kept = false;
            }
            if changes.meets(Tables::OF_HEADS) {
                heads.forget();
            }
        }
        if savepoints {
            if !kept {
                self.execute("rollback to one")?;
            }
            self.execute("release one")?;
        }
        if kept {
            self.changes.merge(changes);
        }
        self.check_open()?;
        if !kept {
            self.grown.truncate(told);
        }
        let spoilt = !savepoints && !kept && self.connection.total_changes() != before;
        Ok(if spoilt { Err(Spoilt) } else { Ok(()) })
    }

    fn tx(&mut self) -> SqliteTx<'_, 'c> {
        SqliteTx::writing(
            self.connection,
            self.stamps,
            &mut self.kept,
            &mut self.grown,
        )
    }

    /// A full or failing disk ends the whole transaction, and what ran next would commit by itself.
    fn check_open(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Err(Error::unavailable("the database ended the transaction"));
        }
        Ok(())
    }

    fn roll_back(&mut self) -> Result<()> {
        self.heads.forget();
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.execute("rollback")
    }

    fn execute(&self, text: &'static str) -> Result<()> {
        connection::run(self.connection, text)
    }

    pub(super) fn wants_checkpoint(&mut self) -> bool {
        let changes = self.connection.total_changes();
        let due = changes - self.folded_changes > checkpoint::AFTER_CHANGES;
        if due {
            self.folded_changes = changes;
        }
        due
    }

    /// Folds the log while nothing is being written, so that it can start over.
    pub(super) fn checkpoint(&self) {
        let _ = checkpoint::passive(self.connection);
    }

    pub(super) fn end(self) {
        drop(self.kept);
        if let Err(error) = self
            .connection
            .execute_batch("pragma wal_checkpoint(truncate);")
        {
            tracing::warn!(error = ?failed("closing checkpoint", &error), "the log stays beside the database");
        }
    }
}
