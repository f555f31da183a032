//! A queue with its conversation, and what a worker does with it.

use std::time::Duration;

use parlor_model::message::MessageRole;
use parlor_model::outbox::{
    AttemptOutcome, AttemptResult, Delivery, DeliveryState, EventKind, OutboxQueue, QueueKind,
};
use parlor_model::redacted::Redacted;
use parlor_store::append_message::{AppendEffect, AppendMessage};
use parlor_store::repo::job::ClaimedJob;
use parlor_store::repo::outbox::{self, DeliveryStep, EventQueue};

use crate::fixture::TestWorkspace;

pub(super) const LEASE: Duration = Duration::from_secs(60);
pub(super) const NO_RETRY: (Option<Duration>, Duration) = (None, Duration::from_secs(3_600));

pub(super) struct Outbox {
    pub(super) workspace: TestWorkspace,
    pub(super) conversation: i64,
    pub(super) queue: i64,
}

impl Outbox {
    pub(super) async fn new(workspace: TestWorkspace, event: EventKind) -> Self {
        let conversation = workspace.conversation().await.number;
        let ws = workspace.ws;
        let queue = workspace
            .store
            .write(move |tx| outbox::put(tx, ws, (QueueKind::Webhook, 1), Some(event), 0))
            .await
            .unwrap()
            .number;
        Self {
            workspace,
            conversation,
            queue,
        }
    }

    pub(super) fn message(&self, event: EventKind, needs_person: bool) -> AppendMessage {
        let queue = EventQueue {
            number: self.queue,
            event,
        };
        AppendMessage {
            needs_person,
            effects: vec![AppendEffect::QueueEvent {
                queue,
                needs_person,
            }],
            ..AppendMessage::from_text(
                self.workspace.ws,
                self.conversation,
                Some(self.workspace.member),
                MessageRole::User,
                "x",
            )
        }
    }

    pub(super) async fn say(&self) {
        let entry = self.message(EventKind::MessageCreated, false);
        self.workspace.store.append(entry).await.unwrap();
    }

    /// Lets the queues with new deliveries be found, and claims one.
    pub(super) async fn claim(&self) -> Option<ClaimedJob> {
        let store = &self.workspace.store;
        store.write(outbox::publish_new).await.unwrap();
        let messages = store.claim_deliveries(QueueKind::Carrier, 10, LEASE, Vec::new());
        assert_eq!(messages.await.unwrap(), Vec::new());
        let claimed = store.claim_deliveries(QueueKind::Webhook, 10, LEASE, Vec::new());
        let claimed = claimed.await.unwrap();
        assert!(claimed.len() <= 1);
        claimed.first().copied()
    }

    pub(super) async fn next(&self, job: ClaimedJob) -> DeliveryStep {
        let ws = self.workspace.ws;
        let next = self
            .workspace
            .store
            .write(move |tx| outbox::next(tx, ws, &job));
        next.await.unwrap()
    }

    pub(super) async fn take(&self, job: ClaimedJob) -> (OutboxQueue, Delivery) {
        match self.next(job).await {
            DeliveryStep::Send(found) => *found,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn begin(&self, job: ClaimedJob, delivery: i64) -> bool {
        let ws = self.workspace.ws;
        let body = Redacted(b"body".to_vec());
        self.workspace
            .store
            .write(move |tx| outbox::begin(tx, ws, (&job, LEASE), delivery, &body))
            .await
            .unwrap()
    }

    /// Ends an attempt of the next delivery.
    pub(super) async fn end(
        &self,
        job: ClaimedJob,
        outcome: AttemptOutcome,
        timing: (Option<Duration>, Duration),
    ) -> Option<DeliveryState> {
        let (queue, delivery) = self.take(job).await;
        assert!(self.begin(job, delivery.number).await);
        self.end_of(job, (queue, delivery.number), outcome, timing)
            .await
    }

    pub(super) async fn end_of(
        &self,
        job: ClaimedJob,
        (queue, delivery): (OutboxQueue, i64),
        outcome: AttemptOutcome,
        timing: (Option<Duration>, Duration),
    ) -> Option<DeliveryState> {
        let ws = self.workspace.ws;
        let result = AttemptResult {
            outcome,
            status: Some(200),
            response: Some(Redacted("ok".to_owned())),
        };
        self.workspace
            .store
            .write(move |tx| outbox::end(tx, ws, &job, (&queue, delivery), &result, timing))
            .await
            .unwrap()
    }

    pub(super) fn count(&self, condition: &str) -> i64 {
        let query = format!("select count(*) from delivery where {condition}");
        self.workspace.database.query_number(&query)
    }
}
