//! PostgreSQL backend: threads that each own a connection and run closures from one queue, a few lanes that batch appends,
//! one thread that reads which cached rows are invalid, and one that analyzes fast growing tables.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::append_message::{AppendMessage, AppendResult};
use crate::backend::{ClosureJob, DbJob, closed_error, enqueue};
use crate::retry_counts::RetryCounters;
use crate::revision::Revisions;
use crate::{CommitListener, RetryCounts, StampGenerator, StoreOptions, Tables, Tx};

mod append;
mod cached_connection;
mod client;
mod commit_text;
mod connection;
mod error_class;
mod invalidation_poller;
mod schema;
mod snapshot;
mod statement;
mod table_statistics;
mod transaction;
mod worker;

use cached_connection::CachedConnection;
pub(crate) use cached_connection::postgres_sql;
pub use connection::ConnectTarget;
use invalidation_poller::InvalidationPoller;

/// Open PostgreSQL database.
pub(crate) struct Database {
    queue: Arc<Mutex<Option<SyncSender<PoolJob>>>>,
    appends: Mutex<Option<append::AppendLanes>>,
    invalidation_waiters: Mutex<Option<SyncSender<invalidation_poller::Waiter>>>,
    revisions: Arc<Revisions>,
    retries: Arc<RetryCounters>,
    /// Ends the thread that analyzes tables when it is dropped.
    statistics: Mutex<Option<Sender<()>>>,
    lanes: Mutex<Vec<JoinHandle<()>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// Work for the next free connection.
enum PoolJob {
    Read(Box<dyn DbJob>),
    Write(Box<dyn DbJob>),
    /// Appends to conversations that other transactions have locked.
    Append(Arc<append::Contention>),
}

impl PoolJob {
    fn run(self, worker: &mut worker::Worker) {
        match self {
            Self::Read(job) => worker.run_job(job, false),
            Self::Write(job) => worker.run_job(job, true),
            Self::Append(contention) => contention.work(worker),
        }
    }
}

/// Number of append lanes: beyond a few, smaller batches cost more than the lanes gain.
fn lane_count() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().clamp(1, MAX_LANES))
}

const MAX_LANES: usize = 4;

impl Database {
    pub(crate) fn open(
        options: &StoreOptions,
        stamps: Arc<StampGenerator>,
        commit_listener: &CommitListener,
    ) -> Result<Self> {
        let (bounds, connections) = (options.bounds, options.connections.max(1));
        let config = Arc::new(connection::ConnectTarget::parse(&options.url, bounds)?);
        migrate_schema(&config, &stamps)?;
        let (queue, work) = sync_channel(bounds.queue.max(1));
        let work: Arc<Mutex<Receiver<PoolJob>>> = Arc::new(Mutex::new(work));
        let retries = Arc::<RetryCounters>::default();
        let new_worker = || {
            let shared = (stamps.clone(), commit_listener.clone(), retries.clone());
            worker::Worker::new(config.clone(), shared)
        };
        let mut threads = Vec::new();
        for index in 0..connections {
            let (mut worker, work) = (new_worker()?, work.clone());
            threads.push(spawn_named(&format!("parlor-pg-{index}"), move || {
                loop {
                    // One idle thread waits in `recv`, the others for the lock.
                    let next = work.lock().recv();
                    match next {
                        Ok(job) => job.run(&mut worker),
                        Err(_) => return,
                    }
                }
            })?);
        }
        let pool = Arc::new(Mutex::new(Some(queue)));
        let contention = append::Contention::new(connections.div_ceil(2), {
            let pool = Arc::downgrade(&pool);
            move |contention| {
                let pool = pool.upgrade();
                pool.is_some_and(|pool| {
                    enqueue(pool.lock().as_ref(), PoolJob::Append(contention)).is_ok()
                })
            }
        });
        let (appends, lanes) = append::AppendLanes::new(lane_count(), bounds.queue.max(1));
        let mut lane_threads = Vec::new();
        for (index, waiting) in lanes.into_iter().enumerate() {
            let (worker, contention) = (new_worker()?, contention.clone());
            lane_threads.push(spawn_named(
                &format!("parlor-pg-append-{index}"),
                move || {
                    append::run_lane(worker, &waiting, &contention);
                },
            )?);
        }
        let revisions = Arc::<Revisions>::default();
        let (invalidation_waiters, waiting) = sync_channel(bounds.queue.max(1));
        let poller = InvalidationPoller::new(
            CachedConnection::new(config.clone())?,
            stamps.clone(),
            revisions.clone(),
        );
        threads.push(spawn_named("parlor-pg-changes", move || {
            poller.run(&waiting);
        })?);
        let (statistics, closed) = channel();
        let (connection, own_stamps) = (CachedConnection::new(config)?, stamps);
        threads.push(spawn_named("parlor-pg-stats", move || {
            table_statistics::run(connection, &own_stamps, &closed);
        })?);
        Ok(Self {
            queue: pool,
            appends: Mutex::new(Some(appends)),
            invalidation_waiters: Mutex::new(Some(invalidation_waiters)),
            revisions,
            retries,
            statistics: Mutex::new(Some(statistics)),
            lanes: Mutex::new(lane_threads),
            threads: Mutex::new(threads),
        })
    }

