//! What a worker does with deliveries: claim a queue, begin an attempt, end it, give the queue back. Workers act for the
//! server, not for a caller.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::event_rule::EventRule;
use parlor_model::id::IdOrNumber;
use parlor_model::outbox::{
    AttemptResult, Delivery, DeliveryFailureReason, DeliveryState, OutboxQueue, QueueKind,
};
use parlor_model::redacted::Redacted;
use parlor_model::{Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::event_rule;
use parlor_store::repo::job::{ClaimedJob, JobKind};
use parlor_store::repo::outbox::{self as repo, DeliveryStep};

use super::payload::{self, EventPayloadEncoder};
use crate::Engine;
use crate::delivery_counts::DeliveryEnd;
use crate::event_rule::{WebhookTarget, open_target};

/// Deliveries that are skipped in one transaction, because they have nothing to send any more.
const MAX_SKIPPED: usize = 100;

/// A claimed queue.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryLease {
    /// Workspace number.
    pub ws: i64,
    job: ClaimedJob,
}

/// A delivery of which an attempt has begun.
#[derive(Debug)]
pub struct DeliveryWork {
    /// The delivery, with its payload. `attempts` does not count this one.
    pub delivery: Delivery,
    /// Where it goes.
    pub target: WebhookTarget,
    queue: OutboxQueue,
}

/// What the holder of a queue has to do next.
#[derive(Debug)]
pub enum NextDelivery {
    /// Send this.
    Send(Box<DeliveryWork>),
    /// Give the queue back for this time.
    Wait(Duration),
    /// Ask again.
    Again,
    /// The queue is empty, paused or another worker's.
    Done,
}

