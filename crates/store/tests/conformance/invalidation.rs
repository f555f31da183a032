//! Cached rows are invalidated by the commit that changes them, whatever becomes of the request.
//!
//! Proves INV-5 (`docs/invariants.md`).

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_model::log::LogEntryKind;
use parlor_model::{Error, Result};
use parlor_store::repo::{log, member};
use parlor_store::{CommitListener, Invalidation, Tables, Tx};

use parlor_test_postgres::{Durability, PostgresServer};

use crate::fixture::{DatabaseLocation, TestWorkspace, new_member};

test_both_backends!(
    commit_reports_changed_tables,
    refused_write_reports_no_change,
    abandoned_write_still_invalidates,
    failed_nested_work_reports_no_change,
);

fn set_name(ws: i64, number: i64, name: &'static str) -> impl FnMut(&mut dyn Tx) -> Result<()> {
    move |tx| {
        let mut found = member::find(tx, ws, member::MemberLookup::Number(number))?.unwrap();
        found.member.profile.name = Some(name.to_owned());
        member::update(tx, ws, &found).map(drop)
    }
}

fn with_recorder(workspace: TestWorkspace) -> (TestWorkspace, Arc<Mutex<Vec<Invalidation>>>) {
    let received = Arc::<Mutex<Vec<Invalidation>>>::default();
    let recorder = received.clone();
    let watch = CommitListener::default()
        .with_invalidations(move |changes| recorder.lock().unwrap().extend_from_slice(changes));
    (workspace.with_listener(watch), received)
}

async fn commit_reports_changed_tables(workspace: TestWorkspace) {
    let (workspace, received) = with_recorder(workspace);
    let (ws, number) = (workspace.ws, workspace.member);
    assert!(workspace.store.refresh_revisions().await);
    let count = |ws, tables| workspace.store.revision(ws, tables);
    let of = |tables| (count(Some(ws), tables), count(None, tables));
    let (members, keys) = (of(Tables::MEMBER), of(Tables::API_KEY));
    let neighbours = count(Some(ws + 1), Tables::MEMBER);
    // An insert invalidates no cached row.
    workspace
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
    assert!(workspace.store.refresh_revisions().await);
    assert_eq!(of(Tables::MEMBER), members);
    assert!(received.lock().unwrap().is_empty());
    workspace
        .store
        .write(set_name(ws, number, "New"))
        .await
        .unwrap();
    let ws_of = Some(ws);
    let changes = received.lock().unwrap().clone();
    assert!(changes.iter().all(|change| change.ws == ws_of));
    assert!(
        changes
            .iter()
            .any(|change| change.tables.intersects(Tables::MEMBER))
    );
    assert_eq!(of(Tables::API_KEY), keys);
    assert_eq!(count(Some(ws + 1), Tables::MEMBER), neighbours);
    assert!(workspace.store.refresh_revisions().await);
    assert!(of(Tables::MEMBER).0 > members.0 && of(Tables::MEMBER).1 > members.1);
    // Log heads are not cached outside the store.
    let conversation = workspace.conversation().await.number;
    received.lock().unwrap().clear();
    let change = move |tx: &mut dyn Tx| {
        log::append_entry(tx, ws, conversation, LogEntryKind::Changed, None, "{}")
    };
    workspace.store.write(change).await.unwrap();
    assert!(received.lock().unwrap().is_empty());
}

async fn refused_write_reports_no_change(workspace: TestWorkspace) {
    let (workspace, received) = with_recorder(workspace);
    let (ws, number) = (workspace.ws, workspace.member);
    assert!(workspace.store.refresh_revisions().await);
    let before = workspace.store.revision(Some(ws), Tables::MEMBER);
    let mut change = set_name(ws, number, "New");
    let refused = workspace
        .store
        .write(move |tx| {
            change(tx)?;
            Err::<(), _>(Error::conflict(ConflictReason::InUse))
        })
        .await;
    assert!(refused.is_err());
    assert!(received.lock().unwrap().is_empty());
    assert!(workspace.store.refresh_revisions().await);
    assert_eq!(workspace.store.revision(Some(ws), Tables::MEMBER), before);
}

/// The commit is delayed until its caller has gone.
async fn abandoned_write_still_invalidates(workspace: TestWorkspace) {
    let (workspace, received) = with_recorder(workspace);
    let (ws, number) = (workspace.ws, workspace.member);
    assert!(workspace.store.refresh_revisions().await);
    let before = workspace.store.revision(Some(ws), Tables::MEMBER);
    let ((go_on, gone), (begin, begun)) = (channel::<()>(), channel::<()>());
    let (gone, store) = (Mutex::new(gone), workspace.store.clone());
    let mut change = set_name(ws, number, "New");
    let caller = tokio::spawn(async move {
        let write = store.write(move |tx| {
            let _ = begin.send(());
            let _ = gone.lock().unwrap().recv();
            change(tx)
        });
        write.await
    });
    // Abandoned work is not started, so the caller goes away while it runs.
    tokio::task::spawn_blocking(move || begun.recv())
        .await
        .unwrap()
        .unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    drop(go_on);
    // Queued behind it on SQLite; on PostgreSQL it conflicts and waits.
    workspace
        .store
        .write(set_name(ws, number, "Newer"))
        .await
        .unwrap();
    let recorder = || {
        let received = received.lock().unwrap();
        received
            .iter()
            .filter(|change| change.tables.intersects(Tables::MEMBER))
            .count()
    };
    let end = std::time::Instant::now() + Duration::from_secs(20);
    while recorder() < 1 + usize::from(!workspace.store.is_exclusive()) {
        assert!(std::time::Instant::now() < end, "the commit was not told");
        tokio::task::yield_now().await;
    }
    assert!(workspace.store.refresh_revisions().await);
    assert!(workspace.store.revision(Some(ws), Tables::MEMBER) > before);
}

