//! Queues are bounded, abandoned work is not started, and waiting for PostgreSQL is bounded.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use futures_util::FutureExt;
use parlor_model::error::ErrorKind;
use parlor_model::message::MessageRole;
use parlor_store::append_message::AppendMessage;
use parlor_store::{Bounds, SqlStatement, StatementScope};
use parlor_test_postgres::TestDatabase;

use crate::fixture::{DatabaseLocation, TestWorkspace, new_member, run};

test_both_backends!(
    full_queue_refuses_and_recovers,
    abandoned_write_is_not_started,
    abandoned_append_is_not_started,
);

/// Opens a store with a single writer thread, which can be blocked.
fn with_one_writer(workspace: TestWorkspace, queue: usize) -> TestWorkspace {
    workspace.with_options(|options| {
        options.connections = 1;
        options.bounds.queue = queue;
    })
}

/// Blocks the writer thread until the sender is dropped.
struct HeldWriter {
    _release: Sender<()>,
    held: tokio::task::JoinHandle<()>,
}

impl HeldWriter {
    async fn start(workspace: &TestWorkspace) -> Self {
        let (release, released): (_, Receiver<()>) = channel();
        let released = parking(released);
        let (begun, begins) = tokio::sync::oneshot::channel();
        let mut begun = Some(begun);
        let store = workspace.store.clone();
        let held = tokio::spawn(async move {
            let work = move |_: &mut dyn parlor_store::Tx| {
                if let Some(begun) = begun.take() {
                    let _ = begun.send(());
                }
                let _ = released.lock().unwrap().recv();
                Ok(())
            };
            store.write(work).await.unwrap();
        });
        begins.await.unwrap();
        Self {
            _release: release,
            held,
        }
    }

    async fn release(self) {
        let Self { _release, held } = self;
        drop(_release);
        held.await.unwrap();
    }
}

fn parking(released: Receiver<()>) -> std::sync::Mutex<Receiver<()>> {
    std::sync::Mutex::new(released)
}

