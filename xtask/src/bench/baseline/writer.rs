//! Minimal group commit: one thread writes all waiting jobs in one transaction and then acknowledges them.

use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::Result;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Maximum number of jobs per commit.
const MAX_BATCH_JOBS: usize = 1024;

/// Write of one request.
pub(super) trait WriteJob: Send + 'static {
    /// State that the thread keeps between jobs.
    type State: Send + 'static;

    /// Writes the rows.
    fn write(&mut self, transaction: &Transaction<'_>, state: &mut Self::State) -> Result<()>;

    /// Called when the rows are on disk.
    fn acknowledge(self);
}

/// Starts the writer thread.
pub(super) fn spawn_writer<J: WriteJob>(connection: Connection, state: J::State) -> Sender<J> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        // After the thread has ended, all requests fail, which the benchmark reports.
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
