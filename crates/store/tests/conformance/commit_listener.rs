//! The commit listener gets every log update after its commit, and none of a rolled-back transaction.

use std::sync::{Arc, Mutex};

use parlor_model::log::LogEntryKind;
use parlor_model::message::MessageRole;
use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result};
use parlor_store::append_message::AppendMessage;
use parlor_store::repo::{conversation, log};
use parlor_store::{CommitListener, Tx};

use crate::fixture::TestWorkspace;

test_both_backends!(
    log_update_follows_its_commit,
    rolled_back_log_update_is_not_reported,
);

type ReceivedUpdates = Arc<Mutex<Vec<LogUpdate>>>;

fn with_recorder(workspace: TestWorkspace) -> (TestWorkspace, ReceivedUpdates) {
    let received = ReceivedUpdates::default();
    let watch = CommitListener::new({
        let received = received.clone();
        move |log_updates| received.lock().unwrap().extend(log_updates)
    });
    (workspace.with_listener(watch), received)
}

/// Returns the received `seq`s of one conversation, in order.
fn positions(received: &ReceivedUpdates, conversation: i64) -> Vec<i64> {
    let received = received.lock().unwrap();
    let of = received
        .iter()
        .filter(|growth| growth.conversation == conversation);
    of.map(|growth| growth.seq).collect()
}

async fn log_update_follows_its_commit(workspace: TestWorkspace) {
    let (workspace, received) = with_recorder(workspace);
    let (ws, conversation) = (workspace.ws, workspace.conversation().await);
    for n in 0..3 {
        let entry = AppendMessage::from_text(
            ws,
            conversation.number,
            None,
            MessageRole::User,
            format!("m{n}"),
        );
        workspace.store.append(entry).await.unwrap();
    }
    let number = conversation.number;
    let change =
        move |tx: &mut dyn Tx| log::append_entry(tx, ws, number, LogEntryKind::Changed, None, "{}");
    workspace.store.write(change).await.unwrap();
    assert_eq!(positions(&received, number), [1, 2, 3, 4, 5]);
    let sends = (0..50).map(|n| {
        let (store, text) = (workspace.store.clone(), format!("n{n}"));
        tokio::spawn(async move {
            store
                .append(AppendMessage::from_text(
                    ws,
                    conversation.number,
                    None,
                    MessageRole::User,
                    text,
                ))
                .await
        })
    });
    for send in sends.collect::<Vec<_>>() {
        let appended = send.await.unwrap().unwrap();
        // The answer follows the update, which may be coalesced with later ones.
        assert!(positions(&received, number).last() >= Some(&appended.seq));
    }
    assert_eq!(positions(&received, number).last(), Some(&55));
    workspace
        .store
        .write(move |tx| conversation::delete(tx, ws, number))
        .await
        .unwrap();
    assert_eq!(
        positions(&received, number).last(),
        Some(&LogUpdate::DELETED)
    );
}

async fn rolled_back_log_update_is_not_reported(workspace: TestWorkspace) {
    let (workspace, received) = with_recorder(workspace);
    let (ws, kept, lost) = (
        workspace.ws,
        workspace.conversation().await,
        workspace.conversation().await,
    );
    let grow = move |number: i64, fails: bool| {
        move |tx: &mut dyn Tx| -> Result<()> {
            log::append_entry(tx, ws, number, LogEntryKind::Changed, None, "{}")?;
            if fails {
                Err(Error::invalid("x", "fails"))
            } else {
                Ok(())
            }
        }
    };
    // Concurrently, so that some share a commit.
    let writes: Vec<_> = (0..40)
        .map(|n| {
            let fails = n % 2 == 0;
            let number = if fails { lost.number } else { kept.number };
            let store = workspace.store.clone();
            tokio::spawn(async move { store.write(grow(number, fails)).await.is_err() == fails })
        })
        .collect();
    for write in writes {
        assert!(write.await.unwrap());
    }
    assert_eq!(positions(&received, lost.number), [1]);
    let mut updated = positions(&received, kept.number);
    updated.sort_unstable();
    assert_eq!(updated, (1..=21).collect::<Vec<_>>());
}
