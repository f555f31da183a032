//! PostgreSQL backend: threads that each own a connection and run closures from one queue, and one thread that batches
//! appends.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::append_message::{AppendMessage, AppendResult};
use crate::backend::{ClosureJob, DbJob, enqueue};
use crate::{CommitListener, StampGenerator, StoreOptions, Tx};

mod append;
mod cached_connection;
mod connection;
mod error_class;
mod schema;
mod statement;
mod transaction;
mod worker;

pub use connection::ConnectTarget;

/// Open PostgreSQL database.
pub(crate) struct Database {
    queue: Mutex<Option<SyncSender<QueuedJob>>>,
    appends: Mutex<Option<SyncSender<append::QueuedAppend>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// Queued closure for the next free connection.
pub(crate) struct QueuedJob {
    job: Box<dyn DbJob>,
    writes: bool,
}

impl Database {
    pub(crate) fn open(
        options: &StoreOptions,
        stamps: Arc<StampGenerator>,
        commit_listener: CommitListener,
    ) -> Result<Self> {
        let (bounds, connections) = (options.bounds, options.connections);
        let config = Arc::new(connection::ConnectTarget::parse(&options.url, bounds)?);
        migrate_schema(&config, &stamps)?;
        let (queue, work) = sync_channel(bounds.queue.max(1));
        let work: Arc<Mutex<Receiver<QueuedJob>>> = Arc::new(Mutex::new(work));
        let (appends, waiting) = sync_channel(bounds.queue.max(1));
        let mut threads = Vec::with_capacity(connections + 1);
        for index in 0..connections.max(1) {
            let mut worker =
                worker::Worker::new(config.clone(), stamps.clone(), commit_listener.clone());
            let work = work.clone();
            threads.push(spawn_named(&format!("parlor-pg-{index}"), move || {
                loop {
                    // One idle thread waits in `recv`, the others for the lock.
                    let next = work.lock().recv();
                    match next {
                        Ok(work) => worker.run_job(work.job, work.writes),
                        Err(_) => return,
                    }
                }
            })?);
        }
        let worker = worker::Worker::new(config, stamps, commit_listener);
        threads.push(spawn_named("parlor-pg-append", move || {
            append::run(worker, &waiting);
        })?);
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            appends: Mutex::new(Some(appends)),
            threads: Mutex::new(threads),
        })
    }

    pub(crate) fn read<T, F>(&self, call: ClosureJob<T, F>) -> Result<()>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.send(QueuedJob {
            job: Box::new(call),
            writes: false,
        })
    }

    pub(crate) fn write<T, F>(&self, call: ClosureJob<T, F>) -> Result<()>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.send(QueuedJob {
            job: Box::new(call),
            writes: true,
        })
    }

    pub(crate) fn append(
        &self,
        entry: AppendMessage,
    ) -> Result<oneshot::Receiver<Result<AppendResult>>> {
        let (answer, waiting) = oneshot::channel();
        enqueue(
            self.appends.lock().as_ref(),
            append::QueuedAppend { entry, answer },
        )?;
        Ok(waiting)
    }

    fn send(&self, work: QueuedJob) -> Result<()> {
        enqueue(self.queue.lock().as_ref(), work)
    }

    pub(crate) fn close(&self) {
        self.queue.lock().take();
        self.appends.lock().take();
        for thread in self.threads.lock().drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

/// Iterates over the statements that exist only on PostgreSQL.
#[cfg(test)]
pub(crate) fn backend_statements() -> impl Iterator<Item = &'static crate::SqlStatement> {
    statement::ALL.iter().copied()
}

/// Applies pending migrations on a thread of its own: the blocking driver must not run on a thread of an async runtime,
/// which the caller may be on.
fn migrate_schema(target: &connection::ConnectTarget, stamps: &StampGenerator) -> Result<()> {
    let work = || {
        let mut client = target
            .connect_unbounded()
            .map_err(|error| error_class::statement_error("connect", &error))?;
        schema::migrate(&mut client, stamps)
    };
    std::thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_| Err(Error::internal("migration panicked")))
}

fn spawn_named(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(Error::internal)
}