async fn full_queue_refuses_and_recovers(workspace: TestWorkspace) {
    let workspace = with_one_writer(workspace, 4);
    let (ws, before) = (workspace.ws, workspace.rows("member"));
    let hold = HeldWriter::start(&workspace).await;
    let mut waiting = Vec::new();
    // Four fit; further ones are refused at once.
    for _ in 0..4 {
        let mut write = Box::pin(workspace.store.write(move |tx| new_member(tx, ws, None)));
        assert!((&mut write).now_or_never().is_none());
        waiting.push(write);
    }
    for _ in 0..3 {
        let refused = workspace
            .store
            .write(move |tx| new_member(tx, ws, None))
            .await;
        assert_eq!(*refused.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    hold.release().await;
    for write in waiting {
        write.await.unwrap();
    }
    assert_eq!(workspace.rows("member"), before + 4);
    workspace
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
}

async fn abandoned_write_is_not_started(workspace: TestWorkspace) {
    let workspace = with_one_writer(workspace, 100);
    let (ws, before) = (workspace.ws, workspace.rows("member"));
    let hold = HeldWriter::start(&workspace).await;
    for n in 0..10 {
        let store = workspace.store.clone();
        let mut write =
            Box::pin(async move { store.write(move |tx| new_member(tx, ws, None)).await });
        assert!((&mut write).now_or_never().is_none());
        if n % 2 == 0 {
            tokio::spawn(write);
        }
    }
    hold.release().await;
    workspace.store.write(|_| Ok(())).await.unwrap();
    assert_eq!(workspace.rows("member"), before + 5);
}

async fn abandoned_append_is_not_started(workspace: TestWorkspace) {
    let workspace = with_one_writer(workspace, 100);
    let ws = workspace.ws;
    let number = workspace.conversation().await.number;
    let hold = HeldWriter::start(&workspace).await;
    let entry = || AppendMessage::from_text(ws, number, None, MessageRole::User, "x");
    if matches!(workspace.database, DatabaseLocation::Sqlite(_)) {
        // On PostgreSQL appends use a thread of their own, which is not blocked.
        let mut gone = Box::pin(workspace.store.append(entry()));
        assert!((&mut gone).now_or_never().is_none());
    }
    let kept = tokio::spawn({
        let (store, entry) = (workspace.store.clone(), entry());
        async move { store.append(entry).await.unwrap().seq }
    });
    hold.release().await;
    assert_eq!(kept.await.unwrap(), 2);
}

static SLEEP: SqlStatement = SqlStatement::new(
    "test::sleep",
    StatementScope::Global,
    "select 1::bigint from (select pg_sleep(20)) s",
);
static LOCK: SqlStatement = SqlStatement::new(
    "test::lock",
    StatementScope::Global,
    "select 1::bigint from (select pg_advisory_xact_lock(4711)) s",
);
static SETTINGS: SqlStatement = SqlStatement::new(
    "test::settings",
    StatementScope::Global,
    "select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') || ' '
        || current_setting('idle_in_transaction_session_timeout')",
);

fn with_short_timeouts(workspace: TestWorkspace) -> TestWorkspace {
    workspace.with_options(|options| {
        options.bounds = Bounds {
            statement_timeout: Duration::from_millis(700),
            lock_timeout: Duration::from_millis(200),
            idle_transaction_timeout: Duration::from_millis(900),
            ..Bounds::default()
        };
    })
}

#[test]
fn postgres_cancels_slow_statement() {
    run(
        DatabaseLocation::postgres(),
        async |workspace: TestWorkspace| {
            let workspace = with_short_timeouts(workspace);
            let settings = workspace
                .store
                .read(|tx| tx.query_one(&SETTINGS, &[], |row| row.string(0)))
                .await
                .unwrap();
            assert_eq!(settings.as_deref(), Some("700ms 200ms 900ms"));
            let read = workspace.store.read(|tx| tx.query_count(&SLEEP, &[])).await;
            assert_eq!(*read.unwrap_err().kind(), ErrorKind::Unavailable);
            let write = workspace
                .store
                .write(|tx| tx.query_count(&SLEEP, &[]))
                .await;
            assert_eq!(*write.unwrap_err().kind(), ErrorKind::Unavailable);
            workspace.store.ping().await.unwrap();
        },
    );
}

#[test]
fn postgres_cancels_lock_wait() {
    run(
        DatabaseLocation::postgres(),
        async |workspace: TestWorkspace| {
            let workspace = with_short_timeouts(workspace);
            let DatabaseLocation::Postgres(database) = &workspace.database else {
                unreachable!()
            };
            let other = LockHolder::hold(database);
            let write = workspace.store.write(|tx| tx.query_count(&LOCK, &[])).await;
            assert_eq!(*write.unwrap_err().kind(), ErrorKind::Unavailable);
            other.release();
            workspace
                .store
                .write(|tx| tx.query_count(&LOCK, &[]))
                .await
                .unwrap();
        },
    );
}

/// Separate connection that holds a lock.
struct LockHolder {
    release: Sender<()>,
    thread: std::thread::JoinHandle<()>,
}

impl LockHolder {
    fn hold(database: &TestDatabase) -> Self {
        let url = database.url().to_owned();
        let (release, released) = channel::<()>();
        let (holds, held) = channel();
        let thread = std::thread::spawn(move || {
            let mut client = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
            let mut transaction = client.transaction().unwrap();
            transaction
                .batch_execute("select pg_advisory_xact_lock(4711)")
                .unwrap();
            holds.send(()).unwrap();
            let _ = released.recv();
            transaction.commit().unwrap();
        });
        held.recv().unwrap();
        Self { release, thread }
    }

    fn release(self) {
        drop(self.release);
        self.thread.join().unwrap();
    }
}

#[test]
fn idle_transaction_is_ended_and_retried() {
    run(
        DatabaseLocation::postgres(),
        async |workspace: TestWorkspace| {
            let workspace = with_short_timeouts(workspace);
            let ws = workspace.ws;
            let mut first = true;
            workspace
                .store
                .write(move |tx| {
                    new_member(tx, ws, None)?;
                    if std::mem::take(&mut first) {
                        // Longer than the idle-transaction timeout.
                        std::thread::park_timeout(Duration::from_millis(1_500));
                    }
                    new_member(tx, ws, None)
                })
                .await
                .unwrap();
        },
    );
}
