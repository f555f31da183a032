//! A conversation that a transaction has locked stops the appends of no other, on PostgreSQL.
//!
//! Proves INV-10 (`docs/invariants.md`).

use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use futures_util::FutureExt;
use parlor_model::Result;
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::message::MessageRole;
use parlor_store::Store;
use parlor_store::append_message::{AppendMessage, AppendResult};
use tokio::task::JoinHandle;

use crate::fixture::{DatabaseLocation, TestWorkspace, run};

/// More than there are lanes, so that each lane has some of them.
const FREE_CONVERSATIONS: usize = 24;

/// Transaction of another node that holds the heads of conversations until it is released.
struct HeldHeads {
    release: Sender<()>,
    held: JoinHandle<Result<()>>,
}

impl HeldHeads {
    async fn start(node: &Store, ws: i64, conversations: Vec<i64>) -> Self {
        let (release, released) = channel();
        let released = Mutex::new(released);
        let (locked, is_locked) = tokio::sync::oneshot::channel();
        let (mut locked, node) = (Some(locked), node.clone());
        let held = tokio::spawn(async move {
            let work = move |tx: &mut dyn parlor_store::Tx| {
                for conversation in &conversations {
                    tx.lock_head(ws, *conversation)?;
                }
                if let Some(locked) = locked.take() {
                    let _ = locked.send(());
                }
                // Ends when the sender is dropped.
                let _ = released.lock().unwrap().recv();
                Ok(())
            };
            node.write(work).await
        });
        is_locked.await.unwrap();
        Self { release, held }
    }

    async fn release(self) {
        drop(self.release);
        self.held.await.unwrap().unwrap();
    }
}

fn append(
    store: &Store,
    ws: i64,
    conversation: i64,
    client_id: &str,
) -> JoinHandle<Result<AppendResult>> {
    let entry = AppendMessage {
        client_id: Some(client_id.to_owned()),
        ..AppendMessage::from_text(ws, conversation, None, MessageRole::User, "x")
    };
    let store = store.clone();
    tokio::spawn(async move { store.append(entry).await })
}

async fn conversations(workspace: &TestWorkspace, count: usize) -> Vec<i64> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(workspace.conversation().await.number);
    }
    all
}

#[test]
fn locked_conversation_stops_no_other() {
    run(DatabaseLocation::postgres(), async |workspace| {
        let (ws, store, node) = (
            workspace.ws,
            workspace.store.clone(),
            workspace.open_second_store(),
        );
        let locked = workspace.conversation().await.number;
        let free = conversations(&workspace, FREE_CONVERSATIONS).await;
        let held = HeldHeads::start(&node, ws, vec![locked]).await;
        let mut waiting: Vec<_> = ["a", "b", "a"]
            .map(|client_id| append(&store, ws, locked, client_id))
            .into();
        for _ in 0..2 {
            for conversation in &free {
                append(&store, ws, *conversation, "c")
                    .await
                    .unwrap()
                    .unwrap();
            }
        }
        // What comes later waits with them.
        waiting.push(append(&store, ws, locked, "b"));
        for conversation in &free {
            append(&store, ws, *conversation, "d")
                .await
                .unwrap()
                .unwrap();
        }
        for caller in &mut waiting {
            assert!(caller.now_or_never().is_none(), "stored under a lock");
        }
        held.release().await;
        let mut positions = Vec::new();
        for caller in waiting {
            positions.push(caller.await.unwrap().unwrap().seq);
        }
        positions.sort_unstable();
        assert_eq!(positions, [2, 2, 3, 3]);
        let after = append(&store, ws, locked, "e").await.unwrap().unwrap();
        assert_eq!(after.seq, 4);
    });
}

#[test]
fn more_locked_conversations_than_workers_are_served() {
    run(DatabaseLocation::postgres(), async |workspace| {
        let workspace = workspace.with_options(|options| options.connections = 2);
        let (ws, store, node) = (
            workspace.ws,
            workspace.store.clone(),
            workspace.open_second_store(),
        );
        let locked = conversations(&workspace, 5).await;
        let held = HeldHeads::start(&node, ws, locked.clone()).await;
        let waiting: Vec<_> = locked
            .iter()
            .map(|conversation| append(&store, ws, *conversation, "a"))
            .collect();
        // The other half of the workers goes on.
        store.write(|_| Ok(())).await.unwrap();
        store.ping().await.unwrap();
        held.release().await;
        for caller in waiting {
            assert_eq!(caller.await.unwrap().unwrap().seq, 2);
        }
    });
}

#[test]
fn abandoned_append_to_a_locked_conversation_is_not_stored() {
    run(DatabaseLocation::postgres(), async |workspace| {
        // One worker waits for locks.
        let workspace = workspace.with_options(|options| options.connections = 2);
        let (ws, store, node) = (
            workspace.ws,
            workspace.store.clone(),
            workspace.open_second_store(),
        );
        let locked = conversations(&workspace, 2).await;
        let free = conversations(&workspace, FREE_CONVERSATIONS).await;
        let held = HeldHeads::start(&node, ws, locked.clone()).await;
        let first = append(&store, ws, locked[0], "first");
        for conversation in &free {
            append(&store, ws, *conversation, "a")
                .await
                .unwrap()
                .unwrap();
        }
        let abandoned = append(&store, ws, locked[1], "abandoned");
        // The worker waits for the first; the second has left its lane, as those behind it have.
        for conversation in &free {
            append(&store, ws, *conversation, "b")
                .await
                .unwrap()
                .unwrap();
        }
        abandoned.abort();
        assert!(abandoned.await.unwrap_err().is_cancelled());
        held.release().await;
        assert_eq!(first.await.unwrap().unwrap().seq, 2);
        let last = append(&store, ws, locked[1], "last")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(last.seq, 2);
    });
}

#[test]
fn unknown_conversation_is_refused_while_others_are_locked() {
    run(DatabaseLocation::postgres(), async |workspace| {
        let (ws, store, node) = (
            workspace.ws,
            workspace.store.clone(),
            workspace.open_second_store(),
        );
        let locked = conversations(&workspace, 1).await;
        let held = HeldHeads::start(&node, ws, locked.clone()).await;
        let waiting = append(&store, ws, locked[0], "a");
        let unknown = append(&store, ws, 424_242, "a").await.unwrap();
        assert_eq!(
            *unknown.unwrap_err().kind(),
            ErrorKind::NotFound(EntityKind::Conversation)
        );
        held.release().await;
        waiting.await.unwrap().unwrap();
    });
}
