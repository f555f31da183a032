//! Runs closures in transactions on one connection, with retries.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parlor_model::{Error, Result};

use super::cached_connection::CachedConnection;
use super::commit_text::commit_text;
use super::connection::ConnectTarget;
use super::error_class::{ErrorClass, statement_error};
use super::transaction::{PostgresTx, TransactionState};
use crate::backend::{DbJob, continued_after_failure_error};
use crate::retry_counts::RetryCounters;
use crate::table_changes::TableChanges;
use crate::{CommitListener, StampGenerator};

/// Maximum number of attempts after conflicts.
const MAX_ATTEMPTS: u32 = 60;
/// Maximum number of attempts after constraint violations: a retry sees the conflicting row, so more than two are
/// rarely needed.
const MAX_CONSTRAINT_ATTEMPTS: u32 = 8;

/// Closures see one snapshot, and fail if another transaction changed what they change.
const BEGIN_REPEATABLE_READ: &str = "begin isolation level repeatable read";
/// Waits for row locks and then reads the current rows.
pub(super) const BEGIN_READ_COMMITTED: &str = "begin isolation level read committed";

pub(super) struct Worker {
    connection: CachedConnection,
    stamps: Arc<StampGenerator>,
    commit_listener: CommitListener,
    retries: Arc<RetryCounters>,
}

impl Worker {
    pub(super) fn new(
        target: Arc<ConnectTarget>,
        (stamps, commit_listener, retries): (
            Arc<StampGenerator>,
            CommitListener,
            Arc<RetryCounters>,
        ),
    ) -> Result<Self> {
        Ok(Self {
            connection: CachedConnection::new(target)?,
            stamps,
            commit_listener,
            retries,
        })
    }

    /// Runs one closure and answers its caller.
    pub(super) fn run_job(&mut self, mut job: Box<dyn DbJob>, writes: bool) {
        if job.is_abandoned() {
            return;
        }
        let outcome = if writes {
            self.run_transaction(BEGIN_REPEATABLE_READ, &mut |tx| job.run(tx))
        } else {
            job.run(&mut PostgresTx::for_reads(
                &mut self.connection,
                &self.stamps,
            ));
            Ok(())
        };
        job.respond(outcome);
    }

    /// Runs `work` in a transaction and retries after conflicts. `work` returns whether to commit; a requested rollback
    /// is a success.
    pub(super) fn run_transaction(
        &mut self,
        begin: &'static str,
        work: &mut dyn FnMut(&mut PostgresTx<'_>) -> bool,
    ) -> Result<()> {
        let mut constraint_violations = 0;
        for attempt in 0..MAX_ATTEMPTS {
            let TransactionOutcome::Retry {
                class,
                wants_commit,
            } = self.try_transaction(begin, work)?
            else {
                return Ok(());
            };
            self.count_retry(class);
            constraint_violations += u32::from(class == ErrorClass::ConstraintViolation);
            if constraint_violations == MAX_CONSTRAINT_ATTEMPTS {
                // The error of `work` names the statement.
                return if wants_commit {
                    Err(continued_after_failure_error())
                } else {
                    Ok(())
                };
            }
            sleep_backoff(&self.stamps, attempt);
        }
        Err(Error::unavailable("too many conflicting transactions"))
    }

    fn count_retry(&self, class: ErrorClass) {
        let counter = match class {
            ErrorClass::Conflict => &self.retries.conflicts,
            ErrorClass::ConstraintViolation => &self.retries.constraint_violations,
            ErrorClass::ConnectionLost => &self.retries.lost_connections,
            ErrorClass::StatementFailed => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Runs one attempt. The transaction begins with its first statement.
    fn try_transaction(
        &mut self,
        begin: &'static str,
        work: &mut dyn FnMut(&mut PostgresTx<'_>) -> bool,
    ) -> Result<TransactionOutcome> {
        let mut tx = PostgresTx::in_transaction(&mut self.connection, &self.stamps, begin);
        let wants_commit = work(&mut tx);
        let (class, state) = (tx.error_class, tx.state);
        let (log_updates, changes) = (tx.log_updates, tx.changes);
        let commits = wants_commit && class.is_none();
        let outcome = match state {
            TransactionState::Begun if commits => self.commit(&changes),
            TransactionState::Begun => return self.roll_back(class, wants_commit),
            TransactionState::Committed => Ok(TransactionOutcome::Done),
            TransactionState::CommitUnknown => Err(Error::unavailable("commit: connection lost")),
            TransactionState::NotBegun(_) | TransactionState::Autocommit => {
                return match class {
                    None => Ok(TransactionOutcome::Done),
                    Some(_) => Err(Error::unavailable("begin: connection lost")),
                };
            }
        };
        // A commit whose response was lost may have succeeded.
        if !matches!(outcome, Ok(TransactionOutcome::Retry { .. })) {
            self.commit_listener.notify(&log_updates, &changes);
        }
        outcome
    }

    /// Rolls back after a failure of this class, or because `work` requested it.
    fn roll_back(
        &mut self,
        class: Option<ErrorClass>,
        wants_commit: bool,
    ) -> Result<TransactionOutcome> {
        if class != Some(ErrorClass::ConnectionLost)
            && let Err(error) = self.connection.batch_execute("rollback")
        {
            // Nothing was changed; the next use opens a new connection.
            tracing::debug!(error = ?statement_error("rollback", &error), "connection given up");
            self.connection.discard();
        }
        match class {
            Some(ErrorClass::StatementFailed) if wants_commit => {
                Err(continued_after_failure_error())
            }
            None | Some(ErrorClass::StatementFailed) => Ok(TransactionOutcome::Done),
            Some(class) => Ok(TransactionOutcome::Retry {
                class,
                wants_commit,
            }),
        }
    }

    /// Records the changes of cacheable rows for all nodes and commits, in one round trip.
    fn commit(&mut self, changes: &TableChanges) -> Result<TransactionOutcome> {
        let text = commit_text(changes);
        match self.connection.batch_execute(&text) {
            Ok(()) => Ok(TransactionOutcome::Done),
            Err(error) => match ErrorClass::from_error(&error) {
                class @ ErrorClass::Conflict => Ok(TransactionOutcome::Retry {
                    class,
                    wants_commit: true,
                }),
                // It is unknown whether the commit succeeded; a retry could apply it twice.
                _ => {
                    self.connection.discard();
                    Err(statement_error("commit", &error))
                }
            },
        }
    }
}

enum TransactionOutcome {
    /// Committed, or rolled back as `work` requested.
    Done,
    /// Rolled back because of a conflict; `wants_commit` if `work` requested the commit.
    Retry {
        class: ErrorClass,
        wants_commit: bool,
    },
}

/// Sleeps for a random, exponentially growing time, so that colliding transactions do not collide again.
fn sleep_backoff(stamps: &StampGenerator, attempt: u32) {
    let max_steps = 1_u64 << attempt.min(5);
    let random = u64::from(stamps.next().id.as_bytes()[15]);
    std::thread::sleep(Duration::from_micros(random * max_steps * 4));
}