/// A node sees a change of another node at its next refresh, also one whose transaction was open during a refresh.
#[test]
fn change_of_another_node_is_seen_at_the_next_refresh() {
    crate::fixture::run(DatabaseLocation::postgres(), async |workspace| {
        let (ws, number) = (workspace.ws, workspace.member);
        let node = workspace.open_second_store();
        let revision = async || {
            assert!(node.refresh_revisions().await);
            node.revision(Some(ws), Tables::MEMBER)
        };
        let first = revision().await;
        assert_eq!(revision().await, first);
        let change = workspace.store.write(set_name(ws, number, "New"));
        change.await.unwrap();
        let second = revision().await;
        assert!(second > first);
        assert_eq!(revision().await, second);
        let ((go_on, gone), (begin, begun)) = (channel::<()>(), channel::<()>());
        let (gone, store) = (Mutex::new(gone), workspace.store.clone());
        let mut change = set_name(ws, number, "Newer");
        let writer = tokio::spawn(async move {
            let write = store.write(move |tx| {
                change(tx)?;
                let _ = begin.send(());
                let _ = gone.lock().unwrap().recv();
                Ok(())
            });
            write.await
        });
        tokio::task::spawn_blocking(move || begun.recv())
            .await
            .unwrap()
            .unwrap();
        // Later transactions end before it and are read first.
        let other = workspace.store.write(move |tx| {
            let other = new_member(tx, ws, None)?;
            set_name(ws, other, "Other")(tx)
        });
        other.await.unwrap();
        let third = revision().await;
        assert!(third > second);
        assert_eq!(revision().await, third);
        drop(go_on);
        writer.await.unwrap().unwrap();
        let fourth = revision().await;
        assert!(fourth > third);
        assert_eq!(revision().await, fourth);
    });
}

/// Without a database nothing that is cached is valid, and afterwards it is read again.
#[test]
fn refresh_fails_while_the_database_is_gone() {
    let mut cluster = PostgresServer::start(Durability::Off);
    let database = DatabaseLocation::Postgres(cluster.create_database());
    crate::fixture::run(database, async |workspace| {
        assert!(workspace.store.refresh_revisions().await);
        let restarted = tokio::task::spawn_blocking(move || {
            cluster.stop();
            cluster
        });
        let mut cluster = restarted.await.unwrap();
        assert!(!workspace.store.refresh_revisions().await);
        let restarted = tokio::task::spawn_blocking(move || {
            cluster.restart();
            cluster
        });
        let _cluster = restarted.await.unwrap();
        assert!(workspace.store.refresh_revisions().await);
    });
}

async fn failed_nested_work_reports_no_change(workspace: TestWorkspace) {
    let growths = Arc::<Mutex<Vec<i64>>>::default();
    let recorder = growths.clone();
    let workspace = workspace.with_listener(CommitListener::new(move |grown| {
        recorder
            .lock()
            .unwrap()
            .extend(grown.iter().map(|growth| growth.seq));
    }));
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    let (members, entries) = (workspace.rows("member"), workspace.rows("log_entry"));
    growths.lock().unwrap().clear();
    let refusals = workspace
        .store
        .write(move |tx| {
            let mut refusals = Vec::new();
            for n in 0..6 {
                let part = tx.attempt(|tx| {
                    new_member(tx, ws, Some(&format!("u{n}")))?;
                    let seq = log::append_entry(tx, ws, number, LogEntryKind::Changed, None, "{}")?;
                    if n % 2 == 0 {
                        return Err(Error::conflict(ConflictReason::InUse));
                    }
                    Ok(seq)
                })?;
                refusals.push(part.map_err(|error| error.kind().clone()));
            }
            Ok(refusals)
        })
        .await
        .unwrap();
    let refused = || Err(ErrorKind::Conflict(ConflictReason::InUse));
    let expected = [refused(), Ok(2), refused(), Ok(3), refused(), Ok(4)];
    assert_eq!(refusals, expected);
    assert_eq!(workspace.rows("member"), members + 3);
    assert_eq!(workspace.rows("log_entry"), entries + 3);
    assert_eq!(*growths.lock().unwrap(), [2, 3, 4]);
}
