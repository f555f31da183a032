//! The handle to the database.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parlor_model::error::ErrorKind;
use parlor_model::message::MessageRole;
use parlor_model::outbox::QueueKind;
use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::append_message::{AppendMessage, AppendResult};
use crate::backend::{self, Backend, ClosureJob};
use crate::database_report::SnapshotObserver;
use crate::repo::job::{self, ClaimedJob, JobKind};
use crate::scan_limiter::ScanLimiter;
use crate::scan_threads::ScanThreads;
use crate::{CommitCounts, CommitListener, RetryCounts, StampGenerator, StoreOptions, Tables, Tx};

/// Handle to the database: cheap to clone, safe to share. Reads and writes are synchronous closures over a [`Tx`].
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    stamps: Arc<StampGenerator>,
    scan_limiter: Arc<ScanLimiter>,
    scan_threads: Arc<ScanThreads>,
    commit_listener: CommitListener,
}

/// Number of concurrent long reads on SQLite. Each occupies a processor, so half of the processors (at least two) may
/// be busy with them; one more is allowed so that a single workspace cannot hold all permits.
fn max_embedded_scans() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (processors / 2).max(2) + 1
}

impl Store {
    /// Opens the database and applies pending migrations. Blocks; call it before serving, or on a blocking thread.
    ///
    /// # Errors
    /// `Internal` if a newer version has written the database, or a migration was edited; `Invalid` for an unknown URL scheme; `Unavailable` if it is
    /// unreachable.
    pub fn open(options: &StoreOptions) -> Result<Self> {
        let stamps = Arc::new(StampGenerator::new(
            options.clock.clone(),
            options.random.clone(),
        ));
        let backend = backend::open(options, &stamps)?;
        let (scans, threads) = match &backend {
            Backend::Sqlite(_) => (max_embedded_scans(), max_embedded_scans()),
            // The other half of the connections is reserved for short work.
            Backend::Postgres(_) => (options.connections.div_ceil(2), 0),
        };
        Ok(Self {
            backend,
            stamps,
            scan_limiter: Arc::new(ScanLimiter::new(scans, options.bounds)),
            scan_threads: Arc::new(ScanThreads::start(threads)?),
            commit_listener: options.commit_listener.clone(),
        })
    }

