//! Locks that block a server's writes between their start and their commit, until the test releases them.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::{TestBackend, TestServer};

/// Maximum wait for the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(20);

/// Lock that blocks all commits; released on drop.
pub struct Hold {
    release: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// Blocks all writes from now on, but no reads. A blocked write fails after five seconds on SQLite and after ten
    /// seconds on PostgreSQL.
    pub async fn hold_writes(&self) -> Hold {
        let (release, released) = channel();
        let (holds, held) = tokio::sync::oneshot::channel();
        let (backend, url) = (self.backend, self.database().to_owned());
        let thread = std::thread::spawn(move || match backend {
            TestBackend::Sqlite => hold_file(&url, holds, &released),
            TestBackend::Postgres => hold_tables(&url, holds, &released),
        });
        held.await.expect("the writes are not held");
        Hold {
            release: Some(release),
            thread: Some(thread),
        }
    }
}

/// Holds the write lock of a SQLite file.
fn hold_file(url: &str, holds: tokio::sync::oneshot::Sender<()>, released: &Receiver<()>) {
    let path = url.trim_start_matches("sqlite:");
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(LOCK_TIMEOUT).unwrap();
    connection.execute_batch("begin immediate").unwrap();
    holds.send(()).unwrap();
    // Returns when the sender is dropped.
    let _ = released.recv();
    connection.execute_batch("rollback").unwrap();
}

/// Holds share locks of the tables: rows can be read, also with row locks, but not changed.
fn hold_tables(url: &str, holds: tokio::sync::oneshot::Sender<()>, released: &Receiver<()>) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let mut transaction = client.transaction().unwrap();
    let tables = "instance, workspace, member, api_key, role, space, conversation, participant";
    transaction
        .batch_execute(&format!("lock table {tables} in share mode"))
        .unwrap();
    holds.send(()).unwrap();
    let _ = released.recv();
    transaction.rollback().unwrap();
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.release.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has already been reported.
            let _ = thread.join();
        }
    }
}
