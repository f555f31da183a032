//! SQLite backend: one writer thread with group commit; readers run on the calling thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use parlor_model::{Error, Result, Timestamp};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::append_message::{AppendMessage, AppendResult};
use crate::backend::{ClosureJob, closed_error, enqueue};
use crate::database_report::{DatabaseReport, SnapshotObserver, StoredContent};
use crate::revision::Revisions;
use crate::{Bounds, CommitListener, StampGenerator, Tables, Tx};

mod append;
mod checkpoint;
mod connection;
mod inspection;
mod prepared;
mod row;
mod schema;
mod snapshot;
mod transaction;
mod writer;

pub(crate) use prepared::sqlite_sql;
use transaction::SqliteTx;
use writer::WriterTask;

/// Inspects a database file: see [`crate::embedded::inspect`].
pub(crate) fn inspect(path: &Path, visit: &mut dyn FnMut(StoredContent)) -> Result<DatabaseReport> {
    inspection::inspect(path, visit)
}

/// Changes the time of a database file's initialization: see [`crate::embedded::begin_epoch`].
pub(crate) fn set_initialized_at(path: &Path, at: Timestamp) -> Result<()> {
    inspection::set_initialized_at(path, at)
}

/// Open SQLite database.
pub(crate) struct Database {
    path: PathBuf,
    stamps: Arc<StampGenerator>,
    queue: Mutex<Option<SyncSender<WriterTask>>>,
    /// Idle read connections; at most one per concurrent reader thread.
    readers: Mutex<Vec<Connection>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    revisions: Arc<Revisions>,
}

impl Database {
    pub(crate) fn open(
        path: &Path,
        stamps: Arc<StampGenerator>,
        commit_listener: CommitListener,
        bounds: Bounds,
    ) -> Result<Self> {
        let mut connection = connection::open_writer(path)?;
        schema::migrate(&mut connection, &stamps)?;
        schema::advance_stamps_past_stored(&connection, &stamps)?;
        let (queue, work) = sync_channel(bounds.queue.max(1));
        let (checkpoint_sender, checkpoint_receiver) = sync_channel(1);
        let force_checkpoint = Arc::new(AtomicBool::new(false));
        let revisions = Arc::new(Revisions::default());
        let observers = (commit_listener, revisions.clone());
        let writer = spawn_writer(
            connection,
            work,
            stamps.clone(),
            observers,
            checkpoint_sender,
            force_checkpoint.clone(),
        )?;
        let checkpointer = spawn_checkpointer(
            connection::open_reader(path, false)?,
            checkpoint_receiver,
            force_checkpoint,
        )?;
        Ok(Self {
            path: path.to_owned(),
            stamps,
            queue: Mutex::new(Some(queue)),
            readers: Mutex::default(),
            threads: Mutex::new(vec![writer, checkpointer]),
            revisions,
        })
    }

    pub(crate) fn read<T>(&self, work: impl FnOnce(&mut dyn Tx) -> Result<T>) -> Result<T> {
        let connection = self.take_reader()?;
        let result = self.run_read(&connection, work)?;
        self.readers.lock().push(connection);
        result
    }

    /// Runs a long read, which often yields the processor: a lower priority of its thread alone would let it run on for
    /// milliseconds while others are ready.
    pub(crate) fn read_yielding<T>(
        &self,
        work: impl FnOnce(&mut dyn Tx) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.take_reader()?;
        connection::set_yielding(&mut connection, true)?;
        let result = self.run_read(&connection, work)?;
        connection::set_yielding(&mut connection, false)?;
        self.readers.lock().push(connection);
        result
    }

    fn take_reader(&self) -> Result<Connection> {
        if self.queue.lock().is_none() {
            return Err(closed_error());
        }
        let idle = self.readers.lock().pop();
        match idle {
            Some(connection) => Ok(connection),
            None => connection::open_reader(&self.path, true),
        }
    }

    /// Returns the result of `work`, or an error if the connection has failed.
    fn run_read<T>(
        &self,
        connection: &Connection,
        work: impl FnOnce(&mut dyn Tx) -> Result<T>,
    ) -> Result<Result<T>> {
        // Takes the WAL locks once instead of once per statement.
        connection::execute(connection, "begin")?;
        let result = work(&mut SqliteTx::for_reads(connection, &self.stamps));
        connection::execute(connection, "commit")?;
        Ok(result)
    }

    /// Copies the database as it is now into an empty file.
    pub(crate) fn copy(&self, target: &Path, observe: SnapshotObserver<'_>) -> Result<()> {
        if self.queue.lock().is_none() {
            return Err(closed_error());
        }
        snapshot::copy(&self.path, target, observe)
    }

    /// Returns the number of commits that changed rows of these tables.
    pub(crate) fn revision(&self, ws: Option<i64>, tables: Tables) -> u64 {
        self.revisions.current(ws, tables)
    }

    pub(crate) fn write<T, F>(&self, call: ClosureJob<T, F>) -> Result<()>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.send(WriterTask::Job(Box::new(call)))
    }

    pub(crate) fn append(
        &self,
        entry: AppendMessage,
    ) -> Result<oneshot::Receiver<Result<AppendResult>>> {
        let (answer, waiting) = oneshot::channel();
        self.send(WriterTask::Append(Box::new(append::QueuedAppend {
            entry,
            result: None,
            answer,
        })))?;
        Ok(waiting)
    }

    fn send(&self, work: WriterTask) -> Result<()> {
        enqueue(self.queue.lock().as_ref(), work)
    }

    pub(crate) fn close(&self) {
        // Dropping the queue ends the writer after the queued work, which in turn ends the checkpointer.
        self.queue.lock().take();
        for thread in self.threads.lock().drain(..) {
            // The work of a panicked thread is lost in any case.
            let _ = thread.join();
        }
        self.readers.lock().clear();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

fn spawn_writer(
    connection: Connection,
    work: Receiver<WriterTask>,
    stamps: Arc<StampGenerator>,
    (commit_listener, revisions): (CommitListener, Arc<Revisions>),
    checkpoint_sender: SyncSender<()>,
    force_checkpoint: Arc<AtomicBool>,
) -> Result<JoinHandle<()>> {
    spawn_named("parlor-writer", move || {
        let mut writer = writer::Writer::new(&connection, &stamps, commit_listener, revisions);
        while let Ok(first) = work.recv() {
            writer.run_batch(first, &work);
            if writer.is_checkpoint_due() {
                // A full channel means that a checkpoint is already due.
                let _ = checkpoint_sender.try_send(());
            }
            if force_checkpoint.swap(false, Ordering::Relaxed) {
                writer.checkpoint();
            }
        }
        writer.finish();
    })
}

fn spawn_checkpointer(
    connection: Connection,
    checkpoint_receiver: Receiver<()>,
    force_checkpoint: Arc<AtomicBool>,
) -> Result<JoinHandle<()>> {
    spawn_named("parlor-checkpoint", move || {
        while checkpoint_receiver.recv().is_ok() {
            if checkpoint::run_passive(&connection)
                .is_some_and(|frames| frames > checkpoint::MAX_WAL_FRAMES)
            {
                force_checkpoint.store(true, Ordering::Relaxed);
            }
        }
    })
}

fn spawn_named(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(Error::internal)
}
