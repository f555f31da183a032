//! Appends to logs.
//!
//! Proves INV-13 (`docs/invariants.md`).

use std::collections::BTreeMap;

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind};
use parlor_model::log::LogEntryKind;
use parlor_model::message::{MessageKey, MessageQuery, MessageRole};
use parlor_store::append_message::{AppendMessage, AppendResult};
use parlor_store::repo::{conversation, log, message};
use parlor_store::{Store, Tx};

use crate::fixture::{TestWorkspace, new_member};

test_both_backends!(
    concurrent_appends_have_gap_free_seqs,
    repeated_client_id_returns_first_result,
    client_ids_are_unique_per_author,
    closed_and_unknown_conversations_refuse_appends,
    invalid_append_leaves_batch_intact,
    list_columns_follow_newest_message,
);

fn user_message(workspace: &TestWorkspace, conversation: i64, text: &str) -> AppendMessage {
    AppendMessage::from_text(
        workspace.ws,
        conversation,
        Some(workspace.member),
        MessageRole::User,
        text,
    )
}

/// Returns every `seq` of a log, of messages and other entries.
async fn positions(store: &Store, ws: i64, number: i64) -> Vec<i64> {
    store
        .read(move |tx| {
            let query = MessageQuery {
                limit: 100_000,
                conversational_only: false,
                ..MessageQuery::default()
            };
            let messages = message::page(tx, ws, number, &query)?.items;
            let entries = log::entries_after(tx, ws, number, 0, i64::MAX, 100_000)?;
            let mut all: Vec<i64> = messages.iter().map(|message| message.seq).collect();
            all.extend(entries.iter().map(|entry| entry.seq));
            all.sort_unstable();
            Ok(all)
        })
        .await
        .unwrap()
}

async fn concurrent_appends_have_gap_free_seqs(workspace: TestWorkspace) {
    const EACH: usize = 60;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        numbers.push(workspace.conversation().await);
    }
    let mut stores = vec![workspace.store.clone()];
    if !workspace.store.is_exclusive() {
        stores.push(workspace.open_second_store());
    }
    let (ws, member) = (workspace.ws, workspace.member);
    let tasks: Vec<_> = (0..8)
        .map(|writer| {
            let (store, numbers) = (stores[writer % stores.len()].clone(), numbers.clone());
            let template = user_message(&workspace, 0, "");
            tokio::spawn(async move {
                let mut sent: Vec<(i64, AppendResult, String)> = Vec::new();
                for n in 0..EACH {
                    let conversation = numbers[(writer + n) % numbers.len()];
                    if n % 4 == 3 {
                        let number = conversation.number;
                        store
                            .write(move |tx| {
                                let kind = LogEntryKind::Changed;
                                log::append_entry(tx, ws, number, kind, Some(member), "{}")
                            })
                            .await
                            .unwrap();
                        continue;
                    }
                    let text = format!("{writer}/{n}");
                    let entry = AppendMessage {
                        conversation: conversation.number,
                        text: text.clone().into(),
                        ..template.clone()
                    };
                    let appended = store.append(entry).await.unwrap();
                    sent.push((conversation.number, appended, text));
                }
                sent
            })
        })
        .collect();
    let mut answered: BTreeMap<(i64, i64), (AppendResult, String)> = BTreeMap::new();
    for task in tasks {
        for (number, appended, text) in task.await.unwrap() {
            assert!(!appended.duplicate);
            let clash = answered.insert((number, appended.seq), (appended, text));
            assert!(clash.is_none(), "a position was given twice");
        }
    }
    let mut total = 0;
    for conversation in numbers {
        let all = positions(&workspace.store, ws, conversation.number).await;
        let expected: Vec<i64> = (1..).take(all.len()).collect();
        assert_eq!(all, expected);
        total += all.len();
        let (head, stored) = workspace
            .store
            .read(move |tx| {
                let found =
                    conversation::find(tx, ws, ConversationKey::Number(conversation.number))?;
                let query = MessageQuery {
                    limit: 100_000,
                    ..MessageQuery::default()
                };
                Ok((
                    found.unwrap(),
                    message::page(tx, ws, conversation.number, &query)?.items,
                ))
            })
            .await
            .unwrap();
        assert_eq!(head.last_seq, i64::try_from(all.len()).unwrap());
        assert!(stored.is_sorted_by_key(|message| message.number));
        for message in &stored {
            let (appended, text) = &answered[&(conversation.number, message.seq)];
            assert_eq!((message.id, message.number), (appended.id, appended.number));
            assert_eq!((message.created_at, &*message.text), (appended.at, text));
        }
        assert_eq!(
            head.last_message_at,
            stored.last().map(|last| last.created_at)
        );
    }
    assert_eq!(total, 3 + 8 * EACH);
}

async fn repeated_client_id_returns_first_result(workspace: TestWorkspace) {
    let conversation = workspace.conversation().await;
    let entry = |text: &str| AppendMessage {
        client_id: Some("c-1".to_owned()),
        ..user_message(&workspace, conversation.number, text)
    };
    // Concurrently, so that some share a commit.
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let (store, entry) = (workspace.store.clone(), entry(&format!("try {n}")));
            tokio::spawn(async move { store.append(entry).await.unwrap() })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| !answer.duplicate).count(), 1);
    let seen = |answer: &AppendResult| (answer.number, answer.id, answer.seq, answer.at);
    assert!(
        answers
            .iter()
            .all(|answer| seen(answer) == seen(&answers[0]))
    );
    // Later, and even for a conversation that accepts no new message.
    close(&workspace, conversation.number).await;
    let again = workspace.store.append(entry("again")).await.unwrap();
    assert!(again.duplicate);
    assert_eq!(seen(&again), seen(&answers[0]));
    assert_eq!(workspace.rows("message"), 1);
}

