//! One connection and what runs on it.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::{Error, Result};
use postgres::Client;

use super::connection::{Target, failed};
use super::transaction::{PostgresTx, Prepared};
use crate::backend::Job;
use crate::{Stamps, Tx};

/// How often a write is run again when another transaction was in the way.
const ATTEMPTS: u32 = 60;

pub(super) struct Worker {
    target: Arc<Target>,
    pub(super) stamps: Arc<Stamps>,
    open: Option<(Client, Prepared)>,
}

impl Worker {
    pub(super) fn new(target: Arc<Target>, stamps: Arc<Stamps>) -> Self {
        Self {
            target,
            stamps,
            open: None,
        }
    }

    /// Runs one closure to its end and answers its caller.
    pub(super) fn serve(&mut self, mut job: Box<dyn Job>, writes: bool) {
        let commit = if writes {
            self.write(&mut *job)
        } else {
            self.with(|tx| {
                let _ = job.run(tx);
                Ok(())
            })
        };
        job.finish(commit);
    }

    /// A statement at a time, each with its own view of the database.
    pub(super) fn with<T>(&mut self, work: impl FnOnce(&mut dyn Tx) -> Result<T>) -> Result<T> {
        let (client, prepared) = connected(&mut self.open, &self.target)?;
        work(&mut PostgresTx {
            client,
            prepared,
            stamps: &self.stamps,
        })
    }

    fn write(&mut self, job: &mut dyn Job) -> Result<()> {
        for attempt in 0..ATTEMPTS {
            match self.attempt(&mut |tx| job.run(tx).map_err(|failed| failed.retry)) {
                Attempt::Done => return Ok(()),
                Attempt::Failed(error) => return Err(error),
                Attempt::Conflict => pause(&self.stamps, attempt),
            }
        }
        Err(Error::unavailable("too many conflicting transactions"))
    }

    /// One transaction. `work` gives whether a failure may be tried again.
    pub(super) fn attempt(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Tx) -> std::result::Result<(), bool>,
    ) -> Attempt {
        let (client, prepared) = match connected(&mut self.open, &self.target) {
            Ok(open) => open,
            Err(error) => return Attempt::Failed(error),
        };
        if let Err(error) = client.batch_execute("begin isolation level repeatable read") {
            return Attempt::Failed(failed("begin", &error));
        }
        let outcome = work(&mut PostgresTx {
            client,
            prepared,
            stamps: &self.stamps,
        });
        let end = if outcome.is_ok() {
            "commit"
        } else {
            "rollback"
        };
        match (outcome, client.batch_execute(end)) {
            (Err(true), _) => Attempt::Conflict,
            // The work's own refusal is its result; that the connection broke as well is seen by the next user.
            (Err(false), _) | (Ok(()), Ok(())) => Attempt::Done,
            (Ok(()), Err(error)) => {
                let error = failed("commit", &error);
                if error
                    .context()
                    .is_some_and(|context| context.starts_with(crate::backend::RETRY))
                {
                    Attempt::Conflict
                } else {
                    Attempt::Failed(error)
                }
            }
        }
    }
}

pub(super) enum Attempt {
    Done,
    Conflict,
    Failed(Error),
}

/// The open connection, or a new one when there is none or the last one broke.
fn connected<'o>(
    open: &'o mut Option<(Client, Prepared)>,
    target: &Target,
) -> Result<&'o mut (Client, Prepared)> {
    if open.as_ref().is_some_and(|(client, _)| client.is_closed()) {
        *open = None;
    }
    match open {
        Some(open) => Ok(open),
        None => Ok(open.insert((target.connect()?, Prepared::new()))),
    }
}

/// Waits a random while that grows, so that two who collided do not collide again.
pub(super) fn pause(stamps: &Stamps, attempt: u32) {
    let most = 1_u64 << attempt.min(5);
    let draw = u64::from(stamps.next().id.as_bytes()[15]);
    std::thread::sleep(Duration::from_micros(draw * most * 4));
}