    pub(crate) fn read<T, F>(&self, call: ClosureJob<T, F>) -> Result<()>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.send(PoolJob::Read(Box::new(call)))
    }

    pub(crate) fn write<T, F>(&self, call: ClosureJob<T, F>) -> Result<()>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.send(PoolJob::Write(Box::new(call)))
    }

    pub(crate) fn append(
        &self,
        entry: AppendMessage,
    ) -> Result<oneshot::Receiver<Result<AppendResult>>> {
        let (answer, waiting) = oneshot::channel();
        let lanes = self.appends.lock();
        let lanes = lanes.as_ref().ok_or_else(closed_error)?;
        lanes.enqueue(append::QueuedAppend { entry, answer })?;
        Ok(waiting)
    }

    /// Reads the changes of all nodes until now into the revisions. Returns whether it succeeded.
    pub(crate) async fn refresh_revisions(&self) -> bool {
        let (waiter, refreshed) = oneshot::channel();
        let queued = enqueue(self.invalidation_waiters.lock().as_ref(), waiter);
        queued.is_ok() && refreshed.await.unwrap_or(false)
    }

    /// Returns the number of invalidations of these tables, as of the last refresh.
    pub(crate) fn revision(&self, ws: Option<i64>, tables: Tables) -> u64 {
        self.revisions.current(ws, tables)
    }

    pub(crate) fn retry_counts(&self) -> RetryCounts {
        self.retries.counts()
    }

    fn send(&self, work: PoolJob) -> Result<()> {
        enqueue(self.queue.lock().as_ref(), work)
    }

    pub(crate) fn close(&self) {
        // The lanes first: they may need a worker of the pool.
        self.appends.lock().take();
        join_all(&self.lanes);
        self.queue.lock().take();
        self.invalidation_waiters.lock().take();
        self.statistics.lock().take();
        join_all(&self.threads);
    }
}

fn join_all(threads: &Mutex<Vec<JoinHandle<()>>>) {
    for thread in threads.lock().drain(..) {
        let _ = thread.join();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

/// Iterates over the statements that exist only on PostgreSQL.
pub(crate) fn backend_statements() -> impl Iterator<Item = &'static crate::SqlStatement> {
    statement::ALL.iter().copied()
}

/// Applies pending migrations on a thread of its own: the blocking driver must not run on a thread of an async runtime,
/// which the caller may be on.
fn migrate_schema(target: &connection::ConnectTarget, stamps: &StampGenerator) -> Result<()> {
    let work = || {
        let runtime = client::new_runtime()?;
        let mut client = client::BlockingClient::connect(&runtime, target)
            .map_err(|error| error_class::statement_error("connect", &error))?;
        runtime.block_on(schema::migrate(client.inner(), stamps))
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
