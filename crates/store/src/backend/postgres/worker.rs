//! What runs on one connection.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::{Error, Result};

use super::cached_connection::CachedConnection;
use super::connection::ConnectTarget;
use super::error_class::{ErrorClass, statement_error};
use super::transaction::PostgresTx;
use crate::backend::{DbJob, continued_after_failure_error};
use crate::{CommitListener, StampGenerator, Tx};

/// How often a transaction is run again when another one was in the way.
const MAX_ATTEMPTS: u32 = 60;
/// How often when what was in the way is seen by the next run, so that it hardly ever takes a third.
const MAX_CONSTRAINT_ATTEMPTS: u32 = 8;

/// Closures see one state of the database throughout, and fail where another transaction changed what they change.
const BEGIN_REPEATABLE_READ: &str = "begin isolation level repeatable read";
/// Waits for a row's lock and then sees the row as it is now.
pub(super) const BEGIN_READ_COMMITTED: &str = "begin isolation level read committed";

pub(super) struct Worker {
    connection: CachedConnection,
    stamps: Arc<StampGenerator>,
    commit_listener: CommitListener,
}

impl Worker {
    pub(super) fn new(
        target: Arc<ConnectTarget>,
        stamps: Arc<StampGenerator>,
        watch: CommitListener,
    ) -> Self {
        Self {
            connection: CachedConnection::new(target),
            stamps,
            commit_listener: watch,
        }
    }

    /// Runs one closure to its end and answers its caller.
    pub(super) fn run_job(&mut self, mut job: Box<dyn DbJob>, writes: bool) {
        if job.is_abandoned() {
            return;
        }
        let ended = if writes {
            self.run_transaction(BEGIN_REPEATABLE_READ, &mut |tx| job.run(tx))
        } else {
            job.run(&mut PostgresTx::for_reads(
                &mut self.connection,
                &self.stamps,
            ));
            Ok(())
        };
        job.respond(ended);
    }

    /// Runs work in a transaction, again after a conflict. `work` tells whether to commit; when it says no, that it
    /// was rolled back is a good end.
    pub(super) fn run_transaction(
        &mut self,
        begin: &str,
        work: &mut dyn FnMut(&mut dyn Tx) -> bool,
    ) -> Result<()> {
        let mut unseen = 0;
        for attempt in 0..MAX_ATTEMPTS {
            let TransactionOutcome::Retry { fault, kept } = self.try_transaction(begin, work)?
            else {
                return Ok(());
            };
            unseen += u32::from(fault == ErrorClass::ConstraintViolation);
            if unseen == MAX_CONSTRAINT_ATTEMPTS {
                // The work's own error names the statement.
                return if kept {
                    Err(continued_after_failure_error())
                } else {
                    Ok(())
                };
            }
            sleep_backoff(&self.stamps, attempt);
        }
        Err(Error::unavailable("too many conflicting transactions"))
    }

    /// One transaction.
    fn try_transaction(
        &mut self,
        begin: &str,
        work: &mut dyn FnMut(&mut dyn Tx) -> bool,
    ) -> Result<TransactionOutcome> {
        self.begin(begin)?;
        let mut tx = PostgresTx::in_transaction(&mut self.connection, &self.stamps);
        let kept = work(&mut tx);
        let (fault, grown, changes) = (tx.error_class, tx.log_updates, tx.changes);
        if kept && fault.is_none() {
            let ended = self.commit();
            // A commit whose answer was lost may have happened.
            if !matches!(ended, Ok(TransactionOutcome::Retry { .. })) {
                self.commit_listener.notify(&grown, &changes);
            }
            return ended;
        }
        if fault != Some(ErrorClass::ConnectionLost)
            && let Err(error) = self
                .connection
                .client()
                .and_then(|client| client.batch_execute("rollback"))
        {
            // Nothing was changed all the same; the next user gets a new connection.
            tracing::debug!(error = ?statement_error("rollback", &error), "connection given up");
            self.connection.discard();
        }
        match fault {
            Some(ErrorClass::StatementFailed) if kept => Err(continued_after_failure_error()),
            None | Some(ErrorClass::StatementFailed) => Ok(TransactionOutcome::Done),
            Some(fault) => Ok(TransactionOutcome::Retry { fault, kept }),
        }
    }

    /// A connection that was lost while nobody used it is noticed only here.
    fn begin(&mut self, text: &str) -> Result<()> {
        let mut again = true;
        loop {
            let begun = self
                .connection
                .client()
                .and_then(|client| client.batch_execute(text));
            match begun {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.connection.discard();
                    if ErrorClass::from_error(&error) != ErrorClass::ConnectionLost
                        || !std::mem::take(&mut again)
                    {
                        return Err(statement_error("begin", &error));
                    }
                }
            }
        }
    }

    fn commit(&mut self) -> Result<TransactionOutcome> {
        let committed = self
            .connection
            .client()
            .and_then(|client| client.batch_execute("commit"));
        match committed {
            Ok(()) => Ok(TransactionOutcome::Done),
            Err(error) => match ErrorClass::from_error(&error) {
                fault @ ErrorClass::Conflict => Ok(TransactionOutcome::Retry { fault, kept: true }),
                // Whether it happened cannot be known from here; running it again could do it twice.
                _ => {
                    self.connection.discard();
                    Err(statement_error("commit", &error))
                }
            },
        }
    }
}

enum TransactionOutcome {
    /// Committed, or rolled back as the work wanted.
    Done,
    /// Rolled back for what was in its way; `kept` when the work wanted it committed.
    Retry { fault: ErrorClass, kept: bool },
}

/// Waits a random while that grows, so that two who collided do not collide again.
fn sleep_backoff(stamps: &StampGenerator, attempt: u32) {
    let most = 1_u64 << attempt.min(5);
    let draw = u64::from(stamps.next().id.as_bytes()[15]);
    std::thread::sleep(Duration::from_micros(draw * most * 4));
}
