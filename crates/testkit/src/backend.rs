//! Database backends of test servers.

use std::future::Future;

use crate::TestServer;

/// Database of a test server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestBackend {
    /// SQLite in a temporary folder.
    Sqlite,
    /// New database on the PostgreSQL server for tests.
    Postgres,
}

/// Runs a test body with a new server on a backend.
pub fn run<F>(backend: TestBackend, body: impl FnOnce(TestServer) -> F)
where
    F: Future<Output = ()>,
{
    block_on(async { body(TestServer::start(backend).await).await });
}

/// Runs a test body with a new server whose assistants are `echo`.
pub fn run_with_assistant<F>(backend: TestBackend, body: impl FnOnce(TestServer) -> F)
where
    F: Future<Output = ()>,
{
    block_on(async { body(TestServer::start_with_assistant(backend).await).await });
}

/// Runs a test body with a new server on PostgreSQL whose requests go to one of two nodes, at random.
pub fn run_on_two_nodes<F>(body: impl FnOnce(TestServer) -> F)
where
    F: Future<Output = ()>,
{
    block_on(async { body(TestServer::start_two_nodes().await).await });
}

/// Runs a future on a multi-threaded runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
