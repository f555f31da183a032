//! The one handle to the database.

use std::sync::Arc;

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::message::MessageRole;
use parlor_model::time::{Clock, RandomSource};
use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::append_message::{AppendMessage, AppendResult};
use crate::backend::{self, Backend, ClosureJob};
use crate::scan_limiter::ScanLimiter;
use crate::scan_threads::ScanThreads;
use crate::{Bounds, CommitListener, StampGenerator, Tables, Tx};

/// How to open a store.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://...`.
    pub url: String,
    /// Connections to a PostgreSQL server; the embedded database decides for itself.
    pub connections: usize,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn RandomSource>,
    /// Who is told of logs that grew and rows that changed.
    pub commit_listener: CommitListener,
    /// How much may wait for the database.
    pub bounds: Bounds,
}

/// The database: cheap to clone, safe to share. Reads and writes are synchronous closures over a [`Tx`].
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    stamps: Arc<StampGenerator>,
    scan_limiter: Arc<ScanLimiter>,
    scan_threads: Arc<ScanThreads>,
}

/// Long reads of the embedded database at a time: each takes a processor for as long as it lasts, so half of them may be
/// busy so, and one more read runs where all of those are one workspace's.
fn max_embedded_scans() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (processors / 2).max(2) + 1
}

impl Store {
    /// Opens the database, brings its schema up to date, and refuses one that a newer version has written.
    /// Blocks; call it before serving, or on a blocking thread.
    pub fn open(options: &StoreOptions) -> Result<Self> {
        let stamps = Arc::new(StampGenerator::new(
            options.clock.clone(),
            options.random.clone(),
        ));
        let backend = backend::open(options, &stamps)?;
        let (scans, threads) = match &backend {
            Backend::Sqlite(_) => (max_embedded_scans(), max_embedded_scans()),
            // The other half is for short work.
            Backend::Postgres(_) => (options.connections.div_ceil(2), 0),
        };
        Ok(Self {
            backend,
            stamps,
            scan_limiter: Arc::new(ScanLimiter::new(scans, options.bounds)),
            scan_threads: Arc::new(ScanThreads::start(threads)?),
        })
    }

    /// Whether this process is the only one that can change the database, so that what it remembers cannot be stale.
    pub fn is_exclusive(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => true,
            Backend::Postgres(_) => false,
        }
    }

    /// Counts the commits that changed rows of these tables, of one workspace or of all: what was found in them at a
    /// count may be remembered for as long as it stands, and the commit itself ends that. Read it before what is to be
    /// remembered. New rows do not count, so an absence must not be remembered; nor do the ends of logs and the uses of
    /// keys. None where other processes may change the database.
    pub fn revision(&self, ws: Option<i64>, tables: Tables) -> Option<u64> {
        match &self.backend {
            Backend::Sqlite(database) => Some(database.revision(ws, tables)),
            Backend::Postgres(_) => None,
        }
    }

    /// Ids and times in commit order.
    pub fn stamps(&self) -> &StampGenerator {
        &self.stamps
    }

    /// Reads. The closure sees committed rows only and must not write. On the embedded database it runs right here,
    /// on the calling thread: keep it to one page of rows.
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

    /// Reads what may take long: searches, sorted lists, totals. Few run at a time; on the embedded database they run
    /// on a thread where they hold nobody up. One workspace never has all permits of the server, so that it cannot keep
    /// the others from theirs.
    ///
    /// # Errors
    /// `RateLimited` when too many of this workspace's wait or take too long, `Unavailable` when those of others do.
    pub async fn read_throttled<T, F>(&self, ws: i64, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let permit = self.scan_limiter.acquire(ws).await?;
        match &self.backend {
            Backend::Sqlite(database) => {
                let (database, (answer, waiting)) = (database.clone(), oneshot::channel());
                // The permit goes along: a caller that gives up does not end what it began.
                self.scan_threads.run(Box::new(move || {
                    let _permit = permit;
                    let _ = answer.send(database.read(work));
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

    /// Writes: everything the closure does happens, durably, or nothing. It may run more than once (after a conflict
    /// with another transaction, or with a neighbour in the same commit), so it must not keep what it counted.
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

    /// Appends a message to its conversation's log, with its companions and if its conditions hold, in one commit. An
    /// error of it, but one of a lost connection, means that nothing was stored. Not a closure, so that a backend may
    /// join what waits: the embedded database in its group commit, PostgreSQL in one multi-row statement.
    pub async fn append(&self, entry: AppendMessage) -> Result<AppendResult> {
        entry.validate()?;
        match &self.backend {
            Backend::Sqlite(database) => receive_result(database.append(entry)?).await,
            Backend::Postgres(database) => receive_result(database.append(entry)?).await,
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.read(|tx| tx.query_count(&crate::sql::workspace::PING, &[]).map(drop))
            .await
    }

    /// Whether the database stores something: one small row is changed and changed back, and committed as
    /// everything is; then what joins appends is asked for one that nobody can make.
    pub async fn probe_write(&self) -> Result<()> {
        self.write(|tx| crate::repo::instance::probe_write(tx))
            .await?;
        // Appends have a thread of their own on PostgreSQL: one to no conversation goes its way and stores nothing.
        let nowhere =
            AppendMessage::from_text(0, ConversationKey::Number(0), None, MessageRole::User, "");
        match self.append(nowhere).await {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(Error::internal("a message was stored nowhere")),
        }
    }

    /// Prepares every statement of the product, to learn whether this database takes them all.
    pub async fn check_statements(&self) -> Result<()> {
        self.read(|tx| {
            crate::sql::all().try_for_each(|statement| tx.check_statement(statement))?;
            tx.check_backend_statements()
        })
        .await
    }

    /// Ends the backend's threads after what is queued, and folds the log into the database file.
    /// Blocks until done; calls made afterwards are refused as unavailable.
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
