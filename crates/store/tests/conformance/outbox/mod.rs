//! The outbox: deliveries of queues, and the jobs that lead to them.
//!
//! Proves INV-69 (`docs/invariants.md`).

mod fixture;

use std::time::Duration;

use futures_util::future::join_all;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::IdOrNumber;
use parlor_model::message::MessageRole;
use parlor_model::outbox::{
    AttemptOutcome, DeliveryFailureReason, DeliveryState, EventKind, QueueKind, QueueState,
};
use parlor_store::Tx;
use parlor_store::append_message::AppendMessage;
use parlor_store::repo::outbox::{self, DeliveryStep};
use parlor_store::repo::{conversation, job};

use self::fixture::{LEASE, NO_RETRY, Outbox};
use crate::fixture::TestWorkspace;

test_both_backends!(
    append_queues_its_message_and_a_refused_one_nothing,
    need_for_a_response_is_queued_once_until_it_ends,
    delivery_that_is_queued_while_the_holder_ends_its_job_is_found,
    deliveries_are_sent_in_order_by_one_holder,
    holder_that_lost_its_job_changes_nothing,
    failed_receiver_is_paused_and_resumed,
    ended_deliveries_are_replayed_and_deleted,
);

async fn append_queues_its_message_and_a_refused_one_nothing(workspace: TestWorkspace) {
    let outbox = Outbox::new(workspace, EventKind::MessageCreated).await;
    outbox.say().await;
    let same_id = AppendMessage {
        client_id: Some("a".to_owned()),
        ..outbox.message(EventKind::MessageCreated, false)
    };
    for _ in 0..2 {
        let store = &outbox.workspace.store;
        store.append(same_id.clone()).await.unwrap();
    }
    let gone = AppendMessage {
        author: Some(4_711),
        ..outbox.message(EventKind::MessageCreated, false)
    };
    outbox.workspace.store.append(gone).await.unwrap_err();
    assert_eq!(outbox.count("state = 'queued'"), 2);
    // A queue that takes the event no more gets none.
    let ws = outbox.workspace.ws;
    let close = move |tx: &mut dyn Tx| outbox::put(tx, ws, (QueueKind::Webhook, 1), None, 0);
    let closed = outbox.workspace.store.write(close).await.unwrap();
    assert_eq!(
        (closed.number, closed.state),
        (outbox.queue, QueueState::Closed)
    );
    outbox.say().await;
    assert_eq!(outbox.count("1 = 1"), 2);
}

async fn need_for_a_response_is_queued_once_until_it_ends(workspace: TestWorkspace) {
    let outbox = Outbox::new(workspace, EventKind::NeedsResponse).await;
    let store = &outbox.workspace.store;
    let ask = || outbox.message(EventKind::NeedsResponse, true);
    // Many of one commit, or of few.
    let all = (0..20).map(|_| store.append(ask()));
    for said in join_all(all).await {
        said.unwrap();
    }
    assert_eq!(outbox.count("event = 'needs_response'"), 1);
    let answer = AppendMessage {
        role: MessageRole::Assistant,
        effects: Vec::new(),
        ..ask()
    };
    store.append(answer).await.unwrap();
    store.append(ask()).await.unwrap();
    store.append(ask()).await.unwrap();
    assert_eq!(outbox.count("event = 'needs_response'"), 2);
    // An assistant that is switched on may answer.
    let other = outbox.workspace.conversation().await.number;
    let served = AppendMessage {
        conversation: other,
        ..outbox.message(EventKind::NeedsResponse, false)
    };
    store.append(served).await.unwrap();
    let is_switched_on = {
        let ws = outbox.workspace.ws;
        let find =
            move |tx: &mut dyn Tx| conversation::find(tx, ws, ConversationKey::Number(other));
        store
            .read(find)
            .await
            .unwrap()
            .unwrap()
            .service
            .assistant_enabled
    };
    let expected = if is_switched_on { 2 } else { 3 };
    assert_eq!(outbox.count("event = 'needs_response'"), expected);
}