async fn client_ids_are_unique_per_author(workspace: TestWorkspace) {
    let (ws, conversation) = (workspace.ws, workspace.conversation().await);
    let other = workspace
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
    let elsewhere = workspace.conversation().await;
    let mut ids = Vec::new();
    for (author, number) in [
        (Some(workspace.member), conversation.number),
        (Some(other), conversation.number),
        (None, conversation.number),
        (Some(workspace.member), elsewhere.number),
    ] {
        let entry = AppendMessage {
            author,
            client_id: Some("same".to_owned()),
            ..user_message(&workspace, number, "x")
        };
        let first = workspace.store.append(entry.clone()).await.unwrap();
        let second = workspace.store.append(entry).await.unwrap();
        assert!(!first.duplicate && second.duplicate && first.id == second.id);
        ids.push(first.id);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

async fn close(workspace: &TestWorkspace, number: i64) {
    let ws = workspace.ws;
    workspace
        .store
        .write(move |tx| {
            let key = ConversationKey::Number(number);
            let mut found = conversation::find(tx, ws, key)?.unwrap();
            found.state = ConversationState::Closed;
            conversation::update(tx, ws, &found)
        })
        .await
        .unwrap();
}

async fn closed_and_unknown_conversations_refuse_appends(workspace: TestWorkspace) {
    let conversation = workspace.conversation().await;
    close(&workspace, conversation.number).await;
    let refused = workspace
        .store
        .append(user_message(&workspace, conversation.number, "x"))
        .await;
    assert_eq!(
        *refused.unwrap_err().kind(),
        ErrorKind::Conflict(ConflictReason::Closed)
    );
    let open = workspace.conversation().await;
    for (ws, number) in [(workspace.ws, 424_242), (workspace.ws + 1, open.number)] {
        let entry = AppendMessage {
            ws,
            client_id: Some("c".to_owned()),
            ..user_message(&workspace, number, "x")
        };
        let refused = workspace.store.append(entry).await;
        assert_eq!(
            *refused.unwrap_err().kind(),
            ErrorKind::NotFound(EntityKind::Conversation)
        );
    }
    assert_eq!(workspace.rows("message"), 0);
}

async fn invalid_append_leaves_batch_intact(workspace: TestWorkspace) {
    let conversation = workspace.conversation().await;
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let mut entry = user_message(&workspace, conversation.number, &format!("m{n}"));
            match n % 10 {
                3 => entry.author = Some(999_999),
                5 => entry.text = "zero \0 inside".to_owned().into(),
                7 => entry.client_id = Some("\0".to_owned()),
                _ => {}
            }
            let store = workspace.store.clone();
            tokio::spawn(async move { (n, store.append(entry).await) })
        })
        .collect();
    for task in tasks {
        let (n, outcome) = task.await.unwrap();
        match (n % 10, outcome.map_err(|error| error.kind().clone())) {
            (3, Err(kind)) => assert_eq!(kind, ErrorKind::NotFound(EntityKind::Member)),
            (5 | 7, Err(kind)) => assert!(matches!(kind, ErrorKind::Invalid { .. })),
            (_, outcome) => assert!(!outcome.unwrap().duplicate),
        }
    }
    let all = positions(&workspace.store, workspace.ws, conversation.number).await;
    assert_eq!(all, (1..=71).collect::<Vec<i64>>());
}

async fn list_columns_follow_newest_message(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    let key = ConversationKey::Number(number);
    let columns = async || {
        let found = workspace
            .store
            .read(move |tx| conversation::find(tx, ws, key))
            .await
            .unwrap()
            .unwrap();
        (
            found.last_message_at,
            found.updated_at,
            found.last_message_seq,
        )
    };
    assert_eq!(columns().await.0, None);
    let first = workspace
        .store
        .append(user_message(&workspace, number, "1"))
        .await
        .unwrap();
    let second = workspace
        .store
        .append(user_message(&workspace, number, "2"))
        .await
        .unwrap();
    // System messages do not update the newest message.
    let instruction = AppendMessage {
        role: MessageRole::System,
        ..user_message(&workspace, number, "be kind")
    };
    let instructed = workspace.store.append(instruction).await.unwrap();
    assert_eq!(
        columns().await,
        (Some(second.at), instructed.at, Some(second.seq))
    );
    let erase = |target: AppendResult| {
        move |tx: &mut dyn Tx| {
            let found = message::find(tx, ws, number, MessageKey::Number(target.number))?;
            message::clear(tx, ws, number, &found.unwrap())
        }
    };
    workspace.store.write(erase(second)).await.unwrap();
    assert_eq!(columns().await.0, Some(first.at));
    workspace.store.write(erase(first)).await.unwrap();
    assert_eq!(columns().await.0, None);
    // Tombstones keep their `seq`s.
    let third = workspace
        .store
        .append(user_message(&workspace, number, "3"))
        .await
        .unwrap();
    assert_eq!(third.seq, 5);
}
