//! A folder per database, and the one place where they are told apart.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};

use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::{StampGenerator, StoreOptions, Tx};

mod migrate;
pub mod postgres;
pub mod sqlite;

/// The databases this build can speak to.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite(Arc<sqlite::Database>),
    Postgres(Arc<postgres::Database>),
}

/// Opens by URL.
pub(crate) fn open(options: &StoreOptions, stamps: &Arc<StampGenerator>) -> Result<Backend> {
    let url = options.url.as_str();
    if let Some(path) = url.strip_prefix("sqlite:") {
        let watch = options.commit_listener.clone();
        return sqlite::Database::open(path.as_ref(), stamps.clone(), watch, options.bounds)
            .map(|database| Backend::Sqlite(database.into()));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let watch = options.commit_listener.clone();
        let database = postgres::Database::open(options, stamps.clone(), watch)?;
        return Ok(Backend::Postgres(database.into()));
    }
    Err(Error::invalid(
        "database",
        "must be sqlite:PATH or postgres://...",
    ))
}

/// A closure on its way through a backend's queue, and the place its result is waited for.
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

/// A [`ClosureJob`] without its types.
pub(crate) trait DbJob: Send {
    /// Whether the caller has given up waiting. Such work is not begun.
    fn is_abandoned(&self) -> bool;
    /// Runs the work and keeps its result; tells whether it succeeded.
    fn run(&mut self, tx: &mut dyn Tx) -> bool;
    /// Replaces the kept result, where the backend knows better.
    fn replace_result(&mut self, error: Error);
    /// Tells the caller: the kept result when the transaction ended well, otherwise what went wrong with it.
    fn respond(self: Box<Self>, ended: Result<()>);
}

/// Why work that reported success is not kept: its transaction cannot hold all of it any more.
pub(crate) fn continued_after_failure_error() -> Error {
    Error::internal("a database closure went on after a statement had failed")
}

/// Hands work to a queue of bounded length.
///
/// # Errors
/// `Unavailable` when the queue is full or nobody takes from it any more.
pub(crate) fn enqueue<W>(queue: Option<&SyncSender<W>>, work: W) -> Result<()> {
    let queue = queue.ok_or_else(closed_error)?;
    queue.try_send(work).map_err(|refused| match refused {
        TrySendError::Full(_) => Error::unavailable("the database's queue is full"),
        TrySendError::Disconnected(_) => closed_error(),
    })
}

/// What is asked of a database that is closed.
pub(crate) fn closed_error() -> Error {
    Error::unavailable("the database is closed")
}

impl<T: Send, F: FnMut(&mut dyn Tx) -> Result<T> + Send> DbJob for ClosureJob<T, F> {
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(&mut self, tx: &mut dyn Tx) -> bool {
        // A panic in one caller's work must not end the thread that serves everybody.
        let work = std::panic::AssertUnwindSafe(|| (self.work)(tx));
        let result = std::panic::catch_unwind(work)
            .unwrap_or_else(|_| Err(Error::internal("a database closure panicked")));
        let kept = result.is_ok();
        self.result = Some(result);
        kept
    }

    fn replace_result(&mut self, error: Error) {
        self.result = Some(Err(error));
    }

    fn respond(self: Box<Self>, ended: Result<()>) {
        // A refusal counts for nothing either when the transaction failed: it may rest on a neighbour's lost rows.
        let result = match ended {
            Ok(()) => self
                .result
                .unwrap_or_else(|| Err(Error::unavailable("the database is closing"))),
            Err(error) => Err(error),
        };
        // The caller may have gone; what was committed stays committed.
        let _ = self.answer.send(result);
    }
}
