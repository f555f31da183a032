//! Writes are atomic, whatever other closures in the same commit do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parlor_model::Error;
use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_store::repo::{idempotency, member, signing};
use parlor_store::{catalogue, params};

use crate::fixture::{TestWorkspace, new_member};

test_both_backends!(
    refused_write_is_rolled_back,
    refused_write_returns_its_error,
    failing_closures_leave_batch_intact,
    ignored_statement_failure_fails_closure,
    write_reads_its_own_rows,
    closed_store_refuses_calls,
    abandoned_write_leaves_batch_intact,
);

async fn refused_write_is_rolled_back(workspace: TestWorkspace) {
    let (ws, before) = (workspace.ws, workspace.rows("member"));
    let outcome = workspace
        .store
        .write(move |tx| {
            new_member(tx, ws, Some("gone"))?;
            new_member(tx, ws, Some("gone too"))?;
            Err::<(), _>(Error::conflict(ConflictReason::InUse))
        })
        .await;
    assert_eq!(
        *outcome.unwrap_err().kind(),
        ErrorKind::Conflict(ConflictReason::InUse)
    );
    assert_eq!(workspace.rows("member"), before);
}

async fn refused_write_returns_its_error(workspace: TestWorkspace) {
    let outcome = workspace
        .store
        .write(|_| Err::<(), _>(Error::invalid("name", "must not be empty")))
        .await;
    assert_eq!(outcome.unwrap_err().to_string(), "name must not be empty");
}

/// Every third write fails after writing, every fifth panics after writing; the others commit.
async fn failing_closures_leave_batch_intact(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let before = workspace.rows("member");
    let tasks: Vec<_> = (0..300)
        .map(|n| {
            let store = workspace.store.clone();
            tokio::spawn(async move {
                let outcome = store
                    .write(move |tx| {
                        let number = new_member(tx, ws, Some(&format!("u{n}")))?;
                        if n % 3 == 0 {
                            return Err(Error::conflict(ConflictReason::InUse));
                        }
                        if n % 5 == 0 {
                            silence();
                            panic!("a bug");
                        }
                        signing::insert_first(tx, ws, &format!("p{n}"), b"sealed")?;
                        Ok(number)
                    })
                    .await;
                (n, outcome)
            })
        })
        .collect();
    let mut kept = 0;
    for task in tasks {
        let (n, outcome) = task.await.unwrap();
        let kind = outcome.map_err(|error| error.kind().clone());
        if n % 3 == 0 {
            assert_eq!(
                kind.unwrap_err(),
                ErrorKind::Conflict(ConflictReason::InUse)
            );
        } else if n % 5 == 0 {
            assert_eq!(kind.unwrap_err(), ErrorKind::Internal);
        } else {
            let number = kind.unwrap();
            let stored = workspace
                .store
                .read(move |tx| member::find(tx, ws, member::MemberLookup::Number(number)))
                .await
                .unwrap()
                .unwrap();
            assert_eq!(stored.member.key.external_id, Some(format!("u{n}")));
            kept += 1;
        }
    }
    assert_eq!(workspace.rows("member"), before + kept);
    assert_eq!(workspace.rows("signing_key"), kept);
}

/// Suppresses the reports of intended panics.
fn silence() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// A closure that ignores a failed statement must get an error.
async fn ignored_statement_failure_fails_closure(workspace: TestWorkspace) {
    let (ws, before) = (workspace.ws, workspace.rows("member"));
    let outcome = workspace
        .store
        .write(move |tx| {
            new_member(tx, ws, Some("half"))?;
            // Unknown conversation: a dangling reference.
            let _ = tx.execute(
                &catalogue::participant::INSERT,
                params![ws, 999_999_i64, 999_999_i64, "member", 0_i64, 0_i64],
            );
            Ok(())
        })
        .await;
    assert_eq!(*outcome.unwrap_err().kind(), ErrorKind::Internal);
    assert_eq!(workspace.rows("member"), before);
}

async fn write_reads_its_own_rows(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let answer = workspace
        .store
        .write(move |tx| {
            idempotency::insert(tx, ws, "s", "k", b"f", b"first")?;
            idempotency::find(tx, ws, "s", "k", parlor_model::Timestamp::from_micros(0))
        })
        .await
        .unwrap();
    assert_eq!(answer, Some((b"f".to_vec(), b"first".to_vec())));
}

async fn closed_store_refuses_calls(workspace: TestWorkspace) {
    let ws = workspace.ws;
    workspace.store.close();
    let written = workspace
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await;
    let read = workspace.store.ping().await;
    assert_eq!(*written.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(*read.unwrap_err().kind(), ErrorKind::Unavailable);
    workspace.store.close();
}

async fn abandoned_write_leaves_batch_intact(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let runs = Arc::new(AtomicU32::new(0));
    for _ in 0..50 {
        let counted = runs.clone();
        let write = workspace.store.write(move |tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            new_member(tx, ws, None)
        });
        // Started, and cancelled at the first wait.
        tokio::select! { biased; _ = write => {}, () = std::future::ready(()) => {} }
    }
    workspace
        .store
        .write(move |tx| new_member(tx, ws, Some("last")))
        .await
        .unwrap();
    workspace.store.close();
    // Started writes are complete, others are missing; no other write is affected.
    let begun = i64::from(runs.load(Ordering::Relaxed));
    assert!(workspace.rows("member") <= 2 + begun);
    assert_eq!(
        workspace
            .database
            .query_number("select count(*) from member where external_id = 'last'"),
        1
    );
}
