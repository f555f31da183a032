//! Group commit at its plainest: one thread, everything that waits, one transaction, then the answers.

use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::Result;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// What one commit takes at the most.
const MAX_BATCH_JOBS: usize = 1024;

/// Something to write.
pub(super) trait WriteJob: Send + 'static {
    /// What the thread keeps in memory between the jobs.
    type State: Send + 'static;

    /// Writes its rows.
    fn write(&mut self, transaction: &Transaction<'_>, state: &mut Self::State) -> Result<()>;

    /// The rows are on the disk.
    fn acknowledge(self);
}

/// Starts the thread.
pub(super) fn spawn_writer<J: WriteJob>(connection: Connection, state: J::State) -> Sender<J> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        // The bench sees refused requests when this ends.
        if let Err(error) = write_batches(connection, state, &receiver) {
            eprintln!("floor: {error:#}");
        }
    });
    sender
}

fn write_batches<J: WriteJob>(
    mut connection: Connection,
    mut state: J::State,
    jobs: &Receiver<J>,
) -> Result<()> {
    let mut batch = Vec::with_capacity(MAX_BATCH_JOBS);
    while let Ok(first) = jobs.recv() {
        batch.push(first);
        batch.extend(jobs.try_iter().take(MAX_BATCH_JOBS - 1));
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for job in &mut batch {
            job.write(&transaction, &mut state)?;
        }
        transaction.commit()?;
        for job in batch.drain(..) {
            job.acknowledge();
        }
    }
    Ok(())
}
