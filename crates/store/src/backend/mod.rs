//! A folder per database, and the one place where they are told apart.

use std::sync::Arc;

use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::{Options, Stamps, Tx};

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
pub(crate) fn open(options: &Options, stamps: &Arc<Stamps>) -> Result<Backend> {
    let url = options.url.as_str();
    if let Some(path) = url.strip_prefix("sqlite:") {
        return sqlite::Database::open(path.as_ref(), stamps.clone())
            .map(|database| Backend::Sqlite(database.into()));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let database = postgres::Database::open(url, options.connections, stamps.clone())?;
        return Ok(Backend::Postgres(database.into()));
    }
    Err(Error::invalid(
        "database",
        "must be sqlite:PATH or postgres://...",
    ))
}

/// A closure on its way through a backend's queue, and the place its result is waited for.
pub(crate) struct Call<T, F> {
    work: F,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, F: FnMut(&mut dyn Tx) -> Result<T>> Call<T, F> {
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

/// A [`Call`] without its types.
pub(crate) trait Job: Send {
    /// Runs the work and keeps its result. The error, if any, is also returned for the backend to look at.
    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Failed>;
    /// Tells the caller: the kept result when the commit succeeded, otherwise what went wrong with it.
    fn finish(self: Box<Self>, commit: Result<()>);
}

/// The work was refused or failed; `retry` when the same work may succeed on a fresh transaction.
pub(crate) struct Failed {
    pub(crate) retry: bool,
}

/// What the context of an error starts with when the transaction, not the work, is at fault.
pub(crate) const RETRY: &str = "retry: ";

impl<T: Send, F: FnMut(&mut dyn Tx) -> Result<T> + Send> Job for Call<T, F> {
    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Failed> {
        // A panic in one caller's work must not end the thread that serves everybody.
        let work = std::panic::AssertUnwindSafe(|| (self.work)(tx));
        let result = std::panic::catch_unwind(work)
            .unwrap_or_else(|_| Err(Error::internal("a database closure panicked")));
        let outcome = match &result {
            Ok(_) => Ok(()),
            Err(error) => Err(Failed {
                retry: error
                    .context()
                    .is_some_and(|context| context.starts_with(RETRY)),
            }),
        };
        self.result = Some(result);
        outcome
    }

    fn finish(self: Box<Self>, commit: Result<()>) {
        let result = match (commit, self.result) {
            // Work that was refused did not depend on the commit.
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Err(error), _) => Err(error),
            (Ok(()), None) => Err(Error::unavailable("the database is closing")),
        };
        // The caller may have gone; what was committed stays committed.
        let _ = self.answer.send(result);
    }
}
