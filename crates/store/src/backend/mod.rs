//! Database backends, one folder each, and their selection by URL.
//!
//! Keeps INV-1, INV-2 (`docs/invariants.md`).

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};

use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::{StampGenerator, StoreOptions, Tx};

mod migrate;
pub(crate) mod postgres;
pub(crate) mod sqlite;

/// Open database of one of the supported kinds.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite(Arc<sqlite::Database>),
    Postgres(Arc<postgres::Database>),
}

/// Opens the database that the URL names.
pub(crate) fn open(options: &StoreOptions, stamps: &Arc<StampGenerator>) -> Result<Backend> {
    let url = options.url.as_str();
    if let Some(path) = url.strip_prefix("sqlite:") {
        let commit_listener = options.commit_listener.clone();
        return sqlite::Database::open(
            path.as_ref(),
            stamps.clone(),
            commit_listener,
            options.bounds,
        )
        .map(|database| Backend::Sqlite(database.into()));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let database = postgres::Database::open(options, stamps.clone(), &options.commit_listener)?;
        return Ok(Backend::Postgres(database.into()));
    }
    Err(Error::invalid(
        "database",
        "must be sqlite:PATH or postgres://...",
    ))
}

/// Queued closure and the reply channel for its result.
pub(crate) struct ClosureJob<T, F> {
    work: F,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, F: FnMut(&mut dyn Tx) -> Result<T>> ClosureJob<T, F> {
    pub(crate) fn new(work: F) -> (Self, oneshot::Receiver<Result<T>>) {
        let (answer, waiting) = oneshot::channel();
        (
            Self {
                work,
                result: None,
                answer,
            },
            waiting,
        )
    }
}

/// Type-erased [`ClosureJob`].
pub(crate) trait DbJob: Send {
    /// Returns whether the caller has stopped waiting. Such a job is not started.
    fn is_abandoned(&self) -> bool;
    /// Runs the closure and keeps its result; returns whether it succeeded.
    fn run(&mut self, tx: &mut dyn Tx) -> bool;
    /// Replaces the kept result by an error of the backend.
    fn replace_result(&mut self, error: Error);
    /// Sends the kept result if the transaction ended well, otherwise the transaction's error.
    fn respond(self: Box<Self>, outcome: Result<()>);
}

/// Error of a closure that returned success although one of its statements had failed: its transaction is incomplete
/// and was rolled back.
pub(crate) fn continued_after_failure_error() -> Error {
    Error::internal("a database closure went on after a statement had failed")
}

/// Adds work to a bounded queue.
///
/// # Errors
/// `Unavailable` if the queue is full or closed.
pub(crate) fn enqueue<W>(queue: Option<&SyncSender<W>>, work: W) -> Result<()> {
    let queue = queue.ok_or_else(closed_error)?;
    queue.try_send(work).map_err(|refused| match refused {
        TrySendError::Full(_) => Error::unavailable("the database's queue is full"),
        TrySendError::Disconnected(_) => closed_error(),
    })
}

/// Error of calls to a closed database.
pub(crate) fn closed_error() -> Error {
    Error::unavailable("the database is closed")
}

impl<T: Send, F: FnMut(&mut dyn Tx) -> Result<T> + Send> DbJob for ClosureJob<T, F> {
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(&mut self, tx: &mut dyn Tx) -> bool {
        // A panic in one closure must not end the worker thread.
        let work = std::panic::AssertUnwindSafe(|| (self.work)(tx));
        let result = std::panic::catch_unwind(work)
            .unwrap_or_else(|_| Err(Error::internal("a database closure panicked")));
        let succeeded = result.is_ok();
        self.result = Some(result);
        succeeded
    }

    fn replace_result(&mut self, error: Error) {
        self.result = Some(Err(error));
    }

    fn respond(self: Box<Self>, outcome: Result<()>) {
        // Even an error is replaced if the transaction failed: it may rest on rows that were rolled back.
        let result = match outcome {
            Ok(()) => self
                .result
                .unwrap_or_else(|| Err(Error::unavailable("the database is closing"))),
            Err(error) => Err(error),
        };
        // The receiver may be dropped; the commit stands.
        let _ = self.answer.send(result);
    }
}