async fn delivery_that_is_queued_while_the_holder_ends_its_job_is_found(workspace: TestWorkspace) {
    let outbox = Outbox::new(workspace, EventKind::MessageCreated).await;
    outbox.say().await;
    let job = outbox.claim().await.unwrap();
    assert_eq!(
        outbox.end(job, AttemptOutcome::Sent, NO_RETRY).await,
        Some(DeliveryState::Sent)
    );
    // The holder is signalled, and does not end its job with what it knew.
    outbox.say().await;
    assert_eq!(outbox.claim().await, None, "it is held");
    assert_eq!(
        outbox.end(job, AttemptOutcome::Sent, NO_RETRY).await,
        Some(DeliveryState::Sent)
    );
    assert!(matches!(outbox.next(job).await, DeliveryStep::Done));
    assert_eq!(
        outbox
            .workspace
            .database
            .query_number("select count(*) from job where kind = 'deliver'"),
        0
    );
    // Queued after the end: a new job.
    outbox.say().await;
    let job = outbox.claim().await.unwrap();
    assert_eq!(outbox.take(job).await.1.seq, 4);
}

async fn deliveries_are_sent_in_order_by_one_holder(workspace: TestWorkspace) {
    let outbox = Outbox::new(workspace, EventKind::MessageCreated).await;
    for _ in 0..3 {
        outbox.say().await;
    }
    let job = outbox.claim().await.unwrap();
    let (queue, first) = outbox.take(job).await;
    assert!(outbox.begin(job, first.number).await);
    let retry = (Some(Duration::from_secs(30)), LEASE);
    let transient = AttemptOutcome::Transient {
        reason: DeliveryFailureReason::TimedOut,
        retry_after: None,
    };
    let delivery = (queue, first.number);
    assert_eq!(
        outbox.end_of(job, delivery, transient, retry).await,
        Some(DeliveryState::Queued)
    );
    // What is repeated holds back those behind it.
    assert!(matches!(outbox.next(job).await, DeliveryStep::Wait(_)));
    outbox.workspace.clock.advance(31_000_000);
    let (_, again) = outbox.take(job).await;
    assert_eq!(
        (again.id, again.attempts, again.reason),
        (first.id, 1, Some(DeliveryFailureReason::TimedOut))
    );
    assert_eq!(again.payload.unwrap().0, b"body");
    let mut sent = Vec::new();
    for _ in 0..3 {
        sent.push(outbox.take(job).await.1.seq);
        outbox.end(job, AttemptOutcome::Sent, NO_RETRY).await;
    }
    assert_eq!(sent, [2, 3, 4]);
}

async fn holder_that_lost_its_job_changes_nothing(workspace: TestWorkspace) {
    let outbox = Outbox::new(workspace, EventKind::MessageCreated).await;
    outbox.say().await;
    let lost = outbox.claim().await.unwrap();
    let (queue, delivery) = outbox.take(lost).await;
    assert!(outbox.begin(lost, delivery.number).await);
    let give_back = move |tx: &mut dyn Tx| job::release(tx, &lost, Duration::ZERO);
    assert!(outbox.workspace.store.write(give_back).await.unwrap());
    let job = outbox.claim().await.unwrap();
    assert!(matches!(outbox.next(lost).await, DeliveryStep::Done));
    assert!(!outbox.begin(lost, delivery.number).await);
    let old = (queue, delivery.number);
    assert_eq!(
        outbox
            .end_of(lost, old, AttemptOutcome::Sent, NO_RETRY)
            .await,
        None
    );
    // The next holder repeats what was being sent.
    let (_, again) = outbox.take(job).await;
    assert_eq!(
        (again.id, again.state, again.attempts),
        (delivery.id, DeliveryState::Sending, 1)
    );
    assert_eq!(
        outbox.end(job, AttemptOutcome::Sent, NO_RETRY).await,
        Some(DeliveryState::Sent)
    );
    assert_eq!(outbox.count("attempts = 2"), 1);
}