/// Claims at most `limit` queues that have something to send.
pub async fn claim(engine: &Engine, limit: usize, lease: Duration) -> Result<Vec<DeliveryLease>> {
    if engine.store.read(repo::has_new).await? {
        engine.store.write(repo::publish_new).await?;
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let is_due = move |tx: &mut dyn Tx| parlor_store::repo::job::is_due(tx, JobKind::Deliver);
    // A claim is a write, also where there is nothing to claim.
    if !engine.store.read(is_due).await? {
        return Ok(Vec::new());
    }
    let claimed = engine.store.claim(JobKind::Deliver, limit, lease).await?;
    let leases = claimed.into_iter().filter_map(|job| {
        let ws = job.ws?;
        Some(DeliveryLease { ws, job })
    });
    Ok(leases.collect())
}

/// Begins the next attempt of a claimed queue, and extends the lease.
pub async fn begin(
    engine: &Engine,
    encoder: &Arc<dyn EventPayloadEncoder>,
    lease: DeliveryLease,
    duration: Duration,
) -> Result<NextDelivery> {
    let encoder = encoder.clone();
    let begun = engine
        .store
        .write(move |tx| begin_in_tx(tx, &*encoder, lease, duration))
        .await?;
    for event in begun.skipped {
        engine.delivery_counts.record(event, DeliveryEnd::Cancelled);
    }
    Ok(match begun.step {
        BegunStep::Send(begun) => {
            let (queue, delivery, rule, sealed) = *begun;
            let target = open_target(engine, lease.ws, &rule, sealed.as_deref())?;
            NextDelivery::Send(Box::new(DeliveryWork {
                delivery,
                target,
                queue,
            }))
        }
        BegunStep::Wait(until) => {
            let left = until.micros().saturating_sub(engine.now().micros());
            NextDelivery::Wait(Duration::from_micros(u64::try_from(left).unwrap_or(0)))
        }
        BegunStep::Again => NextDelivery::Again,
        BegunStep::Done => NextDelivery::Done,
    })
}

struct Begun {
    step: BegunStep,
    /// Events of deliveries that were cancelled.
    skipped: Vec<parlor_model::outbox::EventKind>,
}

enum BegunStep {
    Send(Box<(OutboxQueue, Delivery, EventRule, Option<Vec<u8>>)>),
    Wait(Timestamp),
    Again,
    Done,
}

fn begin_in_tx(
    tx: &mut dyn Tx,
    encoder: &dyn EventPayloadEncoder,
    lease: DeliveryLease,
    duration: Duration,
) -> Result<Begun> {
    let (ws, job) = (lease.ws, &lease.job);
    let mut skipped = Vec::new();
    while skipped.len() < MAX_SKIPPED {
        let (queue, mut delivery) = match repo::next(tx, ws, job)? {
            DeliveryStep::Send(found) => *found,
            DeliveryStep::Wait(until) => {
                let step = BegunStep::Wait(until);
                return Ok(Begun { step, skipped });
            }
            DeliveryStep::Done => {
                let step = BegunStep::Done;
                return Ok(Begun { step, skipped });
            }
        };
        let QueueKind::Webhook = queue.kind;
        let rule = event_rule::find(tx, ws, IdOrNumber::Number(queue.target))?;
        let cancelled = match rule {
            None => DeliveryFailureReason::TargetClosed,
            Some(rule) => match render(tx, encoder, ws, &delivery, &rule)? {
                Some(rendered) => {
                    let number = delivery.number;
                    if !repo::begin(tx, ws, (job, duration), number, &rendered)? {
                        let step = BegunStep::Done;
                        return Ok(Begun { step, skipped });
                    }
                    delivery.payload = Some(rendered);
                    let sealed = event_rule::find_secrets(tx, ws, rule.number)?;
                    let step = BegunStep::Send(Box::new((queue, delivery, rule, sealed)));
                    return Ok(Begun { step, skipped });
                }
                None => DeliveryFailureReason::SubjectDeleted,
            },
        };
        repo::cancel(tx, ws, job, delivery.number, cancelled)?;
        skipped.push(delivery.event);
    }
    let step = BegunStep::Again;
    Ok(Begun { step, skipped })
}

/// Returns what was sent before, or what is to be sent. `None` if what it is about does not exist any more.
fn render(
    tx: &mut dyn Tx,
    encoder: &dyn EventPayloadEncoder,
    ws: i64,
    delivery: &Delivery,
    rule: &EventRule,
) -> Result<Option<Redacted<Vec<u8>>>> {
    if let Some(rendered) = &delivery.payload {
        return Ok(Some(rendered.clone()));
    }
    match payload::load(tx, ws, delivery.clone(), rule.clone())? {
        Some(event) => encoder.encode(event).map(Redacted).map(Some),
        None => Ok(None),
    }
}

/// Ends an attempt. After a transient failure the delivery is tried again after `retry`, or has failed without it. Returns
/// whether the queue is still held.
pub async fn end(
    engine: &Engine,
    lease: DeliveryLease,
    work: &DeliveryWork,
    result: AttemptResult,
    (retry, pause_after): (Option<Duration>, Duration),
) -> Result<bool> {
    let (queue, number, event) = (
        work.queue.clone(),
        work.delivery.number,
        work.delivery.event,
    );
    let ended = engine
        .store
        .write(move |tx| {
            let delivery = (&queue, number);
            let timing = (retry, pause_after);
            repo::end(tx, lease.ws, &lease.job, delivery, &result, timing)
        })
        .await?;
    let counts = &engine.delivery_counts;
    match ended {
        Some(DeliveryState::Sent) => {
            let after = engine.now().micros() - work.delivery.created_at.micros();
            counts.record_sent_after(Duration::from_micros(u64::try_from(after).unwrap_or(0)));
            counts.record(event, DeliveryEnd::Sent);
        }
        Some(DeliveryState::Failed) => counts.record(event, DeliveryEnd::Failed),
        Some(_) => counts.record(event, DeliveryEnd::Retried),
        None => {}
    }
    Ok(ended.is_some())
}

/// Gives a queue back, to be claimed again after a delay.
pub async fn release(engine: &Engine, lease: DeliveryLease, delay: Duration) -> Result<()> {
    let release = engine
        .store
        .write(move |tx| repo::release(tx, &lease.job, delay));
    release.await.map(drop)
}
