//! Conversations with a long log are gone at once, and their rows are removed in batches.
//!
//! Proves INV-63 (`docs/invariants.md`).

use std::ops::ControlFlow;
use std::time::Duration;

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageRole;
use parlor_model::{Id, Timestamp};
use parlor_store::Store;
use parlor_store::append_message::{AppendMessage, AppendResult};
use parlor_store::repo::import::locate_message;
use parlor_store::repo::job::{ClaimedJob, JobKind};
use parlor_store::repo::removal::{REMOVAL_LEASE, RemovalOutcome, remove_batch};
use parlor_store::repo::scan::{self, SeqRange};
use parlor_store::repo::{conversation, log, message, statistics};

use crate::fixture::TestWorkspace;

test_both_backends!(
    rows_of_a_deleted_conversation_are_invisible,
    interrupted_removal_is_resumed,
    other_node_continues_after_the_lease,
    others_append_between_batches,
    ids_of_a_deleted_conversation_are_free,
    short_conversation_is_removed_at_once,
);

/// More than is deleted with the conversation.
const MESSAGES: i64 = 700;
const BATCH: i64 = 100;

/// Long conversation with a mention, a rating and an entry in the search index for each message.
struct LongConversation {
    number: i64,
    first: AppendResult,
    second: AppendResult,
}

async fn create_long(workspace: &TestWorkspace) -> LongConversation {
    create_of_length(workspace, MESSAGES).await
}

async fn create_of_length(workspace: &TestWorkspace, messages: i64) -> LongConversation {
    let (ws, member) = (workspace.ws, workspace.member);
    let number = workspace.conversation().await.number;
    let append = |n: i64| {
        let entry = AppendMessage {
            mentions: vec![member],
            client_id: Some(format!("c{n}")),
            ..AppendMessage::from_text(ws, number, Some(member), MessageRole::User, "needle")
        };
        workspace.store.append(entry)
    };
    let first = append(0).await.unwrap();
    let second = append(1).await.unwrap();
    for n in 2..messages {
        append(n).await.unwrap();
    }
    workspace.database.execute(
        "insert into message_rating (ws, id, conversation, message, member, rating, rated_at)
            select ws, id, conversation, number, author, 'up', 0 from message",
    );
    LongConversation {
        number,
        first,
        second,
    }
}

async fn delete(workspace: &TestWorkspace, number: i64) {
    let ws = workspace.ws;
    let delete = workspace
        .store
        .write(move |tx| conversation::delete(tx, ws, number));
    delete.await.unwrap();
}

async fn claim(store: &Store, lease: Duration) -> Option<ClaimedJob> {
    let claimed = store.claim(JobKind::RemoveConversation, 1, lease).await;
    claimed.unwrap().pop()
}

async fn remove(store: &Store, job: ClaimedJob) -> RemovalOutcome {
    let batch = store.write(move |tx| remove_batch(tx, &job, BATCH));
    batch.await.unwrap()
}

/// Removes what is left and returns the number of batches.
async fn remove_all(store: &Store, mut job: ClaimedJob) -> i64 {
    for batches in 0.. {
        match remove(store, job).await {
            RemovalOutcome::Behind(advanced) => job = advanced,
            RemovalOutcome::Done => return batches,
            RemovalOutcome::LeaseLost => panic!("the lease was lost"),
        }
    }
    unreachable!("the loop ends with the rows")
}

fn log_rows(workspace: &TestWorkspace) -> [i64; 4] {
    ["message", "log_entry", "mention", "message_rating"].map(|table| workspace.rows(table))
}

/// Checks that no statement that reads messages or log entries without their conversation finds one.
async fn assert_invisible(workspace: &TestWorkspace, deleted: &LongConversation) {
    let (ws, number, first) = (workspace.ws, deleted.number, deleted.first);
    let found = workspace.store.read(move |tx| {
        let entries = log::entries_after(tx, ws, number, 0, i64::MAX, 10)?.len();
        let older = log::entries_before(tx, ws, number, i64::MAX, Timestamp::LATEST, 10)?.len();
        let mut scanned = 0;
        let range = SeqRange {
            after: 0,
            before: i64::MAX,
            order: SortOrder::Ascending,
            limit: 10,
            max_bytes: i64::MAX,
        };
        scan::scan_messages(tx, ws, number, &range, &mut |_| {
            scanned += 1;
            Ok(ControlFlow::Continue(()))
        })?;
        let by_id = message::conversation_of_id(tx, ws, first.id)?;
        let by_number = message::locate(tx, ws, first.number)?;
        let counted = statistics::count_messages_after(tx, ws, Id::MIN, 10_000)?.0;
        let head = conversation::find_head(tx, ws, ConversationKey::Number(number))?;
        Ok((
            (entries + older, scanned, by_id, counted),
            by_number.is_none() && head.is_none(),
        ))
    });
    assert_eq!(found.await.unwrap(), ((0, 0, None, 0), true));
    // A repetition of a message that was stored is not confirmed.
    for (client_id, id) in [(Some("c0".to_owned()), None), (None, Some(first.id))] {
        let entry = AppendMessage {
            client_id,
            id,
            ..AppendMessage::from_text(ws, number, Some(workspace.member), MessageRole::User, "x")
        };
        let refused = workspace.store.append(entry).await.unwrap_err();
        assert_eq!(
            *refused.kind(),
            ErrorKind::NotFound(EntityKind::Conversation)
        );
    }
}

