//! The databases a test runs on.

use std::future::Future;

use crate::TestServer;

/// Which database a server is started on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestBackend {
    /// The embedded one, in a temporary folder.
    Sqlite,
    /// A fresh database on the tests' own PostgreSQL server.
    Postgres,
}

/// Runs a test body against a server on a backend.
pub fn run<F>(backend: TestBackend, body: impl FnOnce(TestServer) -> F)
where
    F: Future<Output = ()>,
{
    block_on(async { body(TestServer::start(backend).await).await });
}

/// Runs a future on a runtime like the server's.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
