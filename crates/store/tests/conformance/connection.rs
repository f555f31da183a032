//! The store recovers from lost connections to PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use parlor_model::error::ErrorKind;
use parlor_model::message::MessageRole;
use parlor_store::append_message::AppendMessage;
use parlor_store::{SqlStatement, StatementScope, Store};
use parlor_test_postgres::{Durability, PostgresServer};

use crate::fixture::{DatabaseLocation, TestClock, TestWorkspace, new_member, options, run};

const OTHERS: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

static SUICIDE: SqlStatement = SqlStatement::new(
    "test::suicide",
    StatementScope::Global,
    "select cast(pg_terminate_backend(pg_backend_pid()) as int)::bigint",
);

async fn append(workspace: &TestWorkspace, number: i64) -> i64 {
    let entry = AppendMessage::from_text(workspace.ws, number, None, MessageRole::System, "x");
    workspace.store.append(entry).await.unwrap().seq
}

#[test]
fn terminated_connections_are_replaced_on_next_use() {
    run(
        DatabaseLocation::postgres(),
        async |workspace: TestWorkspace| {
            let (ws, number) = (workspace.ws, workspace.conversation().await.number);
            assert_eq!(append(&workspace, number).await, 2);
            for round in 0..3 {
                // Every connection has been used, and every one is terminated.
                let reads: Vec<_> = (0..32)
                    .map(|_| {
                        let store = workspace.store.clone();
                        tokio::spawn(async move { store.ping().await })
                    })
                    .collect();
                for read in reads {
                    read.await.unwrap().unwrap();
                }
                assert!(workspace.database.query_number(OTHERS) > 0);
                if round == 0 {
                    workspace.store.ping().await.unwrap();
                }
                workspace
                    .store
                    .write(move |tx| new_member(tx, ws, None))
                    .await
                    .unwrap();
                assert_eq!(append(&workspace, number).await, 3 + round);
                workspace.store.check_statements().await.unwrap();
            }
        },
    );
}

#[test]
fn transaction_is_retried_after_connection_loss() {
    run(
        DatabaseLocation::postgres(),
        async |workspace: TestWorkspace| {
            let (ws, before) = (workspace.ws, workspace.rows("member"));
            let (lost, runs) = (
                Arc::new(AtomicBool::new(false)),
                Arc::new(AtomicU32::new(0)),
            );
            let (once, counted) = (lost.clone(), runs.clone());
            workspace
                .store
                .write(move |tx| {
                    counted.fetch_add(1, Ordering::Relaxed);
                    new_member(tx, ws, Some("u"))?;
                    if !once.swap(true, Ordering::Relaxed) {
                        // Ignored on purpose: later statements must not run outside the transaction.
                        let _ = tx.execute(&SUICIDE, &[]);
                        let _ = new_member(tx, ws, Some("outside"));
                    }
                    new_member(tx, ws, Some("v"))
                })
                .await
                .unwrap();
            assert_eq!(runs.load(Ordering::Relaxed), 2);
            assert_eq!(workspace.rows("member"), before + 2);
        },
    );
}

#[test]
fn store_reconnects_after_server_restart() {
    let mut cluster = PostgresServer::start(Durability::On);
    let database = cluster.create_database();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let store = Store::open(&options(database.url(), TestClock::new())).unwrap();
    let write = || {
        runtime.block_on(store.write(|tx| {
            parlor_store::repo::workspace::insert_organization(tx, "O").map(|made| made.0)
        }))
    };
    let first = write().unwrap();
    cluster.restart();
    runtime.block_on(store.ping()).unwrap();
    assert!(write().unwrap() > first);
    // While the server is down, calls are refused without waiting.
    let url = cluster.url("postgres");
    drop(cluster);
    let refused = runtime.block_on(store.ping()).unwrap_err();
    assert_eq!(*refused.kind(), ErrorKind::Unavailable);
    assert_eq!(*write().unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(
        *Store::open(&options(&url, TestClock::new()))
            .err()
            .unwrap()
            .kind(),
        ErrorKind::Unavailable
    );
}
