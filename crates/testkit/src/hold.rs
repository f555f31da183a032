//! Writes of a server that a test holds up in the middle: begun, and not committed before the test lets them go.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::{TestBackend, TestServer};

/// How long others may have what the test wants to hold.
const PATIENCE: Duration = Duration::from_secs(20);

/// Nothing is committed until this value goes.
pub struct Hold {
    release: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// Holds up whatever is written from now on. Reads go on. The embedded database gives a write up after five seconds,
    /// PostgreSQL after ten.
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

/// The one right to write that a file has.
fn hold_file(url: &str, holds: tokio::sync::oneshot::Sender<()>, released: &Receiver<()>) {
    let path = url.trim_start_matches("sqlite:");
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    connection.execute_batch("begin immediate").unwrap();
    holds.send(()).unwrap();
    // Until the other end goes.
    let _ = released.recv();
    connection.execute_batch("rollback").unwrap();
}

/// A lock of each table that lets rows be read, also for a change of them, and none be changed.
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
            // A panic of it was told where it happened.
            let _ = thread.join();
        }
    }
}