async fn failed_receiver_is_paused_and_resumed(workspace: TestWorkspace) {
    let outbox = Outbox::new(workspace, EventKind::MessageCreated).await;
    for _ in 0..3 {
        outbox.say().await;
    }
    let job = outbox.claim().await.unwrap();
    let rejected = AttemptOutcome::Permanent(DeliveryFailureReason::Rejected);
    assert_eq!(
        outbox.end(job, rejected, NO_RETRY).await,
        Some(DeliveryState::Failed)
    );
    outbox.workspace.clock.advance(3_601_000_000);
    assert_eq!(
        outbox.end(job, rejected, NO_RETRY).await,
        Some(DeliveryState::Failed)
    );
    assert!(matches!(outbox.next(job).await, DeliveryStep::Done));
    outbox.say().await;
    // A paused queue has a job only until somebody looks at it.
    let look = outbox.claim().await.unwrap();
    assert!(matches!(outbox.next(look).await, DeliveryStep::Done));
    let (ws, queue) = (outbox.workspace.ws, outbox.queue);
    let resume = move |tx: &mut dyn Tx| outbox::resume(tx, ws, queue);
    assert!(outbox.workspace.store.write(resume).await.unwrap());
    assert!(!outbox.workspace.store.write(resume).await.unwrap());
    let job = outbox.claim().await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            outbox.end(job, AttemptOutcome::Sent, NO_RETRY).await,
            Some(DeliveryState::Sent)
        );
    }
    // What is gone is paused at once, and its delivery waits.
    outbox.say().await;
    let job = outbox.claim().await.unwrap_or(job);
    assert_eq!(
        outbox.end(job, AttemptOutcome::Gone, NO_RETRY).await,
        Some(DeliveryState::Queued)
    );
    assert!(matches!(outbox.next(job).await, DeliveryStep::Done));
}

async fn ended_deliveries_are_replayed_and_deleted(workspace: TestWorkspace) {
    let outbox = Outbox::new(workspace, EventKind::MessageCreated).await;
    for _ in 0..3 {
        outbox.say().await;
    }
    let job = outbox.claim().await.unwrap();
    let (_, first) = outbox.take(job).await;
    outbox.end(job, AttemptOutcome::Sent, NO_RETRY).await;
    let rejected = AttemptOutcome::Permanent(DeliveryFailureReason::Rejected);
    outbox.end(job, rejected, NO_RETRY).await;
    let (ws, queue, store) = (outbox.workspace.ws, outbox.queue, &outbox.workspace.store);
    let replay = move |tx: &mut dyn Tx| {
        let since = first.created_at;
        let failed = outbox::replay_since(tx, ws, queue, since, false)?;
        let sent = outbox::replay_since(tx, ws, queue, since, true)?;
        let waiting = outbox::replay(tx, ws, queue, first.number)?;
        Ok((failed, sent, waiting))
    };
    assert_eq!(store.write(replay).await.unwrap(), (1, 1, false));
    let found = store.read(move |tx| outbox::find(tx, ws, IdOrNumber::Id(first.id)));
    let found = found.await.unwrap().unwrap();
    assert_eq!(
        (found.number, found.state, found.attempts),
        (first.number, DeliveryState::Queued, 0)
    );
    for _ in 0..3 {
        outbox.end(job, AttemptOutcome::Sent, NO_RETRY).await;
    }
    assert!(matches!(outbox.next(job).await, DeliveryStep::Done));
    outbox.say().await;
    outbox.workspace.clock.advance(1_000_000);
    let now = store.stamps().next().at;
    let sweep = move |tx: &mut dyn Tx| {
        let deleted = outbox::delete_ended(tx, ws, now)?;
        outbox::expire(tx, ws, now)?;
        outbox::delete_closed(tx, ws, queue)?;
        Ok((deleted, outbox::page(tx, ws, queue, 10, 0)?.0))
    };
    let (deleted, left) = store.write(sweep).await.unwrap();
    assert_eq!((deleted, left.len()), (3, 1));
    let expired = Some(DeliveryFailureReason::Expired);
    assert_eq!(
        (left[0].state, left[0].reason),
        (DeliveryState::Cancelled, expired)
    );
}
