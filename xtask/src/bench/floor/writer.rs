//! Group commit at its plainest: one thread, everything that waits, one transaction, then the answers.

use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::Result;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::schema::Tenant;

/// What one commit takes at the most.
const BATCH: usize = 1024;

/// One conversation to write.
pub(super) struct Job {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) at: i64,
    /// Answered after the commit.
    pub(super) done: oneshot::Sender<()>,
}

/// Starts the thread.
pub(super) fn start(connection: Connection, tenant: Tenant) -> Sender<Job> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        // The bench sees refused requests when this ends.
        if let Err(error) = write(connection, tenant, &receiver) {
            eprintln!("floor: {error:#}");
        }
    });
    sender
}

fn write(mut connection: Connection, tenant: Tenant, jobs: &Receiver<Job>) -> Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    while let Ok(first) = jobs.recv() {
        batch.push(first);
        batch.extend(jobs.try_iter().take(BATCH - 1));
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for job in &batch {
            insert(&transaction, tenant, job)?;
        }
        transaction.commit()?;
        for job in batch.drain(..) {
            let _ = job.done.send(());
        }
    }
    Ok(())
}

/// The rows of one create: the conversation, its owner and its subject as participants, the first entry of its log.
fn insert(transaction: &Transaction<'_>, tenant: Tenant, job: &Job) -> Result<()> {
    let Tenant {
        workspace,
        owner,
        subject,
    } = tenant;
    transaction
        .prepare_cached(
            "insert into conversation (ws, id, kind, state, title, owner, subject, last_seq, created_at, updated_at)
             values (?1, ?2, 'chat', 'active', ?3, ?4, ?5, 1, ?6, ?6)",
        )?
        .execute((workspace, job.id.as_bytes(), &job.title, owner, subject, job.at))?;
    let number = transaction.last_insert_rowid();
    let mut participant = transaction.prepare_cached(
        "insert into participant (ws, conversation, member, role, state, joined_at)
         values (?1, ?2, ?3, ?4, 'joined', ?5)",
    )?;
    participant.execute((workspace, number, owner, "owner", job.at))?;
    participant.execute((workspace, number, subject, "member", job.at))?;
    transaction
        .prepare_cached(
            "insert into log_entry (ws, conversation, seq, kind, actor, at, payload)
             values (?1, ?2, 1, 'created', ?3, ?4, '{}')",
        )?
        .execute((workspace, number, owner, job.at))?;
    Ok(())
}