async fn rows_of_a_deleted_conversation_are_invisible(workspace: TestWorkspace) {
    let deleted = create_long(&workspace).await;
    assert_eq!(log_rows(&workspace), [700, 1, 700, 700]);
    delete(&workspace, deleted.number).await;
    assert_invisible(&workspace, &deleted).await;
    let mut job = claim(&workspace.store, REMOVAL_LEASE).await.unwrap();
    for batch in 1.. {
        match remove(&workspace.store, job).await {
            RemovalOutcome::Behind(advanced) => job = advanced,
            outcome => {
                assert_eq!(outcome, RemovalOutcome::Done);
                break;
            }
        }
        // The position of the first entry is one of the batch's.
        let left = (MESSAGES + 1 - batch * BATCH).max(0);
        assert_eq!(log_rows(&workspace), [left, 0, left, left]);
        assert_invisible(&workspace, &deleted).await;
    }
    assert_eq!(claim(&workspace.store, REMOVAL_LEASE).await, None);
    assert_eq!(log_rows(&workspace), [0; 4]);
}

async fn interrupted_removal_is_resumed(workspace: TestWorkspace) {
    let deleted = create_long(&workspace).await;
    delete(&workspace, deleted.number).await;
    let job = claim(&workspace.store, Duration::ZERO).await.unwrap();
    let RemovalOutcome::Behind(_) = remove(&workspace.store, job).await else {
        panic!("700 messages are more than a batch");
    };
    workspace.database.execute("update job set lease_until = 0");
    let workspace = workspace.reopened();
    assert_invisible(&workspace, &deleted).await;
    let job = claim(&workspace.store, REMOVAL_LEASE).await.unwrap();
    assert_eq!((job.position, job.attempts), (BATCH, 2));
    assert_eq!(remove_all(&workspace.store, job).await, 7);
    assert_eq!(log_rows(&workspace), [0; 4]);
}

async fn other_node_continues_after_the_lease(workspace: TestWorkspace) {
    let deleted = create_long(&workspace).await;
    delete(&workspace, deleted.number).await;
    let lost = claim(&workspace.store, REMOVAL_LEASE).await.unwrap();
    let RemovalOutcome::Behind(lost) = remove(&workspace.store, lost).await else {
        panic!("700 messages are more than a batch");
    };
    let other = match workspace.store.is_exclusive() {
        true => workspace.store.clone(),
        false => workspace.open_second_store(),
    };
    assert_eq!(claim(&other, REMOVAL_LEASE).await, None);
    workspace.database.execute("update job set lease_until = 0");
    let job = claim(&other, REMOVAL_LEASE).await.unwrap();
    let before = log_rows(&workspace);
    assert_eq!(
        remove(&workspace.store, lost).await,
        RemovalOutcome::LeaseLost
    );
    assert_eq!(log_rows(&workspace), before);
    assert_eq!(remove_all(&other, job).await, 7);
    assert_eq!(log_rows(&workspace), [0; 4]);
}

async fn others_append_between_batches(workspace: TestWorkspace) {
    let (ws, member) = (workspace.ws, workspace.member);
    let deleted = create_long(&workspace).await;
    let kept = workspace.conversation().await.number;
    delete(&workspace, deleted.number).await;
    let mut job = claim(&workspace.store, REMOVAL_LEASE).await.unwrap();
    let mut appended = 0;
    while let RemovalOutcome::Behind(advanced) = remove(&workspace.store, job).await {
        job = advanced;
        let entry = AppendMessage::from_text(ws, kept, Some(member), MessageRole::User, "x");
        workspace.store.append(entry).await.unwrap();
        appended += 1;
    }
    assert!(appended >= 7);
    let count = workspace
        .store
        .read(move |tx| message::count(tx, ws, kept, false));
    assert_eq!(count.await.unwrap(), appended);
    assert_eq!(log_rows(&workspace), [appended, 1, 0, 0]);
}

/// Clients choose ids of messages, and a backup is imported with the ids that it had.
async fn ids_of_a_deleted_conversation_are_free(workspace: TestWorkspace) {
    let (ws, member) = (workspace.ws, workspace.member);
    let deleted = create_long(&workspace).await;
    delete(&workspace, deleted.number).await;
    let kept = workspace.conversation().await.number;
    let entry = AppendMessage {
        id: Some(deleted.first.id),
        ..AppendMessage::from_text(ws, kept, Some(member), MessageRole::User, "again")
    };
    let again = workspace.store.append(entry).await.unwrap();
    assert!(!again.duplicate && again.id == deleted.first.id);
    let other = deleted.second;
    let located = workspace
        .store
        .write(move |tx| locate_message(tx, ws, other.id));
    assert_eq!(located.await.unwrap(), None);
    let left = format!(
        "select count(*) from message where number = {}",
        other.number
    );
    assert_eq!(workspace.database.query_number(&left), 0);
    let job = claim(&workspace.store, REMOVAL_LEASE).await.unwrap();
    remove_all(&workspace.store, job).await;
    assert_eq!(workspace.rows("message"), 1);
}

async fn short_conversation_is_removed_at_once(workspace: TestWorkspace) {
    let deleted = create_of_length(&workspace, 3).await;
    assert_eq!(log_rows(&workspace), [3, 1, 3, 3]);
    delete(&workspace, deleted.number).await;
    assert_eq!(log_rows(&workspace), [0; 4]);
    assert_eq!(claim(&workspace.store, REMOVAL_LEASE).await, None);
}