    /// Returns whether this process is the only writer of the database.
    pub fn is_exclusive(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => true,
            Backend::Postgres(_) => false,
        }
    }

    /// Brings [`Store::revision`] up to date with every commit that was answered before this call, on any node. On SQLite
    /// it always is. Returns `false` if that failed: nothing that is cached may be used then.
    pub async fn refresh_revisions(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => true,
            Backend::Postgres(database) => database.refresh_revisions().await,
        }
    }

    /// Returns a number that increases when rows of these tables change, in one workspace or in all: at once on SQLite,
    /// with [`Store::refresh_revisions`] on PostgreSQL. The tables must be among [`Tables::CACHEABLE`].
    ///
    /// Rows read after taking a revision may be cached while the revision is unchanged. Inserts do not count, so an
    /// absence must not be cached; neither do changes of log heads and of API-key use times.
    pub fn revision(&self, ws: Option<i64>, tables: Tables) -> u64 {
        debug_assert!(Tables::CACHEABLE.contains(tables), "{tables:?}");
        match &self.backend {
            Backend::Sqlite(database) => database.revision(ws, tables),
            Backend::Postgres(database) => database.revision(ws, tables),
        }
    }

    /// Returns how much was committed since the store was opened.
    pub fn commit_counts(&self) -> CommitCounts {
        self.commit_listener.counts()
    }

    /// Returns how many transactions were retried since the store was opened.
    pub fn retry_counts(&self) -> RetryCounts {
        match &self.backend {
            Backend::Sqlite(_) => RetryCounts::default(),
            Backend::Postgres(database) => database.retry_counts(),
        }
    }

    /// Returns the generator of ids and times in commit order.
    pub fn stamps(&self) -> &StampGenerator {
        &self.stamps
    }

    /// Runs a read closure. It sees committed rows only and must not write. On SQLite it runs on the calling thread:
    /// keep it to one page of rows. On PostgreSQL its statements may see different commits.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite(database) => database.read(work),
            Backend::Postgres(database) => {
                let mut work = Some(work);
                let (call, answer) = ClosureJob::new(move |tx: &mut dyn Tx| match work.take() {
                    Some(work) => work(tx),
                    None => Err(Error::unavailable("connection lost while reading")),
                });
                database.read(call)?;
                receive_result(answer).await
            }
        }
    }

    /// Runs a long read, such as a search, a sorted list or a total. The number of concurrent long reads is limited; on
    /// SQLite they run on threads of lower priority. One workspace never holds all permits of the server.
    ///
    /// # Errors
    /// `RateLimited` if too many reads of this workspace wait or one waits too long for them; `Unavailable` if those of
    /// other workspaces hold the permits too long.
    pub async fn read_throttled<T, F>(&self, ws: i64, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let permit = self.scan_limiter.acquire(ws).await?;
        match &self.backend {
            Backend::Sqlite(database) => {
                let (database, (answer, waiting)) = (database.clone(), oneshot::channel());
                // The permit moves into the job, which runs to its end even if the caller gives up.
                self.scan_threads.run(Box::new(move || {
                    let _permit = permit;
                    let _ = answer.send(database.read_yielding(work));
                }))?;
                waiting
                    .await
                    .unwrap_or_else(|_| Err(Error::internal("a database closure panicked")))
            }
            Backend::Postgres(_) => {
                self.read(move |tx| {
                    let _permit = permit;
                    work(tx)
                })
                .await
            }
        }
    }

    /// Runs a write closure in a transaction; on return it is durable. The closure may run more than once (after a
    /// conflict with another transaction, or a failure of another closure in the same commit), so it must not
    /// accumulate state.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let (call, answer) = ClosureJob::new(work);
        match &self.backend {
            Backend::Sqlite(database) => database.write(call)?,
            Backend::Postgres(database) => database.write(call)?,
        }
        receive_result(answer).await
    }

    /// Appends a message to its conversation's log in one commit, if its conditions hold, together with its effects. It
    /// is a backend operation instead of a closure, so that SQLite can batch it in its group commit and PostgreSQL in
    /// one multi-row statement.
    ///
    /// # Errors
    /// After any error but a lost connection, nothing was stored.
    pub async fn append(&self, entry: AppendMessage) -> Result<AppendResult> {
        entry.validate()?;
        match &self.backend {
            Backend::Sqlite(database) => receive_result(database.append(entry)?).await,
            Backend::Postgres(database) => receive_result(database.append(entry)?).await,
        }
    }

    /// Claims at most `limit` due jobs of a kind that nobody holds. They are held until the lease ends, by the clock of the
    /// database, or is extended.
    pub async fn claim(
        &self,
        kind: JobKind,
        limit: i64,
        lease: Duration,
    ) -> Result<Vec<ClaimedJob>> {
        self.claim_except(kind, limit, lease, Vec::new()).await
    }

    /// Claims jobs like [`claim`](Self::claim), but none of these workspaces.
    pub async fn claim_except(
        &self,
        kind: JobKind,
        limit: i64,
        lease: Duration,
        except: Vec<i64>,
    ) -> Result<Vec<ClaimedJob>> {
        self.claim_with(move |tx| job::claim(tx, kind, limit, lease, &except))
            .await
    }

    /// Claims jobs like [`claim_except`](Self::claim_except): those of queues of deliveries that go to such a target.
    pub async fn claim_deliveries(
        &self,
        target: QueueKind,
        limit: i64,
        lease: Duration,
        except: Vec<i64>,
    ) -> Result<Vec<ClaimedJob>> {
        self.claim_with(move |tx| job::claim_deliveries(tx, target, limit, lease, &except))
            .await
    }

    async fn claim_with(
        &self,
        work: impl Fn(&mut dyn Tx) -> Result<Vec<ClaimedJob>> + Send + 'static,
    ) -> Result<Vec<ClaimedJob>> {
        match &self.backend {
            Backend::Sqlite(_) => self.write(work).await,
            // A statement of its own, at read committed: it skips rows that others are claiming and meets no conflict.
            Backend::Postgres(_) => self.read(work).await,
        }
    }

    /// Ends the leases of an earlier process of an embedded database, which cannot be alive. Call it when a server starts;
    /// on PostgreSQL, where other nodes may hold jobs, it does nothing.
    pub async fn end_stale_leases(&self) -> Result<()> {
        match &self.backend {
            Backend::Sqlite(_) => self.write(|tx| job::end_leases(tx)).await,
            Backend::Postgres(_) => Ok(()),
        }
    }

    /// Checks that the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.read(|tx| tx.query_count(&crate::sql::workspace::PING, &[]).map(drop))
            .await
    }

    /// Checks that the database accepts writes: changes one small row and restores it in one durable commit, then sends
    /// an append to a conversation that does not exist through the append path.
    pub async fn probe_write(&self) -> Result<()> {
        self.write(|tx| crate::repo::instance::probe_write(tx))
            .await?;
        // PostgreSQL appends use a thread of their own; this append exercises it and stores nothing.
        let nowhere = AppendMessage::from_text(0, 0, None, MessageRole::User, "");
        match self.append(nowhere).await {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(Error::internal("a message was stored nowhere")),
        }
    }

    /// Prepares every statement, to check that this database accepts all of them.
    pub async fn check_statements(&self) -> Result<()> {
        self.read(|tx| {
            crate::sql::all().try_for_each(|statement| tx.check_statement(statement))?;
            tx.check_backend_statements()
        })
        .await
    }

    /// Copies an embedded database as it is now into an empty file, while others read and write. Blocks.
    ///
    /// # Errors
    /// `Invalid` on PostgreSQL; `Unavailable` if `observe` ends the copy, or if the disk is full.
    pub fn write_snapshot(&self, target: &Path, observe: SnapshotObserver<'_>) -> Result<()> {
        match &self.backend {
            Backend::Sqlite(database) => database.copy(target, observe),
            Backend::Postgres(_) => Err(Error::invalid("database", "is not embedded")),
        }
    }

    /// Stops the backend's threads after the queued work and, on SQLite, checkpoints the WAL. Blocks until done; later
    /// calls are refused as unavailable.
    pub fn close(&self) {
        self.scan_threads.close();
        match &self.backend {
            Backend::Sqlite(database) => database.close(),
            Backend::Postgres(database) => database.close(),
        }
    }
}

async fn receive_result<T>(answer: oneshot::Receiver<Result<T>>) -> Result<T> {
    answer
        .await
        .unwrap_or_else(|_| Err(Error::unavailable("the database is closed")))
}
