//! What runs on one connection.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::{Error, Result};

use super::connection::Target;
use super::fault::{Fault, failed};
use super::session::Session;
use super::transaction::PostgresTx;
use crate::backend::{Job, went_on};
use crate::{Stamps, Tx, Watch};

/// How often a transaction is run again when another one was in the way.
const ATTEMPTS: u32 = 60;
/// How often when what was in the way is seen by the next run, so that it hardly ever takes a third.
const ATTEMPTS_UNSEEN: u32 = 8;

/// Closures see one state of the database throughout, and fail where another transaction changed what they change.
const ISOLATED: &str = "begin isolation level repeatable read";
/// Waits for a row's lock and then sees the row as it is now.
pub(super) const WAITING: &str = "begin isolation level read committed";

pub(super) struct Worker {
    session: Session,
    stamps: Arc<Stamps>,
    watch: Watch,
}

impl Worker {
    pub(super) fn new(target: Arc<Target>, stamps: Arc<Stamps>, watch: Watch) -> Self {
        Self {
            session: Session::new(target),
            stamps,
            watch,
        }
    }

    /// Runs one closure to its end and answers its caller.
    pub(super) fn serve(&mut self, mut job: Box<dyn Job>, writes: bool) {
        if job.is_abandoned() {
            return;
        }
        let ended = if writes {
            self.transact(ISOLATED, &mut |tx| job.run(tx))
        } else {
            job.run(&mut PostgresTx::reading(&mut self.session, &self.stamps));
            Ok(())
        };
        job.finish(ended);
    }

    /// Runs work in a transaction, again after a conflict. `work` tells whether to commit; when it says no, that it
    /// was rolled back is a good end.
    pub(super) fn transact(
        &mut self,
        begin: &str,
        work: &mut dyn FnMut(&mut dyn Tx) -> bool,
    ) -> Result<()> {
        let mut unseen = 0;
        for attempt in 0..ATTEMPTS {
            let Ended::Again { fault, kept } = self.attempt(begin, work)? else {
                return Ok(());
            };
            unseen += u32::from(fault == Fault::Unseen);
            if unseen == ATTEMPTS_UNSEEN {
                // The work's own error names the statement.
                return if kept { Err(went_on()) } else { Ok(()) };
            }
            pause(&self.stamps, attempt);
        }
        Err(Error::unavailable("too many conflicting transactions"))
    }

    /// One transaction.
    fn attempt(&mut self, begin: &str, work: &mut dyn FnMut(&mut dyn Tx) -> bool) -> Result<Ended> {
        self.begin(begin)?;
        let mut tx = PostgresTx::within(&mut self.session, &self.stamps);
        let kept = work(&mut tx);
        let (fault, grown, changes) = (tx.fault, tx.grown, tx.changes);
        if kept && fault.is_none() {
            let ended = self.commit();
            // A commit whose answer was lost may have happened.
            if !matches!(ended, Ok(Ended::Again { .. })) {
                self.watch.tell(&grown, &changes);
            }
            return ended;
        }
        if fault != Some(Fault::Lost)
            && let Err(error) = self
                .session
                .client()
                .and_then(|client| client.batch_execute("rollback"))
        {
            // Nothing was changed all the same; the next user gets a new connection.
            tracing::debug!(error = ?failed("rollback", &error), "connection given up");
            self.session.lose();
        }
        match fault {
            Some(Fault::Broken) if kept => Err(went_on()),
            None | Some(Fault::Broken) => Ok(Ended::Done),
            Some(fault) => Ok(Ended::Again { fault, kept }),
        }
    }

    /// A connection that was lost while nobody used it is noticed only here.
    fn begin(&mut self, text: &str) -> Result<()> {
        let mut again = true;
        loop {
            let begun = self
                .session
                .client()
                .and_then(|client| client.batch_execute(text));
            match begun {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.session.lose();
                    if Fault::of(&error) != Fault::Lost || !std::mem::take(&mut again) {
                        return Err(failed("begin", &error));
                    }
                }
            }
        }
    }

    fn commit(&mut self) -> Result<Ended> {
        let committed = self
            .session
            .client()
            .and_then(|client| client.batch_execute("commit"));
        match committed {
            Ok(()) => Ok(Ended::Done),
            Err(error) => match Fault::of(&error) {
                fault @ Fault::Conflict => Ok(Ended::Again { fault, kept: true }),
                // Whether it happened cannot be known from here; running it again could do it twice.
                _ => {
                    self.session.lose();
                    Err(failed("commit", &error))
                }
            },
        }
    }
}

enum Ended {
    /// Committed, or rolled back as the work wanted.
    Done,
    /// Rolled back for what was in its way; `kept` when the work wanted it committed.
    Again { fault: Fault, kept: bool },
}

/// Waits a random while that grows, so that two who collided do not collide again.
fn pause(stamps: &Stamps, attempt: u32) {
    let most = 1_u64 << attempt.min(5);
    let draw = u64::from(stamps.next().id.as_bytes()[15]);
    std::thread::sleep(Duration::from_micros(draw * most * 4));
}
